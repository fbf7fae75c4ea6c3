/* measure/plan.c - needed bases by one search over the chance of a verdict.
 * Without clusters the chances are those of the score test (stat/power.h), with clusters those of Student's t
 * on the log scale with the Katz variance times the design effect (stat/power_t.h). A ratio above the band is
 * the same question with the two groups exchanged. */
#include "measure/plan.h"

#include <math.h>

#include "stat/power.h"
#include "stat/power_t.h"
#include "stat/root.h"

enum { FEWEST_CLUSTERS = 5 };
static const double asked_chance = 0.8;
static const double largest_base = 1e15;

static bool is_clustered(const tilt__plan_ask *ask) {
    return ask->clusters > 0 || ask->cluster_size > 0;
}

double tilt__plan_clusters(const tilt__plan_ask *ask, double base) {
    if (ask->clusters > 0) return ask->clusters;
    return ask->cluster_size > 0 ? base / ask->cluster_size : (double)NAN;
}

double tilt__plan_effect(const tilt__plan_ask *ask, double base) {
    if (ask->icc < 0 || !is_clustered(ask)) return ask->design_effect;
    double each = base / tilt__plan_clusters(ask, base);
    return fmax(1, 1 + (each - 1) * ask->icc);
}

static tilt_reason check(const tilt__plan_ask *ask, double ratio) {
    double rate = ratio * ask->rate_ref;
    bool rates = ask->rate_ref > 0 && ask->rate_ref < 1 && ratio > 0 && rate < 1;
    bool band = ask->tau > 0 && ask->tau < 1 && ask->allocation > 0 && ask->allocation < HUGE_VAL;
    bool effect = ask->design_effect >= 1 && ask->design_effect < HUGE_VAL && ask->icc <= 1;
    bool clusters = !(ask->clusters > 0 && ask->cluster_size > 0) && ask->clusters < HUGE_VAL &&
                    ask->cluster_size < HUGE_VAL && (ask->icc < 0 || is_clustered(ask));
    if (!rates || !band || !effect || !clusters) return TILT_OUT_OF_RANGE;
    return ask->clusters > 0 && ask->clusters < FEWEST_CLUSTERS ? TILT_TOO_FEW_CLUSTERS : TILT_REASON_NONE;
}

/* The score form looks below the band only: a ratio above 1 exchanges the groups. */
static tilt__plan plain_plan(const tilt__plan_ask *ask, double base, double ratio, double *out_ratio) {
    tilt__plan plan = TILT__PLAN_INIT;
    bool exchange = ratio > 1;
    plan.rate_ref = exchange ? ratio * ask->rate_ref : ask->rate_ref;
    plan.na = exchange ? base / ask->allocation : base;
    plan.nr = exchange ? base : base / ask->allocation;
    plan.design_effect = ask->design_effect;
    *out_ratio = exchange ? 1 / ratio : ratio;
    return plan;
}

/* Standard error of the log ratio at a base, design effect included. */
static double log_se(const tilt__plan_ask *ask, double base, double ratio) {
    double pa = ratio * ask->rate_ref, pr = ask->rate_ref;
    double variance = (1 - pa) / (base * pa) + (1 - pr) / (base / ask->allocation * pr);
    return sqrt(variance * tilt__plan_effect(ask, base));
}

static double chance(const tilt__plan_ask *ask, double base, double ratio, bool level) {
    if (!is_clustered(ask)) {
        double below = 0;
        tilt__plan plan = plain_plan(ask, base, ratio, &below);
        return level ? tilt__power_level(&plan, ask->tau, below).value
                     : tilt__power_tilted(&plan, ask->tau, below).value;
    }
    double clusters = tilt__plan_clusters(ask, base), se = log_se(ask, base, ratio);
    if (clusters < FEWEST_CLUSTERS) return 0;
    return level ? tilt__power_level_t(log(ratio), ask->tau, se, clusters)
                 : tilt__power_tilted_t(log(ratio), ask->tau, se, clusters);
}

