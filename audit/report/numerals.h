/* report/numerals.h - how a number is written for people. One place, so that every format agrees. The decimal
 * mark is a point, thousands are parted by a narrow no-break space (U+202F); nothing depends on the locale.
 * Numbers that are not known are the caller's business: none of these is given NaN. */
#ifndef TILT_REPORT_NUMERALS_H
#define TILT_REPORT_NUMERALS_H

#include "base/buf.h"

#define TILT__THIN "\xE2\x80\xAF" /* U+202F narrow no-break space */

/* Three significant digits ("0.623", "12.4", "1 230"), more where rounding would put the number on the other
 * side of, or onto, one of the n thresholds: 0.7996 with threshold 0.8 stays "0.7996". Infinity is
 * "infinite". */
void tilt__numeral_near(double value, const double *thresholds, size_t n, tilt__buf *out);
/* A ratio: the same with thresholds tau, 1 and 1/tau. 0 < tau < 1. */
void tilt__numeral_ratio(double ratio, double tau, tilt__buf *out);
/* A factor of a ratio, with the sign: "×0.71". Threshold 1. */
void tilt__numeral_factor(double factor, tilt__buf *out);
/* A count with thousands parted; up to three decimals where it is not whole. */
void tilt__numeral_count(double count, tilt__buf *out);
/* A count in a sentence that says "about": three significant digits, whole ("12 400"). */
void tilt__numeral_about(double count, tilt__buf *out);
/* A share 0..1 as per cent with one decimal ("31.0 %"), more digits where one decimal would say 0 or 100 and
 * the share is neither. */
void tilt__numeral_share(double share, tilt__buf *out);
/* A rate 0..1 as per cent with three significant digits and at least one decimal ("18.9 %", "1.23 %"). */
void tilt__numeral_rate(double rate, tilt__buf *out);
/* A difference of rates in percentage points with its sign, without a unit ("−14.2"). */
void tilt__numeral_points(double difference, tilt__buf *out);
/* A p-value: three significant digits, below 0.0001 as "2.1 × 10⁻⁹"; log10_p (NaN when not known) serves
 * where p is 0. */
void tilt__numeral_p(double p, double log10_p, tilt__buf *out);
/* Three significant digits for statistics ("11 531", "0.562"). */
void tilt__numeral_plain(double value, tilt__buf *out);
/* Two decimals or as many as needed, for settings such as the band's edges ("0.80", "1.25"). */
void tilt__numeral_setting(double value, tilt__buf *out);
/* All digits of a number, no grouping: "0.7963021455", "12183". */
void tilt__numeral_exact(double value, tilt__buf *out);

#endif
