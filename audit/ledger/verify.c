/* ledger/verify.c - walks the chain from its first entry: hashes, stored texts, derived rows; then the head
 * that was asked for, and the signatures. The first thing that does not hold is named and the walk ends. */
#include "ledger/verify.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "ledger/finding.h"
#include "ledger/record.h"
#include "ledger/sign.h"
#include "report/words.h"

typedef struct walk {
    tilt__ledger *ledger;
    tilt__verified *out;
    char previous[TILT__SHA256_HEX];
    int64_t expected_length; /* 0: not given */
    const char *expected;    /* NULL: none */
    int64_t n_audits;
    bool stop;
} walk;

static void TILT_PRINTF(3, 4) bad(walk *w, int64_t seq, const char *format, ...) {
    va_list args;
    va_start(args, format);
    (void)vsnprintf(w->out->why, sizeof w->out->why, format, args);
    va_end(args);
    w->out->ok = false;
    w->out->seq = seq;
    w->stop = true;
}

static bool same_hash(const char *text, size_t n, const char *hash) {
    char own[TILT__SHA256_HEX];
    return hash != NULL && tilt__sha256_hex(text, n, own) && strcmp(own, hash) == 0;
}

/* A stored text against the hash in the entry; *out stays for the caller. */
static tilt_status check_content(walk *w, const tilt__entry *entry, const cJSON *body, int64_t audit,
                                 const char *kind, const char *key, tilt__buf *out, tilt_error *err) {
    bool found = false;
    const char *hash = tilt__json_text(body, key);
    tilt_error inner = {.status = TILT_OK};
    tilt_status status = tilt__ledger_get(w->ledger, audit, kind, out, &found, &inner);
    if (status == TILT_ENOMEM) return tilt__fail_memory(err);
    if (status == TILT_OK && !found && hash == NULL) return TILT_OK;
    if (status != TILT_OK || !found || !same_hash(tilt__buf_get(out), out->length, hash))
        bad(w, entry->seq, "entry %lld (audit %s): the stored %s is not the one that was recorded",
            (long long)entry->seq, entry->subject, kind);
    return TILT_OK;
}

static bool same_number(double a, double b) {
    return (isnan(a) && isnan(b)) || a == b;
}

static bool same_text(sqlite3_stmt *statement, int at, const char *text) {
    return strcmp(tilt__ledger_get_text(statement, at), text != NULL ? text : "") == 0;
}

static bool same_finding(sqlite3_stmt *statement, const tilt__finding *f) {
    double numbers[TILT__FINDING_NUMBERS];
    tilt__finding_numbers(f, numbers);
    bool same = same_text(statement, 0, f->view_id) && same_text(statement, 1, f->reference) &&
                same_text(statement, 2, f->verdict) && same_text(statement, 3, f->basis) &&
                (sqlite3_column_int(statement, 4) != 0) == f->excluded;
    for (int i = 0; i < TILT__FINDING_NUMBERS; i++)
        same = same && same_number(tilt__ledger_get_number(statement, 5 + i), numbers[i]);
    return same;
}

/* The line of the list against the result: title, date, period, verdict, and how many findings of each. */
static tilt_status check_line(walk *w, const tilt__entry *entry, int64_t audit, const cJSON *body,
                              const cJSON *tree, tilt_error *err) {
    sqlite3_stmt *statement = tilt__ledger_prepare(
        w->ledger,
        "SELECT title, date, period_from, period_to, policy, verdict, tilted, undetermined, level, seq, "
        "series FROM audits WHERE id = ?1",
        err);
    if (statement == NULL) return TILT_EIO;
    (void)sqlite3_bind_int64(statement, 1, audit);
    bool row = false;
    tilt_status status = tilt__ledger_step(w->ledger, statement, &row, err);
    const cJSON *period = tilt__json_object(tree, "period");
    tilt__tally tally = tilt__count_verdicts(tree);
    bool same = row && same_text(statement, 0, tilt__json_text(tree, "title")) &&
                same_text(statement, 1, tilt__json_text(tree, "date")) &&
                same_text(statement, 2, tilt__json_text(period, "from")) &&
                same_text(statement, 3, tilt__json_text(period, "to")) &&
                same_text(statement, 4, tilt__json_text(tilt__json_object(tree, "policy"), "name")) &&
                same_text(statement, 5, tilt__json_text(tilt__json_object(tree, "headline"), "verdict")) &&
                sqlite3_column_int64(statement, 6) == (int64_t)tally.tilted &&
                sqlite3_column_int64(statement, 7) == (int64_t)tally.undetermined &&
                sqlite3_column_int64(statement, 8) == (int64_t)tally.level &&
                sqlite3_column_int64(statement, 9) == entry->seq &&
                same_text(statement, 10, tilt__json_text(body, "series"));
    (void)sqlite3_finalize(statement);
    if (status == TILT_OK && !same)
        bad(w, entry->seq, "entry %lld (audit %s): its line in the list is not what its result says",
            (long long)entry->seq, entry->subject);
    return status;
}

