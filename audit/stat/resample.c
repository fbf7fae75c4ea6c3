/* stat/resample.c - all criteria from one set of drawn tables per replicate; every (replicate, group) has its
 * own random stream. */
#include "stat/resample.h"

#include <math.h>

#include "base/mem.h"
#include "stat/proportion.h"
#include "stat/random.h"
#include "stat/scores.h"

enum { QUADRANTS = 4 };

/* A multinomial draw of n people over the quadrants, as binomials of what is left. */
static tilt__confusion draw_table(const tilt__confusion *from, uint64_t seed, size_t replicate,
                                  size_t group) {
    tilt__random random = tilt__random_stream(seed, replicate, group);
    const double share[QUADRANTS] = {from->tp, from->fp, from->fn, from->tn};
    double drawn[QUADRANTS], left = share[0] + share[1] + share[2] + share[3], people = left;
    for (size_t q = 0; q < QUADRANTS; q++) {
        drawn[q] = q + 1 == QUADRANTS || !(left > 0.0)
                       ? people
                       : tilt__random_binomial(&random, people, fmin(share[q] / left, 1.0));
        left -= share[q];
        people -= drawn[q];
    }
    return tilt__confusion_of_counts(drawn[0], drawn[1], drawn[2], drawn[3]);
}

/* Values of one criterion in the replicates where it has one. */
static tilt_status summarise(const double *values, size_t n, size_t replicates, tilt_estimate *out) {
    size_t *order = NULL;
    if ((double)n < 0.95 * (double)replicates) {
        out->reason = TILT_TOO_FEW;
        return TILT_OK;
    }
    if (tilt__order(values, n, &order) != TILT_OK) return TILT_ENOMEM;
    double tail = (1.0 - out->level) / 2.0 * (double)(n - 1);
    out->lower = values[order[(size_t)floor(tail)]];
    out->upper = values[order[n - 1 - (size_t)floor(tail)]];
    free(order);
    return TILT_OK;
}

static tilt_status run(const tilt__confusion *groups, size_t n_groups, size_t replicates, uint64_t seed,
                       tilt_estimate out[TILT__N_PARITY]) {
    tilt_status status = TILT_ENOMEM;
    tilt__confusion *drawn = tilt__alloc(n_groups, sizeof *drawn);
    double *values = tilt__alloc(replicates, TILT__N_PARITY * sizeof *values);
    size_t n[TILT__N_PARITY] = {0};
    if (drawn == NULL || values == NULL) goto done;
    for (size_t b = 0; b < replicates; b++) {
        for (size_t g = 0; g < n_groups; g++) drawn[g] = draw_table(&groups[g], seed, b, g);
        for (size_t c = 0; c < TILT__N_PARITY; c++) {
            tilt__value gap = tilt__parity_gap(drawn, n_groups, (tilt__parity)c);
            if (gap.reason == TILT_REASON_NONE) values[c * replicates + n[c]++] = gap.value;
        }
    }
    status = TILT_OK;
    for (size_t c = 0; c < TILT__N_PARITY && status == TILT_OK; c++) {
        if (out[c].reason == TILT_REASON_NONE)
            status = summarise(values + c * replicates, n[c], replicates, &out[c]);
    }
done:
    free(values);
    free(drawn);
    return status;
}

static bool all_whole(const tilt__confusion *t) {
    return tilt__is_whole(t->tp) && tilt__is_whole(t->fp) && tilt__is_whole(t->fn) && tilt__is_whole(t->tn) &&
           t->tp == t->tp2 && t->fp == t->fp2 && t->fn == t->fn2 && t->tn == t->tn2;
}

tilt_status tilt__parity_bootstrap(const tilt__confusion *groups, size_t n_groups, size_t replicates,
                                   uint64_t seed, double level, tilt_estimate out[TILT__N_PARITY]) {
    tilt_reason refused = !tilt__level_ok(level) ? TILT_OUT_OF_RANGE
                          : replicates == 0      ? TILT_NOT_REQUESTED
                                                 : TILT_REASON_NONE;
    for (size_t g = 0; g < n_groups && refused == TILT_REASON_NONE; g++)
        if (!all_whole(&groups[g])) refused = TILT_NOT_INTEGER;
    for (size_t c = 0; c < TILT__N_PARITY; c++) {
        tilt__value gap = tilt__parity_gap(groups, n_groups, (tilt__parity)c);
        tilt_reason reason = gap.reason != TILT_REASON_NONE ? gap.reason : refused;
        out[c] = tilt__undefined(reason, "bootstrap-percentile", level);
        out[c].value = gap.reason == TILT_REASON_NONE ? gap.value : (double)NAN;
    }
    return refused == TILT_REASON_NONE ? run(groups, n_groups, replicates, seed, out) : TILT_OK;
}
