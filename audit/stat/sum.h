/* stat/sum.h - compensated sums (Neumaier 1974): adding in sorted key order gives the same bits whatever the
 * data looked like, and small terms survive beside large ones. */
#ifndef TILT_STAT_SUM_H
#define TILT_STAT_SUM_H

#include <math.h>

typedef struct tilt__sum {
    double high, low;
} tilt__sum;

static inline void tilt__sum_add(tilt__sum *sum, double x) {
    double total = sum->high + x;
    sum->low += fabs(sum->high) >= fabs(x) ? (sum->high - total) + x : (x - total) + sum->high;
    sum->high = total;
}

static inline double tilt__sum_total(tilt__sum sum) {
    return sum.high + sum.low;
}

#endif
