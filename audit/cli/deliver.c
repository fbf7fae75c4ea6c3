/* cli/deliver.c - the ending of the file says the form; without a file the terminal gets the summary. */
#include "cli/deliver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/io.h"
#include "cli/term.h"
#include "tiltmeter/report.h"

static tilt_status render(const tilt__buf *json, const tilt_format_info *format, const char *path,
                          tilt__buf *out, tilt_error *err) {
    tilt_report *report = tilt_report_from_json(tilt__buf_get(json), json->length, err);
    if (report == NULL) return err->status;
    tilt_render_opts opts = {.columns = tilt__term_width(stdout),
                             .colour = path == NULL && tilt__term_colour(stdout)};
    char *bytes = NULL;
    size_t n = 0;
    tilt_status status = tilt_report_render(report, format->format, &opts, &bytes, &n, err);
    if (status == TILT_OK && path != NULL)
        status = tilt__write_file(path, bytes, n, err);
    else if (status == TILT_OK)
        tilt__buf_add(out, bytes, n);
    free(bytes);
    tilt_report_free(report);
    return status;
}

tilt_status tilt__deliver(const tilt__cli *cli, const tilt__buf *json, tilt__buf *out, tilt_error *err) {
    const char *path = tilt__cli_value(cli, "output");
    size_t n = path != NULL ? strlen(path) : 0;
    if (n > 5 && strcmp(path + n - 5, ".json") == 0)
        return tilt__write_file(path, tilt__buf_get(json), json->length, err);
    if (path == NULL && tilt__cli_has(cli, "json")) {
        tilt__buf_add(out, tilt__buf_get(json), json->length);
        return TILT_OK;
    }
    const tilt_format_info *format =
        path != NULL ? tilt_format_find(path) : tilt_format_at(TILT_FORMAT_TERMINAL);
    if (format == NULL)
        return tilt__fail(err, TILT_EUSAGE,
                          "%s: no format has this ending; expected .json or one that "
                          "`tiltmeter render` writes",
                          path);
    return render(json, format, path, out, err);
}
