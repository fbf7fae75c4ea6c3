/* cli/cmd_render.c - a report from a result that was kept: the same bytes as when the audit ran. A file that
 * is not what the schema says is refused whole: a report of what could be made out of it would look like one
 * of what was measured. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/io.h"
#include "cli/command.h"
#include "cli/term.h"
#include "report/conform.h"
#include "report/json.h"
#include "tiltmeter/report.h"

extern const unsigned char tilt__schema_result[];
extern const size_t tilt__schema_result_size;
extern const unsigned char tilt__schema_change[];
extern const size_t tilt__schema_change_size;
extern const unsigned char tilt__schema_trend[];
extern const size_t tilt__schema_trend_size;

/* Holds the text against the shipped schema of its kind. A kind that there is none of is said later. */
static tilt_status check_shape(const tilt__buf *text, tilt_error *err) {
    const struct {
        const char *name;
        const unsigned char *schema;
        size_t size;
    } kinds[] = {{"tiltmeter.result/1", tilt__schema_result, tilt__schema_result_size},
                 {"tiltmeter.change/1", tilt__schema_change, tilt__schema_change_size},
                 {"tiltmeter.trend/1", tilt__schema_trend, tilt__schema_trend_size}};
    cJSON *tree = tilt__json_parse(tilt__buf_get(text), text->length, err);
    if (tree == NULL) return err->status;
    const char *name = tilt__json_text_or(tree, "schema", "");
    tilt_status status = TILT_OK;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(kinds[i].name, name) != 0) continue;
        cJSON *schema = cJSON_ParseWithLength((const char *)kinds[i].schema, kinds[i].size);
        status = schema != NULL ? tilt__conform(schema, tree, err) : tilt__fail_memory(err);
        cJSON_Delete(schema);
    }
    cJSON_Delete(tree);
    return status;
}

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
        if (check_shape(&text, &inner) == TILT_OK)
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
