/* explain/driver_levels.c - one factor, level by level.
 * With r = x / n of a level, w its share of a group's base, R a group's overall rate and M = (R_a + R_r) / 2,
 * mix and rate part of a level (Kitagawa 1955, centred) sum to
 *     w_a r_a - w_r r_r - (w_a - w_r) M,
 * which is linear in the level's own counts. So levels can be put together without changing a sum, and its
 * error needs four numbers a level. Factors that the base does not have: x_aj / n_a - x_rj / n_r. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/map.h"
#include "base/mem.h"
#include "explain/drivers_run.h"
#include "explain/mix.h"
#include "measure/clusters.h"

enum { MOST_ROWS = 400, LEAST_ROWS = 10, ROWS_OF_A_VIEW = 2000 };
static const size_t most_replicates = 4000000; /* levels x clusters */

/* The levels of one factor, and their totals. pairs beyond the most rows are pooled into the last slot. */
typedef struct level_set {
    size_t n; /* rows shown */
    size_t n_pooled;
    uint32_t *labels;
    tilt__pair *pairs;
    double *composition, *rate_effect; /* NaN for factors of the count alone */
    double *se;
    uint32_t *slot_of_label; /* by label number; TILT__NO_INDEX */
    tilt__pair total;
    bool on_both;
} level_set;

size_t tilt__rows_per_factor(const tilt__view *view) {
    size_t rows = ROWS_OF_A_VIEW / (view->n_comparisons > 0 ? view->n_comparisons : 1);
    return rows > MOST_ROWS ? MOST_ROWS : rows < LEAST_ROWS ? LEAST_ROWS : rows;
}

static double contribution(const tilt__pair *level, const tilt__pair *total, bool on_both) {
    double value = level->xa / total->na - level->xr / total->nr;
    if (!on_both) return value;
    double middle = (total->xa / total->na + total->xr / total->nr) / 2;
    return value - (level->na / total->na - level->nr / total->nr) * middle;
}

static void add_to_pair(tilt__pair *to, tilt__pair add) {
    *to = (tilt__pair){to->xa + add.xa, to->na + add.na, to->xr + add.xr, to->nr + add.nr};
}

/* ---- which rows ---- */

typedef struct weighed_row {
    double size;
    size_t row;
} weighed_row;

static int compare_size(const void *left, const void *right) {
    const weighed_row *a = left, *b = right;
    if (a->size != b->size) return a->size > b->size ? -1 : 1;
    return a->row < b->row ? -1 : 1;
}

/* Bases of a share view are shares: per share and per everything delivered, so that a level is a part of the
 * difference of representation ratios. */
static tilt__pair totals_of(const tilt__explainer *e) {
    tilt__pair total = e->comparison->pair;
    if (!e->comparison->benchmark) return total;
    double delivered = 0;
    for (size_t g = 0; g < e->view->n_groups; g++) {
        const tilt__group *group = &e->view->groups[g];
        if (!group->unknown && group->benchmark >= 0) delivered += tilt__decimal_to_double(group->count);
    }
    total.na *= delivered;
    total.nr *= delivered;
    return total;
}

static bool alloc_set(tilt__explainer *e, size_t dim, size_t n, level_set *out) {
    tilt__arena *arena = &e->scratch;
    size_t n_labels = tilt__cube_n_labels(e->view->facts->cube, dim) + 1;
    out->labels = tilt__arena_alloc(arena, n, sizeof *out->labels);
    out->pairs = tilt__arena_alloc(arena, n, sizeof *out->pairs);
    out->composition = tilt__arena_alloc(arena, n, sizeof *out->composition);
    out->rate_effect = tilt__arena_alloc(arena, n, sizeof *out->rate_effect);
    out->se = tilt__arena_alloc(arena, n, sizeof *out->se);
    out->slot_of_label = tilt__arena_alloc(arena, n_labels, sizeof *out->slot_of_label);
    if (out->labels == NULL || out->pairs == NULL || out->composition == NULL || out->rate_effect == NULL ||
        out->se == NULL || out->slot_of_label == NULL)
        return false;
    for (size_t l = 0; l < n_labels; l++) out->slot_of_label[l] = TILT__NO_INDEX;
    return true;
}

