/* ledger/series.c - which series a ledger holds, and which one is meant. */
#include "ledger/series.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"

/* What the ledger holds. */
typedef struct holding {
    size_t n;
    bool unnamed, wanted; /* the one without a name; the one that was asked for */
    char only[TILT__SERIES_LONGEST + 1];
    tilt__buf names; /* "a", "b" ... */
} holding;

static tilt_status read_holding(tilt__ledger *ledger, const char *wanted, holding *out, tilt_error *err) {
    enum { MOST_NAMED = 8 };
    *out = (holding){.names = TILT__BUF_INIT};
    sqlite3_stmt *statement =
        tilt__ledger_prepare(ledger, "SELECT DISTINCT series FROM audits ORDER BY series", err);
    if (statement == NULL) return TILT_EIO;
    tilt_status status = TILT_OK;
    for (bool row = true; status == TILT_OK;) {
        status = tilt__ledger_step(ledger, statement, &row, err);
        if (status != TILT_OK || !row) break;
        const char *name = tilt__ledger_get_text(statement, 0);
        out->unnamed = out->unnamed || name[0] == '\0';
        out->wanted = out->wanted || (wanted != NULL && strcmp(name, wanted) == 0);
        (void)snprintf(out->only, sizeof out->only, "%s", name);
        if (out->n < MOST_NAMED && name[0] != '\0')
            tilt__buf_format(&out->names, "%s\"%s\"", out->names.length > 0 ? ", " : "", name);
        else if (out->n == MOST_NAMED)
            tilt__buf_text(&out->names, " ...");
        out->n++;
    }
    (void)sqlite3_finalize(statement);
    return status;
}

static tilt_status set_series(tilt__ledger *ledger, const char *name, tilt_error *err) {
    char *copy = tilt__copy_text(name, strlen(name));
    if (copy == NULL) return tilt__fail_memory(err);
    free(ledger->series);
    ledger->series = copy;
    return TILT_OK;
}

static tilt_status check_name(const char *name, tilt_error *err) {
    size_t n = strlen(name);
    bool plain = name[strspn(name, " ")] != '\0' && n <= TILT__SERIES_LONGEST;
    for (size_t i = 0; i < n && plain; i++) plain = (unsigned char)name[i] >= ' ' && name[i] != 127;
    return plain ? TILT_OK
                 : tilt__fail(err, TILT_EUSAGE,
                              "--series takes a name of 1 to %d bytes in one line, found \"%.90s\"",
                              TILT__SERIES_LONGEST, name);
}

tilt_status tilt__series_enter(tilt__ledger *ledger, const char *name, tilt_error *err) {
    if (name != NULL) {
        tilt_status status = check_name(name, err);
        return status == TILT_OK ? set_series(ledger, name, err) : status;
    }
    holding held;
    tilt_status status = read_holding(ledger, NULL, &held, err);
    if (status == TILT_OK && held.n > 0 && !held.unnamed)
        status = tilt__fail(err, TILT_EUSAGE,
                            "%s keeps audits by series (%.200s); say with --series which one this belongs to",
                            ledger->path, tilt__buf_get(&held.names));
    tilt__buf_free(&held.names);
    return status == TILT_OK ? set_series(ledger, "", err) : status;
}

tilt_status tilt__series_look(tilt__ledger *ledger, const char *name, tilt_error *err) {
    holding held;
    tilt_status status = read_holding(ledger, name, &held, err);
    if (status == TILT_OK && name != NULL && !held.wanted)
        status =
            tilt__fail(err, TILT_EUSAGE, "%s has no series \"%.80s\"; it has %.200s", ledger->path, name,
                       held.names.length > 0 ? tilt__buf_get(&held.names) : "only the one without a name");
    if (status == TILT_OK && name == NULL && held.n > 1 && !held.unnamed)
        status = tilt__fail(err, TILT_EUSAGE, "%s holds several series (%.200s); say which with --series",
                            ledger->path, tilt__buf_get(&held.names));
    const char *meant = name != NULL ? name : held.n == 1 ? held.only : "";
    if (status == TILT_OK) status = set_series(ledger, meant, err);
    tilt__buf_free(&held.names);
    return status;
}

tilt_status tilt__series_of(tilt__ledger *ledger, int64_t audit, tilt_error *err) {
    sqlite3_stmt *statement = tilt__ledger_prepare(ledger, "SELECT series FROM audits WHERE id = ?1", err);
    if (statement == NULL) return TILT_EIO;
    (void)sqlite3_bind_int64(statement, 1, audit);
    bool row = false;
    tilt_status status = tilt__ledger_step(ledger, statement, &row, err);
    if (status == TILT_OK && row) status = set_series(ledger, tilt__ledger_get_text(statement, 0), err);
    (void)sqlite3_finalize(statement);
    return status;
}
