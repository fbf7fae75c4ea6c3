/* stat/qr.c - Householder QR by GSL, with columns scaled so that a covariate in the millions does no harm.
 * In: a matrix filled by the caller; out: solutions, leverages and the inverse, all unscaled. */
#include "stat/qr.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_linalg.h>

#include "base/mem.h"

bool tilt__qr_open(size_t n, size_t k, tilt__qr *out) {
    size_t size;
    *out = (tilt__qr){.n = n, .k = k};
    if (!tilt__mul_ok(n, k, &size)) return false;
    out->a = tilt__alloc(size, sizeof *out->a);
    out->tau = tilt__alloc(k, sizeof *out->tau);
    out->scale = tilt__alloc(k, sizeof *out->scale);
    return out->a != NULL && out->tau != NULL && out->scale != NULL;
}

void tilt__qr_close(tilt__qr *qr) {
    free(qr->a);
    free(qr->tau);
    free(qr->scale);
}

void tilt__qr_factor(tilt__qr *qr) {
    gsl_matrix_view a = gsl_matrix_view_array(qr->a, qr->n, qr->k);
    gsl_vector_view tau = gsl_vector_view_array(qr->tau, qr->k);
    (void)gsl_linalg_QR_decomp(&a.matrix, &tau.vector); /* sizes fit, which is all it can refuse */
}

void tilt__qr_solve(const tilt__qr *qr, double *v, double *out) {
    gsl_matrix_view a = gsl_matrix_view_array(qr->a, qr->n, qr->k);
    gsl_vector_view tau = gsl_vector_view_array(qr->tau, qr->k), values = gsl_vector_view_array(v, qr->n);
    (void)gsl_linalg_QR_QTvec(&a.matrix, &tau.vector, &values.vector);
    for (size_t j = qr->k; j-- > 0;) {
        double sum = v[j];
        for (size_t i = j + 1; i < qr->k; i++) sum -= qr->a[j * qr->k + i] * out[i] * qr->scale[i];
        out[j] = sum / qr->a[j * qr->k + j] / qr->scale[j];
    }
}

void tilt__qr_whiten(const tilt__qr *qr, const double *row, double *out) {
    for (size_t j = 0; j < qr->k; j++) {
        double sum = row[j] / qr->scale[j];
        for (size_t i = 0; i < j; i++) sum -= qr->a[i * qr->k + j] * out[i];
        out[j] = sum / qr->a[j * qr->k + j];
    }
}

/* Column c of R^-1 by back substitution in work (k numbers), then R^-1 R^-T summed up column by column. */
void tilt__qr_inverse(const tilt__qr *qr, double *work, double *out) {
    size_t k = qr->k;
    memset(out, 0, k * k * sizeof *out);
    for (size_t c = 0; c < k; c++) {
        for (size_t j = k; j-- > 0;) {
            double sum = j == c ? 1 : 0;
            for (size_t i = j + 1; i < k; i++) sum -= qr->a[j * k + i] * work[i];
            work[j] = sum / qr->a[j * k + j];
        }
        for (size_t i = 0; i < k; i++) {
            for (size_t j = 0; j < k; j++)
                out[i * k + j] += work[i] / qr->scale[i] * (work[j] / qr->scale[j]);
        }
    }
}

double tilt__qr_log_det(const tilt__qr *qr) {
    double sum = 0;
    for (size_t j = 0; j < qr->k; j++) sum += 2 * log(fabs(qr->a[j * qr->k + j]) * qr->scale[j]);
    return sum;
}

size_t tilt__qr_dependent(const tilt__qr *qr, const double *norms) {
    for (size_t j = 0; j < qr->k; j++) {
        if (!(fabs(qr->a[j * qr->k + j]) > 1e-9 * norms[j])) return j;
    }
    return qr->k;
}
