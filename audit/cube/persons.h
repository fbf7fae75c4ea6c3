/* cube/persons.h - what person rows hold beyond counts: decisions against labels as additive measures of the
 * cube, how often models agree, and scores as an exact multiset per audience. */
#ifndef TILT_CUBE_PERSONS_H
#define TILT_CUBE_PERSONS_H

#include <math.h>

#include "base/arena.h"
#include "base/map.h"
#include "cube/bins.h"
#include "cube/cube.h"
#include "cube/scored.h"
#include "map/people.h"

/* What can be counted of people. Those up to STORED are summed; the others follow from them. */
typedef enum tilt__head {
    TILT__HEAD_SELECTED, /* per model */
    TILT__HEAD_ROWS,
    TILT__HEAD_LABELLED, /* the label is known */
    TILT__HEAD_POSITIVES,
    TILT__HEAD_TRUE_POSITIVES, /* per model, and so are the rest */
    TILT__HEAD_FALSE_POSITIVES,
    TILT__N_STORED_HEADS,
    TILT__HEAD_NEGATIVES = TILT__N_STORED_HEADS, /* not per model */
    TILT__HEAD_FALSE_NEGATIVES,
    TILT__HEAD_TRUE_NEGATIVES,
    TILT__HEAD_PREDICTED_POSITIVES, /* selected, of those with a label */
    TILT__HEAD_PREDICTED_NEGATIVES,
    TILT__HEAD_CORRECT,
    TILT__HEAD_WRONG,
    TILT__N_HEADS
} tilt__head;

/* "true_positives" ...; static. Per model: one sum for each. */
const char *tilt__head_name(tilt__head head);
/* Name of the measure in the cube: with several models "selected of NAME"; squared: the sum of squared
 * weights. In `arena`; NULL when memory runs out. */
const char *tilt__head_measure(const tilt__people *people, tilt__head head, size_t model, bool squared,
                               tilt__arena *arena);

enum { TILT__MOST_VALUES = 8 }; /* texts of a label kept for the message */

/* Decision and score of one model held against each other. */
typedef struct tilt__agreement {
    uint64_t disagree;                        /* rows whose decision is not that of the given threshold */
    double lowest_selected, highest_rejected; /* scores; infinite while there is none */
} tilt__agreement;

/* Selected or not by each model (bit k: model k), summed per audience and label. */
typedef struct tilt__choice_pattern {
    tilt__decimal w, w2;
} tilt__choice_pattern;

/* Rows of people. */
typedef struct tilt__persons_counts {
    uint64_t rows;        /* counted */
    uint64_t no_decision; /* left out: some model has neither decision nor score for them */
    uint64_t no_weight;   /* left out: weight missing or 0 */
    uint64_t no_label;    /* counted, and left out of what needs a label */
    uint64_t of_label[2];
} tilt__persons_counts;

typedef struct tilt__persons {
    const tilt__people *people;
    double threshold; /* for models without a decision */
    bool threshold_given;
    double score_memory;  /* MiB */
    const char *positive; /* NULL: 1, true, yes */
    bool has_label;       /* a label column, and its values could be read as two classes */
    bool weighted;
    /* distinct audiences, numbered as they came: labels of the cube's audience columns and of --by */
    const char *dims[TILT__MAX_DIMS];
    size_t n_dims;
    const char **labels; /* n_audiences x n_dims; NULL: no label */
    size_t n_audiences;
    tilt__choice_pattern *patterns; /* n_audiences x TILT__LABELS x 2^n_models; NULL with one model */
    tilt__scored scored;
    size_t score_of[TILT__MAX_MODELS]; /* which value of `scored`; SIZE_MAX: the model has no score */
    size_t n_scores;
    tilt__agreement agreement[TILT__MAX_MODELS];
    tilt__persons_counts counts;
    uint64_t no_score[TILT__MAX_MODELS];
    const char *values[TILT__MOST_VALUES]; /* label texts that are neither class */
    size_t n_values;
    bool out_of_unit; /* a score outside 0..1 */
} tilt__persons;

struct tilt__persons_reader;
typedef struct tilt__persons_reader tilt__persons_reader;

