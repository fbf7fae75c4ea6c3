/* measure/ranged.c - bounds of shares, rates and ratios over all numbers that the limits allow.
 * A ratio rises with two of its four numbers and falls with the other two, so its least and its most lie at
 * corners; no number inside is ever chosen. */
#include "measure/ranged.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "map/rate.h"
#include "measure/comparisons.h"
#include "measure/groups.h"
#include "measure/offers.h"
#include "measure/relative.h"

enum { MOST_RANGED = 2000 };

/* A stage of a table: one measure, or the measures of its ends. */
typedef struct term {
    const char *name;
    size_t low, high, open; /* open SIZE_MAX: no such measure */
    bool range;
} term;

typedef struct wanted {
    const tilt__facts *facts;
    const tilt__attributes *audience;
    const char *slice_name, *slice_value;
    term of, per; /* per.name NULL: no base */
    tilt__rate_kind kind;
    tilt__mode mode;
    bool share_only;
} wanted;

typedef struct maker {
    const tilt__context *context;
    const tilt__views *views;
    tilt__ranged_views *out;
} maker;

/* ---- what a table offers ---- */

static size_t find_end(const tilt_cube *cube, const char *name, const char *end) {
    for (size_t m = 0; m < tilt__cube_n_measures(cube); m++) {
        const char *have = tilt__cube_measure(cube, m)->name;
        size_t n = strlen(name);
        if (strncmp(have, name, n) == 0 && have[n] == ':' && strcmp(have + n + 1, end) == 0) return m;
    }
    return SIZE_MAX;
}

/* A stage that is there for every attribute of the audience, as a number or in limits. */
static bool find_term(const tilt__facts *facts, const tilt__attributes *audience, const char *name,
                      term *out) {
    const tilt_cube *cube = facts->cube;
    size_t plain = tilt__cube_find_measure(cube, name);
    *out = (term){name, plain, plain, SIZE_MAX, plain == SIZE_MAX};
    if (out->range)
        *out = (term){name, find_end(cube, name, "min"), find_end(cube, name, "max"),
                      find_end(cube, name, "open"), true};
    if (out->low == SIZE_MAX || out->high == SIZE_MAX) return false;
    return tilt__offers(facts, audience, tilt__cube_measure(cube, out->low)->name);
}

bool tilt__ranged_any(const tilt__tables *tables) {
    for (size_t t = 0; t < tables->n; t++) {
        const tilt_cube *cube = tables->facts[t].cube;
        for (size_t m = 0; m < tilt__cube_n_measures(cube); m++) {
            const char *name = tilt__cube_measure(cube, m)->name, *colon = strrchr(name, ':');
            if (colon != NULL && strcmp(colon, ":max") == 0) return true;
        }
    }
    return false;
}

/* ---- limits ---- */

typedef struct exact_span {
    tilt__decimal low, high;
    bool open;
} exact_span;

static tilt__span as_span(const exact_span *exact) {
    double lower = tilt__decimal_to_double(exact->low);
    return (tilt__span){lower, exact->open ? (double)INFINITY : tilt__decimal_to_double(exact->high)};
}

static bool add_cell(const tilt_cube *cube, size_t cell, const term *t, exact_span *into) {
    if (t->open != SIZE_MAX && !tilt__decimal_is_zero(tilt__cube_value(cube, cell, t->open)))
        into->open = true;
    return tilt__decimal_add(into->low, tilt__cube_value(cube, cell, t->low), &into->low) &&
           tilt__decimal_add(into->high, tilt__cube_value(cube, cell, t->high), &into->high);
}

static tilt_status too_large(const maker *m) {
    return tilt__fail(m->context->err, TILT_ETOOBIG, "a sum of limits passes 38 digits");
}

