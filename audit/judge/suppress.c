/* judge/suppress.c - the search for what to hide.
 *
 * Two-way parts first, each protected on its own by flows, again and again until no table changes (a cell
 * hidden for one table is hidden in all). Then the attack on everything together; a cell that it pins gets
 * the cheapest visible neighbour hidden, until the attack fails. Last, cells that were hidden for others are
 * shown again where the attack allows it. More hidden is always safe: with everything but zeros hidden, all
 * counts could be any multiple of what they are.
 */
#include "judge/suppress.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "stat/transport.h"

enum { MOST_BY_FLOW = 400, LEAST_CLEANED = 10, CLEANING = 20000000 };
#define ROUNDING 1e-6

/* Three readers: one who only sees what is printed; one who also knows that primary cells are below k; and
 * one who knows, too, that nothing hidden is 0. */
enum { READERS = 3 };

typedef struct reader {
    double *values; /* less what cells are known to be at least */
    double *upper;  /* less the same */
    double *need;   /* how wide the interval of a cell must be for it; 0: it may be known */
    double *width;  /* what the last attack left of a cell that it pinned; else HUGE_VAL */
} reader;

typedef struct search {
    tilt__guarded_system *system;
    reader readers[READERS];
    double *lower, *higher; /* per cell */
    bool *open, *forced, *pinned, *marked;
    bool dropped[TILT__TIERS];
    tilt__linked_sum *sums; /* those of tiers that are still there */
    size_t n_sums;
    tilt__linked *linked; /* what the last attack made of them */
} search;

bool tilt__is_small(double n, double k) {
    return n > 0 && n < k;
}

bool tilt__is_dominated(const double *contributions, size_t n, double share) {
    double sum = 0, most = 0;
    for (size_t i = 0; i < n; i++) {
        sum += contributions[i];
        most = fmax(most, contributions[i]);
    }
    return sum > 0 && most > share * sum;
}

static void close_search(search *s) {
    for (size_t r = 0; r < READERS; r++) {
        free(s->readers[r].values);
        free(s->readers[r].upper);
        free(s->readers[r].need);
        free(s->readers[r].width);
    }
    free(s->lower);
    free(s->higher);
    free(s->open);
    free(s->forced);
    free(s->pinned);
    free(s->marked);
    free(s->sums);
    tilt__linked_free(s->linked);
}

static bool open_reader(reader *r, size_t n) {
    r->values = tilt__alloc(n, sizeof *r->values);
    r->upper = tilt__alloc(n, sizeof *r->upper);
    r->need = tilt__alloc(n, sizeof *r->need);
    r->width = tilt__alloc(n, sizeof *r->width);
    return r->values != NULL && r->upper != NULL && r->need != NULL && r->width != NULL;
}

static bool open_search(tilt__guarded_system *system, search *out) {
    size_t n = system->n_cells;
    *out = (search){.system = system};
    bool ok = true;
    for (size_t r = 0; r < READERS; r++) ok = open_reader(&out->readers[r], n) && ok;
    out->lower = tilt__alloc(n, sizeof *out->lower);
    out->higher = tilt__alloc(n, sizeof *out->higher);
    out->open = tilt__alloc(n, sizeof *out->open);
    out->forced = tilt__alloc(n, sizeof *out->forced);
    out->pinned = tilt__alloc(n, sizeof *out->pinned);
    out->marked = tilt__alloc(n, sizeof *out->marked);
    out->sums = tilt__alloc(system->n_sums, sizeof *out->sums);
    return ok && out->lower != NULL && out->higher != NULL && out->open != NULL && out->forced != NULL &&
           out->pinned != NULL && out->marked != NULL && out->sums != NULL;
}

/* A whole number that is not printed is at least 1 (weights and money need not be). */
static double least_of(const tilt__guarded *cell) {
    return cell->published && cell->value >= 1 && floor(cell->value) >= cell->value ? 1 : 0;
}

