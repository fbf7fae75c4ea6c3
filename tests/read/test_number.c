/* Cells as numbers: every text beside what it means, in each decimal mark. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "read/chars.h"
#include "read/date.h"
#include "read/number.h"
#include "read/vocabulary.h"

typedef struct reading {
    const char *text;
    char mark;
    tilt__number_kind kind;
    const char *value; /* as printed by tilt__decimal_print */
} reading;

static void check(const reading *cases, size_t n) {
    for (size_t i = 0; i < n; i++) {
        tilt__number number;
        char printed[TILT__DECIMAL_TEXT] = "";
        tilt__number_kind kind =
            tilt__number_parse(cases[i].text, strlen(cases[i].text), cases[i].mark, &number);
        cr_expect_eq(kind, cases[i].kind, "\"%s\" with '%c': kind %d, expected %d", cases[i].text,
                     cases[i].mark ? cases[i].mark : '?', (int)kind, (int)cases[i].kind);
        if (kind != TILT__NUMBER || cases[i].value == NULL) continue;
        (void)tilt__decimal_print(number.value, printed);
        cr_expect_str_eq(printed, cases[i].value, "\"%s\": %s, expected %s", cases[i].text, printed,
                         cases[i].value);
    }
}
#define CHECK(cases) check(cases, sizeof(cases) / sizeof *(cases))

Test(number, plain_and_grouped_numbers_read_in_the_mark_of_their_column) {
    static const reading cases[] = {
        {"0", 0, TILT__NUMBER, "0"},
        {"00123", 0, TILT__NUMBER, "123"},
        {"-5", '.', TILT__NUMBER, "-5"},
        {"+5", '.', TILT__NUMBER, "5"},
        {"\xe2\x88\x92"
         "5",
         '.', TILT__NUMBER, "-5"},
        {"9,236", '.', TILT__NUMBER, "9236"},
        {"9,236", ',', TILT__NUMBER, "9.236"},
        {"1.234", '.', TILT__NUMBER, "1.234"},
        {"1.234", ',', TILT__NUMBER, "1234"},
        {"1.234,56", ',', TILT__NUMBER, "1234.56"},
        {"1.234,56", 0, TILT__NUMBER, "1234.56"},
        {"1,234.56", 0, TILT__NUMBER, "1234.56"},
        {"1,234,567", 0, TILT__NUMBER, "1234567"},
        {"1.234.567", 0, TILT__NUMBER, "1234567"},
        {"1 234 567", '.', TILT__NUMBER, "1234567"},
        {"1\xc2\xa0"
         "234,5",
         ',', TILT__NUMBER, "1234.5"},
        {"1\xe2\x80\xaf"
         "234",
         0, TILT__NUMBER, "1234"},
        {"1'234.50", '.', TILT__NUMBER, "1234.5"},
        {"1\xe2\x80\x99"
         "234.50",
         0, TILT__NUMBER, "1234.5"},
        {".5", 0, TILT__NUMBER, "0.5"},
        {"0.125", 0, TILT__NUMBER, "0.125"}, /* a group does not begin with 0 */
        {"1234.567", 0, TILT__NUMBER, "1234.567"},
        {"12.5", 0, TILT__NUMBER, "12.5"},
        {"12,5", 0, TILT__NUMBER, "12.5"},
        {"44088.0", '.', TILT__NUMBER, "44088"},
        {"3.000000", '.', TILT__NUMBER, "3"},
        {"1.20253E+17", '.', TILT__NUMBER, "120253000000000000"},
        {"1,5E+3", ',', TILT__NUMBER, "1500"},
        {"  7 ", 0, TILT__NUMBER, "7"},
    };
    CHECK(cases);
}

