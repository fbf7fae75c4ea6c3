/* report/hidden.h - what a published result must not show: every count that the result prints, how the counts
 * hang together over its views, ads, pairs and costs, and which of them are hidden.
 *
 * A cell is a measure over some labels ("clicks" of gender=female; of gender=female and age=18-24; of
 * gender=female in one ad). The same cell in two views is one cell. Its sums are those a reader knows to
 * hold: groups add up to everybody, a crossing to its attributes, ads to the group, the counted and the
 * not counted to the base, a model's errors to its decisions. */
#ifndef TILT_REPORT_HIDDEN_H
#define TILT_REPORT_HIDDEN_H

#include "base/map.h"
#include "judge/suppress.h"
#include "report/result.h"

#define TILT__MIN_CELL 10.0 /* smallest count shown when nothing else is asked for */
#define TILT__MIN_PART 3.0  /* smallest number not counted (a base less its count) that a rate may leave */
#define TILT__DOMINANT 0.8  /* of a spend that one advertiser may have */

/* Numbers of the cells of one view; SIZE_MAX: the view prints no such count. */
typedef struct tilt__hidden_view {
    size_t *count, *base; /* per group */
    size_t *unit;         /* relative views: [unit * n_groups + group] */
    size_t *unit_unknown; /* per unit */
    size_t unknown_count, unknown_base, total_count, total_base;
    bool choice_hidden; /* which group has the highest rate would tell a count of few people */
    int *factors; /* [dimension of the cube * n_groups + group]: 0 not looked at, 1 may be shown, -1 not */
} tilt__hidden_view;

/* Numbers of the cells of one pair of ads. */
typedef struct tilt__hidden_pair {
    size_t *first, *second; /* per group */
    size_t base_first, base_second;
} tilt__hidden_pair;

/* What is known of a cell beside its count. */
typedef struct tilt__hidden_note {
    size_t next;    /* another cell with the same name and another value; SIZE_MAX */
    size_t place;   /* number of its labels, whatever is counted */
    size_t measure; /* number of what is counted */
    bool money;     /* spend: protected beside the people it was spent on */
    bool of_unit;   /* broken down by a factor */
    bool small;     /* of few people */
    bool apart;     /* of too many ads to protect them one by one: hidden with all of them */
    const char *name;
} tilt__hidden_note;

typedef struct tilt__hidden {
    const tilt__outcome *outcome;
    double k, part; /* thresholds of counts, and of what a rate leaves */
    tilt__arena arena;
    bool failed; /* memory ran out */
    tilt__map *names, *places, *measures, *sum_names;
    tilt__guarded *cells;
    tilt__hidden_note *notes;
    size_t n_cells, cells_capacity, notes_capacity;
    size_t *first; /* per name: its first cell */
    size_t n_first, first_capacity;
    tilt__linked_sum *sums;
    size_t n_sums, sums_capacity;
    tilt__guarded_table *tables;
    size_t n_tables, tables_capacity;
    tilt__hidden_view *views;
    tilt__hidden_pair *pairs;
    size_t *spend, *bought; /* per row of cost[] */
    size_t n_cost_rows;
    bool many_ads; /* too many ads by group to protect them one by one */
} tilt__hidden;

void tilt__hidden_free(tilt__hidden *hidden);
/* Finds what a result with counts below `k` hidden must hide. Borrows the outcome. NULL with TILT_ENOMEM. */
tilt__hidden *tilt__hidden_find(const tilt__outcome *outcome, double k, tilt_error *err)
    TILT_OWNED_BY(tilt__hidden_free);

/* Collects the cells and sums of the outcome (hidden_cells.c). False when memory runs out. */
bool tilt__hidden_collect(tilt__hidden *hidden) TILT_NODISCARD;

/* True when the cell (SIZE_MAX: no such count) is hidden. */
bool tilt__hidden_cell(const tilt__hidden *hidden, size_t cell);
/* Printed counts that are hidden: primary and complementary together. */
size_t tilt__hidden_count(const tilt__hidden *hidden);
/* True when nothing is hidden of what is counted of all, by whatever cells: sums of a source may be shown. */
bool tilt__hidden_total(const tilt__hidden *hidden, const char *measure, double value);
/* True when the parts of view `v` over one factor (a column of the cube) may be shown: nothing of the view is
 * hidden, there is no count of few people in any level of any group (unknown ones too), and none of the
 * view's counts is hidden anywhere by a factor. All groups or none: the parts of some of them, taken from
 * those that another view prints, would give the others. False for a factor that the cube does not have. */
bool tilt__hidden_factor_ok(tilt__hidden *hidden, size_t v, const char *factor);
/* The same for every factor of the view's table. */
bool tilt__hidden_factors_ok(tilt__hidden *hidden, size_t v);
/* True when some count of the view's measures is hidden in one ad. */
bool tilt__hidden_by_unit(const tilt__hidden *hidden, const tilt__view *view);
/* True when it may be told which group has the highest rate: of the others' counts it then says only what the
 * attack allowed for. */
bool tilt__hidden_choice_ok(const tilt__hidden *hidden, size_t v);
/* True when what a model did to one group (number in the part's groups) may be shown: all that is counted of
 * its people is shown, and none of the four outcomes is of few. `group` SIZE_MAX: for every group. */
bool tilt__hidden_model_ok(const tilt__hidden *hidden, size_t part, size_t group);
/* The same for what two models did differently to the groups of a pair, all or none. */
bool tilt__hidden_model_pair_ok(const tilt__hidden *hidden, size_t pair);
/* The same for the ads of a coverage tier: no small count in an ad of at least `minimum`. */
bool tilt__hidden_tier_ok(const tilt__hidden *hidden, const tilt__view *view, double minimum);

#endif
