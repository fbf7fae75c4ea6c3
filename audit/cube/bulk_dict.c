/* cube/bulk_dict.c - open addressing; cells of at most 16 bytes lie in their slot. */
#include "cube/bulk_dict.h"

#include "base/mem.h"

/* A cell that does not lie at its own place costs a branch that no processor foresees: as long as slots are
 * few, they are far more than cells. Memory that is touched grows with cells, not with slots. */
enum { FIRST_BITS = 8, SPARSE_BITS = 12, SPARSE = 16 };
#define MOST_CELLS ((size_t)1 << 30)

void tilt__dict_free(tilt__dict *dict) {
    free(dict->slots);
    free(dict->texts);
    free(dict->line);
    tilt__arena_free(&dict->arena);
    *dict = (tilt__dict){0};
}

/* Free slots look like no cell at all. */
static bool make_slots(tilt__dict *dict, unsigned bits) {
    tilt__dict_slot *slots = tilt__alloc((size_t)1 << bits, sizeof *slots);
    if (slots == NULL) return false;
    for (size_t i = 0; i < (size_t)1 << bits; i++) slots[i].high = 2;
    dict->slots = slots;
    dict->n_slots = (size_t)1 << bits;
    dict->shift = 64 - bits;
    return true;
}

bool tilt__dict_start(tilt__dict *dict) {
    *dict = (tilt__dict){0};
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
void tilt__dict_hash(const char *raw, size_t n, uint64_t *out_low, uint64_t *out_high) {
    uint64_t a = n, b = 0x9e3779b97f4a7c15u;
    for (size_t i = 0; i + 8 <= n; i += 8) {
        a = mix(a, word_at(raw + i));
        b = mix(b + 0xc4ceb9fe1a85ec53u, word_at(raw + i));
    }
    *out_low = mix(a, word_at(raw + n - 8));
    *out_high = mix(b, word_at(raw + n - 8)) | 1;
    memset(out_low, 0, 1);
}

static size_t free_slot(const tilt__dict *dict, uint64_t low, uint64_t high) {
    size_t at = tilt__dict_home(low, high, dict->shift);
    while (dict->slots[at].number != 0) at = (at + 1) & (dict->n_slots - 1);
    return at;
}

static bool grow_slots(tilt__dict *dict) {
    tilt__dict old = *dict;
    if (!make_slots(dict, 64 - old.shift + 1)) return false;
    for (size_t i = 0; i < old.n_slots; i++) {
        const tilt__dict_slot *slot = &old.slots[i];
        if (slot->number != 0) dict->slots[free_slot(dict, slot->low, slot->high)] = *slot;
    }
    free(old.slots);
    return true;
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
    uint64_t low, high;
    if (dict->n >= MOST_CELLS || n > UINT32_MAX) return NULL;
    size_t times = dict->n_slots < (size_t)1 << SPARSE_BITS ? SPARSE : 2;
    if ((dict->n + 1) * times > dict->n_slots && !grow_slots(dict)) return NULL;
    if (!keep(dict, raw, n, line)) return NULL;
    tilt__dict_words(raw, n, &low, &high);
    tilt__dict_slot *slot = &dict->slots[free_slot(dict, low, high)];
    *slot = (tilt__dict_slot){low, high, (uint32_t)n, (uint32_t)++dict->n, meaning};
    return slot;
}
