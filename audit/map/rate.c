/* map/rate.c - the table of stages; kinds of a rate follow from it (design: Rules of counting). */
#include "map/rate.h"

#include <string.h>

#include "read/range.h"

static const tilt__stage stages[] = {
    {"population", 0, TILT__UNIT_PERSON, "targeting", true},
    {"eligible", 1, TILT__UNIT_PERSON, "targeting", true},
    {"targeted", 2, TILT__UNIT_PERSON, "targeting", true},
    {"reach", 3, TILT__UNIT_PERSON, "delivery", false},
    {"impressions", 4, TILT__UNIT_EVENT, "delivery", false},
    {"clicks", 5, TILT__UNIT_EVENT, "response", false},
    {"conversions", 6, TILT__UNIT_EVENT, "response", false},
};

const tilt__stage *tilt__stages(size_t *out_n) {
    *out_n = sizeof stages / sizeof *stages;
    return stages;
}

const tilt__stage *tilt__stage_find(const char *name) {
    for (size_t i = 0; i < sizeof stages / sizeof *stages; i++) {
        if (strcmp(stages[i].name, name) == 0) return &stages[i];
    }
    return NULL;
}

const tilt__stage *tilt__stage_of_measure(const char *measure) {
    size_t n;
    (void)tilt__range_split(measure, &n);
    for (size_t i = 0; i < sizeof stages / sizeof *stages; i++) {
        if (strlen(stages[i].name) == n && memcmp(stages[i].name, measure, n) == 0) return &stages[i];
    }
    return NULL;
}

tilt__rate_kind tilt__rate_kind_of(const tilt__rate_spec *rate, bool of_is_cost) {
    if (rate->kind != TILT__RATE_AUTO) return rate->kind;
    if (of_is_cost) return TILT__RATE_RATIO;
    const tilt__stage *of = tilt__stage_find(rate->of), *per = tilt__stage_find(rate->per);
    bool of_events = of != NULL && of->unit == TILT__UNIT_EVENT;
    bool per_events = per != NULL && per->unit == TILT__UNIT_EVENT;
    if (of_events && per_events) return TILT__RATE_EVENT;
    if (of_events || per_events) return TILT__RATE_RATIO;
    return TILT__RATE_PERSON;
}
