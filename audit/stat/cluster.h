/* stat/cluster.h - uncertainty of statistics whose trials move together: the delete-one-cluster jackknife as
 * one engine for every functional, and the closed forms that stand beside it. */
#ifndef TILT_STAT_CLUSTER_H
#define TILT_STAT_CLUSTER_H

#include "stat/types.h"

#define TILT__NO_CLUSTER SIZE_MAX
#define TILT__NO_COLUMN SIZE_MAX

/* Totals of each cluster, row-major: totals[cluster * n_columns + column]. Borrowed. A cluster whose totals
 * are all zero is not a cluster: it is left out of every count. */
typedef struct tilt__clusters {
    const double *totals;
    size_t n_clusters;
    size_t n_columns;
} tilt__clusters;

/* The scale on which the standard error and the interval are computed. A functional always returns its
 * natural value (a ratio, a share); the engine transforms it. */
typedef enum tilt__scale { TILT__IDENTITY, TILT__LOG, TILT__LOGIT } tilt__scale;

/* How the engine works. sizes: the column(s) whose sum per cluster weighs the effective number of clusters
 * G_eff = (sum n)^2 / sum n^2; TILT__NO_COLUMN in both makes every cluster count alike.
 * plain_df: the textbook engine, se^2 = (G-1)/G sum (theta_-g - mean)^2 with t on G - 1 and no refusal.
 * Otherwise the factor (G-1)/G is left out (as in HC3 of MacKinnon & White 1985: never too small by it), t is
 * on G_eff - 1, and fewer than five effective clusters are TILT_TOO_FEW_CLUSTERS. */
typedef struct tilt__jackknife_opts {
    tilt__scale scale;
    double level;
    size_t sizes[2];
    bool plain_df;
} tilt__jackknife_opts;
#define TILT__JACKKNIFE_OPTS_INIT                                                                            \
    { TILT__IDENTITY, 0.95, {TILT__NO_COLUMN, TILT__NO_COLUMN}, false }

/* What the engine found. estimate: on the natural scale; when only the interval cannot be had, its reason is
 * TILT_TOO_FEW_CLUSTERS, TILT_DEPENDS_ON_CLUSTER (depends_on says which) or TILT_OUT_OF_RANGE (the value is
 * not on the scale, such as a ratio of 0 on the log scale). se: on the scale, NaN when it cannot be had. */
typedef struct tilt__jackknife {
    tilt_estimate estimate;
    double se;
    double df;
    size_t n_clusters; /* clusters that hold anything */
    double effective;  /* G_eff */
    size_t depends_on; /* the first cluster without which the value is undefined, or TILT__NO_CLUSTER */
} tilt__jackknife;

/* A statistic of the column totals; NaN where it is undefined. ctx is handed through untouched. */
typedef double (*tilt__functional)(const double *totals, void *ctx);
/* Several statistics at once: writes n_out values. */
typedef void (*tilt__functionals)(const double *totals, void *ctx, double *out);

/* Delete-one-cluster jackknife of one functional (Quenouille 1956, Tukey 1958). The totals of a replicate are
 * sums of the other clusters, never a difference, so that a cluster that holds everything leaves exactly zero
 * behind. TILT_EUSAGE: a level outside (0, 1); TILT_ENOMEM; in both cases *out is not filled. */
tilt_status tilt__jackknife_one(const tilt__clusters *clusters, tilt__functional f, void *ctx,
                                const tilt__jackknife_opts *opts, tilt__jackknife *out);

/* The same for n_out functionals that are computed together (one pass over the clusters); out has n_out
 * entries. */
typedef struct tilt__many {
    tilt__functionals f;
    void *ctx;
    size_t n_out;
} tilt__many;
tilt_status tilt__jackknife_many(const tilt__clusters *clusters, const tilt__many *many,
                                 const tilt__jackknife_opts *opts, tilt__jackknife *out);

/* For callers that hold sparse totals and make the replicates themselves: value is the statistic of
 * everything, replicates[g] the one without cluster g, sizes[g] its size (NULL: all alike). Natural scale;
 * NaN = undefined. */
tilt__jackknife tilt__jackknife_combine(double value, const double *replicates, const double *sizes,
                                        size_t n_clusters, const tilt__jackknife_opts *opts);

/* (sum n)^2 / sum n^2 (Kish 1965); 0 for nothing. Sizes of zero do not count. */
double tilt__effective_clusters(const double *sizes, size_t n);

