/* cube/query_engine.c - one row per engine. Numbers go through text: a double then is what it prints as, the
 * number that a CSV export of the table would show, and not its binary neighbour. */
#include "cube/query_engine.h"

#include <string.h>

static const tilt__engine engines[] = {
    {.id = "duckdb",
     .name = "DuckDB",
     .quote = '"',
     .text = "TRIM(COALESCE(CAST(@ AS VARCHAR), ''), ' ' || CHR(9)) COLLATE C",
     .plain = "CAST(@ AS VARCHAR)",
     .number = "CAST(@ AS DECIMAL(38, 15))",
     .sum = "SUM(@)",
     .exact = "CAST('@' AS DECIMAL(38, 15))",
     .printed = "COALESCE(CAST(@ AS VARCHAR), '')",
     .lower = "LOWER(@)",
     .step = "@",
     .floored = "FLOOR(@)",
     .day = "SUBSTR(@, 1, 10)",
     .unit = "CHR(31)",
     .digest = "CAST('0x' || SUBSTR(SHA256(@), 1, 12) AS BIGINT)",
     .millionths = "CAST(FLOOR(COALESCE(@, -1) * 1000000) AS HUGEINT)",
     .row_factor = "CAST(digest % 1009 + 1 AS HUGEINT)",
     .weighed = "CAST(@ AS DECIMAL(38, 0))",
     .whole = "CAST(@ AS VARCHAR)",
     .guard = "'@'",
     .any_case = true},
    {.id = "postgres",
     .name = "PostgreSQL",
     .quote = '"',
     .text = "BTRIM(COALESCE(CAST(@ AS TEXT), ''), ' ' || CHR(9)) COLLATE \"C\"",
     .plain = "CAST(@ AS TEXT)",
     .number = "CAST(@ AS NUMERIC(38, 15))",
     .sum = "SUM(@)",
     .exact = "CAST('@' AS NUMERIC(38, 15))",
     .printed = "COALESCE(CAST(@ AS TEXT), '')",
     .lower = "LOWER(@)",
     .step = "@",
     .floored = "FLOOR(@)",
     .day = "SUBSTR(@, 1, 10)",
     .unit = "CHR(31)",
     .digest = "CAST(CAST('x' || SUBSTR(ENCODE(SHA256(CONVERT_TO(@, 'UTF8')), 'hex'), 1, 12) AS BIT(48)) AS "
               "BIGINT)",
     .millionths = "FLOOR(COALESCE(@, -1) * 1000000)",
     .row_factor = "(digest % 1009 + 1)",
     .weighed = "CAST(@ AS NUMERIC(38, 0))",
     .whole = "CAST(@ AS TEXT)",
     .guard = "'@'",
     .longest_name = 63},
    {.id = "clickhouse",
     .name = "ClickHouse",
     .quote = '`',
     .backslash = true,
     .text = "trim(BOTH ' \\t' FROM ifNull(toString(@), ''))",
     .plain = "toString(@)",
     .number = "toDecimal128(round(toDecimal256(@, 30), 15), 15)",
     .sum = "SUM(toDecimal256(@, 15))", /* a sum of 128 bits would wrap around */
     .exact = "toDecimal128('@', 15)",
     .printed = "ifNull(toString(@), '')",
     .lower = "lower(@)",
     .step = "toDecimal128('@', 6)",
     .floored = "floor(@)",
     .day = "substring(@, 1, 10)",
     .unit = "char(31)",
     .digest =
         "toInt128(reinterpretAsUInt64(reverse(unhex(concat('0000', substring(hex(SHA256(@)), 1, 12))))))",
     .millionths = "toInt128(floor(ifNull(@, toDecimal256(-1, 15)) * 1000000))",
     .row_factor = "(digest % 1009 + 1)",
     .weighed = "toInt128(@)",
     .whole = "toString(@)",
     .guard = "'@'"},
    {.id = "spark",
     .name = "Spark",
     .quote = '`',
     .backslash = true,
     .text = "TRIM(BOTH ' \\t' FROM COALESCE(CAST(@ AS STRING), ''))",
     .plain = "CAST(@ AS STRING)",
     .number = "CAST(@ AS DECIMAL(28, 15))",
     .sum = "SUM(@)",
     .exact = "CAST('@' AS DECIMAL(28, 15))",
     .printed = "COALESCE(CAST(@ AS STRING), '')",
     .lower = "LOWER(@)",
     .step = "@",
     .floored = "FLOOR(@)",
     .day = "SUBSTR(@, 1, 10)",
     .unit = "CHR(31)",
     .digest = "CAST(CONV(SUBSTR(SHA2(@, 256), 1, 12), 16, 10) AS DECIMAL(20, 0))",
     .millionths = "CAST(FLOOR(CAST(COALESCE(@, -1) AS DECIMAL(30, 15)) * 1000000) AS DECIMAL(26, 0))",
     .row_factor = "CAST(digest % 1009 + 1 AS DECIMAL(4, 0))",
     .weighed = "CAST(@ AS DECIMAL(38, 0))",
     .whole = "CAST(@ AS STRING)",
     .guard = "CASE WHEN TYPEOF('1' + 1) = 'bigint' THEN '@' ELSE RAISE_ERROR('set spark.sql.ansi.enabled to "
              "true: without it a bad number would pass for none') END",
     .any_case = true},
};
enum { N_ENGINES = sizeof engines / sizeof *engines };

