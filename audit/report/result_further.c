/* report/result_further.c - designed contrasts, level effects and what else explains a gap, as JSON. */
#include <math.h>

#include "report/result.h"

static void put_labels(cJSON *parent, const char *name, const tilt__view *view, size_t group) {
    cJSON *key = tilt__put_array(parent, name);
    for (size_t a = 0; a < view->n_audience; a++)
        cJSON_AddItemToArray(key, cJSON_CreateString(view->groups[group].key[a]));
}

static cJSON *put_item(cJSON *list) {
    cJSON *object = cJSON_CreateObject();
    cJSON_AddItemToArray(list, object);
    return object;
}

/* ---- designed contrasts ---- */

static void put_arm(cJSON *arms, const tilt__view *view, const tilt__experiment *design,
                    const tilt__experiment_arm *arm) {
    cJSON *object = put_item(arms);
    tilt__put_text(object, "level", arm->level);
    cJSON *units = tilt__put_array(object, "units");
    for (size_t u = 0; u < arm->n_units; u++) cJSON_AddItemToArray(units, cJSON_CreateString(arm->units[u]));
    tilt__put_number(object, "known", arm->known, TILT_REASON_NONE);
    cJSON *groups = tilt__put_array(object, "groups");
    for (size_t k = 0; k < design->n_cells; k++) {
        const tilt__experiment_cell *cell = &arm->cells[k];
        cJSON *row = put_item(groups);
        put_labels(row, "key", view, cell->group);
        if (cell->reference != SIZE_MAX) put_labels(row, "reference", view, cell->reference);
        tilt__put_number(row, "count", cell->count, TILT_REASON_NONE);
        tilt__put_number(row, "base", cell->base, TILT_REASON_NONE);
        tilt__put_estimate(row, "value", cell->value);
        tilt__put_estimate(row, "to_others", cell->to_others);
    }
}

static void put_design(cJSON *list, const tilt__view *view, const tilt__experiment *design) {
    char grade[2] = {design->grade, '\0'};
    cJSON *object = put_item(list);
    tilt__put_text(object, "factor", design->factor);
    tilt__put_text(object, "grade", grade);
    tilt__put_text(object, "value_of", view->mode == TILT__MODE_FUNNEL ? "impact_ratio" : "share");
    cJSON *fixed = tilt__put_object(object, "fixed");
    for (size_t i = 0; i < design->n_fixed; i++)
        (void)tilt__put_named(fixed, design->fixed[i].name, cJSON_CreateString(design->fixed[i].text));
    tilt__put_flag(object, "same_targeting", design->same_targeting);
    tilt__put_flag(object, "same_period", design->same_period);
    tilt__put_flag(object, "replicated", design->replicated);
    tilt__put_number(object, "spread", design->spread, TILT_REASON_NONE);
    bool table = design->table.reason == TILT_REASON_NONE;
    tilt__put_test(object, "chi_square", table ? design->table.pearson : tilt__no_test(design->table.reason));
    tilt__put_number(object, "cramers_v_corrected", table ? design->table.cramers_v_corrected : (double)NAN,
                     design->table.reason);
    cJSON *arms = tilt__put_array(object, "arms");
    for (size_t k = 0; k < design->n_arms; k++) put_arm(arms, view, design, &design->arms[k]);
}

static void put_designs(cJSON *parent, const tilt__view *view, const tilt__experiments *designs) {
    cJSON *list = tilt__put_array(parent, "designed");
    for (size_t d = 0; d < designs->n; d++) put_design(list, view, &designs->items[d]);
    cJSON *object = tilt__put_object(parent, "separable");
    tilt__put_text(object, "unit", designs->unit);
    tilt__put_flag(object, "ok", !designs->inseparable);
    tilt__put_text(object, "reason", designs->inseparable ? "one_group_per_unit" : NULL);
}

/* ---- signals ---- */

static void put_signals(cJSON *parent, const tilt__signals *signals) {
    cJSON *list = tilt__put_array(parent, "signals");
    for (size_t i = 0; i < signals->n; i++) {
        const tilt__signal *signal = &signals->items[i];
        cJSON *row = put_item(list);
        tilt__put_text(row, "id", signal->id);
        tilt__put_text(row, "reading", signal->reading);
        if (signal->days > 0) {
            tilt__put_number(row, "days", (double)signal->days, TILT_REASON_NONE);
            tilt__put_test(row, "rank_correlation", signal->budget);
            continue;
        }
        tilt__put_number(row, "value", signal->value, TILT_EMPTY_GROUP);
        tilt__put_number(row, "reference_value", signal->reference, TILT_EMPTY_GROUP);
        tilt__put_estimate(row, "ratio", signal->ratio);
    }
}

/* ---- levels ---- */

