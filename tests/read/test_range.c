/* Names and headers of columns that give limits. */
#include <criterion/criterion.h>

#include "read/range.h"
#include "read/vocabulary.h"

Test(range, a_name_ends_in_its_part) {
    size_t n;
    cr_expect_eq(tilt__range_split("impressions:min", &n), TILT__RANGE_MIN);
    cr_expect_eq(n, strlen("impressions"));
    cr_expect_eq(tilt__range_split("reach:share:max", &n), TILT__RANGE_MAX);
    cr_expect_eq(n, strlen("reach:share"));
    cr_expect_eq(tilt__range_split("impressions", &n), TILT__RANGE_NONE);
    cr_expect_eq(n, strlen("impressions"));
    cr_expect_eq(tilt__range_split("Impressions: Texas", NULL), TILT__RANGE_NONE);
    cr_expect_eq(tilt__range_split(":min", NULL), TILT__RANGE_NONE);
    for (unsigned p = TILT__RANGE_MIN; p < TILT__N_RANGE_PART; p++)
        cr_expect(tilt__range_part_name(p) != NULL);
}

static void expect_header(const char *header, tilt__range_part part, const char *stem, const char *unit) {
    tilt__buf normal = TILT__BUF_INIT, got = TILT__BUF_INIT, code = TILT__BUF_INIT;
    tilt__header_normalise(header, strlen(header), &normal, NULL);
    cr_expect_eq(tilt__range_of_header(tilt__buf_get(&normal), &got, &code), part, "%s", header);
    if (part != TILT__RANGE_NONE) {
        cr_expect_str_eq(tilt__buf_get(&got), stem, "%s", header);
        cr_expect_str_eq(tilt__buf_get(&code), unit, "%s", header);
    }
    tilt__buf_free(&normal);
    tilt__buf_free(&got);
    tilt__buf_free(&code);
}

Test(range, headers_say_which_end_of_what) {
    expect_header("impressions_min", TILT__RANGE_MIN, "impressions", "");
    expect_header("Impressions (max)", TILT__RANGE_MAX, "impressions", "");
    expect_header("Min. impressions", TILT__RANGE_MIN, "impressions", "");
    expect_header("impressions.lower_bound", TILT__RANGE_MIN, "impressions", "");
    expect_header("Upper bound of reach", TILT__RANGE_MAX, "reach", "");
    expect_header("Spend_Range_Max_EUR", TILT__RANGE_MAX, "spend", "EUR");
    expect_header("amount spent minimum", TILT__RANGE_MIN, "amount spent", "");
    expect_header("impressions", TILT__RANGE_NONE, "", "");
    expect_header("min max", TILT__RANGE_NONE, "", "");
    expect_header("lower", TILT__RANGE_NONE, "", "");
}
