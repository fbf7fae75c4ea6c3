/* report/hidden_views.c - the counts of views, ads, models, slices, pairs and costs as cells and sums. */
#include <math.h>
#include <string.h>

#include "cube/content.h"
#include "map/rate.h"
#include "report/hidden_cells.h"

enum { MOST_AD_CELLS = 4000 }; /* by ad and group, over all views */

/* ---- views ---- */

static bool is_money(const tilt__view *view, size_t measure) {
    const tilt__measure *m = tilt__cube_measure(view->facts->cube, measure);
    return m != NULL && m->kind == TILT__MEASURE_COST;
}

static tilt__what_counted counted_of(const tilt__view *view, bool base) {
    return (tilt__what_counted){.measure = base ? view->per : view->of,
                                .model = view->model,
                                .money = is_money(view, base ? view->per_measure : view->of_measure),
                                .kish = 1};
}

static tilt__labels view_place(const tilt__view *view) {
    tilt__labels at = {
        .slice_name = view->slice_name, .slice_value = view->slice_value, .n = view->n_audience};
    for (size_t a = 0; a < view->n_audience; a++) at.names[a] = view->audience[a];
    return at;
}

static double group_value(const tilt__group *group, bool base) {
    return tilt__decimal_to_double(base ? group->base : group->count);
}

/* Cells of the counts (or bases) of all groups; *out_total that of everybody. */
static void add_groups(tilt__hidden *h, const tilt__view *view, bool base, size_t *cells, size_t *out_unknown,
                       size_t *out_total) {
    tilt__labels like = view_place(view);
    tilt__what_counted what = counted_of(view, base);
    tilt__count_block b = {.what = &what, .like = &like, .n = view->n_groups, .cells = cells};
    b.labels = tilt__arena_alloc(&h->arena, view->n_groups * like.n + 1, sizeof(char *));
    size_t *unknown = tilt__arena_alloc(&h->arena, view->n_groups + 1, sizeof *unknown), n = 0;
    if (b.labels == NULL || unknown == NULL) h->failed = true;
    double sum = 0, all = 0;
    for (size_t g = 0; !h->failed && g < view->n_groups; g++) {
        const tilt__group *group = &view->groups[g];
        for (size_t a = 0; a < like.n; a++) b.labels[g * like.n + a] = group->key[a];
        tilt__labels at = tilt__block_labels(&b, g);
        what.kish = group->kish > 0 ? group->kish : 1;
        cells[g] = tilt__hidden_add(h, &what, &at, group_value(group, base), !base || group->has_base);
        all += group_value(group, base);
        if (!group->unknown) continue;
        unknown[n++] = cells[g];
        sum += group_value(group, base);
    }
    what.kish = 1;
    *out_unknown = *out_total = SIZE_MAX;
    if (h->failed) return;
    if (n == 1) *out_unknown = unknown[0];
    if (n > 1) {
        tilt__labels at = like;
        for (size_t a = 0; a < at.n; a++) at.labels[a] = TILT__UNKNOWN_LABEL;
        *out_unknown = tilt__hidden_add(h, &what, &at, sum, true);
        tilt__hidden_sum(h, *out_unknown, unknown, n);
    }
    tilt__hidden_margins(h, &b);
    tilt__labels everybody = like;
    everybody.n = 0;
    *out_total = tilt__hidden_add(h, &what, &everybody, all, true);
}

/* Base = counted + not counted, where the count is a part of the base. */
static void add_parts(tilt__hidden *h, const tilt__view *view, const tilt__hidden_view *cells) {
    for (size_t g = 0; g < view->n_groups && !h->failed; g++) {
        double kish = view->groups[g].kish > 0 ? view->groups[g].kish : 1;
        size_t x = cells->count[g], n = cells->base[g];
        if (x == SIZE_MAX || n == SIZE_MAX || h->cells[x].value > h->cells[n].value) continue;
        double rest = h->cells[n].value - h->cells[x].value;
        double need = tilt__is_small(rest * kish, h->part) ? h->part / kish : 0;
        size_t parts[2] = {x, tilt__hidden_rest(h, n, rest, need, HUGE_VAL)};
        if (!h->failed) tilt__hidden_sum(h, n, parts, 2);
    }
}

