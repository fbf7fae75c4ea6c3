/* map/benchmark.c - a benchmark file through the same reader as every export. */
#include "map/benchmark.h"

#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/map.h"
#include "base/mem.h"
#include "map/shares.h"

typedef struct keeper {
    tilt_spec *spec;
    size_t capacity;
} keeper;

static bool keep(void *user, const char *attribute, const char *group, double share) {
    keeper *k = user;
    void *items = k->spec->benchmarks;
    tilt__benchmark *slot =
        tilt__arena_push(&k->spec->arena, &items, &k->spec->n_benchmarks, &k->capacity, sizeof *slot);
    if (slot == NULL) return false;
    k->spec->benchmarks = items;
    *slot = (tilt__benchmark){attribute, group, share};
    return true;
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
    keeper k = {.spec = spec, .capacity = spec->n_benchmarks};
    tilt__shares shares = {spec->benchmark_file,      names, "attribute,group,share",
                           "a share between 0 and 1", keep,  &k};
    tilt_status status = tilt__shares_read(&shares, &spec->arena, err);
    if (status == TILT_OK) status = tilt__benchmark_check(spec, err);
    if (status == TILT_OK) spec->benchmark_file = NULL;
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
