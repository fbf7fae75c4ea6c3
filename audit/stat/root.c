/* stat/root.c - Brent's method (1973, chapter 4), after the published algorithm.
 * Where a value at the bracket is infinite, interpolation has no meaning: the step is a bisection. */
#include "stat/root.h"

#include <float.h>
#include <math.h>

enum { max_steps = 300 };

typedef struct bracket {
    double a, fa; /* previous iterate */
    double b, fb; /* best so far */
    double c, fc; /* other side of the sign change */
    double step, before;
} bracket;

/* Keeps b the better end and c the other side of the root. */
static void order(bracket *s) {
    if ((s->fb > 0.0) == (s->fc > 0.0)) {
        s->c = s->a;
        s->fc = s->fa;
        s->step = s->before = s->b - s->a;
    }
    if (fabs(s->fc) < fabs(s->fb)) {
        double b = s->b, fb = s->fb;
        s->b = s->c;
        s->fb = s->fc;
        s->a = s->c = b;
        s->fa = s->fc = fb;
    }
}

/* Inverse quadratic or secant step when it stays well inside the bracket; half the bracket otherwise. */
static void choose_step(bracket *s, double tolerance, double half) {
    bool finite = isfinite(s->fa) && isfinite(s->fb) && isfinite(s->fc);
    if (!finite || fabs(s->before) < tolerance || fabs(s->fa) <= fabs(s->fb)) {
        s->step = s->before = half;
        return;
    }
    double ratio = s->fb / s->fa, p, q;
    if (s->a == s->c) {
        p = 2.0 * half * ratio;
        q = 1.0 - ratio;
    } else {
        double ac = s->fa / s->fc, bc = s->fb / s->fc;
        p = ratio * (2.0 * half * ac * (ac - bc) - (s->b - s->a) * (bc - 1.0));
        q = (ac - 1.0) * (bc - 1.0) * (ratio - 1.0);
    }
    if (p > 0.0) q = -q;
    p = fabs(p);
    if (2.0 * p < fmin(3.0 * half * q - fabs(tolerance * q), fabs(s->before * q))) {
        s->before = s->step;
        s->step = p / q;
    } else {
        s->step = s->before = half;
    }
}

tilt__value tilt__root(tilt__function *f, const void *data, double lo, double hi, double tolerance) {
    bracket s = {.a = lo, .fa = f(lo, data), .b = hi, .fb = f(hi, data)};
    if (isnan(s.fa) || isnan(s.fb)) return tilt__no_value(TILT_NOT_CONVERGED);
    if (s.fa == 0.0) return tilt__some_value(lo);
    if (s.fb == 0.0) return tilt__some_value(hi);
    if ((s.fa > 0.0) == (s.fb > 0.0)) return tilt__no_value(TILT_NOT_CONVERGED);
    s.c = s.b;
    s.fc = s.fb;
    for (int i = 0; i < max_steps; i++) {
        order(&s);
        double close = 2.0 * DBL_EPSILON * fabs(s.b) + 0.5 * tolerance;
        double half = 0.5 * (s.c - s.b);
        if (fabs(half) <= close || s.fb == 0.0) return tilt__some_value(s.b);
        choose_step(&s, close, half);
        s.a = s.b;
        s.fa = s.fb;
        s.b += fabs(s.step) > close ? s.step : copysign(close, half);
        s.fb = f(s.b, data);
        if (isnan(s.fb)) break;
    }
    return tilt__no_value(TILT_NOT_CONVERGED);
}

tilt__value tilt__root_from(tilt__function *f, const void *data, double start, double direction,
                            double limit) {
    double f0 = f(start, data), step = direction, near = start;
    if (isnan(f0)) return tilt__no_value(TILT_NOT_CONVERGED);
    if (f0 == 0.0) return tilt__some_value(start);
    for (;;) {
        double far = start + step;
        if (fabs(far - start) > limit) return tilt__no_value(TILT_NOT_CONVERGED);
        double f1 = f(far, data);
        if (isnan(f1)) return tilt__no_value(TILT_NOT_CONVERGED);
        if ((f1 > 0.0) != (f0 > 0.0)) return tilt__root(f, data, fmin(near, far), fmax(near, far), 1e-15);
        near = far;
        step *= 2.0;
    }
}

double tilt__peak(tilt__function *f, const void *data, double lo, double hi, double tolerance) {
    const double golden = 0.6180339887498949; /* (sqrt 5 - 1) / 2 */
    double x1 = hi - golden * (hi - lo), x2 = lo + golden * (hi - lo);
    double f1 = f(x1, data), f2 = f(x2, data);
    for (int i = 0; i < max_steps && hi - lo > tolerance; i++) {
        if (f1 < f2) {
            lo = x1;
            x1 = x2;
            f1 = f2;
            x2 = lo + golden * (hi - lo);
            f2 = f(x2, data);
        } else {
            hi = x2;
            x2 = x1;
            f2 = f1;
            x1 = hi - golden * (hi - lo);
            f1 = f(x1, data);
        }
    }
    return f1 < f2 ? x2 : x1;
}
