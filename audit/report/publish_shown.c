/* report/publish_shown.c - whether the counts that a value is made from are all shown. */
#include <string.h>

#include "report/json.h"
#include "report/publish_walk.h"

/* ---- what is shown ---- */

static bool shown(const tilt__walk *w, size_t cell) {
    return !tilt__hidden_cell(w->hidden, cell);
}

static const tilt__view *view_of(const tilt__walk *w) {
    return &w->hidden->outcome->views->items[w->view];
}

static const tilt__hidden_view *cells_of(const tilt__walk *w) {
    return &w->hidden->views[w->view];
}

static bool all_shown(const tilt__walk *w, bool base) {
    const tilt__view *view = view_of(w);
    for (size_t g = 0; g < view->n_groups; g++) {
        if (view->groups[g].unknown) continue;
        if (!shown(w, base ? cells_of(w)->base[g] : cells_of(w)->count[g])) return false;
    }
    return true;
}

static bool ad_shown(const tilt__walk *w, size_t unit) {
    const tilt__view *view = view_of(w);
    if (cells_of(w)->unit == NULL) return true;
    for (size_t g = 0; g < view->n_groups; g++)
        if (!shown(w, cells_of(w)->unit[unit * view->n_groups + g])) return false;
    return true;
}

static bool ads_shown(const tilt__walk *w) {
    const tilt__view *view = view_of(w);
    if (view->mode != TILT__MODE_RELATIVE) return true;
    for (size_t u = 0; u < view->n_relative; u++)
        if (!ad_shown(w, u)) return false;
    return true;
}

static bool group_shown(const tilt__walk *w, size_t g) {
    return shown(w, cells_of(w)->count[g]) && shown(w, cells_of(w)->base[g]);
}

static bool comparison_shown(const tilt__walk *w, size_t c) {
    const tilt__view *view = view_of(w);
    const tilt__comparison *comparison = &view->comparisons[c];
    if (comparison->unit != SIZE_MAX) return ad_shown(w, comparison->unit) && all_shown(w, false);
    bool everybody = comparison->reference == SIZE_MAX || view->mode == TILT__MODE_SHARE;
    if (everybody && !(all_shown(w, false) && all_shown(w, true))) return false;
    /* that this one has the highest rate says of every other that its rate is lower */
    bool chosen = view->reference_rule != NULL && strcmp(view->reference_rule, "highest") == 0;
    if (chosen && !tilt__hidden_choice_ok(w->hidden, w->view)) return false;
    return group_shown(w, comparison->group) &&
           (comparison->reference == SIZE_MAX || group_shown(w, comparison->reference));
}

static bool comparisons_shown(const tilt__walk *w) {
    for (size_t c = 0; c < view_of(w)->n_comparisons; c++)
        if (!comparison_shown(w, c)) return false;
    return true;
}

/* Whatever is counted of the people of this cell's labels. */
static bool place_shown(const tilt__walk *w, size_t like) {
    const tilt__hidden *h = w->hidden;
    for (size_t c = 0; c < h->n_cells; c++)
        if (h->notes[c].place == h->notes[like].place && h->cells[c].hidden) return false;
    return true;
}

static bool stages_shown(const tilt__walk *w) {
    const tilt__comparison *c = &view_of(w)->comparisons[w->comparison];
    if (c->reference == SIZE_MAX) return tilt__hidden_count(w->hidden) == 0;
    return place_shown(w, cells_of(w)->count[c->group]) && place_shown(w, cells_of(w)->count[c->reference]);
}

/* The view at hand by one factor (NULL, or one that is no column: by all). */
static bool factor_shown(const tilt__walk *w, const char *factor) {
    bool column = factor != NULL && tilt__cube_find_dim(view_of(w)->facts->cube, factor) != SIZE_MAX;
    return column ? tilt__hidden_factor_ok(w->hidden, w->view, factor)
                  : tilt__hidden_factors_ok(w->hidden, w->view);
}

static bool driver_shown(const tilt__walk *w, const cJSON *driver) {
    const char *kind = tilt__json_text_or(driver, "kind", ""), *name = tilt__json_text(driver, "name");
    if (strcmp(kind, "stage") == 0) return stages_shown(w);
    bool one =
        strcmp(kind, "factor") == 0 || strcmp(kind, "level") == 0 || strcmp(kind, "numerator_level") == 0;
    return factor_shown(w, one ? name : NULL);
}

/* The view a node names, or one around it, else the one at hand. */
static size_t view_named(const tilt__walk *w, const cJSON *node) {
    const char *id = tilt__json_text_or(node, "view", w->near_view);
    const tilt__views *views = w->hidden->outcome->views;
    for (size_t v = 0; id != NULL && v < views->n; v++)
        if (strcmp(views->items[v].id, id) == 0) return v;
    return id == NULL ? w->view : SIZE_MAX;
}

