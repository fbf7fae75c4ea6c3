/* measure/alternatives.c - quasi-binomial, sandwich and Rao-Scott beside the jackknife (methods 2.9).
 * None of them decides: the first assumes that the groups' noise is independent, the second is too sure with
 * few clusters, the third tests equality of rates, not the band. */
#include "measure/alternatives.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "stat/difference.h"
#include "stat/odds.h"
#include "stat/ratio.h"
#include "stat/tail.h"

/* The ratio times exp(-+ t se), with the degrees of the jackknife. */
static tilt_estimate sandwich_of(const tilt__comparison *c, double se, double level) {
    tilt_estimate out = tilt__undefined(TILT_NOT_CONVERGED, "sandwich", level);
    double ratio = c->impact_ratio.value;
    if (!(se > 0) || !(c->df > 0) || !(ratio > 0)) return out;
    double factor = exp(tilt__t_quantile(0.5 + level / 2, c->df) * se);
    return (tilt_estimate){.value = ratio,
                           .lower = ratio / factor,
                           .upper = ratio * factor,
                           .level = level,
                           .method = "sandwich"};
}

/* Counted and not counted of both groups, four per cluster; false where more are counted than there are. */
static bool put_counts(const tilt__projection *clusters, double *counts) {
    for (size_t g = 0; g < clusters->n_rows; g++) {
        const tilt__pair *p = &clusters->pairs[g];
        if (p->xa > p->na || p->xr > p->nr) return false; /* one day's clicks of another day's impressions */
        counts[4 * g] = p->xa;
        counts[4 * g + 1] = p->na - p->xa;
        counts[4 * g + 2] = p->xr;
        counts[4 * g + 3] = p->nr - p->xr;
    }
    return true;
}

tilt_status tilt__alternatives_clusters(const tilt__context *context, tilt__comparison *c,
                                        const tilt__projection *clusters) {
    tilt__rao_scott *test = &c->alternatives.rao_scott;
    tilt_status status = TILT_OK;
    if (c->benchmark) return TILT_OK;
    double se = tilt__linear_error(clusters->pairs, clusters->n_rows, c->proportion);
    c->alternatives.sandwich = sandwich_of(c, se, context->spec->level);
    if (!c->proportion) return TILT_OK;
    double *counts = tilt__alloc(4 * clusters->n_rows, sizeof *counts);
    if (counts == NULL) return tilt__fail_memory(context->err);
    if (!put_counts(clusters, counts))
        test->reason = TILT_NOT_A_PROPORTION;
    else
        status = tilt__rao_scott_test(counts, clusters->n_rows, 2, 2, test);
    free(counts);
    return status == TILT_OK ? TILT_OK : tilt__fail_memory(context->err);
}

/* The dimensions over which cells are told apart. Against the rest a group's count stands over the known
 * count of all groups, so that the attribute itself parts nothing. */
static size_t cell_dims(const tilt__view *view, size_t dims[TILT__MAX_DIMS]) {
    size_t n = 0;
    for (size_t d = 0; d < tilt__cube_n_dims(view->facts->cube); d++) {
        bool own = false;
        for (size_t a = 0; a < view->n_audience; a++) own = own || view->dims[a] == d;
        if (tilt__contrast_on_both(view, d) && !(own && view->mode == TILT__MODE_RELATIVE)) dims[n++] = d;
    }
    return n;
}

static bool same_ratio(const tilt__comparison *c, double ratio) {
    return fabs(log(ratio) - c->log_ratio) < 1e-9;
}

static void put_quasi(tilt__comparison *c, const tilt__cell_row *cells, size_t n, double level) {
    tilt__quasi quasi = c->proportion ? tilt__quasi_binomial(cells, n, level)
                                      : tilt__quasi_poisson(cells, n, level, c->amount ? 0 : 1);
    bool other = !isnan(quasi.ratio.value) && !same_ratio(c, quasi.ratio.value);
    c->alternatives.quasi =
        other ? tilt__undefined(TILT_NO_BASE, quasi.ratio.method, level) /* counts without their base */
              : quasi.ratio;
    c->alternatives.dispersion = other ? (double)NAN : quasi.phi_pearson;
}

tilt_status tilt__alternatives_cells(const tilt__context *context, const tilt__view *view,
                                     tilt__comparison *c) {
    tilt__alternatives *out = &c->alternatives;
    tilt_reason reason = c->benchmark ? TILT_NO_BASE : TILT_REASON_NONE;
    bool whole = c->reference_name != NULL && strcmp(c->reference_name, "population") == 0;
    size_t n_comparisons =
        view->mode == TILT__MODE_RELATIVE ? view->n_relative * view->n_groups : view->n_groups;
    if (reason == TILT_REASON_NONE && whole) reason = TILT_OUT_OF_RANGE;
    if (reason == TILT_REASON_NONE && n_comparisons > TILT__MOST_WITH_CELLS) reason = TILT_TOO_MANY;
    out->quasi =
        tilt__undefined(reason, c->proportion ? "quasi_binomial" : "quasi_poisson", context->spec->level);
    out->dispersion = NAN;
    if (reason != TILT_REASON_NONE) return TILT_OK;
    size_t dims[TILT__MAX_DIMS], n_dims = cell_dims(view, dims), n = 0;
    tilt__cell_row *cells;
    tilt_status status = tilt__contrast_cells(view, c, dims, n_dims, &cells, &n, context->err);
    if (status == TILT_OK) put_quasi(c, cells, n, context->spec->level);
    return status;
}

tilt_status tilt__alternatives_methods(const tilt__context *context, const tilt__view *view,
                                       tilt__comparison *c) {
    static const double most_exact = 6000, most_boschloo = 1e5;
    const tilt__pair *p = &c->pair;
    double level = context->spec->level;
    if (!c->proportion || c->benchmark || view->n_groups > TILT__MOST_WITH_METHODS) return TILT_OK;
    tilt__other_methods *out = tilt__arena_alloc(context->arena, 1, sizeof *out);
    if (out == NULL) return tilt__fail_memory(context->err);
    bool few = p->na + p->nr <= most_exact;
    out->koopman = tilt__ratio_koopman(*p, level);
    out->katz = tilt__ratio_katz(*p, level);
    out->difference_score = tilt__difference_mn(*p, level);
    out->difference_agresti_caffo = tilt__difference_agresti_caffo(*p, level);
    out->woolf = tilt__odds_woolf(*p, level);
    out->exact =
        few ? tilt__odds_conditional(*p, level, false) : tilt__undefined(TILT_TOO_MANY, "exact", level);
    out->mid_p =
        few ? tilt__odds_conditional(*p, level, true) : tilt__undefined(TILT_TOO_MANY, "mid_p", level);
    out->g = tilt__g_2x2(*p, false);
    out->boschloo =
        p->na * p->nr <= most_boschloo ? tilt__boschloo_two_sided(*p) : tilt__no_test(TILT_TOO_MANY);
    c->methods = out;
    return TILT_OK;
}
