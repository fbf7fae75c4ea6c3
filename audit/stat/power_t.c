/* stat/power_t.c - power of t tests by integrating over the estimated standard error.
 * Given s = estimated / true standard error the mean is still normal, so that the chance of a verdict given s
 * is a normal probability; df s^2 is chi-square with df degrees. The density of s is smooth and narrow, which
 * sixteen Gauss-Legendre panels integrate to rounding. */
#include "stat/power_t.h"

#include <math.h>

#include "stat/beta.h"
#include "stat/quadrature.h"
#include "stat/tail.h"

static const double alpha_tilted = 0.025;
static const double alpha_level = 0.05;

/* A verdict is reached when the mean, in true standard errors, lies above low + critical s and below
 * high - critical s. */
typedef struct region {
    double mean, low, high; /* in standard errors; infinite: no such side */
    double critical, df, log_constant;
} region;

static double chance_given(const region *r, double s) {
    double from = r->low + r->critical * s, to = r->high - r->critical * s;
    if (!(from < to)) return 0.0;
    return tilt__normal_upper(from - r->mean) - tilt__normal_upper(to - r->mean);
}

static double weighted(double s, const void *data) {
    const region *r = data;
    if (s <= 0.0) return 0.0;
    return chance_given(r, s) * exp(r->log_constant + (r->df - 1.0) * log(s) - 0.5 * r->df * s * s);
}

static double chance(region *r) {
    enum { panels = 16 };
    r->log_constant = log(2.0) + 0.5 * r->df * log(0.5 * r->df) - tilt__log_gamma(0.5 * r->df);
    double reach = 9.0 / sqrt(2.0 * r->df), from = fmax(0.0, 1.0 - reach), to = 1.0 + reach, sum = 0.0;
    if (r->low > -HUGE_VAL &&
        r->high < HUGE_VAL) /* beyond here the region is empty: no kink inside a panel */
        to = fmin(to, (r->high - r->low) / (2.0 * r->critical));
    for (int i = 0; i < panels && to > from; i++) {
        double width = (to - from) / panels;
        sum += tilt__integrate(weighted, r, from + i * width, from + (i + 1) * width);
    }
    return fmin(1.0, fmax(0.0, sum));
}

double tilt__power_of_t(double delta, double df, double critical) {
    bool finite = isfinite(delta) && isfinite(df) && isfinite(critical);
    if (!finite || !(df > 0.0) || !(critical > 0.0)) return NAN;
    region r = {.mean = delta, .low = 0.0, .high = HUGE_VAL, .critical = critical, .df = df};
    return chance(&r);
}

static bool sensible(double log_ratio, double tau, double se, double clusters) {
    return isfinite(log_ratio) && tau > 0.0 && tau < 1.0 && se > 0.0 && isfinite(se) && clusters > 1.0 &&
           isfinite(clusters);
}

static double critical_of(double alpha, double clusters) {
    return tilt__t_quantile(1.0 - alpha, clusters - 1.0) * sqrt(clusters / (clusters - 1.0));
}

double tilt__power_tilted_t(double log_ratio, double tau, double se, double clusters) {
    if (!sensible(log_ratio, tau, se, clusters)) return NAN;
    double away = (fabs(log_ratio) + log(tau)) / se;
    return tilt__power_of_t(away, clusters - 1.0, critical_of(alpha_tilted, clusters));
}

double tilt__power_level_t(double log_ratio, double tau, double se, double clusters) {
    if (!sensible(log_ratio, tau, se, clusters)) return NAN;
    region r = {.mean = log_ratio / se,
                .low = log(tau) / se,
                .high = -log(tau) / se,
                .critical = critical_of(alpha_level, clusters),
                .df = clusters - 1.0};
    return chance(&r);
}
