/* cli/cmd_inspect.c - what was understood of exports: dialect, roles, totals, checks. */
#include <stdio.h>

#include "cli/command.h"
#include "cli/given.h"
#include "cli/write_spec.h"
#include "report/json.h"
#include "tiltmeter/audit.h"

static void put_column(const cJSON *column, tilt__buf *out) {
    const char *as = tilt__json_text(column, "as");
    tilt__buf_format(out, "  %-32s ", tilt__json_text_or(column, "name", ""));
    if (as != NULL) {
        tilt__buf_format(out, "%s:%s%s\n", tilt__json_text_or(column, "role", ""), as,
                         tilt__json_true(column, "assumed") ? " (assumed)" : "");
    } else {
        tilt__buf_format(out, "not counted: %s\n", tilt__json_text_or(column, "why_not_read", ""));
    }
}

static void put_input(const cJSON *input, tilt__buf *out) {
    const cJSON *dialect = tilt__json_object(input, "dialect");
    tilt__buf_format(out, "%s\n", tilt__json_text_or(input, "file", ""));
    tilt__buf_format(out, "  read as   %s (%s)\n", tilt__json_text_or(dialect, "platform_name", ""),
                     tilt__json_text_or(dialect, "why", ""));
    const char *delimiter = tilt__json_text_or(dialect, "delimiter", "");
    tilt__buf_format(out, "  text      %s, separated by %s\n", tilt__json_text_or(dialect, "encoding", ""),
                     delimiter[0] == '\t' ? "tabs" : delimiter);
    tilt__buf_format(
        out, "  rows      %.0f, header on line %.0f, %.0f totals rows, %.0f footer lines\n",
        tilt__json_number(input, "rows").number, tilt__json_number(dialect, "header_line").number,
        tilt__json_number(dialect, "totals_rows").number, tilt__json_number(dialect, "footer_lines").number);
    tilt__buf_text(out, "columns\n");
    const cJSON *item;
    cJSON_ArrayForEach(item, tilt__json_array(input, "columns")) put_column(item, out);
    tilt__buf_text(out, "sums\n");
    cJSON_ArrayForEach(item, tilt__json_object(input, "sums")) {
        tilt__buf_format(out, "  %-32s ", item->string);
        tilt__json_print_number(item->valuedouble, out);
        tilt__buf_char(out, '\n');
    }
    const cJSON *checks = tilt__json_array(input, "checks");
    if (tilt__json_count(checks) > 0) tilt__buf_text(out, "checks\n");
    cJSON_ArrayForEach(item, checks)
        tilt__buf_format(out, "  %s %s\n", tilt__json_true(item, "ok") ? "ok  " : "FAIL",
                         tilt__json_text_or(item, "detail", ""));
}

static tilt__exit print(const tilt__cli *cli, const tilt_audit *audit) {
    size_t n;
    const char *text = tilt_audit_result(audit, &n);
    tilt__buf out = TILT__BUF_INIT;
    if (tilt__cli_has(cli, "json")) {
        tilt__buf_add(&out, text, n);
    } else {
        tilt_error err;
        cJSON *tree = tilt__json_parse(text, n, &err);
        if (tree == NULL) return tilt__cli_fail(&err);
        const cJSON *input;
        cJSON_ArrayForEach(input, tilt__json_array(tree, "inputs")) {
            if (out.length > 0) tilt__buf_char(&out, '\n');
            put_input(input, &out);
        }
        cJSON_Delete(tree);
    }
    tilt__exit code = tilt__cli_has(cli, "json") ? tilt__cli_print(&out) : tilt__cli_say(&out);
    tilt__buf_free(&out);
    return code;
}

tilt__exit cmd_inspect(const tilt__cli *cli) {
    tilt_error err = {.status = TILT_OK};
    tilt_spec *spec = tilt__given_spec(cli, &err);
    tilt_audit *audit = spec != NULL ? tilt_audit_inspect(spec, &err) : NULL;
    size_t n = 0;
    const char *result = audit != NULL ? tilt_audit_result(audit, &n) : NULL;
    bool ok = audit != NULL && tilt__spec_write(cli, result, n, &err) == TILT_OK;
    tilt__exit code = ok ? print(cli, audit) : tilt__cli_fail(&err);
    tilt_audit_free(audit);
    tilt_spec_free(spec);
    return code;
}
