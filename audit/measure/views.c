/* measure/views.c - which views the data allow, headline first (design: What is computed, by what the data
 * allow). */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/parallel.h"
#include "base/text.h"
#include "cube/content.h"
#include "measure/comparisons.h"
#include "measure/concentration.h"
#include "measure/exposure.h"
#include "measure/groups.h"
#include "measure/many.h"
#include "measure/model_rates.h"
#include "measure/nothing.h"
#include "measure/offers.h"
#include "measure/overall.h"
#include "measure/pattern.h"
#include "measure/pool.h"
#include "measure/ranged.h"
#include "measure/relative.h"
#include "measure/unknown.h"
#include "measure/view.h"

const char *const tilt__mode_names[TILT__N_MODES] = {
    [TILT__MODE_FUNNEL] = "funnel", [TILT__MODE_SHARE] = "share", [TILT__MODE_RELATIVE] = "relative"};
const char *const tilt__basis_names[TILT__N_BASES] = {[TILT__BASIS_PERSON] = "person",
                                                      [TILT__BASIS_CLUSTERS] = "clusters",
                                                      [TILT__BASIS_QUASI] = "quasi_poisson",
                                                      [TILT__BASIS_NAIVE] = "assumes_independent_impressions",
                                                      [TILT__BASIS_NONE] = "none"};
const char *const tilt__verdict_names[TILT__N_VERDICTS] = {
    [TILT__UNDETERMINED] = "undetermined", [TILT__LEVEL] = "level", [TILT__TILTED] = "tilted"};

enum { MOST_VIEWS = 2000 };

/* What one view should be, before it is measured. */
typedef struct wanted {
    const tilt__facts *facts;
    const tilt__attributes *audience;
    const char *slice_value;
    const char *of, *per;
    tilt__rate_kind kind;
    tilt__mode mode;
    bool asked;           /* by --rate: what cannot be had is an error */
    const char *spread;   /* over the levels of this factor, not over ads; NULL */
    const tilt__tag *tag; /* exposure to it; NULL */
    size_t model;         /* 1 + index of the model whose `rate` it is; 0: none */
    tilt__confusion_rate rate;
    bool estimates_only; /* no tests over all groups, no strata, no bounds */
} wanted;

typedef struct maker {
    const tilt__context *context;
    tilt__views *out;
    const char *one_group_name;  /* the attribute that turned out to have one group only */
    const char *one_group_label; /* that group, NULL when there is none at all */
    bool told_repeat;
} maker;

/* ---- one view ---- */

static void start_view(tilt__view *view, const wanted *w, const tilt__context *context) {
    *view = (tilt__view){.policy = context->policy,
                         .facts = w->facts,
                         .slice_name = w->slice_value != NULL ? context->spec->by : NULL,
                         .slice_value = w->slice_value,
                         .n_audience = w->audience->n,
                         .of = w->of,
                         .per = w->per,
                         .kind = w->kind,
                         .mode = w->mode,
                         .spread = w->spread,
                         .tag = w->tag,
                         .estimates_only = w->estimates_only,
                         .reference_rule = "largest"};
    for (size_t a = 0; a < w->audience->n; a++) {
        view->audience[a] = w->audience->names[a];
        view->dims[a] = tilt__cube_find_dim(w->facts->cube, w->audience->names[a]);
    }
    view->of_measure = tilt__cube_find_measure(w->facts->cube, w->of);
    view->per_measure = w->per != NULL ? tilt__cube_find_measure(w->facts->cube, w->per) : SIZE_MAX;
}

/* The measures of a model's rate; *out_possible false when the cube has none. */
static tilt_status start_model(const tilt__context *context, const wanted *w, tilt__view *view,
                               bool *out_possible) {
    *out_possible = true;
    if (w->model == 0) return TILT_OK;
    return tilt__model_view_start(context, w->rate, w->model - 1, view, out_possible);
}

