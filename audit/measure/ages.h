/* measure/ages.h - age bands, recognised from how they are written. */
#ifndef TILT_MEASURE_AGES_H
#define TILT_MEASURE_AGES_H

#include "tiltmeter/base.h"

/* "18-24", "18 - 24", "18–24", "18 to 24", "65+", "65 or more", "<18", "under 18": lowest and highest age of
 * the band (open ends: 0 and 200). False for anything else. */
bool tilt__age_band(const char *label, int *out_low, int *out_high);

#endif
