/* explain/mix.c - counts by level of one factor in, composition and rate effects out.
 * Swapping the groups changes the sign of every term, so the reference's part of each variance is the focal
 * group's part of the swapped problem: `side` is one such view, own group against the other. A variance is
 * the sum over own levels of share * (level part^2 + slope^2 * unit variance), where the influence of a unit
 * with outcome y in level k is level part + slope * (y - rate of k). */
#include "explain/mix.h"

#include <math.h>

/* One group seen against the other. */
typedef struct side {
    const double *n, *x, *other_n, *other_x;
    double total, other_total;
    double rate;                /* own overall rate */
    double other_at_own;        /* other group's rates at the own mix */
    double own_at_other;        /* own rates at the other group's mix */
    double mean_half, half_gap; /* own-mix means of (own + other)/2 and (own - other)/2 over levels */
    double within, between;     /* spread of a unit's outcome within levels, and of the level rates */
} side;

/* One level from a side; rates carried over where a group is empty. */
typedef struct level {
    double w, u;       /* own and other share */
    double own, other; /* rates */
    bool has_own, has_other;
} level;

enum { COMPOSITION, RATE, GAP, LOG_COMPOSITION, LOG_RATE, LOG_GAP, N_TERMS };

static level level_at(const side *s, size_t j) {
    level at = {.w = s->n[j] / s->total, .u = s->other_n[j] / s->other_total};
    at.has_own = s->n[j] > 0;
    at.has_other = s->other_n[j] > 0;
    double own = at.has_own ? s->x[j] / s->n[j] : 0, other = at.has_other ? s->other_x[j] / s->other_n[j] : 0;
    at.own = at.has_own ? own : other;
    at.other = at.has_other ? other : own;
    return at;
}

static double unit_variance(tilt__noise noise, double rate) {
    return noise.kind == TILT__NOISE_POISSON ? rate : fmax(0, rate * (1 - rate));
}

static double total_of(size_t n, const double *values) {
    tilt__sum sum = {0};
    for (size_t i = 0; i < n; i++) tilt__sum_add(&sum, values[i]);
    return tilt__sum_total(sum);
}

static side side_of(size_t n_levels, const double *n, const double *x, const double *other_n,
                    const double *other_x, tilt__noise noise) {
    side s = {.n = n, .x = x, .other_n = other_n, .other_x = other_x};
    s.total = total_of(n_levels, n);
    s.other_total = total_of(n_levels, other_n);
    s.rate = total_of(n_levels, x) / s.total;
    tilt__sum other_at_own = {0}, own_at_other = {0}, mean_half = {0}, half_gap = {0}, within = {0},
              between = {0};
    for (size_t j = 0; j < n_levels; j++) {
        level at = level_at(&s, j);
        tilt__sum_add(&other_at_own, at.w * at.other);
        tilt__sum_add(&own_at_other, at.u * at.own);
        tilt__sum_add(&mean_half, at.w * (at.own + at.other) / 2);
        tilt__sum_add(&half_gap, at.w * (at.own - at.other) / 2);
        tilt__sum_add(&within, at.w * unit_variance(noise, at.own));
        tilt__sum_add(&between, at.w * (at.own - s.rate) * (at.own - s.rate));
    }
    s.other_at_own = tilt__sum_total(other_at_own);
    s.own_at_other = tilt__sum_total(own_at_other);
    s.mean_half = tilt__sum_total(mean_half);
    s.half_gap = tilt__sum_total(half_gap);
    s.within = tilt__sum_total(within);
    s.between = tilt__sum_total(between);
    return s;
}

/* Influence of a unit of the own group in level `at` on each term: level part and slope. */
static void influence(const side *s, level at, double *part, double *slope) {
    part[COMPOSITION] = (at.own + at.other) / 2 - s->mean_half;
    slope[COMPOSITION] = (at.w - at.u) / at.w * (at.has_other ? 0.5 : 1);
    part[RATE] = (at.own - at.other) / 2 - s->half_gap;
    slope[RATE] = at.has_other ? (at.w + at.u) / at.w / 2 : 0;
    part[GAP] = at.own - s->rate;
    slope[GAP] = 1;
    part[LOG_GAP] = part[GAP] / s->rate;
    slope[LOG_GAP] = 1 / s->rate;
    part[LOG_COMPOSITION] = ((at.other - s->other_at_own) / s->other_at_own + part[LOG_GAP]) / 2;
    slope[LOG_COMPOSITION] =
        ((at.has_other ? 0 : 1 / s->other_at_own) + slope[LOG_GAP] - at.u / at.w / s->own_at_other) / 2;
    part[LOG_RATE] = part[LOG_GAP] - part[LOG_COMPOSITION];
    slope[LOG_RATE] = slope[LOG_GAP] - slope[LOG_COMPOSITION];
}