Test(number, what_reads_two_ways_is_ambiguous_and_what_fits_neither_is_no_number) {
    static const reading cases[] = {
        {"1,234", 0, TILT__NUMBER_AMBIGUOUS, NULL},
        {"100.000", 0, TILT__NUMBER_AMBIGUOUS, NULL},
        {"$1,234", 0, TILT__NUMBER_AMBIGUOUS, NULL},
        {"1,23,456", '.', TILT__NOT_A_NUMBER, NULL},
        {"1,2345", '.', TILT__NOT_A_NUMBER, NULL},
        {"1,23", '.', TILT__NOT_A_NUMBER, NULL},
        {"12.50", ',', TILT__NOT_A_NUMBER, NULL},
        {"1.234.56", 0, TILT__NOT_A_NUMBER, NULL},
        {"1,234,56", '.', TILT__NOT_A_NUMBER, NULL},
        {"1.2.3", 0, TILT__NOT_A_NUMBER, NULL},
        {"12 34", '.', TILT__NOT_A_NUMBER, NULL},
        {"1 234,567 890", 0, TILT__NOT_A_NUMBER, NULL},
        {"5.", '.', TILT__NOT_A_NUMBER, NULL},
        {"1e5x", '.', TILT__NOT_A_NUMBER, NULL},
        {"0x10", '.', TILT__NOT_A_NUMBER, NULL},
        {"--5", '.', TILT__NOT_A_NUMBER, NULL},
        {"5-", '.', TILT__NOT_A_NUMBER, NULL},
        {"(5)", '.', TILT__NOT_A_NUMBER, NULL},
        {"inf", '.', TILT__NOT_A_NUMBER, NULL},
        {"five", '.', TILT__NOT_A_NUMBER, NULL},
        {"12 apples", '.', TILT__NOT_A_NUMBER, NULL},
        {"18-24", '.', TILT__NUMBER_INTERVAL, NULL},
        {"2024-01-02", '.', TILT__NOT_A_NUMBER, NULL},
        {"99999999999999999999999999999999999999999", '.', TILT__NOT_A_NUMBER, NULL},
    };
    CHECK(cases);
}

Test(number, money_and_percent_signs_are_taken_off) {
    static const reading cases[] = {
        {"12,50 \xe2\x82\xac", ',', TILT__NUMBER, "12.5"},
        {"\xe2\x82\xac"
         "12.50",
         '.', TILT__NUMBER, "12.5"},
        {"$1,234.56", '.', TILT__NUMBER, "1234.56"},
        {"-$5.00", '.', TILT__NUMBER, "-5"},
        {"$-5.00", '.', TILT__NUMBER, "-5"},
        {"US$3.10", '.', TILT__NUMBER, "3.1"},
        {"CHF 1'000.00", '.', TILT__NUMBER, "1000"},
        {"4.50 PLN", '.', TILT__NUMBER, "4.5"},
        {"0.29%", '.', TILT__NUMBER, "0.0029"},
        {"0,29 %", ',', TILT__NUMBER, "0.0029"},
        {"100.00%", '.', TILT__NUMBER, "1"},
        {"%", '.', TILT__NOT_A_NUMBER, NULL},
        {"$", '.', TILT__NOT_A_NUMBER, NULL},
        {"5 XYZ", '.', TILT__NOT_A_NUMBER, NULL},
        {"$5 \xe2\x82\xac", '.', TILT__NOT_A_NUMBER, NULL},
    };
    CHECK(cases);
    tilt__number number;
    cr_expect_eq(tilt__number_parse("4.50 PLN", 8, '.', &number), TILT__NUMBER);
    cr_expect_str_eq(number.currency, "PLN");
    cr_expect_eq(tilt__number_parse("0.29%", 5, '.', &number), TILT__NUMBER);
    cr_expect(number.percent);
}

/* Returns 1 for a currency, which must be read on both sides of an amount. */
static size_t expect_both_sides(const char *mark, size_t n) {
    tilt__number number;
    char text[16];
    if (!tilt__is_currency(mark, n)) return 0;
    memcpy(text, mark, n);
    memcpy(text + n, "5", 2);
    cr_expect_eq(tilt__number_parse(text, n + 1, '.', &number), TILT__NUMBER, "%s", text);
    cr_expect(strlen(number.currency) == n && memcmp(number.currency, mark, n) == 0, "%s", text);
    text[0] = '5';
    memcpy(text + 1, mark, n);
    cr_expect_eq(tilt__number_parse(text, n + 1, '.', &number), TILT__NUMBER, "%.*s", (int)n + 1, text);
    cr_expect(strlen(number.currency) == n && memcmp(number.currency, mark, n) == 0);
    return 1;
}