static void fill_search(search *s) {
    static const double least_width[READERS] = {HUGE_VAL, 2, 1};
    for (size_t i = 0; i < s->system->n_cells; i++) {
        const tilt__guarded *cell = &s->system->cells[i];
        double limit = cell->limit > 0 ? fmax(cell->limit, cell->value) : HUGE_VAL;
        double small = cell->need > 0 ? fmax(cell->most, cell->value) : HUGE_VAL;
        for (size_t r = 0; r < READERS; r++) {
            double least = r == 2 ? least_of(cell) : 0;
            s->readers[r].values[i] = cell->value - least;
            s->readers[r].upper[i] = fmin(r > 0 ? small : HUGE_VAL, limit) - least;
            s->readers[r].need[i] = fmin(cell->need, least_width[r]);
        }
        s->forced[i] = cell->published && cell->hidden;
    }
    s->n_sums = s->system->n_sums;
    if (s->n_sums > 0) memcpy(s->sums, s->system->sums, s->n_sums * sizeof *s->sums);
}

/* ---- the attack ---- */

/* Marks the primary cells that can be worked out too closely; *out_n of them. */
static tilt__linked_found attack(search *s, size_t *out_n) {
    size_t n = s->system->n_cells;
    *out_n = 0;
    for (size_t i = 0; i < n; i++) {
        s->open[i] = s->system->cells[i].hidden || !s->system->cells[i].published;
        s->pinned[i] = false;
    }
    tilt__linked_free(s->linked);
    s->linked = tilt__linked_new(n, s->sums, s->n_sums, s->open);
    if (s->linked == NULL) return TILT__LINKED_NO_MEMORY;
    for (size_t k = 0; k < READERS; k++) {
        reader *r = &s->readers[k];
        tilt__linked_reader knows = {r->values, r->upper, r->need};
        tilt__linked_found found = tilt__linked_bounds(s->linked, &knows, s->lower, s->higher);
        if (found != TILT__LINKED_DONE) return found;
        for (size_t i = 0; i < n; i++) {
            double width = s->higher[i] - s->lower[i];
            bool narrow =
                r->need[i] > 0 && !s->dropped[s->system->cells[i].tier] && width < r->need[i] - ROUNDING;
            r->width[i] = narrow ? width : HUGE_VAL;
            *out_n += narrow && !s->pinned[i];
            s->pinned[i] = s->pinned[i] || narrow;
        }
    }
    return TILT__LINKED_DONE;
}

/* ---- hiding more ---- */

static bool may_hide(const tilt__guarded *cell) {
    return cell->published && !cell->hidden && cell->value > 0 && !isinf(cell->cost);
}

/* Cheapest cell to hide among those that share a sum with a marked one; SIZE_MAX. */
static size_t cheapest_beside(const search *s, const bool *marked) {
    const tilt__guarded *cells = s->system->cells;
    size_t best = SIZE_MAX;
    for (size_t k = 0; k < s->n_sums; k++) {
        bool beside = false;
        for (size_t i = 0; i < s->sums[k].n; i++) beside = beside || marked[s->sums[k].cells[i]];
        for (size_t i = 0; beside && i < s->sums[k].n; i++) {
            size_t c = s->sums[k].cells[i];
            if (may_hide(&cells[c]) && (best == SIZE_MAX || cells[c].cost < cells[best].cost)) best = c;
        }
    }
    return best;
}

/* Marks what shares a sum with a marked cell; false when that is nothing new. */
static bool spread(const search *s, bool *marked) {
    bool more = false;
    for (size_t k = 0; k < s->n_sums; k++) {
        bool beside = false;
        for (size_t i = 0; i < s->sums[k].n; i++) beside = beside || marked[s->sums[k].cells[i]];
        for (size_t i = 0; beside && i < s->sums[k].n; i++) {
            more = more || !marked[s->sums[k].cells[i]];
            marked[s->sums[k].cells[i]] = true;
        }
    }
    return more;
}

/* Hides one more cell for the sake of `at`. Where nothing is left to hide around it (all are of a few people,
 * say), no hiding protects it better: what it has is what it keeps. */
