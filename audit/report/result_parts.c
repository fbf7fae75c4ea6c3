/* report/result_parts.c - numbers, estimates and tests as JSON: what cannot be had is null beside its reason.
 */
#include <math.h>
#include <stdio.h>

#include "report/result.h"

cJSON *tilt__put_object(cJSON *parent, const char *key) {
    return cJSON_AddObjectToObject(parent, key);
}

cJSON *tilt__put_array(cJSON *parent, const char *key) {
    return cJSON_AddArrayToObject(parent, key);
}

void tilt__put_text(cJSON *parent, const char *key, const char *text) {
    if (text == NULL)
        (void)cJSON_AddNullToObject(parent, key);
    else
        (void)cJSON_AddStringToObject(parent, key, text);
}

void tilt__put_flag(cJSON *parent, const char *key, bool value) {
    (void)cJSON_AddBoolToObject(parent, key, value);
}

void tilt__put_none(cJSON *parent, const char *key, tilt_reason reason) {
    char reason_key[80];
    (void)cJSON_AddNullToObject(parent, key);
    (void)snprintf(reason_key, sizeof reason_key, "%s_reason", key);
    (void)cJSON_AddStringToObject(parent, reason_key, tilt_reason_name(reason));
}

void tilt__put_number(cJSON *parent, const char *key, double value, tilt_reason reason) {
    if (isnan(value)) {
        tilt__put_none(parent, key, reason == TILT_REASON_NONE ? TILT_OUT_OF_RANGE : reason);
    } else if (isinf(value)) {
        (void)cJSON_AddStringToObject(parent, key, value > 0 ? "Inf" : "-Inf");
    } else {
        (void)cJSON_AddNumberToObject(parent, key, value);
    }
}

void tilt__put_value(cJSON *parent, const char *key, tilt__value value) {
    tilt__put_number(parent, key, value.reason == TILT_REASON_NONE ? value.value : (double)NAN, value.reason);
}

void tilt__put_decimal(cJSON *parent, const char *key, tilt__decimal value) {
    (void)cJSON_AddNumberToObject(parent, key, tilt__decimal_to_double(value));
}

/* Under a name that lasts as long as the program, so that it need not be copied: estimates are most of a
 * result. */
static void put_item(cJSON *parent, const char *constant_key, cJSON *item) {
    if (!cJSON_AddItemToObjectCS(parent, constant_key, item)) cJSON_Delete(item);
}

static void put_limit(cJSON *parent, const char *constant_key, double value) {
    if (isnan(value))
        put_item(parent, constant_key, cJSON_CreateNull());
    else if (isinf(value))
        put_item(parent, constant_key, cJSON_CreateString(value > 0 ? "Inf" : "-Inf"));
    else
        put_item(parent, constant_key, cJSON_CreateNumber(value));
}

static void put_word(cJSON *parent, const char *constant_key, const char *text) {
    put_item(parent, constant_key, text != NULL ? cJSON_CreateString(text) : cJSON_CreateNull());
}

void tilt__put_estimate(cJSON *parent, const char *key, tilt_estimate estimate) {
    cJSON *object = tilt__put_object(parent, key);
    put_limit(object, "value", estimate.value);
    put_limit(object, "lower", estimate.lower);
    put_limit(object, "upper", estimate.upper);
    put_item(object, "level", cJSON_CreateNumber(estimate.level));
    put_word(object, "method", estimate.method);
    if (estimate.reason != TILT_REASON_NONE) put_word(object, "reason", tilt_reason_name(estimate.reason));
}

void tilt__put_test(cJSON *parent, const char *key, tilt__test test) {
    if (test.reason != TILT_REASON_NONE) {
        tilt__put_none(parent, key, test.reason);
        return;
    }
    cJSON *object = tilt__put_object(parent, key);
    if (!isnan(test.statistic)) put_limit(object, "statistic", test.statistic);
    if (test.df > 0) put_limit(object, "df", test.df);
    put_limit(object, "p", test.p);
    put_limit(object, "log10_p", test.log10_p);
}
