/* explain/scan.c - cells in, finds with a p-value for the whole search out.
 * The observed data are searched by restarts of an ascent and, where there are few subsets, by enumeration.
 * The p-value compares like with like: the best of the first RESTARTS_COMPARED ascents on the observed data
 * with the same on data drawn under "nothing but chance", whatever more was done on the observed data. */
#include "explain/scan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "explain/scan_search.h"

enum { RESTARTS_COMPARED = 8 };
static const double surely_chance = 0.2; /* replicates stop when p cannot be below this */

/* Candidates of the observed data: one for each restart, one for the enumeration. */
typedef struct candidate {
    double score;
    bool *members;
} candidate;

typedef struct search {
    tilt__scan_state state;
    const tilt__scan_cells *cells;
    const tilt__scan_opts *opts;
    candidate *candidates;
    bool *all_members;
    size_t n_candidates, n_rooms;
    double compared; /* best of the ascents that the replicates repeat */
    bool exact;
} search;

void tilt__scan_free(tilt__scan *scan) {
    if (scan == NULL) return;
    for (size_t i = 0; scan->finds != NULL && i < scan->n_finds; i++) free(scan->finds[i].members);
    free(scan->finds);
    free(scan);
}

size_t tilt__scan_expected(size_t n_cells, const double *reference_n, const double *reference_x,
                           double *out_expected) {
    double n = 0, x = 0;
    for (size_t i = 0; i < n_cells; i++) {
        n += reference_n[i];
        x += reference_x[i];
    }
    double pooled = x > 0 && x < n ? x / n : (x + 0.5) / (n + 1); /* never 0 or 1 */
    size_t smoothed = 0;
    for (size_t i = 0; i < n_cells; i++) {
        bool inside = reference_x[i] > 0 && reference_x[i] < reference_n[i];
        smoothed += !inside;
        out_expected[i] =
            inside ? reference_x[i] / reference_n[i] : (reference_x[i] + pooled) / (reference_n[i] + 1);
    }
    return smoothed;
}

static tilt_status check_cell(const tilt__scan_cells *c, tilt__scan_model model, size_t i, tilt_error *err) {
    bool ratio = model == TILT__SCAN_POISSON;
    if (!(c->n[i] >= 0 && c->y[i] >= 0) || isinf(c->n[i]) || isinf(c->y[i]) ||
        (!ratio && c->y[i] > c->n[i])) {
        return tilt__fail(err, TILT_EUSAGE, "cell %zu has %g observed of %g", i, c->y[i], c->n[i]);
    }
    if (!(c->expected[i] > 0) || isinf(c->expected[i]) || (!ratio && c->expected[i] >= 1)) {
        return tilt__fail(err, TILT_EUSAGE, "cell %zu has an expected value of %g", i, c->expected[i]);
    }
    for (size_t j = 0; j < c->n_attributes; j++) {
        if (c->levels[i * c->n_attributes + j] < c->n_levels[j]) continue;
        return tilt__fail(err, TILT_EUSAGE, "cell %zu has level %u of attribute %zu, which has %u", i,
                          c->levels[i * c->n_attributes + j], j, c->n_levels[j]);
    }
    return TILT_OK;
}

static tilt_status check(const tilt__scan_cells *c, const tilt__scan_opts *opts, tilt_error *err) {
    if (c->n_attributes == 0 || c->n_attributes > UINT8_MAX || c->n_cells == 0 || c->n_cells >= UINT32_MAX) {
        return tilt__fail(err, TILT_EUSAGE, "nothing to search: %zu cells over %zu attributes", c->n_cells,
                          c->n_attributes);
    }
    if (!(opts->penalty >= 0) || opts->n_restarts == 0 || opts->max_finds == 0) {
        return tilt__fail(err, TILT_EUSAGE,
                          "a scan needs a penalty of 0 or more, a restart and room for a find");
    }
    for (size_t i = 0; i < c->n_cells; i++) {
        if (check_cell(c, opts->model, i, err) != TILT_OK) return TILT_EUSAGE;
    }
    return TILT_OK;
}

static bool go_on(const search *s, double done) {
    return s->opts->progress == NULL || s->opts->progress(s->opts->context, done);
}

static void keep(search *s, double score) {
    candidate *c = &s->candidates[s->n_candidates++];
    c->score = score;
    memcpy(c->members, s->state.members, s->state.n_members * sizeof *c->members);
}

/* Everything as it is: what stands when nothing scores. */
static void keep_everything(search *s) {
    for (size_t i = 0; i < s->state.n_members; i++) s->state.members[i] = true;
    double q;
    size_t count;
    keep(s, tilt__scan_score(&s->state, s->state.members, s->state.list, &q, &count));
}