/* Limits of a term per group, or per unit and group. */
static tilt_status sum_limits(const maker *m, const tilt__view *view, const term *t, bool by_unit,
                              tilt__span **out) {
    size_t n = view->n_groups * (by_unit ? view->n_relative : 1);
    exact_span *sums = tilt__arena_alloc(m->context->arena, n, sizeof *sums);
    *out = tilt__arena_alloc(m->context->arena, n, sizeof **out);
    if (sums == NULL || *out == NULL) return tilt__fail_memory(m->context->err);
    for (size_t i = 0; i < view->cells.n; i++) {
        size_t at = view->cells.group[i] + (by_unit ? view->cells.unit[i] * view->n_groups : 0);
        if (!add_cell(view->facts->cube, view->cells.cell[i], t, &sums[at])) return too_large(m);
    }
    for (size_t i = 0; i < n; i++) (*out)[i] = as_span(&sums[i]);
    return TILT_OK;
}

/* Sum of the known groups but one (SIZE_MAX: of all). */
static tilt__span others_of(const tilt__view *view, const tilt__span *counts, size_t but) {
    tilt__span sum = {0, 0};
    for (size_t g = 0; g < view->n_groups; g++) {
        if (g == but || view->groups[g].unknown) continue;
        sum = tilt__span_add(sum, counts[g]);
    }
    return sum;
}

/* ---- one view ---- */

static bool is_proportion(const tilt__view *view) {
    return view->kind != TILT__RATE_RATIO;
}

static void start_view(const wanted *w, tilt__view *view) {
    *view = (tilt__view){.facts = w->facts,
                         .slice_name = w->slice_value != NULL ? w->slice_name : NULL,
                         .slice_value = w->slice_value,
                         .n_audience = w->audience->n,
                         .of = w->of.name,
                         .per = w->per.name,
                         .kind = w->kind,
                         .mode = w->mode,
                         .of_measure = w->of.low,
                         .per_measure = w->per.name != NULL ? w->per.low : SIZE_MAX,
                         .reference_rule = "largest"};
    for (size_t a = 0; a < w->audience->n; a++) {
        view->audience[a] = w->audience->names[a];
        view->dims[a] = tilt__cube_find_dim(w->facts->cube, w->audience->names[a]);
    }
}

static bool same_view(const tilt__view *a, const tilt__view *b) {
    bool same = a->model == NULL && strcmp(a->of, b->of) == 0 && tilt__text_same(a->per, b->per) &&
                a->n_audience == b->n_audience && tilt__text_same(a->slice_value, b->slice_value);
    for (size_t k = 0; same && k < a->n_audience; k++) same = strcmp(a->audience[k], b->audience[k]) == 0;
    return same;
}

static size_t times_asked(const maker *m, const tilt__view *view) {
    size_t n = 0;
    for (size_t v = 0; v < m->views->n; v++) n += same_view(&m->views->items[v], view);
    for (size_t v = 0; v < m->out->n; v++) n += same_view(&m->out->items[v].view, view);
    return n;
}

/* People who cannot be more than their base, events that turn the rate into a ratio. */
static tilt_status check_kind(const maker *m, tilt__ranged *r) {
    tilt__view *view = &r->view;
    bool reach = strcmp(view->of, "reach") == 0 || (view->per != NULL && strcmp(view->per, "reach") == 0);
    size_t reached = strcmp(view->of, "reach") == 0 ? view->of_measure : view->per_measure;
    if (view->kind == TILT__RATE_PERSON && reach && tilt__people_repeat(view, reached)) {
        view->kind = TILT__RATE_RATIO;
        view->kind_changed = true;
    }
    if (view->kind == TILT__RATE_RATIO || view->per == NULL) return TILT_OK;
    for (size_t g = 0; g < view->n_groups; g++) {
        if (!(r->counts[g].lower > r->bases[g].upper)) continue;
        if (view->kind == TILT__RATE_PERSON)
            return tilt__fail(
                m->context->err, TILT_ETYPE,
                "group \"%.60s\": at least %.17g %.40s are above its base of at most %.17g %.40s; "
                "expected at most the base, or \"kind\": \"ratio\" for this rate in a spec",
                view->groups[g].key[0], r->counts[g].lower, view->of, r->bases[g].upper, view->per);
        view->kind = TILT__RATE_RATIO;
        view->kind_changed = true;
        bool told = tilt__check_add(
            m->context->arena, m->context->checks, "count_within_base", false,
            "At least %.17g %.40s of \"%.60s\" are above their base of at most %.17g %.40s; "
            "the rate is treated as a ratio, not a proportion.",
            r->counts[g].lower, view->of, view->groups[g].key[0], r->bases[g].upper, view->per);
        return told ? TILT_OK : tilt__fail_memory(m->context->err);
    }
    return TILT_OK;
}

