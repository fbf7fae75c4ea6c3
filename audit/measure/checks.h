/* measure/checks.h - the data held against themselves: totals rows against sums, breakdown against breakdown.
 */
#ifndef TILT_MEASURE_CHECKS_H
#define TILT_MEASURE_CHECKS_H

#include "cube/facts.h"

/* Totals rows of one source against the sum of its data rows, numbers that were missing, rows that were
 * skipped. */
tilt_status tilt__checks_source(const tilt__loaded *loaded, tilt__arena *arena, tilt__checks *checks,
                                tilt_error *err) TILT_NODISCARD;

/* Sources must state the same currency, time zone and attribution setting. Tables that break the same ads
 * down differently must have the same counts per ad, unknown included. Also notes overlapping report periods.
 */
tilt_status tilt__checks_tables(const tilt__tables *tables, const tilt__loaded *loaded, size_t n_loaded,
                                tilt__arena *arena, tilt__checks *checks, tilt_error *err) TILT_NODISCARD;

#endif
