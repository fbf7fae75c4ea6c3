/* The smallest use of the installed library: it says which version it is, and a bad spec is an error, not an
 * exit. */
#include <stdio.h>
#include <string.h>
#include <tiltmeter/base.h>
#include <tiltmeter/spec.h>

int main(void) {
    static const char json[] = "{\"audiense\": [\"gender\"]}";
    tilt_error err = {0};
    tilt_spec *spec = tilt_spec_from_json(json, strlen(json), NULL, &err);
    if (spec != NULL) {
        tilt_spec_free(spec);
        return 1;
    }
    printf("tiltmeter %s: %s error: %s\n", tilt_version(), tilt_status_name(err.status), err.message);
    return err.status == TILT_ESPEC && strcmp(tilt_version(), TILT_VERSION) == 0 ? 0 : 1;
}
