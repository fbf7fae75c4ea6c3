/* cube/bulk_dict.c - open addressing; cells of at most 32 bytes lie in their slot. */
#include "cube/bulk_dict.h"

#include "base/mem.h"

/* A cell that does not lie at its own place costs a branch that no processor foresees: as long as slots are
 * few, they are far more than cells. Memory that is touched grows with cells, not with slots. */
enum { FIRST_BITS = 8, SPARSE_BITS = 12, SPARSE = 16 };
#define MOST_CELLS ((size_t)1 << 30)

void tilt__dict_free(tilt__dict *dict) {
    free(dict->slots);
    free(dict->tails);
    free(dict->texts);
    free(dict->line);
    tilt__arena_free(&dict->arena);
    *dict = (tilt__dict){0};
}

/* Free slots look like no cell at all. */
static bool make_slots(tilt__dict *dict, unsigned bits) {
    static const unsigned char none[8] = {0, 1};
    size_t n = (size_t)1 << bits;
    tilt__dict_tail *tails = NULL;
    tilt__dict_slot *slots = tilt__alloc(n, sizeof *slots);
    if (slots == NULL) return false;
    if (dict->tails != NULL) {
        tails = tilt__alloc(n, sizeof *tails);
        if (tails == NULL) {
            free(slots);
            return false;
        }
    }
    for (size_t i = 0; i < n; i++) memcpy(&slots[i].word[0], none, sizeof none);
    dict->slots = slots;
    dict->tails = tails;
    dict->n_slots = n;
    dict->shift = 64 - bits;
    return true;
}

bool tilt__dict_start(tilt__dict *dict) {
    *dict = (tilt__dict){.words = 1};
    return make_slots(dict, FIRST_BITS);
}

static uint64_t word_at(const char *raw) {
    uint64_t word;
    memcpy(&word, raw, sizeof word);
    return word;
}

static uint64_t mix(uint64_t a, uint64_t b) {
    uint64_t h = (a ^ b) * 0xff51afd7ed558ccdu;
    return h ^ h >> 29;
}

/* Whole words, and the last 8 bytes once more where they overlap. */
void tilt__dict_hash(const char *raw, size_t n, uint64_t out[2]) {
    uint64_t a = n, b = 0x9e3779b97f4a7c15u;
    for (size_t i = 0; i + 8 <= n; i += 8) {
        a = mix(a, word_at(raw + i));
        b = mix(b + 0xc4ceb9fe1a85ec53u, word_at(raw + i));
    }
    out[0] = mix(a, word_at(raw + n - 8));
    out[1] = mix(b, word_at(raw + n - 8)) | 1;
    unsigned char first[8];
    memcpy(first, &out[0], sizeof first);
    first[0] = 0;
    first[1] |= 2; /* neither an empty cell nor a free slot */
    memcpy(&out[0], first, sizeof first);
}

/* Puts a slot, whose tail may be NULL, where it belongs. */
static tilt__dict_slot *put_slot(tilt__dict *dict, const tilt__dict_slot *slot, const tilt__dict_tail *tail) {
    tilt__dict_key key = {tilt__dict_pair_at(slot->word), {0}};
    if (tail != NULL) key.tail = tilt__dict_pair_at(tail->word);
    size_t at = tilt__dict_key_home(&key, dict->shift);
    while (dict->slots[at].number != 0) at = (at + 1) & (dict->n_slots - 1);
    dict->slots[at] = *slot;
    if (dict->tails != NULL && tail != NULL) dict->tails[at] = *tail;
    return &dict->slots[at];
}

static bool grow_slots(tilt__dict *dict) {
    tilt__dict old = *dict;
    if (!make_slots(dict, 64 - old.shift + 1)) return false;
    for (size_t i = 0; i < old.n_slots; i++) {
        if (old.slots[i].number != 0)
            (void)put_slot(dict, &old.slots[i], old.tails != NULL ? &old.tails[i] : NULL);
    }
    free(old.slots);
    free(old.tails);
    return true;
}

/* Room in every slot for a cell of n bytes. */
static bool widen_slots(tilt__dict *dict, size_t n) {
    unsigned words = n <= 8 || n > TILT__DICT_SHORT ? 1 : n <= 16 ? 2 : TILT__DICT_WORDS;
    if (words > 2 && dict->tails == NULL) {
        dict->tails = tilt__alloc(dict->n_slots, sizeof *dict->tails);
        if (dict->tails == NULL) return false;
    }
    if (words > dict->words) dict->words = words;
    return true;
}

static const tilt__dict_slot *find_hashed(const tilt__dict *dict, const char *raw, size_t n) {
    uint64_t word[2];
    tilt__dict_hash(raw, n, word);
    for (size_t at = tilt__dict_home(word, 2, dict->shift);; at = (at + 1) & (dict->n_slots - 1)) {
        const tilt__dict_slot *slot = &dict->slots[at];
        if (tilt__dict_lies(slot, word, 2) && slot->length == n &&
            memcmp(dict->texts[slot->number - 1], raw, n) == 0)
            return slot;
        if (slot->number == 0) return NULL;
    }
}

const tilt__dict_slot *tilt__dict_find_long(const tilt__dict *dict, const char *raw, size_t n) {
    if (n > TILT__DICT_SHORT) return find_hashed(dict, raw, n);
    if (dict->words <= 2) return NULL;
    tilt__dict_key key = tilt__dict_key_load(raw, n);
    for (size_t at = tilt__dict_key_home(&key, dict->shift);; at = (at + 1) & (dict->n_slots - 1)) {
        if (tilt__dict_key_lies(&dict->slots[at], &dict->tails[at], &key)) return &dict->slots[at];
        if (dict->slots[at].number == 0) return NULL;
    }
}

static bool keep(tilt__dict *dict, const char *raw, size_t n, uint64_t line) {
    void *texts = dict->texts, *lines = dict->line;
    if (!tilt__grow(&texts, &dict->texts_capacity, dict->n + 1, sizeof *dict->texts)) return false;
    dict->texts = texts;
    if (!tilt__grow(&lines, &dict->lines_capacity, dict->n + 1, sizeof *dict->line)) return false;
    dict->line = lines;
    dict->line[dict->n] = line;
    if (n <= TILT__DICT_SHORT) return true;
    dict->texts[dict->n] = tilt__arena_text(&dict->arena, raw, n);
    return dict->texts[dict->n] != NULL;
}

const tilt__dict_slot *tilt__dict_add(tilt__dict *dict, const char *raw, size_t n, tilt__meaning meaning,
                                      uint64_t line) {
    if (dict->n >= MOST_CELLS || n > UINT32_MAX) return NULL;
    size_t times = dict->n_slots < (size_t)1 << SPARSE_BITS ? SPARSE : 2;
    if ((dict->n + 1) * times > dict->n_slots && !grow_slots(dict)) return NULL;
    if (!widen_slots(dict, n) || !keep(dict, raw, n, line)) return NULL;
    tilt__dict_slot slot = {.length = (uint32_t)n, .number = (uint32_t)++dict->n, .meaning = meaning};
    tilt__dict_tail tail = {{0}};
    if (n > TILT__DICT_SHORT) {
        tilt__dict_hash(raw, n, slot.word);
    } else {
        tilt__dict_key key = tilt__dict_key_load(raw, n);
        memcpy(slot.word, &key.front, sizeof slot.word);
        memcpy(tail.word, &key.tail, sizeof tail.word);
    }
    return put_slot(dict, &slot, &tail);
}
