/* report/model_trend.c - ratios of findings from audit to audit, with the band and where a change began. */
#include "report/model_trend.h"

#include <math.h>
#include <string.h>

#include "report/name.h"
#include "report/numerals.h"
#include "report/words.h"

enum { MOST_CHARTS = 12, MOST_LOOKS = 60, NO_PLACE = -1 };

/* ---- one chart ---- */

/* "2025-08-22", the end of the audit's period, else its number. */
static void put_when(const cJSON *audit, tilt__buf *out) {
    const char *to = tilt__json_text(audit, "to");
    tilt__json_value number = tilt__json_number(audit, "audit");
    if (to != NULL)
        tilt__name_put(to, 12, out);
    else if (number.known)
        tilt__buf_format(out, "audit %.0f", number.number);
    else
        tilt__buf_text(out, "undated");
}

static void put_estimate(const cJSON *look, double tau, tilt__buf *out) {
    tilt__json_value ratio = tilt__json_number(look, "ratio"), lower = tilt__json_number(look, "lower"),
                     upper = tilt__json_number(look, "upper");
    if (!ratio.known) {
        tilt__buf_text(out, "not available");
        return;
    }
    tilt__numeral_ratio(ratio.number, tau, out);
    if (!lower.known || !upper.known) return;
    tilt__buf_text(out, " (");
    tilt__put_span((tilt__interval){.value = ratio, .lower = lower, .upper = upper}, tau, out);
    tilt__buf_char(out, ')');
}

/* Places of the looks, and the points above them. */
static void add_looks(tilt__doc *doc, tilt__chart *chart, const cJSON *finding, tilt__buf *alt) {
    const cJSON *looks = tilt__json_array(finding, "looks");
    size_t n = tilt__json_count(looks), at = 0;
    const char **places = tilt__arena_alloc(&doc->arena, n, sizeof *places);
    if (places == NULL) {
        doc->failed = true;
        return;
    }
    tilt__buf text = TILT__BUF_INIT;
    tilt__curve *curve = tilt__chart_curve(doc, chart, "");
    double least = 1, greatest = 1;
    for (const cJSON *look = tilt__json_first(looks); look != NULL; look = look->next, at++) {
        put_when(tilt__json_object(look, "audit"), &text);
        places[at] = tilt__doc_take(doc, &text);
        tilt__json_value ratio = tilt__json_number(look, "ratio"), lower = tilt__json_number(look, "lower"),
                         upper = tilt__json_number(look, "upper");
        tilt__point *point = tilt__curve_add(doc, curve);
        point->x = (double)at;
        point->y = ratio.known && ratio.number > 0 ? ratio.number : (double)NAN;
        if (lower.known) point->lower = lower.number;
        if (upper.known) point->upper = upper.number;
        point->mark = tilt__mark_of(tilt__json_text(look, "verdict"));
        if (!isnan(point->y)) least = fmin(least, point->y);
        if (!isnan(point->y) && isfinite(point->y)) greatest = fmax(greatest, point->y);
        tilt__buf_format(&text, "%s: ", places[at]);
        put_estimate(look, chart->tau, &text);
        tilt__buf_format(&text, ", %s", tilt__json_text_or(look, "verdict", "not judged"));
        point->text = tilt__doc_take(doc, &text);
        tilt__buf_format(alt, "%s%s", alt->length > 0 ? "; " : "", point->text);
    }
    /* stops of the forest plots, so that trends can be laid side by side with them */
    static const double stops[] = {2, 5, 10, 20, 50, 100};
    size_t s = 0;
    while (s < 5 && (greatest > stops[s] || least < 1 / stops[s])) s++;
    chart->up = (tilt__side){
        .scale = TILT__SCALE_RATIO, .low = 1 / stops[s] / 1.08, .high = stops[s] * 1.08, .name = "ratio"};
    chart->across = (tilt__side){.scale = TILT__SCALE_PLACES,
                                 .low = -0.4,
                                 .high = (double)n - 0.6,
                                 .name = "",
                                 .places = places,
                                 .n_places = n};
    tilt__doc_drop(doc, &text);
}

/* Place of the look of an audit, or NO_PLACE. */
static double place_of(const cJSON *finding, const cJSON *audit) {
    tilt__json_value wanted = tilt__json_number(audit, "audit");
    double at = 0;
    for (const cJSON *look = tilt__json_first(tilt__json_array(finding, "looks")); look != NULL;
         look = look->next, at += 1) {
        tilt__json_value own = tilt__json_number(tilt__json_object(look, "audit"), "audit");
        if (own.known && wanted.known && own.number == wanted.number) return at; /* NOLINT: whole numbers */
    }
    return NO_PLACE;
}

