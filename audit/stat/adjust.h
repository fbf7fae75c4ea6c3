/* stat/adjust.h - p-values of a family, adjusted. */
#ifndef TILT_STAT_ADJUST_H
#define TILT_STAT_ADJUST_H

#include "stat/types.h"

typedef enum tilt__adjustment {
    TILT__BONFERRONI,
    TILT__HOLM,     /* Holm (1979): any claim in the family, default of verdicts */
    TILT__HOCHBERG, /* Hochberg (1988) */
    TILT__HOMMEL,   /* Hommel (1988) */
    TILT__BH,       /* Benjamini and Hochberg (1995): false discovery rate, for screening lists */
    TILT__BY,       /* Benjamini and Yekutieli (2001): any dependence */
    TILT__N_ADJUSTMENT
} tilt__adjustment;

/* Adjusted p-values as p.adjust in R gives them, into out_adjusted[0..n). A NaN (an undefined test) stays NaN
 * and does not count in the family. out_adjusted may be p. TILT_EUSAGE when a p is outside 0..1; TILT_ETOOBIG
 * for Hommel past 10000; TILT_ENOMEM.
 */
tilt_status tilt__adjust(tilt__adjustment method, const double *p, size_t n,
                         double *out_adjusted) TILT_NODISCARD;
/* The two usual ones by name. */
tilt_status tilt__holm(const double *p, size_t n, double *out_adjusted) TILT_NODISCARD;
tilt_status tilt__bh(const double *p, size_t n, double *out_adjusted) TILT_NODISCARD;
/* How many p-values are defined: the size of the family. */
size_t tilt__family_size(const double *p, size_t n);

#endif
