/* Fuzz target: a cell as a number. The first byte picks the decimal mark.
 * What is read without knowing the mark must be what one of the marks gives. */
#include <stdlib.h>
#include <string.h>

#include "fuzz/fuzz.h"
#include "read/number.h"
#include "read/vocabulary.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    static const char marks[] = {0, '.', ','};
    if (n == 0) return 0;
    const char *text = (const char *)data + 1;
    tilt__number unknown, point, comma, any;
    tilt__number_kind kind = tilt__number_parse(text, n - 1, 0, &unknown);
    tilt__number_kind with_point = tilt__number_parse(text, n - 1, '.', &point);
    tilt__number_kind with_comma = tilt__number_parse(text, n - 1, ',', &comma);
    if (kind == TILT__NUMBER) {
        bool as_point = with_point == TILT__NUMBER && tilt__decimal_compare(unknown.value, point.value) == 0;
        bool as_comma = with_comma == TILT__NUMBER && tilt__decimal_compare(unknown.value, comma.value) == 0;
        if (!as_point && !as_comma) abort();
        if (with_point == TILT__NUMBER && with_comma == TILT__NUMBER && !(as_point && as_comma)) abort();
    }
    bool read_with_a_mark = with_point == TILT__NUMBER || with_point == TILT__NUMBER_INTERVAL ||
                            with_comma == TILT__NUMBER || with_comma == TILT__NUMBER_INTERVAL;
    if (kind == TILT__NUMBER_AMBIGUOUS && !read_with_a_mark) abort();
    (void)tilt__number_parse(text, n - 1, marks[data[0] % 3], &any);
    if (memchr(any.currency, '\0', sizeof any.currency) == NULL) abort();
    (void)tilt__number_is_damaged_id(text, n - 1);
    (void)tilt__value_is_personal(text, n - 1);
    (void)tilt__value_is_unknown(text, n - 1);
    (void)tilt__result_stage(text, n - 1);
    return 0;
}