/* ---- ads of a relative view ---- */

/* Counts by ad and group, unknown groups too, from the cells behind the view. */
static double *count_units(tilt__hidden *h, const tilt__view *view) {
    double *x = tilt__arena_alloc(&h->arena, view->n_relative * view->n_groups + 1, sizeof *x);
    if (x == NULL) h->failed = true;
    for (size_t i = 0; x != NULL && i < view->cells.n; i++)
        if (view->cells.unit[i] != TILT__NO_INDEX)
            x[view->cells.unit[i] * view->n_groups + view->cells.group[i]] += view->cells.x[i];
    for (size_t u = 0; x != NULL && u < view->n_relative; u++) {
        const tilt__relative *unit = &view->relative[u];
        for (size_t k = 0; k < unit->n_groups; k++)
            x[u * view->n_groups + unit->groups[k].group] = tilt__decimal_to_double(unit->groups[k].count);
    }
    return x;
}

/* What is unknown of an ad is printed as one number. */
static void add_unknown_of(tilt__hidden *h, const tilt__view *view, size_t u, const tilt__count_block *b,
                           const size_t *unknown, size_t n, tilt__hidden_view *cells) {
    tilt__labels at = *b->like;
    for (size_t a = 0; a + 1 < at.n; a++) at.labels[a] = TILT__UNKNOWN_LABEL;
    at.labels[at.n - 1] = view->relative[u].unit;
    double value = tilt__decimal_to_double(view->relative[u].unknown);
    cells->unit_unknown[u] = n == 1 ? unknown[0] : tilt__hidden_add(h, b->what, &at, value, true);
    if (n > 1) tilt__hidden_sum(h, cells->unit_unknown[u], unknown, n);
    if (!h->failed && n == 1) h->cells[unknown[0]].published = true;
}

/* With very many ads only their sums over all ads are kept; with a count of few people among them, all of
 * them stay out of what is published, and out of the attack: of cells of which none is known, sums tell
 * nothing. */
static void add_columns(tilt__hidden *h, const tilt__view *view, const tilt__hidden_view *cells) {
    size_t *parts = tilt__arena_alloc(&h->arena, view->n_relative + 1, sizeof *parts);
    if (parts == NULL) h->failed = true;
    for (size_t g = 0; g <= view->n_groups && !h->failed; g++) {
        size_t total = g < view->n_groups ? cells->count[g] : cells->unknown_count;
        for (size_t u = 0; u < view->n_relative; u++)
            parts[u] = g < view->n_groups ? cells->unit[u * view->n_groups + g] : cells->unit_unknown[u];
        tilt__hidden_sum(h, total, parts, view->n_relative);
    }
}

static bool has_many_ads(const tilt__views *views) {
    size_t n = 0;
    for (size_t v = 0; v < views->n; v++)
        if (views->items[v].mode == TILT__MODE_RELATIVE)
            n += views->items[v].n_relative * views->items[v].n_groups;
    return n > MOST_AD_CELLS;
}

/* Takes all cells by ad out of the system when one of them is small. */
static void set_ads_apart(tilt__hidden *h) {
    bool small = false;
    for (size_t c = 0; c < h->n_cells; c++) small = small || (h->notes[c].of_unit && h->notes[c].small);
    for (size_t c = 0; small && c < h->n_cells; c++) {
        if (!h->notes[c].of_unit) continue;
        h->notes[c].apart = h->cells[c].published;
        h->cells[c].published = false;
        h->cells[c].need = 0;
    }
    size_t n = 0;
    for (size_t s = 0; small && s < h->n_sums; s++) {
        bool of_unit = false;
        for (size_t i = 0; i < h->sums[s].n; i++) of_unit = of_unit || h->notes[h->sums[s].cells[i]].of_unit;
        if (!of_unit) h->sums[n++] = h->sums[s];
    }
    if (small) {
        h->n_sums = n;
        h->n_tables = 0;
    }
}

