/* cube/observe.c - each rule is looked at once per row; the first row that breaks it is kept with its
 * numbers. Duplicates are found by 128-bit hashes of whole rows, up to a ceiling, in platform exports only:
 * people may repeat a row of their own file on purpose. */
#include "cube/observe.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "read/chars.h"
#include "read/source.h"

typedef struct row_hash {
    uint64_t high, low; /* both 0: free */
    uint64_t line;
} row_hash;

struct tilt__observer {
    const tilt__mapping *mapping;
    tilt__arena *arena;
    size_t n_measures;
    bool is_cost[TILT__MAX_MEASURES];
    const size_t *columns;             /* column that feeds a measure, or TILT_NO_COLUMN */
    size_t reach, impressions, clicks; /* measures, or SIZE_MAX */
    size_t frequency, currency, time_zone, attribution, day, from, to; /* columns, or TILT_NO_COLUMN */
    bool duplicates;                                                   /* wanted */
    row_hash *slots;                                                   /* a power of two of them */
    size_t n_slots, n_hashes;
    tilt__seen seen;
};

void tilt__observer_free(tilt__observer *observer) {
    if (observer == NULL) return;
    free(observer->slots);
    free(observer);
}

static size_t find_column(const tilt_source *source, const char *name) {
    for (size_t i = 0; i < tilt_source_n_columns(source); i++) {
        const tilt_column *column = tilt_source_column(source, i);
        if (!column->guarded && strcmp(column->name, name) == 0) return i;
    }
    return TILT_NO_COLUMN;
}

static size_t find_measure(const tilt__measure *measures, size_t n, const char *name) {
    for (size_t m = 0; m < n; m++) {
        if (strcmp(measures[m].name, name) == 0) return m;
    }
    return SIZE_MAX;
}

tilt__observer *tilt__observer_new(const tilt__mapping *mapping, const tilt__measure *measures,
                                   const size_t *columns, size_t n_measures, tilt__arena *arena) {
    tilt__observer *o = tilt__alloc(1, sizeof *o);
    if (o == NULL) return NULL;
    const tilt_source *source = mapping->source;
    *o = (tilt__observer){.mapping = mapping,
                          .arena = arena,
                          .n_measures = n_measures,
                          .columns = columns,
                          .reach = find_measure(measures, n_measures, "reach"),
                          .impressions = find_measure(measures, n_measures, "impressions"),
                          .clicks = find_measure(measures, n_measures, "clicks"),
                          .frequency = find_column(source, "frequency"),
                          .currency = find_column(source, "currency"),
                          .time_zone = find_column(source, "time_zone"),
                          .attribution = find_column(source, "attribution_setting"),
                          .day = tilt__mapping_find(mapping, TILT_ROLE_TIME, "day"),
                          .from = tilt__mapping_find(mapping, TILT_ROLE_TIME, "period_from"),
                          .to = tilt__mapping_find(mapping, TILT_ROLE_TIME, "period_to"),
                          .duplicates = strcmp(tilt_source_dialect(source)->platform, "generic") != 0,
                          .seen = {.compared_all = true}};
    for (size_t m = 0; m < n_measures; m++) o->is_cost[m] = measures[m].kind == TILT__MEASURE_COST;
    return o;
}

static void note_fault(tilt__fault *fault, const tilt_row *row, double a, double b) {
    if (fault->n++ > 0) return;
    fault->line = row->line;
    fault->a = a;
    fault->b = b;
}

static void compare_counts(size_t of, size_t per, const tilt_row *row, const tilt__decimal *amounts,
                           const bool *there, uint64_t *rows, tilt__fault *fault) {
    if (of == SIZE_MAX || per == SIZE_MAX || !there[of] || !there[per]) return;
    ++*rows;
    if (tilt__decimal_compare(amounts[of], amounts[per]) > 0)
        note_fault(fault, row, tilt__decimal_to_double(amounts[of]), tilt__decimal_to_double(amounts[per]));
}

/* Digits behind the decimal mark: a number is as precise as it is written. */
static size_t decimals_of(const tilt_cell *cell, char mark) {
    for (size_t i = cell->length; i > 0 && mark != '\0'; i--) {
        if (cell->text[i - 1] == mark) return cell->length - i;
    }
    return 0;
}

