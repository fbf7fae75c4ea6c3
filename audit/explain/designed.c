/* explain/designed.c - looks for ads that agree in everything recorded but one thing.
 * In: the cells of a view. A recorded thing is a factor that has one value within every ad (its text, image,
 * objective, budget); placement and device vary within ads and are outcomes of delivery, never arms. Names of
 * campaigns and ad sets are no recorded things: ads of one ad set share their targeting, ads of two ad sets
 * do so only if a fact says it. */
#include "explain/designed.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "explain/cells.h"
#include "explain/stages.h"
#include "measure/contrast.h"
#include "measure/groups.h"
#include "measure/relative.h"

enum { MOST_UNITS = 1000, MOST_DESIGNS = 40, N_HIERARCHY = 3 };
static const char *const hierarchy[N_HIERARCHY] = {"campaign", "ad_set", "ad"};
static const char not_recorded[] = "(not recorded)";

/* An ad: the labels of its recorded things and parents, its days, and its counts per column. */
typedef struct unit {
    const char *name;
    const uint32_t *labels;  /* n_attributes */
    const uint32_t *parents; /* campaign, ad set */
    uint32_t first_day, last_day;
    const tilt__pair *pairs; /* n_columns */
    bool used;
} unit;

typedef struct finder {
    const tilt__context *context;
    const tilt__view *view; /* with units numbered */
    size_t attributes[TILT__MAX_DIMS];
    size_t n_attributes;
    size_t parents[N_HIERARCHY];
    size_t n_parents;
    size_t day; /* SIZE_MAX: no days */
    bool has_ad_set, targeting_recorded;
    size_t n_columns; /* groups, or comparisons of a funnel */
    unit *units;
    size_t n_units;
    double effect;
    const char *method;
    tilt__experiments *out;
    size_t capacity;
} finder;

double tilt__assumed_effect(const tilt__context *context, const tilt__comparison *c,
                            const char **out_method) {
    if (c->basis == TILT__BASIS_PERSON) {
        *out_method = "delta";
        return 1;
    }
    bool naive = c->basis == TILT__BASIS_NAIVE || isnan(c->design_effect);
    *out_method = naive ? "delta_assumed_design_effect" : "delta_design_effect";
    return fmax(1, naive ? context->policy->assumed_design_effect : c->design_effect);
}

/* ---- what is recorded about each ad ---- */

static bool is_hierarchy(const char *name) {
    for (size_t h = 0; h < N_HIERARCHY; h++) {
        if (strcmp(hierarchy[h], name) == 0) return true;
    }
    return false;
}

static bool names_targeting(const char *name) {
    return strstr(name, "target") != NULL || strstr(name, "audience") != NULL;
}

/* Labels of one dimension per unit, 0 where there is none. False when it varies within a unit. */
static bool constant_labels(const tilt__view *view, size_t dim, uint32_t *labels) {
    const tilt__view_cells *cells = &view->cells;
    for (size_t i = 0; i < cells->n; i++) {
        uint32_t u = cells->unit[i], label = tilt__cube_key(view->facts->cube, cells->cell[i])[dim];
        if (u == TILT__NO_INDEX || label == 0) continue;
        if (labels[u] != 0 && labels[u] != label) return false;
        labels[u] = label;
    }
    return true;
}

bool tilt__constant_in_units(const tilt__view *view, size_t dim) {
    uint32_t *labels = tilt__alloc(view->n_relative, sizeof *labels);
    bool constant = labels != NULL && constant_labels(view, dim, labels);
    free(labels);
    return constant;
}

