/* report/result_views.c - views of the result: groups, unknown, comparisons, drivers, ads, overall. */
#include <math.h>
#include <string.h>

#include "report/result.h"
#include "stat/confusion.h"

static void put_key(cJSON *parent, const char *name, const tilt__view *view, size_t group) {
    cJSON *key = tilt__put_array(parent, name);
    for (size_t a = 0; a < view->n_audience; a++)
        cJSON_AddItemToArray(key, cJSON_CreateString(view->groups[group].key[a]));
}

static void put_group(cJSON *groups, const tilt__view *view, size_t g) {
    const tilt__group *group = &view->groups[g];
    cJSON *object = cJSON_CreateObject();
    cJSON_AddItemToArray(groups, object);
    tilt_reason why_not = group->unknown ? TILT_NO_BASE : TILT_EMPTY_GROUP;
    put_key(object, "key", view, g);
    tilt__put_decimal(object, "count", group->count);
    if (group->has_base)
        tilt__put_decimal(object, "base", group->base);
    else
        tilt__put_none(object, "base", TILT_NO_BASE);
    tilt__put_number(object, "share", group->share, why_not);
    tilt__put_number(object, "base_share", group->base_share, group->has_base ? why_not : TILT_NO_BASE);
    tilt__representation r = tilt__representation_of(group->count_share, group->base_share);
    bool known = !isnan(group->count_share) && !isnan(group->base_share);
    tilt__put_number(object, "representation_ratio",
                     known && r.reason == TILT_REASON_NONE ? r.ratio : (double)NAN,
                     known ? r.reason : TILT_NO_BASE);
    tilt__put_estimate(object, "rate", group->rate);
    tilt__put_text(object, "note", group->unknown ? "unknown" : group->excluded);
    tilt__put_flag(object, "unknown", group->unknown);
    tilt__put_text(object, "excluded", group->excluded);
}

static void put_bound(cJSON *list, const tilt__view *view, size_t group, tilt__bounds b) {
    cJSON *object = cJSON_CreateObject();
    cJSON_AddItemToArray(list, object);
    put_key(object, "key", view, group);
    bool known = b.reason == TILT_REASON_NONE;
    tilt__put_number(object, "lower", known ? b.lower : (double)NAN, b.reason);
    tilt__put_number(object, "upper", known ? b.upper : (double)NAN, b.reason);
}

static void put_unknown(cJSON *parent, const tilt__view *view) {
    const tilt__unknown_part *u = &view->unknown;
    cJSON *object = tilt__put_object(parent, "unknown");
    tilt__put_decimal(object, "count", u->count);
    if (u->has_base)
        tilt__put_decimal(object, "base", u->base);
    else
        tilt__put_none(object, "base", TILT_NO_BASE);
    tilt__put_number(object, "share", u->share, TILT_EMPTY_GROUP);
    tilt__put_text(object, "bounds_of", u->bounds_of_ratio ? "impact_ratio" : "share");
    cJSON *list = tilt__put_array(object, "bounds");
    for (size_t i = 0; i < u->n_bounds; i++) put_bound(list, view, u->bounds[i].group, u->bounds[i].bounds);
    tilt__put_value(object, "breakdown_point", u->breakdown);
    if (u->breakdown.reason == TILT_REASON_NONE || u->breakdown.reason == TILT_UNREACHABLE) {
        tilt__put_text(object, "breakdown_of",
                       u->breakdown_of_share ? "share_of_unknown" : "way_to_worst_case");
        put_key(object, "breakdown_group", view, u->breakdown_group);
    }
}

static void put_fisher(cJSON *tests, const tilt__fisher *fisher) {
    if (fisher->reason != TILT_REASON_NONE) {
        tilt__put_none(tests, "fisher", fisher->reason);
        return;
    }
    cJSON *object = tilt__put_object(tests, "fisher");
    tilt__put_number(object, "p", fisher->two_sided.p, fisher->two_sided.reason);
    tilt__put_number(object, "mid_p", fisher->mid_p.p, fisher->mid_p.reason);
    tilt__put_number(object, "log10_p", fisher->two_sided.log10_p, fisher->two_sided.reason);
}

