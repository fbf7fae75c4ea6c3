/* A ledger remembers what was recorded, in which order, with which reference; and refuses what is no ledger.
 */
#include "ledger.h"

#include <sys/stat.h>
#include <time.h>

#include "ledger/trend.h"
#include "read/date.h"

static const made january = {"January", "2025-01-01", "2025-01-31", 400, 500, "level"};
static const made february = {"February", "2025-02-01", "2025-02-28", 300, 500, "tilted"};

static tilt_status count_lines(void *context, const tilt__audit_row *row, tilt_error *err) {
    size_t *n = context;
    (void)err;
    (*n)++;
    cr_expect_eq(row->id, (int64_t)*n);
    return TILT_OK;
}

Test(ledger, numbers_audits_from_one_and_lists_them, LEDGER) {
    tilt__ledger *ledger = open_ledger("l.db");
    tilt_error err = {0};
    must_record(ledger, &january);
    must_record(ledger, &february);
    size_t n = 0;
    cr_expect_eq(tilt__ledger_list(ledger, NULL, 0, count_lines, &n, &err), TILT_OK);
    cr_expect_eq(n, 2);
    tilt__ledger_free(ledger);
}

Test(ledger, gives_back_the_text_it_was_given, LEDGER) {
    tilt__ledger *ledger = open_ledger("l.db");
    tilt_error err = {0};
    must_record(ledger, &january);
    tilt__ledger_free(ledger);
    ledger = open_ledger("l.db");
    tilt__buf expected = TILT__BUF_INIT, found = TILT__BUF_INIT;
    make_result(&january, &expected);
    cr_expect_eq(tilt__ledger_get(ledger, 1, TILT__CONTENT_RESULT, &found, NULL, &err), TILT_OK);
    cr_expect_str_eq(tilt__buf_get(&found), tilt__buf_get(&expected));
    tilt__buf_free(&expected);
    tilt__buf_free(&found);
    tilt__ledger_free(ledger);
}

/* It keeps whole cubes, small counts included. */
Test(ledger, a_new_one_is_its_owners_alone_and_an_old_one_keeps_its_mode, LEDGER) {
    static const char *const files[] = {"l.db", "l.db-wal", "l.db-shm"};
    (void)umask(0022);
    tilt__ledger *ledger = open_ledger("l.db");
    must_record(ledger, &january);
    struct stat about;
    for (size_t i = 0; i < 3; i++) {
        cr_assert_eq(stat(files[i], &about), 0, "%s", files[i]);
        cr_expect_eq(about.st_mode & 0777, 0600, "%s: %o", files[i], about.st_mode & 0777);
    }
    tilt__ledger_free(ledger);
    cr_assert_eq(chmod("l.db", 0640), 0);
    ledger = open_ledger("l.db");
    must_record(ledger, &february);
    cr_assert_eq(stat("l.db", &about), 0);
    cr_expect_eq(about.st_mode & 0777, 0640);
    tilt__ledger_free(ledger);
}

/* Periods, not the order of recording, say what came before. */
Test(ledger, finds_the_newest_earlier_period, LEDGER) {
    tilt__ledger *ledger = open_ledger("l.db");
    tilt_error err = {0};
    int64_t found = -1;
    must_record(ledger, &february);
    must_record(ledger, &january);
    cr_expect_eq(tilt__ledger_last(ledger, "2025-03-31", 0, &found, &err), TILT_OK);
    cr_expect_eq(found, 1, "February is the newest before March");
    cr_expect_eq(tilt__ledger_last(ledger, "2025-02-28", 0, &found, &err), TILT_OK);
    cr_expect_eq(found, 2, "an audit is never compared with its own period");
    cr_expect_eq(tilt__ledger_last(ledger, "2025-01-31", 0, &found, &err), TILT_OK);
    cr_expect_eq(found, 0);
    tilt__ledger_free(ledger);
}

typedef struct pinned {
    size_t n;
    char reference[2][32];
} pinned;

