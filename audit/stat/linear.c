/* stat/linear.c - elimination with scaled partial pivoting; the condition number by one-sided Jacobi. */
#include "stat/linear.h"

#include "base/mem.h"

#include <gsl/gsl_linalg.h>
#include <math.h>

static void swap_rows(double *a, size_t i, size_t j, size_t width) {
    for (size_t k = 0; k < width; k++) {
        double keep = a[i * width + k];
        a[i * width + k] = a[j * width + k];
        a[j * width + k] = keep;
    }
}

/* Divides every row by its largest entry, so that a pivot can be judged against 1. */
static bool scale_rows(double *a, double *b, size_t n, size_t m) {
    for (size_t i = 0; i < n; i++) {
        double largest = 0.0;
        for (size_t j = 0; j < n; j++) largest = fmax(largest, fabs(a[i * n + j]));
        if (!(largest > 0.0) || isinf(largest)) return false;
        for (size_t j = 0; j < n; j++) a[i * n + j] /= largest;
        for (size_t j = 0; j < m; j++) b[i * m + j] /= largest;
    }
    return true;
}

static void eliminate(double *a, double *b, size_t n, size_t m, size_t column) {
    for (size_t i = column + 1; i < n; i++) {
        double factor = a[i * n + column] / a[column * n + column];
        for (size_t j = column; j < n; j++) a[i * n + j] -= factor * a[column * n + j];
        for (size_t j = 0; j < m; j++) b[i * m + j] -= factor * b[column * m + j];
    }
}

bool tilt__linear_solve(double *a, double *b, size_t n, size_t m) {
    if (!scale_rows(a, b, n, m)) return false;
    for (size_t column = 0; column < n; column++) {
        size_t pivot = column;
        for (size_t i = column + 1; i < n; i++)
            if (fabs(a[i * n + column]) > fabs(a[pivot * n + column])) pivot = i;
        if (!(fabs(a[pivot * n + column]) > 1e-13)) return false;
        swap_rows(a, pivot, column, n);
        swap_rows(b, pivot, column, m);
        eliminate(a, b, n, m, column);
    }
    for (size_t i = n; i-- > 0;)
        for (size_t k = 0; k < m; k++) {
            double rest = b[i * m + k];
            for (size_t j = i + 1; j < n; j++) rest -= a[i * n + j] * b[j * m + k];
            b[i * m + k] = rest / a[i * n + i];
        }
    return true;
}

double tilt__condition_number(const double *a, size_t n) {
    double *u = tilt__alloc(n * n, sizeof *u), *v = tilt__alloc(n * n, sizeof *v),
           *s = tilt__alloc(n, sizeof *s);
    double condition = NAN;
    if (u && v && s && n > 0) {
        for (size_t i = 0; i < n * n; i++) u[i] = a[i];
        gsl_matrix_view left = gsl_matrix_view_array(u, n, n), right = gsl_matrix_view_array(v, n, n);
        gsl_vector_view values = gsl_vector_view_array(s, n);
        if (gsl_linalg_SV_decomp_jacobi(&left.matrix, &right.matrix, &values.vector) == 0)
            condition = s[n - 1] > 0.0 ? s[0] / s[n - 1] : HUGE_VAL;
    }
    free(u);
    free(v);
    free(s);
    return condition;
}
