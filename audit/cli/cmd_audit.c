/* cli/cmd_audit.c - the main job: exports or a spec in; summary or JSON to stdout, reports into a directory.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "cli/command.h"
#include "cli/given.h"
#include "cli/keep.h"
#include "cli/outputs.h"
#include "cli/stands_for.h"
#include "cli/term.h"
#include "cli/watch.h"
#include "map/spec.h"
#include "report/audit_text.h"

#define SPOOL_FROM ((size_t)1 << 20) /* bytes of a result that stay in memory */

static tilt_status print_summary(const tilt_report *report, const tilt__outputs *outputs, tilt_error *err) {
    tilt_render_opts opts = {.columns = tilt__term_width(stdout),
                             .colour = tilt__term_colour(stdout),
                             .files = (const char *const *)outputs->paths,
                             .n_files = outputs->n};
    char *text = NULL;
    size_t n = 0;
    tilt_status status = tilt_report_render(report, TILT_FORMAT_TERMINAL, &opts, &text, &n, err);
    if (status == TILT_OK) (void)fwrite(text, 1, n, stdout);
    free(text);
    return status;
}

static bool print_piece(void *context, const char *text, size_t n) {
    (void)context;
    return fwrite(text, 1, n, stdout) == n;
}

/* No report is made that nobody reads. */
static bool is_json_alone(const tilt__cli *cli) {
    return tilt__cli_has(cli, "json") && !tilt__cli_has(cli, "output");
}

/* Is the result, or its summary, only printed? Then it need not be in memory as a whole. */
static bool is_only_printed(const tilt__cli *cli, const tilt__keep *keep) {
    return !tilt__cli_has(cli, "output") && keep->ledger == NULL && keep->against == NULL && !keep->waivers;
}

static tilt_status print_only(const tilt__cli *cli, const tilt_audit *audit, tilt_error *err) {
    if (is_json_alone(cli)) return tilt__audit_read(audit, print_piece, NULL, err);
    if (tilt__cli_has(cli, "quiet")) return TILT_OK;
    tilt_report *report = tilt__audit_summary(audit, err);
    tilt_status status = report != NULL ? print_summary(report, &(tilt__outputs){NULL, 0}, err) : err->status;
    tilt_report_free(report);
    return status;
}

static tilt_status deliver(const tilt__cli *cli, tilt__text text, tilt_error *err) {
    size_t n = text.n;
    const char *result = text.text;
    if (is_json_alone(cli)) {
        (void)fwrite(result, 1, n, stdout);
        return TILT_OK;
    }
    tilt_report *report = tilt_report_from_json(result, n, err);
    if (report == NULL) return err->status;
    tilt__outputs outputs = {NULL, 0};
    tilt_status status = tilt__outputs_write(cli, report, result, n, &outputs, err);
    if (status == TILT_OK && tilt__cli_has(cli, "json"))
        (void)fwrite(result, 1, n, stdout);
    else if (status == TILT_OK && !tilt__cli_has(cli, "quiet"))
        status = print_summary(report, &outputs, err);
    tilt__outputs_free(&outputs);
    tilt_report_free(report);
    return status;
}

/* A report that could not be written says that the audit is kept all the same. */
static tilt_status fail_reports(const tilt__keep *keep, tilt_error *err) {
    if (keep->audit == 0) return err->status;
    tilt_error inner = *err;
    return tilt__fail(err, inner.status, "%s (the audit is number %lld in the ledger)", inner.message,
                      (long long)keep->audit);
}

/* What follows the audit: it is completed, kept and told. */
static tilt_status finish(const tilt__cli *cli, const tilt_spec *spec, tilt__keep *keep,
                          const tilt_audit *audit, bool *out_stops, tilt_error *err) {
    tilt__text result;
    *out_stops = tilt_audit_is_tilted(audit);
    if (spec->spool_from > 0) return print_only(cli, audit, err);
    tilt_status status = keep->ledger != NULL ? tilt__given_text(cli, spec, &keep->spec, err) : TILT_OK;
    if (status == TILT_OK) status = tilt__keep_result(keep, audit, &result, out_stops, err);
    if (status != TILT_OK) return status;
    status = deliver(cli, result, err);
    return status != TILT_OK ? fail_reports(keep, err) : TILT_OK;
}

/* The audit itself; *out_stops: whether a gate would stop. */
static tilt_status run_audit(const tilt__cli *cli, tilt_spec *spec, bool *out_stops, tilt_error *err) {
    tilt__buf command = TILT__BUF_INIT;
    tilt__keep keep;
    tilt_audit *audit = NULL;
    tilt_status status = tilt__stands_for_command(cli, &command, err);
    if (status == TILT_OK) status = tilt__outputs_ready(cli, err);
    if (status != TILT_OK) {
        tilt__buf_free(&command);
        return status;
    }
    status = tilt__keep_open(cli, spec, &keep, err);
    if (status == TILT_OK) {
        if (is_only_printed(cli, &keep)) spec->spool_from = SPOOL_FROM;
        tilt__watch_start(spec, tilt__cli_has(cli, "quiet"));
        audit = tilt_audit_run(spec, tilt__buf_get(&command), err);
        tilt__watch_end();
        if (audit == NULL) status = err->status;
    }
    if (status == TILT_OK) status = finish(cli, spec, &keep, audit, out_stops, err);
    tilt_audit_free(audit);
    tilt__keep_close(&keep);
    tilt__buf_free(&command);
    return status;
}

tilt__exit cmd_audit(const tilt__cli *cli) {
    tilt_error err = {.status = TILT_OK};
    bool stops = false;
    tilt_spec *spec = tilt__given_spec(cli, &err);
    tilt_status status = spec != NULL ? run_audit(cli, spec, &stops, &err) : err.status;
    tilt__exit code = status == TILT_OK ? TILT__EXIT_DONE : tilt__cli_fail(&err);
    bool gate = tilt__cli_has(cli, "gate") || (spec != NULL && tilt_spec_has_gate(spec));
    if (code == TILT__EXIT_DONE && gate && stops) code = TILT__EXIT_GATE;
    tilt_spec_free(spec);
    return code;
}
