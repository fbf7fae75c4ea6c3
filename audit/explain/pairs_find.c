/* explain/pairs_find.c - which ads form a pair, and what counts as one run of it. */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/map.h"
#include "base/mem.h"
#include "explain/pairs.h"

static const char *const hierarchy[] = {"campaign", "ad_set", "ad"};
enum { N_LEVELS = sizeof hierarchy / sizeof *hierarchy, MOST_LABELS = 2000 };
static const size_t most_sums = 4000000;

/* Levels of the hierarchy that the cube has, coarse to fine. */
static size_t levels_of(const tilt_cube *cube, size_t dims[N_LEVELS]) {
    size_t n = 0;
    for (size_t i = 0; i < N_LEVELS; i++) {
        size_t dim = tilt__cube_find_dim(cube, hierarchy[i]);
        if (dim != SIZE_MAX) dims[n++] = dim;
    }
    return n;
}

/* ---- named pairs ---- */

/* Per label of the dimension: which pair of labels it is in, and on which side. */
typedef struct sides {
    uint32_t *pair; /* TILT__NO_INDEX: in none */
    bool *second;
    size_t n_pairs;
} sides;

static void join(sides *s, uint32_t first, uint32_t second) {
    if (first == second || s->pair[first] != TILT__NO_INDEX || s->pair[second] != TILT__NO_INDEX) return;
    s->pair[first] = s->pair[second] = (uint32_t)s->n_pairs++;
    s->second[second] = true;
}

static bool is_word(char c) {
    unsigned char u = (unsigned char)c;
    return u >= 0x80 || (u >= '0' && u <= '9') || (u >= 'a' && u <= 'z') || (u >= 'A' && u <= 'Z');
}

/* Where `name` stands in a label as words of its own: "Ad 1" is not in "Ad 12". */
static const char *find_words(const char *label, const char *name) {
    size_t n = strlen(name);
    for (const char *at = strstr(label, name); at != NULL; at = strstr(at + 1, name)) {
        bool starts = at == label || !is_word(at[-1]) || !is_word(name[0]);
        bool ends = !is_word(at[n]) || !is_word(name[n - 1]);
        if (starts && ends) return at;
    }
    return NULL;
}

/* The label with `from` replaced by `to` at `at`, if it is one. */
static uint32_t replaced(const tilt__context *context, const tilt_cube *cube, size_t dim, const char *label,
                         const char *at, const char *from, const char *to) {
    const char *other =
        tilt__arena_format(context->arena, "%.*s%s%s", (int)(at - label), label, to, at + strlen(from));
    return other != NULL ? tilt__cube_find_label(cube, dim, other, strlen(other)) : 0;
}

static tilt_status find_sides(const tilt__context *context, const tilt_cube *cube, size_t dim,
                              const char *first, const char *second, sides *out) {
    size_t n = tilt__cube_n_labels(cube, dim) + 1;
    out->pair = tilt__arena_alloc(context->arena, n, sizeof *out->pair);
    out->second = tilt__arena_alloc(context->arena, n, sizeof *out->second);
    out->n_pairs = 0;
    if (out->pair == NULL || out->second == NULL) return tilt__fail_memory(context->err);
    for (size_t l = 0; l < n; l++) out->pair[l] = TILT__NO_INDEX;
    for (uint32_t l = 1; l < n; l++) {
        const char *label = tilt__cube_label(cube, dim, l, NULL), *at = find_words(label, first);
        uint32_t other = at != NULL ? replaced(context, cube, dim, label, at, first, second) : 0;
        if (other != 0) join(out, l, other);
    }
    return TILT_OK;
}

/* A run is a pair of labels within one context: the labels of some other levels. */
typedef struct run_key {
    uint32_t pair, context[N_LEVELS];
} run_key;

