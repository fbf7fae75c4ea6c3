/* stat/inequality.c - spread of a benefit: entropy family with its exact decomposition, Gini, Atkinson, and
 * the variance of group rates with sampling noise taken off. Sums are compensated; every index is of benefits
 * relative to their mean. */
#include "stat/inequality.h"

#include "base/mem.h"
#include "stat/sum.h"

#include <math.h>

static double weight_of(const tilt__benefits *d, size_t i) {
    return d->w ? d->w[i] : 1.0;
}

/* Why the data cannot be measured at all. */
static tilt_reason check(const tilt__benefits *d) {
    double total = 0.0;
    for (size_t i = 0; i < d->n; i++) {
        if (!isfinite(d->b[i]) || !(weight_of(d, i) >= 0.0) || isinf(weight_of(d, i)))
            return TILT_OUT_OF_RANGE;
        if (d->group && d->group[i] >= d->n_groups) return TILT_OUT_OF_RANGE;
        total += weight_of(d, i);
    }
    return total > 0.0 ? TILT_REASON_NONE : TILT_EMPTY_GROUP;
}

double tilt__weighted_mean(const tilt__benefits *data) {
    tilt__sum weighted = {0}, weights = {0};
    if (check(data) != TILT_REASON_NONE) return NAN;
    for (size_t i = 0; i < data->n; i++) {
        tilt__sum_add(&weighted, weight_of(data, i) * data->b[i]);
        tilt__sum_add(&weights, weight_of(data, i));
    }
    return tilt__sum_total(weighted) / tilt__sum_total(weights);
}

/* The mean when every benefit with weight is at least 0 (more than 0 when positive is asked); else NaN. */
static double usable_mean(const tilt__benefits *d, bool positive, tilt_reason *reason) {
    *reason = check(d);
    double mean = tilt__weighted_mean(d);
    if (*reason == TILT_REASON_NONE && !(mean > 0.0)) *reason = TILT_OUT_OF_RANGE;
    for (size_t i = 0; *reason == TILT_REASON_NONE && i < d->n; i++)
        if (weight_of(d, i) > 0.0 && (d->b[i] < 0.0 || (positive && !(d->b[i] > 0.0))))
            *reason = TILT_OUT_OF_RANGE;
    return *reason == TILT_REASON_NONE ? mean : (double)NAN;
}

static bool is(double alpha, double value) {
    return fabs(alpha - value) < 1e-12;
}

/* ln x, with all digits near 1. */
static double log_ratio(double x) {
    return fabs(x - 1.0) < 0.5 ? log1p(x - 1.0) : log(x);
}

/* What a share at x times the mean adds to the index of order alpha. Differences from 1 use x - 1, so that
 * near-equal benefits keep their digits: the linear terms cancel in the sum anyway. */
static double entropy_term(double x, double alpha) {
    double gap = x - 1.0;
    if (is(alpha, 0.0)) return gap - log_ratio(x);
    if (is(alpha, 1.0)) return x > 0.0 ? x * log_ratio(x) - gap : 1.0;
    if (is(alpha, 2.0)) return gap * gap / 2.0;
    return (pow(x, alpha) - 1.0 - alpha * gap) / (alpha * (alpha - 1.0));
}

/* What weighs the inside of a group whose mean is x times the overall mean. */
static double within_weight(double x, double alpha) {
    if (is(alpha, 0.0)) return 1.0;
    return is(alpha, 1.0) ? x : pow(x, alpha);
}

typedef struct tilt__group_part {
    double weight, mean;
    tilt__sum benefit, weights, entropy;
} group_part;

static size_t group_of(const tilt__benefits *d, size_t i) {
    return d->group ? d->group[i] : 0;
}

