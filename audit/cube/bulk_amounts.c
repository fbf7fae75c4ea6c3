/* cube/bulk_amounts.c - the numbers of the rows of a batch: of a row of digits alone all at once, of others
 * column by column; held against each other row by row. */
#include "cube/bulk_number.h"
#include "cube/bulk_worker.h"
#include "read/source.h"

enum { ROWS_AS_COLUMNS = 64 /* batches */ };

/* A number that is not plain: what the slow path makes of it. */
static bool read_slowly(tilt__worker *w, const tilt__bulk_number *number, const char *raw, size_t n,
                        tilt__decimal *out) {
    tilt_cell cell;
    tilt__number read;
    if (!tilt__worker_bare(w, raw, n, &cell)) {
        (void)tilt__worker_stop(w, TILT__BULK_MEMORY);
        return false;
    }
    bool ok = tilt__source_number(w->plan->loader->source, number->column, &cell, &read) == TILT__NUMBER &&
              !read.percent && read.value.units >= 0 && read.value.units < TILT__MOST_UNITS;
    if (!ok) (void)tilt__worker_stop(w, TILT__BULK_DECLINED);
    *out = read.value;
    return ok;
}

static bool read_count(tilt__worker *w, const tilt__bulk_number *number, const char *raw, size_t length,
                       int64_t *out) {
    tilt__plain_number plain;
    tilt__decimal value;
    size_t n = length;
    const char *inside = tilt__cell_inside(raw, &n);
    if (tilt__plain_number_read(inside, n, number->mark, &plain) && plain.decimals == 0) {
        *out = plain.mantissa;
        return true;
    }
    if (!read_slowly(w, number, raw, length, &value)) return false;
    *out = (int64_t)(value.units / TILT__DECIMAL_SCALE);
    if (tilt__decimal_compare(tilt__decimal_from_int(*out), value) == 0) return true;
    (void)tilt__worker_stop(w, TILT__BULK_WIDER);
    return false;
}

static bool read_whole(tilt__worker *w, size_t k, size_t row, size_t n) {
    const tilt__bulk_number *number = &w->plan->numbers[k];
    const tilt__strip strip = tilt__tile_strip(&w->tile, w->plan->body.width, row, number->column);
    int64_t *out = w->whole + k * TILT__BATCH;
    for (size_t r = 0; r < n; r++) {
        size_t length;
        const char *raw = tilt__strip_cell(&strip, r, &length);
        unsigned digit = (unsigned)(unsigned char)raw[0] - '0';
        if (length == 1 && digit < 10)
            out[r] = (int64_t)digit;
        else if (!read_count(w, number, raw, length, &out[r]))
            return false;
    }
    return true;
}

static bool read_wide(tilt__worker *w, size_t k, size_t row, size_t n) {
    const tilt__bulk_number *number = &w->plan->numbers[k];
    const tilt__strip strip = tilt__tile_strip(&w->tile, w->plan->body.width, row, number->column);
    tilt__i128 *out = w->units + k * TILT__BATCH;
    for (size_t r = 0; r < n; r++) {
        size_t length;
        tilt__plain_number plain;
        tilt__decimal value;
        const char *raw = tilt__strip_cell(&strip, r, &length);
        size_t inner = length;
        const char *inside = tilt__cell_inside(raw, &inner);
        if (tilt__plain_number_read(inside, inner, number->mark, &plain)) {
            out[r] = tilt__plain_number_units(&plain);
            continue;
        }
        if (!read_slowly(w, number, raw, length, &value)) return false;
        out[r] = value.units;
    }
    return true;
}

static tilt__i128 units_at(const tilt__worker *w, size_t k, size_t r) {
    if (w->plan->numbers[k].wide) return w->units[k * TILT__BATCH + r];
    return tilt__decimal_from_int(w->whole[k * TILT__BATCH + r]).units;
}

static bool exceeds(const tilt__worker *w, size_t of, size_t per, size_t r) {
    const tilt__bulk_number *numbers = w->plan->numbers;
    if (!numbers[of].wide && !numbers[per].wide)
        return w->whole[of * TILT__BATCH + r] > w->whole[per * TILT__BATCH + r];
    return units_at(w, of, r) > units_at(w, per, r);
}

/* Rows come in the order of the file, tile by tile, so the first offence is the first of this thread. */
static void watch_pair(tilt__worker *w, size_t of, size_t per, size_t row, size_t r, tilt__offence *offence) {
    if (of == SIZE_MAX || per == SIZE_MAX || !exceeds(w, of, per, r) || offence->n++ > 0) return;
    offence->line = tilt__tile_line(&w->tile, w->plan->body.width, row + r);
    offence->a.units = units_at(w, of, r);
    offence->b.units = units_at(w, per, r);
}

