/* report/hidden.c - which cells of a result are hidden, and what that means for parts of it.
 *
 * Counts are hidden by the attack (judge/suppress.h). Then what would give a hidden count away by other means
 * goes too, and the attack is run again until nothing changes: the same count in another view that differs by
 * a row or two, and the money spent on people whose number is hidden, which is nearly proportional to it.
 */
#include "report/hidden.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "measure/coverage.h"
#include "measure/index.h"

enum { MOST_ROUNDS = 20 };

void tilt__hidden_free(tilt__hidden *hidden) {
    if (hidden == NULL) return;
    tilt__map_free(hidden->names);
    tilt__map_free(hidden->places);
    tilt__map_free(hidden->measures);
    tilt__map_free(hidden->sum_names);
    tilt__arena_free(&hidden->arena);
    free(hidden);
}

bool tilt__hidden_cell(const tilt__hidden *hidden, size_t cell) {
    return hidden != NULL && cell != SIZE_MAX && hidden->cells[cell].hidden;
}

size_t tilt__hidden_count(const tilt__hidden *hidden) {
    size_t n = 0;
    for (size_t c = 0; hidden != NULL && c < hidden->n_cells; c++)
        n += hidden->cells[c].hidden && hidden->cells[c].tier > 0;
    return n;
}

/* ---- what goes with a hidden count ---- */

/* Cells with one name are hidden together. */
static bool hide_twins(tilt__hidden *h) {
    bool more = false;
    for (size_t name = 0; name < h->n_first; name++) {
        bool any = false;
        for (size_t c = h->first[name]; c != SIZE_MAX; c = h->notes[c].next) any = any || h->cells[c].hidden;
        for (size_t c = h->first[name]; any && c != SIZE_MAX; c = h->notes[c].next) {
            if (h->cells[c].hidden || !h->cells[c].published) continue;
            h->cells[c].hidden = more = true;
        }
    }
    return more;
}

/* Money is hidden where people are: known within less than half of it, it would say how many they are. */
static bool hide_money(tilt__hidden *h) {
    bool more = false;
    size_t n_places = tilt__map_count(h->places);
    bool *hidden = tilt__alloc(n_places, sizeof *hidden);
    if (hidden == NULL) {
        h->failed = true;
        return false;
    }
    for (size_t c = 0; c < h->n_cells; c++)
        if (h->cells[c].hidden && !h->notes[c].money) hidden[h->notes[c].place] = true;
    for (size_t c = 0; c < h->n_cells; c++) {
        tilt__guarded *cell = &h->cells[c];
        if (!h->notes[c].money || !hidden[h->notes[c].place] || cell->hidden || !cell->published) continue;
        cell->hidden = more = true;
        cell->need = cell->value / 2;
        cell->most = HUGE_VAL;
    }
    free(hidden);
    return more;
}

/* ---- what the choice of a group says ---- */

static void set_limit(tilt__guarded *cell, double most) {
    if (cell->value <= most && (cell->limit <= 0 || cell->limit > most)) cell->limit = most;
}

static bool may_be_reference(const tilt__group *group) {
    return !group->unknown && group->excluded == NULL;
}

/* The rate of the group that has the highest of all that may be reference; 0: there is none. */
static double highest_rate(const tilt__view *view, double *n) {
    double highest = 0;
    for (size_t g = 0; g < view->n_groups; g++) {
        const tilt__group *group = &view->groups[g];
        n[g] = view->mode == TILT__MODE_SHARE ? group->benchmark : tilt__decimal_to_double(group->base);
        if (may_be_reference(group) && n[g] > 0)
            highest = fmax(highest, tilt__decimal_to_double(group->count) / n[g]);
    }
    return highest;
}

/* That one group has the highest rate says of the counts of all others that they are no more than this rate
 * of their base (or benchmark). Where that alone is too close to a count of few people, or a base is hidden
 * as well, nobody is told (tilt__hidden_choice_ok). */
