/* cli/command.h - commands, exit codes, and the few things every command needs. */
#ifndef TILT_CLI_COMMAND_H
#define TILT_CLI_COMMAND_H

#include "cli/opt.h"

/* The only exit codes there are. */
typedef enum tilt__exit {
    TILT__EXIT_DONE = 0,
    TILT__EXIT_GATE = 1,  /* --gate, and a finding is tilted */
    TILT__EXIT_USAGE = 2, /* the command line is wrong */
    TILT__EXIT_INPUT = 3, /* an input or a spec is wrong */
    TILT__EXIT_IO = 4,    /* could not read or write */
    TILT__EXIT_FAULT = 5  /* our own mistake, or no memory */
} tilt__exit;

/* Exit code that a status ends with when nothing handles it. */
tilt__exit tilt__exit_of(tilt_status status);
/* Prints "tiltmeter: MESSAGE" on stderr and returns the exit code of err->status. */
tilt__exit tilt__cli_fail(const tilt_error *err);
/* Writes a buffer to stdout; a failed buffer is memory that ran out, a failed write is found when main closes
 * stdout. */
tilt__exit tilt__cli_print(const tilt__buf *buf);
/* The same for text that people read and that holds words of files: controls in it become visible. */
tilt__exit tilt__cli_say(const tilt__buf *buf);

/* A command gets its parsed options; --help is handled before it is called. Only main may end the process. */
typedef tilt__exit tilt__command_fn(const tilt__cli *cli);
tilt__command_fn cmd_audit;
tilt__command_fn cmd_compare;
tilt__command_fn cmd_inspect;
tilt__command_fn cmd_ledger;
tilt__command_fn cmd_render;
tilt__command_fn cmd_cube;
tilt__command_fn cmd_sql;
tilt__command_fn cmd_explain;
tilt__command_fn cmd_plan;
tilt__command_fn cmd_policies;
tilt__command_fn cmd_schema;
tilt__command_fn cmd_verify;

typedef struct tilt__command {
    tilt__usage usage;
    tilt__command_fn *run;
} tilt__command;

/* Rows in the order of help; the last has no function. A command that is not built has no row. */
extern const tilt__command tilt__commands[];

#endif
