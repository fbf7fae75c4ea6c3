/* cube/bulk_sums.c - lanes first, words where they are needed. */
#include "cube/bulk_sums.h"

#include <string.h>

#include "base/mem.h"

void tilt__sums_free(tilt__sums *sums) {
    free(sums->place);
    free(sums->lanes);
    free(sums->words);
    *sums = (tilt__sums){.width = 0};
}

void tilt__sums_start(tilt__sums *sums, const tilt__bulk_plan *plan) {
    *sums = (tilt__sums){.width = plan->words, .laned = plan->digits};
    sums->lean = sums->laned && plan->weight == SIZE_MAX;
}

/* Room for the words of one more place; they are 0. */
static bool add_words(tilt__sums *sums, size_t place) {
    size_t bytes = sums->width * sizeof *sums->words;
    void *words = sums->words;
    if (!tilt__grow_bytes(&words, &sums->words_capacity, (place + 1) * bytes)) return false;
    sums->words = words;
    memset(sums->words + place * sums->width, 0, bytes);
    sums->n_words = place + 1;
    return true;
}

bool tilt__sums_add(tilt__sums *sums, size_t cell) {
    void *lanes = sums->lanes;
    if (sums->laned) {
        if (!tilt__grow_bytes(&lanes, &sums->lanes_capacity, 2 * (cell + 1) * sizeof *sums->lanes))
            return false;
        sums->lanes = lanes;
        sums->lanes[2 * cell] = sums->lanes[2 * cell + 1] = 0;
    }
    return sums->lean || add_words(sums, cell);
}

uint64_t *tilt__sums_words(tilt__sums *sums, size_t cell) {
    if (!tilt__sums_has_words(sums, cell)) {
        void *place = sums->place;
        bool ok = tilt__grow(&place, &sums->n_places, cell + 1, sizeof *sums->place);
        sums->place = place;
        if (!ok || !add_words(sums, sums->n_words)) return NULL;
        sums->place[cell] = (uint32_t)sums->n_words;
    }
    return tilt__sums_at(sums, cell);
}

bool tilt__sums_spread(tilt__sums *sums, size_t n) {
    tilt__sums all = *sums;
    if (!sums->lean) return true;
    all.words_capacity = n * sums->width * sizeof *all.words;
    all.words = tilt__alloc(n * sums->width, sizeof *all.words);
    if (all.words == NULL) return false;
    for (size_t c = 0; c < n && c < sums->n_places; c++) {
        if (sums->place[c] == 0) continue;
        memcpy(all.words + c * all.width, tilt__sums_at(sums, c), all.width * sizeof *all.words);
    }
    free(sums->words);
    free(sums->place);
    all.place = NULL;
    all.n_places = 0;
    all.n_words = n;
    all.lean = false;
    *sums = all;
    return true;
}

static bool add_whole(uint64_t *word, uint64_t value) {
    return !__builtin_add_overflow(*word, value, word) && *word <= INT64_MAX;
}

bool tilt__sums_empty_lanes(tilt__sums *sums, const tilt__bulk_plan *plan, size_t cell, bool *out_fits) {
    uint64_t *words = tilt__sums_words(sums, cell), *lanes = &sums->lanes[2 * cell];
    if (words == NULL) return false;
    *out_fits = add_whole(&words[0], tilt__lane(lanes, TILT__LANE_ROWS));
    for (size_t k = 0; k < plan->n_numbers && *out_fits; k++)
        *out_fits = add_whole(&words[plan->numbers[k].word], tilt__lane(lanes, plan->numbers[k].lane));
    lanes[0] = lanes[1] = 0;
    return true;
}

bool tilt__sums_settle(tilt__sums *sums, const tilt__bulk_plan *plan, size_t n, bool *out_fits) {
    *out_fits = true;
    for (size_t c = 0; c < n && sums->laned && *out_fits; c++) {
        if (tilt__sums_has_words(sums, c) && !tilt__sums_empty_lanes(sums, plan, c, out_fits)) return false;
    }
    if (sums->lean) return true;
    free(sums->lanes);
    sums->lanes = NULL;
    sums->lanes_capacity = 0;
    sums->laned = false;
    return true;
}

bool tilt__lanes_add(uint64_t lanes[2], const uint64_t more[2], uint64_t most) {
    for (unsigned i = 0; i <= TILT__LANE_ROWS; i++) {
        if (tilt__lane(lanes, i) + tilt__lane(more, i) > most) return false;
    }
    lanes[0] += more[0];
    lanes[1] += more[1];
    return true;
}

static void add_units(uint64_t *to, const uint64_t *from) {
    tilt__i128 sum, more;
    memcpy(&sum, to, sizeof sum);
    memcpy(&more, from, sizeof more);
    sum += more;
    memcpy(to, &sum, sizeof sum);
}

static void fold_words(uint64_t *to, const uint64_t *from, const tilt__bulk_plan *plan) {
    to[0] += from[0];
    for (size_t k = 0; k < plan->n_numbers; k++) {
        size_t word = plan->numbers[k].word;
        if (plan->numbers[k].wide)
            add_units(to + word, from + word);
        else
            to[word] += from[word];
    }
    for (size_t k = 0; k < 2 && plan->weight != SIZE_MAX; k++)
        add_units(to + plan->weight_word + 2 * k, from + plan->weight_word + 2 * k);
}

static void fold_lanes(uint64_t *to, const uint64_t *lanes, const tilt__bulk_plan *plan) {
    to[0] += tilt__lane(lanes, TILT__LANE_ROWS);
    for (size_t k = 0; k < plan->n_numbers; k++)
        to[plan->numbers[k].word] += tilt__lane(lanes, plan->numbers[k].lane);
}

bool tilt__sums_fold(tilt__sums *to, size_t cell, const tilt__sums *from, size_t cell_from,
                     const tilt__bulk_plan *plan) {
    bool has = tilt__sums_has_words(from, cell_from);
    const uint64_t *lanes = has ? NULL : &from->lanes[2 * cell_from];
    if (!has && !tilt__sums_has_words(to, cell) && tilt__lanes_add(&to->lanes[2 * cell], lanes, UINT16_MAX))
        return true;
    bool empties = !tilt__sums_has_words(to, cell);
    uint64_t *words = tilt__sums_words(to, cell);
    if (words == NULL) return false;
    if (empties) fold_lanes(words, &to->lanes[2 * cell], plan);
    if (has)
        fold_words(words, tilt__sums_at(from, cell_from), plan);
    else
        fold_lanes(words, lanes, plan);
    return true;
}
