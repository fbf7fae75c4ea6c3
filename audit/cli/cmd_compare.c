/* cli/cmd_compare.c - two results in, what changed out: on the terminal, as JSON, or as a report. */
#include "base/error.h"
#include "base/hash.h"
#include "base/io.h"
#include "cli/command.h"
#include "cli/deliver.h"
#include "ledger/compare.h"
#include "ledger/finding.h"
#include "report/result.h"
#include "report/words_change.h"

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

tilt__exit cmd_compare(const tilt__cli *cli) {
    tilt_error err = {.status = TILT_OK};
    tilt__buf text = TILT__BUF_INIT, out = TILT__BUF_INIT;
    side sides[2] = {{0}, {0}};
    tilt_status status = TILT_OK;
    for (size_t i = 0; i < 2 && status == TILT_OK; i++) status = read_side(cli->args[i], &sides[i], &err);
    if (status == TILT_OK) status = make_text(sides, &text, &err);
    if (status == TILT_OK) status = tilt__deliver(cli, &text, &out, &err);
    for (size_t i = 0; i < 2; i++) cJSON_Delete(sides[i].result);
    tilt__exit code = status == TILT_OK ? tilt__cli_print(&out) : tilt__cli_fail(&err);
    tilt__buf_free(&text);
    tilt__buf_free(&out);
    return code;
}
