/* report/result_ranged.c - views of ranges among the views of the result. They have the keys of any view;
 * what is known within limits only is null beside the reason range_only, with the limits in an estimate of
 * the method "range" and no level: nothing in it is left to chance. */
#include <math.h>

#include "report/result.h"

static tilt_estimate estimate_of(tilt__span span) {
    tilt_estimate out = {.value = NAN, .lower = span.lower, .upper = span.upper, .method = "range"};
    if (tilt__span_is_point(span))
        out.value = span.lower;
    else
        out.reason = TILT_RANGE_ONLY;
    return out;
}

/* The number where there is only one, else null and `<key>_range`. */
static void put_span(cJSON *parent, const char *key, const char *range_key, tilt__span span) {
    bool point = tilt__span_is_point(span);
    tilt__put_number(parent, key, point ? span.lower : (double)NAN, TILT_RANGE_ONLY);
    if (!point) tilt__put_estimate(parent, range_key, estimate_of(span));
}

static void put_group(cJSON *groups, const tilt__ranged *r, size_t g) {
    const tilt__group *group = &r->view.groups[g];
    cJSON *object = cJSON_CreateObject();
    cJSON_AddItemToArray(groups, object);
    tilt__put_key(object, "key", &r->view, g);
    if (r->share_only)
        tilt__put_none(object, "count", TILT_NO_BASE);
    else
        put_span(object, "count", "count_range", r->counts[g]);
    if (r->bases != NULL)
        put_span(object, "base", "base_range", r->bases[g]);
    else
        tilt__put_none(object, "base", TILT_NO_BASE);
    if (group->unknown)
        tilt__put_none(object, "share", TILT_NO_BASE);
    else
        put_span(object, "share", "share_range", r->shares[g]);
    bool benchmark = r->view.mode == TILT__MODE_SHARE && group->benchmark >= 0;
    tilt__put_number(object, "base_share", benchmark ? group->benchmark : (double)NAN,
                     r->bases != NULL ? TILT_RANGE_ONLY : TILT_NO_BASE);
    tilt__put_none(object, "representation_ratio", TILT_RANGE_ONLY);
    if (group->unknown && r->bases == NULL)
        tilt__put_none(object, "rate", TILT_NO_BASE);
    else
        tilt__put_estimate(object, "rate", estimate_of(r->rates[g]));
    tilt__put_text(object, "note", group->unknown ? "unknown" : group->excluded);
    tilt__put_flag(object, "unknown", group->unknown);
    tilt__put_text(object, "excluded", group->excluded);
}

static void put_unknown(cJSON *parent, const tilt__ranged *r) {
    tilt__span count = {0, 0};
    for (size_t g = 0; g < r->view.n_groups; g++)
        if (r->view.groups[g].unknown) count = tilt__span_add(count, r->counts[g]);
    cJSON *object = tilt__put_object(parent, "unknown");
    if (r->share_only)
        tilt__put_none(object, "count", TILT_NO_BASE);
    else
        put_span(object, "count", "count_range", count);
    tilt__put_none(object, "base", r->bases != NULL ? TILT_RANGE_ONLY : TILT_NO_BASE);
    tilt__put_none(object, "share", TILT_RANGE_ONLY);
    (void)tilt__put_array(object, "bounds");
    tilt__put_none(object, "breakdown_point", TILT_RANGE_ONLY);
}

static void put_comparison(cJSON *list, const tilt__ranged *r, size_t i) {
    static const char *const numbers[] = {"cohens_h", "shortfall"};
    static const char *const tests[] = {"z", "fisher", "chi_square"};
    static const char *const rest[] = {
        "probability_below_tau", "design_effect",   "break_even_design_effect", "clusters", "rule",
        "needed_base",           "detectable_ratio"};
    const tilt__comparison *c = &r->view.comparisons[i];
    cJSON *object = cJSON_CreateObject();
    cJSON_AddItemToArray(list, object);
    tilt__put_text(object, "id", c->id);
    tilt__put_key(object, "group", &r->view, c->group);
    tilt__put_reference(object, &r->view, c->reference, c->reference_name);
    tilt__put_text(object, "unit", c->unit != SIZE_MAX ? r->view.relative[c->unit].unit : NULL);
    tilt__put_estimate(object, "impact_ratio", estimate_of(r->ratios[i]));
    tilt__put_text(object, "interval_basis", "range");
    (void)cJSON_AddNullToObject(object, "naive_interval");
    tilt__put_none(object, "difference", TILT_RANGE_ONLY);
    tilt__put_none(object, "odds_ratio", TILT_RANGE_ONLY);
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++)
        tilt__put_none(object, numbers[k], TILT_RANGE_ONLY);
    cJSON *all = tilt__put_object(object, "tests");
    for (size_t k = 0; k < sizeof tests / sizeof *tests; k++) tilt__put_none(all, tests[k], TILT_RANGE_ONLY);
    tilt__put_number(object, "p_edge", c->p_edge, TILT_RANGE_ONLY);
    tilt__put_number(object, "p_edge_adjusted", c->p_edge_adjusted, TILT_RANGE_ONLY);
    for (size_t k = 0; k < sizeof rest / sizeof *rest; k++) tilt__put_none(object, rest[k], TILT_RANGE_ONLY);
    tilt__put_text(object, "verdict", tilt__verdict_names[c->verdict]);
    cJSON *notes = tilt__put_array(object, "notes");
    for (size_t k = 0; k < c->n_notes; k++) cJSON_AddItemToArray(notes, cJSON_CreateString(c->notes[k]));
    (void)tilt__put_array(object, "stratified");
    (void)tilt__put_array(object, "drivers");
}

