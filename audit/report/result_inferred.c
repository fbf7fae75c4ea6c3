/* report/result_inferred.c - inferred[...] of the result: corrected rates beside uncorrected ones, with what
 * they assume. */
#include "report/result.h"

static const char matrix_assumes[] =
    "The inference errs alike for those counted and those not, and its error rates are known.";
static const char membership_assumes[] =
    "Within a segment those counted and those not are equally likely to belong to each group. Where they are "
    "not, the weighted rate is off by their covariance, with a sign that these data cannot tell; the limits "
    "beside it need no such assumption.";

/* Limits over who within the segments had the events; an open end is "Inf". */
static void put_limits(cJSON *object, const char *key, tilt__bounds limits) {
    if (limits.reason != TILT_REASON_NONE) {
        tilt__put_none(object, key, limits.reason);
        return;
    }
    cJSON *both = tilt__put_object(object, key);
    tilt__put_number(both, "lower", limits.lower, TILT_REASON_NONE);
    tilt__put_number(both, "upper", limits.upper, TILT_REASON_NONE);
}

static void put_group(cJSON *groups, const tilt__inferred *in, size_t g) {
    const tilt__inferred_group *group = &in->groups[g];
    cJSON *object = cJSON_CreateObject();
    cJSON_AddItemToArray(groups, object);
    tilt__put_text(object, "group", group->name);
    tilt__put_number(object, "base_share", group->share, in->reason);
    tilt__put_estimate(object, "uncorrected", group->uncorrected);
    tilt__put_estimate(object, "corrected", group->corrected);
    tilt__put_estimate(object, "regression", group->regression);
    tilt__put_flag(object, "is_reference", g == in->reference);
    tilt__put_estimate(object, "uncorrected_ratio", group->uncorrected_ratio);
    tilt__put_estimate(object, "ratio", group->ratio);
    put_limits(object, "rate_limits", group->rate_limits);
    put_limits(object, "ratio_limits", group->ratio_limits);
}

void tilt__put_inferred(cJSON *root, const tilt__inferred_list *list) {
    cJSON *array = tilt__put_array(root, "inferred");
    for (size_t i = 0; list != NULL && i < list->n; i++) {
        const tilt__inferred *in = &list->items[i];
        bool file = in->spec->file != NULL;
        cJSON *object = cJSON_CreateObject();
        cJSON_AddItemToArray(array, object);
        tilt__put_text(object, "attribute", in->spec->attribute);
        tilt__put_text(object, "key", in->spec->key);
        tilt__put_text(object, "how", file ? "membership" : "matrix");
        tilt__put_text(object, "view", in->view->id);
        tilt__put_text(object, "assumes", file ? membership_assumes : matrix_assumes);
        tilt__put_text(object, "interval_basis",
                       file                                  ? "segments"
                       : in->view->kind == TILT__RATE_PERSON ? "person"
                                                             : "assumes_independent_impressions");
        tilt__put_number(object, "condition", in->condition,
                         in->reason != TILT_REASON_NONE ? in->reason : TILT_NOT_REQUESTED);
        tilt__put_number(object, "unmatched", in->unmatched, TILT_NOT_REQUESTED);
        tilt__put_text(object, "reason",
                       in->reason != TILT_REASON_NONE ? tilt_reason_name(in->reason) : NULL);
        cJSON *groups = tilt__put_array(object, "groups");
        for (size_t g = 0; g < in->n_groups; g++) put_group(groups, in, g);
    }
}
