/* cube/query.c - one query in steps: labels and numbers of every row (and, of people, their scores in bins),
 * their sums by label, and the mark over the sums (cube/mark.h). Columns of the table are always named with
 * the table, so that none can be taken for a name that the query gives. */
#include "cube/query.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "cube/mark.h"
#include "cube/query_checks.h"
#include "cube/query_columns.h"
#include "cube/query_engine.h"
#include "tiltmeter/source.h"
#include "tiltmeter/spec.h"

typedef struct query {
    const tilt_spec *spec;
    const tilt__engine *engine;
    const char *table;
    tilt__query_columns columns;
    tilt__arena arena;
    const char *refused; /* a name that the engine cannot be given; NULL */
    tilt__buf *out;
} query;

/* ---- expressions, as texts in the arena ---- */

static void put_text(query *q, const char *text) {
    tilt__engine_text(q->engine, text, q->out);
}

static void put_name(query *q, const char *name) {
    if (!tilt__engine_name(q->engine, name, q->out)) q->refused = name;
}

/* A template filled in. */
static const char *filled(query *q, const char *format, const char *argument) {
    tilt__buf text = TILT__BUF_INIT;
    tilt__engine_put(format, argument, &text);
    const char *copy = text.failed ? NULL : tilt__arena_copy(&q->arena, tilt__buf_get(&text));
    if (copy == NULL) q->out->failed = true;
    tilt__buf_free(&text);
    return copy != NULL ? copy : "";
}

/* A column of the table. */
static const char *column(query *q, const char *header) {
    tilt__buf name = TILT__BUF_INIT;
    if (!tilt__engine_name(q->engine, header, &name)) q->refused = header;
    const char *text = tilt__arena_format(&q->arena, "given.%s", name.failed ? "" : tilt__buf_get(&name));
    if (text == NULL || name.failed) q->out->failed = true;
    tilt__buf_free(&name);
    return text != NULL ? text : "";
}

static const char *column_text(query *q, const char *header) {
    return filled(q, q->engine->text, column(q, header));
}

/* What is written between two marks, taken off again as a text of its own. */
static const char *taken_from(query *q, tilt__buf *text) {
    const char *copy = text->failed ? NULL : tilt__arena_copy(&q->arena, tilt__buf_get(text));
    if (copy == NULL) q->out->failed = true;
    tilt__buf_free(text);
    return copy != NULL ? copy : "";
}

/* ---- labels ---- */

/* ('', 'n/a', ...) */
static void put_missing(query *q, bool empty) {
    tilt__buf_text(q->out, empty ? "(''" : "(");
    for (size_t i = 0; i < q->spec->n_missing; i++) {
        if (i > 0 || empty) tilt__buf_text(q->out, ", ");
        put_text(q, q->spec->missing[i]);
    }
    tilt__buf_char(q->out, ')');
}

/* The day of a date, and none where the spec calls it missing. */
static void put_day(query *q, const char *text) {
    const char *day = filled(q, q->engine->day, text);
    tilt__buf_format(q->out, "CASE WHEN %s IN ", text);
    put_missing(q, true);
    tilt__buf_format(q->out, " THEN '' ELSE %s END", day);
}

/* The label as the audit would have it: coarse groups, and a name for those without a value. A day without a
 * value is no label. */
static void put_label(query *q, const tilt__query_field *f) {
    const char *text = column_text(q, f->header);
    if (f->role == TILT_ROLE_TIME && strcmp(f->name, "day") == 0) {
        put_day(q, text);
        return;
    }
    tilt__buf_format(q->out, "CASE %s WHEN '' THEN ", text);
    put_text(q, f->role == TILT_ROLE_AUDIENCE ? "unknown" : "(empty)");
    for (size_t g = 0; g < q->spec->n_groupings; g++) {
        const tilt__grouping *grouping = &q->spec->groupings[g];
        if (strcmp(grouping->attribute, f->name) != 0) continue;
        tilt__buf_text(q->out, " WHEN ");
        put_text(q, grouping->label);
        tilt__buf_text(q->out, " THEN ");
        put_text(q, grouping->group);
    }
    tilt__buf_format(q->out, " ELSE %s END", text);
}

/* ---- what people have ---- */

static void put_class(query *q, const char *text) {
    tilt__buf_format(q->out, "CASE WHEN %s IN ", text);
    put_missing(q, true);
    const char *lower = filled(q, q->engine->lower, text);
    tilt__buf_format(q->out, " THEN '' WHEN %s IN ('1', '1.0', 'true', 'yes') THEN '1'", lower);
    tilt__buf_format(q->out, " WHEN %s IN ('0', '0.0', 'false', 'no') THEN '0' ELSE %s END", lower, text);
}

