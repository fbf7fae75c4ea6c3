/* explain/drivers.c - from a comparison to its drivers: cells are projected out of the view, the numerics of
 * this folder split them, and the rows get their names. Exact sums: stage rows sum to the log ratio; factor
 * rows, rate effect and off-support sum to the gap on each scale; level rows of a factor sum to the gap; so
 * do the levels of a factor that only the count has. */
#include "explain/drivers.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "explain/crossed.h"
#include "explain/designed.h"
#include "explain/drivers_run.h"
#include "explain/mix.h"
#include "explain/shapley.h"
#include "measure/clusters.h"
#include "measure/contrast.h"

const char *const tilt__driver_kind_names[TILT__N_DRIVER_KINDS] = {[TILT__DRIVER_STAGE] = "stage",
                                                                   [TILT__DRIVER_FACTOR] = "factor",
                                                                   [TILT__DRIVER_RATE_EFFECT] = "rate_effect",
                                                                   [TILT__DRIVER_OFF_SUPPORT] = "off_support",
                                                                   [TILT__DRIVER_LEVEL] = "level",
                                                                   [TILT__DRIVER_NUMERATOR_LEVEL] =
                                                                       "numerator_level",
                                                                   [TILT__DRIVER_DESIGNED] = "designed"};

enum { MOST_CROSSED = 4 };
enum { MOST_PAIRS = 3 }; /* pairs of factors whose common mix is told */
static const double least_support = 0.9;
static const double unseparated =
    0.25; /* last-in under a quarter of first-in: mostly shared with other factors */

/* ---- which factors ---- */

static bool is_audience(const tilt__view *view, size_t dim) {
    for (size_t a = 0; a < view->n_audience; a++) {
        if (view->dims[a] == dim) return true;
    }
    return false;
}

/* In relative mode the ads are what is compared; their own names cannot explain them. */
static bool is_unit(const tilt__explainer *e, const char *name) {
    static const char *const hierarchy[] = {"campaign", "ad_set", "ad"};
    const tilt__attributes *unit = &e->context->spec->unit;
    if (e->view->mode != TILT__MODE_RELATIVE) return false;
    for (size_t k = 0; k < unit->n; k++) {
        if (strcmp(unit->names[k], name) == 0) return true;
    }
    for (size_t k = 0; unit->n == 0 && k < sizeof hierarchy / sizeof *hierarchy; k++) {
        if (strcmp(hierarchy[k], name) == 0) return true;
    }
    return false;
}

static bool wanted_factor(const tilt__explainer *e, size_t dim) {
    const tilt__dim *d = tilt__cube_dim(e->view->facts->cube, dim);
    if (is_audience(e->view, dim) || d->kind == TILT__DIM_AUDIENCE || d->kind == TILT__DIM_COVARIATE ||
        is_unit(e, d->name))
        return false;
    if (e->view->mode == TILT__MODE_RELATIVE && tilt__constant_in_units(e->view, dim)) return false;
    if (e->view->slice_name != NULL && strcmp(d->name, e->view->slice_name) == 0) return false;
    if (!e->context->spec->factors_named) return true;
    for (size_t f = 0; f < e->context->spec->n_factors; f++) {
        if (strcmp(e->context->spec->factors[f], d->name) == 0) return true;
    }
    return false;
}

const char *tilt__driver_label(const tilt__explainer *e, size_t dim, uint32_t label) {
    if (label == 0) return "(none)";
    size_t n;
    const char *text = tilt__cube_label(e->view->facts->cube, dim, label, &n);
    return tilt__arena_text(e->context->arena, text, n);
}

/* ---- several factors at once ---- */

