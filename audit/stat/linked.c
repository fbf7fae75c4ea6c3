/* stat/linked.c - the attack on linked tables.
 *
 * First what follows at once: a sum with one unknown gives it. What is left falls into parts that have no sum
 * in common. Each part becomes a dictionary by Gauss-Jordan elimination: some of its cells (basic) as sums of
 * the others (free), in changes from the true values, so that there are no constants. Then the simplex method
 * with limits (Dantzig 1963), started not at a corner but at the true values: a free cell moves until a basic
 * one meets a limit, and takes its place. All points on the way are feasible and widen the intervals of all
 * cells.
 */
#include "stat/linked.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

#define TINY 1e-9

/* One part: its cells, its dictionary and where it stands. */
typedef struct part {
    const tilt__system *system;
    size_t n_cells, n_rows; /* n_rows basic cells */
    size_t *cell;           /* number in the system */
    size_t *basic;          /* per row: the part's cell that it gives */
    bool *is_basic;         /* per cell */
    double *table;          /* n_rows x n_cells: change of basic per change of free cells */
    double *now;            /* per cell: the value at this point */
    double *gain;           /* per cell: of the goal, per change */
    size_t *places;         /* room for the places of one row */
} part;

/* All that one call works with. */
typedef struct attack {
    const tilt__system *system;
    bool *unknown;   /* open, and not given by a sum */
    size_t *part_of; /* per cell; SIZE_MAX */
    size_t *place;   /* per cell: in its part */
    double *lower, *upper;
} attack;

/* ---- what follows at once ---- */

static size_t count_unknown(const attack *a, const tilt__linked_sum *sum, size_t *out_last) {
    size_t n = 0;
    for (size_t i = 0; i < sum->n; i++) {
        if (!a->unknown[sum->cells[i]]) continue;
        *out_last = sum->cells[i];
        n++;
    }
    return n;
}

static void follow(attack *a) {
    for (bool again = true; again;) {
        again = false;
        for (size_t s = 0; s < a->system->n_sums; s++) {
            size_t last = 0;
            if (count_unknown(a, &a->system->sums[s], &last) != 1) continue;
            a->unknown[last] = false;
            again = true;
        }
    }
}

/* ---- parts ---- */

static size_t root_of(size_t *parent, size_t at) {
    while (parent[at] != at) at = parent[at] = parent[parent[at]];
    return at;
}

/* Unknown cells of one sum hang together: union by smallest number, so that part_of is that of the first. */
static void join(attack *a) {
    size_t *parent = a->part_of;
    for (size_t i = 0; i < a->system->n_cells; i++) parent[i] = i;
    for (size_t s = 0; s < a->system->n_sums; s++) {
        const tilt__linked_sum *sum = &a->system->sums[s];
        size_t first = SIZE_MAX;
        for (size_t i = 0; i < sum->n; i++) {
            if (!a->unknown[sum->cells[i]]) continue;
            size_t root = root_of(parent, sum->cells[i]);
            if (first == SIZE_MAX) first = root;
            size_t low = root < first ? root : first;
            parent[root] = parent[first] = low;
            first = low;
        }
    }
    for (size_t i = 0; i < a->system->n_cells; i++) parent[i] = root_of(parent, i);
}

static void free_part(part *p) {
    free(p->cell);
    free(p->basic);
    free(p->is_basic);
    free(p->table);
    free(p->now);
    free(p->gain);
    free(p->places);
}

/* The sums of the part as rows of p->table; *out_n of them. */
static void fill_rows(const attack *a, part *p, size_t root, size_t *out_n) {
    size_t n = 0;
    for (size_t s = 0; s < a->system->n_sums; s++) {
        const tilt__linked_sum *sum = &a->system->sums[s];
        bool mine = false;
        for (size_t i = 0; i < sum->n; i++) {
            size_t cell = sum->cells[i];
            if (!a->unknown[cell] || a->part_of[cell] != root) continue;
            mine = true;
            p->table[n * p->n_cells + a->place[cell]] += i == 0 ? 1 : -1;
        }
        if (mine) n++;
    }
    *out_n = n;
}

