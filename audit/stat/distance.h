/* stat/distance.h - how far a delivered distribution p lies from its benchmark q. Both are given as
 * non-negative weights and normalised here. Natural logarithms. */
#ifndef TILT_STAT_DISTANCE_H
#define TILT_STAT_DISTANCE_H

#include "stat/types.h"

typedef struct tilt__distances {
    double total_variation;         /* 0.5 sum |p - q|: the share that would have to move */
    double hellinger;               /* sqrt(1 - sum sqrt(p q)), 0..1 */
    double jensen_shannon;          /* divergence in nats, 0..ln 2 */
    double jensen_shannon_distance; /* its square root */
    double kl_pq, kl_qp,
        psi;            /* Kullback-Leibler in base p and in base q, and their sum; Inf where undefined */
    double emd_ordered; /* sum |CDF difference|: steps to move, for ordered levels one apart */
    double ks_ordered;  /* largest |CDF difference| */
    double entropy, evenness; /* of p; evenness = entropy / ln K over all K levels, NaN for one level */
    tilt__test goodness;      /* chi-square of p against q with N = sum of delivered; Inf where q = 0 < p */
    tilt_reason reason;       /* TILT_EMPTY_GROUP, TILT_SINGLE_GROUP, TILT_OUT_OF_RANGE */
} tilt__distances;

tilt__distances tilt__distances_measure(const double *delivered, const double *benchmark, size_t levels);

/* 0.5 sum |p - q| alone, NaN when either is empty: cheap, for the jackknife. */
double tilt__total_variation(const double *delivered, const double *benchmark, size_t levels);

/* Earth-mover distance of levels at given increasing positions (age midpoints), in their unit; NaN when
 * undefined. */
double tilt__earth_mover(const double *delivered, const double *benchmark, const double *positions,
                         size_t levels);

/* What pure chance gives at this sample size when delivery follows the benchmark: E0[TV] ~ sum sqrt(q (1 - q)
 * / (2 pi N)), E0[JS] ~ (K - 1) / (8 N) with K levels of positive share. An observed distance below twice
 * that is not evidence of anything. */
typedef struct tilt__null_distance {
    double total_variation, jensen_shannon;
} tilt__null_distance;
tilt__null_distance tilt__null_distances(const double *benchmark, size_t levels, double n_delivered);

/* Of one level: p / q, its logarithm (skew, Geyik 2019), the same on odds (Speicher 2018), NaN
 * when p or q is 1. Zero base share
 * gives TILT_ZERO_REFERENCE (TILT_EMPTY_GROUP when both are zero). */
typedef struct tilt__representation {
    double ratio, skew, odds;
    tilt_reason reason;
} tilt__representation;
tilt__representation tilt__representation_of(double p, double q);

/* Smallest and largest skew over the levels that have a benchmark share. */
typedef struct tilt__skew_range {
    double min, max;
    tilt_reason reason;
} tilt__skew_range;
tilt__skew_range tilt__skew_extremes(const double *delivered, const double *benchmark, size_t levels);

#endif
