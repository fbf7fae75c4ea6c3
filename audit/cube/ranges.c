/* cube/ranges.c - limits are widened, never narrowed: what could be meant lies inside. */
#include "cube/ranges.h"

#include <string.h>

#include "read/chars.h"
#include "read/source.h"

typedef struct reading {
    const tilt_source *source;
    const tilt_row *row;
    const tilt__range *range;
    tilt_error *err;
} reading;

static const tilt__decimal zero = {0};
static const tilt__decimal one = {TILT__DECIMAL_SCALE};

static tilt_status refuse(const reading *r, size_t column, const char *expected) {
    return tilt__source_bad_cell(r->source, r->row, column, expected, r->err);
}

/* `1,000+` and `1M+`: the number before the plus, and nothing above. */
static bool read_plus(const reading *r, size_t column, tilt__number *out) {
    tilt_cell cell = r->row->cells[column];
    char text[64];
    tilt__trim(&cell.text, &cell.length);
    if (cell.length < 2 || cell.length > sizeof text - 2 || cell.text[cell.length - 1] != '+') return false;
    text[0] = '>';
    memcpy(text + 1, cell.text, cell.length - 1);
    return tilt__source_number(r->source, column, &(tilt_cell){text, cell.length}, out) ==
           TILT__NUMBER_INTERVAL;
}

/* One cell as limits: a number, a range, or nothing. */
static tilt_status read_cell(const reading *r, size_t column, bool share, tilt__number *out,
                             bool *out_there) {
    const char *expected = share ? "a share from 0 to 1, or with %" : "a count of zero or more, or a range";
    tilt__number_kind kind = tilt__source_number(r->source, column, &r->row->cells[column], out);
    bool missing = tilt__source_is_missing(r->source, &r->row->cells[column]);
    *out_there = !missing;
    if (missing) return TILT_OK;
    if (kind == TILT__NOT_A_NUMBER && read_plus(r, column, out)) kind = TILT__NUMBER_INTERVAL;
    if (kind == TILT__NUMBER) {
        out->lower = out->upper = out->value;
        out->has_lower = out->has_upper = true;
    } else if (kind != TILT__NUMBER_INTERVAL) {
        return refuse(r, column, expected);
    }
    if (out->percent && !share) return refuse(r, column, "a count, not a share");
    bool negative = (out->has_lower && tilt__decimal_compare(out->lower, zero) < 0) ||
                    (out->has_upper && tilt__decimal_compare(out->upper, zero) < 0);
    return negative ? refuse(r, column, expected) : TILT_OK;
}

static tilt_status read_range(const reading *r, size_t column, tilt__ends *out) {
    tilt__number number;
    tilt_status status = read_cell(r, column, false, &number, &out->there);
    if (status != TILT_OK || !out->there) return status;
    out->lower = number.has_lower ? number.lower : zero;
    out->open = !number.has_upper;
    out->upper = out->open ? out->lower : number.upper;
    return TILT_OK;
}

/* Each end in a column of its own. */
static tilt_status read_ends(const reading *r, size_t low, size_t high, tilt__ends *out) {
    tilt__ends least = {.there = false}, most = {.there = false};
    tilt_status status = read_range(r, low, &least);
    if (status == TILT_OK) status = read_range(r, high, &most);
    if (status != TILT_OK) return status;
    out->there = least.there || most.there;
    out->lower = least.there ? least.lower : zero;
    out->open = out->there && (!most.there || most.open);
    out->upper = out->open ? out->lower : most.upper;
    return tilt__decimal_compare(out->lower, out->upper) <= 0
               ? TILT_OK
               : refuse(r, low, "at most the upper end of the same row");
}

/* Half a unit of the last digit that is written, rounded up at the 15th decimal. `shift`: 2 for percent.
 * `fewest`: decimals of a cell that shows none: a 1 among 0.29 and 0.5 may have been 0.95. */
