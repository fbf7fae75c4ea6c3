/* report/hidden_cells.c - cells by name and value, and their sums. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/hidden_cells.h"

static const double tier_cost[TILT__TIERS] = {0.5, 100, 10, 1};

void tilt__hidden_name(const char *text, tilt__buf *out) {
    tilt__buf_format(out, "%zu:", strlen(text));
    tilt__buf_text(out, text);
}

/* Attributes in the order of their names, so that age*gender is gender*age. */
static void put_place(const tilt__labels *at, tilt__buf *out) {
    bool done[TILT__MAX_CROSSING + 1] = {false};
    tilt__hidden_name(at->slice_name != NULL ? at->slice_name : "", out);
    tilt__hidden_name(at->slice_value != NULL ? at->slice_value : "", out);
    for (size_t i = 0; i < at->n; i++) {
        size_t next = SIZE_MAX;
        for (size_t j = 0; j < at->n; j++) {
            if (done[j]) continue;
            if (next == SIZE_MAX || strcmp(at->names[j], at->names[next]) < 0) next = j;
        }
        done[next] = true;
        tilt__hidden_name(at->names[next], out);
        tilt__hidden_name(at->labels[next], out);
    }
}

static size_t number_of(tilt__hidden *h, tilt__map *map, tilt__buf *text) {
    size_t at = text->failed ? TILT__MAP_NONE : tilt__map_add(map, tilt__buf_get(text), text->length);
    h->failed = h->failed || at == TILT__MAP_NONE;
    return at;
}

static bool same_value(double a, double b) {
    return fabs(a - b) <= 1e-9 * fmax(1, fmax(fabs(a), fabs(b)));
}

/* A new cell after the last. */
static size_t push_cell(tilt__hidden *h, tilt__guarded cell, tilt__hidden_note note) {
    void *cells = h->cells, *notes = h->notes;
    size_t n = h->n_cells, same = h->n_cells;
    tilt__guarded *slot = tilt__arena_push(&h->arena, &cells, &n, &h->cells_capacity, sizeof *slot);
    tilt__hidden_note *beside =
        tilt__arena_push(&h->arena, &notes, &same, &h->notes_capacity, sizeof *beside);
    h->cells = cells;
    h->notes = notes;
    if (slot == NULL || beside == NULL) {
        h->failed = true;
        return SIZE_MAX;
    }
    *slot = cell;
    *beside = note;
    return h->n_cells++;
}

/* A weight of people is small when the people it stands for are few. */
static double need_of(const tilt__what_counted *what, double value, double threshold) {
    if (what->money || !(what->kish > 0)) return 0;
    return tilt__is_small(value * what->kish, threshold) ? threshold / what->kish : 0;
}

static bool is_of_unit(const tilt__labels *at) {
    for (size_t i = 0; at->unit != NULL && i < at->n; i++)
        if (strcmp(at->names[i], at->unit) == 0) return true;
    return false;
}

static unsigned tier_of(const tilt__labels *at) {
    if (is_of_unit(at)) return TILT__TIERS - 1;
    return at->n > 2 ? 2 : (unsigned)at->n;
}

size_t tilt__hidden_add(tilt__hidden *h, const tilt__what_counted *what, const tilt__labels *at, double value,
                        bool published) {
    tilt__buf text = TILT__BUF_INIT;
    put_place(at, &text);
    size_t where = number_of(h, h->places, &text);
    tilt__buf measure = TILT__BUF_INIT;
    tilt__hidden_name(what->measure, &measure);
    tilt__hidden_name(what->model != NULL ? what->model : "", &measure);
    size_t of = number_of(h, h->measures, &measure);
    tilt__buf_text(&text, tilt__buf_get(&measure));
    size_t before = tilt__map_count(h->names), name = number_of(h, h->names, &text);
    tilt__buf_free(&text);
    tilt__buf_free(&measure);
    if (h->failed) return SIZE_MAX;
    void *first = h->first;
    if (name == before) {
        size_t *slot = tilt__arena_push(&h->arena, &first, &h->n_first, &h->first_capacity, sizeof *slot);
        h->first = first;
        if (slot == NULL) {
            h->failed = true;
            return SIZE_MAX;
        }
        *slot = SIZE_MAX;
    }
    size_t last = SIZE_MAX;
    for (size_t c = h->first[name]; c != SIZE_MAX; last = c, c = h->notes[c].next) {
        if (!same_value(h->cells[c].value, value)) continue;
        h->cells[c].published = h->cells[c].published || published;
        return c;
    }
    unsigned tier = tier_of(at);
    bool unknown = false;
    for (size_t i = 0; i < at->n; i++) unknown = unknown || strcmp(at->labels[i], TILT__UNKNOWN_LABEL) == 0;
    double cost = tier_cost[tier] * (unknown ? 0.2 : 1) * (1 + 0.5 * value / (value + 1000));
    size_t made =
        push_cell(h,
                  (tilt__guarded){.value = value,
                                  .need = need_of(what, value, h->k),
                                  .most = fmax(value, (h->k - 1) / (what->kish > 0 ? what->kish : 1)),
                                  .cost = cost,
                                  .tier = tier,
                                  .published = published},
                  (tilt__hidden_note){.next = SIZE_MAX,
                                      .place = where,
                                      .measure = of,
                                      .money = what->money,
                                      .of_unit = is_of_unit(at),
                                      .small = need_of(what, value, h->k) > 0,
                                      .name = what->measure});
    if (made == SIZE_MAX) return SIZE_MAX;
    if (last == SIZE_MAX)
        h->first[name] = made;
    else
        h->notes[last].next = made;
    return made;
}

