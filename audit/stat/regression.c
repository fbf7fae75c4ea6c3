/* stat/regression.c - least squares, and what is read off a fit: standardised rates and Gelbach's split. */
#include "stat/regression.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "stat/design.h"

/* Leaves w * (y - fitted) in m->v; returns the weighted sum of squares. */
static double residuals_of(tilt__model *m, const double *beta) {
    const tilt__design *d = m->design;
    double squares = 0;
    for (size_t i = 0; i < d->n_rows; i++) {
        double fitted = 0, w = tilt__design_weight(d, i);
        for (size_t j = 0; j < m->k; j++) fitted += d->x[i * d->n_columns + m->used[j]] * beta[j];
        double error = d->y[i] - fitted;
        squares += w * error * error;
        m->v[i] = w * error;
    }
    return squares;
}

static double total_squares(const tilt__model *m) {
    const tilt__design *d = m->design;
    double mean = 0, squares = 0;
    for (size_t i = 0; i < d->n_rows; i++) mean += tilt__design_weight(d, i) * d->y[i] / m->weight;
    for (size_t i = 0; i < d->n_rows; i++) {
        squares += tilt__design_weight(d, i) * (d->y[i] - mean) * (d->y[i] - mean);
    }
    return squares;
}

/* The model must be factored at the plain weights, as tilt__model_open leaves it. Solution in m->solution. */
static void solve(tilt__model *m) {
    for (size_t i = 0; i < m->design->n_rows; i++) m->v[i] = m->root[i] * m->design->y[i];
    tilt__qr_solve(&m->qr, m->v, m->solution);
}

/* Not the public name: gcc's analyser would count the result of a call within this file twice. */
static tilt__fit *least_squares(const tilt__design *design, tilt_error *err) {
    if (tilt__design_check(design, false, err) != TILT_OK) return NULL;
    tilt__model m;
    if (tilt__model_open(design, &m, err) != TILT_OK) {
        tilt__model_close(&m);
        return NULL;
    }
    tilt__fit *fit = tilt__fit_alloc(&m);
    bool ok = fit != NULL;
    if (ok && m.k == 0) fit->reason = TILT_TOO_FEW;
    if (ok && m.k > 0) {
        solve(&m);
        tilt__fit_set_beta(&m, m.solution, fit);
        fit->deviance = residuals_of(&m, m.solution);
        fit->null_deviance = total_squares(&m);
        double free_rows = m.weight - (double)m.k;
        double sigma2 = free_rows > 0 ? fit->deviance / free_rows : (double)NAN;
        ok = tilt__fit_set_covariance(&m, sigma2, m.v, fit);
    }
    tilt__model_close(&m);
    if (ok) return fit;
    tilt__fit_free(fit);
    (void)tilt__fail_memory(err);
    return NULL;
}

tilt__fit *tilt__least_squares_new(const tilt__design *design, tilt_error *err) {
    return least_squares(design, err);
}

/* Rate with the group's column at `value`, and its gradient. */
static double rate_at(const tilt__design *d, const tilt__fit *fit, size_t group, double value,
                      double *gradient) {
    size_t k = d->n_columns;
    double rate = 0, weight = 0;
    memset(gradient, 0, k * sizeof *gradient);
    for (size_t i = 0; i < d->n_rows; i++) weight += tilt__design_weight(d, i);
    for (size_t i = 0; i < d->n_rows; i++) {
        const double *x = d->x + i * k;
        double eta = 0, share = tilt__design_weight(d, i) / weight;
        for (size_t j = 0; j < k; j++) {
            if (!fit->dropped[j]) eta += (j == group ? value : x[j]) * fit->beta[j];
        }
        double mu = 1 / (1 + exp(-eta)), slope = share * mu / (1 + exp(eta));
        rate += share * mu;
        for (size_t j = 0; j < k; j++) gradient[j] += slope * (j == group ? value : x[j]);
    }
    return rate;
}

