/* base/text.c - alike and nearest; see text.h. */
#include "base/text.h"

#include <string.h>

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static const char *trim(const char *text, size_t *out_n) {
    while (blank(*text)) text++;
    size_t n = strlen(text);
    while (n > 0 && blank(text[n - 1])) n--;
    *out_n = n;
    return text;
}

bool tilt__text_alike(const char *a, const char *b) {
    size_t n_a, n_b;
    a = trim(a, &n_a);
    b = trim(b, &n_b);
    if (n_a != n_b) return false;
    for (size_t i = 0; i < n_a; i++) {
        if (lower(a[i]) != lower(b[i])) return false;
    }
    return true;
}

enum { LONGEST = 63 };

static size_t smallest(size_t a, size_t b, size_t c) {
    size_t m = a < b ? a : b;
    return m < c ? m : c;
}

/* Levenshtein distance, one row at a time; words longer than LONGEST are never near. */
static size_t distance(const char *a, const char *b) {
    size_t n_a = strlen(a), n_b = strlen(b), row[LONGEST + 1];
    if (n_a > LONGEST || n_b > LONGEST) return LONGEST;
    for (size_t j = 0; j <= n_b; j++) row[j] = j;
    for (size_t i = 1; i <= n_a; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= n_b; j++) {
            size_t above = row[j];
            size_t change = lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1;
            row[j] = smallest(above + 1, row[j - 1] + 1, diagonal + change);
            diagonal = above;
        }
    }
    return row[n_b];
}

bool tilt__text_same(const char *a, const char *b) {
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

const char *tilt__text_nearest(const char *word, const char *const *candidates, size_t n) {
    size_t best = strlen(word) / 3 + 1;
    const char *nearest = NULL;
    for (size_t i = 0; i < n; i++) {
        if (candidates[i] == NULL) continue;
        size_t d = distance(word, candidates[i]);
        if (d < best || (d == best && nearest == NULL && d <= strlen(word) / 3)) {
            best = d;
            nearest = candidates[i];
        }
    }
    return nearest;
}
