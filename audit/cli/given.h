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

/* What an audit was asked, as one spec that gives the same result elsewhere: file, exports and options laid
 * over each other; ledger, earlier result, gate and threads left out. `read`: the spec after the audit. */
tilt_status tilt__given_text(const tilt__cli *cli, const tilt_spec *read, tilt__buf *out,
                             tilt_error *err) TILT_NODISCARD;

#endif
