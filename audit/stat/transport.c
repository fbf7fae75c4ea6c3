/* stat/transport.c - the network of a table and its flows.
 *
 * Nodes are the row sums 0..rows (the last is the sum of the column totals) and the column sums rows + 1 + j
 * (the last is the sum of the row totals). A cell inside the table and the corner run from row to column, a
 * margin from column to row; then what enters a node leaves it. Raising a hidden cell by d asks the others to
 * carry d back from its head to its tail: up is the maximum flow head -> tail over the other hidden cells,
 * and down the one from tail to head, but no more than the cell holds. Walking an arc forwards raises its
 * cell (no limit), backwards lowers it (down to nothing).
 */
#include "stat/transport.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

#define LEAST 1e-9 /* counts that differ by less are the same */

/* What is allocated for one search. */
typedef struct network {
    const tilt__transport *table;
    size_t n_nodes, n_cells;
    double *moved;     /* change of each hidden cell by the flow so far */
    double *distance;  /* per node */
    size_t *came_from; /* per node: the cell by which it was reached */
    bool *done;        /* per node */
} network;

static bool open_network(const tilt__transport *table, network *out) {
    *out = (network){.table = table,
                     .n_nodes = table->rows + table->cols + 2,
                     .n_cells = (table->rows + 1) * (table->cols + 1)};
    out->moved = tilt__alloc(out->n_cells, sizeof *out->moved);
    out->distance = tilt__alloc(out->n_nodes, sizeof *out->distance);
    out->came_from = tilt__alloc(out->n_nodes, sizeof *out->came_from);
    out->done = tilt__alloc(out->n_nodes, sizeof *out->done);
    return out->moved != NULL && out->distance != NULL && out->came_from != NULL && out->done != NULL;
}

static void close_network(network *net) {
    free(net->moved);
    free(net->distance);
    free(net->came_from);
    free(net->done);
}

/* The two ends of a cell's arc. */
static void ends_of(const tilt__transport *table, size_t at, size_t *out_tail, size_t *out_head) {
    size_t width = table->cols + 1, row = width > 0 ? at / width : 0, col = at - row * width;
    bool margin = (row == table->rows) != (col == table->cols);
    size_t row_node = row, col_node = table->rows + 1 + col;
    *out_tail = margin ? col_node : row_node;
    *out_head = margin ? row_node : col_node;
}

/* The cells that meet at a node are those of its row or column; number `i` of them. */
static size_t cells_at(const tilt__transport *table, size_t node) {
    return node <= table->rows ? table->cols + 1 : table->rows + 1;
}

static size_t cell_at(const tilt__transport *table, size_t node, size_t i) {
    size_t width = table->cols + 1;
    return node <= table->rows ? node * width + i : i * width + (node - table->rows - 1);
}

/* What may still flow from `node` through cell `at`; *out_to its other end. */
static double room(const network *net, size_t node, size_t at, size_t *out_to) {
    size_t tail, head;
    ends_of(net->table, at, &tail, &head);
    *out_to = node == tail ? head : tail;
    if (node == tail) return HUGE_VAL;
    return net->table->values[at] + net->moved[at];
}

static size_t nearest(const network *net) {
    size_t best = SIZE_MAX;
    for (size_t v = 0; v < net->n_nodes; v++) {
        if (net->done[v] || isinf(net->distance[v])) continue;
        if (best == SIZE_MAX || net->distance[v] < net->distance[best]) best = v;
    }
    return best;
}

/* Dijkstra from `from`. Hidden cells cost nothing, open ones `cost` (NULL: they cannot be used); cell `skip`
 * is left out. The cost of the cheapest way to `to`; HUGE_VAL when there is none. */
static double find_way(network *net, size_t from, size_t to, size_t skip, const double *cost) {
    for (size_t v = 0; v < net->n_nodes; v++) {
        net->distance[v] = HUGE_VAL;
        net->done[v] = false;
    }
    net->distance[from] = 0;
    for (size_t v = nearest(net); v != SIZE_MAX && v != to; v = nearest(net)) {
        net->done[v] = true;
        for (size_t i = 0; i < cells_at(net->table, v); i++) {
            size_t at = cell_at(net->table, v, i), next;
            bool hidden = net->table->hidden[at];
            if (at == skip ||
                (!hidden && (cost == NULL || isinf(cost[at]) || net->table->values[at] <= LEAST)))
                continue;
            if (room(net, v, at, &next) <= LEAST) continue;
            double length = net->distance[v] + (hidden ? 0 : cost[at]);
            if (length >= net->distance[next]) continue;
            net->distance[next] = length;
            net->came_from[next] = at;
        }
    }
    return net->distance[to];
}

/* The node before `node` on the way found. */
static size_t node_before(const network *net, size_t node) {
    size_t tail, head;
    ends_of(net->table, net->came_from[node], &tail, &head);
    return node == tail ? head : tail;
}

static double narrowest(const network *net, size_t from, size_t to) {
    double least = HUGE_VAL;
    for (size_t v = to; v != from; v = node_before(net, v)) {
        size_t end;
        least = fmin(least, room(net, node_before(net, v), net->came_from[v], &end));
    }
    return least;
}