/* Numbers of the recorded things, and their labels: labels[attribute * n_units + unit]. */
static tilt_status find_attributes(finder *f, uint32_t **out_labels) {
    const tilt_cube *cube = f->view->facts->cube;
    size_t n_dims = tilt__cube_n_dims(cube), n = f->n_units;
    uint32_t *labels = tilt__arena_alloc(f->context->arena, (n_dims + 1) * n, sizeof *labels);
    if (labels == NULL) return tilt__fail_memory(f->context->err);
    f->day = SIZE_MAX;
    for (size_t d = 0; d < n_dims; d++) {
        const tilt__dim *dim = tilt__cube_dim(cube, d);
        if (strcmp(dim->name, "day") == 0) f->day = d;
        bool unit_name = strcmp(dim->name, f->view->unit_name) == 0;
        if (is_hierarchy(dim->name) && !unit_name) f->parents[f->n_parents++] = d;
        if (strcmp(dim->name, "ad_set") == 0 && !unit_name) f->has_ad_set = true;
        if (dim->kind != TILT__DIM_FACTOR || is_hierarchy(dim->name) || tilt__cube_n_labels(cube, d) == 0)
            continue;
        uint32_t *own = labels + f->n_attributes * n;
        memset(own, 0, n * sizeof *own);
        if (!constant_labels(f->view, d, own)) continue;
        f->targeting_recorded = f->targeting_recorded || names_targeting(dim->name);
        f->attributes[f->n_attributes++] = d;
    }
    *out_labels = labels;
    return TILT_OK;
}

static bool judged(const tilt__view *view, const tilt__comparison *c) {
    return c->excluded == NULL && !view->groups[c->group].unknown;
}

/* What cell i adds to a column: a group among the known, or a comparison of a funnel. */
static tilt__pair cell_pair(const finder *f, size_t i, size_t column) {
    const tilt__view *view = f->view;
    if (view->mode == TILT__MODE_FUNNEL) return tilt__contrast_cell(view, &view->comparisons[column], i);
    uint32_t g = view->cells.group[i];
    if (view->groups[g].unknown) return (tilt__pair){0, 0, 0, 0};
    return (tilt__pair){g == column ? view->cells.x[i] : 0, view->cells.x[i], 0, 0};
}

static tilt_status fill_units(finder *f, const uint32_t *labels) {
    tilt__arena *arena = f->context->arena;
    const tilt__view *view = f->view;
    size_t n = f->n_units, na = f->n_attributes + 1, nc = f->n_columns;
    tilt__pair *pairs = tilt__arena_alloc(arena, n * nc, sizeof *pairs);
    uint32_t *own = tilt__arena_alloc(arena, n * (na + N_HIERARCHY), sizeof *own);
    f->units = tilt__arena_alloc(arena, n, sizeof *f->units);
    if (pairs == NULL || own == NULL || f->units == NULL) return tilt__fail_memory(f->context->err);
    for (size_t u = 0; u < n; u++) {
        uint32_t *at = own + u * (na + N_HIERARCHY);
        for (size_t a = 0; a < f->n_attributes; a++) at[a] = labels[a * n + u];
        f->units[u] =
            (unit){.name = view->relative[u].unit, .labels = at, .parents = at + na, .pairs = pairs + u * nc};
    }
    for (size_t i = 0; i < view->cells.n; i++) {
        uint32_t u = view->cells.unit[i];
        const uint32_t *key = tilt__cube_key(view->facts->cube, view->cells.cell[i]);
        if (u == TILT__NO_INDEX) continue;
        uint32_t day = f->day == SIZE_MAX ? 0 : key[f->day];
        unit *at = &f->units[u];
        if (day != 0 && (at->first_day == 0 || day < at->first_day)) at->first_day = day;
        if (day > at->last_day) at->last_day = day;
        for (size_t p = 0; p < f->n_parents; p++) {
            if (key[f->parents[p]] != 0) own[u * (na + N_HIERARCHY) + na + p] = key[f->parents[p]];
        }
        for (size_t c = 0; c < nc; c++) {
            tilt__pair add = cell_pair(f, i, c), *sum = &pairs[u * nc + c];
            sum->xa += add.xa, sum->na += add.na, sum->xr += add.xr, sum->nr += add.nr;
        }
    }
    return TILT_OK;
}