/* Marks the rows that get one of their own: all, or the largest contributions where there are too many. */
static tilt_status choose_rows(tilt__explainer *e, const tilt__projection *rows, const level_set *set,
                               bool *own) {
    weighed_row *order = tilt__arena_alloc(&e->scratch, rows->n_rows, sizeof *order);
    size_t n = 0;
    if (order == NULL) return tilt__fail_memory(e->context->err);
    for (size_t r = 0; r < rows->n_rows; r++) {
        const tilt__pair *p = &rows->pairs[r];
        if (!set->on_both && p->xa == 0 && p->xr == 0) continue; /* the row of the base itself */
        order[n++] = (weighed_row){fabs(contribution(p, &set->total, set->on_both)), r};
    }
    qsort(order, n, sizeof *order, compare_size);
    size_t room = tilt__rows_per_factor(e->view), most = n <= room ? n : room - 1;
    for (size_t i = 0; i < most; i++) own[order[i].row] = true;
    return TILT_OK;
}

static tilt_status make_set(tilt__explainer *e, size_t dim, const tilt__projection *rows, level_set *out) {
    bool *own = tilt__arena_alloc(&e->scratch, rows->n_rows, sizeof *own);
    if (own == NULL || !alloc_set(e, dim, rows->n_rows + 1, out)) return tilt__fail_memory(e->context->err);
    tilt_status status = choose_rows(e, rows, out, own);
    for (size_t r = 0; status == TILT_OK && r < rows->n_rows; r++) {
        if (!own[r]) continue;
        out->slot_of_label[rows->keys[r]] = (uint32_t)out->n;
        out->labels[out->n] = rows->keys[r];
        out->pairs[out->n++] = rows->pairs[r];
    }
    size_t pool = out->n;
    for (size_t r = 0; status == TILT_OK && r < rows->n_rows; r++) {
        const tilt__pair *p = &rows->pairs[r];
        if (own[r] || (!out->on_both && p->xa == 0 && p->xr == 0)) continue;
        out->slot_of_label[rows->keys[r]] = (uint32_t)pool;
        out->n = pool + 1;
        out->n_pooled++;
        add_to_pair(&out->pairs[pool], *p);
    }
    return status;
}

/* Mix and rate part of every row, by the split of all levels. */
static tilt_status split_parts(tilt__explainer *e, const tilt__projection *rows, level_set *set) {
    size_t n = rows->n_rows;
    double *columns = tilt__arena_alloc(&e->scratch, 4 * n, sizeof *columns);
    tilt__mix_level *levels = tilt__arena_alloc(&e->scratch, n, sizeof *levels);
    if (columns == NULL || levels == NULL) return tilt__fail_memory(e->context->err);
    for (size_t r = 0; r < n; r++) {
        columns[r] = rows->pairs[r].na;
        columns[n + r] = rows->pairs[r].xa;
        columns[2 * n + r] = rows->pairs[r].nr;
        columns[3 * n + r] = rows->pairs[r].xr;
    }
    tilt__level_counts counts = {n, columns, columns + n, columns + 2 * n, columns + 3 * n};
    tilt__mix mix;
    if (tilt__mix_split(&counts, tilt__driver_noise(e), &mix, levels) != TILT_REASON_NONE) set->n = 0;
    for (size_t r = 0; set->n > 0 && r < n; r++) {
        uint32_t slot = set->slot_of_label[rows->keys[r]];
        if (slot == TILT__NO_INDEX) continue;
        set->composition[slot] += levels[r].composition.value;
        set->rate_effect[slot] += levels[r].rate_effect.value;
    }
    return TILT_OK;
}

/* ---- errors of independent units ---- */

/* One group seen against the other: sums over its levels that every level's variance needs. */
typedef struct side {
    double n, rate;
    double squares; /* sum w r^2 */
    double within;  /* sum w v */
} side;

static double unit_variance(tilt__noise noise, double rate) {
    return noise.kind == TILT__NOISE_POISSON ? rate : fmax(0, rate * (1 - rate));
}

static void add_level(side *s, double x, double n, tilt__noise noise) {
    if (!(n > 0)) return;
    double r = x / n;
    s->squares += n / s->n * r * r;
    s->within += n / s->n * unit_variance(noise, r);
}

/* Variance of a level's sum from one group. The influence of a unit with outcome y is (in the level? y - M :
 * 0) - gap / 2 y, less its mean; gap: own share less the other's. */
static double level_variance(const side *s, double x, double n, double gap, double middle,
                             tilt__noise noise) {
    double w = n / s->n, r = n > 0 ? x / n : 0, v = unit_variance(noise, r), half = gap / 2;
    double mean = w * (r - middle) - half * s->rate;
    double inside = r - middle - half * r;
    double between = w * inside * inside + half * half * (s->squares - w * r * r) - mean * mean;
    double within = w * (1 - half) * (1 - half) * v + half * half * (s->within - w * v);
    return (fmax(0, between) + fmax(0, within)) / s->n;
}