/* The rows of one audit, derived again from its result. */
static tilt_status check_rows(walk *w, const tilt__entry *entry, int64_t audit, const cJSON *body,
                              const tilt__buf *result, tilt_error *err) {
    tilt__arena arena = {0};
    tilt__findings findings = {NULL, 0};
    cJSON *tree = tilt__result_parse("stored result", tilt__buf_get(result), result->length, err);
    if (tree == NULL) return err != NULL ? err->status : TILT_EIO;
    tilt_status status = check_line(w, entry, audit, body, tree, err);
    if (status == TILT_OK && !w->stop) status = tilt__findings_read(tree, &arena, &findings, err);
    sqlite3_stmt *statement = tilt__ledger_prepare(
        w->ledger,
        "SELECT view, reference, verdict, basis, excluded, ratio, lower, upper, se, df, xa, na, xr, nr "
        "FROM findings WHERE audit = ?1 AND finding = ?2",
        err);
    if (status == TILT_OK && statement == NULL) status = TILT_EIO;
    for (size_t i = 0; i < findings.n && status == TILT_OK && !w->stop; i++) {
        bool row = false;
        (void)sqlite3_bind_int64(statement, 1, audit);
        tilt__ledger_text(statement, 2, findings.items[i].id);
        status = tilt__ledger_step(w->ledger, statement, &row, err);
        if (status == TILT_OK && (!row || !same_finding(statement, &findings.items[i])))
            bad(w, entry->seq, "entry %lld (audit %s): the row of finding %s is not what its result says",
                (long long)entry->seq, entry->subject, findings.items[i].id);
        (void)sqlite3_reset(statement);
    }
    (void)sqlite3_finalize(statement);
    cJSON_Delete(tree);
    tilt__arena_free(&arena);
    return status;
}

static tilt_status count_rows(walk *w, const char *sql, int64_t *out, tilt_error *err) {
    sqlite3_stmt *statement = tilt__ledger_prepare(w->ledger, sql, err);
    if (statement == NULL) return TILT_EIO;
    bool row = false;
    tilt_status status = tilt__ledger_step(w->ledger, statement, &row, err);
    *out = row ? sqlite3_column_int64(statement, 0) : 0;
    (void)sqlite3_finalize(statement);
    return status;
}

static tilt_status check_audit(walk *w, const tilt__entry *entry, tilt_error *err) {
    static const char *const kinds[][2] = {{TILT__CONTENT_CUBE, "cube_sha256"},
                                           {TILT__CONTENT_SPEC, "spec_sha256"},
                                           {TILT__CONTENT_POLICY, "policy_file_sha256"}};
    int64_t audit = strtoll(entry->subject, NULL, 10);
    cJSON *body = tilt__json_parse(entry->body, strlen(entry->body), NULL);
    tilt__buf result = TILT__BUF_INIT;
    tilt_status status = TILT_OK;
    if (body == NULL || audit != ++w->n_audits)
        bad(w, entry->seq, "entry %lld: audit %s stands out of order", (long long)entry->seq, entry->subject);
    else
        status = check_content(w, entry, body, audit, TILT__CONTENT_RESULT, "result_sha256", &result, err);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds && status == TILT_OK && !w->stop; i++) {
        tilt__buf text = TILT__BUF_INIT;
        status = check_content(w, entry, body, audit, kinds[i][0], kinds[i][1], &text, err);
        tilt__buf_free(&text);
    }
    if (status == TILT_OK && !w->stop) status = check_rows(w, entry, audit, body, &result, err);
    cJSON_Delete(body);
    tilt__buf_free(&result);
    return status;
}

static const char *what_of(const tilt__entry *entry) {
    return strcmp(entry->kind, TILT__ENTRY_REVIEW) == 0  ? "review of finding"
           : strcmp(entry->kind, TILT__ENTRY_AUDIT) == 0 ? "audit"
                                                         : "of an unknown kind,";
}

static tilt_status check_entry(void *context, const tilt__entry *entry, tilt_error *err) {
    walk *w = context;
    char hash[TILT__SHA256_HEX];
    if (w->stop) return TILT_OK;
    int64_t expected_seq = w->out->head.length + 1;
    if (entry->seq != expected_seq) {
        bad(w, expected_seq, "entry %lld is missing", (long long)expected_seq);
        return TILT_OK;
    }
    if (!tilt__entry_hash(entry, w->previous, hash)) return tilt__fail_memory(err);
    if (strcmp(hash, entry->hash) != 0) {
        bad(w, entry->seq, "entry %lld (%s %.24s) does not fit its hash: it, or one before it, was changed",
            (long long)entry->seq, what_of(entry), entry->subject);
        return TILT_OK;
    }
    w->out->head.length = entry->seq;
    memcpy(w->out->head.hash, hash, sizeof hash);
    memcpy(w->previous, hash, sizeof hash);
    if (w->expected != NULL && strcmp(w->expected, hash) == 0) w->out->head_at = entry->seq;
    return strcmp(entry->kind, TILT__ENTRY_AUDIT) == 0 ? check_audit(w, entry, err) : TILT_OK;
}

