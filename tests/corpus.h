/* tests/corpus.h - the list of exports under tests/data/exports and what their writer put in: expected.tsv.
 */
#ifndef TILT_TESTS_CORPUS_H
#define TILT_TESTS_CORPUS_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define EXPORTS TILT_TEST_DIR "/data/exports/"

enum { FIELDS = 12 };

/* Cuts a line at tabs; the number of fields. */
static inline size_t corpus_split(char *line, char *fields[FIELDS]) {
    size_t n = 0;
    line[strcspn(line, "\n")] = '\0';
    for (char *at = line; n < FIELDS; at++) {
        fields[n++] = at;
        at += strcspn(at, "\t");
        if (*at == '\0') break;
        *at = '\0';
    }
    return n;
}

/* Calls `check` for every file; *out_good of them for which it is true, of those returned. */
static inline size_t corpus_each(bool (*check)(char *const fields[FIELDS]), size_t *out_good) {
    FILE *file = fopen(EXPORTS "expected.tsv", "r");
    char line[4096], *fields[FIELDS];
    size_t n = 0;
    cr_assert(file != NULL);
    for (*out_good = 0; fgets(line, sizeof line, file) != NULL;) {
        if (line[0] == '#') continue;
        cr_assert_eq(corpus_split(line, fields), (size_t)FIELDS, "line %s", line);
        *out_good += check(fields);
        n++;
    }
    (void)fclose(file);
    return n;
}

#endif
