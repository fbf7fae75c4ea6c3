/* stat/proxy.h - how much a targeting attribute tells about a protected one. A proxy is a risk, not a driver.
 */
#ifndef TILT_STAT_PROXY_H
#define TILT_STAT_PROXY_H

#include "stat/types.h"

/* counts[(z * da + a) * dg + g]: attribute level a, protected level g, within condition z (dz = 1: none). */
typedef struct tilt__proxy_cube {
    const double *counts;
    size_t dz, da, dg;
} tilt__proxy_cube;

typedef struct tilt__proxy {
    double mutual_information; /* nats */
    double miller_madow;       /* MI - (Ra - 1)(Rg - 1) / (2 N) (Miller 1955), over non-empty levels */
    double conditional;        /* I(a; g | z) */
    double theil_u;            /* U(g | a) = MI / H(g), NaN when g has one level */
    double cramers_v, cramers_v_corrected;
    double tau;                  /* Goodman-Kruskal, predicting g from a */
    double accuracy, baseline;   /* guessing g with and without a */
    tilt__test g_test;           /* 2 N MI */
    tilt__test conditional_test; /* 2 N CMI, degrees summed over conditions */
    double auc;                  /* in-sample AUC of P(g = 1 | a), two protected levels only, else NaN */
    tilt_reason reason;          /* TILT_EMPTY_GROUP, TILT_OUT_OF_RANGE */
} tilt__proxy;
tilt_status tilt__proxy_measure(const tilt__proxy_cube *cube, tilt__proxy *out);

/* counts[(fold * da + a) * dg + g]: a cube per fold; target is a level of g. */
typedef struct tilt__proxy_folds {
    const double *counts;
    size_t folds, da, dg, target;
} tilt__proxy_folds;

/* Cross-fitted AUC of g = target against the rest: each fold is scored by P(target | a) of the other folds
 * (levels unseen there get the overall share). In-sample AUC is optimistic when levels are many; this one is
 * not. TILT_SINGLE_GROUP when one class is empty, TILT_TOO_FEW below two folds. */
typedef struct tilt__proxy_auc {
    double auc;
    tilt_reason reason;
} tilt__proxy_auc;
tilt_status tilt__proxy_cross_auc(const tilt__proxy_folds *data, tilt__proxy_auc *out);

/* "weak" above 0.6, "material" above 0.7, "strong" above 0.8, else "none"; the labels are rules of thumb. */
const char *tilt__proxy_label(double auc);

#endif