static bool by_factor_shown(const tilt__walk *w, const cJSON *node, bool all_factors) {
    tilt__walk there = *w;
    there.view = view_named(w, node);
    if (there.view == SIZE_MAX) return false;
    if (!all_shown(&there, false) || !all_shown(&there, true) || !ads_shown(&there)) return false;
    const char *factor = tilt__json_text_or(node, "factor", tilt__json_text(node, "within"));
    bool column = factor != NULL && !all_factors &&
                  tilt__cube_find_dim(view_of(&there)->facts->cube, factor) != SIZE_MAX;
    if (column) return tilt__hidden_factor_ok(w->hidden, there.view, factor);
    return tilt__hidden_factors_ok(w->hidden, there.view);
}

/* Sums over everybody by platform or partner are the margins of every table that has this factor. */
static bool spread_shown(const tilt__walk *w, const cJSON *node) {
    const tilt__views *views = w->hidden->outcome->views;
    size_t named = tilt__json_text(node, "view") == NULL ? SIZE_MAX : view_named(w, node);
    if (named == SIZE_MAX) return false;
    for (size_t v = 0; v < views->n; v++) {
        if (views->items[v].facts != views->items[named].facts) continue;
        tilt__walk there = *w;
        there.view = v;
        bool whole = all_shown(&there, false) && all_shown(&there, true) && ads_shown(&there);
        if (!whole || !tilt__hidden_factor_ok(w->hidden, v, tilt__json_text(node, "factor"))) return false;
    }
    return true;
}

/* The rule of the reference, and of every group compared with it. */
static bool rule_shown(const tilt__walk *w) {
    const tilt__view *view = view_of(w);
    const tilt__bare_rule *rule = &view->rule_of_group;
    if (!rule->known && view->n_comparisons > 0) rule = &view->comparisons[0].rule;
    if (!rule->known) return true;
    return group_shown(w, rule->highest) && tilt__hidden_choice_ok(w->hidden, w->view) &&
           (view->rule_group == SIZE_MAX || group_shown(w, view->rule_group));
}

/* Nothing small in any ad of at least `minimum`, in the view that is named around. */
static bool ads_from(const tilt__walk *w, double minimum) {
    const tilt__views *views = w->hidden->outcome->views;
    for (size_t v = 0; w->near_view != NULL && v < views->n; v++)
        if (strcmp(views->items[v].id, w->near_view) == 0)
            return tilt__hidden_tier_ok(w->hidden, &views->items[v], minimum);
    return false;
}

/* tier: the object that holds the value, with its "minimum"; without one, all ads. */
static bool tier_shown(const tilt__walk *w, const cJSON *tier) {
    tilt__json_value minimum = tilt__json_number(tier, "minimum");
    return ads_from(w, minimum.known ? minimum.number : 0);
}

/* How the clusters' sizes are spread is a sum of squares: with a few of them, or with all but a few known, it
 * gives the sizes. */
static bool clusters_shown(const tilt__walk *w) {
    enum { MANY = 10 };
    const tilt__comparison *c = &view_of(w)->comparisons[w->comparison];
    if (c->clusters.unit == NULL) return true;
    if (tilt__hidden_by_unit(w->hidden, view_of(w))) return false;
    return c->clusters.count >= MANY || tilt__hidden_factors_ok(w->hidden, w->view);
}

static bool side_shown(const tilt__walk *w, bool first) {
    const tilt__hidden_pair *pair = &w->hidden->pairs[w->pair];
    return shown(w, first ? pair->first[w->pair_group] : pair->second[w->pair_group]) &&
           shown(w, first ? pair->base_first : pair->base_second);
}

static bool spend_shown(const tilt__walk *w, size_t row) {
    return shown(w, w->hidden->spend[row]) && shown(w, w->hidden->bought[row]);
}

/* All groups of the same cost with the same price. Rows stand by cost, group and price. */
static bool spends_shown(const tilt__walk *w) {
    const tilt__costs *costs = w->hidden->outcome->costs;
    size_t start = 0;
    for (size_t i = 0; i < costs->n; i++) {
        size_t n = costs->items[i].n_groups, prices = costs->items[i].n_prices, end = start + n * prices;
        for (size_t g = 0; w->cost >= start && w->cost < end && g < n; g++)
            if (!spend_shown(w, start + g * prices + (w->cost - start) % prices)) return false;
        start = end;
    }
    return true;
}

/* Every subset found must be of many people, beside everything else being shown. */
static bool find_shown(const tilt__walk *w, const cJSON *find) {
    tilt__json_value n = tilt__json_number(find, "n"), observed = tilt__json_number(find, "observed");
    if (!n.known || !observed.known) return false;
    double rest = n.number - observed.number;
    return n.number >= w->hidden->k && observed.number >= w->hidden->k &&
           (rest <= 0 || rest >= w->hidden->part);
}