static void fill_entropy(const tilt__benefits *d, double alpha, double mean, group_part *parts,
                         size_t n_groups, tilt__entropy_index *out) {
    tilt__sum total = {0}, between = {0}, within = {0}, weights = {0};
    for (size_t i = 0; i < d->n; i++) {
        group_part *part = &parts[group_of(d, i)];
        tilt__sum_add(&part->benefit, weight_of(d, i) * d->b[i]);
        tilt__sum_add(&part->weights, weight_of(d, i));
        tilt__sum_add(&weights, weight_of(d, i));
    }
    double all = tilt__sum_total(weights);
    for (size_t g = 0; g < n_groups; g++) {
        parts[g].weight = tilt__sum_total(parts[g].weights) / all;
        parts[g].mean = tilt__sum_total(parts[g].benefit) / tilt__sum_total(parts[g].weights);
        if (parts[g].weight > 0.0)
            tilt__sum_add(&between, parts[g].weight * entropy_term(parts[g].mean / mean, alpha));
    }
    for (size_t i = 0; i < d->n; i++) {
        group_part *part = &parts[group_of(d, i)];
        double share = weight_of(d, i) / all;
        if (!(share > 0.0)) continue;
        tilt__sum_add(&total, share * entropy_term(d->b[i] / mean, alpha));
        /* A group without any benefit is equal inside. */
        if (part->mean > 0.0)
            tilt__sum_add(&within, within_weight(part->mean / mean, alpha) * share *
                                       entropy_term(d->b[i] / part->mean, alpha));
    }
    out->total = tilt__sum_total(total);
    out->between = tilt__sum_total(between);
    out->within = tilt__sum_total(within);
}

tilt_status tilt__generalised_entropy(const tilt__benefits *data, double alpha, tilt__entropy_index *out) {
    *out = (tilt__entropy_index){NAN, NAN, NAN, TILT_REASON_NONE};
    bool positive = alpha < 1e-12;
    double mean = usable_mean(data, positive, &out->reason);
    if (!isfinite(alpha)) out->reason = TILT_OUT_OF_RANGE;
    if (out->reason != TILT_REASON_NONE) return TILT_OK;
    size_t n_groups = data->group ? data->n_groups : 1;
    group_part *parts = tilt__alloc(n_groups, sizeof *parts);
    if (!parts) return TILT_ENOMEM;
    fill_entropy(data, alpha, mean, parts, n_groups, out);
    free(parts);
    return TILT_OK;
}

typedef struct tilt__weighted_benefit {
    double b, w;
} weighted_benefit;

static int by_benefit(const void *left, const void *right) {
    const weighted_benefit *a = left, *b = right;
    if (a->b < b->b || a->b > b->b) return a->b < b->b ? -1 : 1;
    return (a->w > b->w) - (a->w < b->w); /* ties in one order: the same bits from any row order */
}

tilt_status tilt__gini(const tilt__benefits *data, tilt__value *out) {
    tilt_reason reason;
    double mean = usable_mean(data, false, &reason);
    *out = tilt__no_value(reason);
    if (reason != TILT_REASON_NONE) return TILT_OK;
    weighted_benefit *sorted = tilt__alloc(data->n, sizeof *sorted);
    if (!sorted) return TILT_ENOMEM;
    tilt__sum all = {0}, below = {0}, top = {0};
    for (size_t i = 0; i < data->n; i++) {
        sorted[i] = (weighted_benefit){data->b[i] / mean, weight_of(data, i)};
        tilt__sum_add(&all, sorted[i].w);
    }
    double total = tilt__sum_total(all);
    qsort(sorted, data->n, sizeof *sorted, by_benefit);
    for (size_t i = 0; i < data->n; i++) { /* 2 S_i - w_i - W = S_(i-1) + S_i - W */
        double before = tilt__sum_total(below);
        tilt__sum_add(&below, sorted[i].w);
        tilt__sum_add(&top, sorted[i].w / total * sorted[i].b *
                                ((before + tilt__sum_total(below) - total) / total));
    }
    free(sorted);
    *out = tilt__some_value(fmax(0.0, tilt__sum_total(top)));
    return TILT_OK;
}