/* There is no base to be small. */
static void judge_by_benchmark(const maker *m, tilt__view *view) {
    const tilt_spec *spec = m->context->spec;
    double least = spec->min_share >= 0 ? spec->min_share : m->context->policy->min_share;
    for (size_t g = 0; g < view->n_groups; g++) {
        tilt__group *group = &view->groups[g];
        group->excluded = group->benchmark >= 0 && group->benchmark < least ? "small_share" : NULL;
    }
}

static tilt_status measure_groups(const maker *m, const wanted *w, tilt__ranged *r) {
    tilt__arena *arena = m->context->arena;
    tilt__view *view = &r->view;
    tilt_status status = tilt__groups_make(m->context, view);
    if (status == TILT_OK) status = sum_limits(m, view, &w->of, false, &r->counts);
    if (status == TILT_OK && w->per.name != NULL) status = sum_limits(m, view, &w->per, false, &r->bases);
    if (status != TILT_OK) return status;
    status = check_kind(m, r);
    if (w->share_only) judge_by_benchmark(m, view);
    r->shares = tilt__arena_alloc(arena, view->n_groups, sizeof *r->shares);
    r->rates = tilt__arena_alloc(arena, view->n_groups, sizeof *r->rates);
    if (r->shares == NULL || r->rates == NULL) return tilt__fail_memory(m->context->err);
    for (size_t g = 0; g < view->n_groups; g++) {
        r->shares[g] = tilt__span_share(r->counts[g], others_of(view, r->counts, g));
        r->rates[g] = w->per.name != NULL ? tilt__span_rate(r->counts[g], r->bases[g], is_proportion(view))
                                          : r->shares[g];
    }
    return status;
}

/* ---- comparisons ---- */

/* The largest base for certain: by lower ends, named groups first. */
static size_t choose_reference(const maker *m, tilt__ranged *r) {
    const tilt__view *view = &r->view;
    const char *asked = m->context->spec->reference;
    size_t best = SIZE_MAX, fallback = SIZE_MAX;
    double most = 0, most_any = 0;
    for (size_t g = 0; g < view->n_groups; g++) {
        const tilt__group *group = &view->groups[g];
        double base = view->mode == TILT__MODE_SHARE ? group->benchmark : r->bases[g].lower;
        if (group->unknown) continue;
        const char *name = tilt__group_name(m->context->arena, view, g);
        if (!tilt__reference_is_rule(asked) && name != NULL && strcmp(name, asked) == 0) {
            r->view.reference_rule = asked;
            return g;
        }
        if (base > most_any) fallback = g, most_any = base;
        if (base > most && group->excluded == NULL) best = g, most = base;
    }
    return best != SIZE_MAX ? best : fallback;
}

static tilt__comparison *add_comparison(tilt__ranged *r, size_t unit, size_t group, size_t reference) {
    tilt__view *view = &r->view;
    tilt__comparison *c = &view->comparisons[view->n_comparisons++];
    *c = (tilt__comparison){.unit = unit,
                            .group = group,
                            .reference = reference,
                            .reference_name = reference == SIZE_MAX ? "rest" : NULL,
                            .benchmark = view->mode == TILT__MODE_SHARE,
                            .proportion = is_proportion(view),
                            .excluded = view->groups[group].excluded};
    c->amount = tilt__cube_measure(view->facts->cube, view->of_measure)->kind == TILT__MEASURE_COST;
    return c;
}

static tilt__span fixed(double value) {
    return (tilt__span){value, value};
}

