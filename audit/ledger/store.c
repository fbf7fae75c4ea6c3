/* ledger/store.c - the file: one table of entries that only grows (the chain), and beside it what is derived
 * from them so that lists and trends need not read results. Large texts stand in a table of their own, so
 * that a list of ten thousand audits never pages through them. */
#define _POSIX_C_SOURCE 200809L /* O_CLOEXEC */
#include "ledger/store.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include "base/error.h"
#include "base/mem.h"

/* migrations[i] brings a file from user_version i to i + 1, in one transaction. Rows are only ever added. */
static const char *const migrations[] = {
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
    " signature TEXT NOT NULL, PRIMARY KEY(seq, key));",
    /* several series in one file; what is there already belongs to the one without a name */
    "ALTER TABLE audits ADD COLUMN series TEXT NOT NULL DEFAULT '';"
    "DROP INDEX audits_by_period;"
    "CREATE INDEX audits_by_period ON audits(series, period_to, id);"
    "CREATE TABLE series_pins(series TEXT NOT NULL, view TEXT NOT NULL, reference TEXT NOT NULL,"
    " audit INTEGER NOT NULL, PRIMARY KEY(series, view));"
    "INSERT INTO series_pins SELECT '', view, reference, audit FROM pins;"
    "DROP TABLE pins;"
    "ALTER TABLE series_pins RENAME TO pins;",
};
enum { VERSION = sizeof migrations / sizeof *migrations };

#define APPLICATION_ID 0x54494c54 /* "TILT" */

tilt_status tilt__ledger_fault(const tilt__ledger *ledger, tilt_error *err) {
    int code = sqlite3_errcode(ledger->db);
    if (code == SQLITE_NOMEM) return tilt__fail_memory(err);
    static const struct {
        int code;
        const char *words;
    } known[] = {{SQLITE_FULL, "the disk is full; nothing was recorded"},
                 {SQLITE_BUSY, "another process keeps the ledger locked; nothing was recorded"},
                 {SQLITE_NOTADB, "not a ledger of tiltmeter"},
                 {SQLITE_CORRUPT, "the file is damaged; restore it from a copy"},
                 {SQLITE_READONLY, "cannot be written to"},
                 {SQLITE_IOERR, "cannot be read or written; nothing was recorded"},
                 {SQLITE_CANTOPEN, "cannot be opened"}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].code == (code & 0xff))
            return tilt__fail(err, TILT_EIO, "%s: %s", ledger->path, known[i].words);
    return tilt__fail(err, TILT_EIO, "%s: %s", ledger->path, sqlite3_errmsg(ledger->db));
}

static tilt_status execute(tilt__ledger *ledger, const char *sql, tilt_error *err) {
    return sqlite3_exec(ledger->db, sql, NULL, NULL, NULL) == SQLITE_OK ? TILT_OK
                                                                        : tilt__ledger_fault(ledger, err);
}

sqlite3_stmt *tilt__ledger_prepare(tilt__ledger *ledger, const char *sql, tilt_error *err) {
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(ledger->db, sql, -1, &statement, NULL) == SQLITE_OK) return statement;
    (void)tilt__ledger_fault(ledger, err);
    return NULL;
}

tilt_status tilt__ledger_step(tilt__ledger *ledger, sqlite3_stmt *statement, bool *out_row, tilt_error *err) {
    int code = sqlite3_step(statement);
    *out_row = code == SQLITE_ROW;
    return code == SQLITE_ROW || code == SQLITE_DONE ? TILT_OK : tilt__ledger_fault(ledger, err);
}

tilt_status tilt__ledger_run(tilt__ledger *ledger, sqlite3_stmt *statement, tilt_error *err) {
    if (statement == NULL) return err != NULL ? err->status : TILT_EIO;
    bool row;
    tilt_status status = tilt__ledger_step(ledger, statement, &row, err);
    (void)sqlite3_finalize(statement);
    return status;
}

