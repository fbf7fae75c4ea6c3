/* report/result_many.c - campaigns{...} of a comparison. */
#include <math.h>

#include "explain/drivers.h"
#include "measure/many.h"
#include "report/result.h"

static void put_pair(cJSON *row, const char *key, const double limits[2], tilt_reason reason) {
    if (isnan(limits[0])) {
        tilt__put_none(row, key, reason);
        return;
    }
    cJSON *list = tilt__put_array(row, key);
    cJSON_AddItemToArray(list, cJSON_CreateNumber(limits[0]));
    cJSON_AddItemToArray(list, cJSON_CreateNumber(limits[1]));
}

static void put_row(cJSON *rows, const tilt__campaign *one) {
    cJSON *row = cJSON_CreateObject();
    cJSON_AddItemToArray(rows, row);
    tilt_reason none = one->left_out;
    tilt__put_text(row, "name", one->name);
    tilt__put_number(row, "count", one->pair.xa, TILT_REASON_NONE);
    tilt__put_number(row, "base", one->pair.na, TILT_REASON_NONE);
    tilt__put_number(row, "reference_count", one->pair.xr, TILT_REASON_NONE);
    tilt__put_number(row, "reference_base", one->pair.nr, TILT_REASON_NONE);
    tilt__put_number(row, "ratio", exp(one->log_ratio), none);
    tilt__put_number(row, "se_log", one->se, none);
    tilt__put_estimate(row, "shrunken", one->shrunken);
    tilt__put_number(row, "probability_below_tau", one->below_tau, none);
    tilt__put_number(row, "probability_above_tau", one->above_tau, none);
    tilt__put_number(row, "rank", one->rank > 0 ? (double)one->rank : (double)NAN, none);
    tilt__put_number(row, "z", one->z, none);
    put_pair(row, "limits_95", one->limits_95, none);
    put_pair(row, "limits_998", one->limits_998, none);
    tilt__put_text(row, "outside", one->outside);
    tilt__put_text(row, "left_out", none != TILT_REASON_NONE ? tilt_reason_name(none) : NULL);
}

/* With very many campaigns only those ranked first are written out; the counts say how many there are. */
static bool is_written(const tilt__campaigns *all, const tilt__campaign *one, size_t most) {
    return all->n <= most || (one->rank > 0 && one->rank <= most);
}

void tilt__put_campaigns(cJSON *comparison, const tilt__view *view, const tilt__comparison *c) {
    const tilt__campaigns *all = c->campaigns;
    if (all == NULL) {
        tilt__put_none(comparison, "campaigns", c->campaigns_reason);
        return;
    }
    cJSON *object = tilt__put_object(comparison, "campaigns");
    tilt__put_text(object, "factor", all->factor);
    tilt__put_number(object, "count", (double)all->n, TILT_REASON_NONE);
    tilt__put_number(object, "used", (double)all->n_used, TILT_REASON_NONE);
    tilt__put_text(object, "basis", tilt__basis_names[all->basis]);
    tilt__put_estimate(object, "mean", all->mean);
    tilt__put_estimate(object, "prediction", all->predicted);
    tilt__put_estimate(object, "fixed", all->fixed_mean);
    tilt__put_test(object, "q", all->random.q);
    tilt__put_number(object, "i2", all->random.i2 / 100, TILT_TOO_FEW);
    tilt__put_estimate(object, "tau2", all->tau2);
    cJSON *rows = tilt__put_array(object, "rows");
    size_t most = tilt__rows_per_factor(view), left_out = 0;
    for (size_t i = 0; i < all->n; i++) {
        if (is_written(all, &all->items[i], most))
            put_row(rows, &all->items[i]);
        else
            left_out++;
    }
    if (left_out > 0) tilt__put_number(object, "rows_left_out", (double)left_out, TILT_REASON_NONE);
}