/* Starts reading person rows. NULL with *err when memory runs out. */
void tilt__persons_reader_free(tilt__persons_reader *reader);
tilt__persons_reader *tilt__persons_reader_new(const tilt_source *source, const tilt__mapping *mapping,
                                               const tilt_spec *spec, tilt__arena *arena, tilt_error *err)
    TILT_OWNED_BY(tilt__persons_reader_free);

/* Names of the measures it fills, in order: the cube has them side by side. NULL past the last. */
const char *tilt__persons_measure(const tilt__persons_reader *reader, size_t i);
/* What one row adds to each of them; nothing is kept yet. *out_used false: the row is left out (and counted
 * as such by _keep). TILT_ETYPE for a decision that is not 0 or 1, a score or a weight that is no number, or
 * a negative weight. */
tilt_status tilt__persons_read(tilt__persons_reader *reader, const tilt_row *row, tilt__decimal *amounts,
                               bool *out_used, tilt_error *err) TILT_NODISCARD;
/* While people stay a table (spec->reduce): the columns that they become in a cube. NULL past the last. And
 * what the row read last has in one of them: a class, a score, a weight, or what is there where it is no
 * class;
 * "" where it has none. Valid until the next row is read. */
const tilt__people_column *tilt__persons_column(const tilt__persons_reader *reader, size_t i);
tilt_cell tilt__persons_column_label(tilt__persons_reader *reader, const tilt_row *row, size_t i);
/* Keeps the row read last. `cell`: its cell in the cube (not sealed yet), TILT__NO_CELL when a filter leaves
 * it out. */
tilt_status tilt__persons_keep(tilt__persons_reader *reader, const tilt_cube *cube, size_t cell,
                               tilt_error *err) TILT_NODISCARD;
/* ---- many rows at once ---- */

/* A decision or label of 0 or 1 is its class. */
enum { TILT__CLASS_MISSING = 2, TILT__CLASS_REFUSED = 3 };

/* What a cell means; the same that tilt__persons_read finds in it. Of several threads each may ask. */
unsigned tilt__persons_decision(const tilt__persons_reader *reader, size_t model, const tilt_cell *cell);
unsigned tilt__persons_label(const tilt__persons_reader *reader, const tilt_cell *cell);
/* Missing: 0. False: refused. */
bool tilt__persons_weight(const tilt__persons_reader *reader, const tilt_cell *cell, tilt__decimal *out,
                          tilt__decimal *out_squared) TILT_NODISCARD;
/* Missing: infinite. False: refused. */
bool tilt__persons_score(const tilt__persons_reader *reader, size_t model, const tilt_cell *cell,
                         double *out) TILT_NODISCARD;
/* The decision of a model that has only a score. */
unsigned tilt__persons_decide(const tilt__persons_reader *reader, double score);

/* Rows of one cell that have the same decisions and label. */
typedef struct tilt__persons_bunch {
    bool used;                     /* every model has decided */
    bool weightless;               /* their weight is missing or 0 */
    uint32_t decisions;            /* bit per model */
    unsigned label;                /* 0, 1, TILT__CLASS_MISSING */
    tilt__decimal weight, weight2; /* summed */
    uint64_t rows;
} tilt__persons_bunch;

/* Adds them to the amount of each measure, whose sums are known to fit; false: they are left out. Threads may
 * add at the same time to different amounts. */
bool tilt__persons_add_bunch(const tilt__persons_reader *reader, const tilt__persons_bunch *bunch,
                             tilt__decimal *amounts);
/* Counts them; of several threads each into its own. */
void tilt__persons_count_bunch(const tilt__persons_reader *reader, const tilt__persons_bunch *bunch,
                               tilt__persons_counts *counts);
void tilt__persons_add_counts(tilt__persons_reader *reader, const tilt__persons_counts *counts);
void tilt__persons_sum_counts(tilt__persons_counts *to, const tilt__persons_counts *from);
/* Keeps which models chose them. False when memory runs out. */
bool tilt__persons_keep_bunch(tilt__persons_reader *reader, const tilt_cube *cube, size_t cell,
                              const tilt__persons_bunch *bunch) TILT_NODISCARD;

