/* cli/cmd_sql.c - the reduction of a spec as a query. */
#include <stdlib.h>

#include "base/error.h"
#include "cli/command.h"
#include "cli/given.h"

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

tilt__exit cmd_sql(const tilt__cli *cli) {
    tilt_error err = {.status = TILT_OK};
    char *text = NULL;
    if (make(cli, &text, &err) != TILT_OK) return tilt__cli_fail(&err);
    tilt__buf out = TILT__BUF_INIT;
    tilt__buf_text(&out, text);
    tilt__exit code = tilt__cli_print(&out);
    tilt__buf_free(&out);
    free(text);
    return code;
}