static tilt__cells cells_of(tilt__explainer *e, const tilt__projection *rows, bool *out_ok) {
    tilt__arena *arena = &e->scratch;
    double *na = tilt__arena_alloc(arena, rows->n_rows, sizeof *na),
           *xa = tilt__arena_alloc(arena, rows->n_rows, sizeof *xa);
    double *nr = tilt__arena_alloc(arena, rows->n_rows, sizeof *nr),
           *xr = tilt__arena_alloc(arena, rows->n_rows, sizeof *xr);
    tilt__cells cells = {.n_cells = rows->n_rows,
                         .n_factors = rows->n_dims,
                         .levels = rows->keys,
                         .na = na,
                         .xa = xa,
                         .nr = nr,
                         .xr = xr};
    *out_ok = na != NULL && xa != NULL && nr != NULL && xr != NULL;
    for (size_t r = 0; *out_ok && r < rows->n_rows; r++) {
        na[r] = rows->pairs[r].na;
        xa[r] = rows->pairs[r].xa;
        nr[r] = rows->pairs[r].nr;
        xr[r] = rows->pairs[r].xr;
    }
    return cells;
}

/* Rows over factors and clusters together, the cluster columns turned into one number per row. A base that
 * does not vary by cluster is spread over them (measure/contrast.h). False where there are no clusters or too
 * many rows would be needed: then errors cannot be had from clusters. */
static tilt_status clustered_cells(tilt__explainer *e, tilt__cells *out, bool *out_done, double *out_df) {
    size_t unit[TILT__MAX_CROSSING], dims[MOST_FACTORS + TILT__MAX_CROSSING], n = e->n_dims;
    *out_done = false;
    if (e->comparison->basis != TILT__BASIS_CLUSTERS) return TILT_OK;
    size_t n_unit = tilt__clusters_unit(e->context, e->view, unit, NULL);
    memcpy(dims, e->dims, e->n_dims * sizeof *dims);
    for (size_t k = 0; k < n_unit; k++) dims[n++] = unit[k];
    tilt__projection cells, rows;
    bool spread = false;
    tilt_status status =
        tilt__contrast_project(e->view, e->comparison, dims, n, true, &e->scratch, &cells, e->context->err);
    if (status == TILT_OK)
        status = tilt__contrast_spread(&cells, e->n_dims, &e->scratch, &rows, &spread, e->context->err);
    if (status != TILT_OK || !spread) return status;
    bool ok;
    *out = cells_of(e, &rows, &ok);
    uint32_t *levels = tilt__arena_alloc(&e->scratch, rows.n_rows * e->n_dims, sizeof *levels);
    uint32_t *cluster = tilt__arena_alloc(&e->scratch, rows.n_rows, sizeof *cluster);
    if (!ok || levels == NULL || cluster == NULL) return tilt__fail_memory(e->context->err);
    for (size_t r = 0; r < rows.n_rows; r++)
        memcpy(levels + r * e->n_dims, rows.keys + r * n, e->n_dims * sizeof *levels);
    status = tilt__number_rows(&rows, e->n_dims, cluster, &out->n_clusters, e->context->err);
    out->levels = levels;
    out->n_factors = e->n_dims;
    out->cluster = cluster;
    *out_df = e->comparison->df;
    *out_done = status == TILT_OK;
    return status;
}

tilt__noise tilt__driver_noise(const tilt__explainer *e) {
    const tilt__comparison *c = e->comparison;
    tilt__noise noise = {c->proportion && !c->benchmark ? TILT__NOISE_BINOMIAL : TILT__NOISE_POISSON, 1};
    double effect =
        c->basis == TILT__BASIS_NAIVE ? e->context->policy->assumed_design_effect : c->design_effect;
    if (c->basis != TILT__BASIS_PERSON && effect > 1) noise.dispersion = effect;
    return noise;
}

const char *tilt__driver_method(const tilt__explainer *e, bool clustered) {
    if (clustered) return "cluster_jackknife";
    if (e->comparison->basis == TILT__BASIS_PERSON) return "delta";
    return e->comparison->basis == TILT__BASIS_NAIVE ? "delta_assumed_design_effect" : "delta_design_effect";
}

/* Share of the gap, where it would not mislead. */
static tilt__value share_of(tilt__term part, tilt__term gap, bool mixed) {
    tilt_estimate share = tilt__share_of_gap(part, gap, mixed);
    return share.reason == TILT_REASON_NONE ? tilt__some_value(share.value) : tilt__no_value(share.reason);
}

static tilt__value known_or(double value, tilt_reason reason) {
    return isnan(value) ? tilt__no_value(reason) : tilt__some_value(value);
}

