/* map/inferred.c - a membership file through the same reader as every export. */
#include "map/inferred.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/map.h"
#include "base/mem.h"
#include "read/source.h"

typedef struct membership_reader {
    const tilt_source *source;
    tilt_spec *spec;
    tilt__inferred_spec *out;
    size_t column[3]; /* segment, group, probability */
    size_t capacity;
} membership_reader;

static tilt_status take_row(void *user, const tilt_row *row, tilt_error *err) {
    membership_reader *r = user;
    if (row->kind == TILT_ROW_TOTAL) return TILT_OK;
    const tilt_cell *segment = &row->cells[r->column[0]], *group = &row->cells[r->column[1]];
    tilt__number number;
    tilt__number_kind kind = tilt__source_number(r->source, r->column[2], &row->cells[r->column[2]], &number);
    double share = kind == TILT__NUMBER ? tilt__decimal_to_double(number.value) : -1;
    if (!(share >= 0 && share <= 1))
        return tilt__source_bad_cell(r->source, row, r->column[2], "a probability between 0 and 1", err);
    void *items = r->out->cells;
    tilt__inferred_cell *slot =
        tilt__arena_push(&r->spec->arena, &items, &r->out->n_cells, &r->capacity, sizeof *slot);
    if (slot == NULL) return tilt__fail_memory(err);
    r->out->cells = items;
    slot->row = tilt__arena_text(&r->spec->arena, segment->text, segment->length);
    slot->column = tilt__arena_text(&r->spec->arena, group->text, group->length);
    slot->probability = share;
    return slot->row != NULL && slot->column != NULL ? TILT_OK : tilt__fail_memory(err);
}

static tilt_status check_sums(const tilt__inferred_spec *in, tilt_error *err) {
    tilt__map *segments = tilt__map_new();
    double *sums = tilt__alloc(in->n_cells + 1, sizeof *sums);
    tilt_status status = segments != NULL && sums != NULL ? TILT_OK : tilt__fail_memory(err);
    for (size_t i = 0; sums != NULL && i < in->n_cells && status == TILT_OK; i++) {
        size_t at = tilt__map_add(segments, in->cells[i].row, strlen(in->cells[i].row));
        if (at == TILT__MAP_NONE) {
            status = tilt__fail_memory(err);
        } else {
            sums[at] += in->cells[i].probability;
            if (sums[at] > 1 + 1e-6)
                status =
                    tilt__fail(err, TILT_ESPEC, "%.200s: the probabilities of \"%.60s\" sum to more than 1",
                               in->file, in->cells[i].row);
        }
    }
    tilt__map_free(segments);
    free(sums);
    return status;
}

/* By header alone: as an audience "segment" would also be found under the name "group". */
static size_t find_header(const tilt_source *source, const char *name) {
    for (size_t i = 0; i < tilt_source_n_columns(source); i++) {
        if (strcmp(tilt_source_column(source, i)->normal, name) == 0) return i;
    }
    return TILT_NO_COLUMN;
}

static tilt_status read_one(tilt_spec *spec, tilt__inferred_spec *out, tilt_error *err) {
    static const char *const names[3] = {"segment", "group", "probability"};
    tilt_source_opts opts = {.platform = "generic"};
    tilt_source *source = tilt_source_open(out->file, &opts, err);
    if (source == NULL) return err != NULL ? err->status : TILT_EIO;
    membership_reader r = {.source = source, .spec = spec, .out = out};
    tilt_status status = TILT_OK;
    for (size_t i = 0; i < 3 && status == TILT_OK; i++) {
        tilt__place place = {.source = tilt_source_name(source)};
        r.column[i] = find_header(source, names[i]);
        if (r.column[i] == TILT_NO_COLUMN)
            status = tilt__fail_at(err, TILT_ESPEC, &place,
                                   "has no column \"%s\"; expected segment,group,probability", names[i]);
    }
    if (status == TILT_OK) status = tilt_source_rows(source, take_row, &r, err);
    if (status == TILT_OK) status = check_sums(out, err);
    out->read = status == TILT_OK;
    tilt_source_free(source);
    return status;
}

tilt_status tilt__inferred_read(tilt_spec *spec, tilt_error *err) {
    tilt_status status = TILT_OK;
    for (size_t i = 0; i < spec->n_inferred && status == TILT_OK; i++) {
        tilt__inferred_spec *one = &spec->inferred[i];
        if (one->file != NULL && !one->read) status = read_one(spec, one, err);
    }
    return status;
}