static bool count_above_base(const tilt__view *view, size_t *out_group) {
    for (size_t g = 0; g < view->n_groups; g++) {
        if (!view->groups[g].has_base ||
            tilt__decimal_compare(view->groups[g].count, view->groups[g].base) <= 0)
            continue;
        *out_group = g;
        return true;
    }
    return false;
}

static tilt_status tell(const tilt__context *context, bool added) {
    return added ? TILT_OK : tilt__fail_memory(context->err);
}

/* Events above their base turn an event rate into a ratio; people above their base are an error. */
static tilt_status check_kind(maker *m, tilt__view *view, bool *out_again) {
    const tilt__context *context = m->context;
    size_t g = 0;
    *out_again = false;
    bool repeat =
        view->kind == TILT__RATE_PERSON &&
        (tilt__people_repeat(view, tilt__cube_find_measure(view->facts->cube, "reach")) &&
         (strcmp(view->of, "reach") == 0 || (view->per != NULL && strcmp(view->per, "reach") == 0)));
    if (repeat) {
        view->kind = TILT__RATE_RATIO;
        *out_again = true;
        if (m->told_repeat) return TILT_OK;
        m->told_repeat = true;
        return tell(
            context,
            tilt__check_add(context->arena, context->checks, "reach_repeats", true,
                            "Reach is summed over several ads, days or placements, so people may repeat: "
                            "rates with it are ratios, not proportions of people."));
    }
    if (view->kind == TILT__RATE_RATIO || !count_above_base(view, &g)) return TILT_OK;
    const tilt__group *group = &view->groups[g];
    const char *count = tilt__decimal_words(context->arena, group->count);
    const char *base = tilt__decimal_words(context->arena, group->base);
    if (view->kind == TILT__RATE_PERSON)
        return tilt__fail(
            context->err, TILT_ETYPE,
            "group \"%.60s\": %.60s %s is above its base %.60s %s; expected at most the base, or \"kind\": "
            "\"ratio\" for this rate in a spec",
            group->key[0], view->of, count, view->per, base);
    view->kind = TILT__RATE_RATIO;
    *out_again = true;
    return tell(
        context,
        tilt__check_add(context->arena, context->checks, "count_within_base", false,
                        "%.60s of \"%.60s\" (%s) are above their base %.60s (%s); the rate is treated as a "
                        "ratio, not a proportion.",
                        view->of, group->key[0], count, view->per, base));
}

static size_t groups_with_base(const tilt__view *view) {
    size_t n = 0;
    for (size_t g = 0; g < view->n_groups; g++) {
        const tilt__group *group = &view->groups[g];
        if (group->unknown) continue;
        if (view->mode == TILT__MODE_FUNNEL)
            n += !tilt__decimal_is_zero(group->base);
        else
            n += view->mode == TILT__MODE_RELATIVE || group->benchmark > 0;
    }
    return n;
}

static const char *first_known(const tilt__view *view) {
    for (size_t g = 0; g < view->n_groups; g++) {
        if (!view->groups[g].unknown) return view->groups[g].key[0];
    }
    return NULL;
}

static tilt_status measure_comparisons(const tilt__context *context, tilt__view *view) {
    tilt_status status = view->mode == TILT__MODE_RELATIVE ? tilt__relative_make(context, view)
                                                           : tilt__comparisons_make(context, view);
    if (view->estimates_only) {
        tilt__view_release(view);
        return status;
    }
    if (status == TILT_OK && view->tag != NULL) tilt__exposure_bounds(view);
    if (status == TILT_OK) status = tilt__overall_measure(context, view);
    if (status == TILT_OK) status = tilt__pattern_measure(context, view);
    if (status == TILT_OK) status = tilt__unknown_measure(context, view);
    for (size_t c = 0; c < view->n_comparisons && status == TILT_OK; c++)
        status = tilt__stratify(context, view, &view->comparisons[c]);
    tilt__view_release(view);
    return status;
}

