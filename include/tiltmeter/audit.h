/* tiltmeter/audit.h - the main job: exports in, result out. */
#ifndef TILTMETER_AUDIT_H
#define TILTMETER_AUDIT_H

#include "tiltmeter/spec.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tilt_audit tilt_audit;
TILT_API void tilt_audit_free(tilt_audit *audit);

/* Runs the whole audit that a spec asks for. `command`: the command line that repeats it, for the report; may
 * be NULL. The spec is read and completed (a benchmark file is loaded into it), not kept. NULL with *err
 * filled for a source that cannot be read, a name that is not there, or data that cannot be compared. Caller
 * frees with tilt_audit_free. */
TILT_API tilt_audit *tilt_audit_run(tilt_spec *spec, const char *command, tilt_error *err)
    TILT_OWNED_BY(tilt_audit_free);

/* The result as JSON (schema tiltmeter.result/1), NUL-terminated; borrowed. *out_n (may be NULL) gets its
 * length. */
TILT_API const char *tilt_audit_result(const tilt_audit *audit, size_t *out_n);

/* The cube as JSON {"tables": [...]}, when tilt_spec_keep asked for it; else NULL. Borrowed. */
TILT_API const char *tilt_audit_cube(const tilt_audit *audit, size_t *out_n);

/* True when a finding that may be judged is tilted: what a gate acts on. */
TILT_API bool tilt_audit_is_tilted(const tilt_audit *audit);

/* Only what was understood of the sources, as JSON: dialect, columns with their roles, totals rows. Caller
 * frees with tilt_audit_free; the result is read with tilt_audit_result. */
TILT_API tilt_audit *tilt_audit_inspect(tilt_spec *spec, tilt_error *err) TILT_OWNED_BY(tilt_audit_free);

/* Only the reduction: the sources as one cube in CSV, columns "role:name" and `cube_spec`, which any number
 * of such files audit as one. It holds small cells: not for publication. NULL with *err, TILT_ESPEC when the
 * sources make no single table of counts. Caller frees; the text is read with tilt_audit_result. */
TILT_API tilt_audit *tilt_audit_reduce(tilt_spec *spec, tilt_error *err) TILT_OWNED_BY(tilt_audit_free);

#ifdef __cplusplus
}
#endif
#endif