/* Damage to the file itself: pages, indexes, rows of the wrong type. */
static tilt_status check_file(walk *w, tilt_error *err) {
    sqlite3_stmt *statement = tilt__ledger_prepare(w->ledger, "PRAGMA integrity_check(1)", err);
    if (statement == NULL) return TILT_EIO;
    bool row = false;
    tilt_error inner = {.status = TILT_OK};
    tilt_status status = tilt__ledger_step(w->ledger, statement, &row, &inner);
    if (status != TILT_OK)
        bad(w, 0, "%.400s", inner.message);
    else if (!row || strcmp(tilt__ledger_get_text(statement, 0), "ok") != 0)
        bad(w, 0, "the file is damaged: %.400s", tilt__ledger_get_text(statement, 0));
    (void)sqlite3_finalize(statement);
    return TILT_OK;
}

static tilt_status check_counts(walk *w, tilt_error *err) {
    int64_t audits = 0, strays = 0;
    tilt_status status = count_rows(w, "SELECT count(*) FROM audits", &audits, err);
    if (status == TILT_OK)
        status = count_rows(
            w,
            "SELECT (SELECT count(*) FROM findings WHERE audit NOT IN (SELECT id FROM audits)) +"
            " (SELECT count(*) FROM contents WHERE audit NOT IN (SELECT id FROM audits)) +"
            " (SELECT count(*) FROM pins p WHERE NOT EXISTS (SELECT 1 FROM findings f JOIN audits a"
            " ON a.id = f.audit WHERE f.view = p.view AND f.audit = p.audit AND f.reference ="
            " p.reference AND a.series = p.series) OR EXISTS (SELECT 1 FROM findings f JOIN audits a"
            " ON a.id = f.audit WHERE f.view = p.view AND f.audit < p.audit AND a.series = p.series))",
            &strays, err);
    if (status != TILT_OK) return status;
    if (audits != w->n_audits)
        bad(w, 0, "there are %lld audits but %lld entries of audits", (long long)audits,
            (long long)w->n_audits);
    else if (strays != 0)
        bad(w, 0, "%lld rows belong to no recorded audit, or name another reference than the first audit",
            (long long)strays);
    return TILT_OK;
}

static void signed_text(int64_t seq, const char *hash, char *out, size_t room) {
    (void)snprintf(out, room, "tiltmeter-ledger/1 %lld %s", (long long)seq, hash);
}

static bool hash_at(walk *w, int64_t seq, const char *hash, tilt_error *err) {
    sqlite3_stmt *statement =
        tilt__ledger_prepare(w->ledger, "SELECT 1 FROM entries WHERE seq = ?1 AND hash = ?2", err);
    if (statement == NULL) return false;
    bool row = false;
    (void)sqlite3_bind_int64(statement, 1, seq);
    tilt__ledger_text(statement, 2, hash);
    tilt_status status = tilt__ledger_step(w->ledger, statement, &row, err);
    (void)sqlite3_finalize(statement);
    return status == TILT_OK && row;
}

static tilt_status check_signatures(walk *w, const char *public_key, tilt_error *err) {
    char wanted[TILT__KEY_HEX] = "";
    tilt_status status = public_key != NULL ? tilt__ed25519_public(public_key, wanted, err) : TILT_OK;
    if (status != TILT_OK) return status;
    sqlite3_stmt *statement = tilt__ledger_prepare(
        w->ledger, "SELECT seq, hash, key, signature FROM signatures ORDER BY seq, key", err);
    if (statement == NULL) return TILT_EIO;
    for (bool row = true; status == TILT_OK && !w->stop;) {
        status = tilt__ledger_step(w->ledger, statement, &row, err);
        if (status != TILT_OK || !row) break;
        int64_t seq = sqlite3_column_int64(statement, 0);
        const char *hash = tilt__ledger_get_text(statement, 1), *key = tilt__ledger_get_text(statement, 2);
        char text[160];
        if (public_key != NULL && strcmp(key, wanted) != 0) continue;
        signed_text(seq, hash, text, sizeof text);
        if (!tilt__ed25519_holds(key, tilt__ledger_get_text(statement, 3), text, strlen(text)))
            bad(w, seq, "the signature of entry %lld does not hold", (long long)seq);
        else if (!hash_at(w, seq, hash, err))
            bad(w, seq, "entry %lld was signed with another hash: it, or one before it, was changed since",
                (long long)seq);
        else
            w->out->n_signatures++;
    }
    (void)sqlite3_finalize(statement);
    if (status == TILT_OK && !w->stop && public_key != NULL && w->out->n_signatures == 0)
        bad(w, 0, "no head in this ledger is signed with this key");
    return status;
}

