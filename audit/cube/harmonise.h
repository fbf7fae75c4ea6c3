/* cube/harmonise.h - exports of several platforms brought to the same words, so that they can be counted
 * together. */
#ifndef TILT_CUBE_HARMONISE_H
#define TILT_CUBE_HARMONISE_H

#include "cube/facts.h"

/* The factor that says which platform delivered, where several did. */
#define TILT__PLATFORM_DIM "platform_name"

/* Where delivery exports come from two or more known platforms: values of gender and the unknown are shown as
 * the first export writes them, ages in the finest bins that no export's bins straddle, and each delivery
 * cube gets the factor TILT__PLATFORM_DIM. Says so in checks. Leaves cubes of a single platform as they are,
 * and plain CSVs are no platform. Audience sizes get the same words and no platform. */
tilt_status tilt__platforms_harmonise(tilt__loaded *loaded, size_t n, tilt__arena *arena,
                                      tilt__checks *checks, tilt_error *err) TILT_NODISCARD;

/* An age label as its first and last year (TILT__AGE_OPEN for 65+). False when it is none. Reads 18-24,
 * "18 - 24", AGE_RANGE_18_24, AGE_18_24, 65+, "65 or more". */
#define TILT__AGE_OPEN 1000
bool tilt__age_parse(const char *text, size_t n, int *out_from, int *out_to);

#endif
