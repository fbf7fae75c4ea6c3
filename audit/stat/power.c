/* stat/power.c - power, detectable ratios and needed bases.
 * One form serves all: a gap g between rates is shown with chance Phi((g - z s0) / s1), where s0 is its
 * standard error under the hypothesis to be rejected and s1 under the truth. Against ratio 1 s0 is the pooled
 * one; against an edge of the band it comes from the restricted rates of the Miettinen-Nurminen test at the
 * expected counts. Verdict levels are fixed
 * (.025 one-sided for tilted, .05 each side for level), as is the power asked, .8. */
#include "stat/power.h"

#include <math.h>

#include "stat/ratio.h"
#include "stat/root.h"
#include "stat/tail.h"

static const double asked_power = 0.8;
static const double alpha_tilted = 0.025;
static const double alpha_level = 0.05;
static const double largest_base = 1e15;

/* Rates and effective bases. */
typedef struct design {
    double pa, pr, na, nr;
} design;

/* TILT_OUT_OF_RANGE unless rates, bases and design effect make sense; the design with its bases divided. */
static tilt_reason design_of(const tilt__plan *plan, double ratio, design *out) {
    double pa = ratio * plan->rate_ref;
    bool rates = plan->rate_ref > 0.0 && plan->rate_ref <= 1.0 && pa >= 0.0 && pa <= 1.0 + 1e-12;
    bool bases = plan->na > 0.0 && plan->nr > 0.0 && plan->na < HUGE_VAL && plan->nr < HUGE_VAL;
    bool effect = plan->design_effect >= 1.0 && plan->design_effect < HUGE_VAL;
    if (!rates || !bases || !effect) return TILT_OUT_OF_RANGE;
    *out = (design){.pa = fmin(pa, 1.0),
                    .pr = plan->rate_ref,
                    .na = plan->na / plan->design_effect,
                    .nr = plan->nr / plan->design_effect};
    return TILT_REASON_NONE;
}

/* Phi((gap - z s0) / s1), also where the truth has no variance. */
static double chance(double gap, double z, double s0, double s1) {
    double away = gap - z * s0;
    if (s1 <= 0.0) return away > 0.0 ? 1.0 : 0.0;
    return tilt__normal_upper(-away / s1);
}

static double unpooled_se(const design *d, double theta) {
    return sqrt(d->pa * (1.0 - d->pa) / d->na + theta * theta * d->pr * (1.0 - d->pr) / d->nr);
}

static double power_of_difference(const design *d, double alpha) {
    double pooled = (d->na * d->pa + d->nr * d->pr) / (d->na + d->nr);
    double s0 = sqrt(pooled * (1.0 - pooled) * (1.0 / d->na + 1.0 / d->nr));
    return chance(fabs(d->pa - d->pr), tilt__z_of_level(1.0 - alpha), s0, unpooled_se(d, 1.0));
}

tilt__value tilt__power_two(const tilt__plan *plan, double ratio, double alpha) {
    design d;
    tilt_reason reason = tilt__level_ok(alpha) ? design_of(plan, ratio, &d) : TILT_OUT_OF_RANGE;
    if (reason != TILT_REASON_NONE) return tilt__no_value(reason);
    return tilt__some_value(power_of_difference(&d, alpha));
}

tilt__value tilt__base_for_power(double rate_a, double rate_r, double alpha, double power) {
    bool rates = rate_a >= 0.0 && rate_a <= 1.0 && rate_r >= 0.0 && rate_r <= 1.0;
    if (!rates || !tilt__level_ok(alpha) || !tilt__level_ok(power)) return tilt__no_value(TILT_OUT_OF_RANGE);
    if (rate_a == rate_r) return tilt__no_value(TILT_UNREACHABLE);
    double sum = rate_a + rate_r, z = tilt__z_of_level(1.0 - alpha), zb = tilt__normal_quantile(power);
    double under_null = sqrt(sum * (1.0 - 0.5 * sum));
    double under_truth = sqrt(rate_a * (1.0 - rate_a) + rate_r * (1.0 - rate_r));
    double root = (z * under_null + zb * under_truth) / (rate_a - rate_r);
    return tilt__some_value(root * root);
}

tilt__value tilt__power_arcsine(const tilt__plan *plan, double ratio, double alpha) {
    design d;
    tilt_reason reason = tilt__level_ok(alpha) ? design_of(plan, ratio, &d) : TILT_OUT_OF_RANGE;
    if (reason != TILT_REASON_NONE) return tilt__no_value(reason);
    double h = 2.0 * fabs(asin(sqrt(d.pa)) - asin(sqrt(d.pr)));
    double shift = h * sqrt(d.na * (d.nr / (d.na + d.nr))), z = tilt__z_of_level(1.0 - alpha);
    return tilt__some_value(tilt__normal_upper(z - shift) + tilt__normal_upper(z + shift));
}

/* Expected counts of a design, for the restricted rates. */
static tilt__pair expected(const design *d) {
    return (tilt__pair){.xa = d->pa * d->na, .na = d->na, .xr = d->pr * d->nr, .nr = d->nr};
}

/* Chance to show that the ratio lies below theta (sign -1) or above it (sign +1). */
static double chance_beyond(const design *d, double theta, double alpha, double sign) {
    double z = tilt__z_of_level(1.0 - 2.0 * alpha), s0 = tilt__ratio_score_se(expected(d), theta);
    return chance(sign * (d->pa - theta * d->pr), z, s0, unpooled_se(d, theta));
}

static double chance_level(const design *d, double tau) {
    double above = chance_beyond(d, tau, alpha_level, 1.0);
    double below = chance_beyond(d, 1.0 / tau, alpha_level, -1.0);
    return fmax(0.0, above + below - 1.0);
}

