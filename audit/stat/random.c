/* stat/random.c - SplitMix64 streams and the distributions drawn from them. */
#include "stat/random.h"

#include <math.h>

#include "stat/beta.h"

static const uint64_t golden = 0x9e3779b97f4a7c15u; /* 2^64 / golden ratio, odd */

/* Finaliser of SplitMix64 (variant 13 of Stafford). */
static uint64_t mix(uint64_t x) {
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

tilt__random tilt__random_stream(uint64_t seed, uint64_t replicate, uint64_t stratum) {
    uint64_t key = mix(seed + golden);
    key = mix(key + replicate + 1);
    key = mix(key + golden * (stratum + 1));
    return (tilt__random){.key = key, .counter = 0};
}

uint64_t tilt__random_bits(tilt__random *random) {
    return mix(random->key + golden * ++random->counter);
}

double tilt__random_uniform(tilt__random *random) {
    return ((double)(tilt__random_bits(random) >> 11) + 0.5) * 0x1p-53;
}

uint64_t tilt__random_below(tilt__random *random, uint64_t n) {
    uint64_t reject = (UINT64_MAX - n + 1) % n; /* 2^64 mod n values would be drawn too often */
    uint64_t bits;
    do {
        bits = tilt__random_bits(random);
    } while (bits < reject);
    return bits % n;
}

double tilt__random_normal(tilt__random *random) {
    for (;;) {
        double u = 2.0 * tilt__random_uniform(random) - 1.0, v = 2.0 * tilt__random_uniform(random) - 1.0;
        double r = u * u + v * v;
        if (r < 1.0 && r > 0.0) return u * sqrt(-2.0 * log(r) / r);
    }
}

double tilt__random_gamma(tilt__random *random, double shape) {
    if (shape < 1.0) {
        double grown = tilt__random_gamma(random, shape + 1.0);
        return grown * pow(tilt__random_uniform(random), 1.0 / shape);
    }
    double d = shape - 1.0 / 3.0, c = 1.0 / sqrt(9.0 * d);
    for (;;) {
        double z = tilt__random_normal(random), v = 1.0 + c * z;
        if (v <= 0.0) continue;
        v = v * v * v;
        double u = tilt__random_uniform(random);
        if (u < 1.0 - 0.0331 * (z * z) * (z * z)) return d * v; /* sure to pass; spares two logarithms */
        if (log(u) < 0.5 * z * z + d - d * v + d * log(v)) return d * v;
    }
}

double tilt__random_beta(tilt__random *random, double a, double b) {
    double x = tilt__random_gamma(random, a), y = tilt__random_gamma(random, b);
    return x + y > 0.0 ? x / (x + y) : 0.0;
}

/* Adds up the probabilities until they pass a uniform; n p is below 10. */
static double binomial_by_inversion(tilt__random *random, double n, double p) {
    double term = exp(n * log1p(-p)), odds = p / (1.0 - p), u = tilt__random_uniform(random);
    double k = 0.0;
    while (u > term && k < n) {
        u -= term;
        k += 1.0;
        term *= (n - k + 1.0) / k * odds;
        if (term <= 0.0) break;
    }
    return k;
}

/* Hormann (1993), algorithm BTRS: a hat over the transformed histogram, with a quick acceptance for most
 * draws. */
static double binomial_by_rejection(tilt__random *random, double n, double p) {
    double q = 1.0 - p, deviation = sqrt(n * p * q), b = 1.15 + 2.53 * deviation;
    double a = -0.0873 + 0.0248 * b + 0.01 * p, centre = n * p + 0.5, quick = 0.92 - 4.2 / b;
    double alpha = (2.83 + 5.1 / b) * deviation, mode = floor((n + 1.0) * p), peak = NAN;
    for (;;) {
        double u = tilt__random_uniform(random) - 0.5, v = tilt__random_uniform(random);
        double edge = 0.5 - fabs(u), k = floor((2.0 * a / edge + b) * u + centre);
        if (edge >= 0.07 && v <= quick) return k;
        if (k < 0.0 || k > n) continue;
        if (isnan(peak)) peak = tilt__binomial_log(mode, n, p, q); /* most draws never get here */
        if (log(v * alpha / (a / (edge * edge) + b)) <= tilt__binomial_log(k, n, p, q) - peak) return k;
    }
}

double tilt__random_binomial(tilt__random *random, double n, double p) {
    if (!(n > 0.0 && p > 0.0)) return 0.0;
    if (p >= 1.0) return n;
    if (p > 0.5) return n - tilt__random_binomial(random, n, 1.0 - p);
    return n * p < 10.0 ? binomial_by_inversion(random, n, p) : binomial_by_rejection(random, n, p);
}

static const double widest_kept = 100; /* variance: about 16 terms are added up for a draw */

bool tilt__binomial_make(double n, double p, tilt__binomial *out) {
    *out = (tilt__binomial){.n = 0};
    if (!(n > 0 && n == floor(n) && p > 0 && p < 1) || n * p * (1 - p) > widest_kept) return false;
    *out = (tilt__binomial){.n = n, .middle = floor((n + 1) * p), .odds = p / (1 - p)};
    out->at_middle = exp(tilt__binomial_log(out->middle, n, p, 1 - p));
    return true;
}

bool tilt__beta_binomial_make(double n, double a, double b, tilt__binomial *out) {
    *out = (tilt__binomial){.n = 0};
    double p = a / (a + b), wider = (a + b + n) / (a + b + 1);
    if (!(n > 0 && n == floor(n) && a > 0 && b > 0) || n * p * (1 - p) * wider > widest_kept) return false;
    double k = floor(n * p);
    *out = (tilt__binomial){.n = n, .middle = k, .a = a, .b = b};
    double choose = tilt__log_gamma(n + 1) - tilt__log_gamma(k + 1) - tilt__log_gamma(n - k + 1);
    double mixed = tilt__log_gamma(k + a) + tilt__log_gamma(n - k + b) - tilt__log_gamma(n + a + b);
    out->at_middle = exp(choose + mixed - (tilt__log_gamma(a) + tilt__log_gamma(b) - tilt__log_gamma(a + b)));
    return true;
}

/* Probability of k + 1 over that of k. */
static inline double step_up(const tilt__binomial *b, double k) {
    double odds = b->a > 0 ? (b->a + k) / (b->b + b->n - k - 1) : b->odds;
    return (b->n - k) / (k + 1) * odds;
}

/* Adds up the probabilities from the middle outwards until they pass a uniform. What rounding leaves over
 * when all have been added goes to the middle. */
double tilt__binomial_draw(tilt__random *random, const tilt__binomial *b) {
    double u = tilt__random_uniform(random) - b->at_middle;
    double up = b->middle, at_up = b->at_middle, down = b->middle, at_down = b->at_middle;
    while (u > 0 && (up < b->n || down > 0)) {
        if (up < b->n) {
            at_up *= step_up(b, up);
            up += 1;
            u -= at_up;
            if (u <= 0) return up;
        }
        if (down > 0) {
            down -= 1;
            at_down /= step_up(b, down);
            u -= at_down;
            if (u <= 0) return down;
        }
    }
    return b->middle;
}

void tilt__random_shuffle(tilt__random *random, size_t *items, size_t n) {
    for (size_t i = n; i > 1; i--) {
        size_t j = (size_t)tilt__random_below(random, i), kept = items[i - 1];
        items[i - 1] = items[j];
        items[j] = kept;
    }
}