static tilt_status keep_pin(void *context, const char *view, const char *reference, tilt_error *err) {
    pinned *p = context;
    (void)view;
    (void)err;
    (void)snprintf(p->reference[p->n++], sizeof *p->reference, "%s", reference);
    return TILT_OK;
}

Test(ledger, keeps_the_reference_of_the_first_audit, LEDGER) {
    tilt__ledger *ledger = open_ledger("l.db");
    tilt_error err = {0};
    pinned pins = {0};
    must_record(ledger, &january);
    cr_expect_eq(tilt__ledger_pins(ledger, keep_pin, &pins, &err), TILT_OK);
    cr_expect_eq(pins.n, 2);
    cr_expect_str_eq(pins.reference[0], "[\"male\"]");
    tilt__ledger_free(ledger);
}

Test(ledger, refuses_a_file_that_is_none, LEDGER) {
    tilt_error err = {0};
    folder_put("other.db",
               "this is a text and no ledger, long enough to be read as a header of a file .......");
    cr_expect_null(tilt__ledger_open("other.db", true, &err));
    cr_expect(err.status == TILT_EIO && strstr(err.message, "not a ledger") != NULL, "%s", err.message);
    cr_expect_null(tilt__ledger_open("missing.db", false, &err));
    cr_expect_eq(err.status, TILT_EIO);
}

Test(ledger, refuses_a_database_of_somebody_else, LEDGER) {
    sqlite3 *db = NULL;
    tilt_error err = {0};
    cr_assert_eq(sqlite3_open("l.db", &db), SQLITE_OK);
    cr_assert_eq(sqlite3_exec(db, "CREATE TABLE people(name TEXT)", NULL, NULL, NULL), SQLITE_OK);
    (void)sqlite3_close(db);
    cr_expect_null(tilt__ledger_open("l.db", true, &err));
    cr_expect_eq(err.status, TILT_EUSAGE);
}

/* What a stranger put into the file would run when it is read and written. */
Test(ledger, refuses_triggers_and_views_that_are_not_its_own, LEDGER) {
    static const char *const added[] = {
        "CREATE TRIGGER x AFTER INSERT ON audits BEGIN DELETE FROM contents; END",
        "ALTER TABLE findings RENAME TO kept; CREATE VIEW findings AS SELECT * FROM kept",
        "DROP TRIGGER entries_stay"};
    for (size_t i = 0; i < sizeof added / sizeof *added; i++) {
        tilt_error err = {.status = TILT_OK};
        sqlite3 *db = NULL;
        (void)unlink("l.db");
        tilt__ledger_free(tilt__ledger_open("l.db", true, &err));
        cr_assert_eq(sqlite3_open("l.db", &db), SQLITE_OK);
        cr_assert_eq(sqlite3_exec(db, added[i], NULL, NULL, NULL), SQLITE_OK, "%s", sqlite3_errmsg(db));
        (void)sqlite3_close(db);
        cr_expect(tilt__ledger_open("l.db", true, &err) == NULL);
        cr_expect(strstr(err.message, "not as tiltmeter makes them") != NULL, "%s", err.message);
    }
}

Test(ledger, refuses_one_of_a_newer_program, LEDGER) {
    tilt_error err = {0};
    tilt__ledger *ledger = open_ledger("l.db");
    cr_assert_eq(sqlite3_exec(ledger->db, "PRAGMA user_version=99", NULL, NULL, NULL), SQLITE_OK);
    tilt__ledger_free(ledger);
    cr_expect_null(tilt__ledger_open("l.db", true, &err));
    cr_expect(strstr(err.message, "newer") != NULL, "%s", err.message);
}

Test(ledger, entries_cannot_be_changed_or_removed, LEDGER) {
    tilt__ledger *ledger = open_ledger("l.db");
    must_record(ledger, &january);
    cr_expect_neq(sqlite3_exec(ledger->db, "UPDATE entries SET body = 'x'", NULL, NULL, NULL), SQLITE_OK);
    cr_expect_neq(sqlite3_exec(ledger->db, "DELETE FROM entries", NULL, NULL, NULL), SQLITE_OK);
    tilt__ledger_free(ledger);
}