/* Cut or rounded: one unit of the last digit that is written. */
static void compare_frequency(tilt__observer *o, const tilt_row *row, const tilt__decimal *amounts,
                              const bool *there) {
    tilt__number number;
    if (o->frequency == TILT_NO_COLUMN || o->reach == SIZE_MAX || o->impressions == SIZE_MAX) return;
    if (!there[o->reach] || !there[o->impressions]) return;
    const tilt_cell *cell = &row->cells[o->frequency];
    if (cell->length == 0) return;
    if (tilt__source_number(o->mapping->source, o->frequency, cell, &number) != TILT__NUMBER) return;
    double reach = tilt__decimal_to_double(amounts[o->reach]);
    if (!(reach > 0)) return;
    double said = tilt__decimal_to_double(number.value);
    double is = tilt__decimal_to_double(amounts[o->impressions]) / reach;
    char mark = tilt_source_column(o->mapping->source, o->frequency)->decimal_mark;
    double unit = pow(10, -(double)decimals_of(cell, mark));
    o->seen.frequency_rows++;
    if (fabs(said - is) > unit * 1.000001 + 1e-9 * is) note_fault(&o->seen.frequency_off, row, said, is);
}

static bool day_at(const tilt__observer *o, const tilt_row *row, size_t column, int64_t *out_day) {
    return column != TILT_NO_COLUMN &&
           tilt__source_day(o->mapping->source, column, &row->cells[column], out_day) == TILT__DATE;
}

static void widen(tilt__seen *seen, uint64_t line, int64_t from, int64_t to) {
    if (!seen->has_days || from < seen->first_day) {
        seen->first_day = from;
        seen->first_line = line;
    }
    if (!seen->has_days || to > seen->last_day) {
        seen->last_day = to;
        seen->last_line = line;
    }
    seen->has_days = true;
}

static void compare_days(tilt__observer *o, const tilt_row *row) {
    int64_t day = 0, from = 0, to = 0;
    bool has_day = day_at(o, row, o->day, &day);
    bool has_period = day_at(o, row, o->from, &from) && day_at(o, row, o->to, &to);
    if (has_day) widen(&o->seen, row->line, day, day);
    if (has_period) widen(&o->seen, row->line, from, to);
    if (!has_day || !has_period) return;
    o->seen.day_rows++;
    if (day < from || day > to)
        note_fault(&o->seen.day_outside, row, (double)day, (double)(day < from ? from : to));
}

static bool note_withheld(tilt__observer *o, const tilt_row *row, const bool *there) {
    bool any = false;
    for (size_t m = 0; m < o->n_measures; m++) {
        if (there[m] || o->columns[m] == TILT_NO_COLUMN) continue;
        const char *text = row->cells[o->columns[m]].text;
        size_t n = row->cells[o->columns[m]].length;
        tilt__trim(&text, &n);
        if (n == 0 || text[0] != '<') continue;
        any = true;
        if (o->seen.withheld == NULL) o->seen.withheld = tilt__arena_text(o->arena, text, n < 20 ? n : 20);
        if (o->seen.withheld == NULL) return false;
    }
    o->seen.withheld_rows += any;
    return true;
}

static bool keep_constant(const tilt__observer *o, const char *text, size_t n, tilt__constant *constant) {
    const char **slot = constant->first == NULL ? &constant->first : &constant->other;
    if (slot == &constant->other && strlen(constant->first) == n && memcmp(constant->first, text, n) == 0)
        return true;
    *slot = tilt__arena_text(o->arena, text, n);
    return *slot != NULL;
}

static bool take_constant(tilt__observer *o, const tilt_cell *cell, tilt__constant *constant) {
    if (constant->other != NULL) return true;
    const char *text = cell->text;
    size_t n = cell->length;
    tilt__trim(&text, &n);
    if (n == 0 || tilt__source_is_missing(o->mapping->source, cell)) return true;
    return keep_constant(o, text, n, constant);
}

/* What stands beside the digits of an amount: a sign of a currency, or its code. */
static size_t symbol_of(const tilt_cell *cell, char out[8]) {
    size_t n = 0;
    for (size_t i = 0; i < cell->length && n < 8; i++) {
        unsigned char c = (unsigned char)cell->text[i];
        size_t left = cell->length - i;
        bool blank = left >= 2 && memcmp(cell->text + i, "\xc2\xa0", 2) == 0;
        bool narrow = left >= 3 && (memcmp(cell->text + i, "\xe2\x80\xaf", 3) == 0 ||
                                    memcmp(cell->text + i, "\xe2\x80\x99", 3) == 0);
        i += blank ? 1 : narrow ? 2 : 0;
        if (blank || narrow || strchr("0123456789.,' -+", c) != NULL) continue;
        out[n++] = (char)c;
    }
    return n;
}

/* 12,50 EUR in one row and $13 in the next are no one sum. */
static bool note_symbols(tilt__observer *o, const tilt_row *row, const bool *there) {
    for (size_t m = 0; m < o->n_measures && o->seen.symbol.other == NULL; m++) {
        char symbol[8];
        if (!there[m] || !o->is_cost[m] || o->columns[m] == TILT_NO_COLUMN) continue;
        size_t n = symbol_of(&row->cells[o->columns[m]], symbol);
        if (n > 0 && !(n == 1 && (symbol[0] | 32) == 'e') && !keep_constant(o, symbol, n, &o->seen.symbol))
            return false;
    }
    return true;
}

