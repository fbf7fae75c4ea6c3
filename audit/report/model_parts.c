/* report/model_parts.c - the parts of a gap on both scales side by side, with what each says when counted
 * first and last, and the ratio at the same mix of every factor: the tables behind the charts. */
#include <math.h>
#include <string.h>

#include "report/build.h"
#include "report/model_further.h"
#include "report/numerals.h"
#include "report/words_further.h"

enum {
    PART_NAME,
    PART_FACTOR,
    PART_DIFFERENCE,
    PART_SHARE,
    PART_FIRST,
    PART_LAST,
    PART_CROSSED,
    PART_GRADE,
    N_PART
};
static const tilt__column part_columns[N_PART] = {
    [PART_NAME] = {"Part", "part", TILT__COLUMN_TEXT},
    [PART_FACTOR] = {"Factor of the ratio", "log_contribution", TILT__COLUMN_ESTIMATE},
    [PART_DIFFERENCE] = {"Part of the difference", "contribution", TILT__COLUMN_ESTIMATE},
    [PART_SHARE] = {"Share of the gap", "share_of_gap", TILT__COLUMN_NUMBER},
    [PART_FIRST] = {"Counted first", "first_in", TILT__COLUMN_NUMBER},
    [PART_LAST] = {"Counted last", "last_in", TILT__COLUMN_NUMBER},
    [PART_CROSSED] = {"Cross-classified split", "cross_classified", TILT__COLUMN_NUMBER},
    [PART_GRADE] = {"Grade", "grade", TILT__COLUMN_TEXT},
};
static const char *const part_kinds[] = {"stage", "factor", "rate_effect", "off_support"};

static bool is_row(const cJSON *driver, const char *kind, bool log_scale) {
    return strcmp(tilt__json_text_or(driver, "kind", ""), kind) == 0 &&
           (strcmp(tilt__json_text_or(driver, "scale", ""), "log") == 0) == log_scale;
}

/* The same part on the other scale; NULL. */
static const cJSON *twin_of(const cJSON *drivers, const cJSON *driver, const char *kind, bool log_scale) {
    const char *name = tilt__json_text_or(driver, "name", "");
    for (const cJSON *d = tilt__json_first(drivers); d != NULL; d = d->next) {
        if (is_row(d, kind, log_scale) && strcmp(tilt__json_text_or(d, "name", ""), name) == 0) return d;
    }
    return NULL;
}

static void put_value(tilt__doc *doc, const cJSON *view, const cJSON *driver, const char *key,
                      tilt__cell *cell) {
    tilt__json_value value = tilt__json_number(driver, key);
    if (!value.known) {
        tilt__cell_none(cell);
        return;
    }
    tilt__buf text = TILT__BUF_INIT;
    tilt__words_contribution(view, driver, value.number, &text);
    cell->text = tilt__doc_take(doc, &text);
    cell->value = value.number;
    tilt__doc_drop(doc, &text);
}

/* Why some part has no share; NULL when all have one. */
static const char *no_share(const cJSON *drivers) {
    for (const cJSON *d = tilt__json_first(drivers); d != NULL; d = d->next) {
        for (size_t k = 0; k < sizeof part_kinds / sizeof *part_kinds; k++) {
            if (!is_row(d, part_kinds[k], true) && !is_row(d, part_kinds[k], false)) continue;
            tilt__json_value share = tilt__json_number(d, "share_of_gap");
            if (!share.known && share.reason != NULL) return share.reason;
        }
    }
    return NULL;
}

static void put_share(tilt__doc *doc, const cJSON *driver, tilt__cell *cell) {
    tilt__json_value share = tilt__json_number(driver, "share_of_gap");
    if (share.known)
        tilt__cell_share(doc, cell, share);
    else
        tilt__cell_none(cell); /* the note below the table says why */
}

static void add_part(tilt__doc *doc, tilt__sheet *table, const cJSON *view, const cJSON *logs,
                     const cJSON *plain) {
    const cJSON *shown = logs != NULL ? logs : plain;
    tilt__cell *row = tilt__sheet_row(doc, table);
    tilt__buf text = TILT__BUF_INIT;
    tilt__words_driver_name(shown, &text);
    row[PART_NAME].text = tilt__doc_take(doc, &text);
    tilt__doc_drop(doc, &text);
    if (logs != NULL)
        tilt__cell_contribution(doc, view, logs, &row[PART_FACTOR]);
    else
        tilt__cell_none(&row[PART_FACTOR]);
    if (plain != NULL)
        tilt__cell_contribution(doc, view, plain, &row[PART_DIFFERENCE]);
    else
        tilt__cell_none(&row[PART_DIFFERENCE]);
    put_share(doc, shown, &row[PART_SHARE]);
    put_value(doc, view, shown, "first_in", &row[PART_FIRST]);
    put_value(doc, view, shown, "last_in", &row[PART_LAST]);
    put_value(doc, view, plain, "cross_classified", &row[PART_CROSSED]);
    bool graded = is_row(shown, "stage", logs != NULL) || is_row(shown, "factor", logs != NULL);
    tilt__cell_text(doc, &row[PART_GRADE],
                    graded ? tilt__json_text_or(shown, "grade", "\xE2\x80\x93") : "\xE2\x80\x93");
}

