/* explain/mix_jackknife.c - the errors of a one-factor split when units move together in clusters.
 * A replicate is the split of the counts summed over the other clusters; the terms of all replicates are kept
 * in one table (term by replicate) and combined term by term. */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "explain/mix.h"

#define N_TOTALS 6

/* The terms of a split in a fixed order: totals first, then two for each level. */
static tilt__term *term_at(tilt__mix *mix, tilt__mix_level *levels, size_t i) {
    tilt__term *const totals[N_TOTALS] = {&mix->gap,     &mix->composition,     &mix->rate_effect,
                                          &mix->log_gap, &mix->log_composition, &mix->log_rate};
    if (i < N_TOTALS) return totals[i];
    tilt__mix_level *level = &levels[(i - N_TOTALS) / 2];
    return (i - N_TOTALS) % 2 == 0 ? &level->composition : &level->rate_effect;
}

/* Sums over all clusters but one, 4 * n_levels numbers: na, xa, nr, xr. */
static void sum_others(const tilt__mix_clusters *clusters, size_t without, double *out) {
    const double *const sources[4] = {clusters->na, clusters->xa, clusters->nr, clusters->xr};
    size_t n = clusters->n_levels;
    for (size_t k = 0; k < 4; k++) {
        for (size_t j = 0; j < n; j++) {
            tilt__sum sum = {0};
            for (size_t g = 0; g < clusters->n_clusters; g++) {
                if (g != without) tilt__sum_add(&sum, sources[k][g * n + j]);
            }
            out[k * n + j] = tilt__sum_total(sum);
        }
    }
}

/* Fills values[i * n_clusters + g] with term i without cluster g. */
static void run_replicate(const tilt__mix_clusters *clusters, size_t g, double *sums, tilt__mix_level *levels,
                          size_t n_terms, double *values) {
    size_t n = clusters->n_levels;
    sum_others(clusters, g, sums);
    tilt__level_counts counts = {n, sums, sums + n, sums + 2 * n, sums + 3 * n};
    tilt__mix mix;
    tilt_reason reason = tilt__mix_split(&counts, (tilt__noise){0}, &mix, levels);
    for (size_t i = 0; i < n_terms; i++) {
        bool defined = reason == TILT_REASON_NONE && term_at(&mix, levels, i)->reason == TILT_REASON_NONE;
        values[i * clusters->n_clusters + g] = defined ? term_at(&mix, levels, i)->value : (double)NAN;
    }
}

bool tilt__mix_jackknife(const tilt__mix_clusters *clusters, tilt__mix *inout,
                         tilt__mix_level *inout_levels) {
    size_t n = clusters->n_levels, g_count = clusters->n_clusters;
    size_t n_terms = N_TOTALS + (inout_levels != NULL ? 2 * n : 0);
    double *sums = tilt__alloc(4 * n, sizeof *sums);
    double *values = tilt__alloc(n_terms * g_count, sizeof *values);
    tilt__mix_level *levels = tilt__alloc(n, sizeof *levels);
    bool ok = sums != NULL && values != NULL && levels != NULL;
    for (size_t g = 0; ok && g < g_count; g++) run_replicate(clusters, g, sums, levels, n_terms, values);
    for (size_t i = 0; ok && i < n_terms; i++) {
        ok = tilt__term_set_jackknife(term_at(inout, inout_levels, i), values + i * g_count, g_count);
    }
    free(sums);
    free(values);
    free(levels);
    return ok;
}