static void put_clusters(cJSON *parent, const tilt__cluster_note *clusters) {
    if (clusters->unit == NULL) {
        tilt__put_none(parent, "clusters", TILT_TOO_FEW_CLUSTERS);
        return;
    }
    cJSON *object = tilt__put_object(parent, "clusters");
    tilt__put_text(object, "unit", clusters->unit);
    tilt__put_number(object, "count", (double)clusters->count, TILT_REASON_NONE);
    tilt__put_number(object, "effective", clusters->effective, TILT_TOO_FEW_CLUSTERS);
    if (clusters->depends_on != NULL) tilt__put_text(object, "depends_on", clusters->depends_on);
}

/* group: said in the rule itself, where nothing around it says whose it is; SIZE_MAX. */
static void put_rule(cJSON *parent, const char *name, const tilt__outcome *outcome, const tilt__view *view,
                     const tilt__bare_rule *bare, size_t group) {
    if (!bare->known) {
        tilt__put_none(parent, name, view->mode == TILT__MODE_RELATIVE ? TILT_NO_BASE : bare->rule.reason);
        return;
    }
    cJSON *object = tilt__put_object(parent, name);
    tilt_reason reason = bare->rule.reason;
    bool known = reason == TILT_REASON_NONE;
    if (group != SIZE_MAX) put_key(object, "group", view, group);
    tilt__put_number(object, "ratio", known ? bare->rule.ratio : (double)NAN, reason);
    put_key(object, "reference", view, bare->highest);
    tilt__put_number(object, "threshold", view->policy != NULL ? view->policy->tau : outcome->policy->tau,
                     TILT_REASON_NONE);
    if (known)
        tilt__put_flag(object, "below", bare->rule.below);
    else
        tilt__put_none(object, "below", reason);
}

/* What tests of whole tables take their counts for. */
static const char *counted_as(const tilt__view *view) {
    return tilt__basis_names[view->kind == TILT__RATE_PERSON ? TILT__BASIS_PERSON : TILT__BASIS_NAIVE];
}

static void put_stratified(cJSON *parent, const tilt__view *view, const tilt__comparison *c) {
    cJSON *list = tilt__put_array(parent, "stratified");
    for (size_t i = 0; i < c->n_stratified; i++) {
        const tilt__stratified *s = &c->stratified[i];
        cJSON *object = cJSON_CreateObject();
        cJSON_AddItemToArray(list, object);
        tilt__put_text(object, "factor", s->factor);
        tilt__put_text(object, "basis", counted_as(view));
        tilt__put_test(object, "cmh", s->stats.cmh);
        tilt__put_estimate(object, "ratio", s->stats.ratio);
        tilt__put_estimate(object, "difference", s->stats.difference);
        tilt__put_estimate(object, "odds_ratio", s->stats.odds_ratio);
        tilt__put_test(object, "homogeneity", s->stats.tarone);
        tilt__put_text(object, "reversal", tilt__reversal_name(s->reversal));
    }
}

static void put_driver(cJSON *list, const tilt__driver *d) {
    cJSON *object = cJSON_CreateObject();
    char grade[2] = {d->grade, '\0'};
    cJSON_AddItemToArray(list, object);
    tilt__put_text(object, "kind", tilt__driver_kind_names[d->kind]);
    tilt__put_text(object, "name", d->name);
    tilt__put_text(object, "key", d->key);
    tilt__put_text(object, "scale", d->log_scale ? "log" : "difference");
    tilt__put_estimate(object, "contribution", d->contribution);
    tilt__put_value(object, "share_of_gap", d->share_of_gap);
    tilt__put_value(object, "first_in", d->first_in);
    tilt__put_value(object, "last_in", d->last_in);
    tilt__put_value(object, "composition", d->composition);
    tilt__put_value(object, "rate_effect", d->rate_effect);
    if (!d->log_scale && (d->kind == TILT__DRIVER_FACTOR || d->kind == TILT__DRIVER_RATE_EFFECT))
        tilt__put_value(object, "cross_classified", d->crossed);
    tilt__put_text(object, "grade", grade);
    tilt__put_text(object, "basis", d->basis);
}

