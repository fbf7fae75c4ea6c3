/* cli/term.h - what the terminal can do: colour, width, and progress on stderr. Nothing here changes a
 * result. */
#ifndef TILT_CLI_TERM_H
#define TILT_CLI_TERM_H

#include <stdio.h>

#include "tiltmeter/base.h"

/* True when `stream` is a terminal that takes colour: NO_COLOR unset or empty, TERM neither unset nor "dumb".
 */
bool tilt__term_colour(FILE *stream);
/* Columns to write in: 80 when `stream` is not a terminal, so that files never depend on a window; else the
 * width of the window, kept between 40 and 110. */
size_t tilt__term_width(FILE *stream);

/* Something that takes long, told by its words before the last comma, as a rate behind it changes. */
typedef struct tilt__job {
    char name[64];
    uint64_t since_ms;
    double from, last; /* the part that was done when it was first and last heard of */
} tilt__job;

enum { TILT__MOST_JOBS = 4 /* side by side; of more than these no time left is told */ };

/* One line on stderr that is written over; only on a terminal. Start with tilt__progress_start. */
typedef struct tilt__progress {
    bool on;
    bool shown;       /* something is on the line */
    uint64_t next_ms; /* not before this time; monotonic */
    tilt__job jobs[TILT__MOST_JOBS];
    size_t n_jobs;
} tilt__progress;

/* quiet: never show anything. */
tilt__progress tilt__progress_start(bool quiet);
/* "WHAT: 41 %, 3 s left" at most ten times a second, cut where the window ends; done 0..1. The time left goes
 * by what that job alone has taken. */
void tilt__progress_part(tilt__progress *progress, const char *what, double done);
/* Clears the line; call before any other output. */
void tilt__progress_end(tilt__progress *progress);

#endif
