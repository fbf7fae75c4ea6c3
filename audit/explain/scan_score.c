/* explain/scan_score.c - the score of a subset: cells (n, y, p) in, log likelihood ratio and its multiplier
 * out. With u = ln q the ratio is Y u - sum n ln(1 + p (e^u - 1)), concave in u; its slope Y - sum n q p/(1 -
 * p + q p) falls from Y to Y - N, so one safeguarded Newton iteration in u finds the maximum, and the ends (Y
 * = 0, Y = N) are limits in closed form. The score at the maximum is flat in u: an error of 1e-9 there is
 * 1e-18 in the score. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "explain/scan_search.h"
#include "stat/sum.h"

typedef struct sums {
    double n, y, expected;
} sums;

static sums sums_of(const tilt__scan_state *s, const uint32_t *list, size_t count) {
    tilt__sum n = {0}, y = {0}, expected = {0};
    for (size_t i = 0; i < count; i++) {
        tilt__sum_add(&n, s->n[list[i]]);
        tilt__sum_add(&y, s->y[list[i]]);
        tilt__sum_add(&expected, s->n[list[i]] * s->p[list[i]]);
    }
    return (sums){tilt__sum_total(n), tilt__sum_total(y), tilt__sum_total(expected)};
}

/* sum n ln(1 + p (q - 1)) at q = e^u; at u = -Inf, sum n ln(1 - p). */
static double cost_at(const tilt__scan_state *s, const uint32_t *list, size_t count, double u) {
    tilt__sum sum = {0};
    double above = expm1(u);
    for (size_t i = 0; i < count; i++) tilt__sum_add(&sum, s->n[list[i]] * log1p(s->p[list[i]] * above));
    return tilt__sum_total(sum);
}

/* Slope of the ratio at u, and the slope's own slope. */
static double slope_at(const tilt__scan_state *s, const uint32_t *list, size_t count, double y, double u,
                       double *out_curve) {
    double q = exp(u), slope = y, curve = 0;
    for (size_t i = 0; i < count; i++) {
        double p = s->p[list[i]], share = q * p / (1 - p + q * p), n = s->n[list[i]];
        slope -= n * share;
        curve -= n * share * (1 - share);
    }
    *out_curve = curve;
    return slope;
}

/* The u where the slope is 0, between two ends of which the slope differs in sign. */
static double solve(const tilt__scan_state *s, const uint32_t *list, size_t count, sums total) {
    double u = log(total.y / total.expected), low, high, curve;
    double step = u < 0 ? fmin(u, -0.5) : fmax(u, 0.5);
    bool under = step < 0;
    low = under ? step : 0;
    high = under ? 0 : step;
    while (under && slope_at(s, list, count, total.y, low, &curve) < 0) low *= 2;
    while (!under && slope_at(s, list, count, total.y, high, &curve) > 0) high *= 2;
    for (size_t k = 0; k < 200; k++) {
        double slope = slope_at(s, list, count, total.y, u, &curve);
        if (slope > 0) low = u;
        if (slope <= 0) high = u;
        double next = curve < 0 ? u - slope / curve : (low + high) / 2;
        if (!(next > low && next < high)) next = (low + high) / 2;
        double moved = fabs(next - u);
        u = next;
        if (moved <= 1e-13 * fmax(1, fabs(u))) break;
    }
    return u;
}

static double poisson_ratio(sums total, double *out_q) {
    *out_q = total.y / total.expected;
    double gain = total.y > 0 ? total.y * log(*out_q) : 0;
    return gain - (total.y - total.expected);
}

double tilt__scan_ratio(const tilt__scan_state *s, const uint32_t *list, size_t count, double *out_q) {
    sums total = sums_of(s, list, count);
    bool under = s->opts->direction == TILT__SCAN_UNDER;
    *out_q = 1;
    if (under ? total.y >= total.expected : total.y <= total.expected) return 0;
    if (s->opts->model == TILT__SCAN_POISSON) return poisson_ratio(total, out_q);
    if (under && total.y == 0) {
        *out_q = 0;
        return -cost_at(s, list, count, -(double)INFINITY);
    }
    if (!under && total.y >= total.n) { /* the limit of q without end: -sum n ln p */
        *out_q = INFINITY;
        tilt__sum sum = {0};
        for (size_t i = 0; i < count; i++) tilt__sum_add(&sum, -s->n[list[i]] * log(s->p[list[i]]));
        return tilt__sum_total(sum);
    }
    double u = solve(s, list, count, total);
    *out_q = exp(u);
    return total.y * u - cost_at(s, list, count, u);
}

double tilt__scan_penalty(const tilt__scan_state *s, const bool *members) {
    double listed = 0;
    for (size_t j = 0; j < s->cells->n_attributes; j++) {
        size_t size = 0;
        for (size_t v = 0; v < s->cells->n_levels[j]; v++) size += members[s->offsets[j] + v];
        if (size < s->cells->n_levels[j]) listed += (double)size;
    }
    return s->opts->penalty * listed;
}

static bool has_cell(const tilt__scan_state *s, const bool *members, size_t cell) {
    const uint32_t *levels = s->cells->levels + cell * s->cells->n_attributes;
    for (size_t j = 0; j < s->cells->n_attributes; j++) {
        if (!members[s->offsets[j] + levels[j]]) return false;
    }
    return true;
}