/* What carries nothing beyond noise in either place is not shared with anything. D where what a factor
 * carries is mostly shared with the other factors, or its direction depends on the order. */
static char grade_of_factor(const tilt__term *term, double first_in, double last_in) {
    if (isnan(first_in) || isnan(last_in)) return 'C';
    bool nothing = term->se_reason == TILT_REASON_NONE && fmax(fabs(first_in), fabs(last_in)) < 2 * term->se;
    if (nothing) return 'C';
    if (first_in * last_in < 0) return 'D';
    return fabs(last_in) < unseparated * fabs(first_in) || fabs(first_in) < unseparated * fabs(last_in) ? 'D'
                                                                                                        : 'C';
}

static tilt_status add_scale(tilt__explainer *e, const tilt__shapley *s, const tilt__shapley_scale *scale,
                             bool log_scale, double df, const char *method) {
    double level = e->context->spec->level;
    bool mixed = tilt__signs_mixed(s->n_factors, scale->composition) ||
                 scale->rate_effect.value * scale->gap_in.value < 0;
    for (size_t f = 0; f < s->n_factors; f++) {
        const tilt__term *term = &scale->composition[f];
        if (term->reason != TILT_REASON_NONE) continue;
        tilt__driver *d = tilt__driver_add(&e->list, TILT__DRIVER_FACTOR, log_scale);
        if (d == NULL) return tilt__fail_memory(e->context->err);
        d->name = tilt__cube_dim(e->view->facts->cube, e->dims[f])->name;
        d->contribution = tilt__term_estimate(*term, df, level, method);
        d->share_of_gap = share_of(*term, scale->gap, mixed);
        d->first_in = known_or(scale->first_in[f], TILT_ZERO_MARGIN);
        d->last_in = known_or(scale->last_in[f], TILT_ZERO_MARGIN);
        d->grade = s->n_factors > 1 ? grade_of_factor(term, scale->first_in[f], scale->last_in[f]) : 'C';
        d->basis = "shapley";
    }
    tilt__term off = tilt__term_bare(scale->off_a.value - scale->off_r.value);
    struct {
        tilt__driver_kind kind;
        const char *name;
        tilt__term term;
        bool shown;
    } rest[] = {{TILT__DRIVER_RATE_EFFECT, "rates", scale->rate_effect, true},
                {TILT__DRIVER_OFF_SUPPORT, "off_support", off, s->n_cells_in < s->n_cells}};
    for (size_t i = 0; i < 2; i++) {
        if (!rest[i].shown || rest[i].term.reason != TILT_REASON_NONE || isnan(rest[i].term.value)) continue;
        tilt__driver *d = tilt__driver_add(&e->list, rest[i].kind, log_scale);
        if (d == NULL) return tilt__fail_memory(e->context->err);
        d->name = rest[i].name;
        d->contribution = tilt__term_estimate(rest[i].term, df, level, method);
        d->share_of_gap = share_of(rest[i].term, scale->gap, mixed);
        d->basis = "shapley";
    }
    return TILT_OK;
}

/* How far from 1 the ratio stays when both groups have the mix of subset i; infinite when it cannot be had.
 */
static double left_over(const tilt__shapley *s, size_t i) {
    const tilt__term *ratio = &s->subsets[i].log_ratio;
    return ratio->reason == TILT_REASON_NONE ? fabs(ratio->value) : (double)INFINITY;
}

/* Every factor alone, and of the pairs the MOST_PAIRS that leave least, where a pair leaves less than its two
 * factors do. Subsets: the factors, then the pairs. */
static bool shown_subset(const tilt__shapley *s, size_t i) {
    uint32_t subset = s->subsets[i].subset;
    size_t better = 0;
    if (i < s->n_factors) return true;
    for (size_t f = 0; f < s->n_factors; f++) {
        if ((subset >> f & 1) != 0 && left_over(s, f) <= left_over(s, i)) return false;
    }
    for (size_t k = s->n_factors; k < s->n_subsets; k++)
        better += left_over(s, k) < left_over(s, i) || (k < i && left_over(s, k) == left_over(s, i));
    return better < MOST_PAIRS;
}

