/* read/number.c - text of a cell to an exact number.
 * The digits are cut into runs between marks (point, comma, blank, apostrophe) and read twice, once with the
 * point and once with the comma as decimal mark. What fits both ways with different values is ambiguous
 * unless the caller knows the mark; nothing is decided by what looks likelier, because 1.234 clicks for 1,234
 * would be a plausible wrong number. */
#include "read/number.h"

#include <string.h>

#include "read/chars.h"

enum { MAX_TEXT = 160, MAX_RUNS = 24, LONGEST_MISSING = 4 };

static const char *const missing_marks[] = {
    "-",   "--", "---",  "\xe2\x80\x94", "\xe2\x80\x93", "\xe2\x88\x92",
    "n/a", "na", "#n/a", "null",         "nan",          "none"};

bool tilt__number_is_missing_mark(const char *text, size_t n) {
    tilt__trim(&text, &n);
    if (n == 0) return true;
    if (n > LONGEST_MISSING || (text[0] >= '0' && text[0] <= '9')) return false;
    for (size_t i = 0; i < sizeof missing_marks / sizeof *missing_marks; i++)
        if (tilt__same_word(text, n, missing_marks[i])) return true;
    return false;
}

/* Currency marks and codes that may stand beside an amount. */
#define MARK(text)                                                                                           \
    { text, sizeof(text) - 1 }
static const struct {
    const char *text;
    size_t length;
} currencies[] = {MARK("$"),
                  MARK("\xe2\x82\xac"),
                  MARK("\xc2\xa3"),
                  MARK("\xc2\xa5"),
                  MARK("\xe2\x82\xb9"),
                  MARK("\xe2\x82\xa9"),
                  MARK("\xe2\x82\xba"),
                  MARK("\xe2\x82\xbd"),
                  MARK("\xe2\x82\xaa"),
                  MARK("US$"),
                  MARK("A$"),
                  MARK("C$"),
                  MARK("R$"),
                  MARK("z\xc5\x82"),
                  MARK("kr"),
                  MARK("K\xc4\x8d"),
                  MARK("Ft"),
                  MARK("lei"),
                  MARK("EUR"),
                  MARK("USD"),
                  MARK("GBP"),
                  MARK("CHF"),
                  MARK("SEK"),
                  MARK("NOK"),
                  MARK("DKK"),
                  MARK("PLN"),
                  MARK("CZK"),
                  MARK("HUF"),
                  MARK("RON"),
                  MARK("BGN"),
                  MARK("TRY"),
                  MARK("UAH"),
                  MARK("ILS"),
                  MARK("INR"),
                  MARK("JPY"),
                  MARK("CNY"),
                  MARK("KRW"),
                  MARK("TWD"),
                  MARK("HKD"),
                  MARK("SGD"),
                  MARK("THB"),
                  MARK("IDR"),
                  MARK("MYR"),
                  MARK("PHP"),
                  MARK("VND"),
                  MARK("AUD"),
                  MARK("NZD"),
                  MARK("CAD"),
                  MARK("MXN"),
                  MARK("BRL"),
                  MARK("ARS"),
                  MARK("CLP"),
                  MARK("COP"),
                  MARK("PEN"),
                  MARK("ZAR"),
                  MARK("NGN"),
                  MARK("KES"),
                  MARK("EGP"),
                  MARK("AED"),
                  MARK("SAR"),
                  MARK("QAR"),
                  MARK("PKR"),
                  MARK("BDT"),
                  MARK("ISK"),
                  MARK("RSD")};
#undef MARK

/* The bytes that they begin and end with: nearly every text is told by its own. */
static const char currency_starts[] = "$ABCDEFGHIJKMNPQRSTUVZklz\xc2\xe2";
static const char currency_ends[] = "$BDFHKLNPRSTWYirt\x82\x8d\xa3\xa5\xa9\xaa\xac\xb9\xba\xbd";

bool tilt__is_currency(const char *text, size_t n) {
    for (size_t i = 0; i < sizeof currencies / sizeof *currencies; i++)
        if (currencies[i].length == n && memcmp(text, currencies[i].text, n) == 0) return true;
    return false;
}

static void keep_currency(tilt__number *out, const char *mark, size_t n) {
    if (n >= sizeof out->currency) return;
    memcpy(out->currency, mark, n);
    out->currency[n] = '\0';
}

