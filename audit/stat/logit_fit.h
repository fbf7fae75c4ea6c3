/* stat/logit_fit.h - logistic fits with one or two parameters, for calibration only. */
#ifndef TILT_STAT_LOGIT_FIT_H
#define TILT_STAT_LOGIT_FIT_H

#include "stat/calibration.h"

/* Rows of a fit: one group, or two put together. x of a part is the logit of its scores, `scale` of its
 * weights: by row, or where w is there ascending by distinct score, with the rescaled weights of label 0 and
 * 1 added up. Borrowed. */
typedef struct tilt__logit_part {
    const tilt__scores *data;
    const double *x;
    const double *w[2]; /* NULL: by row */
    size_t n;           /* of x */
    double scale;
} tilt__logit_part;

typedef struct tilt__logit_rows {
    tilt__logit_part parts[2];
    size_t n_parts;
} tilt__logit_rows;

/* logit(y) ~ offset(x): the intercept; logit(y) ~ x: intercept and slope. Newton with halved steps, x
 * centred. Of a fit without a solution there is a reason and no log-likelihood. */
void tilt__fit_offset(const tilt__logit_rows *rows, tilt__calibration_fits *out);
void tilt__fit_slope(const tilt__logit_rows *rows, tilt__calibration_fits *out);

#endif
