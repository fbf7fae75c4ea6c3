/* stat/poisson.c - quantiles of the gamma distribution by bracketed root, and Garwood's limits from them. */
#include "stat/poisson.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

#include "stat/root.h"
#include "stat/tail.h"

/* Wilson and Hilferty (1931): quantile of a gamma of this shape at normal quantile z; good to 1e-12 relative
 * beyond a shape of a million, and a start for the exact one below. */
static double gamma_near(double shape, double z) {
    double cube = fmax(1.0 - 1.0 / (9.0 * shape) + z / (3.0 * sqrt(shape)), 0.0);
    return shape * cube * cube * cube;
}

typedef struct gamma_tail {
    double shape, tail;
    bool upper;
} gamma_tail;

static double gamma_distance(double x, const void *data) {
    const gamma_tail *g = data;
    return g->upper ? g->tail - gsl_cdf_gamma_Q(x, g->shape, 1.0)
                    : gsl_cdf_gamma_P(x, g->shape, 1.0) - g->tail;
}

/* The x that leaves `tail` above (upper) or below it. By our own root finder: GSL's inverse may fail through
 * its error handler, which is not ours to set. */
static double gamma_quantile(double shape, double tail, bool upper) {
    const gamma_tail g = {shape, tail, upper};
    double z = tilt__normal_quantile(upper ? 1.0 - tail : tail), near = gamma_near(shape, z);
    if (shape > 1e6) return near;
    double reach = 1.0 + 0.1 * sqrt(shape) * (1.0 + fabs(z)) + fabs(z) * z * z;
    tilt__value x =
        tilt__root(gamma_distance, &g, fmax(near - reach, 0.0), near + reach, 1e-13 * (near + 1.0));
    return x.reason == TILT_REASON_NONE ? x.value : near;
}

tilt_estimate tilt__poisson_exact(double count, double level) {
    static const char *const method = "garwood";
    if (!(count >= 0.0 && count < HUGE_VAL) || !tilt__level_ok(level))
        return tilt__undefined(TILT_OUT_OF_RANGE, method, level);
    double tail = (1.0 - level) / 2.0;
    return (tilt_estimate){.value = count,
                           .lower = count > 0.0 ? gamma_quantile(count, tail, false) : 0.0,
                           .upper = gamma_quantile(count + 1.0, tail, true),
                           .level = level,
                           .method = method};
}
