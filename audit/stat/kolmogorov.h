/* stat/kolmogorov.h - tails of the Kolmogorov-Smirnov distributions. */
#ifndef TILT_STAT_KOLMOGOROV_H
#define TILT_STAT_KOLMOGOROV_H

#include <stddef.h>

#include "stat/types.h"

/* Pr(D_n >= d) for the one-sample, two-sided statistic of n points. Exact to n = 1000 (the matrix of Durbin
 * 1973 as arranged by Marsaglia, Tsang and Wang 2003; twice Smirnov's one-sided sum in the tail, where the
 * two sides cannot both happen within rounding); in the tail to n = 100,000; beyond, the limit with Vrbik's
 * (2018) correction, good to about 1e-5. n >= 1; any d. TILT_ENOMEM. */
TILT_NODISCARD tilt_status tilt__kolmogorov_upper(double n, double d, double *out_p);

/* Pr(D >= the observed) for two samples of m and n distinct points, where the observed difference of the
 * empirical distributions is gap / (m n) with whole `gap`. Exact by counting paths outside the band, without
 * cancellation; O(m n) time, O(n) memory. TILT_ENOMEM. */
TILT_NODISCARD tilt_status tilt__smirnov_two_sample(size_t m, size_t n, double gap, double *out_p);

#endif
