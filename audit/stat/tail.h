/* stat/tail.h - tails and quantiles of the normal, chi-square, Student t and beta distributions, without
 * cancellation and without underflow: each tail comes with its log10. None of these can fail a GSL call;
 * arguments outside the domain give NaN, so callers check first. */
#ifndef TILT_STAT_TAIL_H
#define TILT_STAT_TAIL_H

#include "stat/types.h"

/* Upper tail of the standard normal, Pr(Z > z), and its log10 (asymptotic expansion beyond z = 38). */
double tilt__normal_upper(double z);
double tilt__normal_upper_log10(double z);
/* z with Pr(Z <= z) = probability, 0 < probability < 1. */
double tilt__normal_quantile(double probability);
/* Two-sided z of an interval: tilt__z_of_level(0.95) = 1.959963984540054. */
double tilt__z_of_level(double level);

/* Upper tail of chi-square with df > 0 degrees of freedom, and its log10 (exact far out). */
double tilt__chi_square_upper(double x, double df);
double tilt__chi_square_upper_log10(double x, double df);

/* Upper tail and quantile of Student t with df > 0 (not necessarily whole). */
double tilt__t_upper(double t, double df);
double tilt__t_upper_log10(double t, double df);
double tilt__t_quantile(double probability, double df);

/* Tests from a statistic: signed z two-sided; z one-sided (upper_tail: evidence is a large z);
 * chi-square; t two-sided. */
tilt__test tilt__test_of_z(double z);
tilt__test tilt__test_of_z_one_sided(double z, bool upper_tail);
tilt__test tilt__test_of_chi_square(double statistic, double df);
tilt__test tilt__test_of_t(double t, double df);

/* log(exp(a) + exp(b)) without overflow. */
double tilt__log_sum(double a, double b);

#endif
