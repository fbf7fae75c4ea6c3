/* cube/query.c - one query in three steps: labels and numbers of every row, their sums by label, and the mark
 * over the sums (cube/mark.h). What differs between engines is a table of templates, where @ stands for the
 * argument. */
#include "cube/query.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "cube/cube.h"
#include "cube/mark.h"
#include "tiltmeter/source.h"
#include "tiltmeter/spec.h"

typedef struct engine {
    const char *id;
    const char *name;
    char quote;             /* of identifiers; doubled inside, */
    bool backslash;         /* or, with texts too, escaped by a backslash */
    const char *text;       /* a column as text without blanks around it, "" where it has no value */
    const char *number;     /* a column as an exact number */
    const char *printed;    /* a sum as text, "" where there is none */
    const char *day;        /* the first ten characters of a text */
    const char *unit;       /* the character between labels in a digest */
    const char *digest;     /* of a text: 48 bits as a whole number */
    const char *millionths; /* of a sum, rounded down; none counts as -1 */
    const char *row_factor; /* of a digest */
    const char *weighed;    /* what the measures of a row add to the mark */
    const char *whole;      /* a whole number as text */
} engine;

static const engine engines[] = {
    {.id = "duckdb",
     .name = "DuckDB",
     .quote = '"',
     .text = "TRIM(COALESCE(CAST(@ AS VARCHAR), ''), ' ' || CHR(9))",
     .number = "CAST(@ AS DECIMAL(38, 15))",
     .printed = "COALESCE(CAST(@ AS VARCHAR), '')",
     .day = "SUBSTR(@, 1, 10)",
     .unit = "CHR(31)",
     .digest = "CAST('0x' || SUBSTR(SHA256(@), 1, 12) AS BIGINT)",
     .millionths = "CAST(FLOOR(COALESCE(@, -1) * 1000000) AS HUGEINT)",
     .row_factor = "CAST(digest % 1009 + 1 AS HUGEINT)",
     .weighed = "CAST(@ AS DECIMAL(38, 0))",
     .whole = "CAST(@ AS VARCHAR)"},
    {.id = "postgres",
     .name = "PostgreSQL",
     .quote = '"',
     .text = "BTRIM(COALESCE(CAST(@ AS TEXT), ''), ' ' || CHR(9))",
     .number = "CAST(@ AS NUMERIC(38, 15))",
     .printed = "COALESCE(CAST(@ AS TEXT), '')",
     .day = "SUBSTR(@, 1, 10)",
     .unit = "CHR(31)",
     .digest = "CAST(CAST('x' || SUBSTR(ENCODE(SHA256(CONVERT_TO(@, 'UTF8')), 'hex'), 1, 12) AS BIT(48)) AS "
               "BIGINT)",
     .millionths = "FLOOR(COALESCE(@, -1) * 1000000)",
     .row_factor = "(digest % 1009 + 1)",
     .weighed = "CAST(@ AS NUMERIC(38, 0))",
     .whole = "CAST(@ AS TEXT)"},
    {.id = "clickhouse",
     .name = "ClickHouse",
     .quote = '`',
     .backslash = true,
     .text = "trim(BOTH ' \\t' FROM ifNull(toString(@), ''))",
     .number = "toDecimal128(@, 15)",
     .printed = "ifNull(toString(@), '')",
     .day = "substring(@, 1, 10)",
     .unit = "char(31)",
     .digest =
         "toInt128(reinterpretAsUInt64(reverse(unhex(concat('0000', substring(hex(SHA256(@)), 1, 12))))))",
     .millionths = "toInt128(floor(ifNull(@, toDecimal128(-1, 15)) * 1000000))",
     .row_factor = "(digest % 1009 + 1)",
     .weighed = "toInt128(@)",
     .whole = "toString(@)"},
    {.id = "spark",
     .name = "Spark",
     .quote = '`',
     .backslash = true,
     .text = "TRIM(BOTH ' \\t' FROM COALESCE(CAST(@ AS STRING), ''))",
     .number = "CAST(@ AS DECIMAL(28, 15))",
     .printed = "COALESCE(CAST(@ AS STRING), '')",
     .day = "SUBSTR(@, 1, 10)",
     .unit = "CHR(31)",
     .digest = "CAST(CONV(SUBSTR(SHA2(@, 256), 1, 12), 16, 10) AS DECIMAL(20, 0))",
     .millionths = "CAST(FLOOR(CAST(COALESCE(@, -1) AS DECIMAL(30, 15)) * 1000000) AS DECIMAL(26, 0))",
     .row_factor = "CAST(digest % 1009 + 1 AS DECIMAL(4, 0))",
     .weighed = "CAST(@ AS DECIMAL(38, 0))",
     .whole = "CAST(@ AS STRING)"},
};
enum { N_ENGINES = sizeof engines / sizeof *engines };

