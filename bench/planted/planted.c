/* bench/planted/planted.c - prints bench/planted/results.md. Usage: planted [SEEDS] */
#include "planted.h"

typedef struct setting {
    planted_case which;
    double strength;
} setting;

static const setting settings[] = {
    {PLANTED_TARGETING, -0.02}, {PLANTED_TARGETING, -0.03}, {PLANTED_TARGETING, -0.1},
    {PLANTED_DELIVERY, -0.03},  {PLANTED_DELIVERY, -0.05},  {PLANTED_DELIVERY, -0.2},
    {PLANTED_RESPONSE, -0.1},   {PLANTED_RESPONSE, -0.2},   {PLANTED_RESPONSE, -0.4},
    {PLANTED_TWO, 0.03},        {PLANTED_TWO, 0.06},        {PLANTED_TWO, 0.3},
    {PLANTED_CORRELATED, 0.05}, {PLANTED_CORRELATED, 0.1},  {PLANTED_CORRELATED, 0.5},
    {PLANTED_NOTHING, 0},
};

static const char head[] =
    "# Planted tilts\n\n"
    "Printed by `bench_planted`; a test compares. Two groups of 40,000 and 60,000 people and one known tilt, "
    "drawn anew\n"
    "for each of 2,000 seeds (`planted.h` says how). *Strength*: ln of what the tilt multiplies the step by, "
    "or how far\n"
    "the mix leans.\n\n"
    "- *Effect / error*: true contribution over its standard error, mean over seeds, the smaller of two.\n"
    "- *Top*: seeds in which the planted driver is named first (`tilt__terms_rank`): of two factors, both "
    "before all\n"
    "  others; of one placement, both the stage and the placement.\n"
    "- *Covered*: planted contributions inside their own 95 % interval, and the exact two-sided binomial p "
    "of that count.\n"
    "  Where a draw has several contributions (two; three stages for *nothing*) p takes them as "
    "independent.\n"
    "- *Disagree*: the innocent factor's last-in is under a quarter of its first-in, which is when the "
    "report says that\n"
    "  the two cannot be separated.\n"
    "- *Different*: the 95 % interval of the whole gap excludes no difference.\n\n"
    "| planted | strength | effect / error | top | covered | exact p | disagree | different |\n"
    "|---|---|---|---|---|---|---|---|\n";

int main(int argc, char **argv) {
    size_t n_seeds = argc > 1 ? (size_t)strtoul(argv[1], NULL, 10) : 2000;
    (void)fputs(head, stdout);
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        planted_tally t = planted_simulate(settings[i].which, settings[i].strength, n_seeds);
        bool nothing = settings[i].which == PLANTED_NOTHING,
             correlated = settings[i].which == PLANTED_CORRELATED;
        printf("| %s | %.2f | %.1f | ", planted_names[settings[i].which], settings[i].strength, t.ratio);
        if (nothing) {
            printf("– | ");
        } else {
            printf("%.2f %% | ", 100 * (double)t.top / (double)n_seeds);
        }
        printf("%zu of %zu (%.2f %%) | %.3f | ", t.covered, t.n_effects,
               100 * (double)t.covered / (double)t.n_effects, planted_exact_p(t.covered, t.n_effects, 0.95));
        if (correlated) {
            printf("%.2f %% | ", 100 * (double)t.disagree / (double)n_seeds);
        } else {
            printf("– | ");
        }
        printf("%.2f %% |\n", 100 * (double)t.different / (double)n_seeds);
    }
    return 0;
}
