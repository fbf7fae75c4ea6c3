/* cli/given.h - the arguments of audit and inspect as one spec: a spec file, exports, and options over both.
 */
#ifndef TILT_CLI_GIVEN_H
#define TILT_CLI_GIVEN_H

#include "cli/opt.h"
#include "tiltmeter/spec.h"

/* First argument SPEC.json, or none; every other argument is an export. NULL with *err filled. Caller frees
 * with tilt_spec_free. */
tilt_spec *tilt__given_spec(const tilt__cli *cli, tilt_error *err) TILT_NODISCARD;

#endif