static void put_positive(query *q, const char *text) {
    tilt__buf_format(q->out, "CASE WHEN %s IN ", text);
    put_missing(q, true);
    tilt__buf_format(q->out, " THEN '' WHEN %s = ", text);
    put_text(q, q->columns.reduced.positive);
    tilt__buf_text(q->out, " THEN '1' ELSE '0' END");
}

/* A column as text, and none where the spec calls it missing. */
static const char *unless_missing(query *q, const char *header, const char *text, bool empty) {
    tilt__buf *out = q->out, own = TILT__BUF_INIT;
    q->out = &own;
    tilt__buf_format(&own, "CASE WHEN %s IN ", column_text(q, header));
    put_missing(q, empty);
    tilt__buf_format(&own, " THEN NULL ELSE %s END", text);
    q->out = out;
    return taken_from(q, &own);
}

/* A number of a person that may be missing. */
static const char *person_number(query *q, const char *header) {
    return filled(q, q->engine->number, unless_missing(q, header, column_text(q, header), true));
}

/* Of a count, an empty text is missing only where the spec says so, as in a plain file; else the engine ends
 * with an error. A NULL of the table is missing anyway. */
static const char *amount_text(query *q, const char *header) {
    const char *text = filled(q, q->engine->plain, column(q, header));
    return q->spec->n_missing > 0 ? unless_missing(q, header, text, false) : text;
}

/* What people have that a CASE can say of one row; a score is a number yet. */
static void put_person(query *q, const tilt__query_field *f) {
    if (f->role == TILT_ROLE_SCORE)
        tilt__buf_text(q->out, person_number(q, f->header));
    else if (f->role == TILT_ROLE_WEIGHT)
        tilt__engine_put(q->engine->printed, person_number(q, f->header), q->out);
    else if (f->role == TILT_ROLE_LABEL && q->columns.reduced.positive != NULL)
        put_positive(q, column_text(q, f->header));
    else
        put_class(q, column_text(q, f->header));
}

static bool is_of_people(tilt_role role) {
    return role == TILT_ROLE_DECISION || role == TILT_ROLE_SCORE || role == TILT_ROLE_LABEL ||
           role == TILT_ROLE_WEIGHT;
}

static const char *constant(query *q, tilt__decimal value) {
    char text[TILT__DECIMAL_TEXT];
    tilt__decimal_print(value, text);
    return filled(q, q->engine->exact, text);
}

static void put_constant_text(query *q, tilt__decimal value) {
    char text[TILT__DECIMAL_TEXT];
    tilt__decimal_print(value, text);
    tilt__buf_format(q->out, "'%s'", text);
}

/* tilt__bin_of, in SQL. */
static void put_bin(query *q, size_t label) {
    const tilt__reduced_people *r = &q->columns.reduced;
    const tilt__decimal one = tilt__decimal_from_int(1), width = {TILT__DECIMAL_SCALE / r->bins};
    const char *score = tilt__arena_format(&q->arena, "score_%zu", label + 1);
    if (score == NULL) return;
    tilt__decimal below = {r->cut.units - r->cut.units % width.units};
    if (tilt__decimal_compare(below, r->cut) > 0) below.units -= width.units;
    tilt__buf_text(q->out, "CASE");
    if (tilt__decimal_compare(below, r->cut) != 0) {
        tilt__decimal next = {below.units + width.units};
        tilt__buf_format(q->out, " WHEN %s >= %s AND ", score, constant(q, r->cut));
        tilt__buf_format(q->out, "%s < %s THEN ", score, constant(q, next));
        put_constant_text(q, r->cut);
    }
    tilt__buf_format(q->out, " WHEN %s > %s AND ", score, constant(q, one));
    tilt__buf_format(q->out, "%s < %s THEN ", score, constant(q, (tilt__decimal){one.units + width.units}));
    put_constant_text(q, tilt__bin_above_one(r));
    char steps[64], text[TILT__DECIMAL_TEXT];
    tilt__decimal_print(width, text);
    (void)snprintf(steps, sizeof steps, "%s * %u", score, r->bins);
    const char *whole = filled(q, q->engine->floored, steps);
    const char *end = tilt__arena_format(&q->arena, "%s * %s", whole, filled(q, q->engine->step, text));
    tilt__buf_text(q->out, " ELSE ");
    tilt__engine_put(q->engine->printed, end != NULL ? end : "", q->out);
    tilt__buf_text(q->out, " END");
}

/* ---- steps ---- */

static void put_filters(query *q) {
    for (size_t w = 0; w < q->spec->n_where; w++) {
        tilt__buf_format(q->out, "%s%s = ", w == 0 ? "    WHERE " : "      AND ",
                         column_text(q, q->columns.where[w]));
        put_text(q, q->spec->where[w].value);
        tilt__buf_char(q->out, '\n');
    }
}

