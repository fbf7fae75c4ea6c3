/* ledger/record.c - an audit as an entry of the chain, with rows beside it for lists and trends.
 * The entry holds hashes of everything that is stored, so that nothing can be swapped later on; the rows are
 * derived from the stored result, and `ledger verify` derives them again. */
#include "ledger/record.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "report/result.h"
#include "report/words.h"

static bool put_hash(cJSON *body, const char *key, tilt__text text) {
    char hash[TILT__SHA256_HEX];
    if (text.text == NULL) return cJSON_AddNullToObject(body, key) != NULL;
    return tilt__sha256_hex(text.text, text.n, hash) && cJSON_AddStringToObject(body, key, hash) != NULL;
}

void tilt__record_put_inputs(cJSON *object, const cJSON *result) {
    cJSON *list = tilt__put_array(object, "inputs");
    for (const cJSON *input = tilt__json_first(tilt__json_array(result, "inputs")); input != NULL;
         input = input->next) {
        cJSON *row = cJSON_CreateObject();
        cJSON_AddItemToArray(list, row);
        tilt__put_text(row, "file", tilt__json_text(input, "file"));
        tilt__json_value bytes = tilt__json_number(input, "bytes");
        (void)cJSON_AddNumberToObject(row, "bytes", bytes.known ? bytes.number : 0);
        tilt__put_text(row, "sha256", tilt__json_text(input, "sha256"));
    }
}

tilt_status tilt__record_body(const tilt__recording *r, tilt__buf *out, tilt_error *err) {
    cJSON *body = cJSON_CreateObject();
    const cJSON *period = tilt__json_object(r->tree, "period");
    tilt__put_text(body, "title", tilt__json_text(r->tree, "title"));
    if (r->series != NULL && r->series[0] != '\0') tilt__put_text(body, "series", r->series);
    tilt__put_text(body, "date", tilt__json_text(r->tree, "date"));
    tilt__put_text(body, "from", tilt__json_text(period, "from"));
    tilt__put_text(body, "to", tilt__json_text(period, "to"));
    tilt__put_text(body, "tool", tilt__json_text(tilt__json_object(r->tree, "tool"), "version"));
    tilt__put_text(body, "policy", tilt__json_text(tilt__json_object(r->tree, "policy"), "sha256"));
    tilt__put_text(body, "verdict", tilt__json_text(tilt__json_object(r->tree, "headline"), "verdict"));
    tilt__record_put_inputs(body, r->tree);
    bool ok = put_hash(body, "result_sha256", r->result) && put_hash(body, "cube_sha256", r->cube) &&
              put_hash(body, "spec_sha256", r->spec) && put_hash(body, "policy_file_sha256", r->policy);
    tilt_status status = ok ? tilt__json_print(body, out, err) : tilt__fail_memory(err);
    cJSON_Delete(body);
    return status;
}

static tilt_status next_audit(tilt__ledger *ledger, int64_t *out, tilt_error *err) {
    sqlite3_stmt *statement =
        tilt__ledger_prepare(ledger, "SELECT coalesce(max(id), 0) + 1 FROM audits", err);
    if (statement == NULL) return TILT_EIO;
    bool row = false;
    tilt_status status = tilt__ledger_step(ledger, statement, &row, err);
    *out = row ? sqlite3_column_int64(statement, 0) : 1;
    (void)sqlite3_finalize(statement);
    return status;
}

