/* report/result_concentration.c - concentration[...] of the result: how amounts are spread over platforms and
 * partners. */
#include <math.h>

#include "report/result.h"

static void put_clusters(cJSON *object, const tilt__concentration *c) {
    if (c->clusters.unit == NULL) {
        tilt__put_none(object, "clusters", TILT_TOO_FEW_CLUSTERS);
        return;
    }
    cJSON *clusters = tilt__put_object(object, "clusters");
    tilt__put_text(clusters, "unit", c->clusters.unit);
    tilt__put_number(clusters, "count", (double)c->clusters.count, TILT_REASON_NONE);
    tilt__put_number(clusters, "effective", c->clusters.effective, TILT_TOO_FEW_CLUSTERS);
}

static void put_one(cJSON *list, const tilt__outcome *outcome, const tilt__concentration *c) {
    cJSON *object = cJSON_CreateObject();
    cJSON_AddItemToArray(list, object);
    tilt__put_text(object, "factor", c->factor);
    tilt__put_text(object, "measure", c->measure);
    tilt__put_flag(object, "money", c->money);
    tilt__put_text(object, "currency", c->currency);
    cJSON *audience = tilt__put_array(object, "audience");
    for (size_t d = 0; d < tilt__cube_n_dims(c->facts->cube); d++)
        if (tilt__cube_dim(c->facts->cube, d)->kind == TILT__DIM_AUDIENCE)
            cJSON_AddItemToArray(audience, cJSON_CreateString(tilt__cube_dim(c->facts->cube, d)->name));
    cJSON *slice = tilt__put_object(object, "slice");
    if (c->slice_name != NULL)
        (void)tilt__put_named(slice, c->slice_name, cJSON_CreateString(c->slice_value));
    if (c->view != SIZE_MAX)
        tilt__put_text(object, "view", outcome->views->items[c->view].id);
    else
        tilt__put_none(object, "view", c->view_reason);
    tilt__put_decimal(object, "total", c->total);
    tilt__put_decimal(object, "not_attributed", c->nowhere);
    tilt__put_number(object, "used", (double)c->n_used, TILT_REASON_NONE);
    tilt__put_estimate(object, "index", c->index);
    tilt__put_number(object, "index_least", c->n_used > 0 ? 1 / (double)c->n_used : (double)NAN,
                     TILT_EMPTY_GROUP);
    tilt__put_number(object, "index_lower_bound", c->least, TILT_NO_UNKNOWN);
    tilt__put_number(object, "index_upper_bound", c->most, TILT_NO_UNKNOWN);
    tilt__put_estimate(object, "effective_number", c->effective);
    put_clusters(object, c);
    cJSON *levels = tilt__put_array(object, "levels");
    for (size_t l = 0; l < c->n; l++) {
        cJSON *level = cJSON_CreateObject();
        cJSON_AddItemToArray(levels, level);
        tilt__put_text(level, "key", c->levels[l].key);
        tilt__put_decimal(level, "amount", c->levels[l].amount);
        tilt__put_estimate(level, "share", c->levels[l].share);
    }
}

void tilt__put_concentrations(cJSON *root, const tilt__outcome *outcome) {
    const tilt__concentrations *all = outcome->concentrations;
    cJSON *list = tilt__put_array(root, "concentration");
    for (size_t i = 0; all != NULL && i < all->n; i++) put_one(list, outcome, &all->items[i]);
}