tilt__value tilt__atkinson(const tilt__benefits *data, double epsilon) {
    tilt_reason reason;
    tilt__sum sum = {0}, weights = {0};
    if (!(epsilon > 0.0) || isinf(epsilon)) return tilt__no_value(TILT_OUT_OF_RANGE);
    double mean = usable_mean(data, false, &reason);
    if (reason != TILT_REASON_NONE) return tilt__no_value(reason);
    for (size_t i = 0; i < data->n; i++) {
        double x = data->b[i] / mean, w = weight_of(data, i);
        if (!(w > 0.0)) continue;
        if (!(x > 0.0) && epsilon > 1.0 - 1e-12) return tilt__some_value(1.0); /* one person with nothing */
        tilt__sum_add(&weights, w);
        tilt__sum_add(&sum, w * (is(epsilon, 1.0) ? log(x) : pow(x, 1.0 - epsilon)));
    }
    double average = tilt__sum_total(sum) / tilt__sum_total(weights);
    return tilt__some_value(1.0 - (is(epsilon, 1.0) ? exp(average) : pow(average, 1.0 / (1.0 - epsilon))));
}

static tilt__between no_between(tilt_reason reason) {
    return (tilt__between){NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, reason};
}

static tilt_reason pool(const double *x, const double *n, size_t groups, double *rate, double *base) {
    tilt__sum events = {0}, bases = {0};
    size_t used = 0;
    for (size_t g = 0; g < groups; g++) {
        if (!(x[g] >= 0.0 && n[g] >= 0.0) || isinf(x[g]) || isinf(n[g])) return TILT_OUT_OF_RANGE;
        if (!(n[g] > 0.0)) continue;
        used++;
        tilt__sum_add(&events, x[g]);
        tilt__sum_add(&bases, n[g]);
    }
    *base = tilt__sum_total(bases);
    *rate = tilt__sum_total(events) / *base;
    if (used == 0) return TILT_EMPTY_GROUP;
    return used == 1 ? TILT_SINGLE_GROUP : TILT_REASON_NONE;
}

tilt__between tilt__between_groups(const double *x, const double *n, size_t groups) {
    double rate = 0.0, base = 0.0;
    tilt_reason reason = pool(x, n, groups, &rate, &base);
    tilt__between out = no_between(reason);
    if (reason != TILT_REASON_NONE) return out;
    tilt__sum variance = {0}, noise = {0}, theil = {0};
    double low = HUGE_VAL, high = 0.0;
    bool proportions = true;
    for (size_t g = 0; g < groups; g++) {
        if (!(n[g] > 0.0)) continue;
        double share = n[g] / base, p = x[g] / n[g];
        if (x[g] > n[g]) proportions = false;
        tilt__sum_add(&variance, share * (p - rate) * (p - rate));
        tilt__sum_add(&noise, share * (1.0 - share) * p * ((n[g] - x[g]) / n[g]) / n[g]);
        if (rate > 0.0) tilt__sum_add(&theil, share * entropy_term(p / rate, 1.0));
        low = fmin(low, p);
        high = fmax(high, p);
    }
    out.mean = rate;
    out.variance = tilt__sum_total(variance);
    if (proportions) {
        out.noise = tilt__sum_total(noise);
        out.net = fmax(0.0, out.variance - out.noise);
    }
    if (!(rate > 0.0)) return out;
    out.cv = sqrt(out.variance) / rate;
    out.cv_net = sqrt(out.net) / rate;
    out.theil = fmax(0.0, tilt__sum_total(theil));
    out.max_min = low > 0.0 ? high / low : HUGE_VAL;
    return out;
}

tilt__value tilt__herfindahl(const double *amounts, size_t n) {
    double total = 0, sum = 0;
    for (size_t i = 0; i < n; i++) {
        if (!(amounts[i] >= 0) || isinf(amounts[i])) return tilt__no_value(TILT_OUT_OF_RANGE);
        total += amounts[i];
    }
    if (!(total > 0)) return tilt__no_value(TILT_EMPTY_GROUP);
    for (size_t i = 0; i < n; i++) sum += (amounts[i] / total) * (amounts[i] / total);
    return tilt__some_value(fmin(sum, 1));
}
