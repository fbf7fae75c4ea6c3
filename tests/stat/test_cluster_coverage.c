/* Methods 12.14, short: coverage of the cluster jackknife and false verdicts at the edges, on simulated
 * clusters. The full table is bench/coverage/clusters.md. */
#include <criterion/criterion.h>

#include "../../bench/coverage/simulate_clusters.h"

/* 4000 runs: three standard errors of a share of .95 are .010. */
enum { RUNS = 4000 };

static void expect_coverage(size_t clusters, double sigma) {
    cluster_setting s = {clusters, sigma, 0.02, false, 0.05, 1.0};
    cluster_outcome o = simulate_clusters(s, RUNS, 20240601, 0.8);
    cr_expect(o.covered > 0.93 - 0.005 && o.covered < 0.97 + 0.005, "%zu clusters, sigma %g: %g", clusters,
              sigma, o.covered);
    cr_expect(o.naive < 0.5, "independent impressions would cover %g", o.naive);
    cr_expect(o.tilted < 0.05, "tilted in %g of samples without a gap", o.tilted);
}

Test(cluster_coverage, is_nominal_for_equal_clusters) {
    expect_coverage(7, 0.0);
    expect_coverage(14, 0.0);
    expect_coverage(30, 0.0);
}

Test(cluster_coverage, is_nominal_for_unequal_clusters) {
    expect_coverage(7, 1.0);
    expect_coverage(14, 1.0);
    expect_coverage(30, 1.0);
    expect_coverage(14, 1.5);
    expect_coverage(30, 1.5);
}

Test(cluster_coverage, verdicts_keep_their_level_at_the_edges) {
    double level = 0, tilted = 0, n = 0;
    for (int i = 0; i < 12; i++) {
        cluster_setting s = {i % 3 == 0   ? 7
                             : i % 3 == 1 ? 14
                                          : 30,
                             i / 3 % 2 == 0 ? 0.0 : 1.0,
                             0.002,
                             i % 2 == 1,
                             0.05,
                             i / 6 == 0 ? 0.8 : 1.25};
        cluster_outcome o = simulate_clusters(s, RUNS, 20240601, 0.8);
        cr_expect(o.level < 0.065 && o.tilted < 0.055, "level %g, tilted %g", o.level, o.tilted);
        level += o.level;
        tilted += o.tilted;
        n++;
    }
    cr_expect(level / n <= 0.05, "false level %g", level / n);
    cr_expect(tilted / n <= 0.025, "false tilted %g", tilted / n);
}
