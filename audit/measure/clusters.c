/* measure/clusters.c - clusters of a comparison and their jackknife.
 * The effective number of clusters is the smaller one of the two groups: thirty days of the reference do not
 * make a group that was reached on two days any surer, nor a hundred days of other ads an ad that ran two. */
#include "measure/clusters.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "measure/alternatives.h"
#include "measure/contrast.h"
#include "stat/ratio.h"

static const char *const candidates[][2] = {
    {"campaign", "day"}, {"day", NULL}, {"campaign", NULL}, {"ad_set", NULL}, {"ad", NULL},
};

static bool usable(const tilt__view *view, const char *name, size_t *out_dim) {
    *out_dim = tilt__cube_find_dim(view->facts->cube, name);
    return *out_dim != SIZE_MAX && tilt__contrast_on_count(view, *out_dim);
}

/* A column with one label in all of the view parts nothing: it would make one cluster of everything. */
static bool parts_view(const tilt__view *view, size_t dim) {
    uint32_t first = 0;
    for (size_t i = 0; i < view->cells.n; i++) {
        uint32_t label = tilt__cube_key(view->facts->cube, view->cells.cell[i])[dim];
        if (label == 0 || label == first) continue;
        if (first != 0) return true;
        first = label;
    }
    return false;
}

size_t tilt__clusters_unit(const tilt__context *context, const tilt__view *view,
                           size_t dims[TILT__MAX_CROSSING], const char **name) {
    const tilt__attributes *unit = &context->spec->unit;
    size_t n = 0;
    const char *label = NULL;
    for (size_t k = 0; k < unit->n; k++) {
        if (!usable(view, unit->names[k], &dims[n])) return 0;
        label = n++ == 0 ? unit->names[k]
                         : tilt__arena_format(context->arena, "%s%s%s", label, TILT__CROSSING_MARK,
                                              unit->names[k]);
    }
    for (size_t i = 0; unit->n == 0 && n == 0 && i < sizeof candidates / sizeof *candidates; i++) {
        const char *first = candidates[i][0], *second = candidates[i][1];
        if (!usable(view, first, &dims[0]) || (second != NULL && !usable(view, second, &dims[1]))) continue;
        if (second == NULL && !parts_view(view, dims[0])) continue;
        n = second != NULL ? 2 : 1;
        label = second != NULL
                    ? tilt__arena_format(context->arena, "%s%s%s", first, TILT__CROSSING_MARK, second)
                    : first;
    }
    if (name != NULL) *name = label;
    return n;
}

/* Totals of a replicate; in share mode the bases are the benchmark's, the same in each. */
static tilt__pair replicate(const double *totals, const tilt__comparison *c) {
    if (c->benchmark) return (tilt__pair){totals[0], c->pair.na, totals[2], c->pair.nr};
    return (tilt__pair){totals[0], totals[1], totals[2], totals[3]};
}

/* The ratio and the odds ratio, which are jackknifed on the log scale. */
static void ratios_of(const double *totals, void *ctx, double *out) {
    tilt__pair p = replicate(totals, ctx);
    double top = p.xa * (p.nr - p.xr), bottom = p.xr * (p.na - p.xa);
    out[0] = p.na > 0 && p.nr > 0 && p.xr > 0 && p.xa > 0 ? (p.xa / p.na) / (p.xr / p.nr) : (double)NAN;
    out[1] = top > 0 && bottom > 0 ? top / bottom : (double)NAN;
}

static double difference_of(const double *totals, void *ctx) {
    tilt__pair p = replicate(totals, ctx);
    return p.na > 0 && p.nr > 0 ? p.xa / p.na - p.xr / p.nr : (double)NAN;
}

static const char *cluster_label(const tilt__context *context, const tilt__view *view, const size_t *dims,
                                 const tilt__projection *projection, size_t row) {
    const char *label = "";
    for (size_t d = 0; d < projection->n_dims && label != NULL; d++) {
        uint32_t key = projection->keys[row * projection->n_dims + d];
        const char *part = tilt__cube_label(view->facts->cube, dims[d], key, NULL);
        label = d == 0 ? tilt__arena_copy(context->arena, part)
                       : tilt__arena_format(context->arena, "%s / %s", label, part);
    }
    return label;
}

static double effective_of(tilt__arena *scratch, const tilt__projection *rows, size_t column) {
    double *sizes = tilt__arena_alloc(scratch, rows->n_rows, sizeof *sizes);
    for (size_t r = 0; sizes != NULL && r < rows->n_rows; r++) {
        const tilt__pair *p = &rows->pairs[r];
        const double of[4] = {p->xa, p->na, p->xr, p->nr};
        sizes[r] = of[column];
    }
    return sizes != NULL ? tilt__effective_clusters(sizes, rows->n_rows) : 0;
}

/* Clusters weigh by the base where it varies from one to the next, else by the count; of the two groups the
 * one with fewer effective clusters decides. */
static tilt__jackknife_opts options_for(double level, tilt__arena *scratch, const tilt__projection *rows,
                                        bool base_varies) {
    tilt__jackknife_opts opts = TILT__JACKKNIFE_OPTS_INIT;
    size_t focal = base_varies ? 1 : 0, reference = base_varies ? 3 : 2;
    opts.level = level;
    opts.sizes[0] =
        effective_of(scratch, rows, focal) <= effective_of(scratch, rows, reference) ? focal : reference;
    return opts;
}