static bool note_constant(tilt__observer *o, const tilt_row *row, size_t column, tilt__constant *constant) {
    return column == TILT_NO_COLUMN || take_constant(o, &row->cells[column], constant);
}

bool tilt__observer_constant(tilt__observer *o, size_t column, const tilt_cell *cell, bool *out_more) {
    tilt__constant *constant = column == o->currency    ? &o->seen.currency
                               : column == o->time_zone ? &o->seen.time_zone
                                                        : &o->seen.attribution;
    bool ok = take_constant(o, cell, constant);
    *out_more = constant->other == NULL;
    return ok;
}

tilt__seen *tilt__observer_edit(tilt__observer *observer) {
    return &observer->seen;
}

/* ---- rows that stand there twice ---- */

static uint64_t mix(uint64_t h) {
    h ^= h >> 33;
    h *= 0xff51afd7ed558ccdu;
    h ^= h >> 33;
    h *= 0xc4ceb9fe1a85ec53u;
    return h ^ h >> 33;
}

/* The length stands before each cell, so that no cell can imitate two. */
static row_hash hash_row(const tilt_row *row) {
    uint64_t a = 0xcbf29ce484222325u, b = 0x9e3779b97f4a7c15u;
    for (size_t i = 0; i < row->n_cells; i++) {
        const tilt_cell *cell = &row->cells[i];
        a = mix(a ^ cell->length);
        b = mix(b + cell->length);
        for (size_t k = 0; k < cell->length; k++) {
            uint64_t c = (unsigned char)cell->text[k];
            a = (a ^ c) * 0x100000001b3u;
            b = (b + c) * 0xd6e8feb86659fd93u;
        }
    }
    a = mix(a);
    return (row_hash){a != 0 ? a : 1, mix(b), row->line};
}

static size_t slot_of(const row_hash *slots, size_t n_slots, const row_hash *hash) {
    size_t slot = hash->high & (n_slots - 1);
    while (slots[slot].high != 0 && (slots[slot].high != hash->high || slots[slot].low != hash->low))
        slot = (slot + 1) & (n_slots - 1);
    return slot;
}

static bool grow_slots(tilt__observer *o) {
    size_t n = o->n_slots == 0 ? 256 : o->n_slots * 2;
    row_hash *slots = tilt__alloc(n, sizeof *slots);
    if (slots == NULL) return false;
    for (size_t i = 0; i < o->n_slots; i++) {
        if (o->slots[i].high != 0) slots[slot_of(slots, n, &o->slots[i])] = o->slots[i];
    }
    free(o->slots);
    o->slots = slots;
    o->n_slots = n;
    return true;
}

/* A row without any count says nothing twice. */
static bool counts_any(const tilt__observer *o, const tilt__decimal *amounts, const bool *there) {
    for (size_t m = 0; m < o->n_measures; m++) {
        if (there[m] && o->columns[m] != TILT_NO_COLUMN && !tilt__decimal_is_zero(amounts[m])) return true;
    }
    return false;
}

static bool note_duplicate(tilt__observer *o, const tilt_row *row) {
    if (o->seen.compared_rows == TILT__MOST_COMPARED) {
        o->seen.compared_all = false;
        return true;
    }
    if (o->n_hashes * 4 >= o->n_slots * 3 && !grow_slots(o)) return false;
    row_hash hash = hash_row(row);
    row_hash *slot = &o->slots[slot_of(o->slots, o->n_slots, &hash)];
    o->seen.compared_rows++;
    if (slot->high != 0) {
        note_fault(&o->seen.duplicate, row, (double)slot->line, 0);
        return true;
    }
    *slot = hash;
    o->n_hashes++;
    return true;
}

bool tilt__observer_take(tilt__observer *o, const tilt_row *row, const tilt__decimal *amounts,
                         const bool *there) {
    compare_counts(o->reach, o->impressions, row, amounts, there, &o->seen.reach_rows, &o->seen.reach_above);
    compare_counts(o->clicks, o->impressions, row, amounts, there, &o->seen.clicks_rows,
                   &o->seen.clicks_above);
    compare_frequency(o, row, amounts, there);
    compare_days(o, row);
    return note_withheld(o, row, there) && note_constant(o, row, o->currency, &o->seen.currency) &&
           note_constant(o, row, o->time_zone, &o->seen.time_zone) &&
           note_constant(o, row, o->attribution, &o->seen.attribution) && note_symbols(o, row, there) &&
           (!o->duplicates || !counts_any(o, amounts, there) || note_duplicate(o, row));
}

const tilt__seen *tilt__observer_seen(const tilt__observer *observer) {
    return &observer->seen;
}
