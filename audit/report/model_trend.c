/* report/model_trend.c - ratios of findings from audit to audit, with the band and where a change began. */
#include "report/model_trend.h"

#include <math.h>
#include <string.h>

#include "report/model_change.h"
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

/* ---- tables ---- */

static void put_text(tilt__doc *doc, tilt__cell *cell, const char *text, size_t most) {
    if (text == NULL || text[0] == '\0') {
        tilt__cell_none(cell);
        return;
    }
    tilt__buf safe = TILT__BUF_INIT;
    tilt__name_put(text, most, &safe);
    cell->text = tilt__doc_take(doc, &safe);
    tilt__doc_drop(doc, &safe);
}

static void put_day(tilt__doc *doc, tilt__cell *cell, const cJSON *audit) {
    tilt__buf text = TILT__BUF_INIT;
    if (audit != NULL) put_when(audit, &text);
    put_text(doc, cell, tilt__buf_get(&text), 40);
    tilt__doc_drop(doc, &text);
}

static void put_ratio(tilt__doc *doc, tilt__cell *cell, const cJSON *object, const char *key, double tau) {
    tilt__interval ratio = {.value = tilt__json_number(object, key)};
    tilt__cell_ratio(doc, cell, ratio, tau);
}

static tilt__interval interval_of(const cJSON *look) {
    return (tilt__interval){.value = tilt__json_number(look, "ratio"),
                            .lower = tilt__json_number(look, "lower"),
                            .upper = tilt__json_number(look, "upper")};
}

static const cJSON *latest_of(const cJSON *finding) {
    const cJSON *latest = NULL;
    for (const cJSON *look = tilt__json_first(tilt__json_array(finding, "looks")); look != NULL;
         look = look->next)
        latest = look;
    return latest;
}

static double threshold_of(const cJSON *finding) {
    tilt__json_value threshold = tilt__json_number(finding, "threshold");
    return threshold.known ? threshold.number : 0.8;
}

static const cJSON *last_alarm(const cJSON *finding) {
    const cJSON *last = NULL;
    for (const cJSON *alarm = tilt__json_first(tilt__json_array(finding, "alarms")); alarm != NULL;
         alarm = alarm->next)
        last = alarm;
    return last;
}

static const tilt__column found_columns[] = {
    {"Finding", "finding", TILT__COLUMN_NAME},
    {"Id", "id", TILT__COLUMN_TEXT},
    {"Ratio now", "now", TILT__COLUMN_ESTIMATE},
    {"Verdict now", "verdict", TILT__COLUMN_VERDICT},
    {"Changed with the audit up to", "since", TILT__COLUMN_TEXT},
    {"Found with the audit up to", "found", TILT__COLUMN_TEXT},
    {"Ratio before", "before", TILT__COLUMN_ESTIMATE},
    {"Ratio since", "after", TILT__COLUMN_ESTIMATE},
    {"Most of it goes with", "goes_with", TILT__COLUMN_TEXT},
    {"Audits to find 10" TILT__THIN "% in", "delay", TILT__COLUMN_NUMBER}};
enum { F_NAME, F_ID, F_NOW, F_VERDICT, F_SINCE, F_FOUND, F_BEFORE, F_AFTER, F_WITH, F_DELAY, N_FOUND };

static void put_lead_name(const cJSON *lead, tilt__buf *out) {
    tilt__words_plain_name(tilt__json_text_or(lead, "factor", ""), out);
    tilt__buf_char(out, ' ');
    tilt__name_put(tilt__json_text_or(lead, "level", ""), TILT__NAME_COLUMNS, out);
}

static void put_lead(tilt__doc *doc, tilt__cell *cell, const cJSON *lead) {
    tilt__buf text = TILT__BUF_INIT;
    if (lead != NULL) put_lead_name(lead, &text);
    put_text(doc, cell, tilt__buf_get(&text), 120);
    tilt__doc_drop(doc, &text);
}

