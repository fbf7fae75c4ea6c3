/* measure/catalogue_campaigns.c - what is said of campaigns: planned ones, many of them, pairs of ads, what
 * they cost, and groups that were inferred. */
#include "measure/catalogue.h"

#define PLAN "Before a campaign runs"

static const tilt__entry entries[] = {
    {.name = "chance_level",
     .title = "Chance of level",
     .aliases = "power of level",
     .kind = TILT__ENTRY_METRIC,
     .topic = PLAN,
     .meaning = "How often campaigns of this base would show level if the true ratio were 1.",
     .formula = "P(both one-sided tests at .05 reject)",
     .range = "0 to 1",
     .direction = "0.8 is the usual aim",
     .source = "Schuirmann 1987; Farrington and Manning 1990; with clusters the non-central t, Owen 1968"},
    {.name = "chance_tilted",
     .title = "Chance of tilted",
     .aliases = "power of tilted",
     .kind = TILT__ENTRY_METRIC,
     .topic = PLAN,
     .meaning = "How often campaigns of this base would find a true ratio outside the band tilted; one "
                "comparison, before Holm.",
     .formula = "P(one-sided test at the nearer edge at .025 rejects)",
     .range = "0 to 1",
     .direction = "0.8 is the usual aim",
     .source = "Farrington and Manning 1990; with clusters the non-central t, Owen 1968"},
    {.name = "icc",
     .title = "Intra-cluster correlation",
     .aliases = "intraclass correlation|cluster correlation",
     .kind = TILT__ENTRY_METRIC,
     .topic = PLAN,
     .meaning =
         "How alike the people of one cluster are: it makes a design effect that grows with the people per "
         "cluster.",
     .formula = "design effect = 1 + (people of the group per cluster - 1) icc",
     .range = "0 to 1",
     .direction =
         "0 is independent; where both groups feel a cluster alike the effect on their ratio is smaller",
     .source = "Kish 1965"},
};

const tilt__entry_block tilt__catalogue_campaigns = {entries, sizeof entries / sizeof *entries};