size_t tilt__hidden_find_cell(const tilt__hidden *h, const tilt__what_counted *what, const tilt__labels *at) {
    tilt__buf text = TILT__BUF_INIT;
    put_place(at, &text);
    tilt__hidden_name(what->measure, &text);
    tilt__hidden_name(what->model != NULL ? what->model : "", &text);
    size_t name = text.failed ? TILT__MAP_NONE : tilt__map_find(h->names, tilt__buf_get(&text), text.length);
    tilt__buf_free(&text);
    return name == TILT__MAP_NONE ? SIZE_MAX : h->first[name];
}

size_t tilt__hidden_rest(tilt__hidden *h, size_t like, double value, double need, double most) {
    tilt__guarded cell = {.value = value, .need = need, .most = most, .tier = h->cells[like].tier};
    tilt__hidden_note note = h->notes[like];
    note.next = SIZE_MAX;
    return push_cell(h, cell, note);
}

void tilt__hidden_sum(tilt__hidden *h, size_t total, const size_t *parts, size_t n) {
    if (h->failed || n == 0 || total == SIZE_MAX) return;
    for (size_t i = 0; i < n; i++)
        if (parts[i] == SIZE_MAX) return;
    double sum = 0;
    size_t *cells = tilt__arena_alloc(&h->arena, n + 2, sizeof *cells);
    if (cells == NULL) {
        h->failed = true;
        return;
    }
    cells[0] = total;
    tilt__buf text = TILT__BUF_INIT;
    tilt__buf_format(&text, "%zu", total);
    for (size_t i = 0; i < n; i++) {
        cells[i + 1] = parts[i];
        sum += h->cells[parts[i]].value;
        tilt__buf_format(&text, ",%zu", parts[i]);
    }
    size_t before = tilt__map_count(h->sum_names);
    bool again = number_of(h, h->sum_names, &text) != before;
    tilt__buf_free(&text);
    double all = h->cells[total].value;
    if (h->failed || again || (n == 1 && parts[0] == total)) return;
    bool holds = fabs(all - sum) <= 1e-7 * fmax(1, all);
    if (!holds && sum > all) return;
    size_t m = n + 1;
    if (!holds) {
        cells[m] = tilt__hidden_rest(h, total, all - sum, 0, 0);
        if (cells[m++] == SIZE_MAX) return;
    }
    void *sums = h->sums;
    tilt__linked_sum *slot = tilt__arena_push(&h->arena, &sums, &h->n_sums, &h->sums_capacity, sizeof *slot);
    h->sums = sums;
    if (slot == NULL)
        h->failed = true;
    else
        *slot = (tilt__linked_sum){cells, m};
}

/* ---- groups ---- */

tilt__labels tilt__block_labels(const tilt__count_block *b, size_t i) {
    tilt__labels at = *b->like;
    for (size_t a = 0; a < at.n; a++) at.labels[a] = b->labels[i * at.n + a];
    return at;
}

/* Which row of its margin each cell of a block belongs to, and the cells in the order of these rows. */
typedef struct rows {
    tilt__map *names;
    size_t n, *row, *start, *order; /* row r: order[start[r]] .. order[start[r + 1] - 1] */
} rows;

