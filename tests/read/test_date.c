/* Cells as days: styles, and the decision between day first and month first. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "read/date.h"

static tilt__date_style decide(const char *const *cells, size_t n, bool serial_ok) {
    tilt__date_votes votes = {0};
    for (size_t i = 0; i < n; i++) tilt__date_observe(&votes, cells[i], strlen(cells[i]));
    return tilt__date_decide(&votes, serial_ok);
}
#define DECIDE(serial_ok, ...)                                                                               \
    decide((const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *),  \
           serial_ok)

static const char *day_of(const char *text, tilt__date_style style) {
    static char printed[16];
    int64_t day = 0;
    tilt__date_kind kind = tilt__date_parse(text, strlen(text), style, &day);
    if (kind == TILT__DATE_MISSING) return "missing";
    if (kind == TILT__DATE_UNCLEAR) return "unclear";
    if (kind == TILT__NOT_A_DATE) return "none";
    tilt__day_print(day, printed);
    return printed;
}

/* 1970-01-01 is day 0; 2000-03-01 is day 11017 (10957 days to 2000-01-01, then 31 + 29). */
Test(date, days_count_from_1970) {
    int64_t day = -1;
    cr_expect(tilt__day_from_civil(1970, 1, 1, &day) && day == 0);
    cr_expect(tilt__day_from_civil(2000, 3, 1, &day) && day == 11017);
    cr_expect(tilt__day_from_civil(1969, 12, 31, &day) && day == -1);
    cr_expect_not(tilt__day_from_civil(2023, 2, 29, &day));
    cr_expect_not(tilt__day_from_civil(1900, 2, 29, &day));
    cr_expect(tilt__day_from_civil(2000, 2, 29, &day));
    cr_expect_not(tilt__day_from_civil(2023, 13, 1, &day));
    cr_expect_not(tilt__day_from_civil(0, 1, 1, &day));
}

/* Every day of 400 years follows the one before, and prints back to itself. */
Test(date, printing_is_the_inverse_of_counting) {
    int64_t day = 0, previous = 0;
    cr_assert(tilt__day_from_civil(1899, 12, 31, &previous));
    for (int year = 1900; year < 2300; year++)
        for (unsigned month = 1; month <= 12; month++)
            for (unsigned d = 1; d <= 31; d++) {
                char printed[16], expected[24];
                if (!tilt__day_from_civil(year, month, d, &day)) continue;
                cr_assert_eq(day, previous + 1);
                previous = day;
                tilt__day_print(day, printed);
                (void)snprintf(expected, sizeof expected, "%04d-%02u-%02u", year, month, d);
                cr_assert_str_eq(printed, expected);
            }
}

Test(date, styles_are_recognised_from_the_column) {
    cr_expect_eq(DECIDE(false, "2020-08-26", "2020-08-27"), TILT__DATE_YMD);
    cr_expect_eq(DECIDE(false, "2022/12/27", ""), TILT__DATE_YMD);
    cr_expect_eq(DECIDE(false, "2023-11-11|01"), TILT__DATE_YMD);
    cr_expect_eq(DECIDE(false, "2024-04-01T00:00:00.000-07:00"), TILT__DATE_YMD);
    cr_expect_eq(DECIDE(false, "2020-08-26", "Ongoing"), TILT__DATE_YMD);
    cr_expect_eq(DECIDE(false, "26.08.2020", "01.09.2020"), TILT__DATE_DMY);
    cr_expect_eq(DECIDE(false, "3/4/2025", "3/29/2025"), TILT__DATE_MDY);
    cr_expect_eq(DECIDE(false, "3/4/2025", "29/3/2025"), TILT__DATE_DMY);
    cr_expect_eq(DECIDE(false, "Mar 01, 2024", "Mar 02, 2024"), TILT__DATE_WORDS);
    cr_expect_eq(DECIDE(false, "1. Juli 2025"), TILT__DATE_WORDS);
    cr_expect_eq(DECIDE(true, "44088.0", "44118"), TILT__DATE_SERIAL);
    cr_expect_eq(DECIDE(true, "20200826"), TILT__DATE_YMD);
}