static void delta_errors(const tilt__explainer *e, const tilt__projection *rows, level_set *set) {
    tilt__noise noise = tilt__driver_noise(e);
    const tilt__pair *t = &set->total;
    side a = {.n = t->na, .rate = t->xa / t->na}, r = {.n = t->nr, .rate = t->xr / t->nr};
    for (size_t i = 0; i < rows->n_rows; i++) {
        add_level(&a, rows->pairs[i].xa, rows->pairs[i].na, noise);
        add_level(&r, rows->pairs[i].xr, rows->pairs[i].nr, noise);
    }
    for (size_t j = 0; j < set->n; j++) {
        const tilt__pair *p = &set->pairs[j];
        double gap = p->na / t->na - p->nr / t->nr, middle = (a.rate + r.rate) / 2;
        double variance = set->on_both ? level_variance(&a, p->xa, p->na, gap, middle, noise) +
                                             level_variance(&r, p->xr, p->nr, -gap, middle, noise)
                                       : unit_variance(noise, p->xa / t->na) / t->na +
                                             unit_variance(noise, p->xr / t->nr) / t->nr;
        set->se[j] = sqrt(noise.dispersion * variance);
    }
}

/* ---- errors by deleting clusters ---- */

/* Counts by cluster: of everything, and of each level (level-major). */
typedef struct cluster_table {
    size_t n;
    tilt__map *units;
    tilt__pair *totals, *cells;
} cluster_table;

static tilt_status fill_totals(tilt__explainer *e, const size_t *unit, size_t n_unit, cluster_table *out) {
    tilt__projection rows;
    bool base_varies;
    tilt_status status = tilt__contrast_clusters(e->view, e->comparison, unit, n_unit, &e->scratch, &rows,
                                                 &base_varies, e->context->err);
    out->totals = rows.pairs;
    for (size_t g = 0; status == TILT_OK && g < rows.n_rows; g++) {
        const uint32_t *key = rows.keys + g * n_unit;
        if (tilt__map_add(out->units, (const char *)key, n_unit * sizeof *key) == TILT__MAP_NONE)
            status = tilt__fail_memory(e->context->err);
    }
    out->n = status == TILT_OK ? rows.n_rows : 0;
    return status;
}

static tilt_status fill_cells(tilt__explainer *e, size_t dim, const size_t *unit, size_t n_unit,
                              const level_set *set, cluster_table *out, bool *out_done) {
    size_t dims[1 + TILT__MAX_CROSSING] = {dim};
    memcpy(dims + 1, unit, n_unit * sizeof *unit);
    tilt__projection cells, rows;
    bool spread = false;
    tilt_status status = tilt__contrast_project(e->view, e->comparison, dims, n_unit + 1, true, &e->scratch,
                                                &cells, e->context->err);
    if (status == TILT_OK)
        status = tilt__contrast_spread(&cells, 1, &e->scratch, &rows, &spread, e->context->err);
    if (status != TILT_OK || !spread) return status;
    out->cells = tilt__arena_alloc(&e->scratch, set->n * out->n, sizeof *out->cells);
    if (out->cells == NULL) return tilt__fail_memory(e->context->err);
    for (size_t r = 0; r < rows.n_rows; r++) {
        const uint32_t *key = rows.keys + r * rows.n_dims;
        uint32_t slot = set->slot_of_label[key[0]];
        size_t g = tilt__map_find(out->units, (const char *)(key + 1), n_unit * sizeof *key);
        if (slot != TILT__NO_INDEX && g != TILT__MAP_NONE)
            add_to_pair(&out->cells[slot * out->n + g], rows.pairs[r]);
    }
    *out_done = true;
    return TILT_OK;
}

/* What is left without one cluster; a residue of rounding is nothing. */
static double less(double whole, double part) {
    double left = whole - part;
    return left > 1e-12 * whole ? left : 0;
}

static tilt__pair without(const tilt__pair *whole, const tilt__pair *part) {
    if (part == NULL) return *whole;
    return (tilt__pair){less(whole->xa, part->xa), less(whole->na, part->na), less(whole->xr, part->xr),
                        less(whole->nr, part->nr)};
}