/* Every text of one to three bytes that can be a mark is tried: the reader looks at the bytes at the ends
 * first. 65 marks are listed in read/number.c. */
Test(number, every_currency_is_read_before_and_behind_an_amount) {
    static const char letters[] = "$ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz\x82\x8d\xc4\xc5";
    size_t found = 0, n = sizeof letters - 1;
    char mark[3];
    for (size_t a = 0; a < n; a++) {
        mark[0] = letters[a];
        found += expect_both_sides(mark, 1);
        for (size_t b = 0; b < n; b++) {
            mark[1] = letters[b];
            found += expect_both_sides(mark, 2);
            for (size_t c = 0; c < n; c++) {
                mark[2] = letters[c];
                found += expect_both_sides(mark, 3);
            }
        }
    }
    for (unsigned last = 0x80; last < 0xc0; last++) {
        const char sign[] = {'\xc2', (char)last}, wide[] = {'\xe2', '\x82', (char)last};
        found += expect_both_sides(sign, 2) + expect_both_sides(wide, 3);
    }
    cr_expect_eq(found, 65, "%zu", found);
}

Test(number, marks_for_no_value_are_missing_and_not_zero) {
    static const reading cases[] = {{"", 0, TILT__NUMBER_MISSING, NULL},
                                    {"  ", 0, TILT__NUMBER_MISSING, NULL},
                                    {" --", '.', TILT__NUMBER_MISSING, NULL},
                                    {"--", '.', TILT__NUMBER_MISSING, NULL},
                                    {"-", '.', TILT__NUMBER_MISSING, NULL},
                                    {"N/A", '.', TILT__NUMBER_MISSING, NULL},
                                    {"\xe2\x80\x94", 0, TILT__NUMBER_MISSING, NULL},
                                    {"null", '.', TILT__NUMBER_MISSING, NULL},
                                    {"NaN", '.', TILT__NUMBER_MISSING, NULL}};
    CHECK(cases);
}

Test(number, bounds_and_ranges_are_intervals) {
    tilt__number n;
    cr_expect_eq(tilt__number_parse("< 10%", 5, '.', &n), TILT__NUMBER_INTERVAL);
    cr_expect(n.has_upper && !n.has_lower);
    cr_expect_float_eq(tilt__decimal_to_double(n.upper), 0.1, 1e-15);
    cr_expect_eq(tilt__number_parse(">90%", 4, '.', &n), TILT__NUMBER_INTERVAL);
    cr_expect(n.has_lower && !n.has_upper);
    cr_expect_eq(tilt__number_parse("1,000 - 4,999", 13, '.', &n), TILT__NUMBER_INTERVAL);
    cr_expect(n.has_lower && n.has_upper);
    cr_expect_float_eq(tilt__decimal_to_double(n.lower), 1000, 0);
    cr_expect_float_eq(tilt__decimal_to_double(n.upper), 4999, 0);
    cr_expect_eq(tilt__number_parse("1000\xe2\x80\x93"
                                    "4999",
                                    11, '.', &n),
                 TILT__NUMBER_INTERVAL);
    cr_expect_eq(tilt__number_parse("<", 1, '.', &n), TILT__NOT_A_NUMBER);
}

