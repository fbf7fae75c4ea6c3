/* measure/comparisons.c - reference rules (methods 1.4), the bare rule, and stable ids. */
#include "measure/comparisons.h"

#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/text.h"
#include "measure/contrast.h"
#include "measure/evidence.h"
#include "measure/groups.h"
#include "measure/model_rates.h"
#include "measure/pool.h"

enum { SELECTION_REPLICATES = 9999 };

void tilt__comparison_note(tilt__comparison *comparison, const char *note) {
    if (comparison->n_notes < TILT__MAX_NOTES && !tilt__comparison_has_note(comparison, note))
        comparison->notes[comparison->n_notes++] = note;
}

bool tilt__comparison_has_note(const tilt__comparison *comparison, const char *note) {
    for (size_t i = 0; i < comparison->n_notes; i++) {
        if (strcmp(comparison->notes[i], note) == 0) return true;
    }
    return false;
}

static void hash_part(tilt__buf *text, const char *name, const char *value) {
    size_t n = value != NULL ? strlen(value) : 0;
    tilt__buf_format(text, "%s=%zu:", name, n);
    tilt__buf_add(text, value != NULL ? value : "", n);
    tilt__buf_char(text, ';');
}

static void hash_view(tilt__buf *text, const tilt__view *view) {
    for (size_t a = 0; a < view->n_audience; a++) hash_part(text, "audience", view->audience[a]);
    hash_part(text, "of", view->of);
    hash_part(text, "per", view->per);
    if (view->several_models) hash_part(text, "model", view->model);
    hash_part(text, "slice", view->slice_name);
    hash_part(text, "value", view->slice_value);
    if (view->spread != NULL) hash_part(text, "spread", view->spread);
    for (size_t k = 0; k < view->repeat; k++) hash_part(text, "repeat", "");
}

static tilt_status finish_id(const tilt__context *context, tilt__buf *text, char id[TILT__ID_LENGTH + 1]) {
    char hex[TILT__SHA256_HEX];
    bool ok = !text->failed && tilt__sha256_hex(tilt__buf_get(text), text->length, hex);
    if (ok) memcpy(id, hex, TILT__ID_LENGTH);
    id[TILT__ID_LENGTH] = '\0';
    tilt__buf_free(text);
    return ok ? TILT_OK : tilt__fail_memory(context->err);
}

tilt_status tilt__view_identify(const tilt__context *context, tilt__view *view) {
    tilt__buf text = TILT__BUF_INIT;
    hash_view(&text, view);
    return finish_id(context, &text, view->id);
}

tilt_status tilt__comparison_identify(const tilt__context *context, const tilt__view *view,
                                      tilt__comparison *c) {
    tilt__buf text = TILT__BUF_INIT;
    hash_view(&text, view);
    for (size_t a = 0; a < view->n_audience; a++) hash_part(&text, "group", view->groups[c->group].key[a]);
    if (c->unit != SIZE_MAX) hash_part(&text, "unit", view->relative[c->unit].unit);
    return finish_id(context, &text, c->id);
}

/* Counts and bases of the groups as one array pair; unknown and excluded groups cannot be reference. */
typedef struct group_arrays {
    double *x, *n;
    bool *eligible;
} group_arrays;

static tilt_status make_arrays(const tilt__context *context, const tilt__view *view, group_arrays *out) {
    out->x = tilt__arena_alloc(context->arena, view->n_groups, sizeof *out->x);
    out->n = tilt__arena_alloc(context->arena, view->n_groups, sizeof *out->n);
    out->eligible = tilt__arena_alloc(context->arena, view->n_groups, sizeof *out->eligible);
    if (out->x == NULL || out->n == NULL || out->eligible == NULL) return tilt__fail_memory(context->err);
    for (size_t g = 0; g < view->n_groups; g++) {
        const tilt__group *group = &view->groups[g];
        out->x[g] = tilt__decimal_to_double(group->count);
        out->n[g] =
            view->mode == TILT__MODE_SHARE ? fmax(group->benchmark, 0) : tilt__decimal_to_double(group->base);
        out->eligible[g] = !group->unknown && group->excluded == NULL && out->n[g] > 0;
    }
    return TILT_OK;
}

