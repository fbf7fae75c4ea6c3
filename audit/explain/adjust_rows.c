/* explain/adjust_rows.c - cells of a comparison over its covariates, as rows of a regression.
 * A covariate is a number where every label that says anything is one, unless the spec says otherwise; else
 * its levels are categories. Rows without a value of some covariate are left out and counted. */
#include "explain/adjust_rows.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "explain/stages.h"
#include "measure/clusters.h"
#include "measure/contrast.h"
#include "read/number.h"

enum { MOST_COVARIATES = 20, MOST_COLUMNS = 200, FIRST_COLUMN = 2 };
static const size_t most_numbers = 60000000; /* of a design: 480 MB */

/* One covariate while it is made into columns. value: by label; NaN: no value. */
typedef struct covariate {
    size_t dim;
    tilt__covariate_as as;
    double *value;
    double *weight;   /* people of both groups by label */
    uint32_t *column; /* categorical: by label; UINT32_MAX for the base level */
    size_t first_column, n_columns;
    double mean, scale;
} covariate;

typedef struct gatherer {
    const tilt__context *context;
    const tilt__view *view;
    const tilt__comparison *comparison;
    tilt__arena *scratch;
    tilt__adjusted *out;
    covariate covariates[MOST_COVARIATES];
    size_t n;
    tilt__projection rows;
    bool clustered;
} gatherer;

static bool is_taken(const gatherer *g, size_t dim) {
    for (size_t i = 0; i < g->n; i++) {
        if (g->covariates[i].dim == dim) return true;
    }
    for (size_t a = 0; a < g->view->n_audience; a++) {
        if (g->view->dims[a] == dim) return true; /* the groups themselves */
    }
    return false;
}

static void take(gatherer *g, size_t dim, tilt__covariate_as as) {
    if (dim == SIZE_MAX || !tilt__contrast_on_both(g->view, dim))
        g->out->reason = TILT_NO_BASE;
    else if (!is_taken(g, dim) && g->n == MOST_COVARIATES)
        g->out->reason = TILT_TOO_FEW;
    else if (!is_taken(g, dim))
        g->covariates[g->n++] = (covariate){.dim = dim, .as = as};
}

/* What the spec names, then what has the role of a covariate. */
static void choose(gatherer *g) {
    const tilt_spec *spec = g->context->spec;
    const tilt_cube *cube = g->view->facts->cube;
    for (size_t i = 0; i < spec->n_adjust; i++)
        take(g, tilt__cube_find_dim(cube, spec->adjust[i].name), spec->adjust[i].as);
    for (size_t d = 0; d < tilt__cube_n_dims(cube); d++) {
        if (tilt__cube_dim(cube, d)->kind == TILT__DIM_COVARIATE && !is_taken(g, d))
            take(g, d, TILT__COVARIATE_AUTO);
    }
    if (g->n == 0 && g->out->reason == TILT_REASON_NONE) g->out->reason = TILT_NOT_REQUESTED;
}

/* ---- labels as numbers ---- */

static bool says_nothing(const char *text, size_t n) {
    return tilt__number_is_missing_mark(text, n) || (n == 7 && memcmp(text, "(empty)", 7) == 0);
}

/* All labels with one decimal mark; false when one is no number. Percentages and amounts are numbers. */
static bool read_numbers(const gatherer *g, covariate *c, char mark) {
    const tilt_cube *cube = g->view->facts->cube;
    size_t n_labels = tilt__cube_n_labels(cube, c->dim), found = 0;
    for (uint32_t l = 1; l <= n_labels; l++) {
        size_t n;
        const char *text = tilt__cube_label(cube, c->dim, l, &n);
        tilt__number number;
        c->value[l] = NAN;
        if (says_nothing(text, n)) continue;
        if (tilt__number_parse(text, n, mark, &number) != TILT__NUMBER) return false;
        c->value[l] = tilt__decimal_to_double(number.value);
        found++;
    }
    return found > 0;
}

static tilt_status not_numbers(const gatherer *g, const covariate *c, const char *name) {
    const tilt_cube *cube = g->view->facts->cube;
    for (uint32_t l = 1; l <= tilt__cube_n_labels(cube, c->dim); l++) {
        size_t n;
        tilt__number number;
        const char *text = tilt__cube_label(cube, c->dim, l, &n);
        if (says_nothing(text, n) || tilt__number_parse(text, n, '.', &number) == TILT__NUMBER) continue;
        return tilt__fail(g->context->err, TILT_ESPEC,
                          "adjust, \"%.80s\": expected numbers, found \"%.80s\"; name it as "
                          "\"%.80s:categorical\", or the mark for no value with --missing",
                          name, text, name);
    }
    return tilt__fail(g->context->err, TILT_ESPEC, "adjust, \"%.80s\": expected numbers, found none", name);
}

