/* map/people.h - person rows: which columns of a source hold decisions, scores, the label and the weight. */
#ifndef TILT_MAP_PEOPLE_H
#define TILT_MAP_PEOPLE_H

#include "map/role.h"
#include "read/reduced.h"

#define TILT__MAX_MODELS 8 /* side by side in one file */

/* One model: what it decided, what it scored, or both. */
typedef struct tilt__model_columns {
    const char *name;       /* header of its decision, else of its score */
    const char *score_name; /* header of its score; NULL */
    size_t decision, score; /* columns; TILT_NO_COLUMN where it has none */
} tilt__model_columns;

typedef struct tilt__people {
    tilt__model_columns models[TILT__MAX_MODELS];
    size_t n_models;
    size_t label, weight;   /* columns; TILT_NO_COLUMN */
    const char *label_name; /* header; NULL */
    size_t frequency;       /* column: how many people a row of a cube stands for; TILT_NO_COLUMN: one */
    tilt__reduced_people reduction; /* of scores and label; zero where nothing was asked for */
    bool is_reduced; /* read from a cube: scores are in their bins already, labels are classes */
    bool assumed;    /* the models come from the vocabulary, nobody named them */
    bool label_assumed;
} tilt__people;

/* Finds the models of a source and gives their columns their roles: those that options or the spec name, else
 * (where the file holds nothing but persons, and no rate was asked for) those the vocabulary knows. A score
 * of nothing but 0 and 1 is a decision. *out is NULL when the source has none. Memory from `arena`.
 * TILT_ESPEC when a column is named for two things, TILT_ETOOBIG past TILT__MAX_MODELS. */
tilt_status tilt__people_map(tilt__mapping *mapping, const tilt_spec *spec, tilt__arena *arena,
                             const tilt__people **out, tilt_error *err) TILT_NODISCARD;

/* The decimal that a threshold of the spec means (0.5 where it has none): 15 significant digits of it. */
tilt__decimal tilt__people_cut(double threshold);

/* True when the spec names a decision or a score. */
bool tilt__people_named(const tilt_spec *spec);

#endif
