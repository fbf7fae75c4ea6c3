/* cli/write_spec.h - a spec from what `inspect` understood. */
#ifndef TILT_CLI_WRITE_SPEC_H
#define TILT_CLI_WRITE_SPEC_H

#include "cli/opt.h"

/* Writes the spec of --write-spec FILE from inspected[0..n), the JSON of tilt_audit_inspect(): every export
 * with its platform and the role of each column, and the options given. An audit of it has the result of an
 * audit of the exports. Without the option nothing happens. TILT_EUSAGE when a spec was inspected, TILT_EIO.
 */
tilt_status tilt__spec_write(const tilt__cli *cli, const char *inspected, size_t n,
                             tilt_error *err) TILT_NODISCARD;

#endif
