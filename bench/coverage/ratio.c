/* bench/coverage/ratio.c - prints bench/coverage/results.md: how often the impact ratio's intervals hold the
 * truth, and how often verdicts are false, by exact enumeration over a grid of small and large groups. */
#include "enumerate.h"

#include <stdio.h>

static const double tau = 0.8;

static void row(const char *name, const spread *s) {
    printf("| %s | %.4f | %.4f | %.4f |\n", name, spread_mean(s), s->least, s->most);
}

static void coverage(void) {
    static const double bases[][2] = {{20, 20}, {50, 50}, {200, 200}, {1000, 1000}, {20, 200}, {50, 1000}};
    static const double rates[] = {0.01, 0.05, 0.2, 0.6}, thetas[] = {0.5, 0.8, 1.0, 1.25};
    spread mn = {0}, koopman = {0}, katz = {0}, missing = {0};
    for (size_t b = 0; b < sizeof bases / sizeof *bases; b++) {
        for (size_t r = 0; r < sizeof rates / sizeof *rates; r++) {
            for (size_t t = 0; t < sizeof thetas / sizeof *thetas; t++) {
                outcome o = enumerate((setting){bases[b][0], bases[b][1], rates[r], thetas[t]}, tau);
                spread_add(&mn, o.mn);
                spread_add(&koopman, o.koopman);
                spread_add(&katz, o.katz);
                spread_add(&missing, o.katz_undefined);
            }
        }
    }
    printf("## Coverage of 95 %% intervals, %zu configurations\n\n", mn.n);
    printf("Bases (20, 20), (50, 50), (200, 200), (1000, 1000), (20, 200), (50, 1000);\n");
    printf("reference rates .01, .05, .2, .6; ratios .5, .8, 1, 1.25.\n\n");
    printf("| interval | mean | least | most |\n|---|---|---|---|\n");
    row("Miettinen-Nurminen", &mn);
    row("Koopman", &koopman);
    row("Katz (undefined is a miss)", &katz);
    row("share of samples where Katz is undefined", &missing);
}

typedef struct edges {
    spread level, tilted, guarded;
} edges;

/* False verdicts at both edges for every pairing of bases and rates, added to *out. */
static void at_the_edges(const double (*bases)[2], size_t n_bases, const double *rates, size_t n_rates,
                         edges *out) {
    for (size_t b = 0; b < n_bases; b++) {
        for (size_t r = 0; r < n_rates; r++) {
            for (int side = 0; side < 2; side++) {
                double theta = side == 0 ? tau : 1.0 / tau;
                outcome o = enumerate((setting){bases[b][0], bases[b][1], rates[r], theta}, tau);
                spread_add(&out->level, o.level);
                spread_add(&out->tilted, o.tilted);
                spread_add(&out->guarded, o.guarded);
            }
        }
    }
}

static void verdict_table(const edges *e) {
    printf("| verdict | mean | least | most |\n|---|---|---|---|\n");
    row("false `level`", &e->level);
    row("false `tilted`", &e->tilted);
    row("false `tilted` with the guard for few expected", &e->guarded);
}

static void verdicts(void) {
    static const double bases[][2] = {{20, 20},  {50, 50},  {200, 200}, {1000, 1000},
                                      {20, 200}, {200, 20}, {50, 1000}, {1000, 50}};
    static const double rates[] = {0.01, 0.02, 0.03, 0.05, 0.08, 0.1, 0.12, 0.15, 0.2,
                                   0.25, 0.3,  0.35, 0.4,  0.45, 0.5, 0.55, 0.58, 0.6};
    edges e = {.level = {.n = 0}};
    at_the_edges(bases, sizeof bases / sizeof *bases, rates, sizeof rates / sizeof *rates, &e);
    printf("\n## False verdicts at a true ratio of exactly .8 and 1.25, %zu configurations\n\n", e.level.n);
    printf("The same bases, unequal ones both ways round; 18 reference rates from .01 to .6.\n");
    printf("Nominal: level .05, tilted .025 one-sided (one comparison, before Holm).\n\n");
    verdict_table(&e);
}

/* Where the score test is at its worst: expected counts of about one, in groups of very different size. */
static void limits(void) {
    static const double bases[][2] = {{30, 150}, {150, 30}, {40, 300}, {300, 40}, {60, 300}, {300, 60}};
    static const double rates[] = {0.01, 0.02, 0.03};
    edges e = {.level = {.n = 0}};
    at_the_edges(bases, sizeof bases / sizeof *bases, rates, sizeof rates / sizeof *rates, &e);
    printf("\n## Where it does not hold: one or two selected people expected, %zu configurations\n\n",
           e.level.n);
    printf("Bases (30, 150), (40, 300), (60, 300) both ways round; reference rates .01, .02, .03.\n");
    printf(
        "A single selected person can then look decisive to the score test. The guard asks, where fewer\n");
    printf("than 5 are expected in a cell, for a conditional binomial mid-p below .025 too.\n\n");
    verdict_table(&e);
}

int main(void) {
    printf("# The impact ratio: coverage and false verdicts\n\n");
    printf("Exact enumeration of all pairs of counts (`ratio.c`): no sampling, so no seed.\n\n");
    coverage();
    verdicts();
    limits();
    return 0;
}
