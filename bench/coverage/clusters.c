/* bench/coverage/clusters.c - prints bench/coverage/clusters.md: coverage of the cluster jackknife, and how
 * often a verdict is false when the true ratio lies exactly on an edge of the band. Usage: coverage_clusters
 * [RUNS [SEED]] */
#include "simulate_clusters.h"

#include <stdio.h>
#include <stdlib.h>

static const double tau = 0.8;

typedef struct tally {
    double coverage, least, most, level, tilted, most_level, most_tilted;
    size_t coverages, verdicts;
} tally;

static void add(tally *t, const cluster_outcome *o, bool at_edge) {
    t->coverage += o->covered;
    t->coverages++;
    t->least = fmin(t->least, o->covered);
    t->most = fmax(t->most, o->covered);
    if (!at_edge) return;
    t->level += o->level;
    t->tilted += o->tilted;
    t->most_level = fmax(t->most_level, o->level);
    t->most_tilted = fmax(t->most_tilted, o->tilted);
    t->verdicts++;
}

static void print_row(const cluster_setting *s, const cluster_outcome *o) {
    printf("| %zu | %.1f | %.3f | %s | %.2f | %.3f | %.3f | %.3f | %.3f | %.3f | %.3f | %.0f |\n",
           s->clusters, s->sigma, s->rho, s->mixed ? "5-95 %" : "half", s->theta, o->covered, o->plain,
           o->naive, o->level, o->tilted, o->refused, o->design_effect);
}

static void print_tally(const char *name, const tally *t) {
    printf("| %s | %.4f | %.3f | %.3f | %.4f | %.3f | %.4f | %.3f |\n", name,
           t->coverage / (double)t->coverages, t->least, t->most, t->level / (double)t->verdicts,
           t->most_level, t->tilted / (double)t->verdicts, t->most_tilted);
}

int main(int argc, char **argv) {
    static const size_t counts[] = {7, 14, 30};
    static const double sigmas[] = {0.0, 1.0, 1.5}, rhos[] = {0.002, 0.02}, thetas[] = {0.8, 1.0, 1.25};
    size_t runs = argc > 1 ? (size_t)strtoull(argv[1], NULL, 10) : 10000;
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    tally tallies[13];
    for (size_t i = 0; i < 13; i++) tallies[i] = (tally){.least = 1.0};
    printf("# Cluster jackknife, simulated\n\n%zu runs with an interval per row, seed %llu. See "
           "simulate_clusters.h for the "
           "model; "
           "reference rate .05, band [.8, 1.25].\nEverything but the share refused (fewer than five "
           "effective clusters) is "
           "among the runs that gave an interval.\n\n"
           "| clusters | sigma of log size | rho | focal part | true ratio | coverage, t(G_eff - 1) | t(G - "
           "1) | naive "
           "| `level` | `tilted` | refused | mean design effect "
           "|\n|---|---|---|---|---|---|---|---|---|---|---|---|\n",
           runs, (unsigned long long)seed);
    for (size_t i = 0; i < 108; i++) {
        cluster_setting s = {counts[i / 36], sigmas[i / 12 % 3], rhos[i / 6 % 2], i / 3 % 2 == 1,
                             0.05,           thetas[i % 3]};
        cluster_outcome o = simulate_clusters(s, runs, seed, tau);
        print_row(&s, &o);
        bool at_edge = i % 3 != 1;
        add(&tallies[0], &o, at_edge);
        add(&tallies[1 + i / 12 % 3], &o, at_edge);
        add(&tallies[4 + i / 12], &o, at_edge);
    }
    printf("\n`level` and `tilted` at ratios .8 and 1.25 are false verdicts.\n\n| sizes | mean coverage | "
           "least | most | false "
           "`level`, mean | most | false `tilted`, mean | most |\n|---|---|---|---|---|---|---|---|\n");
    print_tally("all", &tallies[0]);
    print_tally("equal", &tallies[1]);
    print_tally("log-normal, 1", &tallies[2]);
    print_tally("log-normal, 1.5", &tallies[3]);
    for (size_t i = 0; i < 9; i++) {
        char name[64];
        (void)snprintf(name, sizeof name, "%zu clusters, sigma %.1f", counts[i / 3], sigmas[i % 3]);
        print_tally(name, &tallies[4 + i]);
    }
    printf("\nThe standard error of a single coverage of .95 is %.4f, so that the furthest of 108 rows may "
           "lie %.3f "
           "away by\nchance alone.\n",
           sqrt(0.95 * 0.05 / (double)runs), 2.8 * sqrt(0.95 * 0.05 / (double)runs));
    return 0;
}