static void mark_units(const tilt__hidden *h, size_t v, bool *in) {
    const tilt__view *view = &h->outcome->views->items[v];
    const tilt__hidden_view *cells = &h->views[v];
    for (size_t i = 0; i < view->n_relative * view->n_groups; i++)
        if (cells->unit[i] != SIZE_MAX) in[cells->unit[i]] = true;
    for (size_t u = 0; u < view->n_relative; u++)
        if (cells->unit_unknown[u] != SIZE_MAX) in[cells->unit_unknown[u]] = true;
}

/* Takes marked cells, with their sums and tables, out of the system. */
static void set_apart(tilt__hidden *h, const bool *in) {
    size_t n = 0;
    for (size_t c = 0; c < h->n_cells; c++) {
        if (!in[c]) continue;
        h->notes[c].apart = true;
        h->cells[c].published = false;
        h->cells[c].need = 0;
    }
    for (size_t s = 0; s < h->n_sums; s++) {
        bool any = false;
        for (size_t i = 0; !any && i < h->sums[s].n; i++) any = in[h->sums[s].cells[i]];
        if (!any) h->sums[n++] = h->sums[s];
    }
    h->n_sums = n;
    n = 0;
    for (size_t t = 0; t < h->n_tables; t++) {
        const tilt__guarded_table *table = &h->tables[t];
        if (!in[table->cells[0]]) h->tables[n++] = *table;
    }
    h->n_tables = n;
}

/* Platforms and partners are sums of ads, or of each other's parts, in ways no sum here says. With a count of
 * few people by any of them, the counts by platform and by partner stay out of what is published. */
static void set_spread_apart(tilt__hidden *h, const tilt__views *views) {
    size_t n_relative = 0, n_spread = 0;
    bool small = false;
    bool *in = tilt__arena_alloc(&h->arena, h->n_cells + 1, sizeof *in);
    if (in == NULL) {
        h->failed = true;
        return;
    }
    for (size_t v = 0; v < views->n; v++) {
        if (views->items[v].mode != TILT__MODE_RELATIVE) continue;
        n_relative++;
        n_spread += views->items[v].spread != NULL;
        mark_units(h, v, in);
    }
    for (size_t c = 0; c < h->n_cells; c++) small = small || (in[c] && h->notes[c].small);
    if (!small || n_spread == 0 || n_relative < 2) return;
    memset(in, 0, h->n_cells * sizeof *in);
    for (size_t v = 0; v < views->n; v++)
        if (views->items[v].spread != NULL) mark_units(h, v, in);
    set_apart(h, in);
}

/* Ads are one more attribute: their cells add up to the groups, to the ads, and over crossed attributes. */
static void add_units(tilt__hidden *h, const tilt__view *view, tilt__hidden_view *cells) {
    size_t n = view->n_relative, width = view->n_groups;
    tilt__what_counted what = counted_of(view, false);
    tilt__labels like = view_place(view);
    like.names[like.n++] = like.unit = view->unit_name;
    tilt__count_block b = {.what = &what, .like = &like, .n = n * width};
    const double *x = count_units(h, view);
    size_t *unknown = tilt__arena_alloc(&h->arena, width + 1, sizeof *unknown);
    cells->unit = tilt__arena_alloc(&h->arena, n * width + 1, sizeof *cells->unit);
    cells->unit_unknown = tilt__arena_alloc(&h->arena, n + 1, sizeof *cells->unit_unknown);
    b.labels = tilt__arena_alloc(&h->arena, b.n * like.n + 1, sizeof(char *));
    b.cells = cells->unit;
    if (x == NULL || unknown == NULL || b.cells == NULL || cells->unit_unknown == NULL || b.labels == NULL)
        h->failed = true;
    for (size_t u = 0; u < n && !h->failed; u++) {
        size_t n_unknown = 0;
        for (size_t g = 0; g < width; g++) {
            size_t i = u * width + g;
            for (size_t a = 0; a + 1 < like.n; a++) b.labels[i * like.n + a] = view->groups[g].key[a];
            b.labels[i * like.n + like.n - 1] = view->relative[u].unit;
            tilt__labels at = tilt__block_labels(&b, i);
            b.cells[i] = tilt__hidden_add(h, &what, &at, x[i], !view->groups[g].unknown);
            if (view->groups[g].unknown) unknown[n_unknown++] = b.cells[i];
        }
        add_unknown_of(h, view, u, &b, unknown, n_unknown, cells);
    }
    if (h->failed) return;
    if (!h->many_ads)
        tilt__hidden_margins(h, &b);
    else
        add_columns(h, view, cells);
}

