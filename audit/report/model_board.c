/* report/model_board.c - the two pages for a board: the verdict per attribute, three numbers, one forest
 * plot, what is not known, what is asked; where it arises, what changed, what was decided. Sentences and
 * numbers are those of the sections, which stay the appendix. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/build.h"
#include "report/name.h"
#include "report/numerals.h"
#include "report/words.h"
#include "report/words_further.h"
#include "report/words_terms.h"

enum { MOST_VERDICTS = 5, MOST_ROWS = 10, MOST_DRIVERS = 5, MOST_REVIEWS = 6, MOST_LETTERS = 1500 };

/* ---- the three numbers ---- */

static void put_missing(tilt__figure *figure) {
    figure->value = "not available";
    figure->missing = true;
}

/* Where no mix of ads can be told: how many were counted. False when that is not known either. */
static bool put_counted(tilt__doc *doc, const cJSON *result, tilt__figure *figure) {
    tilt__buf text = TILT__BUF_INIT, noun = TILT__BUF_INIT;
    bool of_base;
    double number = tilt__model_counted(result, &noun, &of_base);
    if (number > 0) {
        tilt__numeral_count(number, &text);
        figure->value = tilt__doc_take(doc, &text);
        tilt__buf_format(&text, "%s were counted%s", tilt__buf_get(&noun),
                         of_base ? "" : "; whom the ads could have reached is not in these data");
        figure->label = tilt__doc_take(doc, &text);
    }
    tilt__doc_drop(doc, &text);
    tilt__doc_drop(doc, &noun);
    return number > 0;
}

static void put_coverage(tilt__doc *doc, const cJSON *result, tilt__figure *figure) {
    const cJSON *tier = tilt__json_first(tilt__json_array(tilt__json_object(result, "coverage"), "tiers"));
    tilt__json_value within = tilt__json_number(tier, "within_10"), ads = tilt__json_number(tier, "ads"),
                     least = tilt__json_number(tier, "minimum");
    if (tier == NULL && put_counted(doc, result, figure)) return;
    tilt__buf text = TILT__BUF_INIT;
    if (within.known) {
        tilt__numeral_share(within.number, &text);
        figure->value = tilt__doc_take(doc, &text);
        tilt__buf_text(&text, "of ");
        tilt__numeral_count(ads.known ? ads.number : 0, &text);
        tilt__buf_text(&text, ads.number > 1 ? " ads" : " ad");
        tilt__buf_text(&text, ads.number > 1 ? " were" : " was");
        tilt__buf_text(&text, " delivered within 10 points of the mix that could have been reached");
        if (least.known) {
            tilt__buf_text(&text, " (ads with at least ");
            tilt__numeral_count(least.number, &text);
            tilt__buf_text(&text, " counted)");
        }
        tilt__buf_text(&text, "; a ratio of groups can be tilted all the same");
    } else {
        const char *reason = tier != NULL ? within.reason : tilt__json_text(result, "coverage_reason");
        put_missing(figure);
        tilt__buf_format(&text,
                         "share of ads delivered within 10 points of the mix they could have reached: %s",
                         tilt__words_reason(reason));
    }
    figure->label = tilt__doc_take(doc, &text);
    tilt__doc_drop(doc, &text);
}

/* A model has no ads whose mix could be told: how many people it decided on. */
static void put_rows(tilt__doc *doc, const cJSON *model, tilt__figure *figure) {
    tilt__json_value rows = tilt__json_number(model, "rows"),
                     missing = tilt__json_number(tilt__json_object(model, "label"), "missing");
    bool labelled = tilt__json_true(tilt__json_object(model, "label"), "two_classes");
    tilt__buf text = TILT__BUF_INIT;
    if (!rows.known) {
        put_missing(figure);
        tilt__buf_format(&text, "people decided on: %s", tilt__words_reason(rows.reason));
        figure->label = tilt__doc_take(doc, &text);
        tilt__doc_drop(doc, &text);
        return;
    }
    tilt__numeral_count(rows.number, &text);
    figure->value = tilt__doc_take(doc, &text);
    tilt__buf_text(&text, rows.number > 1 ? "people were decided on" : "person was decided on");
    if (labelled && missing.known && missing.number > 0) {
        tilt__buf_text(&text, "; ");
        tilt__numeral_count(missing.number, &text);
        tilt__buf_text(&text, " of them have no label, so whether decisions on them are right is not known");
    } else if (!labelled) {
        tilt__buf_text(&text, "; whether decisions are right is not known without labels");
    }
    figure->label = tilt__doc_take(doc, &text);
    tilt__doc_drop(doc, &text);
}