static tilt_status search_observed(search *s, tilt_error *err) {
    tilt__scan_state_prepare(&s->state, 0);
    keep_everything(s);
    s->compared = s->candidates[0].score;
    for (uint32_t k = 0; k < s->opts->n_restarts; k++) {
        tilt__random random = tilt__random_stream(s->opts->seed, 0, k);
        tilt__scan_start(&s->state, k, &random);
        double score = tilt__scan_ascend(&s->state, &random);
        if (k < RESTARTS_COMPARED) s->compared = fmax(s->compared, score);
        keep(s, tilt__scan_polish(&s->state));
        tilt__scan_state_prepare(&s->state, 0);
        if (!go_on(s, 0)) return tilt__fail(err, TILT_ECANCELLED, "stopped on request");
    }
    return TILT_OK;
}

static tilt_status search_all(search *s, tilt_error *err) {
    double subsets = 1;
    for (size_t j = 0; j < s->cells->n_attributes; j++) subsets *= ldexp(1, (int)s->cells->n_levels[j]) - 1;
    if (!(subsets <= s->opts->max_exact)) return TILT_OK;
    size_t n = s->cells->n_cells;
    uint32_t *lists = tilt__alloc((s->cells->n_attributes + 1) * n, sizeof *lists);
    double *bounds = tilt__alloc(n, sizeof *bounds), score = 0;
    bool *best = tilt__alloc(s->state.n_members, sizeof *best);
    tilt_status status = TILT_OK;
    if (lists == NULL || bounds == NULL || best == NULL) {
        status = tilt__fail_memory(err);
    } else if (!tilt__scan_enumerate(&s->state, lists, bounds, best, &score)) {
        status = tilt__fail(err, TILT_ECANCELLED, "stopped on request");
    } else {
        memcpy(s->state.members, best, s->state.n_members * sizeof *best);
        keep(s, score);
        s->exact = true;
    }
    free(lists);
    free(bounds);
    free(best);
    return status;
}

/* A count under "nothing but chance", of base n at rate p. A Poisson count is a binomial of very many trials.
 */
static double draw(const tilt__scan_opts *opts, tilt__random *random, double n, double p) {
    static const double many = 1e12;
    double phi = opts->dispersion;
    double whole =
        floor(n) + (tilt__random_uniform(random) < n - floor(n) ? 1 : 0); /* weights need not be whole */
    if (opts->model == TILT__SCAN_POISSON) {
        double mean = n * p;
        if (phi > 1) mean = (phi - 1) * tilt__random_gamma(random, mean / (phi - 1));
        return mean > 0 ? tilt__random_binomial(random, many, fmin(1, mean / many)) : 0;
    }
    if (opts->model == TILT__SCAN_BETA_BINOMIAL && phi > 1) {
        if (whole <= phi) return tilt__random_uniform(random) < p ? whole : 0; /* the most that can vary */
        double size = (whole - phi) / (phi - 1);
        p = tilt__random_beta(random, p * size, (1 - p) * size);
    }
    return whole > 0 ? tilt__random_binomial(random, whole, p) : 0;
}

/* What the replicates draw from, where that can be kept from draw to draw; else {0}. */
typedef struct chances {
    tilt__binomial *own, *reference;
    double *reference_x;
} chances;

static void prepare_draws(const search *s, const double *n, tilt__binomial *out) {
    double phi = s->opts->dispersion;
    bool mixed = s->opts->model == TILT__SCAN_BETA_BINOMIAL && phi > 1;
    if (s->opts->model == TILT__SCAN_POISSON) return;
    for (size_t i = 0; i < s->cells->n_cells; i++) {
        double p = s->cells->expected[i], size = (n[i] - phi) / (phi - 1);
        if (mixed && n[i] > phi)
            (void)tilt__beta_binomial_make(n[i], p * size, (1 - p) * size, &out[i]);
        else if (!mixed)
            (void)tilt__binomial_make(n[i], p, &out[i]);
    }
}

static double draw_cell(const tilt__scan_opts *opts, tilt__random *random, double n, double p,
                        const tilt__binomial *kept) {
    return kept->n > 0 ? tilt__binomial_draw(random, kept) : draw(opts, random, n, p);
}