void tilt__put_further_comparison(cJSON *object, const tilt__outcome *outcome, size_t v, size_t c) {
    const tilt__leverage *leverage = &outcome->further->views[v].comparisons[c].leverage;
    const tilt__comparison *comparison = &outcome->views->items[v].comparisons[c];
    tilt__put_number(object, "pairs_tried", (double)comparison->pairs_tried, TILT_REASON_NONE);
    cJSON *levels = tilt__put_array(object, "levels");
    for (size_t i = 0; i < leverage->n_levels; i++) {
        const tilt__leverage_level *level = &leverage->levels[i];
        cJSON *row = put_item(levels);
        tilt__put_text(row, "factor", level->factor);
        tilt__put_text(row, "key", level->key);
        tilt__put_value(row, "ratio_without", level->ratio_without);
        tilt__put_estimate(row, "influence", level->influence);
        tilt__put_value(row, "ratio_equalised", level->ratio_equalised);
        tilt__put_estimate(row, "equalised", level->equalised);
        tilt__put_flag(row, "in_smallest", level->in_smallest);
    }
    if (leverage->n_left_out > 0)
        tilt__put_number(object, "levels_left_out", (double)leverage->n_left_out, TILT_REASON_NONE);
    put_signals(object, &outcome->further->views[v].comparisons[c].signals);
    tilt__put_adjusted(object, &outcome->further->views[v].comparisons[c].adjusted);
    cJSON *sets = tilt__put_array(object, "neutralising");
    for (size_t i = 0; i < leverage->n_sets; i++) {
        const tilt__leverage_set *set = &leverage->sets[i];
        cJSON *row = put_item(sets);
        tilt__put_text(row, "factor", set->factor);
        if (set->reason != TILT_REASON_NONE) {
            tilt__put_none(row, "levels", set->reason);
        } else {
            cJSON *names = tilt__put_array(row, "levels");
            for (size_t k = 0; k < set->n_levels; k++)
                cJSON_AddItemToArray(names, cJSON_CreateString(set->levels[k]));
        }
        tilt__put_number(row, "ratio", set->ratio, TILT_ZERO_MARGIN);
        tilt__put_flag(row, "minimal", set->minimal);
    }
}

void tilt__put_further_view(cJSON *object, const tilt__outcome *outcome, size_t v) {
    put_designs(object, &outcome->views->items[v], &outcome->further->views[v].designs);
}

/* ---- the subset scan ---- */

static void put_find(cJSON *object, const tilt__search_find *find, bool searched) {
    cJSON *subset = tilt__put_object(object, "subset");
    for (size_t i = 0; i < find->n_parts; i++) {
        cJSON *levels = tilt__put_named(subset, find->parts[i].attribute, cJSON_CreateArray());
        for (size_t l = 0; l < find->parts[i].n_levels; l++)
            cJSON_AddItemToArray(levels, cJSON_CreateString(find->parts[i].levels[l]));
    }
    tilt__put_number(object, "q", find->q, TILT_ZERO_MARGIN);
    tilt__put_number(object, "n", find->n, TILT_REASON_NONE);
    tilt__put_number(object, "observed", find->observed, TILT_REASON_NONE);
    tilt__put_number(object, "expected", find->expected, TILT_REASON_NONE);
    if (!searched) return;
    tilt__put_number(object, "score", find->score, TILT_REASON_NONE);
    tilt__put_number(object, "p", find->p, TILT_NOT_REQUESTED);
    tilt__put_number(object, "merged", (double)find->n_merged, TILT_REASON_NONE);
}

static void put_names(cJSON *object, const char *key, const char *const *names, size_t n) {
    cJSON *list = tilt__put_array(object, key);
    for (size_t i = 0; i < n; i++) cJSON_AddItemToArray(list, cJSON_CreateString(names[i]));
}

/* Who is searched: the groups but the reference, or the group whose share it is. */
static void put_who(cJSON *object, const tilt__view *view, const tilt__search *search) {
    size_t reference = view->n_comparisons > 0 ? view->comparisons[0].reference : SIZE_MAX;
    if (search->focal != SIZE_MAX) {
        put_labels(object, "group", view, search->focal);
        tilt__put_null(object, "reference");
        return;
    }
    size_t n = 0, last = 0;
    for (size_t g = 0; g < view->n_groups; g++) {
        if (view->groups[g].unknown || view->groups[g].excluded != NULL || g == reference) continue;
        last = g;
        n++;
    }
    if (n == 1)
        put_labels(object, "group", view, last);
    else
        tilt__put_null(object, "group");
    if (reference != SIZE_MAX)
        put_labels(object, "reference", view, reference);
    else
        tilt__put_null(object, "reference");
}

