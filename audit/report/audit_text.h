/* report/audit_text.h - the result of an audit as a text that need not be in memory as a whole. */
#ifndef TILT_REPORT_AUDIT_TEXT_H
#define TILT_REPORT_AUDIT_TEXT_H

#include "base/spool.h"
#include "tiltmeter/audit.h"
#include "tiltmeter/report.h"

/* The result, piece by piece. The only way to read that of a spec with `spool_from`: tilt_audit_result has
 * its end alone. TILT_EIO. */
tilt_status tilt__audit_read(const tilt_audit *audit, tilt__piece_fn piece, void *context,
                             tilt_error *err) TILT_NODISCARD;

/* A report of which TILT_FORMAT_TERMINAL alone can be rendered, made without the result in memory as a whole.
 * NULL with TILT_EIO or TILT_ENOMEM. */
tilt_report *tilt__audit_summary(const tilt_audit *audit, tilt_error *err) TILT_OWNED_BY(tilt_report_free);

#endif