/* A file that may not grow stands for a full disk: SQLite reports the same SQLITE_FULL. */
Test(ledger, a_full_disk_is_an_error_and_loses_nothing, LEDGER) {
    tilt__ledger *ledger = open_ledger("l.db");
    tilt_error err = {0};
    int64_t audit, pages = 0;
    size_t before = 0, after = 0;
    for (int i = 0; i < 5; i++) must_record(ledger, &january);
    cr_assert_eq(tilt__ledger_count(ledger, &before, &err), TILT_OK);
    sqlite3_stmt *statement = tilt__ledger_prepare(ledger, "PRAGMA page_count", &err);
    cr_assert_eq(sqlite3_step(statement), SQLITE_ROW);
    pages = sqlite3_column_int64(statement, 0);
    (void)sqlite3_finalize(statement);
    char sql[64];
    (void)snprintf(sql, sizeof sql, "PRAGMA max_page_count=%d", (int)pages);
    cr_assert_eq(sqlite3_exec(ledger->db, sql, NULL, NULL, NULL), SQLITE_OK);
    tilt_status status = TILT_OK;
    for (int i = 0; i < 50 && status == TILT_OK; i++) {
        status = record_one(ledger, &february, &audit, &err);
        if (status == TILT_OK) before++;
    }
    cr_expect_eq(status, TILT_EIO);
    cr_expect(strstr(err.message, "disk is full") != NULL, "%s", err.message);
    cr_assert_eq(tilt__ledger_count(ledger, &after, &err), TILT_OK);
    cr_expect_eq(after, before);
    tilt__ledger_free(ledger);
}

static double milliseconds(void) {
    struct timespec now;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now); /* others may use the machine meanwhile */
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static tilt_status count_only(void *context, const tilt__audit_row *row, tilt_error *err) {
    size_t *n = context;
    (void)row;
    (void)err;
    (*n)++;
    return TILT_OK;
}

Test(ledger, lists_and_follows_ten_thousand_audits_within_a_tenth_of_a_second, LEDGER) {
    tilt__ledger *ledger = open_ledger("l.db");
    tilt_error err = {0};
    int64_t audit;
    size_t n = 0;
    cr_assert_eq(tilt__ledger_begin(ledger, &err), TILT_OK);
    for (int i = 0; i < 10000; i++) { /* ten thousand days */
        char from[16], to[16];
        made day = {"Day", from, to, 400 + i % 17, 500, "level"};
        tilt__day_print(10000 + i, from);
        tilt__day_print(10000 + i, to);
        cr_assert_eq(record_in(ledger, &day, &audit, &err), TILT_OK);
    }
    cr_assert_eq(tilt__ledger_commit(ledger, &err), TILT_OK);
    double best = 1e9; /* of three */
    for (int i = 0; i < 3; i++) {
        n = 0;
        double from = milliseconds();
        cr_expect_eq(tilt__ledger_list(ledger, NULL, 0, count_only, &n, &err), TILT_OK);
        double took = milliseconds() - from;
        best = took < best ? took : best;
    }
    cr_expect_eq(n, 10000);
    cr_expect(best < 100, "%g ms", best);
    (void)printf("10000 audits: list %.1f ms", best);
    static const char *const findings[] = {NULL, "finding0000a"};
    for (int f = 0; f < 2; f++) {
        tilt__trend_ask ask = {.finding = findings[f], .last = 60};
        best = 1e9;
        for (int i = 0; i < 3; i++) {
            double from = milliseconds();
            cJSON *trend = tilt__ledger_trend(ledger, &ask, &err);
            double took = milliseconds() - from;
            cr_assert_not_null(trend, "%s", err.message);
            best = took < best ? took : best;
            cJSON_Delete(trend);
        }
        (void)printf(", trend%s %.1f ms", f == 1 ? " of one" : "", best);
        cr_expect(best < 100, "%g ms", best);
    }
    (void)printf("\n");
    tilt__ledger_free(ledger);
}
