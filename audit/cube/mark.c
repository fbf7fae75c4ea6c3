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

const char *tilt__reduction_difference(const char *a, const char *b) {
    static const char *const parts[PARTS] = {"columns", "groups", "filters", "unit"};
    for (size_t i = 0; i < PARTS; i++) {
        if (memcmp(a + i * PART_DIGITS, b + i * PART_DIGITS, PART_DIGITS) != 0) return parts[i];
    }
    return NULL;
}

static bool digest_of(const tilt_cell *labels, size_t n, uint64_t *out) {
    tilt__hasher *hasher = tilt__hasher_new();
    char hex[TILT__SHA256_HEX];
    bool ok = hasher != NULL;
    for (size_t i = 0; ok && i < n; i++)
        ok = (i == 0 || tilt__hasher_add(hasher, "\x1f", 1)) &&
             tilt__hasher_add(hasher, labels[i].text, labels[i].length);
    ok = ok && tilt__hasher_hex(hasher, hex);
    tilt__hasher_free(hasher);
    if (!ok) return false;
    hex[DIGEST_DIGITS] = '\0';
    *out = strtoull(hex, NULL, 16);
    return true;
}

/* value times a small factor; false past 38 digits. */
static bool times(tilt__decimal value, uint64_t factor, tilt__decimal *out) {
    const tilt__decimal most = {(tilt__i128)1000000000000000000 * 1000000000000000};
    if (tilt__decimal_compare(value, most) > 0 ||
        tilt__decimal_compare(tilt__decimal_negate(value), most) > 0)
        return false;
    out->units = value.units * (tilt__i128)factor;
    return true;
}

bool tilt__row_sums_add(tilt__row_sums *tally, const tilt_cell *labels, size_t n_labels,
                        const tilt__decimal *values, const bool *there, size_t n_values) {
    uint64_t digest;
    if (!digest_of(labels, n_labels, &digest)) return false;
    bool ok = tilt__decimal_add(tally->labels, tilt__decimal_from_int((int64_t)digest), &tally->labels);
    for (size_t k = 0; k < n_values && ok; k++) {
        tilt__decimal value = there[k] ? values[k] : tilt__decimal_from_int(-1), part;
        ok = times(value, (k + 1) * (digest % SPREAD + 1), &part) &&
             tilt__decimal_add(tally->measures, part, &tally->measures);
    }
    tally->rows++;
    return ok;
}

void tilt__mark_print(const char *hash, const tilt__row_sums *tally, tilt__buf *out) {
    char labels[TILT__DECIMAL_TEXT], measures[TILT__DECIMAL_TEXT];
    tilt__decimal_print(tally->labels, labels);
    tilt__decimal_print(tally->measures, measures);
    tilt__buf_format(out, "%s-%llu-%s-%s", hash, (unsigned long long)tally->rows, labels, measures);
}

/* The text up to the next '-' that is no sign, as a decimal; moves behind it. */
static bool take_decimal(const char **text, size_t *n, tilt__decimal *out) {
    size_t length = *n > 0 && (*text)[0] == '-' ? 1 : 0;
    while (length < *n && (*text)[length] != '-') length++;
    bool ok = tilt__decimal_parse(*text, length, out);
    size_t used = length < *n ? length + 1 : length;
    *text += used;
    *n -= used;
    return ok;
}

bool tilt__mark_parse(const char *text, size_t n, char out_hash[TILT__REDUCTION_HEX], tilt__row_sums *out) {
    tilt__decimal rows;
    if (n < HASH_DIGITS + 2 || text[HASH_DIGITS] != '-') return false;
    for (size_t i = 0; i < HASH_DIGITS; i++) {
        if (strchr("0123456789abcdef", text[i]) == NULL || text[i] == '\0') return false;
    }
    memcpy(out_hash, text, HASH_DIGITS);
    out_hash[HASH_DIGITS] = '\0';
    text += HASH_DIGITS + 1;
    n -= HASH_DIGITS + 1;
    bool ok = take_decimal(&text, &n, &rows) && take_decimal(&text, &n, &out->labels) &&
              take_decimal(&text, &n, &out->measures) && n == 0;
    if (!ok || !tilt__decimal_is_integer(rows) || tilt__decimal_compare(rows, (tilt__decimal){0}) < 0)
        return false;
    out->rows = (uint64_t)(rows.units / TILT__DECIMAL_SCALE);
    return true;
}