static void put_worst(tilt__doc *doc, const cJSON *result, tilt__worst worst, tilt__figure *figure) {
    tilt__interval ratio = tilt__json_estimate(worst.comparison, "impact_ratio");
    double tau = tilt__words_tau(result);
    tilt__buf text = TILT__BUF_INIT;
    if (ratio.value.known) tilt__numeral_ratio(ratio.value.number, tau, &text);
    figure->value = tilt__doc_take(doc, &text);
    if (!ratio.value.known) put_missing(figure);
    figure->mark = tilt__mark_of(tilt__json_text(worst.comparison, "verdict"));
    if (ratio.lower.known && ratio.upper.known) {
        tilt__words_level(ratio.level > 0 ? ratio.level : 0.95, &text);
        tilt__buf_text(&text, " interval ");
        tilt__words_limits(ratio, tau, &text);
    }
    figure->span = tilt__doc_take(doc, &text);
    tilt__buf_text(&text, "the worst finding, a ratio: ");
    tilt__comparison_title(result, worst.view, worst.comparison, &text);
    tilt__buf_text(&text, "; ");
    tilt__buf view = TILT__BUF_INIT;
    tilt__words_view(result, worst.view, &view);
    tilt__words_small(tilt__buf_get(&view), &text);
    tilt__doc_drop(doc, &view);
    figure->label = tilt__doc_take(doc, &text);
    tilt__doc_drop(doc, &text);
}

/* The largest number that parity would have meant, among comparisons with the worst verdict at the
 * same rate; NULL members when none has one. */
static tilt__worst largest_shortfall(const cJSON *result, tilt__worst worst) {
    tilt__worst found = {NULL, NULL, worst.rank};
    double most = 0;
    const char *verdict = tilt__json_text_or(worst.comparison, "verdict", "");
    for (const cJSON *view = tilt__json_first(tilt__json_array(result, "views")); view != NULL;
         view = view->next) {
        if (!tilt__same_rate(view, worst.view)) continue;
        for (const cJSON *c = tilt__json_first(tilt__json_array(view, "comparisons")); c != NULL;
             c = c->next) {
            tilt__json_value size = tilt__json_number(c, "shortfall");
            bool counts = size.known && isfinite(size.number) && !tilt__comparison_excluded(c) &&
                          strcmp(tilt__json_text_or(c, "verdict", ""), verdict) == 0;
            if (!counts || fabs(size.number) <= most) continue;
            most = fabs(size.number);
            found.view = view;
            found.comparison = c;
        }
    }
    return found;
}