static void add_variances(size_t n_levels, const side *s, tilt__noise noise, double *variances) {
    tilt__sum sums[N_TERMS] = {{0, 0}};
    for (size_t j = 0; j < n_levels; j++) {
        level at = level_at(s, j);
        if (!at.has_own) continue;
        double part[N_TERMS], slope[N_TERMS], v = unit_variance(noise, at.own);
        influence(s, at, part, slope);
        for (size_t t = 0; t < N_TERMS; t++) {
            tilt__sum_add(&sums[t], at.w * (part[t] * part[t] + slope[t] * slope[t] * v));
        }
    }
    for (size_t t = 0; t < N_TERMS; t++) variances[t] += tilt__sum_total(sums[t]) / s->total;
}

/* The own group's part of the variance of level j's two terms (see the head for the form of an influence).
 * `gap` is own share less other share; `lift` how far the level's mean rate lies above the mean of the
 * overall rates. */
static void add_level_variances(const side *s, level at, double lift, tilt__noise noise, double *composition,
                                double *rate) {
    double gap = at.w - at.u, v = unit_variance(noise, at.own);
    double level_part =
        lift * lift * at.w * (1 - at.w) - lift * gap * at.w * (at.own - s->rate) + gap * gap / 4 * s->between;
    double within = gap * gap / 4 * s->within;
    if (at.has_own) {
        double slope = gap * ((at.has_other ? 0.5 : 1) / at.w - 0.5);
        within += at.w * v * (slope * slope - gap * gap / 4);
    }
    *composition += (fmax(0, level_part) + fmax(0, within)) / s->total;
    double d = at.own - at.other, sum = at.w + at.u;
    *rate += d * d / 4 * at.w * (1 - at.w) / s->total;
    if (at.has_own && at.has_other) *rate += sum * sum / 4 * v / at.w / s->total;
}

static void set_level(const side *a, const side *r, size_t j, tilt__noise noise, double spread,
                      tilt__mix_level *out) {
    level from_a = level_at(a, j), from_r = level_at(r, j);
    *out = (tilt__mix_level){.share_a = from_a.w, .share_r = from_a.u};
    out->rate_a = from_a.has_own ? from_a.own : (double)NAN;
    out->rate_r = from_a.has_other ? from_a.other : (double)NAN;
    double lift = (from_a.own + from_a.other) / 2 - (a->rate + r->rate) / 2;
    out->composition = tilt__term_make((from_a.w - from_a.u) * lift, 0);
    out->rate_effect = tilt__term_make((from_a.w + from_a.u) / 2 * (from_a.own - from_a.other), 0);
    if (!from_a.has_own && !from_a.has_other) {
        out->composition = out->rate_effect = tilt__term_make(0, 0);
        return;
    }
    double composition = 0, rate = 0;
    add_level_variances(a, from_a, lift, noise, &composition, &rate);
    add_level_variances(r, from_r, lift, noise, &composition, &rate);
    out->composition.se = sqrt(spread * composition);
    out->rate_effect.se = sqrt(spread * rate);
}

