/* cli/cmd_explain.c - any metric, verdict or term, printed from the catalogue. */
#include "cli/command.h"

tilt__exit cmd_explain(const tilt__cli *cli) {
    (void)cli;
    return TILT__EXIT_DONE;
}
