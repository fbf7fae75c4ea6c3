/* read/platform.c - the table of platforms. Their headers stand in the vocabulary; here is what surrounds
 * them. Adding a platform is one row here, one bit in vocabulary.h and its words. */
#include "read/platform.h"

#include <string.h>

#include "read/chars.h"

/* Totals rows of any platform and of files people made are recognised by their first word in rows.c. */
static const tilt__platform platforms[] = {
    {.bit = TILT__META,
     .id = "meta",
     .name = "Meta Ads Manager",
     .missing = {"-", "--", "\xe2\x80\x94"},
     .totals = {"Total Results", "Results from "},
     .blank_total = true,
     .empty_stage = TILT_EMPTY_ZERO,
     .empty_audience = TILT_EMPTY_UNKNOWN},
    {.bit = TILT__GOOGLE,
     .id = "google",
     .name = "Google Ads",
     .missing = {"--", "-"},
     .preambles = {"Gender report", "Age report", "All time", "Campaign report", "Ad group report",
                   "Ad report", "Demographic report", "Audience report", "Bericht", "Rapport", "Informe",
                   "Geslachtsrapport", "Leeftijdsrapport"},
     .totals = {"Total: ", "Total : ", "Gesamt: ", "Totaal: ", "Totale: "},
     .empty_audience = TILT_EMPTY_UNKNOWN},
    {.bit = TILT__LINKEDIN,
     .id = "linkedin",
     .name = "LinkedIn Campaign Manager",
     .missing = {"-", "--", "< 3", "<3"},
     .preambles = {"Report Start:", "Report End:", "Date Generated:", "Campaign Performance Report",
                   "Demographics Report", "Ad Performance Report", "Account Performance Report"},
     .date_order = 'M'},
    {.bit = TILT__TIKTOK,
     .id = "tiktok",
     .name = "TikTok Ads Manager",
     .missing = {"-", "--"},
     .totals = {"Total of ", "Total de ", "Gesamt: ", "Totaal van ", "Total: ", "Insgesamt "},
     .blank_total = true,
     .empty_audience = TILT_EMPTY_UNKNOWN},
    {.bit = TILT__SNAPCHAT,
     .id = "snapchat",
     .name = "Snapchat Ads",
     .missing = {"-", "--"},
     .empty_audience = TILT_EMPTY_UNKNOWN},
    {.bit = TILT__MICROSOFT,
     .id = "microsoft",
     .name = "Microsoft Advertising",
     .missing = {"--", "-"},
     .preambles = {"Report Name:", "Report Time:", "Time Zone:", "Last Completed Available",
                   "Potential Incomplete Data:", "Report Aggregation:", "Report Filter:", "Rows:",
                   "Last Completed"},
     .totals = {"Overall total"},
     .footers = {"@20", "\xc2\xa9", "(c) 20"},
     .empty_audience = TILT_EMPTY_UNKNOWN},
    {.bit = TILT__DV360,
     .id = "dv360",
     .name = "Display & Video 360",
     .missing = {"-", "--"},
     .footers = {"Report Time:", "Date Range:", "Group By:", "MRC Accredited Metrics", "Filter by ",
                 "Reporting numbers", "Reporting statistics", "No data returned",
                 "Time Zone:", "Report Name:"},
     .blank_total = true,
     .decimal_mark = '.',
     .empty_audience = TILT_EMPTY_UNKNOWN},
    {.bit = TILT__CM360,
     .id = "cm360",
     .name = "Campaign Manager 360",
     .missing = {"-", "--", "---"},
     .preambles = {"Account ID", "Date/Time Generated", "Report Time Zone", "Date Range", "Report Fields",
                   "Network ID", "MRC Accredited Metrics", "Report Name", "Filters"},
     .totals = {"Grand Total:"},
     .empty_audience = TILT_EMPTY_UNKNOWN},
    {.bit = TILT__AMAZON, .id = "amazon", .name = "Amazon Ads", .missing = {"-", "--"}},
    {.bit = TILT__PINTEREST, .id = "pinterest", .name = "Pinterest Ads", .missing = {"-", "--"}},
    {.bit = TILT__X,
     .id = "x",
     .name = "X Ads",
     .missing = {"-", "--"},
     .empty_audience = TILT_EMPTY_UNKNOWN},
    {.bit = TILT__GENERIC, .id = "generic", .name = "plain CSV"},
};

size_t tilt__platform_count(void) {
    return sizeof platforms / sizeof *platforms;
}

const tilt__platform *tilt__platform_at(size_t i) {
    return &platforms[i];
}

const tilt__platform *tilt__platform_by_id(const char *id) {
    for (size_t i = 0; i < tilt__platform_count(); i++)
        if (tilt__same_word(id, strlen(id), platforms[i].id)) return &platforms[i];
    return NULL;
}

const tilt__platform *tilt__platform_by_bit(unsigned bit) {
    for (size_t i = 0; i < tilt__platform_count(); i++)
        if (platforms[i].bit == bit) return &platforms[i];
    return &platforms[tilt__platform_count() - 1];
}

bool tilt__mark_fits(const char *const marks[TILT__MARKS], const char *text, size_t n) {
    tilt__trim(&text, &n);
    for (size_t i = 0; i < TILT__MARKS && marks[i] != NULL; i++)
        if (tilt__has_prefix(text, n, marks[i])) return true;
    return false;
}
