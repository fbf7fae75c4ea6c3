/* base/map.c - string dictionary: open addressing over indices, texts in an arena of blocks.
 * Invariant: texts never move, so what tilt__map_text returns stays valid; numbers are given in
 * order of first sight, so whoever prints must sort by label first. */
#include "base/map.h"

#include <string.h>

#include "base/mem.h"

typedef struct entry {
    const char *text;
    size_t length;
    uint64_t hash;
} entry;

typedef struct block {
    struct block *next;
    size_t used, capacity;
    char bytes[];
} block;

struct tilt__map {
    entry *entries;
    size_t n, capacity;
    size_t *slots; /* entry number + 1, 0 = free; a power of two */
    size_t n_slots;
    block *blocks;
};

static uint64_t hash_bytes(const char *text, size_t n) {
    uint64_t h = 0xcbf29ce484222325u ^ n;
    for (size_t i = 0; i < n; i++) h = (h ^ (unsigned char)text[i]) * 0x100000001b3u;
    return h ^ (h >> 29);
}

tilt__map *tilt__map_new(void) {
    tilt__map *map = tilt__alloc(1, sizeof *map);
    if (map == NULL) return NULL;
    map->n_slots = 16;
    map->slots = tilt__alloc(map->n_slots, sizeof *map->slots);
    if (map->slots == NULL) {
        free(map);
        return NULL;
    }
    return map;
}

void tilt__map_free(tilt__map *map) {
    if (map == NULL) return;
    for (block *b = map->blocks; b != NULL;) {
        block *next = b->next;
        free(b);
        b = next;
    }
    free(map->entries);
    free(map->slots);
    free(map);
}

static size_t find_slot(const tilt__map *map, const char *text, size_t n, uint64_t hash) {
    size_t slot = hash & (map->n_slots - 1);
    for (;; slot = (slot + 1) & (map->n_slots - 1)) {
        if (map->slots[slot] == 0) return slot;
        const entry *e = &map->entries[map->slots[slot] - 1];
        if (e->hash == hash && e->length == n && (n == 0 || memcmp(e->text, text, n) == 0)) return slot;
    }
}

static bool rehash(tilt__map *map) {
    size_t n_slots = map->n_slots * 2;
    size_t *slots = tilt__alloc(n_slots, sizeof *slots);
    if (slots == NULL) return false;
    for (size_t i = 0; i < map->n; i++) {
        size_t slot = map->entries[i].hash & (n_slots - 1);
        while (slots[slot] != 0) slot = (slot + 1) & (n_slots - 1);
        slots[slot] = i + 1;
    }
    free(map->slots);
    map->slots = slots;
    map->n_slots = n_slots;
    return true;
}

static const char *keep(tilt__map *map, const char *text, size_t n) {
    block *b = map->blocks;
    if (b == NULL || b->capacity - b->used < n + 1) {
        size_t capacity = n + 1 > 4096 ? n + 1 : 4096;
        b = tilt__alloc(sizeof *b + capacity, 1);
        if (b == NULL) return NULL;
        b->capacity = capacity;
        b->next = map->blocks;
        map->blocks = b;
    }
    char *at = b->bytes + b->used;
    if (n > 0) memcpy(at, text, n);
    at[n] = '\0';
    b->used += n + 1;
    return at;
}

size_t tilt__map_add(tilt__map *map, const char *text, size_t n) {
    uint64_t hash = hash_bytes(text, n);
    size_t slot = find_slot(map, text, n, hash);
    if (map->slots[slot] != 0) return map->slots[slot] - 1;
    if ((map->n + 1) * 2 > map->n_slots) {
        if (!rehash(map)) return TILT__MAP_NONE;
        slot = find_slot(map, text, n, hash);
    }
    void *entries = map->entries;
    if (!tilt__grow(&entries, &map->capacity, map->n + 1, sizeof *map->entries)) return TILT__MAP_NONE;
    map->entries = entries;
    const char *kept = keep(map, text, n);
    if (kept == NULL) return TILT__MAP_NONE;
    map->entries[map->n] = (entry){kept, n, hash};
    map->slots[slot] = ++map->n;
    return map->n - 1;
}

size_t tilt__map_find(const tilt__map *map, const char *text, size_t n) {
    size_t slot = find_slot(map, text, n, hash_bytes(text, n));
    return map->slots[slot] == 0 ? TILT__MAP_NONE : map->slots[slot] - 1;
}

size_t tilt__map_count(const tilt__map *map) {
    return map->n;
}

const char *tilt__map_text(const tilt__map *map, size_t i, size_t *out_n) {
    if (out_n != NULL) *out_n = map->entries[i].length;
    return map->entries[i].text;
}
