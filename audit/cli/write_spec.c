/* cli/write_spec.c - the result of `inspect` turned into a spec. Columns that were read get the role they
 * were read with, the others `ignore` and the reason; all are marked as assumed until somebody confirms them.
 * A command that stands for the whole, and a digest that shows whether the spec is still that, make an audit
 * of the spec give the bytes of an audit of the exports. */
#define _POSIX_C_SOURCE 200809L /* getcwd */

#include "cli/write_spec.h"

#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/io.h"
#include "cli/stands_for.h"
#include "report/json.h"

/* A path as it must stand in a spec in the folder of `spec_path`: relative to that folder where this can be
 * said, else absolute. */
static bool put_path(const char *path, const char *spec_path, tilt__buf *out) {
    const char *slash = strrchr(spec_path, '/');
    bool as_is = slash == NULL || path[0] == '/' || strcmp(path, "-") == 0;
    bool absolute =
        spec_path[0] == '/' || strncmp(spec_path, "..", 2) == 0 || strstr(spec_path, "/..") != NULL;
    char here[4096];
    if (!as_is && absolute) {
        if (getcwd(here, sizeof here) == NULL) return false;
        tilt__buf_format(out, "%s/", here);
    }
    for (const char *at = spec_path; !as_is && !absolute && at < slash;) {
        size_t n = strcspn(at, "/");
        if (n > 0 && !(n == 1 && at[0] == '.')) tilt__buf_text(out, "../");
        at += n + 1;
    }
    tilt__buf_text(out, path);
    return !out->failed;
}

/* A header that stands twice cannot be told apart by name, so its columns are left as they were read. */
static bool is_repeated(const cJSON *columns, const cJSON *column) {
    const cJSON *other;
    const char *name = tilt__json_text_or(column, "name", "");
    cJSON_ArrayForEach(other, columns) {
        if (other != column && strcmp(tilt__json_text_or(other, "name", ""), name) == 0) return true;
    }
    return false;
}

static bool put_column(const cJSON *columns, const cJSON *column, cJSON *out) {
    const char *name = tilt__json_text_or(column, "name", "");
    const char *as = tilt__json_text(column, "as"), *why = tilt__json_text(column, "why_not_read");
    if (name[0] == '\0' || is_repeated(columns, column)) return true;
    tilt__buf text = TILT__BUF_INIT;
    tilt__buf_text(&text, tilt__json_text_or(column, "role", ""));
    if (as != NULL) tilt__buf_format(&text, ":%s", as);
    cJSON *entry = cJSON_AddObjectToObject(out, name);
    bool ok = entry != NULL && !text.failed &&
              cJSON_AddStringToObject(entry, "role", tilt__buf_get(&text)) != NULL &&
              cJSON_AddTrueToObject(entry, "assumed") != NULL;
    if (ok && why != NULL) ok = cJSON_AddStringToObject(entry, "because", why) != NULL;
    tilt__buf_free(&text);
    return ok;
}

/* {"id": "meta", "assumed": true}, or "meta" where an option named it. */
static bool put_platform(const cJSON *input, bool named, cJSON *source) {
    const char *id = tilt__json_text_or(tilt__json_object(input, "dialect"), "platform", "generic");
    if (named) return cJSON_AddStringToObject(source, "platform", id) != NULL;
    cJSON *platform = cJSON_AddObjectToObject(source, "platform");
    return platform != NULL && cJSON_AddStringToObject(platform, "id", id) != NULL &&
           cJSON_AddTrueToObject(platform, "assumed") != NULL;
}

static bool put_source(const cJSON *input, const char *spec_path, bool named, cJSON *sources) {
    cJSON *source = cJSON_CreateObject();
    if (source == NULL || !cJSON_AddItemToArray(sources, source)) {
        cJSON_Delete(source);
        return false;
    }
    tilt__buf path = TILT__BUF_INIT;
    const char *file = tilt__json_text_or(input, "file", "");
    bool ok = put_path(file, spec_path, &path) &&
              cJSON_AddStringToObject(source, "file", tilt__buf_get(&path)) != NULL;
    if (ok && strcmp(tilt__buf_get(&path), file) != 0)
        ok = cJSON_AddStringToObject(source, "name", file) != NULL;
    ok = ok && put_platform(input, named, source);
    tilt__buf_free(&path);
    cJSON *columns = ok ? cJSON_AddObjectToObject(source, "columns") : NULL;
    const cJSON *column, *list = tilt__json_array(input, "columns");
    ok = columns != NULL;
    cJSON_ArrayForEach(column, list) ok = ok && put_column(list, column, columns);
    return ok;
}

static bool fill_spec(const cJSON *inspected, const char *spec_path, cJSON *spec) {
    const cJSON *inputs = tilt__json_array(inspected, "inputs"), *input;
    bool named = cJSON_GetObjectItemCaseSensitive(spec, "platform") != NULL;
    cJSON_DeleteItemFromObjectCaseSensitive(spec, "platform"); /* every source says its own */
    bool ok = cJSON_AddStringToObject(spec, "title", tilt__json_text_or(inputs->child, "file", "")) != NULL;
    cJSON *sources = cJSON_AddArrayToObject(spec, "sources");
    ok = ok && sources != NULL;
    cJSON_ArrayForEach(input, inputs) ok = ok && put_source(input, spec_path, named, sources);
    return ok;
}

static bool is_spec(const tilt__cli *cli) {
    size_t n = cli->n_args > 0 ? strlen(cli->args[0]) : 0;
    return n > 5 && strcmp(cli->args[0] + n - 5, ".json") == 0;
}

tilt_status tilt__spec_write(const tilt__cli *cli, const char *inspected, size_t n, tilt_error *err) {
    const char *path = tilt__cli_value(cli, "write-spec");
    if (path == NULL) return TILT_OK;
    if (is_spec(cli))
        return tilt__fail(err, TILT_EUSAGE,
                          "--write-spec starts a spec from exports; %.200s is a spec already", cli->args[0]);
    cJSON *tree = tilt__json_parse(inspected, n, err);
    cJSON *spec = tree != NULL ? tilt__cli_overlay(cli, err) : NULL;
    tilt_status status = spec == NULL ? err->status : TILT_OK;
    if (status == TILT_OK && !fill_spec(tree, path, spec)) status = tilt__fail_memory(err);
    tilt__buf text = TILT__BUF_INIT;
    tilt__cli_command_line(cli, "audit", &text);
    if (status == TILT_OK) status = tilt__stands_for_put(spec, tilt__buf_get(&text), err);
    tilt__buf_reset(&text);
    if (status == TILT_OK) status = tilt__json_print(spec, &text, err);
    if (status == TILT_OK) status = tilt__write_file(path, tilt__buf_get(&text), text.length, err);
    tilt__buf_free(&text);
    cJSON_Delete(spec);
    cJSON_Delete(tree);
    return status;
}
