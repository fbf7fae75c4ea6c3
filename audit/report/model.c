/* report/model.c - from a result to a document: head, strip, summary, and the order of the sections.
 *
 * The order is fixed, so that two audits can be laid side by side; a section with nothing to say says so in a
 * line.
 */
#include "report/model.h"

#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "report/build.h"
#include "report/model_change.h"
#include "report/model_trend.h"
#include "report/name.h"
#include "report/numerals.h"
#include "report/words.h"
#include "report/words_change.h"
#include "report/words_trend.h"

void tilt__doc_free(tilt__doc *doc) {
    if (doc == NULL) return;
    tilt__arena_free(&doc->arena);
    free(doc);
}

/* ---- head ---- */

/* "2026-03-01" as "1 March 2026"; false for anything else. */
static bool put_date(const char *date, bool year, tilt__buf *out) {
    static const char *const months[] = {"January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December"};
    if (date == NULL || strlen(date) < 10 || strspn(date, "0123456789-") < 10 || date[4] != '-' ||
        date[7] != '-')
        return false;
    int month = (date[5] - '0') * 10 + date[6] - '0', day = (date[8] - '0') * 10 + date[9] - '0';
    if (month < 1 || month > 12 || day < 1 || day > 31) return false;
    tilt__buf_format(out, "%d %s", day, months[month - 1]);
    if (year) tilt__buf_format(out, " %.4s", date);
    return true;
}

static void put_part(tilt__buf *out, tilt__buf *part) {
    if (part->length > 0 && out->length > 0) tilt__buf_text(out, " \xC2\xB7 ");
    if (part->length > 0) tilt__buf_text(out, tilt__buf_get(part));
    out->failed = out->failed || part->failed;
    tilt__buf_reset(part);
}

static void put_period(const cJSON *result, tilt__buf *out) {
    const cJSON *period = tilt__json_object(result, "period");
    const char *from = tilt__json_text(period, "from"), *to = tilt__json_text(period, "to");
    tilt__buf end = TILT__BUF_INIT;
    if (from != NULL && put_date(to, true, &end)) {
        tilt__buf start = TILT__BUF_INIT;
        if (strcmp(from, to) == 0)
            tilt__buf_text(out, tilt__buf_get(&end));
        else if (put_date(from, strncmp(from, to, 4) != 0, &start))
            tilt__buf_format(out, "%s to %s", tilt__buf_get(&start), tilt__buf_get(&end));
        tilt__buf_drop(&start, out);
    }
    tilt__buf_drop(&end, out);
}

static const char *platform_name(const char *id) {
    static const struct {
        const char *id, *name;
    } names[] = {{"meta", "Meta"},
                 {"google", "Google Ads"},
                 {"linkedin", "LinkedIn"},
                 {"tiktok", "TikTok"},
                 {"snapchat", "Snapchat"},
                 {"microsoft", "Microsoft Advertising"},
                 {"dv360", "Display & Video 360"},
                 {"cm360", "Campaign Manager 360"},
                 {"amazon", "Amazon"},
                 {"pinterest", "Pinterest"},
                 {"x", "X"}};
    for (size_t i = 0; id != NULL && i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i].id, id) == 0) return names[i].name;
    return NULL;
}

/* Platforms in the order of the inputs, each once, then the rows read. */
static void put_sources(const cJSON *result, tilt__buf *out) {
    const char *seen[12];
    size_t n_seen = 0;
    double rows = 0;
    for (const cJSON *input = tilt__json_first(tilt__json_array(result, "inputs")); input != NULL;
         input = input->next) {
        const char *name = platform_name(tilt__json_text(tilt__json_get(input, "dialect"), "platform"));
        tilt__json_value n = tilt__json_number(input, "rows");
        if (n.known) rows += n.number;
        bool again = name == NULL;
        for (size_t i = 0; i < n_seen; i++) again = again || seen[i] == name;
        if (!again && n_seen < 12) seen[n_seen++] = name;
    }
    for (size_t i = 0; i < n_seen; i++)
        tilt__buf_format(out, "%s%s", i == 0 ? "" : i + 1 == n_seen ? " and " : ", ", seen[i]);
    if (rows <= 0) return;
    if (n_seen > 0) tilt__buf_text(out, ", ");
    tilt__numeral_count(rows, out);
    tilt__buf_text(out, rows > 1 ? " rows" : " row");
}

