/* cube/persons_pool.c - people of several sources as if they had been in one: sums are exact, equal scores
 * are merged and audiences stand in the order of their labels, so neither the number of the sources nor their
 * order can show. */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "cube/persons.h"

/* Values beyond the room for them are those that come last in byte order, whatever came first. */
void tilt__persons_odd_value(tilt__persons *p, const char *text) {
    size_t at = 0;
    while (at < p->n_values && strcmp(p->values[at], text) < 0) at++;
    if (at == TILT__MOST_VALUES || (at < p->n_values && strcmp(p->values[at], text) == 0)) return;
    if (p->n_values < TILT__MOST_VALUES) p->n_values++;
    for (size_t i = p->n_values - 1; i > at; i--) p->values[i] = p->values[i - 1];
    p->values[at] = text;
}

typedef struct ranked_audience {
    const char *const *labels;
    size_t n_dims, number;
} ranked_audience;

static int compare_audiences(const void *left, const void *right) {
    const ranked_audience *a = left, *b = right;
    for (size_t d = 0; d < a->n_dims; d++) {
        const char *x = a->labels[d] != NULL ? a->labels[d] : "",
                   *y = b->labels[d] != NULL ? b->labels[d] : "";
        int order = strcmp(x, y);
        if (order != 0) return order;
        if ((a->labels[d] == NULL) != (b->labels[d] == NULL)) return a->labels[d] == NULL ? -1 : 1;
    }
    return 0;
}

bool tilt__persons_order(tilt__persons *p, tilt__arena *arena) {
    size_t n = p->n_audiences, per = (size_t)TILT__LABELS << p->people->n_models;
    ranked_audience *ranked = tilt__arena_alloc(arena, n, sizeof *ranked);
    uint32_t *rank = tilt__arena_alloc(arena, n, sizeof *rank);
    const char **labels = tilt__arena_alloc(arena, n * p->n_dims, sizeof *labels);
    tilt__choice_pattern *patterns =
        tilt__arena_alloc(arena, p->patterns != NULL ? n * per : 0, sizeof *patterns);
    if (ranked == NULL || rank == NULL || labels == NULL || patterns == NULL) return false;
    for (size_t i = 0; i < n; i++)
        ranked[i] = (ranked_audience){p->n_dims > 0 ? p->labels + i * p->n_dims : NULL, p->n_dims, i};
    if (n > 0) qsort(ranked, n, sizeof *ranked, compare_audiences);
    for (size_t i = 0; i < n; i++) {
        size_t from = ranked[i].number;
        rank[from] = (uint32_t)i;
        for (size_t d = 0; d < p->n_dims; d++) labels[i * p->n_dims + d] = p->labels[from * p->n_dims + d];
        if (p->patterns != NULL) memcpy(patterns + i * per, p->patterns + from * per, per * sizeof *patterns);
    }
    p->labels = labels;
    if (p->patterns != NULL) p->patterns = patterns;
    for (size_t i = 0; i < p->scored.n; i++) {
        uint32_t *group = &p->scored.group[i];
        *group = rank[*group / TILT__LABELS] * TILT__LABELS + *group % TILT__LABELS;
    }
    return true;
}

/* ---- several sources ---- */

static size_t find_dim(const tilt__persons *p, const char *name) {
    for (size_t d = 0; d < p->n_dims; d++) {
        if (strcmp(p->dims[d], name) == 0) return d;
    }
    return SIZE_MAX;
}

static bool alike(const tilt__persons *a, const tilt__persons *b) {
    bool same = a->n_dims == b->n_dims && a->people->n_models == b->people->n_models &&
                a->weighted == b->weighted && a->n_scores == b->n_scores &&
                (a->people->label == TILT_NO_COLUMN) == (b->people->label == TILT_NO_COLUMN) &&
                a->people->reduction.bins == b->people->reduction.bins;
    for (size_t d = 0; same && d < a->n_dims; d++) same = find_dim(b, a->dims[d]) != SIZE_MAX;
    for (size_t k = 0; same && k < a->people->n_models; k++) same = a->score_of[k] == b->score_of[k];
    return same;
}

/* One audience of one source, in the order of the first source's attributes. */
typedef struct entry {
    const char *labels[TILT__MAX_DIMS];
    size_t n_dims, source, audience, pooled;
} entry;

static int compare_labels(const entry *a, const entry *b) {
    for (size_t d = 0; d < a->n_dims; d++) {
        const char *x = a->labels[d], *y = b->labels[d];
        int order = strcmp(x != NULL ? x : "", y != NULL ? y : "");
        if (order != 0) return order;
        if ((x == NULL) != (y == NULL)) return x == NULL ? -1 : 1;
    }
    return 0;
}

static int compare_entries(const void *left, const void *right) {
    return compare_labels(left, right);
}

typedef struct pool {
    const tilt__persons *const *from;
    size_t n;
    entry *entries;
    size_t n_entries;
    tilt__arena *arena;
    tilt__persons *out;
} pool;