static tilt_status insert_audit(tilt__ledger *ledger, const tilt__recording *r, int64_t audit, int64_t seq,
                                tilt_error *err) {
    const cJSON *period = tilt__json_object(r->tree, "period");
    tilt__tally tally = tilt__count_verdicts(r->tree);
    sqlite3_stmt *statement = tilt__ledger_prepare(
        ledger,
        "INSERT INTO audits(id, seq, title, date, period_from, period_to, policy, verdict, tilted, "
        "undetermined, level, series) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        err);
    if (statement == NULL) return TILT_EIO;
    const char *const texts[] = {tilt__json_text(r->tree, "title"),
                                 tilt__json_text(r->tree, "date"),
                                 tilt__json_text(period, "from"),
                                 tilt__json_text(period, "to"),
                                 tilt__json_text(tilt__json_object(r->tree, "policy"), "name"),
                                 tilt__json_text(tilt__json_object(r->tree, "headline"), "verdict")};
    (void)sqlite3_bind_int64(statement, 1, audit);
    (void)sqlite3_bind_int64(statement, 2, seq);
    for (int i = 0; i < 6; i++) tilt__ledger_text(statement, i + 3, texts[i]);
    (void)sqlite3_bind_int64(statement, 9, (sqlite3_int64)tally.tilted);
    (void)sqlite3_bind_int64(statement, 10, (sqlite3_int64)tally.undetermined);
    (void)sqlite3_bind_int64(statement, 11, (sqlite3_int64)tally.level);
    tilt__ledger_text(statement, 12, ledger->series);
    return tilt__ledger_run(ledger, statement, err);
}

static void bind_finding(sqlite3_stmt *statement, int64_t audit, const tilt__finding *f) {
    const char *const texts[] = {f->id, f->view_id, f->name, f->reference, f->verdict, f->basis};
    double numbers[TILT__FINDING_NUMBERS];
    tilt__finding_numbers(f, numbers);
    (void)sqlite3_bind_int64(statement, 1, audit);
    for (int i = 0; i < 6; i++) tilt__ledger_text(statement, i + 2, texts[i]);
    (void)sqlite3_bind_int(statement, 8, f->excluded);
    for (int i = 0; i < TILT__FINDING_NUMBERS; i++) tilt__ledger_number(statement, i + 9, numbers[i]);
}

static tilt_status insert_findings(tilt__ledger *ledger, const tilt__findings *findings, int64_t audit,
                                   tilt_error *err) {
    sqlite3_stmt *statement = tilt__ledger_prepare(
        ledger,
        "INSERT INTO findings(audit, finding, view, name, reference, verdict, basis, excluded, ratio, lower, "
        "upper, se, df, xa, na, xr, nr) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, "
        "?15, ?16, ?17)",
        err);
    sqlite3_stmt *pin = tilt__ledger_prepare(
        ledger, "INSERT OR IGNORE INTO pins(view, reference, audit, series) VALUES(?1, ?2, ?3, ?4)", err);
    tilt_status status = statement != NULL && pin != NULL ? TILT_OK : TILT_EIO;
    for (size_t i = 0; i < findings->n && status == TILT_OK; i++) {
        const tilt__finding *f = &findings->items[i];
        bool row;
        bind_finding(statement, audit, f);
        status = tilt__ledger_step(ledger, statement, &row, err);
        (void)sqlite3_reset(statement);
        if (status != TILT_OK) break;
        tilt__ledger_text(pin, 1, f->view_id);
        tilt__ledger_text(pin, 2, f->reference);
        (void)sqlite3_bind_int64(pin, 3, audit);
        tilt__ledger_text(pin, 4, ledger->series);
        status = tilt__ledger_step(ledger, pin, &row, err);
        (void)sqlite3_reset(pin);
    }
    (void)sqlite3_finalize(statement);
    (void)sqlite3_finalize(pin);
    return status;
}

static tilt_status put_contents(tilt__ledger *ledger, const tilt__recording *r, int64_t audit,
                                tilt_error *err) {
    const struct {
        const char *kind;
        tilt__text text;
    } all[] = {{TILT__CONTENT_RESULT, r->result},
               {TILT__CONTENT_CUBE, r->cube},
               {TILT__CONTENT_SPEC, r->spec},
               {TILT__CONTENT_POLICY, r->policy}};
    tilt_status status = TILT_OK;
    for (size_t i = 0; i < sizeof all / sizeof *all && status == TILT_OK; i++)
        if (all[i].text.text != NULL)
            status = tilt__ledger_put(ledger, audit, all[i].kind, all[i].text.text, all[i].text.n, err);
    return status;
}

tilt_status tilt__ledger_record(tilt__ledger *ledger, const tilt__recording *r, int64_t *out_audit,
                                tilt__ledger_head *out_head, tilt_error *err) {
    tilt__arena arena = {0};
    tilt__buf body = TILT__BUF_INIT;
    tilt__findings findings;
    char subject[24];
    tilt_status status = tilt__findings_read(r->tree, &arena, &findings, err);
    if (status == TILT_OK) status = next_audit(ledger, out_audit, err);
    tilt__recording own = *r;
    own.series = ledger->series;
    if (status == TILT_OK) status = tilt__record_body(&own, &body, err);
    if (status == TILT_OK) {
        (void)snprintf(subject, sizeof subject, "%lld", (long long)*out_audit);
        status = tilt__chain_append(ledger, TILT__ENTRY_AUDIT, subject, tilt__buf_get(&body), out_head, err);
    }
    if (status == TILT_OK) status = insert_audit(ledger, r, *out_audit, out_head->length, err);
    if (status == TILT_OK) status = put_contents(ledger, r, *out_audit, err);
    if (status == TILT_OK) status = insert_findings(ledger, &findings, *out_audit, err);
    tilt__buf_free(&body);
    tilt__arena_free(&arena);
    return status;
}

tilt_status tilt__ledger_list(tilt__ledger *ledger, const char *series, size_t most, tilt__audit_fn *visit,
                              void *context, tilt_error *err) {
    sqlite3_stmt *statement = tilt__ledger_prepare(
        ledger,
        "SELECT id, seq, title, date, period_from, period_to, policy, verdict, tilted, undetermined, level, "
        "series FROM (SELECT * FROM audits WHERE ?2 IS NULL OR series = ?2 ORDER BY id DESC LIMIT ?1) "
        "ORDER BY id",
        err);
    if (statement == NULL) return TILT_EIO;
    (void)sqlite3_bind_int64(statement, 1, most > 0 && most < INT32_MAX ? (sqlite3_int64)most : INT32_MAX);
    if (series != NULL) tilt__ledger_text(statement, 2, series);
    tilt_status status = TILT_OK;
    for (bool row = true; status == TILT_OK;) {
        status = tilt__ledger_step(ledger, statement, &row, err);
        if (status != TILT_OK || !row) break;
        tilt__audit_row found = {sqlite3_column_int64(statement, 0),   sqlite3_column_int64(statement, 1),
                                 tilt__ledger_get_text(statement, 2),  tilt__ledger_get_text(statement, 3),
                                 tilt__ledger_get_text(statement, 4),  tilt__ledger_get_text(statement, 5),
                                 tilt__ledger_get_text(statement, 6),  tilt__ledger_get_text(statement, 7),
                                 tilt__ledger_get_text(statement, 11), sqlite3_column_int(statement, 8),
                                 sqlite3_column_int(statement, 9),     sqlite3_column_int(statement, 10)};
        status = visit(context, &found, err);
    }
    (void)sqlite3_finalize(statement);
    return status;
}

static tilt_status one_number(tilt__ledger *ledger, sqlite3_stmt *statement, int64_t *out, tilt_error *err) {
    if (statement == NULL) return TILT_EIO;
    bool row = false;
    tilt_status status = tilt__ledger_step(ledger, statement, &row, err);
    *out = row ? sqlite3_column_int64(statement, 0) : 0;
    (void)sqlite3_finalize(statement);
    return status;
}

tilt_status tilt__ledger_count(tilt__ledger *ledger, size_t *out, tilt_error *err) {
    int64_t n = 0;
    tilt_status status =
        one_number(ledger, tilt__ledger_prepare(ledger, "SELECT count(*) FROM audits", err), &n, err);
    *out = (size_t)n;
    return status;
}

tilt_status tilt__ledger_last(tilt__ledger *ledger, const char *period_to, int64_t but, int64_t *out,
                              tilt_error *err) {
    *out = 0;
    sqlite3_stmt *statement = tilt__ledger_prepare(
        ledger,
        period_to != NULL
            ? "SELECT id FROM audits WHERE series = ?3 AND id <> ?1 AND period_to < ?2 ORDER BY period_to "
              "DESC, id DESC LIMIT 1"
            : "SELECT id FROM audits WHERE series = ?3 AND id <> ?1 ORDER BY id DESC LIMIT 1",
        err);
    if (statement == NULL) return TILT_EIO;
    (void)sqlite3_bind_int64(statement, 1, but);
    if (period_to != NULL) tilt__ledger_text(statement, 2, period_to);
    tilt__ledger_text(statement, 3, ledger->series);
    tilt_status status = one_number(ledger, statement, out, err);
    if (status != TILT_OK || *out != 0 || period_to == NULL) return status;
    /* audits without a period, recorded last; never one of the same or a later period */
    statement = tilt__ledger_prepare(
        ledger,
        "SELECT id FROM audits WHERE series = ?2 AND id <> ?1 AND period_to IS NULL ORDER BY id DESC LIMIT 1",
        err);
    if (statement != NULL) {
        (void)sqlite3_bind_int64(statement, 1, but);
        tilt__ledger_text(statement, 2, ledger->series);
    }
    return one_number(ledger, statement, out, err);
}

tilt_status tilt__ledger_audit(tilt__ledger *ledger, const char *word, int64_t *out, tilt_error *err) {
    *out = 0;
    tilt_status status = TILT_OK;
    if (strcmp(word, "last") == 0) {
        status = tilt__ledger_last(ledger, NULL, 0, out, err);
    } else if (word[strspn(word, "0123456789")] == '\0' && word[0] != '\0' && strlen(word) < 18) {
        sqlite3_stmt *statement = tilt__ledger_prepare(ledger, "SELECT id FROM audits WHERE id = ?1", err);
        if (statement != NULL) (void)sqlite3_bind_int64(statement, 1, strtoll(word, NULL, 10));
        status = one_number(ledger, statement, out, err);
    }
    if (status != TILT_OK || *out != 0) return status;
    size_t n = 0;
    status = tilt__ledger_count(ledger, &n, err);
    if (status != TILT_OK) return status;
    return tilt__fail(err, TILT_EUSAGE,
                      "%s has no audit \"%.40s\"; it holds %zu, numbered from 1 (`tiltmeter ledger list`)",
                      ledger->path, word, n);
}

tilt_status tilt__ledger_pins(tilt__ledger *ledger, tilt__pin_fn *visit, void *context, tilt_error *err) {
    sqlite3_stmt *statement =
        tilt__ledger_prepare(ledger, "SELECT view, reference FROM pins WHERE series = ?1", err);
    if (statement == NULL) return TILT_EIO;
    tilt__ledger_text(statement, 1, ledger->series);
    tilt_status status = TILT_OK;
    for (bool row = true; status == TILT_OK;) {
        status = tilt__ledger_step(ledger, statement, &row, err);
        if (status != TILT_OK || !row) break;
        status =
            visit(context, tilt__ledger_get_text(statement, 0), tilt__ledger_get_text(statement, 1), err);
    }
    (void)sqlite3_finalize(statement);
    return status;
}
