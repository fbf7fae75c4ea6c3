/* map/benchmark.c - a benchmark file through the same reader as every export. */
#include "map/benchmark.h"

#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/map.h"
#include "base/mem.h"
#include "read/source.h"

typedef struct benchmark_reader {
    const tilt_source *source;
    tilt_spec *spec;
    size_t column[3]; /* attribute, group, share */
    size_t capacity;
} benchmark_reader;

static tilt_status take_row(void *user, const tilt_row *row, tilt_error *err) {
    benchmark_reader *r = user;
    if (row->kind == TILT_ROW_TOTAL) return TILT_OK;
    const tilt_cell *attribute = &row->cells[r->column[0]], *group = &row->cells[r->column[1]];
    tilt__number number;
    tilt__number_kind kind = tilt__source_number(r->source, r->column[2], &row->cells[r->column[2]], &number);
    double share = kind == TILT__NUMBER ? tilt__decimal_to_double(number.value) : -1;
    if (!(share >= 0 && share <= 1))
        return tilt__source_bad_cell(r->source, row, r->column[2], "a share between 0 and 1", err);
    void *items = r->spec->benchmarks;
    tilt__benchmark *slot =
        tilt__arena_push(&r->spec->arena, &items, &r->spec->n_benchmarks, &r->capacity, sizeof *slot);
    if (slot == NULL) return tilt__fail_memory(err);
    r->spec->benchmarks = items;
    slot->attribute = tilt__arena_text(&r->spec->arena, attribute->text, attribute->length);
    slot->group = tilt__arena_text(&r->spec->arena, group->text, group->length);
    slot->share = share;
    return slot->attribute != NULL && slot->group != NULL ? TILT_OK : tilt__fail_memory(err);
}

/* sums[number of the attribute]; TILT_ESPEC when a group is given twice. */
static tilt_status sum_shares(const tilt_spec *spec, tilt__map *attributes, double *sums, tilt_error *err) {
    tilt__map *groups = tilt__map_new();
    tilt__buf key = TILT__BUF_INIT;
    tilt_status status = groups != NULL ? TILT_OK : tilt__fail_memory(err);
    for (size_t i = 0; i < spec->n_benchmarks && status == TILT_OK; i++) {
        const tilt__benchmark *b = &spec->benchmarks[i];
        size_t attribute = tilt__map_add(attributes, b->attribute, strlen(b->attribute));
        tilt__buf_reset(&key);
        tilt__buf_format(&key, "%zu:%s", attribute, b->group);
        size_t group = key.failed ? TILT__MAP_NONE : tilt__map_add(groups, tilt__buf_get(&key), key.length);
        if (attribute == TILT__MAP_NONE || group == TILT__MAP_NONE)
            status = tilt__fail_memory(err);
        else if (group != i)
            status = tilt__fail(err, TILT_ESPEC, "benchmark: \"%.80s\" of %.80s is given twice", b->group,
                                b->attribute);
        else
            sums[attribute] += b->share;
    }
    tilt__buf_free(&key);
    tilt__map_free(groups);
    return status;
}

tilt_status tilt__benchmark_check(const tilt_spec *spec, tilt_error *err) {
    tilt__map *attributes = tilt__map_new();
    double *sums = tilt__alloc(spec->n_benchmarks, sizeof *sums);
    tilt_status status = TILT_OK;
    if (attributes == NULL || sums == NULL)
        status = tilt__fail_memory(err);
    else
        status = sum_shares(spec, attributes, sums, err);
    for (size_t a = 0; sums != NULL && status == TILT_OK && a < tilt__map_count(attributes); a++) {
        if (fabs(sums[a] - 1) > 0.005)
            status = tilt__fail(err, TILT_ESPEC,
                                "benchmark: shares of \"%.80s\" sum to %.4f; expected 1 (within 0.005)",
                                tilt__map_text(attributes, a, NULL), sums[a]);
    }
    free(sums);
    tilt__map_free(attributes);
    return status;
}

tilt_status tilt__benchmark_read(tilt_spec *spec, tilt_error *err) {
    static const char *const names[3] = {"attribute", "group", "share"};
    if (spec->benchmark_file == NULL) return TILT_OK;
    tilt_source_opts opts = {.platform = "generic"};
    tilt_source *source = tilt_source_open(spec->benchmark_file, &opts, err);
    if (source == NULL) return err != NULL ? err->status : TILT_EIO;
    benchmark_reader r = {.source = source, .spec = spec, .capacity = spec->n_benchmarks};
    tilt_status status = TILT_OK;
    for (size_t i = 0; i < 3 && status == TILT_OK; i++) {
        r.column[i] = tilt_source_find(source, names[i]);
        tilt__place place = {.source = tilt_source_name(source)};
        if (r.column[i] == TILT_NO_COLUMN)
            status = tilt__fail_at(err, TILT_ESPEC, &place,
                                   "has no column \"%s\"; expected attribute,group,share", names[i]);
    }
    if (status == TILT_OK) status = tilt_source_rows(source, take_row, &r, err);
    if (status == TILT_OK) status = tilt__benchmark_check(spec, err);
    if (status == TILT_OK) spec->benchmark_file = NULL;
    tilt_source_free(source);
    return status;
}

double tilt__benchmark_share(const tilt_spec *spec, const char *attribute, const char *group) {
    for (size_t i = 0; i < spec->n_benchmarks; i++) {
        if (strcmp(spec->benchmarks[i].attribute, attribute) == 0 &&
            strcmp(spec->benchmarks[i].group, group) == 0)
            return spec->benchmarks[i].share;
    }
    return -1;
}
