/* report/model_many.c - many campaigns at once: how many ads were delivered close to the mix they could have
 * reached, and the campaigns of a comparison, ranked. */
#include <math.h>
#include <string.h>

#include "report/build.h"
#include "report/name.h"
#include "report/numerals.h"
#include "report/words.h"

static const tilt__column tier_columns[] = {
    {"Ads with at least", "minimum", TILT__COLUMN_NUMBER},
    {"Ads", "ads", TILT__COLUMN_NUMBER},
    {"Within 5\xE2\x80\xAF%", "within_5", TILT__COLUMN_NUMBER},
    {"Within 10\xE2\x80\xAF%", "within_10", TILT__COLUMN_NUMBER},
    {"Within 10\xE2\x80\xAF%, weighted", "weighted_10", TILT__COLUMN_NUMBER},
};

/* "5 %: 50.0 % of the ads are within it" */
static void add_limit(tilt__doc *doc, tilt__chart *chart, double at, const char *name,
                      tilt__json_value share) {
    tilt__buf text = TILT__BUF_INIT;
    tilt__buf_text(&text, name);
    if (share.known) {
        tilt__buf_text(&text, ": ");
        tilt__numeral_share(share.number, &text);
        tilt__buf_text(&text, " of the ads are within");
    }
    tilt__chart_limit(doc, chart, at, false, tilt__buf_get(&text));
    tilt__doc_drop(doc, &text);
}

static void add_bins(tilt__doc *doc, tilt__chart *chart, const cJSON *bins, tilt__buf *alt) {
    double most = 1, widest = 0.12;
    tilt__buf text = TILT__BUF_INIT;
    for (const cJSON *bin = tilt__json_first(bins); bin != NULL; bin = bin->next) {
        tilt__json_value from = tilt__json_number(bin, "from"), to = tilt__json_number(bin, "to"),
                         ads = tilt__json_number(bin, "ads");
        if (!from.known || !to.known || !ads.known) continue;
        tilt__chart_row *row = tilt__chart_add(doc, chart);
        row->lower = from.number;
        row->upper = to.number;
        row->value = ads.number;
        tilt__numeral_exact(round(from.number * 100), &text);
        tilt__buf_text(&text, " to ");
        tilt__numeral_exact(round(to.number * 100), &text);
        tilt__buf_text(&text, TILT__THIN "%");
        row->label = tilt__doc_take(doc, &text);
        tilt__numeral_count(ads.number, &text);
        tilt__buf_text(&text, ads.number > 1 ? " ads" : " ad");
        row->text = tilt__doc_take(doc, &text);
        tilt__buf_format(alt, "%s%s: %s", alt->length > 0 ? "; " : "", row->label, row->text);
        most = fmax(most, ads.number);
        widest = fmax(widest, to.number + 0.01);
    }
    chart->across =
        (tilt__side){.scale = TILT__SCALE_SHARE, .low = 0, .high = widest, .name = "variance of an ad"};
    chart->up = (tilt__side){.scale = TILT__SCALE_PLAIN, .low = 0, .high = most * 1.35, .name = "ads"};
    tilt__doc_drop(doc, &text);
}

