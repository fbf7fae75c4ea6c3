/* stat/inferred.c - rates of true groups from inferred ones: by a matrix of error rates, or by probabilities.
 *
 * Counts by inferred group are M' times counts by true group, so the correction is a linear solve, and the
 * rates' variance is that of binomial events by inferred group carried through it. Badly conditioned or
 * impossible answers are returned as they are and marked; the caller shows them as null. */
#include "stat/inferred.h"

#include "base/mem.h"
#include "stat/linear.h"
#include "stat/sum.h"

#include <math.h>

static bool matrix_ok(const tilt__inference *d) {
    for (size_t g = 0; g < d->k; g++) {
        double row = 0.0;
        for (size_t h = 0; h < d->k; h++) {
            if (!(d->m[g * d->k + h] >= 0.0)) return false;
            row += d->m[g * d->k + h];
        }
        if (fabs(row - 1.0) > 1e-6) return false; /* as printed in a validation table */
        if (tilt__count_check(d->x[g], d->n[g]) == TILT_OUT_OF_RANGE) return false;
    }
    return d->k > 0;
}

/* a = (M')^-1 into out (k x k); scratch is k x k. */
static bool invert_transposed(const tilt__inference *d, double *out, double *scratch) {
    for (size_t g = 0; g < d->k; g++)
        for (size_t h = 0; h < d->k; h++) {
            scratch[h * d->k + g] = d->m[g * d->k + h];
            out[g * d->k + h] = g == h ? 1.0 : 0.0;
        }
    return tilt__linear_solve(scratch, out, d->k, d->k);
}

static void correct_counts(const tilt__inference *d, const double *a, tilt__corrected *out) {
    out->feasible = true;
    for (size_t g = 0; g < d->k; g++) {
        tilt__sum n = {0}, x = {0};
        for (size_t h = 0; h < d->k; h++) {
            tilt__sum_add(&n, a[g * d->k + h] * d->n[h]);
            tilt__sum_add(&x, a[g * d->k + h] * d->x[h]);
        }
        out->n[g] = tilt__sum_total(n);
        out->x[g] = tilt__sum_total(x);
        out->rate[g] = out->x[g] / out->n[g];
        if (!(out->n[g] > 0.0 && out->x[g] >= 0.0 && out->x[g] <= out->n[g])) out->feasible = false;
    }
}

static void carry_variance(const tilt__inference *d, const double *a, tilt__corrected *out) {
    size_t k = d->k;
    for (size_t g = 0; g < k; g++)
        for (size_t h = 0; h < k; h++) {
            tilt__sum sum = {0};
            for (size_t i = 0; i < k; i++) {
                if (!(d->n[i] > 0.0)) continue;
                double variance =
                    d->x[i] * ((d->n[i] - d->x[i]) / d->n[i]) * (d->spread ? d->spread[i] : 1.0);
                tilt__sum_add(&sum, a[g * k + i] * a[h * k + i] * variance);
            }
            out->cov[g * k + h] = tilt__sum_total(sum) / out->n[g] / out->n[h];
        }
    for (size_t g = 0; g < k; g++) {
        double own = out->cov[g * k + g] / out->rate[g] / out->rate[g],
               base = out->cov[0] / out->rate[0] / out->rate[0];
        double both = out->cov[g * k] / out->rate[g] / out->rate[0];
        bool defined = out->rate[g] > 0.0 && out->rate[0] > 0.0;
        out->se_log[g] = defined ? sqrt(fmax(0.0, own + base - 2.0 * both)) : (double)NAN;
    }
    if (out->rate[0] > 0.0) out->se_log[0] = 0.0;
}

static void fill_nothing(size_t k, tilt__corrected *out, tilt_reason reason) {
    for (size_t g = 0; g < k; g++) {
        out->n[g] = out->x[g] = out->rate[g] = out->se_log[g] = NAN;
        for (size_t h = 0; h < k; h++) out->cov[g * k + h] = NAN;
    }
    out->condition = NAN;
    out->feasible = false;
    out->reason = reason;
}

tilt_status tilt__misclassification_correct(const tilt__inference *data, tilt__corrected *out) {
    fill_nothing(data->k, out, TILT_OUT_OF_RANGE);
    if (!matrix_ok(data)) return TILT_OK;
    double *a = tilt__alloc(data->k, data->k * sizeof *a),
           *scratch = tilt__alloc(data->k, data->k * sizeof *scratch);
    tilt_status status = a && scratch ? TILT_OK : TILT_ENOMEM;
    if (status == TILT_OK) {
        out->condition = tilt__condition_number(data->m, data->k);
        if (invert_transposed(data, a, scratch)) {
            out->reason = TILT_REASON_NONE;
            correct_counts(data, a, out);
            carry_variance(data, a, out);
        }
    }
    free(a);
    free(scratch);
    return status;
}

static double weight_of(const tilt__membership *d, size_t i) {
    return d->w ? d->w[i] : 1.0;
}

static bool membership_ok(const tilt__membership *d) {
    for (size_t i = 0; i < d->n; i++) {
        double row = 0.0;
        for (size_t g = 0; g < d->k; g++) {
            if (!(d->p[i * d->k + g] >= 0.0)) return false;
            row += d->p[i * d->k + g];
        }
        if (!(row <= 1.0 + 1e-6)) return false;
        if (!(weight_of(d, i) >= 0.0) || isinf(weight_of(d, i)) || !(d->y[i] >= 0.0) || isinf(d->y[i]))
            return false;
    }
    return d->k > 0;
}

