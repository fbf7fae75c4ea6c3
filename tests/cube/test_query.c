/* tests/cube/test_query.c - queries: what is quoted, what is refused. That engines run them and make our own
 * cube is checked by the tests of label "engines". */
#include <criterion/criterion.h>
#include <stdio.h>
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
    expect_in(hostile, "postgres", "t", "= E'''; DROP TABLE t; --\\\\'"); /* on old settings too */
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
    expect_in(hostile, "spark", "lake.ads.events", "FROM `lake`.`ads`.`events` AS given");
    expect_in(hostile, "clickhouse", "a.b`; DROP", "FROM `a.b\\`; DROP` AS given");
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
    expect_refused("{\"sources\": [{\"file\": \"x.csv\", \"columns\": {\"s\": \"stage:clicks:min\"}}]}",
                   "duckdb", TILT_ESPEC, "cannot be reduced");
    expect_refused("{\"sources\": [\"x.csv\", \"y.csv\"]}", "duckdb", TILT_ESPEC, "2 sources");
}

static const char person[] =
    "{\"sources\": [{\"file\": \"x.csv\", \"columns\": {\"g\": \"audience:gender\", \"d\": \"decision\", "
    "\"s\": "
    "\"score\", \"y\": \"label\", \"w\": \"weight\"}}], \"positive\": \"it's\", \"missing\": [\"n'a\"], "
    "\"threshold\": 0.37, \"score_bins\": 10}";

/* The spec's columns in the order that our own cube has them, and the score's bin split at the threshold. */
Test(query, people_are_reduced_to_what_they_have_in_common) {
    expect_in(person, "duckdb", "t", "AS \"audience:gender\",\n    label_2 AS \"decision:d\"");
    expect_in(person, "duckdb", "t", "\"score:s (10 bins, cut 0.37)\"");
    expect_in(person, "duckdb", "t", "\"label:y (1 is it's)\"");
    expect_in(person, "duckdb", "t", "AS \"stage:rows\"");
    expect_in(person, "duckdb", "t", "IN ('', 'n''a')");
    expect_in(person, "postgres", "t", ">= CAST('0.37' AS NUMERIC(38, 15)) AND score_3 < CAST('0.4' AS");
    expect_in(person, "clickhouse", "t", "floor(score_3 * 10) * toDecimal128('0.1', 6)");
}

/* What an option names is reduced as if the spec had listed it: units, slices and filters too. */
Test(query, names_of_options_become_columns) {
    static const char spec[] = "{\"sources\": [{\"file\": \"x.csv\", \"columns\": {\"Sex\": "
                               "\"audience:gender\", \"n\": \"stage:clicks\", "
                               "\"u\": \"identifier\", \"r\": \"factor:region\"}}], \"unit\": \"u\", \"by\": "
                               "\"country\", \"audience\": "
                               "[\"region\"], \"where\": [{\"column\": \"gender\", \"value\": \"f\"}]}";
    expect_in(spec, "duckdb", "t", "AS \"factor:u\"");
    expect_in(spec, "duckdb", "t", "AS \"factor:country\"");
    expect_in(spec, "duckdb", "t", "AS \"audience:region\"");
    expect_in(spec, "duckdb", "t",
              "WHERE TRIM(COALESCE(CAST(given.\"Sex\" AS VARCHAR), ''), ' ' || CHR(9)) COLLATE C = 'f'");
}

/* Spark replaces ${...} before it reads a query; PostgreSQL cuts names after 63 bytes. */
Test(query, what_an_engine_would_change_is_split_or_refused) {
    static const char value[] = "{\"sources\": [{\"file\": \"x.csv\", \"columns\": {\"g\": "
                                "\"audience:gender\", \"n\": \"stage:clicks\"}}], "
                                "\"where\": [{\"column\": \"g\", \"value\": \"${env:HOME}\"}]}";
    static const char name[] = "{\"sources\": [{\"file\": \"x.csv\", \"columns\": {\"${g}\": "
                               "\"audience:gender\", \"n\": \"stage:clicks\"}}]}";
    static const char long_name[] =
        "{\"sources\": [{\"file\": \"x.csv\", \"columns\": {\"g\": \"audience:gender\", \"n\": "
        "\"stage:a_name_that_is_longer_than_the_sixty_three_bytes_that_fit_into_one\"}}]}";
    expect_in(value, "spark", "t", "= '$' || '{env:HOME}'");
    expect_in(value, "duckdb", "t", "= '${env:HOME}'");
    expect_refused(name, "spark", TILT_ESPEC, "replaces ${...} in names");
    expect_refused(long_name, "postgres", TILT_ESPEC, "63 bytes");
    expect_in(long_name, "duckdb", "t", "\"stage:a_name_that");
}

#define TABLE(columns, more) "{\"sources\": [{\"file\": \"x.csv\", \"columns\": {" columns "}}]" more "}"