static size_t count_rows(const attack *a, size_t root) {
    size_t n = 0;
    for (size_t s = 0; s < a->system->n_sums; s++) {
        const tilt__linked_sum *sum = &a->system->sums[s];
        for (size_t i = 0; i < sum->n; i++) {
            if (!a->unknown[sum->cells[i]] || a->part_of[sum->cells[i]] != root) continue;
            n++;
            break;
        }
    }
    return n;
}

/* The places of a row that are not zero: rows are mostly zeros, and most of the time goes into subtracting
 * them. */
static size_t find_places(const double *row, size_t n, size_t *out) {
    size_t found = 0;
    for (size_t j = 0; j < n; j++)
        if (row[j] != 0) out[found++] = j;
    return found;
}

static void subtract_row(double *from, const double *row, double times, const size_t *places, size_t n) {
    for (size_t i = 0; i < n; i++) {
        size_t j = places[i];
        from[j] -= times * row[j];
        if (fabs(from[j]) < TINY) from[j] = 0;
    }
}

/* Rows sum(coefficient * change) = 0 into basic = sum(table * free). Rows that follow from others are left
 * out. */
static void eliminate(part *p, size_t n_rows) {
    size_t width = p->n_cells;
    for (size_t r = 0; r < n_rows; r++) {
        double *row = p->table + r * width;
        size_t pivot = SIZE_MAX;
        for (size_t j = 0; j < width; j++)
            if (fabs(row[j]) > TINY && (pivot == SIZE_MAX || fabs(row[j]) > fabs(row[pivot]) + TINY))
                pivot = j;
        if (pivot == SIZE_MAX) continue;
        double scale = row[pivot];
        for (size_t j = 0; j < width; j++) row[j] /= scale;
        size_t n_places = find_places(row, width, p->places);
        for (size_t i = 0; i < n_rows; i++) {
            double *other = p->table + i * width;
            bool later = i > r, kept = i < p->n_rows;
            if ((later || kept) && fabs(other[pivot]) > 0)
                subtract_row(other, row, other[pivot], p->places, n_places);
        }
        if (r != p->n_rows) memmove(p->table + p->n_rows * width, row, width * sizeof *row);
        p->basic[p->n_rows++] = pivot;
        p->is_basic[pivot] = true;
    }
    for (size_t r = 0; r < p->n_rows; r++) {
        double *row = p->table + r * width;
        for (size_t j = 0; j < width; j++) row[j] = j == p->basic[r] || row[j] == 0 ? 0 : -row[j];
    }
}

/* The part whose cells have `root`. */
static bool make_part(attack *a, size_t root, size_t n_cells, part *out) {
    size_t n_rows = count_rows(a, root), at = 0, found = 0;
    *out = (part){.system = a->system, .n_cells = n_cells};
    out->cell = tilt__alloc(n_cells, sizeof *out->cell);
    out->basic = tilt__alloc(n_rows, sizeof *out->basic);
    out->is_basic = tilt__alloc(n_cells, sizeof *out->is_basic);
    out->table = tilt__alloc(n_rows * n_cells, sizeof *out->table);
    out->now = tilt__alloc(n_cells, sizeof *out->now);
    out->gain = tilt__alloc(n_cells, sizeof *out->gain);
    out->places = tilt__alloc(n_cells, sizeof *out->places);
    if (out->cell == NULL || out->basic == NULL || out->is_basic == NULL || out->table == NULL ||
        out->now == NULL || out->gain == NULL || out->places == NULL)
        return false;
    for (size_t i = root; i < a->system->n_cells; i++) {
        if (!a->unknown[i] || a->part_of[i] != root) continue;
        out->cell[at] = i;
        out->now[at] = a->system->values[i];
        a->place[i] = at++;
    }
    fill_rows(a, out, root, &found);
    eliminate(out, found);
    return true;
}

