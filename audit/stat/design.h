/* stat/design.h - what the regressions of stat/regression.h share: checked rows, the columns in use,
 * covariances. */
#ifndef TILT_STAT_DESIGN_H
#define TILT_STAT_DESIGN_H

#include "stat/qr.h"
#include "stat/regression.h"

/* A design at work. used: the k columns that are not combinations of earlier ones. */
typedef struct tilt__model {
    const tilt__design *design;
    size_t k;
    size_t *used;
    double *row, *solution, *work; /* k each */
    double *v;                     /* n_rows */
    double *root;                  /* n_rows: square roots of the working weights */
    tilt__qr qr;
    double weight; /* sum of weights */
    size_t n_live; /* rows with weight */
} tilt__model;

/* TILT_EUSAGE for a malformed design; logistic: y within 0..1. */
tilt_status tilt__design_check(const tilt__design *design, bool logistic, tilt_error *err);
double tilt__design_weight(const tilt__design *design, size_t row);

/* Finds the columns to use. */
tilt_status tilt__model_open(const tilt__design *design, tilt__model *out, tilt_error *err);
void tilt__model_close(tilt__model *model);
/* The used columns of a row. */
void tilt__model_row(const tilt__model *model, size_t row, double *out);
/* Factors diag(model->root) X. */
void tilt__model_factor(tilt__model *model);

/* A fit with all arrays, everything undefined. */
tilt__fit *tilt__fit_alloc(const tilt__model *model);
/* Writes the solution's coefficients into the fit. */
void tilt__fit_set_beta(const tilt__model *model, const double *beta, tilt__fit *fit);
/* Covariance factor * (X'WX)^-1 from the present factors, and, with clusters, the CR1 one from residuals
 * (n_rows: the score of row i is residuals[i] times its columns). False when memory runs out. */
bool tilt__fit_set_covariance(const tilt__model *model, double factor, const double *residuals,
                              tilt__fit *fit) __attribute__((warn_unused_result));

#endif