double tilt__model_counted(const cJSON *result, tilt__buf *out_noun, bool *out_base) {
    const cJSON *view = tilt__json_first(tilt__json_array(result, "views"));
    double base = 0, count = 0;
    for (const cJSON *group = tilt__json_first(tilt__json_array(view, "groups")); group != NULL;
         group = group->next) {
        tilt__json_value b = tilt__json_number(group, "base"), c = tilt__json_number(group, "count");
        const char *why = b.known ? c.reason : b.reason;
        if (why != NULL && strcmp(why, "suppressed") == 0) return 0; /* a sum of some would pass for all */
        base += b.known ? b.number : 0;
        count += c.known ? c.number : 0;
    }
    tilt__buf noun = TILT__BUF_INIT;
    if (base > 0)
        tilt__words_base_head(view, &noun);
    else
        tilt__words_count_head(view, &noun);
    if (base + count > 0) tilt__words_small(tilt__buf_get(&noun), out_noun);
    tilt__buf_drop(&noun, out_noun);
    *out_base = base > 0;
    return base > 0 ? base : count;
}

static void put_people(const cJSON *result, tilt__buf *out) {
    const cJSON *view = tilt__json_first(tilt__json_array(result, "views"));
    /* the rows that were read stand beside it */
    if (strcmp(tilt__json_text_or(tilt__json_get(view, "rate"), "per", ""), "rows") == 0) return;
    tilt__buf noun = TILT__BUF_INIT;
    bool of_base;
    double number = tilt__model_counted(result, &noun, &of_base);
    if (number > 0) {
        tilt__numeral_count(number, out);
        tilt__buf_format(out, " %s", tilt__buf_get(&noun));
    }
    tilt__buf_drop(&noun, out);
}

static void put_policy(const cJSON *result, tilt__buf *out) {
    const cJSON *policy = tilt__json_object(result, "policy");
    const char *name = tilt__json_text(policy, "name");
    if (name == NULL) return;
    tilt__buf_text(out, "policy ");
    tilt__name_put(name, TILT__NAME_COLUMNS, out);
    const char *date = tilt__json_text(policy, "date");
    tilt__json_value year = tilt__json_number(policy, "year");
    if (date == NULL) date = tilt__json_text(policy, "year");
    if (date != NULL)
        tilt__buf_format(out, " (%.10s)", date);
    else if (year.known)
        tilt__buf_format(out, " (%.0f)", year.number);
}

/* A title nobody gave is the first input's path. */
static bool is_input(const cJSON *result, const char *title) {
    const cJSON *input = tilt__json_first(tilt__json_array(result, "inputs"));
    for (; input != NULL; input = input->next)
        if (strcmp(tilt__json_text_or(input, "file", ""), title) == 0) return true;
    return false;
}

static const char *base_name(const char *path) {
    const char *name = path;
    for (const char *p = path; *p != '\0'; p++)
        if ((*p == '/' || *p == '\\') && p[1] != '\0') name = p + 1;
    return name;
}