static void add_found(tilt__doc *doc, tilt__sheet *table, const cJSON *finding) {
    tilt__cell *row = tilt__sheet_row(doc, table);
    const cJSON *latest = latest_of(finding), *alarm = last_alarm(finding);
    double tau = threshold_of(finding);
    put_text(doc, &row[F_NAME], tilt__json_text(finding, "name"), 200);
    put_text(doc, &row[F_ID], tilt__json_text(finding, "id"), 40);
    tilt__cell_ratio(doc, &row[F_NOW], interval_of(latest), tau);
    const char *verdict = tilt__json_text_or(latest, "verdict", "not judged");
    tilt__cell_verdict(doc, &row[F_VERDICT], tilt__mark_of(verdict), verdict);
    tilt__cell_count(doc, &row[F_DELAY], tilt__json_number(tilt__json_object(finding, "delay"), "looks"));
    if (alarm == NULL) {
        put_text(doc, &row[F_SINCE], "no change found", 40);
        for (int i = F_FOUND; i <= F_WITH; i++) tilt__cell_none(&row[i]);
        return;
    }
    put_day(doc, &row[F_SINCE], tilt__json_object(alarm, "since"));
    put_day(doc, &row[F_FOUND], tilt__json_object(alarm, "found"));
    put_ratio(doc, &row[F_BEFORE], alarm, "ratio_before", tau);
    put_ratio(doc, &row[F_AFTER], alarm, "ratio_after", tau);
    put_lead(doc, &row[F_WITH], tilt__json_object(alarm, "lead"));
}

static const tilt__column whole_columns[] = {
    {"Finding", "finding", TILT__COLUMN_NAME},
    {"All audits together", "anytime", TILT__COLUMN_ESTIMATE},
    {"Ratio times, per audit", "line", TILT__COLUMN_ESTIMATE},
    {"p of the line", "line_p", TILT__COLUMN_NUMBER},
    {"p of any trend", "mann_kendall_p", TILT__COLUMN_NUMBER},
    {"Outside Laney\xE2\x80\x99s limits", "laney_outside", TILT__COLUMN_NUMBER},
    {"Audits", "looks", TILT__COLUMN_NUMBER},
    {"Audits left out", "left_out", TILT__COLUMN_NUMBER}};
enum { W_NAME, W_ANYTIME, W_LINE, W_LINE_P, W_MANN, W_LANEY, W_LOOKS, W_LEFT, N_WHOLE };

static void put_count(tilt__doc *doc, tilt__cell *cell, size_t n) {
    tilt__cell_count(doc, cell, (tilt__json_value){.number = (double)n, .known = true});
}

static void add_whole(tilt__doc *doc, tilt__sheet *table, const cJSON *finding) {
    tilt__cell *row = tilt__sheet_row(doc, table);
    const cJSON *line = tilt__json_object(finding, "line"), *looks = tilt__json_array(finding, "looks");
    static const tilt__json_value none = {.number = NAN};
    double tau = threshold_of(finding);
    size_t outside = 0;
    put_text(doc, &row[W_NAME], tilt__json_text(finding, "name"), 200);
    tilt__cell_ratio(doc, &row[W_ANYTIME], tilt__json_estimate(finding, "anytime"), tau);
    tilt__cell_ratio(doc, &row[W_LINE], tilt__json_estimate(line, "factor"), tau);
    tilt__cell_p(doc, &row[W_LINE_P], tilt__json_number(line, "p"), none);
    tilt__cell_p(doc, &row[W_MANN], tilt__json_number(tilt__json_object(finding, "mann_kendall"), "p"), none);
    for (const cJSON *look = tilt__json_first(looks); look != NULL; look = look->next)
        outside += tilt__json_true(look, "laney_outside");
    put_count(doc, &row[W_LANEY], outside);
    put_count(doc, &row[W_LOOKS], tilt__json_count(looks));
    tilt__cell_count(doc, &row[W_LEFT], tilt__json_number(finding, "left_out"));
}

