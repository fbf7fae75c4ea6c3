/* explain/shapley.c - cells in, terms of the several-factor split out.
 * One pass of lattice.c gives the standardised rates of every set of factors; the terms are sums over them
 * with the Shapley weights. Every difference of two sets is taken with the other factors alike, so that a
 * factor with one level gets exactly 0. Errors come from shapley_error.c, or from passes that leave out one
 * cluster each. */
#include "explain/shapley.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "explain/shapley_run.h"

static bool scale_alloc(tilt__shapley_scale *scale, size_t m) {
    scale->composition = tilt__alloc(m, sizeof *scale->composition);
    scale->first_in = tilt__alloc(2 * m, sizeof *scale->first_in);
    if (scale->composition == NULL || scale->first_in == NULL) return false;
    scale->last_in = scale->first_in + m;
    return true;
}

void tilt__shapley_free(tilt__shapley *shapley) {
    if (shapley == NULL) return;
    free(shapley->difference.composition);
    free(shapley->difference.first_in);
    free(shapley->log.composition);
    free(shapley->log.first_in);
    free(shapley->standardised_a);
    free(shapley->subsets);
    free(shapley);
}

static tilt__shapley *shapley_alloc(size_t m, const tilt__shapley_opts *opts) {
    tilt__shapley *s = tilt__alloc(1, sizeof *s);
    if (s == NULL) return NULL;
    size_t n_sets = (size_t)1 << m;
    s->n_factors = m;
    s->n_subsets = opts->n_subsets;
    s->standardised_a = tilt__alloc(2 * n_sets, sizeof *s->standardised_a);
    s->subsets = tilt__alloc(opts->n_subsets, sizeof *s->subsets);
    bool ok = scale_alloc(&s->difference, m) && scale_alloc(&s->log, m);
    if (!ok || s->standardised_a == NULL || s->subsets == NULL) {
        tilt__shapley_free(s);
        return NULL;
    }
    s->standardised_b = s->standardised_a + n_sets;
    return s;
}

static double sum_of(size_t n, const double *values) {
    tilt__sum sum = {0};
    for (size_t i = 0; i < n; i++) tilt__sum_add(&sum, values[i]);
    return tilt__sum_total(sum);
}

/* Everything undefined for one reason; the gap stays if it can be had. */
static void clear_scale(tilt__shapley_scale *scale, size_t m, tilt_reason reason) {
    scale->gap = scale->gap_in = scale->off_a = scale->off_r = scale->rate_effect = tilt__term_none(reason);
    for (size_t j = 0; j < m; j++) {
        scale->composition[j] = tilt__term_none(reason);
        scale->first_in[j] = scale->last_in[j] = NAN;
    }
}

/* Sums of na, xa, nr, xr. Whole counts that add up exactly need no compensation. */
static void sum_counts(bool exact, size_t n, const double *const counts[4], double out[4]) {
    double sums[4] = {0};
    for (size_t i = 0; exact && i < n; i++)
        for (size_t c = 0; c < 4; c++) sums[c] += counts[c][i];
    for (size_t c = 0; c < 4; c++) out[c] = exact ? sums[c] : sum_of(n, counts[c]);
}

/* Picks the rows of the common support out of the table. */
static void find_support(tilt__shapley_run *run, tilt__shapley *s) {
    const tilt__cell_table *t = run->table;
    const double *const from[4] = {t->na, t->xa, t->nr, t->xr};
    const double *const inside[4] = {run->counts_in, run->counts_in + t->n_rows,
                                     run->counts_in + 2 * t->n_rows, run->counts_in + 3 * t->n_rows};
    double all[4], in[4];
    run->n_in = 0;
    s->n_cells = 0;
    for (size_t i = 0; i < t->n_rows; i++) {
        s->n_cells += t->na[i] > 0 || t->nr[i] > 0;
        if (!(t->na[i] > 0 && t->nr[i] > 0)) continue;
        run->row_in[run->n_in] = (uint32_t)i;
        run->keys_in[run->n_in] = t->keys[i];
        for (size_t c = 0; c < 4; c++) run->counts_in[c * t->n_rows + run->n_in] = from[c][i];
        run->n_in++;
    }
    s->n_cells_in = run->n_in;
    sum_counts(t->whole != NULL, t->n_rows, from, all);
    sum_counts(t->whole != NULL, run->n_in, inside, in);
    run->base_a = all[0];
    run->base_r = all[2];
    run->base_a_in = in[0];
    run->base_r_in = in[2];
    s->support_a = run->base_a_in / run->base_a;
    s->support_r = run->base_r_in / run->base_r;
    s->rate_a = all[1] / run->base_a;
    s->rate_r = all[3] / run->base_r;
    s->rate_a_in = in[1] / run->base_a_in;
    s->rate_r_in = in[3] / run->base_r_in;
}

