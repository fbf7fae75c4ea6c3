/* stat/unknown.c - worst and best cases when some people's group is unknown.
 *
 * In: known counts of two groups and (xu of nu) people who belong to one of them. The ratio is monotone in
 * where each unknown person goes, so the extremes are corners: all unknown events to one side, all unknown
 * non-events to the other. The breakdown point moves along the line from the proportional split to such a
 * corner. */
#include "stat/unknown.h"

#include "stat/root.h"
#include "stat/tail.h"

#include <math.h>

static tilt_reason check(const tilt__partly_known *d) {
    tilt_reason known = tilt__pair_check(d->known);
    if (known == TILT_OUT_OF_RANGE || tilt__count_check(d->xu, d->nu) == TILT_OUT_OF_RANGE)
        return TILT_OUT_OF_RANGE;
    return known;
}

/* The counts when a share `events` of unknown events and `others` of unknown non-events are focal. */
static tilt__pair placed(const tilt__partly_known *d, double events, double others) {
    double non_events = d->nu - d->xu, xa = events * d->xu, xr = d->xu - xa, rest = others * non_events;
    return (tilt__pair){d->known.xa + xa, d->known.na + xa + rest, d->known.xr + xr,
                        d->known.nr + xr + (non_events - rest)};
}

static tilt__pair lowest(const tilt__partly_known *d) {
    return placed(d, 0.0, 1.0);
}

static tilt__pair highest(const tilt__partly_known *d) {
    return placed(d, 1.0, 0.0);
}

/* Focal rate over reference rate: Inf over a zero reference, NaN for 0 / 0 or an empty group. */
static double ratio_of(tilt__pair p) {
    if (!(p.na > 0.0 && p.nr > 0.0)) return NAN;
    if (!(p.xr > 0.0)) return p.xa > 0.0 ? HUGE_VAL : (double)NAN;
    return p.xa / p.na / (p.xr / p.nr);
}

static tilt__bounds rate_bounds(double x, double n, double xu, double nu) {
    return (tilt__bounds){x / (n + nu - xu), (x + xu) / (n + xu), TILT_REASON_NONE};
}

static double proportional(const tilt__partly_known *d) {
    double share = d->known.na / (d->known.na + d->known.nr);
    return ratio_of(placed(d, share, share));
}

/* Only a bound may be infinite: a ratio to a reference without events is no number. */
static double finite_or_nan(double value) {
    return isfinite(value) ? value : (double)NAN;
}

static tilt__unknown no_bounds(tilt_reason reason) {
    tilt__bounds none = {NAN, NAN, reason};
    return (tilt__unknown){NAN, NAN, none, none, none, none, NAN, reason};
}

tilt__unknown tilt__unknown_bounds(const tilt__partly_known *data) {
    tilt_reason reason = check(data);
    if (reason != TILT_REASON_NONE) return no_bounds(reason);
    const tilt__pair *known = &data->known;
    tilt__pair low = lowest(data), high = highest(data);
    tilt__unknown out = no_bounds(TILT_REASON_NONE);
    out.dropped = finite_or_nan(ratio_of(*known));
    out.proportional = finite_or_nan(proportional(data));
    out.ratio = (tilt__bounds){ratio_of(low), ratio_of(high), TILT_REASON_NONE};
    /* No event anywhere in the worst case: 0 / 0, and any ratio is possible. */
    if (isnan(out.ratio.lower)) out.ratio.lower = 0.0;
    if (isnan(out.ratio.upper)) out.ratio.upper = HUGE_VAL;
    out.difference = (tilt__bounds){low.xa / low.na - low.xr / low.nr, high.xa / high.na - high.xr / high.nr,
                                    TILT_REASON_NONE};
    out.focal_rate = rate_bounds(known->xa, known->na, data->xu, data->nu);
    out.reference_rate = rate_bounds(known->xr, known->nr, data->xu, data->nu);
    out.unknown_share = data->nu / (known->na + known->nr + data->nu);
    return out;
}

/* Katz standard error of ln IR, NaN when it has none. */
static double katz(tilt__pair p) {
    if (!(p.xa > 0.0 && p.xr > 0.0)) return NAN;
    return sqrt((p.na - p.xa) / p.xa / p.na + (p.nr - p.xr) / p.xr / p.nr);
}