/* All factors, then all pairs; their number. */
static size_t list_subsets(size_t n_factors, uint32_t *out) {
    size_t n = 0;
    for (size_t f = 0; f < n_factors; f++) out[n++] = (uint32_t)1 << f;
    for (size_t f = 0; f < n_factors; f++) {
        for (size_t g = 0; g < f; g++) out[n++] = (uint32_t)1 << f | (uint32_t)1 << g;
    }
    return n;
}

static tilt_status add_same_mix(tilt__explainer *e, const tilt__shapley *s, double df, const char *method) {
    e->out->same_mix = tilt__arena_alloc(e->context->arena, s->n_subsets, sizeof *e->out->same_mix);
    if (e->out->same_mix == NULL) return tilt__fail_memory(e->context->err);
    for (size_t i = 0; i < s->n_subsets; i++) {
        const tilt__standardised *from = &s->subsets[i];
        if (from->log_ratio.reason != TILT_REASON_NONE || !shown_subset(s, i)) continue;
        tilt__same_mix *mix = &e->out->same_mix[e->out->n_same_mix++];
        for (size_t f = 0; f < e->n_dims && mix->n_factors < 2; f++) {
            if (from->subset >> f & 1)
                mix->factors[mix->n_factors++] = tilt__cube_dim(e->view->facts->cube, e->dims[f])->name;
        }
        mix->ratio_a = from->ir_a;
        mix->ratio_b = from->ir_b;
        mix->ratio = tilt__term_factor(from->log_ratio, df, e->context->spec->level, method);
    }
    return TILT_OK;
}

/* Factors chosen by us are given up, finest first, until both groups mostly lie on cells that they share. */
static tilt_status coarsen(tilt__explainer *e) {
    if (e->context->spec->factors_named || e->n_dims < 2) return TILT_OK;
    tilt__projection rows;
    tilt_status status = tilt__contrast_project(e->view, e->comparison, e->dims, e->n_dims, true, &e->scratch,
                                                &rows, e->context->err);
    if (status != TILT_OK) return status;
    bool ok;
    tilt__cells cells = cells_of(e, &rows, &ok);
    uint32_t keep = 0, all = ((uint32_t)1 << e->n_dims) - 1;
    size_t dropped[MOST_FACTORS], n_dropped = 0;
    if (!ok || !tilt__coarsen(&cells, all, least_support, &keep, dropped, &n_dropped))
        return tilt__fail_memory(e->context->err);
    if (keep == 0)
        keep = (uint32_t)1 << (n_dropped > 0 ? dropped[n_dropped - 1] : 0); /* one factor always stays */
    e->out->left_out = tilt__arena_alloc(e->context->arena, e->n_dims, sizeof *e->out->left_out);
    if (e->out->left_out == NULL) return tilt__fail_memory(e->context->err);
    size_t kept = 0;
    for (size_t f = 0; f < e->n_dims; f++) {
        if (keep >> f & 1)
            e->dims[kept++] = e->dims[f];
        else
            e->out->left_out[e->out->n_left_out++] = tilt__cube_dim(e->view->facts->cube, e->dims[f])->name;
    }
    e->n_dims = kept;
    return TILT_OK;
}

/* The difference-scale rows once more by Das Gupta's split: how far the parts depend on how they are defined.
 * first: where the factor rows begin. Beyond four factors it says little, so it is left out. */
static tilt_status add_crossed(tilt__explainer *e, const tilt__cells *cells, size_t first) {
    double parts[TILT__MAX_CROSSED], rate = 0;
    tilt_reason reason = TILT_NOT_REQUESTED;
    if (e->n_dims <= MOST_CROSSED && !tilt__crossed_split(cells, parts, &rate, &reason))
        return tilt__fail_memory(e->context->err);
    for (size_t i = first; i < e->list.n; i++) {
        tilt__driver *d = &e->list.items[i];
        if (d->log_scale) continue;
        d->crossed = tilt__no_value(reason);
        for (size_t f = 0; reason == TILT_REASON_NONE && f < e->n_dims; f++) {
            if (strcmp(d->name, tilt__cube_dim(e->view->facts->cube, e->dims[f])->name) == 0)
                d->crossed = tilt__some_value(parts[f]);
        }
        if (reason == TILT_REASON_NONE && d->kind == TILT__DRIVER_RATE_EFFECT)
            d->crossed = tilt__some_value(rate);
    }
    return TILT_OK;
}

