/* report/result_adjusted.c - a comparison at equal covariates, as JSON. */
#include <math.h>

#include "report/result.h"

static void put_part(cJSON *list, const tilt__adjust_part *part) {
    cJSON *object = cJSON_CreateObject();
    cJSON_AddItemToArray(list, object);
    tilt__put_text(object, "name", part->name);
    tilt__put_text(object, "as", part->numeric ? "numeric" : "categorical");
    tilt__put_number(object, "levels", (double)part->n_levels, TILT_REASON_NONE);
    tilt__put_text(object, "base_level", part->base_level);
    tilt__put_flag(object, "dropped", part->dropped);
    tilt__put_estimate(object, "contribution", part->contribution);
}

void tilt__put_adjusted(cJSON *comparison, const tilt__adjusted *a) {
    if (a->reason != TILT_REASON_NONE) {
        tilt__put_none(comparison, "adjusted", a->reason);
        return;
    }
    cJSON *object = tilt__put_object(comparison, "adjusted");
    tilt__put_text(object, "method", a->separation ? "firth" : "logistic");
    cJSON *list = tilt__put_array(object, "covariates");
    for (size_t i = 0; i < a->n_parts; i++) put_part(list, &a->parts[i]);
    tilt__put_number(object, "used", a->used, TILT_REASON_NONE);
    tilt__put_number(object, "left_out", a->left_out, TILT_REASON_NONE);
    tilt__put_number(object, "raw_rate", a->raw_rate, TILT_EMPTY_GROUP);
    tilt__put_number(object, "raw_reference_rate", a->raw_reference, TILT_EMPTY_GROUP);
    tilt__put_estimate(object, "rate", a->rate);
    tilt__put_estimate(object, "reference_rate", a->reference);
    tilt__put_estimate(object, "difference", a->difference);
    tilt__put_estimate(object, "ratio", a->ratio);
    tilt__put_estimate(object, "odds_ratio", a->odds_ratio);
    tilt__put_estimate(object, "raw_difference", a->raw_difference);
    tilt__put_estimate(object, "explained", a->explained);
    tilt__put_estimate(object, "remaining", a->remaining);
    tilt__put_flag(object, "separation", a->separation);
    tilt__put_number(object, "rarer_outcome", a->rarer, TILT_REASON_NONE);
    tilt__put_number(object, "coefficients", (double)a->n_columns, TILT_REASON_NONE);
    tilt__put_flag(object, "thin", a->thin);
}
