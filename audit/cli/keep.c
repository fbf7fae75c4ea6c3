/* cli/keep.c - the ledger around an audit. Completing and recording happen in one transaction, so that two
 * audits at once each state the head they stand on and neither gets lost. The record comes before any report
 * is written: a report that cannot be written leaves an audit that `ledger export` can print. */
#include "cli/keep.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/io.h"
#include "ledger/attach.h"
#include "ledger/compare.h"
#include "ledger/series.h"
#include "ledger/trend.h"
#include "map/policy.h"
#include "map/spec.h"
#include "report/publish.h"
#include "report/sentences.h"

enum { POLICY_CEILING = 1 << 20 };

void tilt__keep_close(tilt__keep *keep) {
    tilt__ledger_free(keep->ledger);
    tilt__buf_free(&keep->spec);
    tilt__buf_free(&keep->policy);
    tilt__buf_free(&keep->completed);
    keep->ledger = NULL;
}

const char *tilt__keep_path(const tilt__cli *cli, const tilt_spec *spec) {
    const char *path = tilt__cli_value(cli, "ledger");
    if (path == NULL && spec != NULL) path = tilt_spec_ledger(spec);
    if (path == NULL) path = getenv("TILTMETER_LEDGER");
    return path != NULL && path[0] != '\0' ? path : NULL;
}

tilt_status tilt__keep_open(const tilt__cli *cli, tilt_spec *spec, tilt__keep *out, tilt_error *err) {
    const char *path = tilt__keep_path(cli, spec);
    *out = (tilt__keep){.against = tilt_spec_against(spec),
                        .spec = TILT__BUF_INIT,
                        .policy = TILT__BUF_INIT,
                        .completed = TILT__BUF_INIT};
    out->waivers = spec->policy != NULL;
    bool last = out->against != NULL && strcmp(out->against, "last") == 0;
    if (path == NULL && last)
        return tilt__fail(err, TILT_EUSAGE,
                          "--against last needs a ledger: give --ledger FILE, or set TILTMETER_LEDGER");
    if (out->against != NULL && spec->publish)
        return tilt__fail(
            err, TILT_EUSAGE,
            "--against cannot be published: what changed between two tables can give away what each "
            "of them hides; compare in an internal audit");
    if (path == NULL && spec->series != NULL)
        return tilt__fail(err, TILT_EUSAGE,
                          "--series needs a ledger: give --ledger FILE, or set TILTMETER_LEDGER");
    spec->keep_cube = out->against != NULL;
    if (path == NULL) return TILT_OK;
    out->ledger = tilt__ledger_open(path, true, err);
    if (out->ledger == NULL) return err->status;
    tilt_status entered = tilt__series_enter(out->ledger, spec->series, err);
    if (entered != TILT_OK) return entered;
    tilt_spec_keep(spec);
    if (tilt__policy_is_file(spec->policy)) { /* read once: what is judged by is what is kept */
        tilt_status status = tilt__read_file(spec->policy, POLICY_CEILING, &out->policy, err);
        if (status != TILT_OK) return status;
        spec->policy_text = tilt__buf_get(&out->policy);
        spec->n_policy_text = out->policy.length;
    }
    return tilt__attach_pins(out->ledger, spec, err);
}

/* An earlier audit read from a file or from the ledger. */
typedef struct earlier {
    cJSON *result, *cube;
    char sha256[TILT__SHA256_HEX];
    int64_t audit;
} earlier;

static void drop_earlier(earlier *e) {
    cJSON_Delete(e->result);
    cJSON_Delete(e->cube);
}

static tilt_status parse_earlier(const char *name, const tilt__buf *text, earlier *out, tilt_error *err) {
    out->result = tilt__result_parse(name, tilt__buf_get(text), text->length, err);
    if (out->result == NULL) return err->status;
    return tilt__sha256_hex(tilt__buf_get(text), text->length, out->sha256) ? TILT_OK
                                                                            : tilt__fail_memory(err);
}