/* No group may be judged: fall back on the largest known one, so that rates and ratios are at least shown. */
static size_t largest_known(const tilt__view *view, const group_arrays *a) {
    size_t best = SIZE_MAX;
    for (size_t g = 0; g < view->n_groups; g++) {
        if (view->groups[g].unknown || !(a->n[g] > 0)) continue;
        if (best == SIZE_MAX || a->n[g] > a->n[best]) best = g;
    }
    return best;
}

/* The known group of that name, or SIZE_MAX. */
static tilt_status named_reference(const tilt__context *context, const tilt__view *view, size_t *out) {
    *out = SIZE_MAX;
    for (size_t g = 0; g < view->n_groups; g++) {
        const char *name = tilt__group_name(context->arena, view, g);
        if (name == NULL) return tilt__fail_memory(context->err);
        if (strcmp(name, context->spec->reference) == 0 && !view->groups[g].unknown) *out = g;
    }
    return TILT_OK;
}

/* The group that was this view's reference in the ledger's first audit of it, or SIZE_MAX: without one, or
 * when it is not in these data any more. */
static size_t pinned_reference(const tilt__context *context, const tilt__view *view, const group_arrays *a) {
    for (size_t p = 0; p < context->spec->n_pins; p++) {
        const tilt__pin *pin = &context->spec->pins[p];
        if (strcmp(pin->view, view->id) != 0 || pin->n_labels != view->n_audience) continue;
        for (size_t g = 0; g < view->n_groups; g++) {
            bool same = !view->groups[g].unknown && a->n[g] > 0;
            for (size_t i = 0; i < pin->n_labels && same; i++)
                same = strcmp(pin->labels[i], view->groups[g].key[i]) == 0;
            if (same) return g;
        }
    }
    return SIZE_MAX;
}

bool tilt__reference_is_rule(const char *reference) {
    static const char *const rules[] = {"largest", "highest", "rest", "population"};
    for (size_t i = 0; reference != NULL && i < sizeof rules / sizeof *rules; i++) {
        if (strcmp(rules[i], reference) == 0) return true;
    }
    return reference == NULL;
}

/* The highest rate is selected, so ratios below 1 are expected even under equality: the p that allows for
 * it. It assumes independent people, so it is not given for anything else. */
static void choose_highest(const tilt__context *context, tilt__view *view, const tilt__groups *groups) {
    view->unstable_reference =
        view->mode == TILT__MODE_FUNNEL && view->kind != TILT__RATE_RATIO && tilt__reference_unstable(groups);
    view->max_selected.reason = TILT_NOT_A_PROPORTION;
    if (view->mode == TILT__MODE_FUNNEL && view->kind == TILT__RATE_PERSON)
        view->max_selected =
            tilt__max_selected_p(groups, SELECTION_REPLICATES, (uint64_t)context->spec->seed);
}

/* The largest group; of a model the one with the most people, whatever the base of this rate, so that all its
 * rates have one reference as long as that one has a base. */
static tilt_status largest_group(const tilt__context *context, const tilt__view *view,
                                 const tilt__groups *groups, size_t *out) {
    const tilt_cube *cube = view->facts->cube;
    size_t rows =
        view->model != NULL ? tilt__cube_find_measure(cube, tilt__head_name(TILT__HEAD_ROWS)) : SIZE_MAX;
    tilt__groups people = *groups;
    *out = tilt__reference_largest(groups);
    if (rows == SIZE_MAX) return TILT_OK;
    double *n = tilt__arena_alloc(context->arena, view->n_groups, sizeof *n);
    const double *of_cell = tilt__view_values(view, rows);
    if (n == NULL || of_cell == NULL) return tilt__fail_memory(context->err);
    for (size_t i = 0; i < view->cells.n; i++) n[view->cells.group[i]] += of_cell[i];
    people.n = n;
    *out = tilt__reference_largest(&people);
    return TILT_OK;
}

