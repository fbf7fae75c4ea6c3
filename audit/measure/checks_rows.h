/* measure/checks_rows.h - rows held against their own numbers, sources against each other, and the share of
 * the unknown stage by stage. All give false when memory runs out. */
#ifndef TILT_MEASURE_CHECKS_ROWS_H
#define TILT_MEASURE_CHECKS_ROWS_H

#include "cube/facts.h"

/* Of one source: frequency, reach and clicks against impressions, days against periods, counts that are
 * withheld, identical rows, damaged ids, rows that differ in currency, time zone or attribution setting. */
bool tilt__checks_rows(const tilt__loaded *loaded, tilt__arena *arena, tilt__checks *checks) TILT_NODISCARD;

/* Labels of an audience that differ in case or blanks only. */
bool tilt__checks_labels(const tilt__loaded *loaded, tilt__arena *arena, tilt__checks *checks) TILT_NODISCARD;

/* Currency, time zone and attribution setting must be the same in all sources that state them. */
bool tilt__checks_between(const tilt__loaded *loaded, size_t n, tilt__arena *arena,
                          tilt__checks *checks) TILT_NODISCARD;

/* The share of unknown audience at each stage of a table: fails where it differs by more than five points and
 * more than three standard errors, since rates between such stages are not of the same people. */
bool tilt__checks_unknown(const tilt__facts *facts, const tilt__loaded *loaded, tilt__arena *arena,
                          tilt__checks *checks) TILT_NODISCARD;

#endif
