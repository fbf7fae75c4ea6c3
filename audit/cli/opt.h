/* cli/opt.h - options and arguments of every command.
 * One table (opt_table.c) drives parsing, usage and help, so that they cannot drift apart. An option that has
 * a `spec_key` is the same thing as that key of a spec file: tilt__cli_overlay() turns the command line into
 * a spec object, and the spec validator checks it once, wherever it came from. */
#ifndef TILT_CLI_OPT_H
#define TILT_CLI_OPT_H

#include <cjson/cJSON.h>

#include "base/buf.h"

/* Which commands an option belongs to: one bit per command. */
enum {
    TILT__CMD_AUDIT = 1 << 0,
    TILT__CMD_INSPECT = 1 << 1,
    TILT__CMD_EXPLAIN = 1 << 2,
    TILT__CMD_RENDER = 1 << 3,
    TILT__CMD_POLICIES = 1 << 4,
    TILT__CMD_SCHEMA = 1 << 5,
    TILT__CMD_PLAN = 1 << 6,
    TILT__CMD_CUBE = 1 << 7,
    TILT__CMD_SQL = 1 << 8,
    TILT__CMD_LEDGER = 1 << 10,
    TILT__CMD_COMPARE = 1 << 11,
    TILT__CMD_VERIFY = 1 << 12,
    TILT__CMD_ALL = 0xffff
};

/* How a value is checked here and written into the spec. */
typedef enum tilt__opt_kind {
    TILT__OPT_FLAG,      /* no value; true in the spec */
    TILT__OPT_TEXT,      /* any text; a string, or an array of strings when repeatable */
    TILT__OPT_NUMBER,    /* plain or exponent notation with a decimal point */
    TILT__OPT_INTEGER,   /* a whole number 0 .. 2^53 */
    TILT__OPT_LIST,      /* a,b,c: an array of strings; repeats add to it */
    TILT__OPT_CROSSINGS, /* a,b,a*b: an array whose crossings are arrays; repeats add to it */
    TILT__OPT_CROSSING,  /* a or a*b: a string, or an array for a crossing */
    TILT__OPT_PAIR,      /* COL=VALUE: an array of {"column","value"}; repeats add to it */
    TILT__N_OPT_KIND
} tilt__opt_kind;

typedef struct tilt__opt {
    const char *name; /* without the dashes */
    char letter;      /* one-letter form, or 0 */
    tilt__opt_kind kind;
    bool repeatable; /* lists and pairs always are */
    unsigned commands;
    const char *section;  /* heading in help */
    const char *metavar;  /* "FILE"; NULL for a flag */
    const char *choices;  /* "html|md": the only values accepted; NULL when free */
    const char *spec_key; /* NULL when the option cannot change a result (output, progress) */
    bool aside; /* changes how the work is done and never a result: not part of the command told in it */
    bool empty; /* takes an empty text too */
    const char *help; /* one line, no full stop */
} tilt__opt;

/* Rows in the order of help; the last has a NULL name. */
extern const tilt__opt tilt__opt_table[];

/* What a command takes besides options, and how it is described. */
typedef struct tilt__usage {
    const char *command;   /* "audit" */
    unsigned bit;          /* TILT__CMD_... */
    const char *arguments; /* "[SPEC.json | EXPORT.csv ...]" */
    size_t min_args;
    size_t max_args;
    const char *summary; /* one line */
} tilt__usage;

typedef struct tilt__cli_given {
    const tilt__opt *opt;
    const char *text; /* "" for a flag */
} tilt__cli_given;

/* A parsed command line. All texts are borrowed from argv. */
typedef struct tilt__cli {
    const tilt__usage *usage;
    const char **args; /* positional arguments in order */
    size_t n_args;
    tilt__cli_given *given; /* options in order */
    size_t n_given;
} tilt__cli;

void tilt__cli_free(tilt__cli *cli);
/* Parses argv[0..argc), the arguments after the command's name. `--name value` and `--name=value` are the
 * same,
 * `--` ends the options, and a lone `-` is an argument. With --help among the options the number of arguments
 * is not checked. TILT_EUSAGE says what would be accepted; free *out_cli only after success. */
tilt_status tilt__cli_parse(const tilt__usage *usage, int argc, char **argv, tilt__cli *out_cli,
                            tilt_error *err) TILT_NODISCARD;

bool tilt__cli_has(const tilt__cli *cli, const char *name);
/* The value of an option, or NULL when it was not given. */
const char *tilt__cli_value(const tilt__cli *cli, const char *name);
/* The ith value (from 0) of a repeatable option, or NULL past the last. */
const char *tilt__cli_values(const tilt__cli *cli, const char *name, size_t i);
/* Whether `item` is in a LIST option such as --format; false when the option was not given. */
bool tilt__cli_lists(const tilt__cli *cli, const char *name, const char *item);

/* The spec object that the given options amount to, each under its spec key; {} when none has one. File names
 * in it are relative to the working directory, not to a spec file. NULL on failure (empty items, memory).
 * Caller frees with cJSON_Delete. */
cJSON *tilt__cli_overlay(const tilt__cli *cli, tilt_error *err) TILT_NODISCARD;

/* The command line that gives the same result, quoted for a shell: options that only say where output goes
 * are left out, so that a result does not depend on them. */
void tilt__cli_command_line(const tilt__cli *cli, const char *command, tilt__buf *out);

/* Usage and options of one command, wrapped to `width` columns. */
void tilt__cli_help(const tilt__usage *usage, size_t width, tilt__buf *out);
/* What follows the table of commands in `tiltmeter --help`. */
void tilt__cli_general_help(size_t width, tilt__buf *out);
/* Adds `text` wrapped at spaces to `width`; the cursor stands at column `indent` and further lines start
 * there. */
void tilt__cli_wrap(tilt__buf *out, const char *text, size_t indent, size_t width);

#endif
