/* cli/cmd_render.c - a report from a result that was kept: the same bytes as when the audit ran. */
#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/io.h"
#include "cli/command.h"
#include "cli/term.h"
#include "report/json.h"
#include "tiltmeter/report.h"

static tilt_status render_to(const tilt__cli *cli, const tilt_report *report, tilt_error *err) {
    const char *path = tilt__cli_value(cli, "output");
    const tilt_format_info *format =
        path != NULL ? tilt_format_find(path) : tilt_format_at(TILT_FORMAT_TERMINAL);
    if (format == NULL)
        return tilt__fail(err, TILT_EUSAGE,
                          "%s: no format has this ending; expected .html, .pdf, .md, .xlsx, .csv or .png",
                          path);
    tilt_render_opts opts = {.columns = tilt__term_width(stdout),
                             .colour = path == NULL && tilt__term_colour(stdout)};
    char *text = NULL;
    size_t n = 0;
    tilt_status status = tilt_report_render(report, format->format, &opts, &text, &n, err);
    if (status == TILT_OK && path != NULL)
        status = tilt__write_file(path, text, n, err);
    else if (status == TILT_OK)
        (void)fwrite(text, 1, n, stdout);
    free(text);
    return status;
}

tilt__exit cmd_render(const tilt__cli *cli) {
    tilt_error err = {.status = TILT_OK};
    tilt__buf text = TILT__BUF_INIT;
    tilt_report *report = NULL;
    tilt_status status = tilt__read_file(cli->args[0], TILT__JSON_CEILING, &text, &err);
    if (status == TILT_OK) {
        tilt_error inner = {.status = TILT_OK};
        report = tilt_report_from_json(tilt__buf_get(&text), text.length, &inner);
        if (report == NULL)
            status = tilt__fail(&err, inner.status == TILT_EUSAGE ? TILT_ESPEC : inner.status, "%s: %s",
                                cli->args[0], inner.message);
    }
    if (status == TILT_OK) status = render_to(cli, report, &err);
    tilt_report_free(report);
    tilt__buf_free(&text);
    return status == TILT_OK ? TILT__EXIT_DONE : tilt__cli_fail(&err);
}
