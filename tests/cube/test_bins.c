/* tests/cube/test_bins.c - bins of scores: what they keep and how far they move a score. Expected values by
 * hand; the rest are properties over made-up scores. */
#include <criterion/criterion.h>
#include <string.h>

#include "cube/bins.h"

static tilt__decimal decimal(const char *text) {
    tilt__decimal value = {0};
    cr_assert(tilt__decimal_parse(text, strlen(text), &value), "%s", text);
    return value;
}

static tilt__reduced_people bins(unsigned n, const char *cut) {
    return (tilt__reduced_people){n, decimal(cut), NULL};
}

static void expect_bin(const char *score, unsigned n, const char *cut, const char *end) {
    char text[TILT__DECIMAL_TEXT];
    const tilt__reduced_people people = bins(n, cut);
    tilt__decimal_print(tilt__bin_of(decimal(score), &people), text);
    cr_expect_str_eq(text, end, "%s became %s, not %s", score, text, end);
}

Test(bins, begin_with_their_lower_end) {
    expect_bin("0", 10, "0.5", "0");
    expect_bin("0.0999999", 10, "0.5", "0");
    expect_bin("0.1", 10, "0.5", "0.1");
    expect_bin("0.999999999999999", 1000, "0.5", "0.999");
    expect_bin("1", 1000, "0.5", "1");
    expect_bin("-0.0001", 1000, "0.5", "-0.001");
    expect_bin("712.25", 10, "0.5", "712.2");
}

Test(bins, are_split_at_the_cut_and_above_one) {
    expect_bin("0.36", 10, "0.37", "0.3");
    expect_bin("0.37", 10, "0.37", "0.37");
    expect_bin("0.399", 10, "0.37", "0.37");
    expect_bin("0.4", 10, "0.37", "0.4");
    expect_bin("1.0001", 10, "0.5", "1.05");
    expect_bin("1.1", 10, "0.5", "1.1");
    expect_bin("1.01", 10, "1.04", "1.02"); /* between 1 and a cut of 1.04 */
    expect_bin("1.05", 10, "1.04", "1.04");
    expect_bin("-0.5", 10, "-0.55", "-0.5");
    expect_bin("-0.52", 10, "-0.55", "-0.55");
}

/* splitmix64 (Steele, Lea and Flood 2014) */
static uint64_t draw(uint64_t *state) {
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

Test(bins, keep_order_and_sides_and_move_a_score_by_less_than_a_bin) {
    static const unsigned counts[] = {10, 20, 50, 100, 1000, 1000000};
    static const char *const cuts[] = {"0.5", "0.37", "0.123456789", "1.0000004", "-0.25"};
    uint64_t state = 11;
    for (unsigned i = 0; i < 60000; i++) {
        tilt__reduced_people people = bins(counts[i % 6], cuts[i / 6 % 5]);
        tilt__decimal a = {(tilt__i128)(draw(&state) % 3000000000000000u) - 1000000000000000};
        tilt__decimal b = {(tilt__i128)(draw(&state) % 3000000000000000u) - 1000000000000000};
        tilt__decimal x = tilt__bin_of(a, &people), y = tilt__bin_of(b, &people);
        tilt__i128 width = TILT__DECIMAL_SCALE / people.bins, moved = a.units - x.units;
        cr_assert(moved < width && -moved < width);
        cr_assert_eq(tilt__decimal_compare(a, people.cut) >= 0, tilt__decimal_compare(x, people.cut) >= 0);
        cr_assert_eq(a.units > TILT__DECIMAL_SCALE, x.units > TILT__DECIMAL_SCALE);
        if (tilt__decimal_compare(a, b) <= 0) cr_assert(tilt__decimal_compare(x, y) <= 0);
        tilt__decimal again = tilt__bin_of(x, &people);
        cr_assert(people.bins == 1000000 || tilt__decimal_compare(again, x) == 0);
    }
}
