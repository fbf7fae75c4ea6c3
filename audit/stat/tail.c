/* stat/tail.c - tails that neither cancel nor underflow, with their log10.
 * The normal tail is libm's erfc up to 37 and its asymptotic series beyond; chi-square is the incomplete
 * gamma by series or continued fraction on Loader's Poisson density; Student t is the incomplete beta. GSL's
 * own versions are not used because they call its error handler on underflow. */
#include "stat/tail.h"

#include <float.h>
#include <gsl/gsl_cdf.h>
#include <math.h>

#include "stat/beta.h"

static const double log_10 = 2.30258509299404568402;
static const double log_2 = 0.69314718055994530942;
static const double half_log_2pi = 0.91893853320467274178;

double tilt__normal_upper(double z) {
    return 0.5 * erfc(z * 0.70710678118654752440);
}

double tilt__normal_upper_log10(double z) {
    if (z < -1.0) return log1p(-tilt__normal_upper(-z)) / log_10;
    if (z <= 37.0) return log10(tilt__normal_upper(z));
    double w = 1.0 / (z * z);
    double series = 1.0 - w * (1.0 - w * (3.0 - w * (15.0 - w * 105.0)));
    return (-0.5 * z * z - log(z) - half_log_2pi + log(series)) / log_10;
}

double tilt__normal_quantile(double probability) {
    if (!(probability > 0.0 && probability < 1.0)) return NAN;
    return gsl_cdf_ugaussian_Pinv(probability);
}

double tilt__z_of_level(double level) {
    return tilt__level_ok(level) ? gsl_cdf_ugaussian_Qinv(0.5 * (1.0 - level)) : (double)NAN;
}

/* Sum of the lower incomplete gamma series and the continued fraction of the upper, each to be multiplied by
 * the Poisson density of a at mean x. */
static double gamma_series(double a, double x) {
    double sum = 1.0, term = 1.0;
    for (double k = 1.0; k < 1e7; k += 1.0) {
        term *= x / (a + k);
        sum += term;
        if (term < sum * 1e-17) break;
    }
    return sum;
}

static double gamma_fraction(double a, double x) {
    double b = x + 1.0 - a, c = 1e300, d = 1.0 / b, h = d;
    for (double k = 1.0; k < 1e7; k += 1.0) {
        double an = -k * (k - a);
        b += 2.0;
        d = 1.0 / (an * d + b);
        c = b + an / c;
        h *= d * c;
        if (fabs(d * c - 1.0) < 2.0 * DBL_EPSILON) break;
    }
    return h * a;
}

/* Natural log of the upper tail. */
static double chi_square_log(double x, double df) {
    if (x <= 0.0) return 0.0;
    if (isinf(x)) return -HUGE_VAL;
    double a = 0.5 * df, half = 0.5 * x, density = tilt__poisson_log(a, half);
    if (half < a + 1.0) return log1p(-fmin(1.0, exp(density) * gamma_series(a, half)));
    return density + log(gamma_fraction(a, half));
}

double tilt__chi_square_upper(double x, double df) {
    if (!(df > 0.0) || isnan(x)) return NAN;
    if (df == 1.0) return erfc(sqrt(0.5 * fmax(x, 0.0)));
    return exp(chi_square_log(x, df));
}

double tilt__chi_square_upper_log10(double x, double df) {
    if (!(df > 0.0) || isnan(x)) return NAN;
    if (df == 1.0) return fmin(0.0, tilt__normal_upper_log10(sqrt(fmax(x, 0.0))) + log_2 / log_10);
    return chi_square_log(x, df) / log_10;
}

/* Natural log of Pr(T > t), t >= 0. */
static double t_log(double t, double df) {
    double w = t * t / df; /* beta variable is 1 / (1 + w), complement w / (1 + w) */
    if (isinf(w)) w = DBL_MAX;
    return tilt__beta_log_tails(1.0 / (1.0 + w), w / (1.0 + w), 0.5 * df, 0.5).lower - log_2;
}

double tilt__t_upper(double t, double df) {
    if (!(df > 0.0) || isnan(t)) return NAN;
    return t >= 0.0 ? exp(t_log(t, df)) : 1.0 - exp(t_log(-t, df));
}

double tilt__t_upper_log10(double t, double df) {
    if (!(df > 0.0) || isnan(t)) return NAN;
    return (t >= 0.0 ? t_log(t, df) : log1p(-exp(t_log(-t, df)))) / log_10;
}

static double t_quantile(double probability, double df) {
    double tail = probability < 0.5 ? probability : 1.0 - probability;
    tilt__value s = tilt__beta_quantile_logit(2.0 * tail, false, 0.5 * df, 0.5);
    if (s.reason != TILT_REASON_NONE) return NAN;
    double t = sqrt(df) * exp(-0.5 * s.value);
    return probability < 0.5 ? -t : t;
}

/* The root behind a quantile costs a hundred times what the interval around it does, and the many intervals
 * of one comparison share their degrees: every thread remembers the latest few. */
double tilt__t_quantile(double probability, double df) {
    enum { REMEMBERED = 8 };
    static _Thread_local struct { double probability, df, t; } latest[REMEMBERED];
    static _Thread_local size_t next;
    if (!(probability > 0.0 && probability < 1.0 && df > 0.0)) return NAN;
    if (probability == 0.5) return 0.0;
    for (size_t i = 0; i < REMEMBERED; i++)
        if (latest[i].probability == probability && latest[i].df == df) return latest[i].t;
    double t = t_quantile(probability, df);
    latest[next].probability = probability;
    latest[next].df = df;
    latest[next].t = t;
    next = (next + 1) % REMEMBERED;
    return t;
}

tilt__test tilt__test_of_z(double z) {
    if (isnan(z)) return tilt__no_test(TILT_OUT_OF_RANGE);
    double a = fabs(z);
    return (tilt__test){.statistic = z,
                        .df = 0.0,
                        .p = 2.0 * tilt__normal_upper(a),
                        .log10_p = fmin(0.0, tilt__normal_upper_log10(a) + log_2 / log_10)};
}

tilt__test tilt__test_of_z_one_sided(double z, bool upper_tail) {
    if (isnan(z)) return tilt__no_test(TILT_OUT_OF_RANGE);
    double away = upper_tail ? z : -z;
    return (tilt__test){
        .statistic = z, .df = 0.0, .p = tilt__normal_upper(away), .log10_p = tilt__normal_upper_log10(away)};
}

tilt__test tilt__test_of_chi_square(double statistic, double df) {
    if (isnan(statistic) || !(df > 0.0)) return tilt__no_test(TILT_OUT_OF_RANGE);
    return (tilt__test){.statistic = statistic,
                        .df = df,
                        .p = tilt__chi_square_upper(statistic, df),
                        .log10_p = tilt__chi_square_upper_log10(statistic, df)};
}

tilt__test tilt__test_of_t(double t, double df) {
    if (isnan(t) || !(df > 0.0)) return tilt__no_test(TILT_OUT_OF_RANGE);
    double a = fabs(t);
    return (tilt__test){.statistic = t,
                        .df = df,
                        .p = 2.0 * tilt__t_upper(a, df),
                        .log10_p = fmin(0.0, tilt__t_upper_log10(a, df) + log_2 / log_10)};
}

double tilt__log_sum(double a, double b) {
    double high = fmax(a, b), low = fmin(a, b);
    if (isinf(high)) return high;
    return high + log1p(exp(low - high));
}
