/* cube/reading.c - the clock is looked at for the line on the terminal only; nothing that is read depends on
 * it. */
#define _POSIX_C_SOURCE 200809L
#include "cube/reading.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "read/source.h"

enum { NAME_BYTES = 40 };

static uint64_t now_ms(void) {
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

tilt__reading tilt__reading_start(const tilt_spec *spec, const tilt_source *source) {
    const char *name = tilt_source_name(source), *slash = strrchr(name, '/');
    return (tilt__reading){.spec = spec,
                           .name = slash != NULL ? slash + 1 : name,
                           .megabytes = (double)tilt__source_bytes(source) / 1e6,
                           .started = spec->on_progress != NULL ? now_ms() : 0};
}

bool tilt__reading_tell(const tilt__reading *reading, double done) {
    char what[96];
    int n = 0;
    if (reading->spec->on_progress == NULL) return true;
    double seconds = (double)(now_ms() - reading->started) / 1000;
    while (n < NAME_BYTES && reading->name[n] != '\0') n++;
    while (n > 0 && ((unsigned char)reading->name[n] & 0xC0) == 0x80) n--; /* whole characters */
    if (seconds > 0 && done > 0)
        (void)snprintf(what, sizeof what, "reading %.*s, %.0f MB/s", n, reading->name,
                       reading->megabytes * done / seconds);
    else
        (void)snprintf(what, sizeof what, "reading %.*s", n, reading->name);
    return reading->spec->on_progress(reading->spec->progress_user, what, done);
}

tilt_status tilt__reading_stopped(tilt_error *err) {
    return tilt__fail(err, TILT_ECANCELLED, "stopped on request");
}