static tilt__value chance_of(const tilt__plan_ask *ask, double base, double ratio, bool level) {
    tilt_reason reason = check(ask, ratio);
    if (reason == TILT_REASON_NONE && !(base > 0 && base <= largest_base)) reason = TILT_OUT_OF_RANGE;
    if (reason == TILT_REASON_NONE && tilt__plan_clusters(ask, base) < FEWEST_CLUSTERS)
        reason = TILT_TOO_FEW_CLUSTERS;
    return reason == TILT_REASON_NONE ? tilt__some_value(chance(ask, base, ratio, level))
                                      : tilt__no_value(reason);
}

tilt__value tilt__plan_chance_level(const tilt__plan_ask *ask, double base, double ratio) {
    return chance_of(ask, base, ratio, true);
}

tilt__value tilt__plan_chance_tilted(const tilt__plan_ask *ask, double base, double ratio) {
    return chance_of(ask, base, ratio, false);
}

typedef struct search {
    const tilt__plan_ask *ask;
    double ratio, base;
    bool level;
} search;

static double at_log_base(double log_base, const void *data) {
    const search *s = data;
    return chance(s->ask, exp(log_base), s->ratio, s->level) - asked_chance;
}

/* The chance grows with the base, so that the first base with enough is a root. */
static tilt__plan_need smallest_base(const search *s) {
    tilt__plan_need need = {.design_effect = NAN, .clusters = NAN};
    double top = log(largest_base);
    tilt__value root = tilt__root(at_log_base, s, 0, top, 1e-13);
    if (at_log_base(0, s) >= 0) root = tilt__some_value(0);
    if (root.reason != TILT_REASON_NONE) {
        need.base = tilt__no_value(TILT_UNREACHABLE);
        return need;
    }
    /* a root a rounding error above a whole number means that number */
    double base = fmax(1, ceil(exp(root.value) * (1 - 1e-12)));
    need.base = tilt__some_value(base);
    need.design_effect = tilt__plan_effect(s->ask, base);
    need.clusters = ceil(tilt__plan_clusters(s->ask, base));
    return need;
}

static tilt__plan_need need_of(const tilt__plan_ask *ask, double ratio, bool level) {
    tilt__plan_need none = {.design_effect = NAN, .clusters = NAN};
    tilt_reason reason = check(ask, ratio);
    none.base = tilt__no_value(reason);
    if (reason != TILT_REASON_NONE) return none;
    search s = {.ask = ask, .ratio = ratio, .level = level};
    return smallest_base(&s);
}

tilt__plan_need tilt__plan_level(const tilt__plan_ask *ask) {
    return need_of(ask, 1, true);
}

tilt__plan_need tilt__plan_tilted(const tilt__plan_ask *ask, double ratio) {
    if (ratio >= ask->tau && ratio <= 1 / ask->tau) {
        tilt__plan_need none = {
            .base = tilt__no_value(TILT_UNREACHABLE), .design_effect = NAN, .clusters = NAN};
        return none;
    }
    return need_of(ask, ratio, false);
}

static double at_ratio(double ratio, const void *data) {
    const search *s = data;
    return chance(s->ask, s->base, ratio, false) - asked_chance;
}

tilt__value tilt__plan_detectable(const tilt__plan_ask *ask, double base) {
    enum { steps = 256 };
    tilt__value at_edge = chance_of(ask, base, ask->tau, false);
    if (at_edge.reason != TILT_REASON_NONE) return at_edge;
    search s = {.ask = ask, .base = base};
    double right = ask->tau;
    for (int i = steps - 1; i > 0; i--) {
        double left = ask->tau * i / steps;
        if (at_ratio(left, &s) >= 0) return tilt__root(at_ratio, &s, left, right, 0);
        right = left;
    }
    return tilt__no_value(TILT_UNREACHABLE);
}
