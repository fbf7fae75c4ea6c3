/* cli/command.c - the table of commands, and how a failure becomes an exit code. */
#include "cli/command.h"

#include <assert.h>
#include <stdio.h>

#include <string.h>

#include "base/error.h"
#include "report/escape.h"

const tilt__command tilt__commands[] = {
    {{.command = "audit",
      .bit = TILT__CMD_AUDIT,
      .arguments = "[SPEC.json | EXPORT.csv ...]",
      .min_args = 1,
      .max_args = SIZE_MAX,
      .summary = "the main job: who was targeted, reached and responded, and why"},
     cmd_audit},
    {{.command = "inspect",
      .bit = TILT__CMD_INSPECT,
      .arguments = "EXPORT.csv ...",
      .min_args = 1,
      .max_args = SIZE_MAX,
      .summary = "what was understood of an export: dialect, roles, checks"},
     cmd_inspect},
    {{.command = "compare",
      .bit = TILT__CMD_COMPARE,
      .arguments = "BEFORE.json AFTER.json",
      .min_args = 2,
      .max_args = 2,
      .summary = "what changed between two results, with intervals, and why"},
     cmd_compare},
    {{.command = "ledger",
      .bit = TILT__CMD_LEDGER,
      .arguments = "list | show | trend | review | verify | sign | export",
      .min_args = 1,
      .max_args = 3,
      .summary = "past audits and the reviews people wrote on them"},
     cmd_ledger},
    {{.command = "render",
      .bit = TILT__CMD_RENDER,
      .arguments = "RESULT.json",
      .min_args = 1,
      .max_args = 1,
      .summary = "a report from a kept result, the same as when the audit ran"},
     cmd_render},
    {{.command = "cube",
      .bit = TILT__CMD_CUBE,
      .arguments = "[SPEC.json | EXPORT.csv ...]",
      .min_args = 1,
      .max_args = SIZE_MAX,
      .summary = "reduce only: a small file of counts; several of them audit as one"},
     cmd_cube},
    {{.command = "sql",
      .bit = TILT__CMD_SQL,
      .arguments = "SPEC.json",
      .min_args = 1,
      .max_args = 1,
      .summary = "the same reduction as a query, for rows that stay in their warehouse"},
     cmd_sql},
    {{.command = "verify",
      .bit = TILT__CMD_VERIFY,
      .arguments = "PACK.zip [EXPORT.csv ...]",
      .min_args = 1,
      .max_args = SIZE_MAX,
      .summary = "whether an evidence pack is whole, and gives the same numbers again"},
     cmd_verify},
    {{.command = "plan",
      .bit = TILT__CMD_PLAN,
      .arguments = "",
      .summary = "before a campaign runs: the base each group needs for a verdict"},
     cmd_plan},
    {{.command = "explain",
      .bit = TILT__CMD_EXPLAIN,
      .arguments = "[WORD ...]",
      .max_args = 8,
      .summary = "any metric, verdict or term: what it means, its formula and its source"},
     cmd_explain},
    {{.command = "policies",
      .bit = TILT__CMD_POLICIES,
      .arguments = "",
      .summary = "the shipped policies: thresholds, source and date"},
     cmd_policies},
    {{.command = "schema",
      .bit = TILT__CMD_SCHEMA,
      .arguments = "spec|result|change|trend|pack|list|inspect|plan|policy",
      .min_args = 1,
      .max_args = 1,
      .summary = "the JSON schema of a spec, or of a result"},
     cmd_schema},
    {{.command = NULL}, NULL},
};

static const tilt__exit exit_codes[] = {
    [TILT_OK] = TILT__EXIT_DONE,         [TILT_EUSAGE] = TILT__EXIT_USAGE,
    [TILT_EIO] = TILT__EXIT_IO,          [TILT_ENOMEM] = TILT__EXIT_FAULT,
    [TILT_ECSV] = TILT__EXIT_INPUT,      [TILT_ETYPE] = TILT__EXIT_INPUT,
    [TILT_ESPEC] = TILT__EXIT_INPUT,     [TILT_ETOOBIG] = TILT__EXIT_INPUT,
    [TILT_ENUMERIC] = TILT__EXIT_FAULT,  [TILT_ERENDER] = TILT__EXIT_FAULT,
    [TILT_EINTERNAL] = TILT__EXIT_FAULT, [TILT_ECANCELLED] = TILT__EXIT_FAULT,
};
static_assert(sizeof exit_codes / sizeof *exit_codes == TILT_N_STATUS, "one exit code per status");

tilt__exit tilt__exit_of(tilt_status status) {
    return (unsigned)status < TILT_N_STATUS ? exit_codes[status] : TILT__EXIT_FAULT;
}

tilt__exit tilt__cli_fail(const tilt_error *err) {
    (void)fprintf(stderr, "tiltmeter: %s\n", err->message);
    return tilt__exit_of(err->status);
}

tilt__exit tilt__cli_print(const tilt__buf *buf) {
    tilt_error err;
    if (buf->failed) {
        (void)tilt__fail_memory(&err);
        return tilt__cli_fail(&err);
    }
    (void)fwrite(tilt__buf_get(buf), 1, buf->length, stdout);
    return TILT__EXIT_DONE;
}

tilt__exit tilt__cli_say(const tilt__buf *buf) {
    tilt__buf safe = TILT__BUF_INIT, line = TILT__BUF_INIT;
    const char *text = tilt__buf_get(buf), *end = text + buf->length;
    for (const char *next; text < end; text = next) {
        const char *stop = memchr(text, '\n', (size_t)(end - text));
        next = stop != NULL ? stop + 1 : end;
        tilt__buf_reset(&line);
        tilt__buf_add(&line, text, (size_t)((stop != NULL ? stop : end) - text));
        tilt__escape_terminal(tilt__buf_get(&line), &safe);
        if (stop != NULL) tilt__buf_char(&safe, '\n');
    }
    safe.failed = safe.failed || buf->failed || line.failed;
    tilt__exit code = tilt__cli_print(&safe);
    tilt__buf_free(&line);
    tilt__buf_free(&safe);
    return code;
}
