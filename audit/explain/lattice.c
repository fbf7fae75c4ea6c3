/* explain/lattice.c - depth-first pass over the 2^m sets of factors with one table per level of recursion.
 *
 * visit(S, next) handles the set S and then every set reached by leaving out one more factor below `next`, so
 * that each set is reached exactly once, factors going in decreasing order. The table of a child comes from
 * its parent's.
 *
 * Influences. A factor's Shapley value is sum over S with j of (w[s-1] + w[s]) v(S) less sum over all S of
 * w[s] v(S), s = |S|. The influence of a cell on v(S) depends on its projection on S only, so sums over the
 * sets below a node are kept per row of that node's table and handed up: Z (second sum), Y (first sum for
 * factors >= next that are in S, and which all sets below share), and Y_i for each i < next. Half of all
 * nodes have next = 0, a quarter 1: on average three sums a row instead of m + 1. */
#include "explain/lattice.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"

enum { SCALES = 2, BLOCK = SCALES * TILT__N_PARTS, FIRST_SUM = 2, FIRST_AT = FIRST_SUM * BLOCK };

/* Table of one level of recursion. Arrays only grow. map: parent's row -> own row. */
typedef struct tilt__lattice_node {
    size_t n_rows, capacity, sums_capacity;
    tilt__cell_key *keys;
    double *counts; /* na, xa, nr, xr: capacity each */
    uint32_t *map;
    double *sums;
    size_t stride;                     /* doubles of `sums` a row */
    double rate_a, rate_b;             /* A and B of the set */
    double by_a[SCALES], by_b[SCALES]; /* half, and half over A and B */
} node;

typedef struct pass {
    tilt__lattice *in;
    double base_a, base_r;
    double w[33], w_both[33]; /* w[s], and w[s-1] + w[s] */
    node *nodes;
    tilt__projector *projector;
    size_t visited, work;
    double a_per_r, r_per_a; /* quotients of the bases */
} pass;

void tilt__shapley_weights(size_t n_factors, double *out) {
    double weight = 1 / (double)n_factors;
    for (size_t s = 0; s < n_factors; s++) {
        out[s] = weight;
        if (s + 1 < n_factors) weight *= (double)(s + 1) / (double)(n_factors - 1 - s);
    }
    out[n_factors] = 0;
}

static void node_free(node *at) {
    free(at->keys);
    free(at->counts);
    free(at->map);
    free(at->sums);
}

static bool node_reserve(node *at, size_t n_parent_rows) {
    if (at->capacity >= n_parent_rows && at->keys != NULL) return true;
    free(at->keys);
    free(at->counts);
    free(at->map);
    at->keys = tilt__alloc(n_parent_rows, sizeof *at->keys);
    at->counts = tilt__alloc(4 * n_parent_rows, sizeof *at->counts);
    at->map = tilt__alloc(n_parent_rows, sizeof *at->map);
    at->capacity = n_parent_rows;
    return at->keys != NULL && at->counts != NULL && at->map != NULL;
}

static bool node_reserve_sums(node *at, size_t next) {
    at->stride = (FIRST_SUM + next) * BLOCK;
    size_t need;
    if (!tilt__mul_ok(at->n_rows, at->stride, &need)) return false;
    if (at->sums_capacity >= need) return true;
    free(at->sums);
    at->sums = tilt__alloc(need, sizeof *at->sums);
    at->sums_capacity = at->sums == NULL ? 0 : need;
    return at->sums != NULL;
}

/* Influence of row i's units on half of v_A(S) + v_B(S), on both scales. */
static inline void influence_of(const pass *p, const node *at, size_t i, double *out) {
    const double *na = at->counts, *xa = na + at->capacity, *nr = xa + at->capacity, *xr = nr + at->capacity;
    double per_a = 1 / na[i], per_r = 1 / nr[i], own = xa[i] * per_a, other = xr[i] * per_r;
    double to_ref = nr[i] * per_a * p->a_per_r, to_focal = na[i] * per_r * p->r_per_a;
    double above_a = other - at->rate_a, above_b = own - at->rate_b;
    for (size_t s = 0; s < SCALES; s++) {
        double *parts = out + s * TILT__N_PARTS, by_a = at->by_a[s], by_b = at->by_b[s];
        parts[TILT__CONST_A] = by_a * above_a + by_b * to_ref * own;
        parts[TILT__SLOPE_A] = -by_b * to_ref;
        parts[TILT__CONST_R] = -by_a * to_focal * other - by_b * above_b;
        parts[TILT__SLOPE_R] = by_a * to_focal;
    }
}

