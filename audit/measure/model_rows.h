/* measure/model_rows.h - the scores of one group of a view, taken out of the tables of people. */
#ifndef TILT_MEASURE_MODEL_ROWS_H
#define TILT_MEASURE_MODEL_ROWS_H

#include "measure/model.h"

/* Rows of one group, or of several: `labelled` of them have a label and come first, label 0 before label 1
 * in every table and audience. Where a group is one audience of one table that has one score, what the table
 * holds is borrowed. */
typedef struct tilt__model_rows {
    const double *score, *weight, *count; /* weight NULL: none */
    unsigned char *label;
    size_t n, labelled;
    double *own_score, *own_weight, *own_count; /* NULL: borrowed */
} tilt__model_rows;

/* Where the rows of a view are: which of its groups every audience of every table is in. */
typedef struct tilt__model_places {
    const tilt__view *view;
    size_t model;      /* whose scores are taken: the view's, unless it is set to another */
    size_t **group_of; /* per table of people: per audience, SIZE_MAX for none */
    bool weighted;
    bool merge; /* rows may differ in other scores only */
} tilt__model_places;

/* In the arena. TILT_ENOMEM. */
tilt_status tilt__model_places_make(const tilt__context *context, const tilt__view *view, bool weighted,
                                    tilt__model_places *out) TILT_NODISCARD;

/* The rows of group g with the view's model's score. TILT_ENOMEM; freed by tilt__model_rows_free, also
 * then. */
tilt_status tilt__model_rows_take(const tilt__model_places *places, size_t g,
                                  tilt__model_rows *out) TILT_NODISCARD;
/* Of people of group g with a label who have the score of `places` and that of model `second`, in
 * out_second. TILT_ENOMEM; both are the caller's to free, also then. */
tilt_status tilt__model_rows_both(const tilt__model_places *places, size_t g, size_t second,
                                  tilt__model_rows *out, double **out_second) TILT_NODISCARD;
/* Several groups (those wanted) as one; labelled rows first. TILT_ENOMEM. */
tilt_status tilt__model_rows_pool(const tilt__model_rows *groups, size_t n_groups, const bool *wanted,
                                  tilt__model_rows *out) TILT_NODISCARD;
void tilt__model_rows_free(tilt__model_rows *rows);

/* The rows as the numeric functions take them: all, without labels, or those that have one. */
tilt__scores tilt__model_rows_all(const tilt__model_rows *rows);
tilt__scores tilt__model_rows_labelled(const tilt__model_rows *rows);

#endif