/* Takes a currency off one end; false when there is none. The longest mark wins ("US$" before "$"). */
static bool take_currency(const char **text, size_t *n, bool at_end, tilt__number *out) {
    size_t longest = 0;
    char edge = at_end ? (*text)[*n - 1] : (*text)[0];
    if (edge >= '0' && edge <= '9') return false;
    if (!at_end && memchr(currency_starts, edge, sizeof currency_starts - 1) == NULL) return false;
    if (at_end && memchr(currency_ends, edge, sizeof currency_ends - 1) == NULL) return false;
    for (size_t i = 0; i < sizeof currencies / sizeof *currencies; i++) {
        size_t length = currencies[i].length;
        if (length <= longest || length >= *n) continue;
        const char *place = at_end ? *text + *n - length : *text;
        if (memcmp(place, currencies[i].text, length) == 0) longest = length;
    }
    if (longest == 0) return false;
    keep_currency(out, at_end ? *text + *n - longest : *text, longest);
    if (!at_end) *text += longest;
    *n -= longest;
    tilt__trim(text, n);
    return true;
}

/* Digits between marks: "1,234.5" is runs 1 234 5 and marks , . */
typedef struct runs {
    const char *start[MAX_RUNS];
    size_t length[MAX_RUNS];
    char mark[MAX_RUNS]; /* mark[i] stands before run i + 1; blanks are ' ', apostrophes '\'' */
    size_t n;
    const char *exponent; /* "E+17" or NULL */
    size_t exponent_length;
    bool negative;
} runs;

static size_t take_mark(const char *text, size_t n, char *out_mark) {
    size_t blank = tilt__blank_at(text, n);
    if (blank > 0) {
        *out_mark = ' ';
        return blank;
    }
    *out_mark = text[0];
    if (text[0] == '.' || text[0] == ',' || text[0] == '\'') return 1;
    if (n >= 3 && memcmp(text, "\xe2\x80\x99", 3) == 0) { /* typographic apostrophe, Swiss */
        *out_mark = '\'';
        return 3;
    }
    return 0;
}

static size_t count_digits(const char *text, size_t n) {
    size_t i = 0;
    while (i < n && text[i] >= '0' && text[i] <= '9') i++;
    return i;
}

static bool take_exponent(const char *text, size_t n, runs *out) {
    size_t i = 1;
    if (n < 2 || (text[0] != 'e' && text[0] != 'E')) return false;
    if (text[i] == '+' || text[i] == '-') i++;
    size_t digits = count_digits(text + i, n - i);
    if (digits == 0 || digits > 3 || i + digits != n) return false;
    out->exponent = text;
    out->exponent_length = n;
    return true;
}

static bool cut_runs(const char *text, size_t n, runs *out) {
    size_t i = 0;
    while (i <= n && out->n < MAX_RUNS) {
        size_t digits = count_digits(text + i, n - i);
        out->start[out->n] = text + i;
        out->length[out->n++] = digits;
        i += digits;
        if (i == n) return digits > 0;
        if (digits > 0 && take_exponent(text + i, n - i, out)) return true;
        size_t mark = take_mark(text + i, n - i, &out->mark[out->n - 1]);
        if (mark == 0 || (digits == 0 && out->n > 1)) return false;
        i += mark;
    }
    return false;
}

/* True when all of `count` leading runs are groups of three set off by one and the same mark, not `decimal`.
 */
static bool groups_fit(const runs *r, size_t count, char decimal) {
    if (count == 1) return true;
    if (r->length[0] < 1 || r->length[0] > 3 || r->start[0][0] == '0') return false;
    for (size_t i = 1; i < count; i++)
        if (r->length[i] != 3 || r->mark[i - 1] != r->mark[0] || r->mark[i - 1] == decimal) return false;
    return true;
}

/* Reads the runs with this decimal mark. */
static bool read_runs(const runs *r, char decimal, int shift, tilt__decimal *out) {
    bool fraction = r->n > 1 && r->mark[r->n - 2] == decimal;
    size_t whole = fraction ? r->n - 1 : r->n;
    if (r->length[0] == 0 && !(fraction && whole == 1)) return false;
    if (!groups_fit(r, whole, decimal)) return false;
    if (r->exponent != NULL && (whole > 1 || shift != 0)) return false;
    char text[MAX_TEXT + 16];
    size_t n = 0;
    if (r->negative) text[n++] = '-';
    if (r->length[0] == 0) text[n++] = '0';
    for (size_t i = 0; i < r->n; i++) {
        if (fraction && i == whole) text[n++] = '.';
        memcpy(text + n, r->start[i], r->length[i]);
        n += r->length[i];
    }
    if (r->exponent != NULL) {
        memcpy(text + n, r->exponent, r->exponent_length);
        n += r->exponent_length;
    }
    if (shift != 0) {
        text[n++] = 'E';
        if (shift < 0) text[n++] = '-';
        text[n++] = (char)('0' + (shift < 0 ? -shift : shift));
    }
    return tilt__decimal_parse(text, n, out);
}

