/* map/spec_summary.c - "summary" of a spec: which rules' summaries are wanted, and what only people know. */
#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "map/spec_read.h"
#include "read/date.h"

static const char *const kinds[] = {"ll144", "four-fifths", "housing"};
enum { N_KINDS = sizeof kinds / sizeof *kinds };
static_assert((int)N_KINDS == (int)TILT__MOST_SUMMARIES, "room for every kind once");

static tilt_status read_kind(tilt__spec_reader *r, const cJSON *value) {
    tilt__summary_spec *to = &r->spec->summary;
    const char *name = cJSON_IsString(value) ? value->valuestring : NULL;
    for (size_t k = 0; name != NULL && k < N_KINDS; k++) {
        if (strcmp(kinds[k], name) != 0) continue;
        for (size_t i = 0; i < to->n; i++)
            if (strcmp(to->kinds[i], name) == 0) return TILT_OK;
        to->kinds[to->n++] = kinds[k];
        return TILT_OK;
    }
    return tilt__fail(r->err, TILT_ESPEC,
                      "spec, \"summary\": expected ll144, four-fifths or housing, found \"%.60s\"",
                      name != NULL ? name : "something else");
}

static tilt_status read_kinds(tilt__spec_reader *r, const cJSON *value) {
    if (cJSON_IsString(value)) return read_kind(r, value);
    if (!cJSON_IsArray(value))
        return tilt__spec_wrong(r, value, "ll144, four-fifths or housing, or a list of them");
    const cJSON *item;
    cJSON_ArrayForEach(item, value) {
        tilt_status status = read_kind(r, item);
        if (status != TILT_OK) return status;
    }
    return TILT_OK;
}

static tilt_status read_day(tilt__spec_reader *r, const cJSON *value, const char **out) {
    int64_t day;
    const char *text = cJSON_IsString(value) ? value->valuestring : "";
    bool ok = strlen(text) == 10 && tilt__date_parse(text, 10, TILT__DATE_YMD, &day) == TILT__DATE;
    return ok ? tilt__spec_text(r, value, out) : tilt__spec_wrong(r, value, "a date as YYYY-MM-DD");
}

static tilt_status read_member(tilt__spec_reader *r, const cJSON *item) {
    tilt__summary_spec *to = &r->spec->summary;
    if (strcmp(item->string, "of") == 0) return read_kinds(r, item);
    if (strcmp(item->string, "distribution_date") == 0) return read_day(r, item, &to->distribution_date);
    const struct {
        const char *key, **text;
    } texts[] = {{"tool", &to->tool},
                 {"data_source", &to->data_source},
                 {"data_explanation", &to->data_explanation},
                 {"excluded_because", &to->excluded_because}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (strcmp(item->string, texts[i].key) == 0) return tilt__spec_text(r, item, texts[i].text);
    return tilt__fail(
        r->err, TILT_ESPEC,
        "spec, \"summary\": unknown key \"%.60s\"; expected of, tool, distribution_date, data_source, "
        "data_explanation or excluded_because",
        item->string);
}

tilt_status tilt__spec_summary(tilt__spec_reader *r, const cJSON *value, void *target) {
    (void)target;
    if (!cJSON_IsObject(value)) return read_kinds(r, value);
    const cJSON *item;
    cJSON_ArrayForEach(item, value) {
        tilt_status status = read_member(r, item);
        if (status != TILT_OK) return status;
    }
    return TILT_OK;
}
