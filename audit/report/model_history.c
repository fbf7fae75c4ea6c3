/* report/model_history.c - the section on what people decided about the findings. The number stands beside
 * every decision: no review takes it away. */
#include <string.h>

#include "report/build.h"
#include "report/model_change.h"
#include "report/model_trend.h"
#include "report/name.h"
#include "report/numerals.h"
#include "report/words.h"

static const tilt__column review_columns[] = {
    {"Finding", "finding", TILT__COLUMN_NAME},
    {"Verdict now", "verdict", TILT__COLUMN_VERDICT},
    {"Ratio now", "ratio", TILT__COLUMN_ESTIMATE},
    {"Decision", "decision", TILT__COLUMN_TEXT},
    {"By", "by", TILT__COLUMN_TEXT},
    {"On", "date", TILT__COLUMN_TEXT},
    {"Until", "until", TILT__COLUMN_TEXT},
    {"State", "state", TILT__COLUMN_TEXT},
    {"Owner and due day", "owner", TILT__COLUMN_TEXT},
    {"Why", "reason", TILT__COLUMN_TEXT},
};
enum { FINDING, VERDICT, RATIO, DECISION, BY, ON, UNTIL, STATE, OWNER, WHY, N_COLUMNS };

static const struct {
    const char *code, *words;
} words[] = {{"accept-risk", "accept the risk"},
             {"act", "act on it"},
             {"dismiss", "dismiss"},
             {"override", "override the verdict"},
             {"in_force", "in force"},
             {"expired", "expired: the finding is back"},
             {"followed", "followed by a later decision"},
             {"not_yet", "decided after this audit's date"},
             {"undated", "not in force: it ends on a day, and this audit has no date"}};

static const char *in_words(const char *code) {
    for (size_t i = 0; code != NULL && i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i].code, code) == 0) return words[i].words;
    return code;
}

/* A text of the review, or a dash. */
static void put_text(tilt__doc *doc, tilt__cell *cell, const char *text) {
    if (text == NULL || text[0] == '\0') {
        tilt__cell_none(cell);
        return;
    }
    tilt__buf safe = TILT__BUF_INIT;
    tilt__name_put(text, 400, &safe);
    cell->text = tilt__doc_take(doc, &safe);
    tilt__doc_drop(doc, &safe);
}

static const cJSON *find_comparison(const cJSON *result, const char *id, const cJSON **out_view) {
    for (const cJSON *view = tilt__json_first(tilt__json_array(result, "views")); view != NULL;
         view = view->next) {
        const cJSON *c = tilt__json_first(tilt__json_array(view, "comparisons"));
        for (; c != NULL; c = c->next)
            if (strcmp(tilt__json_text_or(c, "id", ""), id) == 0) {
                *out_view = view;
                return c;
            }
    }
    return NULL;
}

static void put_finding(tilt__doc *doc, const cJSON *result, const char *id, tilt__cell *row) {
    const cJSON *view = NULL, *c = find_comparison(result, id, &view);
    if (c == NULL) {
        put_text(doc, &row[FINDING], id);
        tilt__cell_none(&row[VERDICT]);
        tilt__cell_none(&row[RATIO]);
        return;
    }
    tilt__buf title = TILT__BUF_INIT, text = TILT__BUF_INIT;
    tilt__comparison_title(result, view, c, &title);
    tilt__words_capital(tilt__buf_get(&title), &text);
    tilt__buf_text(&text, ", ");
    tilt__buf_reset(&title);
    tilt__words_view(result, view, &title);
    tilt__words_small(tilt__buf_get(&title), &text);
    row[FINDING].text = tilt__doc_take(doc, &text);
    const char *verdict = tilt__json_text_or(c, "verdict", "undetermined");
    tilt__cell_verdict(doc, &row[VERDICT],
                       tilt__comparison_excluded(c) ? TILT__MARK_EXCLUDED : tilt__mark_of(verdict), verdict);
    tilt__cell_ratio(doc, &row[RATIO], tilt__json_estimate(c, "impact_ratio"),
                     tilt__words_view_tau(result, view));
    tilt__doc_drop(doc, &title);
    tilt__doc_drop(doc, &text);
}

