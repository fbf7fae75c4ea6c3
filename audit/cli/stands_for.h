/* cli/stands_for.h - a spec that inspect wrote and nobody has changed stands for a command without it:
 * results record that command, so that an audit of the spec and one of the exports are the same bytes. */
#ifndef TILT_CLI_STANDS_FOR_H
#define TILT_CLI_STANDS_FOR_H

#include <cjson/cJSON.h>

#include "cli/opt.h"

/* Adds {"stands_for": {"command": ..., "sha256": digest of the rest of the spec}}. */
tilt_status tilt__stands_for_put(cJSON *spec, const char *command, tilt_error *err) TILT_NODISCARD;

/* The command that a result records: the one that the spec stands for, where the spec is as it was written
 * and neither exports nor options that change a result are given beside it; else the command line as it is.
 */
tilt_status tilt__stands_for_command(const tilt__cli *cli, tilt__buf *out, tilt_error *err) TILT_NODISCARD;

#endif