static void set_values(size_t n_levels, const side *a, const side *r, tilt__mix *out) {
    tilt__sum composition = {0}, rate = {0}, endowment = {0}, coefficient = {0}, interaction = {0};
    for (size_t j = 0; j < n_levels; j++) {
        level at = level_at(a, j);
        double gap = at.w - at.u, d = at.own - at.other;
        double lift = (at.own + at.other) / 2 - (a->rate + r->rate) / 2;
        tilt__sum_add(&composition, gap * lift);
        tilt__sum_add(&rate, (at.w + at.u) / 2 * d);
        tilt__sum_add(&endowment, gap * at.other);
        tilt__sum_add(&coefficient, at.u * d);
        tilt__sum_add(&interaction, gap * d);
    }
    out->rate_a = a->rate;
    out->rate_r = r->rate;
    out->gap = tilt__term_make(a->rate - r->rate, 0);
    out->composition = tilt__term_make(tilt__sum_total(composition), 0);
    out->rate_effect = tilt__term_make(tilt__sum_total(rate), 0);
    out->endowment = tilt__sum_total(endowment);
    out->coefficient = tilt__sum_total(coefficient);
    out->interaction = tilt__sum_total(interaction);
    out->ref_at_focal_mix = a->other_at_own;
    out->focal_at_ref_mix = a->own_at_other;
    out->ir_if_focal_mix = a->other_at_own > 0 ? tilt__term_bare(a->rate / a->other_at_own)
                                               : tilt__term_none(TILT_ZERO_REFERENCE);
    out->ir_if_ref_mix =
        r->rate > 0 ? tilt__term_bare(a->own_at_other / r->rate) : tilt__term_none(TILT_ZERO_REFERENCE);
    bool logs = a->rate > 0 && r->rate > 0 && a->other_at_own > 0 && a->own_at_other > 0;
    out->log_gap = out->log_composition = out->log_rate = tilt__term_none(TILT_ZERO_MARGIN);
    if (!logs) return;
    double half_a = log(a->other_at_own) - log(r->rate), half_b = log(a->rate) - log(a->own_at_other);
    out->log_gap = tilt__term_make(log(a->rate) - log(r->rate), 0);
    out->log_composition = tilt__term_make((half_a + half_b) / 2, 0);
    out->log_rate =
        tilt__term_make((log(a->rate) - log(a->other_at_own) + log(a->own_at_other) - log(r->rate)) / 2, 0);
}

static bool counts_ok(size_t n, const double *counts) {
    for (size_t i = 0; i < n; i++) {
        if (!(counts[i] >= 0) || isinf(counts[i])) return false;
    }
    return true;
}

static tilt_reason check(const tilt__level_counts *c) {
    if (!counts_ok(c->n_levels, c->na) || !counts_ok(c->n_levels, c->xa) || !counts_ok(c->n_levels, c->nr) ||
        !counts_ok(c->n_levels, c->xr)) {
        return TILT_OUT_OF_RANGE;
    }
    bool any = total_of(c->n_levels, c->na) > 0 && total_of(c->n_levels, c->nr) > 0;
    return any ? TILT_REASON_NONE : TILT_EMPTY_GROUP;
}

static void set_error(tilt__term *term, double variance) {
    if (term->reason == TILT_REASON_NONE) term->se = sqrt(variance);
}

tilt_reason tilt__mix_split(const tilt__level_counts *c, tilt__noise noise, tilt__mix *out,
                            tilt__mix_level *out_levels) {
    *out = (tilt__mix){0};
    tilt_reason reason = check(c);
    if (reason != TILT_REASON_NONE) return reason;
    double spread = noise.dispersion > 0 ? noise.dispersion : 1;
    side a = side_of(c->n_levels, c->na, c->xa, c->nr, c->xr, noise);
    side r = side_of(c->n_levels, c->nr, c->xr, c->na, c->xa, noise);
    set_values(c->n_levels, &a, &r, out);
    double variances[N_TERMS] = {0};
    add_variances(c->n_levels, &a, noise, variances);
    add_variances(c->n_levels, &r, noise, variances);
    set_error(&out->composition, spread * variances[COMPOSITION]);
    set_error(&out->rate_effect, spread * variances[RATE]);
    set_error(&out->gap, spread * variances[GAP]);
    set_error(&out->log_composition, spread * variances[LOG_COMPOSITION]);
    set_error(&out->log_rate, spread * variances[LOG_RATE]);
    set_error(&out->log_gap, spread * variances[LOG_GAP]);
    for (size_t j = 0; out_levels != NULL && j < c->n_levels; j++) {
        set_level(&a, &r, j, noise, spread, &out_levels[j]);
    }
    return TILT_REASON_NONE;
}

tilt_reason tilt__numerator_split(size_t n_levels, const double *xa, const double *xr, double base_a,
                                  double base_r, tilt__noise noise, tilt__term *out_levels) {
    if (!counts_ok(n_levels, xa) || !counts_ok(n_levels, xr) || !counts_ok(1, &base_a) ||
        !counts_ok(1, &base_r)) {
        return TILT_OUT_OF_RANGE;
    }
    if (base_a == 0 || base_r == 0) return TILT_EMPTY_GROUP;
    double spread = noise.dispersion > 0 ? noise.dispersion : 1;
    for (size_t j = 0; j < n_levels; j++) {
        double ra = xa[j] / base_a, rr = xr[j] / base_r;
        double variance = unit_variance(noise, ra) / base_a + unit_variance(noise, rr) / base_r;
        out_levels[j] = tilt__term_make(ra - rr, sqrt(spread * variance));
    }
    return TILT_REASON_NONE;
}