/* The same cells as a two-way table for the flows: ads in rows, known groups and the unknown in columns. */
static void add_unit_table(tilt__hidden *h, const tilt__view *view, const tilt__hidden_view *cells) {
    size_t n = view->n_relative, cols = 0;
    size_t *groups = tilt__arena_alloc(&h->arena, view->n_groups + 1, sizeof *groups);
    for (size_t g = 0; groups != NULL && g < view->n_groups; g++)
        if (!view->groups[g].unknown) groups[cols++] = g;
    size_t width = cols + 2, *numbers = tilt__arena_alloc(&h->arena, (n + 1) * width, sizeof *numbers);
    if (groups == NULL || numbers == NULL) {
        h->failed = true;
        return;
    }
    for (size_t i = 0; i < (n + 1) * width; i++) numbers[i] = SIZE_MAX;
    for (size_t u = 0; u < n; u++) {
        for (size_t c = 0; c < cols; c++) {
            numbers[u * width + c] = cells->unit[u * view->n_groups + groups[c]];
            if (numbers[u * width + c] == SIZE_MAX) return; /* an ad without this group: no full table */
        }
        numbers[u * width + cols] = cells->unit_unknown[u];
    }
    for (size_t c = 0; c < cols; c++) numbers[n * width + c] = cells->count[groups[c]];
    numbers[n * width + cols] = cells->unknown_count;
    void *tables = h->tables;
    tilt__guarded_table *slot =
        tilt__arena_push(&h->arena, &tables, &h->n_tables, &h->tables_capacity, sizeof *slot);
    h->tables = tables;
    if (slot == NULL)
        h->failed = true;
    else
        *slot = (tilt__guarded_table){n, cols + 1, numbers};
}

/* ---- what a model's rates have in common ---- */

/* The cell of a measure of the view's model at the labels of cell `like`; SIZE_MAX. */
static size_t beside(const tilt__hidden *h, size_t like, const char *measure, const char *model) {
    tilt__buf text = TILT__BUF_INIT;
    size_t n = 0;
    const char *where = tilt__map_text(h->places, h->notes[like].place, &n);
    tilt__buf_add(&text, where, n);
    tilt__hidden_name(measure, &text);
    tilt__hidden_name(model, &text);
    size_t name = text.failed ? TILT__MAP_NONE : tilt__map_find(h->names, tilt__buf_get(&text), text.length);
    tilt__buf_free(&text);
    return name == TILT__MAP_NONE ? SIZE_MAX : h->first[name];
}

/* total = one + other (other NULL: total = one) wherever a model prints them. */
static const struct {
    const char *total, *one, *other;
} model_sums[] = {{"selected", "predicted_positives", NULL},
                  {"rows", "labelled", NULL},
                  {"predicted_positives", "true_positives", "false_positives"},
                  {"predicted_negatives", "true_negatives", "false_negatives"},
                  {"positives", "true_positives", "false_negatives"},
                  {"negatives", "false_positives", "true_negatives"},
                  {"labelled", "positives", "negatives"},
                  {"labelled", "predicted_positives", "predicted_negatives"},
                  {"labelled", "correct", "wrong"},
                  {"correct", "true_positives", "true_negatives"}};

