/* cli/cmd_audit.c - the main job: exports or a spec in; summary or JSON to stdout, reports into a directory.
 */
#include <stdio.h>
#include <stdlib.h>

#include "cli/command.h"
#include "cli/given.h"
#include "cli/outputs.h"
#include "cli/term.h"
#include "cli/watch.h"
#include "tiltmeter/audit.h"

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

static tilt_status deliver(const tilt__cli *cli, const tilt_audit *audit, tilt_error *err) {
    size_t n;
    const char *result = tilt_audit_result(audit, &n);
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

tilt__exit cmd_audit(const tilt__cli *cli) {
    tilt_error err = {.status = TILT_OK};
    tilt__buf command = TILT__BUF_INIT;
    tilt__cli_command_line(cli, &command);
    tilt_spec *spec = tilt__given_spec(cli, &err);
    if (spec != NULL) tilt__watch_start(spec, tilt__cli_has(cli, "quiet"));
    tilt_audit *audit = spec != NULL ? tilt_audit_run(spec, tilt__buf_get(&command), &err) : NULL;
    if (spec != NULL) tilt__watch_end();
    tilt_status status = audit != NULL ? deliver(cli, audit, &err) : err.status;
    tilt__exit code = status == TILT_OK ? TILT__EXIT_DONE : tilt__cli_fail(&err);
    bool gate = tilt__cli_has(cli, "gate") || (spec != NULL && tilt_spec_has_gate(spec));
    if (code == TILT__EXIT_DONE && gate && tilt_audit_is_tilted(audit)) code = TILT__EXIT_GATE;
    tilt_audit_free(audit);
    tilt_spec_free(spec);
    tilt__buf_free(&command);
    return code;
}
