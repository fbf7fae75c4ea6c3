/* cli/given_text.c - what an audit was asked, as one spec: the spec file with the exports and the options of
 * the command line laid over it. What only says where results go, and what an audit elsewhere cannot have
 * (the ledger, an earlier result), is left out; a benchmark file is written out as numbers. */
#include <string.h>

#include "base/error.h"
#include "base/io.h"
#include "cli/given.h"
#include "map/spec.h"
#include "report/json.h"

enum { SPEC_CEILING = 16 << 20 };

static bool is_spec(const char *path) {
    size_t n = strlen(path);
    return n > 5 && strcmp(path + n - 5, ".json") == 0;
}

static tilt_status read_file_spec(const char *path, cJSON **out, tilt_error *err) {
    tilt__buf text = TILT__BUF_INIT;
    tilt_status status = tilt__read_file(path, SPEC_CEILING, &text, err);
    if (status == TILT_OK) {
        *out = tilt__json_parse(tilt__buf_get(&text), text.length, err);
        if (*out == NULL) status = err->status;
    }
    tilt__buf_free(&text);
    return status;
}

/* Both spellings of a key mean the same one. */
static void drop_key(cJSON *spec, const char *key) {
    static const char *const pairs[][2] = {{"factor", "factors"}, {"rate", "rates"}};
    cJSON_DeleteItemFromObjectCaseSensitive(spec, key);
    for (size_t i = 0; i < 2; i++)
        for (size_t k = 0; k < 2; k++)
            if (strcmp(pairs[i][k], key) == 0) cJSON_DeleteItemFromObjectCaseSensitive(spec, pairs[i][1 - k]);
}

static bool lay_over(cJSON *spec, cJSON *overlay) {
    bool whole = true;
    while (overlay->child != NULL && whole) {
        cJSON *item = cJSON_DetachItemViaPointer(overlay, overlay->child);
        tilt__buf key = TILT__BUF_INIT;
        tilt__buf_text(&key, item->string);
        drop_key(spec, tilt__buf_get(&key));
        whole = !key.failed && cJSON_AddItemToObject(spec, tilt__buf_get(&key), item);
        if (!whole) cJSON_Delete(item);
        tilt__buf_free(&key);
    }
    return whole;
}

static cJSON *sources_of(cJSON *spec) {
    cJSON *sources = cJSON_GetObjectItemCaseSensitive(spec, "sources");
    return sources != NULL ? sources : cJSON_AddArrayToObject(spec, "sources");
}

static bool add_source(cJSON *spec, const char *file, const char *kind) {
    cJSON *source = cJSON_CreateObject();
    bool whole = source != NULL && cJSON_AddStringToObject(source, "file", file) != NULL &&
                 (kind == NULL || cJSON_AddStringToObject(source, "kind", kind) != NULL);
    if (whole && cJSON_AddItemToArray(sources_of(spec), source)) return true;
    cJSON_Delete(source);
    return false;
}

static bool put_benchmarks(cJSON *spec, const tilt_spec *read) {
    drop_key(spec, "benchmark");
    if (read->n_benchmarks == 0) return true;
    cJSON_DeleteItemFromObjectCaseSensitive(spec, "benchmarks");
    cJSON *all = cJSON_AddObjectToObject(spec, "benchmarks");
    bool whole = all != NULL;
    for (size_t i = 0; i < read->n_benchmarks && whole; i++) {
        const tilt__benchmark *b = &read->benchmarks[i];
        cJSON *one = cJSON_GetObjectItemCaseSensitive(all, b->attribute);
        if (one == NULL) one = cJSON_AddObjectToObject(all, b->attribute);
        whole = one != NULL && cJSON_AddNumberToObject(one, b->group, b->share) != NULL;
    }
    return whole;
}

/* {"file", "key", "ignore"} as a source of its own: a pack counts sources. */
static bool add_content(cJSON *spec, const cJSON *content) {
    const cJSON *file = cJSON_GetObjectItemCaseSensitive(content, "file"),
                *key = cJSON_GetObjectItemCaseSensitive(content, "key"),
                *ignore = cJSON_GetObjectItemCaseSensitive(content, "ignore");
    if (!cJSON_IsString(file) || !cJSON_IsString(key) || !add_source(spec, file->valuestring, "content"))
        return false;
    cJSON *sources = sources_of(spec), *source = cJSON_GetArrayItem(sources, cJSON_GetArraySize(sources) - 1);
    bool whole = cJSON_AddStringToObject(source, "key", key->valuestring) != NULL;
    cJSON *columns = ignore != NULL ? cJSON_AddObjectToObject(source, "columns") : NULL;
    if (ignore != NULL && cJSON_IsString(ignore))
        whole = whole && cJSON_AddStringToObject(columns, ignore->valuestring, "ignore") != NULL;
    const cJSON *name;
    cJSON_ArrayForEach(name, ignore) {
        if (cJSON_IsString(name))
            whole = whole && cJSON_AddStringToObject(columns, name->valuestring, "ignore") != NULL;
    }
    return whole;
}

static bool leave_out(cJSON *spec) {
    static const char *const keys[] = {"ledger", "series", "against", "gate", "threads", "stands_for"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) drop_key(spec, keys[i]);
    cJSON *targeting = cJSON_DetachItemFromObjectCaseSensitive(spec, "targeting");
    bool whole = targeting == NULL || add_source(spec, targeting->valuestring, "targeting");
    cJSON_Delete(targeting);
    cJSON *content = cJSON_DetachItemFromObjectCaseSensitive(spec, "content");
    whole = whole && (content == NULL || add_content(spec, content));
    cJSON_Delete(content);
    return whole;
}

tilt_status tilt__given_text(const tilt__cli *cli, const tilt_spec *read, tilt__buf *out, tilt_error *err) {
    bool from_file = cli->n_args > 0 && is_spec(cli->args[0]);
    cJSON *spec = NULL, *overlay = NULL;
    tilt_status status = TILT_OK;
    if (from_file)
        status = read_file_spec(cli->args[0], &spec, err);
    else if ((spec = cJSON_CreateObject()) == NULL)
        status = tilt__fail_memory(err);
    if (status == TILT_OK && (overlay = tilt__cli_overlay(cli, err)) == NULL) status = err->status;
    bool whole = status == TILT_OK && spec != NULL && overlay != NULL;
    for (size_t i = from_file ? 1 : 0; i < cli->n_args && whole; i++)
        whole = add_source(spec, cli->args[i], NULL);
    whole = whole && lay_over(spec, overlay) && leave_out(spec) && put_benchmarks(spec, read);
    if (whole && read->date != NULL) {
        drop_key(spec, "date");
        whole = cJSON_AddStringToObject(spec, "date", read->date) != NULL;
    }
    if (status == TILT_OK) status = whole ? tilt__json_print(spec, out, err) : tilt__fail_memory(err);
    cJSON_Delete(spec);
    cJSON_Delete(overlay);
    return status;
}
