/* measure/catalogue_methods.c - how intervals are had; the names are those of an estimate's `method`. */
#include "measure/catalogue.h"

#define INTERVALS "Intervals"

static const tilt__entry entries[] = {
    {.name = "interval",
     .title = "Interval",
     .aliases = "confidence interval|ci",
     .kind = TILT__ENTRY_METHOD,
     .topic = INTERVALS,
     .meaning = "The values that the data do not speak against at the stated level; for a complete campaign "
                "it answers "
                "whether the same process would give this again."},
    {.name = "wilson",
     .title = "Wilson interval",
     .kind = TILT__ENTRY_METHOD,
     .topic = INTERVALS,
     .meaning = "The default interval of a single rate of people; it behaves for rates near 0 and 1.",
     .formula = "(x + z^2/2 +- z sqrt(x (n - x) / n + z^2/4)) / (n + z^2)",
     .source = "Wilson 1927"},
    {.name = "agresti-coull",
     .title = "Agresti-Coull interval",
     .kind = TILT__ENTRY_METHOD,
     .topic = INTERVALS,
     .meaning = "A simple interval of a single rate: the usual one after adding z^2/2 successes and as many "
                "failures.",
     .formula = "p' +- z sqrt(p' (1 - p') / n'), n' = n + z^2, p' = (x + z^2/2) / n'",
     .source = "Agresti and Coull 1998"},
    {.name = "miettinen-nurminen",
     .title = "Miettinen-Nurminen interval",
     .aliases = "score interval|mn",
     .kind = TILT__ENTRY_METHOD,
     .topic = INTERVALS,
     .meaning = "The interval of the impact ratio and the odds ratio: all values a score test does not "
                "reject; it exists "
                "even when a count is 0.",
     .source = "Miettinen and Nurminen 1985"},
    {.name = "newcombe",
     .title = "Newcombe interval",
     .kind = TILT__ENTRY_METHOD,
     .topic = INTERVALS,
     .meaning = "The interval of a difference of rates, built from the two Wilson intervals, so that it "
                "never leaves -1 to "
                "1.",
     .source = "Newcombe 1998, method 10"},
    {.name = "katz",
     .title = "Katz interval",
     .aliases = "log interval",
     .kind = TILT__ENTRY_METHOD,
     .topic = INTERVALS,
     .meaning = "The interval of a ratio from the standard error of its logarithm: what the design effect is "
                "measured "
                "against.",
     .formula = "exp(ln ratio +- z sqrt(1/x_a - 1/n_a + 1/x_r - 1/n_r))",
     .needs = "no count of 0",
     .source = "Katz et al. 1978"},
    {.name = "jackknife",
     .title = "Cluster jackknife",
     .aliases = "delete-one-cluster jackknife",
     .kind = TILT__ENTRY_METHOD,
     .topic = INTERVALS,
     .meaning = "The result is computed again without each cluster in turn; how much it moves is its "
                "uncertainty, with t "
                "at effective clusters - 1 degrees of freedom.",
     .formula = "SE^2 = sum over clusters of (without g - mean)^2, on the log scale for ratios; leaving out "
                "the textbook factor (G - 1) / G can only widen the interval",
     .needs = "5 effective clusters",
     .source = "Quenouille 1956; Tukey 1958"},
    {.name = "quasi-poisson",
     .title = "Quasi-Poisson interval",
     .kind = TILT__ENTRY_METHOD,
     .topic = INTERVALS,
     .meaning = "For ratio kinds without usable clusters: Poisson variance, widened by the spread seen "
                "between cells.",
     .source = "McCullagh and Nelder 1989"},
    {.name = "cluster_linearised",
     .title = "Influences summed within clusters",
     .kind = TILT__ENTRY_METHOD,
     .topic = INTERVALS,
     .meaning =
         "In the place of the jackknife where it would take too long: what each person or event moves, "
         "summed within clusters; somewhat narrow with few clusters.",
     .source = "Liang and Zeger 1986"},
    {.name = "model",
     .title = "Interval of a fitted model",
     .aliases = "cluster_robust|firth_profile|model_design_effect",
     .kind = TILT__ENTRY_METHOD,
     .topic = INTERVALS,
     .meaning = "From the information of the regression, by the delta method; cluster_robust sums scores "
                "within clusters, firth_profile follows the penalised likelihood down.",
     .source = "Greenland 2004; Liang and Zeger 1986; Heinze and Schemper 2002"},
};

const tilt__entry_block tilt__catalogue_methods = {entries, sizeof entries / sizeof *entries};
