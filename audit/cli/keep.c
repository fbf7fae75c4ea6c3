/* cli/keep.c - the ledger around an audit. Completing and recording happen in one transaction, so that two
 * audits at once each state the head they stand on and neither gets lost. The record comes before any report
 * is written: a report that cannot be written leaves an audit that `ledger export` can print. */
#include "cli/keep.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/io.h"
#include "ledger/attach.h"
#include "report/sentences.h"

void tilt__keep_close(tilt__keep *keep) {
    tilt__ledger_free(keep->ledger);
    tilt__buf_free(&keep->spec);
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
    *out = (tilt__keep){.against = tilt_spec_against(spec), .spec = TILT__BUF_INIT};
    bool last = out->against != NULL && strcmp(out->against, "last") == 0;
    if (path == NULL && last)
        return tilt__fail(err, TILT_EUSAGE,
                          "--against last needs a ledger: give --ledger FILE, or set TILTMETER_LEDGER");
    if (path == NULL) return TILT_OK;
    out->ledger = tilt__ledger_open(path, true, err);
    if (out->ledger == NULL) return err->status;
    tilt_spec_keep(spec);
    return tilt__attach_pins(out->ledger, spec, err);
}

static tilt_status complete(tilt__keep *keep, cJSON *result, tilt__buf *out, tilt_error *err) {
    tilt_status status = TILT_OK;
    if (keep->ledger != NULL) status = tilt__attach_ledger(keep->ledger, result, err);
    if (status == TILT_OK) status = tilt__sentences_print(result, out, err);
    return status;
}

static tilt_status record(tilt__keep *keep, const tilt_audit *audit, const cJSON *result,
                          const tilt__buf *text, tilt_error *err) {
    tilt__ledger_head head;
    tilt__recording recording = {.tree = result, .result = {tilt__buf_get(text), text->length}};
    recording.cube.text = tilt_audit_cube(audit, &recording.cube.n);
    if (keep->spec.length > 0) {
        recording.spec.text = tilt__buf_get(&keep->spec);
        recording.spec.n = keep->spec.length;
    }
    tilt_status status = tilt__ledger_record(keep->ledger, &recording, &keep->audit, &head, err);
    if (status == TILT_OK) return tilt__ledger_commit(keep->ledger, err);
    return status;
}

tilt_status tilt__keep_result(tilt__keep *keep, const tilt_audit *audit, tilt__buf *out, bool *out_stops,
                              tilt_error *err) {
    size_t n;
    const char *text = tilt_audit_result(audit, &n);
    *out_stops = tilt_audit_is_tilted(audit);
    if (keep->ledger == NULL && keep->against == NULL) {
        tilt__buf_add(out, text, n);
        return out->failed ? tilt__fail_memory(err) : TILT_OK;
    }
    cJSON *result = tilt__result_parse("the audit", text, n, err);
    if (result == NULL) return err->status;
    tilt_status status = keep->ledger != NULL ? tilt__ledger_begin(keep->ledger, err) : TILT_OK;
    if (status == TILT_OK) status = complete(keep, result, out, err);
    if (status == TILT_OK && keep->ledger != NULL) status = record(keep, audit, result, out, err);
    if (keep->ledger != NULL) tilt__ledger_rollback(keep->ledger); /* does nothing after the commit */
    *out_stops = tilt__gate_stops(result);
    cJSON_Delete(result);
    return status;
}