static void put_people(tilt__doc *doc, const cJSON *result, tilt__worst worst, tilt__figure *figure) {
    tilt__worst found = largest_shortfall(result, worst);
    tilt__buf text = TILT__BUF_INIT;
    tilt__phrase phrase;
    if (found.view == NULL) {
        tilt__json_value size = tilt__json_number(worst.comparison, "shortfall");
        put_missing(figure);
        tilt__buf_format(&text, "short of parity: %s", tilt__words_reason(size.reason));
        figure->label = tilt__doc_take(doc, &text);
        tilt__doc_drop(doc, &text);
        return;
    }
    tilt__phrase_make(result, found.view, NULL, found.comparison, &phrase);
    double size = tilt__json_number(found.comparison, "shortfall").number;
    tilt__numeral_about(fabs(size), &text);
    figure->value = tilt__doc_take(doc, &text);
    const char *whom = tilt__buf_get(phrase.more.length > 0 ? &phrase.more : &phrase.focal);
    if (size < 0 && phrase.good)
        tilt__buf_format(&text,
                         "about so many more %s than at the rate of %s; the largest such number: ", whom,
                         tilt__buf_get(&phrase.reference));
    else
        tilt__buf_format(&text, "about so many %s %s would have meant parity; the largest such number: ",
                         size < 0 ? "fewer" : "more", whom);
    tilt__comparison_title(result, found.view, found.comparison, &text);
    figure->label = tilt__doc_take(doc, &text);
    tilt__phrase_free(&phrase, &text);
    tilt__doc_drop(doc, &text);
}

/* ---- the forest plot ---- */

typedef struct candidate {
    const cJSON *view, *comparison;
    double weight; /* of its verdict and its distance from 1 */
    size_t order;
} candidate;

static int by_weight(const void *a, const void *b) {
    const candidate *p = a, *q = b;
    if (p->weight != q->weight) return p->weight > q->weight ? -1 : 1; /* NOLINT: exact on purpose */
    return p->order < q->order ? -1 : p->order > q->order;
}

static int by_ratio(const void *a, const void *b) {
    const tilt__chart_row *p = a, *q = b;
    double x = isnan(p->value) ? (double)INFINITY : p->value,
           y = isnan(q->value) ? (double)INFINITY : q->value;
    if (x != y) return x < y ? -1 : 1; /* NOLINT: exact on purpose */
    return strcmp(p->label, q->label);
}

/* Judged comparisons at the same rate as `like`, furthest first. */
static candidate *collect(tilt__doc *doc, const cJSON *result, const cJSON *like, size_t *out_n) {
    void *items = NULL;
    size_t n = 0, capacity = 0;
    for (const cJSON *view = tilt__json_first(tilt__json_array(result, "views")); view != NULL;
         view = view->next) {
        if (!tilt__same_rate(view, like)) continue;
        for (const cJSON *c = tilt__json_first(tilt__json_array(view, "comparisons")); c != NULL;
             c = c->next) {
            if (tilt__comparison_excluded(c)) continue;
            candidate *one = tilt__arena_push(&doc->arena, &items, &n, &capacity, sizeof *one);
            if (one == NULL) {
                doc->failed = true;
                *out_n = 0;
                return NULL;
            }
            tilt__mark mark = tilt__mark_of(tilt__json_text(c, "verdict"));
            double rank = mark == TILT__MARK_TILTED ? 2e3 : mark == TILT__MARK_UNDETERMINED ? 1e3 : 0;
            *one = (candidate){view, c, rank + fmin(tilt__comparison_distance(c), 900), n};
        }
    }
    if (n > 0) qsort(items, n, sizeof(candidate), by_weight);
    *out_n = n;
    return items;
}

static void put_row(tilt__doc *doc, const cJSON *result, const candidate *one, tilt__chart_row *row) {
    tilt__interval ratio = tilt__json_estimate(one->comparison, "impact_ratio");
    const cJSON *group = tilt__view_group(one->view, tilt__json_get(one->comparison, "group"));
    tilt__json_value base = tilt__json_number(group, "base"), count = tilt__json_number(group, "count");
    double tau = tilt__words_tau(result);
    tilt__buf text = TILT__BUF_INIT, title = TILT__BUF_INIT;
    const char *unit = tilt__json_text(one->comparison, "unit");
    tilt__name_group(tilt__json_get(one->view, "audience"), tilt__json_get(one->comparison, "group"), &title);
    if (unit != NULL) {
        tilt__buf_text(&title, ", ");
        tilt__name_put(unit, TILT__NAME_COLUMNS, &title);
    }
    tilt__words_which_model(result, one->view, ", ", &title);
    tilt__words_capital(tilt__buf_get(&title), &text);
    row->label = tilt__doc_take(doc, &text);
    row->mark = tilt__mark_of(tilt__json_text(one->comparison, "verdict"));
    row->weight = base.known ? base.number : count.number;
    if (ratio.value.known) {
        tilt__numeral_ratio(ratio.value.number, tau, &text);
        if (ratio.lower.known && ratio.upper.known) {
            tilt__buf_text(&text, " (");
            tilt__put_span(ratio, tau, &text);
            tilt__buf_char(&text, ')');
        }
        row->value = ratio.value.number;
        if (ratio.lower.known) row->lower = ratio.lower.number;
        if (ratio.upper.known) row->upper = ratio.upper.number;
    } else {
        tilt__buf_format(&text, "not available: %s", tilt__words_reason(ratio.value.reason));
    }
    row->text = tilt__doc_take(doc, &text);
    tilt__doc_drop(doc, &text);
    tilt__doc_drop(doc, &title);
}