/* One column of the source that the cube needs. */
typedef struct field {
    const char *header;
    const char *column; /* of the cube: "audience:gender" */
    const char *name;   /* gender */
    tilt_role role;
} field;

typedef struct query {
    const tilt_spec *spec;
    const engine *engine;
    const char *table;
    field labels[TILT__MAX_DIMS], measures[TILT__MAX_MEASURES];
    size_t n_labels, n_measures;
    tilt__arena arena;
    tilt__buf *out;
} query;

/* ---- quoting ---- */

/* Text between quotes: nothing in it can end the quotation. */
static void put_quoted(const query *q, const char *text, char quote, bool identifier) {
    bool backslash = q->engine->backslash && !(identifier && strcmp(q->engine->id, "spark") == 0);
    tilt__buf_char(q->out, quote);
    for (const char *c = text; *c != '\0'; c++) {
        if (backslash && (*c == '\\' || *c == quote))
            tilt__buf_char(q->out, '\\');
        else if (*c == quote)
            tilt__buf_char(q->out, quote);
        tilt__buf_char(q->out, *c);
    }
    tilt__buf_char(q->out, quote);
}

static void put_name(const query *q, const char *name) {
    put_quoted(q, name, q->engine->quote, true);
}

static void put_text(const query *q, const char *text) {
    put_quoted(q, text, '\'', false);
}

static bool is_word(const char *text, size_t n) {
    bool ok = n > 0 && !(text[0] >= '0' && text[0] <= '9');
    for (size_t i = 0; i < n && ok; i++) {
        char c = text[i];
        ok = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    }
    return ok;
}

static void put_table(const query *q) {
    const char *dot = strchr(q->table, '.');
    size_t n = dot != NULL ? (size_t)(dot - q->table) : 0;
    if (dot == NULL || !is_word(q->table, n) || !is_word(dot + 1, strlen(dot + 1))) {
        put_name(q, q->table);
        return;
    }
    tilt__buf_format(q->out, "%c%.*s%c.", q->engine->quote, (int)n, q->table, q->engine->quote);
    put_name(q, dot + 1);
}

/* ---- expressions ---- */

/* A template with @ replaced by what `fill` writes. */
static void put_template(const query *q, const char *format, void (*fill)(const query *, const void *),
                         const void *argument) {
    for (const char *c = format; *c != '\0'; c++) {
        if (*c == '@')
            fill(q, argument);
        else
            tilt__buf_char(q->out, *c);
    }
}

static void fill_column(const query *q, const void *argument) {
    put_name(q, argument);
}

static void fill_text(const query *q, const void *argument) {
    tilt__buf_text(q->out, argument);
}

static void fill_column_text(const query *q, const void *argument) {
    put_template(q, q->engine->text, fill_column, argument);
}

/* The label as the audit would have it: coarse groups, and a name for those without a value. A day without a
 * value is no label. */
static void put_label(const query *q, const field *f) {
    if (f->role == TILT_ROLE_TIME && strcmp(f->name, "day") == 0) {
        put_template(q, q->engine->day, fill_column_text, f->header);
        return;
    }
    tilt__buf_text(q->out, "CASE ");
    fill_column_text(q, f->header);
    tilt__buf_text(q->out, " WHEN '' THEN ");
    put_text(q, f->role == TILT_ROLE_AUDIENCE ? "unknown" : "(empty)");
    for (size_t g = 0; g < q->spec->n_groupings; g++) {
        const tilt__grouping *grouping = &q->spec->groupings[g];
        if (strcmp(grouping->attribute, f->name) != 0) continue;
        tilt__buf_text(q->out, " WHEN ");
        put_text(q, grouping->label);
        tilt__buf_text(q->out, " THEN ");
        put_text(q, grouping->group);
    }
    tilt__buf_text(q->out, " ELSE ");
    fill_column_text(q, f->header);
    tilt__buf_text(q->out, " END");
}

static void put_filters(const query *q) {
    for (size_t w = 0; w < q->spec->n_where; w++) {
        tilt__buf_text(q->out, w == 0 ? "    WHERE " : "      AND ");
        fill_column_text(q, q->spec->where[w].column);
        tilt__buf_text(q->out, " = ");
        put_text(q, q->spec->where[w].value);
        tilt__buf_char(q->out, '\n');
    }
}

