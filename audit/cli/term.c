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
#include "report/name.h"

enum { PLAIN_WIDTH = 80, NARROWEST = 40, WIDEST = 110, EVERY_MS = 100, FIRST_MS = 400 };

bool tilt__term_colour(FILE *stream) {
    const char *no_colour = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    if (no_colour != NULL && no_colour[0] != '\0') return false;
    if (term == NULL || strcmp(term, "dumb") == 0) return false;
    return isatty(fileno(stream)) == 1;
}

/* 0: not known. */
static size_t window_columns(FILE *stream) {
    struct winsize window = {0};
    return ioctl(fileno(stream), TIOCGWINSZ, &window) == 0 ? window.ws_col : 0;
}

size_t tilt__term_width(FILE *stream) {
    size_t columns = isatty(fileno(stream)) == 1 ? window_columns(stream) : 0;
    if (columns == 0) return PLAIN_WIDTH;
    if (columns < NARROWEST) return NARROWEST;
    return columns > WIDEST ? (size_t)WIDEST : columns;
}

static uint64_t now_ms(void) {
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

tilt__progress tilt__progress_start(bool quiet) {
    tilt__progress progress = {.on = !quiet && isatty(STDERR_FILENO) == 1};
    progress.next_ms = now_ms() + FIRST_MS; /* nothing flashes up for a short job */
    return progress;
}

/* A job that falls far back has begun anew. NULL: there are too many. */
static const tilt__job *job_of(tilt__progress *progress, const char *what, double done, uint64_t now) {
    const char *comma = strrchr(what, ',');
    size_t n = comma != NULL ? (size_t)(comma - what) : strlen(what), i = 0;
    if (n >= sizeof progress->jobs->name) n = sizeof progress->jobs->name - 1;
    while (i < progress->n_jobs &&
           (strncmp(progress->jobs[i].name, what, n) != 0 || progress->jobs[i].name[n] != '\0'))
        i++;
    if (i == TILT__MOST_JOBS) return NULL;
    tilt__job *job = &progress->jobs[i];
    if (i == progress->n_jobs || done < job->last / 2) {
        *job = (tilt__job){.since_ms = now, .from = done};
        memcpy(job->name, what, n);
        progress->n_jobs += i == progress->n_jobs;
    }
    job->last = done;
    return job;
}

/* The name of a file may hold anything; a line that is wider than the window could not be written over. */
static void print_line(const char *line) {
    size_t columns = window_columns(stderr), length;
    tilt__buf safe = TILT__BUF_INIT;
    tilt__escape_terminal(line, &safe);
    const char *text = tilt__buf_get(&safe);
    size_t n = strlen(text), end = 0, taken = 0;
    while (end < n) {
        taken += (size_t)tilt__utf8_columns(tilt__utf8_next(text + end, n - end, &length));
        if (taken >= (columns > 0 ? columns : PLAIN_WIDTH)) break;
        end += length;
    }
    (void)fprintf(stderr, "\r\033[K%.*s", (int)end, text);
    (void)fflush(stderr);
    tilt__buf_free(&safe);
}

void tilt__progress_part(tilt__progress *progress, const char *what, double done) {
    char line[160];
    if (!progress->on) return;
    uint64_t now = now_ms();
    const tilt__job *job = job_of(progress, what, done, now);
    if (now < progress->next_ms) return;
    progress->next_ms = now + EVERY_MS;
    progress->shown = true;
    int n = snprintf(line, sizeof line, done > 0 ? "%.100s: %.0f %%" : "%.100s", what, done * 100);
    if (job != NULL && done > job->from && now > job->since_ms && n > 0 && (size_t)n < sizeof line) {
        double left = (double)(now - job->since_ms) / 1000 * (1 - done) / (done - job->from);
        (void)snprintf(line + n, sizeof line - (size_t)n, ", %.0f s left", left);
    }
    print_line(line);
}

void tilt__progress_end(tilt__progress *progress) {
    if (progress->shown) (void)fprintf(stderr, "\r\033[K");
    progress->shown = false;
}