static void put_rows(query *q) {
    const tilt__query_columns *c = &q->columns;
    tilt__buf_text(q->out, "WITH rows_read AS (\n    SELECT\n");
    for (size_t i = 0; i < c->n_labels; i++) {
        const tilt__query_field *f = &c->labels[i];
        tilt__buf_text(q->out, "        ");
        if (is_of_people(f->role))
            put_person(q, f);
        else
            put_label(q, f);
        tilt__buf_format(q->out, " AS %s_%zu,\n", f->role == TILT_ROLE_SCORE ? "score" : "label", i + 1);
    }
    for (size_t k = 0; k < c->n_measures; k++) {
        const char *header = c->measures[k].header;
        const char *text = header != NULL ? amount_text(q, header) : "'1'";
        tilt__buf_text(q->out, "        ");
        tilt__engine_put(q->engine->number, text, q->out);
        tilt__buf_format(q->out, " AS amount_%zu%s\n", k + 1, k + 1 < c->n_measures ? "," : "");
    }
    tilt__buf_text(q->out, "    FROM ");
    if (!tilt__engine_table(q->engine, q->table, q->out)) q->refused = q->table;
    tilt__buf_text(q->out, " AS given\n");
    put_filters(q);
    tilt__buf_text(q->out, "),\n");
}

static bool has_scores(const query *q) {
    for (size_t i = 0; i < q->columns.n_labels; i++)
        if (q->columns.labels[i].role == TILT_ROLE_SCORE) return true;
    return false;
}

/* Scores in their bins, as labels like the others. */
static void put_bins(query *q) {
    if (!has_scores(q)) return;
    tilt__buf_text(q->out, "rows_binned AS (\n    SELECT rows_read.*");
    for (size_t i = 0; i < q->columns.n_labels; i++) {
        if (q->columns.labels[i].role != TILT_ROLE_SCORE) continue;
        tilt__buf_text(q->out, ",\n        ");
        put_bin(q, i);
        tilt__buf_format(q->out, " AS label_%zu", i + 1);
    }
    tilt__buf_text(q->out, "\n    FROM rows_read\n),\n");
}

static void put_label_list(query *q, const char *between) {
    for (size_t i = 0; i < q->columns.n_labels; i++)
        tilt__buf_format(q->out, "%slabel_%zu", i > 0 ? between : "", i + 1);
}

static void put_cells(query *q) {
    tilt__buf_text(q->out, "cells AS (\n    SELECT ");
    put_label_list(q, ", ");
    for (size_t k = 0; k < q->columns.n_measures; k++) {
        const char *amount = tilt__arena_format(&q->arena, "amount_%zu", k + 1);
        tilt__buf_text(q->out, ",\n        ");
        tilt__engine_put(q->engine->sum, amount != NULL ? amount : "", q->out);
        tilt__buf_format(q->out, " AS sum_%zu", k + 1);
    }
    tilt__buf_format(q->out, "\n    FROM %s\n    GROUP BY ", has_scores(q) ? "rows_binned" : "rows_read");
    put_label_list(q, ", ");
    tilt__buf_text(q->out, "\n),\n");
}

static const char *sum_of(query *q, size_t k) {
    const char *sum = tilt__arena_format(&q->arena, "sum_%zu", k + 1);
    return sum != NULL ? sum : "";
}

static const char *joined(query *q) {
    tilt__buf text = TILT__BUF_INIT;
    tilt__buf_text(&text, "CONCAT(");
    for (size_t i = 0; i < q->columns.n_labels; i++)
        tilt__buf_format(&text, "%s%s%slabel_%zu", i > 0 ? ", " : "", i > 0 ? q->engine->unit : "",
                         i > 0 ? ", " : "", i + 1);
    if (q->columns.n_labels == 1) tilt__buf_text(&text, ", ''"); /* some engines want two */
    tilt__buf_char(&text, ')');
    return taken_from(q, &text);
}

static const char *weighed(query *q) {
    tilt__buf text = TILT__BUF_INIT;
    tilt__buf_format(&text, "%s * (", q->engine->row_factor);
    for (size_t k = 0; k < q->columns.n_measures; k++) {
        tilt__buf_format(&text, "%s%zu * ", k > 0 ? " + " : "", k + 1);
        tilt__engine_put(q->engine->millionths, sum_of(q, k), &text);
    }
    tilt__buf_char(&text, ')');
    return taken_from(q, &text);
}

