/* cli/outputs.c - everything is rendered into memory first and written together, so that a failure leaves the
 * directory as it was. */
#include "cli/outputs.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/io.h"
#include "base/mem.h"

/* Files to be written, each with its own text. */
typedef struct file_list {
    tilt__file *items;
    char **texts;
    size_t n, capacity, texts_capacity;
} file_list;

static bool add_file(file_list *list, tilt__outputs *out, char *path, char *text, size_t n,
                     size_t *paths_capacity) {
    void *items = list->items, *texts = list->texts, *paths = out->paths;
    bool ok =
        path != NULL && text != NULL && tilt__grow(&items, &list->capacity, list->n + 1, sizeof *list->items);
    list->items = items;
    ok = ok && tilt__grow(&texts, &list->texts_capacity, list->n + 1, sizeof *list->texts);
    list->texts = texts;
    ok = ok && tilt__grow(&paths, paths_capacity, out->n + 1, sizeof *out->paths);
    out->paths = paths;
    if (!ok) {
        free(path);
        free(text);
        return false;
    }
    out->paths[out->n++] = path;
    list->items[list->n] = (tilt__file){.path = path, .bytes = text, .n = n};
    list->texts[list->n++] = text;
    return true;
}

static void free_files(file_list *list) {
    for (size_t i = 0; list->texts != NULL && i < list->n; i++) free(list->texts[i]);
    free(list->texts);
    free(list->items);
}

static char *join(const char *folder, const char *name) {
    tilt__buf path = TILT__BUF_INIT;
    tilt__buf_format(&path, "%s/%s", folder, name);
    char *copy = path.failed ? NULL : tilt__copy_text(tilt__buf_get(&path), path.length);
    tilt__buf_free(&path);
    return copy;
}

static bool wanted(const tilt__cli *cli, const char *format) {
    return !tilt__cli_has(cli, "format") || tilt__cli_lists(cli, "format", format);
}

static tilt_status add_reports(const tilt__cli *cli, const tilt_report *report, const char *folder,
                               file_list *list, tilt__outputs *out, size_t *paths_capacity, tilt_error *err) {
    const tilt_format_info *format;
    for (size_t i = 0; (format = tilt_format_at(i)) != NULL; i++) {
        if (format->file == NULL || format->format == TILT_FORMAT_CSV || !wanted(cli, format->name)) continue;
        char *text = NULL;
        size_t n = 0;
        tilt_status status = tilt_report_render(report, format->format, NULL, &text, &n, err);
        if (status != TILT_OK) return status;
        if (!add_file(list, out, join(folder, format->file), text, n, paths_capacity))
            return tilt__fail_memory(err);
    }
    return TILT_OK;
}

static tilt_status add_tables(const tilt_report *report, const char *tables, file_list *list,
                              tilt__outputs *out, size_t *paths_capacity, tilt_error *err) {
    for (size_t t = 0; t < tilt_report_table_count(report); t++) {
        const char *name = NULL;
        char *text = NULL;
        size_t n = 0;
        tilt_status status = tilt_report_table_csv(report, t, &name, &text, &n, err);
        if (status != TILT_OK) return status;
        tilt__buf file = TILT__BUF_INIT;
        tilt__buf_format(&file, "%s.csv", name);
        char *path = join(tables, tilt__buf_get(&file));
        tilt__buf_free(&file);
        if (!add_file(list, out, path, text, n, paths_capacity)) return tilt__fail_memory(err);
    }
    return TILT_OK;
}

void tilt__outputs_free(tilt__outputs *outputs) {
    for (size_t i = 0; i < outputs->n; i++) free(outputs->paths[i]);
    free(outputs->paths);
    *outputs = (tilt__outputs){NULL, 0};
}

tilt_status tilt__outputs_write(const tilt__cli *cli, const tilt_report *report, const char *result,
                                size_t n_result, tilt__outputs *out, tilt_error *err) {
    const char *folder = tilt__cli_value(cli, "output");
    *out = (tilt__outputs){NULL, 0};
    if (folder == NULL) return TILT_OK;
    file_list list = {NULL, NULL, 0, 0, 0};
    size_t paths_capacity = 0;
    char *tables = join(folder, "tables");
    tilt_status status = tables != NULL ? add_reports(cli, report, folder, &list, out, &paths_capacity, err)
                                        : tilt__fail_memory(err);
    bool json = status == TILT_OK && wanted(cli, "json");
    if (json && !add_file(&list, out, join(folder, "result.json"), tilt__copy_text(result, n_result),
                          n_result, &paths_capacity))
        status = tilt__fail_memory(err);
    bool csv = wanted(cli, "csv");
    if (status == TILT_OK && csv) status = add_tables(report, tables, &list, out, &paths_capacity, err);
    bool made_folder = false, made_tables = false;
    if (status == TILT_OK) status = tilt__make_directory(folder, &made_folder, err);
    if (status == TILT_OK && csv) status = tilt__make_directory(tables, &made_tables, err);
    if (status == TILT_OK) status = tilt__write_files(list.items, list.n, err);
    if (status != TILT_OK && made_tables) tilt__remove_directory(tables);
    if (status != TILT_OK && made_folder) tilt__remove_directory(folder);
    free_files(&list);
    free(tables);
    if (status != TILT_OK) tilt__outputs_free(out);
    return status;
}