static tilt__number_kind read_both(const runs *r, char decimal_mark, int shift, tilt__number *out) {
    tilt__decimal point, comma;
    bool with_point = read_runs(r, '.', shift, &point);
    bool with_comma = read_runs(r, ',', shift, &comma);
    bool same = with_point && with_comma && tilt__decimal_compare(point, comma) == 0;
    bool marked = memchr(r->mark, '.', r->n - 1) != NULL || memchr(r->mark, ',', r->n - 1) != NULL;
    if (with_point != with_comma && marked) out->decimal_shown = with_point ? '.' : ',';
    if (decimal_mark == '.' || (decimal_mark == 0 && (same || !with_comma))) {
        if (!with_point) return TILT__NOT_A_NUMBER;
        out->value = point;
        return TILT__NUMBER;
    }
    if (decimal_mark == 0 && with_point) return TILT__NUMBER_AMBIGUOUS;
    if (!with_comma) return TILT__NOT_A_NUMBER;
    out->value = comma;
    return TILT__NUMBER;
}

/* True and past it for a leading sign; the typographic minus counts. */
static bool take_sign(const char **text, size_t *n, bool *negative) {
    static const char minus[] = "\xe2\x88\x92";
    size_t length = 0;
    if (*n > 0 && (**text == '-' || **text == '+')) length = 1;
    if (*n >= 3 && memcmp(*text, minus, 3) == 0) length = 3;
    if (length == 0) return false;
    *negative = **text != '+';
    *text += length;
    *n -= length;
    return true;
}

/* `10K`, `1.5M`: a power of ten for the letter behind the digits, which is taken off; 0 when there is none.
 */
static int take_magnitude(const char *text, size_t *n) {
    static const struct {
        char letter;
        int shift;
    } magnitudes[] = {{'k', 3}, {'K', 3}, {'M', 6}, {'B', 9}};
    for (size_t i = 0; i < sizeof magnitudes / sizeof *magnitudes; i++) {
        bool digit = *n > 1 && text[*n - 2] >= '0' && text[*n - 2] <= '9';
        if (!digit || text[*n - 1] != magnitudes[i].letter) continue;
        --*n;
        return magnitudes[i].shift;
    }
    return 0;
}

/* `end` of a range: letters for thousands and millions are read there, where everything is rounded anyway. */
static tilt__number_kind read_plain(const char *text, size_t n, char decimal_mark, bool end,
                                    tilt__number *out) {
    runs r = {0};
    bool negative = false;
    int shift = 0;
    if (n == 0 || n > MAX_TEXT) return TILT__NOT_A_NUMBER;
    bool sign = take_sign(&text, &n, &negative);
    bool currency = n > 0 && take_currency(&text, &n, false, out);
    if (!sign) (void)take_sign(&text, &n, &negative);
    if (n > 1 && text[n - 1] == '%' && !currency) {
        out->percent = true;
        n--;
        tilt__trim(&text, &n);
    }
    if (n > 0 && !currency && !out->percent) (void)take_currency(&text, &n, true, out);
    if (out->percent)
        shift = -2;
    else if (end)
        shift = take_magnitude(text, &n);
    if (n == 0 || !cut_runs(text, n, &r)) return TILT__NOT_A_NUMBER;
    r.negative = negative;
    return read_both(&r, decimal_mark, shift, out);
}

/* The length of `<`, `>`, `<=`, `>=`, `≤`, `≥` at the start; *out_below says which way. */
static size_t bound_sign(const char *text, size_t n, bool *out_below) {
    if (n >= 3 && memcmp(text, "\xe2\x89\xa4", 3) == 0) return *out_below = true, 3;
    if (n >= 3 && memcmp(text, "\xe2\x89\xa5", 3) == 0) return *out_below = false, 3;
    if (n == 0 || (text[0] != '<' && text[0] != '>')) return 0;
    *out_below = text[0] == '<';
    return n > 1 && text[1] == '=' ? 2 : 1;
}

static tilt__number_kind read_bound(const char *text, size_t n, size_t sign, bool below, char mark,
                                    tilt__number *out) {
    text += sign;
    n -= sign;
    tilt__trim(&text, &n);
    tilt__number_kind kind = read_plain(text, n, mark, true, out);
    if (kind != TILT__NUMBER) return kind;
    if (below) {
        out->upper = out->value;
        out->has_upper = true;
    } else {
        out->lower = out->value;
        out->has_lower = true;
    }
    out->value = (tilt__decimal){0};
    return TILT__NUMBER_INTERVAL;
}