/* What no view prints of a model is made, so that what is printed hangs together. */
static void add_quadrants(tilt__hidden *h, const tilt__view *view, size_t like) {
    size_t tp = beside(h, like, "true_positives", view->model), p = beside(h, like, "positives", view->model);
    size_t fp = beside(h, like, "false_positives", view->model),
           n = beside(h, like, "negatives", view->model);
    size_t right = beside(h, like, "correct", view->model);
    if (tp == SIZE_MAX || p == SIZE_MAX || fp == SIZE_MAX || n == SIZE_MAX) return;
    double missed = h->cells[p].value - h->cells[tp].value, passed = h->cells[n].value - h->cells[fp].value;
    if (missed < 0 || passed < 0) return;
    size_t fn = tilt__hidden_rest(h, p, missed, 0, 0), tn = tilt__hidden_rest(h, n, passed, 0, 0);
    if (h->failed) return;
    tilt__hidden_sum(h, p, (size_t[]){tp, fn}, 2);
    tilt__hidden_sum(h, n, (size_t[]){fp, tn}, 2);
    if (right != SIZE_MAX) tilt__hidden_sum(h, right, (size_t[]){tp, tn}, 2);
}

/* The four outcomes of every group of a part. Those of a group with few people in one of them are not
 * printed (tilt__hidden_model_ok), but follow where all else is. */
static void add_outcomes(tilt__hidden *h, const tilt__model_part *part) {
    static const char *const names[] = {"true_positives", "false_positives", "false_negatives",
                                        "true_negatives"};
    const tilt__view *view = part->view;
    for (size_t k = 0; part->has_label && k < 4 && !h->failed; k++) {
        tilt__labels like = view_place(view);
        tilt__what_counted what = {.measure = names[k], .model = view->model, .kish = 1};
        tilt__count_block b = {.what = &what, .like = &like, .n = part->n_groups};
        b.labels = tilt__arena_alloc(&h->arena, b.n * like.n + 1, sizeof(char *));
        b.cells = tilt__arena_alloc(&h->arena, b.n + 1, sizeof *b.cells);
        if (b.labels == NULL || b.cells == NULL) h->failed = true;
        for (size_t i = 0; !h->failed && i < b.n; i++) {
            const tilt__confusion *t = &part->groups[i].table;
            const tilt__group *group = &view->groups[part->groups[i].group];
            const double counts[] = {t->tp, t->fp, t->fn, t->tn};
            what.kish = group->kish > 0 ? group->kish : 1;
            bool small = false;
            for (size_t j = 0; j < 4; j++) small = small || tilt__is_small(counts[j] * what.kish, h->k);
            for (size_t a = 0; a < like.n; a++) b.labels[i * like.n + a] = group->key[a];
            tilt__labels at = tilt__block_labels(&b, i);
            size_t known = tilt__hidden_find_cell(h, &what, &at);
            b.cells[i] =
                known != SIZE_MAX && small ? known : tilt__hidden_add(h, &what, &at, counts[k], !small);
            if (!h->failed && small && known == SIZE_MAX) h->cells[b.cells[i]].need = 0;
        }
        what.kish = 1;
        if (!h->failed) tilt__hidden_margins(h, &b);
    }
}

static void add_model_sums(tilt__hidden *h, const tilt__view *view, const tilt__hidden_view *cells) {
    for (size_t g = 0; g <= view->n_groups && !h->failed; g++) {
        size_t like = g < view->n_groups ? cells->count[g] : cells->total_count;
        for (size_t i = 0; like != SIZE_MAX && i < sizeof model_sums / sizeof *model_sums; i++) {
            size_t total = beside(h, like, model_sums[i].total, view->model);
            size_t one = beside(h, like, model_sums[i].one, view->model);
            size_t other =
                model_sums[i].other == NULL ? one : beside(h, like, model_sums[i].other, view->model);
            if (total == SIZE_MAX || one == SIZE_MAX || other == SIZE_MAX) continue;
            tilt__hidden_sum(h, total, (size_t[]){one, other}, model_sums[i].other == NULL ? 1 : 2);
        }
        if (like != SIZE_MAX) add_quadrants(h, view, like);
    }
}