static tilt_status delete_clusters(tilt__explainer *e, const cluster_table *table, level_set *set) {
    double *values = tilt__arena_alloc(&e->scratch, table->n, sizeof *values);
    tilt__jackknife_opts opts = TILT__JACKKNIFE_OPTS_INIT;
    opts.plain_df =
        true; /* the comparison has decided that there are clusters enough; only the error is used */
    double left = 1 - 1 / (double)table->n;
    if (values == NULL) return tilt__fail_memory(e->context->err);
    for (size_t j = 0; j < set->n; j++) {
        for (size_t g = 0; g < table->n; g++) {
            tilt__pair level = without(&set->pairs[j], &table->cells[j * table->n + g]);
            tilt__pair total = without(&set->total, &table->totals[g]);
            if (e->comparison->benchmark) { /* one of so many clusters less is delivered */
                total.na = set->total.na * left;
                total.nr = set->total.nr * left;
            }
            values[g] =
                total.na > 0 && total.nr > 0 ? contribution(&level, &total, set->on_both) : (double)NAN;
        }
        double value = contribution(&set->pairs[j], &set->total, set->on_both);
        set->se[j] = tilt__jackknife_combine(value, values, NULL, table->n, &opts).se;
    }
    return TILT_OK;
}

static tilt_status clustered_errors(tilt__explainer *e, size_t dim, level_set *set, bool *out_done) {
    size_t unit[TILT__MAX_CROSSING];
    size_t n_unit = tilt__clusters_unit(e->context, e->view, unit, NULL);
    cluster_table table = {.units = tilt__map_new()};
    tilt_status status =
        table.units != NULL ? fill_totals(e, unit, n_unit, &table) : tilt__fail_memory(e->context->err);
    if (status == TILT_OK && table.n >= 2 && set->n <= most_replicates / table.n)
        status = fill_cells(e, dim, unit, n_unit, set, &table, out_done);
    if (status == TILT_OK && *out_done) status = delete_clusters(e, &table, set);
    tilt__map_free(table.units);
    return status;
}

/* ---- rows ---- */

static tilt_status emit(tilt__explainer *e, size_t dim, const level_set *set, bool clustered) {
    tilt__driver_kind kind = set->on_both ? TILT__DRIVER_LEVEL : TILT__DRIVER_NUMERATOR_LEVEL;
    for (size_t j = 0; j < set->n; j++) {
        bool pooled = set->n_pooled > 0 && j == set->n - 1;
        tilt__driver *d = tilt__driver_add(&e->list, kind, false);
        if (d == NULL) return tilt__fail_memory(e->context->err);
        d->name = tilt__cube_dim(e->view->facts->cube, dim)->name;
        d->key = pooled ? tilt__arena_format(e->context->arena, "(%zu other levels)", set->n_pooled)
                        : tilt__driver_label(e, dim, set->labels[j]);
        if (d->key == NULL) return tilt__fail_memory(e->context->err);
        double value = set->on_both ? set->composition[j] + set->rate_effect[j]
                                    : contribution(&set->pairs[j], &set->total, false);
        tilt__term sum = tilt__term_make(value, set->se[j]);
        if (isnan(set->se[j])) sum.se_reason = clustered ? TILT_DEPENDS_ON_CLUSTER : TILT_TOO_FEW_CLUSTERS;
        double df = clustered || e->comparison->basis != TILT__BASIS_PERSON ? e->comparison->df : 0;
        d->contribution =
            tilt__term_estimate(sum, df, e->context->spec->level, tilt__driver_method(e, clustered));
        if (set->on_both) {
            d->composition = tilt__some_value(set->composition[j]);
            d->rate_effect = tilt__some_value(set->rate_effect[j]);
        }
        d->basis = set->on_both ? "kitagawa" : "numerator";
    }
    return TILT_OK;
}

tilt_status tilt__levels_explain(tilt__explainer *e, size_t dim, bool on_both) {
    tilt__projection rows;
    level_set set = {.on_both = on_both, .total = totals_of(e)};
    tilt_status status =
        tilt__contrast_project(e->view, e->comparison, &dim, 1, true, &e->scratch, &rows, e->context->err);
    if (status != TILT_OK || (on_both && rows.n_rows < 2)) return status;
    status = make_set(e, dim, &rows, &set);
    if (status == TILT_OK && on_both) status = split_parts(e, &rows, &set);
    if (status != TILT_OK || set.n == 0) return status;
    bool clustered = false;
    if (e->comparison->basis == TILT__BASIS_CLUSTERS) status = clustered_errors(e, dim, &set, &clustered);
    if (status != TILT_OK) return status;
    if (!clustered) delta_errors(e, &rows, &set);
    for (size_t j = 0; e->comparison->amount && !clustered && j < set.n; j++) set.se[j] = NAN;
    return emit(e, dim, &set, clustered);
}
