/* tests/folder.h - a folder of its own for every test that writes files; it is the working directory while
 * the test runs and is gone afterwards. Include it first: it needs POSIX. */
#ifndef TILT_TESTS_FOLDER_H
#define TILT_TESTS_FOLDER_H

#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder_path[64];
static char folder_files[1100][64]; /* a thousand parts, and what is made of them */
static size_t folder_n;

static inline void folder_open(void) {
    (void)snprintf(folder_path, sizeof folder_path, "/tmp/tilt-test-XXXXXX");
    folder_n = 0;
    cr_assert(mkdtemp(folder_path) != NULL);
    cr_assert_eq(chdir(folder_path), 0);
}

static inline void folder_close(void) {
    for (size_t i = 0; i < folder_n; i++) (void)unlink(folder_files[i]);
    cr_assert_eq(chdir("/"), 0);
    cr_assert_eq(rmdir(folder_path), 0, "%s is not empty", folder_path);
}

/* Writes a file, replacing one of that name. */
static inline void folder_put(const char *name, const char *text) {
    FILE *file = fopen(name, "wb");
    cr_assert(file != NULL, "%s", name);
    cr_assert_eq(fwrite(text, 1, strlen(text), file), strlen(text));
    cr_assert_eq(fclose(file), 0);
    for (size_t i = 0; i < folder_n; i++) {
        if (strcmp(folder_files[i], name) == 0) return;
    }
    cr_assert(folder_n < sizeof folder_files / sizeof *folder_files);
    (void)snprintf(folder_files[folder_n++], sizeof *folder_files, "%s", name);
}

#define FOLDER .init = folder_open, .fini = folder_close

#endif
