/* cli/watch.c - progress and interruption of long computations.
 * Until the first report of progress SIGINT does what it always does: nothing has been written yet. From then
 * on the handler only sets a flag, which the next report returns to the audit. Threads report at once;
 * whoever does not get the line goes on without printing. */
#define _POSIX_C_SOURCE 200809L
#include "cli/watch.h"

#include <signal.h>
#include <stdatomic.h>
#include <string.h>

#include "cli/term.h"

static volatile sig_atomic_t stop_asked;
static atomic_flag line_taken = ATOMIC_FLAG_INIT, handler_set = ATOMIC_FLAG_INIT;
static tilt__progress line;

static void ask_to_stop(int signal_number) {
    (void)signal_number;
    stop_asked = 1;
}

static void set_handler(void (*handler)(int), int flags) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    action.sa_flags = flags;
    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(SIGINT, &action, NULL);
}

static bool on_progress(void *user, const char *what, double done) {
    (void)user;
    if (!atomic_flag_test_and_set(&handler_set)) set_handler(ask_to_stop, (int)SA_RESETHAND);
    if (!atomic_flag_test_and_set(&line_taken)) {
        tilt__progress_part(&line, what, done);
        atomic_flag_clear(&line_taken);
    }
    return stop_asked == 0;
}

void tilt__watch_start(tilt_spec *spec, bool quiet) {
    stop_asked = 0;
    line = tilt__progress_start(quiet);
    atomic_flag_clear(&handler_set);
    tilt_spec_on_progress(spec, on_progress, NULL);
}

void tilt__watch_end(void) {
    tilt__progress_end(&line);
    set_handler(SIG_DFL, 0);
}