Test(date, numbers_are_no_dates_unless_the_column_is_one) {
    cr_expect_eq(DECIDE(false, "44088", "44118"), TILT__DATE_NONE);
    cr_expect_eq(DECIDE(false, "20200826"), TILT__DATE_NONE);
    cr_expect_eq(DECIDE(true, "12", "31"), TILT__DATE_NONE);
    cr_expect_eq(DECIDE(false, "18-24", "25-34"), TILT__DATE_NONE);
    cr_expect_eq(DECIDE(false, "", "--"), TILT__DATE_NONE);
}

Test(date, order_that_no_cell_shows_is_refused) {
    cr_expect_eq(DECIDE(false, "3/4/2025", "5/6/2025"), TILT__DATE_AMBIGUOUS);
    cr_expect_eq(DECIDE(false, "29/3/2025", "3/29/2025"), TILT__DATE_MIXED);
    cr_expect_eq(DECIDE(false, "2025-03-04", "4.3.2025"), TILT__DATE_MIXED);
    /* the order makes no difference */
    cr_expect_eq(DECIDE(false, "3/3/2025", "5/5/2025"), TILT__DATE_DMY);
    cr_expect_str_eq(day_of("3/4/2025", TILT__DATE_AMBIGUOUS), "unclear");
}

Test(date, cells_read_in_the_style_of_their_column) {
    cr_expect_str_eq(day_of("2020-08-26", TILT__DATE_YMD), "2020-08-26");
    cr_expect_str_eq(day_of("3/4/2025", TILT__DATE_DMY), "2025-04-03");
    cr_expect_str_eq(day_of("3/4/2025", TILT__DATE_MDY), "2025-03-04");
    cr_expect_str_eq(day_of("13/4/2025", TILT__DATE_MDY), "none");
    cr_expect_str_eq(day_of("Jul 8, 2025", TILT__DATE_WORDS), "2025-07-08");
    cr_expect_str_eq(day_of("8 juil. 2025", TILT__DATE_WORDS), "2025-07-08");
    cr_expect_str_eq(day_of("31. M\xc3\xa4rz 2024", TILT__DATE_WORDS), "2024-03-31");
    /* a spreadsheet's 44088 is 14 September 2020: 43831 is 2020-01-01, and 257 days later */
    cr_expect_str_eq(day_of("44088.0", TILT__DATE_SERIAL), "2020-09-14");
    cr_expect_str_eq(day_of("Ongoing", TILT__DATE_YMD), "missing");
    cr_expect_str_eq(day_of("2020-02-30", TILT__DATE_YMD), "none");
    cr_expect_str_eq(day_of("2020-08-26x", TILT__DATE_YMD), "none");
    cr_expect_str_eq(day_of("soon", TILT__DATE_YMD), "none");
}

Test(date, periods_are_found_in_titles) {
    static const struct {
        const char *text, *from, *to;
    } cases[] = {{"July 8, 2025 - July 31, 2025", "2025-07-08", "2025-07-31"},
                 {"Report Time: 7/1/2024 - 7/31/2024", "2024-07-01", "2024-07-31"},
                 {"Date Range:,2022/12/27 to 2022/12/28", "2022-12-27", "2022-12-28"},
                 {"1. Juli 2025 - 31. Juli 2025", "2025-07-01", "2025-07-31"},
                 {"Week of 2024-01-01", "2024-01-01", "2024-01-01"},
                 {"7/1/2024 - 8/2/2024", NULL, NULL},
                 {"All time", NULL, NULL},
                 {"Account ID,20200826", NULL, NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t from = 0, to = 0;
        char first[16], last[16];
        bool found = tilt__date_find_period(cases[i].text, strlen(cases[i].text), &from, &to);
        cr_expect_eq(found, cases[i].from != NULL, "%s", cases[i].text);
        if (!found || cases[i].from == NULL) continue;
        tilt__day_print(from, first);
        tilt__day_print(to, last);
        cr_expect_str_eq(first, cases[i].from, "%s", cases[i].text);
        cr_expect_str_eq(last, cases[i].to, "%s", cases[i].text);
    }
}
