/* Exact decimals: what is read is what is printed, sums do not round, and rounding is half away from zero. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/decimal.h"

static tilt__decimal parse(const char *text) {
    tilt__decimal value = {0};
    cr_assert(tilt__decimal_parse(text, strlen(text), &value), "cannot read %s", text);
    return value;
}

static void expect_text(const char *in, const char *out) {
    char text[TILT__DECIMAL_TEXT];
    tilt__decimal_print(parse(in), text);
    cr_assert_str_eq(text, out, "%s became %s, not %s", in, text, out);
}

Test(decimal, prints_what_it_read) {
    expect_text("0", "0");
    expect_text("-0.5", "-0.5");
    expect_text("12.89", "12.89");
    expect_text("0.077695852534562", "0.077695852534562");
    expect_text("100", "100");
    expect_text("00012.500", "12.5");
    expect_text("1.20253E+17", "120253000000000000");
    expect_text("5e-15", "0.000000000000005");
    expect_text("99999999999999999999999", "99999999999999999999999");
}

/* Values across the machine words that digits are made from, down to every place. */
Test(decimal, prints_every_place_of_large_and_small_numbers) {
    char digits[] = "98765432109876543210987.098765432109876", text[64];
    size_t point = strcspn(digits, ".");
    for (size_t from = 0; from < point; from++) {
        for (size_t places = 0; places <= 15; places++) {
            size_t n = point - from + (places > 0 ? places + 1 : 0);
            memcpy(text + 1, digits + from, n);
            while (places > 0 && text[n] == '0') n--;
            if (text[n] == '.') n--;
            text[n + 1] = '\0';
            text[0] = '-';
            size_t zeros = n > 1 && text[1] == '0' && text[2] != '.' ? 1 : 0;
            expect_text(text + 1, text + 1 + zeros);
            if (zeros == 0 && strcmp(text, "-0") != 0) expect_text(text, text);
        }
    }
}

/* As DuckDB, PostgreSQL and Spark round when they cast to DECIMAL(38, 15). */
Test(decimal, rounds_half_away_from_zero_at_the_fifteenth_place) {
    expect_text("0.0000000000000005", "0.000000000000001");
    expect_text("0.1234567890123445", "0.123456789012345");
    expect_text("-0.1234567890123445", "-0.123456789012345");
    expect_text("0.00000000000000049999", "0");
    expect_text("0.0000000000000015", "0.000000000000002");
    expect_text("0.00000000000000050001", "0.000000000000001");
}

Test(decimal, refuses_what_is_not_a_number) {
    static const char *const bad[] = {"",   "-", ".", "1.2.3", "1e", "abc", "1 2", "100000000000000000000000",
                                      "0x1"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        tilt__decimal value;
        cr_assert_not(tilt__decimal_parse(bad[i], strlen(bad[i]), &value), "%s was read", bad[i]);
    }
}

Test(decimal, tenth_added_ten_times_is_one) {
    tilt__decimal sum = {0};
    for (int i = 0; i < 10; i++) cr_assert(tilt__decimal_add(sum, parse("0.1"), &sum));
    cr_assert_eq(tilt__decimal_compare(sum, parse("1")), 0);
    cr_assert(tilt__decimal_is_integer(sum));
}

Test(decimal, overflow_is_refused) {
    tilt__decimal big = parse("99999999999999999999999"), sum;
    cr_assert_not(tilt__decimal_add(big, big, &sum));
}

Test(decimal, converts_to_the_nearest_double) {
    cr_assert_eq(tilt__decimal_to_double(parse("0.1")), 0.1);
    cr_assert_eq(tilt__decimal_to_double(parse("-1234.5678")), -1234.5678);
    cr_assert_eq(tilt__decimal_to_double(parse("9007199254740993")), 9007199254740992.0);
}

/* The edge of 64 bits of units is at 9223.372...; both sides of it, and of 2^48, by the text of the number.
 */
Test(decimal, whole_numbers_below_two_to_the_48_are_told_from_all_else) {
    static const struct {
        const char *text;
        bool whole;
        long long value;
    } cases[] = {{"0", true, 0},
                 {"-1", true, -1},
                 {"9223", true, 9223},
                 {"9224", true, 9224},
                 {"-9224", true, -9224},
                 {"281474976710655", true, 281474976710655},
                 {"-281474976710655", true, -281474976710655},
                 {"281474976710656", false, 0},
                 {"-281474976710656", false, 0},
                 {"99999999999999999999999", false, 0},
                 {"0.000000000000001", false, 0},
                 {"9223.5", false, 0},
                 {"281474976710654.999999999999999", false, 0},
                 {"-281474976710654.000000000000001", false, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t value = 0;
        bool whole = tilt__decimal_is_whole(parse(cases[i].text), &value);
        cr_expect_eq(whole, cases[i].whole, "%s", cases[i].text);
        if (whole) cr_expect_eq(value, cases[i].value, "%s", cases[i].text);
    }
    uint64_t state = 5;
    for (int i = 0; i < 200000; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        int64_t wanted = (int64_t)(state >> 16) % TILT__DECIMAL_WHOLE >> (i % 40), value = 0;
        cr_assert(tilt__decimal_is_whole(tilt__decimal_from_int(wanted), &value) && value == wanted);
        tilt__decimal beside = {tilt__decimal_from_int(wanted).units + (i % 2 == 0 ? 1 : -1)};
        cr_assert_not(tilt__decimal_is_whole(beside, &value));
    }
}
