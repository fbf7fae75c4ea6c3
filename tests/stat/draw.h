/* tests/stat/draw.h - seeded random inputs for property tests. */
#ifndef TILT_TESTS_DRAW_H
#define TILT_TESTS_DRAW_H

#include <math.h>

#include "stat/random.h"
#include "stat/types.h"

/* Bases of 1 to 1e10, evenly in their logarithm; counts at all rates, with 0 and all of them often. */
static inline double draw_count(tilt__random *random, double n) {
    double u = tilt__random_uniform(random);
    if (u < 0.08) return 0;
    if (u < 0.14) return n;
    double rate = u < 0.5 ? exp(-12 * tilt__random_uniform(random)) : tilt__random_uniform(random);
    return fmin(n, nearbyint(rate * n));
}

static inline double draw_base(tilt__random *random, double largest) {
    return ceil(exp(log(largest) * tilt__random_uniform(random)));
}

static inline tilt__pair draw_pair(tilt__random *random, double largest) {
    tilt__pair pair = {.na = draw_base(random, largest), .nr = draw_base(random, largest)};
    pair.xa = draw_count(random, pair.na);
    pair.xr = draw_count(random, pair.nr);
    return pair;
}

static inline tilt__pair swap_pair(tilt__pair pair) {
    return (tilt__pair){.xa = pair.xr, .na = pair.nr, .xr = pair.xa, .nr = pair.na};
}

static inline tilt__pair scale_pair(tilt__pair pair, double by) {
    return (tilt__pair){.xa = by * pair.xa, .na = by * pair.na, .xr = by * pair.xr, .nr = by * pair.nr};
}

/* Extreme pairs that every function must survive with a value or a reason. */
static const tilt__pair extreme_pairs[] = {
    {0, 0, 0, 0},
    {0, 1, 0, 1},
    {1, 1, 1, 1},
    {0, 1, 1, 1},
    {1, 1, 0, 1},
    {0, 1e10, 0, 1e10},
    {1e10, 1e10, 1e10, 1e10},
    {0, 1e10, 1e10, 1e10},
    {1, 1e10, 1, 1},
    {1, 1e10, 1e10, 1e10},
    {5e9, 1e10, 5e9, 1e10},
    {5e9, 1e10, 1, 1},
    {1e10 - 1, 1e10, 1e10, 1e10},
    {1, 1, 5e9, 1e10},
    {0, 1, 5e9, 1e10},
    {5e-10, 1e-9, 5e-10, 1e-9},
    {0, 1e-9, 1e-9, 1e-9},
    {1e-9, 1e-9, 1e-9, 1e-9},
    {1e-9, 1, 1e-9, 1e10},
    {0.5, 1.5, 2.25, 7.75},
    {1e-300, 1, 1e-300, 1},
    {9007199254740992.0, 9007199254740992.0, 4503599627370496.0, 9007199254740992.0},
    {-1, 10, 1, 10},
    {11, 10, 1, 10},
    {NAN, 10, 1, 10},
    {1, INFINITY, 1, 10},
    {1, 10, 0, 0},
};

#endif