/* ---- which ads belong together ---- */

static bool is_recorded(const finder *f, const unit *u) {
    for (size_t a = 0; a < f->n_attributes; a++) {
        if (u->labels[a] == 0) return false;
        const char *text = tilt__cube_label(f->view->facts->cube, f->attributes[a], u->labels[a], NULL);
        if (strcmp(text, not_recorded) == 0) return false;
    }
    return true;
}

/* True when the two agree in everything recorded, attribute `but` apart (SIZE_MAX: in everything). */
static bool agree(const finder *f, const unit *a, const unit *b, size_t but) {
    for (size_t k = 0; k < f->n_attributes; k++) {
        if (k != but && a->labels[k] != b->labels[k]) return false;
    }
    for (size_t p = 0; p < f->n_parents && f->has_ad_set && !f->targeting_recorded; p++) {
        if (a->parents[p] != b->parents[p]) return false;
    }
    return a->first_day == b->first_day && a->last_day == b->last_day;
}

static double known_of(const finder *f, const tilt__pair *pairs) {
    double sum = 0;
    if (f->view->mode != TILT__MODE_FUNNEL) {
        for (size_t c = 0; c < f->n_columns; c++) sum = fmax(sum, pairs[c].na);
        return sum;
    }
    for (size_t c = 0; c < f->n_columns; c++) sum += pairs[c].na;
    return sum;
}

static double least_base(const finder *f) {
    return f->context->spec->min_base >= 0 ? f->context->spec->min_base : f->context->policy->min_base;
}

/* ---- what one group's value is in an arm ---- */

static bool log_value(const finder *f, tilt__pair p, double *out_log, double *out_variance) {
    if (!(p.xa > 0) || !(p.na > 0)) return false;
    if (f->view->mode != TILT__MODE_FUNNEL) {
        *out_log = log(p.xa / p.na);
        *out_variance = (1 / p.xa - 1 / p.na) * f->effect;
        return true;
    }
    if (!(p.xr > 0) || !(p.nr > 0)) return false;
    bool proportion = f->view->kind != TILT__RATE_RATIO;
    *out_log = log(p.xa / p.na) - log(p.xr / p.nr);
    *out_variance = (1 / p.xa + 1 / p.xr - (proportion ? 1 / p.na + 1 / p.nr : 0)) * f->effect;
    return true;
}

static tilt_estimate value_of(const finder *f, tilt__pair p) {
    double level = f->context->spec->level;
    if (f->view->mode != TILT__MODE_FUNNEL) return tilt__group_rate(f->context, p.xa, p.na, true);
    double middle, variance;
    if (!log_value(f, p, &middle, &variance))
        return tilt__undefined(p.na > 0 && p.nr > 0 ? TILT_ZERO_MARGIN : TILT_EMPTY_GROUP, f->method, level);
    return tilt__term_factor(tilt__term_make(middle, sqrt(fmax(variance, 0))), 0, level, f->method);
}

static tilt_estimate contrast_of(const finder *f, tilt__pair own, tilt__pair others) {
    double a, b, va, vb, level = f->context->spec->level;
    if (!log_value(f, own, &a, &va) || !log_value(f, others, &b, &vb))
        return tilt__undefined(TILT_ZERO_MARGIN, f->method, level);
    return tilt__term_factor(tilt__term_make(a - b, sqrt(fmax(va + vb, 0))), 0, level, f->method);
}

static void add_pair(tilt__pair *sum, tilt__pair add) {
    sum->xa += add.xa, sum->na += add.na, sum->xr += add.xr, sum->nr += add.nr;
}

/* ---- one design ---- */

/* Units of an arm, and its sums per column. */
typedef struct arm_sums {
    uint32_t label;
    tilt__pair *pairs;
} arm_sums;

static size_t arm_number(arm_sums *sums, size_t *n_arms, uint32_t label) {
    for (size_t k = 0; k < *n_arms; k++) {
        if (sums[k].label == label) return k;
    }
    sums[*n_arms].label = label;
    return (*n_arms)++;
}

