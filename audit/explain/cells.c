/* explain/cells.c - terms: a value and its standard error, and the order in which to name them.
 * Out: plain structs. Whatever needs quantiles is in term.c. */
#include "explain/cells.h"

#include <math.h>

tilt__term tilt__term_none(tilt_reason reason) {
    return (tilt__term){.value = NAN, .se = NAN, .reason = reason, .se_reason = reason};
}

tilt__term tilt__term_bare(double value) {
    return (tilt__term){.value = value, .se = NAN, .se_reason = TILT_NOT_REQUESTED};
}

tilt__term tilt__term_make(double value, double se) {
    return (tilt__term){.value = value, .se = se};
}

bool tilt__signs_mixed(size_t n, const tilt__term *terms) {
    bool positive = false, negative = false;
    for (size_t i = 0; i < n; i++) {
        if (terms[i].reason != TILT_REASON_NONE) continue;
        positive = positive || terms[i].value > 0;
        negative = negative || terms[i].value < 0;
    }
    return positive && negative;
}

/* Rank of a term: class first (0 sure, 1 not, 2 without error, 3 undefined), then size within it, descending.
 */
typedef struct rank {
    int class;
    double size;
} rank;

static rank rank_of(const tilt__term *term) {
    static const double sure = 3;
    if (term->reason != TILT_REASON_NONE) return (rank){3, 0};
    double size = fabs(term->value);
    if (term->se_reason != TILT_REASON_NONE) return (rank){2, size};
    if (size >= sure * term->se) return (rank){0, size};
    return (rank){1, size / term->se};
}

void tilt__terms_rank(size_t n, const tilt__term *terms, size_t *out_order) {
    for (size_t i = 0; i < n; i++) { /* insertion keeps ties in their order; the lists are short */
        rank own = rank_of(&terms[i]);
        size_t at = i;
        for (; at > 0; at--) {
            rank before = rank_of(&terms[out_order[at - 1]]);
            if (before.class < own.class || (before.class == own.class && before.size >= own.size)) break;
            out_order[at] = out_order[at - 1];
        }
        out_order[at] = i;
    }
}