void tilt__ledger_text(sqlite3_stmt *statement, int at, const char *text) {
    (void)sqlite3_bind_text(statement, at, text, -1, SQLITE_TRANSIENT);
}

void tilt__ledger_number(sqlite3_stmt *statement, int at, double value) {
    if (isnan(value))
        (void)sqlite3_bind_null(statement, at);
    else
        (void)sqlite3_bind_double(statement, at, value);
}

double tilt__ledger_get_number(sqlite3_stmt *statement, int at) {
    return sqlite3_column_type(statement, at) == SQLITE_NULL ? (double)NAN
                                                             : sqlite3_column_double(statement, at);
}

const char *tilt__ledger_get_text(sqlite3_stmt *statement, int at) {
    const unsigned char *text = sqlite3_column_text(statement, at);
    return text != NULL ? (const char *)text : "";
}

static tilt_status get_pragma(tilt__ledger *ledger, const char *sql, int64_t *out, tilt_error *err) {
    sqlite3_stmt *statement = tilt__ledger_prepare(ledger, sql, err);
    if (statement == NULL) return TILT_EIO;
    bool row = false;
    tilt_status status = tilt__ledger_step(ledger, statement, &row, err);
    *out = row ? sqlite3_column_int64(statement, 0) : 0;
    (void)sqlite3_finalize(statement);
    return status;
}

/* Another process may be at the same step: the version is read again once it is our turn. */
static tilt_status migrate(tilt__ledger *ledger, tilt_error *err) {
    int64_t version = 0;
    tilt_status status = tilt__ledger_begin(ledger, err);
    if (status == TILT_OK) status = get_pragma(ledger, "PRAGMA user_version", &version, err);
    for (int64_t v = version; v < VERSION && status == TILT_OK; v++) {
        char set[96];
        (void)snprintf(set, sizeof set, "PRAGMA user_version=%lld; PRAGMA application_id=%d",
                       (long long)v + 1, APPLICATION_ID);
        status = execute(ledger, migrations[v], err);
        if (status == TILT_OK) status = execute(ledger, set, err);
    }
    if (status == TILT_OK) return tilt__ledger_commit(ledger, err);
    tilt__ledger_rollback(ledger);
    return status;
}

/* Two processes that make the same file both hold it for reading and both want it alone: SQLite then refuses
 * one of them at once, without waiting, since waiting would never end. Trying again from the start does end:
 * the file is in this mode for good once one of them was first. */
static tilt_status enter_wal(tilt__ledger *ledger, tilt_error *err) {
    enum { PAUSE_MS = 5 };
    int code = SQLITE_BUSY;
    for (int waited = 0; code == SQLITE_BUSY && waited <= TILT__LEDGER_BUSY_MS; waited += PAUSE_MS) {
        if (waited > 0) (void)sqlite3_sleep(PAUSE_MS);
        code = sqlite3_exec(ledger->db, "PRAGMA journal_mode=WAL", NULL, NULL, NULL);
    }
    return code == SQLITE_OK ? TILT_OK : tilt__ledger_fault(ledger, err);
}

typedef struct {
    int64_t version, application, tables;
} marks;

/* In one transaction, since another process may be making the tables between two looks. */
static tilt_status get_marks(tilt__ledger *ledger, marks *out, tilt_error *err) {
    tilt_status status = tilt__ledger_begin_read(ledger, err);
    if (status == TILT_OK) status = get_pragma(ledger, "PRAGMA user_version", &out->version, err);
    if (status == TILT_OK) status = get_pragma(ledger, "PRAGMA application_id", &out->application, err);
    if (status == TILT_OK)
        status = get_pragma(ledger, "SELECT count(*) FROM sqlite_master", &out->tables, err);
    if (status == TILT_OK) return tilt__ledger_commit(ledger, err);
    tilt__ledger_rollback(ledger);
    return status;
}