static tilt_status read_labels(gatherer *g, covariate *c, tilt__adjust_part *part) {
    const tilt_cube *cube = g->view->facts->cube;
    size_t n = tilt__cube_n_labels(cube, c->dim) + 1;
    c->value = tilt__arena_alloc(g->scratch, n, sizeof *c->value);
    c->weight = tilt__arena_alloc(g->scratch, n, sizeof *c->weight);
    c->column = tilt__arena_alloc(g->scratch, n, sizeof *c->column);
    if (c->value == NULL || c->weight == NULL || c->column == NULL) return tilt__fail_memory(g->context->err);
    part->name = tilt__cube_dim(cube, c->dim)->name;
    c->value[0] = NAN;
    part->numeric =
        c->as != TILT__COVARIATE_CATEGORICAL && (read_numbers(g, c, '.') || read_numbers(g, c, ','));
    if (!part->numeric && c->as == TILT__COVARIATE_NUMERIC) return not_numbers(g, c, part->name);
    for (uint32_t l = 1; !part->numeric && l < n; l++) {
        size_t length;
        const char *text = tilt__cube_label(cube, c->dim, l, &length);
        c->value[l] = says_nothing(text, length) ? (double)NAN : 0;
    }
    return TILT_OK;
}

/* ---- rows ---- */

/* Over the covariates, and over the clusters where these decide. */
static tilt_status project(gatherer *g, uint32_t **out_cluster, size_t *out_n_clusters) {
    size_t dims[MOST_COVARIATES + TILT__MAX_CROSSING], unit[TILT__MAX_CROSSING], n = g->n, n_unit = 0;
    tilt_error *err = g->context->err;
    for (size_t i = 0; i < g->n; i++) dims[i] = g->covariates[i].dim;
    if (g->comparison->basis == TILT__BASIS_CLUSTERS)
        n_unit = tilt__clusters_unit(g->context, g->view, unit, NULL);
    for (size_t k = 0; k < n_unit; k++) dims[n++] = unit[k];
    tilt__projection cells;
    tilt_status status =
        tilt__contrast_project(g->view, g->comparison, dims, n, true, g->scratch, &cells, err);
    g->rows = cells;
    if (status == TILT_OK && n_unit > 0)
        status = tilt__contrast_spread(&cells, g->n, g->scratch, &g->rows, &g->clustered, err);
    if (status != TILT_OK || n_unit == 0) return status;
    if (!g->clustered) {
        g->rows = cells;
        return TILT_OK;
    }
    *out_cluster = tilt__arena_alloc(g->scratch, g->rows.n_rows, sizeof **out_cluster);
    if (*out_cluster == NULL) return tilt__fail_memory(err);
    return tilt__number_rows(&g->rows, g->n, *out_cluster, out_n_clusters, err);
}

static uint32_t label_of(const gatherer *g, size_t row, size_t i) {
    return g->rows.keys[row * g->rows.n_dims + i];
}

static bool has_values(const gatherer *g, size_t row) {
    for (size_t i = 0; i < g->n; i++) {
        const double *value = g->covariates[i].value;
        if (value == NULL || isnan(value[label_of(g, row, i)])) return false;
    }
    return true;
}

/* People by label, and what is used and left out. */
static void weigh(gatherer *g) {
    tilt__adjusted *out = g->out;
    double xa = 0, na = 0, xr = 0, nr = 0;
    for (size_t r = 0; r < g->rows.n_rows; r++) {
        const tilt__pair *p = &g->rows.pairs[r];
        if (!has_values(g, r)) {
            out->left_out += p->na + p->nr;
            continue;
        }
        xa += p->xa, na += p->na, xr += p->xr, nr += p->nr;
        for (size_t i = 0; i < g->n; i++) {
            double *weight = g->covariates[i].weight;
            if (weight != NULL) weight[label_of(g, r, i)] += p->na + p->nr;
        }
    }
    out->used = na + nr;
    if (!(na > 0 && nr > 0)) {
        out->reason = TILT_EMPTY_GROUP;
        return;
    }
    out->raw_rate = xa / na;
    out->raw_reference = xr / nr;
}

/* Mean and spread of a number; the most frequent level of a category becomes the base (ties: the first). */
static tilt_status lay_out(gatherer *g, size_t i, size_t *inout_columns) {
    covariate *c = &g->covariates[i];
    tilt__adjust_part *part = &g->out->parts[i];
    const tilt_cube *cube = g->view->facts->cube;
    size_t n_labels = tilt__cube_n_labels(cube, c->dim);
    uint32_t most = 0;
    double square = 0;
    for (uint32_t l = 1; l <= n_labels; l++) {
        if (!(c->weight[l] > 0)) continue;
        part->n_levels++;
        c->mean += part->numeric ? c->weight[l] / g->out->used * c->value[l] : 0;
        if (most == 0 || c->weight[l] > c->weight[most]) most = l;
    }
    for (uint32_t l = 1; part->numeric && l <= n_labels; l++) {
        if (c->weight[l] > 0) square += c->weight[l] / g->out->used * pow(c->value[l] - c->mean, 2);
    }
    c->scale = square > 0 ? sqrt(square) : 1;
    c->first_column = *inout_columns;
    for (uint32_t l = 1; !part->numeric && l <= n_labels; l++) {
        bool own = c->weight[l] > 0 && l != most;
        c->column[l] = own ? (uint32_t)(c->first_column + c->n_columns++) : UINT32_MAX;
    }
    if (part->numeric) c->n_columns = 1;
    *inout_columns += c->n_columns;
    if (part->numeric || most == 0) return TILT_OK;
    size_t n;
    const char *text = tilt__cube_label(cube, c->dim, most, &n);
    part->base_level = tilt__arena_text(g->context->arena, text, n);
    return part->base_level != NULL ? TILT_OK : tilt__fail_memory(g->context->err);
}