static bool tell_progress(void *user, double done) {
    const tilt__explainer *e = user;
    const tilt_spec *spec = e->context->spec;
    return spec->on_progress(spec->progress_user, "splitting the gap", done);
}

static tilt_status add_factors(tilt__explainer *e) {
    tilt_status status = coarsen(e);
    if (status != TILT_OK) return status;
    tilt__projection rows;
    status = tilt__contrast_project(e->view, e->comparison, e->dims, e->n_dims, true, &e->scratch, &rows,
                                    e->context->err);
    if (status != TILT_OK) return status;
    bool ok, clustered = false;
    double df = 0;
    tilt__cells cells = cells_of(e, &rows, &ok);
    if (!ok) return tilt__fail_memory(e->context->err);
    status = clustered_cells(e, &cells, &clustered, &df);
    if (status != TILT_OK) return status;
    uint32_t subsets[MOST_FACTORS * (MOST_FACTORS + 1) / 2];
    size_t n_subsets = list_subsets(e->n_dims, subsets);
    tilt__shapley_opts opts = {.errors = clustered ? TILT__SHAPLEY_JACKKNIFE : TILT__SHAPLEY_INDEPENDENT,
                               .noise = tilt__driver_noise(e),
                               .subsets = subsets,
                               .n_subsets = n_subsets};
    if (e->context->spec->on_progress != NULL) {
        opts.progress = tell_progress;
        opts.context = e;
    }
    /* the jackknife's passes are worth it up to here; beyond, influences are summed within clusters */
    double work = (double)cells.n_cells * (double)((uint64_t)1 << e->n_dims) *
                  (clustered ? (double)cells.n_clusters : 1);
    if (clustered && work > 5e7) opts.errors = TILT__SHAPLEY_LINEARISED;
    if (!clustered && e->comparison->amount) opts.errors = TILT__SHAPLEY_NO_ERRORS;
    tilt__shapley *s = tilt__shapley_new(&cells, &opts, e->context->err);
    if (s == NULL) return e->context->err != NULL ? e->context->err->status : TILT_ENOMEM;
    e->out->support_a = s->support_a;
    e->out->support_r = s->support_r;
    size_t first = e->list.n;
    if (s->reason == TILT_REASON_NONE) {
        bool linearised = opts.errors == TILT__SHAPLEY_LINEARISED;
        const char *method = linearised ? "cluster_linearised" : tilt__driver_method(e, clustered);
        status = add_scale(e, s, &s->difference, false, df, method);
        if (status == TILT_OK) status = add_scale(e, s, &s->log, true, df, method);
        if (status == TILT_OK) status = add_same_mix(e, s, df, method);
        if (status == TILT_OK) status = add_crossed(e, &cells, first);
    }
    tilt__shapley_free(s);
    return status;
}

static bool has_levels(const tilt__explainer *e, size_t dim) {
    return tilt__cube_n_labels(e->view->facts->cube, dim) >= 2;
}

/* What the mix over one factor carries alone, for the choice of factors. */
static tilt_status carried_alone(tilt__explainer *e, size_t dim, double *out) {
    tilt__projection rows;
    tilt_status status =
        tilt__contrast_project(e->view, e->comparison, &dim, 1, true, &e->scratch, &rows, e->context->err);
    if (status != TILT_OK) return status;
    bool ok;
    tilt__cells cells = cells_of(e, &rows, &ok);
    if (!ok) return tilt__fail_memory(e->context->err);
    tilt__level_counts counts = {cells.n_cells, cells.na, cells.xa, cells.nr, cells.xr};
    tilt__mix mix;
    *out = tilt__mix_split(&counts, (tilt__noise){0}, &mix, NULL) == TILT_REASON_NONE
               ? fabs(mix.composition.value)
               : 0;
    return TILT_OK;
}