static void check_expected(walk *w) {
    if (w->expected == NULL || w->stop) return;
    tilt__verified *out = w->out;
    static const char zeros[] = "0000000000000000000000000000000000000000000000000000000000000000";
    if (out->head_at > 0 && (w->expected_length == 0 || w->expected_length == out->head_at)) return;
    if (strcmp(w->expected, zeros) == 0 && w->expected_length <= 0) return; /* before the first entry */
    if (w->expected_length > out->head.length)
        bad(w, out->head.length + 1, "entries %lld to %lld are missing: the ledger was shortened",
            (long long)out->head.length + 1, (long long)w->expected_length);
    else if (w->expected_length > 0)
        bad(w, w->expected_length,
            "entry %lld does not have the hash it had: it, or one before it, was rewritten",
            (long long)w->expected_length);
    else
        bad(w, 0, "no entry has this hash: the ledger was rewritten, shortened, or is another one");
}

/* "HASH" or "LENGTH:HASH". */
static tilt_status read_expected(walk *w, const char *text, tilt_error *err) {
    if (text == NULL) return TILT_OK;
    size_t digits = strspn(text, "0123456789");
    const char *hash = text;
    if (digits > 0 && digits < 18 && text[digits] == ':') {
        w->expected_length = strtoll(text, NULL, 10);
        hash = text + digits + 1;
    }
    if (strlen(hash) != TILT__SHA256_HEX - 1 || strspn(hash, "0123456789abcdef") != TILT__SHA256_HEX - 1)
        return tilt__fail(err, TILT_EUSAGE,
                          "--head needs the 64 digits of a hash, or LENGTH:HASH, found \"%.80s\"", text);
    w->expected = hash;
    return TILT_OK;
}

tilt_status tilt__ledger_verify(tilt__ledger *ledger, const char *expected, const char *public_key,
                                tilt__verified *out, tilt_error *err) {
    *out = (tilt__verified){.ok = true};
    walk w = {.ledger = ledger, .out = out};
    memset(w.previous, '0', TILT__SHA256_HEX - 1);
    memset(out->head.hash, '0', TILT__SHA256_HEX - 1);
    tilt_status status = read_expected(&w, expected, err);
    if (status == TILT_OK) status = tilt__ledger_begin_read(ledger, err);
    if (status != TILT_OK) return status;
    status = check_file(&w, err);
    if (status == TILT_OK && !w.stop) status = tilt__chain_each(ledger, NULL, NULL, check_entry, &w, err);
    if (status == TILT_OK && !w.stop) status = check_counts(&w, err);
    check_expected(&w);
    if (status == TILT_OK && !w.stop) status = check_signatures(&w, public_key, err);
    tilt__ledger_rollback(ledger);
    return status;
}

tilt_status tilt__ledger_sign(tilt__ledger *ledger, const char *private_key, tilt__ledger_head *out_head,
                              char out_signature[TILT__SIGNATURE_HEX], tilt_error *err) {
    char key[TILT__KEY_HEX], text[160];
    tilt_status status = tilt__ledger_begin(ledger, err);
    if (status != TILT_OK) return status;
    status = tilt__chain_head(ledger, out_head, err);
    if (status == TILT_OK && out_head->length == 0)
        status = tilt__fail(err, TILT_EUSAGE, "%s is empty: there is no head to sign", ledger->path);
    if (status == TILT_OK) {
        signed_text(out_head->length, out_head->hash, text, sizeof text);
        status = tilt__ed25519_sign(private_key, text, strlen(text), key, out_signature, err);
    }
    sqlite3_stmt *statement = NULL;
    if (status == TILT_OK)
        statement = tilt__ledger_prepare(
            ledger, "INSERT OR REPLACE INTO signatures(seq, hash, key, signature) VALUES(?1, ?2, ?3, ?4)",
            err);
    if (statement != NULL) {
        (void)sqlite3_bind_int64(statement, 1, out_head->length);
        tilt__ledger_text(statement, 2, out_head->hash);
        tilt__ledger_text(statement, 3, key);
        tilt__ledger_text(statement, 4, out_signature);
    }
    if (status == TILT_OK) status = tilt__ledger_run(ledger, statement, err);
    if (status == TILT_OK) return tilt__ledger_commit(ledger, err);
    tilt__ledger_rollback(ledger);
    return status;
}
