/* stat/logit_fit.c - Newton's method for a logistic model with an intercept and at most one slope.
 *
 * The log-likelihood is concave, so Newton with step halving cannot go wrong except where no maximum exists:
 * that is tested for first (one class only, or scores that separate the classes). x is centred at its
 * weighted mean, so that the 2 x 2 information matrix stays well conditioned for logits as far out as -/+ 27.
 *
 * Rows are taken in blocks: exponentials first, then everything that can be done for several rows at once,
 * then the compensated sums, two side by side and each in the order of the rows. The likelihood, a logarithm
 * a row, is computed at the solution, and on the way there only where a bound does not show that a step went
 * up. */
#include "stat/logit_fit.h"

#include <math.h>

#include "stat/sum.h"

enum { BLOCK = 128 };

/* ---- sums ---- */

typedef double two __attribute__((vector_size(16)));

typedef struct sums {
    two high, low;
} sums;

/* tilt__sum_add for two sums: the part of x that does not fit is the same whichever way it is found (Knuth's
 * way needs no comparison). */
static inline void sums_add(sums *s, two x) {
    two total = s->high + x, back = total - s->high;
    s->low += (s->high - (total - back)) + (x - back);
    s->high = total;
}

/* ---- blocks ---- */

typedef struct state {
    double intercept, slope;         /* at centred x */
    double score[2], information[3]; /* gradient; I00, I01, I11 */
    double misses;                   /* sum of w |y - mean|, which -log-likelihood is never below */
    double likelihood;               /* log-likelihood; NaN: not computed yet */
} state;

typedef struct model {
    const tilt__logit_rows *rows;
    bool with_slope;
    double centre, reach; /* of x, and how far from there any x lies */
} model;

typedef struct block {
    size_t n;
    double x[BLOCK], w[BLOCK], eta[BLOCK], small[BLOCK], sign[BLOCK]; /* small: exp(-|eta|); sign: of y */
} block;

static void fill_weights(const tilt__logit_part *part, size_t from, block *b) {
    const double *weight = part->data->weight, *count = part->data->count;
    for (size_t i = 0; i < b->n; i++) b->w[i] = count != NULL ? count[from + i] : 1.0;
    if (weight == NULL) return;
    for (size_t i = 0; i < b->n; i++) b->w[i] = weight[from + i] * b->w[i] * part->scale;
}

/* Rows of one score stand side by side, and have one exponential. */
static void fill_small(block *b) {
    for (size_t i = 0; i < b->n; i++) {
        bool same = i > 0 && !(b->eta[i] < b->eta[i - 1]) && !(b->eta[i] > b->eta[i - 1]);
        b->small[i] = same ? b->small[i - 1] : exp(-fabs(b->eta[i]));
    }
}

static void fill_block(const model *m, const tilt__logit_part *part, size_t from, const state *s, block *b) {
    b->n = part->data->n - from < BLOCK ? part->data->n - from : BLOCK;
    fill_weights(part, from, b);
    for (size_t i = 0; i < b->n; i++) {
        b->x[i] = part->x[from + i] - m->centre;
        b->sign[i] = part->data->label[from + i] == 0 ? -1.0 : 1.0;
    }
    for (size_t i = 0; i < b->n; i++)
        b->eta[i] = m->with_slope ? s->intercept + s->slope * b->x[i] : s->intercept + b->x[i];
    fill_small(b);
}

/* y - mean and mean (1 - mean), both without cancellation: 1 - mean is the mean of -eta. */
static void derive(const block *b, double *miss, double *spread) {
    for (size_t i = 0; i < b->n; i++) {
        double small = b->small[i], whole = 1.0 + small;
        miss[i] = b->sign[i] * ((b->sign[i] * b->eta[i] > 0.0 ? small : 1.0) / whole);
        spread[i] = small / (whole * whole);
    }
}