static tilt_status read_earlier_file(const char *path, earlier *out, tilt_error *err) {
    tilt__buf text = TILT__BUF_INIT;
    tilt_status status = tilt__read_file(path, TILT__JSON_CEILING, &text, err);
    if (status == TILT_OK) status = parse_earlier(path, &text, out, err);
    tilt__buf_free(&text);
    return status;
}

static tilt_status read_earlier_audit(tilt__ledger *ledger, const cJSON *result, earlier *out,
                                      tilt_error *err) {
    const char *to = tilt__json_text(tilt__json_object(result, "period"), "to");
    tilt__buf text = TILT__BUF_INIT, cube = TILT__BUF_INIT;
    tilt_status status = tilt__ledger_last(ledger, to, 0, &out->audit, err);
    if (status == TILT_OK && out->audit > 0) {
        status = tilt__ledger_get(ledger, out->audit, TILT__CONTENT_RESULT, &text, NULL, err);
        if (status == TILT_OK)
            status = tilt__ledger_get(ledger, out->audit, TILT__CONTENT_CUBE, &cube, NULL, err);
        if (status == TILT_OK) status = parse_earlier("an audit in the ledger", &text, out, err);
        if (status == TILT_OK && cube.length > 0) {
            out->cube = tilt__json_parse(tilt__buf_get(&cube), cube.length, err);
            if (out->cube == NULL) status = err->status;
        }
    }
    tilt__buf_free(&text);
    tilt__buf_free(&cube);
    return status;
}

static tilt_status put_change(tilt__keep *keep, const earlier *before, const tilt_audit *audit, cJSON *result,
                              tilt_error *err) {
    tilt__arena arena = {0};
    tilt__reviews reviews = {NULL, 0, 0};
    size_t n = 0;
    const char *text = tilt_audit_cube(audit, &n);
    cJSON *cube = text != NULL ? tilt__json_parse(text, n, err) : NULL;
    tilt_status status = text != NULL && cube == NULL ? err->status : TILT_OK;
    if (status == TILT_OK && keep->ledger != NULL)
        status = tilt__reviews_read(keep->ledger, NULL, &arena, &reviews, err);
    cJSON *change = NULL;
    if (status == TILT_OK) {
        tilt__compared sides[2] = {{before->result, before->cube, before->sha256, before->audit},
                                   {result, cube, NULL, 0}};
        change = tilt__compare(&sides[0], &sides[1], keep->ledger != NULL ? &reviews : NULL, err);
        if (change == NULL) status = err->status;
    }
    if (status == TILT_OK) {
        cJSON_DeleteItemFromObjectCaseSensitive(result, "change_reason");
        if (!cJSON_ReplaceItemInObjectCaseSensitive(result, "change", change)) {
            cJSON_Delete(change);
            status = tilt__fail(err, TILT_EINTERNAL, "the result has no place for a change");
        }
    }
    cJSON_Delete(cube);
    tilt__arena_free(&arena);
    return status;
}

static tilt_status compare_with(tilt__keep *keep, const tilt_audit *audit, cJSON *result, tilt_error *err) {
    earlier before = {0};
    bool last = strcmp(keep->against, "last") == 0;
    tilt_status status = last ? read_earlier_audit(keep->ledger, result, &before, err)
                              : read_earlier_file(keep->against, &before, err);
    if (status == TILT_OK && before.result != NULL) status = put_change(keep, &before, audit, result, err);
    if (status == TILT_OK && before.result == NULL)
        (void)cJSON_ReplaceItemInObjectCaseSensitive(result, "change_reason",
                                                     cJSON_CreateString("no_earlier_audit"));
    drop_earlier(&before);
    return status;
}

static tilt_status record(tilt__keep *keep, const tilt_audit *audit, const cJSON *result, tilt__text text,
                          tilt_error *err) {
    tilt__ledger_head head;
    tilt__recording recording = {.tree = result, .result = text};
    recording.cube.text = tilt_audit_cube(audit, &recording.cube.n);
    if (keep->spec.length > 0) {
        recording.spec.text = tilt__buf_get(&keep->spec);
        recording.spec.n = keep->spec.length;
    }
    if (keep->policy.length > 0) {
        recording.policy.text = tilt__buf_get(&keep->policy);
        recording.policy.n = keep->policy.length;
    }
    return tilt__ledger_record(keep->ledger, &recording, &keep->audit, &head, err);
}