void tilt__model_parts(tilt__doc *doc, tilt__section *section, const cJSON *view, const cJSON *comparison,
                       const char *anchor) {
    const cJSON *drivers = tilt__json_array(comparison, "drivers");
    tilt__sheet *table = NULL;
    const char *reason = no_share(drivers);
    for (size_t k = 0; k < sizeof part_kinds / sizeof *part_kinds; k++) {
        for (const cJSON *d = tilt__json_first(drivers); d != NULL; d = d->next) {
            bool logs = is_row(d, part_kinds[k], true), plain = is_row(d, part_kinds[k], false);
            const cJSON *twin = logs || plain ? twin_of(drivers, d, part_kinds[k], !logs) : NULL;
            if ((!logs && !plain) || (plain && twin != NULL))
                continue; /* told with the row on the log scale */
            if (table == NULL) {
                tilt__buf id = TILT__BUF_INIT;
                tilt__buf_format(&id, "%s-parts", anchor);
                const char *name = tilt__doc_take(doc, &id);
                table = tilt__doc_sheet(doc, section, name, "Parts of the gap on both scales", part_columns,
                                        N_PART);
                tilt__doc_drop(doc, &id);
            }
            if (table == NULL) return;
            add_part(doc, table, view, logs ? d : NULL, logs ? twin : d);
        }
    }
    if (table == NULL) return;
    tilt__sheet_drop_empty(doc, table);
    if (reason == NULL) return;
    tilt__buf text = TILT__BUF_INIT;
    tilt__buf_format(&text, "Where no share of the gap is given: %s.", tilt__words_reason(reason));
    tilt__doc_add(doc, section, TILT__BLOCK_NOTE, &text);
    tilt__doc_drop(doc, &text);
}

/* ---- the ratio at the same mix ---- */

enum { MIX_FACTORS, MIX_RATIO, MIX_OWN, MIX_OTHER, N_MIX, MOST_SENTENCES = 3 };
static const tilt__column mix_columns[N_MIX] = {
    [MIX_FACTORS] = {"Same mix over", "factors", TILT__COLUMN_TEXT},
    [MIX_RATIO] = {"Ratio", "ratio", TILT__COLUMN_ESTIMATE},
    [MIX_OWN] = {"At the group\xE2\x80\x99s mix", "ratio_a", TILT__COLUMN_NUMBER},
    [MIX_OTHER] = {"At the reference\xE2\x80\x99s mix", "ratio_b", TILT__COLUMN_NUMBER},
};

static double left_of(const cJSON *entry) {
    tilt__json_value ratio = tilt__json_estimate(entry, "ratio").value;
    return ratio.known && ratio.number > 0 ? fabs(log(ratio.number)) : (double)INFINITY;
}

/* True for the entries of which a sentence is made: those that leave least, at most MOST_SENTENCES. */
static bool is_told(const cJSON *all, const cJSON *entry) {
    size_t better = 0;
    bool before = true;
    for (const cJSON *e = tilt__json_first(all); e != NULL; e = e->next) {
        if (e == entry) before = false;
        if (e == entry) continue;
        better += left_of(e) < left_of(entry) || (left_of(e) == left_of(entry) && before);
    }
    return better < MOST_SENTENCES;
}

static void put_ratio(tilt__doc *doc, const cJSON *entry, const char *key, tilt__cell *cell) {
    tilt__json_value value = tilt__json_number(entry, key);
    if (!value.known) {
        tilt__cell_missing(doc, cell, value.reason);
        return;
    }
    tilt__buf text = TILT__BUF_INIT;
    tilt__numeral_ratio(value.number, 0.8, &text);
    cell->text = tilt__doc_take(doc, &text);
    cell->value = value.number;
    tilt__doc_drop(doc, &text);
}

static void add_mixes(tilt__doc *doc, tilt__section *section, const cJSON *result, const cJSON *all,
                      const char *anchor) {
    tilt__buf text = TILT__BUF_INIT;
    tilt__buf_format(&text, "%s-same-mix", anchor);
    const char *id = tilt__doc_take(doc, &text);
    tilt__sheet *table =
        tilt__doc_sheet(doc, section, id, "The ratio had both groups had the same mix", mix_columns, N_MIX);
    for (const cJSON *entry = tilt__json_first(all); entry != NULL && table != NULL; entry = entry->next) {
        tilt__cell *row = tilt__sheet_row(doc, table);
        const cJSON *factor, *factors = tilt__json_array(entry, "factors");
        cJSON_ArrayForEach(factor, factors) {
            if (text.length > 0) tilt__buf_text(&text, " and ");
            if (cJSON_IsString(factor)) tilt__words_plain_name(factor->valuestring, &text);
        }
        row[MIX_FACTORS].text = tilt__doc_take(doc, &text);
        tilt__cell_ratio(doc, &row[MIX_RATIO], tilt__json_estimate(entry, "ratio"), tilt__words_tau(result));
        put_ratio(doc, entry, "ratio_a", &row[MIX_OWN]);
        put_ratio(doc, entry, "ratio_b", &row[MIX_OTHER]);
    }
    tilt__doc_drop(doc, &text);
}

void tilt__model_same_mix(tilt__doc *doc, tilt__section *section, const cJSON *result,
                          const cJSON *comparison, const char *anchor, bool in_detail) {
    const cJSON *all = tilt__json_array(comparison, "standardised");
    tilt__json_value ratio = tilt__json_estimate(comparison, "impact_ratio").value;
    tilt__buf text = TILT__BUF_INIT;
    for (const cJSON *entry = tilt__json_first(all); entry != NULL; entry = entry->next) {
        if (!is_told(all, entry)) continue;
        tilt__words_standardised(entry, ratio, &text);
        tilt__doc_add(doc, section, TILT__BLOCK_PARAGRAPH, &text);
    }
    if (in_detail && tilt__json_count(all) > 1) add_mixes(doc, section, result, all, anchor);
    tilt__doc_drop(doc, &text);
}
