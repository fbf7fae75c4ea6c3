/* cube/cube.h - cells over audience x factor with exact additive measures: the only thing analysis ever sees.
 *
 * A cell is keyed by one label number per dimension. Label 0 means "this source has no such column": a
 * targeting export knows the ad set but not the placement, so its cells have placement 0. Real labels start
 * at 1 and, once the cube is sealed, are numbered in byte order, and cells are sorted by key, so that nothing
 * depends on row order. */
#ifndef TILT_CUBE_CUBE_H
#define TILT_CUBE_CUBE_H

#include "base/decimal.h"
#include "tiltmeter/base.h"

#define TILT__MAX_DIMS 32
#define TILT__MAX_MEASURES 1024 /* a wide file has one per wide column until it is melted */
#define TILT__MAX_DERIVED 256
#define TILT__MAX_TERMS 4
#define TILT__MAX_CELLS ((size_t)20000000)
#define TILT__NO_CELL SIZE_MAX

typedef enum tilt__dim_kind {
    TILT__DIM_AUDIENCE,
    TILT__DIM_FACTOR,
    TILT__DIM_TIME,
    TILT__DIM_COVARIATE, /* only adjusted for: many values, never split into levels */
    TILT__DIM_PEOPLE /* what people have in common, in a cube to be written; its name is the whole header */
} tilt__dim_kind;
typedef enum tilt__measure_kind { TILT__MEASURE_STAGE, TILT__MEASURE_COST } tilt__measure_kind;

typedef struct tilt_cube tilt_cube;

typedef struct tilt__dim {
    const char *name;
    tilt__dim_kind kind;
} tilt__dim;

typedef struct tilt__measure {
    const char *name;
    tilt__measure_kind kind;
} tilt__measure;

void tilt__cube_free(tilt_cube *cube);
/* Lets go of all cells; dimensions, labels and measures stay. */
void tilt__cube_drop_cells(tilt_cube *cube);
/* An empty cube; names are copied. NULL with `err` filled past the ceilings or when memory runs out. */
tilt_cube *tilt__cube_new(const tilt__dim *dims, size_t n_dims, const tilt__measure *measures,
                          size_t n_measures, tilt_error *err) TILT_OWNED_BY(tilt__cube_free);

/* Number (>= 1) of a label in dimension `dim`, added if new; 0 when memory runs out. */
uint32_t tilt__cube_label_add(tilt_cube *cube, size_t dim, const char *text, size_t n);
/* Cell with this key, added if new; TILT__NO_CELL when memory runs out or past the ceiling. */
size_t tilt__cube_cell(tilt_cube *cube, const uint32_t *key);
/* Gives a cube without cells n of them, all zero, and the keys to be written, n_dims of each; different ones
 * if a cell is ever to be looked up. NULL when memory runs out. */
uint32_t *tilt__cube_hold(tilt_cube *cube, size_t n) TILT_NODISCARD;
/* Writes the zeros of cells from .. to - 1 that have nothing else: a page that is read before it is written
 * has to be given twice. */
void tilt__cube_touch(tilt_cube *cube, size_t from, size_t to);
/* The cells of a cube whose dimensions, measures and numbers of labels `into`, which has no cells, has too.
 * False when memory runs out. */
bool tilt__cube_fill(tilt_cube *into, const tilt_cube *from) TILT_NODISCARD;
/* Adds an exact amount to a measure of a cell. False when the sum passes 38 digits. Threads may add at the
 * same time to different cells. */
bool tilt__cube_add(tilt_cube *cube, size_t cell, size_t measure, tilt__decimal amount) TILT_NODISCARD;

/* Numbers labels in byte order, once all are there; for those who write keys in that order. False when memory
 * runs out. */
bool tilt__cube_order_labels(tilt_cube *cube) TILT_NODISCARD;
/* The number that a label has since then. */
uint32_t tilt__cube_renumbered(const tilt_cube *cube, size_t dim, uint32_t label);
/* The same if it was not done, and sorts the cells. Call once, after the last addition. */
tilt_status tilt__cube_seal(tilt_cube *cube, tilt_error *err) TILT_NODISCARD;

size_t tilt__cube_n_dims(const tilt_cube *cube);
size_t tilt__cube_n_measures(const tilt_cube *cube);
size_t tilt__cube_n_cells(const tilt_cube *cube);
const tilt__dim *tilt__cube_dim(const tilt_cube *cube, size_t dim);
const tilt__measure *tilt__cube_measure(const tilt_cube *cube, size_t measure);
/* Index of a dimension or measure by name, or SIZE_MAX. */
size_t tilt__cube_find_dim(const tilt_cube *cube, const char *name);
size_t tilt__cube_find_measure(const tilt_cube *cube, const char *name);
/* Labels of a dimension: 1..count. Text is borrowed. */
size_t tilt__cube_n_labels(const tilt_cube *cube, size_t dim);
const char *tilt__cube_label(const tilt_cube *cube, size_t dim, uint32_t label, size_t *out_n);
/* 0 when the label does not occur. */
uint32_t tilt__cube_find_label(const tilt_cube *cube, size_t dim, const char *text, size_t n);
/* Key of a cell: n_dims label numbers. Borrowed. */
const uint32_t *tilt__cube_key(const tilt_cube *cube, size_t cell);
/* Whether any source row gave this measure for this cell (a zero that was written counts). */
bool tilt__cube_has(const tilt_cube *cube, size_t cell, size_t measure);
tilt__decimal tilt__cube_value(const tilt_cube *cube, size_t cell, size_t measure);
/* The same of n cells, into `out`. */
void tilt__cube_values(const tilt_cube *cube, const size_t *cells, size_t n, size_t measure,
                       tilt__decimal *out);
/* A measure made of others by adding and taking away: numbered after the cube's own, found and read like
 * them, but neither counted by tilt__cube_n_measures nor merged. */
typedef struct tilt__derived {
    tilt__measure measure;
    size_t terms[TILT__MAX_TERMS]; /* measures of the cube */
    bool minus[TILT__MAX_TERMS];
    size_t n_terms;
} tilt__derived;
/* What a measure is made of; NULL for one of the cube's own. */
const tilt__derived *tilt__cube_derived(const tilt_cube *cube, size_t measure);
/* Adds one; its name is copied. TILT_ETOOBIG past TILT__MAX_DERIVED. */
tilt_status tilt__cube_derive(tilt_cube *cube, const tilt__derived *derived, tilt_error *err) TILT_NODISCARD;

/* Exact total of a measure over all cells; false when it passes 38 digits. */
bool tilt__cube_total(const tilt_cube *cube, size_t measure, tilt__decimal *out_total) TILT_NODISCARD;

#endif