static void make_head(tilt__doc *doc, const cJSON *result) {
    tilt__buf text = TILT__BUF_INIT, part = TILT__BUF_INIT;
    const char *title = tilt__json_text(result, "title");
    if (title != NULL && *title != '\0')
        tilt__name_put(is_input(result, title) ? base_name(title) : title, 200, &text);
    else
        tilt__buf_text(&text, "Audience audit");
    doc->title = tilt__doc_take(doc, &text);
    tilt__buf_text(&text, "Audience audit");
    put_period(result, &part);
    put_part(&text, &part);
    put_sources(result, &part);
    put_part(&text, &part);
    put_people(result, &part);
    put_part(&text, &part);
    put_policy(result, &part);
    put_part(&text, &part);
    if (tilt__json_true(tilt__json_object(result, "privacy"), "publish"))
        tilt__buf_text(&part, "small counts hidden");
    put_part(&text, &part);
    tilt__buf day = TILT__BUF_INIT;
    const char *date = tilt__json_text(result, "date");
    if (put_date(date, true, &day)) {
        tilt__buf_format(&part, "made %s", tilt__buf_get(&day));
        doc->date = tilt__doc_text(doc, date);
    }
    put_part(&text, &part);
    doc->meta = tilt__doc_take(doc, &text);
    tilt__buf_text(&text, "tiltmeter ");
    tilt__name_put(tilt__json_text_or(tilt__json_get(result, "tool"), "version", "without a version"), 40,
                   &text);
    doc->generator = tilt__doc_take(doc, &text);
    tilt__doc_drop(doc, &text);
    tilt__doc_drop(doc, &part);
    tilt__doc_drop(doc, &day);
}

static void make_strip(tilt__doc *doc, const cJSON *result) {
    tilt__tally counts = tilt__count_verdicts(result);
    doc->strip[0] = (tilt__strip_item){TILT__MARK_TILTED, counts.tilted, "tilted", "reached"};
    doc->strip[1] =
        (tilt__strip_item){TILT__MARK_UNDETERMINED, counts.undetermined, "undetermined", "reached"};
    doc->strip[2] = (tilt__strip_item){TILT__MARK_LEVEL, counts.level, "level", "reached"};
    const cJSON *headline = tilt__json_object(result, "headline");
    const char *verdict = tilt__json_text(headline, "verdict");
    if (verdict == NULL)
        verdict = counts.tilted > 0                              ? "tilted"
                  : counts.level == counts.all && counts.all > 0 ? "level"
                                                                 : "undetermined";
    doc->mark = tilt__mark_of(verdict);
    doc->verdict = tilt__doc_text(doc, verdict);
    tilt__buf text = TILT__BUF_INIT;
    tilt__words_headline(result, &text);
    doc->headline = tilt__doc_take(doc, &text);
    tilt__doc_drop(doc, &text);
}

static const tilt__column finding_columns[TILT__N_FINDING] = {
    [TILT__FINDING_ID] = {"Finding", "finding", TILT__COLUMN_NAME},
    [TILT__FINDING_VERDICT] = {"Verdict", "verdict", TILT__COLUMN_VERDICT},
    [TILT__FINDING_TITLE] = {"Comparison", "comparison", TILT__COLUMN_TEXT},
    [TILT__FINDING_VIEW] = {"Measure", "measure", TILT__COLUMN_TEXT},
    [TILT__FINDING_RATIO] = {"Ratio", "ratio", TILT__COLUMN_ESTIMATE},
    [TILT__FINDING_SENTENCE] = {"In words", "sentence", TILT__COLUMN_TEXT},
};

/* measure: the view in words. */
static void add_finding(tilt__doc *doc, const cJSON *result, const cJSON *view, const tilt__view_index *index,
                        const cJSON *comparison, const char *measure) {
    tilt__buf text = TILT__BUF_INIT, title = TILT__BUF_INIT;
    tilt__cell *row = tilt__sheet_row(doc, doc->findings);
    bool excluded = tilt__comparison_excluded(comparison);
    const char *verdict = tilt__json_text_or(comparison, "verdict", "undetermined");
    tilt__name_put(tilt__json_text_or(comparison, "id", ""), 80, &text);
    row[TILT__FINDING_ID].text = tilt__doc_take(doc, &text);
    tilt__cell_verdict(doc, &row[TILT__FINDING_VERDICT],
                       excluded ? TILT__MARK_EXCLUDED : tilt__mark_of(verdict), verdict);
    tilt__comparison_title(result, view, comparison, &title);
    tilt__words_capital(tilt__buf_get(&title), &text);
    row[TILT__FINDING_TITLE].text = tilt__doc_take(doc, &text);
    row[TILT__FINDING_VIEW].text = measure;
    tilt__cell_ratio(doc, &row[TILT__FINDING_RATIO], tilt__json_estimate(comparison, "impact_ratio"),
                     tilt__words_view_tau(result, view));
    tilt__words_finding_in(result, view, index, comparison, &text);
    row[TILT__FINDING_SENTENCE].text = tilt__doc_take(doc, &text);
    tilt__doc_drop(doc, &text);
    tilt__doc_drop(doc, &title);
}