static void put_explanation(cJSON *parent, const tilt__comparison *c, const tilt__explanation *e) {
    cJSON *drivers = tilt__put_array(parent, "drivers");
    for (size_t i = 0; i < c->n_drivers; i++) put_driver(drivers, &c->drivers[i]);
    cJSON *list = tilt__put_array(parent, "standardised");
    for (size_t i = 0; i < e->n_same_mix; i++) {
        const tilt__same_mix *mix = &e->same_mix[i];
        cJSON *object = cJSON_CreateObject();
        cJSON_AddItemToArray(list, object);
        cJSON *factors = tilt__put_array(object, "factors");
        for (size_t f = 0; f < mix->n_factors; f++)
            cJSON_AddItemToArray(factors, cJSON_CreateString(mix->factors[f]));
        tilt__put_estimate(object, "ratio", mix->ratio);
        tilt__put_number(object, "ratio_a", mix->ratio_a, TILT_ZERO_MARGIN);
        tilt__put_number(object, "ratio_b", mix->ratio_b, TILT_ZERO_MARGIN);
    }
    if (isnan(e->support_a)) {
        tilt__put_none(parent, "support", TILT_NO_OVERLAP);
        return;
    }
    cJSON *support = tilt__put_object(parent, "support");
    tilt__put_number(support, "group", e->support_a, TILT_REASON_NONE);
    tilt__put_number(support, "reference", e->support_r, TILT_REASON_NONE);
    cJSON *left = tilt__put_array(support, "left_out");
    for (size_t i = 0; i < e->n_left_out; i++) cJSON_AddItemToArray(left, cJSON_CreateString(e->left_out[i]));
    cJSON *beyond = tilt__put_array(support, "beyond");
    for (size_t i = 0; i < e->n_beyond; i++) cJSON_AddItemToArray(beyond, cJSON_CreateString(e->beyond[i]));
}

/* The highest rate is chosen for being the highest: the p that allows for that. */
static void put_max_selected(cJSON *parent, const tilt__max_selected *m) {
    if (m->reason != TILT_REASON_NONE) {
        tilt__put_none(parent, "max_selected", m->reason);
        return;
    }
    cJSON *object = tilt__put_object(parent, "max_selected");
    tilt__put_number(object, "min_ratio", m->min_ratio, TILT_ZERO_REFERENCE);
    tilt__put_number(object, "p", m->p, TILT_ZERO_REFERENCE);
    tilt__put_number(object, "p_se", m->p_se, TILT_ZERO_REFERENCE);
    tilt__put_number(object, "expected", m->expected, TILT_ZERO_REFERENCE);
}

static void put_reference(cJSON *parent, const tilt__view *view, const tilt__comparison *c) {
    if (c->reference != SIZE_MAX) {
        put_key(parent, "reference", view, c->reference);
        return;
    }
    cJSON *reference = tilt__put_array(parent, "reference");
    cJSON_AddItemToArray(reference, cJSON_CreateString(c->reference_name));
}

