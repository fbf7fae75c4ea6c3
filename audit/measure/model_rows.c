/* measure/model_rows.c - rows of a group out of tables that are sorted by audience, label and score: every
 * audience and label is one piece of a table. The order of rows is label 0, 1, then unknown, of each by table
 * and by the labels of the audience; sums run in it. */
#include "measure/model_rows.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"

void tilt__model_rows_free(tilt__model_rows *rows) {
    free(rows->own_score);
    free(rows->own_weight);
    free(rows->own_count);
    free(rows->label);
    *rows = (tilt__model_rows){.n = 0};
}

tilt__scores tilt__model_rows_all(const tilt__model_rows *rows) {
    return (tilt__scores){.score = rows->score, .weight = rows->weight, .n = rows->n, .count = rows->count};
}

tilt__scores tilt__model_rows_labelled(const tilt__model_rows *rows) {
    return (tilt__scores){.score = rows->score,
                          .label = rows->label,
                          .weight = rows->weight,
                          .n = rows->labelled,
                          .count = rows->count};
}

size_t *tilt__model_audiences(const tilt__view *view, const tilt__persons *persons, tilt__arena *arena) {
    size_t *out = tilt__arena_alloc(arena, persons->n_audiences, sizeof *out);
    for (size_t i = 0; out != NULL && i < persons->n_audiences; i++) {
        const char *const *labels = persons->labels + i * persons->n_dims;
        const char *key[TILT__MAX_CROSSING] = {NULL};
        bool inside = view->slice_name == NULL;
        for (size_t d = 0; d < persons->n_dims; d++) {
            for (size_t a = 0; a < view->n_audience; a++) {
                if (strcmp(persons->dims[d], view->audience[a]) == 0) key[a] = labels[d];
            }
            inside = inside || (strcmp(persons->dims[d], view->slice_name) == 0 && labels[d] != NULL &&
                                strcmp(labels[d], view->slice_value) == 0);
        }
        out[i] = SIZE_MAX;
        for (size_t g = 0; inside && g < view->n_groups; g++) {
            bool same = true;
            for (size_t a = 0; a < view->n_audience; a++)
                same = same && key[a] != NULL && strcmp(key[a], view->groups[g].key[a]) == 0;
            if (same) out[i] = g;
        }
    }
    return out;
}

tilt_status tilt__model_places_make(const tilt__context *context, const tilt__view *view, bool weighted,
                                    tilt__model_places *out) {
    const tilt__facts *facts = view->facts;
    *out = (tilt__model_places){.view = view, .model = view->model_index, .weighted = weighted};
    out->group_of = tilt__arena_alloc(context->arena, facts->n_persons, sizeof(size_t *));
    for (size_t p = 0; out->group_of != NULL && p < facts->n_persons; p++) {
        out->group_of[p] = tilt__model_audiences(view, facts->persons[p], context->arena);
        if (out->group_of[p] == NULL) return tilt__fail_memory(context->err);
        out->merge = out->merge || facts->persons[p]->n_scores > 1;
    }
    return out->group_of != NULL ? TILT_OK : tilt__fail_memory(context->err);
}

/* ---- pieces of tables ---- */

typedef struct piece {
    const tilt__persons *persons;
    const tilt__scored *from;
    size_t value, begin, end;
    unsigned label; /* 0, 1; 2: unknown */
} piece;

typedef void (*piece_fn)(void *user, const piece *piece);