static bool key_of(const tilt__view *view, const sides *s, size_t dim, const size_t *context, size_t n,
                   size_t i, run_key *out, bool *out_second) {
    const uint32_t *cell = tilt__cube_key(view->facts->cube, view->cells.cell[i]);
    *out = (run_key){.pair = s->pair[cell[dim]]};
    if (cell[dim] == 0 || out->pair == TILT__NO_INDEX) return false;
    for (size_t c = 0; c < n; c++) out->context[c] = cell[context[c]];
    *out_second = s->second[cell[dim]];
    return true;
}

static tilt_status name_run(const tilt__context *context, const tilt__view *view, size_t dim,
                            const size_t *context_dims, size_t n, const run_key *key, uint32_t label,
                            const char **out) {
    const tilt_cube *cube = view->facts->cube;
    *out = tilt__arena_copy(context->arena, tilt__cube_label(cube, dim, label, NULL));
    for (size_t c = 0; c < n && *out != NULL; c++) {
        if (key->context[c] == 0) continue;
        *out = tilt__arena_format(context->arena, "%s / %s",
                                  tilt__cube_label(cube, context_dims[c], key->context[c], NULL), *out);
    }
    return *out != NULL ? TILT_OK : tilt__fail_memory(context->err);
}

/* Assigns cells to runs within a context; *out_balanced: every run has both ads. */
static tilt_status assign(const tilt__context *context, const tilt__view *view, const sides *s,
                          const size_t *context_dims, size_t n, tilt__runs *out, bool *out_balanced) {
    out->names = tilt__arena_alloc(context->arena, view->cells.n, sizeof *out->names);
    bool *has = tilt__arena_alloc(context->arena, 2 * view->cells.n + 2, sizeof *has);
    if (out->names == NULL || has == NULL) return tilt__fail_memory(context->err);
    tilt__map *keys = tilt__map_new();
    if (keys == NULL) return tilt__fail_memory(context->err);
    tilt_status status = TILT_OK;
    for (size_t i = 0; i < view->cells.n && status == TILT_OK; i++) {
        run_key key;
        out->run[i] = TILT__NO_INDEX;
        if (!key_of(view, s, out->dim, context_dims, n, i, &key, &out->second[i])) continue;
        size_t run = tilt__map_add(keys, (const char *)&key, sizeof key);
        if (run == TILT__MAP_NONE) {
            status = tilt__fail_memory(context->err);
            break;
        }
        out->run[i] = (uint32_t)run;
        has[2 * run + out->second[i]] = true;
        uint32_t label = tilt__cube_key(view->facts->cube, view->cells.cell[i])[out->dim];
        if (!out->second[i] && out->names[run] == NULL)
            status = name_run(context, view, out->dim, context_dims, n, &key, label, &out->names[run]);
    }
    out->n = tilt__map_count(keys);
    *out_balanced = out->n > 0;
    for (size_t r = 0; r < out->n; r++) *out_balanced = *out_balanced && has[2 * r] && has[2 * r + 1];
    tilt__map_free(keys);
    return status;
}

/* Contexts from narrow to none: all other levels, the coarser ones, nothing. */
static tilt_status find_runs(const tilt__context *context, const tilt__view *view, const sides *s,
                             const size_t *levels, size_t n_levels, size_t at, tilt__runs *out) {
    size_t others[N_LEVELS], n_others = 0;
    for (size_t l = 0; l < n_levels; l++) {
        if (l != at) others[n_others++] = levels[l];
    }
    const size_t tries[] = {n_others, at, 0}; /* the coarser levels come first */
    bool balanced = false;
    tilt_status status = TILT_OK;
    for (size_t t = 0; t < 3 && status == TILT_OK && !balanced; t++)
        status = assign(context, view, s, others, tries[t], out, &balanced);
    if (!balanced) out->n = 0;
    return status;
}