/* The comparison of a group within a unit: comparisons stand in order of unit and group. */
static const tilt__comparison *find(const tilt__ranged *r, size_t unit, size_t group, size_t *out_index) {
    for (size_t i = 0; i < r->view.n_comparisons; i++) {
        *out_index = i;
        if (r->view.comparisons[i].unit == unit && r->view.comparisons[i].group == group)
            return &r->view.comparisons[i];
    }
    return NULL;
}

static void put_unit(cJSON *list, const tilt__ranged *r, size_t u) {
    tilt__span unknown = {0, 0};
    cJSON *object = cJSON_CreateObject();
    cJSON_AddItemToArray(list, object);
    tilt__put_text(object, "unit", r->view.relative[u].unit);
    cJSON *groups = tilt__put_array(object, "groups");
    for (size_t g = 0; g < r->view.n_groups; g++) {
        size_t at = u * r->view.n_groups + g, i;
        const tilt__comparison *c = find(r, u, g, &i);
        if (c == NULL) {
            unknown = tilt__span_add(unknown, r->unit_counts[at]);
            continue;
        }
        cJSON *group = cJSON_CreateObject();
        cJSON_AddItemToArray(groups, group);
        tilt__put_key(group, "key", &r->view, g);
        put_span(group, "count", "count_range", r->unit_counts[at]);
        tilt__put_estimate(group, "share", estimate_of(r->unit_shares[at]));
        tilt__put_estimate(group, "ratio_to_rest", estimate_of(r->ratios[i]));
        tilt__put_none(group, "z", TILT_RANGE_ONLY);
        tilt__put_text(group, "verdict", tilt__verdict_names[c->verdict]);
    }
    cJSON *rest = tilt__put_object(object, "unknown");
    put_span(rest, "count", "count_range", unknown);
    tilt__put_none(rest, "share", TILT_RANGE_ONLY);
    (void)tilt__put_array(rest, "bounds");
    tilt__put_none(object, "total_variation", TILT_RANGE_ONLY);
}

static void put_head(cJSON *object, const tilt__view *view, bool share_only) {
    tilt__put_view_asked(object, view);
    tilt__put_text(object, "mode", tilt__mode_names[view->mode]);
    tilt__put_flag(object, "ranged", true);
    tilt__put_text(object, "reference_rule", view->reference_rule);
    if (view->mode == TILT__MODE_RELATIVE) tilt__put_text(object, "unit", view->unit_name);
    cJSON *notes = tilt__put_array(object, "notes");
    cJSON_AddItemToArray(notes, cJSON_CreateString(share_only ? "shares_only" : "ranges"));
    if (view->kind_changed) cJSON_AddItemToArray(notes, cJSON_CreateString("count_above_base"));
}

void tilt__put_ranged(cJSON *views, const tilt__ranged *r) {
    static const char *const none[] = {"chi_square",          "g_test",      "cramers_v",
                                       "cramers_v_corrected", "monte_carlo", "total_variation",
                                       "jensen_shannon",      "hellinger",   "kullback_leibler",
                                       "earth_mover",         "theil",       "group_cv"};
    const tilt__view *view = &r->view;
    cJSON *object = cJSON_CreateObject();
    cJSON_AddItemToArray(views, object);
    put_head(object, view, r->share_only);
    cJSON *groups = tilt__put_array(object, "groups");
    for (size_t g = 0; g < view->n_groups; g++) put_group(groups, r, g);
    put_unknown(object, r);
    cJSON *comparisons = tilt__put_array(object, "comparisons");
    for (size_t i = 0; i < view->n_comparisons; i++) put_comparison(comparisons, r, i);
    if (view->mode == TILT__MODE_RELATIVE) {
        cJSON *units = tilt__put_array(object, "relative");
        for (size_t u = 0; u < view->n_relative; u++) put_unit(units, r, u);
    } else {
        (void)cJSON_AddNullToObject(object, "relative");
    }
    cJSON *overall = tilt__put_object(object, "overall");
    for (size_t k = 0; k < sizeof none / sizeof *none; k++) tilt__put_none(overall, none[k], TILT_RANGE_ONLY);
    tilt__put_none(object, "rule_of_reference", TILT_RANGE_ONLY);
    tilt__put_none(object, "max_selected", TILT_RANGE_ONLY);
}
