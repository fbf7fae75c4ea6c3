/* measure/catalogue_terms.c - the words of tiltmeter: data, people and counts, and what is judged. */
#include "measure/catalogue.h"

#define DATA "Data"
#define COUNTS "Counts and rates"
#define PARTS "What an audit is made of"

static const tilt__entry entries[] = {
    {.name = "export",
     .title = "Export",
     .kind = TILT__ENTRY_TERM,
     .topic = DATA,
     .meaning = "A CSV file as a platform or a person wrote it."},
    {.name = "dialect",
     .title = "Dialect",
     .kind = TILT__ENTRY_TERM,
     .topic = DATA,
     .meaning = "How the bytes of an export become rows: encoding, delimiter, preamble, header, totals rows, "
                "footer, "
                "number and date style, and the marks for withheld values."},
    {.name = "role",
     .title = "Role",
     .kind = TILT__ENTRY_TERM,
     .topic = DATA,
     .meaning = "What a column means: audience, factor, stage (an additive count), cost, time, weight, "
                "label, decision, "
                "score, covariate, identifier or ignore."},
    {.name = "totals_row",
     .title = "Totals row",
     .aliases = "totals rows|totals",
     .kind = TILT__ENTRY_TERM,
     .topic = DATA,
     .meaning = "A row in which the platform has summed others: it is never counted, only checked against "
                "our own sum."},
    {.name = "check",
     .title = "Check",
     .aliases = "checks|failed check",
     .kind = TILT__ENTRY_TERM,
     .topic = DATA,
     .meaning = "A comparison of the data with themselves, such as clicks with impressions; a failed check "
                "is reported "
                "beside the result and never hides it."},
    {.name = "unknown",
     .title = "Unknown segment",
     .aliases = "undetermined gender|unknown group",
     .kind = TILT__ENTRY_TERM,
     .topic = DATA,
     .meaning = "The people or events whose attribute the platform does not know: a group of its own, never "
                "compared, "
                "always shown and bounded."},
    {.name = "targeting",
     .title = "Targeting beside delivery",
     .aliases = "targeting export",
     .kind = TILT__ENTRY_TERM,
     .topic = DATA,
     .meaning = "A second export with the size of the audience each segment was offered to: it joins on the "
                "columns both "
                "files have and gives delivery a denominator."},
    {.name = "facts",
     .title = "Recorded facts",
     .aliases = "sidecar|tags",
     .kind = TILT__ENTRY_TERM,
     .topic = DATA,
     .meaning =
         "A file without counts that says of each ad (or campaign, or creative) what it shows and how it "
         "was set up: its columns become factors of what was delivered."},
    {.name = "benchmark",
     .title = "Benchmark",
     .kind = TILT__ENTRY_TERM,
     .topic = DATA,
     .meaning = "Expected shares of the groups from outside the campaign, such as a census: what delivery is "
                "held against "
                "when there is no base."},

    {.name = "stage",
     .title = "Stage",
     .aliases = "stages|funnel stage",
     .kind = TILT__ENTRY_TERM,
     .topic = COUNTS,
     .meaning =
         "An additive count along the way from people to outcomes: population, eligible, targeted, reach, "
         "impressions, clicks, conversions."},
    {.name = "population",
     .title = "Population",
     .kind = TILT__ENTRY_TERM,
     .topic = COUNTS,
     .meaning = "Everybody the audit speaks about, counted outside the campaign."},
    {.name = "eligible",
     .title = "Eligible",
     .kind = TILT__ENTRY_TERM,
     .topic = COUNTS,
     .meaning = "People who could rightly have been shown the ad."},
    {.name = "targeted",
     .title = "Targeted",
     .kind = TILT__ENTRY_TERM,
     .topic = COUNTS,
     .meaning = "People in the audience that the advertiser chose, before the platform delivers."},
    {.name = "reach",
     .title = "Reach",
     .kind = TILT__ENTRY_TERM,
     .topic = COUNTS,
     .meaning = "Different people who saw an ad at least once; it adds up over the segments of one ad and "
                "period only, "
                "since the same person can be reached by two ads or on two days."},
    {.name = "impressions",
     .title = "Impressions",
     .kind = TILT__ENTRY_TERM,
     .topic = COUNTS,
     .meaning = "Times an ad was shown; many can go to one person, so they are not independent people."},
    {.name = "clicks",
     .title = "Clicks",
     .kind = TILT__ENTRY_TERM,
     .topic = COUNTS,
     .meaning = "Times an ad was clicked."},
    {.name = "conversions",
     .title = "Conversions",
     .kind = TILT__ENTRY_TERM,
     .topic = COUNTS,
     .meaning = "Times the outcome the advertiser counts happened after an ad."},
    {.name = "rate",
     .title = "Rate",
     .kind = TILT__ENTRY_TERM,
     .topic = COUNTS,
     .meaning = "One stage per an earlier one, such as reach per targeted or clicks per impressions.",
     .formula = "p = x / n"},
    {.name = "base",
     .title = "Base",
     .aliases = "denominator",
     .kind = TILT__ENTRY_TERM,
     .topic = COUNTS,
     .meaning = "What a rate is counted per: the people or events that could have led to the count."},
    {.name = "person",
     .title = "Person rate",
     .aliases = "person kind",
     .kind = TILT__ENTRY_TERM,
     .topic = COUNTS,
     .meaning = "A rate of people of people, such as reach per targeted: each person counts once, so "
                "binomial methods "
                "hold."},
    {.name = "event",
     .title = "Event rate",
     .aliases = "event kind",
     .kind = TILT__ENTRY_TERM,
     .topic = COUNTS,
     .meaning =
         "A rate of events of events, such as clicks per impressions: a proportion whose trials are not "
         "independent, so clusters decide its uncertainty."},
    {.name = "ratio",
     .title = "Ratio rate",
     .aliases = "ratio kind",
     .kind = TILT__ENTRY_TERM,
     .topic = COUNTS,
     .meaning = "Events or money per person or event, such as impressions per targeted: not a proportion, so "
                "Wilson, "
                "Fisher and z do not apply."},

    {.name = "audience",
     .title = "Audience attribute",
     .aliases = "attribute|protected attribute|sensitive attribute",
     .kind = TILT__ENTRY_TERM,
     .topic = PARTS,
     .meaning = "An attribute by which people are grouped: gender, age, region, race."},
    {.name = "group",
     .title = "Group",
     .aliases = "segment",
     .kind = TILT__ENTRY_TERM,
     .topic = PARTS,
     .meaning = "The people with one value of an audience attribute, or of a crossing of several."},
    {.name = "crossing",
     .title = "Crossing",
     .aliases = "intersection|intersectional group",
     .kind = TILT__ENTRY_TERM,
     .topic = PARTS,
     .meaning = "Groups by two or more attributes together, written gender*age: a gap can hide in a crossing "
                "that neither "
                "attribute shows alone."},
    {.name = "reference",
     .title = "Reference group",
     .kind = TILT__ENTRY_TERM,
     .topic = PARTS,
     .meaning = "The group that others are compared with: the largest by default; highest, rest, population "
                "or a named "
                "group on request."},
    {.name = "factor",
     .title = "Factor",
     .aliases = "factors",
     .kind = TILT__ENTRY_TERM,
     .topic = PARTS,
     .meaning = "Something that can explain a gap: campaign, ad set, creative, placement, platform, device, "
                "objective, "
                "bid, budget, day."},
    {.name = "unit",
     .title = "Unit",
     .aliases = "independent unit",
     .kind = TILT__ENTRY_TERM,
     .topic = PARTS,
     .meaning =
         "What can be taken as independent of each other, such as a campaign on a day: the clusters of the "
         "uncertainty."},
    {.name = "cube",
     .title = "Cube",
     .kind = TILT__ENTRY_TERM,
     .topic = PARTS,
     .meaning =
         "Exact sums of every count over audience and factors: the only thing the analysis ever sees."},
    {.name = "view",
     .title = "View",
     .kind = TILT__ENTRY_TERM,
     .topic = PARTS,
     .meaning = "One audience attribute or crossing, at one rate."},
    {.name = "funnel",
     .title = "Funnel mode",
     .aliases = "funnel view",
     .kind = TILT__ENTRY_TERM,
     .topic = PARTS,
     .meaning = "A view whose rate has a base in the data: groups are compared by rate, and the gap is split "
                "over the "
                "stages."},
    {.name = "share",
     .title = "Share mode",
     .aliases = "share view",
     .kind = TILT__ENTRY_TERM,
     .topic = PARTS,
     .meaning = "A view without a base but with a benchmark: each group's share of delivery against its "
                "expected share."},
    {.name = "relative",
     .title = "Relative mode",
     .aliases = "relative view",
     .kind = TILT__ENTRY_TERM,
     .topic = PARTS,
     .meaning = "A view of delivery alone: each ad's share of a group against the rest of the ads; it can "
                "show that ads "
                "differ, not which of them is right."},
    {.name = "comparison",
     .title = "Comparison",
     .kind = TILT__ENTRY_TERM,
     .topic = PARTS,
     .meaning = "A group against its reference in one view."},
    {.name = "family",
     .title = "Family",
     .kind = TILT__ENTRY_TERM,
     .topic = PARTS,
     .meaning =
         "The comparisons of one view that are judged together, so that many looks do not make a finding."},
    {.name = "finding",
     .title = "Finding",
     .kind = TILT__ENTRY_TERM,
     .topic = PARTS,
     .meaning = "A comparison with a verdict under a policy and its evidence; its id stays the same from "
                "audit to audit."},
    {.name = "headline",
     .title = "Headline",
     .kind = TILT__ENTRY_TERM,
     .topic = PARTS,
     .meaning = "The worst finding of a campaign, in one sentence."},
    {.name = "scan",
     .title = "Search over intersections",
     .aliases = "subset scan|bias scan|search",
     .kind = TILT__ENTRY_TERM,
     .topic = PARTS,
     .meaning =
         "A search of all combinations of audience and factor values for the one whose count departs most "
         "from what is expected; its p-value is that of the whole search, since every replicate is "
         "searched in the same way.",
     .formula = "max over subsets and q of sum y ln q - n ln(1 - p + q p), less a penalty per listed value",
     .source = "Zhang & Neill 2016"},
    {.name = "stand_in",
     .title = "Stand-in",
     .aliases = "proxy|proxies|standin",
     .kind = TILT__ENTRY_TERM,
     .topic = PARTS,
     .meaning =
         "A targeting factor that tells which group a person belongs to (by bias-corrected V, Theil's U, "
         "conditional information and a cross-fitted AUC): a risk, and a driver only where its mix also "
         "carries part of the gap.",
     .direction = "AUC 0.5 tells nothing; above 0.6 weak, 0.7 material, 0.8 strong, as rules of thumb"},
    {.name = "signal",
     .title = "Signal",
     .aliases = "signals|competition signal|budget signal",
     .kind = TILT__ENTRY_TERM,
     .topic = PARTS,
     .meaning =
         "Evidence beside a comparison about why a platform may have delivered as it did: prices by group, "
         "click rate, and whether the group's daily share moves with the day's spend; never a part of the "
         "gap."},
    {.name = "held_out",
     .title = "Held-out effect",
     .kind = TILT__ENTRY_TERM,
     .topic = PARTS,
     .meaning = "What a search on one half of the clusters found, measured on the other half: free of the "
                "optimism of searching."},
    {.name = "equalised",
     .title = "Equalise-one",
     .aliases = "ratio_equalised|neutralising",
     .kind = TILT__ENTRY_TERM,
     .topic = PARTS,
     .meaning =
         "The ratio if both groups had had the pooled rate in one level (or the fewest levels that bring it "
         "inside the band) and nothing else had changed; these effects do not add up."},
    {.name = "driver",
     .title = "Driver",
     .aliases = "drivers",
     .kind = TILT__ENTRY_TERM,
     .topic = PARTS,
     .meaning = "The signed share of a finding's gap that goes with a stage or a factor level; it states "
                "association, "
                "never cause."},
    {.name = "policy",
     .title = "Policy",
     .kind = TILT__ENTRY_TERM,
     .topic = PARTS,
     .meaning = "Named thresholds and rules, as a file; its hash is in every result."},
    {.name = "gate",
     .title = "Gate",
     .kind = TILT__ENTRY_TERM,
     .topic = PARTS,
     .meaning =
         "With --gate the exit code is 1 when a finding is tilted, so that a scheduler can stop on it."},
    {.name = "report",
     .title = "Report",
     .kind = TILT__ENTRY_TERM,
     .topic = PARTS,
     .meaning = "The document that every format prints from the same result; no format computes."},
};

const tilt__entry_block tilt__catalogue_terms = {entries, sizeof entries / sizeof *entries};