tilt_status tilt__runs_named(const tilt__context *context, const tilt__view *view, const char *first,
                             const char *second, tilt__runs *out) {
    size_t levels[N_LEVELS], n = levels_of(view->facts->cube, levels);
    *out = (tilt__runs){.dim = SIZE_MAX};
    out->run = tilt__arena_alloc(context->arena, view->cells.n, sizeof *out->run);
    out->second = tilt__arena_alloc(context->arena, view->cells.n, sizeof *out->second);
    if (out->run == NULL || out->second == NULL) return tilt__fail_memory(context->err);
    for (size_t at = n; at > 0 && out->n == 0; at--) {
        sides s;
        out->dim = levels[at - 1];
        tilt_status status = find_sides(context, view->facts->cube, out->dim, first, second, &s);
        if (status == TILT_OK && s.n_pairs > 0) status = find_runs(context, view, &s, levels, n, at - 1, out);
        if (status != TILT_OK) return status;
    }
    return TILT_OK;
}

/* ---- recognised pairs ---- */

/* What an ad ran with: a sum per token, a token being a day, a budget or an audience group in one context. */
typedef struct profile {
    const tilt_cube *cube;
    size_t dim, day, budget, base, spend; /* SIZE_MAX: not there */
    size_t context[N_LEVELS], n_context;
    const tilt__view *view;
    tilt__map *tokens;
    tilt__decimal *sums; /* n_labels x n_tokens, once the tokens are known */
    size_t n_tokens;
    double *spent; /* per label */
} profile;

typedef struct token {
    uint32_t kind, context[N_LEVELS], labels[TILT__MAX_CROSSING];
} token;

static bool add_token(profile *p, const uint32_t *key, const token *t, tilt__decimal amount) {
    size_t at = tilt__map_add(p->tokens, (const char *)t, sizeof *t);
    if (p->sums == NULL || at == TILT__MAP_NONE) return at != TILT__MAP_NONE;
    tilt__decimal *sum = &p->sums[key[p->dim] * p->n_tokens + at];
    return tilt__decimal_add(*sum, amount, sum);
}

/* Days and budgets count once (1 where the ad has them), audience sizes add up. */
static bool add_cell(profile *p, size_t cell) {
    const uint32_t *key = tilt__cube_key(p->cube, cell);
    if (key[p->dim] == 0) return true;
    token t = {.kind = 0};
    bool ok = true;
    for (size_t c = 0; c < p->n_context; c++) t.context[c] = key[p->context[c]];
    bool delivered = tilt__cube_has(p->cube, cell, p->view->of_measure);
    const size_t marks[2] = {p->day, p->budget};
    for (uint32_t kind = 0; kind < 2 && delivered; kind++) {
        if (marks[kind] == SIZE_MAX) continue;
        token mark = t;
        mark.kind = kind;
        mark.labels[0] = key[marks[kind]];
        size_t at = tilt__map_find(p->tokens, (const char *)&mark, sizeof mark);
        bool first = p->sums == NULL || at == TILT__MAP_NONE ||
                     tilt__decimal_is_zero(p->sums[key[p->dim] * p->n_tokens + at]);
        if (first) ok = ok && add_token(p, key, &mark, tilt__decimal_from_int(1));
    }
    if (!tilt__cube_has(p->cube, cell, p->base)) return ok;
    t.kind = 2;
    for (size_t a = 0; a < p->view->n_audience; a++) t.labels[a] = key[p->view->dims[a]];
    return ok && add_token(p, key, &t, tilt__cube_value(p->cube, cell, p->base));
}

static bool add_all(profile *p) {
    bool ok = true;
    for (size_t c = 0; c < tilt__cube_n_cells(p->cube) && ok; c++) ok = add_cell(p, c);
    return ok;
}

static bool sum_spend(const tilt__context *context, profile *p, size_t n_labels) {
    p->spent = tilt__arena_alloc(context->arena, n_labels, sizeof *p->spent);
    for (size_t c = 0; p->spent != NULL && p->spend != SIZE_MAX && c < tilt__cube_n_cells(p->cube); c++)
        p->spent[tilt__cube_key(p->cube, c)[p->dim]] +=
            tilt__decimal_to_double(tilt__cube_value(p->cube, c, p->spend));
    return p->spent != NULL;
}