/* Same audience, rate and slice, perhaps over another table. */
static bool same_question(const tilt__view *have, const wanted *w) {
    bool same = w->model == (have->model != NULL ? have->model_index + 1 : 0) &&
                strcmp(have->of, w->of) == 0 && tilt__text_same(have->per, w->per) &&
                have->n_audience == w->audience->n && tilt__text_same(have->spread, w->spread) &&
                tilt__text_same(have->slice_value, w->slice_value);
    for (size_t a = 0; same && a < w->audience->n; a++)
        same = strcmp(have->audience[a], w->audience->names[a]) == 0;
    return same;
}

/* Adds one wanted view, with its groups; *out_made false when these data cannot make it (one group, one ad).
 */
static tilt_status make_under(maker *m, const wanted *w, bool *out_made) {
    const tilt__context *context = m->context;
    tilt__view view;
    *out_made = false;
    for (size_t k = 0; k < m->out->n; k++) { /* an adjacent pair may be the headline again */
        const tilt__view *have = &m->out->items[k];
        if (have->facts == w->facts && have->mode == w->mode && same_question(have, w)) return TILT_OK;
    }
    bool possible, again = false;
    start_view(&view, w, context);
    tilt_status status = start_model(context, w, &view, &possible);
    if (status != TILT_OK || !possible) return status;
    status = tilt__groups_make(context, &view);
    if (status == TILT_OK) status = check_kind(m, &view, &again);
    if (status == TILT_OK && again) {
        wanted changed = *w;
        changed.kind = TILT__RATE_RATIO;
        start_view(&view, &changed, context);
        view.kind_changed = true;
        status = tilt__groups_make(context, &view);
    }
    if (status != TILT_OK) return status;
    if (tilt__groups_known(&view) < 2 || groups_with_base(&view) < 2) {
        m->one_group_name = view.audience[0];
        m->one_group_label = first_known(&view);
        return TILT_OK;
    }
    size_t n_units = 0;
    if (view.mode == TILT__MODE_RELATIVE) {
        status = tilt__relative_units(context, &view, &n_units);
        if (status != TILT_OK || n_units < 2) return status;
    }
    if (m->out->n >= MOST_VIEWS)
        return tilt__fail(context->err, TILT_ETOOBIG,
                          "more than %d views; name fewer attributes, rates or slices", MOST_VIEWS);
    for (size_t k = 0; k < m->out->n; k++) view.repeat += same_question(&m->out->items[k], w);
    status = tilt__view_identify(context, &view);
    if (status != TILT_OK) return status;
    void *items = m->out->items;
    tilt__view *slot = tilt__arena_push(context->arena, &items, &m->out->n, &m->out->capacity, sizeof *slot);
    if (slot == NULL) return tilt__fail_memory(context->err);
    m->out->items = items;
    *slot = view;
    *out_made = true;
    return TILT_OK;
}

/* The same under what the policy says for this attribute and rate. */
static tilt_status make_view(maker *m, const wanted *w, bool *out_made) {
    const tilt__context *outer = m->context;
    tilt__policy_question question = {w->audience->names, w->audience->n, w->of, w->per};
    tilt__context own = *outer;
    own.policy = tilt__policy_for(outer->policy, &question, outer->arena);
    if (own.policy == NULL) return tilt__fail_memory(outer->err);
    m->context = &own;
    tilt_status status = make_under(m, w, out_made);
    m->context = outer;
    return status;
}

/* ---- which views ---- */

static tilt_status make_rate(maker *m, wanted w, const char *of, const char *per, tilt__rate_kind declared,
                             bool *out_made) {
    size_t measure = tilt__cube_find_measure(w.facts->cube, of);
    bool cost = tilt__cube_measure(w.facts->cube, measure)->kind == TILT__MEASURE_COST;
    tilt__rate_spec rate = {of, per, declared};
    w.of = of;
    w.per = per;
    w.mode = TILT__MODE_FUNNEL;
    w.kind = tilt__rate_kind_of(&rate, cost);
    return make_view(m, &w, out_made);
}

