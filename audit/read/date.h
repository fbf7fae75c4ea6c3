/* read/date.h - a cell as a civil day. Day and month order is decided from a whole column, or refused. */
#ifndef TILT_READ_DATE_H
#define TILT_READ_DATE_H

#include "tiltmeter/base.h"

typedef enum tilt__date_style {
    TILT__DATE_NONE = 0,  /* not a column of dates */
    TILT__DATE_YMD,       /* 2020-08-26, 2022/12/27, 2020.08.26, 20200826; a time may follow */
    TILT__DATE_DMY,       /* 26.08.2020, 26/08/2020 */
    TILT__DATE_MDY,       /* 8/26/2020 */
    TILT__DATE_WORDS,     /* Aug 26, 2020 or 26 Aug 2020 */
    TILT__DATE_SERIAL,    /* 44088 or 44088.0: days since 1899-12-30 (spreadsheets) */
    TILT__DATE_AMBIGUOUS, /* every cell reads both as D/M/Y and as M/D/Y */
    TILT__DATE_MIXED,     /* no one style fits all cells */
    TILT__N_DATE_STYLE
} tilt__date_style;

typedef enum tilt__date_kind {
    TILT__DATE,
    TILT__DATE_MISSING, /* empty, Ongoing, --, n/a */
    TILT__DATE_UNCLEAR, /* the column's style is AMBIGUOUS or MIXED */
    TILT__NOT_A_DATE
} tilt__date_kind;

/* What the cells of one column have in common. Start with {0}. */
typedef struct tilt__date_votes {
    uint64_t n;        /* cells that are not missing */
    uint64_t n_dates;  /* of them, cells that read as a date in some style */
    uint64_t n_digits; /* of those, cells of digits alone */
    uint64_t n_same;   /* of those, cells that mean the same day in either order (3/3/2025) */
    unsigned fits;     /* bit (1 << style) for every style that all dates fit */
} tilt__date_votes;

void tilt__date_observe(tilt__date_votes *votes, const char *text, size_t n);
/* The votes of other cells of the column, each met `times` times, on top; in any order the same. */
void tilt__date_votes_add(tilt__date_votes *votes, const tilt__date_votes *more, uint64_t times);

/* The style that fits the column. Numbers alone are never taken for dates unless `serial_ok` (the column is
 * known to hold dates). */
tilt__date_style tilt__date_decide(const tilt__date_votes *votes, bool serial_ok);

/* *out_day: days since 1970-01-01 (proleptic Gregorian calendar). */
tilt__date_kind tilt__date_parse(const char *text, size_t n, tilt__date_style style, int64_t *out_day);

/* Day number of a civil date and back; year 1..9999. False when there is no such day. */
bool tilt__day_from_civil(int64_t year, unsigned month, unsigned day, int64_t *out_day) TILT_NODISCARD;
/* "YYYY-MM-DD". */
void tilt__day_print(int64_t day, char out_text[16]);

/* Finds the first and last date written in free text ("July 8, 2025 - July 31, 2025", "1/1/2024 to
 * 1/31/2024"): true when both could be read without doubt. */
bool tilt__date_find_period(const char *text, size_t n, int64_t *out_from, int64_t *out_to) TILT_NODISCARD;

#endif
