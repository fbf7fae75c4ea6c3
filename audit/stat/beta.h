/* stat/beta.h - the beta and binomial distributions, accurate for parameters up to 1e10.
 * The density uses Loader's (2000) saddle-point deviance, so nothing cancels; a tail costs a bounded number
 * of terms. */
#ifndef TILT_STAT_BETA_H
#define TILT_STAT_BETA_H

#include "stat/types.h"

/* log Gamma(x), x > 0: C's lgamma without the sign that it writes into a variable of all threads. */
double tilt__log_gamma(double x);

/* log of the binomial probability of x in n at rate p; x and n need not be whole. 0 <= x <= n.
 * p and its complement q = 1 - p are given apart so that a p next to 1 keeps its digits. */
double tilt__binomial_log(double x, double n, double p, double q);
/* log of the hypergeometric probability of x focal successes given the margins: na, nr group sizes,
 * s total successes. Loader (2000). */
double tilt__hypergeometric_log(double x, double na, double nr, double s);

/* log of the Poisson probability of x at mean m; x need not be whole. x >= 0, m > 0. */
double tilt__poisson_log(double x, double m);

/* log density of Beta(a, b), at t with complement u = 1 - t. a, b > 0. */
double tilt__beta_log_density(double t, double u, double a, double b);
/* The same at many points: what does not depend on them is kept. */
typedef struct tilt__beta {
    double a, b, n, rest;             /* n = a + b as a binomial's number of trials, rest = n - a */
    double errors, half_log_variance; /* of Stirling's formula; of that binomial, plus log 2 pi */
    double log_a, log_part;           /* of b in n */
} tilt__beta;
tilt__beta tilt__beta_make(double a, double b);
double tilt__beta_log_density_at(const tilt__beta *beta, double t, double u);
/* Pr(T <= t) and Pr(T > t) for T ~ Beta(a, b), each without cancellation. 0 <= t <= 1. */
typedef struct tilt__tails {
    double lower, upper;
} tilt__tails;
tilt__tails tilt__beta_tails(double t, double u, double a, double b);
/* Their natural logs, valid where the tails themselves underflow. */
tilt__tails tilt__beta_log_tails(double t, double u, double a, double b);
/* logit of the t with Pr(T <= t) = tail, or Pr(T > t) = tail when upper. 0 < tail < 1. The logit keeps the
 * digits of a t next to 1. TILT_NOT_CONVERGED when the root does not settle. */
tilt__value tilt__beta_quantile_logit(double tail, bool upper, double a, double b);
/* t itself. */
tilt__value tilt__beta_quantile(double tail, bool upper, double a, double b);

#endif
