/* stat/score_limits.c - each limit is a root of the signed z in the logarithm of the ratio, bracketed by
 * steps from the centre towards the side where it must lie. */
#include "stat/score_limits.h"

#include <math.h>

#include "stat/root.h"

typedef struct limit {
    const tilt__score_test *test;
    double z; /* signed, at the limit sought */
} limit;

static double limit_gap(double log_ratio, const void *data) {
    const limit *l = data;
    return l->test->z_at(l->test->pair, exp(log_ratio), l->test->factor) - l->z;
}

void tilt__score_limits(const tilt__score_test *test, double z, tilt_estimate *e) {
    limit l = {.test = test, .z = z};
    tilt__value lower = tilt__some_value(-HUGE_VAL), upper = tilt__some_value(HUGE_VAL);
    if (!test->lower_open) {
        double direction = limit_gap(test->centre, &l) < 0.0 ? -0.25 : 0.25;
        lower = tilt__root_from(limit_gap, &l, test->centre, direction, 600.0);
    }
    l.z = -z;
    if (!test->upper_open) {
        double direction = limit_gap(test->centre, &l) > 0.0 ? 0.25 : -0.25;
        upper = tilt__root_from(limit_gap, &l, test->centre, direction, 600.0);
    }
    e->lower = exp(lower.value);
    e->upper = exp(upper.value);
    if (lower.reason != TILT_REASON_NONE) e->reason = lower.reason;
    if (upper.reason != TILT_REASON_NONE) e->reason = upper.reason;
}
