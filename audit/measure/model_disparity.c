/* measure/model_disparity.c - shares of what a model hands out, and what depends on strata or on labels
 * alone: conditional disparity, class imbalance, how far apart the labels of two groups are. */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "measure/contrast.h"
#include "measure/model.h"
#include "stat/proportion.h"

/* ---- shares ---- */

static tilt__value per(double top, double bottom) {
    return bottom > 0 ? tilt__some_value(top / bottom) : tilt__no_value(TILT_EMPTY_GROUP);
}

tilt_status tilt__model_shares_make(const tilt__context *context, tilt__model_part *part) {
    double level = context->spec->level;
    tilt__weighted all = {0};
    double *selected = tilt__arena_alloc(context->arena, part->n_groups, sizeof *selected);
    double *squares = tilt__arena_alloc(context->arena, part->n_groups, sizeof *squares);
    if (selected == NULL || squares == NULL) return tilt__fail_memory(context->err);
    tilt_status status = tilt__model_counts(context, part, TILT__HEAD_SELECTED, false, selected);
    if (status == TILT_OK && part->weighted)
        status = tilt__model_counts(context, part, TILT__HEAD_SELECTED, true, squares);
    if (status != TILT_OK) return status;
    for (size_t g = 0; g < part->n_groups; g++) {
        part->groups[g].selected = selected[g];
        part->groups[g].selected_squares = part->weighted ? squares[g] : selected[g];
        all.sum_w += selected[g];
        all.sum_w2 += part->groups[g].selected_squares;
    }
    for (size_t g = 0; g < part->n_groups; g++) {
        tilt__model_group *group = &part->groups[g];
        const tilt__confusion *t = &group->table;
        all.sum_wy = group->selected;
        group->selected_share = part->weighted ? tilt__wilson_weighted(all, level)
                                               : tilt__wilson(group->selected, all.sum_w, level);
        group->labels_per_selection = group->labels_per_rejection = tilt__no_value(TILT_NO_LABEL);
        if (!part->has_label) continue;
        group->labels_per_selection = per(t->tp + t->fn, t->tp + t->fp);
        group->labels_per_rejection = per(t->fp + t->tn, t->fn + t->tn);
    }
    return TILT_OK;
}

/* ---- strata ---- */

static bool is_audience_of(const tilt__view *view, size_t dim) {
    for (size_t a = 0; a < view->n_audience; a++) {
        if (view->dims[a] == dim) return true;
    }
    return false;
}

/* The group with the labels of `group` of another view; SIZE_MAX. */
static size_t same_group(const tilt__view *view, const tilt__view *from, size_t group) {
    for (size_t g = 0; g < view->n_groups; g++) {
        bool same = true;
        for (size_t a = 0; same && a < view->n_audience; a++)
            same = strcmp(view->groups[g].key[a], from->groups[group].key[a]) == 0;
        if (same) return g;
    }
    return SIZE_MAX;
}

/* What the cells of a view hold at one level of a column: sums of weights, not of effective people as the
 * cells of the view are, since groups of different effective size share a stratum here. */
typedef struct held {
    size_t group, level;
    double accepted, rejected;
} held;

typedef struct layer {
    size_t n_levels; /* level 0: none */
    held *items;
    size_t n;
} layer;

static held held_in(const tilt__view *view, size_t i, uint32_t level) {
    size_t g = view->cells.group[i];
    double x = view->cells.x[i] / view->groups[g].kish, n = view->cells.b[i] / view->groups[g].kish;
    return (held){g, level, x, fmax(n - x, 0)};
}

/* One item per cell in the order of the cells; where people were counted, one per group and level: whole
 * numbers have the same sum in any order. */
static tilt_status layer_of(const tilt__context *context, const tilt__view *view, size_t dim, layer *out) {
    const tilt_cube *cube = view->facts->cube;
    *out = (layer){.n_levels = (size_t)tilt__cube_n_labels(cube, dim) + 1};
    size_t merged = view->weighted ? 0 : view->n_groups * out->n_levels;
    out->items = tilt__arena_alloc(context->arena, view->weighted ? view->cells.n : merged, sizeof(held));
    if (out->items == NULL) return tilt__fail_memory(context->err);
    for (size_t i = 0; i < view->cells.n; i++) {
        uint32_t level = tilt__cube_key(cube, view->cells.cell[i])[dim];
        if (level == 0 || view->groups[view->cells.group[i]].unknown) continue;
        held own = held_in(view, i, level);
        if (view->weighted) {
            out->items[out->n++] = own;
            continue;
        }
        held *to = &out->items[own.group * out->n_levels + level];
        own.accepted += to->accepted;
        own.rejected += to->rejected;
        *to = own;
    }
    if (!view->weighted) out->n = merged;
    return TILT_OK;
}

