/* cube/query.h - the reduction of a spec as one SQL query, for rows that stay where they are. */
#ifndef TILT_CUBE_QUERY_H
#define TILT_CUBE_QUERY_H

#include "base/buf.h"
#include "map/spec.h"

/* Appends the query that makes the cube file of the spec's only source from `table`, in the words of the
 * engine (duckdb, postgres, clickhouse, spark). Every name and value of the spec is quoted, so nothing in it
 * can become a command. A table "schema.name" of plain words is taken apart; anything else is one name.
 * TILT_EUSAGE for an unknown engine; TILT_ESPEC for a spec that does not list its columns, or for a name that
 * the engine cannot be given. */
tilt_status tilt__query_write(const tilt_spec *spec, const char *engine, const char *table, tilt__buf *out,
                              tilt_error *err) TILT_NODISCARD;

#endif