/* Of more factors than can be split at once, those that carry most alone; the others are named. */
static tilt_status choose_factors(tilt__explainer *e, const size_t *dims, size_t n) {
    double carried[TILT__MAX_DIMS];
    e->n_dims = n <= MOST_FACTORS ? n : MOST_FACTORS;
    memcpy(e->dims, dims, e->n_dims * sizeof *dims);
    if (n <= MOST_FACTORS) return TILT_OK;
    e->out->beyond = tilt__arena_alloc(e->context->arena, n - MOST_FACTORS, sizeof *e->out->beyond);
    if (e->out->beyond == NULL) return tilt__fail_memory(e->context->err);
    for (size_t f = 0; f < n; f++) {
        tilt_status status = carried_alone(e, dims[f], &carried[f]);
        if (status != TILT_OK) return status;
    }
    e->n_dims = 0;
    for (size_t f = 0; f < n; f++) {
        size_t before = 0; /* factors that carry more; of equals, the earlier ones */
        for (size_t g = 0; g < n; g++)
            before += carried[g] > carried[f] || (carried[g] == carried[f] && g < f);
        if (before < MOST_FACTORS)
            e->dims[e->n_dims++] = dims[f];
        else
            e->out->beyond[e->out->n_beyond++] = tilt__cube_dim(e->view->facts->cube, dims[f])->name;
    }
    return TILT_OK;
}

static tilt_status explain_factors(tilt__explainer *e) {
    const tilt_cube *cube = e->view->facts->cube;
    tilt_status status = TILT_OK;
    size_t on_both[TILT__MAX_DIMS], n_both = 0;
    for (size_t d = 0; d < tilt__cube_n_dims(cube) && status == TILT_OK; d++) {
        if (!wanted_factor(e, d) || !has_levels(e, d) || !tilt__contrast_on_count(e->view, d)) continue;
        bool both = e->view->mode != TILT__MODE_SHARE && tilt__contrast_on_both(e->view, d);
        if (both)
            on_both[n_both++] = d;
        else
            status = tilt__levels_explain(e, d, false);
    }
    if (status == TILT_OK) status = choose_factors(e, on_both, n_both);
    if (status == TILT_OK && n_both > 0) status = add_factors(e);
    for (size_t f = 0; f < n_both && status == TILT_OK; f++)
        status = tilt__levels_explain(e, on_both[f], true);
    return status;
}

tilt_status tilt__drivers_make(const tilt__context *context, const tilt__view *view,
                               tilt__comparison *comparison, tilt__explanation *out) {
    *out = (tilt__explanation){.support_a = (double)NAN, .support_r = (double)NAN};
    tilt__explainer e = {.context = context,
                         .view = view,
                         .comparison = comparison,
                         .out = out,
                         .list = {.arena = context->arena}};
    if (comparison->unexplained) return TILT_OK;
    if (!(comparison->pair.na > 0) || !(comparison->pair.nr > 0)) return TILT_OK;
    tilt_status status = tilt__stages_explain(context, view, comparison, &e.list);
    if (status == TILT_OK) status = explain_factors(&e);
    tilt__arena_free(&e.scratch);
    comparison->drivers = e.list.items;
    comparison->n_drivers = e.list.n;
    return status;
}

tilt_status tilt__drivers_keep(const tilt__context *context, tilt__view *view) {
    for (size_t c = 0; c < view->n_comparisons; c++) {
        tilt__comparison *comparison = &view->comparisons[c];
        const tilt__driver *all = comparison->drivers;
        size_t n = 0, n_all = comparison->n_drivers;
        for (size_t d = 0; d < n_all; d++) n += all[d].kind == TILT__DRIVER_FACTOR;
        comparison->drivers = tilt__arena_alloc(context->arena, n, sizeof *all);
        comparison->n_drivers = 0;
        if (comparison->drivers == NULL) return tilt__fail_memory(context->err);
        for (size_t d = 0; d < n_all; d++) {
            if (all[d].kind == TILT__DRIVER_FACTOR) comparison->drivers[comparison->n_drivers++] = all[d];
        }
    }
    return TILT_OK;
}