/* A file from elsewhere may hold views and triggers under our names, and these run when we read and write.
 * Only what the migrations make is let in. */
static tilt_status check_schema(tilt__ledger *ledger, tilt_error *err) {
    static const char sql[] = "SELECT type || ' ' || name, coalesce(sql, '') FROM sqlite_master "
                              "WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type, name";
    tilt__ledger own = {.path = ledger->path};
    sqlite3_stmt *ours = NULL, *theirs = NULL;
    tilt_status status = sqlite3_open(":memory:", &own.db) == SQLITE_OK ? TILT_OK : tilt__fail_memory(err);
    for (size_t v = 0; v < VERSION && status == TILT_OK; v++) status = execute(&own, migrations[v], err);
    if (status == TILT_OK && (ours = tilt__ledger_prepare(&own, sql, err)) == NULL) status = TILT_EIO;
    if (status == TILT_OK && (theirs = tilt__ledger_prepare(ledger, sql, err)) == NULL) status = TILT_EIO;
    for (bool a = true, b = true; status == TILT_OK && (a || b);) {
        status = tilt__ledger_step(&own, ours, &a, err);
        if (status == TILT_OK) status = tilt__ledger_step(ledger, theirs, &b, err);
        if (status != TILT_OK || (!a && !b)) break;
        bool same = a && b;
        for (int at = 0; same && at < 2; at++)
            same = strcmp(tilt__ledger_get_text(ours, at), tilt__ledger_get_text(theirs, at)) == 0;
        if (!same)
            status = tilt__fail(err, TILT_EIO,
                                "%s: its tables are not as tiltmeter makes them (%s \"%.80s\")", ledger->path,
                                b ? "found" : "without", tilt__ledger_get_text(b ? theirs : ours, 0));
    }
    (void)sqlite3_finalize(ours);
    (void)sqlite3_finalize(theirs);
    (void)sqlite3_close(own.db);
    return status;
}

static tilt_status prepare_file(tilt__ledger *ledger, bool create, tilt_error *err) {
    marks found = {0};
    (void)sqlite3_busy_timeout(ledger->db, TILT__LEDGER_BUSY_MS);
    tilt_status status = get_marks(ledger, &found, err);
    if (status != TILT_OK) return status;
    bool ours =
        found.application == APPLICATION_ID || (found.application == 0 && found.tables == 0 && create);
    if (!ours) return tilt__fail(err, TILT_EUSAGE, "%s: not a ledger of tiltmeter", ledger->path);
    if (found.version > VERSION)
        return tilt__fail(err, TILT_EUSAGE, "%s: made by a newer tiltmeter (format %lld; this one reads %d)",
                          ledger->path, (long long)found.version, VERSION);
    if (found.version < VERSION) {
        status = enter_wal(ledger, err);
        if (status == TILT_OK) status = migrate(ledger, err);
    }
    if (status == TILT_OK) status = check_schema(ledger, err);
    if (status == TILT_OK) status = execute(ledger, "PRAGMA synchronous=FULL", err);
    return status;
}

void tilt__ledger_free(tilt__ledger *ledger) {
    if (ledger == NULL) return;
    (void)sqlite3_close(ledger->db);
    free(ledger->path);
    free(ledger->series);
    free(ledger);
}

