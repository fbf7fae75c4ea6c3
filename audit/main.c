/* main.c - argv to command table to exit code.
 * The only place that sets process-wide state (locale, GSL's error handler, how memory is given back) and
 * that ends the process. Results are only done once stdout has been closed without an error: a full disk must
 * not look like success.
 */
#include <errno.h>
#include <gsl/gsl_errno.h>
#include <locale.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/term.h"

enum { MOST_COMMANDS = 32 }; /* rows that suggestions look at */

static const tilt__command *find_command(const char *name) {
    for (const tilt__command *command = tilt__commands; command->run != NULL; command++)
        if (strcmp(command->usage.command, name) == 0) return command;
    return NULL;
}

static tilt__exit general_help(void) {
    tilt__buf out = TILT__BUF_INIT;
    size_t width = tilt__term_width(stdout);
    tilt__buf_text(&out, "usage: tiltmeter COMMAND [arguments] [options]\n\n");
    tilt__cli_wrap(
        &out,
        "Audits advertising campaigns for skew between audience groups, says with honest uncertainty "
        "whether groups differ, and which factors drove the difference.",
        0, width);
    tilt__buf_text(&out, "\nCommands\n");
    for (const tilt__command *command = tilt__commands; command->run != NULL; command++) {
        tilt__buf_format(&out, "  %-10s", command->usage.command);
        tilt__cli_wrap(&out, command->usage.summary, 12, width);
    }
    tilt__cli_general_help(width, &out);
    tilt__exit code = tilt__cli_print(&out);
    tilt__buf_free(&out);
    return code;
}

static tilt__exit unknown_command(const char *name) {
    tilt_error err;
    const char *names[MOST_COMMANDS] = {NULL};
    for (size_t i = 0; i < MOST_COMMANDS && tilt__commands[i].run != NULL; i++)
        names[i] = tilt__commands[i].usage.command;
    const char *meant = tilt__text_nearest(name, names, MOST_COMMANDS);
    if (meant != NULL)
        (void)tilt__fail(&err, TILT_EUSAGE, "there is no command %.80s; did you mean %s?", name, meant);
    else
        (void)tilt__fail(&err, TILT_EUSAGE, "there is no command %.80s; `tiltmeter --help` lists them", name);
    return tilt__cli_fail(&err);
}

static tilt__exit run_command(const tilt__command *command, int argc, char **argv) {
    tilt_error err;
    tilt__cli cli;
    if (tilt__cli_parse(&command->usage, argc, argv, &cli, &err) != TILT_OK) return tilt__cli_fail(&err);
    tilt__exit code = TILT__EXIT_DONE;
    if (tilt__cli_has(&cli, "help")) {
        tilt__buf out = TILT__BUF_INIT;
        tilt__cli_help(&command->usage, tilt__term_width(stdout), &out);
        code = tilt__cli_print(&out);
        tilt__buf_free(&out);
    } else {
        code = command->run(&cli);
    }
    tilt__cli_free(&cli);
    return code;
}

static tilt__exit dispatch(int argc, char **argv) {
    if (argc < 2) {
        tilt_error err;
        (void)tilt__fail(&err, TILT_EUSAGE, "which command? `tiltmeter --help` lists them");
        return tilt__cli_fail(&err);
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) return general_help();
    if (strcmp(argv[1], "--version") == 0) {
        (void)printf("tiltmeter %s\n", tilt_version());
        return TILT__EXIT_DONE;
    }
    const tilt__command *command = find_command(argv[1]);
    if (command == NULL) return unknown_command(argv[1]);
    return run_command(command, argc - 2, argv + 2);
}

/* A closed stdout (EBADF at close) is an error only when something was to be written. */
static bool stdout_is_whole(void) {
    bool whole = !ferror(stdout);
    if (fflush(stdout) != 0) whole = false;
    if (fclose(stdout) != 0 && errno != EBADF) whole = false;
    return whole;
}

/* glibc keeps more and more of what is freed the larger the blocks are that it has seen freed: an audit would
 * hold what its reader needed to its end. Blocks of a MiB go back at once. Smaller ones, a number for every
 * cell among them, are soon needed again, and getting their pages anew costs more than they take: 8 MiB of
 * them stay, and more is fetched in pieces of 2 MiB. */
static void give_memory_back(void) {
#ifdef __GLIBC__
    (void)mallopt(M_MMAP_THRESHOLD, 1 << 20);
    (void)mallopt(M_TRIM_THRESHOLD, 8 << 20);
    (void)mallopt(M_TOP_PAD, 2 << 20);
#endif
}

int main(int argc, char **argv) {
    (void)setlocale(LC_ALL, "C");
    (void)gsl_set_error_handler_off();
    give_memory_back();
    tilt__exit code = dispatch(argc, argv);
    if (stdout_is_whole()) return (int)code;
    (void)fprintf(stderr, "tiltmeter: standard output: cannot write\n");
    return code == TILT__EXIT_DONE || code == TILT__EXIT_GATE ? (int)TILT__EXIT_IO : (int)code;
}
