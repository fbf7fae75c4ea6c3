/* cube/reading.h - tells whoever waits how far the reading of one source is, and how fast it goes. */
#ifndef TILT_CUBE_READING_H
#define TILT_CUBE_READING_H

#include "map/spec.h"
#include "tiltmeter/source.h"

typedef struct tilt__reading {
    const tilt_spec *spec;
    const char *name; /* of the source; borrowed */
    double megabytes; /* of the file as it lies on disk */
    uint64_t started; /* monotonic milliseconds */
} tilt__reading;

tilt__reading tilt__reading_start(const tilt_spec *spec, const tilt_source *source);
/* done: 0..1, or 0 when that cannot be told. False: stop. Of several threads each may call it. */
bool tilt__reading_tell(const tilt__reading *reading, double done);
/* TILT_ECANCELLED. */
tilt_status tilt__reading_stopped(tilt_error *err);

#endif
