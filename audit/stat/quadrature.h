/* stat/quadrature.h - Gauss-Legendre integration of smooth functions. */
#ifndef TILT_STAT_QUADRATURE_H
#define TILT_STAT_QUADRATURE_H

#include "stat/root.h"

/* Integral of f over [lo, hi] by 32 nodes: exact for polynomials to degree 63. */
double tilt__integrate(tilt__function *f, const void *data, double lo, double hi);

/* The same nodes in rising order, for a function that carries something from one to the next in its data. */
typedef double tilt__running(double x, void *data);
double tilt__integrate_rising(tilt__running *f, void *data, double lo, double hi);

/* By 5 nodes: exact to degree 9, for short stretches. */
double tilt__integrate_short(tilt__function *f, const void *data, double lo, double hi);

#endif