static void send(network *net, size_t from, size_t to, double amount) {
    for (size_t v = to; v != from; v = node_before(net, v)) {
        size_t tail, head;
        ends_of(net->table, net->came_from[v], &tail, &head);
        net->moved[net->came_from[v]] += v == head ? amount : -amount;
    }
}

/* Largest flow from -> to over hidden cells but `skip`, stopping at `enough`; the flow stays in net->moved.
 */
static double max_flow(network *net, size_t from, size_t to, size_t skip, double enough) {
    double sum = 0;
    memset(net->moved, 0, net->n_cells * sizeof *net->moved);
    while (sum < enough && !isinf(find_way(net, from, to, skip, NULL))) {
        double amount = fmin(narrowest(net, from, to), enough - sum);
        if (isinf(amount)) return HUGE_VAL;
        send(net, from, to, amount);
        sum += amount;
    }
    return sum;
}

/* What cell `at` can gain (up) or lose, stopping at `enough`. */
static double slack(network *net, size_t at, bool up, double enough) {
    size_t tail, head;
    ends_of(net->table, at, &tail, &head);
    double most = up ? enough : fmin(enough, net->table->values[at]);
    return up ? max_flow(net, head, tail, at, most) : max_flow(net, tail, head, at, most);
}

bool tilt__transport_interval(const tilt__transport *table, size_t at, double *out_lower, double *out_upper) {
    network net;
    bool ok = open_network(table, &net);
    if (ok) {
        *out_lower = table->values[at] - slack(&net, at, false, HUGE_VAL);
        *out_upper = table->values[at] + slack(&net, at, true, HUGE_VAL);
    }
    close_network(&net);
    return ok;
}

/* ---- hiding more ---- */

static bool is_wide(network *net, size_t at, double need) {
    double up = slack(net, at, true, need);
    return up >= need - LEAST || up + slack(net, at, false, need - up) >= need - LEAST;
}

/* Cheapest way by which cell `at` could gain (or lose) more than it can now; hides its open cells when
 * `take`. The flow that uses up what is hidden already must stand in the network. */
static double cheapest(network *net, size_t at, bool up, const double *cost, bool take) {
    size_t tail, head;
    ends_of(net->table, at, &tail, &head);
    size_t from = up ? head : tail, to = up ? tail : head;
    if (!up && slack(net, at, false, HUGE_VAL) >= net->table->values[at] - LEAST) return HUGE_VAL;
    if (up) (void)slack(net, at, true, HUGE_VAL);
    double price = find_way(net, from, to, at, cost);
    for (size_t v = to; take && !isinf(price) && v != from; v = node_before(net, v))
        net->table->hidden[net->came_from[v]] = true;
    return price;
}

/* Hides until the interval of `at` is wide enough. */
static tilt__transport_found widen(network *net, size_t at, double need, const double *cost) {
    for (size_t round = 0; round <= net->n_cells; round++) {
        if (is_wide(net, at, need)) return TILT__TRANSPORT_SAFE;
        double up = cheapest(net, at, true, cost, false), down = cheapest(net, at, false, cost, false);
        if (isinf(up) && isinf(down)) return TILT__TRANSPORT_STUCK;
        (void)cheapest(net, at, up <= down, cost, true);
    }
    return TILT__TRANSPORT_STUCK;
}

static bool all_wide(network *net, const double *need) {
    for (size_t at = 0; at < net->n_cells; at++)
        if (need[at] > 0 && net->table->hidden[at] && !is_wide(net, at, need[at])) return false;
    return true;
}

/* The dearest cell hidden in this call and not yet tried. */
static size_t dearest(const network *net, const bool *before, const bool *tried, const double *cost) {
    size_t best = SIZE_MAX;
    for (size_t at = 0; at < net->n_cells; at++) {
        if (!net->table->hidden[at] || before[at] || tried[at]) continue;
        if (best == SIZE_MAX || cost[at] > cost[best]) best = at;
    }
    return best;
}

static void show_again(network *net, const bool *before, bool *tried, const double *need,
                       const double *cost) {
    for (size_t at = dearest(net, before, tried, cost); at != SIZE_MAX;
         at = dearest(net, before, tried, cost)) {
        tried[at] = true;
        net->table->hidden[at] = false;
        if (!all_wide(net, need)) net->table->hidden[at] = true;
    }
}

tilt__transport_found tilt__transport_protect(tilt__transport *table, const double *need,
                                              const double *cost) {
    network net;
    bool ok = open_network(table, &net);
    bool *before = tilt__alloc(net.n_cells, sizeof *before), *tried = tilt__alloc(net.n_cells, sizeof *tried);
    tilt__transport_found found = TILT__TRANSPORT_NO_MEMORY;
    if (ok && before != NULL && tried != NULL) {
        found = TILT__TRANSPORT_SAFE;
        memcpy(before, table->hidden, net.n_cells * sizeof *before);
        for (size_t at = 0; at < net.n_cells && found == TILT__TRANSPORT_SAFE; at++)
            if (need[at] > 0 && table->hidden[at]) found = widen(&net, at, need[at], cost);
        if (found == TILT__TRANSPORT_SAFE) show_again(&net, before, tried, need, cost);
    }
    free(before);
    free(tried);
    close_network(&net);
    return found;
}
