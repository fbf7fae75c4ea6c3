/* stat/watch.h - the default watch over one number that is audited again and again: has it changed, since
 * when, and how soon would a change be found.
 *
 * Each look is held against the weighted mean of all looks before it: under no change these standardised
 * recursive residuals are independent standard normals (Brown, Durbin and Evans 1975; Hawkins 1987 for the
 * self-starting chart). Two alarms share the error evenly: a two-sided CUSUM of the residuals (Page 1954;
 * reference value 0.5), which finds a jump soon, with its limit from Siegmund's (1985) approximation to the
 * average run length; and a normal-mixture boundary of their sum, which finds a slow drift and holds at all
 * looks. Looks may vary beyond their standard errors, and by how much is not known beforehand: the residuals
 * are divided by Laney's sigma_z of the ones before (never below 1), and since that is estimated, the normal
 * score of Student's t counts (Hawkins 1987), never more than the residual itself. */
#ifndef TILT_STAT_WATCH_H
#define TILT_STAT_WATCH_H

#include "stat/types.h"

typedef struct tilt__watch_opts {
    double alpha;   /* chance of any false alarm within the horizon */
    double horizon; /* looks */
    double family;  /* so many numbers are watched together: alpha is for all of them */
} tilt__watch_opts;
#define TILT__WATCH_OPTS_INIT                                                                                \
    { 0.05, 52, 1 }

/* Looks are counted from 0. */
typedef struct tilt__alarm {
    size_t found; /* the look at which the alarm came */
    size_t since; /* the look at which the change began, as estimated (Hinkley 1970) */
    bool up;
    bool by_drift;        /* by the boundary of the sum, not by the CUSUM */
    double before, after; /* weighted means up to `since`, and from there to `found` */
} tilt__alarm;

typedef struct tilt__watch {
    double *residuals, *up, *down; /* n each: score of the residual, both CUSUMs; the first is 0 */
    double limit;                  /* of both CUSUMs */
    double sigma_z;                /* the last inflation, at least 1 */
    tilt__alarm *alarms;           /* room for n */
    size_t n_alarms;
} tilt__watch;

/* Watches y[0..n) with standard errors se > 0. After an alarm the watch starts anew from its change. Arrays
 * of *out are the caller's, n long. */
tilt_reason tilt__watch_run(const double *y, const double *se, size_t n, const tilt__watch_opts *opts,
                            tilt__watch *out);

/* The CUSUM's limit for an error of alpha / 2 / family over the horizon. */
double tilt__watch_limit(const tilt__watch_opts *opts);

/* After how many looks a lasting change of `shift` standard errors is found with this probability, when
 * `before` looks came before it; by the Markov chain of Brook and Evans (1972) over the CUSUM alone, started
 * at 0, with an allowance for sigma_z being estimated. 0: not within 520 looks. */
size_t tilt__watch_delay(double shift, size_t before, double limit, double probability);

#endif