static void add_rate_limits(tilt__hidden *h, const tilt__view *view, tilt__hidden_view *cells) {
    if (view->kind == TILT__RATE_RATIO || view->mode == TILT__MODE_RELATIVE) return;
    double *n = tilt__arena_alloc(&h->arena, view->n_groups + 1, sizeof *n);
    if (n == NULL) {
        h->failed = true;
        return;
    }
    double highest = highest_rate(view, n);
    for (int look = 0; look < 2 && !cells->choice_hidden; look++) {
        for (size_t g = 0; g < view->n_groups; g++) {
            if (!may_be_reference(&view->groups[g]) || cells->count[g] == SIZE_MAX || !(n[g] > 0)) continue;
            tilt__guarded *cell = &h->cells[cells->count[g]];
            if (look == 0)
                cells->choice_hidden =
                    cells->choice_hidden || (cell->need > 0 && highest * n[g] < cell->need);
            else if (cell->value < highest * n[g])
                set_limit(cell, highest * n[g]);
        }
    }
}

/* That one group is the reference because it is the largest says that no other is larger. */
static void add_limits(tilt__hidden *h, const tilt__view *view, const tilt__hidden_view *cells) {
    if (view->reference_rule == NULL || strcmp(view->reference_rule, "largest") != 0) return;
    if (view->n_comparisons == 0 || view->mode != TILT__MODE_FUNNEL) return; /* benchmarks are no counts */
    size_t reference = view->comparisons[0].reference;
    if (reference == SIZE_MAX || cells->base[reference] == SIZE_MAX) return;
    double most = h->cells[cells->base[reference]].value;
    for (size_t g = 0; g < view->n_groups; g++) {
        const tilt__group *group = &view->groups[g];
        if (!may_be_reference(group) || cells->base[g] == SIZE_MAX) continue;
        if (g != reference) set_limit(&h->cells[cells->base[g]], most);
    }
}

/* ---- all ---- */

static tilt_status solve(tilt__hidden *h, tilt_error *err) {
    tilt__guarded_system system = {h->cells, h->n_cells, h->sums, h->n_sums, h->tables, h->n_tables};
    for (size_t round = 0; round < MOST_ROUNDS; round++) {
        tilt_status status = tilt__suppress(&system, err);
        if (status != TILT_OK) return status;
        bool twins = hide_twins(h), money = hide_money(h);
        if (h->failed) return tilt__fail_memory(err);
        if (!twins && !money) return TILT_OK;
    }
    return tilt__fail(err, TILT_EINTERNAL, "hiding small counts came to no end");
}

tilt__hidden *tilt__hidden_find(const tilt__outcome *outcome, double k, tilt_error *err) {
    tilt__hidden *h = tilt__alloc(1, sizeof *h);
    if (h == NULL) {
        tilt__fail_memory(err);
        return NULL;
    }
    *h = (tilt__hidden){.outcome = outcome, .k = k, .part = fmin(TILT__MIN_PART, k)};
    h->names = tilt__map_new();
    h->places = tilt__map_new();
    h->measures = tilt__map_new();
    h->sum_names = tilt__map_new();
    bool ok = h->names != NULL && h->places != NULL && h->measures != NULL && h->sum_names != NULL;
    tilt_status status = ok && tilt__hidden_collect(h) ? TILT_OK : tilt__fail_memory(err);
    for (size_t v = 0; status == TILT_OK && h->views != NULL && v < outcome->views->n; v++) {
        add_limits(h, &outcome->views->items[v], &h->views[v]);
        add_rate_limits(h, &outcome->views->items[v], &h->views[v]);
        if (h->failed) status = tilt__fail_memory(err);
    }
    if (status == TILT_OK) status = solve(h, err);
    for (size_t c = 0; c < h->n_cells; c++)
        if (h->notes[c].apart) h->cells[c].hidden = h->cells[c].published = true;
    if (status == TILT_OK) return h;
    tilt__hidden_free(h);
    return NULL;
}

bool tilt__hidden_total(const tilt__hidden *hidden, const char *measure, double value) {
    bool any = false;
    for (size_t c = 0; hidden != NULL && c < hidden->n_cells; c++) {
        if (hidden->cells[c].tier != 0 || !hidden->cells[c].published) continue;
        if (strcmp(hidden->notes[c].name, measure) != 0) continue;
        if (hidden->cells[c].hidden) return false;
        any = any || fabs(hidden->cells[c].value - value) <= 1e-9 * fmax(1, value);
    }
    return any || hidden == NULL;
}

/* ---- parts by a factor ---- */

/* Count and base of one group in one level. */
static bool is_small_part(const tilt__hidden *h, const tilt__view *view, size_t g, double x, double b) {
    double kish = view->groups[g].kish > 0 ? view->groups[g].kish : 1;
    bool part = view->kind != TILT__RATE_RATIO && b >= x;
    return tilt__is_small(x * kish, h->k) || tilt__is_small(b * kish, h->k) ||
           (part && tilt__is_small((b - x) * kish, h->part));
}

