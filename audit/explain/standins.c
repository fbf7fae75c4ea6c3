/* explain/standins.c - the base of a view by factor and group, measured for association.
 * An AUC on the rows it was fitted to is optimistic where levels are many. The counts are therefore dealt to
 * five parts at random (as people would be), and each part is ranked by the shares in the other four. */
#include "explain/standins.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/map.h"
#include "base/mem.h"
#include "measure/contrast.h"
#include "stat/random.h"

enum { FOLDS = 5, MOST_LEVELS = 2000, MOST_CELLS = 1000000 };

typedef struct finder {
    const tilt__context *context;
    const tilt__views *views;
    size_t v;
    const tilt__view *view;
    size_t dims[TILT__MAX_DIMS]; /* factors of the base */
    size_t n_dims;
    uint32_t *column_of_group; /* UINT32_MAX: not known */
    size_t *groups;            /* group of a column */
    size_t n_columns;
    tilt__standins *out;
} finder;

static bool find_columns(finder *f) {
    const tilt__view *view = f->view;
    f->column_of_group = tilt__arena_alloc(f->context->arena, view->n_groups, sizeof *f->column_of_group);
    f->groups = tilt__arena_alloc(f->context->arena, view->n_groups, sizeof *f->groups);
    if (f->column_of_group == NULL || f->groups == NULL) return false;
    for (size_t g = 0; g < view->n_groups; g++) {
        bool known = !view->groups[g].unknown && view->groups[g].excluded == NULL;
        f->column_of_group[g] = known ? (uint32_t)f->n_columns : UINT32_MAX;
        if (known) f->groups[f->n_columns++] = g;
    }
    return true;
}

static void find_dims(finder *f) {
    const tilt_cube *cube = f->view->facts->cube;
    for (size_t d = 0; d < tilt__cube_n_dims(cube); d++) {
        const tilt__dim *dim = tilt__cube_dim(cube, d);
        size_t n = tilt__cube_n_labels(cube, d);
        bool sliced = f->view->slice_name != NULL && strcmp(dim->name, f->view->slice_name) == 0;
        if (dim->kind != TILT__DIM_FACTOR || sliced || n < 2 || n > MOST_LEVELS) continue;
        if (tilt__cube_breaks_down(cube, f->view->per_measure, d)) f->dims[f->n_dims++] = d;
    }
}

/* Numbers the combinations of all other factors, per cell of the view. */
static tilt_status number_conditions(const finder *f, size_t but, uint32_t *condition, size_t *out_n) {
    const tilt__view *view = f->view;
    tilt__map *keys = tilt__map_new();
    bool ok = keys != NULL;
    for (size_t i = 0; ok && i < view->cells.n; i++) {
        const uint32_t *cell_key = tilt__cube_key(view->facts->cube, view->cells.cell[i]);
        uint32_t key[TILT__MAX_DIMS];
        size_t n = 0;
        for (size_t d = 0; d < f->n_dims; d++) {
            if (d != but) key[n++] = cell_key[f->dims[d]];
        }
        if (!(view->cells.b[i] > 0)) continue;
        size_t number = tilt__map_add(keys, (const char *)key, n * sizeof *key);
        ok = number != TILT__MAP_NONE;
        condition[i] = (uint32_t)number;
    }
    *out_n = keys != NULL ? tilt__map_count(keys) : 0;
    tilt__map_free(keys);
    return ok ? TILT_OK : tilt__fail_memory(f->context->err);
}

/* Base by condition, level and group; condition NULL: one of them. */
static void fill_counts(const finder *f, size_t dim, const uint32_t *condition, size_t n_levels,
                        double *counts) {
    const tilt__view *view = f->view;
    for (size_t i = 0; counts != NULL && i < view->cells.n; i++) {
        uint32_t column = f->column_of_group[view->cells.group[i]];
        uint32_t level = tilt__cube_key(view->facts->cube, view->cells.cell[i])[dim];
        if (column == UINT32_MAX || level == 0 || !(view->cells.b[i] > 0)) continue;
        size_t z = condition != NULL ? condition[i] : 0;
        counts[(z * n_levels + level - 1) * f->n_columns + column] += view->cells.b[i];
    }
}

static tilt_status measure(const finder *f, size_t d, tilt__standin *s) {
    size_t n_conditions = 0, n = s->n_levels * f->n_columns;
    uint32_t *condition = tilt__alloc(f->view->cells.n, sizeof *condition);
    if (condition == NULL) return tilt__fail_memory(f->context->err);
    tilt_status status = f->n_dims > 1 ? number_conditions(f, d, condition, &n_conditions) : TILT_OK;
    bool conditional = n_conditions > 0 && n_conditions <= MOST_CELLS / n;
    tilt__proxy_cube cube = {.dz = conditional ? n_conditions : 1, .da = s->n_levels, .dg = f->n_columns};
    double *counts = status == TILT_OK ? tilt__alloc(cube.dz * n, sizeof *counts) : NULL;
    if (status == TILT_OK && counts == NULL) status = tilt__fail_memory(f->context->err);
    if (status == TILT_OK) {
        fill_counts(f, f->dims[d], conditional ? condition : NULL, s->n_levels, counts);
        cube.counts = counts;
        status = tilt__proxy_measure(&cube, &s->measures);
        if (status != TILT_OK) status = tilt__fail_memory(f->context->err);
        s->n_conditions = conditional ? n_conditions : 0;
        if (!conditional) {
            s->measures.conditional = NAN;
            s->measures.conditional_test =
                tilt__no_test(n_conditions == 0 ? TILT_SINGLE_GROUP : TILT_TOO_FEW);
        }
    }
    free(condition);
    free(counts);
    return status;
}

