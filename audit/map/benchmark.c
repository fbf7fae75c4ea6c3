/* map/benchmark.c - a benchmark file through the same reader as every export. */
#include "map/benchmark.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
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

tilt_status tilt__benchmark_check(const tilt_spec *spec, tilt_error *err) {
    for (size_t i = 0; i < spec->n_benchmarks; i++) {
        double sum = 0;
        for (size_t j = 0; j < spec->n_benchmarks; j++) {
            if (strcmp(spec->benchmarks[i].attribute, spec->benchmarks[j].attribute) == 0)
                sum += spec->benchmarks[j].share;
        }
        if (fabs(sum - 1) > 0.005)
            return tilt__fail(err, TILT_ESPEC,
                              "benchmark: shares of \"%.80s\" sum to %.4f; expected 1 (within 0.005)",
                              spec->benchmarks[i].attribute, sum);
    }
    return TILT_OK;
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