static void evaluate(const model *m, state *s) {
    block b;
    double miss[BLOCK], spread[BLOCK];
    sums level = {{0, 0}, {0, 0}}, tilted = {{0, 0}, {0, 0}}, curved = {{0, 0}, {0, 0}};
    s->misses = 0.0;
    for (size_t p = 0; p < m->rows->n_parts; p++) {
        const tilt__logit_part *part = &m->rows->parts[p];
        for (size_t from = 0; from < part->data->n; from += b.n) {
            fill_block(m, part, from, s, &b);
            derive(&b, miss, spread);
            for (size_t i = 0; i < b.n; i++) {
                two terms = {b.w[i] * miss[i], b.w[i] * spread[i]}, x = {b.x[i], b.x[i]};
                s->misses += fabs(terms[0]);
                sums_add(&level, terms);
                if (!m->with_slope) continue;
                sums_add(&tilted, terms * x);
                sums_add(&curved, terms * x * x);
            }
        }
    }
    two at = level.high + level.low, by = tilted.high + tilted.low, twice = curved.high + curved.low;
    s->score[0] = at[0];
    s->score[1] = by[0];
    s->information[0] = at[1];
    s->information[1] = by[1];
    s->information[2] = twice[1];
    s->likelihood = (double)NAN;
}

/* log(1 + exp(x)) without overflow; log1p_small is log1p(exp(-|x|)). */
static double log1pexp(double x, double log1p_small) {
    return x > 0.0 ? x + log1p_small : log1p_small;
}

static double likelihood_at(const model *m, state *s) {
    block b;
    tilt__sum sum = {0, 0};
    if (!isnan(s->likelihood)) return s->likelihood;
    for (size_t p = 0; p < m->rows->n_parts; p++) {
        const tilt__logit_part *part = &m->rows->parts[p];
        for (size_t from = 0; from < part->data->n; from += b.n) {
            double last = 0.0;
            fill_block(m, part, from, s, &b);
            for (size_t i = 0; i < b.n; i++) {
                bool same = i > 0 && !(b.small[i] < b.small[i - 1]) && !(b.small[i] > b.small[i - 1]);
                if (!same) last = log1p(b.small[i]);
                tilt__sum_add(&sum, b.w[i] * -log1pexp(-b.sign[i] * b.eta[i], last));
            }
        }
    }
    s->likelihood = tilt__sum_total(sum);
    return s->likelihood;
}

/* ---- Newton ---- */

/* The Newton step; false when the information is singular. */
static bool newton_step(const state *s, bool with_slope, double step[2]) {
    const double *info = s->information;
    double determinant = info[0] * info[2] - info[1] * info[1];
    step[0] = s->score[0] / info[0];
    step[1] = 0.0;
    if (!with_slope) return info[0] > 0.0;
    if (!(info[0] > 0.0 && determinant > 1e-14 * info[0] * info[2])) return false;
    step[0] = (info[2] * s->score[0] - info[1] * s->score[1]) / determinant;
    step[1] = (info[0] * s->score[1] - info[1] * s->score[0]) / determinant;
    return true;
}

/* Whether a step surely raised the log-likelihood, or lowered it by less than what is allowed below. Along
 * the step its slope goes from `before` to `after`, and its curvature changes by a factor of exp(r) at most,
 * r the most that any eta moves (Bach 2010): the rise is least where all of that comes at the beginning, and
 * then not below (before + (1 + r) after) / (2 + r), for the mean of t under exp(-r t) on 0..1 is at least 1
 * / (2 + r). `noise` is many times what rounding does to the two slopes. */
static bool surely_up(const model *m, const state *s, const state *next) {
    double by[2] = {next->intercept - s->intercept, m->with_slope ? next->slope - s->slope : 0.0};
    double r = fabs(by[0]) + fabs(by[1]) * m->reach;
    double before = s->score[0] * by[0] + s->score[1] * by[1];
    double after = next->score[0] * by[0] + next->score[1] * by[1];
    double noise = 1e-13 * r * (s->misses + (1.0 + r) * next->misses);
    return (before + (1.0 + r) * after - noise) / (2.0 + r) >= -1e-13 * next->misses;
}

static bool not_lower(const model *m, state *s, state *next) {
    if (surely_up(m, s, next)) return true;
    double before = likelihood_at(m, s);
    return likelihood_at(m, next) >= before - 1e-12 * fabs(before);
}

/* Climbs to the maximum; false when it does not settle. */
static bool climb(const model *m, state *s) {
    double step[2];
    evaluate(m, s);
    for (int round = 0; round < 100; round++) {
        if (!newton_step(s, m->with_slope, step)) return false;
        state next = *s;
        int halvings = 0;
        for (double share = 1.0; halvings < 50; halvings++, share /= 2.0) {
            next.intercept = s->intercept + share * step[0];
            next.slope = s->slope + share * step[1];
            evaluate(m, &next);
            if (not_lower(m, s, &next)) break;
        }
        if (halvings == 50) return false;
        bool settled = fabs(step[0]) <= 1e-12 * (1.0 + fabs(next.intercept)) &&
                       fabs(step[1]) <= 1e-12 * (1.0 + fabs(next.slope));
        *s = next;
        if (settled) return true;
    }
    return false;
}