static double independent_se(const tilt__comparison *c) {
    double variance = 1 / c->pair.xa + 1 / c->pair.xr;
    if (c->proportion && !c->benchmark) variance -= 1 / c->pair.na + 1 / c->pair.nr;
    return variance > 0 && !c->amount ? sqrt(variance) : (double)NAN;
}

/* Replicates that agree to rounding are one number seen many times, not a proof that nothing varies. */
static const double least_se = 1e-9;

static tilt_status jackknife(const tilt__context *context, const tilt__view *view, tilt__comparison *c,
                             const tilt__projection *rows, bool base_varies, const size_t *dims,
                             tilt__arena *scratch) {
    tilt__clusters clusters = {&rows->pairs[0].xa, rows->n_rows, 4};
    tilt__jackknife_opts opts = options_for(context->spec->level, scratch, rows, base_varies);
    tilt__many both = {ratios_of, c, 2};
    tilt__jackknife ratios[2], difference;
    opts.scale = TILT__LOG;
    tilt_status status = tilt__jackknife_many(&clusters, &both, &opts, ratios);
    opts.scale = TILT__IDENTITY;
    if (status == TILT_OK) status = tilt__jackknife_one(&clusters, difference_of, c, &opts, &difference);
    if (status != TILT_OK) return tilt__fail_memory(context->err);
    tilt__jackknife ratio = ratios[0];
    c->clusters.count = ratio.n_clusters;
    c->clusters.effective = ratio.effective;
    if (ratio.depends_on != TILT__NO_CLUSTER)
        c->clusters.depends_on = cluster_label(context, view, dims, rows, ratio.depends_on);
    if (ratio.estimate.reason != TILT_REASON_NONE || !(ratio.se > least_se)) return TILT_OK;
    c->basis = TILT__BASIS_CLUSTERS;
    c->naive_ratio = c->impact_ratio;
    c->impact_ratio = ratio.estimate;
    c->se = ratio.se;
    c->df = ratio.df;
    c->design_effect = pow(ratio.se / independent_se(c), 2);
    if (!c->benchmark) c->difference = difference.estimate;
    if (c->proportion && !c->benchmark) c->odds_ratio = ratios[1].estimate;
    return tilt__alternatives_clusters(context, c, rows);
}

/* Cells of both groups over every dimension that count and base share, for the overdispersion of ratio kinds.
 */
static tilt_status quasi_poisson(const tilt__context *context, const tilt__view *view, tilt__comparison *c) {
    size_t dims[TILT__MAX_DIMS], n_dims = 0;
    for (size_t d = 0; d < tilt__cube_n_dims(view->facts->cube); d++) {
        bool covariate = tilt__cube_dim(view->facts->cube, d)->kind == TILT__DIM_COVARIATE;
        if (!covariate && tilt__contrast_on_both(view, d)) dims[n_dims++] = d;
    }
    tilt__cell_row *cells;
    size_t n = 0, n_all = 0;
    tilt_status status = tilt__contrast_cells(view, c, dims, n_dims, &cells, &n_all, context->err);
    if (status != TILT_OK) return status;
    for (size_t k = 0; k < n_all; k++)
        if (cells[k].n > 0) cells[n++] = cells[k];
    tilt__quasi quasi = tilt__quasi_poisson(cells, n, context->spec->level, c->amount ? 0 : 1);
    if (quasi.reason != TILT_REASON_NONE || quasi.ratio.reason != TILT_REASON_NONE ||
        !(quasi.quasi_se[1] > 0))
        return TILT_OK;
    c->basis = TILT__BASIS_QUASI;
    c->naive_ratio = c->impact_ratio;
    c->impact_ratio = quasi.ratio;
    double phi = c->amount ? quasi.phi_pearson : fmax(1, quasi.phi_pearson);
    c->se = phi > 0 ? sqrt(phi) * quasi.naive_se[1] : (double)NAN;
    c->df = quasi.df;
    c->design_effect = c->amount ? (double)NAN : phi;
    return TILT_OK;
}

/* By clusters of these dimensions, where there are any. */
static tilt_status by_clusters(const tilt__context *context, const tilt__view *view, tilt__comparison *c,
                               const size_t *dims, size_t n_dims) {
    tilt__arena scratch = {NULL, false};
    tilt__projection rows;
    bool base_varies;
    tilt_status status =
        tilt__contrast_clusters(view, c, dims, n_dims, &scratch, &rows, &base_varies, context->err);
    if (status == TILT_OK && rows.n_rows > 0)
        status = jackknife(context, view, c, &rows, base_varies, dims, &scratch);
    if (status == TILT_OK && scratch.failed) status = tilt__fail_memory(context->err);
    tilt__arena_free(&scratch);
    return status;
}

tilt_status tilt__clusters_measure(const tilt__context *context, const tilt__view *view,
                                   tilt__comparison *c) {
    size_t dims[TILT__MAX_CROSSING] = {0};
    const char *name = NULL;
    size_t n = tilt__clusters_unit(context, view, dims, &name);
    if (n > 0) {
        tilt_status status = by_clusters(context, view, c, dims, n);
        if (status != TILT_OK) return status;
        c->clusters.unit = name;
        if (c->basis == TILT__BASIS_CLUSTERS) return status;
    }
    bool ratio_kind = view->kind == TILT__RATE_RATIO && !c->benchmark && c->pair.xa > 0 && c->pair.xr > 0;
    return ratio_kind ? quasi_poisson(context, view, c) : TILT_OK;
}