/* The game v(S) = half of v_A + half of v_B, as far as differences go. */
static double game(const tilt__shapley *s, bool logs, size_t set) {
    double a = s->standardised_a[set], b = s->standardised_b[set];
    return logs ? (log(a) - log(b)) / 2 : (a - b) / 2;
}

/* Composition, first-in and last-in of factor j. */
static void set_factor(const tilt__shapley *s, bool logs, size_t j, const double *weights,
                       tilt__shapley_scale *out) {
    size_t n_sets = (size_t)1 << s->n_factors, bit = (size_t)1 << j, all = n_sets - 1;
    tilt__sum sum = {0};
    for (size_t set = 0; set < n_sets; set++) {
        if ((set & bit) != 0) continue;
        size_t size = 0;
        for (size_t rest = set; rest != 0; rest &= rest - 1) size++;
        tilt__sum_add(&sum, weights[size] * (game(s, logs, set | bit) - game(s, logs, set)));
    }
    out->composition[j] = tilt__term_bare(tilt__sum_total(sum));
    out->first_in[j] = game(s, logs, bit) - game(s, logs, 0);
    out->last_in[j] = game(s, logs, all) - game(s, logs, all & ~bit);
}

static void set_scale(const tilt__shapley *s, bool logs, tilt__shapley_scale *out) {
    double weights[TILT__MAX_FACTORS + 1] = {0};
    if (s->n_factors > 0) tilt__shapley_weights(s->n_factors, weights);
    for (size_t j = 0; j < s->n_factors; j++) set_factor(s, logs, j, weights, out);
    size_t all = ((size_t)1 << s->n_factors) - 1;
    double a = s->standardised_a[all], b = s->standardised_b[all];
    double rate = logs ? (log(s->rate_a_in) - log(a) + log(b) - log(s->rate_r_in)) / 2
                       : ((s->rate_a_in - a) + (b - s->rate_r_in)) / 2;
    out->rate_effect = tilt__term_bare(rate);
}

static void set_difference(tilt__shapley *s) {
    tilt__shapley_scale *out = &s->difference;
    clear_scale(out, s->n_factors, s->reason);
    if (s->reason != TILT_EMPTY_GROUP) out->gap = tilt__term_bare(s->rate_a - s->rate_r);
    if (s->reason != TILT_REASON_NONE) return;
    out->gap_in = tilt__term_bare(s->rate_a_in - s->rate_r_in);
    out->off_a = tilt__term_bare(s->rate_a - s->rate_a_in);
    out->off_r = tilt__term_bare(s->rate_r - s->rate_r_in);
    set_scale(s, false, out);
}

static bool all_positive(size_t n, const double *values) {
    for (size_t i = 0; i < n; i++) {
        if (!(values[i] > 0)) return false;
    }
    return true;
}

static void set_log(tilt__shapley *s) {
    tilt__shapley_scale *out = &s->log;
    bool gap = s->reason != TILT_EMPTY_GROUP && s->rate_a > 0 && s->rate_r > 0;
    bool inside = s->reason == TILT_REASON_NONE && all_positive((size_t)2 << s->n_factors, s->standardised_a);
    clear_scale(out, s->n_factors, s->reason != TILT_REASON_NONE ? s->reason : TILT_ZERO_MARGIN);
    if (gap) out->gap = tilt__term_bare(log(s->rate_a) - log(s->rate_r));
    if (gap && s->reason != TILT_REASON_NONE) return;
    if (!gap && s->reason == TILT_NO_OVERLAP) out->gap = tilt__term_none(TILT_ZERO_MARGIN);
    if (s->reason != TILT_REASON_NONE) return;
    bool a_in = s->rate_a_in > 0, r_in = s->rate_r_in > 0;
    if (a_in && r_in) out->gap_in = tilt__term_bare(log(s->rate_a_in) - log(s->rate_r_in));
    if (a_in) out->off_a = tilt__term_bare(log(s->rate_a) - log(s->rate_a_in));
    if (r_in) out->off_r = tilt__term_bare(log(s->rate_r) - log(s->rate_r_in));
    if (inside) set_scale(s, true, out);
}