/* Counts and bases over some dimensions, rows by groups. False when memory runs out. */
typedef struct parts {
    size_t n_rows;
    double *x, *b;
} parts;

static bool make_parts(const tilt__view *view, const size_t *dims, size_t n_dims, parts *out) {
    const tilt__index *index = tilt__view_index(view, dims, n_dims);
    size_t width = view->n_groups;
    *out = (parts){.n_rows = index == NULL ? 0 : index->n_rows};
    out->x = tilt__alloc(out->n_rows * width, sizeof *out->x);
    out->b = tilt__alloc(out->n_rows * width, sizeof *out->b);
    if (index == NULL || out->x == NULL || out->b == NULL) return false;
    for (size_t i = 0; i < view->cells.n; i++) {
        size_t at = index->row[i] * width + view->cells.group[i];
        out->x[at] += view->cells.x[i];
        out->b[at] += view->cells.b == NULL ? 0 : view->cells.b[i];
    }
    return true;
}

static void free_parts(parts *all) {
    free(all->x);
    free(all->b);
}

bool tilt__hidden_by_unit(const tilt__hidden *h, const tilt__view *view) {
    for (size_t c = 0; c < h->n_cells; c++) {
        if (!h->cells[c].hidden || !h->notes[c].of_unit) continue;
        if (strcmp(h->notes[c].name, view->of) == 0) return true;
        if (view->per != NULL && strcmp(h->notes[c].name, view->per) == 0) return true;
    }
    return false;
}

static bool view_shown(const tilt__hidden *h, size_t v) {
    const tilt__hidden_view *cells = &h->views[v];
    bool shown = !tilt__hidden_cell(h, cells->unknown_count) && !tilt__hidden_cell(h, cells->unknown_base);
    for (size_t g = 0; g < h->outcome->views->items[v].n_groups; g++)
        shown = shown && !tilt__hidden_cell(h, cells->count[g]) && !tilt__hidden_cell(h, cells->base[g]);
    return shown;
}

/* Looks at all groups of a view in every level of one dimension. */
static void look_at(const tilt__hidden *h, size_t v, size_t dim) {
    const tilt__view *view = &h->outcome->views->items[v];
    int *known = &h->views[v].factors[dim * view->n_groups];
    parts all = {0};
    bool ok = view_shown(h, v) && !tilt__hidden_by_unit(h, view) && make_parts(view, &dim, 1, &all);
    for (size_t g = 0; g < view->n_groups; g++) {
        known[g] = ok ? 1 : -1;
        for (size_t row = 0; ok && row < all.n_rows; row++) {
            size_t at = row * view->n_groups + g;
            if (is_small_part(h, view, g, all.x[at], all.b[at])) known[g] = -1;
        }
    }
    free_parts(&all);
}

static bool dim_ok(tilt__hidden *h, size_t v, size_t dim) {
    const tilt__view *view = &h->outcome->views->items[v];
    const int *known = &h->views[v].factors[dim * view->n_groups];
    if (view->n_groups > 0 && known[0] == 0) look_at(h, v, dim);
    for (size_t g = 0; g < view->n_groups; g++)
        if (known[g] < 0) return false;
    return true;
}

bool tilt__hidden_factor_ok(tilt__hidden *hidden, size_t v, const char *factor) {
    if (hidden == NULL) return true;
    const tilt_cube *cube = hidden->outcome->views->items[v].facts->cube;
    size_t dim = factor == NULL ? SIZE_MAX : tilt__cube_find_dim(cube, factor);
    return dim != SIZE_MAX && dim < TILT__MAX_DIMS && dim_ok(hidden, v, dim);
}

bool tilt__hidden_factors_ok(tilt__hidden *hidden, size_t v) {
    if (hidden == NULL) return true;
    const tilt_cube *cube = hidden->outcome->views->items[v].facts->cube;
    for (size_t d = 0; d < tilt__cube_n_dims(cube) && d < TILT__MAX_DIMS; d++) {
        if (tilt__cube_dim(cube, d)->kind != TILT__DIM_FACTOR) continue;
        if (!dim_ok(hidden, v, d)) return false;
    }
    return true;
}