static tilt_status open_file(tilt__ledger *ledger, const char *name, int flags, bool create,
                             tilt_error *err) {
    if (sqlite3_open_v2(name, &ledger->db, flags | SQLITE_OPEN_FULLMUTEX, NULL) != SQLITE_OK)
        return ledger->db != NULL ? tilt__ledger_fault(ledger, err) : tilt__fail_memory(err);
    /* as SQLite advises for files that others may have made */
    (void)sqlite3_db_config(ledger->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    tilt_status status =
        execute(ledger, "PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA mmap_size=0", err);
    return status == TILT_OK ? prepare_file(ledger, create, err) : status;
}

/* "file:/srv/ads.db?immutable=1" */
static void put_uri(const char *path, tilt__buf *out) {
    tilt__buf_text(out, "file:");
    for (const char *p = path; *p != '\0'; p++) {
        if (strchr("%?#", *p) != NULL)
            tilt__buf_format(out, "%%%02X", (unsigned)(unsigned char)*p);
        else
            tilt__buf_char(out, *p);
    }
    tilt__buf_text(out, "?immutable=1");
}

/* Whoever may only read the file, or its folder, cannot take part in the locking of WAL mode. Where no write
 * is pending the file alone is whole, and is read as one that nobody changes. */
static bool may_read_alone(const tilt__ledger *ledger) {
    tilt__buf name = TILT__BUF_INIT;
    struct stat about;
    tilt__buf_format(&name, "%s-wal", ledger->path);
    bool pending = stat(tilt__buf_get(&name), &about) == 0 && about.st_size > 0;
    const char *slash = strrchr(ledger->path, '/');
    tilt__buf_reset(&name);
    tilt__buf_add(&name, slash != NULL ? ledger->path : ".",
                  slash != NULL ? (size_t)(slash - ledger->path) + 1 : 1);
    bool guarded = access(ledger->path, W_OK) != 0 || access(tilt__buf_get(&name), W_OK) != 0;
    tilt__buf_free(&name);
    return guarded && !pending && stat(ledger->path, &about) == 0 && S_ISREG(about.st_mode);
}

static tilt_status open_to_read(tilt__ledger *ledger, tilt_error *err) {
    tilt__buf uri = TILT__BUF_INIT;
    put_uri(ledger->path, &uri);
    (void)sqlite3_close(ledger->db);
    ledger->db = NULL;
    tilt_status status = uri.failed ? tilt__fail_memory(err)
                                    : open_file(ledger, tilt__buf_get(&uri),
                                                SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, false, err);
    tilt__buf_free(&uri);
    return status;
}

/* A ledger keeps whole cubes, small counts included, so a new one is its owner's alone; SQLite gives the
 * files beside it the same mode. What is there already keeps the mode that people gave it. Where this fails,
 * the opening that follows says why. */
static void make_private(const char *path) {
    if (strcmp(path, ":memory:") == 0) return; /* SQLite's name for no file at all */
    int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (fd >= 0) (void)close(fd);
}

tilt__ledger *tilt__ledger_open(const char *path, bool create, tilt_error *err) {
    tilt__ledger *ledger = tilt__alloc(1, sizeof *ledger);
    if (ledger == NULL || (ledger->path = tilt__copy_text(path, strlen(path))) == NULL ||
        (ledger->series = tilt__copy_text("", 0)) == NULL) {
        if (ledger != NULL) free(ledger->path);
        free(ledger);
        (void)tilt__fail_memory(err);
        return NULL;
    }
    int flags = SQLITE_OPEN_READWRITE | (create ? SQLITE_OPEN_CREATE : 0);
    tilt_error first = {.status = TILT_OK};
    if (create) make_private(path);
    tilt_status status = open_file(ledger, path, flags, create, &first);
    if (status == TILT_EIO && !create && may_read_alone(ledger))
        status = open_to_read(ledger, err);
    else if (status != TILT_OK && err != NULL)
        *err = first;
    if (status == TILT_OK) return ledger;
    tilt__ledger_free(ledger);
    return NULL;
}

tilt_status tilt__ledger_begin(tilt__ledger *ledger, tilt_error *err) {
    return execute(ledger, "BEGIN IMMEDIATE", err);
}

tilt_status tilt__ledger_begin_read(tilt__ledger *ledger, tilt_error *err) {
    return execute(ledger, "BEGIN", err);
}

tilt_status tilt__ledger_commit(tilt__ledger *ledger, tilt_error *err) {
    tilt_status status = execute(ledger, "COMMIT", err);
    if (status != TILT_OK) tilt__ledger_rollback(ledger);
    return status;
}

void tilt__ledger_rollback(tilt__ledger *ledger) {
    if (!sqlite3_get_autocommit(ledger->db)) (void)sqlite3_exec(ledger->db, "ROLLBACK", NULL, NULL, NULL);
}

tilt_status tilt__ledger_try(tilt__ledger *ledger, tilt_error *err) {
    return execute(ledger, "SAVEPOINT try", err);
}

tilt_status tilt__ledger_take_back(tilt__ledger *ledger, tilt_error *err) {
    return execute(ledger, "ROLLBACK TO try; RELEASE try", err);
}

tilt_status tilt__ledger_put(tilt__ledger *ledger, int64_t audit, const char *kind, const char *text,
                             size_t n, tilt_error *err) {
    size_t room = ZSTD_compressBound(n);
    char *packed = tilt__alloc(room, 1);
    if (packed == NULL) return tilt__fail_memory(err);
    size_t size = ZSTD_compress(packed, room, text, n, 6);
    tilt_status status = ZSTD_isError(size) ? tilt__fail(err, TILT_EINTERNAL, "compressing a result: %s",
                                                         ZSTD_getErrorName(size))
                                            : TILT_OK;
    if (status == TILT_OK) {
        sqlite3_stmt *statement =
            tilt__ledger_prepare(ledger, "INSERT INTO contents(audit, kind, bytes) VALUES(?1, ?2, ?3)", err);
        if (statement != NULL) {
            (void)sqlite3_bind_int64(statement, 1, audit);
            tilt__ledger_text(statement, 2, kind);
            (void)sqlite3_bind_blob64(statement, 3, packed, size, SQLITE_STATIC);
        }
        status = tilt__ledger_run(ledger, statement, err);
    }
    free(packed);
    return status;
}

static tilt_status unpack(const tilt__ledger *ledger, sqlite3_stmt *statement, tilt__buf *out,
                          tilt_error *err) {
    const void *packed = sqlite3_column_blob(statement, 0);
    size_t size = (size_t)sqlite3_column_bytes(statement, 0);
    unsigned long long n = packed != NULL ? ZSTD_getFrameContentSize(packed, size) : ZSTD_CONTENTSIZE_ERROR;
    if (n == ZSTD_CONTENTSIZE_ERROR || n == ZSTD_CONTENTSIZE_UNKNOWN || n > TILT__LEDGER_CEILING)
        return tilt__fail(err, TILT_EIO, "%s: a stored text is damaged", ledger->path);
    char *text = tilt__alloc((size_t)n + 1, 1);
    if (text == NULL) return tilt__fail_memory(err);
    size_t got = ZSTD_decompress(text, (size_t)n, packed, size);
    tilt_status status = TILT_OK;
    if (ZSTD_isError(got) || got != n)
        status = tilt__fail(err, TILT_EIO, "%s: a stored text is damaged", ledger->path);
    else
        tilt__buf_add(out, text, (size_t)n);
    free(text);
    if (status == TILT_OK && out->failed) return tilt__fail_memory(err);
    return status;
}

tilt_status tilt__ledger_get(tilt__ledger *ledger, int64_t audit, const char *kind, tilt__buf *out,
                             bool *out_found, tilt_error *err) {
    sqlite3_stmt *statement =
        tilt__ledger_prepare(ledger, "SELECT bytes FROM contents WHERE audit = ?1 AND kind = ?2", err);
    if (statement == NULL) return TILT_EIO;
    (void)sqlite3_bind_int64(statement, 1, audit);
    tilt__ledger_text(statement, 2, kind);
    bool row = false;
    tilt_status status = tilt__ledger_step(ledger, statement, &row, err);
    if (status == TILT_OK && row) status = unpack(ledger, statement, out, err);
    if (out_found != NULL) *out_found = row;
    (void)sqlite3_finalize(statement);
    return status;
}