static void set_subsets(const tilt__shapley_opts *opts, tilt__shapley *s) {
    for (size_t i = 0; i < s->n_subsets; i++) {
        tilt__standardised *out = &s->subsets[i];
        uint32_t set = opts->subsets[i];
        *out = (tilt__standardised){.subset = set, .ir_a = NAN, .ir_b = NAN};
        out->log_ratio = tilt__term_none(s->reason != TILT_REASON_NONE ? s->reason : TILT_ZERO_MARGIN);
        if (s->reason != TILT_REASON_NONE) continue;
        double a = s->standardised_a[set], b = s->standardised_b[set];
        if (a > 0) out->ir_a = s->rate_a_in / a;
        if (s->rate_r_in > 0) out->ir_b = b / s->rate_r_in;
        if (!(out->ir_a > 0 && out->ir_b > 0)) continue;
        out->log_ratio = tilt__term_bare((log(s->rate_a_in) - log(a) + log(b) - log(s->rate_r_in)) / 2);
    }
}

/* One whole pass: every value, and with `influences` what the errors need. */
static tilt_status solve(tilt__shapley_run *run, bool influences, double before, double part,
                         tilt__shapley *s, tilt_error *err) {
    find_support(run, s);
    s->reason = !(run->base_a > 0 && run->base_r > 0) ? TILT_EMPTY_GROUP
                : run->n_in == 0                      ? TILT_NO_OVERLAP
                                                      : TILT_REASON_NONE;
    tilt_status status = TILT_OK;
    if (s->reason == TILT_REASON_NONE) {
        size_t n = run->table->n_rows;
        tilt__lattice lattice = {.n_factors = s->n_factors,
                                 .fields = run->fields,
                                 .external = run->order,
                                 .n_rows = run->n_in,
                                 .keys = run->keys_in,
                                 .na = run->counts_in,
                                 .xa = run->counts_in + n,
                                 .nr = run->counts_in + 2 * n,
                                 .xr = run->counts_in + 3 * n,
                                 .influences = influences,
                                 .progress = run->opts->progress,
                                 .context = run->opts->context,
                                 .room = &run->room,
                                 .done_before = before,
                                 .done_part = part,
                                 .standardised_a = s->standardised_a,
                                 .standardised_b = s->standardised_b};
        status = tilt__lattice_run(&lattice, err);
        run->row_influence = lattice.row_influence;
        run->stride = lattice.stride;
    }
    if (status != TILT_OK) return status;
    set_difference(s);
    set_log(s);
    set_subsets(run->opts, s);
    return TILT_OK;
}

/* The terms in a fixed order: five and the compositions on each scale, then the subsets. */
static size_t count_terms(const tilt__shapley *s) {
    return 2 * (5 + s->n_factors) + s->n_subsets;
}

static tilt__term *term_at(tilt__shapley *s, size_t i) {
    size_t per_scale = 5 + s->n_factors;
    if (i >= 2 * per_scale) return &s->subsets[i - 2 * per_scale].log_ratio;
    tilt__shapley_scale *scale = i < per_scale ? &s->difference : &s->log;
    size_t k = i < per_scale ? i : i - per_scale;
    tilt__term *const fixed[5] = {&scale->gap, &scale->gap_in, &scale->off_a, &scale->off_r,
                                  &scale->rate_effect};
    return k < 5 ? fixed[k] : &scale->composition[k - 5];
}

/* values[i * n_clusters + g]: term i without cluster g. */
static tilt_status run_replicates(tilt__shapley_run *run, tilt__shapley *scratch, double *values,
                                  tilt_error *err) {
    size_t n_clusters = run->cells->n_clusters, n_terms = count_terms(scratch);
    double part = 1 / (double)(n_clusters + 1);
    for (size_t g = 0; g < n_clusters; g++) {
        tilt__cell_table_resum(run->table, run->cells, (uint32_t)g);
        tilt_status status = solve(run, false, part * (double)(g + 1), part, scratch, err);
        if (status != TILT_OK) return status;
        for (size_t i = 0; i < n_terms; i++) {
            const tilt__term *term = term_at(scratch, i);
            values[i * n_clusters + g] = term->reason == TILT_REASON_NONE ? term->value : (double)NAN;
        }
    }
    return TILT_OK;
}

