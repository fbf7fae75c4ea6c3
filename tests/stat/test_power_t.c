/* Chances of t verdicts: the non-central t by 30-digit quadrature, and against drawn samples. */
#include <criterion/criterion.h>

#include "close.h"
#include "stat/power_t.h"
#include "stat/random.h"
#include "stat/tail.h"

/* mpmath, 30 digits: integral of Phi(delta - c s) over the density of s, df s^2 ~ chi-square. */
Test(power_t, agrees_with_the_noncentral_t) {
    static const double cases[][4] = {
        {2.446911851144969, 6, 2, 0.39095285358417904},
        {2.0452296421327034, 29, 4.5, 0.99149788738753071},
        {1.729132811521367, 19, -1, 0.0045220471742441605},
        {2.7764451051977987, 4, 8, 0.99987862734324842},
        {1.9623414611334487, 1000, 2.8, 0.79880028165134469},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const double *c = cases[i];
        double actual = tilt__power_of_t(c[2], c[1], c[0]);
        cr_expect(tilt_close(actual, c[3], 1e-11), "case %zu: %.17g, expected %.17g", i, actual, c[3]);
    }
}

/* With many clusters t is the normal: Phi(delta - z). */
Test(power_t, many_clusters_are_the_normal) {
    double z = tilt__normal_quantile(0.975), se = 0.05, edge = -log(0.8);
    double expected = tilt__normal_upper(z - (edge * 1.5 - edge) / se);
    cr_expect(tilt_close(tilt__power_tilted_t(-1.5 * edge, 0.8, se, 1e7), expected, 1e-5));
    double z90 = tilt__normal_quantile(0.95);
    expected = 1 - 2 * tilt__normal_upper(edge / se - z90);
    cr_expect(tilt_close(tilt__power_level_t(0, 0.8, se, 1e7), expected, 1e-5));
}

/* At the edge itself the chance of either verdict is its level at most. */
Test(power_t, at_the_edge_verdicts_keep_their_level) {
    for (double clusters = 5; clusters < 500; clusters *= 1.7) {
        for (double se = 0.001; se < 1; se *= 3) {
            double edge = log(0.8);
            cr_expect(tilt__power_tilted_t(edge, 0.8, se, clusters) <= 0.025 + 1e-12);
            cr_expect(tilt__power_level_t(edge, 0.8, se, clusters) <= 0.05 + 1e-12);
            cr_expect(tilt_close(tilt__power_level_t(edge, 0.8, se, clusters),
                                 tilt__power_level_t(-edge, 0.8, se, clusters), 1e-9));
        }
    }
}

/* 20,000 draws of (mean, s): the share that passes both one-sided tests. Standard error .0035. */
Test(power_t, level_agrees_with_drawn_samples) {
    enum { draws = 20000, clusters = 8 };
    double se = 0.07, edge = -log(0.8), t = tilt__t_quantile(0.95, clusters - 1) * sqrt(8.0 / 7.0);
    size_t inside = 0;
    for (uint64_t i = 0; i < draws; i++) {
        tilt__random random = tilt__random_stream(11, i, 0);
        double mean = 0.05 + se * tilt__random_normal(&random);
        double s = se * sqrt(tilt__random_gamma(&random, 3.5) / 3.5);
        inside += mean - t * s > -edge && mean + t * s < edge;
    }
    double expected = tilt__power_level_t(0.05, 0.8, se, clusters);
    cr_expect(fabs((double)inside / draws - expected) < 0.014, "drawn %g, computed %g",
              (double)inside / draws, expected);
}

Test(power_t, nonsense_is_not_a_number) {
    cr_expect(isnan(tilt__power_of_t(1, 0, 2)) && isnan(tilt__power_of_t(1, 5, 0)));
    cr_expect(isnan(tilt__power_of_t(INFINITY, 5, 2)));
    cr_expect(isnan(tilt__power_tilted_t(0, 0.8, 0, 8)) && isnan(tilt__power_level_t(0, 1.2, 0.1, 8)));
    cr_expect(isnan(tilt__power_level_t(0, 0.8, 0.1, 1)));
}