double tilt__scan_score(const tilt__scan_state *s, const bool *members, uint32_t *list, double *out_q,
                        size_t *out_count) {
    size_t count = 0;
    for (size_t i = 0; i < s->cells->n_cells; i++) {
        if (s->n[i] > 0 && has_cell(s, members, i)) list[count++] = (uint32_t)i;
    }
    *out_count = count;
    return tilt__scan_ratio(s, list, count, out_q) - tilt__scan_penalty(s, members);
}

bool tilt__scan_state_open(const tilt__scan_cells *cells, const tilt__scan_opts *opts,
                           tilt__scan_state *out) {
    *out = (tilt__scan_state){.cells = cells, .opts = opts};
    size_t n = cells->n_cells, m = cells->n_attributes;
    out->offsets = tilt__alloc(m + 1, sizeof *out->offsets);
    out->order = tilt__alloc(m, sizeof *out->order);
    if (out->offsets == NULL || out->order == NULL) return false;
    for (size_t j = 0; j < m; j++) {
        out->offsets[j + 1] = out->offsets[j] + cells->n_levels[j];
        if (cells->n_levels[j] > out->max_levels) out->max_levels = cells->n_levels[j];
    }
    out->n_members = out->offsets[m];
    out->n = tilt__alloc(3 * n, sizeof *out->n);
    out->costs = tilt__alloc(n, TILT__SCAN_GRID * sizeof *out->costs);
    out->members = tilt__alloc(out->n_members, sizeof *out->members);
    out->violated = tilt__alloc(n, sizeof *out->violated);
    out->list = tilt__alloc(n, sizeof *out->list);
    out->value_costs = tilt__alloc(out->max_levels, TILT__SCAN_GRID * sizeof *out->value_costs);
    out->value_y = tilt__alloc(out->max_levels, sizeof *out->value_y);
    if (out->n == NULL || out->costs == NULL || out->members == NULL || out->violated == NULL ||
        out->list == NULL || out->value_costs == NULL || out->value_y == NULL) {
        return false;
    }
    out->y = out->n + n;
    out->p = out->y + n;
    double by = opts->model != TILT__SCAN_BERNOULLI && opts->dispersion > 1 ? opts->dispersion : 1;
    for (size_t i = 0; i < n; i++) {
        out->n[i] = cells->n[i] / by;
        out->y[i] = cells->y[i] / by;
        out->p[i] = cells->expected[i];
    }
    return true;
}

void tilt__scan_state_close(tilt__scan_state *s) {
    free(s->offsets);
    free(s->order);
    free(s->n);
    free(s->costs);
    free(s->members);
    free(s->violated);
    free(s->list);
    free(s->value_costs);
    free(s->value_y);
}

/* ln x for positive normal x, to 1e-15 or so, in operations that a compiler can do for several numbers at
 * once: the grid of every replicate needs millions. x = 2^e m, m in [sqrt 1/2, sqrt 2); ln m by the series of
 * 2 artanh((m - 1) / (m + 1)). Only the choice of a subset rests on it, never a score that is reported. */
static inline double quick_log(double x) {
    static const double ln2 = 0.693147180559945309417;
    const uint64_t one = (uint64_t)1023 << 52, whole = (uint64_t)1075 << 52;
    uint64_t bits, mantissa, power;
    memcpy(&bits, &x, sizeof bits);
    bits += (one - 0x3fe6a09e667f3bcdu); /* sqrt 1/2 as bits: mantissas from there on keep their power */
    power = whole | bits >> 52;          /* 2^52 + e + 1023 as a double */
    mantissa = (bits & 0xfffffffffffffu) + 0x3fe6a09e667f3bcdu;
    double m, e;
    memcpy(&m, &mantissa, sizeof m);
    memcpy(&e, &power, sizeof e);
    e -= 4503599627370496.0 + 1023.0;
    double s = (m - 1) / (m + 1), t = s * s;
    double series = 1.0 / 19;
    series = series * t + 1.0 / 17;
    series = series * t + 1.0 / 15;
    series = series * t + 1.0 / 13;
    series = series * t + 1.0 / 11;
    series = series * t + 1.0 / 9;
    series = series * t + 1.0 / 7;
    series = series * t + 1.0 / 5;
    series = series * t + 1.0 / 3;
    return e * ln2 + 2 * (s + s * t * series);
}

/* The wide grid is denser near q = 1, where weak effects are told apart: ln q from 0.014 to 8 either way. The
 * fine one goes from half to twice the centre. */
void tilt__scan_state_prepare(tilt__scan_state *s, double centre) {
    double sign = s->opts->direction == TILT__SCAN_UNDER ? -1 : 1, above[TILT__SCAN_GRID];
    bool poisson = s->opts->model == TILT__SCAN_POISSON;
    for (size_t k = 0; k < TILT__SCAN_GRID; k++) {
        double part = (double)(k + 1) / TILT__SCAN_GRID;
        s->log_q[k] = centre == 0 ? sign * 8 * part * part : centre * exp2(2 * part - 1);
        above[k] = expm1(s->log_q[k]);
    }
    for (size_t i = 0; i < s->cells->n_cells; i++) {
        double *costs = s->costs + i * TILT__SCAN_GRID, n = s->n[i], p = s->p[i];
        for (size_t k = 0; poisson && k < TILT__SCAN_GRID; k++) costs[k] = n * p * above[k];
        for (size_t k = 0; !poisson && k < TILT__SCAN_GRID; k++) costs[k] = n * quick_log(1 + p * above[k]);
    }
}