static tilt__decimal half_unit(const tilt_cell *cell, char mark, int shift, size_t fewest) {
    int places = shift;
    bool behind = false;
    for (size_t i = 0; i < cell->length; i++) {
        char c = cell->text[i];
        if (c == 'e' || c == 'E')
            return (tilt__decimal){TILT__DECIMAL_SCALE / 2}; /* a power of ten: anything */
        if (c == (mark != '\0' ? mark : '.') || (mark == '\0' && c == ',')) behind = true;
        places += behind && c >= '0' && c <= '9';
    }
    if (!behind && shift == 0) places = (int)fewest;
    tilt__i128 unit = TILT__DECIMAL_SCALE;
    for (int i = 0; i < places && unit > 0; i++) unit /= 10;
    return (tilt__decimal){(unit + 1) / 2};
}

static tilt__decimal clamped(tilt__i128 units) {
    if (units < 0) return zero;
    return units > one.units ? one : (tilt__decimal){units};
}

static tilt_status read_share(const reading *r, tilt__ends *out) {
    static const tilt__range_part parts[] = {TILT__RANGE_SHARE, TILT__RANGE_PERCENT, TILT__RANGE_EXACT_SHARE};
    size_t p = 0;
    while (p < 2 && r->range->columns[parts[p]] == TILT_NO_COLUMN) p++; /* one of them is there */
    size_t column = r->range->columns[parts[p]];
    bool percent = parts[p] == TILT__RANGE_PERCENT;
    tilt__number number;
    tilt_status status = read_cell(r, column, true, &number, &out->there);
    if (status != TILT_OK || !out->there) return status;
    tilt__i128 low = number.has_lower ? number.lower.units : 0;
    tilt__i128 high = number.has_upper ? number.upper.units : one.units;
    if (percent && !number.percent) low /= 100, high = number.has_upper ? (high + 99) / 100 : high;
    if (low > one.units || high > one.units)
        return refuse(r, column, percent ? "at most 100 percent" : "a share from 0 to 1, or with %");
    bool written_number =
        number.has_lower && number.has_upper && tilt__decimal_compare(number.lower, number.upper) == 0;
    if (parts[p] != TILT__RANGE_EXACT_SHARE && written_number) {
        char mark = tilt_source_column(r->source, column)->decimal_mark;
        tilt__decimal half = half_unit(&r->row->cells[column], mark, percent || number.percent ? 2 : 0,
                                       tilt__source_fewest_decimals(r->source, column));
        low -= half.units;
        high += half.units;
    }
    out->lower = clamped(low);
    out->upper = clamped(high);
    return TILT_OK;
}

/* The row's share of the row's whole. */
static tilt_status read_part(const reading *r, tilt__ends *out) {
    tilt__ends share = {.there = false}, whole = {.lower = one, .upper = one, .there = true};
    const size_t *columns = r->range->columns;
    tilt_status status = read_share(r, &share);
    if (status == TILT_OK && columns[TILT__RANGE_WHOLE] != TILT_NO_COLUMN)
        status = read_range(r, columns[TILT__RANGE_WHOLE], &whole);
    if (status == TILT_OK && columns[TILT__RANGE_WHOLE_MIN] != TILT_NO_COLUMN)
        status = read_ends(r, columns[TILT__RANGE_WHOLE_MIN], columns[TILT__RANGE_WHOLE_MAX], &whole);
    if (status != TILT_OK) return status;
    out->there = share.there && whole.there;
    if (!out->there) return TILT_OK;
    bool nothing = tilt__decimal_is_zero(share.upper);
    out->lower = tilt__decimal_part(whole.lower, share.lower, false);
    out->upper = tilt__decimal_part(whole.upper, share.upper, true);
    out->open = whole.open && !nothing;
    return TILT_OK;
}

tilt_status tilt__range_read(const tilt_source *source, const tilt_row *row, const tilt__range *range,
                             tilt__ends *out, tilt_error *err) {
    reading r = {source, row, range, err};
    *out = (tilt__ends){.there = false};
    if (range->columns[TILT__RANGE_CELL] != TILT_NO_COLUMN)
        return read_range(&r, range->columns[TILT__RANGE_CELL], out);
    if (tilt__range_has_shares(range)) return read_part(&r, out);
    return read_ends(&r, range->columns[TILT__RANGE_MIN], range->columns[TILT__RANGE_MAX], out);
}
