/* judge/exposure.c - the worse end of what is not reviewed decides. */
#include "judge/exposure.h"

#include <math.h>

#include "judge/verdict.h"
#include "measure/evidence.h"
#include "measure/exposure.h"

static bool outside(const tilt__context *context, const tilt__comparison *c, bool below, double effect,
                    double family) {
    double tau = context->policy->tau;
    double p = below ? tilt__evidence_outside_p(c, tau, false, effect)
                     : tilt__evidence_outside_p(c, 1 / tau, true, effect);
    return !isnan(p) && p * family < TILT__TILTED_LEVEL;
}

static bool inside(const tilt__context *context, const tilt__comparison *c, double effect) {
    double tau = context->policy->tau;
    double above = tilt__evidence_p(c, tau, true, effect),
           below = tilt__evidence_p(c, 1 / tau, false, effect);
    return !isnan(above) && !isnan(below) && fmax(above, below) < TILT__LEVEL_LEVEL;
}

static bool holds(const tilt__context *context, const tilt__view *view, const tilt__comparison *c,
                  bool upper) {
    tilt__comparison end = tilt__exposure_corner(c, upper);
    bool assumed = c->basis == TILT__BASIS_NAIVE || c->basis == TILT__BASIS_QUASI;
    double effect = context->policy->assumed_design_effect, family = (double)view->family_size;
    bool below = c->pair.xa * c->pair.nr < c->pair.xr * c->pair.na;
    if (c->verdict == TILT__TILTED)
        return outside(context, &end, below, 1, family) &&
               (!assumed || outside(context, &end, below, effect, family));
    return inside(context, &end, 1) && (!assumed || inside(context, &end, effect));
}

void tilt__exposure_judge(const tilt__context *context, tilt__view *view) {
    for (size_t i = 0; i < view->n_comparisons; i++) {
        tilt__comparison *c = &view->comparisons[i];
        bool open = c->loose_a + c->loose_r > 0;
        if (!open || c->verdict == TILT__UNDETERMINED) continue;
        if (holds(context, view, c, false) && holds(context, view, c, true)) continue;
        c->verdict = TILT__UNDETERMINED;
        tilt__comparison_note(c, "depends_on_unreviewed");
    }
}