tilt__value tilt__power_tilted(const tilt__plan *plan, double tau, double ratio) {
    design d;
    tilt_reason reason = tau > 0.0 && tau < HUGE_VAL ? design_of(plan, ratio, &d) : TILT_OUT_OF_RANGE;
    if (reason != TILT_REASON_NONE) return tilt__no_value(reason);
    return tilt__some_value(chance_beyond(&d, tau, alpha_tilted, ratio < tau ? -1.0 : 1.0));
}

tilt__value tilt__power_level(const tilt__plan *plan, double tau, double ratio) {
    design d;
    tilt_reason reason = tilt__level_ok(tau) ? design_of(plan, ratio, &d) : TILT_OUT_OF_RANGE;
    if (reason != TILT_REASON_NONE) return tilt__no_value(reason);
    return tilt__some_value(chance_level(&d, tau));
}

/* A power as a function of one unknown. */
typedef struct search {
    const tilt__plan *plan;
    double tau, ratio, alpha, power;
    double (*power_at)(const struct search *s, double unknown);
} search;

static double power_gap(double unknown, const void *data) {
    const search *s = data;
    return s->power_at(s, unknown) - s->power;
}

/* The largest ratio below `top` that has the power asked. The chance need not fall evenly towards `top` when
 * bases are tiny, so that the first crossing is looked for on a grid from the top and then refined. */
static tilt__value largest_ratio(const search *s, double top) {
    enum { steps = 256 };
    double right = top;
    for (int i = steps - 1; i >= 0; i--) {
        double left = top * i / steps;
        if (power_gap(left, s) >= 0.0) return tilt__root(power_gap, s, left, right, 0.0);
        right = left;
    }
    return tilt__no_value(TILT_UNREACHABLE);
}

static double two_at_ratio(const search *s, double ratio) {
    return tilt__power_two(s->plan, ratio, s->alpha).value;
}

tilt__value tilt__minimum_detectable_ratio(const tilt__plan *plan, double alpha, double power) {
    design d;
    bool ok = tilt__level_ok(alpha) && tilt__level_ok(power);
    tilt_reason reason = ok ? design_of(plan, 1.0, &d) : TILT_OUT_OF_RANGE;
    if (reason != TILT_REASON_NONE) return tilt__no_value(reason);
    search s = {.plan = plan, .alpha = alpha, .power = power, .power_at = two_at_ratio};
    return largest_ratio(&s, 1.0);
}

static double tilted_at_ratio(const search *s, double ratio) {
    return tilt__power_tilted(s->plan, s->tau, ratio).value;
}

tilt__value tilt__detectable_ratio(const tilt__plan *plan, double tau) {
    design d;
    tilt_reason reason = tilt__level_ok(tau) ? design_of(plan, tau, &d) : TILT_OUT_OF_RANGE;
    if (reason != TILT_REASON_NONE) return tilt__no_value(reason);
    search s = {.plan = plan, .tau = tau, .power = asked_power, .power_at = tilted_at_ratio};
    return largest_ratio(&s, tau);
}

/* A plan whose focal base is exp(log_base), the reference following the allocation. */
static design design_at(const search *s, double log_base) {
    double base = exp(log_base);
    return (design){.pa = s->ratio * s->plan->rate_ref,
                    .pr = s->plan->rate_ref,
                    .na = base,
                    .nr = base / s->plan->allocation};
}

static double level_at_base(const search *s, double log_base) {
    design d = design_at(s, log_base);
    return chance_level(&d, s->tau);
}

static double tilted_at_base(const search *s, double log_base) {
    design d = design_at(s, log_base);
    return chance_beyond(&d, s->tau, alpha_tilted, -1.0);
}

/* Whole base, design effect included. The chance grows with the base. */
static tilt__value smallest_base(const search *s) {
    tilt__value root = tilt__root(power_gap, s, 0.0, log(largest_base), 1e-13);
    if (root.reason != TILT_REASON_NONE) {
        return power_gap(0.0, s) >= 0.0 ? tilt__some_value(ceil(s->plan->design_effect))
                                        : tilt__no_value(TILT_UNREACHABLE);
    }
    /* A root a rounding error above a whole number means that number. */
    double base = exp(root.value) * s->plan->design_effect;
    return tilt__some_value(ceil(base * (1.0 - 1e-12)));
}

static tilt_reason check_search(const search *s) {
    const tilt__plan *plan = s->plan;
    double pa = s->ratio * plan->rate_ref;
    bool rates = plan->rate_ref > 0.0 && plan->rate_ref <= 1.0 && pa >= 0.0 && pa <= 1.0;
    bool rest = plan->allocation > 0.0 && plan->allocation < HUGE_VAL && plan->design_effect >= 1.0 &&
                plan->design_effect < HUGE_VAL;
    return rates && rest && tilt__level_ok(s->tau) ? TILT_REASON_NONE : TILT_OUT_OF_RANGE;
}

tilt__value tilt__needed_base(const tilt__plan *plan, double tau) {
    search s = {.plan = plan, .tau = tau, .ratio = 1.0, .power = asked_power, .power_at = level_at_base};
    tilt_reason reason = check_search(&s);
    return reason == TILT_REASON_NONE ? smallest_base(&s) : tilt__no_value(reason);
}

tilt__value tilt__needed_base_tilted(const tilt__plan *plan, double tau, double ratio) {
    search s = {.plan = plan, .tau = tau, .ratio = ratio, .power = asked_power, .power_at = tilted_at_base};
    tilt_reason reason = ratio < tau ? check_search(&s) : TILT_OUT_OF_RANGE;
    return reason == TILT_REASON_NONE ? smallest_base(&s) : tilt__no_value(reason);
}