/* Sums of P y and P w; the variance by the influence P (y - w r) of each row. */
static void weighted_rates(const tilt__membership *d, tilt__membership_rates *out) {
    for (size_t g = 0; g < d->k; g++) {
        tilt__sum y = {0}, w = {0}, squares = {0};
        for (size_t i = 0; i < d->n; i++) {
            tilt__sum_add(&y, d->p[i * d->k + g] * d->y[i]);
            tilt__sum_add(&w, d->p[i * d->k + g] * weight_of(d, i));
        }
        double base = tilt__sum_total(w), rate = tilt__sum_total(y) / base;
        out->weighted[g] = base > 0.0 ? rate : (double)NAN;
        if (!out->weighted_se) continue;
        for (size_t i = 0; i < d->n; i++) {
            double influence = d->p[i * d->k + g] * (d->y[i] - weight_of(d, i) * rate);
            tilt__sum_add(&squares, influence * influence);
        }
        out->weighted_se[g] = base > 0.0 ? sqrt(tilt__sum_total(squares)) / base : (double)NAN;
    }
}

/* Everybody in the most probable group, the first among equals. */
static void threshold_rates(const tilt__membership *d, double *rates, double *bases) {
    for (size_t g = 0; g < d->k; g++) rates[g] = bases[g] = 0.0;
    for (size_t i = 0; i < d->n; i++) {
        size_t best = 0;
        for (size_t g = 1; g < d->k; g++)
            if (d->p[i * d->k + g] > d->p[i * d->k + best]) best = g;
        rates[best] += d->y[i];
        bases[best] += weight_of(d, i);
    }
    for (size_t g = 0; g < d->k; g++) rates[g] = bases[g] > 0.0 ? rates[g] / bases[g] : (double)NAN;
}

/* Normal equations sum w p p' and, next to each other on the right, sum p y and the identity. */
static bool solve_ols(const tilt__membership *d, double *gram, double *right) {
    size_t k = d->k, width = k + 1;
    for (size_t i = 0; i < d->n; i++)
        for (size_t g = 0; g < k; g++) {
            double p = d->p[i * k + g];
            for (size_t h = 0; h < k; h++) gram[g * k + h] += weight_of(d, i) * p * d->p[i * k + h];
            right[g * width] += p * d->y[i];
        }
    for (size_t g = 0; g < k; g++) right[g * width + 1 + g] = 1.0;
    return tilt__linear_solve(gram, right, k, width);
}

/* right holds the coefficients and the inverse: HC0 = inverse (sum p p' e^2) inverse. */
static void fill_ols(const tilt__membership *d, const double *right, tilt__membership_rates *out) {
    size_t k = d->k, width = k + 1;
    for (size_t g = 0; g < k; g++) {
        tilt__sum squares = {0};
        out->ols[g] = right[g * width];
        for (size_t i = 0; i < d->n; i++) {
            double fitted = 0.0, direction = 0.0;
            for (size_t h = 0; h < k; h++) {
                fitted += d->p[i * k + h] * right[h * width];
                direction += right[g * width + 1 + h] * d->p[i * k + h];
            }
            double influence = direction * (d->y[i] - weight_of(d, i) * fitted);
            tilt__sum_add(&squares, influence * influence);
        }
        if (out->ols_se) out->ols_se[g] = sqrt(tilt__sum_total(squares));
    }
}

tilt_status tilt__membership_estimate(const tilt__membership *data, tilt__membership_rates *out) {
    size_t k = data->k;
    for (size_t g = 0; g < k; g++) {
        out->weighted[g] = out->threshold[g] = out->ols[g] = NAN;
        if (out->ols_se) out->ols_se[g] = NAN;
        if (out->weighted_se) out->weighted_se[g] = NAN;
    }
    out->reason = membership_ok(data) ? TILT_REASON_NONE : TILT_OUT_OF_RANGE;
    if (out->reason == TILT_REASON_NONE && data->n == 0) out->reason = TILT_EMPTY_GROUP;
    if (out->reason != TILT_REASON_NONE) return TILT_OK;
    double *gram = tilt__alloc(k, k * sizeof *gram), *right = tilt__alloc(k, (k + 1) * sizeof *right);
    tilt_status status = gram && right ? TILT_OK : TILT_ENOMEM;
    if (status == TILT_OK) {
        weighted_rates(data, out);
        threshold_rates(data, out->threshold, gram);
        for (size_t i = 0; i < k; i++) gram[i] = 0.0; /* it was lent as the bases */
        if (solve_ols(data, gram, right)) fill_ols(data, right, out);
    }
    free(gram);
    free(right);
    return status;
}

tilt_reason tilt__membership_limits(const tilt__membership *data, double *lower, double *upper,
                                    double *base) {
    if (!membership_ok(data)) return TILT_OUT_OF_RANGE;
    for (size_t g = 0; g < data->k; g++) {
        tilt__sum least = {0}, most = {0}, all = {0};
        for (size_t i = 0; i < data->n; i++) {
            double w = weight_of(data, i), y = data->y[i], own = data->p[i * data->k + g] * w;
            if (y > w) return TILT_NOT_A_PROPORTION;
            tilt__sum_add(&least, fmax(0.0, y - (w - own)));
            tilt__sum_add(&most, fmin(y, own));
            tilt__sum_add(&all, own);
        }
        lower[g] = tilt__sum_total(least);
        upper[g] = tilt__sum_total(most);
        base[g] = tilt__sum_total(all);
    }
    return TILT_REASON_NONE;
}