static void put_digests(query *q) {
    tilt__buf_text(q->out, "digests AS (\n    SELECT cells.*,\n        ");
    tilt__engine_put(q->engine->digest, joined(q), q->out);
    tilt__buf_text(q->out, " AS digest\n    FROM cells\n),\nweighed AS (\n    SELECT digests.*,\n        ");
    tilt__engine_put(q->engine->weighed, weighed(q), q->out);
    tilt__buf_text(q->out, " AS weight\n    FROM digests\n)\n");
}

static void put_cube(query *q, const char *hash) {
    tilt__buf_text(q->out, "SELECT\n");
    for (size_t i = 0; i < q->columns.n_labels; i++) {
        tilt__buf_format(q->out, "    label_%zu AS ", i + 1);
        put_name(q, q->columns.labels[i].column);
        tilt__buf_text(q->out, ",\n");
    }
    for (size_t k = 0; k < q->columns.n_measures; k++) {
        tilt__buf_text(q->out, "    ");
        tilt__engine_put(q->engine->printed, sum_of(q, k), q->out);
        tilt__buf_text(q->out, " AS ");
        put_name(q, q->columns.measures[k].column);
        tilt__buf_text(q->out, ",\n");
    }
    static const char *const totals[] = {"COUNT(*) OVER ()", "SUM(digest) OVER ()", "SUM(weight) OVER ()"};
    tilt__buf_text(q->out, "    CONCAT(");
    tilt__engine_put(q->engine->guard, hash, q->out);
    for (size_t i = 0; i < 3; i++) {
        tilt__buf_text(q->out, ", '-', ");
        tilt__engine_put(q->engine->whole, totals[i], q->out);
    }
    tilt__buf_text(q->out, ") AS cube_spec\nFROM weighed\nORDER BY ");
    put_label_list(q, ", ");
    tilt__buf_text(q->out, "\n");
}

/* ---- all of it ---- */

static bool hash_columns(const query *q, char out[TILT__REDUCTION_HEX]) {
    const char *columns[TILT__MAX_DIMS + TILT__MAX_MEASURES];
    size_t n = 0;
    for (size_t i = 0; i < q->columns.n_labels; i++) columns[n++] = q->columns.labels[i].column;
    for (size_t k = 0; k < q->columns.n_measures; k++) columns[n++] = q->columns.measures[k].column;
    return tilt__reduction_hash(columns, n, q->spec, out);
}

static tilt_status put_query(query *q, tilt_error *err) {
    char hash[TILT__REDUCTION_HEX];
    if (!hash_columns(q, hash)) return tilt__fail_memory(err);
    tilt__buf_format(
        q->out, "-- The cube of one audit, for %s. The result is a cube file: save it as CSV with header.\n",
        q->engine->name);
    put_rows(q);
    put_bins(q);
    put_cells(q);
    put_digests(q);
    put_cube(q, hash);
    if (q->refused != NULL)
        return tilt__fail(
            err, TILT_ESPEC,
            q->engine->longest_name > 0
                ? "%s cuts names after 63 bytes, and \"%.120s\" is longer; expected a shorter name "
                  "in the spec, or a view of the table with shorter names"
                : "%s replaces ${...} in names, as in \"%.120s\"; expected a view of the table with "
                  "other names",
            q->engine->name, q->refused);
    return q->out->failed || q->arena.failed ? tilt__fail_memory(err) : TILT_OK;
}

tilt_status tilt__query_write(const tilt_spec *spec, const char *engine_id, const char *table, tilt__buf *out,
                              tilt_error *err) {
    query *q = tilt__alloc(1, sizeof *q);
    if (q == NULL) return tilt__fail_memory(err);
    q->spec = spec;
    q->table = table;
    q->out = out;
    q->engine = tilt__engine_find(engine_id);
    tilt_status status =
        q->engine != NULL
            ? TILT_OK
            : tilt__fail(err, TILT_EUSAGE,
                         "unknown engine \"%.40s\"; expected duckdb, postgres, clickhouse or spark",
                         engine_id);
    if (status == TILT_OK) status = tilt__query_check_spec(spec, err);
    if (status == TILT_OK) status = tilt__query_columns_take(spec, &q->arena, &q->columns, err);
    if (status == TILT_OK) status = tilt__query_check_names(&q->columns, q->engine, err);
    if (status == TILT_OK) status = put_query(q, err);
    tilt__arena_free(&q->arena);
    free(q);
    return status;
}

tilt_status tilt_spec_query(const tilt_spec *spec, const char *engine_id, const char *table, char **out_text,
                            tilt_error *err) {
    tilt__buf text = TILT__BUF_INIT;
    *out_text = NULL;
    tilt_status status = tilt__query_write(spec, engine_id, table, &text, err);
    if (status == TILT_OK) {
        *out_text = text.data;
        return TILT_OK;
    }
    tilt__buf_free(&text);
    return status;
}
