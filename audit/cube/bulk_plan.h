/* cube/bulk_plan.h - which cells of a row the fast reader looks at, and what for. */
#ifndef TILT_CUBE_BULK_PLAN_H
#define TILT_CUBE_BULK_PLAN_H

#include "cube/bulk_cells.h"
#include "cube/loader.h"
#include "read/bulk.h"

enum { TILT__MOST_LOOKED_UP = 96, TILT__MOST_NUMBERS = 24 };

/* What the cells of a column that is looked up mean. */
typedef enum tilt__bulk_use {
    TILT__BULK_WATCH, /* they belong to no key: they name, filter, or are observed */
    TILT__BULK_DIM,
    TILT__BULK_DECISION,
    TILT__BULK_LABEL,
    TILT__BULK_WEIGHT,
    TILT__BULK_SCORE
} tilt__bulk_use;

typedef struct tilt__looked_up {
    size_t column;
    tilt__bulk_use use;
    size_t index;     /* dimension or model */
    size_t component; /* of the key, or SIZE_MAX */
    uint32_t none;    /* of a dimension: components below it stand for no label */
    bool first;       /* the first column: its cells tell totals and footers */
    bool names;       /* a key of the reader: its cells tell totals too */
    bool constant;    /* the observer wants to know whether it is one and the same */
    bool day;         /* the observer wants its days */
    bool filters;     /* a filter asks for its cells */
    bool tells;       /* a dimension by which the audiences of people are told apart */
    size_t value;     /* of a row of scores, or SIZE_MAX */
    bool plain;       /* only its value counts: it need not be looked up */
    bool binned;      /* its value is the bin of what stands there */
    uint32_t decides; /* models that the cells decide for: bit by model */
    char mark;        /* decimal mark of a score */
} tilt__looked_up;

typedef struct tilt__bulk_number {
    size_t column, measure;
    char mark;     /* decimal mark; 0: whole numbers only */
    bool wide;     /* summed in units of 10^-15, two words; else in whole numbers, one word */
    size_t word;   /* of the sums of a cell */
    unsigned lane; /* of rows of digits: its place among the numbers */
} tilt__bulk_number;

typedef struct tilt__bulk_plan {
    const tilt__loader *loader;
    tilt__body body;
    bool last_row_open;
    tilt__looked_up columns[TILT__MOST_LOOKED_UP];
    size_t n_columns;
    tilt__bulk_number numbers[TILT__MOST_NUMBERS];
    size_t n_numbers;
    size_t n_components;
    size_t words;         /* of the sums of a cell: rows, numbers, weight and squared weight */
    size_t digits_column; /* the first number, where all stand side by side */
    bool digits;          /* they do, and are few enough to be read at once */
    size_t weight;        /* column of the plan, or SIZE_MAX */
    size_t weight_word;
    struct {
        size_t from, to;
    } repeats[TILT__MAX_MODELS]; /* values of a row of scores that are the same column once more */
    size_t n_repeats;
    bool scored;  /* some model has a score */
    size_t score; /* column of the plan that is the only score of people without weights, or SIZE_MAX */
    size_t n_workers, most_scores; /* set before they start; most_scores: different ones that are counted */
    size_t filter;                 /* component that is 1 for rows that a filter leaves out, or SIZE_MAX */
    size_t first_listed;           /* the column of the plan that is the first of the file, or SIZE_MAX */
    size_t day;                    /* dimension whose days make the period, or SIZE_MAX */
    bool needs_name;               /* a row without a name in a key column may be a total */
    bool may_begin[256];           /* see tilt__first_bytes */
    tilt__limit limits[TILT__MAX_LIMITS]; /* numbers: the first must not exceed the second */
    size_t n_limits;
    size_t reach, impressions, clicks; /* numbers, or SIZE_MAX */
} tilt__bulk_plan;

/* False when the file or the audit has something that only libcsv's path can do. `wide`: no number is taken
 * for whole. */
bool tilt__bulk_plan_make(tilt__loader *loader, bool wide, tilt__bulk_plan *out);

#endif