/* Deals the people of every cell to the folds. */
static void deal(const finder *f, const double *counts, size_t n, double *folds) {
    tilt__random random = tilt__random_stream((uint64_t)f->context->spec->seed, 0, f->v + 1);
    for (size_t i = 0; i < n; i++) {
        double left = floor(counts[i] + 0.5);
        for (size_t k = 0; k < FOLDS; k++) {
            double part = left;
            if (k + 1 < FOLDS && left > 0)
                part = tilt__random_binomial(&random, left, 1.0 / (double)(FOLDS - k));
            folds[k * n + i] = part;
            left -= part;
        }
    }
}

static tilt_status cross_fit(const finder *f, size_t d, tilt__standin *s) {
    size_t n = s->n_levels * f->n_columns;
    double *counts = tilt__alloc((FOLDS + 1) * n, sizeof *counts);
    if (counts == NULL) return tilt__fail_memory(f->context->err);
    tilt_status status = TILT_OK;
    fill_counts(f, f->dims[d], NULL, s->n_levels, counts);
    deal(f, counts, n, counts + n);
    s->auc = NAN;
    s->auc_reason = TILT_TOO_FEW;
    for (size_t g = 0; g < f->n_columns && status == TILT_OK; g++) {
        tilt__proxy_folds folds = {counts + n, FOLDS, s->n_levels, f->n_columns, g};
        tilt__proxy_auc found;
        status =
            tilt__proxy_cross_auc(&folds, &found) == TILT_OK ? TILT_OK : tilt__fail_memory(f->context->err);
        if (status != TILT_OK || found.reason != TILT_REASON_NONE) continue;
        if (!isnan(s->auc) && found.auc <= s->auc + 1e-12) continue;
        s->auc = found.auc;
        s->auc_reason = TILT_REASON_NONE;
        s->target = f->groups[g];
    }
    s->label = isnan(s->auc) ? "none" : tilt__proxy_label(s->auc);
    free(counts);
    return status;
}

/* The largest mix term of the factor over the view's comparisons. */
static void join_drivers(const finder *f, tilt__standin *s) {
    s->comparison = SIZE_MAX;
    s->mix_effect = tilt__undefined(TILT_NOT_REQUESTED, "none", f->context->spec->level);
    for (size_t c = 0; c < f->view->n_comparisons; c++) {
        const tilt__comparison *comparison = &f->view->comparisons[c];
        for (size_t d = 0; d < comparison->n_drivers; d++) {
            const tilt__driver *driver = &comparison->drivers[d];
            if (driver->kind != TILT__DRIVER_FACTOR || !driver->log_scale ||
                isnan(driver->contribution.value) || strcmp(driver->name, s->factor) != 0)
                continue;
            if (s->comparison != SIZE_MAX && fabs(driver->contribution.value) <= fabs(s->mix_effect.value))
                continue;
            s->comparison = c;
            s->mix_effect = driver->contribution;
            s->in_use = driver->contribution.lower > 0 || driver->contribution.upper < 0;
        }
    }
}

static int stronger_first(const void *left, const void *right) {
    const tilt__standin *a = left, *b = right;
    double x = isnan(a->auc) ? 0 : a->auc, y = isnan(b->auc) ? 0 : b->auc;
    if (x != y) return x > y ? -1 : 1;
    return strcmp(a->factor, b->factor);
}

static tilt_status find_in_view(finder *f) {
    size_t first = f->out->n;
    if (!find_columns(f)) return tilt__fail_memory(f->context->err);
    find_dims(f);
    for (size_t d = 0; d < f->n_dims && f->n_columns > 1; d++) {
        void *items = f->out->items;
        tilt__standin *s =
            tilt__arena_push(f->context->arena, &items, &f->out->n, &f->out->capacity, sizeof *s);
        if (s == NULL) return tilt__fail_memory(f->context->err);
        f->out->items = items;
        const tilt_cube *cube = f->view->facts->cube;
        *s = (tilt__standin){.view = f->v,
                             .factor = tilt__cube_dim(cube, f->dims[d])->name,
                             .n_levels = tilt__cube_n_labels(cube, f->dims[d])};
        tilt_status status = measure(f, d, s);
        if (status == TILT_OK) status = cross_fit(f, d, s);
        if (status != TILT_OK) return status;
        join_drivers(f, s);
        if (s->measures.reason != TILT_REASON_NONE) f->out->n--;
    }
    if (f->out->n > first)
        qsort(f->out->items + first, f->out->n - first, sizeof *f->out->items, stronger_first);
    return TILT_OK;
}

tilt_status tilt__standins_find(const tilt__context *context, const tilt__views *views, tilt__standins *out) {
    *out = (tilt__standins){.n = 0};
    for (size_t v = 0; v < views->n; v++) {
        const tilt__view *view = &views->items[v], *first = &views->items[0];
        bool headline = view->mode == TILT__MODE_FUNNEL && view->n_audience == 1 &&
                        strcmp(view->of, first->of) == 0 && first->per != NULL &&
                        strcmp(view->per, first->per) == 0;
        if (!headline) continue;
        finder f = {.context = context, .views = views, .v = v, .view = view, .out = out};
        tilt_status status = find_in_view(&f);
        if (status != TILT_OK) return status;
    }
    return TILT_OK;
}
