/* measure/exposure.c - the two ends of a ratio when counts of the base are not known to be in the numerator.
 */
#include "measure/exposure.h"

#include <math.h>
#include <string.h>

#include "cube/content.h"

static double loose_of(const tilt__view *view, const tilt__comparison *c, bool focal) {
    double sum = 0;
    bool population = c->reference_name != NULL && strcmp(c->reference_name, "population") == 0;
    for (size_t i = 0; i < view->cells.n; i++) {
        size_t group = view->cells.group[i];
        bool in = focal                      ? group == c->group
                  : c->reference != SIZE_MAX ? group == c->reference
                                             : population || group != c->group;
        if (!in || view->groups[group].unknown) continue;
        sum += tilt__decimal_to_double(
            tilt__cube_value(view->facts->cube, view->cells.cell[i], view->loose_measure));
    }
    return sum;
}

static double katz_se(tilt__pair p) {
    double variance = 1 / p.xa + 1 / p.xr - 1 / p.na - 1 / p.nr;
    return variance > 0 ? sqrt(variance) : (double)NAN;
}

tilt__comparison tilt__exposure_corner(const tilt__comparison *comparison, bool upper) {
    tilt__comparison c = *comparison;
    tilt__pair p = comparison->pair;
    double naive = katz_se(p);
    p.na += c.loose_a;
    p.nr += c.loose_r;
    if (upper)
        p.xa += c.loose_a;
    else
        p.xr += c.loose_r;
    bool defined = p.xa > 0 && p.xr > 0 && p.na > 0 && p.nr > 0;
    c.pair = p;
    c.log_ratio = defined ? log(p.xa / p.na) - log(p.xr / p.nr) : (double)NAN;
    c.impact_ratio.value = p.xr > 0 && p.na > 0 ? (p.xa / p.na) / (p.xr / p.nr) : (double)NAN;
    /* never surer than the reviewed part is, by the same design effect */
    double scale = naive > 0 && c.se > 0 ? fmax(1, c.se / naive) : 1, here = katz_se(p) * scale;
    if (here > c.se) c.se = here;
    return c;
}

void tilt__exposure_bounds(tilt__view *view) {
    view->loose_measure = tilt__cube_find_measure(view->facts->cube, view->tag->loose);
    view->rule_of_group = (tilt__bare_rule){.rule.reason = TILT_NOT_REQUESTED};
    for (size_t i = 0; i < view->n_comparisons; i++) {
        tilt__comparison *c = &view->comparisons[i];
        c->rule = view->rule_of_group;
        c->shortfall = tilt__no_value(TILT_NOT_REQUESTED);
        c->loose_bounds = (tilt__bounds){.lower = NAN, .upper = NAN, .reason = TILT_NO_UNKNOWN};
        if (view->loose_measure == SIZE_MAX) continue;
        c->loose_a = loose_of(view, c, true);
        c->loose_r = loose_of(view, c, false);
        if (!(c->loose_a + c->loose_r > 0)) continue;
        c->loose_bounds.lower = tilt__exposure_corner(c, false).impact_ratio.value;
        c->loose_bounds.upper = tilt__exposure_corner(c, true).impact_ratio.value;
        bool open = isnan(c->loose_bounds.upper) || isnan(c->loose_bounds.lower);
        if (isnan(c->loose_bounds.upper)) c->loose_bounds.upper = (double)INFINITY;
        c->loose_bounds.reason = open ? TILT_ZERO_REFERENCE : TILT_REASON_NONE;
        if (isnan(c->loose_bounds.lower)) c->loose_bounds.lower = 0;
    }
}