/* How far each ad is from its mix: a bar per percentage point, and the two limits. */
static void add_histogram(tilt__doc *doc, tilt__section *section, const cJSON *coverage) {
    const cJSON *bins = tilt__json_array(coverage, "histogram"),
                *tier = tilt__json_first(tilt__json_array(coverage, "tiers"));
    if (tilt__json_first(bins) == NULL) return;
    tilt__chart *chart = tilt__doc_chart(doc, section, TILT__CHART_HISTOGRAM, "coverage-variance");
    if (chart == NULL) return;
    tilt__buf text = TILT__BUF_INIT, alt = TILT__BUF_INIT;
    add_bins(doc, chart, bins, &alt);
    tilt__json_value ads = tilt__json_number(tier, "ads"), least = tilt__json_number(tier, "minimum"),
                     within = tilt__json_number(tier, "within_10");
    add_limit(doc, chart, 0.05, "5" TILT__THIN "%", tilt__json_number(tier, "within_5"));
    add_limit(doc, chart, 0.10, "10" TILT__THIN "%", within);
    if (within.known && ads.known) {
        tilt__buf_text(&text, ads.number > 1 ? "Of " : "Of the one ad, ");
        if (ads.number > 1) tilt__numeral_count(ads.number, &text);
        if (ads.number > 1) tilt__buf_text(&text, " ads, ");
        tilt__numeral_share(within.number, &text);
        tilt__buf_text(&text, " lie within 10" TILT__THIN "% of the mix they could have reached");
    } else {
        tilt__buf_text(&text, "How far ads lie from the mix they could have reached");
    }
    chart->title = tilt__doc_take(doc, &text);
    tilt__buf_text(&text, "Number of ads by variance, one bar per percentage point");
    if (least.known) {
        tilt__buf_text(&text, "; ads with at least ");
        tilt__numeral_count(least.number, &text);
        tilt__buf_char(&text, ' ');
        tilt__words_plain_name(tilt__json_text_or(coverage, "of", "delivered"), &text);
    }
    chart->subtitle = tilt__doc_take(doc, &text);
    chart->caption =
        "The variance of an ad is half the sum, over groups, of how far its delivered share is from "
        "the expected one. Bars left of a dashed line are ads within that limit.";
    chart->alt = tilt__doc_take(doc, &alt);
    tilt__doc_drop(doc, &text);
    tilt__doc_drop(doc, &alt);
}

void tilt__add_coverage(tilt__doc *doc, tilt__section *section, const cJSON *result) {
    const cJSON *coverage = tilt__json_object(result, "coverage"),
                *tiers = tilt__json_array(coverage, "tiers");
    if (tilt__json_first(tiers) == NULL) return;
    tilt__buf text = TILT__BUF_INIT;
    tilt__buf_text(&text, "Ads delivered close to the mix they could have reached, by least ");
    tilt__words_plain_name(tilt__json_text_or(coverage, "of", "count"), &text);
    tilt__sheet *table = tilt__doc_sheet(doc, section, "coverage", tilt__buf_get(&text), tier_columns, 5);
    for (const cJSON *tier = tilt__json_first(tiers); tier != NULL && table != NULL; tier = tier->next) {
        tilt__cell *row = tilt__sheet_row(doc, table);
        tilt__cell_count(doc, &row[0], tilt__json_number(tier, "minimum"));
        tilt__cell_count(doc, &row[1], tilt__json_number(tier, "ads"));
        tilt__cell_share(doc, &row[2], tilt__json_number(tier, "within_5"));
        tilt__cell_share(doc, &row[3], tilt__json_number(tier, "within_10"));
        tilt__cell_share(doc, &row[4], tilt__json_number(tier, "weighted_10"));
    }
    add_histogram(doc, section, coverage);
    tilt__doc_drop(doc, &text);
}

static const tilt__column campaign_columns[] = {
    {"Group", "group", TILT__COLUMN_NAME},
    {"Campaign", "campaign", TILT__COLUMN_TEXT},
    {"Rank", "rank", TILT__COLUMN_NUMBER},
    {"Count", "count", TILT__COLUMN_NUMBER},
    {"Base", "base", TILT__COLUMN_NUMBER},
    {"Ratio", "ratio", TILT__COLUMN_NUMBER},
    {"Ratio, drawn to the mean", "shrunken", TILT__COLUMN_ESTIMATE},
    {"Chance of below the band", "probability_below_tau", TILT__COLUMN_NUMBER},
    {"Chance of above the band", "probability_above_tau", TILT__COLUMN_NUMBER},
};

enum { N_CAMPAIGN = sizeof campaign_columns / sizeof *campaign_columns, MOST_CAMPAIGNS = 50 };

/* Next to nothing and next to certain need no further digits. */
static void put_chance(tilt__doc *doc, tilt__json_value chance, tilt__cell *cell) {
    const double least = 0.001;
    bool low = chance.known && chance.number < least, high = chance.known && chance.number > 1 - least;
    if (low) tilt__cell_text(doc, cell, "under 0.1" TILT__THIN "%");
    if (high) tilt__cell_text(doc, cell, "over 99.9" TILT__THIN "%");
    if (low || high)
        cell->value = chance.number;
    else
        tilt__cell_share(doc, cell, chance);
}