static void hide_for(search *s, size_t at) {
    memset(s->marked, 0, s->system->n_cells * sizeof *s->marked);
    s->marked[at] = true;
    size_t found = cheapest_beside(s, s->marked);
    while (found == SIZE_MAX && spread(s, s->marked)) found = cheapest_beside(s, s->marked);
    if (found != SIZE_MAX) {
        s->system->cells[found].hidden = true;
    } else {
        for (size_t r = 0; r < READERS; r++)
            s->readers[r].need[at] = fmin(s->readers[r].need[at], s->readers[r].width[at]);
    }
}

/* One cell for each that is pinned, but not two for cells of one sum: the first may protect both. */
static void hide_for_pinned(search *s) {
    for (size_t i = 0; i < s->system->n_cells; i++) {
        if (!s->pinned[i]) continue;
        hide_for(s, i);
        for (size_t k = 0; k < s->n_sums; k++) {
            bool beside = false;
            for (size_t j = 0; j < s->sums[k].n; j++) beside = beside || s->sums[k].cells[j] == i;
            for (size_t j = 0; beside && j < s->sums[k].n; j++) s->pinned[s->sums[k].cells[j]] = false;
        }
    }
}

/* Leaves the finest tier that is left out of what is published, and its sums out of the attack: of cells of
 * which none is known, their sums tell nothing. False when all are gone. */
static bool drop_tier(search *s) {
    unsigned tier = TILT__TIERS;
    while (tier > 0 && s->dropped[tier - 1]) tier--;
    if (tier == 0) return false;
    s->dropped[--tier] = true;
    for (size_t i = 0; i < s->system->n_cells; i++) {
        tilt__guarded *cell = &s->system->cells[i];
        if (cell->tier != tier || !cell->published) continue;
        cell->hidden = s->forced[i] = true;
    }
    size_t n = 0;
    for (size_t k = 0; k < s->n_sums; k++) {
        bool gone = false;
        for (size_t i = 0; i < s->sums[k].n; i++)
            gone = gone || s->system->cells[s->sums[k].cells[i]].tier == tier;
        if (!gone) s->sums[n++] = s->sums[k];
    }
    s->n_sums = n;
    return true;
}

static tilt_status hide_until_safe(search *s, tilt_error *err) {
    for (;;) {
        size_t n = 0;
        tilt__linked_found found = attack(s, &n);
        if (found == TILT__LINKED_NO_MEMORY) return tilt__fail_memory(err);
        if (found == TILT__LINKED_TOO_BIG) {
            if (!drop_tier(s))
                return tilt__fail(err, TILT_EINTERNAL, "nothing is left that could be published");
            continue;
        }
        if (n == 0) return TILT_OK;
        hide_for_pinned(s); /* each round hides a cell or gives one up */
    }
}

/* ---- two-way parts ---- */

static size_t count_hidden(const search *s) {
    size_t n = 0;
    for (size_t i = 0; i < s->system->n_cells; i++)
        n += s->system->cells[i].published && s->system->cells[i].hidden;
    return n;
}

/* A margin that is no cell is not known, and worth the sum of its cells. */
static void fill_table(const search *s, const tilt__guarded_table *t, double *values, bool *hidden,
                       double *need, double *cost) {
    size_t width = t->cols + 1, n = (t->rows + 1) * width, corner = n - 1;
    for (size_t at = 0; at < n; at++) {
        const tilt__guarded *cell = t->cells[at] == SIZE_MAX ? NULL : &s->system->cells[t->cells[at]];
        size_t row = at / width, col = at % width;
        if (cell != NULL && row < t->rows && col < t->cols) {
            values[at] = cell->value;
            values[row * width + t->cols] += cell->value;
            values[t->rows * width + col] += cell->value;
            values[corner] += cell->value;
        }
        hidden[at] = cell == NULL || cell->hidden || !cell->published;
        need[at] = cell == NULL ? 0 : cell->need;
        cost[at] = cell == NULL ? HUGE_VAL : cell->cost;
    }
}

