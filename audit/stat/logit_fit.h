/* stat/logit_fit.h - logistic fits with one or two parameters, for calibration only. */
#ifndef TILT_STAT_LOGIT_FIT_H
#define TILT_STAT_LOGIT_FIT_H

#include "stat/calibration.h"

/* Rows of a fit: one group, or two as if the second's rows followed the first's. x of a part is the logit of
 * its scores, `scale` of its weights. Borrowed. */
typedef struct tilt__logit_part {
    const tilt__scores *data;
    const double *x;
    double scale;
} tilt__logit_part;

typedef struct tilt__logit_rows {
    tilt__logit_part parts[2];
    size_t n_parts;
} tilt__logit_rows;

/* logit(y) ~ offset(x): the intercept; logit(y) ~ x: intercept and slope. Newton with halved steps, x
 * centred. *out_log_likelihood at the solution, NaN without one. */
tilt__coefficient tilt__fit_offset(const tilt__logit_rows *rows, double *out_log_likelihood);
void tilt__fit_slope(const tilt__logit_rows *rows, tilt__coefficient *out_intercept,
                     tilt__coefficient *out_slope, double *out_log_likelihood);

#endif