static void arm_spread(const finder *f, tilt__experiment *design, const arm_sums *sums) {
    for (size_t i = 0; i < design->n_arms; i++) {
        for (size_t j = 0; j < i; j++) {
            double far = 0;
            for (size_t c = 0; c < f->n_columns; c++) {
                const tilt__pair *p = &sums[i].pairs[c], *q = &sums[j].pairs[c];
                double a, b, va, vb;
                if (f->view->mode != TILT__MODE_FUNNEL)
                    far += 0.5 * fabs(p->xa / p->na - q->xa / q->na);
                else if (log_value(f, *p, &a, &va) && log_value(f, *q, &b, &vb))
                    far = fmax(far, fabs(a - b));
            }
            design->spread = fmax(design->spread, far);
        }
    }
}

static tilt_status measure_table(const finder *f, tilt__experiment *design, const arm_sums *sums) {
    design->table.reason = TILT_NOT_A_PROPORTION;
    if (f->view->mode == TILT__MODE_FUNNEL) return TILT_OK;
    double *counts = tilt__arena_alloc(f->context->arena, design->n_arms * f->n_columns, sizeof *counts);
    if (counts == NULL) return tilt__fail_memory(f->context->err);
    for (size_t k = 0; k < design->n_arms; k++) {
        for (size_t c = 0; c < f->n_columns; c++) counts[k * f->n_columns + c] = sums[k].pairs[c].xa;
    }
    tilt__table table = {counts, design->n_arms, f->n_columns};
    design->table = tilt__table_measure(&table);
    return TILT_OK;
}

static tilt_status fill_cells(const finder *f, tilt__experiment *design, const arm_sums *sums) {
    const tilt__view *view = f->view;
    bool funnel = view->mode == TILT__MODE_FUNNEL;
    for (size_t k = 0; k < design->n_arms; k++) {
        tilt__experiment_arm *arm = &design->arms[k];
        arm->cells = tilt__arena_alloc(f->context->arena, f->n_columns, sizeof *arm->cells);
        if (arm->cells == NULL) return tilt__fail_memory(f->context->err);
        arm->known = known_of(f, sums[k].pairs);
        size_t n = 0;
        for (size_t c = 0; c < f->n_columns; c++) {
            if (funnel ? !judged(view, &view->comparisons[c]) : view->groups[c].unknown) continue;
            tilt__pair own = sums[k].pairs[c], others = {0, 0, 0, 0};
            for (size_t o = 0; o < design->n_arms; o++) {
                if (o != k) add_pair(&others, sums[o].pairs[c]);
            }
            arm->cells[n++] =
                (tilt__experiment_cell){.group = funnel ? view->comparisons[c].group : c,
                                        .reference = funnel ? view->comparisons[c].reference : SIZE_MAX,
                                        .count = own.xa,
                                        .base = own.na,
                                        .value = value_of(f, own),
                                        .to_others = contrast_of(f, own, others)};
        }
        design->n_cells = n;
    }
    return TILT_OK;
}

static tilt_status name_fixed(const finder *f, const unit *first, size_t but, tilt__experiment *design) {
    design->fixed = tilt__arena_alloc(f->context->arena, f->n_attributes + 1, sizeof *design->fixed);
    if (design->fixed == NULL) return tilt__fail_memory(f->context->err);
    const tilt_cube *cube = f->view->facts->cube;
    for (size_t a = 0; a < f->n_attributes; a++) {
        if (a == but) continue;
        tilt__named_text *at = &design->fixed[design->n_fixed++];
        at->name = tilt__cube_dim(cube, f->attributes[a])->name;
        at->text = tilt__arena_copy(f->context->arena,
                                    tilt__cube_label(cube, f->attributes[a], first->labels[a], NULL));
        if (at->text == NULL) return tilt__fail_memory(f->context->err);
    }
    return TILT_OK;
}