/* ---- fits ---- */

/* Smallest and largest x of either class. */
typedef struct span {
    double lowest[2], highest[2];
} span;

static span span_of(const tilt__logit_rows *rows) {
    span s = {{HUGE_VAL, HUGE_VAL}, {-HUGE_VAL, -HUGE_VAL}};
    for (size_t p = 0; p < rows->n_parts; p++) {
        const double *x = rows->parts[p].x;
        for (size_t i = 0; i < rows->parts[p].data->n; i++) {
            unsigned y = rows->parts[p].data->label[i];
            if (x[i] < s.lowest[y]) s.lowest[y] = x[i];
            if (x[i] > s.highest[y]) s.highest[y] = x[i];
        }
    }
    return s;
}

/* What about the data rules a fit out: TILT_SEPARATION or, with a slope, TILT_TOO_FEW. */
static tilt_reason obstacle(const span *s, bool with_slope) {
    const double *lowest = s->lowest, *highest = s->highest;
    if (lowest[0] > highest[0] || lowest[1] > highest[1]) return TILT_SEPARATION; /* a class is empty */
    if (!with_slope) return TILT_REASON_NONE;
    if (!(fmax(highest[0], highest[1]) > fmin(lowest[0], lowest[1]))) return TILT_TOO_FEW;
    bool apart = highest[0] <= lowest[1] || highest[1] <= lowest[0];
    return apart ? TILT_SEPARATION : TILT_REASON_NONE;
}

/* The weighted mean of x. */
static double centre_of(const tilt__logit_rows *rows) {
    sums all = {{0, 0}, {0, 0}};
    for (size_t p = 0; p < rows->n_parts; p++) {
        const tilt__logit_part *part = &rows->parts[p];
        for (size_t i = 0; i < part->data->n; i++) {
            double w = tilt__weight_at(part->data, i) * part->scale;
            sums_add(&all, (two){w * part->x[i], w});
        }
    }
    two total = all.high + all.low;
    return total[0] / total[1];
}

static tilt__coefficient no_coefficient(tilt_reason reason) {
    return (tilt__coefficient){.value = NAN, .se = NAN, .reason = reason};
}

tilt__coefficient tilt__fit_offset(const tilt__logit_rows *rows, double *out_log_likelihood) {
    state s = {0};
    span x = span_of(rows);
    model m = {.rows = rows};
    *out_log_likelihood = NAN;
    tilt_reason reason = obstacle(&x, false);
    if (reason != TILT_REASON_NONE) return no_coefficient(reason);
    if (!climb(&m, &s)) return no_coefficient(TILT_NOT_CONVERGED);
    *out_log_likelihood = likelihood_at(&m, &s);
    return (tilt__coefficient){.value = s.intercept, .se = sqrt(1.0 / s.information[0])};
}

void tilt__fit_slope(const tilt__logit_rows *rows, tilt__coefficient *out_intercept,
                     tilt__coefficient *out_slope, double *out_log_likelihood) {
    state s = {0};
    span x = span_of(rows);
    *out_log_likelihood = NAN;
    tilt_reason reason = obstacle(&x, true);
    double centre = reason == TILT_REASON_NONE ? centre_of(rows) : 0.0;
    double above = fmax(x.highest[0], x.highest[1]) - centre, below = centre - fmin(x.lowest[0], x.lowest[1]);
    model m = {rows, true, centre, fmax(above, below)};
    if (reason == TILT_REASON_NONE && !climb(&m, &s)) reason = TILT_NOT_CONVERGED;
    *out_intercept = *out_slope = no_coefficient(reason);
    if (reason != TILT_REASON_NONE) return;
    const double *info = s.information;
    double determinant = info[0] * info[2] - info[1] * info[1];
    double var0 = info[2] / determinant, var1 = info[0] / determinant, cov = -info[1] / determinant;
    *out_log_likelihood = likelihood_at(&m, &s);
    *out_slope = (tilt__coefficient){.value = s.slope, .se = sqrt(var1)};
    /* back from centred x */
    *out_intercept = (tilt__coefficient){.value = s.intercept - s.slope * centre,
                                         .se = sqrt(var0 + centre * centre * var1 - 2.0 * centre * cov)};
}
