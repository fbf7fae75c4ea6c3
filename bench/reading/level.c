/* bench/reading/level.c - makes the program it is linked to look at bytes in the way that the environment
 * variable BENCH_LEVEL names (portable, SSE2, NEON, AVX2 or AVX-512), for measuring; the program that is
 * installed always takes the best there is. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cube/bulk.h"

__attribute__((constructor)) static void set_level(void) {
    const char *wanted = getenv("BENCH_LEVEL"); /* NOLINT(concurrency-mt-unsafe): before any thread */
    if (wanted == NULL) return;
    for (unsigned i = 0; i < TILT__N_SCAN_LEVEL; i++) {
        tilt__scan_level level = (tilt__scan_level)i;
        if (strcmp(tilt__scan_level_name(level), wanted) != 0 || !tilt__scan_level_runs(level)) continue;
        tilt__bulk_set(&(tilt__bulk_settings){.when = TILT__BULK_LARGE, .level_given = true, .level = level});
        return;
    }
    (void)fprintf(stderr, "BENCH_LEVEL %s does not run here\n", wanted);
    exit(2); /* NOLINT: a program of the bench, not the library */
}