static void add_alarms(tilt__doc *doc, tilt__chart *chart, const cJSON *finding) {
    tilt__buf text = TILT__BUF_INIT;
    for (const cJSON *alarm = tilt__json_first(tilt__json_array(finding, "alarms")); alarm != NULL;
         alarm = alarm->next) {
        const cJSON *since = tilt__json_object(alarm, "since");
        double at = place_of(finding, since);
        if (at < 0) continue;
        tilt__buf_text(&text, "changed since ");
        put_when(since, &text);
        /* between this look and the one before */
        tilt__chart_limit(doc, chart, at - 0.5, false, tilt__buf_get(&text));
        tilt__doc_clear(doc, &text);
    }
    tilt__doc_drop(doc, &text);
}

static void add_chart(tilt__doc *doc, tilt__section *section, const cJSON *finding, double tau,
                      size_t number) {
    tilt__buf text = TILT__BUF_INIT, alt = TILT__BUF_INIT;
    tilt__buf_format(&text, "trend-%zu", number);
    tilt__chart *chart = tilt__doc_chart(doc, section, TILT__CHART_CURVES, tilt__buf_get(&text));
    tilt__doc_clear(doc, &text);
    if (chart == NULL) return;
    chart->tau = tau;
    add_looks(doc, chart, finding, &alt);
    add_alarms(doc, chart, finding);
    tilt__name_put(tilt__json_text_or(finding, "sentence", "Ratio from audit to audit"), 0, &text);
    chart->title = tilt__doc_take(doc, &text);
    tilt__name_put(tilt__json_text_or(finding, "name", ""), 0, &text);
    tilt__buf_text(&text, "; ratio to the reference at every audit, logarithmic axis");
    chart->subtitle = tilt__doc_take(doc, &text);
    chart->caption = "Marks are the verdicts of the audits, upright lines 95" TILT__THIN
                     "% intervals. A dashed line stands where a change began that the watch has found.";
    chart->alt = tilt__doc_take(doc, &alt);
    tilt__doc_drop(doc, &text);
    tilt__doc_drop(doc, &alt);
}

/* ---- the table ---- */

static const tilt__column look_columns[] = {
    {"Finding", "finding", TILT__COLUMN_NAME},           {"Audit up to", "to", TILT__COLUMN_TEXT},
    {"Ratio", "ratio", TILT__COLUMN_ESTIMATE},           {"Verdict", "verdict", TILT__COLUMN_VERDICT},
    {"Moving average", "ewma", TILT__COLUMN_NUMBER},     {"Sum upwards", "cusum_up", TILT__COLUMN_NUMBER},
    {"Sum downwards", "cusum_down", TILT__COLUMN_NUMBER}};
enum { FINDING, TO, RATIO, VERDICT, EWMA, UP, DOWN, N_LOOK };

static void add_row(tilt__doc *doc, tilt__sheet *table, const cJSON *finding, const cJSON *look, double tau) {
    tilt__cell *row = tilt__sheet_row(doc, table);
    tilt__buf text = TILT__BUF_INIT;
    tilt__name_put(tilt__json_text_or(finding, "name", ""), 200, &text);
    row[FINDING].text = tilt__doc_take(doc, &text);
    put_when(tilt__json_object(look, "audit"), &text);
    row[TO].text = tilt__doc_take(doc, &text);
    tilt__interval ratio = {.value = tilt__json_number(look, "ratio"),
                            .lower = tilt__json_number(look, "lower"),
                            .upper = tilt__json_number(look, "upper")};
    tilt__cell_ratio(doc, &row[RATIO], ratio, tau);
    const char *verdict = tilt__json_text_or(look, "verdict", "not judged");
    tilt__cell_verdict(doc, &row[VERDICT], tilt__mark_of(verdict), verdict);
    tilt__cell_plain(doc, &row[EWMA], tilt__json_number(look, "ewma"));
    tilt__cell_plain(doc, &row[UP], tilt__json_number(look, "cusum_up"));
    tilt__cell_plain(doc, &row[DOWN], tilt__json_number(look, "cusum_down"));
    tilt__doc_drop(doc, &text);
}

static void fold(tilt__doc *doc, tilt__sheet *table) {
    if (table->n_rows <= MOST_LOOKS) return;
    tilt__buf text = TILT__BUF_INIT;
    tilt__numeral_count((double)(table->n_rows - MOST_LOOKS), &text);
    tilt__buf_text(&text, " further looks are in tables/.");
    tilt__sheet_fold(doc, table, MOST_LOOKS, table->n_rows, &text);
    tilt__doc_drop(doc, &text);
}

