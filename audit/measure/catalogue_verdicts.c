/* measure/catalogue_verdicts.c - verdicts, the rules behind them, the notes beside them, and grades of
 * evidence. */
#include "measure/catalogue.h"

#define VERDICTS "Verdicts"
#define NOTES "Notes beside a verdict"
#define GRADES "Evidence behind a driver"

static const tilt__entry entries[] = {
    {.name = "tilted",
     .title = "Tilted",
     .kind = TILT__ENTRY_VERDICT,
     .topic = VERDICTS,
     .meaning = "The impact ratio is shown to lie outside the band, with the other groups of the view taken "
                "into account.",
     .formula = "one-sided p at the nearer edge of the band, Holm-adjusted over the view, below 0.025",
     .source = "policy band; Holm 1979"},
    {.name = "level",
     .title = "Level",
     .kind = TILT__ENTRY_VERDICT,
     .topic = VERDICTS,
     .meaning =
         "The impact ratio is shown to lie inside the band; a real difference may remain, but a small one.",
     .formula = "both one-sided p against the edges below 0.05 (the 90 % interval is inside the band)",
     .source = "Schuirmann 1987"},
    {.name = "undetermined",
     .title = "Undetermined",
     .aliases = "undecided",
     .kind = TILT__ENTRY_VERDICT,
     .topic = VERDICTS,
     .meaning = "The data cannot tell whether the ratio is inside or outside the band: never a pass, and "
                "printed with the "
                "sample that would decide it."},
    {.name = "band",
     .title = "Band",
     .aliases = "tau|threshold band",
     .kind = TILT__ENTRY_VERDICT,
     .topic = VERDICTS,
     .meaning =
         "The range of impact ratios that the policy treats as level: from tau to 1/tau, 0.8 to 1.25 under "
         "four-fifths.",
     .formula = "[tau, 1/tau]"},
    {.name = "four-fifths",
     .title = "Four-fifths rule",
     .aliases = "80 percent rule|four fifths|4/5 rule",
     .kind = TILT__ENTRY_VERDICT,
     .topic = VERDICTS,
     .meaning = "A selection rate below 80 % of the highest group's rate counts as evidence of adverse "
                "impact; it is a "
                "convention of one jurisdiction and says nothing about chance.",
     .formula = "p_a / p_highest < 0.8",
     .source = "29 CFR 1607.4 D (1978)"},
    {.name = "rule",
     .title = "Bare rule",
     .aliases = "bare rule",
     .kind = TILT__ENTRY_VERDICT,
     .topic = VERDICTS,
     .meaning = "The policy's ratio rule as written, against the highest rate and without uncertainty, "
                "decided in whole "
                "numbers so that 0.8 is never 0.7999.",
     .formula = "x_a * n_r against tau * x_r * n_a, exactly"},

    {.name = "small_base",
     .title = "Small base",
     .kind = TILT__ENTRY_VERDICT,
     .topic = NOTES,
     .meaning = "The group's base is below the policy's minimum (30 by default): shown, not judged, and "
                "outside family, "
                "headline and gate."},
    {.name = "small_share",
     .title = "Small share",
     .kind = TILT__ENTRY_VERDICT,
     .topic = NOTES,
     .meaning = "The group is less than the policy's minimum share of the known base (2 % by default): "
                "shown, not judged, "
                "and outside family, headline and gate."},
    {.name = "excluded_by_policy",
     .title = "Excluded by the policy",
     .kind = TILT__ENTRY_VERDICT,
     .topic = NOTES,
     .meaning = "The policy file names this group, with its reason: shown, not judged, and outside family, "
                "headline and gate."},
    {.name = "warning_band",
     .title = "Warning band",
     .kind = TILT__ENTRY_VERDICT,
     .topic = NOTES,
     .meaning =
         "The ratio is not shown to be outside the band, but lies beyond the ratio from which the policy "
         "wants to be told."},
    {.name = "depends_on_range",
     .title = "Depends on the range",
     .kind = TILT__ENTRY_VERDICT,
     .topic = NOTES,
     .meaning =
         "Counts are known within ranges only, and some numbers within them would make the comparison tilted "
         "or level while others would not: it takes exact counts."},
    {.name = "no_upper_end",
     .title = "No upper end",
     .kind = TILT__ENTRY_VERDICT,
     .topic = NOTES,
     .meaning = "A range such as \"> 1M\" has no upper end, so that its comparisons have bounds on one side "
                "only and "
                "are not judged."},
    {.name = "shares_only",
     .title = "Shares only",
     .kind = TILT__ENTRY_VERDICT,
     .topic = NOTES,
     .meaning = "The data give shares and not of how many, so that chance cannot be judged."},
    {.name = "assumes_independent_impressions",
     .title = "Assumes independent impressions",
     .aliases = "naive interval",
     .kind = TILT__ENTRY_VERDICT,
     .topic = NOTES,
     .meaning = "The interval treats every event as a different person, which is too narrow; it is shown "
                "only where too "
                "few clusters allow no honest one."},
    {.name = "not_a_proportion",
     .title = "Not a proportion",
     .kind = TILT__ENTRY_VERDICT,
     .topic = NOTES,
     .meaning = "The rate is of ratio kind, so methods for proportions do not apply and are left out."},
    {.name = "too_few_clusters",
     .title = "Too few clusters",
     .kind = TILT__ENTRY_VERDICT,
     .topic = NOTES,
     .meaning = "Fewer than five effective clusters: an interval from them could not be trusted."},

    {.name = "one_group_per_unit",
     .title = "One group per ad",
     .aliases = "separable|cannot be separated",
     .kind = TILT__ENTRY_VERDICT,
     .topic = NOTES,
     .meaning = "Every ad was delivered to one group only, and no base says who could have seen it: whom the "
                "advertiser aimed at and whom the platform chose cannot be told apart."},

    {.name = "grade",
     .title = "Evidence grade",
     .aliases = "evidence grade|grades",
     .kind = TILT__ENTRY_VERDICT,
     .topic = GRADES,
     .meaning = "How much a driver's number can bear, from A (designed) to D (cannot be separated)."},
    {.name = "grade_a",
     .title = "Grade A",
     .kind = TILT__ENTRY_VERDICT,
     .topic = GRADES,
     .meaning = "Designed: one recorded thing was changed between otherwise equal ads; it says nothing about "
                "replication."},
    {.name = "grade_b",
     .title = "Grade B",
     .kind = TILT__ENTRY_VERDICT,
     .topic = GRADES,
     .meaning = "Matched: same targeting, time and budget."},
    {.name = "grade_c",
     .title = "Grade C",
     .kind = TILT__ENTRY_VERDICT,
     .topic = GRADES,
     .meaning = "Stratified association: groups are compared within levels of the factor."},
    {.name = "grade_d",
     .title = "Grade D",
     .kind = TILT__ENTRY_VERDICT,
     .topic = GRADES,
     .meaning = "These data cannot separate this factor from others."},
};

const tilt__entry_block tilt__catalogue_verdicts = {entries, sizeof entries / sizeof *entries};