static void put_search(cJSON *list, const tilt__outcome *o, const tilt__search *search) {
    const tilt__view *view = &o->views->items[search->view];
    cJSON *object = put_item(list);
    tilt__put_text(object, "view", view->id);
    put_who(object, view, search);
    tilt__put_text(object, "direction", search->over ? "over" : "under");
    tilt__put_text(object, "against", search->against);
    put_names(object, "attributes", search->attributes, search->n_attributes);
    put_names(object, "left_out", search->left_out, search->n_left_out);
    tilt__put_number(object, "cells", (double)search->n_cells, TILT_REASON_NONE);
    tilt__put_number(object, "smoothed_cells", (double)search->n_smoothed, TILT_REASON_NONE);
    tilt__put_text(object, "model", search->model);
    tilt__put_number(object, "dispersion", search->dispersion, TILT_REASON_NONE);
    tilt__put_flag(object, "exact", search->exact);
    tilt__put_number(object, "replicates", search->n_replicates, TILT_REASON_NONE);
    cJSON *finds = tilt__put_array(object, "finds");
    for (size_t i = 0; i < search->n_finds; i++) put_find(put_item(finds), &search->finds[i], true);
    if (!search->has_held_out) {
        tilt__put_none(object, "held_out", TILT_TOO_FEW_CLUSTERS);
        return;
    }
    cJSON *held = tilt__put_object(object, "held_out");
    tilt__put_text(held, "unit", search->held_unit);
    put_find(held, &search->held_out, false);
}

static void put_scan(cJSON *root, const tilt__outcome *o) {
    const tilt__searches *all = &o->further->searches;
    if (all->reason != TILT_REASON_NONE) {
        tilt__put_none(root, "scan", all->reason);
        return;
    }
    cJSON *scan = tilt__put_object(root, "scan");
    tilt__put_number(scan, "seed", (double)all->seed, TILT_REASON_NONE);
    tilt__put_number(scan, "replicates", all->n_replicates, TILT_REASON_NONE);
    tilt__put_number(scan, "restarts", all->n_restarts, TILT_REASON_NONE);
    tilt__put_number(scan, "penalty", all->penalty, TILT_REASON_NONE);
    tilt__put_number(scan, "p", all->p, TILT_TOO_FEW);
    tilt__put_number(scan, "best", (double)all->best, TILT_REASON_NONE);
    cJSON *searches = tilt__put_array(scan, "searches");
    for (size_t i = 0; i < all->n; i++) put_search(searches, o, &all->items[i]);
}

/* ---- stand-ins ---- */

static void put_standin(cJSON *list, const tilt__outcome *o, const tilt__standin *s) {
    const tilt__view *view = &o->views->items[s->view];
    cJSON *row = put_item(list);
    tilt__put_text(row, "view", view->id);
    tilt__put_text(row, "attribute", view->audience[0]);
    tilt__put_text(row, "factor", s->factor);
    tilt__put_text(row, "base", view->per);
    tilt__put_number(row, "levels", (double)s->n_levels, TILT_REASON_NONE);
    tilt__put_number(row, "cramers_v_corrected", s->measures.cramers_v_corrected, TILT_SINGLE_GROUP);
    tilt__put_number(row, "theil_u", s->measures.theil_u, TILT_SINGLE_GROUP);
    tilt__put_number(row, "mutual_information", s->measures.miller_madow, TILT_SINGLE_GROUP);
    tilt__put_number(row, "conditional_information", s->measures.conditional,
                     s->measures.conditional_test.reason);
    tilt__put_test(row, "conditional_test", s->measures.conditional_test);
    tilt__put_number(row, "conditions", (double)s->n_conditions, TILT_REASON_NONE);
    tilt__put_number(row, "auc", s->auc, s->auc_reason);
    tilt__put_text(row, "auc_basis", "cross_fitted");
    if (s->auc_reason == TILT_REASON_NONE)
        put_labels(row, "target", view, s->target);
    else
        tilt__put_null(row, "target");
    tilt__put_text(row, "label", s->label);
    tilt__put_flag(row, "label_is_rule_of_thumb", true);
    tilt__put_text(row, "comparison", s->comparison != SIZE_MAX ? view->comparisons[s->comparison].id : NULL);
    tilt__put_estimate(row, "mix_effect", s->mix_effect);
    tilt__put_flag(row, "in_use", s->in_use);
}

static void put_standins(cJSON *root, const tilt__outcome *o) {
    const tilt__standins *all = &o->further->standins;
    cJSON *list = tilt__put_array(root, "proxies");
    for (size_t i = 0; i < all->n; i++) put_standin(list, o, &all->items[i]);
}

void tilt__put_further(cJSON *root, const tilt__outcome *outcome) {
    put_scan(root, outcome);
    put_standins(root, outcome);
}