/* Fills the state with replicate r: expected values anew where they were estimated, then counts. */
static void draw_replicate(search *s, uint32_t r, const chances *from) {
    tilt__scan_state *state = &s->state;
    const tilt__scan_cells *c = s->cells;
    tilt__random random = tilt__random_stream(s->opts->seed, (uint64_t)r + 1, 0);
    double by = s->opts->model != TILT__SCAN_BERNOULLI && s->opts->dispersion > 1 ? s->opts->dispersion : 1;
    for (size_t i = 0; i < c->n_cells; i++) {
        state->y[i] = fmin(draw_cell(s->opts, &random, c->n[i], c->expected[i], &from->own[i]),
                           s->opts->model == TILT__SCAN_POISSON ? (double)INFINITY : c->n[i]) /
                      by;
    }
    if (c->reference_n == NULL) return;
    for (size_t i = 0; i < c->n_cells; i++) {
        from->reference_x[i] =
            draw_cell(s->opts, &random, c->reference_n[i], c->expected[i], &from->reference[i]);
    }
    (void)tilt__scan_expected(c->n_cells, c->reference_n, from->reference_x, state->p);
    tilt__scan_state_prepare(state, 0);
}

static double best_of_replicate(search *s, uint32_t r) {
    double best = 0; /* everything at q = 1 */
    uint32_t n = s->opts->n_restarts < RESTARTS_COMPARED ? s->opts->n_restarts : RESTARTS_COMPARED;
    for (uint32_t k = 0; k < n; k++) {
        tilt__random random = tilt__random_stream(s->opts->seed, (uint64_t)r + 1, (uint64_t)k + 1);
        tilt__scan_start(&s->state, k, &random);
        best = fmax(best, tilt__scan_ascend(&s->state, &random));
    }
    return best;
}

/* bests[r] for the replicates run. */
static tilt_status repeat(search *s, const chances *from, double *bests, uint32_t *out_n, tilt_error *err) {
    uint32_t n = s->opts->n_replicates, high = 0, r = 0;
    tilt_status status = TILT_OK;
    while (status == TILT_OK && r < n && high < surely_chance * ((double)n + 1)) {
        draw_replicate(s, r, from);
        bests[r] = best_of_replicate(s, r);
        high += bests[r] >= s->compared - 1e-9;
        r++;
        if (!go_on(s, (double)r / n)) status = tilt__fail(err, TILT_ECANCELLED, "stopped on request");
    }
    *out_n = r;
    return status;
}

static tilt_status run_replicates(search *s, double *bests, uint32_t *out_n, tilt_error *err) {
    size_t n = s->cells->n_cells;
    chances from = {.own = tilt__alloc(n, sizeof *from.own),
                    .reference = tilt__alloc(n, sizeof *from.reference),
                    .reference_x = tilt__alloc(n, sizeof *from.reference_x)};
    tilt_status status = TILT_OK;
    if (from.own != NULL && from.reference != NULL && from.reference_x != NULL) {
        prepare_draws(s, s->cells->n, from.own);
        if (s->cells->reference_n != NULL) prepare_draws(s, s->cells->reference_n, from.reference);
        status = repeat(s, &from, bests, out_n, err);
    } else {
        status = tilt__fail_memory(err);
    }
    free(from.own);
    free(from.reference);
    free(from.reference_x);
    return status;
}

static int compare_candidates(const void *a, const void *b) {
    const candidate *x = a, *y = b;
    if (x->score != y->score) return x->score > y->score ? -1 : 1;
    return 0;
}

static double base_of(const tilt__scan_cells *c, const size_t *offsets, const bool *x, const bool *y) {
    double n = 0;
    for (size_t i = 0; i < c->n_cells; i++) {
        bool in = true;
        for (size_t j = 0; in && j < c->n_attributes; j++) {
            size_t at = offsets[j] + c->levels[i * c->n_attributes + j];
            in = x[at] && y[at];
        }
        if (in) n += c->n[i];
    }
    return n;
}

/* True when the candidate shares too much with a find that is there already, which then counts it. */
static bool merge(const search *s, const candidate *c, tilt__scan *scan) {
    const size_t *offsets = s->state.offsets;
    double own = base_of(s->cells, offsets, c->members, c->members);
    for (size_t i = 0; i < scan->n_finds; i++) {
        tilt__scan_find *find = &scan->finds[i];
        double both = base_of(s->cells, offsets, c->members, find->members);
        if (both <= s->opts->max_overlap * fmin(own, find->n)) continue;
        find->n_merged += memcmp(c->members, find->members, s->state.n_members * sizeof *c->members) != 0;
        return true;
    }
    return false;
}

static void describe(const search *s, const bool *members, uint32_t *list, tilt__scan_find *out) {
    size_t count;
    const tilt__scan_cells *c = s->cells;
    out->score = tilt__scan_score(&s->state, members, list, &out->q, &count);
    out->n = out->observed = out->expected = 0;
    for (size_t i = 0; i < count; i++) {
        out->n += c->n[list[i]];
        out->observed += c->y[list[i]];
        out->expected += c->n[list[i]] * c->expected[list[i]];
    }
    out->n_cells = count;
    out->everything = true;
    for (size_t i = 0; i < s->state.n_members; i++) out->everything = out->everything && members[i];
    out->p = NAN;
}