/* ---- the search ---- */

static double most_of(const part *p, size_t j) {
    const double *upper = p->system->upper;
    return upper == NULL ? HUGE_VAL : upper[p->cell[j]];
}

/* How far cell j can still go up (or down). */
static double to_limit(const part *p, size_t j, bool up) {
    return up ? most_of(p, j) - p->now[j] : p->now[j];
}

/* Gain of the goal per change of each free cell. */
static void set_gain(part *p, size_t goal, bool up) {
    memset(p->gain, 0, p->n_cells * sizeof *p->gain);
    if (!p->is_basic[goal]) p->gain[goal] = 1;
    for (size_t r = 0; r < p->n_rows; r++)
        if (p->basic[r] == goal) memcpy(p->gain, p->table + r * p->n_cells, p->n_cells * sizeof *p->gain);
    for (size_t j = 0; !up && j < p->n_cells; j++) p->gain[j] = -p->gain[j];
}

/* The free cell to move: the largest gain, or (first) the first that gains (Bland 1977); SIZE_MAX: none. */
static size_t choose(const part *p, bool first) {
    size_t best = SIZE_MAX;
    for (size_t j = 0; j < p->n_cells; j++) {
        if (p->is_basic[j] || fabs(p->gain[j]) <= TINY || to_limit(p, j, p->gain[j] > 0) <= TINY) continue;
        if (best == SIZE_MAX || (!first && fabs(p->gain[j]) > fabs(p->gain[best]))) best = j;
        if (first) return best;
    }
    return best;
}

/* How far free cell j can move; *out_row the row that stops it, SIZE_MAX: j's own limit or nothing. */
static double reach(const part *p, size_t j, bool up, size_t *out_row) {
    double least = to_limit(p, j, up);
    *out_row = SIZE_MAX;
    for (size_t r = 0; r < p->n_rows; r++) {
        double slope = p->table[r * p->n_cells + j] * (up ? 1 : -1);
        if (fabs(slope) <= TINY) continue;
        double step = fmax(to_limit(p, p->basic[r], slope > 0), 0) / fabs(slope);
        bool nearer = step < least - TINY;
        bool same =
            !nearer && step <= least + TINY && *out_row != SIZE_MAX && p->basic[r] < p->basic[*out_row];
        if (!nearer && !same) continue;
        least = fmin(step, least);
        *out_row = r;
    }
    return least;
}

static void move(part *p, size_t j, double amount) {
    p->now[j] += amount;
    for (size_t r = 0; r < p->n_rows; r++) {
        double *now = &p->now[p->basic[r]];
        *now += amount * p->table[r * p->n_cells + j];
        if (fabs(*now) < TINY) *now = 0;
    }
    if (fabs(p->now[j]) < TINY) p->now[j] = 0;
}

/* Free cell j and the basic one of `row` change places. */
static void exchange(part *p, size_t row, size_t j) {
    size_t width = p->n_cells, leaving = p->basic[row];
    double *line = p->table + row * width, pivot = line[j];
    for (size_t k = 0; k < width; k++) line[k] = line[k] == 0 ? 0 : -line[k] / pivot;
    line[leaving] = 1 / pivot;
    line[j] = 0;
    size_t n_places = find_places(line, width, p->places);
    for (size_t r = 0; r < p->n_rows; r++) {
        double *other = p->table + r * width, times = other[j];
        if (r == row || times == 0) continue;
        other[j] = 0;
        subtract_row(other, line, -times, p->places, n_places);
    }
    p->basic[row] = j;
    p->is_basic[j] = true;
    p->is_basic[leaving] = false;
}

static void witness(attack *a, const part *p) {
    for (size_t j = 0; j < p->n_cells; j++) {
        size_t cell = p->cell[j];
        a->lower[cell] = fmin(a->lower[cell], p->now[j]);
        a->upper[cell] = fmax(a->upper[cell], p->now[j]);
    }
}

