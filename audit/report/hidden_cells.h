/* report/hidden_cells.h - putting the counts of a result together as cells and sums. Private to
 * report/hidden*.c. */
#ifndef TILT_REPORT_HIDDEN_CELLS_H
#define TILT_REPORT_HIDDEN_CELLS_H

#include "base/buf.h"
#include "report/hidden.h"

#define TILT__UNKNOWN_LABEL "\x1funknown" /* all unknown groups together; no export writes it */

/* Labels of a cell: audience attributes, and the ad it is broken down to. */
typedef struct tilt__labels {
    const char *slice_name, *slice_value;
    const char *names[TILT__MAX_CROSSING + 1], *labels[TILT__MAX_CROSSING + 1];
    size_t n;
    const char *unit; /* the one of the names that is a factor; NULL */
} tilt__labels;

/* What is counted. */
typedef struct tilt__what_counted {
    const char *measure;
    const char *model; /* rates of a model: which; NULL */
    bool money;
    double kish; /* effective people per unit of weight; 1 for plain counts */
} tilt__what_counted;

/* Cells of one measure over the labels of some attributes, all of them, unknown ones too. */
typedef struct tilt__count_block {
    const tilt__what_counted *what;
    const tilt__labels *like; /* slice, and the names of the attributes */
    size_t n;
    const char **labels; /* n x like->n */
    size_t *cells;       /* n */
} tilt__count_block;

tilt__labels tilt__block_labels(const tilt__count_block *block, size_t i);

/* A part of a name, with its length in front, so that no label can look like two. */
void tilt__hidden_name(const char *text, tilt__buf *out);

/* The cell with this name and value, made when it is new. SIZE_MAX, and hidden->failed, when memory runs out;
 * so with all of these. */
size_t tilt__hidden_add(tilt__hidden *hidden, const tilt__what_counted *what, const tilt__labels *at,
                        double value, bool published);
/* The first cell with this name, SIZE_MAX when there is none. */
size_t tilt__hidden_find_cell(const tilt__hidden *hidden, const tilt__what_counted *what,
                              const tilt__labels *at);
/* A count that nothing prints: what is left of a sum. need, most: as of tilt__guarded. */
size_t tilt__hidden_rest(tilt__hidden *hidden, size_t like, double value, double need, double most);
/* Notes that `total` is the sum of n parts. What the parts leave becomes a cell of its own; a sum that the
 * parts exceed does not hold in these data (its sides come from different rows) and tells nothing. */
void tilt__hidden_sum(tilt__hidden *hidden, size_t total, const size_t *parts, size_t n);
/* The sums that lead from the cells of a block to those over fewer attributes, down to everybody. */
void tilt__hidden_margins(tilt__hidden *hidden, const tilt__count_block *block);
/* Sums of slices: a cell of everything is the sum of its slices, where these are all there. */
void tilt__hidden_slices(tilt__hidden *hidden, const tilt__views *views);

#endif
