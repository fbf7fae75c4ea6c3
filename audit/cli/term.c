/* cli/term.c - terminal properties through isatty and TIOCGWINSZ; no terminfo, only the SGR codes everybody
 * has. */
#define _DEFAULT_SOURCE
#include "cli/term.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "report/escape.h"

enum { PLAIN_WIDTH = 80, NARROWEST = 40, WIDEST = 110, EVERY_MS = 100, FIRST_MS = 400 };

bool tilt__term_colour(FILE *stream) {
    const char *no_colour = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    if (no_colour != NULL && no_colour[0] != '\0') return false;
    if (term == NULL || strcmp(term, "dumb") == 0) return false;
    return isatty(fileno(stream)) == 1;
}

size_t tilt__term_width(FILE *stream) {
    struct winsize window = {0};
    if (isatty(fileno(stream)) != 1) return PLAIN_WIDTH;
    if (ioctl(fileno(stream), TIOCGWINSZ, &window) != 0 || window.ws_col == 0) return PLAIN_WIDTH;
    if (window.ws_col < NARROWEST) return NARROWEST;
    return window.ws_col > WIDEST ? (size_t)WIDEST : (size_t)window.ws_col;
}

static uint64_t now_ms(void) {
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

tilt__progress tilt__progress_start(bool quiet) {
    tilt__progress progress = {.on = !quiet && isatty(STDERR_FILENO) == 1, .started_ms = now_ms()};
    progress.next_ms = progress.started_ms + FIRST_MS; /* nothing flashes up for a short job */
    return progress;
}

/* "\r", and what is being done: the name of a file may hold anything. */
static void print_name(const char *what) {
    tilt__buf name = TILT__BUF_INIT;
    tilt__escape_terminal(what, &name);
    (void)fprintf(stderr, "\r\033[K%.60s", tilt__buf_get(&name));
    tilt__buf_free(&name);
}

void tilt__progress_show(tilt__progress *progress, const char *what, uint64_t done, uint64_t total) {
    if (!progress->on) return;
    uint64_t now = now_ms();
    if (now < progress->next_ms) return;
    progress->next_ms = now + EVERY_MS;
    progress->shown = true;
    double megabytes = (double)done / 1e6;
    print_name(what);
    if (total == 0 || done == 0 || done > total) {
        (void)fprintf(stderr, ": %.1f MB", megabytes);
    } else {
        double share = (double)done / (double)total;
        double left = (double)(now - progress->started_ms) / 1000 * (1 - share) / share;
        (void)fprintf(stderr, ": %.0f %% of %.1f MB, %.0f s left", share * 100, (double)total / 1e6, left);
    }
    (void)fflush(stderr);
}

void tilt__progress_part(tilt__progress *progress, const char *what, double done) {
    if (!progress->on) return;
    uint64_t now = now_ms();
    if (now < progress->next_ms) return;
    progress->next_ms = now + EVERY_MS;
    progress->shown = true;
    double left = done > 0 ? (double)(now - progress->started_ms) / 1000 * (1 - done) / done : 0;
    print_name(what);
    if (done > 0) (void)fprintf(stderr, ": %.0f %%, %.0f s left", done * 100, left);
    (void)fflush(stderr);
}

void tilt__progress_end(tilt__progress *progress) {
    if (progress->shown) (void)fprintf(stderr, "\r\033[K");
    progress->shown = false;
}
