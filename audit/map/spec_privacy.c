/* map/spec_privacy.c - "privacy" of a spec: what must not be told of few people. */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "map/spec_read.h"

static tilt_status read_min_cell(tilt__spec_reader *r, const cJSON *value) {
    double n = cJSON_IsNumber(value) ? value->valuedouble : 0;
    if (!(n >= 2 && n <= 1e6) || floor(n) != n)
        return tilt__spec_wrong(r, value, "a whole number from 2 to 1,000,000");
    r->spec->min_cell = n;
    return TILT_OK;
}

tilt_status tilt__spec_privacy(tilt__spec_reader *r, const cJSON *value, void *target) {
    (void)target;
    if (!cJSON_IsObject(value)) return tilt__spec_wrong(r, value, "{\"min_cell\": 10, \"publish\": true}");
    const cJSON *item;
    cJSON_ArrayForEach(item, value) {
        tilt_status status = TILT_OK;
        if (strcmp(item->string, "min_cell") == 0)
            status = read_min_cell(r, item);
        else if (strcmp(item->string, "publish") != 0)
            status = tilt__fail(r->err, TILT_ESPEC,
                                "spec, \"privacy\": unknown key \"%.80s\"; expected min_cell or publish",
                                item->string);
        else if (cJSON_IsBool(item))
            r->spec->publish = cJSON_IsTrue(item);
        else
            status = tilt__spec_wrong(r, item, "true or false");
        if (status != TILT_OK) return status;
    }
    return TILT_OK;
}
