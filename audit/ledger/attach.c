/* ledger/attach.c - the nodes of a result that only a ledger can fill, and the gate that reads them. */
#include "ledger/attach.h"

#include <string.h>

#include "base/error.h"
#include "ledger/finding.h"
#include "ledger/record.h"
#include "map/spec.h"
#include "report/result.h"
#include "report/words.h"

static tilt_status add_pin(void *context, const char *view, const char *reference, tilt_error *err) {
    const char *labels[TILT__MAX_CROSSING + 1];
    size_t n = 0;
    cJSON *key = cJSON_Parse(reference);
    for (const cJSON *label = tilt__json_first(key); label != NULL && n <= TILT__MAX_CROSSING;
         label = label->next)
        labels[n++] = cJSON_IsString(label) ? label->valuestring : "";
    tilt_status status = tilt__spec_pin(context, view, labels, n, err);
    cJSON_Delete(key);
    return status;
}

tilt_status tilt__attach_pins(tilt__ledger *ledger, tilt_spec *spec, tilt_error *err) {
    return tilt__ledger_pins(ledger, add_pin, spec, err);
}

/* Puts `item` where the result has `key`, or at its end. */
static bool place(cJSON *result, const char *key, cJSON *item) {
    if (item == NULL) return false;
    if (cJSON_GetObjectItemCaseSensitive(result, key) != NULL)
        return cJSON_ReplaceItemInObjectCaseSensitive(result, key, item);
    return cJSON_AddItemToObject(result, key, item);
}

tilt_status tilt__attach_ledger(tilt__ledger *ledger, cJSON *result, tilt_error *err) {
    tilt__arena arena = {0};
    tilt__reviews reviews;
    tilt__ledger_head head;
    tilt_status status = tilt__chain_head(ledger, &head, err);
    if (status == TILT_OK) status = tilt__reviews_read(ledger, NULL, &arena, &reviews, err);
    cJSON *list = status == TILT_OK ? tilt__reviews_node(&reviews, result, err) : NULL;
    const cJSON *own = tilt__json_array(result, "reviews"); /* waivers of the policy */
    for (const cJSON *row = tilt__json_first(own); row != NULL && list != NULL; row = row->next)
        cJSON_AddItemToArray(list, cJSON_Duplicate(row, true));
    if (status == TILT_OK && !place(result, "reviews", list)) status = tilt__fail_memory(err);
    cJSON *node = status == TILT_OK ? cJSON_CreateObject() : NULL;
    tilt__put_text(node, "head", head.hash);
    bool counted = node != NULL && cJSON_AddNumberToObject(node, "length", (double)head.length) != NULL;
    if (ledger->series[0] != '\0') tilt__put_text(node, "series", ledger->series);
    if (status == TILT_OK && (!counted || !place(result, "ledger", node))) {
        cJSON_Delete(node);
        status = tilt__fail_memory(err);
    }
    tilt__arena_free(&arena);
    return status;
}

static bool waived(const cJSON *result, const char *id) {
    for (const cJSON *review = tilt__json_first(tilt__json_array(result, "reviews")); review != NULL;
         review = review->next) {
        bool act = strcmp(tilt__json_text_or(review, "decision", "act"), "act") == 0;
        bool in_force = strcmp(tilt__json_text_or(review, "state", ""), "in_force") == 0;
        if (!act && in_force && strcmp(tilt__json_text_or(review, "finding", ""), id) == 0) return true;
    }
    return false;
}

static bool counts_after_change(const char *status) {
    static const char *const stopping[] = {"new", "worse", "returned"};
    for (size_t i = 0; i < sizeof stopping / sizeof *stopping; i++)
        if (strcmp(stopping[i], status) == 0) return true;
    return false;
}

static bool change_stops(const cJSON *result, const cJSON *change) {
    for (const cJSON *row = tilt__json_first(tilt__json_array(change, "findings")); row != NULL;
         row = row->next) {
        const cJSON *after = tilt__json_object(row, "after");
        bool tilted = strcmp(tilt__json_text_or(after, "verdict", ""), "tilted") == 0;
        if (tilted && !tilt__json_true(after, "excluded") &&
            counts_after_change(tilt__json_text_or(row, "status", "")) &&
            !waived(result, tilt__json_text_or(row, "id", "")))
            return true;
    }
    return false;
}

bool tilt__gate_stops(const cJSON *result) {
    const cJSON *change = tilt__json_object(result, "change");
    if (change != NULL) return change_stops(result, change);
    for (const cJSON *view = tilt__json_first(tilt__json_array(result, "views")); view != NULL;
         view = view->next) {
        const cJSON *c = tilt__json_first(tilt__json_array(view, "comparisons"));
        for (; c != NULL; c = c->next)
            if (strcmp(tilt__json_text_or(c, "verdict", ""), "tilted") == 0 &&
                !tilt__comparison_excluded(c) && !waived(result, tilt__json_text_or(c, "id", "")))
                return true;
    }
    return false;
}
