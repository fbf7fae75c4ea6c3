/* measure/offers.h - what views of numbers and views of ranges ask of a table in the same way. */
#ifndef TILT_MEASURE_OFFERS_H
#define TILT_MEASURE_OFFERS_H

#include "measure/view.h"

/* Without --audience: every attribute of a table, then every pair of the first few. Returns how many. */
size_t tilt__default_audiences(const tilt__facts *facts, tilt__attributes out[TILT__MAX_DIMS * 2]);
/* The audiences that are asked for, else the default ones, as far as a table has their columns; they live in
 * the context's arena. TILT_ENOMEM. */
tilt_status tilt__wanted_audiences(const tilt__context *context, const tilt__facts *facts,
                                   tilt__attributes **out, size_t *out_n) TILT_NODISCARD;

/* True when the spec has a benchmark of this attribute or crossing. */
bool tilt__has_benchmark(const tilt__context *context, const tilt__attributes *audience);
/* True when every attribute is a column of the table. */
bool tilt__has_dims(const tilt__facts *facts, const tilt__attributes *audience);
/* True when the measure is there for every attribute. */
bool tilt__offers(const tilt__facts *facts, const tilt__attributes *audience, const char *measure);
/* Reach adds up over the segments of one ad and period only: does any group sum it over more than one cell?
 */
bool tilt__people_repeat(const tilt__view *view, size_t measure);

#endif