static void sort_rows(tilt__hidden *h, const tilt__count_block *b, size_t gone, rows *out) {
    *out = (rows){.names = tilt__map_new()};
    out->row = tilt__arena_alloc(&h->arena, b->n + 1, sizeof *out->row);
    out->start = tilt__arena_alloc(&h->arena, b->n + 2, sizeof *out->start);
    out->order = tilt__arena_alloc(&h->arena, b->n + 1, sizeof *out->order);
    if (out->names == NULL || out->row == NULL || out->start == NULL || out->order == NULL) h->failed = true;
    tilt__buf text = TILT__BUF_INIT;
    for (size_t i = 0; !h->failed && i < b->n; i++) {
        tilt__buf_reset(&text);
        for (size_t a = 0; a < b->like->n; a++)
            if (a != gone) tilt__hidden_name(b->labels[i * b->like->n + a], &text);
        out->row[i] = number_of(h, out->names, &text);
        if (!h->failed) out->start[out->row[i] + 1]++;
    }
    tilt__buf_free(&text);
    if (h->failed) return;
    out->n = tilt__map_count(out->names);
    for (size_t r = 0; r < out->n; r++) out->start[r + 1] += out->start[r];
    for (size_t i = b->n; i-- > 0;) out->order[--out->start[out->row[i] + 1]] = i;
    for (size_t r = 0; r < out->n; r++) out->start[r] = out->start[r + 1];
    out->start[out->n] = b->n;
}

/* The block without attribute `gone`, and the sums that lead to it. */
static void link_margin(tilt__hidden *h, const tilt__count_block *b, size_t gone) {
    size_t width = b->like->n - 1;
    tilt__labels like = *b->like;
    for (size_t a = gone; a < width; a++) like.names[a] = like.names[a + 1];
    like.n = width;
    rows sorted;
    sort_rows(h, b, gone, &sorted);
    tilt__count_block margin = {.what = b->what, .like = &like, .n = sorted.n};
    size_t *parts = tilt__arena_alloc(&h->arena, b->n + 1, sizeof *parts);
    margin.labels = tilt__arena_alloc(&h->arena, sorted.n * width + 1, sizeof(char *));
    margin.cells = tilt__arena_alloc(&h->arena, sorted.n + 1, sizeof *margin.cells);
    if (parts == NULL || margin.labels == NULL || margin.cells == NULL) h->failed = true;
    for (size_t r = 0; !h->failed && r < margin.n; r++) {
        size_t n = 0;
        double sum = 0;
        for (size_t k = sorted.start[r]; k < sorted.start[r + 1]; k++) {
            size_t i = sorted.order[k];
            for (size_t a = 0, to = 0; a <= width; a++)
                if (a != gone) margin.labels[r * width + to++] = b->labels[i * (width + 1) + a];
            if (b->cells[i] == SIZE_MAX) continue;
            parts[n++] = b->cells[i];
            sum += h->cells[b->cells[i]].value;
        }
        tilt__labels at = tilt__block_labels(&margin, r);
        margin.cells[r] = tilt__hidden_add(h, b->what, &at, sum, width == 0);
        tilt__hidden_sum(h, margin.cells[r], parts, n);
    }
    tilt__map_free(sorted.names);
    if (!h->failed && width > 0) tilt__hidden_margins(h, &margin);
}

void tilt__hidden_margins(tilt__hidden *h, const tilt__count_block *b) {
    for (size_t a = 0; a < b->like->n; a++) link_margin(h, b, a);
}

/* ---- slices ---- */

void tilt__hidden_slices(tilt__hidden *h, const tilt__views *views) {
    for (size_t v = 0; v < views->n && !h->failed; v++) {
        const tilt__view *all = &views->items[v];
        if (all->slice_name != NULL) continue;
        for (size_t g = 0; g < all->n_groups && !h->failed; g++) {
            size_t *parts = tilt__arena_alloc(&h->arena, views->n + 1, sizeof *parts), n = 0;
            size_t *bases = tilt__arena_alloc(&h->arena, views->n + 1, sizeof *bases), m = 0;
            for (size_t w = 0; parts != NULL && bases != NULL && w < views->n; w++) {
                const tilt__view *slice = &views->items[w];
                bool like = slice->slice_name != NULL && slice->n_audience == all->n_audience &&
                            strcmp(slice->of, all->of) == 0;
                bool same_base = slice->per != NULL && all->per != NULL && strcmp(slice->per, all->per) == 0;
                for (size_t a = 0; like && a < all->n_audience; a++)
                    like = strcmp(slice->audience[a], all->audience[a]) == 0;
                for (size_t k = 0; like && k < slice->n_groups; k++) {
                    bool same = true;
                    for (size_t a = 0; a < all->n_audience; a++)
                        same = same && strcmp(slice->groups[k].key[a], all->groups[g].key[a]) == 0;
                    bool again = false;
                    for (size_t i = 0; i < n; i++) again = again || parts[i] == h->views[w].count[k];
                    if (same && !again) parts[n++] = h->views[w].count[k];
                    if (same && same_base && !again && h->views[w].base[k] != SIZE_MAX)
                        bases[m++] = h->views[w].base[k];
                }
            }
            if (parts == NULL || bases == NULL) h->failed = true;
            if (n > 0) tilt__hidden_sum(h, h->views[v].count[g], parts, n);
            if (m > 0) tilt__hidden_sum(h, h->views[v].base[g], bases, m);
        }
    }
}
