/* cube/load_totals.c - totals rows of one load: kept with what they name, decided on when all rows are in. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "cube/loader.h"
#include "read/chars.h"
#include "read/source.h"

/* The label that a totals row names in a dimension; `day` holds that of a day. NULL: none. */
static const char *name_of(const tilt__loader *l, const tilt_row *row, size_t d, char day[16]) {
    const tilt__dim_feed *feed = &l->dim_feeds[d];
    if (feed->day) return tilt__loader_day(l, row, d, day) ? tilt__arena_copy(l->arena, day) : NULL;
    tilt_cell cell = row->cells[feed->column];
    bool says_total = cell.text == row->label.text && row->label.length > 0;
    if (tilt__source_is_missing(l->source, &cell)) return NULL;
    tilt__trim(&cell.text, &cell.length);
    size_t named = tilt__source_names(&cell);
    if (named == 0 || (says_total && named == cell.length)) return NULL; /* "Total: Account" */
    cell.length = named;
    cell = tilt__loader_label(l, d, cell);
    return tilt__arena_text(l->arena, cell.text, cell.length);
}

/* The numbers of a totals row; how many. */
static size_t read_values(const tilt__loader *l, const tilt_row *row, tilt__total *out) {
    size_t n = 0;
    for (size_t m = 0; m < l->n_measures; m++) {
        size_t column = l->measure_feeds[m].column;
        tilt__number number;
        if (column == TILT_NO_COLUMN || l->measure_feeds[m].result_stage != NULL) continue;
        if (row->cells[column].length == 0) continue;
        if (tilt__source_number(l->source, column, &row->cells[column], &number) != TILT__NUMBER) continue;
        tilt__decimal above = {l->out->all_rows[m].units - l->at_total[m].units};
        out[n++] = (tilt__total){.measure = m, .value = number.value, .sum = above};
    }
    return n;
}

tilt_status tilt__loader_total(tilt__loader *l, const tilt_row *row, tilt_error *err) {
    bool facts = tilt__kind_is_sidecar(l->mapping->source_spec->kind);
    bool maybe = row->label.length == 0 && !tilt__source_blank_is_total(l->source) && !facts;
    if (maybe && l->persons != NULL) {
        l->out->recounted++;
        return tilt__loader_take(l, row, err);
    }
    const char *names[TILT__MAX_DIMS];
    char day[16];
    for (size_t d = 0; d < l->n_dims; d++) names[d] = name_of(l, row, d, day);
    tilt__total *values = tilt__alloc(l->n_measures + 1, sizeof *values);
    if (values == NULL) return tilt__fail_memory(err);
    size_t n = read_values(l, row, values);
    memcpy(l->at_total, l->out->all_rows, l->n_measures * sizeof *l->at_total);
    tilt_status status =
        tilt__totals_take(&l->out->totals, row, maybe && n > 0, names, l->n_dims, values, n, l->arena, err);
    free(values);
    return status;
}

tilt_status tilt__loader_settle(tilt__loader *l, tilt_error *err) {
    tilt__loaded *out = l->out;
    tilt_status status =
        tilt__totals_decide(&out->totals, out->cube, out->all_rows, out->rows, l->arena, err);
    for (size_t r = 0; r < out->totals.n_rows && status == TILT_OK; r++) {
        if (!out->totals.rows[r].is_data) continue;
        if (out->nameless++ == 0) out->nameless_line = out->totals.rows[r].maybe->line;
        out->recounted++;
        status = tilt__loader_take(l, out->totals.rows[r].maybe, err);
    }
    if (status != TILT_OK) return status;
    return tilt__totals_settle(&out->totals, out->cube, out->all_rows, out->rows, l->spec->n_where > 0,
                               l->arena, err);
}
