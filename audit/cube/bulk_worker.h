/* cube/bulk_worker.h - one thread of the fast reader: tiles in, dictionaries and sums out. */
#ifndef TILT_CUBE_BULK_WORKER_H
#define TILT_CUBE_BULK_WORKER_H

#include "base/map.h"
#include "cube/bulk_dict.h"
#include "cube/bulk_sums.h"

enum { TILT__BATCH = 256, TILT__NO_GROUP = UINT32_MAX };

/* What a distinct cell of a column stands for, beside its component. */
typedef struct tilt__value {
    tilt_cell text; /* of columns that the observer watches; in the arena of the worker */
    int64_t day;
    bool has_day;
    tilt__decimal weight, weight2;
    double score; /* of a weight: what it is in a row of scores */
} tilt__value;

/* A column as one thread knows it. */
typedef struct tilt__known {
    tilt__dict dict;
    tilt__value *values; /* by number of the dictionary, where the use asks for them; else NULL */
    size_t values_capacity;
    uint32_t *code;      /* of a weight or score: its numbers in the batch at hand */
    bool direct;         /* a score that is read, not looked up */
    tilt__map *labels;   /* of a dimension: component - `none` is the number of the label */
    int64_t *label_days; /* of a dimension of days, by number of the label */
    size_t days_capacity;
} tilt__known;

/* Rows that break a rule of the observer. */
typedef struct tilt__offence {
    uint64_t rows, n; /* rows looked at, rows that break it */
    uint64_t line;    /* physical line of the first of them */
    tilt__decimal a, b;
} tilt__offence;

/* Rows that are alike in audiences, decisions and label. */
typedef struct tilt__score_group {
    size_t cell; /* one of theirs */
    uint32_t decisions;
    uint32_t row_group; /* the same without the decisions: a group of the rows of scores */
} tilt__score_group;

/* Scores 0, 1 / (n - 1), 2 / (n - 1) ... 1, as they are written with a few decimals: their numbers need no
 * look-up. n 0: there is none, or it was not chosen yet. */
typedef struct tilt__grid {
    uint32_t n;
    unsigned decimals;
    uint32_t steps[5]; /* n - 1 over 10^index */
    uint32_t cut;      /* the first number of a score that selects */
    bool chosen;
} tilt__grid;

/* What bulk_scores.c and bulk_counts.c keep of scores: how many rows of a group have each as long as they are
 * few, else the rows themselves. A score that is counted has its number on the grid, or the grid's n and its
 * number in the dictionary. */
typedef struct tilt__keeper {
    tilt__map *groups, *row_groups;
    uint32_t *group_of_cell; /* TILT__NO_GROUP: its rows do not count */
    size_t cells_capacity;
    tilt__score_group *known; /* by group */
    size_t groups_capacity;
    size_t *cell_of_row_group;
    size_t row_groups_capacity;
    tilt__grid grid;
    uint32_t *histogram; /* groups x n_scores, and one for rows that do not count */
    size_t n_histogram_groups, n_scores;
    bool listed; /* no histogram any more */
    tilt__scored rows;
    tilt__scores_seen seen;
    double *values[TILT__MAX_SCORED]; /* of the batch at hand */
    uint32_t row_group[TILT__BATCH];
} tilt__keeper;

typedef enum tilt__bulk_outcome {
    TILT__BULK_DONE,
    TILT__BULK_DECLINED,
    TILT__BULK_WIDER,   /* a number is not whole, or a sum of whole numbers passes 64 bits */
    TILT__BULK_CROWDED, /* different scores pass the share of a thread: one alone may round them */
    TILT__BULK_STOPPED, /* on request */
    TILT__BULK_MEMORY
} tilt__bulk_outcome;

typedef struct tilt__worker {
    const tilt__bulk_plan *plan;
    tilt__tiles *tiles;
    tilt__bulk_outcome outcome;
    tilt__arena arena;
    tilt__known known[TILT__MOST_LOOKED_UP];
    tilt__cells cells;
    tilt__sums sums;
    uint32_t most[TILT__MAX_COMPONENTS]; /* largest component met */
    uint64_t rows;
    tilt__offence reach_above, clicks_above;
    tilt__keeper keeper;
    /* the batch at hand */
    tilt__tile tile;
    char *room; /* for cells whose quotes are taken off */
    size_t room_capacity;
    tilt_cell *cells_of_row;
    uint64_t key[TILT__BATCH];
    uint32_t flags[TILT__BATCH];
    size_t cell[TILT__BATCH];
    bool marked[TILT__MOST_LOOKED_UP]; /* columns whose cells say more than that they name something */
    uint32_t any_flags;                /* of the cells of the batch that were looked up */
    bool named;                        /* the cells of some column all name something */
    bool by_digits;                    /* numbers are in `digits`, but for the slow rows */
    uint64_t digits[TILT__BATCH];      /* see tilt__plain_row_read; 0 in slow rows */
    unsigned char slow[TILT__BATCH];   /* rows that have other numbers */
    size_t n_slow;
    size_t wait;         /* batches to read as columns, where slow rows are many */
    uint64_t fine[1024]; /* digits that passed all checks, by hash */
    int64_t *whole;      /* number x TILT__BATCH */
    tilt__i128 *units;   /* number x TILT__BATCH */
} tilt__worker;

