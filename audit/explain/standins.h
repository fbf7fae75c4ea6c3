/* explain/standins.h - which targeting factors stand in for an audience attribute (methods 4.5). A stand-in
 * is a risk; it is a driver only where its mix also carries part of the gap, which is said beside it. */
#ifndef TILT_EXPLAIN_STANDINS_H
#define TILT_EXPLAIN_STANDINS_H

#include "explain/drivers.h"
#include "stat/proxy.h"

typedef struct tilt__standin {
    size_t view; /* whose base is the audience that was targeted */
    const char *factor;
    size_t n_levels;
    tilt__proxy
        measures; /* conditional: given all other factors taken together; NaN where these are too many */
    size_t n_conditions; /* combinations of the other factors; 0: there are none, or too many */
    size_t target;       /* the group best told apart from the rest */
    double auc;          /* cross-fitted over five random parts; NaN */
    tilt_reason auc_reason;
    const char *label; /* of the AUC: "none", "weak", "material", "strong"; rules of thumb */
    /* The comparison whose mix term of this factor is largest; SIZE_MAX when no comparison has one. */
    size_t comparison;
    tilt_estimate mix_effect; /* log points */
    bool in_use;              /* its interval excludes 0 */
} tilt__standin;

typedef struct tilt__standins {
    tilt__standin *items; /* strongest first within a view */
    size_t n, capacity;
} tilt__standins;

/* Stand-ins for the attribute of every headline view that has a base. Call after the drivers are made. */
tilt_status tilt__standins_find(const tilt__context *context, const tilt__views *views,
                                tilt__standins *out) TILT_NODISCARD;

#endif