bool tilt__walk_shows_scan(const tilt__walk *w) {
    if (w->hidden == NULL) return true;
    if (tilt__hidden_count(w->hidden) > 0) return false;
    for (size_t v = 0; v < w->hidden->outcome->views->n; v++)
        if (!tilt__hidden_factors_ok(w->hidden, v)) return false;
    const cJSON *search, *find, *scan = cJSON_GetObjectItemCaseSensitive(w->root, "scan");
    cJSON_ArrayForEach(search, cJSON_GetObjectItemCaseSensitive(scan, "searches")) {
        const cJSON *held = tilt__json_object(search, "held_out");
        if (held != NULL && !find_shown(w, held)) return false;
        cJSON_ArrayForEach(find, cJSON_GetObjectItemCaseSensitive(search, "finds")) {
            if (!find_shown(w, find)) return false;
        }
    }
    return true;
}

/* Rows are people where they are counted as such. */
static bool rows_shown(const tilt__walk *w) {
    const tilt__hidden *h = w->hidden;
    for (size_t c = 0; c < h->n_cells; c++)
        if (h->cells[c].hidden && strcmp(h->notes[c].name, "rows") == 0) return false;
    return true;
}

static bool rate_shown(const tilt__walk *w) {
    bool share = view_of(w)->mode != TILT__MODE_FUNNEL;
    return group_shown(w, w->group) && (!share || all_shown(w, false));
}

static bool ad_group_shown(const tilt__walk *w) {
    const tilt__view *view = view_of(w);
    size_t g = view->relative[w->unit].groups[w->unit_group].group;
    return shown(w, cells_of(w)->unit[w->unit * view->n_groups + g]);
}

bool tilt__walk_shows(const tilt__walk *w, unsigned from, const cJSON *node) {
    if (w->hidden == NULL || from == 0) return true;
    const tilt__hidden_view *cells = cells_of(w);
    return (!(from & TILT__FROM_COUNT) || shown(w, cells->count[w->group])) &&
           (!(from & TILT__FROM_BASE) || shown(w, cells->base[w->group])) &&
           (!(from & TILT__FROM_COUNTS) || all_shown(w, false)) &&
           (!(from & TILT__FROM_BASES) || all_shown(w, true)) &&
           (!(from & TILT__FROM_RATE) || rate_shown(w)) &&
           (!(from & TILT__FROM_UNKNOWN) || shown(w, cells->unknown_count)) &&
           (!(from & TILT__FROM_UNKNOWN_BASE) || shown(w, cells->unknown_base)) &&
           (!(from & TILT__FROM_PAIR) || comparison_shown(w, w->comparison)) &&
           (!(from & TILT__FROM_PAIRS) || comparisons_shown(w)) &&
           (!(from & TILT__FROM_STAGES) || stages_shown(w)) &&
           (!(from & TILT__FROM_FACTOR) || factor_shown(w, tilt__json_text_or(node, "factor", w->factor))) &&
           (!(from & TILT__FROM_FACTORS) || factor_shown(w, NULL)) &&
           (!(from & TILT__FROM_SPREAD) || spread_shown(w, node)) &&
           (!(from & TILT__FROM_ALL_BY_FACTOR) || by_factor_shown(w, node, false)) &&
           (!(from & TILT__FROM_INFERRED) || by_factor_shown(w, node, true)) &&
           (!(from & TILT__FROM_RULE) || rule_shown(w)) &&
           (!(from & TILT__FROM_AD) || ad_shown(w, w->unit)) &&
           (!(from & TILT__FROM_AD_GROUP) || ad_group_shown(w)) &&
           (!(from & TILT__FROM_AD_UNKNOWN) || shown(w, cells->unit_unknown[w->unit])) &&
           (!(from & TILT__FROM_ADS) || ads_shown(w)) && (!(from & TILT__FROM_TIER) || tier_shown(w, node)) &&
           (!(from & TILT__FROM_FIRST) || side_shown(w, true)) &&
           (!(from & TILT__FROM_SECOND) || side_shown(w, false)) &&
           (!(from & TILT__FROM_SPEND) || spend_shown(w, w->cost)) &&
           (!(from & TILT__FROM_SPENDS) || spends_shown(w)) && (!(from & TILT__FROM_SCAN) || w->scan_ok) &&
           (!(from & TILT__FROM_ROWS) || rows_shown(w)) &&
           (!(from & TILT__FROM_DRIVER) || driver_shown(w, node)) &&
           (!(from & TILT__FROM_CLUSTERS) || clusters_shown(w)) &&
           (!(from & TILT__FROM_OUTCOMES) || tilt__hidden_model_ok(w->hidden, w->part, w->part_group)) &&
           (!(from & TILT__FROM_ALL_OUTCOMES) || tilt__hidden_model_ok(w->hidden, w->part, SIZE_MAX)) &&
           (!(from & TILT__FROM_TWO_MODELS) || tilt__hidden_model_pair_ok(w->hidden, w->model_pair));
}