static tilt_status protect_table(search *s, const tilt__guarded_table *t, tilt_error *err) {
    size_t n = (t->rows + 1) * (t->cols + 1);
    double *values = tilt__alloc(n, sizeof *values), *need = tilt__alloc(n, sizeof *need),
           *cost = tilt__alloc(n, sizeof *cost);
    bool *hidden = tilt__alloc(n, sizeof *hidden);
    bool ok = values != NULL && need != NULL && cost != NULL && hidden != NULL;
    if (ok) {
        fill_table(s, t, values, hidden, need, cost);
        tilt__transport table = {t->rows, t->cols, values, hidden};
        ok = tilt__transport_protect(&table, need, cost) != TILT__TRANSPORT_NO_MEMORY;
        for (size_t at = 0; ok && at < n; at++) {
            if (t->cells[at] == SIZE_MAX || !hidden[at]) continue;
            tilt__guarded *cell = &s->system->cells[t->cells[at]];
            if (cell->published) cell->hidden = true;
        }
    }
    free(values);
    free(need);
    free(cost);
    free(hidden);
    return ok ? TILT_OK : tilt__fail_memory(err);
}

static tilt_status protect_tables(search *s, tilt_error *err) {
    size_t before = count_hidden(s);
    if (before == 0 || before > MOST_BY_FLOW) return TILT_OK;
    for (;;) {
        for (size_t t = 0; t < s->system->n_tables; t++) {
            tilt_status status = protect_table(s, &s->system->tables[t], err);
            if (status != TILT_OK) return status;
        }
        size_t after = count_hidden(s);
        if (after == before) return TILT_OK;
        before = after;
    }
}

/* ---- showing again ---- */

/* The dearest cell hidden for others and not tried (forced). */
static size_t dearest(const search *s) {
    size_t best = SIZE_MAX;
    for (size_t i = 0; i < s->system->n_cells; i++) {
        const tilt__guarded *cell = &s->system->cells[i];
        if (!cell->published || !cell->hidden || s->forced[i]) continue;
        if (best == SIZE_MAX || cell->cost > s->system->cells[best].cost) best = i;
    }
    return best;
}

static tilt_status show_again(search *s, tilt_error *err) {
    size_t open = count_hidden(s),
           most = LEAST_CLEANED + CLEANING / (open * open + 1); /* an attack is dear */
    tilt__linked_reader readers[READERS];
    for (size_t k = 0; k < READERS; k++)
        readers[k] = (tilt__linked_reader){s->readers[k].values, s->readers[k].upper, s->readers[k].need};
    for (size_t tried = 0; tried < most; tried++) {
        size_t at = dearest(s);
        bool closed = false;
        if (at == SIZE_MAX) break;
        s->forced[at] = true;
        tilt__linked_found found = tilt__linked_close(s->linked, at, readers, READERS, ROUNDING, &closed);
        if (found == TILT__LINKED_NO_MEMORY) return tilt__fail_memory(err);
        s->system->cells[at].hidden = !closed;
    }
    return TILT_OK;
}

tilt_status tilt__suppress(tilt__guarded_system *system, tilt_error *err) {
    search s;
    tilt_status status = open_search(system, &s) ? TILT_OK : tilt__fail_memory(err);
    for (size_t i = 0; i < system->n_cells; i++)
        if (system->cells[i].published && system->cells[i].need > 0) system->cells[i].hidden = true;
    if (status == TILT_OK) {
        fill_search(&s);
        status = protect_tables(&s, err);
    }
    if (status == TILT_OK) status = hide_until_safe(&s, err);
    if (status == TILT_OK) status = show_again(&s, err);
    close_search(&s);
    return status;
}

tilt_status tilt__suppress_check(const tilt__guarded_system *system, bool *out_safe, tilt_error *err) {
    search s;
    tilt__guarded_system same = *system;
    size_t n = 1;
    tilt_status status = open_search(&same, &s) ? TILT_OK : tilt__fail_memory(err);
    if (status == TILT_OK) {
        fill_search(&s);
        if (attack(&s, &n) == TILT__LINKED_NO_MEMORY) status = tilt__fail_memory(err);
    }
    *out_safe = status == TILT_OK && n == 0;
    close_search(&s);
    return status;
}
