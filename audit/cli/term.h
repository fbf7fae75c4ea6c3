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

/* One line on stderr that is written over; only on a terminal. Start with tilt__progress_start. */
typedef struct tilt__progress {
    bool on;
    bool shown;          /* something is on the line */
    uint64_t next_ms;    /* not before this time */
    uint64_t started_ms; /* monotonic */
} tilt__progress;

/* quiet: never show anything. */
tilt__progress tilt__progress_start(bool quiet);
/* "WHAT: 41 % of 1.2 GB, 3 s left" at most ten times a second; total 0 when it is not known (then without the
 * share). done and total in bytes. */
void tilt__progress_show(tilt__progress *progress, const char *what, uint64_t done, uint64_t total);
/* "WHAT: 41 %, 3 s left" for work that is not bytes; done 0..1. */
void tilt__progress_part(tilt__progress *progress, const char *what, double done);
/* Clears the line; call before any other output. */
void tilt__progress_end(tilt__progress *progress);

#endif