/* "4 of 6 comparisons lie outside the band": counts of all, not only of those that are drawn. */
static void put_title(const candidate *all, size_t n, tilt__buf *out) {
    size_t tilted = 0, level = 0;
    for (size_t i = 0; i < n; i++) {
        tilt__mark mark = tilt__mark_of(tilt__json_text(all[i].comparison, "verdict"));
        tilted += mark == TILT__MARK_TILTED;
        level += mark == TILT__MARK_LEVEL;
    }
    tilt__buf_format(out, "Of %zu comparison%s, %zu %s tilted, %zu undetermined, %zu level", n,
                     n == 1 ? "" : "s", tilted, tilted == 1 ? "is" : "are", n - tilted - level, level);
}

static tilt__chart *make_forest(tilt__doc *doc, const cJSON *result, const cJSON *like) {
    size_t n = 0;
    const candidate *all = collect(doc, result, like, &n);
    tilt__chart *chart = n == 0 ? NULL : tilt__doc_chart_alone(doc, TILT__CHART_FOREST, "board-forest");
    if (chart == NULL) return NULL;
    size_t drawn = n < MOST_ROWS ? n : MOST_ROWS;
    chart->tau = tilt__words_tau(result);
    for (size_t i = 0; i < drawn; i++) put_row(doc, result, &all[i], tilt__chart_add(doc, chart));
    if (chart->n_rows > 0) qsort(chart->rows, chart->n_rows, sizeof *chart->rows, by_ratio);
    tilt__forest_measure(chart);
    tilt__buf text = TILT__BUF_INIT, view = TILT__BUF_INIT;
    put_title(all, n, &text);
    chart->title = tilt__doc_take(doc, &text);
    tilt__words_of(all[0].view, &view);
    tilt__words_capital(tilt__buf_get(&view), &text);
    const char *mode = tilt__json_text_or(all[0].view, "mode", "");
    if (strcmp(mode, "funnel") == 0 || strcmp(mode, "model") == 0) {
        tilt__buf_text(&text, " per ");
        tilt__words_per(all[0].view, false, &text);
    }
    tilt__buf_text(&text, ": ratio to the reference, logarithmic axis");
    chart->subtitle = tilt__doc_take(doc, &text);
    if (n > drawn)
        tilt__buf_format(&text, "The %zu worst are drawn; all %zu are in the appendix. ", drawn, n);
    tilt__buf_text(&text, "Lines are 95" TILT__THIN
                          "% intervals, with an arrow where they leave the frame; marks grow "
                          "with the base. The shaded band is where a ratio counts as level once its interval "
                          "shows it.");
    chart->caption = tilt__doc_take(doc, &text);
    for (size_t i = 0; i < chart->n_rows; i++)
        tilt__buf_format(&text, "%s%s %s", i == 0 ? "" : "; ", chart->rows[i].label, chart->rows[i].text);
    chart->alt = tilt__doc_take(doc, &text);
    tilt__doc_drop(doc, &text);
    tilt__doc_drop(doc, &view);
    return chart;
}

