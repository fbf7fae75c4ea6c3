/* Random numbers: streams are independent of the order of use, and the distributions have their moments. */
#include <criterion/criterion.h>
#include <math.h>

#include "close.h"
#include "stat/beta.h"
#include "stat/random.h"

Test(random, streams_repeat_and_differ) {
    tilt__random a = tilt__random_stream(1, 2, 3), b = tilt__random_stream(1, 2, 3);
    for (int i = 0; i < 100; i++) cr_expect_eq(tilt__random_bits(&a), tilt__random_bits(&b));
    uint64_t first[4];
    tilt__random streams[4] = {tilt__random_stream(1, 0, 0), tilt__random_stream(0, 1, 0),
                               tilt__random_stream(0, 0, 1), tilt__random_stream(0, 0, 0)};
    for (int i = 0; i < 4; i++) first[i] = tilt__random_bits(&streams[i]);
    for (int i = 0; i < 4; i++) {
        for (int j = 0; j < i; j++) cr_expect_neq(first[i], first[j]);
    }
}

/* The seed is printed in reports: a change of the generator changes published numbers, so its first values
 * are fixed. */
Test(random, first_values_are_fixed) {
    tilt__random r = tilt__random_stream(1, 0, 0);
    cr_expect_eq(tilt__random_bits(&r), 0x4054de6cb59830bdu);
    cr_expect_eq(tilt__random_bits(&r), 0x2652b3a5f462c30eu);
}

Test(random, uniform_and_below_cover_their_range) {
    tilt__random r = tilt__random_stream(7, 0, 0);
    double sum = 0, squares = 0;
    int counts[7] = {0};
    enum { n = 70000 };
    for (int i = 0; i < n; i++) {
        double u = tilt__random_uniform(&r);
        cr_assert(u > 0 && u < 1);
        sum += u;
        squares += u * u;
        counts[tilt__random_below(&r, 7)]++;
    }
    cr_expect(fabs(sum / n - 0.5) < 0.005 && fabs(squares / n - 1.0 / 3) < 0.005);
    for (int i = 0; i < 7; i++) cr_expect(abs(counts[i] - n / 7) < 5 * 100, "%d: %d", i, counts[i]);
    cr_expect_eq(tilt__random_below(&r, 1), 0);
}

typedef struct moments {
    double mean, variance;
} moments;

static moments of_binomial(double n, double p, int draws) {
    tilt__random r = tilt__random_stream(11, 0, 0);
    double sum = 0, squares = 0, centre = n * p;
    for (int i = 0; i < draws; i++) {
        double k = tilt__random_binomial(&r, n, p);
        cr_assert(k >= 0 && k <= n && k == floor(k));
        sum += k - centre;
        squares += (k - centre) * (k - centre);
    }
    return (moments){.mean = sum / draws + centre, .variance = squares / draws};
}

/* Within five standard errors of the moments, in every branch: inversion, rejection, mirrored, huge. */
Test(random, binomial_has_its_moments) {
    static const struct {
        double n, p;
    } cases[] = {{10, 0.1}, {1e10, 3e-10}, {40, 0.5}, {1000, 0.3}, {1000, 0.93}, {1e10, 0.4}, {1e15, 0.999}};
    enum { draws = 20000 };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double n = cases[i].n, p = cases[i].p, variance = n * p * (1 - p);
        moments m = of_binomial(n, p, draws);
        cr_expect(fabs(m.mean - n * p) < 5 * sqrt(variance / draws), "n %g p %g: mean %g", n, p, m.mean);
        cr_expect(fabs(m.variance / variance - 1) < 5 * sqrt((2 + 1 / variance) / draws),
                  "n %g p %g: variance %g", n, p, m.variance);
    }
    tilt__random r = tilt__random_stream(1, 0, 0);
    cr_expect_eq(tilt__random_binomial(&r, 10, 0), 0.0);
    cr_expect_eq(tilt__random_binomial(&r, 10, 1), 10.0);
    cr_expect_eq(tilt__random_binomial(&r, 0, 0.5), 0.0);
}

/* Rejection sampling against the probabilities: chi-square over the central values of Binomial(60, .4). */
Test(random, binomial_by_rejection_has_its_distribution) {
    tilt__random r = tilt__random_stream(12, 0, 0);
    enum { draws = 60000 };
    int counts[61] = {0};
    for (int i = 0; i < draws; i++) counts[(int)tilt__random_binomial(&r, 60, 0.4)]++;
    double chi = 0;
    int df = 0;
    for (int k = 0; k <= 60; k++) {
        double expected = draws * exp(tilt__binomial_log(k, 60, 0.4, 0.6));
        if (expected < 10) continue;
        chi += (counts[k] - expected) * (counts[k] - expected) / expected;
        df++;
    }
    cr_expect(chi < df + 5 * sqrt(2.0 * df), "chi-square %g on %d", chi, df);
}

