/* ledger/chain.c - appending to the chain and walking it. Nothing is ever changed in it. */
#include "ledger/chain.h"

#include <string.h>

#include "base/error.h"

static const char genesis[] = "0000000000000000000000000000000000000000000000000000000000000000";
_Static_assert(sizeof genesis == TILT__SHA256_HEX, "as long as a hash");

bool tilt__entry_hash(const tilt__entry *entry, const char *previous, char out[TILT__SHA256_HEX]) {
    tilt__buf text = TILT__BUF_INIT;
    size_t n = strlen(entry->body);
    tilt__buf_format(&text, "tiltmeter-ledger/1 %lld %s %s %s %zu\n", (long long)entry->seq, entry->kind,
                     entry->subject, previous, n);
    tilt__buf_add(&text, entry->body, n);
    bool ok = !text.failed && tilt__sha256_hex(tilt__buf_get(&text), text.length, out);
    tilt__buf_free(&text);
    return ok;
}

tilt_status tilt__chain_head(tilt__ledger *ledger, tilt__ledger_head *out, tilt_error *err) {
    sqlite3_stmt *statement =
        tilt__ledger_prepare(ledger, "SELECT seq, hash FROM entries ORDER BY seq DESC LIMIT 1", err);
    if (statement == NULL) return TILT_EIO;
    bool row = false;
    tilt_status status = tilt__ledger_step(ledger, statement, &row, err);
    *out = (tilt__ledger_head){0};
    memcpy(out->hash, genesis, sizeof genesis);
    if (row) {
        const char *hash = tilt__ledger_get_text(statement, 1);
        out->length = sqlite3_column_int64(statement, 0);
        if (strlen(hash) == TILT__SHA256_HEX - 1) memcpy(out->hash, hash, TILT__SHA256_HEX);
    }
    (void)sqlite3_finalize(statement);
    return status;
}

tilt_status tilt__chain_append(tilt__ledger *ledger, const char *kind, const char *subject, const char *body,
                               tilt__ledger_head *out, tilt_error *err) {
    tilt__ledger_head head;
    tilt_status status = tilt__chain_head(ledger, &head, err);
    if (status != TILT_OK) return status;
    tilt__entry entry = {head.length + 1, kind, subject, body, NULL};
    char hash[TILT__SHA256_HEX];
    if (!tilt__entry_hash(&entry, head.hash, hash)) return tilt__fail_memory(err);
    sqlite3_stmt *statement = tilt__ledger_prepare(
        ledger, "INSERT INTO entries(seq, kind, subject, body, hash) VALUES(?1, ?2, ?3, ?4, ?5)", err);
    if (statement != NULL) {
        (void)sqlite3_bind_int64(statement, 1, entry.seq);
        const char *const texts[] = {kind, subject, body, hash};
        for (int i = 0; i < 4; i++) tilt__ledger_text(statement, i + 2, texts[i]);
    }
    status = tilt__ledger_run(ledger, statement, err);
    if (status == TILT_OK && out != NULL) {
        out->length = entry.seq;
        memcpy(out->hash, hash, sizeof hash);
    }
    return status;
}

tilt_status tilt__chain_each(tilt__ledger *ledger, const char *kind, const char *subject,
                             tilt__entry_fn *visit, void *context, tilt_error *err) {
    sqlite3_stmt *statement = tilt__ledger_prepare(
        ledger,
        subject != NULL ? "SELECT seq, kind, subject, body, hash FROM entries WHERE kind = ?1 AND subject = "
                          "?2 ORDER BY seq"
        : kind != NULL  ? "SELECT seq, kind, subject, body, hash FROM entries WHERE kind = ?1 ORDER BY seq"
                        : "SELECT seq, kind, subject, body, hash FROM entries ORDER BY seq",
        err);
    if (statement == NULL) return TILT_EIO;
    if (kind != NULL) tilt__ledger_text(statement, 1, kind);
    if (subject != NULL) tilt__ledger_text(statement, 2, subject);
    bool row = true;
    tilt_status status = TILT_OK;
    while (status == TILT_OK) {
        status = tilt__ledger_step(ledger, statement, &row, err);
        if (status != TILT_OK || !row) break;
        tilt__entry entry = {sqlite3_column_int64(statement, 0), tilt__ledger_get_text(statement, 1),
                             tilt__ledger_get_text(statement, 2), tilt__ledger_get_text(statement, 3),
                             tilt__ledger_get_text(statement, 4)};
        status = visit(context, &entry, err);
    }
    (void)sqlite3_finalize(statement);
    return status;
}
