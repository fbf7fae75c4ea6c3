/* measure/nothing.c - why there is nothing to compare, and what would help. */
#include "measure/nothing.h"

#include <stdio.h>

#include "base/error.h"

/* The smaller of the first two counts per the larger, as a proposal. */
static void suggest_rate(const tilt__facts *facts, char *out, size_t size) {
    size_t stages[2], n = 0;
    for (size_t m = 0; m < tilt__cube_n_measures(facts->cube) && n < 2; m++)
        if (tilt__cube_measure(facts->cube, m)->kind == TILT__MEASURE_STAGE) stages[n++] = m;
    if (n < 2) return;
    tilt__decimal sums[2] = {{0}, {0}};
    for (size_t c = 0; c < tilt__cube_n_cells(facts->cube); c++)
        for (size_t k = 0; k < 2; k++)
            if (!tilt__decimal_add(sums[k], tilt__cube_value(facts->cube, c, stages[k]), &sums[k])) return;
    size_t of = tilt__decimal_compare(sums[0], sums[1]) <= 0 ? 0 : 1;
    (void)snprintf(out, size, "OF/PER (such as %.60s/%.60s)",
                   tilt__cube_measure(facts->cube, stages[of])->name,
                   tilt__cube_measure(facts->cube, stages[1 - of])->name);
}

tilt_status tilt__nothing_made(const tilt_spec *spec, const tilt__tables *tables, const char *group_name,
                               const char *group_label, tilt_error *err) {
    tilt__place place = {.source = spec->sources[tables->facts[0].sources[0]].name,
                         .column_name = group_name};
    if (group_name != NULL && group_label != NULL)
        return tilt__fail_at(err, TILT_ESPEC, &place,
                             "has only one group to compare (\"%.60s\"); expected at least two", group_label);
    if (group_name != NULL)
        return tilt__fail_at(err, TILT_ESPEC, &place, "has no known group; expected at least two");
    bool any_audience = false;
    for (size_t t = 0; t < tables->n; t++) {
        for (size_t d = 0; d < tilt__cube_n_dims(tables->facts[t].cube); d++)
            any_audience =
                any_audience || tilt__cube_dim(tables->facts[t].cube, d)->kind == TILT__DIM_AUDIENCE;
    }
    if (!any_audience)
        return tilt__fail_at(err, TILT_ESPEC, &place,
                             "no column is recognised as an audience attribute; name one with --audience");
    char rate[160] = "OF/PER";
    suggest_rate(&tables->facts[0], rate, sizeof rate);
    return tilt__fail_at(err, TILT_ESPEC, &place,
                         "nothing can be compared: no base, no benchmark and fewer than two ads; name a rate "
                         "with --rate %s or give --benchmark or --targeting",
                         rate);
}
