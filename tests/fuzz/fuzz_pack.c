/* Fuzz target: any bytes as an evidence pack. A refusal has words; a pack that is read is whole, or has words
 * that say why it is not. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/io.h"
#include "fuzz/fuzz.h"
#include "ledger/pack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    static char path[512];
    tilt_error err = {.status = TILT_OK};
    tilt__arena arena = {0};
    tilt__members members;
    cJSON *manifest = NULL;
    tilt__buf why = TILT__BUF_INIT;
    if (path[0] == '\0')
        (void)snprintf(path, sizeof path, "%s/tiltmeter-pack-%ld", tilt__temporary_folder(), (long)getpid());
    if (tilt__write_private_file(path, data, n, &err) != TILT_OK) abort();
    if (tilt__pack_read(path, &arena, &members, &manifest, &why, &err) != TILT_OK && err.message[0] == '\0')
        abort();
    tilt__remove_file(path);
    cJSON_Delete(manifest);
    tilt__buf_free(&why);
    tilt__arena_free(&arena);
    return 0;
}
