/* The default watch as a ledger gives it: years of weekly audits recorded one by one. */
#include "ledger.h"

#include <unistd.h>

#include <math.h>

#include "ledger/series.h"
#include "ledger/trend.h"
#include "ledger/verify.h"
#include "read/date.h"
#include "stat/random.h"

enum { WEEKS = 52 };

static cJSON *trend_of(tilt__ledger *ledger) {
    tilt_error err = {0};
    tilt__trend_ask ask = {.last = TILT__TREND_LAST};
    cJSON *trend = tilt__ledger_trend(ledger, &ask, &err);
    cr_assert_not_null(trend, "%s", err.message);
    return trend;
}

static double delay_of(const cJSON *trend) {
    const cJSON *finding = tilt__json_first(tilt__json_array(trend, "findings"));
    return tilt__json_number(tilt__json_object(finding, "delay"), "looks").number;
}

/* A year in a ledger in memory; counts of both findings are drawn, women's with a spread of its own.
 * *out_stated: the delay that is stated before week `from`. */
static cJSON *watch_year(tilt__random *random, double spread, int from, double factor, double *out_stated) {
    tilt_error err = {0};
    tilt__ledger *ledger = open_ledger(":memory:");
    cr_assert_neq(access(":memory:", F_OK), 0, "a ledger in memory left a file");
    cr_assert_eq(tilt__ledger_begin(ledger, &err), TILT_OK);
    for (int week = 0; week < WEEKS; week++) {
        char day[16];
        int64_t audit;
        tilt__day_print(20000 + 7 * (int64_t)week, day);
        if (week == from) {
            cJSON *before = trend_of(ledger);
            *out_stated = delay_of(before);
            cJSON_Delete(before);
        }
        double rate = 0.05 * exp(spread * tilt__random_normal(random)) * (week >= from ? factor : 1);
        made one = {"Week",
                    day,
                    day,
                    tilt__random_binomial(random, 10000, rate),
                    tilt__random_binomial(random, 10000, 0.05),
                    "level"};
        cr_assert_eq(record_in(ledger, &one, &audit, &err), TILT_OK, "%s", err.message);
    }
    cJSON *trend = trend_of(ledger);
    cr_assert_eq(tilt__ledger_commit(ledger, &err), TILT_OK);
    tilt__ledger_free(ledger);
    return trend;
}

static size_t count_alarms(const cJSON *trend) {
    size_t n = 0;
    for (const cJSON *f = tilt__json_first(tilt__json_array(trend, "findings")); f != NULL; f = f->next)
        n += tilt__json_first(tilt__json_array(f, "alarms")) != NULL;
    return n;
}

/* Half of the years as their errors say, half with weeks that vary by 1.5 times that: an error of
 * sqrt(2 / 500) = 0.063 in the logarithm of the ratio, and a further 0.07 from week to week. */
Test(trend, a_year_of_weekly_audits_without_a_change_raises_hardly_an_alarm, .timeout = 60) {
    enum { YEARS = 100 };
    size_t false_alarms = 0;
    for (uint64_t year = 0; year < YEARS; year++) {
        tilt__random random = tilt__random_stream(520, year, 0);
        cJSON *trend = watch_year(&random, year % 2 == 0 ? 0 : 0.07, WEEKS, 1, NULL);
        false_alarms += count_alarms(trend) > 0;
        cJSON_Delete(trend);
    }
    (void)printf("%d years of weekly audits: %zu with a false alarm\n", YEARS, false_alarms);
    cr_expect_leq(false_alarms, YEARS / 20);
}

/* The delay is the one that the trend itself stated half a year before, when nothing had changed yet. */
Test(trend, a_fall_of_a_tenth_is_found_within_the_delay_that_was_stated, .timeout = 60) {
    enum { YEARS = 60, FROM = 26 };
    size_t found = 0;
    for (uint64_t year = 0; year < YEARS; year++) {
        tilt__random random = tilt__random_stream(521, year, 0);
        double stated = NAN;
        cJSON *trend = watch_year(&random, 0, FROM, 0.9, &stated);
        const cJSON *finding = tilt__json_first(tilt__json_array(trend, "findings"));
        const cJSON *alarm = tilt__json_first(tilt__json_array(finding, "alarms"));
        double at = tilt__json_number(tilt__json_object(alarm, "found"), "audit").number;
        found += alarm != NULL && at > FROM && at <= FROM + stated;
        cJSON_Delete(trend);
    }
    (void)printf("found within the stated delay in %zu of %d years\n", found, YEARS);
    cr_expect_geq(found, YEARS * 8 / 10);
}

Test(trend, gives_changed_findings_first_and_counts_what_it_leaves_out, LEDGER) {
    tilt_error err = {0};
    tilt__ledger *ledger = open_ledger("l.db");
    for (int i = 0; i < 12; i++) {
        char day[16];
        tilt__day_print(20000 + 7 * i, day);
        made one = {"Week", day, day, i < 8 ? 500 : 250, 500, i < 8 ? "level" : "tilted"};
        must_record(ledger, &one);
    }
    tilt__trend_ask ask = {.last = TILT__TREND_LAST, .most = 1};
    cJSON *trend = tilt__ledger_trend(ledger, &ask, &err);
    const cJSON *findings = tilt__json_array(trend, "findings"), *first = tilt__json_first(findings);
    cr_expect_eq(tilt__json_count(findings), 1);
    cr_expect_eq(tilt__json_number(trend, "findings_left_out").number, 1);
    cr_expect_eq(tilt__json_number(tilt__json_object(trend, "watch"), "family").number, 2, "all are watched");
    const cJSON *alarm = tilt__json_first(tilt__json_array(first, "alarms"));
    cr_expect_eq(tilt__json_number(tilt__json_object(alarm, "since"), "audit").number, 9);
    cJSON_Delete(trend);
    tilt__ledger_free(ledger);
}

