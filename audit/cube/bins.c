/* cube/bins.c - bins by whole numbers: 1,000,000 is a multiple of every number of bins that is allowed, so
 * that the ends of bins are decimals of six places and a query gets the same ones. */
#include "cube/bins.h"

#include "base/error.h"
#include "read/source.h"

tilt__decimal tilt__bin_above_one(const tilt__reduced_people *people) {
    const tilt__i128 one = TILT__DECIMAL_SCALE;
    tilt__i128 end = one + one / people->bins, cut = people->cut.units;
    return (tilt__decimal){(one + (cut > one && cut < end ? cut : end)) / 2};
}

tilt__decimal tilt__bin_of(tilt__decimal score, const tilt__reduced_people *people) {
    const tilt__i128 one = TILT__DECIMAL_SCALE, width = one / people->bins;
    tilt__i128 end = score.units / width * width;
    if (end > score.units) end -= width; /* division rounds towards zero */
    if (end < people->cut.units && people->cut.units <= score.units) end = people->cut.units;
    return end <= one && score.units > one ? tilt__bin_above_one(people) : (tilt__decimal){end};
}

typedef struct lister {
    const tilt__people *people;
    const tilt_source *source;
    tilt__arena *arena;
    tilt__people_column *out;
    size_t n;
    bool ok;
} lister;

static void list(lister *l, tilt_role role, size_t model, size_t from) {
    if (from == TILT_NO_COLUMN) return;
    const tilt_column *column = tilt_source_column(l->source, from);
    const char *name = tilt__source_is_cube(l->source) ? column->name : column->header;
    const char *header = tilt__reduced_header(l->arena, role, name, &l->people->reduction);
    l->out[l->n++] = (tilt__people_column){role, model, from, header};
    l->ok = l->ok && header != NULL;
}

tilt_status tilt__people_columns(const tilt__people *people, const tilt_source *source, tilt__arena *arena,
                                 tilt__people_column out[TILT__MOST_PEOPLE_COLUMNS], size_t *out_n,
                                 tilt_error *err) {
    lister l = {.people = people, .source = source, .arena = arena, .out = out, .ok = true};
    for (size_t k = 0; k < people->n_models; k++) {
        list(&l, TILT_ROLE_DECISION, k, people->models[k].decision);
        list(&l, TILT_ROLE_SCORE, k, people->models[k].score);
    }
    list(&l, TILT_ROLE_LABEL, 0, people->label);
    list(&l, TILT_ROLE_WEIGHT, 0, people->weight);
    *out_n = l.n;
    return l.ok ? TILT_OK : tilt__fail_memory(err);
}
