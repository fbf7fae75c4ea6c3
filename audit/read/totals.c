/* read/totals.c - rows that are sums of other rows although they name something: "All" among women and men,
 * and the subtotals of a pivot table ("Spring Total" below the rows of "Spring").
 * Both are decided by what the surveyed part of the file shows, before the first row is delivered, so that
 * every pass over a file calls the same rows totals. */
#include "read/totals.h"

#include <string.h>

#include "read/chars.h"

/* One of these beside other labels of an audience is the sum over them. */
bool tilt__cell_is_whole(const tilt_cell *cell) {
    static const char *const words[] = {"all",        "both",  "overall", "all genders", "all ages",
                                        "both sexes", "alle",  "beide",   "tous",        "toutes",
                                        "todos",      "todas", "tutti",   "allemaal"};
    const char *text = cell->text;
    size_t n = cell->length;
    tilt__trim(&text, &n);
    if (n < 3 || n > 12 || (text[0] >= '0' && text[0] <= '9')) return false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (tilt__same_word(text, n, words[i])) return true;
    return tilt__cell_is_total_word(cell);
}

size_t tilt__subtotal_prefix(const tilt_cell *cell) {
    static const char *const endings[] = {" total", " subtotal", " gesamt", " ergebnis", " totaal"};
    const char *text = cell->text;
    size_t n = cell->length;
    tilt__trim(&text, &n);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t m = strlen(endings[i]);
        if (n > m && tilt__same_word(text + n - m, m, endings[i])) return n - m;
    }
    return 0;
}

bool tilt__whole_here(const tilt_source *source, const tilt_cell *cells, size_t n, size_t *out_label) {
    for (size_t i = 0; source->n_wholes > 0 && i < source->n_columns && i < n; i++) {
        if (!source->has_wholes[i]) continue;
        bool audience = source->columns[i].role == TILT_ROLE_AUDIENCE;
        bool factor = source->columns[i].role == TILT_ROLE_FACTOR && source->is_key[i];
        if (!audience && !factor) continue;
        if (audience ? !tilt__cell_is_whole(&cells[i]) : !tilt__cell_is_total_word(&cells[i])) continue;
        *out_label = i;
        return true;
    }
    return false;
}

bool tilt__subtotal_here(const tilt_source *source, const tilt_cell *cells, size_t n, size_t *out_label) {
    size_t first = 0;
    while (first < n && cells[first].length == 0) first++;
    if (first >= n || first >= source->n_columns || !source->is_key[first]) return false;
    if (source->n_keys < 2 || tilt__subtotal_prefix(&cells[first]) == 0) return false;
    for (size_t i = first + 1; i < source->n_columns && i < n; i++) {
        const char *text = cells[i].text;
        size_t length = cells[i].length;
        tilt__trim(&text, &length);
        if (source->is_key[i] && length > 0) return false;
    }
    *out_label = first;
    return true;
}
