/* report/audit_text.h - the result of an audit as a text that need not be in memory as a whole. */
#ifndef TILT_REPORT_AUDIT_TEXT_H
#define TILT_REPORT_AUDIT_TEXT_H

#include "base/spool.h"
#include "tiltmeter/audit.h"

/* The result, piece by piece. The only way to read that of a spec with `spool_from`: tilt_audit_result has
 * its end alone. TILT_EIO. */
tilt_status tilt__audit_read(const tilt_audit *audit, tilt__piece_fn piece, void *context,
                             tilt_error *err) TILT_NODISCARD;

#endif
