/* measure/ages.c - a label into a band of ages: numbers and the few marks between and around them. */
#include "measure/ages.h"

#include <string.h>

enum { OLDEST = 200 };

static const char *skip_blanks(const char *at) {
    while (*at == ' ') at++;
    return at;
}

/* A whole number below OLDEST. */
static const char *read_age(const char *at, int *out) {
    const char *start = at = skip_blanks(at);
    for (*out = 0; *at >= '0' && *at <= '9' && *out < OLDEST; at++) *out = *out * 10 + (*at - '0');
    return at > start && *out < OLDEST ? skip_blanks(at) : NULL;
}

/* Past the first of the marks that stands at `at`, or NULL. */
static const char *read_mark(const char *at, const char *const *marks, size_t n) {
    for (size_t i = 0; i < n; i++) {
        size_t length = strlen(marks[i]);
        if (strncmp(at, marks[i], length) == 0) return at + length;
    }
    return NULL;
}

bool tilt__age_band(const char *label, int *out_low, int *out_high) {
    static const char *const below[] = {"<", "under ", "Under ", "below "};
    static const char *const between[] = {"-", "\xe2\x80\x93", "\xe2\x80\x90", "to "};
    static const char *const above[] = {"+",         "or more",  "or over", "and over",
                                        "and older", "or older", "plus"};
    const char *at = skip_blanks(label), *mark = read_mark(at, below, sizeof below / sizeof *below);
    if (mark != NULL) {
        mark = read_age(mark, out_high);
        *out_low = 0;
        *out_high -= 1;
        return mark != NULL && *mark == '\0' && *out_high >= 0;
    }
    at = read_age(at, out_low);
    if (at == NULL) return false;
    mark = read_mark(at, above, sizeof above / sizeof *above);
    if (mark != NULL) {
        *out_high = OLDEST;
        return *skip_blanks(mark) == '\0';
    }
    mark = read_mark(at, between, sizeof between / sizeof *between);
    if (mark != NULL) mark = read_age(mark, out_high);
    return mark != NULL && *mark == '\0' && *out_high >= *out_low;
}