typedef struct tilt__coverage {
    double width, level; /* width of the bounds over the larger standard error */
} coverage;

/* Phi(c + width) - Phi(-c) - level. */
static double coverage_gap(double c, const void *data) {
    const coverage *want = data;
    return 1.0 - tilt__normal_upper(c + want->width) - tilt__normal_upper(c) - want->level;
}

tilt_estimate tilt__imbens_manski(const tilt__partly_known *data, double level) {
    tilt_reason reason = tilt__level_ok(level) ? check(data) : TILT_OUT_OF_RANGE;
    tilt_estimate out = tilt__undefined(reason, "imbens_manski", level);
    if (reason != TILT_REASON_NONE) return out;
    tilt__unknown bounds = tilt__unknown_bounds(data);
    double low_se = katz(lowest(data)), high_se = katz(highest(data));
    out.value = bounds.dropped;
    double c = tilt__z_of_level(level);
    if (!isnan(low_se) && !isnan(high_se) && bounds.ratio.upper > bounds.ratio.lower) {
        double se = fmax(low_se, high_se);
        coverage want = {log(bounds.ratio.upper / bounds.ratio.lower) / se, level};
        tilt__value root =
            se > 0.0 ? tilt__root(coverage_gap, &want, 0.0, 40.0, 1e-13) : tilt__some_value(0.0);
        if (root.reason == TILT_REASON_NONE) c = root.value;
    }
    out.lower = isnan(low_se) ? 0.0 : bounds.ratio.lower * exp(-c * low_se);
    out.upper = isnan(high_se) ? HUGE_VAL : bounds.ratio.upper * exp(c * high_se);
    if (isnan(out.value)) out.reason = data->known.xa > 0.0 ? TILT_ZERO_REFERENCE : TILT_ZERO_MARGIN;
    return out;
}

typedef struct tilt__path {
    const tilt__partly_known *data;
    double start;  /* focal share of the known base: the proportional split */
    double events; /* the corner: 1 when unknown events become focal, 0 when they become reference */
    double edge;
} path;

/* Signed distance from the edge after going the fraction t of the way: cross-multiplied, so it is defined at
 * 0. */
static double path_gap(double t, const void *data) {
    const path *p = data;
    double events = p->start + t * (p->events - p->start),
           others = p->start + t * (1.0 - p->events - p->start);
    tilt__pair now = placed(p->data, events, others);
    return now.xa * now.nr - p->edge * now.xr * now.na;
}

tilt__breakdown tilt__unknown_breakdown(const tilt__partly_known *data, double edge) {
    tilt_reason reason = edge > 0.0 && !isinf(edge) ? check(data) : TILT_OUT_OF_RANGE;
    if (reason != TILT_REASON_NONE) return (tilt__breakdown){NAN, reason};
    if (!(data->nu > 0.0)) return (tilt__breakdown){NAN, TILT_NO_UNKNOWN};
    path way = {data, data->known.na / (data->known.na + data->known.nr), 0.0, edge};
    double here = path_gap(0.0, &way);
    way.events = here < 0.0 ? 1.0 : 0.0; /* below the edge: go up; above: go down */
    double there = path_gap(1.0, &way);
    if (here == 0.0) return (tilt__breakdown){0.0, TILT_REASON_NONE}; /* NOLINT: exactly there */
    if ((here < 0.0) == (there < 0.0) && there != 0.0) return (tilt__breakdown){NAN, TILT_UNREACHABLE};
    tilt__value root = tilt__root(path_gap, &way, 0.0, 1.0, 1e-14);
    return (tilt__breakdown){root.value, root.reason};
}

tilt__bounds tilt__share_bounds(double x, double unknown, double total) {
    if (!(x >= 0.0 && unknown >= 0.0 && x + unknown <= total * (1.0 + 1e-12)) || isinf(total))
        return (tilt__bounds){NAN, NAN, TILT_OUT_OF_RANGE};
    if (!(total > 0.0)) return (tilt__bounds){NAN, NAN, TILT_EMPTY_GROUP};
    return (tilt__bounds){x / total, fmin(1.0, (x + unknown) / total), TILT_REASON_NONE};
}