/* ---- what is not known ---- */

static void add_sentence(tilt__doc *doc, tilt__list *list, tilt__buf *text) {
    if (text->length > 0) tilt__list_add(doc, list, TILT__MARK_NONE, NULL, tilt__buf_get(text), NULL);
    tilt__doc_clear(doc, text);
}

static void add_unknown(tilt__doc *doc, const cJSON *result, tilt__worst worst, tilt__list *list) {
    tilt__buf text = TILT__BUF_INIT;
    tilt__words_unknown(worst.view, &text);
    if (text.length == 0) {
        tilt__buf_text(&text, "There is no unknown segment of ");
        tilt__name_audience(tilt__json_get(worst.view, "audience"), &text);
        tilt__buf_text(&text, " in these data.");
    }
    add_sentence(doc, list, &text);
    tilt__words_power(result, worst.view, &text);
    add_sentence(doc, list, &text);
    for (const cJSON *d = tilt__json_first(tilt__json_array(worst.comparison, "drivers")); d != NULL;
         d = d->next)
        if (strcmp(tilt__json_text_or(d, "grade", ""), "D") == 0) {
            tilt__words_driver(worst.view, d, &text);
            break;
        }
    add_sentence(doc, list, &text);
    tilt__doc_drop(doc, &text);
}

/* ---- where it arises ---- */

static const cJSON *next_driver(const cJSON *comparison, const cJSON *const *taken, size_t n) {
    const cJSON *best = NULL;
    for (const cJSON *d = tilt__json_first(tilt__json_array(comparison, "drivers")); d != NULL; d = d->next) {
        bool again = tilt__driver_is_open(d) || !tilt__json_estimate(d, "contribution").value.known;
        for (size_t i = 0; i < n; i++) {
            const char *name = tilt__json_text_or(d, "name", ""),
                       *other = tilt__json_text_or(taken[i], "name", "");
            bool same =
                strcmp(name, other) == 0 &&
                strcmp(tilt__json_text_or(d, "kind", ""), tilt__json_text_or(taken[i], "kind", "")) == 0 &&
                tilt__key_equal(tilt__json_get(d, "key"), tilt__json_get(taken[i], "key"));
            again = again || d == taken[i] || same; /* the same part on the other scale */
        }
        if (!again && (best == NULL || tilt__driver_outranks(d, best))) best = d;
    }
    return best;
}

static void add_drivers(tilt__doc *doc, const cJSON *result, tilt__worst worst, tilt__board *board) {
    const cJSON *taken[MOST_DRIVERS];
    tilt__buf text = TILT__BUF_INIT, lead = TILT__BUF_INIT;
    for (size_t n = 0; n < MOST_DRIVERS; n++) {
        const cJSON *driver = taken[n] = next_driver(worst.comparison, taken, n);
        if (driver == NULL) break;
        const char *grade = tilt__json_text(driver, "grade");
        if (tilt__words_grade(grade) != NULL) tilt__buf_text(&lead, grade);
        tilt__words_driver(worst.view, driver, &text);
        tilt__list_add(doc, &board->drivers, TILT__MARK_NONE, tilt__buf_get(&lead), tilt__buf_get(&text),
                       NULL);
        tilt__doc_clear(doc, &lead);
        tilt__doc_clear(doc, &text);
    }
    tilt__comparison_title(result, worst.view, worst.comparison, &lead);
    tilt__words_capital(tilt__buf_get(&lead), &text);
    tilt__buf_text(&text, ": ");
    tilt__doc_clear(doc, &lead);
    tilt__words_view(result, worst.view, &lead);
    tilt__words_small(tilt__buf_get(&lead), &text);
    if (board->drivers.n_items > 1)
        tilt__buf_text(&text, ". The same gap is split in several ways, so these parts do not add up to it.");
    board->whose = tilt__doc_take(doc, &text);
    tilt__doc_drop(doc, &text);
    tilt__doc_drop(doc, &lead);
}

