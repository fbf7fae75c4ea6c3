/* stat/rank.c - Pearson's correlation of the ranks, which with ties is what Spearman's formula means. */
#include "stat/rank.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "stat/tail.h"

typedef struct item {
    double value;
    size_t at;
} item;

static int compare_items(const void *left, const void *right) {
    const item *a = left, *b = right;
    return (a->value > b->value) - (a->value < b->value);
}

/* Mean ranks, less their mean (n + 1) / 2. */
static void centred_ranks(const double *x, size_t n, item *order, double *out) {
    for (size_t i = 0; i < n; i++) order[i] = (item){x[i], i};
    qsort(order, n, sizeof *order, compare_items);
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && !(order[end].value > order[i].value); end++) {
        }
        double rank = ((double)i + (double)end + 1) / 2;
        for (size_t k = i; k < end; k++) out[order[k].at] = rank - ((double)n + 1) / 2;
    }
}

static tilt__test correlate(const double *a, const double *b, size_t n) {
    double ab = 0, aa = 0, bb = 0;
    for (size_t i = 0; i < n; i++) ab += a[i] * b[i], aa += a[i] * a[i], bb += b[i] * b[i];
    if (!(aa > 0) || !(bb > 0)) return tilt__no_test(TILT_ZERO_MARGIN);
    double rho = fmax(-1, fmin(1, ab / sqrt(aa * bb))), df = (double)n - 2;
    double rest = 1 - rho * rho;
    tilt__test out = {.statistic = rho, .df = df};
    if (rest <= 1e-15) {
        out.p = 0;
        out.log10_p = -INFINITY;
        return out;
    }
    double t = fabs(rho) * sqrt(df / rest);
    out.p = fmin(1, 2 * tilt__t_upper(t, df));
    out.log10_p = fmin(0, log10(2) + tilt__t_upper_log10(t, df));
    return out;
}

tilt__test tilt__rank_correlation(const double *x, const double *y, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(x[i]) || !isfinite(y[i])) return tilt__no_test(TILT_OUT_OF_RANGE);
    }
    if (n < 4) return tilt__no_test(TILT_TOO_FEW);
    item *order = tilt__alloc(n, sizeof *order);
    double *ranks = tilt__alloc(2 * n, sizeof *ranks);
    tilt__test out = tilt__no_test(TILT_TOO_FEW);
    if (order != NULL && ranks != NULL) {
        centred_ranks(x, n, order, ranks);
        centred_ranks(y, n, order, ranks + n);
        out = correlate(ranks, ranks + n, n);
    }
    free(order);
    free(ranks);
    return out;
}