/* ---- tags ---- */

/* What was reviewed and what was not add up to what was delivered, which another view prints; and where each
 * creative has one tag of a column, the tags add up to what was reviewed. */
static void add_tag_sums(tilt__hidden *h, const tilt__views *views, size_t v) {
    const tilt__view *view = &views->items[v];
    size_t *parts = tilt__arena_alloc(&h->arena, views->n + 1, sizeof *parts);
    if (parts == NULL) h->failed = true;
    for (size_t g = 0; g < view->n_groups && !h->failed; g++) {
        size_t base = h->views[v].base[g], n = 0;
        size_t all = base == SIZE_MAX ? SIZE_MAX : beside(h, base, view->tag->stage, "");
        double loose = all == SIZE_MAX ? -1 : h->cells[all].value - h->cells[base].value;
        if (loose >= 0) {
            size_t rest = tilt__hidden_rest(h, all, loose, tilt__is_small(loose, h->k) ? h->k : 0,
                                            fmax(loose, h->k - 1));
            if (!h->failed) tilt__hidden_sum(h, all, (size_t[]){base, rest}, 2);
        }
        double sum = 0;
        for (size_t w = 0; w < views->n && base != SIZE_MAX && !h->failed; w++) {
            const tilt__view *other = &views->items[w];
            size_t like = other->tag == NULL || strcmp(other->tag->per, view->tag->per) != 0
                              ? SIZE_MAX
                              : beside(h, base, other->of, "");
            if (like == SIZE_MAX || other->n_audience != view->n_audience) continue;
            bool again = false;
            for (size_t i = 0; i < n; i++) again = again || parts[i] == like;
            if (again) continue;
            parts[n++] = like;
            sum += h->cells[like].value;
        }
        bool whole = n > 1 && fabs(sum - h->cells[base].value) <= 1e-7 * fmax(1, sum);
        if (whole) tilt__hidden_sum(h, base, parts, n);
    }
}

/* ---- pairs and costs ---- */

static void add_pair(tilt__hidden *h, const tilt__paired *pair, tilt__hidden_pair *out) {
    out->first = tilt__arena_alloc(&h->arena, pair->n_groups + 1, sizeof *out->first);
    out->second = tilt__arena_alloc(&h->arena, pair->n_groups + 1, sizeof *out->second);
    if (out->first == NULL || out->second == NULL) {
        h->failed = true;
        return;
    }
    tilt__what_counted what = {.measure = pair->of, .kish = 1};
    for (size_t side = 0; side < 2 && !h->failed; side++) {
        size_t *cells = side == 0 ? out->first : out->second;
        tilt__labels at = {
            .slice_name = pair->slice_name, .slice_value = pair->slice_value, .n = pair->n_audience};
        at.names[at.n] = at.unit = pair->factor;
        at.labels[at.n] = side == 0 ? pair->first : pair->second;
        size_t last = at.n++;
        double base = 0;
        for (size_t g = 0; g < pair->n_groups; g++) {
            const tilt__paired_group *group = &pair->groups[g];
            for (size_t a = 0; a < last; a++) {
                at.names[a] = pair->audience[a];
                at.labels[a] = group->key[a];
            }
            cells[g] = tilt__hidden_add(h, &what, &at, side == 0 ? group->pair.xa : group->pair.xr, true);
            base = side == 0 ? group->pair.na : group->pair.nr;
        }
        for (size_t a = 0; a < last; a++) at.labels[a] = "\x1fknown";
        size_t *total = side == 0 ? &out->base_first : &out->base_second;
        *total = tilt__hidden_add(h, &what, &at, base, true);
        tilt__hidden_sum(h, *total, cells, pair->n_groups);
    }
}

