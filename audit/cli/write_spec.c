/* cli/write_spec.c - the result of `inspect` turned into a spec. Columns that were read get the role they
 * were read with, the others `ignore`; what only the reader can tell (the results of a typed column) is left
 * to it. */
#define _POSIX_C_SOURCE 200809L /* getcwd */

#include "cli/write_spec.h"

#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/io.h"
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
    const char *role = tilt__json_text_or(column, "role", ""), *as = tilt__json_text(column, "as");
    bool ignored = strcmp(role, "ignore") == 0;
    bool typed = as != NULL && (ignored || strcmp(as, "results") == 0);
    if (name[0] == '\0' || typed || is_repeated(columns, column)) return true;
    tilt__buf text = TILT__BUF_INIT;
    tilt__buf_text(&text, role);
    if (!ignored && as != NULL) tilt__buf_format(&text, ":%s", as);
    bool ok = !text.failed && cJSON_AddStringToObject(out, name, tilt__buf_get(&text)) != NULL;
    tilt__buf_free(&text);
    return ok;
}

static bool put_source(const cJSON *input, const char *spec_path, cJSON *sources) {
    cJSON *source = cJSON_CreateObject();
    if (source == NULL || !cJSON_AddItemToArray(sources, source)) {
        cJSON_Delete(source);
        return false;
    }
    tilt__buf path = TILT__BUF_INIT;
    const char *platform = tilt__json_text_or(tilt__json_object(input, "dialect"), "platform", "generic");
    bool ok = put_path(tilt__json_text_or(input, "file", ""), spec_path, &path) &&
              cJSON_AddStringToObject(source, "file", tilt__buf_get(&path)) != NULL &&
              cJSON_AddStringToObject(source, "platform", platform) != NULL;
    tilt__buf_free(&path);
    cJSON *columns = ok ? cJSON_AddObjectToObject(source, "columns") : NULL;
    const cJSON *column, *list = tilt__json_array(input, "columns");
    ok = columns != NULL;
    cJSON_ArrayForEach(column, list) ok = ok && put_column(list, column, columns);
    return ok;
}

static bool fill_spec(const cJSON *inspected, const char *spec_path, cJSON *spec) {
    const cJSON *inputs = tilt__json_array(inspected, "inputs"), *input;
    cJSON_DeleteItemFromObjectCaseSensitive(spec, "platform"); /* every source says its own */
    bool ok = cJSON_AddStringToObject(spec, "title", tilt__json_text_or(inputs->child, "file", "")) != NULL;
    cJSON *sources = cJSON_AddArrayToObject(spec, "sources");
    ok = ok && sources != NULL;
    cJSON_ArrayForEach(input, inputs) ok = ok && put_source(input, spec_path, sources);
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
    if (status == TILT_OK) status = tilt__json_print(spec, &text, err);
    if (status == TILT_OK) status = tilt__write_file(path, tilt__buf_get(&text), text.length, err);
    tilt__buf_free(&text);
    cJSON_Delete(spec);
    cJSON_Delete(tree);
    return status;
}