/* ---- the section ---- */

static bool has_alarm(const cJSON *finding) {
    return tilt__json_first(tilt__json_array(finding, "alarms")) != NULL;
}

void tilt__add_trend(tilt__doc *doc, tilt__section *section, const cJSON *trend) {
    const cJSON *findings = tilt__json_array(trend, "findings");
    double tau = tilt__words_tau(trend);
    size_t n = 0, looks = 0;
    for (int quiet = 0; quiet < 2; quiet++)
        for (const cJSON *f = tilt__json_first(findings); f != NULL; f = f->next) {
            size_t own = tilt__json_count(tilt__json_array(f, "looks"));
            if (has_alarm(f) == (quiet == 1)) continue;
            looks += own;
            if (own >= 2 && n < MOST_CHARTS) add_chart(doc, section, f, tau, ++n);
        }
    if (n == 0)
        tilt__doc_add_text(doc, section, TILT__BLOCK_PARAGRAPH,
                           "No finding was looked at twice, so there is no trend to draw.");
    if (looks == 0) return;
    tilt__sheet *table =
        tilt__doc_sheet(doc, section, "trend", "Every look at every finding", look_columns, N_LOOK);
    for (const cJSON *f = tilt__json_first(findings); f != NULL && table != NULL; f = f->next)
        for (const cJSON *look = tilt__json_first(tilt__json_array(f, "looks")); look != NULL;
             look = look->next)
            add_row(doc, table, f, look, tau);
    if (table != NULL) fold(doc, table);
}

static void put_watch(const cJSON *trend, tilt__buf *out) {
    const cJSON *watch = tilt__json_object(trend, "watch");
    tilt__json_value audits = tilt__json_number(trend, "audits"), alpha = tilt__json_number(watch, "alpha"),
                     horizon = tilt__json_number(watch, "horizon"),
                     family = tilt__json_number(watch, "family");
    tilt__numeral_count(audits.known ? audits.number : 0, out);
    tilt__buf_text(out, audits.number == 1 ? " audit" : " audits"); /* NOLINT: a whole number */
    if (!alpha.known || !horizon.known || !family.known) return;
    tilt__buf_text(out, " \xC2\xB7 ");
    tilt__numeral_count(family.number, out);
    tilt__buf_text(out, " findings watched together \xC2\xB7 a false alarm in any of them within ");
    tilt__numeral_count(horizon.number, out);
    tilt__buf_text(out, " audits: at most ");
    tilt__numeral_share(alpha.number, out);
}

/* The latest look of every finding. */
static void count_latest(tilt__doc *doc, const cJSON *trend, size_t *out_changed) {
    for (const cJSON *f = tilt__json_first(tilt__json_array(trend, "findings")); f != NULL; f = f->next) {
        const cJSON *latest = NULL;
        for (const cJSON *look = tilt__json_first(tilt__json_array(f, "looks")); look != NULL;
             look = look->next)
            latest = look;
        tilt__mark mark = tilt__mark_of(tilt__json_text(latest, "verdict"));
        for (size_t i = 0; i < TILT__STRIP; i++) doc->strip[i].count += doc->strip[i].mark == mark;
        *out_changed += has_alarm(f);
    }
}

void tilt__model_trend_alone(tilt__doc *doc, const cJSON *trend) {
    static const tilt__strip_item strip[TILT__STRIP] = {{TILT__MARK_TILTED, 0, "tilted", "trend"},
                                                        {TILT__MARK_UNDETERMINED, 0, "undetermined", "trend"},
                                                        {TILT__MARK_LEVEL, 0, "level", "trend"}};
    memcpy(doc->strip, strip, sizeof strip);
    tilt__buf text = TILT__BUF_INIT;
    size_t changed = 0;
    count_latest(doc, trend, &changed);
    doc->title = "Findings from audit to audit";
    put_watch(trend, &text);
    doc->meta = tilt__doc_take(doc, &text);
    size_t worst = TILT__STRIP - 1;
    for (size_t i = TILT__STRIP; i-- > 0;)
        if (doc->strip[i].count > 0) worst = i;
    doc->verdict = strip[worst].text;
    doc->mark = strip[worst].mark;
    tilt__buf_format(&text, "A change was found in %zu of %zu findings.", changed,
                     tilt__json_count(tilt__json_array(trend, "findings")));
    doc->headline = tilt__doc_take(doc, &text);
    tilt__section *section = tilt__doc_section(doc, "trend", "From audit to audit");
    tilt__doc_add_text(doc, section, TILT__BLOCK_PARAGRAPH, doc->headline);
    tilt__add_trend(doc, section, trend);
    tilt__doc_drop(doc, &text);
}