/* Puts the units of a stratum into arms by attribute `but`, or each into its own. Arms with too small a base
 * are left out. */
static tilt_status fill_arms(finder *f, const size_t *members, size_t n, size_t but, tilt__experiment *design,
                             arm_sums *sums) {
    tilt__arena *arena = f->context->arena;
    design->arms = tilt__arena_alloc(arena, n, sizeof *design->arms);
    if (design->arms == NULL) return tilt__fail_memory(f->context->err);
    for (size_t i = 0; i < n; i++) {
        const unit *u = &f->units[members[i]];
        if (known_of(f, u->pairs) < least_base(f)) continue;
        uint32_t label = but == SIZE_MAX ? (uint32_t)i : u->labels[but];
        size_t k = arm_number(sums, &design->n_arms, label);
        tilt__experiment_arm *arm = &design->arms[k];
        if (arm->units == NULL) {
            arm->units = tilt__arena_alloc(arena, n, sizeof *arm->units);
            sums[k].pairs = tilt__arena_alloc(arena, f->n_columns, sizeof *sums[k].pairs);
            if (arm->units == NULL || sums[k].pairs == NULL) return tilt__fail_memory(f->context->err);
            const char *level = but == SIZE_MAX ? u->name
                                                : tilt__cube_label(f->view->facts->cube, f->attributes[but],
                                                                   u->labels[but], NULL);
            arm->level = tilt__arena_copy(arena, level);
            if (arm->level == NULL) return tilt__fail_memory(f->context->err);
        }
        arm->units[arm->n_units++] = u->name;
        for (size_t c = 0; c < f->n_columns; c++) add_pair(&sums[k].pairs[c], u->pairs[c]);
    }
    return TILT_OK;
}

static tilt_status add_design(finder *f, const size_t *members, size_t n, size_t but) {
    tilt__experiment design = {.n_arms = 0};
    arm_sums *sums = tilt__arena_alloc(f->context->arena, n, sizeof *sums);
    if (sums == NULL) return tilt__fail_memory(f->context->err);
    tilt_status status = fill_arms(f, members, n, but, &design, sums);
    if (status != TILT_OK || design.n_arms < 2) return status;
    design.factor = but == SIZE_MAX ? NULL : tilt__cube_dim(f->view->facts->cube, f->attributes[but])->name;
    design.same_targeting = f->has_ad_set || f->targeting_recorded;
    design.same_period = f->day != SIZE_MAX;
    design.grade = but != SIZE_MAX && design.same_targeting ? 'A' : 'B';
    design.replicated = true;
    for (size_t k = 0; k < design.n_arms; k++)
        design.replicated = design.replicated && design.arms[k].n_units > 1;
    arm_spread(f, &design, sums);
    status = name_fixed(f, &f->units[members[0]], but, &design);
    if (status == TILT_OK) status = measure_table(f, &design, sums);
    if (status == TILT_OK) status = fill_cells(f, &design, sums);
    if (status != TILT_OK) return status;
    void *items = f->out->items;
    tilt__experiment *slot =
        tilt__arena_push(f->context->arena, &items, &f->out->n, &f->capacity, sizeof *slot);
    if (slot == NULL) return tilt__fail_memory(f->context->err);
    f->out->items = items;
    *slot = design;
    return TILT_OK;
}

/* All strata of ads that agree in everything but one attribute (SIZE_MAX: agree in everything). */
static tilt_status find_strata(finder *f, size_t but) {
    size_t *members = tilt__arena_alloc(f->context->arena, f->n_units, sizeof *members);
    if (members == NULL) return tilt__fail_memory(f->context->err);
    for (size_t u = 0; u < f->n_units; u++) f->units[u].used = !is_recorded(f, &f->units[u]);
    for (size_t u = 0; u < f->n_units; u++) {
        size_t n = 0;
        bool differ = but == SIZE_MAX;
        if (f->units[u].used) continue;
        for (size_t v = u; v < f->n_units; v++) {
            if (f->units[v].used || !agree(f, &f->units[u], &f->units[v], but)) continue;
            f->units[v].used = true;
            differ = differ || f->units[v].labels[but] != f->units[u].labels[but];
            members[n++] = v;
        }
        if (n < 2 || !differ) continue;
        tilt_status status = add_design(f, members, n, but);
        if (status != TILT_OK) return status;
    }
    return TILT_OK;
}