/* The reference group, or SIZE_MAX with *out_name set to "rest" or "population". */
static tilt_status choose_reference(const tilt__context *context, tilt__view *view, const group_arrays *a,
                                    size_t *out, const char **out_name) {
    const char *rule = context->spec->reference != NULL ? context->spec->reference : "largest";
    tilt__groups groups = {a->x, a->n, a->eligible, view->n_groups};
    *out = SIZE_MAX;
    *out_name = NULL;
    view->reference_rule = rule;
    view->unstable_reference = false;
    view->max_selected.reason = TILT_NOT_REQUESTED;
    if (strcmp(rule, "rest") == 0 || strcmp(rule, "population") == 0) {
        if (view->mode == TILT__MODE_SHARE)
            return tilt__fail(
                context->err, TILT_ESPEC,
                "reference \"%s\" needs counted bases; against a benchmark use largest, highest or a group",
                rule);
        *out_name = rule;
        return TILT_OK;
    }
    if (strcmp(rule, "highest") == 0) {
        *out = tilt__reference_highest(&groups);
        choose_highest(context, view, &groups);
    } else if (strcmp(rule, "largest") == 0) {
        *out = context->spec->reference == NULL ? pinned_reference(context, view, a) : SIZE_MAX;
        size_t largest;
        tilt_status status = largest_group(context, view, &groups, &largest);
        if (status != TILT_OK) return status;
        if (*out != SIZE_MAX && *out != largest) view->reference_rule = "pinned";
        if (*out == SIZE_MAX) *out = largest;
    } else {
        tilt_status status = named_reference(context, view, out);
        if (status != TILT_OK) return status;
        if (*out == SIZE_MAX) { /* it belongs to another attribute, or to another slice, of this audit */
            view->reference_rule = "largest";
            status = largest_group(context, view, &groups, out);
            if (status != TILT_OK) return status;
        }
    }
    if (*out == SIZE_MAX) *out = largest_known(view, a);
    return TILT_OK;
}

static tilt__decimal base_of(const tilt__view *view, size_t g) {
    if (view->mode == TILT__MODE_SHARE) return tilt__rule_threshold(fmax(view->groups[g].benchmark, 0));
    return view->groups[g].base;
}

/* Exact sums of the reference side: a group, everyone else, or everyone. */
static bool reference_sums(const tilt__view *view, const tilt__comparison *c, tilt__decimal *x,
                           tilt__decimal *n) {
    *x = *n = (tilt__decimal){0};
    if (c->reference != SIZE_MAX) {
        *x = view->groups[c->reference].count;
        *n = base_of(view, c->reference);
        return true;
    }
    bool all = strcmp(c->reference_name, "population") == 0;
    for (size_t g = 0; g < view->n_groups; g++) {
        if (view->groups[g].unknown || (g == c->group && !all)) continue;
        if (!tilt__decimal_add(*x, view->groups[g].count, x) ||
            !tilt__decimal_add(*n, view->groups[g].base, n))
            return false;
    }
    return true;
}

static tilt_status fill_pair(const tilt__context *context, const tilt__view *view, tilt__comparison *c) {
    c->exact.xa = view->groups[c->group].count;
    c->exact.na = base_of(view, c->group);
    if (!reference_sums(view, c, &c->exact.xr, &c->exact.nr))
        return tilt__fail(context->err, TILT_ETOOBIG, "a sum over groups passes 38 digits");
    c->pair = (tilt__pair){tilt__decimal_to_double(c->exact.xa), tilt__decimal_to_double(c->exact.na),
                           tilt__decimal_to_double(c->exact.xr), tilt__decimal_to_double(c->exact.nr)};
    double focal = view->groups[c->group].kish, reference = tilt__kish_of_reference(view, c);
    c->pair.xa *= focal, c->pair.na *= focal;
    c->pair.xr *= reference, c->pair.nr *= reference;
    c->benchmark = view->mode == TILT__MODE_SHARE;
    c->proportion = view->kind != TILT__RATE_RATIO;
    c->amount = tilt__cube_measure(view->facts->cube, view->of_measure)->kind == TILT__MEASURE_COST;
    return TILT_OK;
}

static tilt_reason why_no_rule(const tilt__context *context, const tilt__view *view, const group_arrays *a) {
    if (!context->policy->rule) return TILT_NOT_REQUESTED;
    if (view->kind == TILT__RATE_RATIO) return TILT_NOT_A_PROPORTION;
    for (size_t g = 0; g < view->n_groups; g++)
        if (a->eligible[g]) return TILT_ZERO_REFERENCE; /* all rates are 0 */
    return TILT_BELOW_MIN_BASE;
}

