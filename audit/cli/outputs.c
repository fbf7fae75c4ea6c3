/* cli/outputs.c - everything is rendered into memory first and written together, so that a failure leaves the
 * directory as it was. */
#include "cli/outputs.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/io.h"
#include "base/mem.h"
#include "report/print.h"

/* Files to be written, each with its own text. */
typedef struct file_list {
    tilt__file *items;
    char **texts; /* what the list owns; NULL: the bytes are borrowed */
    size_t n, capacity, texts_capacity;
} file_list;

/* Takes the path, and `own`: the bytes where they are the list's, else NULL. */
static bool add_file(file_list *list, tilt__outputs *out, char *path, const char *bytes, size_t n, char *own,
                     size_t *paths_capacity) {
    void *items = list->items, *texts = list->texts, *paths = out->paths;
    bool ok = path != NULL && bytes != NULL &&
              tilt__grow(&items, &list->capacity, list->n + 1, sizeof *list->items);
    list->items = items;
    ok = ok && tilt__grow(&texts, &list->texts_capacity, list->n + 1, sizeof *list->texts);
    list->texts = texts;
    ok = ok && tilt__grow(&paths, paths_capacity, out->n + 1, sizeof *out->paths);
    out->paths = paths;
    if (!ok) {
        free(path);
        free(own);
        return false;
    }
    out->paths[out->n++] = path;
    list->items[list->n] = (tilt__file){.path = path, .bytes = bytes, .n = n};
    list->texts[list->n++] = own;
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

/* A format that becomes a report of its own; CSV is the tables. */
static bool reported(const tilt__cli *cli, const tilt_format_info *format) {
    if (format->file == NULL || format->format == TILT_FORMAT_CSV || !wanted(cli, format->name)) return false;
    return !format->on_request || tilt__cli_has(cli, "format");
}

tilt_status tilt__outputs_ready(const tilt__cli *cli, tilt_error *err) {
    const tilt_format_info *format;
    tilt_status status = TILT_OK;
    if (tilt__cli_value(cli, "output") == NULL) return TILT_OK;
    for (size_t i = 0; status == TILT_OK && (format = tilt_format_at(i)) != NULL; i++)
        if (reported(cli, format)) status = tilt__format_ready(format->format, err);
    return status;
}

static tilt_status add_reports(const tilt__cli *cli, const tilt_report *report, const char *folder,
                               file_list *list, tilt__outputs *out, size_t *paths_capacity, tilt_error *err) {
    const tilt_format_info *format;
    for (size_t i = 0; (format = tilt_format_at(i)) != NULL; i++) {
        if (!reported(cli, format)) continue;
        char *text = NULL;
        size_t n = 0;
        tilt_status status = tilt_report_render(report, format->format, NULL, &text, &n, err);
        if (status != TILT_OK) return status;
        if (!add_file(list, out, join(folder, format->file), text, n, text, paths_capacity))
            return tilt__fail_memory(err);
    }
    return TILT_OK;
}

/* One file per part of the report: tables as CSV, charts as PNG. */
typedef struct part_kind {
    size_t (*count)(const tilt_report *report);
    tilt_status (*make)(const tilt_report *report, size_t at, const char **out_name, char **out_text,
                        size_t *out_n, tilt_error *err);
    const char *ending;
} part_kind;

static const part_kind tables_kind = {tilt_report_table_count, tilt_report_table_csv, "csv"};
static const part_kind charts_kind = {tilt_report_chart_count, tilt_report_chart_png, "png"};

static tilt_status add_parts(const tilt_report *report, const part_kind *kind, const char *folder,
                             file_list *list, tilt__outputs *out, size_t *paths_capacity, tilt_error *err) {
    for (size_t i = 0; i < kind->count(report); i++) {
        const char *name = NULL;
        char *text = NULL;
        size_t n = 0;
        tilt_status status = kind->make(report, i, &name, &text, &n, err);
        if (status != TILT_OK) return status;
        tilt__buf file = TILT__BUF_INIT;
        tilt__buf_format(&file, "%s.%s", name, kind->ending);
        char *path = join(folder, tilt__buf_get(&file));
        tilt__buf_free(&file);
        if (!add_file(list, out, path, text, n, text, paths_capacity)) return tilt__fail_memory(err);
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
    char *tables = join(folder, "tables"), *charts = join(folder, "charts");
    tilt_status status = tables != NULL && charts != NULL
                             ? add_reports(cli, report, folder, &list, out, &paths_capacity, err)
                             : tilt__fail_memory(err);
    bool json = status == TILT_OK && wanted(cli, "json");
    if (json && !add_file(&list, out, join(folder, "result.json"), result, n_result, NULL, &paths_capacity))
        status = tilt__fail_memory(err);
    bool csv = wanted(cli, "csv"), png = tilt__cli_lists(cli, "format", "png");
    if (status == TILT_OK && csv)
        status = add_parts(report, &tables_kind, tables, &list, out, &paths_capacity, err);
    if (status == TILT_OK && png)
        status = add_parts(report, &charts_kind, charts, &list, out, &paths_capacity, err);
    bool made_folder = false, made_tables = false, made_charts = false;
    if (status == TILT_OK) status = tilt__make_directory(folder, &made_folder, err);
    if (status == TILT_OK && csv) status = tilt__make_directory(tables, &made_tables, err);
    if (status == TILT_OK && png) status = tilt__make_directory(charts, &made_charts, err);
    if (status == TILT_OK) status = tilt__write_files(list.items, list.n, err);
    if (status != TILT_OK && made_tables) tilt__remove_directory(tables);
    if (status != TILT_OK && made_charts) tilt__remove_directory(charts);
    if (status != TILT_OK && made_folder) tilt__remove_directory(folder);
    free_files(&list);
    free(tables);
    free(charts);
    if (status != TILT_OK) tilt__outputs_free(out);
    return status;
}
