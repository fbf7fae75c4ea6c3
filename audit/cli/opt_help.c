/* cli/opt_help.c - usage and help, printed from the option table. */
#include <string.h>

#include "cli/opt.h"

enum { HELP_COLUMN = 26 }; /* where the descriptions start */

static void spaces(tilt__buf *out, size_t n) {
    while (n-- > 0) tilt__buf_char(out, ' ');
}

void tilt__cli_wrap(tilt__buf *out, const char *text, size_t indent, size_t width) {
    size_t column = indent;
    for (const char *at = text; *at != '\0';) {
        size_t n = strcspn(at, " \n");
        bool starts = column == indent;
        if (!starts && column + 1 + n > width) {
            tilt__buf_char(out, '\n');
            spaces(out, indent);
            column = indent;
            starts = true;
        }
        if (!starts) tilt__buf_char(out, ' ');
        tilt__buf_add(out, at, n);
        column += n + !starts;
        at += n;
        at += strspn(at, " \n");
    }
    tilt__buf_char(out, '\n');
}

static void option_row(const tilt__opt *opt, size_t width, tilt__buf *out) {
    size_t start = strlen(tilt__buf_get(out));
    if (opt->letter != 0)
        tilt__buf_format(out, "  -%c, --%s", opt->letter, opt->name);
    else
        tilt__buf_format(out, "      --%s", opt->name);
    if (opt->metavar != NULL) tilt__buf_format(out, " %s", opt->metavar);
    size_t used = strlen(tilt__buf_get(out)) - start;
    if (used + 2 > HELP_COLUMN) {
        tilt__buf_char(out, '\n');
        used = 0;
    }
    spaces(out, HELP_COLUMN - used);
    tilt__cli_wrap(out, opt->help, HELP_COLUMN, width);
}

void tilt__cli_help(const tilt__usage *usage, size_t width, tilt__buf *out) {
    tilt__buf_format(out, "usage: tiltmeter %s", usage->command);
    if (usage->arguments[0] != '\0') tilt__buf_format(out, " %s", usage->arguments);
    tilt__buf_text(out, " [options]\n\n");
    tilt__cli_wrap(out, usage->summary, 0, width);
    const char *section = "";
    for (const tilt__opt *opt = tilt__opt_table; opt->name != NULL; opt++) {
        if ((opt->commands & usage->bit) == 0) continue;
        if (strcmp(section, opt->section) != 0) tilt__buf_format(out, "\n%s\n", opt->section);
        section = opt->section;
        option_row(opt, width, out);
    }
}

void tilt__cli_general_help(size_t width, tilt__buf *out) {
    tilt__buf_text(
        out, "\n`tiltmeter COMMAND --help` lists the options of a command, `tiltmeter --version` prints the "
             "version.\n\nExit codes\n");
    static const char *const codes[] = {
        "0  done",
        "1  with --gate: a finding is tilted",
        "2  the command line is wrong",
        "3  an input or a spec is wrong",
        "4  could not read or write",
        "5  a fault of tiltmeter itself, or memory ran out",
    };
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        tilt__buf_text(out, "  ");
        tilt__cli_wrap(out, codes[i], 2, width);
    }
}
