/* report/result_parts.c - numbers, estimates and tests as JSON: what cannot be had is null beside its reason.
 */
#include <math.h>
#include <stdio.h>

#include "report/result.h"

/* Keys last as long as the program, so that none need be copied: most of a tree would be copies of keys. The
 * item, borrowed, if it found its place. */
static cJSON *put_container(cJSON *parent, const char *key, cJSON *item) {
    if (cJSON_AddItemToObjectCS(parent, key, item)) return item;
    cJSON_Delete(item);
    return NULL;
}

static void put_item(cJSON *parent, const char *key, cJSON *item) {
    (void)put_container(parent, key, item);
}

cJSON *tilt__put_object(cJSON *parent, const char *key) {
    return put_container(parent, key, cJSON_CreateObject());
}

cJSON *tilt__put_array(cJSON *parent, const char *key) {
    return put_container(parent, key, cJSON_CreateArray());
}

cJSON *tilt__put_named(cJSON *parent, const char *name, cJSON *item) {
    if (cJSON_AddItemToObject(parent, name, item)) return item;
    cJSON_Delete(item);
    return NULL;
}

void tilt__put_text(cJSON *parent, const char *key, const char *text) {
    put_item(parent, key, text == NULL ? cJSON_CreateNull() : cJSON_CreateString(text));
}

void tilt__put_flag(cJSON *parent, const char *key, bool value) {
    put_item(parent, key, cJSON_CreateBool(value));
}

void tilt__put_null(cJSON *parent, const char *key) {
    put_item(parent, key, cJSON_CreateNull());
}

/* Text that lasts as long as the program: not copied either. */
static void put_constant(cJSON *parent, const char *key, const char *text) {
    put_item(parent, key, text == NULL ? cJSON_CreateNull() : cJSON_CreateStringReference(text));
}

void tilt__put_none(cJSON *parent, const char *key, tilt_reason reason) {
    char reason_key[80];
    tilt__put_null(parent, key);
    (void)snprintf(reason_key, sizeof reason_key, "%s_reason", key);
    (void)tilt__put_named(parent, reason_key, cJSON_CreateStringReference(tilt_reason_name(reason)));
}

void tilt__put_number(cJSON *parent, const char *key, double value, tilt_reason reason) {
    if (isnan(value))
        tilt__put_none(parent, key, reason == TILT_REASON_NONE ? TILT_OUT_OF_RANGE : reason);
    else if (isinf(value))
        put_constant(parent, key, value > 0 ? "Inf" : "-Inf");
    else
        put_item(parent, key, cJSON_CreateNumber(value));
}

void tilt__put_value(cJSON *parent, const char *key, tilt__value value) {
    tilt__put_number(parent, key, value.reason == TILT_REASON_NONE ? value.value : (double)NAN, value.reason);
}

void tilt__put_decimal(cJSON *parent, const char *key, tilt__decimal value) {
    put_item(parent, key, cJSON_CreateNumber(tilt__decimal_to_double(value)));
}

static void put_limit(cJSON *parent, const char *key, double value) {
    if (isnan(value))
        tilt__put_null(parent, key);
    else
        tilt__put_number(parent, key, value, TILT_REASON_NONE);
}

void tilt__put_estimate(cJSON *parent, const char *key, tilt_estimate estimate) {
    cJSON *object = tilt__put_object(parent, key);
    put_limit(object, "value", estimate.value);
    put_limit(object, "lower", estimate.lower);
    put_limit(object, "upper", estimate.upper);
    put_item(object, "level", cJSON_CreateNumber(estimate.level));
    put_constant(object, "method", estimate.method);
    if (estimate.reason != TILT_REASON_NONE)
        put_constant(object, "reason", tilt_reason_name(estimate.reason));
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