/* The sums of a node with next > 0 from its own influences and those of the leaf that lacks factor 0. Half of
 * all nodes are such leaves, so they store nothing themselves. `size` factors are in the node's set. */
static void start_sums(const pass *p, node *at, const node *leaf, size_t size, size_t next) {
    double w = p->w[size], w_both = p->w_both[size], w_leaf = p->w[size - 1],
           w_both_leaf = p->w_both[size - 1];
    for (size_t i = 0; i < at->n_rows; i++) {
        double f[BLOCK], g[BLOCK], both[BLOCK];
        double *row = at->sums + i * at->stride;
        influence_of(p, at, i, f);
        influence_of(p, leaf, leaf->map[i], g);
        for (size_t k = 0; k < BLOCK; k++) row[k] = w * f[k] + w_leaf * g[k];
        for (size_t k = 0; k < BLOCK; k++) both[k] = w_both * f[k] + w_both_leaf * g[k];
        for (size_t k = 0; k < BLOCK; k++) row[BLOCK + k] = both[k];
        for (size_t k = 0; k < BLOCK; k++) row[FIRST_AT + k] = w_both * f[k];
        for (size_t b = FIRST_SUM + 1; b < FIRST_SUM + next; b++) {
            for (size_t k = 0; k < BLOCK; k++) row[b * BLOCK + k] = both[k];
        }
    }
}

/* Adds the sums below the child that lacks factor j > 0. Sets below it all hold the factors between j and
 * next. */
static void add_child(node *at, const node *child, size_t j, size_t next) {
    for (size_t i = 0; i < at->n_rows; i++) {
        double *row = at->sums + i * at->stride;
        const double *below = child->sums + child->map[i] * child->stride;
        size_t shared = (FIRST_SUM + j) * BLOCK;
        for (size_t k = 0; k < shared; k++) row[k] += below[k];
        for (size_t b = FIRST_SUM + j + 1; b < FIRST_SUM + next; b++) {
            for (size_t k = 0; k < BLOCK; k++) row[b * BLOCK + k] += below[BLOCK + k];
        }
    }
}

static void set_rates(const pass *p, node *at, uint32_t set) {
    const double *na = at->counts, *xa = na + at->capacity, *nr = xa + at->capacity, *xr = nr + at->capacity;
    tilt__sum a = {0}, b = {0};
    for (size_t i = 0; i < at->n_rows; i++) {
        tilt__sum_add(&a, na[i] / p->base_a * (xr[i] / nr[i]));
        tilt__sum_add(&b, nr[i] / p->base_r * (xa[i] / na[i]));
    }
    at->rate_a = tilt__sum_total(a);
    at->rate_b = tilt__sum_total(b);
    at->by_a[0] = at->by_b[0] = 0.5;
    at->by_a[1] = at->rate_a > 0 ? 0.5 / at->rate_a : 0;
    at->by_b[1] = at->rate_b > 0 ? 0.5 / at->rate_b : 0;
    uint32_t outside = 0;
    for (size_t j = 0; j < p->in->n_factors; j++) outside |= (set >> j & 1) << p->in->external[j];
    p->in->standardised_a[outside] = at->rate_a;
    p->in->standardised_b[outside] = at->rate_b;
}

/* All rows into one: four sums side by side, each in the order of the rows. */
static void sum_to_one(const node *at, node *child) {
    const double *na = at->counts, *xa = na + at->capacity, *nr = xa + at->capacity, *xr = nr + at->capacity;
    double sums[4] = {0};
    for (size_t i = 0; i < at->n_rows; i++) {
        sums[0] += na[i];
        sums[1] += xa[i];
        sums[2] += nr[i];
        sums[3] += xr[i];
    }
    for (size_t c = 0; c < 4; c++) child->counts[c * child->capacity] = sums[c];
}

static bool make_child(pass *p, const node *at, node *child, uint32_t set) {
    if (!node_reserve(child, at->n_rows)) return false;
    tilt__cell_key mask = {{0, 0}};
    for (size_t j = 0; j < p->in->n_factors; j++) {
        if ((set >> j & 1) == 0) continue;
        mask.word[0] |= p->in->fields[j].word[0];
        mask.word[1] |= p->in->fields[j].word[1];
    }
    if (!tilt__project(p->projector, at->keys, at->n_rows, mask, child->map, child->keys, &child->n_rows)) {
        return false;
    }
    if (child->n_rows == 1) {
        sum_to_one(at, child);
        return true;
    }
    for (size_t c = 0; c < 4; c++) {
        double *to = child->counts + c * child->capacity;
        const double *from = at->counts + c * at->capacity;
        memset(to, 0, child->n_rows * sizeof *to);
        for (size_t i = 0; i < at->n_rows; i++) to[child->map[i]] += from[i];
    }
    return true;
}