static const tilt__column look_columns[] = {{"Finding", "finding", TILT__COLUMN_NAME},
                                            {"Audit up to", "to", TILT__COLUMN_TEXT},
                                            {"Ratio", "ratio", TILT__COLUMN_ESTIMATE},
                                            {"Verdict", "verdict", TILT__COLUMN_VERDICT},
                                            {"Residual", "residual", TILT__COLUMN_NUMBER},
                                            {"Sum upwards", "cusum_up", TILT__COLUMN_NUMBER},
                                            {"Sum downwards", "cusum_down", TILT__COLUMN_NUMBER},
                                            {"Moving average", "ewma", TILT__COLUMN_NUMBER},
                                            {"Its limits without a change", "ewma_limits", TILT__COLUMN_TEXT},
                                            {"Laney\xE2\x80\x99s limits", "laney", TILT__COLUMN_TEXT}};
enum { FINDING, TO, RATIO, VERDICT, RESIDUAL, UP, DOWN, EWMA, LIMITS, LANEY, N_LOOK };

static void put_limits(tilt__doc *doc, tilt__cell *cell, const cJSON *look, double tau) {
    tilt__json_value lower = tilt__json_number(look, "ewma_lower"),
                     upper = tilt__json_number(look, "ewma_upper");
    tilt__buf text = TILT__BUF_INIT;
    if (lower.known && upper.known) {
        tilt__numeral_ratio(lower.number, tau, &text);
        tilt__buf_text(&text, " to ");
        tilt__numeral_ratio(upper.number, tau, &text);
    }
    put_text(doc, cell, tilt__buf_get(&text), 60);
    tilt__doc_drop(doc, &text);
}

static void add_row(tilt__doc *doc, tilt__sheet *table, const cJSON *finding, const cJSON *look) {
    static const char *const keys[] = {"residual", "cusum_up", "cusum_down", "ewma"};
    tilt__cell *row = tilt__sheet_row(doc, table);
    double tau = threshold_of(finding);
    put_text(doc, &row[FINDING], tilt__json_text(finding, "name"), 200);
    put_day(doc, &row[TO], tilt__json_object(look, "audit"));
    tilt__cell_ratio(doc, &row[RATIO], interval_of(look), tau);
    const char *verdict = tilt__json_text_or(look, "verdict", "not judged");
    tilt__cell_verdict(doc, &row[VERDICT], tilt__mark_of(verdict), verdict);
    for (int i = 0; i < 4; i++) tilt__cell_plain(doc, &row[RESIDUAL + i], tilt__json_number(look, keys[i]));
    put_limits(doc, &row[LIMITS], look, tau);
    const cJSON *laney = tilt__json_get(look, "laney_outside");
    put_text(doc, &row[LANEY], laney == NULL ? NULL : cJSON_IsTrue(laney) ? "outside" : "inside", 10);
}

static void fold(tilt__doc *doc, tilt__sheet *table) {
    if (table->n_rows <= MOST_LOOKS) return;
    tilt__buf text = TILT__BUF_INIT;
    tilt__numeral_count((double)(table->n_rows - MOST_LOOKS), &text);
    tilt__buf_text(&text, " further looks are in the table\xE2\x80\x99s file.");
    tilt__sheet_fold(doc, table, MOST_LOOKS, table->n_rows, &text);
    tilt__doc_drop(doc, &text);
}

static void add_tables(tilt__doc *doc, tilt__section *section, const cJSON *findings) {
    tilt__sheet *found =
        tilt__doc_sheet(doc, section, "trend-found", "What the watch found", found_columns, N_FOUND);
    for (const cJSON *f = tilt__json_first(findings); f != NULL && found != NULL; f = f->next)
        add_found(doc, found, f);
    if (found != NULL) tilt__sheet_drop_empty(doc, found);
    tilt__sheet *whole = tilt__doc_sheet(doc, section, "trend-whole", "All audits of the series together",
                                         whole_columns, N_WHOLE);
    for (const cJSON *f = tilt__json_first(findings); f != NULL && whole != NULL; f = f->next)
        add_whole(doc, whole, f);
    tilt__sheet *table =
        tilt__doc_sheet(doc, section, "trend", "Every look at every finding", look_columns, N_LOOK);
    for (const cJSON *f = tilt__json_first(findings); f != NULL && table != NULL; f = f->next)
        for (const cJSON *look = tilt__json_first(tilt__json_array(f, "looks")); look != NULL;
             look = look->next)
            add_row(doc, table, f, look);
    if (table != NULL) fold(doc, table);
}

