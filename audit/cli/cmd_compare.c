/* cli/cmd_compare.c - two results in, what changed out: on the terminal, as JSON, or as a report. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/io.h"
#include "cli/command.h"
#include "cli/term.h"
#include "ledger/compare.h"
#include "ledger/finding.h"
#include "report/result.h"
#include "report/words_change.h"
#include "tiltmeter/report.h"

typedef struct side {
    cJSON *result;
    char sha256[TILT__SHA256_HEX];
} side;

static tilt_status read_side(const char *path, side *out, tilt_error *err) {
    tilt__buf text = TILT__BUF_INIT;
    tilt_status status = tilt__read_file(path, TILT__JSON_CEILING, &text, err);
    if (status == TILT_OK) {
        out->result = tilt__result_parse(path, tilt__buf_get(&text), text.length, err);
        if (out->result == NULL) status = err->status;
    }
    if (status == TILT_OK && !tilt__sha256_hex(tilt__buf_get(&text), text.length, out->sha256))
        status = tilt__fail_memory(err);
    tilt__buf_free(&text);
    return status;
}

static void copy(cJSON *to, const cJSON *from, const char *key) {
    const cJSON *node = tilt__json_get(from, key);
    cJSON_AddItemToObject(to, key, node != NULL ? cJSON_Duplicate(node, true) : cJSON_CreateNull());
}

/* The document: the later audit's title, date, period and policy, and the change. */
static tilt_status make_text(const side sides[2], tilt__buf *out, tilt_error *err) {
    tilt__compared before = {sides[0].result, NULL, sides[0].sha256, 0},
                   after = {sides[1].result, NULL, sides[1].sha256, 0};
    cJSON *change = tilt__compare(&before, &after, NULL, err);
    if (change == NULL) return err->status;
    cJSON *root = cJSON_CreateObject();
    tilt__put_text(root, "schema", TILT__CHANGE_SCHEMA);
    cJSON *tool = tilt__put_object(root, "tool");
    tilt__put_text(tool, "name", "tiltmeter");
    tilt__put_text(tool, "version", tilt_version());
    static const char *const keys[] = {"title", "date", "period", "policy"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) copy(root, sides[1].result, keys[i]);
    tilt_status status = TILT_OK;
    if (!cJSON_AddItemToObject(root, "change", change)) {
        cJSON_Delete(change);
        status = tilt__fail_memory(err);
    }
    if (status == TILT_OK) status = tilt__json_print(root, out, err);
    cJSON_Delete(root);
    return status;
}

static tilt_status render(const tilt__buf *text, const tilt_format_info *format, const char *path,
                          tilt_error *err) {
    tilt_report *report = tilt_report_from_json(tilt__buf_get(text), text->length, err);
    if (report == NULL) return err->status;
    tilt_render_opts opts = {.columns = tilt__term_width(stdout),
                             .colour = path == NULL && tilt__term_colour(stdout)};
    char *bytes = NULL;
    size_t n = 0;
    tilt_status status = tilt_report_render(report, format->format, &opts, &bytes, &n, err);
    if (status == TILT_OK && path != NULL)
        status = tilt__write_file(path, bytes, n, err);
    else if (status == TILT_OK)
        (void)fwrite(bytes, 1, n, stdout);
    free(bytes);
    tilt_report_free(report);
    return status;
}

static tilt_status deliver(const tilt__cli *cli, const tilt__buf *text, tilt_error *err) {
    const char *path = tilt__cli_value(cli, "output");
    size_t n = path != NULL ? strlen(path) : 0;
    if (n > 5 && strcmp(path + n - 5, ".json") == 0)
        return tilt__write_file(path, tilt__buf_get(text), text->length, err);
    if (path == NULL && tilt__cli_has(cli, "json")) {
        (void)fwrite(tilt__buf_get(text), 1, text->length, stdout);
        return TILT_OK;
    }
    const tilt_format_info *format =
        path != NULL ? tilt_format_find(path) : tilt_format_at(TILT_FORMAT_TERMINAL);
    if (format == NULL)
        return tilt__fail(err, TILT_EUSAGE,
                          "%s: no format has this ending; expected .json or one that "
                          "`tiltmeter render` writes",
                          path);
    return render(text, format, path, err);
}

tilt__exit cmd_compare(const tilt__cli *cli) {
    tilt_error err = {.status = TILT_OK};
    tilt__buf text = TILT__BUF_INIT;
    side sides[2] = {{0}, {0}};
    tilt_status status = TILT_OK;
    for (size_t i = 0; i < 2 && status == TILT_OK; i++) status = read_side(cli->args[i], &sides[i], &err);
    if (status == TILT_OK) status = make_text(sides, &text, &err);
    if (status == TILT_OK) status = deliver(cli, &text, &err);
    for (size_t i = 0; i < 2; i++) cJSON_Delete(sides[i].result);
    tilt__buf_free(&text);
    return status == TILT_OK ? TILT__EXIT_DONE : tilt__cli_fail(&err);
}
