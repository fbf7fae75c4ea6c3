/* explain/support.c - how much of each group lies where the other group is present too, and which factors to
 * leave out so that most does. In: cells; out: shares of the bases. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "explain/shapley.h"
#include "explain/table.h"

typedef struct shares {
    double a, r;
} shares;

typedef struct support_work {
    tilt__cell_table *table;
    tilt__projector projector;
    uint32_t *map;
    tilt__cell_key *keys;
    double *bases; /* projected na, nr: n_rows each */
} support_work;

static bool work_open(const tilt__cells *cells, support_work *work) {
    *work = (support_work){.table = tilt__cell_table_new(cells, NULL)};
    if (work->table == NULL) return false;
    size_t n = work->table->n_rows;
    work->map = tilt__alloc(n, sizeof *work->map);
    work->keys = tilt__alloc(n, sizeof *work->keys);
    work->bases = tilt__alloc(2 * n, sizeof *work->bases);
    return work->map != NULL && work->keys != NULL && work->bases != NULL;
}

static void work_close(support_work *work) {
    tilt__cell_table_free(work->table);
    tilt__projector_free(&work->projector);
    free(work->map);
    free(work->keys);
    free(work->bases);
}

static bool shares_of(support_work *work, uint32_t keep, shares *out) {
    const tilt__cell_table *t = work->table;
    size_t n;
    tilt__cell_key mask = tilt__cell_table_mask(t, keep);
    if (!tilt__project(&work->projector, t->keys, t->n_rows, mask, work->map, work->keys, &n)) return false;
    double *na = work->bases, *nr = work->bases + t->n_rows;
    memset(work->bases, 0, 2 * t->n_rows * sizeof *work->bases);
    double all_a = 0, all_r = 0, in_a = 0, in_r = 0;
    for (size_t i = 0; i < t->n_rows; i++) {
        na[work->map[i]] += t->na[i];
        nr[work->map[i]] += t->nr[i];
    }
    for (size_t i = 0; i < n; i++) {
        all_a += na[i];
        all_r += nr[i];
        if (!(na[i] > 0 && nr[i] > 0)) continue;
        in_a += na[i];
        in_r += nr[i];
    }
    *out = (shares){all_a > 0 ? in_a / all_a : 0, all_r > 0 ? in_r / all_r : 0};
    return true;
}

bool tilt__support(const tilt__cells *cells, uint32_t keep, double *out_a, double *out_r) {
    support_work work;
    shares found = {(double)NAN, (double)NAN};
    bool ok = work_open(cells, &work) && shares_of(&work, keep, &found);
    work_close(&work);
    *out_a = found.a;
    *out_r = found.r;
    return ok;
}

/* Better support: the smaller share first, then the larger. */
static bool is_better(shares x, shares y) {
    double low_x = fmin(x.a, x.r), low_y = fmin(y.a, y.r);
    if (low_x != low_y) return low_x > low_y;
    return fmax(x.a, x.r) >= fmax(y.a, y.r);
}

bool tilt__coarsen(const tilt__cells *cells, uint32_t droppable, double min_share, uint32_t *out_keep,
                   size_t *out_dropped, size_t *out_n_dropped) {
    support_work work;
    shares now = {0, 0};
    *out_keep = (uint32_t)(((uint64_t)1 << cells->n_factors) - 1);
    *out_n_dropped = 0;
    bool ok = work_open(cells, &work) && shares_of(&work, *out_keep, &now);
    while (ok && fmin(now.a, now.r) < min_share && (*out_keep & droppable) != 0) {
        shares best = {-1, -1};
        size_t drop = 0;
        for (size_t j = 0; ok && j < cells->n_factors; j++) {
            if (((*out_keep & droppable) >> j & 1) == 0) continue;
            shares found = {0, 0};
            ok = shares_of(&work, *out_keep & ~((uint32_t)1 << j), &found);
            if (!is_better(found, best)) continue;
            best = found;
            drop = j;
        }
        *out_keep &= ~((uint32_t)1 << drop);
        out_dropped[(*out_n_dropped)++] = drop;
        now = best;
    }
    work_close(&work);
    return ok;
}