static cJSON *put_comparison(cJSON *list, const tilt__outcome *outcome, const tilt__view *view,
                             const tilt__comparison *c, const tilt__explanation *explanation) {
    cJSON *object = cJSON_CreateObject();
    cJSON_AddItemToArray(list, object);
    tilt__put_text(object, "id", c->id);
    put_key(object, "group", view, c->group);
    put_reference(object, view, c);
    tilt__put_text(object, "unit", c->unit != SIZE_MAX ? view->relative[c->unit].unit : NULL);
    tilt__put_estimate(object, "impact_ratio", c->impact_ratio);
    tilt__put_text(object, "interval_basis", tilt__basis_names[c->basis]);
    if (c->basis == TILT__BASIS_CLUSTERS || c->basis == TILT__BASIS_QUASI)
        tilt__put_estimate(object, "naive_interval", c->naive_ratio);
    else
        tilt__put_null(object, "naive_interval");
    tilt__put_estimate(object, "difference", c->difference);
    tilt__put_estimate(object, "odds_ratio", c->odds_ratio);
    tilt__put_value(object, "cohens_h", c->cohens_h);
    tilt__put_value(object, "shortfall", c->shortfall);
    cJSON *tests = tilt__put_object(object, "tests");
    tilt__put_text(tests, "basis", counted_as(view));
    tilt__put_test(tests, "z", c->z);
    put_fisher(tests, &c->fisher);
    tilt__put_test(tests, "chi_square", c->chi_square);
    tilt__put_number(object, "p_edge", c->p_edge, TILT_ZERO_MARGIN);
    tilt__put_number(object, "p_edge_adjusted", c->p_edge_adjusted,
                     c->excluded != NULL ? TILT_BELOW_MIN_BASE : TILT_ZERO_MARGIN);
    tilt_reason none = c->excluded != NULL ? TILT_BELOW_MIN_BASE : TILT_ZERO_MARGIN;
    tilt__put_number(object, "p_inside", c->p_inside, TILT_ZERO_MARGIN);
    tilt__put_number(object, "p_edge_bh", c->p_edge_bh, none);
    tilt__put_number(object, "p_edge_by", c->p_edge_by, none);
    char family[TILT__ID_LENGTH + 32];
    tilt__family_id(view, "edge", family, sizeof family);
    if (isnan(c->p_edge_adjusted))
        tilt__put_none(object, "family", none);
    else
        tilt__put_text(object, "family", family);
    tilt__put_value(object, "probability_below_tau", c->probability_below_tau);
    tilt__put_number(object, "design_effect", c->design_effect,
                     c->basis == TILT__BASIS_PERSON ? TILT_NOT_REQUESTED : TILT_TOO_FEW_CLUSTERS);
    tilt__put_number(object, "break_even_design_effect", c->break_even_design_effect, TILT_ZERO_MARGIN);
    put_clusters(object, &c->clusters);
    tilt__put_alternatives(object, c);
    put_rule(object, "rule", outcome, view, &c->rule, SIZE_MAX);
    if (view->tag != NULL) tilt__put_loose(object, c);
    tilt__put_text(object, "verdict", tilt__verdict_names[c->verdict]);
    cJSON *notes = tilt__put_array(object, "notes");
    for (size_t i = 0; i < c->n_notes; i++) cJSON_AddItemToArray(notes, cJSON_CreateString(c->notes[i]));
    tilt__put_value(object, "needed_base", c->needed_base);
    tilt__put_value(object, "detectable_ratio", c->detectable_ratio);
    put_stratified(object, view, c);
    tilt__put_campaigns(object, view, c);
    put_explanation(object, c, explanation);
    size_t v = (size_t)(view - outcome->views->items);
    tilt__put_further_comparison(object, outcome, v, (size_t)(c - view->comparisons));
    return object;
}

