/* stat/linked.c - the attack on linked tables.
 *
 * First what follows at once: a sum with one unknown gives it. What is left falls into parts that have no sum
 * in common. The sums of a part are solved once (stat/dictionary.c), however many readers and closed cells
 * come after; every search starts from a copy of that (stat/walk.c). A cell that is closed later is held
 * still in the dictionary of its part.
 */
#include "stat/linked.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/mem.h"
#include "stat/walk.h"

/* Unknown cells that hang together, in ascending order. */
typedef struct part {
    size_t *cells, n;
    bool solved;
    tilt__dictionary sums;
} part;

/* Lists of numbers, one after another: list i is at[start[i]] .. at[start[i + 1] - 1]. */
typedef struct lists {
    size_t *start, *at;
} lists;

struct tilt__linked {
    size_t n_cells, n_sums;
    const tilt__linked_sum *sums;
    bool *unknown;    /* open, not given by a sum and not closed since */
    size_t *parent;   /* per cell: towards the first that hangs together with it */
    size_t *part_of;  /* per cell; SIZE_MAX: none */
    size_t *place;    /* per cell: in its part */
    size_t *cells;    /* of all parts */
    size_t *sum_part; /* per sum: the part of its unknown cells; SIZE_MAX */
    part *parts;
    size_t n_parts;
    lists of_cell, of_part; /* their sums */
    tilt__walk walk;
    size_t walking;  /* part that the walk is made for; SIZE_MAX */
    size_t obstacle; /* cell that was last in the way of closing another; SIZE_MAX */
};

/* ---- lists ---- */

static bool open_lists(lists *l, size_t n_lists) {
    l->start = tilt__alloc(n_lists + 2, sizeof *l->start);
    return l->start != NULL;
}

/* The length of list i is in start[i + 2]; start[i + 1] becomes its next free place, and with the last item
 * its end. */
static bool measure_lists(lists *l, size_t n_lists) {
    for (size_t i = 0; i < n_lists; i++) l->start[i + 2] += l->start[i + 1];
    l->at = tilt__alloc(l->start[n_lists + 1], sizeof *l->at);
    return l->at != NULL;
}

static void free_lists(lists *l) {
    free(l->start);
    free(l->at);
}

static bool list_sums_of_cells(tilt__linked *l) {
    if (!open_lists(&l->of_cell, l->n_cells)) return false;
    for (size_t s = 0; s < l->n_sums; s++)
        for (size_t i = 0; i < l->sums[s].n; i++) l->of_cell.start[l->sums[s].cells[i] + 2]++;
    if (!measure_lists(&l->of_cell, l->n_cells)) return false;
    for (size_t s = 0; s < l->n_sums; s++)
        for (size_t i = 0; i < l->sums[s].n; i++)
            l->of_cell.at[l->of_cell.start[l->sums[s].cells[i] + 1]++] = s;
    return true;
}

/* ---- what follows at once ---- */

/* A cell is known now: so is the last one of each of its sums, and so on. `left` are the unknown cells of
 * each sum, `queue` has room for all cells. */
static void follow_from(tilt__linked *l, size_t cell, size_t *left, size_t *queue) {
    size_t n = 0;
    queue[n++] = cell;
    while (n > 0) {
        cell = queue[--n];
        for (size_t k = l->of_cell.start[cell]; k < l->of_cell.start[cell + 1]; k++) {
            const tilt__linked_sum *sum = &l->sums[l->of_cell.at[k]];
            if (--left[l->of_cell.at[k]] != 1) continue;
            for (size_t i = 0; i < sum->n; i++) {
                if (!l->unknown[sum->cells[i]]) continue;
                l->unknown[sum->cells[i]] = false;
                queue[n++] = sum->cells[i];
            }
        }
    }
}