/* ---- series, and files of an earlier format ---- */

static const made january = {"January", "2025-01-01", "2025-01-31", 400, 500, "level"};

Test(series, keep_their_audits_apart, LEDGER) {
    tilt_error err = {0};
    int64_t found = -1;
    tilt__ledger *ledger = open_ledger("l.db");
    cr_assert_eq(tilt__series_enter(ledger, "shoes", &err), TILT_OK);
    must_record(ledger, &january);
    cr_assert_eq(tilt__series_enter(ledger, "loans", &err), TILT_OK);
    cr_expect_eq(tilt__ledger_last(ledger, "2025-02-28", 0, &found, &err), TILT_OK);
    cr_expect_eq(found, 0, "the audit before belongs to the other series");
    must_record(ledger, &january);
    cr_expect_eq(tilt__ledger_last(ledger, "2025-02-28", 0, &found, &err), TILT_OK);
    cr_expect_eq(found, 2);
    tilt__verified verified;
    cr_assert_eq(tilt__ledger_verify(ledger, NULL, NULL, &verified, &err), TILT_OK);
    cr_expect(verified.ok, "%s", verified.why);
    cr_assert_eq(
        sqlite3_exec(ledger->db, "UPDATE audits SET series = 'loans' WHERE id = 1", NULL, NULL, NULL),
        SQLITE_OK);
    cr_assert_eq(tilt__ledger_verify(ledger, NULL, NULL, &verified, &err), TILT_OK);
    cr_expect_not(verified.ok, "moved from one series to another");
    tilt__ledger_free(ledger);
}

/* The tables of format 1, with what one audit leaves in them. */
static const char format_1[] =
    "CREATE TABLE entries(seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, subject TEXT NOT NULL,"
    " body TEXT NOT NULL, hash TEXT NOT NULL);"
    "CREATE INDEX entries_of ON entries(kind, subject);"
    "CREATE TRIGGER entries_stay BEFORE UPDATE ON entries"
    " BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END;"
    "CREATE TRIGGER entries_remain BEFORE DELETE ON entries"
    " BEGIN SELECT RAISE(ABORT, 'entries are never removed'); END;"
    "CREATE TABLE audits(id INTEGER PRIMARY KEY, seq INTEGER NOT NULL UNIQUE, title TEXT, date TEXT,"
    " period_from TEXT, period_to TEXT, policy TEXT, verdict TEXT, tilted INTEGER, undetermined INTEGER,"
    " level INTEGER);"
    "CREATE INDEX audits_by_period ON audits(period_to, id);"
    "CREATE TABLE contents(audit INTEGER NOT NULL, kind TEXT NOT NULL, bytes BLOB NOT NULL,"
    " PRIMARY KEY(audit, kind));"
    "CREATE TABLE findings(finding TEXT NOT NULL, audit INTEGER NOT NULL, view TEXT, name TEXT,"
    " reference TEXT, verdict TEXT, excluded INTEGER, ratio REAL, lower REAL, upper REAL, se REAL, df REAL,"
    " basis TEXT, xa REAL, na REAL, xr REAL, nr REAL, PRIMARY KEY(finding, audit)) WITHOUT ROWID;"
    "CREATE INDEX findings_of ON findings(audit);"
    "CREATE TABLE pins(view TEXT PRIMARY KEY, reference TEXT NOT NULL, audit INTEGER NOT NULL);"
    "CREATE TABLE signatures(seq INTEGER NOT NULL, hash TEXT NOT NULL, key TEXT NOT NULL,"
    " signature TEXT NOT NULL, PRIMARY KEY(seq, key));"
    "INSERT INTO audits VALUES(1, 1, 'January', '2025-01-31', '2025-01-01', '2025-01-31', 'four-fifths',"
    " 'level', 0, 0, 2);"
    "INSERT INTO pins VALUES('view0000000a', '[\"male\"]', 1);"
    "PRAGMA user_version=1; PRAGMA application_id=1414089812;";

static tilt_status count_pin(void *context, const char *view, const char *reference, tilt_error *err) {
    size_t *n = context;
    (void)err;
    cr_expect_str_eq(view, "view0000000a");
    cr_expect_str_eq(reference, "[\"male\"]");
    (*n)++;
    return TILT_OK;
}

Test(ledger, of_an_earlier_format_is_brought_up_and_keeps_what_it_holds, LEDGER) {
    sqlite3 *db = NULL;
    tilt_error err = {0};
    size_t audits = 0, pins = 0;
    cr_assert_eq(sqlite3_open("l.db", &db), SQLITE_OK);
    cr_assert_eq(sqlite3_exec(db, format_1, NULL, NULL, NULL), SQLITE_OK, "%s", sqlite3_errmsg(db));
    (void)sqlite3_close(db);
    tilt__ledger *ledger = tilt__ledger_open("l.db", false, &err);
    cr_assert_not_null(ledger, "%s", err.message);
    cr_assert_eq(tilt__series_look(ledger, NULL, &err), TILT_OK, "%s", err.message);
    cr_expect_eq(tilt__ledger_count(ledger, &audits, &err), TILT_OK);
    cr_expect_eq(audits, 1);
    cr_expect_eq(tilt__ledger_pins(ledger, count_pin, &pins, &err), TILT_OK);
    cr_expect_eq(pins, 1);
    tilt__ledger_free(ledger);
}