static bool go_on(pass *p, size_t work) {
    p->visited++;
    p->work += work;
    if (p->in->progress == NULL || p->work < 100000) return true;
    p->work = 0;
    double done = (double)p->visited / (double)((uint64_t)1 << p->in->n_factors);
    return p->in->progress(p->in->context, p->in->done_before + p->in->done_part * done);
}

/* Visits the set and all below it; the sums of a node with next > 0 are complete afterwards. */
static tilt_status visit(pass *p, size_t depth, uint32_t set, size_t size, size_t next) {
    node *at = &p->nodes[depth], *child = &p->nodes[depth + 1];
    set_rates(p, at, set);
    if (!go_on(p, at->n_rows * (next + 1))) return TILT_ECANCELLED;
    for (size_t k = 0; k < next; k++) {
        size_t j = k == 0 ? 0 : next - k; /* the leaf, then the largest tables, so that buffers rarely grow */
        uint32_t rest = set & ~((uint32_t)1 << j);
        if (!make_child(p, at, child, rest)) return TILT_ENOMEM;
        tilt_status status = visit(p, depth + 1, rest, size - 1, j);
        if (status != TILT_OK) return status;
        if (!p->in->influences) continue;
        if (j == 0 && !node_reserve_sums(at, next)) return TILT_ENOMEM;
        if (j == 0) {
            start_sums(p, at, child, size, next);
        } else {
            add_child(at, child, j, next);
        }
    }
    return TILT_OK;
}

static bool start_root(pass *p) {
    const tilt__lattice *in = p->in;
    node *root = &p->nodes[0];
    if (!node_reserve(root, in->n_rows)) return false;
    root->n_rows = in->n_rows;
    memcpy(root->keys, in->keys, in->n_rows * sizeof *in->keys);
    const double *const sources[4] = {in->na, in->xa, in->nr, in->xr};
    for (size_t c = 0; c < 4; c++) {
        memcpy(root->counts + c * root->capacity, sources[c], in->n_rows * sizeof(double));
    }
    tilt__sum a = {0}, r = {0};
    for (size_t i = 0; i < in->n_rows; i++) {
        tilt__sum_add(&a, in->na[i]);
        tilt__sum_add(&r, in->nr[i]);
    }
    p->base_a = tilt__sum_total(a);
    p->base_r = tilt__sum_total(r);
    p->a_per_r = p->base_a / p->base_r;
    p->r_per_a = p->base_r / p->base_a;
    return true;
}

void tilt__lattice_room_free(tilt__lattice_room *room) {
    for (size_t d = 0; d < room->n_nodes; d++) node_free(&room->nodes[d]);
    free(room->nodes);
    tilt__projector_free(&room->projector);
    *room = (tilt__lattice_room){0};
}

static node *nodes_of(tilt__lattice_room *room, size_t n) {
    if (room->nodes != NULL) return room->nodes;
    room->nodes = tilt__alloc(n, sizeof *room->nodes);
    room->n_nodes = room->nodes != NULL ? n : 0;
    return room->nodes;
}

tilt_status tilt__lattice_run(tilt__lattice *lattice, tilt_error *err) {
    size_t m = lattice->n_factors;
    pass p = {.in = lattice, .projector = &lattice->room->projector};
    if (m > 0) tilt__shapley_weights(m, p.w);
    for (size_t s = 0; s <= m; s++) p.w_both[s] = p.w[s] + (s > 0 ? p.w[s - 1] : 0);
    p.nodes = nodes_of(lattice->room, m + 2);
    tilt_status status = p.nodes != NULL && start_root(&p) ? TILT_OK : TILT_ENOMEM;
    if (status == TILT_OK) status = visit(&p, 0, (uint32_t)(((uint64_t)1 << m) - 1), m, m);
    if (status == TILT_OK && lattice->influences) {
        lattice->row_influence = p.nodes[0].sums;
        lattice->stride = p.nodes[0].stride;
        p.nodes[0].sums = NULL;
        p.nodes[0].sums_capacity = 0;
    }
    if (status == TILT_ENOMEM) return tilt__fail_memory(err);
    if (status == TILT_ECANCELLED) return tilt__fail(err, status, "stopped on request");
    return status;
}