static bool follow(tilt__linked *l) {
    size_t *left = tilt__alloc(l->n_sums, sizeof *left), *queue = tilt__alloc(l->n_cells, sizeof *queue);
    bool ok = left != NULL && queue != NULL;
    for (size_t s = 0; s < l->n_sums && ok; s++)
        for (size_t i = 0; i < l->sums[s].n; i++) left[s] += l->unknown[l->sums[s].cells[i]];
    for (size_t s = 0; s < l->n_sums && ok; s++) {
        for (size_t i = 0; i < l->sums[s].n && left[s] == 1; i++) {
            size_t cell = l->sums[s].cells[i];
            if (!l->unknown[cell]) continue;
            l->unknown[cell] = false;
            follow_from(l, cell, left, queue);
        }
    }
    free(left);
    free(queue);
    return ok;
}

/* ---- parts ---- */

static size_t root_of(size_t *parent, size_t at) {
    while (parent[at] != at) at = parent[at] = parent[parent[at]];
    return at;
}

/* Unknown cells of one sum hang together: union by smallest number, so that the first cell is the root. */
static void join(tilt__linked *l) {
    size_t *parent = l->parent;
    for (size_t i = 0; i < l->n_cells; i++) parent[i] = i;
    for (size_t s = 0; s < l->n_sums; s++) {
        const tilt__linked_sum *sum = &l->sums[s];
        size_t first = SIZE_MAX;
        for (size_t i = 0; i < sum->n; i++) {
            if (!l->unknown[sum->cells[i]]) continue;
            size_t root = root_of(parent, sum->cells[i]);
            if (first == SIZE_MAX) first = root;
            size_t low = root < first ? root : first;
            parent[root] = parent[first] = low;
            first = low;
        }
    }
}

/* Parts of two cells and more, numbered by their first. */
static bool make_parts(tilt__linked *l) {
    size_t *size = tilt__alloc(l->n_cells, sizeof *size), used = 0;
    if (size == NULL) return false;
    for (size_t i = 0; i < l->n_cells; i++) {
        l->part_of[i] = SIZE_MAX;
        if (!l->unknown[i]) continue;
        l->n_parts += ++size[root_of(l->parent, i)] == 2;
    }
    l->parts = tilt__alloc(l->n_parts, sizeof *l->parts);
    l->n_parts = 0;
    for (size_t i = 0; i < l->n_cells && l->parts != NULL; i++) {
        size_t root = l->parent[i] = root_of(l->parent, i);
        if (!l->unknown[i] || size[root] < 2) continue;
        if (root == i) {
            l->parts[l->n_parts] = (part){.cells = l->cells + used};
            used += size[i];
            l->part_of[i] = l->n_parts++;
        }
        part *own = &l->parts[l->part_of[i] = l->part_of[root]];
        own->cells[own->n] = i;
        l->place[i] = own->n++;
    }
    free(size);
    return l->parts != NULL;
}

static bool list_sums_of_parts(tilt__linked *l) {
    if (!open_lists(&l->of_part, l->n_parts)) return false;
    for (size_t s = 0; s < l->n_sums; s++) {
        l->sum_part[s] = SIZE_MAX;
        for (size_t i = 0; i < l->sums[s].n && l->sum_part[s] == SIZE_MAX; i++)
            l->sum_part[s] = l->part_of[l->sums[s].cells[i]];
        if (l->sum_part[s] != SIZE_MAX) l->of_part.start[l->sum_part[s] + 2]++;
    }
    if (!measure_lists(&l->of_part, l->n_parts)) return false;
    for (size_t s = 0; s < l->n_sums; s++)
        if (l->sum_part[s] != SIZE_MAX) l->of_part.at[l->of_part.start[l->sum_part[s] + 1]++] = s;
    return true;
}

/* The sums of part p with the cells by their places in it. */
static bool solve_part(tilt__linked *l, size_t p) {
    size_t first = l->of_part.start[p], n_rows = l->of_part.start[p + 1] - first, n_in = 0;
    part *own = &l->parts[p];
    if (own->solved) return true;
    for (size_t r = 0; r < n_rows; r++) n_in += l->sums[l->of_part.at[first + r]].n;
    tilt__dictionary_row *rows = tilt__alloc(n_rows, sizeof *rows);
    size_t *places = tilt__alloc(n_in, sizeof *places), used = 0;
    bool ok = rows != NULL && places != NULL;
    for (size_t r = 0; r < n_rows && ok; r++) {
        const tilt__linked_sum *sum = &l->sums[l->of_part.at[first + r]];
        rows[r] = (tilt__dictionary_row){places + used, sum->n};
        for (size_t i = 0; i < sum->n; i++)
            places[used++] = l->unknown[sum->cells[i]] ? l->place[sum->cells[i]] : SIZE_MAX;
    }
    own->solved = ok && tilt__dictionary_make(own->n, rows, n_rows, &own->sums);
    if (ok && !own->solved) tilt__dictionary_free(&own->sums);
    free(rows);
    free(places);
    return own->solved;
}