static void put_relative(cJSON *parent, const tilt__view *view) {
    if (view->mode != TILT__MODE_RELATIVE) {
        tilt__put_null(parent, "relative");
        return;
    }
    cJSON *list = tilt__put_array(parent, "relative");
    for (size_t u = 0; u < view->n_relative; u++) {
        const tilt__relative *unit = &view->relative[u];
        cJSON *object = cJSON_CreateObject();
        cJSON_AddItemToArray(list, object);
        tilt__put_text(object, "unit", unit->unit);
        cJSON *groups = tilt__put_array(object, "groups");
        for (size_t k = 0; k < unit->n_groups; k++) {
            const tilt__relative_group *row = &unit->groups[k];
            const tilt__comparison *c = &view->comparisons[row->comparison];
            cJSON *group = cJSON_CreateObject();
            cJSON_AddItemToArray(groups, group);
            put_key(group, "key", view, row->group);
            tilt__put_decimal(group, "count", row->count);
            tilt__put_estimate(group, "share", row->share);
            tilt__put_estimate(group, "ratio_to_rest", c->impact_ratio);
            tilt__put_number(group, "z", c->z.reason == TILT_REASON_NONE ? c->z.statistic : (double)NAN,
                             c->z.reason);
            tilt__put_text(group, "verdict", tilt__verdict_names[c->verdict]);
        }
        cJSON *unknown = tilt__put_object(object, "unknown");
        tilt__put_decimal(unknown, "count", unit->unknown);
        double known = tilt__decimal_to_double(unit->known), missing = tilt__decimal_to_double(unit->unknown);
        tilt__put_number(unknown, "share", known + missing > 0 ? missing / (known + missing) : (double)NAN,
                         TILT_EMPTY_GROUP);
        cJSON *bounds = tilt__put_array(unknown, "bounds");
        for (size_t k = 0; k < unit->n_groups; k++)
            put_bound(bounds, view, unit->groups[k].group, unit->bounds[k]);
        tilt__put_number(object, "total_variation", unit->total_variation, TILT_EMPTY_GROUP);
    }
}

static void put_overall(cJSON *parent, const tilt__view *view) {
    const tilt__overall *o = &view->overall;
    const tilt__distances *d = &o->distances;
    tilt_reason none = d->reason != TILT_REASON_NONE ? d->reason : TILT_REASON_NONE;
    bool table = o->table.reason == TILT_REASON_NONE;
    cJSON *object = tilt__put_object(parent, "overall");
    tilt__put_text(object, "basis", counted_as(view));
    tilt__put_test(object, "chi_square", o->chi_square);
    tilt__put_test(object, "g_test", table ? o->table.g : tilt__no_test(o->table.reason));
    tilt__put_number(object, "cramers_v", table ? o->table.cramers_v : (double)NAN, o->table.reason);
    tilt__put_number(object, "cramers_v_corrected", table ? o->table.cramers_v_corrected : (double)NAN,
                     o->table.reason);
    if (o->monte_carlo.reason == TILT_REASON_NONE) {
        cJSON *drawn = tilt__put_object(object, "monte_carlo");
        tilt__put_number(drawn, "p", o->monte_carlo.p, TILT_REASON_NONE);
        tilt__put_number(drawn, "standard_error", o->monte_carlo.standard_error, TILT_REASON_NONE);
        tilt__put_number(drawn, "replicates", (double)o->monte_carlo.replicates, TILT_REASON_NONE);
    } else {
        tilt__put_none(object, "monte_carlo", o->monte_carlo.reason);
    }
    tilt__put_number(object, "total_variation", d->total_variation, none);
    bool all = none == TILT_REASON_NONE;
    tilt__put_number(object, "jensen_shannon", all ? d->jensen_shannon : (double)NAN, none);
    tilt__put_number(object, "hellinger", all ? d->hellinger : (double)NAN, none);
    tilt__put_number(object, "kullback_leibler", all ? d->kl_pq : (double)NAN, none);
    tilt__put_value(object, "earth_mover", o->earth_mover);
    tilt__put_value(object, "theil", o->theil);
    tilt__put_value(object, "gini", o->gini);
    tilt__put_value(object, "group_cv", o->group_cv);
    tilt__put_value(object, "group_cv_net", o->group_cv_net);
    tilt__put_number(object, "chance_total_variation", o->chance.total_variation, TILT_NO_BASE);
    tilt__put_number(object, "chance_jensen_shannon", o->chance.jensen_shannon, TILT_NO_BASE);
    tilt__put_layers(object, o);
    tilt__put_pattern(object, view);
}

/* Its groups were inferred, by what the spec says: its verdicts are about inferred groups. */
static bool is_inferred(const tilt__outcome *outcome, const tilt__view *view) {
    const tilt__inferred_list *list = outcome->inferred;
    for (size_t i = 0; list != NULL && i < list->n; i++) {
        if (list->items[i].view == view && list->items[i].spec->file == NULL) return true;
    }
    return false;
}