static tilt_status compare_groups(const maker *m, tilt__ranged *r) {
    tilt__view *view = &r->view;
    size_t reference = choose_reference(m, r);
    bool share = view->mode == TILT__MODE_SHARE;
    for (size_t g = 0; g < view->n_groups && reference != SIZE_MAX; g++) {
        if (view->groups[g].unknown || g == reference || (share && view->groups[g].benchmark < 0)) continue;
        size_t i = view->n_comparisons;
        tilt__comparison *c = add_comparison(r, SIZE_MAX, g, reference);
        if (c->excluded == NULL && tilt__reference_is_rule(view->reference_rule))
            c->excluded = view->groups[reference].excluded;
        tilt__span na = share ? fixed(view->groups[g].benchmark) : r->bases[g];
        tilt__span nr = share ? fixed(view->groups[reference].benchmark) : r->bases[reference];
        r->boxes[i] = (tilt__box){{r->counts[g], na, r->counts[reference], nr}};
        r->ratios[i] = share ? tilt__span_ratio(tilt__span_rate(r->counts[g], na, false),
                                                tilt__span_rate(r->counts[reference], nr, false))
                             : tilt__span_ratio(r->rates[g], r->rates[reference]);
        tilt_status status = tilt__comparison_identify(m->context, view, c);
        if (status != TILT_OK) return status;
    }
    return TILT_OK;
}

/* Counts of the other units: what is not in this one. Limits are sums, so they are added up again. */
static tilt__span rest_of(const tilt__ranged *r, size_t unit, size_t group) {
    tilt__span sum = {0, 0};
    for (size_t u = 0; u < r->view.n_relative; u++) {
        if (u == unit) continue;
        sum = tilt__span_add(sum, r->unit_counts[u * r->view.n_groups + group]);
    }
    return sum;
}

static tilt_status compare_unit(const maker *m, tilt__ranged *r, size_t u, tilt__span *rest) {
    tilt__view *view = &r->view;
    const tilt__span *own = &r->unit_counts[u * view->n_groups];
    double least =
        m->context->spec->min_base >= 0 ? m->context->spec->min_base : m->context->policy->min_base;
    for (size_t g = 0; g < view->n_groups; g++) rest[g] = rest_of(r, u, g);
    for (size_t g = 0; g < view->n_groups; g++) {
        tilt__span others = others_of(view, own, g), rest_others = others_of(view, rest, g);
        tilt__span *share = &r->unit_shares[u * view->n_groups + g];
        *share = tilt__span_share(own[g], others);
        if (view->groups[g].unknown) continue;
        size_t i = view->n_comparisons;
        tilt__comparison *c = add_comparison(r, u, g, SIZE_MAX);
        if (c->excluded == NULL && own[g].lower + others.lower < least) c->excluded = "small_base";
        r->boxes[i] = (tilt__box){{own[g], others, rest[g], rest_others}};
        r->ratios[i] = tilt__span_ratio(*share, tilt__span_share(rest[g], rest_others));
        tilt_status status = tilt__comparison_identify(m->context, view, c);
        if (status != TILT_OK) return status;
    }
    return TILT_OK;
}

static tilt_status compare_units(const maker *m, const wanted *w, tilt__ranged *r) {
    tilt__view *view = &r->view;
    tilt__span *rest = tilt__arena_alloc(m->context->arena, view->n_groups, sizeof *rest);
    r->unit_shares =
        tilt__arena_alloc(m->context->arena, view->n_relative * view->n_groups, sizeof *r->unit_shares);
    if (rest == NULL || r->unit_shares == NULL) return tilt__fail_memory(m->context->err);
    view->reference_rule = "rest";
    tilt_status status = sum_limits(m, view, &w->of, true, &r->unit_counts);
    for (size_t u = 0; u < view->n_relative && status == TILT_OK; u++) status = compare_unit(m, r, u, rest);
    return status;
}

