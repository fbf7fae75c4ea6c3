/* Numbers as people read them. */
#include <criterion/criterion.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/numerals.h"

#define T "\xE2\x80\xAF" /* narrow no-break space */

/* `written` against the text expected, and the buffer emptied. */
static void expect(tilt__buf *written, const char *text) {
    cr_expect_str_eq(tilt__buf_get(written), text);
    tilt__buf_reset(written);
}

Test(numerals, ratios_have_three_significant_digits) {
    tilt__buf out = TILT__BUF_INIT;
    static const struct {
        double ratio;
        const char *text;
    } cases[] = {{0.62, "0.620"},         {0.7963021, "0.796"}, {12.345, "12.3"}, {1234.5, "1" T "234"},
                 {0.00123456, "0.00123"}, {1, "1.00"},          {0, "0"},         {0.0999, "0.0999"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        tilt__numeral_ratio(cases[i].ratio, 0.8, &out);
        expect(&out, cases[i].text);
    }
    tilt__numeral_ratio(INFINITY, 0.8, &out);
    expect(&out, "infinite");
    tilt__buf_free(&out);
}

Test(numerals, never_rounds_onto_or_across_a_threshold) {
    tilt__buf out = TILT__BUF_INIT;
    static const struct {
        double ratio;
        const char *text;
    } cases[] = {{0.7996, "0.7996"}, {0.79996, "0.79996"}, {0.8, "0.800"},     {0.80001, "0.80001"},
                 {0.9999, "0.9999"}, {1.0003, "1.0003"},   {1.2496, "1.2496"}, {1.25, "1.25"},
                 {1.2504, "1.2504"}, {0.7949, "0.795"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        tilt__numeral_ratio(cases[i].ratio, 0.8, &out);
        expect(&out, cases[i].text);
    }
    /* 8/10 over 10/10 in floating point stands on the threshold, however it was computed */
    tilt__numeral_ratio(0.1 * 8, 0.8, &out);
    expect(&out, "0.800");
    tilt__buf_free(&out);
}

/* Property: the text, read back, is on the same side of the band's edges and of 1 as the number. */
Test(numerals, text_and_number_agree_about_the_band) {
    uint64_t state = 7;
    for (int i = 0; i < 20000; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        double u = (double)(state >> 11) * 0x1p-53;
        double ratio = i % 2 == 0 ? 0.2 + 2 * u : 0.8 + (u - 0.5) * 1e-4;
        tilt__buf out = TILT__BUF_INIT;
        tilt__numeral_ratio(ratio, 0.8, &out);
        double shown = strtod(tilt__buf_get(&out), NULL);
        static const double edges[] = {0.8, 1, 1.25};
        for (size_t k = 0; k < 3; k++)
            cr_assert_eq(shown < edges[k], ratio < edges[k], "%.17g became %s", ratio, tilt__buf_get(&out));
        tilt__buf_free(&out);
    }
}

Test(numerals, counts_part_thousands) {
    tilt__buf out = TILT__BUF_INIT;
    tilt__numeral_count(12183, &out);
    expect(&out, "12" T "183");
    tilt__numeral_count(999, &out);
    expect(&out, "999");
    tilt__numeral_count(1234567.5, &out);
    expect(&out, "1" T "234" T "567.5");
    tilt__numeral_count(-1288, &out);
    expect(&out, "\xE2\x88\x92"
                 "1" T "288");
    tilt__numeral_about(12437, &out);
    expect(&out, "12" T "400");
    tilt__numeral_about(99960, &out);
    expect(&out, "100" T "000");
    tilt__numeral_about(83.4, &out);
    expect(&out, "83");
    tilt__buf_free(&out);
}

Test(numerals, shares_never_say_none_or_all_unless_it_is) {
    tilt__buf out = TILT__BUF_INIT;
    static const struct {
        double share;
        const char *text;
    } cases[] = {{0.31, "31.0" T "%"},   {0, "0.0" T "%"},      {1, "100.0" T "%"},
                 {0.0004, "0.04" T "%"}, {0.0005, "0.1" T "%"}, {0.99996, "99.996" T "%"},
                 {0.077045, "7.7" T "%"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        tilt__numeral_share(cases[i].share, &out);
        expect(&out, cases[i].text);
    }
    tilt__numeral_rate(0.0123456, &out);
    expect(&out, "1.23" T "%");
    tilt__numeral_rate(0.18876, &out);
    expect(&out, "18.9" T "%");
    tilt__buf_free(&out);
}

Test(numerals, p_values_keep_their_size) {
    tilt__buf out = TILT__BUF_INIT;
    tilt__numeral_p(0.00943, NAN, &out);
    expect(&out, "0.00943");
    tilt__numeral_p(0.04996, NAN, &out);
    expect(&out, "0.04996");
    tilt__numeral_p(2.1e-9, NAN, &out);
    expect(&out, "2.1" T "\xC3\x97" T "10\xE2\x81\xBB\xE2\x81\xB9");
    tilt__numeral_p(0, -6333461182.4, &out); /* ten thousand million people: more digits than an int holds */
    expect(&out, "below "
                 "10\xE2\x81\xBB\xE2\x81\xB6\xC2\xB3\xC2\xB3\xC2\xB3\xE2\x81\xB4\xE2\x81\xB6\xC2\xB9\xC2\xB9"
                 "\xE2\x81\xB8\xC2\xB2");
    tilt__numeral_p(0, -2498.4, &out); /* 10^-2498.4 = 4.0 x 10^-2499 */
    expect(&out, "4.0" T "\xC3\x97" T "10\xE2\x81\xBB\xC2\xB2\xE2\x81\xB4\xE2\x81\xB9\xE2\x81\xB9");
    tilt__buf_free(&out);
}

Test(numerals, points_have_a_sign) {
    tilt__buf out = TILT__BUF_INIT;
    tilt__numeral_points(-0.14164542824654186, &out);
    expect(&out, "\xE2\x88\x92"
                 "14.2");
    tilt__numeral_points(0.0360284829, &out);
    expect(&out, "+3.60");
    tilt__buf_free(&out);
}

Test(numerals, comma_locale_changes_nothing) {
    static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8"};
    for (size_t i = 0; i < 3; i++)
        if (setlocale(LC_ALL, names[i]) != NULL) break;
    tilt__buf out = TILT__BUF_INIT;
    tilt__numeral_ratio(0.79996, 0.8, &out);
    expect(&out, "0.79996");
    tilt__numeral_exact(0.1, &out);
    expect(&out, "0.1");
    setlocale(LC_ALL, "C");
    tilt__buf_free(&out);
}