/* DuckDB and Spark resolve names whatever their capitals are, PostgreSQL and ClickHouse do not. */
Test(query, names_that_differ_in_capitals_only_are_refused_where_they_are_one_name) {
    static const char two[] =
        TABLE("\"Age\": \"audience:a\", \"age\": \"ignore\", \"n\": \"stage:clicks\"", "");
    static const char cube[] =
        TABLE("\"x\": \"factor:Age\", \"y\": \"factor:age\", \"n\": \"stage:clicks\"", "");
    static const char filter[] = TABLE("\"Age\": \"audience:a\", \"n\": \"stage:clicks\"",
                                       ", \"where\": [{\"column\": \"AGE\", \"value\": \"1\"}]");
    expect_refused(two, "duckdb", TILT_ESPEC, "\"Age\" and \"age\" for one");
    expect_refused(two, "spark", TILT_ESPEC, "\"Age\" and \"age\" for one");
    expect_refused(filter, "duckdb", TILT_ESPEC, "\"Age\" and \"AGE\" for one");
    expect_refused(cube, "spark", TILT_ESPEC, "but for capitals");
    expect_in(two, "postgres", "t", "given.\"Age\"");
    expect_in(cube, "clickhouse", "t", "AS `factor:age`");
}

/* What a file's reader would do otherwise than a query, and what would be left out without a word. */
Test(query, a_spec_that_asks_for_more_than_a_query_can_is_refused) {
    static const struct {
        const char *json, *words;
    } cases[] = {
        {TABLE("\"g\": \"audience\", \"n\": \"stage:clicks\"", ""), "expected \"audience:NAME\""},
        {TABLE("\"g\": \"audience:gender\", \"n\": \"stage\"", ""), "expected \"stage:NAME\""},
        {TABLE("\"g\": \"audience:gender\", \"a\": \"time:period_from\", \"n\": \"stage:clicks\"", ""),
         "a query takes days"},
        {TABLE("\"g\": \"audience:gender\", \"n\": \"stage:clicks\", \"m\": \"stage:clicks\"", ""),
         "two columns of the cube would be \"stage:clicks\""},
        {TABLE("\"g\": \"audience:gender\", \"n\": \"stage:clicks\"", ", \"skip_bad_rows\": true"),
         "\"skip_bad_rows\""},
        {TABLE("\"g\": \"audience:gender\", \"n\": \"stage:clicks\"", ", \"targeting\": \"t.csv\""),
         "cannot join \"targeting\""},
        {TABLE("\"g\": \"audience:gender\", \"n\": \"stage:clicks\"",
               ", \"content\": {\"file\": \"c.csv\", \"key\": \"ad\"}"),
         "cannot join \"content\""},
        {TABLE("\"g\": \"audience:gender\", \"n\": \"stage:clicks\"",
               ", \"inferred\": {\"gender\": {\"file\": \"p.csv\", \"key\": \"area\"}}"),
         "cannot join \"inferred\""},
        {TABLE("\"g\": \"audience:gender\", \"n\": \"stage:clicks\"",
               ", \"audience\": [\"gender\"], \"factors\": [\"gender\"]"),
         "named both as audience:gender and as factor:gender"},
        {"{\"sources\": [{\"file\": \"x.csv\", \"kind\": \"targeting\", \"columns\": {\"g\": "
         "\"audience:gender\", "
         "\"n\": \"stage:eligible\"}}]}",
         "kind \"targeting\""},
        {"{\"sources\": [{\"file\": \"x.csv\", \"melt\": {\"imp_{gender}\": \"impressions\"}, \"columns\": "
         "{\"g\": "
         "\"audience:gender\", \"n\": \"stage:clicks\"}}]}",
         "\"melt\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect_refused(cases[i].json, "duckdb", TILT_ESPEC, cases[i].words);
}

/* As in a file: the columns agree on a currency, and it is that of all amounts. */
Test(query, amounts_have_the_currency_that_the_columns_agree_on) {
    static const char one[] = TABLE("\"g\": \"audience:gender\", \"Spend (EUR)\": \"cost:spend\", \"fee\": "
                                    "\"cost:fee\"",
                                    "");
    static const char two[] =
        TABLE("\"g\": \"audience:gender\", \"Spend (EUR)\": \"cost:spend\", \"Fee (USD)\": "
              "\"cost:fee\"",
              "");
    expect_in(one, "duckdb", "t", "AS \"cost:fee (EUR)\"");
    expect_in(two, "duckdb", "t", "AS \"cost:fee\"");
}

/* Of a count, an empty text passes for none only where the spec says so; of people and days it always does.
 */
Test(query, marks_for_missing_values_hold_for_counts_and_days_too) {
    static const char some[] =
        TABLE("\"g\": \"audience:gender\", \"d\": \"time:day\", \"n\": \"stage:clicks\"",
              ", \"missing\": [\"n'a\"]");
    static const char none[] = TABLE("\"g\": \"audience:gender\", \"n\": \"stage:clicks\"", "");
    expect_in(some, "duckdb", "t", "IN ('n''a') THEN NULL ELSE CAST(given.\"n\" AS VARCHAR) END AS DECIMAL");
    expect_in(some, "duckdb", "t", "IN ('', 'n''a') THEN '' ELSE SUBSTR(");
    expect_in(none, "duckdb", "t", "CAST(CAST(given.\"n\" AS VARCHAR) AS DECIMAL(38, 15)) AS amount_1");
}

/* Without ANSI mode, Spark reads a text that is no number as NULL, which would pass for a missing count. */
Test(query, spark_without_ansi_mode_is_refused_by_the_query_itself) {
    expect_in(hostile, "spark", "t", "ELSE RAISE_ERROR('set spark.sql.ansi.enabled to true");
}

/* Reads a query as its engine does: everything between quotes is one token. What is left outside quotes must
 * be the same whatever the names and values are. */
static void outside_quotes(const char *text, bool backslash, bool backslash_names, char *out) {
    char quote = 0;
    bool escapes = false;
    for (const char *c = text; *c != '\0'; c++) {
        if (quote == 0 && (*c == '\'' || *c == '"' || *c == '`')) {
            bool prefixed =
                *c == '\'' && c > text && c[-1] == 'E' && !(c - 1 > text && c[-2] != ' ' && c[-2] != '(');
            quote = *c;
            escapes = *c == '\'' ? backslash || prefixed : backslash_names && *c == '`';
            if (prefixed) out--;
            *out++ = 'Q';
        } else if (quote != 0 && escapes && *c == '\\') {
            c++;
        } else if (quote != 0 && *c == quote && c[1] == quote) {
            c++;
        } else if (quote != 0 && *c == quote) {
            quote = 0;
        } else if (quote == 0) {
            *out++ = *c;
        }
    }
    *out = '\0';
    cr_assert_eq(quote, 0, "a quotation does not end");
}

static void json_text(const char *text, char out[512]) {
    size_t n = 0;
    for (const char *c = text; *c != '\0'; c++) {
        bool plain = (unsigned char)*c >= 32 && *c != '"' && *c != '\\';
        n += (size_t)snprintf(out + n, 512 - n, plain ? "%c" : "\\u%04x", *c);
    }
}

/* What a query with this text in every place that takes one has outside its quotes. Caller frees. */
static char *shape_of(const char *engine, const char *hostile_text) {
    char json[8192], t[512];
    json_text(hostile_text, t);
    (void)snprintf(
        json, sizeof json,
        "{\"sources\": [{\"file\": \"x.csv\", \"columns\": {\"%s\": \"audience:%s\", \"n%s\": \"stage:c\", "
        "\"s%s\": \"score\", \"y%s\": \"label\"}}], \"groups\": {\"%s\": {\"%s\": [\"x%s\"]}}, \"where\": "
        "[{\"column\": \"%s\", \"value\": \"%s\"}], \"missing\": [\"%s\"], \"positive\": \"%s\"}",
        t, t, t, t, t, t, t, t, t, t, t, t);
    tilt_error err = {.status = TILT_OK};
    char *text = query(json, engine, hostile_text, &err);
    cr_assert(text != NULL, "%s", err.message);
    char *left = malloc(strlen(text) + 1);
    bool spark = strcmp(engine, "spark") == 0, clickhouse = strcmp(engine, "clickhouse") == 0;
    cr_assert(left != NULL);
    outside_quotes(text, spark || clickhouse, clickhouse, left);
    free(text);
    return left;
}

Test(query, nothing_from_a_spec_leaves_its_quotes) {
    static const char *const engines[] = {"duckdb", "postgres", "clickhouse", "spark"};
    static const char *const bad[] = {"'; DROP TABLE t; --",
                                      "\"; DROP TABLE t; --",
                                      "`; DROP TABLE t; --",
                                      "\\'; DROP TABLE t; --",
                                      "\\\\\"`'",
                                      "*/ x /*",
                                      "a\nb\tc",
                                      "x\\",
                                      "'' OR 1=1 --",
                                      "$$ x $$",
                                      "\xe2\x80\x99; DROP",
                                      "{x:Identifier}",
                                      ":name @v ?"};
    for (size_t e = 0; e < 4; e++) {
        char *expected = shape_of(engines[e], "plain");
        cr_assert(strlen(expected) > 500);
        for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
            char *found = shape_of(engines[e], bad[i]);
            cr_expect_str_eq(found, expected, "%s: %s", engines[e], bad[i]);
            free(found);
        }
        free(expected);
    }
}
