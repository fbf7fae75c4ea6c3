/* map/spec_text.c - the bytes of a spec, before they are parsed. */
#include "map/spec_text.h"

#include <math.h>
#include <string.h>

#include "base/decimal.h"
#include "base/error.h"
#include "base/text.h"
#include "read/chars.h"

size_t tilt__spec_line(const char *json, size_t at) {
    size_t line = 1;
    for (size_t i = 0; i < at; i++) line += json[i] == '\n';
    return line;
}

static tilt_status refuse(const char *json, size_t at, const char *what, tilt_error *err) {
    return tilt__fail(err, TILT_ESPEC, "spec line %zu: %s", tilt__spec_line(json, at), what);
}

tilt_status tilt__spec_check_text(const char *json, size_t n, tilt_error *err) {
    for (size_t i = 0; i < n;) {
        unsigned c;
        size_t length = tilt__char_at(json + i, n - i, &c);
        if (length == 0) return refuse(json, i, "not valid UTF-8", err);
        if (c == 0) return refuse(json, i, "a NUL byte", err);
        if (c == '\\' && n - i >= 6 && memcmp(json + i, "\\u0000", 6) == 0)
            return refuse(json, i, "a NUL character (\\u0000) in a text", err);
        i += c == '\\' && i + 1 < n && json[i + 1] == '\\' ? 2 : length;
    }
    return TILT_OK;
}

static double number_of(const cJSON *item) {
    tilt__decimal exact;
    if (cJSON_IsNumber(item)) return item->valuedouble;
    bool read =
        cJSON_IsString(item) && tilt__decimal_parse(item->valuestring, strlen(item->valuestring), &exact);
    return read ? tilt__decimal_to_double(exact) : (double)NAN;
}

bool tilt__spec_range(const cJSON *value, double *out_low, double *out_high) {
    if (!cJSON_IsArray(value) || cJSON_GetArraySize(value) != 2) return false;
    double low = number_of(cJSON_GetArrayItem(value, 0)), high = number_of(cJSON_GetArrayItem(value, 1));
    if (!(low <= high)) return false;
    *out_low = low;
    *out_high = high;
    return true;
}

tilt_status tilt__spec_known_keys(const cJSON *object, const char *what, const char *where,
                                  const char *const *known, size_t n, tilt_error *err) {
    const cJSON *item;
    cJSON_ArrayForEach(item, object) {
        bool found = false;
        for (size_t i = 0; i < n; i++) found = found || strcmp(known[i], item->string) == 0;
        if (found) continue;
        const char *near = tilt__text_nearest(item->string, known, n);
        return tilt__fail(err, TILT_ESPEC, "%.200s%.60s: unknown key \"%.80s\"%s%s%s", what, where,
                          item->string, near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
                          near != NULL ? "\"?" : "");
    }
    return TILT_OK;
}
