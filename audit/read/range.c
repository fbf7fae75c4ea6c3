/* read/range.c - parts behind the colon of a name, and words for the ends of a range in headers. */
#include "read/range.h"

#include <string.h>

#include "read/chars.h"

static const char *const part_names[TILT__N_RANGE_PART] = {
    [TILT__RANGE_NONE] = NULL,
    [TILT__RANGE_MIN] = "min",
    [TILT__RANGE_MAX] = "max",
    [TILT__RANGE_CELL] = "range",
    [TILT__RANGE_SHARE] = "share",
    [TILT__RANGE_PERCENT] = "percent",
    [TILT__RANGE_EXACT_SHARE] = "exact_share",
    [TILT__RANGE_WHOLE] = "whole",
    [TILT__RANGE_WHOLE_MIN] = "whole_min",
    [TILT__RANGE_WHOLE_MAX] = "whole_max",
    [TILT__RANGE_OPEN] = "open",
};

const char *tilt__range_part_name(tilt__range_part part) {
    return (unsigned)part < TILT__N_RANGE_PART ? part_names[part] : NULL;
}

tilt__range_part tilt__range_split(const char *name, size_t *out_stem) {
    const char *colon = strrchr(name, ':');
    if (out_stem != NULL) *out_stem = strlen(name);
    if (colon == NULL || colon == name) return TILT__RANGE_NONE;
    for (unsigned p = TILT__RANGE_MIN; p < TILT__N_RANGE_PART; p++) {
        if (strcmp(colon + 1, part_names[p]) != 0) continue;
        if (out_stem != NULL) *out_stem = (size_t)(colon - name);
        return (tilt__range_part)p;
    }
    return TILT__RANGE_NONE;
}

static bool is_among(const char *word, size_t n, const char *const *words, size_t n_words) {
    for (size_t i = 0; i < n_words; i++)
        if (tilt__same_word(word, n, words[i])) return true;
    return false;
}
#define AMONG(word, n, words) is_among(word, n, words, sizeof(words) / sizeof *(words))

static bool is_code(const char *word, size_t n, char upper[4]) {
    if (n != 3) return false;
    for (size_t i = 0; i < 3; i++)
        upper[i] = (char)(word[i] >= 'a' && word[i] <= 'z' ? word[i] - 'a' + 'A' : word[i]);
    upper[3] = '\0';
    return tilt__is_currency(upper, 3);
}

tilt__range_part tilt__range_of_header(const char *normal, tilt__buf *stem, tilt__buf *unit) {
    static const char *const least[] = {"min", "minimum", "lower"}, *const most[] = {"max", "maximum",
                                                                                     "upper"};
    static const char *const fill[] = {"bound", "range", "limit", "of", "end"};
    static const char separators[] = " ._()[]-:";
    size_t n_least = 0, n_most = 0;
    for (const char *at = normal; *(at += strspn(at, separators)) != '\0';) {
        size_t n = strcspn(at, separators);
        char code[4];
        if (AMONG(at, n, least)) {
            n_least++;
        } else if (AMONG(at, n, most)) {
            n_most++;
        } else if (is_code(at, n, code)) {
            tilt__buf_text(unit, code);
        } else if (!AMONG(at, n, fill)) {
            if (stem->length > 0) tilt__buf_char(stem, ' ');
            tilt__buf_add(stem, at, n);
        }
        at += n;
    }
    if (n_least + n_most != 1 || stem->length == 0) return TILT__RANGE_NONE;
    return n_least == 1 ? TILT__RANGE_MIN : TILT__RANGE_MAX;
}