static double quadratic(const tilt__fit *fit, const double *covariance, const double *gradient) {
    double sum = 0;
    size_t k = fit->n_columns;
    for (size_t i = 0; i < k; i++) {
        for (size_t j = 0; j < k; j++) {
            if (!fit->dropped[i] && !fit->dropped[j])
                sum += gradient[i] * gradient[j] * covariance[i * k + j];
        }
    }
    return sum;
}

bool tilt__logistic_margins(const tilt__design *design, const tilt__fit *fit, size_t group, bool clustered,
                            tilt__margins *out) {
    *out = (tilt__margins){NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, fit->reason};
    const double *covariance = clustered ? fit->covariance_clusters : fit->covariance;
    if (fit->reason == TILT_REASON_NONE && clustered && covariance == NULL)
        out->reason = TILT_TOO_FEW_CLUSTERS;
    if (fit->reason == TILT_REASON_NONE && (group >= fit->n_columns || fit->dropped[group])) {
        out->reason = TILT_OUT_OF_RANGE;
    }
    if (out->reason != TILT_REASON_NONE) return true;
    size_t k = fit->n_columns;
    double *one = tilt__alloc(3 * k, sizeof *one);
    if (one == NULL) return false;
    double *zero = one + k, *gradient = zero + k;
    out->rate1 = rate_at(design, fit, group, 1, one);
    out->rate0 = rate_at(design, fit, group, 0, zero);
    out->ame = out->rate1 - out->rate0;
    out->ratio = out->rate1 / out->rate0;
    out->rate1_se = sqrt(quadratic(fit, covariance, one));
    out->rate0_se = sqrt(quadratic(fit, covariance, zero));
    for (size_t j = 0; j < k; j++) gradient[j] = one[j] - zero[j];
    out->ame_se = sqrt(quadratic(fit, covariance, gradient));
    for (size_t j = 0; j < k; j++) gradient[j] = one[j] / out->rate1 - zero[j] / out->rate0;
    out->log_ratio_se = sqrt(quadratic(fit, covariance, gradient));
    free(one);
    return true;
}

/* Coefficient of the group in the regression of `y` (n_rows) on the intercept and the group: the difference
 * of two weighted means would need a 0/1 group, so by the formula of a slope. */
static double slope_on_group(const tilt__design *d, size_t group, const double *y, size_t stride) {
    double weight = 0, mean_x = 0, mean_y = 0, cross = 0, square = 0;
    for (size_t i = 0; i < d->n_rows; i++) weight += tilt__design_weight(d, i);
    for (size_t i = 0; i < d->n_rows; i++) {
        double share = tilt__design_weight(d, i) / weight;
        mean_x += share * d->x[i * d->n_columns + group];
        mean_y += share * y[i * stride];
    }
    for (size_t i = 0; i < d->n_rows; i++) {
        double w = tilt__design_weight(d, i), x = d->x[i * d->n_columns + group] - mean_x;
        cross += w * x * (y[i * stride] - mean_y);
        square += w * x * x;
    }
    return cross / square;
}

bool tilt__gelbach_split(const tilt__design *d, size_t intercept, size_t group, tilt__gelbach *out,
                         double *out_delta, tilt_error *err) {
    *out = (tilt__gelbach){NAN, NAN, NAN, TILT_OUT_OF_RANGE};
    if (intercept >= d->n_columns || group >= d->n_columns || intercept == group) return true;
    tilt__fit *fit = least_squares(d, err);
    if (fit == NULL) return false;
    out->reason = fit->reason == TILT_REASON_NONE && (fit->dropped[group] || fit->dropped[intercept])
                      ? TILT_OUT_OF_RANGE
                      : fit->reason;
    if (out->reason == TILT_REASON_NONE) {
        out->base = slope_on_group(d, group, d->y, 1);
        out->full = fit->beta[group];
        out->sum = 0;
        for (size_t j = 0; j < d->n_columns; j++) {
            bool base = j == intercept || j == group;
            out_delta[j] = base ? 0 : slope_on_group(d, group, d->x + j, d->n_columns) * fit->beta[j];
            if (!fit->dropped[j]) out->sum += out_delta[j];
        }
    }
    tilt__fit_free(fit);
    return true;
}