/* ---- the section ---- */

static bool has_alarm(const cJSON *finding) {
    return tilt__json_first(tilt__json_array(finding, "alarms")) != NULL;
}

static size_t count_changed(const cJSON *trend) {
    size_t n = 0;
    for (const cJSON *f = tilt__json_first(tilt__json_array(trend, "findings")); f != NULL; f = f->next)
        n += has_alarm(f);
    return n;
}

/* "Women against men, clicks per impression, with the audit up to 2025-08-22 (placement Reels)". */
static void put_changed(const cJSON *finding, tilt__buf *out) {
    const cJSON *alarm = last_alarm(finding), *lead = tilt__json_object(alarm, "lead");
    tilt__name_put(tilt__json_text_or(finding, "name", ""), 200, out);
    tilt__buf_text(out, ", with the audit up to ");
    put_when(tilt__json_object(alarm, "since"), out);
    if (lead == NULL) return;
    tilt__buf_text(out, " (goes with ");
    put_lead_name(lead, out);
    tilt__buf_char(out, ')');
}

/* "Over 12 audits a change was found in 1 of 3 findings: ...", and what is not shown here. */
static void put_summary(const cJSON *trend, tilt__buf *out) {
    enum { MOST = 3 };
    const cJSON *findings = tilt__json_array(trend, "findings");
    size_t n = tilt__json_count(findings), changed = count_changed(trend), named = 0;
    tilt__json_value left = tilt__json_number(trend, "findings_left_out"),
                     audits = tilt__json_number(trend, "audits");
    double all = (double)n + (left.known ? left.number : 0);
    tilt__buf_format(out, "Over %.0f %s a change was found in %zu of %.0f %s",
                     audits.known ? audits.number : 0, audits.known && audits.number > 1 ? "audits" : "audit",
                     changed, all, all > 1 || n == 0 ? "findings" : "finding");
    for (const cJSON *f = tilt__json_first(findings); f != NULL && named < MOST; f = f->next) {
        if (!has_alarm(f)) continue;
        tilt__buf_text(out, named++ == 0 ? ": " : "; ");
        put_changed(f, out);
    }
    tilt__buf_text(out, changed > named ? "; and others." : ".");
    if (!left.known || !(left.number > 0)) return;
    tilt__buf_format(out,
                     " Shown are %zu, those that changed first, then by their verdict; `tiltmeter ledger "
                     "trend` shows all.",
                     n);
}

static const char method[] =
    "Each audit is held against the mean of those before it. A change is found by sums of these residuals "
    "(CUSUM), which show a jump, or by a boundary that holds at every look, which shows a slow drift; both "
    "together keep to the stated chance of a false alarm. The interval over all audits holds at every look. "
    "The moving average (EWMA) and Laney\xE2\x80\x99s limits of the group\xE2\x80\x99s rate are shown and "
    "raise no alarm. A "
    "change says that the ratio moved, neither why nor whether that is acceptable; no change found is not "
    "\xE2\x80\x9Cno change\xE2\x80\x9D.";

static void add_summary(tilt__doc *doc, tilt__section *section, const cJSON *trend) {
    tilt__buf text = TILT__BUF_INIT;
    put_summary(trend, &text);
    tilt__doc_add(doc, section, TILT__BLOCK_PARAGRAPH, &text);
    tilt__doc_drop(doc, &text);
}

static void add_body(tilt__doc *doc, tilt__section *section, const cJSON *trend) {
    const cJSON *findings = tilt__json_array(trend, "findings");
    size_t n = 0, looks = 0;
    for (int quiet = 0; quiet < 2; quiet++)
        for (const cJSON *f = tilt__json_first(findings); f != NULL; f = f->next) {
            size_t own = tilt__json_count(tilt__json_array(f, "looks"));
            if (has_alarm(f) == (quiet == 1)) continue;
            looks += own;
            if (own >= 2 && n < MOST_CHARTS) add_chart(doc, section, f, threshold_of(f), ++n);
        }
    if (n == 0)
        tilt__doc_add_text(doc, section, TILT__BLOCK_PARAGRAPH,
                           "No finding was looked at twice, so there is no trend to draw.");
    if (looks == 0) return;
    add_tables(doc, section, findings);
    tilt__doc_add_text(doc, section, TILT__BLOCK_NOTE, method);
}