const tilt__engine *tilt__engine_find(const char *id) {
    for (size_t i = 0; i < N_ENGINES; i++) {
        if (strcmp(engines[i].id, id) == 0) return &engines[i];
    }
    return NULL;
}

static bool is(const tilt__engine *engine, const char *id) {
    return strcmp(engine->id, id) == 0;
}

/* A backslash is a character like any other in PostgreSQL's texts, unless a server is set up as they were
 * before 2010; E'...' reads it in one way on both. */
void tilt__engine_text(const tilt__engine *engine, const char *text, tilt__buf *out) {
    bool escaped = is(engine, "postgres") && strchr(text, '\\') != NULL;
    tilt__buf_text(out, escaped ? "E'" : "'");
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '\\' && (engine->backslash || escaped))
            tilt__buf_char(out, '\\');
        else if (*c == '\'')
            tilt__buf_char(out, engine->backslash ? '\\' : '\'');
        tilt__buf_char(out, *c);
        if (*c == '$' && c[1] == '{' && is(engine, "spark")) tilt__buf_text(out, "' || '");
    }
    tilt__buf_char(out, '\'');
}

bool tilt__engine_name(const tilt__engine *engine, const char *name, tilt__buf *out) {
    if (is(engine, "spark") && strstr(name, "${") != NULL) return false;
    if (engine->longest_name > 0 && strlen(name) > engine->longest_name) return false;
    bool backslash = engine->backslash && !is(engine, "spark");
    tilt__buf_char(out, engine->quote);
    for (const char *c = name; *c != '\0'; c++) {
        if (backslash && (*c == '\\' || *c == engine->quote))
            tilt__buf_char(out, '\\');
        else if (*c == engine->quote)
            tilt__buf_char(out, engine->quote);
        tilt__buf_char(out, *c);
    }
    tilt__buf_char(out, engine->quote);
    return true;
}

static bool is_word(const char *text, size_t n) {
    bool ok = n > 0 && !(text[0] >= '0' && text[0] <= '9');
    for (size_t i = 0; i < n && ok; i++) {
        char c = text[i];
        ok = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    }
    return ok;
}

bool tilt__engine_table(const tilt__engine *engine, const char *table, tilt__buf *out) {
    bool words = true;
    for (const char *at = table; words; at++) {
        size_t n = strcspn(at, ".");
        words = is_word(at, n);
        at += n;
        if (*at == '\0') break;
    }
    if (!words) return tilt__engine_name(engine, table, out);
    for (const char *at = table;; at++) {
        size_t n = strcspn(at, ".");
        if (engine->longest_name > 0 && n > engine->longest_name) return false;
        tilt__buf_format(out, "%c%.*s%c", engine->quote, (int)n, at, engine->quote);
        at += n;
        if (*at == '\0') return true;
        tilt__buf_char(out, '.');
    }
}

void tilt__engine_put(const char *format, const char *argument, tilt__buf *out) {
    for (const char *c = format; *c != '\0'; c++) {
        if (*c == '@')
            tilt__buf_text(out, argument);
        else
            tilt__buf_char(out, *c);
    }
}