/* The trend as the ledger will give it once this audit is in: it is recorded, looked at, and taken back. */
static tilt_status put_trend(tilt__keep *keep, const tilt_audit *audit, cJSON *result, tilt_error *err) {
    size_t n;
    const char *text = tilt_audit_result(audit, &n);
    tilt__trend_ask ask = {.last = TILT__TREND_LAST, .most = TILT__TREND_MOST};
    tilt_status status = tilt__ledger_try(keep->ledger, err);
    if (status == TILT_OK) status = record(keep, audit, result, (tilt__text){text, n}, err);
    cJSON *trend = status == TILT_OK ? tilt__ledger_trend(keep->ledger, &ask, err) : NULL;
    if (status == TILT_OK && trend == NULL) status = err->status;
    if (status == TILT_OK) status = tilt__ledger_take_back(keep->ledger, err);
    static const char *const own[] = {"schema", "tool", "policy"}; /* the result has them */
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        cJSON_DeleteItemFromObjectCaseSensitive(trend, own[i]);
    if (status == TILT_OK && cJSON_AddItemToObject(result, "trend", trend)) return TILT_OK;
    cJSON_Delete(trend);
    return status != TILT_OK ? status : tilt__fail_memory(err);
}

/* A trend needs an earlier audit; published counts are compared with no others. */
static tilt_status follow(tilt__keep *keep, const tilt_audit *audit, cJSON *result, tilt_error *err) {
    int64_t last = 0;
    if (keep->ledger == NULL || tilt__json_true(tilt__json_object(result, "privacy"), "publish"))
        return TILT_OK;
    tilt_status status = tilt__ledger_last(keep->ledger, NULL, 0, &last, err);
    return status == TILT_OK && last > 0 ? put_trend(keep, audit, result, err) : status;
}

static tilt_status complete(tilt__keep *keep, const tilt_audit *audit, cJSON *result, tilt__buf *out,
                            tilt_error *err) {
    tilt_status status = TILT_OK;
    if (keep->ledger != NULL) status = tilt__attach_ledger(keep->ledger, result, err);
    if (status == TILT_OK && keep->against != NULL) status = compare_with(keep, audit, result, err);
    if (status == TILT_OK) status = follow(keep, audit, result, err);
    if (status != TILT_OK) return status;
    cJSON *shown = cJSON_Duplicate(result, true); /* the gate still reads reviews and what changed */
    if (shown == NULL) return tilt__fail_memory(err);
    status = tilt__publish_added(shown, err);
    if (status == TILT_OK) status = tilt__sentences_print(shown, out, err);
    cJSON_Delete(shown);
    return status;
}

tilt_status tilt__keep_result(tilt__keep *keep, const tilt_audit *audit, tilt__text *out_text,
                              bool *out_stops, tilt_error *err) {
    size_t n;
    const char *text = tilt_audit_result(audit, &n);
    tilt__buf *out = &keep->completed;
    *out_text = (tilt__text){text, n};
    *out_stops = tilt_audit_is_tilted(audit);
    if (keep->ledger == NULL && keep->against == NULL && !(*out_stops && keep->waivers)) return TILT_OK;
    cJSON *result = tilt__result_parse("the audit", text, n, err);
    if (result == NULL) return err->status;
    tilt_status status = keep->ledger != NULL ? tilt__ledger_begin(keep->ledger, err) : TILT_OK;
    if (status == TILT_OK) status = complete(keep, audit, result, out, err);
    *out_text = (tilt__text){tilt__buf_get(out), out->length};
    if (status == TILT_OK && keep->ledger != NULL) status = record(keep, audit, result, *out_text, err);
    if (status == TILT_OK && keep->ledger != NULL) status = tilt__ledger_commit(keep->ledger, err);
    if (keep->ledger != NULL) tilt__ledger_rollback(keep->ledger); /* does nothing after the commit */
    *out_stops = tilt__gate_stops(result);
    cJSON_Delete(result);
    return status;
}
