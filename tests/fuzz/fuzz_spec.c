/* Fuzz target: any bytes as a spec. A refusal has words; a spec that is accepted can be laid over itself or
 * refused with words. */
#include <stdlib.h>

#include "fuzz/fuzz.h"
#include "tiltmeter/spec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    tilt_error err = {0};
    const char *json = (const char *)data;
    tilt_spec *spec = tilt_spec_from_json(json, n, ".", &err);
    if (spec == NULL) {
        if (err.status == TILT_OK || err.message[0] == '\0') abort();
        return 0;
    }
    if (tilt_spec_overlay(spec, json, n, &err) != TILT_OK && err.message[0] == '\0') abort();
    (void)tilt_spec_has_gate(spec);
    tilt_spec_free(spec);
    return 0;
}