static tilt_status make_asked(maker *m, const wanted *w, bool *out_any) {
    const tilt_spec *spec = m->context->spec;
    for (size_t r = 0; r < spec->n_rates; r++) {
        const tilt__rate_spec *rate = &spec->rates[r];
        if (!tilt__offers(w->facts, w->audience, rate->of) || !tilt__offers(w->facts, w->audience, rate->per))
            continue;
        bool made = false;
        tilt_status status = make_rate(m, *w, rate->of, rate->per, rate->kind, &made);
        *out_any = *out_any || made;
        if (status != TILT_OK) return status;
    }
    return TILT_OK;
}

/* Adjacent pairs of the stages that are there, in the order of the funnel. */
static tilt_status make_pairs(maker *m, const wanted *w, bool *out_any) {
    size_t n;
    const tilt__stage *stages = tilt__stages(&n);
    const char *before = NULL;
    for (size_t s = 0; s < n; s++) {
        if (!tilt__offers(w->facts, w->audience, stages[s].name)) continue;
        bool made = false;
        if (before != NULL) {
            tilt_status status = make_rate(m, *w, stages[s].name, before, TILT__RATE_AUTO, &made);
            if (status != TILT_OK) return status;
        }
        *out_any = *out_any || made;
        before = stages[s].name;
    }
    return TILT_OK;
}

static tilt_status make_model_rate(maker *m, const wanted *w, size_t model, tilt__confusion_rate rate,
                                   bool *out_made) {
    wanted own = *w;
    own.model = model + 1;
    own.rate = rate;
    own.of = tilt__head_name(tilt__model_rates[rate].of);
    own.per = tilt__head_name(tilt__model_rates[rate].per);
    own.kind = TILT__RATE_PERSON;
    own.mode = TILT__MODE_FUNNEL;
    return make_view(m, &own, out_made);
}

/* Who is selected first, then how often rightly and wrongly; one model after the other. */
static tilt_status make_models(maker *m, const wanted *w, bool *out_any) {
    const tilt__people *people = w->facts->persons[0]->people;
    for (size_t k = 0; k < people->n_models; k++) {
        for (size_t r = 0; r < TILT__N_CONFUSION_RATE; r++) {
            bool made = false;
            if (!tilt__model_rates[r].view) continue;
            tilt_status status = make_model_rate(m, w, k, (tilt__confusion_rate)r, &made);
            if (status != TILT_OK) return status;
            *out_any = *out_any || made;
        }
    }
    return TILT_OK;
}

tilt_status tilt__views_of_model(const tilt__context *context, const tilt__view *like, size_t rate,
                                 tilt__views *out, bool *out_made) {
    maker m = {.context = context, .out = out};
    tilt__attributes *audience = tilt__arena_alloc(context->arena, 1, sizeof *audience);
    *out_made = false;
    if (audience == NULL) return tilt__fail_memory(context->err);
    audience->n = like->n_audience;
    for (size_t a = 0; a < like->n_audience; a++) audience->names[a] = like->audience[a];
    wanted w = {
        .facts = like->facts, .audience = audience, .slice_value = like->slice_value, .estimates_only = true};
    tilt_status status = make_model_rate(&m, &w, like->model_index, (tilt__confusion_rate)rate, out_made);
    if (status != TILT_OK || !*out_made) return status;
    tilt__context own = *context;
    own.policy = out->items[out->n - 1].policy;
    return measure_comparisons(&own, &out->items[out->n - 1]);
}

static const char *first_base(const wanted *w) {
    size_t n;
    const tilt__stage *stages = tilt__stages(&n);
    for (size_t s = 0; s < n; s++) {
        if (stages[s].base && tilt__offers(w->facts, w->audience, stages[s].name)) return stages[s].name;
    }
    return NULL;
}

/* Headline of a funnel: the last delivery stage per base; reach where people do not repeat, else impressions.
 */
