/* report/result_exposure.c - what a view of tagged creatives stands on. */
#include <math.h>

#include "cube/content.h"
#include "report/result.h"

static bool sum_loose(const tilt__view *view, tilt__decimal *out) {
    bool ok = true;
    *out = (tilt__decimal){0};
    for (size_t i = 0; ok && view->loose_measure != SIZE_MAX && i < view->cells.n; i++)
        ok = tilt__decimal_add(
            *out, tilt__cube_value(view->facts->cube, view->cells.cell[i], view->loose_measure), out);
    return ok;
}

void tilt__put_tag(cJSON *view, const tilt__view *from) {
    const tilt__tag *tag = from->tag;
    cJSON *object = tilt__put_object(view, "content");
    tilt__decimal loose;
    double reviewed = 0;
    for (size_t g = 0; g < from->n_groups; g++) reviewed += tilt__decimal_to_double(from->groups[g].base);
    tilt__put_text(object, "tag", tag->name);
    tilt__put_text(object, "file", tag->file);
    tilt__put_text(object, "key", tag->key);
    tilt__put_text(object, "stage", tag->stage);
    tilt__put_number(object, "listed", (double)tag->listed, TILT_REASON_NONE);
    tilt__put_number(object, "tagged", (double)tag->tagged, TILT_REASON_NONE);
    tilt__put_number(object, "delivered", (double)tag->delivered, TILT_REASON_NONE);
    tilt__put_number(object, "unlisted", (double)tag->unlisted, TILT_REASON_NONE);
    tilt__put_number(object, "idle", (double)tag->idle, TILT_REASON_NONE);
    if (!sum_loose(from, &loose)) {
        tilt__put_none(object, "not_reviewed", TILT_OUT_OF_RANGE);
        return;
    }
    tilt__put_decimal(object, "not_reviewed", loose);
    double rest = tilt__decimal_to_double(loose);
    tilt__put_number(object, "share_not_reviewed",
                     rest + reviewed > 0 ? rest / (rest + reviewed) : (double)NAN, TILT_EMPTY_GROUP);
}

void tilt__put_loose(cJSON *comparison, const tilt__comparison *c) {
    cJSON *object = tilt__put_object(comparison, "unreviewed");
    tilt__put_number(object, "group", c->loose_a, TILT_REASON_NONE);
    tilt__put_number(object, "reference", c->loose_r, TILT_REASON_NONE);
    tilt__put_number(object, "lower", c->loose_bounds.lower, c->loose_bounds.reason);
    tilt__put_number(object, "upper", c->loose_bounds.upper, c->loose_bounds.reason);
}
