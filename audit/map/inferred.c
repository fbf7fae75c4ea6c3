/* map/inferred.c - a membership file through the same reader as every export. */
#include "map/inferred.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/map.h"
#include "base/mem.h"
#include "map/shares.h"

typedef struct keeper {
    tilt_spec *spec;
    tilt__inferred_spec *out;
    size_t capacity;
} keeper;

static bool keep(void *user, const char *segment, const char *group, double probability) {
    keeper *k = user;
    void *items = k->out->cells;
    tilt__inferred_cell *slot =
        tilt__arena_push(&k->spec->arena, &items, &k->out->n_cells, &k->capacity, sizeof *slot);
    if (slot == NULL) return false;
    k->out->cells = items;
    *slot = (tilt__inferred_cell){segment, group, probability};
    return true;
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

static tilt_status read_one(tilt_spec *spec, tilt__inferred_spec *out, tilt_error *err) {
    static const char *const names[3] = {"segment", "group", "probability"};
    keeper k = {.spec = spec, .out = out};
    tilt__shares shares = {out->file, names, "segment,group,probability", "a probability between 0 and 1",
                           keep,      &k};
    tilt_status status = tilt__shares_read(&shares, &spec->arena, err);
    if (status == TILT_OK) status = check_sums(out, err);
    out->read = status == TILT_OK;
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
