/* stat/qr.h - Householder QR of a weighted design matrix, for the regressions. Inside stat only. */
#ifndef TILT_STAT_QR_H
#define TILT_STAT_QR_H

#include "tiltmeter/base.h"

/* n x k matrix with columns scaled to their largest absolute value; after tilt__qr_factor its factors. */
typedef struct tilt__qr {
    size_t n, k;
    double *a;     /* n x k: the matrix, then R above the diagonal and the reflections below */
    double *tau;   /* k */
    double *scale; /* k */
} tilt__qr;

bool tilt__qr_open(size_t n, size_t k, tilt__qr *out) __attribute__((warn_unused_result));
void tilt__qr_close(tilt__qr *qr);
/* Factors qr->a, which holds the scaled matrix. Needs n >= k. */
void tilt__qr_factor(tilt__qr *qr);
/* Least squares: v (n numbers, overwritten) -> out (k), unscaled. */
void tilt__qr_solve(const tilt__qr *qr, double *v, double *out);
/* row (k numbers of the unscaled matrix) -> R^-T row, whose squared length is its leverage. */
void tilt__qr_whiten(const tilt__qr *qr, const double *row, double *out);
/* (A'A)^-1, k x k. */
void tilt__qr_inverse(const tilt__qr *qr, double *work, double *out);
/* ln det A'A. */
double tilt__qr_log_det(const tilt__qr *qr);
/* First column whose part outside the columns before it is below 1e-9 of it, or k. */
size_t tilt__qr_dependent(const tilt__qr *qr, const double *norms);

#endif