void tilt__add_trend(tilt__doc *doc, tilt__section *section, const cJSON *trend) {
    add_summary(doc, section, trend);
    add_body(doc, section, trend);
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
    tilt__buf_text(out, family.number > 1 ? " findings watched together" : " finding watched");
    tilt__buf_text(out, " \xC2\xB7 a false alarm in any of them within ");
    tilt__numeral_count(horizon.number, out);
    tilt__buf_text(out, " audits: at most ");
    tilt__numeral_share(alpha.number, out);
}

/* A row of the table of all findings, and its place in the strip: the latest look of each. */
static void add_alone(tilt__doc *doc, const cJSON *finding) {
    const cJSON *latest = latest_of(finding);
    const char *verdict = tilt__json_text(latest, "verdict");
    tilt__mark mark = tilt__mark_of(verdict);
    for (size_t i = 0; i < TILT__STRIP; i++) doc->strip[i].count += doc->strip[i].mark == mark;
    tilt__cell *cells = tilt__sheet_row(doc, doc->findings);
    put_text(doc, &cells[TILT__FINDING_ID], tilt__json_text(finding, "id"), 40);
    tilt__cell_verdict(doc, &cells[TILT__FINDING_VERDICT], mark, verdict != NULL ? verdict : "not judged");
    put_text(doc, &cells[TILT__FINDING_TITLE], tilt__json_text(finding, "name"), 200);
    put_text(doc, &cells[TILT__FINDING_VIEW], has_alarm(finding) ? "Changed" : "No change found", 40);
    tilt__cell_ratio(doc, &cells[TILT__FINDING_RATIO], interval_of(latest), threshold_of(finding));
    put_text(doc, &cells[TILT__FINDING_SENTENCE], tilt__json_text(finding, "sentence"), 0);
}

/* The one who reads it has to know what to do. */
static void add_asked(tilt__doc *doc, tilt__section *section, const cJSON *trend) {
    const cJSON *first = tilt__json_first(tilt__json_array(trend, "findings"));
    if (first == NULL || !has_alarm(first)) return;
    tilt__doc_add_text(doc, section, TILT__BLOCK_PARAGRAPH,
                       "Asked: somebody who answers for each change. Look at what it goes with, decide, and "
                       "put it on record with a reason, an owner and a day:");
    tilt__add_review_command(doc, section, first);
}

void tilt__model_trend_alone(tilt__doc *doc, const cJSON *trend) {
    static const tilt__strip_item strip[TILT__STRIP] = {{TILT__MARK_TILTED, 0, "tilted", "trend"},
                                                        {TILT__MARK_UNDETERMINED, 0, "undetermined", "trend"},
                                                        {TILT__MARK_LEVEL, 0, "level", "trend"}};
    memcpy(doc->strip, strip, sizeof strip);
    tilt__buf text = TILT__BUF_INIT;
    for (const cJSON *f = tilt__json_first(tilt__json_array(trend, "findings")); f != NULL; f = f->next)
        add_alone(doc, f);
    doc->title = "Findings from audit to audit";
    put_watch(trend, &text);
    doc->meta = tilt__doc_take(doc, &text);
    size_t worst = TILT__STRIP - 1;
    for (size_t i = TILT__STRIP; i-- > 0;)
        if (doc->strip[i].count > 0) worst = i;
    doc->verdict = strip[worst].text;
    doc->mark = strip[worst].mark;
    put_summary(trend, &text);
    doc->headline = tilt__doc_take(doc, &text);
    tilt__section *section = tilt__doc_section(doc, "trend", "From audit to audit");
    add_summary(doc, section, trend);
    add_asked(doc, section, trend);
    add_body(doc, section, trend);
    tilt__doc_drop(doc, &text);
}