/* Ads of pairs are parts of their groups: together they are at most all there is. */
static void add_pair_sums(tilt__hidden *h, const tilt__pairs *pairs, size_t first) {
    const tilt__paired *like = &pairs->items[first];
    size_t *parts = tilt__arena_alloc(&h->arena, 2 * pairs->n + 1, sizeof *parts);
    if (parts == NULL) h->failed = true;
    for (size_t g = 0; g < like->n_groups && !h->failed; g++) {
        tilt__what_counted what = {.measure = like->of, .kish = 1};
        tilt__labels at = {
            .slice_name = like->slice_name, .slice_value = like->slice_value, .n = like->n_audience};
        for (size_t a = 0; a < at.n; a++) {
            at.names[a] = like->audience[a];
            at.labels[a] = like->groups[g].key[a];
        }
        size_t total = tilt__hidden_find_cell(h, &what, &at), n = 0;
        for (size_t i = first; i < pairs->n; i++) {
            const tilt__paired *pair = &pairs->items[i];
            bool same = strcmp(pair->factor, like->factor) == 0 && strcmp(pair->of, like->of) == 0 &&
                        pair->n_audience == like->n_audience && pair->n_groups == like->n_groups;
            for (size_t a = 0; same && a < at.n; a++)
                same = strcmp(pair->groups[g].key[a], at.labels[a]) == 0;
            for (size_t side = 0; same && side < 2; side++) {
                size_t cell = side == 0 ? h->pairs[i].first[g] : h->pairs[i].second[g];
                bool again = false;
                for (size_t k = 0; k < n; k++) again = again || parts[k] == cell;
                if (!again) parts[n++] = cell;
            }
        }
        tilt__hidden_sum(h, total, parts, n);
    }
}

/* Money that is nearly all of one advertiser: known within half of it, it would say what that one paid. */
static void protect_money(tilt__hidden *h, size_t cell) {
    h->cells[cell].need = h->cells[cell].value / 2;
    h->cells[cell].most = HUGE_VAL;
    h->notes[cell].small = true;
}

static void add_cost_rows(tilt__hidden *h, const tilt__cost *cost, size_t *inout_row) {
    for (size_t p = 0; p <= cost->n_prices && !h->failed; p++) {
        tilt__labels like = {
            .slice_name = cost->slice_name, .slice_value = cost->slice_value, .n = cost->n_audience};
        for (size_t a = 0; a < like.n; a++) like.names[a] = cost->audience[a];
        bool spend = p == cost->n_prices;
        tilt__what_counted what = {.measure = spend ? cost->measure : cost->groups[0].prices[p].kind->stage,
                                   .money = spend,
                                   .kish = 1};
        tilt__count_block b = {.what = &what, .like = &like, .n = cost->n_groups};
        b.labels = tilt__arena_alloc(&h->arena, cost->n_groups * like.n + 1, sizeof(char *));
        b.cells = tilt__arena_alloc(&h->arena, cost->n_groups + 1, sizeof *b.cells);
        if (b.labels == NULL || b.cells == NULL) {
            h->failed = true;
            return;
        }
        for (size_t g = 0; g < cost->n_groups && !h->failed; g++) {
            const tilt__cost_group *group = &cost->groups[g];
            for (size_t a = 0; a < like.n; a++) b.labels[g * like.n + a] = group->key[a];
            tilt__labels at = tilt__block_labels(&b, g);
            double value = tilt__decimal_to_double(spend ? group->spend : group->prices[p].count);
            b.cells[g] = tilt__hidden_add(h, &what, &at, value, true);
            if (h->failed) return;
            if (spend && group->largest_part > TILT__DOMINANT) protect_money(h, b.cells[g]);
            for (size_t row = 0; row < cost->n_prices; row++) {
                size_t number = *inout_row + g * cost->n_prices + row;
                if (spend) h->spend[number] = b.cells[g];
                if (row == p) h->bought[number] = b.cells[g];
            }
        }
        if (!h->failed) tilt__hidden_margins(h, &b);
    }
    *inout_row += cost->n_groups * cost->n_prices;
}