/* The first row of a group of the table, or of one behind it. */
static size_t first_row(const tilt__scored *scored, uint32_t group) {
    size_t low = 0, high = scored->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (scored->group[middle] < group)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void visit_table(const tilt__model_places *places, size_t p, size_t g, unsigned label, piece_fn fn,
                        void *user) {
    const tilt__persons *persons = places->view->facts->persons[p];
    size_t model = places->model, n = persons->n_audiences;
    if (model >= persons->people->n_models || persons->score_of[model] == SIZE_MAX) return;
    if (!persons->has_label && label + 1 < TILT__LABELS) return;
    for (size_t a = 0; a < n; a++) {
        if (places->group_of[p][a] != g) continue;
        uint32_t from = (uint32_t)(a * TILT__LABELS) + (persons->has_label ? label : 0);
        uint32_t to = persons->has_label ? from + 1 : from + TILT__LABELS;
        piece at = {
            .persons = persons, .from = &persons->scored, .value = persons->score_of[model], .label = label};
        at.begin = first_row(at.from, from);
        at.end = first_row(at.from, to);
        if (at.end > at.begin) fn(user, &at);
    }
}

/* All pieces of label 0, then 1, then those without. */
static void visit(const tilt__model_places *places, size_t g, piece_fn fn, void *user) {
    for (unsigned label = 0; label < TILT__LABELS; label++)
        for (size_t p = 0; p < places->view->facts->n_persons; p++)
            visit_table(places, p, g, label, fn, user);
}

typedef struct extent {
    size_t n;
    const tilt__scored *table;
    size_t begin, end;
    bool whole; /* one run of rows of one table, in which no score is missing */
} extent;

static void measure_piece(void *user, const piece *at) {
    extent *e = user;
    if (e->n == 0) *e = (extent){.table = at->from, .begin = at->begin, .end = at->begin, .whole = true};
    e->whole = e->whole && e->table == at->from && e->end == at->begin;
    e->end = at->end;
    e->n += at->end - at->begin;
}

typedef struct taker {
    tilt__model_rows *rows;
    bool weighted, labels_only;
} taker;

static void take_piece(void *user, const piece *at) {
    const taker *t = user;
    tilt__model_rows *r = t->rows;
    const double *score = at->from->value[at->value], *weight = at->from->value[at->from->width - 1];
    for (size_t i = at->begin; i < at->end; i++) {
        if (isinf(score[i])) continue;
        if (!t->labels_only) {
            r->own_score[r->n] = score[i];
            r->own_count[r->n] = at->from->count[i];
            if (t->weighted) r->own_weight[r->n] = weight[i];
        }
        r->label[r->n++] = (unsigned char)(at->label & 1);
        r->labelled += at->label < 2;
    }
}

/* ---- rows ---- */

static bool reserve(tilt__model_rows *r, size_t n, bool weighted) {
    r->own_score = tilt__alloc(n, sizeof *r->own_score);
    r->own_count = tilt__alloc(n, sizeof *r->own_count);
    if (weighted) r->own_weight = tilt__alloc(n, sizeof *r->own_weight);
    r->label = tilt__alloc(n, sizeof *r->label);
    r->score = r->own_score;
    r->count = r->own_count;
    r->weight = r->own_weight;
    return r->own_score != NULL && r->own_count != NULL && r->label != NULL &&
           (!weighted || r->own_weight != NULL);
}

static bool borrow(tilt__model_rows *r, const extent *e, bool weighted) {
    r->label = tilt__alloc(e->n, sizeof *r->label);
    r->score = e->table->value[0] + e->begin;
    r->count = e->table->count + e->begin;
    if (weighted) r->weight = e->table->value[e->table->width - 1] + e->begin;
    return r->label != NULL;
}

/* Puts rows first .. first + n of `from`, of one label, in the order of `order` and merges those of one score
 * and weight from r->n on. */
static void merge_into(tilt__model_rows *r, const tilt__model_rows *from, const size_t *order, size_t n,
                       size_t first) {
    for (size_t i = 0; i < n; i++) {
        size_t row = first + order[i];
        bool same = i > 0 && !(from->score[row] > r->score[r->n - 1]) &&
                    (r->own_weight == NULL || !(from->own_weight[row] > r->own_weight[r->n - 1]));
        if (!same) {
            r->own_score[r->n] = from->score[row];
            r->own_count[r->n] = 0;
            r->label[r->n] = from->label[row];
            if (r->own_weight != NULL) r->own_weight[r->n] = from->own_weight[row];
            r->n++;
        }
        r->own_count[r->n - 1] += from->count[row];
    }
}

/* The order of n rows by score, then by weight. */
static tilt_status order_rows(const double *score, const double *weight, size_t n, size_t **out) {
    size_t *by_weight = NULL, *by_score = NULL;
    if (weight == NULL) return tilt__order(score, n, out);
    double *next = tilt__alloc(n, sizeof *next);
    tilt_status status = next != NULL ? tilt__order(weight, n, &by_weight) : TILT_ENOMEM;
    for (size_t i = 0; status == TILT_OK && i < n; i++) next[i] = score[by_weight[i]];
    if (status == TILT_OK) status = tilt__order(next, n, &by_score);
    for (size_t i = 0; status == TILT_OK && i < n; i++) by_score[i] = by_weight[by_score[i]];
    free(by_weight);
    free(next);
    *out = by_score;
    return status;
}

/* Rows that differ only in the scores of other models become one. Labels come in runs: 0, 1, none. */
static tilt_status merge_rows(tilt__model_rows *r, bool weighted) {
    tilt__model_rows merged = {.n = 0};
    tilt_status status = reserve(&merged, r->n, weighted) ? TILT_OK : TILT_ENOMEM;
    for (size_t from = 0, end; from < r->n && status == TILT_OK; from = end) {
        size_t *order = NULL;
        bool labelled = from < r->labelled;
        for (end = from + 1; end < r->n && end != r->labelled && r->label[end] == r->label[from];) end++;
        status = order_rows(r->score + from, weighted ? r->weight + from : NULL, end - from, &order);
        if (status == TILT_OK) merge_into(&merged, r, order, end - from, from);
        if (labelled) merged.labelled = merged.n;
        free(order);
    }
    tilt__model_rows_free(status == TILT_OK ? r : &merged);
    if (status != TILT_OK) return status;
    *r = merged;
    return TILT_OK;
}

tilt_status tilt__model_rows_take(const tilt__model_places *places, size_t g, tilt__model_rows *out) {
    extent e = {.n = 0};
    *out = (tilt__model_rows){.n = 0};
    visit(places, g, measure_piece, &e);
    bool borrowed = e.whole && !places->merge;
    bool ok = borrowed ? borrow(out, &e, places->weighted) : reserve(out, e.n, places->weighted);
    taker t = {out, places->weighted, borrowed};
    if (ok) visit(places, g, take_piece, &t);
    if (ok && places->merge) return merge_rows(out, places->weighted);
    return ok ? TILT_OK : TILT_ENOMEM;
}

typedef struct pairer {
    tilt__model_rows *rows;
    size_t second; /* model */
    double *scores;
    size_t most; /* rows there can be */
} pairer;

static bool pairs(const pairer *p, const piece *at) {
    const tilt__persons *persons = at->persons;
    return at->label < 2 && p->second < persons->people->n_models && persons->score_of[p->second] != SIZE_MAX;
}

static void count_both(void *user, const piece *at) {
    pairer *p = user;
    if (pairs(p, at)) p->most += at->end - at->begin;
}

static void take_both(void *user, const piece *at) {
    pairer *p = user;
    tilt__model_rows *r = p->rows;
    if (!pairs(p, at)) return;
    const double *first = at->from->value[at->value], *weight = at->from->value[at->from->width - 1];
    const double *second = at->from->value[at->persons->score_of[p->second]];
    for (size_t i = at->begin; i < at->end; i++) {
        if (isinf(first[i]) || isinf(second[i])) continue;
        r->own_score[r->n] = first[i];
        r->own_count[r->n] = at->from->count[i];
        if (r->own_weight != NULL) r->own_weight[r->n] = at->from->weighted ? weight[i] : 1;
        p->scores[r->n] = second[i];
        r->label[r->n++] = (unsigned char)at->label;
    }
    r->labelled = r->n;
}

tilt_status tilt__model_rows_both(const tilt__model_places *places, size_t g, size_t second,
                                  tilt__model_rows *out, double **out_second) {
    pairer p = {.rows = out, .second = second};
    *out = (tilt__model_rows){.n = 0};
    *out_second = NULL;
    visit(places, g, count_both, &p);
    if (!reserve(out, p.most, places->weighted)) return TILT_ENOMEM;
    p.scores = *out_second = tilt__alloc(p.most, sizeof *p.scores);
    if (p.scores == NULL) return TILT_ENOMEM;
    visit(places, g, take_both, &p);
    return TILT_OK;
}

static void append(tilt__model_rows *to, const tilt__model_rows *from, size_t first, size_t end) {
    for (size_t i = first; i < end; i++) {
        to->own_score[to->n] = from->score[i];
        to->own_count[to->n] = from->count[i];
        to->label[to->n] = from->label[i];
        if (to->own_weight != NULL && from->weight != NULL) to->own_weight[to->n] = from->weight[i];
        to->n++;
    }
}

tilt_status tilt__model_rows_pool(const tilt__model_rows *groups, size_t n_groups, const bool *wanted,
                                  tilt__model_rows *out) {
    size_t n = 0;
    bool weighted = false;
    *out = (tilt__model_rows){.n = 0};
    for (size_t g = 0; g < n_groups; g++) {
        n += wanted[g] ? groups[g].n : 0;
        weighted = weighted || groups[g].weight != NULL;
    }
    if (!reserve(out, n, weighted)) return TILT_ENOMEM;
    for (size_t g = 0; g < n_groups; g++)
        if (wanted[g]) append(out, &groups[g], 0, groups[g].labelled);
    out->labelled = out->n;
    for (size_t g = 0; g < n_groups; g++)
        if (wanted[g]) append(out, &groups[g], groups[g].labelled, groups[g].n);
    return TILT_OK;
}
