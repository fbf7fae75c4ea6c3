/* stat/gelbach_error.c - errors of Gelbach's split. In: a design; out: standard errors of its parts.
 * A unit moves the coefficients of the full model by (X'WX)^-1 x e, and the slope of column k on the group by
 * (g - mean)(x_k - mean_k - Gamma_k (g - mean)) / S_gg; delta_k = Gamma_k beta_k moves by the product rule.
 * A row holds units with and without the outcome, which differ in e alone, so its influence is a constant
 * plus a slope times the outcome. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "stat/design.h"
#include "stat/regression.h"

/* Terms in order: base, full, sum, then the parts. */
enum { BASE, FULL, SUM, FIRST_PART };

typedef struct workings {
    const tilt__design *design;
    const tilt__fit *fit;
    const size_t *part_of;
    size_t group, n_terms;
    double weight, mean_y, square, base; /* of the group's column: sum of squares, slope of y on it */
    double *inverse;                     /* (X'WX)^-1 */
    double *means, *gamma, *pull;        /* per column */
    double *constant, *slope;            /* per term: influence of a unit with outcome y */
    double *sums;                        /* per term, or per cluster and term */
} workings;

static const double *row_of(const workings *w, size_t i) {
    return w->design->x + i * w->design->n_columns;
}

static bool open_workings(workings *w, size_t n_sums) {
    size_t k = w->design->n_columns;
    w->inverse = tilt__alloc(k * k + 3 * k + 2 * w->n_terms + n_sums, sizeof *w->inverse);
    if (w->inverse == NULL) return false;
    w->means = w->inverse + k * k;
    w->gamma = w->means + k;
    w->pull = w->gamma + k;
    w->constant = w->pull + k;
    w->slope = w->constant + w->n_terms;
    w->sums = w->slope + w->n_terms;
    return true;
}

/* Means, slopes on the group, and the inverse; false when the fit is too perfect to tell it from sigma. */
static bool prepare(workings *w) {
    const tilt__design *d = w->design;
    size_t k = d->n_columns;
    for (size_t i = 0; i < d->n_rows; i++) w->weight += tilt__design_weight(d, i);
    for (size_t i = 0; i < d->n_rows; i++) {
        double share = tilt__design_weight(d, i) / w->weight;
        for (size_t j = 0; j < k; j++) w->means[j] += share * row_of(w, i)[j];
        w->mean_y += share * d->y[i];
    }
    for (size_t i = 0; i < d->n_rows; i++) {
        double at = row_of(w, i)[w->group] - w->means[w->group], weighed = tilt__design_weight(d, i) * at;
        w->square += weighed * at;
        w->base += weighed * (d->y[i] - w->mean_y);
        for (size_t j = 0; j < k; j++) w->gamma[j] += weighed * (row_of(w, i)[j] - w->means[j]);
    }
    w->base /= w->square;
    for (size_t j = 0; j < k; j++) w->gamma[j] /= w->square;
    double sigma2 = w->fit->deviance / (w->weight - (double)w->fit->n_used);
    for (size_t j = 0; j < k * k; j++) w->inverse[j] = w->fit->covariance[j] / sigma2;
    return sigma2 > 0 && isfinite(sigma2);
}

/* Influence of a unit of row i: constant + slope * outcome, for every term. */
static void influence(workings *w, size_t i) {
    const double *x = row_of(w, i);
    const bool *dropped = w->fit->dropped;
    size_t k = w->design->n_columns;
    double fitted = 0, at = (x[w->group] - w->means[w->group]) / w->square;
    memset(w->pull, 0, k * sizeof *w->pull);
    for (size_t j = 0; j < k; j++) {
        if (dropped[j]) continue;
        fitted += x[j] * w->fit->beta[j];
        for (size_t l = 0; l < k; l++) w->pull[j] += dropped[l] ? 0 : w->inverse[j * k + l] * x[l];
    }
    memset(w->constant, 0, 2 * w->n_terms * sizeof *w->constant);
    w->constant[BASE] = at * (-w->mean_y - w->base * at * w->square);
    w->slope[BASE] = at;
    w->constant[FULL] = -w->pull[w->group] * fitted;
    w->slope[FULL] = w->pull[w->group];
    for (size_t j = 0; j < k; j++) {
        if (w->part_of[j] == SIZE_MAX || dropped[j]) continue;
        size_t term = FIRST_PART + w->part_of[j];
        double moved = at * (x[j] - w->means[j] - w->gamma[j] * at * w->square);
        w->constant[term] += w->fit->beta[j] * moved - w->gamma[j] * w->pull[j] * fitted;
        w->slope[term] += w->gamma[j] * w->pull[j];
    }
    w->constant[SUM] = w->constant[BASE] - w->constant[FULL];
    w->slope[SUM] = w->slope[BASE] - w->slope[FULL];
}