/* ---- partners and creatives ---- */

/* The worst judged comparison among views that have this member. */
static tilt__worst worst_with(const cJSON *result, const char *member) {
    tilt__worst best = {NULL, NULL, 0};
    double most = -1;
    for (const cJSON *view = tilt__json_first(tilt__json_array(result, "views")); view != NULL;
         view = view->next) {
        if (tilt__json_get(view, member) == NULL) continue;
        for (const cJSON *c = tilt__json_first(tilt__json_array(view, "comparisons")); c != NULL;
             c = c->next) {
            tilt__mark mark = tilt__mark_of(tilt__json_text(c, "verdict"));
            double rank = mark == TILT__MARK_TILTED ? 2e3 : mark == TILT__MARK_UNDETERMINED ? 1e3 : 0;
            double weight = rank + fmin(tilt__comparison_distance(c), 900);
            if (tilt__comparison_excluded(c) || weight <= most) continue;
            most = weight;
            best = (tilt__worst){view, c, 0};
        }
    }
    return best;
}

/* How concentrated the finest spread of delivery is, whom it reaches, and what is shown to whom. */
static void add_spread(tilt__doc *doc, const cJSON *result, tilt__list *list) {
    static const char *const members[] = {"spread", "content"};
    const cJSON *finest = NULL;
    tilt__buf text = TILT__BUF_INIT;
    for (const cJSON *one = tilt__json_first(tilt__json_array(result, "concentration")); one != NULL;
         one = one->next)
        if (!tilt__json_true(one, "money")) finest = one; /* partners come last */
    if (finest != NULL) tilt__words_concentration(finest, &text);
    add_sentence(doc, list, &text);
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        tilt__worst worst = worst_with(result, members[i]);
        if (worst.view == NULL) continue;
        tilt__words_capital(tilt__json_text_or(worst.comparison, "verdict", "undetermined"), &text);
        tilt__buf_text(&text, ": ");
        tilt__words_claim(result, worst.view, worst.comparison, &text);
        add_sentence(doc, list, &text);
    }
    tilt__doc_drop(doc, &text);
}

/* ---- what the sections have ---- */

static const tilt__section *section_of(const tilt__doc *doc, const char *id) {
    for (size_t s = 0; s < doc->n_sections; s++)
        if (strcmp(doc->sections[s].id, id) == 0) return &doc->sections[s];
    return NULL;
}

/* The table with its first rows only, and the line that says how many there are besides. */
static const tilt__sheet *first_rows(tilt__doc *doc, const tilt__sheet *table, const char **out_more) {
    if (table->n_rows <= MOST_REVIEWS) return table;
    tilt__sheet *shorter = tilt__arena_alloc(&doc->arena, 1, sizeof *shorter);
    if (shorter == NULL) {
        doc->failed = true;
        return NULL;
    }
    *shorter = *table;
    shorter->n_rows = MOST_REVIEWS;
    shorter->n_folded = shorter->n_foot = 0;
    tilt__buf text = TILT__BUF_INIT;
    size_t rest = table->n_rows - MOST_REVIEWS;
    tilt__buf_format(&text, "%zu further review%s in the appendix.", rest, rest == 1 ? " is" : "s are");
    *out_more = tilt__doc_take(doc, &text);
    tilt__doc_drop(doc, &text);
    return shorter;
}

static void borrow(tilt__doc *doc, tilt__board *board) {
    const tilt__section *history = section_of(doc, "history");
    board->change = "This audit was not compared with an earlier one.";
    bool found = false, trend = false;
    tilt__buf text = TILT__BUF_INIT;
    for (size_t b = 0; history != NULL && b < history->n_blocks; b++) {
        const tilt__block *block = &history->blocks[b];
        if (!found && block->kind == TILT__BLOCK_PARAGRAPH) {
            board->change = block->text;
            found = true;
        } else if (trend && block->kind == TILT__BLOCK_PARAGRAPH) { /* what all audits together show */
            tilt__buf_format(&text, "%s %s", board->change, block->text);
            board->change = tilt__doc_take(doc, &text);
        }
        trend = block->kind == TILT__BLOCK_HEADING && block->id != NULL && strcmp(block->id, "trend") == 0;
        if (block->kind == TILT__BLOCK_TABLE && strcmp(block->table->id, "reviews") == 0)
            board->reviews = first_rows(doc, block->table, &board->more_reviews);
    }
    tilt__doc_drop(doc, &text);
}