tilt__comparison tilt__ranged_corner(const tilt__ranged *ranged, size_t comparison, unsigned corner) {
    tilt__comparison c = ranged->view.comparisons[comparison];
    double v[4];
    for (unsigned k = 0; k < 4; k++)
        v[k] = (corner >> k & 1u) != 0 ? ranged->boxes[comparison].side[k].upper
                                       : ranged->boxes[comparison].side[k].lower;
    c.pair = ranged->view.mode == TILT__MODE_RELATIVE ? (tilt__pair){v[0], v[0] + v[1], v[2], v[2] + v[3]}
                                                      : (tilt__pair){v[0], v[1], v[2], v[3]};
    bool counted = c.proportion && !c.benchmark;
    if (counted) c.pair.xa = fmin(c.pair.xa, c.pair.na), c.pair.xr = fmin(c.pair.xr, c.pair.nr);
    return c;
}

/* Shares that were given without a whole must be those of one whole. */
static tilt_status check_shares(const maker *m, const tilt__ranged *r) {
    const tilt__context *context = m->context;
    tilt__span sum = {0, 0};
    for (size_t g = 0; g < r->view.n_groups; g++) sum = tilt__span_add(sum, r->counts[g]);
    const char *where = r->view.slice_value != NULL ? r->view.slice_value : "the file";
    if (sum.lower > 1 + 1e-9)
        return tilt__fail(
            context->err, TILT_ESPEC,
            "the shares of %.60s in \"%.80s\" sum to at least %.4g; expected 1 for each ad: name the "
            "column that tells the wholes apart with --by, or the whole as \"stage:NAME:whole\"",
            r->view.audience[0], where, sum.lower);
    bool whole = sum.upper >= 1 - 1e-9;
    return tilt__check_add(context->arena, context->checks, "shares_sum", whole,
                           "The shares of %.60s in \"%.80s\" sum to between %.4g and %.4g%s.",
                           r->view.audience[0], where, sum.lower, sum.upper,
                           whole ? ", which holds 1" : "; what is missing from 1 is in no group")
               ? TILT_OK
               : tilt__fail_memory(context->err);
}

static size_t known_with_base(const tilt__ranged *r) {
    size_t n = 0;
    for (size_t g = 0; g < r->view.n_groups; g++) {
        if (r->view.groups[g].unknown) continue;
        n += r->bases == NULL || r->bases[g].upper > 0;
    }
    return n;
}

static tilt_status keep(const maker *m, const tilt__ranged *r) {
    void *items = m->out->items;
    tilt__ranged *slot =
        tilt__arena_push(m->context->arena, &items, &m->out->n, &m->out->capacity, sizeof *slot);
    if (slot == NULL) return tilt__fail_memory(m->context->err);
    m->out->items = items;
    *slot = *r;
    return TILT_OK;
}

static tilt_status make_view(const maker *m, const wanted *w) {
    tilt__ranged r = {.share_only = w->share_only};
    start_view(w, &r.view);
    for (size_t v = 0; v < m->out->n; v++)
        if (m->out->items[v].view.facts == w->facts && same_view(&m->out->items[v].view, &r.view))
            return TILT_OK;
    if (m->out->n >= MOST_RANGED)
        return tilt__fail(m->context->err, TILT_ETOOBIG,
                          "more than %d views of ranges; name fewer attributes", MOST_RANGED);
    tilt_status status = measure_groups(m, w, &r);
    if (status != TILT_OK || known_with_base(&r) < 2) return status;
    if (w->share_only) status = check_shares(m, &r);
    size_t n_units = 0;
    bool relative = w->mode == TILT__MODE_RELATIVE;
    if (status == TILT_OK && relative) status = tilt__relative_units(m->context, &r.view, &n_units);
    if (status != TILT_OK || (relative && n_units < 2)) return status;
    size_t most = r.view.n_groups * (relative ? n_units : 1);
    r.view.comparisons = tilt__arena_alloc(m->context->arena, most, sizeof *r.view.comparisons);
    r.ratios = tilt__arena_alloc(m->context->arena, most, sizeof *r.ratios);
    r.boxes = tilt__arena_alloc(m->context->arena, most, sizeof *r.boxes);
    if (r.view.comparisons == NULL || r.ratios == NULL || r.boxes == NULL)
        return tilt__fail_memory(m->context->err);
    r.view.repeat = times_asked(m, &r.view);
    status = tilt__view_identify(m->context, &r.view);
    if (status == TILT_OK) status = relative ? compare_units(m, w, &r) : compare_groups(m, &r);
    return status == TILT_OK ? keep(m, &r) : status;
}

