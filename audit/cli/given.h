/* cli/given.h - the arguments of audit and inspect as one spec: a spec file, exports, and options over both.
 */
#ifndef TILT_CLI_GIVEN_H
#define TILT_CLI_GIVEN_H

#include "cli/opt.h"
#include "tiltmeter/spec.h"

/* First argument SPEC.json, or none; every other argument is an export. NULL with *err filled. Caller frees
 * with tilt_spec_free. */
tilt_spec *tilt__given_spec(const tilt__cli *cli, tilt_error *err) TILT_NODISCARD;

/* SOURCE_DATE_EPOCH as YYYY-MM-DD; false when it is not set to a number of seconds. */
bool tilt__epoch_date(char out[16]);

#endif
