/* report/result_pattern.c - overall.residuals and overall.trend of a view. */
#include <math.h>

#include "measure/pattern.h"
#include "report/result.h"

static void put_residuals(cJSON *overall, const tilt__view *view, const tilt__shape *pattern) {
    if (pattern->residuals_reason != TILT_REASON_NONE) {
        tilt__put_none(overall, "residuals", pattern->residuals_reason);
        return;
    }
    cJSON *list = tilt__put_array(overall, "residuals");
    for (size_t i = 0; i < pattern->n_residuals; i++) {
        const tilt__residual *r = &pattern->residuals[i];
        cJSON *row = cJSON_CreateObject();
        cJSON_AddItemToArray(list, row);
        cJSON *key = tilt__put_array(row, "key");
        for (size_t a = 0; a < view->n_audience; a++)
            cJSON_AddItemToArray(key, cJSON_CreateString(view->groups[r->group].key[a]));
        tilt__put_number(row, "adjusted", r->adjusted, TILT_ZERO_MARGIN);
        tilt__put_number(row, "p", r->p, TILT_ZERO_MARGIN);
        tilt__put_number(row, "p_adjusted", r->p_holm, TILT_ZERO_MARGIN);
        tilt__put_number(row, "p_bh", r->p_bh, TILT_ZERO_MARGIN);
        tilt__put_number(row, "p_by", r->p_by, TILT_ZERO_MARGIN);
    }
}

static void put_trend(cJSON *overall, const tilt__shape *pattern) {
    if (pattern->trend_reason != TILT_REASON_NONE) {
        tilt__put_none(overall, "trend", pattern->trend_reason);
        return;
    }
    cJSON *trend = tilt__put_object(overall, "trend");
    tilt__put_number(trend, "slope_per_10_years", 10 * pattern->trend.slope, TILT_ZERO_MARGIN);
    tilt__put_test(trend, "linear", pattern->trend.linear);
    tilt__put_test(trend, "non_linear", pattern->trend.non_linear);
}

void tilt__put_pattern(cJSON *overall, const tilt__view *view) {
    const tilt__shape *pattern = view->shape;
    put_residuals(overall, view, pattern);
    put_trend(overall, pattern);
    bool any = pattern->residuals_reason == TILT_REASON_NONE || pattern->trend_reason == TILT_REASON_NONE;
    if (any)
        tilt__put_text(overall, "pattern_basis",
                       pattern->independent ? "person" : "assumes_independent_impressions");
    else
        tilt__put_none(overall, "pattern_basis", pattern->residuals_reason);
}
