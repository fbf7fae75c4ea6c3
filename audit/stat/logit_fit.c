/* stat/logit_fit.c - Newton's method for a logistic model with an intercept and at most one slope.
 *
 * The log-likelihood is concave, so Newton with step halving cannot go wrong except where no maximum exists:
 * that is tested for first (one class only, or scores that separate the classes). x is centred at its
 * weighted mean, so that the 2 x 2 information matrix stays well conditioned for logits as far out as -/+ 27.
 *
 * What rows of one score have in common is computed once for them, in both groups where two are put
 * together. They are taken in blocks: exponentials first, then everything that can be done for several at
 * once, then the compensated sums, two side by side. The likelihood, a logarithm each, is computed at the
 * solution, and on the way there only where a bound does not show that a step went up. */
#include "stat/logit_fit.h"

#include <math.h>
#include <string.h>

#include "stat/sum.h"

enum { BLOCK = 128, PIECES = 256 };
#define SETTLED 3e-8

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
    double x[BLOCK], w[2][BLOCK], eta[BLOCK], small[BLOCK]; /* w: by label; small: exp(-|eta|) */
} block;

/* Where the next block begins. */
typedef struct cursor {
    size_t at[2]; /* by part */
} cursor;

static void take_rows(const tilt__logit_part *part, size_t from, size_t n, block *b) {
    const double *weight = part->data->weight, *count = part->data->count;
    for (size_t i = 0; i < n; i++) {
        double w = count != NULL ? count[from + i] : 1.0;
        if (weight != NULL) w = weight[from + i] * w * part->scale;
        b->x[i] = part->x[from + i];
        b->w[0][i] = part->data->label[from + i] == 0 ? w : 0.0;
        b->w[1][i] = part->data->label[from + i] == 0 ? 0.0 : w;
    }
}

static void take_listed(const tilt__logit_part *part, size_t from, size_t n, block *b, size_t to) {
    memcpy(b->x + to, part->x + from, n * sizeof *b->x);
    for (size_t y = 0; y < 2; y++) memcpy(b->w[y] + to, part->w[y] + from, n * sizeof *b->x);
}

/* From one part after the other. */
static void take_next(const tilt__logit_rows *rows, cursor *c, block *b) {
    for (size_t p = 0; p < rows->n_parts && b->n == 0; p++) {
        const tilt__logit_part *part = &rows->parts[p];
        b->n = part->n - c->at[p] < BLOCK ? part->n - c->at[p] : BLOCK;
        if (part->w[0] != NULL)
            take_listed(part, c->at[p], b->n, b, 0);
        else
            take_rows(part, c->at[p], b->n, b);
        c->at[p] += b->n;
    }
}

/* From two lists side by side; what both have becomes one. */
static void take_side_by_side(const tilt__logit_part *parts, cursor *c, block *b) {
    size_t i = c->at[0], j = c->at[1], n = 0;
    const tilt__logit_part *left = &parts[0], *right = &parts[1];
    for (; n < BLOCK && i < left->n && j < right->n; n++) {
        bool one = left->x[i] <= right->x[j], other = right->x[j] <= left->x[i];
        b->x[n] = one ? left->x[i] : right->x[j];
        for (size_t y = 0; y < 2; y++)
            b->w[y][n] = (one ? left->w[y][i] : 0.0) + (other ? right->w[y][j] : 0.0);
        i += one;
        j += other;
    }
    c->at[0] = i;
    c->at[1] = j;
    for (size_t p = 0; p < 2 && n < BLOCK; p++) {
        size_t more = parts[p].n - c->at[p] < BLOCK - n ? parts[p].n - c->at[p] : BLOCK - n;
        take_listed(&parts[p], c->at[p], more, b, n);
        c->at[p] += more;
        n += more;
    }
    b->n = n;
}

/* The next block with everything at a state; false behind the last. */
static bool next_block(const model *m, cursor *c, const state *s, block *b) {
    const tilt__logit_part *parts = m->rows->parts;
    b->n = 0;
    if (m->rows->n_parts == 2 && parts[0].w[0] != NULL && parts[1].w[0] != NULL)
        take_side_by_side(parts, c, b);
    else
        take_next(m->rows, c, b);
    for (size_t i = 0; i < b->n; i++) {
        b->x[i] -= m->centre;
        b->eta[i] = m->with_slope ? s->intercept + s->slope * b->x[i] : s->intercept + b->x[i];
    }
    for (size_t i = 0; i < b->n; i++) b->small[i] = exp(-fabs(b->eta[i]));
    return b->n > 0;
}

/* By label weight times |y - mean|, and weight times mean (1 - mean), without cancellation: 1 - mean is the
 * mean of -eta. */
