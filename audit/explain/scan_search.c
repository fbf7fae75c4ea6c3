/* explain/scan_search.c - the two searches: coordinate ascent, and every subset where there are few.
 *
 * Ascent. For a fixed q the score is a sum over cells, so the best set of values of one attribute, the others
 * given, is the values whose own sum exceeds the penalty: one pass over the cells gives it for every q of a
 * grid at once (the linear-time subset property). Taking the best q of the grid keeps the score rising, so
 * the ascent ends; only the subset it ends with is scored exactly. */
#include <math.h>
#include <string.h>

#include "explain/scan_search.h"

static bool *members_of(tilt__scan_state *s, size_t j) {
    return s->members + s->offsets[j];
}

static void count_violations(tilt__scan_state *s) {
    size_t m = s->cells->n_attributes;
    for (size_t i = 0; i < s->cells->n_cells; i++) {
        uint8_t n = 0;
        for (size_t j = 0; j < m; j++) n = (uint8_t)(n + !members_of(s, j)[s->cells->levels[i * m + j]]);
        s->violated[i] = n;
    }
}

/* Sums over the cells that all attributes but j admit, by value of j. */
static void sum_values(tilt__scan_state *s, size_t j) {
    size_t m = s->cells->n_attributes, n_levels = s->cells->n_levels[j];
    const bool *members = members_of(s, j);
    memset(s->value_costs, 0, n_levels * TILT__SCAN_GRID * sizeof *s->value_costs);
    memset(s->value_y, 0, n_levels * sizeof *s->value_y);
    for (size_t i = 0; i < s->cells->n_cells; i++) {
        if (s->violated[i] > 1) continue;
        size_t value = s->cells->levels[i * m + j];
        if (s->violated[i] == 1 && members[value]) continue;
        double *costs = s->value_costs + value * TILT__SCAN_GRID;
        const double *own = s->costs + i * TILT__SCAN_GRID;
        s->value_y[value] += s->y[i];
        for (size_t k = 0; k < TILT__SCAN_GRID; k++) costs[k] += own[k];
    }
}

/* Best point of the grid for attribute j: its score, and whether all values belong. */
static double best_point(const tilt__scan_state *s, size_t n_levels, size_t *out_k, bool *out_all) {
    double best = -INFINITY;
    for (size_t k = 0; k < TILT__SCAN_GRID; k++) {
        double all = 0, some = 0;
        bool any = false;
        for (size_t v = 0; v < n_levels; v++) {
            double gain = s->value_y[v] * s->log_q[k] - s->value_costs[v * TILT__SCAN_GRID + k];
            all += gain;
            if (gain <= s->opts->penalty) continue;
            some += gain - s->opts->penalty;
            any = true;
        }
        bool take_all = all >= some || !any;
        double score = take_all ? all : some;
        if (score <= best) continue;
        best = score;
        *out_k = k;
        *out_all = take_all;
    }
    return best;
}

/* Replaces attribute j's set and keeps the violations in step. */
static void set_values(tilt__scan_state *s, size_t j, size_t k, bool all) {
    size_t m = s->cells->n_attributes;
    bool *members = members_of(s, j);
    for (size_t i = 0; i < s->cells->n_cells; i++) {
        size_t value = s->cells->levels[i * m + j];
        double gain = s->value_y[value] * s->log_q[k] - s->value_costs[value * TILT__SCAN_GRID + k];
        bool in = all || gain > s->opts->penalty;
        s->violated[i] = (uint8_t)(s->violated[i] + members[value] - in);
    }
    for (size_t v = 0; v < s->cells->n_levels[j]; v++) {
        double gain = s->value_y[v] * s->log_q[k] - s->value_costs[v * TILT__SCAN_GRID + k];
        members[v] = all || gain > s->opts->penalty;
    }
}

static double listed_penalty(const tilt__scan_state *s, size_t j) {
    size_t size = 0;
    for (size_t v = 0; v < s->cells->n_levels[j]; v++) size += s->members[s->offsets[j] + v];
    return size < s->cells->n_levels[j] ? s->opts->penalty * (double)size : 0;
}

/* Takes the attributes in turn until none of them has anything better than `score` left. */
static double climb(tilt__scan_state *s, double score) {
    size_t m = s->cells->n_attributes, since = 0;
    for (size_t turn = 0; since < m; turn++) {
        size_t j = s->order[turn % m], k = 0;
        bool all = true;
        sum_values(s, j);
        double others = tilt__scan_penalty(s, s->members) - listed_penalty(s, j);
        double found = best_point(s, s->cells->n_levels[j], &k, &all) - others;
        since++;
        if (found <= score + 1e-10) continue;
        set_values(s, j, k, all);
        score = found;
        since = 1;
    }
    return score;
}