/* What scores showed as they came in, one model at a time (persons_scores.c). */
typedef struct tilt__scores_seen {
    tilt__agreement agreement[TILT__MAX_MODELS];
    uint64_t no_score[TILT__MAX_MODELS];
    bool out_of_unit;
} tilt__scores_seen;

void tilt__scores_seen_start(tilt__scores_seen *seen);
/* n rows that a model has decided and given this score (infinite: none). */
static inline void tilt__scores_see(tilt__scores_seen *seen, const tilt__persons *persons, size_t model,
                                    bool selected, double score, uint64_t n) {
    tilt__agreement *a = &seen->agreement[model];
    if (isinf(score)) {
        seen->no_score[model] += n;
        return;
    }
    seen->out_of_unit = seen->out_of_unit || score < 0 || score > 1;
    if (persons->people->models[model].decision == TILT_NO_COLUMN) return;
    a->disagree += selected != (score >= persons->threshold) ? n : 0;
    if (selected && score < a->lowest_selected) a->lowest_selected = score;
    if (!selected && score > a->highest_rejected) a->highest_rejected = score;
}
void tilt__scores_seen_add(tilt__persons *persons, const tilt__scores_seen *seen);
/* An empty table for scores of these people: one of n that share the budget. */
void tilt__scores_start(const tilt__persons *persons, size_t n, tilt__scored *out);

/* The label that a cell gives to column i of a table of people, empty where it gives none; a number in
 * `room`, else borrowed from the cell. False when only tilt__persons_read knows what to say. Several threads
 * may ask at the same time. */
bool tilt__persons_text(const tilt__persons_reader *reader, size_t i, const tilt_cell *cell,
                        char room[TILT__DECIMAL_TEXT], tilt_cell *out);

/* What was read so far; of several threads each may look at what does not change: people, threshold,
 * score_of ... Borrowed. */
const tilt__persons *tilt__persons_so_far(const tilt__persons_reader *reader);
/* Whether the audiences of people are told apart by this dimension. */
bool tilt__persons_tell(const tilt__persons_reader *reader, const tilt__dim *dim);
/* The group of a table of scores that rows of a cell with this label (0, 1, TILT__CLASS_MISSING) are in.
 * False when memory runs out. */
bool tilt__persons_group(tilt__persons_reader *reader, const tilt_cube *cube, size_t cell, unsigned label,
                         uint32_t *out) TILT_NODISCARD;
/* Keeps the scores of rows that are kept otherwise, in groups as above; `scores` is empty then. False when
 * memory runs out. */
bool tilt__persons_keep_scores(tilt__persons_reader *reader, tilt__scored *scores,
                               const tilt__scores_seen *seen) TILT_NODISCARD;

/* What was read, in the arena of the reader except its scores, which tilt__persons_free frees. The reader is
 * done. */
tilt_status tilt__persons_finish(tilt__persons_reader *reader, const tilt__persons **out,
                                 tilt_error *err) TILT_NODISCARD;
void tilt__persons_free(const tilt__persons *persons);

/* Numbers the audiences in byte order of their labels: sums over them then run in one order. False when
 * memory runs out. */
bool tilt__persons_order(tilt__persons *persons, tilt__arena *arena) TILT_NODISCARD;
/* A text of the label that is neither class, kept with the others in byte order. */
void tilt__persons_odd_value(tilt__persons *persons, const char *text);
/* People of several sources (one or more) as one; *out is NULL where they have not the same audiences,
 * models, label and weight. Texts are borrowed from the sources; free its scores with tilt__persons_free,
 * also after failure. */
tilt_status tilt__persons_pool(const tilt__persons *const *from, size_t n, tilt__arena *arena,
                               const tilt__persons **out, tilt_error *err) TILT_NODISCARD;

/* Adds the counts that follow from the stored ones to a cube that has these. */
tilt_status tilt__persons_derive(const tilt__persons *persons, tilt_cube *cube, tilt__arena *arena,
                                 tilt_error *err) TILT_NODISCARD;

#endif