/* The campaigns of one comparison, ranked. */
static void add_rows(tilt__doc *doc, const cJSON *view, const cJSON *comparison, double tau,
                     tilt__sheet *table) {
    const cJSON *audience = tilt__json_get(view, "audience"), *key = tilt__json_get(comparison, "group");
    const cJSON *rows = tilt__json_array(tilt__json_object(comparison, "campaigns"), "rows");
    tilt__buf text = TILT__BUF_INIT, full = TILT__BUF_INIT;
    for (const cJSON *one = tilt__json_first(rows); one != NULL && !doc->failed; one = one->next) {
        tilt__cell *row = tilt__sheet_row(doc, table);
        tilt__name_group_short(audience, key, &text);
        tilt__name_group_full(audience, key, &full);
        tilt__cell_name(doc, &row[0], tilt__buf_get(&text), tilt__buf_get(&full));
        tilt__doc_clear(doc, &text);
        tilt__doc_clear(doc, &full);
        tilt__name_put(tilt__json_text_or(one, "name", ""), TILT__NAME_COLUMNS, &text);
        row[1].text = tilt__doc_take(doc, &text);
        tilt__cell_count(doc, &row[2], tilt__json_number(one, "rank"));
        tilt__cell_count(doc, &row[3], tilt__json_number(one, "count"));
        tilt__cell_count(doc, &row[4], tilt__json_number(one, "base"));
        tilt__cell_plain(doc, &row[5], tilt__json_number(one, "ratio"));
        tilt__cell_ratio(doc, &row[6], tilt__json_estimate(one, "shrunken"), tau);
        put_chance(doc, tilt__json_number(one, "probability_below_tau"), &row[7]);
        put_chance(doc, tilt__json_number(one, "probability_above_tau"), &row[8]);
    }
    tilt__doc_drop(doc, &text);
    tilt__doc_drop(doc, &full);
}

static void fold_rows(tilt__doc *doc, tilt__sheet *table) {
    if (table->n_rows <= MOST_CAMPAIGNS) return;
    tilt__buf text = TILT__BUF_INIT;
    tilt__numeral_count((double)(table->n_rows - MOST_CAMPAIGNS), &text);
    tilt__buf_text(&text, " further rows are in result.json and in tables/.");
    tilt__sheet_fold(doc, table, MOST_CAMPAIGNS, table->n_rows, &text);
    tilt__doc_drop(doc, &text);
}

/* One table for all comparisons of a view. */
static tilt__sheet *campaign_table(tilt__doc *doc, tilt__section *section, const cJSON *campaigns,
                                   const char *anchor) {
    tilt__column *columns = tilt__arena_alloc(&doc->arena, N_CAMPAIGN, sizeof *columns);
    if (columns == NULL) {
        doc->failed = true;
        return NULL;
    }
    memcpy(columns, campaign_columns, sizeof campaign_columns);
    tilt__buf text = TILT__BUF_INIT, name = TILT__BUF_INIT;
    tilt__words_plain_name(tilt__json_text_or(campaigns, "factor", "campaign"), &name);
    tilt__words_capital(tilt__buf_get(&name), &text);
    columns[1].head = tilt__doc_take(doc, &text);
    tilt__buf_format(&text, "%s-campaigns", anchor);
    const char *id = tilt__doc_take(doc, &text);
    tilt__buf_format(&text, "Each group by %s", tilt__buf_get(&name));
    tilt__sheet *table = tilt__doc_sheet(doc, section, id, tilt__buf_get(&text), columns, N_CAMPAIGN);
    if (table != NULL) table->aside = true;
    tilt__doc_drop(doc, &text);
    tilt__doc_drop(doc, &name);
    return table;
}

void tilt__add_campaigns(tilt__doc *doc, tilt__section *section, const cJSON *result, const cJSON *view,
                         const char *anchor) {
    tilt__sheet *table = NULL;
    for (const cJSON *c = tilt__json_first(tilt__json_array(view, "comparisons")); c != NULL; c = c->next) {
        const cJSON *campaigns = tilt__json_object(c, "campaigns");
        if (tilt__json_first(tilt__json_array(campaigns, "rows")) == NULL || tilt__comparison_excluded(c))
            continue;
        if (table == NULL) table = campaign_table(doc, section, campaigns, anchor);
        if (table == NULL) return;
        add_rows(doc, view, c, tilt__words_tau(result), table);
    }
    if (table != NULL) fold_rows(doc, table);
}
