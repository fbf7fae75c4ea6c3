/* tiltmeter/spec.h - what to audit and how: the role of every column, groups, rates, benchmarks, policy,
 * seed. */
#ifndef TILTMETER_SPEC_H
#define TILTMETER_SPEC_H

#include "tiltmeter/base.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tilt_spec tilt_spec;

/* NULL is fine. */
TILT_API void tilt_spec_free(tilt_spec *spec);

/* Reads a spec (JSON, see `tiltmeter schema spec`). `folder` is what relative paths in it are relative to,
 * NULL for the current directory. Unknown keys and wrong types are TILT_ESPEC and name the key and the
 * nearest known one. Caller frees with tilt_spec_free. */
TILT_API tilt_spec *tilt_spec_from_json(const char *json, size_t n, const char *folder, tilt_error *err)
    TILT_OWNED_BY(tilt_spec_free);

/* Lays the keys of another JSON object over a spec: each key given replaces what was there. Paths in it are
 * relative to the current directory. On failure the spec can only be freed. */
TILT_API tilt_status tilt_spec_overlay(tilt_spec *spec, const char *json, size_t n,
                                       tilt_error *err) TILT_NODISCARD;

/* Adds one more export to read, as if it stood last in "sources". */
TILT_API tilt_status tilt_spec_add_source(tilt_spec *spec, const char *path, tilt_error *err) TILT_NODISCARD;

/* The reduction of a spec as one SQL query over `table`, whose result is a cube file (tilt_audit_reduce), for
 * rows that stay in their warehouse: engine duckdb, postgres, clickhouse or spark. The source of the spec is
 * not opened; its "columns" say what is reduced. *out_text is NUL-terminated; the caller frees it with
 * free(). TILT_EUSAGE for an unknown engine, TILT_ESPEC for a spec that cannot be reduced by a query. */
TILT_API tilt_status tilt_spec_query(const tilt_spec *spec, const char *engine, const char *table,
                                     char **out_text, tilt_error *err) TILT_NODISCARD;

/* Whether the spec asks for a gate: an exit code of 1 when a finding is tilted. */
TILT_API bool tilt_spec_has_gate(const tilt_spec *spec);

/* The ledger and the earlier result the spec names ("last": the ledger's newest earlier audit); NULL when it
 * names none. Borrowed. */
TILT_API const char *tilt_spec_ledger(const tilt_spec *spec);
TILT_API const char *tilt_spec_against(const tilt_spec *spec);

/* For audits that are kept: inputs of any size are hashed, and the cube is there whatever its size
 * (tilt_audit_cube). */
TILT_API void tilt_spec_keep(tilt_spec *spec);

/* Called now and then by an audit's long computations: what it does, and which part (0..1) is done. Returning
 * false stops the audit with TILT_ECANCELLED. May be called from several threads at once. */
typedef bool (*tilt_progress_fn)(void *user, const char *what, double done);
/* fn NULL: nobody is told. */
TILT_API void tilt_spec_on_progress(tilt_spec *spec, tilt_progress_fn fn, void *user);

#ifdef __cplusplus
}
#endif
#endif
