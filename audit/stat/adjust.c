/* stat/adjust.c - adjusted p-values of a family, as p.adjust in R defines them.
 * All methods but Bonferroni walk the defined p-values in sorted order; undefined ones are left out of the
 * family. */
#include "stat/adjust.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

typedef struct ranked {
    double p;
    size_t index;
} ranked;

static int by_p(const void *left, const void *right) {
    const ranked *a = left, *b = right;
    if (a->p != b->p) return a->p < b->p ? -1 : 1;
    return a->index < b->index ? -1 : a->index > b->index;
}

size_t tilt__family_size(const double *p, size_t n) {
    size_t m = 0;
    for (size_t i = 0; i < n; i++) m += isnan(p[i]) ? 0 : 1;
    return m;
}

/* Each of these turns the sorted p-values into adjusted ones, in place. `spare` has room for m numbers. */
typedef void step(ranked *r, size_t m, double *spare);

static void bonferroni(ranked *r, size_t m, double *spare) {
    (void)spare;
    for (size_t i = 0; i < m; i++) r[i].p = fmin(1.0, (double)m * r[i].p);
}

static void holm(ranked *r, size_t m, double *spare) {
    (void)spare;
    double worst = 0.0;
    for (size_t i = 0; i < m; i++) {
        worst = fmax(worst, (double)(m - i) * r[i].p);
        r[i].p = fmin(1.0, worst);
    }
}

static void hochberg(ranked *r, size_t m, double *spare) {
    (void)spare;
    double best = 1.0;
    for (size_t i = m; i-- > 0;) {
        best = fmin(best, (double)(m - i) * r[i].p);
        r[i].p = best;
    }
}

/* Running minimum of factor p / rank from the largest p. */
static void step_up(ranked *r, size_t m, double factor) {
    double best = 1.0;
    for (size_t i = m; i-- > 0;) {
        best = fmin(best, factor / (double)(i + 1) * r[i].p);
        r[i].p = best;
    }
}

static void benjamini_hochberg(ranked *r, size_t m, double *spare) {
    (void)spare;
    step_up(r, m, (double)m);
}

static void benjamini_yekutieli(ranked *r, size_t m, double *spare) {
    (void)spare;
    double harmonic = 0.0;
    for (size_t i = 1; i <= m; i++) harmonic += 1.0 / (double)i;
    step_up(r, m, (double)m * harmonic);
}

/* Closed testing with Simes's test: the largest Simes p over the sets that hold p_i. Among sets of size k the
 * worst is p_i with the k - 1 largest others. O(m^2). */
static void hommel(ranked *r, size_t m, double *spare) {
    for (size_t i = 0; i < m; i++) spare[i] = 0.0;
    for (size_t k = 1; k <= m; k++) {
        double size = (double)k, rest = 1.0; /* Simes over all but the first of the set */
        for (size_t j = 2; j <= k; j++) rest = fmin(rest, size * r[m - k + j - 1].p / (double)j);
        double top = fmin(rest, size * r[m - k].p);
        for (size_t i = 0; i < m; i++) {
            double simes = i + k >= m ? top : fmin(rest, size * r[i].p);
            spare[i] = fmax(spare[i], simes);
        }
    }
    for (size_t i = 0; i < m; i++) r[i].p = fmin(1.0, spare[i]);
}

enum { hommel_ceiling = 10000 };

static step *const steps[] = {
    [TILT__BONFERRONI] = bonferroni, [TILT__HOLM] = holm,
    [TILT__HOCHBERG] = hochberg,     [TILT__HOMMEL] = hommel,
    [TILT__BH] = benjamini_hochberg, [TILT__BY] = benjamini_yekutieli,
};
static_assert(sizeof steps / sizeof *steps == TILT__N_ADJUSTMENT, "one function per method");

tilt_status tilt__adjust(tilt__adjustment method, const double *p, size_t n, double *out_adjusted) {
    size_t m = tilt__family_size(p, n), k = 0;
    if ((unsigned)method >= TILT__N_ADJUSTMENT) return TILT_EUSAGE;
    if (method == TILT__HOMMEL && m > hommel_ceiling) return TILT_ETOOBIG;
    for (size_t i = 0; i < n; i++) {
        if (!isnan(p[i]) && !(p[i] >= 0.0 && p[i] <= 1.0)) return TILT_EUSAGE;
    }
    ranked *r = tilt__alloc(m, sizeof *r);
    double *spare = tilt__alloc(m, sizeof *spare);
    tilt_status status = r != NULL && spare != NULL ? TILT_OK : TILT_ENOMEM;
    if (status == TILT_OK) {
        for (size_t i = 0; i < n; i++) {
            out_adjusted[i] = p[i];
            if (!isnan(p[i])) r[k++] = (ranked){.p = p[i], .index = i};
        }
        qsort(r, m, sizeof *r, by_p);
        steps[method](r, m, spare);
        for (size_t i = 0; i < m; i++) out_adjusted[r[i].index] = r[i].p;
    }
    free(spare);
    free(r);
    return status;
}

tilt_status tilt__holm(const double *p, size_t n, double *out_adjusted) {
    return tilt__adjust(TILT__HOLM, p, n, out_adjusted);
}

tilt_status tilt__bh(const double *p, size_t n, double *out_adjusted) {
    return tilt__adjust(TILT__BH, p, n, out_adjusted);
}