/* The group against everybody else known within each level of one column. */
static tilt_status disparity_of(const tilt__context *context, const layer *from, size_t focal,
                                tilt__disparity *out) {
    tilt__decided *strata = tilt__arena_alloc(context->arena, from->n_levels, sizeof *strata);
    if (strata == NULL) return tilt__fail_memory(context->err);
    for (size_t i = 0; i < from->n; i++) {
        const held *own = &from->items[i];
        tilt__decided *stratum = &strata[own->level];
        if (own->group == focal) {
            stratum->focal_accepted += own->accepted;
            stratum->focal_rejected += own->rejected;
        } else {
            stratum->other_accepted += own->accepted;
            stratum->other_rejected += own->rejected;
        }
    }
    *out = tilt__conditional_disparity(strata, from->n_levels);
    return TILT_OK;
}

static tilt_status fill_stratum(const tilt__context *context, tilt__model_part *part, size_t dim) {
    const tilt__view *view = part->view, *labels = part->rates[TILT__BASE_RATE];
    layer decisions, of_labels;
    tilt_status status = layer_of(context, view, dim, &decisions);
    if (status == TILT_OK && labels != NULL) status = layer_of(context, labels, dim, &of_labels);
    for (size_t i = 0; i < part->n_comparisons && status == TILT_OK; i++) {
        tilt__model_comparison *c = &part->comparisons[i];
        tilt__model_disparity *own = &c->disparities[c->n_disparities++];
        own->factor = tilt__cube_dim(view->facts->cube, dim)->name;
        own->labels.reason = TILT_NO_LABEL;
        status = disparity_of(context, &decisions, c->group, &own->disparity);
        size_t focal = labels != NULL ? same_group(labels, view, c->group) : SIZE_MAX;
        if (status == TILT_OK && focal != SIZE_MAX)
            status = disparity_of(context, &of_labels, focal, &own->labels);
    }
    return status;
}

tilt_status tilt__model_strata_make(const tilt__context *context, tilt__model_part *part) {
    const tilt__view *view = part->view;
    size_t n_dims = tilt__cube_n_dims(view->facts->cube);
    for (size_t i = 0; i < part->n_comparisons; i++) {
        tilt__model_comparison *c = &part->comparisons[i];
        c->disparities = tilt__arena_alloc(context->arena, n_dims, sizeof *c->disparities);
        if (c->disparities == NULL) return tilt__fail_memory(context->err);
    }
    for (size_t d = 0; d < n_dims; d++) {
        if (is_audience_of(view, d) || !tilt__contrast_on_both(view, d)) continue;
        if (tilt__cube_n_labels(view->facts->cube, d) < 2) continue;
        tilt_status status = fill_stratum(context, part, d);
        if (status != TILT_OK) return status;
    }
    return TILT_OK;
}

/* ---- labels ---- */

static void add_reference(const tilt__model_part *part, const tilt__model_comparison *c, double *people,
                          double labels[2]) {
    bool all = c->reference == SIZE_MAX && strcmp(c->reference_name, "population") == 0;
    for (size_t g = 0; g < part->n_groups; g++) {
        const tilt__confusion *t = &part->groups[g].table;
        bool in = c->reference != SIZE_MAX ? g == c->reference : all || g != c->group;
        if (!in || part->view->groups[g].unknown) continue;
        *people += tilt__decimal_to_double(part->view->groups[g].base);
        labels[0] += t->fp + t->tn;
        labels[1] += t->tp + t->fn;
    }
}

void tilt__model_disparity_make(const tilt__model_part *part, tilt__model_comparison *c) {
    const tilt__confusion *t = &part->groups[c->group].table;
    double people = tilt__decimal_to_double(part->view->groups[c->group].base), others = 0;
    double own[2] = {t->fp + t->tn, t->tp + t->fn}, labels[2] = {0, 0};
    add_reference(part, c, &others, labels);
    c->class_imbalance = per(people - others, people + others);
    c->labels.reason = TILT_NO_LABEL;
    if (part->has_label) c->labels = tilt__distances_measure(own, labels, 2);
}