void tilt__linked_free(tilt__linked *l) {
    if (l == NULL) return;
    for (size_t p = 0; p < l->n_parts; p++) tilt__dictionary_free(&l->parts[p].sums);
    tilt__walk_close(&l->walk);
    free_lists(&l->of_cell);
    free_lists(&l->of_part);
    free(l->unknown);
    free(l->parent);
    free(l->part_of);
    free(l->place);
    free(l->cells);
    free(l->sum_part);
    free(l->parts);
    free(l);
}

tilt__linked *tilt__linked_new(size_t n_cells, const tilt__linked_sum *sums, size_t n_sums,
                               const bool *open) {
    tilt__linked *l = tilt__alloc(1, sizeof *l);
    if (l == NULL) return NULL;
    *l = (tilt__linked){
        .n_cells = n_cells, .n_sums = n_sums, .sums = sums, .walking = SIZE_MAX, .obstacle = SIZE_MAX};
    l->unknown = tilt__alloc(n_cells, sizeof *l->unknown);
    l->parent = tilt__alloc(n_cells, sizeof *l->parent);
    l->part_of = tilt__alloc(n_cells, sizeof *l->part_of);
    l->place = tilt__alloc(n_cells, sizeof *l->place);
    l->cells = tilt__alloc(n_cells, sizeof *l->cells);
    l->sum_part = tilt__alloc(n_sums, sizeof *l->sum_part);
    bool ok = l->unknown != NULL && l->parent != NULL && l->part_of != NULL && l->place != NULL &&
              l->cells != NULL && l->sum_part != NULL && list_sums_of_cells(l);
    if (ok) memcpy(l->unknown, open, n_cells * sizeof *open);
    ok = ok && follow(l);
    if (ok) join(l);
    if (ok && make_parts(l) && list_sums_of_parts(l)) return l;
    tilt__linked_free(l);
    return NULL;
}

/* ---- the search ---- */

static bool is_wanted(const part *own, const tilt__linked_reader *reader, double slack) {
    for (size_t i = 0; i < own->n; i++)
        if (reader->need[own->cells[i]] > slack) return true;
    return false;
}

/* Makes the walk ready for part p and puts it to the reader's true values. */
static bool start_walk(tilt__linked *l, size_t p, const tilt__linked_reader *reader) {
    const part *own = &l->parts[p];
    if (l->walking != p) {
        tilt__walk_close(&l->walk);
        l->walking = SIZE_MAX;
        if (!tilt__walk_open(&own->sums, &l->walk)) return false;
        l->walking = p;
    }
    tilt__walk_start(&l->walk, &own->sums, own->cells, reader->values, reader->upper);
    return true;
}

static bool search_part(tilt__linked *l, size_t p, const tilt__linked_reader *reader, double *lower,
                        double *upper) {
    const part *own = &l->parts[p];
    if (!solve_part(l, p) || !start_walk(l, p, reader)) return false;
    for (size_t i = 0; i < own->n; i++)
        if (reader->need[own->cells[i]] > 0) tilt__walk_drive(&l->walk, i, reader->need[own->cells[i]]);
    for (size_t i = 0; i < own->n; i++) {
        lower[own->cells[i]] = l->walk.least[l->walk.at.place[i]];
        upper[own->cells[i]] = l->walk.top[l->walk.at.place[i]];
    }
    return true;
}

