/* explain/scan_search.h - scoring of subsets and the searches behind explain/scan.h. Inside explain only. */
#ifndef TILT_EXPLAIN_SCAN_SEARCH_H
#define TILT_EXPLAIN_SCAN_SEARCH_H

#include "explain/scan.h"
#include "stat/random.h"

/* Values of ln q at which a set of values is chosen. */
enum { TILT__SCAN_GRID = 24 };

/* One data set under search. n and y are divided by the dispersion. offsets: where each attribute's members
 * start. costs: for each cell, the part of the score that does not depend on y at the grid's values of ln q.
 */
typedef struct tilt__scan_state {
    const tilt__scan_cells *cells;
    const tilt__scan_opts *opts;
    size_t n_members, max_levels;
    size_t *offsets;
    double *n, *y, *p;
    double *costs; /* n_cells x TILT__SCAN_GRID */
    double log_q[TILT__SCAN_GRID];
    bool *members;
    uint8_t *violated; /* attributes whose set lacks the cell's level */
    uint32_t *list;    /* cells of a subset */
    double *value_costs, *value_y;
    size_t *order;
} tilt__scan_state;

bool tilt__scan_state_open(const tilt__scan_cells *cells, const tilt__scan_opts *opts, tilt__scan_state *out)
    __attribute__((warn_unused_result));
void tilt__scan_state_close(tilt__scan_state *state);
/* Takes up the present n and p with the wide grid; with `centre` other than 0, with a fine grid around that
 * ln q. */
void tilt__scan_state_prepare(tilt__scan_state *state, double centre);

/* max over q in the direction of the log likelihood ratio of `count` listed cells. */
double tilt__scan_ratio(const tilt__scan_state *state, const uint32_t *list, size_t count, double *out_q);
/* The same for the cells of a subset, less its penalty. */
double tilt__scan_score(const tilt__scan_state *state, const bool *members, uint32_t *list, double *out_q,
                        size_t *out_count);
double tilt__scan_penalty(const tilt__scan_state *state, const bool *members);

/* Coordinate ascent from state->members, which become the subset found; its exact score. */
double tilt__scan_ascend(tilt__scan_state *state, tilt__random *random);
/* Goes on from there with fine grids around the best q; the wide grid must be prepared again afterwards. */
double tilt__scan_polish(tilt__scan_state *state);
/* Start number k: 0 is everything, others are random. */
void tilt__scan_start(tilt__scan_state *state, uint32_t k, tilt__random *random);

/* Every subset; the best becomes out_members and *out_score, everything being preferred among equals. lists:
 * room for (n_attributes + 1) x n_cells, bounds: n_cells. False when progress said stop. */
bool tilt__scan_enumerate(tilt__scan_state *state, uint32_t *lists, double *bounds, bool *out_members,
                          double *out_score);

#endif