bool tilt__hidden_choice_ok(const tilt__hidden *h, size_t v) {
    if (h->views[v].choice_hidden) return false;
    const tilt__view *view = &h->outcome->views->items[v];
    for (size_t g = 0; g < view->n_groups; g++) {
        if (may_be_reference(&view->groups[g]) && tilt__hidden_cell(h, h->views[v].base[g])) return false;
    }
    return true;
}

/* ---- models ---- */

/* Number of a view of the result; SIZE_MAX. */
static size_t number_of(const tilt__hidden *h, const tilt__view *view) {
    for (size_t v = 0; v < h->outcome->views->n; v++)
        if (&h->outcome->views->items[v] == view) return v;
    return SIZE_MAX;
}

static bool place_shown(const tilt__hidden *h, size_t like) {
    for (size_t c = 0; c < h->n_cells; c++)
        if (h->notes[c].place == h->notes[like].place && h->cells[c].hidden) return false;
    return true;
}

static bool outcomes_shown(const tilt__hidden *h, const tilt__model_part *part, size_t v, size_t i) {
    const tilt__model_group *group = &part->groups[i];
    double kish = part->view->groups[group->group].kish > 0 ? part->view->groups[group->group].kish : 1;
    if (!place_shown(h, h->views[v].count[group->group])) return false;
    const double counts[] = {group->table.tp, group->table.fp, group->table.fn, group->table.tn};
    for (size_t k = 0; part->has_label && k < 4; k++)
        if (tilt__is_small(counts[k] * kish, h->k)) return false;
    return true;
}

bool tilt__hidden_model_ok(const tilt__hidden *h, size_t part, size_t group) {
    const tilt__model *model = h->outcome->model;
    if (model == NULL || part >= model->n_parts) return false;
    const tilt__model_part *p = &model->parts[part];
    size_t v = number_of(h, p->view);
    if (v == SIZE_MAX) return false;
    if (group != SIZE_MAX) return group < p->n_groups && outcomes_shown(h, p, v, group);
    for (size_t i = 0; i < p->n_groups; i++)
        if (!outcomes_shown(h, p, v, i)) return false;
    return true;
}

/* Two yes/no outcomes of one group: none of the four combinations is of few people. */
static bool joint_shown(double n, double first, double first_only, double second_only, double k) {
    double both = first - first_only, neither = n - first - second_only;
    return !tilt__is_small(first_only, k) && !tilt__is_small(second_only, k) && !tilt__is_small(both, k) &&
           !tilt__is_small(neither, k);
}

bool tilt__hidden_model_pair_ok(const tilt__hidden *h, size_t pair) {
    const tilt__model *model = h->outcome->model;
    if (model == NULL || pair >= model->n_pairs) return false;
    const tilt__model_pair *p = &model->pairs[pair];
    const tilt__model_part *part = NULL;
    for (size_t i = 0; i < model->n_parts; i++) {
        if (model->parts[i].view != p->view) continue;
        part = &model->parts[i];
        if (!tilt__hidden_model_ok(h, i, SIZE_MAX)) return false;
    }
    if (part == NULL || part->weighted || part->n_groups != p->n_groups) return false;
    for (size_t i = 0; i < p->n_groups; i++) {
        const tilt__model_pair_group *g = &p->groups[i];
        const tilt__confusion *table = &part->groups[i].table;
        double right = table->tp + table->tn;
        if (!joint_shown(g->people, part->groups[i].selected, g->first_only, g->second_only, h->k))
            return false;
        if (part->has_label &&
            !joint_shown(g->labelled, right, g->first_right_only, g->second_right_only, h->k))
            return false;
    }
    return true;
}

/* ---- coverage ---- */

bool tilt__hidden_tier_ok(const tilt__hidden *hidden, const tilt__view *view, double minimum) {
    if (hidden == NULL) return true;
    size_t dims[TILT__MAX_CROSSING], n = tilt__coverage_dims(view, dims), width = view->n_groups;
    parts all = {0};
    bool ok = !tilt__hidden_by_unit(hidden, view) && make_parts(view, dims, n, &all);
    for (size_t row = 0; ok && row < all.n_rows; row++) {
        double known = 0;
        for (size_t g = 0; g < width; g++) known += view->groups[g].unknown ? 0 : all.x[row * width + g];
        for (size_t g = 0; known >= minimum && g < width; g++) {
            size_t at = row * width + g;
            ok = ok && (view->groups[g].unknown || !is_small_part(hidden, view, g, all.x[at], all.b[at]));
        }
    }
    free_parts(&all);
    return ok;
}
