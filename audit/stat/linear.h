/* stat/linear.h - small dense systems, row-major, that must say "singular" instead of failing. */
#ifndef TILT_STAT_LINEAR_H
#define TILT_STAT_LINEAR_H

#include "tiltmeter/base.h"

/* Solves a x = b in place for n x n a and n x m right-hand sides b (row-major): b becomes x, a is destroyed.
 * Gaussian elimination, rows scaled and pivoted. False when a pivot is below 1e-13 of its row's scale. */
bool tilt__linear_solve(double *a, double *b, size_t n, size_t m);

/* 2-norm condition number of the n x n matrix a, infinite when singular, NaN when memory ran out. */
double tilt__condition_number(const double *a, size_t n);

#endif
