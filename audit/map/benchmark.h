/* map/benchmark.h - a benchmark file (CSV attribute,group,share) into a spec. */
#ifndef TILT_MAP_BENCHMARK_H
#define TILT_MAP_BENCHMARK_H

#include "map/spec.h"

/* Reads spec->benchmark_file, when there is one, and moves its rows into spec->benchmarks: a
 * spec that is audited twice reads it once. Shares may be written
 * as 0.507 or 50.7 %. TILT_ESPEC when a column is missing or the shares of an attribute do not sum to 1
 * within 0.005. */
tilt_status tilt__benchmark_read(tilt_spec *spec, tilt_error *err) TILT_NODISCARD;

/* Share of a group of an attribute (crossings joined by "*"), or a negative number when the benchmark has
 * none. */
double tilt__benchmark_share(const tilt_spec *spec, const char *attribute, const char *group);

/* Shares of each attribute must sum to 1 within 0.005: one that sums to 0.9 would tilt everything. */
tilt_status tilt__benchmark_check(const tilt_spec *spec, tilt_error *err) TILT_NODISCARD;

#endif