void tilt__put_view_asked(cJSON *object, const tilt__view *view) {
    tilt__put_text(object, "id", view->id);
    cJSON *slice = tilt__put_object(object, "slice");
    if (view->slice_name != NULL)
        (void)tilt__put_named(slice, view->slice_name, cJSON_CreateString(view->slice_value));
    cJSON *audience = tilt__put_array(object, "audience");
    for (size_t a = 0; a < view->n_audience; a++)
        cJSON_AddItemToArray(audience, cJSON_CreateString(view->audience[a]));
    cJSON *rate = tilt__put_object(object, "rate");
    tilt__put_text(rate, "of", view->of);
    tilt__put_text(rate, "per", view->per);
    tilt__put_text(rate, "kind", tilt__rate_kind_names[view->kind]);
}

void tilt__put_view(cJSON *views, const tilt__outcome *outcome, const tilt__view *view,
                    const tilt__explanation *explanations, const tilt__comparison_taker *taker) {
    cJSON *object = cJSON_CreateObject();
    cJSON_AddItemToArray(views, object);
    tilt__put_view_asked(object, view);
    tilt__put_text(object, "mode", view->model != NULL ? "model" : tilt__mode_names[view->mode]);
    if (view->model != NULL) {
        tilt__put_text(object, "model", view->model);
        tilt__put_text(object, "model_rate",
                       tilt__confusion_rate_name((tilt__confusion_rate)view->model_rate));
    }
    tilt__put_text(object, "reference_rule", view->reference_rule);
    if (view->policy != NULL && view->policy->overridden) {
        cJSON *policy = tilt__put_object(object, "policy");
        tilt__put_number(policy, "threshold", view->policy->tau, TILT_REASON_NONE);
        tilt__put_number(policy, "min_base", view->policy->min_base, TILT_REASON_NONE);
        tilt__put_number(policy, "min_share", view->policy->min_share, TILT_REASON_NONE);
    }
    tilt__put_text(object, "rate_interval_basis",
                   counted_as(view)); /* of groups' own rates, whatever decides */
    if (view->mode == TILT__MODE_RELATIVE) tilt__put_text(object, "unit", view->unit_name);
    if (view->spread != NULL) tilt__put_text(object, "spread", view->spread);
    if (view->tag != NULL) tilt__put_tag(object, view);
    cJSON *notes = tilt__put_array(object, "notes");
    if (view->unstable_reference) cJSON_AddItemToArray(notes, cJSON_CreateString("unstable_reference"));
    if (is_inferred(outcome, view)) cJSON_AddItemToArray(notes, cJSON_CreateString("inferred_groups"));
    if (view->n_explained < view->n_comparisons) {
        cJSON_AddItemToArray(notes, cJSON_CreateString("clearest_explained"));
        tilt__put_number(object, "explained", (double)view->n_explained, TILT_REASON_NONE);
    }
    if (view->kind_changed)
        cJSON_AddItemToArray(notes,
                             cJSON_CreateString(strcmp(view->of, "reach") == 0 ||
                                                        (view->per != NULL && strcmp(view->per, "reach") == 0)
                                                    ? "people_may_repeat"
                                                    : "count_above_base"));
    cJSON *groups = tilt__put_array(object, "groups");
    for (size_t g = 0; g < view->n_groups; g++) put_group(groups, view, g);
    put_unknown(object, view);
    put_rule(object, "rule_of_reference", outcome, view, &view->rule_of_group, view->rule_group);
    cJSON *comparisons = tilt__put_array(object, "comparisons");
    for (size_t c = 0; c < view->n_comparisons; c++) {
        cJSON *made = put_comparison(comparisons, outcome, view, &view->comparisons[c], &explanations[c]);
        if (taker != NULL) taker->take(taker->context, object, made);
    }
    tilt__put_families(object, view);
    put_relative(object, view);
    put_overall(object, view);
    put_max_selected(object, &view->max_selected);
    tilt__put_further_view(object, outcome, (size_t)(view - outcome->views->items));
}