static int wider_first(const void *left, const void *right) {
    const tilt__experiment *a = left, *b = right;
    if (a->grade != b->grade) return a->grade < b->grade ? -1 : 1;
    if (a->spread != b->spread) return a->spread > b->spread ? -1 : 1;
    return strcmp(a->factor != NULL ? a->factor : a->arms[0].level,
                  b->factor != NULL ? b->factor : b->arms[0].level);
}

/* ---- what cannot be separated ---- */

static bool one_group_each(const finder *f) {
    size_t with_count = 0, groups_seen = 0;
    const tilt__view *view = f->view;
    if (view->mode == TILT__MODE_FUNNEL) return false;
    bool seen[256] = {false};
    for (size_t u = 0; u < f->n_units; u++) {
        size_t groups = 0, last = 0;
        for (size_t g = 0; g < view->n_groups; g++) {
            if (view->groups[g].unknown || !(f->units[u].pairs[g].xa > 0)) continue;
            groups++;
            last = g;
        }
        if (groups > 1) return false;
        with_count += groups;
        if (groups == 1 && last < 256 && !seen[last]) seen[last] = true, groups_seen++;
    }
    return with_count >= 2 && groups_seen >= 2;
}

/* The view with every cell's ad numbered. *out_ok false where ads cannot be told. */
static tilt_status number_units(const tilt__context *context, const tilt__view *view, tilt__view *out,
                                bool *out_ok) {
    size_t n = view->n_relative;
    *out = *view;
    *out_ok = false;
    if (view->mode != TILT__MODE_RELATIVE) {
        tilt_status status = tilt__relative_units(context, out, &n);
        if (status != TILT_OK) return status;
    }
    if (n < 2 || n > MOST_UNITS || out->unit_name == NULL || !is_hierarchy(out->unit_name)) return TILT_OK;
    size_t dim = tilt__cube_find_dim(view->facts->cube, out->unit_name);
    *out_ok = dim != SIZE_MAX && (view->mode != TILT__MODE_FUNNEL || tilt__contrast_on_both(view, dim));
    return TILT_OK;
}

static void find_effect(finder *f) {
    const tilt__view *view = f->view;
    f->effect = 1;
    f->method = "delta";
    for (size_t c = 0; c < view->n_comparisons; c++) {
        const char *method;
        double effect = tilt__assumed_effect(f->context, &view->comparisons[c], &method);
        if (effect > f->effect || c == 0) f->effect = effect, f->method = method;
    }
}

tilt_status tilt__experiments_find(const tilt__context *context, const tilt__view *view,
                                   tilt__experiments *out) {
    *out = (tilt__experiments){.n = 0};
    tilt__view numbered;
    bool ok;
    tilt_status status = number_units(context, view, &numbered, &ok);
    if (status != TILT_OK || !ok) return status;
    finder f = {.context = context, .view = &numbered, .n_units = numbered.n_relative, .out = out};
    f.n_columns = view->mode == TILT__MODE_FUNNEL ? view->n_comparisons : view->n_groups;
    uint32_t *labels = NULL;
    status = find_attributes(&f, &labels);
    out->unit = numbered.unit_name;
    bool ads_of_one_set = f.has_ad_set && strcmp(out->unit, "ad") == 0;
    bool nothing_to_find = f.n_attributes == 0 && !ads_of_one_set && view->mode == TILT__MODE_FUNNEL;
    if (nothing_to_find) return status; /* its cells times its comparisons are many */
    if (status == TILT_OK) status = fill_units(&f, labels);
    if (status != TILT_OK) return status;
    out->inseparable = one_group_each(&f);
    if (out->inseparable) return TILT_OK;
    find_effect(&f);
    for (size_t a = 0; a < f.n_attributes && status == TILT_OK; a++) status = find_strata(&f, a);
    if (status == TILT_OK && (ads_of_one_set || f.targeting_recorded)) status = find_strata(&f, SIZE_MAX);
    if (out->n > 0) qsort(out->items, out->n, sizeof *out->items, wider_first);
    if (out->n > MOST_DESIGNS) out->n = MOST_DESIGNS;
    return status;
}