Test(number, a_text_says_which_decimal_mark_it_proves) {
    static const struct {
        const char *text;
        char shown;
    } cases[] = {{"1234", 0},      {"1,234", 0},     {"0.29%", '.'},     {"12,5", ','},
                 {"1,234.5", '.'}, {"1.234,5", ','}, {"1,234,567", '.'}, {"1.234.567", ','},
                 {"1 234", 0},     {"1 234,5", ','}, {"0.125", '.'},     {"1.0478468899522", '.'},
                 {"100.000", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        tilt__number n;
        (void)tilt__number_parse(cases[i].text, strlen(cases[i].text), 0, &n);
        cr_expect_eq(n.decimal_shown, cases[i].shown, "\"%s\" shows '%c'", cases[i].text, n.decimal_shown);
    }
}

Test(number, ids_in_scientific_notation_are_known_as_damaged) {
    cr_expect(tilt__number_is_damaged_id("1.20253E+17", 11));
    cr_expect(tilt__number_is_damaged_id("6,2671E+11", 10));
    cr_expect_not(tilt__number_is_damaged_id("1.5E+3", 6));
    cr_expect_not(tilt__number_is_damaged_id("1.5E-17", 7));
    cr_expect_not(tilt__number_is_damaged_id("120253000000000000", 18));
}

static void expect_plain_count(const char *digits, size_t n) {
    tilt__number number;
    tilt__date_votes votes = {0};
    cr_assert_eq(tilt__number_parse(digits, n, 0, &number), TILT__NUMBER, "%s", digits);
    cr_assert(tilt__decimal_is_integer(number.value) && !number.percent && number.decimal_shown == 0);
    tilt__date_observe(&votes, digits, n);
    cr_assert(votes.n == 1 && votes.n_dates == 0, "%s", digits);
    cr_assert_not(tilt__value_is_personal(digits, n) || tilt__number_is_damaged_id(digits, n));
}

/* The survey of a file takes such cells for counts without looking closer. */
Test(number, digits_alone_are_whole_numbers_and_days_only_with_five_or_eight) {
    char text[16];
    for (int width = 1; width <= 12; width++) {
        if (width == 5 || width == 8) continue;
        uint64_t ceiling = 1, state = (uint64_t)width;
        for (int i = 0; i < width; i++) ceiling *= 10;
        for (uint64_t i = 0; i < (ceiling < 20000 ? ceiling : 20000); i++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            uint64_t value = ceiling <= 20000 ? i : (state >> 20) % ceiling;
            (void)snprintf(text, sizeof text, "%0*llu", width, (unsigned long long)value);
            expect_plain_count(text, (size_t)width);
        }
    }
}

/* What is printed with one mark and read with the same mark comes back; read with the other it is never
 * silently something else unless it has exactly the form of a group. */
Test(number, printed_numbers_come_back) {
    uint64_t state = 7;
    for (int i = 0; i < 20000; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        long long whole = (long long)(state >> 33) % 100000000;
        int cents = (int)((state >> 20) % 100);
        char english[64], german[64], grouped[32];
        int n = 0;
        if (whole >= 1000000)
            n = snprintf(grouped, sizeof grouped, "%lld,%03lld,%03lld", whole / 1000000, whole / 1000 % 1000,
                         whole % 1000);
        else if (whole >= 1000)
            n = snprintf(grouped, sizeof grouped, "%lld,%03lld", whole / 1000, whole % 1000);
        else
            n = snprintf(grouped, sizeof grouped, "%lld", whole);
        cr_assert_gt(n, 0);
        (void)snprintf(english, sizeof english, "%s.%02d", grouped, cents);
        (void)snprintf(german, sizeof german, "%s.%02d", grouped, cents);
        for (char *p = german; *p; p++) *p = *p == '.' ? ',' : *p == ',' ? '.' : *p;
        tilt__number a, b, c;
        cr_assert_eq(tilt__number_parse(english, strlen(english), '.', &a), TILT__NUMBER, "%s", english);
        cr_assert_eq(tilt__number_parse(german, strlen(german), ',', &b), TILT__NUMBER, "%s", german);
        cr_assert_eq(tilt__decimal_compare(a.value, b.value), 0, "%s %s", english, german);
        cr_assert_eq(tilt__number_parse(english, strlen(english), 0, &c), TILT__NUMBER, "%s", english);
        cr_assert_eq(tilt__decimal_compare(a.value, c.value), 0);
        cr_assert_neq(tilt__number_parse(english, strlen(english), ',', &c), TILT__NUMBER, "%s", english);
    }
}