/* ---- which views ---- */

static tilt_status make_rate(const maker *m, wanted w, const term *of, const term *per_term,
                             tilt__rate_kind declared) {
    if (!of->range && !per_term->range) return TILT_OK; /* numbers: measure/views.c */
    bool cost = tilt__cube_measure(w.facts->cube, of->low)->kind == TILT__MEASURE_COST;
    tilt__rate_spec rate = {of->name, per_term->name, declared};
    w.of = *of;
    w.per = *per_term;
    w.mode = TILT__MODE_FUNNEL;
    w.kind = tilt__rate_kind_of(&rate, cost);
    return make_view(m, &w);
}

static tilt_status make_asked(const maker *m, const wanted *w) {
    const tilt_spec *spec = m->context->spec;
    tilt_status status = TILT_OK;
    for (size_t i = 0; i < spec->n_rates && status == TILT_OK; i++) {
        term of, base;
        if (find_term(w->facts, w->audience, spec->rates[i].of, &of) &&
            find_term(w->facts, w->audience, spec->rates[i].per, &base))
            status = make_rate(m, *w, &of, &base, spec->rates[i].kind);
    }
    return status;
}

/* Adjacent pairs of the stages that are there; after the last delivery stage per the first base. */
static tilt_status make_funnel(const maker *m, const wanted *w, bool *out_base) {
    size_t n;
    const tilt__stage *stages = tilt__stages(&n);
    term first = {NULL, 0, 0, 0, false}, last = first, before = first, here;
    tilt_status status = TILT_OK;
    for (size_t s = 0; s < n; s++) {
        if (!find_term(w->facts, w->audience, stages[s].name, &here)) continue;
        if (stages[s].base && first.name == NULL) first = here;
        if (strcmp(stages[s].part, "delivery") == 0) last = here;
    }
    *out_base = first.name != NULL;
    if (first.name != NULL && last.name != NULL) status = make_rate(m, *w, &last, &first, TILT__RATE_AUTO);
    for (size_t s = 0; s < n && status == TILT_OK; s++) {
        if (!find_term(w->facts, w->audience, stages[s].name, &here)) continue;
        if (before.name != NULL) status = make_rate(m, *w, &here, &before, TILT__RATE_AUTO);
        before = here;
    }
    return status;
}

/* Delivered counts alone: shares against a benchmark, or ads against each other. */
static tilt_status make_delivery(const maker *m, const wanted *w) {
    static const char *const stages[] = {"impressions", "reach"};
    tilt_status status = TILT_OK;
    for (size_t i = 0; i < 2 && status == TILT_OK; i++) {
        wanted view = *w;
        view.per = (term){NULL, 0, 0, 0, false};
        view.kind = TILT__RATE_EVENT;
        view.mode = tilt__has_benchmark(m->context, w->audience) ? TILT__MODE_SHARE : TILT__MODE_RELATIVE;
        if (find_term(w->facts, w->audience, stages[i], &view.of) && view.of.range)
            status = make_view(m, &view);
    }
    return status;
}

/* Shares of a whole that is not known: they cannot be added over ads. */
static tilt_status make_shares(const maker *m, const wanted *w) {
    const tilt_cube *cube = w->facts->cube;
    tilt_status status = TILT_OK;
    for (size_t i = 0; i < tilt__cube_n_measures(cube) && status == TILT_OK; i++) {
        const char *name = tilt__cube_measure(cube, i)->name, *end = strstr(name, ":share:min");
        if (end == NULL || end[strlen(":share:min")] != '\0') continue;
        wanted view = *w;
        view.per = (term){NULL, 0, 0, 0, false};
        view.mode = TILT__MODE_SHARE;
        view.kind = TILT__RATE_EVENT;
        view.share_only = true;
        char *shares = tilt__arena_text(m->context->arena, name, strlen(name) - strlen(":min"));
        char *stage = tilt__arena_text(m->context->arena, name, (size_t)(end - name));
        if (shares == NULL || stage == NULL) return tilt__fail_memory(m->context->err);
        if (!find_term(w->facts, w->audience, shares, &view.of)) continue;
        view.of.name = stage;
        status = make_view(m, &view);
    }
    return status;
}