/* Reads tiles until there are none; worker->outcome says how it ended. False when memory runs out before. */
bool tilt__worker_start(tilt__worker *worker, const tilt__bulk_plan *plan, tilt__tiles *tiles) TILT_NODISCARD;
void tilt__worker_run(tilt__worker *worker);
/* Whether its cells, which are not settled then, go to another worker or get those of others (bulk_fold.h).
 */
bool tilt__worker_is_folded(const tilt__worker *worker);
void tilt__worker_free(tilt__worker *worker);

/* Ends the work of this thread; the first reason stays. Gives false. */
static inline bool tilt__worker_stop(tilt__worker *worker, tilt__bulk_outcome why) {
    if (worker->outcome == TILT__BULK_DONE) worker->outcome = why;
    return false;
}

/* bulk_amounts.c: reads the numbers of n rows from row `row` of the tile. False with worker->outcome set. */
bool tilt__worker_numbers(tilt__worker *worker, size_t row, size_t n) TILT_NODISCARD;

/* A sum of fewer units has fewer than 38 digits. */
#define TILT__MOST_UNITS ((tilt__i128)1 << 120)

/* Two words of the sums of a cell that has words as units of 10^-15. */
tilt__i128 tilt__worker_units(const tilt__worker *worker, size_t cell, size_t word);
/* bulk_scores.c: decisions and label of the rows of a cell; `components` of its key. */
void tilt__worker_bunch(const tilt__worker *worker, size_t cell, const uint32_t *components,
                        tilt__persons_bunch *out);

/* bulk_scores.c: begins; gives a new cell its group; reads the scores of one column as look-ups would; keeps
 * the scores of the batch; and has them all in keeper.rows at the end. False with worker->outcome set. */
bool tilt__keeper_start(tilt__worker *worker) TILT_NODISCARD;
void tilt__keeper_free(tilt__keeper *keeper);
bool tilt__keeper_cell(tilt__worker *worker, size_t cell) TILT_NODISCARD;
bool tilt__keeper_read(tilt__worker *worker, size_t column, size_t row, size_t n) TILT_NODISCARD;
/* What the cell at the start of a row says about row r of the batch. */
bool tilt__keeper_watch(tilt__worker *worker, size_t r, const char *raw, size_t n) TILT_NODISCARD;
bool tilt__keeper_take(tilt__worker *worker, size_t n) TILT_NODISCARD;
bool tilt__keeper_finish(tilt__worker *worker) TILT_NODISCARD;

/* bulk_counts.c: whether the score that is counted has a grid, chosen at the first batch; its cells as
 * numbers; and counts of the batch. *out_fits false: there are too many to count. */
bool tilt__counts_on_grid(tilt__worker *worker, size_t row, size_t n);
bool tilt__counts_read(tilt__worker *worker, size_t row, size_t n) TILT_NODISCARD;
bool tilt__counts_take(tilt__worker *worker, size_t n, bool *out_fits) TILT_NODISCARD;
/* The score of a number. */
double tilt__counts_score(const tilt__worker *worker, uint32_t number);
/* Makes rows of what was counted. */
bool tilt__counts_list(tilt__worker *worker) TILT_NODISCARD;
/* Adds what all workers counted to the people, in the order that a table has: group_of[w] has their groups by
 * row group of worker w. Nothing of workers that listed their rows. False when memory runs out. */
bool tilt__counts_merge(const tilt__worker *workers, size_t n, uint32_t *const *group_of,
                        tilt__persons_reader *persons) TILT_NODISCARD;

/* bulk_learn.c: finds out what a new cell of a column means. NULL with worker->outcome set. */
const tilt__dict_slot *tilt__worker_learn(tilt__worker *worker, size_t column, const char *raw, size_t n,
                                          uint64_t line);
/* bulk_learn.c: whether the cells of row r of the tile make it a row of data. */
bool tilt__worker_row_is_data(tilt__worker *worker, size_t row);
/* bulk_learn.c: room for a raw cell of n bytes; false when memory runs out. */
bool tilt__worker_bare(tilt__worker *worker, const char *raw, size_t n, tilt_cell *out) TILT_NODISCARD;

enum {
    TILT__ROW_UNCLEAR = 1, /* its first cell may be that of a total or a footer */
    TILT__ROW_NAMED = 2,
    TILT__ROW_FILTERED = 4
};

/* A raw cell without the quotes around it; where there are more inside, it is no number. */
static inline const char *tilt__cell_inside(const char *raw, size_t *io_n) {
    if (*io_n < 2 || raw[0] != '"') return raw;
    *io_n -= 2;
    return raw + 1;
}

#endif
