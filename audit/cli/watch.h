/* cli/watch.h - a long audit watched from a terminal: progress on stderr, and Ctrl-C that ends it cleanly. */
#ifndef TILT_CLI_WATCH_H
#define TILT_CLI_WATCH_H

#include "tiltmeter/spec.h"

/* Shows the progress of audits of this spec (unless quiet) and stops them at SIGINT: the audit then fails
 * with TILT_ECANCELLED and nothing has been written. A second SIGINT ends the process at once. */
void tilt__watch_start(tilt_spec *spec, bool quiet);
/* Clears the line; SIGINT ends the process again as it does by default. */
void tilt__watch_end(void);

#endif
