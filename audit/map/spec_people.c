/* map/spec_people.c - the keys of a spec about person rows: decisions, scores, thresholds. */
#include <math.h>

#include "map/spec_read.h"
#include "map/spec_text.h"
#include "read/reduced.h"

tilt_status tilt__spec_decisions(tilt__spec_reader *r, const cJSON *value, void *target) {
    tilt__people_spec *people = target;
    return tilt__spec_names(r, value, &people->decisions, &people->n_decisions);
}

tilt_status tilt__spec_scores(tilt__spec_reader *r, const cJSON *value, void *target) {
    tilt__people_spec *people = target;
    return tilt__spec_names(r, value, &people->scores, &people->n_scores);
}

tilt_status tilt__spec_threshold(tilt__spec_reader *r, const cJSON *value, void *target) {
    return tilt__spec_bounded(r, value, target, -1e300, 1e300, "a score such as 0.5");
}

/* [0.3, 0.7], or the texts of an option */
tilt_status tilt__spec_operating_range(tilt__spec_reader *r, const cJSON *value, void *target) {
    static const char wanted[] = "two scores, the lower first, such as 0.3,0.7";
    tilt__people_spec *people = target;
    bool ok = tilt__spec_range(value, &people->operating_low, &people->operating_high);
    return ok ? TILT_OK : tilt__spec_wrong(r, value, wanted);
}

tilt_status tilt__spec_memory(tilt__spec_reader *r, const cJSON *value, void *target) {
    return tilt__spec_bounded(r, value, target, 0.001, 1e9, "a number of MiB such as 2048");
}

tilt_status tilt__spec_bins(tilt__spec_reader *r, const cJSON *value, void *target) {
    static const char wanted[] =
        "a number of bins that 10 divides and that divides 1000000: 100, 1000, 10000 ...";
    double *out = target;
    tilt_status status = tilt__spec_bounded(r, value, out, TILT__FEWEST_BINS, TILT__MOST_BINS, wanted);
    bool ok = status != TILT_OK || (*out == floor(*out) && tilt__reduced_bins_ok((unsigned)*out));
    return ok ? status : tilt__spec_wrong(r, value, wanted);
}

tilt_status tilt__spec_replicates(tilt__spec_reader *r, const cJSON *value, void *target) {
    static const char wanted[] = "a whole number of replicates from 100 to 1000000, or 0 for none";
    double *out = target;
    tilt_status status = tilt__spec_bounded(r, value, out, 0, 1e6, wanted);
    bool ok = status != TILT_OK || *out == floor(*out);
    if (status == TILT_OK && *out > 0) ok = ok && *out >= 100;
    return ok ? status : tilt__spec_wrong(r, value, wanted);
}