/* The state must hold the observed data. Finds beside the best must score above nothing. */
static bool collect(search *s, tilt__scan *scan) {
    size_t n = s->n_candidates;
    qsort(s->candidates, n, sizeof *s->candidates, compare_candidates);
    for (size_t i = 0; i < n; i++) {
        if (i > 0 && s->candidates[i].score <= 1e-9) break;
        if (merge(s, &s->candidates[i], scan) || scan->n_finds == s->opts->max_finds) continue;
        tilt__scan_find *find = &scan->finds[scan->n_finds];
        find->members = tilt__alloc(s->state.n_members, sizeof *find->members);
        if (find->members == NULL) return false;
        scan->n_finds++;
        memcpy(find->members, s->candidates[i].members, s->state.n_members * sizeof *find->members);
        describe(s, find->members, s->state.list, find);
    }
    return true;
}

/* A find's p counts the replicates whose best reaches its score; the best find is compared by what the
 * replicates could have found too. Stopped early, p is the part of the replicates run (Besag & Clifford
 * 1991). */
static void set_p(const search *s, const double *bests, uint32_t n_run, tilt__scan *scan) {
    if (s->opts->n_replicates == 0) return;
    bool early = n_run < s->opts->n_replicates;
    for (size_t i = 0; i < scan->n_finds; i++) {
        double score = fmin(scan->finds[i].score, s->compared);
        uint32_t high = 0;
        for (uint32_t r = 0; r < n_run; r++) high += bests[r] >= score - 1e-9;
        scan->finds[i].p = early ? (double)high / n_run : (1 + (double)high) / (1 + (double)n_run);
    }
    scan->n_replicates = n_run;
}

/* On equal scores the one kept first wins (a sort need not be stable): everything, then the earlier restarts.
 */
static void break_ties(search *s) {
    for (size_t i = 0; i < s->n_candidates; i++) s->candidates[i].score -= 1e-12 * (double)i;
}

static tilt_status run(search *s, tilt__scan *scan, tilt_error *err) {
    tilt_status status = search_observed(s, err);
    if (status == TILT_OK) status = search_all(s, err);
    if (status != TILT_OK) return status;
    break_ties(s);
    if (!collect(s, scan)) return tilt__fail_memory(err);
    scan->exact = s->exact;
    double *bests = tilt__alloc(s->opts->n_replicates, sizeof *bests);
    if (bests == NULL) return tilt__fail_memory(err);
    uint32_t n_run = 0;
    status = run_replicates(s, bests, &n_run, err);
    if (status == TILT_OK) set_p(s, bests, n_run, scan);
    free(bests);
    return status;
}

static bool search_open(search *s) {
    if (!tilt__scan_state_open(s->cells, s->opts, &s->state)) return false;
    s->n_rooms = (size_t)s->opts->n_restarts + 2;
    s->candidates = tilt__alloc(s->n_rooms, sizeof *s->candidates);
    s->all_members = tilt__alloc(s->n_rooms * s->state.n_members, sizeof *s->all_members);
    if (s->candidates == NULL || s->all_members == NULL) return false;
    for (size_t i = 0; i < s->n_rooms; i++)
        s->candidates[i].members = s->all_members + i * s->state.n_members;
    return true;
}

static void search_close(search *s) {
    tilt__scan_state_close(&s->state);
    free(s->candidates);
    free(s->all_members);
}

tilt__scan *tilt__scan_new(const tilt__scan_cells *cells, const tilt__scan_opts *opts, tilt_error *err) {
    if (check(cells, opts, err) != TILT_OK) return NULL;
    search s = {.cells = cells, .opts = opts};
    tilt__scan *scan = tilt__alloc(1, sizeof *scan);
    bool ok = scan != NULL && search_open(&s);
    if (ok) {
        scan->n_members = s.state.n_members;
        scan->finds = tilt__alloc(opts->max_finds, sizeof *scan->finds);
        ok = scan->finds != NULL;
    }
    tilt_status status = ok ? run(&s, scan, err) : tilt__fail_memory(err);
    search_close(&s);
    if (status == TILT_OK) return scan;
    tilt__scan_free(scan);
    return NULL;
}

bool tilt__scan_evaluate(const tilt__scan_cells *cells, const tilt__scan_opts *opts, const bool *members,
                         tilt__scan_find *out) {
    search s = {.cells = cells, .opts = opts};
    *out = (tilt__scan_find){0};
    bool ok = search_open(&s);
    if (ok) describe(&s, members, s.state.list, out);
    search_close(&s);
    return ok;
}