static bool ran_alike(const profile *p, uint32_t a, uint32_t b) {
    bool any = false;
    for (size_t t = 0; t < p->n_tokens; t++) {
        const tilt__decimal *left = &p->sums[a * p->n_tokens + t], *right = &p->sums[b * p->n_tokens + t];
        if (tilt__decimal_compare(*left, *right) != 0) return false;
        any = any || !tilt__decimal_is_zero(*left);
    }
    if (!any || p->budget != SIZE_MAX) return any;
    double first = p->spent[a], second = p->spent[b];
    return first > 0 && second > 0 && fabs(first - second) <= 0.1 * fmax(first, second);
}

/* The dimensions and measures that recognition needs; false when some are missing. */
static bool start_profile(const tilt__view *view, profile *p) {
    size_t levels[N_LEVELS], n = levels_of(view->facts->cube, levels);
    static const char *const bases[] = {"targeted", "eligible"};
    const tilt_cube *cube = view->facts->cube;
    *p = (profile){.cube = cube, .dim = SIZE_MAX, .base = SIZE_MAX, .spend = SIZE_MAX, .view = view};
    if (view->slice_name != NULL || !view->facts->has_targeting) return false;
    for (size_t l = n; l > 0 && p->dim == SIZE_MAX; l--) {
        if (tilt__cube_n_labels(cube, levels[l - 1]) < 2) continue;
        p->dim = levels[l - 1];
        p->n_context = l - 1;
        memcpy(p->context, levels, p->n_context * sizeof *levels);
    }
    p->day = tilt__cube_find_dim(cube, "day");
    p->budget = tilt__cube_find_dim(cube, "budget");
    for (size_t b = 0; b < 2 && p->base == SIZE_MAX; b++) p->base = tilt__cube_find_measure(cube, bases[b]);
    for (size_t m = 0; m < tilt__cube_n_measures(cube) && p->spend == SIZE_MAX; m++) {
        if (tilt__cube_measure(cube, m)->kind == TILT__MEASURE_COST) p->spend = m;
    }
    bool money = p->budget != SIZE_MAX || p->spend != SIZE_MAX;
    return p->dim != SIZE_MAX && p->day != SIZE_MAX && p->base != SIZE_MAX && money &&
           tilt__cube_breaks_down(cube, p->base, p->dim) && tilt__cube_n_labels(cube, p->dim) <= MOST_LABELS;
}

tilt_status tilt__pairs_recognise(const tilt__context *context, const tilt__view *view,
                                  tilt__alike out[TILT__MOST_RECOGNISED], size_t *out_n) {
    profile p;
    *out_n = 0;
    if (!start_profile(view, &p)) return TILT_OK;
    size_t n = tilt__cube_n_labels(p.cube, p.dim) + 1;
    p.tokens = tilt__map_new();
    bool ok = p.tokens != NULL && add_all(&p);
    p.n_tokens = ok ? tilt__map_count(p.tokens) : 0;
    if (ok && n * p.n_tokens <= most_sums) {
        p.sums = tilt__arena_alloc(context->arena, n * p.n_tokens, sizeof *p.sums);
        ok = p.sums != NULL && add_all(&p) && sum_spend(context, &p, n);
        for (uint32_t a = 1; ok && a < n; a++) {
            for (uint32_t b = a + 1; b < n && *out_n < TILT__MOST_RECOGNISED; b++) {
                if (ran_alike(&p, a, b))
                    out[(*out_n)++] = (tilt__alike){tilt__cube_label(p.cube, p.dim, a, NULL),
                                                    tilt__cube_label(p.cube, p.dim, b, NULL)};
            }
        }
    }
    tilt__map_free(p.tokens);
    return ok ? TILT_OK : tilt__fail_memory(context->err);
}
