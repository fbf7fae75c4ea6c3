/* explain/crossed.h - a second order-free split of a gap over several factors, for comparison with the one of
 * explain/shapley.h: Das Gupta's (1993) for cross-classified data. */
#ifndef TILT_EXPLAIN_CROSSED_H
#define TILT_EXPLAIN_CROSSED_H

#include "explain/cells.h"

#define TILT__MAX_CROSSED 6 /* factors; it says little beyond three or four */

/* Each cell's share of its group's base is written as a product of one part per factor, the geometric mean of
 * the factor's conditional shares over all orders (Das Gupta 1993, eq. 5.36; R DasGuptR::dgnpop with
 * crossclassified). With P_a, P_r such products and r_a, r_r the rates of a cell, the rate effect is
 * sum (P_a + P_r) / 2 (r_a - r_r), and factor j gets its Shapley value in the product, times
 * (r_a + r_r) / 2, summed over the cells: difference scale, sum = rate of the focal group less that of the
 * reference. out_composition: n_factors. TILT_NO_OVERLAP where a cell has a base in one group only (its share
 * has no logarithm), TILT_EMPTY_GROUP without cells, TILT_OUT_OF_RANGE for no factor or more than
 * TILT__MAX_CROSSED. False when memory runs out or the input is malformed. */
bool tilt__crossed_split(const tilt__cells *cells, double *out_composition, double *out_rate,
                         tilt_reason *out_reason) __attribute__((warn_unused_result));

#endif