double tilt__scan_ascend(tilt__scan_state *s, tilt__random *random) {
    size_t m = s->cells->n_attributes, count;
    double q;
    for (size_t j = 0; j < m; j++) s->order[j] = j;
    tilt__random_shuffle(random, s->order, m);
    count_violations(s);
    (void)climb(s, -INFINITY);
    return tilt__scan_score(s, s->members, s->list, &q, &count);
}

double tilt__scan_polish(tilt__scan_state *s) {
    double q, score = -INFINITY;
    size_t count;
    for (size_t k = 0; k < 10; k++) {
        double now = tilt__scan_score(s, s->members, s->list, &q, &count);
        if (now <= score + 1e-10 || !(q > 0) || isinf(q) || q == 1) return fmax(now, score);
        score = now;
        tilt__scan_state_prepare(s, log(q));
        (void)climb(s, score);
    }
    return score;
}

/* Each attribute whole, at one level, or at any levels, with equal chances. */
void tilt__scan_start(tilt__scan_state *s, uint32_t k, tilt__random *random) {
    for (size_t j = 0; j < s->cells->n_attributes; j++) {
        bool *members = members_of(s, j);
        uint64_t kind = k == 0 ? 0 : tilt__random_below(random, 3);
        for (size_t v = 0; v < s->cells->n_levels[j]; v++) {
            members[v] = kind == 0 || (kind == 2 && tilt__random_below(random, 2) == 0);
        }
        members[tilt__random_below(random, s->cells->n_levels[j])] = true;
    }
}

/* The part of an enumeration that goes through the sets of one attribute after another. lists: cells left at
 * each depth. bounds: of each cell, the score it would have alone; a subset cannot score more than their sum.
 */
typedef struct enumeration {
    tilt__scan_state *state;
    uint32_t *lists;
    const double *bounds;
    bool *members, *best_members;
    double best;
} enumeration;

static void try_subset(enumeration *e, const uint32_t *list, size_t count, double penalty) {
    double bound = -penalty, q;
    for (size_t i = 0; i < count; i++) bound += e->bounds[list[i]];
    if (bound <= e->best) return;
    double score = tilt__scan_ratio(e->state, list, count, &q) - penalty;
    if (score <= e->best + 1e-11) return; /* everything came first, so it is preferred among equals */
    e->best = score;
    memcpy(e->best_members, e->members, e->state->n_members * sizeof *e->members);
}

static bool visit(enumeration *e, size_t j, const uint32_t *list, size_t count, double penalty) {
    const tilt__scan_state *s = e->state;
    size_t m = s->cells->n_attributes;
    if (j == m) {
        try_subset(e, list, count, penalty);
        return true;
    }
    uint32_t n_levels = s->cells->n_levels[j], *inner = e->lists + (j + 1) * s->cells->n_cells;
    for (uint32_t set = ((uint32_t)1 << n_levels) - 1; set > 0; set--) { /* the whole set first */
        size_t kept = 0, size = 0;
        for (uint32_t v = 0; v < n_levels; v++) {
            e->members[s->offsets[j] + v] = (set >> v & 1) != 0;
            size += set >> v & 1;
        }
        for (size_t i = 0; i < count; i++) {
            if ((set >> s->cells->levels[list[i] * m + j] & 1) != 0) inner[kept++] = list[i];
        }
        double more = size < n_levels ? s->opts->penalty * (double)size : 0;
        if (!visit(e, j + 1, inner, kept, penalty + more)) return false;
        if (j > 0 || s->opts->progress == NULL) continue;
        if (!s->opts->progress(s->opts->context, 0)) return false;
    }
    return true;
}

bool tilt__scan_enumerate(tilt__scan_state *s, uint32_t *lists, double *bounds, bool *out_members,
                          double *out_score) {
    size_t count = 0;
    for (size_t i = 0; i < s->cells->n_cells; i++) {
        uint32_t self = (uint32_t)i;
        double q;
        if (s->n[i] > 0) lists[count++] = self;
        bounds[i] = s->n[i] > 0 ? tilt__scan_ratio(s, &self, 1, &q) : 0;
    }
    enumeration e = {.state = s,
                     .lists = lists,
                     .bounds = bounds,
                     .members = s->members,
                     .best_members = out_members,
                     .best = -INFINITY};
    if (!visit(&e, 0, lists, count, 0)) return false;
    *out_score = e.best;
    return true;
}
