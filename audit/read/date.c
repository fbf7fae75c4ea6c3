/* read/date.c - text of a cell to a civil day.
 * A cell may read in several ways, so every cell of a column votes with the set of styles it fits, and the
 * style is what all have in common. 3/4/2025 alone is never read: the order is shown by another cell, told by
 * the caller, or refused. Calendar arithmetic after Howard Hinnant, "chrono-Compatible Low-Level Date
 * Algorithms". */
#include "read/date.h"

#include <stdio.h>
#include <string.h>

#include "read/chars.h"
#include "read/number.h"

enum {
    FIT_YMD = 1u << TILT__DATE_YMD,
    FIT_DMY = 1u << TILT__DATE_DMY,
    FIT_MDY = 1u << TILT__DATE_MDY,
    FIT_WORDS = 1u << TILT__DATE_WORDS,
    FIT_SERIAL = 1u << TILT__DATE_SERIAL
};

/* One date as written: `fits` says in which styles it can be read, day[style] is what it then means. */
typedef struct reading {
    unsigned fits;
    int64_t day[TILT__N_DATE_STYLE];
    size_t length; /* bytes used */
    bool digits_only;
} reading;

bool tilt__day_from_civil(int64_t year, unsigned month, unsigned day, int64_t *out_day) {
    static const unsigned char lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (year < 1 || year > 9999 || month < 1 || month > 12) return false;
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (day < 1 || day > lengths[month - 1] + (month == 2 && leap ? 1u : 0u)) return false;
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = y / 400, year_of_era = y - era * 400;
    int64_t day_of_year = (153 * ((int64_t)month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    *out_day = era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
    return true;
}

void tilt__day_print(int64_t day, char out_text[16]) {
    int64_t z = day + 719468, era = (z >= 0 ? z : z - 146096) / 146097, in_era = z - era * 146097;
    int64_t year_of_era = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    int64_t in_year = in_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t m = (5 * in_year + 2) / 153, d = in_year - (153 * m + 2) / 5 + 1;
    int64_t month = m < 10 ? m + 3 : m - 9, year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
    (void)snprintf(out_text, 16, "%04d-%02d-%02d", (int)(year % 10000), (int)month, (int)d);
}

/* Up to `max` digits; their count, value in *out. */
static size_t take_digits(const char *text, size_t n, size_t max, unsigned *out) {
    size_t i = 0;
    *out = 0;
    while (i < n && i < max && text[i] >= '0' && text[i] <= '9')
        *out = *out * 10 + (unsigned)(text[i++] - '0');
    return i;
}

static void add_style(reading *r, tilt__date_style style, unsigned year, unsigned month, unsigned day) {
    if (tilt__day_from_civil(year, month, day, &r->day[style])) r->fits |= 1u << style;
}

/* 2020-08-26, 26.8.2020, 8/26/2020: three numbers with the same separator twice. */
static bool read_numeric(const char *text, size_t n, reading *r) {
    unsigned v[3];
    size_t width[3], i = 0;
    char separator = 0;
    for (size_t k = 0; k < 3; k++) {
        width[k] = take_digits(text + i, n - i, 4, &v[k]);
        if (width[k] == 0) return false;
        i += width[k];
        if (k == 2) break;
        if (i >= n || (text[i] != '-' && text[i] != '/' && text[i] != '.')) return false;
        if (k == 1 && text[i] != separator) return false;
        separator = text[i++];
    }
    if (i < n && text[i] >= '0' && text[i] <= '9') return false;
    r->length = i;
    if (width[0] == 4 && width[1] <= 2 && width[2] <= 2) add_style(r, TILT__DATE_YMD, v[0], v[1], v[2]);
    if (width[2] != 4 || width[0] > 2 || width[1] > 2) return r->fits != 0;
    add_style(r, TILT__DATE_DMY, v[2], v[1], v[0]);
    if (separator != '.') add_style(r, TILT__DATE_MDY, v[2], v[0], v[1]);
    return r->fits != 0;
}

/* 20200826, 44088 and 44088.0. */
static bool read_digits(const char *text, size_t n, reading *r) {
    unsigned value;
    size_t width = take_digits(text, n, 9, &value);
    r->digits_only = true;
    r->length = width;
    if (width == 8) add_style(r, TILT__DATE_YMD, value / 10000, value / 100 % 100, value % 100);
    if (width != 5 || value < 20000 || value > 80000) return r->fits != 0; /* years 1954 to 2119 */
    if (width + 1 < n && text[width] == '.') {
        size_t i = width + 1;
        while (i < n && text[i] >= '0' && text[i] <= '9') i++;
        r->length = i;
    }
    int64_t epoch = 0;
    if (!tilt__day_from_civil(1899, 12, 30, &epoch)) return false;
    r->day[TILT__DATE_SERIAL] = epoch + (int64_t)value;
    r->fits |= FIT_SERIAL;
    return true;
}

/* Beginnings of month names that tell months apart, in English, German, French, Spanish, Dutch, Portuguese,
 * Italian. */
static const struct {
    const char *start;
    unsigned month;
} months[] = {{"jan", 1},  {"jän", 1},  {"ene", 1},  {"gen", 1},  {"feb", 2},  {"fév", 2},  {"fev", 2},
              {"mar", 3},  {"mär", 3},  {"mrz", 3},  {"maa", 3},  {"mrt", 3},  {"apr", 4},  {"avr", 4},
              {"abr", 4},  {"may", 5},  {"mai", 5},  {"mei", 5},  {"mag", 5},  {"jun", 6},  {"juin", 6},
              {"giu", 6},  {"jul", 7},  {"juil", 7}, {"lug", 7},  {"aug", 8},  {"aoû", 8},  {"ago", 8},
              {"sep", 9},  {"set", 9},  {"oct", 10}, {"okt", 10}, {"out", 10}, {"ott", 10}, {"nov", 11},
              {"dec", 12}, {"dez", 12}, {"déc", 12}, {"dic", 12}};

/* Length of a month's name at the start of text; 0 when there is none. */
static size_t take_month(const char *text, size_t n, unsigned *out_month) {
    size_t letters = 0;
    while (letters < n &&
           ((text[letters] >= 'A' && text[letters] <= 'Z') ||
            (text[letters] >= 'a' && text[letters] <= 'z') || (unsigned char)text[letters] >= 0x80))
        letters++;
    if (letters < 3 || letters > 11) return 0;
    for (size_t i = 0; i < sizeof months / sizeof *months; i++) {
        if (!tilt__has_prefix(text, letters, months[i].start)) continue;
        *out_month = months[i].month;
        return letters + (letters < n && text[letters] == '.' ? 1 : 0);
    }
    return 0;
}

static size_t take_blanks(const char *text, size_t n) {
    size_t i = 0, blank;
    while (i < n && (blank = tilt__blank_at(text + i, n - i)) > 0) i += blank;
    return i;
}

/* "July 8, 2025" and "8. Juli 2025" and "8 Jul 2025". */
static bool read_words(const char *text, size_t n, reading *r) {
    unsigned month = 0, day = 0, year = 0;
    size_t i = take_month(text, n, &month);
    bool month_first = i > 0;
    if (month_first) i += take_blanks(text + i, n - i);
    size_t width = take_digits(text + i, n - i, 2, &day);
    if (width == 0) return false;
    i += width;
    if (i < n && (text[i] == ',' || text[i] == '.' || text[i] == '-')) i++;
    i += take_blanks(text + i, n - i);
    if (!month_first) {
        size_t name = take_month(text + i, n - i, &month);
        if (name == 0) return false;
        i += name;
        if (i < n && (text[i] == ',' || text[i] == '-')) i++;
        i += take_blanks(text + i, n - i);
    }
    if (take_digits(text + i, n - i, 4, &year) != 4) return false;
    i += 4;
    if (i < n && text[i] >= '0' && text[i] <= '9') return false;
    r->length = i;
    add_style(r, TILT__DATE_WORDS, year, month, day);
    return r->fits != 0;
}

/* A date at the very start of text, in any style. */
static bool read_start(const char *text, size_t n, reading *r) {
    *r = (reading){0};
    if (read_numeric(text, n, r)) return true;
    *r = (reading){0};
    if (read_words(text, n, r)) return true;
    *r = (reading){0};
    return read_digits(text, n, r);
}

/* What may follow a date in its cell: nothing, or a time ("T13:00", " 13:00", "|01"). */
static bool is_time_or_nothing(const char *text, size_t n) {
    if (n == 0) return true;
    if (text[0] != 'T' && text[0] != '|' && text[0] != ' ') return false;
    return n > 1 && text[1] >= '0' && text[1] <= '9' && n < 40;
}

static bool read_cell(const char *text, size_t n, reading *r) {
    if (!read_start(text, n, r)) return false;
    if (r->digits_only) return r->length == n;
    return is_time_or_nothing(text + r->length, n - r->length);
}

static bool is_open_end(const char *text, size_t n) {
    if (n > 0 && text[0] >= '0' && text[0] <= '9') return false; /* nearly every date */
    static const char *const words[] = {"ongoing", "fortlaufend", "en cours", "en curso", "doorlopend"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (tilt__same_word(text, n, words[i])) return true;
    return tilt__number_is_missing_mark(text, n);
}

void tilt__date_observe(tilt__date_votes *votes, const char *text, size_t n) {
    reading r;
    tilt__trim(&text, &n);
    if (is_open_end(text, n)) return;
    votes->n++;
    if (!read_cell(text, n, &r)) return;
    votes->fits = votes->n_dates == 0 ? r.fits : votes->fits & r.fits;
    votes->n_dates++;
    if (r.digits_only) votes->n_digits++;
    unsigned both = FIT_DMY | FIT_MDY;
    if ((r.fits & both) == both && r.day[TILT__DATE_DMY] == r.day[TILT__DATE_MDY]) votes->n_same++;
}

void tilt__date_votes_add(tilt__date_votes *votes, const tilt__date_votes *more, uint64_t times) {
    if (more->n_dates > 0) votes->fits = votes->n_dates == 0 ? more->fits : votes->fits & more->fits;
    votes->n += more->n * times;
    votes->n_dates += more->n_dates * times;
    votes->n_digits += more->n_digits * times;
    votes->n_same += more->n_same * times;
}

tilt__date_style tilt__date_decide(const tilt__date_votes *votes, bool serial_ok) {
    static const tilt__date_style styles[] = {TILT__DATE_YMD, TILT__DATE_DMY, TILT__DATE_MDY,
                                              TILT__DATE_WORDS, TILT__DATE_SERIAL};
    unsigned both = FIT_DMY | FIT_MDY;
    if (votes->n_dates == 0 || votes->n_dates < votes->n - votes->n_dates) return TILT__DATE_NONE;
    if (votes->n_digits > 0 && !serial_ok) return TILT__DATE_NONE;
    if (votes->fits == 0) return TILT__DATE_MIXED;
    if ((votes->fits & both) == both)
        return votes->n_same == votes->n_dates ? TILT__DATE_DMY : TILT__DATE_AMBIGUOUS;
    for (size_t i = 0; i < sizeof styles / sizeof *styles; i++)
        if (votes->fits & 1u << styles[i]) return styles[i];
    return TILT__DATE_NONE;
}

tilt__date_kind tilt__date_parse(const char *text, size_t n, tilt__date_style style, int64_t *out_day) {
    reading r;
    tilt__trim(&text, &n);
    if (is_open_end(text, n)) return TILT__DATE_MISSING;
    if (!read_cell(text, n, &r)) return TILT__NOT_A_DATE;
    if (style == TILT__DATE_AMBIGUOUS || style == TILT__DATE_MIXED) return TILT__DATE_UNCLEAR;
    if ((r.fits & 1u << style) == 0) return TILT__NOT_A_DATE;
    *out_day = r.day[style];
    return TILT__DATE;
}

/* The style that two dates of one text share; NONE when that is in doubt. */
static tilt__date_style common_style(const reading *a, const reading *b) {
    unsigned fits = a->fits & b->fits, both = FIT_DMY | FIT_MDY;
    if ((fits & both) == both) return TILT__DATE_NONE;
    for (tilt__date_style style = TILT__DATE_YMD; style <= TILT__DATE_WORDS; style++)
        if (fits & 1u << style) return style;
    return TILT__DATE_NONE;
}

bool tilt__date_find_period(const char *text, size_t n, int64_t *out_from, int64_t *out_to) {
    reading first = {0}, last = {0}, r;
    size_t found = 0;
    for (size_t i = 0; i < n;) {
        bool boundary =
            i == 0 || tilt__blank_at(text + i - 1, 1) > 0 || memchr("-:,;(\"", text[i - 1], 6) != NULL;
        if (!boundary || !read_start(text + i, n - i, &r) || r.digits_only) {
            i++;
            continue;
        }
        if (found++ == 0) first = r;
        last = r;
        i += r.length;
    }
    if (found == 0) return false;
    tilt__date_style style = common_style(&first, &last);
    if (style == TILT__DATE_NONE) return false;
    *out_from = first.day[style];
    *out_to = last.day[style];
    return *out_from <= *out_to;
}