static void expect_distribution(const tilt__binomial *kept, const double *probabilities, size_t n) {
    tilt__random r = tilt__random_stream(15, n, 0);
    enum { draws = 60000 };
    int counts[64] = {0};
    for (int i = 0; i < draws; i++) {
        double k = tilt__binomial_draw(&r, kept);
        cr_assert(k >= 0 && k <= (double)n && k == floor(k));
        counts[(size_t)k]++;
    }
    double chi = 0;
    int df = 0;
    for (size_t k = 0; k <= n; k++) {
        double expected = draws * probabilities[k];
        if (expected < 10) continue;
        chi += (counts[k] - expected) * (counts[k] - expected) / expected;
        df++;
    }
    cr_expect(chi < df + 5 * sqrt(2.0 * df), "chi-square %g on %d", chi, df);
}

/* What is kept for many draws against the probabilities, on either side of 1/2 and where nothing is sure. */
Test(random, kept_binomials_have_their_distribution) {
    static const double rates[] = {0.02, 0.3, 0.5, 0.93};
    double probabilities[64];
    tilt__binomial kept;
    for (size_t c = 0; c < sizeof rates / sizeof *rates; c++) {
        cr_assert(tilt__binomial_make(50, rates[c], &kept));
        for (size_t k = 0; k <= 50; k++)
            probabilities[k] = exp(tilt__binomial_log((double)k, 50, rates[c], 1 - rates[c]));
        expect_distribution(&kept, probabilities, 50);
    }
    cr_expect_not(tilt__binomial_make(1e6, 0.5, &kept));
    cr_expect_not(tilt__binomial_make(10, 0, &kept));
    cr_expect_not(tilt__binomial_make(10.5, 0.3, &kept));
}

/* P(k) = C(n, k) B(k + a, n - k + b) / B(a, b); with a = b = 1 every count is equally likely. */
Test(random, kept_beta_binomials_have_their_distribution) {
    static const double shapes[][2] = {{1, 1}, {2, 6}, {0.4, 0.7}, {30, 3}};
    double probabilities[64];
    tilt__binomial kept;
    for (size_t c = 0; c < sizeof shapes / sizeof *shapes; c++) {
        double a = shapes[c][0], b = shapes[c][1], n = 20;
        cr_assert(tilt__beta_binomial_make(n, a, b, &kept));
        for (size_t k = 0; k <= 20; k++) {
            double x = (double)k;
            probabilities[k] =
                exp(lgamma(n + 1) - lgamma(x + 1) - lgamma(n - x + 1) + lgamma(x + a) + lgamma(n - x + b) -
                    lgamma(n + a + b) + lgamma(a + b) - lgamma(a) - lgamma(b));
        }
        if (c == 0) cr_expect(fabs(probabilities[3] - 1.0 / 21) < 1e-12);
        expect_distribution(&kept, probabilities, 20);
    }
    cr_expect_not(tilt__beta_binomial_make(1e5, 2, 2, &kept));
    cr_expect_not(tilt__beta_binomial_make(10, 0, 2, &kept));
}

Test(random, normal_gamma_and_beta_have_their_moments) {
    tilt__random r = tilt__random_stream(13, 0, 0);
    enum { draws = 40000 };
    double z = 0, zz = 0, g = 0, small = 0, b = 0;
    for (int i = 0; i < draws; i++) {
        double normal = tilt__random_normal(&r);
        z += normal;
        zz += normal * normal;
        g += tilt__random_gamma(&r, 4);
        small += tilt__random_gamma(&r, 0.3);
        b += tilt__random_beta(&r, 2, 6);
    }
    cr_expect(fabs(z / draws) < 0.025 && fabs(zz / draws - 1) < 0.04);
    cr_expect(fabs(g / draws - 4) < 0.06 && fabs(small / draws - 0.3) < 0.02 &&
              fabs(b / draws - 0.25) < 0.005);
}

Test(random, shuffle_keeps_the_items) {
    tilt__random r = tilt__random_stream(14, 0, 0);
    size_t items[50], seen[50] = {0}, moved = 0;
    for (size_t i = 0; i < 50; i++) items[i] = i;
    tilt__random_shuffle(&r, items, 50);
    for (size_t i = 0; i < 50; i++) {
        seen[items[i]]++;
        moved += items[i] != i;
    }
    for (size_t i = 0; i < 50; i++) cr_expect_eq(seen[i], 1);
    cr_expect(moved > 30);
}