/* An endless need asks for the exact limits. */
static bool is_enough(const attack *a, size_t cell, double need) {
    return !isinf(need) && a->upper[cell] - a->lower[cell] >= need;
}

/* Drives the goal up (or down) until its interval is `need` wide or nothing gains any more. */
static void drive(attack *a, part *p, size_t goal, bool up, double need) {
    size_t cell = p->cell[goal], most = 50 * (p->n_cells + 10), standing = 0;
    for (size_t step = 0; step < most; step++) {
        size_t row;
        set_gain(p, goal, up);
        size_t j = choose(p, standing > 20);
        if (j == SIZE_MAX) return;
        bool rise = p->gain[j] > 0;
        double far = reach(p, j, rise, &row);
        if (isinf(far)) {
            if (up) a->upper[cell] = HUGE_VAL;
            return;
        }
        standing = far > TINY ? 0 : standing + 1;
        move(p, j, rise ? far : -far);
        if (row != SIZE_MAX) exchange(p, row, j);
        witness(a, p);
        if (is_enough(a, cell, need)) return;
    }
}

static bool search_part(attack *a, size_t root, size_t n_cells, const double *need) {
    part p;
    bool ok = make_part(a, root, n_cells, &p);
    for (size_t j = 0; ok && j < p.n_cells; j++) {
        size_t cell = p.cell[j];
        if (need[cell] <= 0) continue;
        for (int up = 1; up >= 0; up--) {
            if (!is_enough(a, cell, need[cell])) drive(a, &p, j, up == 1, need[cell]);
        }
    }
    free_part(&p);
    return ok;
}

static void start(attack *a, const bool *open) {
    for (size_t i = 0; i < a->system->n_cells; i++) {
        a->unknown[i] = open[i];
        a->lower[i] = a->upper[i] = a->system->values[i];
    }
    follow(a);
    join(a);
}

/* An unknown cell that is in no sum. */
static void set_free(attack *a, size_t cell) {
    a->lower[cell] = 0;
    a->upper[cell] = a->system->upper == NULL ? HUGE_VAL : a->system->upper[cell];
}

static tilt__linked_found search(attack *a, const double *need) {
    size_t n = a->system->n_cells;
    size_t *size = tilt__alloc(n, sizeof *size);
    bool *wanted = tilt__alloc(n, sizeof *wanted);
    tilt__linked_found found = size != NULL && wanted != NULL ? TILT__LINKED_DONE : TILT__LINKED_NO_MEMORY;
    for (size_t i = 0; found == TILT__LINKED_DONE && i < n; i++) {
        if (!a->unknown[i]) continue;
        size[a->part_of[i]]++;
        if (need[i] > 0) wanted[a->part_of[i]] = true;
    }
    for (size_t i = 0; found == TILT__LINKED_DONE && i < n; i++) {
        if (!wanted[i] || size[i] == 0) continue;
        if (size[i] == 1)
            set_free(a, i);
        else if (size[i] > TILT__LINKED_MOST)
            found = TILT__LINKED_TOO_BIG;
        else if (!search_part(a, i, size[i], need))
            found = TILT__LINKED_NO_MEMORY;
    }
    free(size);
    free(wanted);
    return found;
}

tilt__linked_found tilt__linked_bounds(const tilt__system *system, const bool *open, const double *need,
                                       double *out_lower, double *out_upper) {
    attack a = {.system = system, .lower = out_lower, .upper = out_upper};
    a.unknown = tilt__alloc(system->n_cells, sizeof *a.unknown);
    a.part_of = tilt__alloc(system->n_cells, sizeof *a.part_of);
    a.place = tilt__alloc(system->n_cells, sizeof *a.place);
    tilt__linked_found found = TILT__LINKED_NO_MEMORY;
    if (a.unknown != NULL && a.part_of != NULL && a.place != NULL) {
        start(&a, open);
        found = search(&a, need);
    }
    free(a.unknown);
    free(a.part_of);
    free(a.place);
    return found;
}