static tilt_status make_funnel(maker *m, const wanted *w, const char *base, bool *out_any) {
    static const char *const delivery[] = {"reach", "impressions"};
    for (size_t i = 0; i < 2; i++) {
        if (!tilt__offers(w->facts, w->audience, delivery[i])) continue;
        bool only = i == 1 || !tilt__offers(w->facts, w->audience, delivery[1]);
        if (!only) {
            tilt__view probe;
            wanted reach = *w;
            reach.of = "reach";
            reach.per = base;
            reach.mode = TILT__MODE_FUNNEL;
            start_view(&probe, &reach, m->context);
            tilt_status status = tilt__groups_make(m->context, &probe);
            if (status != TILT_OK) return status;
            if (tilt__people_repeat(&probe, tilt__cube_find_measure(w->facts->cube, "reach"))) continue;
        }
        tilt_status status = make_rate(m, *w, delivery[i], base, TILT__RATE_AUTO, out_any);
        if (status != TILT_OK) return status;
        break;
    }
    return make_pairs(m, w, out_any);
}

/* Views on delivered counts alone: shares against a benchmark, or ads against each other. */
static tilt_status make_delivery(maker *m, const wanted *w, bool *out_any) {
    static const char *const stages[] = {"impressions", "reach"};
    bool share = tilt__has_benchmark(m->context, w->audience);
    for (size_t i = 0; i < 2; i++) {
        wanted view = *w;
        view.of = stages[i];
        view.per = NULL;
        view.mode = share ? TILT__MODE_SHARE : TILT__MODE_RELATIVE;
        view.kind = i == 0 ? TILT__RATE_EVENT : TILT__RATE_PERSON;
        if (!tilt__offers(w->facts, w->audience, view.of)) continue;
        if (i == 1) view.kind = TILT__RATE_EVENT; /* people may repeat over ads: not independent */
        bool made = false;
        tilt_status status = make_view(m, &view, &made);
        if (status != TILT_OK) return status;
        *out_any = *out_any || made;
    }
    return make_pairs(m, w, out_any);
}

static tilt_status make_main(maker *m, const wanted *w, bool *out_any) {
    const char *base = first_base(w);
    if (m->context->spec->n_rates > 0) return make_asked(m, w, out_any);
    if (w->facts->n_persons > 0) return make_models(m, w, out_any);
    return base != NULL ? make_funnel(m, w, base, out_any) : make_delivery(m, w, out_any);
}

/* Who is shown what carries a tag: a rate of what was reviewed for it, like any other. */
static tilt_status make_exposures(maker *m, const wanted *w) {
    const tilt__tags *tags = w->facts->tags;
    for (size_t t = 0; tags != NULL && t < tags->n; t++) {
        const tilt__tag *tag = &tags->items[t];
        wanted view = *w;
        view.of = tag->of;
        view.per = tag->per;
        view.mode = TILT__MODE_FUNNEL;
        view.kind = TILT__RATE_EVENT;
        view.tag = tag;
        bool made = false, there = tilt__offers(w->facts, w->audience, view.of) &&
                                   tilt__offers(w->facts, w->audience, view.per);
        tilt_status status = there ? make_view(m, &view, &made) : TILT_OK;
        if (status != TILT_OK) return status;
    }
    return TILT_OK;
}

/* Are the ads of the view of ads what --unit names, and is that this factor? Then that view has said it. */
static bool is_unit(const maker *m, const wanted *w, const char *factor) {
    const tilt__attributes *unit = &m->context->spec->unit;
    bool told = false;
    for (size_t v = 0; v < m->out->n; v++) {
        const tilt__view *view = &m->out->items[v];
        told = told || (view->mode == TILT__MODE_RELATIVE && view->spread == NULL && view->facts == w->facts);
    }
    return told && unit->n == 1 && strcmp(unit->names[0], factor) == 0;
}

/* Each platform and each partner against all others together, for single attributes and where no rate was
 * asked for. */