static tilt_status make_for(const maker *m, const wanted *w) {
    bool base;
    if (m->context->spec->n_rates > 0) return make_asked(m, w);
    tilt_status status = make_funnel(m, w, &base);
    if (status == TILT_OK && !base) status = make_delivery(m, w);
    return status;
}

/* The finest name of an ad, by which shares without a whole are kept apart; SIZE_MAX. */
static size_t finest_unit(const tilt_cube *cube) {
    static const char *const finest_first[] = {"ad", "ad_set", "campaign"};
    size_t dim = SIZE_MAX;
    for (size_t i = 0; i < 3 && dim == SIZE_MAX; i++) dim = tilt__cube_find_dim(cube, finest_first[i]);
    return dim;
}

static tilt_status make_slices(const maker *m, const wanted *whole, size_t dim,
                               tilt_status (*make)(const maker *, const wanted *)) {
    wanted w = *whole;
    if (dim == SIZE_MAX) return make(m, &w);
    const tilt_cube *cube = w.facts->cube;
    w.slice_name = tilt__cube_dim(cube, dim)->name;
    for (uint32_t label = 1; label <= tilt__cube_n_labels(cube, dim); label++) {
        size_t n;
        const char *text = tilt__cube_label(cube, dim, label, &n);
        w.slice_value = tilt__arena_text(m->context->arena, text, n);
        if (w.slice_value == NULL) return tilt__fail_memory(m->context->err);
        tilt_status status = make(m, &w);
        if (status != TILT_OK) return status;
    }
    return TILT_OK;
}

static tilt_status make_audience(const maker *m, const wanted *w) {
    const char *by = m->context->spec->by;
    size_t dim = by != NULL ? tilt__cube_find_dim(w->facts->cube, by) : SIZE_MAX;
    if (by != NULL && dim == SIZE_MAX) return TILT_OK;
    tilt_status status = make_slices(m, w, dim, make_for);
    size_t unit = dim != SIZE_MAX ? dim : finest_unit(w->facts->cube);
    if (status == TILT_OK && m->context->spec->n_rates == 0) status = make_slices(m, w, unit, make_shares);
    return status;
}

tilt_status tilt__ranged_make(const tilt__context *context, const tilt__tables *tables,
                              const tilt__views *views, tilt__ranged_views *out) {
    maker m = {context, views, out};
    const tilt_spec *spec = context->spec;
    *out = (tilt__ranged_views){NULL, 0, 0};
    if (spec->publish && tilt__ranged_any(tables))
        return tilt__check_add(
                   context->arena, context->checks, "ranges_not_published", true,
                   "Views of counts in ranges are left out of what is published: nothing says yet which "
                   "ranges would give small counts away.")
                   ? TILT_OK
                   : tilt__fail_memory(context->err);
    for (size_t t = 0; t < tables->n && tilt__ranged_any(tables); t++) {
        tilt__attributes *audiences = NULL;
        size_t n = 0;
        tilt_status status = tilt__wanted_audiences(context, &tables->facts[t], &audiences, &n);
        for (size_t a = 0; a < n && status == TILT_OK; a++) {
            wanted w = {.facts = &tables->facts[t], .audience = &audiences[a]};
            status = make_audience(&m, &w);
        }
        if (status != TILT_OK) return status;
    }
    if (views->n + out->n > 0 || !tilt__ranged_any(tables)) return TILT_OK;
    return tilt__fail(
        context->err, TILT_ESPEC,
        "%.200s: nothing can be compared: no base, no benchmark and fewer than two ads, or only one "
        "group; name a rate with --rate OF/PER or give --benchmark or --targeting",
        spec->sources[tables->facts[0].sources[0]].name);
}
