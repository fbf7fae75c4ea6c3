/* tests/cube/test_query.c - queries: what is quoted, what is refused. That engines run them and make our own
 * cube is checked by the tests of label "engines". */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "tiltmeter/spec.h"

static char *query(const char *json, const char *engine, const char *table, tilt_error *err) {
    tilt_spec *spec = tilt_spec_from_json(json, strlen(json), NULL, err);
    cr_assert(spec != NULL, "%s", err->message);
    char *text = NULL;
    tilt_status status = tilt_spec_query(spec, engine, table, &text, err);
    cr_expect_eq(status == TILT_OK, text != NULL);
    tilt_spec_free(spec);
    return text;
}

static void expect_in(const char *json, const char *engine, const char *table, const char *words) {
    tilt_error err = {.status = TILT_OK};
    char *text = query(json, engine, table, &err);
    cr_assert(text != NULL, "%s", err.message);
    cr_expect(strstr(text, words) != NULL, "%s: no %s in\n%s", engine, words, text);
    free(text);
}

static const char hostile[] =
    "{\"sources\": [{\"file\": \"x.csv\", \"columns\": {\"a\\\"b`c'd\\\\e\": \"audience:gender\", \"n\": "
    "\"stage:clicks\"}}], \"where\": [{\"column\": \"n\", \"value\": \"'; DROP TABLE t; --\\\\\"}]}";

/* Quoting by each engine's own manual: identifiers by doubling the quote, texts by doubling or, for
 * ClickHouse and Spark, by a backslash. */
Test(query, names_and_values_are_quoted_as_each_engine_wants) {
    expect_in(hostile, "duckdb", "t", "\"a\"\"b`c'd\\e\"");
    expect_in(hostile, "duckdb", "t", "= '''; DROP TABLE t; --\\'");
    expect_in(hostile, "postgres", "t", "\"a\"\"b`c'd\\e\"");
    expect_in(hostile, "postgres", "t", "= '''; DROP TABLE t; --\\'");
    expect_in(hostile, "clickhouse", "t", "`a\"b\\`c'd\\\\e`");
    expect_in(hostile, "clickhouse", "t", "= '\\'; DROP TABLE t; --\\\\'");
    expect_in(hostile, "spark", "t", "`a\"b``c'd\\e`");
    expect_in(hostile, "spark", "t", "= '\\'; DROP TABLE t; --\\\\'");
}

Test(query, a_table_is_one_name_or_schema_and_name) {
    expect_in(hostile, "duckdb", "events", "FROM \"events\"");
    expect_in(hostile, "postgres", "ads.events", "FROM \"ads\".\"events\"");
    expect_in(hostile, "duckdb", "folder/rows.parquet", "FROM \"folder/rows.parquet\"");
    expect_in(hostile, "duckdb", "x\"; DROP", "FROM \"x\"\"; DROP\"");
}

static void expect_refused(const char *json, const char *engine, tilt_status status, const char *words) {
    tilt_error err = {.status = TILT_OK};
    char *text = query(json, engine, "t", &err);
    cr_expect(text == NULL);
    cr_expect_eq(err.status, status);
    cr_expect(strstr(err.message, words) != NULL, "%s", err.message);
    free(text);
}

Test(query, what_cannot_be_reduced_is_refused_with_what_could_be) {
    expect_refused(hostile, "oracle", TILT_EUSAGE, "duckdb, postgres, clickhouse or spark");
    expect_refused("{\"sources\": [\"x.csv\"]}", "duckdb", TILT_ESPEC, "expected \"columns\"");
    expect_refused("{\"sources\": [{\"file\": \"x.csv\", \"columns\": {\"g\": \"audience:gender\"}}]}",
                   "duckdb", TILT_ESPEC, "no count");
    expect_refused("{\"sources\": [{\"file\": \"x.csv\", \"columns\": {\"s\": \"score:risk\"}}]}", "duckdb",
                   TILT_ESPEC, "cannot be reduced");
    expect_refused("{\"sources\": [\"x.csv\", \"y.csv\"]}", "duckdb", TILT_ESPEC, "2 sources");
}