static tilt_status make_spread(maker *m, const wanted *w) {
    if (m->context->spec->n_rates > 0 || w->facts->n_persons > 0 || w->audience->n > 1) return TILT_OK;
    const char *of = tilt__offers(w->facts, w->audience, "impressions") ? "impressions" : "reach";
    size_t measure = tilt__cube_find_measure(w->facts->cube, of);
    if (!tilt__offers(w->facts, w->audience, of)) return TILT_OK;
    for (size_t f = 0; f < TILT__N_SPREAD; f++) {
        size_t dim = tilt__cube_find_dim(w->facts->cube, tilt__spread_factors[f]);
        bool own = dim == SIZE_MAX || strcmp(w->audience->names[0], tilt__spread_factors[f]) == 0;
        if (own || is_unit(m, w, tilt__spread_factors[f])) continue;
        if (!tilt__cube_breaks_down(w->facts->cube, measure, dim)) continue;
        wanted view = *w;
        view.of = of;
        view.per = NULL;
        view.mode = TILT__MODE_RELATIVE;
        view.kind = TILT__RATE_EVENT;
        view.spread = tilt__spread_factors[f];
        bool made = false;
        tilt_status status = make_view(m, &view, &made);
        if (status != TILT_OK) return status;
    }
    return TILT_OK;
}

static tilt_status make_for(maker *m, const wanted *w, bool *out_any) {
    tilt_status status = make_main(m, w, out_any);
    if (status == TILT_OK) status = make_exposures(m, w);
    return status == TILT_OK ? make_spread(m, w) : status;
}

/* One audience attribute (or crossing) in one table, in every slice that --by asks for. */
static tilt_status make_slices(maker *m, const tilt__facts *facts, const tilt__attributes *audience,
                               bool *out_any) {
    const tilt_cube *cube = facts->cube;
    wanted w = {.facts = facts, .audience = audience};
    if (m->context->spec->by == NULL) return make_for(m, &w, out_any);
    size_t dim = tilt__cube_find_dim(cube, m->context->spec->by);
    if (dim == SIZE_MAX) return TILT_OK;
    for (uint32_t label = 1; label <= tilt__cube_n_labels(cube, dim); label++) {
        size_t n;
        const char *text = tilt__cube_label(cube, dim, label, &n);
        w.slice_value = tilt__arena_text(m->context->arena, text, n);
        if (w.slice_value == NULL) return tilt__fail_memory(m->context->err);
        tilt_status status = make_for(m, &w, out_any);
        if (status != TILT_OK) return status;
    }
    return TILT_OK;
}

/* What the threads that measure views share. */
typedef struct measuring {
    const tilt__context *context;
    tilt__views *views;
} measuring;

static tilt_status measure_view(void *shared, size_t v, tilt_error *err) {
    const measuring *all = shared;
    tilt__context own = *all->context;
    own.policy = all->views->items[v].policy;
    own.arena = &all->views->arenas[v];
    own.err = err;
    tilt_status status = measure_comparisons(&own, &all->views->items[v]);
    /* a label that there was no room for would look like none */
    return status == TILT_OK && own.arena->failed ? tilt__fail_memory(err) : status;
}

tilt_status tilt__views_make(const tilt__context *context, const tilt__tables *tables, size_t n_threads,
                             tilt__views *out) {
    *out = (tilt__views){NULL, 0, 0, NULL};
    maker m = {.context = context, .out = out};
    for (size_t t = 0; t < tables->n; t++) {
        tilt__attributes *audiences = NULL;
        size_t n = 0;
        tilt_status status = tilt__wanted_audiences(context, &tables->facts[t], &audiences, &n);
        for (size_t a = 0; a < n && status == TILT_OK; a++) {
            bool any = false;
            status = make_slices(&m, &tables->facts[t], &audiences[a], &any);
        }
        if (status != TILT_OK) return status;
    }
    if (out->n == 0)
        return tilt__ranged_any(tables) ? TILT_OK
                                        : tilt__nothing_made(context->spec, tables, m.one_group_name,
                                                             m.one_group_label, context->err);
    out->arenas = tilt__arena_alloc(context->arena, out->n, sizeof *out->arenas);
    if (out->arenas == NULL) return tilt__fail_memory(context->err);
    measuring all = {context, out};
    tilt_status status = tilt__parallel_for(n_threads, out->n, measure_view, &all, context->err);
    return status == TILT_OK ? tilt__reference_check(context, out) : status;
}