/* Leaves the variances in the first n_terms of sums. */
static void add_up(workings *w, bool clustered) {
    const tilt__design *d = w->design;
    for (size_t i = 0; i < d->n_rows; i++) {
        double weight = tilt__design_weight(d, i), y = d->y[i];
        if (weight == 0) continue;
        influence(w, i);
        double *sums = w->sums + (clustered ? (d->cluster[i] + 1) * w->n_terms : 0);
        for (size_t t = 0; t < w->n_terms; t++) {
            double none = w->constant[t], one = none + w->slope[t];
            sums[t] += clustered ? weight * (none + y * w->slope[t])
                                 : weight * (y * one * one + (1 - y) * none * none);
        }
    }
    size_t n_met = 0;
    for (size_t g = 0; clustered && g < d->n_clusters; g++) {
        const double *sums = w->sums + (g + 1) * w->n_terms;
        bool met = false;
        for (size_t t = 0; t < w->n_terms; t++) {
            w->sums[t] += sums[t] * sums[t];
            met = met || sums[t] != 0;
        }
        n_met += met;
    }
    double rows = w->weight, used = (double)w->fit->n_used;
    double small =
        clustered ? (double)n_met / ((double)n_met - 1) * (rows - 1) / (rows - used) : rows / (rows - used);
    for (size_t t = 0; t < w->n_terms; t++) w->sums[t] = sqrt(w->sums[t] * small);
}

static tilt_status set_errors(workings *w, bool clustered, size_t n_parts, tilt__gelbach_errors *out,
                              double *out_parts, tilt_error *err) {
    size_t n_sums = w->n_terms * (clustered ? w->design->n_clusters + 1 : 1);
    if (!open_workings(w, n_sums)) return tilt__fail_memory(err);
    if (prepare(w)) {
        add_up(w, clustered);
        *out = (tilt__gelbach_errors){w->sums[BASE], w->sums[FULL], w->sums[SUM]};
        for (size_t p = 0; p < n_parts; p++) out_parts[p] = w->sums[FIRST_PART + p];
    }
    free(w->inverse);
    return TILT_OK;
}

bool tilt__gelbach_set_errors(const tilt__design *design, size_t intercept, size_t group,
                              const size_t *part_of, size_t n_parts, bool clustered,
                              tilt__gelbach_errors *out, double *out_parts, tilt_error *err) {
    *out = (tilt__gelbach_errors){NAN, NAN, NAN};
    for (size_t p = 0; p < n_parts; p++) out_parts[p] = NAN;
    if (intercept >= design->n_columns || group >= design->n_columns || intercept == group) return true;
    if (clustered && (design->cluster == NULL || design->n_clusters < 2)) return true;
    tilt__fit *fit = tilt__least_squares_new(design, err);
    if (fit == NULL) return false;
    tilt_status status = TILT_OK;
    bool usable = fit->reason == TILT_REASON_NONE && !fit->dropped[group] && !fit->dropped[intercept];
    if (usable) {
        workings w = {.design = design,
                      .fit = fit,
                      .part_of = part_of,
                      .group = group,
                      .n_terms = FIRST_PART + n_parts};
        status = set_errors(&w, clustered, n_parts, out, out_parts, err);
    }
    tilt__fit_free(fit);
    return status == TILT_OK;
}