static void put_owner(tilt__doc *doc, const cJSON *review, tilt__cell *cell) {
    const char *owner = tilt__json_text(review, "owner"), *due = tilt__json_text(review, "due");
    tilt__buf text = TILT__BUF_INIT;
    if (owner != NULL) tilt__name_put(owner, 80, &text);
    if (due != NULL) tilt__buf_format(&text, "%s%.10s", text.length > 0 ? ", " : "", due);
    if (tilt__json_true(review, "overdue")) tilt__buf_text(&text, " (overdue)");
    put_text(doc, cell, text.length > 0 ? tilt__buf_get(&text) : NULL);
    tilt__doc_drop(doc, &text);
}

static void add_overdue(tilt__doc *doc, tilt__section *section, const cJSON *reviews) {
    size_t n = 0;
    for (const cJSON *review = tilt__json_first(reviews); review != NULL; review = review->next)
        n += tilt__json_true(review, "overdue");
    if (n == 0) return;
    tilt__buf text = TILT__BUF_INIT;
    tilt__numeral_count((double)n, &text);
    tilt__buf_text(&text,
                   n == 1 ? " action is overdue: its day was" : " actions are overdue: their days were");
    tilt__buf_text(&text, " over on the date of this audit, and no later decision is on record.");
    tilt__doc_add(doc, section, TILT__BLOCK_PARAGRAPH, &text);
    tilt__doc_drop(doc, &text);
}

static void add_reviews(tilt__doc *doc, tilt__section *section, const cJSON *result, const cJSON *reviews) {
    tilt__sheet *table = tilt__doc_sheet(doc, section, "reviews", "Reviews and decisions on record",
                                         review_columns, N_COLUMNS);
    for (const cJSON *review = tilt__json_first(reviews); review != NULL && table != NULL;
         review = review->next) {
        tilt__cell *row = tilt__sheet_row(doc, table);
        const char *finding = tilt__json_text_or(review, "finding", "");
        put_finding(doc, result, finding, row);
        put_text(doc, &row[DECISION], in_words(tilt__json_text(review, "decision")));
        put_text(doc, &row[BY], tilt__json_text(review, "by"));
        put_text(doc, &row[ON], tilt__json_text(review, "date"));
        put_text(doc, &row[UNTIL], tilt__json_text(review, "until"));
        put_text(doc, &row[STATE], in_words(tilt__json_text(review, "state")));
        put_owner(doc, review, &row[OWNER]);
        put_text(doc, &row[WHY], tilt__json_text(review, "reason"));
    }
}

/* The head as it stood before this audit was added: any later ledger must still hold it. */
static void add_head(tilt__doc *doc, tilt__section *section, const cJSON *result) {
    const cJSON *ledger = tilt__json_object(result, "ledger");
    const char *head = tilt__json_text(ledger, "head");
    tilt__json_value length = tilt__json_number(ledger, "length");
    if (head == NULL || !length.known) return;
    tilt__buf text = TILT__BUF_INIT;
    tilt__buf_text(&text, "Before this audit the ledger held ");
    tilt__numeral_count(length.number, &text);
    tilt__buf_text(&text, length.number == 1 ? " entry" : " entries");
    tilt__buf_text(&text, "; its head was ");
    tilt__name_put(head, 80, &text);
    tilt__buf_text(&text, ". A ledger that was rewritten or shortened since no longer holds this head: ");
    tilt__buf_format(&text, "tiltmeter ledger verify --head %.0f:%.64s", length.number, head);
    tilt__doc_add(doc, section, TILT__BLOCK_NOTE, &text);
    tilt__doc_drop(doc, &text);
}

void tilt__model_history(tilt__doc *doc, const cJSON *result) {
    tilt__section *section = tilt__doc_section(doc, "history", "Since last time; reviews and decisions");
    tilt__add_change(doc, section, result);
    const cJSON *trend = tilt__json_object(result, "trend");
    if (trend != NULL) {
        tilt__buf heading = TILT__BUF_INIT;
        tilt__buf_text(&heading, "From audit to audit");
        tilt__doc_heading(doc, section, "trend", &heading);
        tilt__add_trend(doc, section, trend);
        tilt__doc_drop(doc, &heading);
    }
    const cJSON *reviews = tilt__json_array(result, "reviews");
    add_overdue(doc, section, reviews);
    if (tilt__json_first(reviews) != NULL)
        add_reviews(doc, section, result, reviews);
    else
        tilt__doc_add_text(doc, section, TILT__BLOCK_PARAGRAPH,
                           "No review or decision is on record for these findings.");
    add_head(doc, section, result);
}