static bool list_audiences(pool *p) {
    const tilt__persons *first = p->from[0];
    size_t n = 0, at = 0;
    for (size_t i = 0; i < p->n; i++) n += p->from[i]->n_audiences;
    p->entries = tilt__alloc(n + 1, sizeof *p->entries);
    if (p->entries == NULL) return false;
    for (size_t i = 0; i < p->n; i++) {
        const tilt__persons *own = p->from[i];
        for (size_t a = 0; a < own->n_audiences; a++, at++) {
            entry *e = &p->entries[at];
            *e = (entry){.n_dims = first->n_dims, .source = i, .audience = a};
            for (size_t d = 0; d < first->n_dims; d++)
                e->labels[d] = own->labels[a * own->n_dims + find_dim(own, first->dims[d])];
        }
    }
    p->n_entries = n;
    if (n > 0) qsort(p->entries, n, sizeof *p->entries, compare_entries);
    for (size_t i = 0; i < n; i++) {
        bool again = i > 0 && compare_labels(&p->entries[i - 1], &p->entries[i]) == 0;
        if (!again) p->out->n_audiences++;
        p->entries[i].pooled = p->out->n_audiences - 1;
    }
    return true;
}

static bool pool_patterns(const pool *p, const entry *e, size_t per) {
    const tilt__choice_pattern *own = p->from[e->source]->patterns + e->audience * per;
    tilt__choice_pattern *into = p->out->patterns + e->pooled * per;
    for (size_t i = 0; i < per; i++) {
        if (!tilt__decimal_add(into[i].w, own[i].w, &into[i].w) ||
            !tilt__decimal_add(into[i].w2, own[i].w2, &into[i].w2))
            return false;
    }
    return true;
}

static bool pool_audiences(const pool *p) {
    tilt__persons *out = p->out;
    size_t per = (size_t)TILT__LABELS << out->people->n_models;
    bool patterns = out->people->n_models > 1, ok = true;
    out->labels = tilt__arena_alloc(p->arena, out->n_audiences * out->n_dims + 1, sizeof *out->labels);
    out->patterns =
        patterns ? tilt__arena_alloc(p->arena, out->n_audiences * per, sizeof *out->patterns) : NULL;
    if (out->labels == NULL || (patterns && out->patterns == NULL)) return false;
    for (size_t i = 0; i < p->n_entries && ok; i++) {
        const entry *e = &p->entries[i];
        for (size_t d = 0; d < out->n_dims; d++) out->labels[e->pooled * out->n_dims + d] = e->labels[d];
        ok = !patterns || p->from[e->source]->patterns == NULL || pool_patterns(p, e, per);
    }
    return ok;
}

static bool pool_scores(const pool *p) {
    tilt__scored *into = &p->out->scored;
    bool ok = true;
    tilt__scored_start(into, p->from[0]->scored.width, p->out->weighted, p->out->score_memory);
    for (size_t i = 0; i < p->n; i++) {
        unsigned bits = p->from[i]->scored.bits;
        if (bits > 0 && (into->bits == 0 || bits < into->bits)) into->bits = bits;
    }
    for (size_t i = 0; i < p->n && ok; i++) {
        const tilt__scored *own = &p->from[i]->scored;
        uint32_t *number = tilt__alloc(p->from[i]->n_audiences + 1, sizeof *number);
        ok = number != NULL;
        for (size_t k = 0; k < p->n_entries && ok; k++) {
            const entry *e = &p->entries[k];
            if (e->source == i) number[e->audience] = (uint32_t)e->pooled;
        }
        for (size_t r = 0; r < own->n && ok; r++) {
            double values[TILT__MAX_SCORED];
            for (size_t v = 0; v < own->width; v++) values[v] = own->value[v][r];
            uint32_t group =
                number[own->group[r] / TILT__LABELS] * TILT__LABELS + own->group[r] % TILT__LABELS;
            ok = tilt__scored_add_many(into, group, values, (uint64_t)own->count[r]);
        }
        free(number);
    }
    return ok && tilt__scored_settle(into);
}

void tilt__persons_sum_counts(tilt__persons_counts *to, const tilt__persons_counts *from) {
    to->rows += from->rows;
    to->no_decision += from->no_decision;
    to->no_weight += from->no_weight;
    to->no_label += from->no_label;
    for (size_t k = 0; k < 2; k++) to->of_label[k] += from->of_label[k];
}

static void pool_counts(tilt__persons *out, const tilt__persons *own) {
    out->has_label = out->has_label && own->has_label;
    tilt__persons_sum_counts(&out->counts, &own->counts);
    out->out_of_unit = out->out_of_unit || own->out_of_unit;
    for (size_t i = 0; i < own->n_values; i++) tilt__persons_odd_value(out, own->values[i]);
    for (size_t k = 0; k < TILT__MAX_MODELS; k++) {
        tilt__agreement *a = &out->agreement[k];
        out->no_score[k] += own->no_score[k];
        a->disagree += own->agreement[k].disagree;
        a->lowest_selected = fmin(a->lowest_selected, own->agreement[k].lowest_selected);
        a->highest_rejected = fmax(a->highest_rejected, own->agreement[k].highest_rejected);
    }
}

tilt_status tilt__persons_pool(const tilt__persons *const *from, size_t n, tilt__arena *arena,
                               const tilt__persons **out, tilt_error *err) {
    *out = NULL;
    for (size_t i = 1; i < n; i++) {
        if (!alike(from[0], from[i])) return TILT_OK;
    }
    tilt__persons *own = tilt__arena_alloc(arena, 1, sizeof *own);
    if (own == NULL) return tilt__fail_memory(err);
    *own = *from[0];
    own->n_audiences = 0;
    own->labels = NULL;
    own->patterns = NULL;
    own->scored = (tilt__scored){.width = 0};
    for (size_t i = 1; i < n; i++) pool_counts(own, from[i]);
    pool p = {.from = from, .n = n, .arena = arena, .out = own};
    bool ok = list_audiences(&p) && pool_audiences(&p) && pool_scores(&p);
    free(p.entries);
    *out = own;
    return ok ? TILT_OK : tilt__fail_memory(err);
}
