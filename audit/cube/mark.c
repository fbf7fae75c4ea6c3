/* cube/mark.c - one hash per part of a reduction, and the sums over the rows of a cube. */
#include "cube/mark.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/mem.h"

enum { PARTS = 4, PART_DIGITS = 16, HASH_DIGITS = PARTS * PART_DIGITS, DIGEST_DIGITS = 12, SPREAD = 1009 };

static int compare_texts(const void *left, const void *right) {
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* 16 hexadecimal digits of texts in byte order, so that the order of a spec's keys cannot matter. */
static bool hash_texts(const char **texts, size_t n, char out[PART_DIGITS]) {
    tilt__buf whole = TILT__BUF_INIT;
    char hex[TILT__SHA256_HEX];
    if (n > 0) qsort(texts, n, sizeof *texts, compare_texts);
    for (size_t i = 0; i < n; i++) {
        tilt__buf_text(&whole, texts[i]);
        tilt__buf_char(&whole, '\n');
    }
    bool ok = !whole.failed && tilt__sha256_hex(tilt__buf_get(&whole), whole.length, hex);
    tilt__buf_free(&whole);
    if (ok) memcpy(out, hex, PART_DIGITS);
    return ok;
}

/* Texts made of the spec, kept apart by a character that no name holds. */
static const char *joined(tilt__arena *arena, const char *a, const char *b, const char *c) {
    return tilt__arena_format(arena, "%s\x1f%s\x1f%s", a, b, c);
}

static bool hash_groups(const tilt_spec *spec, tilt__arena *arena, char *out) {
    const char **texts = tilt__arena_alloc(arena, spec->n_groupings + 1, sizeof *texts);
    for (size_t i = 0; texts != NULL && i < spec->n_groupings; i++) {
        const tilt__grouping *g = &spec->groupings[i];
        texts[i] = joined(arena, g->attribute, g->group, g->label);
    }
    return texts != NULL && !arena->failed && hash_texts(texts, spec->n_groupings, out);
}

static bool hash_filters(const tilt_spec *spec, tilt__arena *arena, char *out) {
    const char **texts = tilt__arena_alloc(arena, spec->n_where + 1, sizeof *texts);
    for (size_t i = 0; texts != NULL && i < spec->n_where; i++)
        texts[i] = joined(arena, spec->where[i].column, spec->where[i].value, "");
    return texts != NULL && !arena->failed && hash_texts(texts, spec->n_where, out);
}

static bool hash_unit(const tilt_spec *spec, char *out) {
    const char *texts[TILT__MAX_CROSSING];
    for (size_t i = 0; i < spec->unit.n; i++) texts[i] = spec->unit.names[i];
    return hash_texts(texts, spec->unit.n, out);
}

bool tilt__reduction_hash(const char *const *columns, size_t n_columns, const tilt_spec *spec,
                          char out_hex[TILT__REDUCTION_HEX]) {
    tilt__arena arena = {0};
    const char **own = tilt__arena_alloc(&arena, n_columns + 1, sizeof *own);
    if (own != NULL && n_columns > 0) memcpy(own, columns, n_columns * sizeof *own);
    bool ok = own != NULL && hash_texts(own, n_columns, out_hex) &&
              hash_groups(spec, &arena, out_hex + PART_DIGITS) &&
              hash_filters(spec, &arena, out_hex + (size_t)2 * PART_DIGITS) &&
              hash_unit(spec, out_hex + (size_t)3 * PART_DIGITS);
    out_hex[HASH_DIGITS] = '\0';
    tilt__arena_free(&arena);
    return ok;
}

bool tilt__reduction_has_filters(const char *hash, const tilt_spec *spec, bool *out) {
    char own[PART_DIGITS];
    tilt__arena arena = {0};
    bool ok = hash_filters(spec, &arena, own);
    *out = ok && spec->n_where > 0 && memcmp(own, hash + (size_t)2 * PART_DIGITS, PART_DIGITS) == 0;
    tilt__arena_free(&arena);
    return ok;
}

/* One part of two reductions, one after the other; the same once more changes nothing. */
static bool hash_both(const char *first, char then[PART_DIGITS]) {
    char texts[2][PART_DIGITS + 1] = {{0}};
    if (memcmp(first, then, PART_DIGITS) == 0) return true;
    memcpy(texts[0], first, PART_DIGITS);
    memcpy(texts[1], then, PART_DIGITS);
    const char *both[] = {texts[0], texts[1]};
    return hash_texts(both, 2, then);
}

bool tilt__reduction_again(const char *hash, const char *const *columns, size_t n_columns,
                           const tilt_spec *spec, char out_hex[TILT__REDUCTION_HEX]) {
    enum { GROUPS = 1, FILTERS, UNIT };
    bool ok = tilt__reduction_hash(columns, n_columns, spec, out_hex);
    const bool further[] = {true, spec->n_groupings > 0, spec->n_where > 0, spec->unit.n > 0};
    for (size_t part = GROUPS; part <= UNIT && ok; part++) {
        char *own = out_hex + part * PART_DIGITS;
        const char *before = hash + part * PART_DIGITS;
        if (!further[part])
            memcpy(own, before, PART_DIGITS);
        else if (part != UNIT)
            ok = hash_both(before, own);
    }
    return ok;
}

const char *tilt__reduction_difference(const char *a, const char *b) {
    static const char *const parts[PARTS] = {"columns", "groups", "filters", "unit"};
    for (size_t i = 0; i < PARTS; i++) {
        if (memcmp(a + i * PART_DIGITS, b + i * PART_DIGITS, PART_DIGITS) != 0) return parts[i];
    }
    return NULL;
}

/* The hasher and the room for the text are kept from row to row. */
static bool digest_of(tilt__row_sums *sums, const tilt_cell *labels, size_t n, uint64_t *out) {
    if (sums->hasher == NULL) sums->hasher = tilt__hasher_new();
    sums->text.ceiling = TILT__BUF_CEILING;
    tilt__buf_reset(&sums->text);
    for (size_t i = 0; i < n; i++) {
        if (i > 0) tilt__buf_char(&sums->text, '\x1f');
        tilt__buf_add(&sums->text, labels[i].text, labels[i].length);
    }
    if (sums->hasher == NULL || sums->text.failed ||
        !tilt__hasher_number(sums->hasher, tilt__buf_get(&sums->text), sums->text.length, out))
        return false;
    *out >>= 64 - 4 * DIGEST_DIGITS;
    return true;
}

void tilt__row_sums_free(tilt__row_sums *sums) {
    tilt__hasher_free(sums->hasher);
    tilt__buf_free(&sums->text);
    *sums = (tilt__row_sums){0};
}

/* In millionths, rounded down, so that a query in any dialect gets the same whole number. */
static tilt__i128 millionths_of(tilt__decimal value) {
    const tilt__i128 step = TILT__DECIMAL_SCALE / 1000000;
    tilt__i128 whole = value.units / step;
    return whole * step > value.units ? whole - 1 : whole;
}

bool tilt__row_sums_add(tilt__row_sums *sums, const tilt_cell *labels, size_t n_labels,
                        const tilt__decimal *values, const bool *there, size_t n_values) {
    const tilt__i128 most = (tilt__i128)1 << 100; /* times 1009 * 1024 measures stays below 2^121 */
    uint64_t digest;
    if (!digest_of(sums, labels, n_labels, &digest)) return false;
    sums->labels += digest;
    sums->rows++;
    for (size_t k = 0; k < n_values; k++) {
        tilt__i128 value = there[k] ? millionths_of(values[k]) : -1000000;
        if (value > most || value < -most) return false;
        sums->measures += value * (tilt__i128)((k + 1) * (digest % SPREAD + 1));
        if (sums->measures > most << 25 || sums->measures < -(most << 25)) return false;
    }
    return true;
}

static void print_whole(tilt__i128 value, tilt__buf *out) {
    char digits[40];
    size_t n = sizeof digits;
    bool negative = value < 0;
    do {
        int digit = (int)(value % 10);
        digits[--n] = (char)('0' + (digit < 0 ? -digit : digit));
        value /= 10;
    } while (value != 0);
    if (negative) tilt__buf_char(out, '-');
    tilt__buf_add(out, digits + n, sizeof digits - n);
}

void tilt__mark_print(const char *hash, const tilt__row_sums *sums, tilt__buf *out) {
    tilt__buf_format(out, "%s-%llu-", hash, (unsigned long long)sums->rows);
    print_whole(sums->labels, out);
    tilt__buf_char(out, '-');
    print_whole(sums->measures, out);
}

/* A whole number with the '-' behind it, unless it is the last; moves behind it. */
static bool take_whole(const char **text, size_t *n, bool last, tilt__i128 *out) {
    bool negative = *n > 0 && (*text)[0] == '-';
    size_t i = negative ? 1 : 0, first = i;
    *out = 0;
    for (; i < *n && (*text)[i] >= '0' && (*text)[i] <= '9' && i - first < 38; i++)
        *out = *out * 10 + ((*text)[i] - '0');
    bool ends = last ? i == *n : i < *n && (*text)[i] == '-';
    if (i == first || !ends) return false;
    if (negative) *out = -*out;
    if (!last) i++;
    *text += i;
    *n -= i;
    return true;
}

bool tilt__mark_parse(const char *text, size_t n, char out_hash[TILT__REDUCTION_HEX], tilt__row_sums *out) {
    tilt__i128 rows;
    if (n < HASH_DIGITS + 2 || text[HASH_DIGITS] != '-') return false;
    for (size_t i = 0; i < HASH_DIGITS; i++) {
        if (strchr("0123456789abcdef", text[i]) == NULL || text[i] == '\0') return false;
    }
    memcpy(out_hash, text, HASH_DIGITS);
    out_hash[HASH_DIGITS] = '\0';
    text += HASH_DIGITS + 1;
    n -= HASH_DIGITS + 1;
    bool ok = take_whole(&text, &n, false, &rows) && take_whole(&text, &n, false, &out->labels) &&
              take_whole(&text, &n, true, &out->measures);
    if (!ok || rows < 0 || rows > INT64_MAX) return false;
    out->rows = (uint64_t)rows;
    return true;
}