/* The rule as written compares a group with the highest rate among those that may be judged. */
static tilt__bare_rule bare_rule(const tilt__context *context, const tilt__view *view, const group_arrays *a,
                                 size_t group) {
    tilt__groups groups = {a->x, a->n, a->eligible, view->n_groups};
    size_t highest = tilt__reference_highest(&groups);
    if (!context->policy->rule || view->kind == TILT__RATE_RATIO || highest == SIZE_MAX)
        return (tilt__bare_rule){.rule.reason = why_no_rule(context, view, a)};
    tilt__rule_counts counts = {view->groups[group].count, base_of(view, group), view->groups[highest].count,
                                base_of(view, highest)};
    return (tilt__bare_rule){.known = true,
                             .rule = tilt__rule_below(&counts, tilt__rule_threshold(context->policy->tau)),
                             .highest = highest};
}

static tilt_status make_one(const tilt__context *context, tilt__view *view, const group_arrays *a,
                            tilt__comparison *c) {
    tilt_status status = fill_pair(context, view, c);
    if (status == TILT_OK) status = tilt__comparison_identify(context, view, c);
    if (status == TILT_OK) status = tilt__evidence_measure(context, view, c);
    c->rule = bare_rule(context, view, a, c->group);
    c->excluded = view->groups[c->group].excluded;
    bool chosen = tilt__reference_is_rule(view->reference_rule) ||
                  strcmp(view->reference_rule, "pinned") == 0; /* by us: a small one decides nothing */
    if (c->reference != SIZE_MAX && c->excluded == NULL && chosen)
        c->excluded = view->groups[c->reference].excluded;
    if (view->unstable_reference) tilt__comparison_note(c, "unstable_reference");
    return status;
}

tilt_status tilt__comparisons_make(const tilt__context *context, tilt__view *view) {
    group_arrays arrays;
    size_t reference;
    const char *name;
    tilt_status status = make_arrays(context, view, &arrays);
    if (status == TILT_OK) status = choose_reference(context, view, &arrays, &reference, &name);
    if (status != TILT_OK) return status;
    view->comparisons = tilt__arena_alloc(context->arena, view->n_groups, sizeof *view->comparisons);
    if (view->comparisons == NULL) return tilt__fail_memory(context->err);
    view->rule_group = reference;
    view->rule_of_group = reference != SIZE_MAX ? bare_rule(context, view, &arrays, reference)
                                                : (tilt__bare_rule){.rule.reason = TILT_NOT_REQUESTED};
    for (size_t g = 0; g < view->n_groups && status == TILT_OK; g++) {
        bool outside = view->mode == TILT__MODE_SHARE && view->groups[g].benchmark < 0;
        if (view->groups[g].unknown || g == reference || outside) continue;
        if (reference == SIZE_MAX && name == NULL) continue;
        tilt__comparison *c = &view->comparisons[view->n_comparisons++];
        *c = (tilt__comparison){.unit = SIZE_MAX, .group = g, .reference = reference, .reference_name = name};
        status = make_one(context, view, &arrays, c);
    }
    return status;
}

tilt_status tilt__reference_check(const tilt__context *context, const tilt__views *views) {
    const char *asked_for = context->spec->reference, *names[64] = {NULL}, *example = NULL;
    size_t n = 0;
    bool asked = false;
    if (tilt__reference_is_rule(asked_for)) return TILT_OK;
    for (size_t v = 0; v < views->n; v++) {
        const tilt__view *view = &views->items[v];
        if (strcmp(view->reference_rule, asked_for) == 0) return TILT_OK;
        asked = asked || view->mode != TILT__MODE_RELATIVE;
        for (size_t g = 0; g < view->n_groups && n < sizeof names / sizeof *names; g++) {
            if (view->groups[g].unknown) continue;
            names[n] = tilt__group_name(context->arena, view, g);
            if (names[n] == NULL) return tilt__fail_memory(context->err);
            example = names[n++];
        }
    }
    const char *near = tilt__text_nearest(asked_for, names, n);
    return !asked
               ? TILT_OK
               : tilt__fail(context->err, TILT_ESPEC,
                            "reference \"%.60s\" is no known group of %s; %s\"%.60s\" (or largest, highest, "
                            "rest, population)",
                            asked_for, views->items[0].audience[0],
                            near != NULL ? "did you mean " : "groups are such as ",
                            near != NULL      ? near
                            : example != NULL ? example
                                              : "");
}
