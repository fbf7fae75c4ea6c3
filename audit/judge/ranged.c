/* judge/ranged.c - the worst p over the corners of the limits decides.
 * What a reader may question: the statistics are largest at corners as the ratio is, but for bases under
 * about one person (the variance of a log ratio falls with every count but the numerator's at its smallest).
 */
#include "judge/ranged.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "judge/verdict.h"
#include "measure/evidence.h"
#include "stat/adjust.h"

static bool is_endless(const tilt__box *box) {
    for (size_t k = 0; k < 4; k++)
        if (isinf(box->side[k].upper)) return true;
    return false;
}

/* p of lying outside on this side; 1 where the statistic is undefined. */
static double outside_p(const tilt__comparison *c, const tilt__policy *policy, bool below, double effect) {
    double p = below ? tilt__evidence_outside_p(c, policy->tau, false, effect)
                     : tilt__evidence_outside_p(c, 1 / policy->tau, true, effect);
    return isnan(p) ? 1 : p;
}

static double inside_p(const tilt__comparison *c, const tilt__policy *policy, double effect) {
    double above = tilt__evidence_p(c, policy->tau, true, effect);
    double below = tilt__evidence_p(c, 1 / policy->tau, false, effect);
    return isnan(above) || isnan(below) ? 1 : fmax(above, below);
}

typedef struct worst {
    double outside, inside;
    bool some_decides; /* at some corner alone the answer would be tilted or level */
} worst;

/* At the naive statistic and, where units are not independent people, at the assumed design effect. */
static worst over_corners(const tilt__context *context, const tilt__ranged *r, size_t i) {
    const tilt__policy *policy = context->policy;
    bool people = r->view.comparisons[i].basis == TILT__BASIS_PERSON;
    double effect = people ? 1 : policy->assumed_design_effect;
    bool one_side = r->ratios[i].upper < 1 || r->ratios[i].lower > 1, below = r->ratios[i].upper < 1;
    worst w = {0, 0, false};
    for (unsigned corner = 0; corner < TILT__CORNERS; corner++) {
        tilt__comparison c = tilt__ranged_corner(r, i, corner);
        bool here_below = c.pair.xa * c.pair.nr < c.pair.xr * c.pair.na;
        double out = fmax(outside_p(&c, policy, here_below, 1), outside_p(&c, policy, here_below, effect));
        double in = fmax(inside_p(&c, policy, 1), inside_p(&c, policy, effect));
        bool fits = one_side && here_below == below;
        w.outside = fmax(w.outside, fits ? out : 1);
        w.inside = fmax(w.inside, in);
        w.some_decides = w.some_decides || out < TILT__TILTED_LEVEL || in < TILT__LEVEL_LEVEL;
    }
    return w;
}

static bool can_be_judged(const tilt__ranged *r, size_t i) {
    const tilt__comparison *c = &r->view.comparisons[i];
    return c->excluded == NULL && !r->share_only && !c->amount && !is_endless(&r->boxes[i]);
}

static void note_why_not(const tilt__ranged *r, size_t i, tilt__comparison *c) {
    if (c->excluded != NULL)
        tilt__comparison_note(c, c->excluded);
    else if (r->share_only)
        tilt__comparison_note(c, "shares_only");
    else if (is_endless(&r->boxes[i]))
        tilt__comparison_note(c, "no_upper_end");
}

tilt_status tilt__ranged_judge(const tilt__context *context, tilt__ranged *r) {
    size_t n = r->view.n_comparisons;
    worst *found = tilt__arena_alloc(context->arena, n, sizeof *found);
    double *p = tilt__arena_alloc(context->arena, n, sizeof *p);
    if (found == NULL || p == NULL) return tilt__fail_memory(context->err);
    bool people = r->view.kind == TILT__RATE_PERSON && r->view.per != NULL && context->spec->unit.n == 0;
    for (size_t i = 0; i < n; i++) {
        tilt__comparison *c = &r->view.comparisons[i];
        c->basis = people ? TILT__BASIS_PERSON : TILT__BASIS_NAIVE;
        p[i] = (double)NAN;
        if (!can_be_judged(r, i)) continue;
        found[i] = over_corners(context, r, i);
        p[i] = found[i].outside;
    }
    double *adjusted = tilt__arena_alloc(context->arena, n, sizeof *adjusted);
    if (adjusted == NULL) return tilt__fail_memory(context->err);
    if (tilt__holm(p, n, adjusted) != TILT_OK)
        return tilt__fail(context->err, TILT_ENUMERIC, "the p-values of a view could not be adjusted");
    for (size_t i = 0; i < n; i++) {
        tilt__comparison *c = &r->view.comparisons[i];
        c->verdict = TILT__UNDETERMINED;
        c->p_edge = p[i];
        c->p_edge_adjusted = adjusted[i];
        note_why_not(r, i, c);
        if (isnan(p[i])) continue;
        if (adjusted[i] < TILT__TILTED_LEVEL)
            c->verdict = TILT__TILTED;
        else if (found[i].inside < TILT__LEVEL_LEVEL)
            c->verdict = TILT__LEVEL;
        else if (found[i].some_decides)
            tilt__comparison_note(c, "depends_on_range");
        if (!people) tilt__comparison_note(c, "assumes_independent_impressions");
    }
    return TILT_OK;
}