static void add_costs(tilt__hidden *h, const tilt__costs *costs) {
    h->n_cost_rows = 0;
    for (size_t i = 0; costs != NULL && i < costs->n; i++)
        h->n_cost_rows += costs->items[i].n_groups * costs->items[i].n_prices;
    h->spend = tilt__arena_alloc(&h->arena, h->n_cost_rows + 1, sizeof *h->spend);
    h->bought = tilt__arena_alloc(&h->arena, h->n_cost_rows + 1, sizeof *h->bought);
    if (h->spend == NULL || h->bought == NULL) h->failed = true;
    size_t row = 0;
    for (size_t i = 0; costs != NULL && i < costs->n && !h->failed; i++)
        add_cost_rows(h, &costs->items[i], &row);
}

/* ---- all ---- */

static void add_view(tilt__hidden *h, const tilt__view *view, tilt__hidden_view *out) {
    size_t n = view->n_groups + 1;
    out->count = tilt__arena_alloc(&h->arena, n, sizeof *out->count);
    out->base = tilt__arena_alloc(&h->arena, n, sizeof *out->base);
    out->factors = tilt__arena_alloc(&h->arena, TILT__MAX_DIMS * n, sizeof *out->factors);
    if (out->count == NULL || out->base == NULL || out->factors == NULL) {
        h->failed = true;
        return;
    }
    out->unknown_base = out->total_base = SIZE_MAX;
    for (size_t g = 0; g < view->n_groups; g++) out->base[g] = SIZE_MAX;
    add_groups(h, view, false, out->count, &out->unknown_count, &out->total_count);
    bool based = view->n_groups > 0 && view->groups[0].has_base && view->per != NULL;
    if (based && !h->failed) add_groups(h, view, true, out->base, &out->unknown_base, &out->total_base);
    if (based && view->kind != TILT__RATE_RATIO && !h->failed) add_parts(h, view, out);
    if (view->mode == TILT__MODE_RELATIVE && !h->failed) add_units(h, view, out);
    if (view->mode == TILT__MODE_RELATIVE && !h->failed && !h->many_ads) add_unit_table(h, view, out);
}

bool tilt__hidden_collect(tilt__hidden *h) {
    const tilt__views *views = h->outcome->views;
    const tilt__pairs *pairs = h->outcome->pairs;
    size_t n_pairs = pairs == NULL ? 0 : pairs->n;
    h->views = tilt__arena_alloc(&h->arena, views->n + 1, sizeof *h->views);
    h->pairs = tilt__arena_alloc(&h->arena, n_pairs + 1, sizeof *h->pairs);
    if (h->views == NULL || h->pairs == NULL) return false;
    h->many_ads = has_many_ads(views);
    for (size_t v = 0; v < views->n && !h->failed; v++) add_view(h, &views->items[v], &h->views[v]);
    const tilt__model *model = h->outcome->model;
    for (size_t p = 0; model != NULL && p < model->n_parts && !h->failed; p++)
        add_outcomes(h, &model->parts[p]);
    for (size_t v = 0; v < views->n && !h->failed; v++)
        if (views->items[v].model != NULL) add_model_sums(h, &views->items[v], &h->views[v]);
    for (size_t v = 0; v < views->n && !h->failed; v++)
        if (views->items[v].tag != NULL) add_tag_sums(h, views, v);
    if (!h->failed) tilt__hidden_slices(h, views);
    for (size_t i = 0; i < n_pairs && !h->failed; i++) add_pair(h, &pairs->items[i], &h->pairs[i]);
    for (size_t i = 0; i < n_pairs && !h->failed; i++) add_pair_sums(h, pairs, i);
    if (!h->failed) add_costs(h, h->outcome->costs);
    if (!h->failed && h->many_ads)
        set_ads_apart(h);
    else if (!h->failed)
        set_spread_apart(h, views);
    return !h->failed;
}
