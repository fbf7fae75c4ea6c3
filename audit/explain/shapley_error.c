/* explain/shapley_error.c - standard errors of the several-factor split from influence functions.
 * The influence of a unit in row i with outcome y on a term is constant + slope * y, already divided by its
 * group's base; a buffer holds the four numbers of every row of the whole table. Independent units: the
 * variance is the sum of squared influences. Clusters: influences are summed within clusters first. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "explain/shapley_run.h"

/* Rows of the table in four numbers each, and one number per cluster. */
typedef struct work {
    const tilt__shapley_run *run;
    const tilt__shapley *shapley;
    double *parts;
    double *sums;
    double *counts; /* projected counts of a set of factors: 4 * n_in */
    uint32_t *map;
    tilt__cell_key *keys;
    tilt__projector projector;
} work;

static double unit_variance(tilt__noise noise, double rate) {
    return noise.kind == TILT__NOISE_POISSON ? rate : fmax(0, rate * (1 - rate));
}

static double variance_independent(const work *w) {
    const tilt__cell_table *t = w->run->table;
    tilt__noise noise = w->run->opts->noise;
    tilt__sum sum = {0};
    for (size_t i = 0; i < t->n_rows; i++) {
        const double *parts = w->parts + i * TILT__N_PARTS;
        const double n[2] = {t->na[i], t->nr[i]}, x[2] = {t->xa[i], t->xr[i]};
        for (size_t g = 0; g < 2; g++) {
            if (n[g] == 0) continue;
            double rate = x[g] / n[g], constant = parts[2 * g], slope = parts[2 * g + 1];
            double mean = constant + slope * rate;
            tilt__sum_add(&sum, n[g] * (mean * mean + slope * slope * unit_variance(noise, rate)));
        }
    }
    return tilt__sum_total(sum) * (noise.dispersion > 0 ? noise.dispersion : 1);
}

static double variance_clustered(const work *w) {
    const tilt__cells *cells = w->run->cells;
    memset(w->sums, 0, cells->n_clusters * sizeof *w->sums);
    for (size_t i = 0; i < cells->n_cells; i++) {
        const double *parts = w->parts + w->run->table->row_of_cell[i] * (size_t)TILT__N_PARTS;
        w->sums[cells->cluster[i]] +=
            cells->na[i] * parts[TILT__CONST_A] + cells->xa[i] * parts[TILT__SLOPE_A] +
            cells->nr[i] * parts[TILT__CONST_R] + cells->xr[i] * parts[TILT__SLOPE_R];
    }
    double g = (double)cells->n_clusters, mean = 0, variance = 0;
    for (size_t k = 0; k < cells->n_clusters; k++) mean += w->sums[k] / g;
    for (size_t k = 0; k < cells->n_clusters; k++) variance += (w->sums[k] - mean) * (w->sums[k] - mean);
    return variance * g / (g - 1);
}

/* Turns the buffer into the error of a term. */
static void set_error(const work *w, tilt__term *term) {
    if (term->reason != TILT_REASON_NONE) return;
    bool clustered = w->run->opts->errors == TILT__SHAPLEY_LINEARISED;
    if (clustered && w->run->cells->n_clusters < 2) {
        term->se_reason = TILT_TOO_FEW_CLUSTERS;
        return;
    }
    term->se = sqrt(clustered ? variance_clustered(w) : variance_independent(w));
    term->se_reason = TILT_REASON_NONE;
}

static void clear(const work *w) {
    memset(w->parts, 0, w->run->table->n_rows * TILT__N_PARTS * sizeof *w->parts);
}

/* Adds factor * (rate of a group over all rows, or over the support) to the buffer; group 0 focal, 1
 * reference. */
static void add_rate(const work *w, size_t group, bool inside, double factor) {
    const tilt__shapley_run *run = w->run;
    const tilt__shapley *s = w->shapley;
    double base =
        group == 0 ? (inside ? run->base_a_in : run->base_a) : (inside ? run->base_r_in : run->base_r);
    double rate = group == 0 ? (inside ? s->rate_a_in : s->rate_a) : (inside ? s->rate_r_in : s->rate_r);
    size_t n = inside ? run->n_in : run->table->n_rows;
    for (size_t i = 0; i < n; i++) {
        double *parts = w->parts + (inside ? run->row_in[i] : i) * TILT__N_PARTS + 2 * group;
        parts[0] -= factor * rate / base;
        parts[1] += factor / base;
    }
}

/* Gap, gap on the support, and the two off-support terms of one scale. */
static void set_simple(const work *w, bool logs, tilt__shapley_scale *scale) {
    const tilt__shapley *s = w->shapley;
    double all_a = logs ? 1 / s->rate_a : 1, all_r = logs ? 1 / s->rate_r : 1;
    double in_a = logs ? 1 / s->rate_a_in : 1, in_r = logs ? 1 / s->rate_r_in : 1;
    clear(w);
    add_rate(w, 0, false, all_a);
    add_rate(w, 1, false, -all_r);
    set_error(w, &scale->gap);
    clear(w);
    add_rate(w, 0, true, in_a);
    add_rate(w, 1, true, -in_r);
    set_error(w, &scale->gap_in);
    clear(w);
    add_rate(w, 0, false, all_a);
    add_rate(w, 0, true, -in_a);
    set_error(w, &scale->off_a);
    clear(w);
    add_rate(w, 1, false, all_r);
    add_rate(w, 1, true, -in_r);
    set_error(w, &scale->off_r);
}