static void put_rows(const query *q) {
    tilt__buf_text(q->out, "WITH rows_read AS (\n    SELECT\n");
    for (size_t i = 0; i < q->n_labels; i++) {
        tilt__buf_text(q->out, "        ");
        put_label(q, &q->labels[i]);
        tilt__buf_format(q->out, " AS label_%zu,\n", i + 1);
    }
    for (size_t k = 0; k < q->n_measures; k++) {
        tilt__buf_text(q->out, "        ");
        put_template(q, q->engine->number, fill_column, q->measures[k].header);
        tilt__buf_format(q->out, " AS amount_%zu%s\n", k + 1, k + 1 < q->n_measures ? "," : "");
    }
    tilt__buf_text(q->out, "    FROM ");
    put_table(q);
    tilt__buf_char(q->out, '\n');
    put_filters(q);
    tilt__buf_text(q->out, "),\n");
}

static void put_label_list(const query *q, const char *between) {
    for (size_t i = 0; i < q->n_labels; i++)
        tilt__buf_format(q->out, "%slabel_%zu", i > 0 ? between : "", i + 1);
}

static void put_cells(const query *q) {
    tilt__buf_text(q->out, "cells AS (\n    SELECT ");
    put_label_list(q, ", ");
    for (size_t k = 0; k < q->n_measures; k++)
        tilt__buf_format(q->out, ",\n        SUM(amount_%zu) AS sum_%zu", k + 1, k + 1);
    tilt__buf_text(q->out, "\n    FROM rows_read\n    GROUP BY ");
    put_label_list(q, ", ");
    tilt__buf_text(q->out, "\n),\n");
}

static void fill_joined(const query *q, const void *argument) {
    (void)argument;
    tilt__buf_text(q->out, "CONCAT(");
    for (size_t i = 0; i < q->n_labels; i++)
        tilt__buf_format(q->out, "%s%s%slabel_%zu", i > 0 ? ", " : "", i > 0 ? q->engine->unit : "",
                         i > 0 ? ", " : "", i + 1);
    if (q->n_labels == 1) tilt__buf_text(q->out, ", ''"); /* some engines want two */
    tilt__buf_char(q->out, ')');
}

static void fill_weighed(const query *q, const void *argument) {
    (void)argument;
    tilt__buf_format(q->out, "%s * (", q->engine->row_factor);
    for (size_t k = 0; k < q->n_measures; k++) {
        char sum[32];
        (void)snprintf(sum, sizeof sum, "sum_%zu", k + 1);
        tilt__buf_format(q->out, "%s%zu * ", k > 0 ? " + " : "", k + 1);
        put_template(q, q->engine->millionths, fill_text, sum);
    }
    tilt__buf_char(q->out, ')');
}

static void put_digests(const query *q) {
    tilt__buf_text(q->out, "digests AS (\n    SELECT cells.*,\n        ");
    put_template(q, q->engine->digest, fill_joined, NULL);
    tilt__buf_text(q->out, " AS digest\n    FROM cells\n),\nweighed AS (\n    SELECT digests.*,\n        ");
    put_template(q, q->engine->weighed, fill_weighed, NULL);
    tilt__buf_text(q->out, " AS weight\n    FROM digests\n)\n");
}

static void put_cube(const query *q, const char *hash) {
    tilt__buf_text(q->out, "SELECT\n");
    for (size_t i = 0; i < q->n_labels; i++) {
        tilt__buf_format(q->out, "    label_%zu AS ", i + 1);
        put_name(q, q->labels[i].column);
        tilt__buf_text(q->out, ",\n");
    }
    for (size_t k = 0; k < q->n_measures; k++) {
        char sum[32];
        (void)snprintf(sum, sizeof sum, "sum_%zu", k + 1);
        tilt__buf_text(q->out, "    ");
        put_template(q, q->engine->printed, fill_text, sum);
        tilt__buf_text(q->out, " AS ");
        put_name(q, q->measures[k].column);
        tilt__buf_text(q->out, ",\n");
    }
    static const char *const totals[] = {"COUNT(*) OVER ()", "SUM(digest) OVER ()", "SUM(weight) OVER ()"};
    tilt__buf_format(q->out, "    CONCAT('%s'", hash);
    for (size_t i = 0; i < 3; i++) {
        tilt__buf_text(q->out, ", '-', ");
        put_template(q, q->engine->whole, fill_text, totals[i]);
    }
    tilt__buf_text(q->out, ") AS cube_spec\nFROM weighed\nORDER BY ");
    put_label_list(q, ", ");
    tilt__buf_text(q->out, "\n");
}

/* ---- what the spec lists ---- */

/* "Amount spent (EUR)": the cube keeps the currency in its header. */
static const char *currency_of(const char *header) {
    const char *open = strrchr(header, '(');
    if (open == NULL || strlen(open) != 5 || open[4] != ')') return NULL;
    for (int i = 1; i < 4; i++) {
        if (open[i] < 'A' || open[i] > 'Z') return NULL;
    }
    return open;
}

static tilt_status not_reduced(const tilt__listed *listed, tilt_error *err) {
    return tilt__fail(
        err, TILT_ESPEC,
        "spec, columns, \"%.80s\": \"%.60s\" cannot be reduced by a query; expected audience:NAME, "
        "factor:NAME, time:NAME, stage:NAME, cost:NAME or ignore",
        listed->name, listed->text);
}

