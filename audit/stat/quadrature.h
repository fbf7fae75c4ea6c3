/* stat/quadrature.h - Gauss-Legendre integration of smooth functions. */
#ifndef TILT_STAT_QUADRATURE_H
#define TILT_STAT_QUADRATURE_H

#include "stat/root.h"

/* Integral of f over [lo, hi] by 32 nodes: exact for polynomials to degree 63. */
double tilt__integrate(tilt__function *f, const void *data, double lo, double hi);

#endif