/* As many as a page has room for: MOST_VERDICTS, fewer where names make them long. */
static size_t verdicts_shown(const tilt__list *every) {
    size_t n = 0, length = 0;
    for (; n < every->n_items && n < MOST_VERDICTS; n++) {
        const tilt__item *item = &every->items[n];
        length += item->lead == NULL ? 0 : strlen(item->lead);
        length += item->text == NULL ? 0 : strlen(item->text);
        if (n > 0 && length > MOST_LETTERS) break;
    }
    return n;
}

void tilt__model_board(tilt__doc *doc, const cJSON *result) {
    tilt__board *board = &doc->board;
    board->made = true;
    board->more = board->whose = board->more_reviews = "";
    board->no_stages = "These data hold no chain of stages that the gap could be split by.";
    board->no_drivers = "No part of the gap can be told from zero in these data.";
    board->no_reviews = "No review or decision is on record for these findings.";
    for (size_t i = 0; i < TILT__FIGURES; i++)
        board->figures[i] = (tilt__figure){.value = "", .span = "", .label = ""};
    board->no_asked = "These findings ask for no decision of their own.";
    borrow(doc, board);
    tilt__list every = {.kind = TILT__LIST_PLAIN};
    board->spread.kind = TILT__LIST_PLAIN;
    add_spread(doc, result, &board->spread);
    board->verdicts.kind = board->unknown.kind = board->asked.kind = board->drivers.kind = TILT__LIST_PLAIN;
    tilt__worst worst = tilt__add_attributes(doc, result, &every, SIZE_MAX);
    tilt__buf text = TILT__BUF_INIT;
    size_t shown = verdicts_shown(&every);
    if (every.n_items > shown) {
        size_t rest = every.n_items - shown;
        tilt__buf_format(&text, "%zu further attribute%s in the appendix.", rest,
                         rest == 1 ? " is" : "s are");
        board->more = tilt__doc_take(doc, &text);
        every.n_items = shown;
    }
    board->verdicts = every;
    const cJSON *model = tilt__json_object(result, "model");
    if (model != NULL && tilt__json_object(result, "coverage") == NULL)
        put_rows(doc, model, &board->figures[0]);
    else
        put_coverage(doc, result, &board->figures[0]);
    if (worst.view != NULL) {
        tilt__worst furthest = tilt__worst_of(result, NULL);
        board->forest = make_forest(doc, result, furthest.view);
        put_worst(doc, result, furthest, &board->figures[1]);
        put_people(doc, result, furthest, &board->figures[2]);
        board->stages = tilt__add_stages(doc, NULL, result, worst.view, worst.comparison, "board");
        add_unknown(doc, result, worst, &board->unknown);
        tilt__add_asked(doc, worst.view, worst.comparison, &board->asked);
        add_drivers(doc, result, worst, board);
        if (tilt__json_count(tilt__json_array(worst.comparison, "drivers")) == 0)
            board->no_drivers =
                "These data hold no campaign, placement or other factor by which the gap could "
                "be split.";
    } else {
        for (size_t i = 1; i < TILT__FIGURES; i++) put_missing(&board->figures[i]);
        board->figures[1].label = "the finding furthest from parity: nothing was compared";
        board->figures[2].label = "people short of parity: nothing was compared";
        tilt__list_add(doc, &board->verdicts, TILT__MARK_NONE, NULL, doc->headline, NULL);
    }
    tilt__doc_drop(doc, &text);
}