tilt__linked_found tilt__linked_bounds(tilt__linked *l, const tilt__linked_reader *reader, double *out_lower,
                                       double *out_upper) {
    for (size_t i = 0; i < l->n_cells; i++) {
        out_lower[i] = out_upper[i] = reader->values[i];
        if (!l->unknown[i] || l->part_of[i] != SIZE_MAX || !(reader->need[i] > 0)) continue;
        out_lower[i] = 0;
        out_upper[i] = reader->upper == NULL ? HUGE_VAL : reader->upper[i];
    }
    for (size_t p = 0; p < l->n_parts; p++) {
        if (!is_wanted(&l->parts[p], reader, 0)) continue;
        if (l->parts[p].n > TILT__LINKED_MOST) return TILT__LINKED_TOO_BIG;
        if (!search_part(l, p, reader, out_lower, out_upper)) return TILT__LINKED_NO_MEMORY;
    }
    return TILT__LINKED_DONE;
}

/* ---- closing ---- */

/* True when the interval of a cell (in the part being walked) is wide enough. */
static bool is_wide(tilt__linked *l, size_t cell, const tilt__linked_reader *reader, double slack) {
    double need = reader->need[cell];
    if (!(need > slack)) return true;
    size_t own = l->place[cell];
    tilt__walk_drive(&l->walk, own, need);
    size_t at = l->walk.at.place[own];
    bool wide = l->walk.top[at] - l->walk.least[at] >= need - slack;
    if (!wide) l->obstacle = cell;
    return wide;
}

/* All cells of part p; first those that are likely to be in the way: the last that was, and those beside the
 * one that is closed. */
static bool are_wide(tilt__linked *l, size_t p, size_t closed, const tilt__linked_reader *reader,
                     double slack) {
    const part *own = &l->parts[p];
    if (l->obstacle != SIZE_MAX && l->part_of[l->obstacle] == p && !is_wide(l, l->obstacle, reader, slack))
        return false;
    for (size_t k = l->of_cell.start[closed]; k < l->of_cell.start[closed + 1]; k++) {
        const tilt__linked_sum *sum = &l->sums[l->of_cell.at[k]];
        for (size_t i = 0; i < sum->n; i++)
            if (l->part_of[sum->cells[i]] == p && !is_wide(l, sum->cells[i], reader, slack)) return false;
    }
    for (size_t i = 0; i < own->n; i++)
        if (!is_wide(l, own->cells[i], reader, slack)) return false;
    return true;
}

static tilt__linked_found close_in_part(tilt__linked *l, size_t at, const tilt__linked_reader *readers,
                                        size_t n_readers, double slack, bool *out_closed) {
    size_t p = l->part_of[at];
    if (l->parts[p].n > TILT__LINKED_MOST) return TILT__LINKED_TOO_BIG;
    if (!solve_part(l, p)) return TILT__LINKED_NO_MEMORY;
    bool held = tilt__dictionary_hold(&l->parts[p].sums, l->place[at]);
    *out_closed = true;
    for (size_t r = 0; r < n_readers && *out_closed; r++) {
        if (!start_walk(l, p, &readers[r])) return TILT__LINKED_NO_MEMORY;
        *out_closed = are_wide(l, p, at, &readers[r], slack);
    }
    if (held && !*out_closed) tilt__dictionary_release(&l->parts[p].sums);
    return TILT__LINKED_DONE;
}

tilt__linked_found tilt__linked_close(tilt__linked *l, size_t at, const tilt__linked_reader *readers,
                                      size_t n_readers, double slack, bool *out_closed) {
    size_t p = l->part_of[at];
    bool wanted = false, asked = false;
    for (size_t r = 0; r < n_readers; r++) {
        asked = asked || readers[r].need[at] > slack;
        wanted = wanted || (p != SIZE_MAX && is_wanted(&l->parts[p], &readers[r], slack));
    }
    tilt__linked_found found = TILT__LINKED_DONE;
    *out_closed = !l->unknown[at] || !asked;
    if (l->unknown[at] && wanted && *out_closed)
        found = close_in_part(l, at, readers, n_readers, slack, out_closed);
    if (found == TILT__LINKED_DONE && *out_closed) l->unknown[at] = false;
    return found;
}
