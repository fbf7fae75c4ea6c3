/* cli/outputs.h - the files of an audit in its output directory: reports, result.json and tables/. */
#ifndef TILT_CLI_OUTPUTS_H
#define TILT_CLI_OUTPUTS_H

#include "cli/opt.h"
#include "tiltmeter/report.h"

/* The files that were written, for the summary. */
typedef struct tilt__outputs {
    char **paths;
    size_t n;
} tilt__outputs;

/* Before the audit: whether everything that tilt__outputs_write will render can be rendered here, so that
 * nothing is computed or kept in a ledger in vain. */
tilt_status tilt__outputs_ready(const tilt__cli *cli, tilt_error *err) TILT_NODISCARD;
/* Renders everything that --format asks for (all by default) and writes it into --output DIR, which is made
 * if it is not there. Nothing is written when any part of it fails. Without --output nothing happens. */
tilt_status tilt__outputs_write(const tilt__cli *cli, const tilt_report *report, const char *result,
                                size_t n_result, tilt__outputs *out, tilt_error *err) TILT_NODISCARD;
void tilt__outputs_free(tilt__outputs *outputs);

#endif