static tilt_status set_jackknife(tilt__shapley_run *run, tilt__shapley *s, tilt_error *err) {
    size_t n_clusters = run->cells->n_clusters, n_terms = count_terms(s);
    tilt__shapley *scratch = shapley_alloc(s->n_factors, run->opts);
    double *values = tilt__alloc(n_terms * n_clusters, sizeof *values);
    tilt_status status;
    if (scratch != NULL && values != NULL) {
        status = run_replicates(run, scratch, values, err);
        for (size_t i = 0; status == TILT_OK && i < n_terms; i++) {
            bool ok = tilt__term_set_jackknife(term_at(s, i), values + i * n_clusters, n_clusters);
            if (!ok) status = tilt__fail_memory(err);
        }
    } else {
        status = tilt__fail_memory(err);
    }
    free(values);
    tilt__shapley_free(scratch);
    return status;
}

static tilt_status run_all(tilt__shapley_run *run, tilt__shapley *s, tilt_error *err) {
    tilt__shapley_errors errors = run->opts->errors;
    bool influences = errors == TILT__SHAPLEY_INDEPENDENT || errors == TILT__SHAPLEY_LINEARISED;
    bool passes = errors == TILT__SHAPLEY_JACKKNIFE;
    double part = passes ? 1 / (double)(run->cells->n_clusters + 1) : 1;
    tilt_status status = solve(run, influences, 0, part, s, err);
    if (status == TILT_OK && influences) status = tilt__shapley_set_errors(run, s, err);
    if (status == TILT_OK && passes) status = set_jackknife(run, s, err);
    return status;
}

/* Factors with few levels first: their small tables are the ones visited most. */
static void set_order(tilt__shapley_run *run) {
    const uint32_t *n_levels = run->table->n_levels;
    for (uint32_t j = 0; j < run->table->n_factors; j++) {
        uint32_t at = j;
        while (at > 0 && n_levels[run->order[at - 1]] > n_levels[j]) {
            run->order[at] = run->order[at - 1];
            at--;
        }
        run->order[at] = j;
    }
    for (size_t k = 0; k < run->table->n_factors; k++) run->fields[k] = run->table->fields[run->order[k]];
}

static bool run_alloc(tilt__shapley_run *run) {
    size_t n = run->table->n_rows;
    set_order(run);
    run->row_in = tilt__alloc(n, sizeof *run->row_in);
    run->keys_in = tilt__alloc(n, sizeof *run->keys_in);
    run->counts_in = tilt__alloc(4 * n, sizeof *run->counts_in);
    return run->row_in != NULL && run->keys_in != NULL && run->counts_in != NULL;
}

static tilt_status check(const tilt__cells *cells, const tilt__shapley_opts *opts, tilt_error *err) {
    size_t m = cells->n_factors;
    if (m > TILT__MAX_FACTORS) {
        return tilt__fail(err, TILT_ETOOBIG, "%zu factors, at most %d can be split exactly", m,
                          TILT__MAX_FACTORS);
    }
    for (size_t i = 0; i < opts->n_subsets; i++) {
        if (opts->subsets[i] >> m != 0)
            return tilt__fail(err, TILT_EUSAGE, "a set names a factor that is not there");
    }
    bool clusters = opts->errors == TILT__SHAPLEY_LINEARISED || opts->errors == TILT__SHAPLEY_JACKKNIFE;
    if (clusters && (cells->cluster == NULL || cells->n_clusters == 0)) {
        return tilt__fail(err, TILT_EUSAGE, "clustered errors need clusters");
    }
    return TILT_OK;
}

tilt__shapley *tilt__shapley_new(const tilt__cells *cells, const tilt__shapley_opts *opts, tilt_error *err) {
    if (check(cells, opts, err) != TILT_OK) return NULL;
    tilt__shapley_run run = {.cells = cells, .opts = opts, .table = tilt__cell_table_new(cells, err)};
    if (run.table == NULL) return NULL;
    tilt__shapley *s = shapley_alloc(cells->n_factors, opts);
    tilt_status status = s != NULL && run_alloc(&run) ? TILT_OK : tilt__fail_memory(err);
    if (status == TILT_OK) status = run_all(&run, s, err);
    tilt__cell_table_free(run.table);
    free(run.row_in);
    free(run.keys_in);
    free(run.counts_in);
    free(run.row_influence);
    tilt__lattice_room_free(&run.room);
    if (status == TILT_OK) return s;
    tilt__shapley_free(s);
    return NULL;
}