static void put_row(const gatherer *g, size_t row, bool focal, double *x) {
    x[0] = 1;
    x[1] = focal;
    for (size_t i = 0; i < g->n; i++) {
        const covariate *c = &g->covariates[i];
        uint32_t label = label_of(g, row, i);
        if (g->out->parts[i].numeric)
            x[c->first_column] = (c->value[label] - c->mean) / c->scale;
        else if (c->column[label] != UINT32_MAX)
            x[c->column[label]] = 1;
    }
}

static tilt_status fill(const gatherer *g, size_t k, const uint32_t *cluster, size_t n_clusters,
                        tilt__adjust_rows *rows) {
    size_t n_most = 2 * g->rows.n_rows, n = 0;
    rows->x = tilt__arena_alloc(g->scratch, n_most * k, sizeof *rows->x);
    rows->y = tilt__arena_alloc(g->scratch, n_most, sizeof *rows->y);
    rows->w = tilt__arena_alloc(g->scratch, n_most, sizeof *rows->w);
    rows->cluster = tilt__arena_alloc(g->scratch, n_most, sizeof *rows->cluster);
    if (rows->x == NULL || rows->y == NULL || rows->w == NULL || rows->cluster == NULL)
        return tilt__fail_memory(g->context->err);
    for (size_t r = 0; r < g->rows.n_rows; r++) {
        const tilt__pair *p = &g->rows.pairs[r];
        if (!has_values(g, r)) continue;
        for (size_t side = 0; side < 2; side++) {
            double base = side == 0 ? p->na : p->nr, count = side == 0 ? p->xa : p->xr;
            if (!(base > 0)) continue;
            put_row(g, r, side == 0, rows->x + n * k);
            rows->y[n] = fmin(1, count / base);
            rows->w[n] = base;
            if (count > base * (1 + 1e-12)) g->out->reason = TILT_NOT_A_PROPORTION;
            if (cluster != NULL) rows->cluster[n] = cluster[r];
            n++;
        }
    }
    bool clustered = cluster != NULL;
    rows->design = (tilt__design){
        n, k, rows->x, rows->y, rows->w, clustered ? rows->cluster : NULL, clustered ? n_clusters : 0};
    return TILT_OK;
}

static tilt_status make_parts(gatherer *g) {
    g->out->parts = tilt__arena_alloc(g->context->arena, g->n, sizeof *g->out->parts);
    if (g->out->parts == NULL) return tilt__fail_memory(g->context->err);
    g->out->n_parts = g->n;
    for (size_t i = 0; i < g->n; i++) {
        tilt_status status = read_labels(g, &g->covariates[i], &g->out->parts[i]);
        if (status != TILT_OK) return status;
    }
    return TILT_OK;
}

tilt_status tilt__adjust_gather(const tilt__context *context, const tilt__view *view,
                                const tilt__comparison *comparison, tilt__arena *scratch,
                                tilt__adjust_rows *rows, tilt__adjusted *out) {
    gatherer g = {.context = context, .view = view, .comparison = comparison, .scratch = scratch, .out = out};
    uint32_t *cluster = NULL;
    size_t n_clusters = 0, k = FIRST_COLUMN;
    choose(&g);
    if (out->reason != TILT_REASON_NONE) return TILT_OK;
    tilt_status status = make_parts(&g);
    if (status != TILT_OK || out->reason != TILT_REASON_NONE) return status;
    status = project(&g, &cluster, &n_clusters);
    if (status != TILT_OK) return status;
    weigh(&g);
    for (size_t i = 0; i < g.n && status == TILT_OK && out->reason == TILT_REASON_NONE; i++)
        status = lay_out(&g, i, &k);
    if (status != TILT_OK || out->reason != TILT_REASON_NONE) return status;
    if (k > MOST_COLUMNS || 2 * g.rows.n_rows > most_numbers / k || (double)k >= out->used) {
        out->reason = TILT_TOO_FEW;
        return TILT_OK;
    }
    rows->part_of = tilt__arena_alloc(scratch, k, sizeof *rows->part_of);
    if (rows->part_of == NULL) return tilt__fail_memory(context->err);
    rows->part_of[0] = rows->part_of[1] = SIZE_MAX;
    for (size_t i = 0; i < g.n; i++) {
        for (size_t j = 0; j < g.covariates[i].n_columns; j++)
            rows->part_of[g.covariates[i].first_column + j] = i;
    }
    return fill(&g, k, cluster, n_clusters, rows);
}
