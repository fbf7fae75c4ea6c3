/* report/result_cost.c - cost[...] of the result: what each group cost, and the ratios of its prices. */
#include <math.h>

#include "report/result.h"

static void put_labels(cJSON *object, const char *key, const char *const *labels, size_t n) {
    cJSON *list = tilt__put_array(object, key);
    for (size_t a = 0; a < n; a++) cJSON_AddItemToArray(list, cJSON_CreateString(labels[a]));
}

/* Who the ratio is to; null for the reference itself and for groups that are not known. */
static void put_reference(cJSON *row, const tilt__cost *cost, size_t g) {
    bool compared = g != cost->reference && !cost->groups[g].unknown;
    if (compared && cost->reference != SIZE_MAX)
        put_labels(row, "reference", cost->groups[cost->reference].key, cost->n_audience);
    else if (compared && cost->reference_name != NULL)
        put_labels(row, "reference", &cost->reference_name, 1);
    else
        tilt__put_none(row, "reference", TILT_NOT_REQUESTED);
}

/* One row per group and price, so that a table of them is a plain print. */
static void put_row(cJSON *list, const tilt__cost *cost, size_t g, const tilt__price *price) {
    const tilt__cost_group *group = &cost->groups[g];
    cJSON *row = cJSON_CreateObject();
    cJSON_AddItemToArray(list, row);
    tilt__put_text(row, "name", price->kind->name);
    cJSON *slice = tilt__put_object(row, "slice");
    if (cost->slice_name != NULL)
        (void)tilt__put_named(slice, cost->slice_name, cJSON_CreateString(cost->slice_value));
    put_labels(row, "audience", cost->audience, cost->n_audience);
    put_labels(row, "key", group->key, cost->n_audience);
    tilt__put_flag(row, "unknown", group->unknown);
    tilt__put_text(row, "measure", cost->measure);
    tilt__put_text(row, "currency", cost->currency);
    tilt__put_decimal(row, "spend", group->spend);
    tilt__put_number(row, "share_of_spend", group->share, TILT_EMPTY_GROUP);
    tilt__put_text(row, "per", price->kind->words);
    tilt__put_text(row, "stage", price->kind->stage);
    tilt__put_number(row, "scale", price->kind->scale, TILT_REASON_NONE);
    tilt__put_decimal(row, "count", price->count);
    tilt__put_estimate(row, "value", price->value);
    put_reference(row, cost, g);
    tilt__put_estimate(row, "ratio_to_reference", price->ratio);
    tilt__put_text(row, "interval_basis",
                   price->basis != TILT__BASIS_NONE ? tilt__basis_names[price->basis] : NULL);
    tilt__put_text(row, "clusters", cost->cluster_unit);
}

void tilt__put_costs(cJSON *root, const tilt__costs *costs) {
    cJSON *list = tilt__put_array(root, "cost");
    for (size_t i = 0; costs != NULL && i < costs->n; i++) {
        const tilt__cost *cost = &costs->items[i];
        for (size_t g = 0; g < cost->n_groups; g++) {
            for (size_t p = 0; p < cost->n_prices; p++) put_row(list, cost, g, &cost->groups[g].prices[p]);
        }
    }
}
