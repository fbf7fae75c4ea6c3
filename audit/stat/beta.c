/* stat/beta.c - beta, binomial, hypergeometric and Poisson probabilities that keep their digits.
 * Densities follow Loader (2000), "Fast and accurate computation of binomial probabilities": the deviance
 * term x log(x/m) + m - x is summed as a series near x = m, so that nothing cancels at counts of 1e10. A tail
 * is the continued fraction of the incomplete beta or, where both parameters are large and that would take
 * O(sqrt n) terms, the integral of the density. */
#define _DEFAULT_SOURCE /* lgamma_r */
#include "stat/beta.h"

#include <float.h>
#include <math.h>

#include "stat/quadrature.h"
#include "stat/root.h"

static const double half_log_2pi = 0.91893853320467274178;
static const double integral_from = 3000.0; /* from here on the tail is an integral, not a fraction */
static const double log_2pi = 1.83787706640934548356;

double tilt__log_gamma(double x) {
    int sign;
    return lgamma_r(x, &sign);
}

/* What the formula below gives for whole numbers: small counts are asked for again and again. */
static const double whole_errors[16] = {
    0,
    0x1.4c071bcda0a58p-4,
    0x1.52a9b923ea63p-5,
    0x1.c579a268d806p-6,
    0x1.54a2662fd78ep-6,
    0x1.10b4e513fcc6p-6,
    0x1.c6b167bebdecp-7,
    0x1.85d4d612e4acp-7,
    0x1.552805e7b36cp-7,
    0x1.2f4871b12a6cp-7,
    0x1.10f9d4c073ecp-7,
    0x1.f05930880158p-8,
    0x1.c7018733aa58p-8,
    0x1.a40514701058p-8,
    0x1.86076c002e58p-8,
    0x1.6c08f6f19458p-8,
};

/* log Gamma(n + 1) minus Stirling's formula. n > 0. */
static double stirling_error(double n) {
    if (n < 16.0 && n >= 1.0 && n <= floor(n)) return whole_errors[(size_t)n];
    if (n < 16.0) return log(tgamma(n + 1.0)) - (n + 0.5) * log(n) + n - half_log_2pi;
    double nn = n * n;
    return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - 1.0 / 1188 / nn) / nn) / nn) / nn) / n;
}

/* x log(x/m) + m - x, x > 0, m > 0. */
static double deviance(double x, double m) {
    if (fabs(x - m) >= 0.1 * (x + m)) return x * log(x / m) + m - x;
    double v = (x - m) / (x + m), sum = (x - m) * v, term = 2.0 * x * v;
    for (int j = 1; j < 1000; j++) {
        term *= v * v;
        double next = sum + term / (2 * j + 1);
        if (next == sum) break;
        sum = next;
    }
    return sum;
}

double tilt__poisson_log(double x, double m) {
    if (x <= 0.0) return -m;
    return -0.5 * (log_2pi + log(x)) - stirling_error(x) - deviance(x, m);
}

/* n log(q), with the complement p of q known too. */
static double log_power(double n, double p, double q) {
    return n * (p < 0.5 ? log1p(-p) : log(q));
}

double tilt__binomial_log(double x, double n, double p, double q) {
    double rest = n - x;
    if (n <= 0.0) return 0.0;
    if (x <= 0.0) return log_power(n, p, q);
    if (rest <= 0.0) return log_power(n, q, p);
    if (p <= 0.0 || q <= 0.0) return -HUGE_VAL;
    double errors = stirling_error(n) - stirling_error(x) - stirling_error(rest);
    double deviances = deviance(x, n * p) + deviance(rest, n * q);
    return errors - deviances - 0.5 * (log_2pi + log(x) + log(rest / n));
}

double tilt__hypergeometric_log(double x, double na, double nr, double s) {
    double total = na + nr, p = s / total, q = (total - s) / total;
    if (s <= 0.0 || total - s <= 0.0) return 0.0;
    return tilt__binomial_log(x, na, p, q) + tilt__binomial_log(s - x, nr, p, q) -
           tilt__binomial_log(s, total, p, q);
}

tilt__beta tilt__beta_make(double a, double b) {
    tilt__beta out = {
        .a = a, .b = b, .n = a + b, .rest = a + b - a, .log_a = log(a), .log_part = log(b / (a + b))};
    if (!(out.rest > 0.0)) return out;
    out.errors = stirling_error(out.n) - stirling_error(a) - stirling_error(out.rest);
    out.half_log_variance = 0.5 * (log_2pi + log(a) + log(out.rest / out.n));
    return out;
}

/* log of t^a u^b / B(a, b): tilt__binomial_log of a among n, and what is left. */
static double log_kernel_at(const tilt__beta *beta, double t, double u) {
    if (!(beta->rest > 0.0 && t > 0.0 && u > 0.0))
        return tilt__binomial_log(beta->a, beta->n, t, u) + beta->log_a + beta->log_part;
    double deviances = deviance(beta->a, beta->n * t) + deviance(beta->rest, beta->n * u);
    return beta->errors - deviances - beta->half_log_variance + beta->log_a + beta->log_part;
}

double tilt__beta_log_density_at(const tilt__beta *beta, double t, double u) {
    return log_kernel_at(beta, t, u) - log(t) - log(u);
}

static double log_kernel(double t, double u, double a, double b) {
    tilt__beta beta = tilt__beta_make(a, b);
    return log_kernel_at(&beta, t, u);
}

double tilt__beta_log_density(double t, double u, double a, double b) {
    tilt__beta beta = tilt__beta_make(a, b);
    return tilt__beta_log_density_at(&beta, t, u);
}