/* ---- as drivers ---- */

/* The arm that holds this ad, or NULL. */
static const tilt__experiment_arm *arm_of(const tilt__experiment *design, const char *name) {
    for (size_t k = 0; k < design->n_arms; k++) {
        for (size_t u = 0; u < design->arms[k].n_units; u++) {
            if (strcmp(design->arms[k].units[u], name) == 0) return &design->arms[k];
        }
    }
    return NULL;
}

static tilt_estimate to_log(tilt_estimate factor) {
    if (factor.reason != TILT_REASON_NONE) return factor;
    factor.value = log(factor.value);
    factor.lower = log(factor.lower);
    factor.upper = log(factor.upper);
    return factor;
}

static tilt_status add_drivers(const tilt__context *context, const tilt__view *view, tilt__comparison *c,
                               const tilt__experiments *designs) {
    size_t room = c->n_drivers + designs->n, n = 0;
    tilt__driver *items = tilt__arena_alloc(context->arena, room, sizeof *items);
    if (items == NULL) return tilt__fail_memory(context->err);
    for (size_t d = 0; d < designs->n; d++) {
        const tilt__experiment *design = &designs->items[d];
        const tilt__experiment_arm *arm = arm_of(design, view->relative[c->unit].unit);
        if (arm == NULL || design->factor == NULL) continue;
        for (size_t k = 0; k < design->n_cells; k++) {
            const tilt__experiment_cell *cell = &arm->cells[k];
            if (cell->group != c->group || cell->to_others.reason != TILT_REASON_NONE) continue;
            items[n++] = (tilt__driver){.kind = TILT__DRIVER_DESIGNED,
                                        .name = design->factor,
                                        .key = arm->level,
                                        .log_scale = true,
                                        .contribution = to_log(cell->to_others),
                                        .share_of_gap = tilt__no_value(TILT_NOT_REQUESTED),
                                        .first_in = tilt__no_value(TILT_NOT_REQUESTED),
                                        .last_in = tilt__no_value(TILT_NOT_REQUESTED),
                                        .composition = tilt__no_value(TILT_NOT_REQUESTED),
                                        .rate_effect = tilt__no_value(TILT_NOT_REQUESTED),
                                        .grade = design->grade,
                                        .basis = "one_thing_differs"};
        }
    }
    if (n == 0) return TILT_OK;
    if (c->n_drivers > 0) memcpy(items + n, c->drivers, c->n_drivers * sizeof *items);
    c->drivers = items;
    c->n_drivers += n;
    return TILT_OK;
}

tilt_status tilt__experiments_grade(const tilt__context *context, tilt__view *view,
                                    const tilt__experiments *designs) {
    tilt_status status = TILT_OK;
    for (size_t i = 0; i < view->n_comparisons && status == TILT_OK; i++) {
        tilt__comparison *c = &view->comparisons[i];
        if (view->mode == TILT__MODE_RELATIVE && designs->n > 0)
            status = add_drivers(context, view, c, designs);
        for (size_t d = 0; designs->inseparable && d < c->n_drivers; d++) {
            c->drivers[d].grade = 'D';
            c->drivers[d].basis = "one_group_per_unit";
        }
        if (designs->inseparable) tilt__comparison_note(c, "one_group_per_unit");
    }
    return status;
}