static tilt_status take_column(query *q, const tilt__listed *listed, tilt_error *err) {
    size_t n = strcspn(listed->text, ":");
    char *word = tilt__arena_text(&q->arena, listed->text, n);
    tilt_role role;
    if (word == NULL) return tilt__fail_memory(err);
    if (!tilt_role_from_name(word, &role)) return not_reduced(listed, err);
    if (role == TILT_ROLE_IGNORE || role == TILT_ROLE_IDENTIFIER) return TILT_OK;
    bool measure = role == TILT_ROLE_STAGE || role == TILT_ROLE_COST;
    bool label = role == TILT_ROLE_AUDIENCE || role == TILT_ROLE_FACTOR || role == TILT_ROLE_TIME;
    if ((!measure && !label) || listed->text[n] == '\0' || strchr(listed->text + n + 1, ':') != NULL)
        return not_reduced(listed, err);
    const char *unit = role == TILT_ROLE_COST ? currency_of(listed->name) : NULL;
    const char *column = tilt__arena_format(&q->arena, "%s%s%s", listed->text, unit != NULL ? " " : "",
                                            unit != NULL ? unit : "");
    field f = {listed->name, column, listed->text + n + 1, role};
    if (column == NULL) return tilt__fail_memory(err);
    if (q->n_labels == TILT__MAX_DIMS || q->n_measures == TILT__MAX_MEASURES)
        return tilt__fail(err, TILT_ETOOBIG, "spec, columns: too many columns for one cube");
    if (measure)
        q->measures[q->n_measures++] = f;
    else
        q->labels[q->n_labels++] = f;
    return TILT_OK;
}

static tilt_status take_columns(query *q, tilt_error *err) {
    const tilt_spec *spec = q->spec;
    if (spec->n_sources != 1)
        return tilt__fail(err, TILT_ESPEC, "the spec has %zu sources; a query reduces one table",
                          spec->n_sources);
    if (spec->content != NULL)
        return tilt__fail(
            err, TILT_ESPEC,
            "a query reduces one table and cannot join \"content\"; leave it out here and give it "
            "to the audit of the cube");
    tilt_status status = TILT_OK;
    for (size_t i = 0; i < spec->sources[0].n_columns && status == TILT_OK; i++)
        status = take_column(q, &spec->sources[0].columns[i], err);
    if (status != TILT_OK || (q->n_labels > 0 && q->n_measures > 0)) return status;
    return tilt__fail(err, TILT_ESPEC,
                      "the spec lists no %s; expected \"columns\" with the role of every column of the table "
                      "(`tiltmeter inspect EXPORT.csv --write-spec FILE` writes them)",
                      q->n_labels == 0 ? "audience or factor" : "count");
}

static tilt_status find_engine(query *q, const char *id, tilt_error *err) {
    for (size_t i = 0; i < N_ENGINES; i++) {
        if (strcmp(engines[i].id, id) == 0) q->engine = &engines[i];
    }
    if (q->engine != NULL) return TILT_OK;
    return tilt__fail(err, TILT_EUSAGE,
                      "unknown engine \"%.40s\"; expected duckdb, postgres, clickhouse or spark", id);
}

static bool hash_columns(const query *q, char out[TILT__REDUCTION_HEX]) {
    const char *columns[TILT__MAX_DIMS + TILT__MAX_MEASURES];
    size_t n = 0;
    for (size_t i = 0; i < q->n_labels; i++) columns[n++] = q->labels[i].column;
    for (size_t k = 0; k < q->n_measures; k++) columns[n++] = q->measures[k].column;
    return tilt__reduction_hash(columns, n, q->spec, out);
}

tilt_status tilt__query_write(const tilt_spec *spec, const char *engine_id, const char *table, tilt__buf *out,
                              tilt_error *err) {
    query *q = tilt__alloc(1, sizeof *q);
    if (q == NULL) return tilt__fail_memory(err);
    char hash[TILT__REDUCTION_HEX];
    q->spec = spec;
    q->table = table;
    q->out = out;
    tilt_status status = find_engine(q, engine_id, err);
    if (status == TILT_OK) status = take_columns(q, err);
    if (status == TILT_OK && !hash_columns(q, hash)) status = tilt__fail_memory(err);
    if (status == TILT_OK) {
        tilt__buf_format(
            out, "-- The cube of one audit, for %s. The result is a cube file: save it as CSV with header.\n",
            q->engine->name);
        put_rows(q);
        put_cells(q);
        put_digests(q);
        put_cube(q, hash);
        if (out->failed || q->arena.failed) status = tilt__fail_memory(err);
    }
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
