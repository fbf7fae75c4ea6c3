/* ledger/store.h - the SQLite file of a ledger: opening, migrating, transactions, compressed contents.
 * WAL with full synchronisation: what has been committed survives a killed process and a power cut, and a
 * second process that writes waits for its turn. */
#ifndef TILT_LEDGER_STORE_H
#define TILT_LEDGER_STORE_H

#include <sqlite3.h>

#include "base/buf.h"

#define TILT__LEDGER_BUSY_MS 20000             /* how long a writer waits for another one */
#define TILT__LEDGER_CEILING ((size_t)1 << 30) /* most bytes of one stored text */

typedef struct tilt__ledger {
    sqlite3 *db;
    char *path;
    char *series; /* what is read and recorded belongs to it; "": the one without a name. See series.h */
} tilt__ledger;

/* Opens a ledger; with `create` a file that is not there is made. Without it, one that may only be read is
 * opened for reading. A file of a newer tiltmeter, or one that is
 * no ledger, is TILT_EUSAGE; TILT_EIO when it cannot be opened. */
void tilt__ledger_free(tilt__ledger *ledger);
tilt__ledger *tilt__ledger_open(const char *path, bool create, tilt_error *err)
    TILT_OWNED_BY(tilt__ledger_free);

/* A writer's turn; TILT_EIO when it does not come within TILT__LEDGER_BUSY_MS. Until the commit nothing is
 * visible to others, and a rollback (or the end of the process) leaves the ledger as it was. */
tilt_status tilt__ledger_begin(tilt__ledger *ledger, tilt_error *err) TILT_NODISCARD;
tilt_status tilt__ledger_commit(tilt__ledger *ledger, tilt_error *err) TILT_NODISCARD;
void tilt__ledger_rollback(tilt__ledger *ledger);
/* Inside a transaction: what is written after the one is undone by the other. */
tilt_status tilt__ledger_try(tilt__ledger *ledger, tilt_error *err) TILT_NODISCARD;
tilt_status tilt__ledger_take_back(tilt__ledger *ledger, tilt_error *err) TILT_NODISCARD;
/* One state of the ledger for several reads; ended by tilt__ledger_rollback. */
tilt_status tilt__ledger_begin_read(tilt__ledger *ledger, tilt_error *err) TILT_NODISCARD;

/* The failure SQLite has just reported, in words: a full disk, a locked or damaged file ... */
tilt_status tilt__ledger_fault(const tilt__ledger *ledger, tilt_error *err);
/* A statement; NULL on failure. Finalise it with sqlite3_finalize. */
sqlite3_stmt *tilt__ledger_prepare(tilt__ledger *ledger, const char *sql, tilt_error *err) TILT_NODISCARD;
/* Steps: *out_row says whether there is a row. */
tilt_status tilt__ledger_step(tilt__ledger *ledger, sqlite3_stmt *statement, bool *out_row,
                              tilt_error *err) TILT_NODISCARD;
/* Runs a prepared statement that gives no row, and finalises it; statement NULL: the failure stands in *err.
 */
tilt_status tilt__ledger_run(tilt__ledger *ledger, sqlite3_stmt *statement, tilt_error *err) TILT_NODISCARD;

/* Binding: NULL text is NULL, NaN is NULL. Parameters count from 1. */
void tilt__ledger_text(sqlite3_stmt *statement, int at, const char *text);
void tilt__ledger_number(sqlite3_stmt *statement, int at, double value);
/* Columns count from 0. NULL is NaN, or "". Borrowed until the next step. */
double tilt__ledger_get_number(sqlite3_stmt *statement, int at);
const char *tilt__ledger_get_text(sqlite3_stmt *statement, int at);

/* What is stored with an audit, compressed with Zstandard. */
#define TILT__CONTENT_RESULT "result"
#define TILT__CONTENT_CUBE "cube"
#define TILT__CONTENT_SPEC "spec"
#define TILT__CONTENT_POLICY "policy"
tilt_status tilt__ledger_put(tilt__ledger *ledger, int64_t audit, const char *kind, const char *text,
                             size_t n, tilt_error *err) TILT_NODISCARD;
/* Appends the text to `out`; nothing when it was not stored (*out_found, may be NULL). TILT_EIO when it is
 * damaged. */
tilt_status tilt__ledger_get(tilt__ledger *ledger, int64_t audit, const char *kind, tilt__buf *out,
                             bool *out_found, tilt_error *err) TILT_NODISCARD;

#endif
