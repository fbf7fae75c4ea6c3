/* measure/model_rates.c - which counts make which rate, and what weights do to their uncertainty.
 * Weighted people: counts stay sums of weights, and every statistic that needs numbers of people sees them
 * times (sum w) / (sum w^2) of the denominator, so that they sum to Kish's effective size. Values do not
 * change by it. */
#include "measure/model_rates.h"

#include <string.h>

#include "base/error.h"

const tilt__model_rate tilt__model_rates[TILT__N_CONFUSION_RATE] = {
    [TILT__SELECTION_RATE] = {TILT__HEAD_SELECTED, TILT__HEAD_ROWS, true, false},
    [TILT__BASE_RATE] = {TILT__HEAD_POSITIVES, TILT__HEAD_LABELLED, false, true},
    [TILT__TPR] = {TILT__HEAD_TRUE_POSITIVES, TILT__HEAD_POSITIVES, true, true},
    [TILT__FPR] = {TILT__HEAD_FALSE_POSITIVES, TILT__HEAD_NEGATIVES, true, true},
    [TILT__TNR] = {TILT__HEAD_TRUE_NEGATIVES, TILT__HEAD_NEGATIVES, false, true},
    [TILT__FNR] = {TILT__HEAD_FALSE_NEGATIVES, TILT__HEAD_POSITIVES, false, true},
    [TILT__PPV] = {TILT__HEAD_TRUE_POSITIVES, TILT__HEAD_PREDICTED_POSITIVES, true, true},
    [TILT__NPV] = {TILT__HEAD_TRUE_NEGATIVES, TILT__HEAD_PREDICTED_NEGATIVES, false, true},
    [TILT__FDR] = {TILT__HEAD_FALSE_POSITIVES, TILT__HEAD_PREDICTED_POSITIVES, false, true},
    [TILT__FOR] = {TILT__HEAD_FALSE_NEGATIVES, TILT__HEAD_PREDICTED_NEGATIVES, false, true},
    [TILT__ACCURACY] = {TILT__HEAD_CORRECT, TILT__HEAD_LABELLED, true, true},
    [TILT__ERROR_RATE] = {TILT__HEAD_WRONG, TILT__HEAD_LABELLED, false, true},
};

static tilt_status find_measure(const tilt__context *context, const tilt__view *view, tilt__head head,
                                bool squared, size_t *out) {
    const char *name =
        tilt__head_measure(view->facts->persons[0]->people, head, view->model_index, squared, context->arena);
    if (name == NULL) return tilt__fail_memory(context->err);
    *out = tilt__cube_find_measure(view->facts->cube, name);
    return TILT_OK;
}

tilt_status tilt__model_view_start(const tilt__context *context, tilt__confusion_rate rate, size_t model,
                                   tilt__view *view, bool *out_possible) {
    const tilt__persons *persons = view->facts->persons[0];
    const tilt__model_rate *row = &tilt__model_rates[rate];
    *out_possible = false;
    if (model >= persons->people->n_models || (row->label && !persons->has_label)) return TILT_OK;
    view->of = tilt__head_name(row->of);
    view->per = tilt__head_name(row->per);
    view->model = persons->people->models[model].name;
    view->model_index = model;
    view->model_rate = rate;
    view->several_models = persons->people->n_models > 1;
    view->kind = TILT__RATE_PERSON;
    tilt_status status = find_measure(context, view, row->of, false, &view->of_measure);
    if (status == TILT_OK) status = find_measure(context, view, row->per, false, &view->per_measure);
    if (status == TILT_OK && persons->weighted)
        status = find_measure(context, view, row->per, true, &view->squared_measure);
    view->weighted = persons->weighted;
    *out_possible = status == TILT_OK && view->of_measure != SIZE_MAX && view->per_measure != SIZE_MAX;
    return status;
}

static double kish(double weight, double squares) {
    return squares > 0 ? weight / squares : 1;
}

tilt_status tilt__kish_apply(const tilt__context *context, tilt__view *view) {
    for (size_t g = 0; g < view->n_groups; g++) view->groups[g].kish = 1, view->groups[g].squares = 0;
    if (!view->weighted) return TILT_OK;
    tilt__view_cells *cells = &view->cells;
    for (size_t i = 0; i < cells->n; i++) {
        tilt__decimal squares = tilt__cube_value(view->facts->cube, cells->cell[i], view->squared_measure);
        view->groups[cells->group[i]].squares += tilt__decimal_to_double(squares);
    }
    for (size_t g = 0; g < view->n_groups; g++) {
        tilt__group *group = &view->groups[g];
        group->kish = kish(tilt__decimal_to_double(group->base), group->squares);
    }
    double *x = tilt__arena_alloc(context->arena, cells->n, sizeof *x);
    double *b = tilt__arena_alloc(context->arena, cells->n, sizeof *b);
    if (x == NULL || b == NULL) return tilt__fail_memory(context->err);
    for (size_t i = 0; i < cells->n; i++) {
        x[i] = cells->x[i] * view->groups[cells->group[i]].kish;
        b[i] = cells->b[i] * view->groups[cells->group[i]].kish;
    }
    cells->x = x;
    cells->b = b;
    return TILT_OK;
}

double tilt__kish_of_reference(const tilt__view *view, const tilt__comparison *c) {
    if (!view->weighted) return 1;
    if (c->reference != SIZE_MAX) return view->groups[c->reference].kish;
    bool all = strcmp(c->reference_name, "population") == 0;
    double weight = 0, squares = 0;
    for (size_t g = 0; g < view->n_groups; g++) {
        if (view->groups[g].unknown || (g == c->group && !all)) continue;
        weight += tilt__decimal_to_double(view->groups[g].base);
        squares += view->groups[g].squares;
    }
    return kish(weight, squares);
}