static void derive(const block *b, double miss[2][BLOCK], double *spread) {
    for (size_t i = 0; i < b->n; i++) {
        double small = b->small[i], whole = 1.0 + small, near = 1.0 / whole, far = small / whole;
        miss[0][i] = b->w[0][i] * (b->eta[i] > 0.0 ? near : far);
        miss[1][i] = b->w[1][i] * (b->eta[i] > 0.0 ? far : near);
        spread[i] = (b->w[0][i] + b->w[1][i]) * (far * near);
    }
}

static void evaluate(const model *m, state *s) {
    block b;
    cursor c = {{0, 0}};
    double miss[2][BLOCK], spread[BLOCK];
    sums level = {{0, 0}, {0, 0}}, tilted = {{0, 0}, {0, 0}}, curved = {{0, 0}, {0, 0}};
    s->misses = 0.0;
    while (next_block(m, &c, s, &b)) {
        derive(&b, miss, spread);
        for (size_t i = 0; i < b.n; i++) {
            two terms = {miss[1][i] - miss[0][i], spread[i]}, x = {b.x[i], b.x[i]};
            s->misses += miss[0][i] + miss[1][i];
            sums_add(&level, terms);
            if (!m->with_slope) continue;
            sums_add(&tilted, terms * x);
            sums_add(&curved, terms * x * x);
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

/* With log(1 + exp(-|eta|)) for either label, and |eta| for the one that eta speaks against. */
static double likelihood_at(const model *m, state *s) {
    block b;
    cursor c = {{0, 0}};
    tilt__sum sum = {0, 0};
    if (!isnan(s->likelihood)) return s->likelihood;
    while (next_block(m, &c, s, &b)) {
        for (size_t i = 0; i < b.n; i++) {
            double missed = b.eta[i] > 0.0 ? b.w[0][i] : b.w[1][i];
            tilt__sum_add(&sum, -(missed * fabs(b.eta[i]) + (b.w[0][i] + b.w[1][i]) * log1p(b.small[i])));
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

/* How far a step moves any eta. */
static double moved(const model *m, const state *s, const state *next) {
    double by[2] = {next->intercept - s->intercept, m->with_slope ? next->slope - s->slope : 0.0};
    return fabs(by[0]) + fabs(by[1]) * m->reach;
}

/* Whether a step surely raised the log-likelihood, or lowered it by less than what is allowed below. Along
 * the step its slope goes from `before` to `after`, and its curvature changes by a factor of exp(r) at most,
 * r the most that any eta moves (Bach 2010): the rise is least where all of that comes at the beginning, and
 * then not below (before + (1 + r) after) / (2 + r), for the mean of t under exp(-r t) on 0..1 is at least 1
 * / (2 + r). `noise` is many times what rounding does to the two slopes. */
static bool surely_up(const model *m, const state *s, const state *next) {
    double by[2] = {next->intercept - s->intercept, m->with_slope ? next->slope - s->slope : 0.0};
    double r = moved(m, s, next);
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

/* Climbs to the maximum; false when it does not settle. A whole step that moves every eta by r at most leaves
 * about r^2 / 2 to go, of the curvature too: below SETTLED that is no digit any more, and what is left of the
 * coefficients is one step more, which needs no further look at the rows. */
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
        bool settled = halvings == 0 && moved(m, s, &next) <= SETTLED;
        *s = next;
        if (!settled) continue;
        if (!newton_step(s, m->with_slope, step)) return false;
        s->intercept += step[0];
        s->slope += step[1];
        return true;
    }
    return false;
}

/* ---- what rows allow ---- */

/* Smallest and largest x of either class. */
typedef struct span {
    double lowest[2], highest[2];
} span;

static void widen_span(span *s, unsigned y, double x) {
    if (x < s->lowest[y]) s->lowest[y] = x;
    if (x > s->highest[y]) s->highest[y] = x;
}

static span span_of(const tilt__logit_rows *rows) {
    span s = {{HUGE_VAL, HUGE_VAL}, {-HUGE_VAL, -HUGE_VAL}};
    for (size_t p = 0; p < rows->n_parts; p++) {
        const tilt__logit_part *part = &rows->parts[p];
        for (size_t i = 0; i < part->n; i++) {
            if (part->w[0] == NULL) widen_span(&s, part->data->label[i], part->x[i]);
            for (unsigned y = 0; y < 2 && part->w[0] != NULL; y++)
                if (part->w[y][i] > 0.0) widen_span(&s, y, part->x[i]);
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
        for (size_t i = 0; i < part->n; i++) {
            double w = part->w[0] != NULL ? part->w[0][i] + part->w[1][i]
                                          : tilt__weight_at(part->data, i) * part->scale;
            sums_add(&all, (two){w * part->x[i], w});
        }
    }
    two total = all.high + all.low;
    return total[0] / total[1];
}

/* ---- where to begin ---- */

/* A part in few pieces: neighbours in its order, put together at their mean. */
typedef struct coarse {
    double lists[3][PIECES];
    tilt__logit_part part;
} coarse;

static void add_piece(const tilt__logit_part *part, size_t from, size_t to, coarse *out) {
    double *x = out->lists[0], x_sum = 0.0, w[2] = {0, 0};
    block b;
    for (size_t n; from < to; from += n) {
        n = to - from < BLOCK ? to - from : BLOCK;
        if (part->w[0] != NULL)
            take_listed(part, from, n, &b, 0);
        else
            take_rows(part, from, n, &b);
        for (size_t i = 0; i < n; i++) {
            for (size_t y = 0; y < 2; y++) w[y] += b.w[y][i];
            x_sum += (b.w[0][i] + b.w[1][i]) * b.x[i];
        }
    }
    x[out->part.n] = x_sum / (w[0] + w[1]);
    for (size_t y = 0; y < 2; y++) out->lists[1 + y][out->part.n] = w[y];
    out->part.n++;
}

static void make_coarse(const tilt__logit_part *part, coarse *out) {
    size_t pieces = part->n < PIECES ? part->n : PIECES;
    out->part = (tilt__logit_part){.data = part->data, .x = out->lists[0], .scale = part->scale};
    for (size_t i = 0; i < pieces; i++)
        add_piece(part, part->n * i / pieces, part->n * (i + 1) / pieces, out);
    for (size_t y = 0; y < 2; y++) out->part.w[y] = out->lists[1 + y];
}

/* From where rows put together have their maximum it is a few steps; from 0 where they are few anyway. */
static void begin(const model *m, state *s) {
    coarse few[2];
    tilt__logit_rows rows = {.n_parts = m->rows->n_parts};
    size_t n = 0;
    for (size_t p = 0; p < rows.n_parts; p++) n += m->rows->parts[p].n;
    *s = (state){0};
    if (n < (size_t)8 * PIECES) return;
    for (size_t p = 0; p < rows.n_parts; p++) {
        make_coarse(&m->rows->parts[p], &few[p]);
        rows.parts[p] = few[p].part;
    }
    span x = span_of(&rows);
    model rough = *m;
    rough.rows = &rows;
    if (obstacle(&x, m->with_slope) != TILT_REASON_NONE || !climb(&rough, s)) *s = (state){0};
}

/* ---- fits ---- */

static tilt__coefficient no_coefficient(tilt_reason reason) {
    return (tilt__coefficient){.value = NAN, .se = NAN, .reason = reason};
}

void tilt__fit_offset(const tilt__logit_rows *rows, tilt__calibration_fits *out) {
    state s;
    span x = span_of(rows);
    model m = {.rows = rows};
    tilt_reason reason = obstacle(&x, false);
    begin(&m, &s);
    if (reason == TILT_REASON_NONE && !climb(&m, &s)) reason = TILT_NOT_CONVERGED;
    out->offset_likelihood = NAN;
    out->in_the_large = no_coefficient(reason);
    if (reason != TILT_REASON_NONE) return;
    out->offset_likelihood = likelihood_at(&m, &s);
    out->in_the_large = (tilt__coefficient){.value = s.intercept, .se = sqrt(1.0 / s.information[0])};
}

void tilt__fit_slope(const tilt__logit_rows *rows, tilt__calibration_fits *out) {
    span x = span_of(rows);
    tilt_reason reason = obstacle(&x, true);
    double centre = reason == TILT_REASON_NONE ? centre_of(rows) : 0.0;
    double above = fmax(x.highest[0], x.highest[1]) - centre, below = centre - fmin(x.lowest[0], x.lowest[1]);
    model m = {rows, true, centre, fmax(above, below)};
    state s;
    begin(&m, &s);
    if (reason == TILT_REASON_NONE && !climb(&m, &s)) reason = TILT_NOT_CONVERGED;
    out->slope_likelihood = NAN;
    out->intercept = out->slope = no_coefficient(reason);
    if (reason != TILT_REASON_NONE) return;
    const double *info = s.information;
    double determinant = info[0] * info[2] - info[1] * info[1];
    double var0 = info[2] / determinant, var1 = info[0] / determinant, cov = -info[1] / determinant;
    out->slope_likelihood = likelihood_at(&m, &s);
    out->slope = (tilt__coefficient){.value = s.slope, .se = sqrt(var1)};
    /* back from centred x */
    out->intercept = (tilt__coefficient){.value = s.intercept - s.slope * centre,
                                         .se = sqrt(var0 + centre * centre * var1 - 2.0 * centre * cov)};
}
