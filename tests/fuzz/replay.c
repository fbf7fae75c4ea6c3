/* Runs a fuzz target over the files of the directories named, once each: the committed corpus, without
 * libFuzzer. Every file is also tried cut short, and with single bytes changed by a seeded generator. */
#define _POSIX_C_SOURCE 200809L
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "fuzz/fuzz.h"

enum { LARGEST = 1 << 20, CHANGES = 40 };

static uint64_t next_random(uint64_t *state) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 33;
}

static void run(const uint8_t *bytes, size_t n) {
    /* a copy of exactly this size, so that a sanitizer sees one byte too far */
    uint8_t *copy = malloc(n == 0 ? 1 : n);
    if (copy == NULL) return;
    if (n > 0) memcpy(copy, bytes, n);
    (void)LLVMFuzzerTestOneInput(copy, n);
    free(copy);
}

static void run_changed(uint8_t *bytes, size_t n, uint64_t *state) {
    static const uint8_t likely[] = {'"', ',', ';', '\n', '\r', '\t', 0, 0xff, 0xef, '0', '.', ' ', '-'};
    if (n == 0) return;
    for (int i = 0; i < CHANGES; i++) {
        size_t at = next_random(state) % n;
        uint8_t old = bytes[at];
        uint64_t pick = next_random(state);
        bytes[at] = pick % 4 == 0 ? (uint8_t)(pick >> 8) : likely[pick % sizeof likely];
        run(bytes, n);
        bytes[at] = old;
        run(bytes, next_random(state) % n);
    }
}

static int run_file(const char *path, uint64_t *state) {
    static uint8_t bytes[LARGEST];
    FILE *file = fopen(path, "rb");
    if (file == NULL) return 0;
    size_t n = fread(bytes, 1, sizeof bytes, file);
    (void)fclose(file);
    run(bytes, n);
    run_changed(bytes, n, state);
    return 1;
}

static int by_name(const struct dirent **a, const struct dirent **b) {
    return strcmp((*a)->d_name, (*b)->d_name);
}

int main(int argc, char **argv) {
    int files = 0;
    uint64_t state = 20240401;
    run(NULL, 0);
    for (int i = 1; i < argc; i++) {
        struct dirent **entries = NULL;
        int n = scandir(argv[i], &entries, NULL, by_name);
        for (int e = 0; e < n; e++) {
            char path[1024];
            struct stat info;
            (void)snprintf(path, sizeof path, "%s/%s", argv[i], entries[e]->d_name);
            if (stat(path, &info) == 0 && S_ISREG(info.st_mode)) files += run_file(path, &state);
            free(entries[e]);
        }
        free(entries);
    }
    printf("%d files replayed\n", files);
    return files > 0 ? 0 : 1;
}