/* `1,000 - 4,999` and `1000–4999`: two numbers with a dash between. *out_halves: on both sides of some dash
 * stands what some mark makes a number. */
static tilt__number_kind read_range(const char *text, size_t n, char mark, tilt__number *out,
                                    bool *out_halves) {
    *out_halves = false;
    for (size_t i = 1; i + 1 < n; i++) {
        if (text[i] != '-' && text[i] != '\xe2') continue;
        size_t dash = text[i] == '-' ? 1 : 0;
        if (i + 3 < n && memcmp(text + i, "\xe2\x80\x93", 3) == 0) dash = 3;
        if (dash == 0) continue;
        tilt__number low = {0}, high = {0};
        const char *left = text, *right = text + i + dash;
        size_t left_n = i, right_n = n - i - dash;
        tilt__trim(&left, &left_n);
        tilt__trim(&right, &right_n);
        tilt__number_kind first = read_plain(left, left_n, mark, true, &low);
        if (first == TILT__NOT_A_NUMBER) continue;
        tilt__number_kind second = read_plain(right, right_n, mark, true, &high);
        *out_halves = *out_halves || second != TILT__NOT_A_NUMBER;
        if (first != TILT__NUMBER || second != TILT__NUMBER) continue;
        if (tilt__decimal_compare(low.value, high.value) > 0) continue;
        *out = (tilt__number){.lower = low.value,
                              .upper = high.value,
                              .has_lower = true,
                              .has_upper = true,
                              .percent = low.percent || high.percent};
        return TILT__NUMBER_INTERVAL;
    }
    return TILT__NOT_A_NUMBER;
}

static bool has_digit(const char *text, size_t n) {
    size_t i = 0;
    while (i < n && (text[i] < '0' || text[i] > '9')) i++;
    return i < n;
}

/* Digits alone, which most counts are. */
static bool read_digits(const char *text, size_t n, tilt__number *out) {
    int64_t value = 0;
    if (n == 0 || n > 18) return false;
    for (size_t i = 0; i < n; i++) {
        if (text[i] < '0' || text[i] > '9') return false;
        value = value * 10 + (text[i] - '0');
    }
    out->value = tilt__decimal_from_int(value);
    return true;
}

tilt__number_kind tilt__number_parse(const char *text, size_t n, char decimal_mark,
                                     tilt__number *out_number) {
    *out_number = (tilt__number){0};
    if (read_digits(text, n, out_number)) return TILT__NUMBER;
    tilt__trim(&text, &n);
    if (tilt__number_is_missing_mark(text, n)) return TILT__NUMBER_MISSING;
    if (n > MAX_TEXT || !has_digit(text, n)) return TILT__NOT_A_NUMBER;
    bool below = false;
    size_t sign = bound_sign(text, n, &below);
    if (sign > 0) return read_bound(text, n, sign, below, decimal_mark, out_number);
    tilt__number_kind kind = read_plain(text, n, decimal_mark, false, out_number);
    if (kind != TILT__NOT_A_NUMBER) return kind;
    bool halves;
    *out_number = (tilt__number){0};
    kind = read_range(text, n, decimal_mark, out_number, &halves);
    if (kind != TILT__NOT_A_NUMBER || decimal_mark != 0 || !halves) return kind;
    bool with_a_mark = read_range(text, n, '.', out_number, &halves) != TILT__NOT_A_NUMBER ||
                       read_range(text, n, ',', out_number, &halves) != TILT__NOT_A_NUMBER;
    *out_number = (tilt__number){0};
    return with_a_mark ? TILT__NUMBER_AMBIGUOUS : TILT__NOT_A_NUMBER;
}

bool tilt__number_is_damaged_id(const char *text, size_t n) {
    tilt__trim(&text, &n);
    if (n < 5 || n > 24 || (memchr(text, 'e', n) == NULL && memchr(text, 'E', n) == NULL)) return false;
    runs r = {0};
    if (!cut_runs(text, n, &r) || r.exponent == NULL || r.n > 2) return false;
    const char *digits = r.exponent + 1;
    size_t length = r.exponent_length - 1;
    if (*digits == '-') return false;
    if (*digits == '+') {
        digits++;
        length--;
    }
    return length == 2 && digits[0] >= '0' && (digits[0] > '0' || digits[1] >= '9') && r.length[0] == 1;
}
