/* stat/kolmogorov.c - exact and limiting tails of Kolmogorov and Smirnov.
 *
 * Three regions for one sample of n: a body where 1 - cdf loses nothing (n d^2 <= 4, the tail is above 6e-4),
 * a tail where twice the one-sided probability is the two-sided one to rounding, and the limit for large n.
 */
#include "stat/kolmogorov.h"

#include <gsl/gsl_sf_gamma.h>
#include <math.h>
#include <string.h>

#include "base/mem.h"

enum { MATRIX_LIMIT = 1000, SUM_LIMIT = 100000 };

/* Smirnov's (1944) one-sided tail Pr(D+ >= d): d sum_j C(n, j) (d + j/n)^(j-1) (1 - d - j/n)^(n-j). */
static double one_sided_upper(double n, double d) {
    double sum = 0.0;
    for (double j = 0.0; j <= floor(n * (1.0 - d)); j += 1.0) {
        double at = d + j / n, rest = 1.0 - at;
        if (!(rest > 0.0)) {
            if (j >= n) sum += exp((j - 1.0) * log(at)); /* 0^0 */
            continue;
        }
        double choose = gsl_sf_lngamma(n + 1.0) - gsl_sf_lngamma(j + 1.0) - gsl_sf_lngamma(n - j + 1.0);
        sum += exp(choose + (j - 1.0) * log(at) + (n - j) * log(rest));
    }
    return fmin(d * sum, 1.0);
}

/* out = a b for m x m matrices. */
static void multiply(const double *a, const double *b, double *out, size_t m) {
    for (size_t i = 0; i < m; i++) {
        double *row = out + i * m;
        memset(row, 0, m * sizeof *row);
        for (size_t k = 0; k < m; k++)
            for (size_t j = 0; j < m; j++) row[j] += a[i * m + k] * b[k * m + j];
    }
}

/* Divides by 1e140 where the middle entry grows past that; returns the powers taken out. */
static int rescale(double *a, size_t m, size_t middle) {
    if (!(a[middle * m + middle] > 1e140)) return 0;
    for (size_t i = 0; i < m * m; i++) a[i] *= 1e-140;
    return 140;
}

static void fill_matrix(double *h_matrix, size_t m, double h) {
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < m; j++) h_matrix[i * m + j] = i + 1 < j ? 0.0 : 1.0;
    for (size_t i = 0; i < m; i++) {
        h_matrix[i * m] -= pow(h, (double)i + 1.0);
        h_matrix[(m - 1) * m + i] -= pow(h, (double)(m - i));
    }
    if (2.0 * h > 1.0) h_matrix[(m - 1) * m] += pow(2.0 * h - 1.0, (double)m);
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < m && j <= i; j++)
            for (size_t g = 1; g <= i - j + 1; g++) h_matrix[i * m + j] /= (double)g;
}

/* Pr(D_n < d) = n! / n^n times the middle entry of the n-th power of a matrix of size 2 ceil(n d) - 1. */
static tilt_status matrix_cdf(size_t n, double d, double *out_cdf) {
    size_t k = (size_t)((double)n * d) + 1, m = 2 * k - 1;
    double *room = tilt__alloc(3 * m, m * sizeof *room);
    if (room == NULL) return TILT_ENOMEM;
    double *power = room, *result = room + m * m, *spare = room + 2 * m * m;
    int exponent = 0, power_exponent = 0;
    fill_matrix(power, m, (double)k - (double)n * d);
    for (size_t i = 0; i < m; i++) result[i * m + i] = 1.0;
    for (size_t left = n; left > 0; left >>= 1) { /* by repeated squaring */
        if (left & 1u) {
            multiply(result, power, spare, m);
            double *swap = result;
            result = spare;
            spare = swap;
            exponent += power_exponent + rescale(result, m, k - 1);
        }
        if (left == 1) break;
        multiply(power, power, spare, m);
        double *swap = power;
        power = spare;
        spare = swap;
        power_exponent = 2 * power_exponent + rescale(power, m, k - 1);
    }
    double cdf = result[(k - 1) * m + k - 1];
    for (size_t i = 1; i <= n; i++) {
        cdf = cdf * (double)i / (double)n;
        if (cdf < 1e-140) {
            cdf *= 1e140;
            exponent -= 140;
        }
    }
    *out_cdf = cdf * pow(10.0, exponent);
    free(room);
    return TILT_OK;
}

/* Kolmogorov's (1933) limit of Pr(sqrt(n) D >= x). */
static double limit_upper(double x) {
    const double pi = 3.14159265358979323846;
    double sum = 0.0;
    if (x < 1.0) { /* the theta-function form converges where the alternating one does not */
        for (int j = 1; j < 40; j += 2) sum += exp(-(double)(j * j) * pi * pi / (8.0 * x * x));
        return 1.0 - sqrt(2.0 * pi) / x * sum;
    }
    for (int j = 1; j < 20; j++) sum += (j % 2 == 1 ? 2.0 : -2.0) * exp(-2.0 * j * j * x * x);
    return sum;
}

tilt_status tilt__kolmogorov_upper(double n, double d, double *out_p) {
    tilt_status status = TILT_OK;
    double reach = n * d * d, p;
    if (!(2.0 * n * d > 1.0)) {
        p = 1.0;
    } else if (d >= 1.0) {
        p = 0.0;
    } else if (n <= SUM_LIMIT && (d >= 0.5 || reach > 4.0)) {
        p = 2.0 * one_sided_upper(n, d);
    } else if (n <= MATRIX_LIMIT) {
        double cdf = 0.0;
        status = matrix_cdf((size_t)n, d, &cdf);
        p = 1.0 - cdf;
    } else {
        double x = sqrt(n) * d;
        p = limit_upper(x + 1.0 / (6.0 * sqrt(n)) + (x - 1.0) / (4.0 * n));
    }
    *out_p = fmin(fmax(p, 0.0), 1.0);
    return status;
}

tilt_status tilt__smirnov_two_sample(size_t m, size_t n, double gap, double *out_p) {
    double *row = tilt__alloc(n + 1, sizeof *row);
    if (row == NULL) return TILT_ENOMEM;
    /* row[j] at step i: chance that a random path from (0,0) to (i,j) has left the band |i n - j m| < gap */
    for (size_t i = 0; i <= m; i++)
        for (size_t j = 0; j <= n; j++) {
            double x = (double)i, y = (double)j;
            if (fabs(x * (double)n - y * (double)m) >= gap)
                row[j] = 1.0;
            else if (i == 0 && j == 0)
                row[j] = 0.0;
            else
                row[j] = (i > 0 ? x / (x + y) * row[j] : 0.0) + (j > 0 ? y / (x + y) * row[j - 1] : 0.0);
        }
    *out_p = row[n];
    free(row);
    return TILT_OK;
}
