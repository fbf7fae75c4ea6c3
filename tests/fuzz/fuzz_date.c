/* Fuzz target: a cell as a day, and a period in free text. What is read prints as a day that reads back the
 * same. */
#include <stdlib.h>
#include <string.h>

#include "fuzz/fuzz.h"
#include "read/date.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    const char *text = (const char *)data;
    int64_t from = 0, to = 0;
    tilt__date_votes votes = {0};
    tilt__date_observe(&votes, text, n);
    (void)tilt__date_decide(&votes, true);
    for (tilt__date_style style = TILT__DATE_NONE; style < TILT__N_DATE_STYLE; style++) {
        int64_t day = 0, again = 0;
        char printed[16];
        if (tilt__date_parse(text, n, style, &day) != TILT__DATE) continue;
        tilt__day_print(day, printed);
        if (tilt__date_parse(printed, strlen(printed), TILT__DATE_YMD, &again) != TILT__DATE || again != day)
            abort();
        if ((votes.fits & 1u << style) == 0) abort();
    }
    if (tilt__date_find_period(text, n, &from, &to) && from > to) abort();
    return 0;
}
