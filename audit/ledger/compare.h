/* ledger/compare.h - what changed between two audits: change{...} of a result. */
#ifndef TILT_LEDGER_COMPARE_H
#define TILT_LEDGER_COMPARE_H

#include "ledger/review.h"

/* An earlier or a later audit. */
typedef struct tilt__compared {
    const cJSON *result;
    const cJSON *cube;  /* {"tables": [...]}; NULL: the one in the result, if any */
    const char *sha256; /* of the result's text, or NULL */
    int64_t audit;      /* number in the ledger, or 0 */
} tilt__compared;

/* The change from `before` to `after`:
 *   before{title, date, period, sha256, audit}, settings[{what, before, after}], shape[{what, detail}],
 *   campaigns{factor, both, entered[], left[]}, counts{new, worse, ...}, findings[{id, view, name, status,
 *   before{...}, after{...}, ratio_of_ratios{estimate}, basis, p, p_adjusted, difference{estimate},
 *   split[{factor, kind, ...}], sentence}], sentence.
 * Statuses: `new` (tilted now, not before), `returned` (tilted, and the decision that waived it has run out),
 * `worse` and `better` (the ratio moved away from or towards 1: Holm-adjusted p over the view below 0.05,
 * and, where the interval assumes independence, also under the policy's assumed design effect), `gone`
 * (tilted before, not now), `same`, `entered` and `left` (in one audit only, and not tilted there). reviews:
 * NULL, or those of the ledger. NULL when memory runs out. Caller frees with cJSON_Delete. */
cJSON *tilt__compare(const tilt__compared *before, const tilt__compared *after, const tilt__reviews *reviews,
                     tilt_error *err) TILT_NODISCARD;

#endif