static void make_findings(tilt__doc *doc, const cJSON *result) {
    for (const cJSON *view = tilt__json_first(tilt__json_array(result, "views")); view != NULL;
         view = view->next) {
        const cJSON *comparison = tilt__json_first(tilt__json_array(view, "comparisons"));
        tilt__view_index index;
        if (!tilt__view_index_make(view, &index)) {
            doc->failed = true;
            return;
        }
        tilt__buf text = TILT__BUF_INIT;
        tilt__words_view(result, view, &text);
        const char *measure = tilt__doc_take(doc, &text);
        for (; comparison != NULL && !doc->failed; comparison = comparison->next)
            add_finding(doc, result, view, &index, comparison, measure);
        tilt__doc_drop(doc, &text);
        tilt__view_index_free(&index);
    }
}

/* What stands before the sections of a result. */
static void make_front(tilt__doc *doc, const cJSON *result, bool alone) {
    make_head(doc, result);
    doc->findings = tilt__doc_sheet_alone(doc, "findings", "All findings", finding_columns, TILT__N_FINDING);
    if (!alone) make_strip(doc, result);
    if (!alone) make_findings(doc, result);
}

static tilt__doc *whole(tilt__doc *doc, tilt_error *err) {
    if (!doc->failed) return doc;
    tilt__doc_free(doc);
    tilt__fail_memory(err);
    return NULL;
}

tilt__doc *tilt__doc_summary(const cJSON *result, tilt_error *err) {
    tilt__doc *doc = tilt__alloc(1, sizeof *doc);
    if (doc == NULL) {
        tilt__fail_memory(err);
        return NULL;
    }
    make_front(doc, result, false);
    tilt__model_checks(doc, result);
    return whole(doc, err);
}

tilt__doc *tilt__doc_new(const cJSON *result, tilt_error *err) {
    const char *schema = tilt__json_text_or(result, "schema", "");
    bool trend = strcmp(schema, TILT__TREND_SCHEMA) == 0;
    bool alone = trend || strcmp(schema, TILT__CHANGE_SCHEMA) == 0;
    if (!alone && strcmp(schema, "tiltmeter.result/1") != 0) {
        tilt__fail(err, TILT_EUSAGE, "not a result of tiltmeter: \"schema\" is not \"tiltmeter.result/1\"");
        return NULL;
    }
    tilt__doc *doc = tilt__alloc(1, sizeof *doc);
    if (doc == NULL) {
        tilt__fail_memory(err);
        return NULL;
    }
    make_front(doc, result, alone);
    static void (*const sections[])(tilt__doc *, const cJSON *) = {
        tilt__model_short,     tilt__model_reached, tilt__model_why,     tilt__model_people,
        tilt__model_crossings, tilt__model_cost,    tilt__model_unknown, tilt__model_history,
        tilt__model_summaries, tilt__model_checks,  tilt__model_method};
    for (size_t i = 0; !alone && i < sizeof sections / sizeof *sections; i++) sections[i](doc, result);
    if (trend)
        tilt__model_trend_alone(doc, result);
    else if (alone)
        tilt__model_change_alone(doc, result);
    if (!alone) tilt__model_board(doc, result);
    tilt__model_links(doc);
    tilt__model_tables(doc);
    return whole(doc, err);
}
