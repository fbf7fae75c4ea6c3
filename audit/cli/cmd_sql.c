/* cli/cmd_sql.c - the reduction of a spec as a query. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "cli/command.h"
#include "cli/given.h"
#include "report/escape.h"

static tilt_status make(const tilt__cli *cli, char **out, tilt_error *err) {
    const char *engine = tilt__cli_value(cli, "engine"), *table = tilt__cli_value(cli, "table");
    if (engine == NULL)
        return tilt__fail(err, TILT_EUSAGE,
                          "no engine; expected --engine duckdb, postgres, clickhouse or spark");
    tilt_spec *spec = tilt__given_spec(cli, err);
    if (spec == NULL) return err->status;
    tilt_status status = tilt_spec_query(spec, engine, table != NULL ? table : "events", out, err);
    tilt_spec_free(spec);
    return status;
}

/* A name stands in the query as it is, so that the engine finds its column; with control characters in it,
 * or such as turn the direction of the text, the query could be read as another than it is. */
static tilt_status check_readable(const char *text, tilt_error *err) {
    tilt__buf safe = TILT__BUF_INIT;
    tilt_status status = TILT_OK;
    for (const char *line = text != NULL ? text : ""; *line != '\0' && status == TILT_OK;) {
        size_t n = strcspn(line, "\n\t");
        tilt__buf one = TILT__BUF_INIT;
        tilt__buf_add(&one, line, n);
        tilt__buf_reset(&safe);
        tilt__escape_terminal(tilt__buf_get(&one), &safe);
        bool same = strcmp(tilt__buf_get(&one), tilt__buf_get(&safe)) == 0;
        if (one.failed || safe.failed)
            status = tilt__fail_memory(err);
        else if (!same)
            status =
                tilt__fail(err, TILT_ESPEC,
                           "a name in this query holds control characters, or such as turn the direction "
                           "of the text (\"%.80s\"); give the column or label a plain name",
                           tilt__buf_get(&one) + strspn(tilt__buf_get(&one), " "));
        tilt__buf_free(&one);
        line += n + (line[n] != '\0');
    }
    tilt__buf_free(&safe);
    return status;
}

tilt__exit cmd_sql(const tilt__cli *cli) {
    tilt_error err = {.status = TILT_OK};
    char *text = NULL;
    if (make(cli, &text, &err) != TILT_OK || check_readable(text, &err) != TILT_OK) {
        free(text);
        return tilt__cli_fail(&err);
    }
    tilt__buf out = TILT__BUF_INIT;
    tilt__buf_text(&out, text);
    tilt__exit code = tilt__cli_print(&out);
    tilt__buf_free(&out);
    free(text);
    return code;
}
