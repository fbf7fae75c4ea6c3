/* cli/deliver.h - a document of ours (a comparison, a trend) in the form that was asked for. */
#ifndef TILT_CLI_DELIVER_H
#define TILT_CLI_DELIVER_H

#include "base/buf.h"
#include "cli/opt.h"

/* Where --output names a file: the document's JSON, or the report that the file's ending names. Else the
 * JSON (with --json) or the summary for the terminal, appended to `out`. TILT_EUSAGE for an ending that is
 * none. */
tilt_status tilt__deliver(const tilt__cli *cli, const tilt__buf *json, tilt__buf *out,
                          tilt_error *err) TILT_NODISCARD;

#endif