/* Holds the numbers of one row of the batch against each other. */
static bool check_numbers(tilt__worker *w, size_t row, size_t r) {
    const tilt__bulk_plan *p = w->plan;
    for (size_t i = 0; i < p->n_limits; i++) {
        if (!exceeds(w, p->limits[i].of, p->limits[i].per, r)) continue;
        (void)tilt__worker_stop(w, TILT__BULK_DECLINED);
        return false;
    }
    watch_pair(w, p->reach, p->impressions, row, r, &w->reach_above);
    watch_pair(w, p->clicks, p->impressions, row, r, &w->clicks_above);
    return true;
}

static bool read_columns(tilt__worker *w, size_t row, size_t n) {
    const tilt__bulk_plan *p = w->plan;
    for (size_t k = 0; k < p->n_numbers; k++) {
        bool ok = p->numbers[k].wide ? read_wide(w, k, row, n) : read_whole(w, k, row, n);
        if (!ok) return false;
    }
    for (size_t r = 0; r < n; r++) {
        if (!check_numbers(w, row, r)) return false;
    }
    return true;
}

/* One row as columns are read; it is told by being none of digits. */
static bool read_row(tilt__worker *w, size_t row, size_t r) {
    const tilt__bulk_plan *p = w->plan;
    w->digits[r] = 0;
    w->slow[w->n_slow++] = (unsigned char)r;
    for (size_t k = 0; k < p->n_numbers; k++) {
        size_t length;
        const char *raw = tilt__tile_cell(&w->tile, p->body.width, row + r, p->numbers[k].column, &length);
        if (!read_count(w, &p->numbers[k], raw, length, &w->whole[k * TILT__BATCH + r])) return false;
    }
    return check_numbers(w, row, r);
}

/* Checks a row of digits, unless the same digits just passed without an offence. */
static bool check_digits(tilt__worker *w, uint64_t digits, size_t row, size_t r) {
    uint64_t *fine = &w->fine[digits * 0x9e3779b97f4a7c15u >> 54];
    uint64_t offences = w->reach_above.n + w->clicks_above.n;
    if (*fine == digits) return true; /* at first 0, and no zero exceeds another */
    for (size_t k = 0; k < w->plan->n_numbers; k++)
        w->whole[k * TILT__BATCH + r] = tilt__plain_row_digit(digits, w->plan->numbers[k].lane);
    if (!check_numbers(w, row, r)) return false;
    if (w->reach_above.n + w->clicks_above.n == offences) *fine = digits;
    return true;
}

/* A row of n numbers of one digit each, all of them quoted or none; `length` includes the end of the last. */
static inline bool read_row_digits(const char *text, size_t length, size_t n, uint64_t *out) {
    if (length == 2 * n) return tilt__plain_row_read(text, n, out);
    return length == 4 * n && tilt__quoted_row_read(text, n, out);
}

/* Where all numbers stand side by side and most rows have one digit in each, a row is read at once. */
static bool read_digits(tilt__worker *w, size_t row, size_t n) {
    const tilt__bulk_plan *p = w->plan;
    const tilt__strip strip =
        tilt__tile_strip(&w->tile, p->body.width, row, p->digits_column + p->n_numbers - 1);
    const uint32_t *mark = strip.marks;
    size_t before = p->n_numbers; /* from the mark behind the last to that before the first */
    w->n_slow = 0;
    for (size_t r = 0; r < n; r++, mark += strip.step) {
        uint32_t begin = mark[-(ptrdiff_t)before] + 1, end = mark[0];
        if (strip.last && strip.text[end - 1] == '\r') end--;
        if (read_row_digits(strip.text + begin, end - begin + 1, p->n_numbers, &w->digits[r])) {
            if (!check_digits(w, w->digits[r], row, r)) return false;
        } else if (!read_row(w, row, r)) {
            return false;
        }
    }
    if (w->n_slow * 4 > n) w->wait = ROWS_AS_COLUMNS;
    return true;
}

bool tilt__worker_numbers(tilt__worker *w, size_t row, size_t n) {
    const tilt__bulk_plan *p = w->plan;
    if (p->reach != SIZE_MAX && p->impressions != SIZE_MAX) w->reach_above.rows += n;
    if (p->clicks != SIZE_MAX && p->impressions != SIZE_MAX) w->clicks_above.rows += n;
    w->by_digits = p->digits && w->wait == 0;
    if (w->wait > 0) w->wait--;
    return w->by_digits ? read_digits(w, row, n) : read_columns(w, row, n);
}