static void set_compositions(const work *w, size_t scale_index, tilt__shapley_scale *scale) {
    const tilt__shapley_run *run = w->run;
    for (size_t k = 0; k < run->table->n_factors; k++) {
        clear(w);
        for (size_t i = 0; i < run->n_in; i++) {
            const double *sums = run->row_influence + i * run->stride + scale_index * TILT__N_PARTS;
            const double *own = sums + (k + 2) * 2 * TILT__N_PARTS;
            double *parts = w->parts + run->row_in[i] * (size_t)TILT__N_PARTS;
            for (size_t c = 0; c < TILT__N_PARTS; c++) {
                double base = c < TILT__CONST_R ? run->base_a_in : run->base_r_in;
                parts[c] = (own[c] - sums[c]) / base;
            }
        }
        set_error(w, &scale->composition[run->order[k]]);
    }
}

/* Counts of the support summed to the combinations of the factors in `set`; map: row of the support ->
 * combination. */
static bool project_support(work *w, uint32_t set) {
    const tilt__shapley_run *run = w->run;
    size_t n;
    tilt__cell_key mask = tilt__cell_table_mask(run->table, set);
    if (!tilt__project(&w->projector, run->keys_in, run->n_in, mask, w->map, w->keys, &n)) return false;
    memset(w->counts, 0, 4 * run->n_in * sizeof *w->counts);
    for (size_t c = 0; c < 4; c++) {
        const double *from = run->counts_in + c * run->table->n_rows;
        for (size_t i = 0; i < run->n_in; i++) w->counts[c * run->n_in + w->map[i]] += from[i];
    }
    return true;
}

/* Half of (R_a - A) + (B - R_r), or of its logs, for the set that was projected last. */
static void set_standardised(const work *w, bool logs, uint32_t set, tilt__term *term) {
    const tilt__shapley_run *run = w->run;
    const tilt__shapley *s = w->shapley;
    double a = s->standardised_a[set], b = s->standardised_b[set];
    double by_a = logs ? 0.5 / a : 0.5, by_b = logs ? 0.5 / b : 0.5;
    clear(w);
    add_rate(w, 0, true, logs ? 0.5 / s->rate_a_in : 0.5);
    add_rate(w, 1, true, logs ? -0.5 / s->rate_r_in : -0.5);
    for (size_t i = 0; i < run->n_in; i++) {
        size_t at = w->map[i], n = run->n_in;
        double na = w->counts[at], xa = w->counts[n + at], nr = w->counts[2 * n + at],
               xr = w->counts[3 * n + at];
        double to_ref = nr / run->base_r_in / (na / run->base_a_in);
        double *parts = w->parts + run->row_in[i] * (size_t)TILT__N_PARTS;
        parts[TILT__CONST_A] += (-by_a * (xr / nr - a) - by_b * to_ref * (xa / na)) / run->base_a_in;
        parts[TILT__SLOPE_A] += by_b * to_ref / run->base_a_in;
        parts[TILT__CONST_R] += (by_a / to_ref * (xr / nr) + by_b * (xa / na - b)) / run->base_r_in;
        parts[TILT__SLOPE_R] -= by_a / to_ref / run->base_r_in;
    }
    set_error(w, term);
}

static bool set_all(work *w, tilt__shapley *s) {
    const tilt__shapley_run *run = w->run;
    uint32_t all = (uint32_t)(((uint64_t)1 << s->n_factors) - 1);
    set_simple(w, false, &s->difference);
    set_simple(w, true, &s->log);
    if (s->reason != TILT_REASON_NONE) return true;
    set_compositions(w, 0, &s->difference);
    set_compositions(w, 1, &s->log);
    if (!project_support(w, all)) return false;
    set_standardised(w, false, all, &s->difference.rate_effect);
    set_standardised(w, true, all, &s->log.rate_effect);
    for (size_t i = 0; i < run->opts->n_subsets; i++) {
        if (!project_support(w, run->opts->subsets[i])) return false;
        set_standardised(w, true, run->opts->subsets[i], &s->subsets[i].log_ratio);
    }
    return true;
}

tilt_status tilt__shapley_set_errors(const tilt__shapley_run *run, tilt__shapley *shapley, tilt_error *err) {
    if (shapley->reason == TILT_EMPTY_GROUP) return TILT_OK;
    size_t n = run->table->n_rows;
    work w = {.run = run, .shapley = shapley};
    w.parts = tilt__alloc(n, TILT__N_PARTS * sizeof *w.parts);
    w.sums = tilt__alloc(run->cells->n_clusters, sizeof *w.sums);
    w.counts = tilt__alloc(4 * n, sizeof *w.counts);
    w.map = tilt__alloc(n, sizeof *w.map);
    w.keys = tilt__alloc(n, sizeof *w.keys);
    bool ok = w.parts != NULL && w.sums != NULL && w.counts != NULL && w.map != NULL && w.keys != NULL;
    ok = ok && set_all(&w, shapley);
    free(w.parts);
    free(w.sums);
    free(w.counts);
    free(w.map);
    free(w.keys);
    tilt__projector_free(&w.projector);
    return ok ? TILT_OK : tilt__fail_memory(err);
}