/* The continued fraction of the incomplete beta at or below the mean, in the form of Didonato and Morris
 * (1992), which takes t and its complement u apart: a u - b t does not cancel where 1 - (a + b) t / a would.
 * Modified Lentz. */
static double fraction(double t, double u, double a, double b) {
    enum { max_terms = 100000 }; /* O(sqrt(min(a, b))) are needed */
    const double tiny = 1e-300;
    double lambda = a * u - b * t, h = a * (lambda + 1.0) / (a + 1.0), c = h, d = 0.0;
    for (double k = 1.0; k < max_terms; k += 1.0) {
        double odd = a + 2.0 * k - 1.0, near = k * (b - k) * t / odd;
        double top = (a + k - 1.0) * t / odd * (a + b + k - 1.0) * near;
        double bottom = k + near + (a + k) * (lambda + 1.0 + k * (1.0 + u)) / (odd + 2.0);
        d = bottom + top * d;
        c = bottom + top / c;
        if (fabs(c) < tiny) c = tiny;
        d = 1.0 / (fabs(d) < tiny ? tiny : d);
        h *= c * d;
        if (fabs(c * d - 1.0) < 2.0 * DBL_EPSILON) break;
    }
    return 1.0 / h;
}

/* The tail beyond logit s0, on the side where the density falls. In logit units the log density has slope
 * a u - b t and curvature -(a + b) t u; for large a and b it is nearly quadratic over the range that counts,
 * so that a fixed rule integrates it to rounding. */
typedef struct outward {
    tilt__beta beta;
    double s0, side, log_kernel;
} outward;

static double outward_density(double away, const void *data) {
    const outward *o = data;
    double s = o->s0 + o->side * away;
    return exp(log_kernel_at(&o->beta, 1.0 / (1.0 + exp(-s)), 1.0 / (1.0 + exp(s))) - o->log_kernel);
}

static double log_tail_by_integral(double t, double u, double a, double b, double kernel) {
    static const double negligible = 45.0; /* exp(-45) of the density at s0 */
    double slope = fabs(a * u - b * t), curvature = (a + b) * t * u;
    double reach = 2.0 * negligible / (slope + sqrt(slope * slope + 2.0 * negligible * curvature));
    outward o = {.beta = tilt__beta_make(a, b),
                 .s0 = log(t / u),
                 .side = a * u < b * t ? 1.0 : -1.0,
                 .log_kernel = kernel};
    double near = tilt__integrate(outward_density, &o, 0.0, 0.3 * reach);
    double middle = tilt__integrate(outward_density, &o, 0.3 * reach, reach);
    double far = tilt__integrate(outward_density, &o, reach, 1.5 * reach);
    return kernel + log(near + middle + far);
}

/* log(1 - exp(x)), x <= 0. */
static double log_complement(double x) {
    return x > -0.6931471805599453 ? log(-expm1(x)) : log1p(-exp(x));
}

tilt__tails tilt__beta_log_tails(double t, double u, double a, double b) {
    if (t <= 0.0) return (tilt__tails){.lower = -HUGE_VAL, .upper = 0.0};
    if (u <= 0.0) return (tilt__tails){.lower = 0.0, .upper = -HUGE_VAL};
    double kernel = log_kernel(t, u, a, b);
    if (fmin(a, b) > integral_from) {
        double tail = fmin(0.0, log_tail_by_integral(t, u, a, b, kernel)), rest = log_complement(tail);
        bool lower_tail = a * u >= b * t;
        return (tilt__tails){.lower = lower_tail ? tail : rest, .upper = lower_tail ? rest : tail};
    }
    if (a * u >= b * t) {
        double lower = fmin(0.0, kernel + log(fraction(t, u, a, b)));
        return (tilt__tails){.lower = lower, .upper = log_complement(lower)};
    }
    double upper = fmin(0.0, kernel + log(fraction(u, t, b, a)));
    return (tilt__tails){.lower = log_complement(upper), .upper = upper};
}

tilt__tails tilt__beta_tails(double t, double u, double a, double b) {
    tilt__tails logs = tilt__beta_log_tails(t, u, a, b);
    return (tilt__tails){.lower = exp(logs.lower), .upper = exp(logs.upper)};
}

typedef struct quantile {
    double a, b, log_tail;
    bool upper;
} quantile;

static double quantile_gap(double s, const void *data) {
    const quantile *q = data;
    tilt__tails logs = tilt__beta_log_tails(1.0 / (1.0 + exp(-s)), 1.0 / (1.0 + exp(s)), q->a, q->b);
    return q->upper ? q->log_tail - logs.upper : logs.lower - q->log_tail;
}

tilt__value tilt__beta_quantile_logit(double tail, bool upper, double a, double b) {
    if (!(tail > 0.0 && tail < 1.0 && a > 0.0 && b > 0.0)) return tilt__no_value(TILT_OUT_OF_RANGE);
    quantile q = {.a = a, .b = b, .log_tail = log(tail), .upper = upper};
    double start = log(a / b), step = 2.0 * sqrt(1.0 / a + 1.0 / b);
    double direction = quantile_gap(start, &q) > 0.0 ? -step : step;
    return tilt__root_from(quantile_gap, &q, start, direction, 1e5);
}

tilt__value tilt__beta_quantile(double tail, bool upper, double a, double b) {
    tilt__value s = tilt__beta_quantile_logit(tail, upper, a, b);
    if (s.reason == TILT_REASON_NONE) s.value = 1.0 / (1.0 + exp(-s.value));
    return s;
}