/* The ratio of two rates over clusters. */
typedef struct tilt__cluster_ratio {
    tilt__jackknife ratio; /* impact ratio with its jackknife interval on the log scale */
    double log_ratio;      /* ln IR, NaN when undefined */
    double katz_se;        /* as if every trial stood alone (Katz 1978); for ratio kinds 1/xa + 1/xr */
    double design_effect;  /* (jackknife se / Katz se)^2, NaN when either is missing */
    double linear_se;      /* linearised: sqrt(G/(G-1) sum z_g^2), clusters shared by both groups */
} tilt__cluster_ratio;

/* pairs[g] holds the counts of cluster g. proportion: false for ratio kinds (counts may exceed their base),
 * whose naive variance is Poisson's. Size of a cluster = na + nr. */
tilt_status tilt__jackknife_ratio(const tilt__pair *pairs, size_t n_clusters, bool proportion,
                                  const tilt__jackknife_opts *opts, tilt__cluster_ratio *out);

/* linear_se of it alone: a fraction of the work. NaN where there is none. */
double tilt__linear_error(const tilt__pair *pairs, size_t n_clusters, bool proportion);

/* One-sided p of H0: ln IR >= edge against "below" (below = true), or of H0: ln IR <= edge against "above",
 * by t with the degrees of the jackknife. edge on the log scale. NaN when the jackknife has no standard
 * error. */
double tilt__cluster_edge_p(const tilt__cluster_ratio *ratio, double edge, bool below);

/* The design effect up to which |ln IR - edge| would still exceed z Katz standard errors: ((ln IR - edge) /
 * (z se))^2. NaN when either is missing. */
double tilt__break_even_design_effect(double log_ratio, double katz_se, double edge, double z);

/* One row of grouped data: x events of n trials (or per n of base) in a group, in a cluster (0..). */
typedef struct tilt__cell_row {
    double x, n;
    bool focal;
    size_t cluster;
} tilt__cell_row;

/* Two groups without usable clusters. [0] = reference log odds (log rate), [1] = focal minus reference. */
typedef struct tilt__quasi {
    double beta[2], naive_se[2], quasi_se[2];
    double phi_pearson, df; /* unfloored; df = rows - 2 */
    tilt_estimate ratio;    /* ratio of rates, quasi variance with phi >= min_phi, t on df */
    tilt_reason reason;     /* TILT_TOO_FEW below 5 rows per group: phi is there, ratio is not */
} tilt__quasi;

/* Quasi-binomial logistic regression on the group (McCullagh & Nelder 1989; R glm(cbind(x, n-x) ~ g,
 * quasibinomial)); ratio is the rate ratio with phi * Katz variance. */
tilt__quasi tilt__quasi_binomial(const tilt__cell_row *rows, size_t n_rows, double level);
/* Quasi-Poisson log-linear rate model with offset ln n, for events or money per base. min_phi: 1 for counts,
 * 0 for amounts whose unit is arbitrary. */
tilt__quasi tilt__quasi_poisson(const tilt__cell_row *rows, size_t n_rows, double level, double min_phi);

/* The deviance of either model over its degrees, another estimate of phi; NaN where there is none. */
double tilt__quasi_deviance(const tilt__cell_row *rows, size_t n_rows, bool proportion);

/* Cluster-robust standard errors of the quasi-binomial coefficients: CR0, and CR1 with the factor
 * G/(G-1) (N-1)/(N-2) (R sandwich::vcovCL). NaN when fewer than two clusters or an empty group. */
typedef struct tilt__robust {
    double cr0[2], cr1[2];
    size_t n_clusters;
} tilt__robust;
tilt_status tilt__cluster_robust(const tilt__cell_row *rows, size_t n_rows, tilt__robust *out);

/* Rao-Scott tests of independence in an r x c table seen over clusters (Rao & Scott 1984; R
 * survey::svychisq). counts[(cluster * rows + i) * cols + j]; every cluster counts, also one that is empty.
 * x2 is Pearson's statistic of the summed table. first: X2 over the mean generalised design effect,
 * chi-square; second: F = X2 / trace with (d, d (G - 1)) degrees, d = trace^2 / trace of square.
 * TILT_OUT_OF_RANGE beyond 450 cells. */
typedef struct tilt__rao_scott {
    double x2;
    tilt__test first;
    double f, ndf, ddf, p;
    double mean_design_effect;
    tilt_reason reason;
} tilt__rao_scott;
tilt_status tilt__rao_scott_test(const double *counts, size_t n_clusters, size_t rows, size_t cols,
                                 tilt__rao_scott *out);

#endif
