/* map/shares.c - rows of two names and a share. Columns are found by their header alone: as an audience
 * "segment" would also be found under the name "group". */
#include "map/shares.h"

#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "read/source.h"

typedef struct reader {
    const tilt__shares *shares;
    const tilt_source *source;
    tilt__arena *arena;
    size_t column[3];
} reader;

static tilt_status take_row(void *user, const tilt_row *row, tilt_error *err) {
    reader *r = user;
    if (row->kind == TILT_ROW_TOTAL) return TILT_OK;
    const tilt_cell *first = &row->cells[r->column[0]], *second = &row->cells[r->column[1]];
    tilt__number number;
    tilt__number_kind kind = tilt__source_number(r->source, r->column[2], &row->cells[r->column[2]], &number);
    double share = kind == TILT__NUMBER ? tilt__decimal_to_double(number.value) : -1;
    if (!(share >= 0 && share <= 1))
        return tilt__source_bad_cell(r->source, row, r->column[2], r->shares->wanted, err);
    const char *a = tilt__arena_text(r->arena, first->text, first->length);
    const char *b = tilt__arena_text(r->arena, second->text, second->length);
    bool kept = a != NULL && b != NULL && r->shares->take(r->shares->user, a, b, share);
    return kept ? TILT_OK : tilt__fail_memory(err);
}

static tilt_status find_columns(reader *r, tilt_error *err) {
    for (size_t k = 0; k < 3; k++) {
        r->column[k] = TILT_NO_COLUMN;
        for (size_t i = 0; i < tilt_source_n_columns(r->source); i++) {
            bool named = strcmp(tilt_source_column(r->source, i)->normal, r->shares->names[k]) == 0;
            if (named && r->column[k] == TILT_NO_COLUMN) r->column[k] = i;
        }
        tilt__place place = {.source = tilt_source_name(r->source)};
        if (r->column[k] == TILT_NO_COLUMN)
            return tilt__fail_at(err, TILT_ESPEC, &place, "has no column \"%s\"; expected %s",
                                 r->shares->names[k], r->shares->columns);
    }
    return TILT_OK;
}

tilt_status tilt__shares_read(const tilt__shares *shares, tilt__arena *arena, tilt_error *err) {
    tilt_source_opts opts = {.platform = "generic"};
    tilt_source *source = tilt_source_open(shares->file, &opts, err);
    if (source == NULL) return err != NULL ? err->status : TILT_EIO;
    reader r = {.shares = shares, .source = source, .arena = arena};
    tilt_status status = find_columns(&r, err);
    if (status == TILT_OK) status = tilt_source_rows(source, take_row, &r, err);
    tilt_source_free(source);
    return status;
}
