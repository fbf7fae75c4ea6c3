/* cube/query_checks.h - what a query cannot do, said before it is written: better no query than another cube.
 */
#ifndef TILT_CUBE_QUERY_CHECKS_H
#define TILT_CUBE_QUERY_CHECKS_H

#include "cube/query_columns.h"
#include "cube/query_engine.h"

/* TILT_ESPEC for a spec that asks for more than the reduction of one table: other sources, what only the
 * reader of a file does (wide columns, bad rows left out), and what belongs to the audit of the cube. */
tilt_status tilt__query_check_spec(const tilt_spec *spec, tilt_error *err) TILT_NODISCARD;

/* TILT_ESPEC for two columns of one name, in the cube or, for an engine that does not tell capitals from
 * small letters, in the table. */
tilt_status tilt__query_check_names(const tilt__query_columns *columns, const tilt__engine *engine,
                                    tilt_error *err) TILT_NODISCARD;

#endif
