/* stat/ranking.h - one group's scores in order, added up once per distinct score: ranking, shift and
 * thresholds of two groups then walk two such lists side by side, and nothing is sorted again. */
#ifndef TILT_STAT_RANKING_H
#define TILT_STAT_RANKING_H

#include "stat/scores.h"

enum { TILT__RANK_ALL = 2, TILT__RANK_CLASSES = 3 }; /* label 0, label 1, everybody whatever the label */

/* Lists have one item more than there are distinct scores. Sums run in the order of the rows. */
typedef struct tilt__ranking {
    size_t n;                   /* distinct scores */
    double *score;              /* ascending; an infinite one at the end */
    double *w[3];               /* by class: weights added up */
    double *w2[3];              /* and squared weights; without weights the same lists */
    double *top[3];             /* weights from the highest score down to this one; NULL without weights */
    double total[3];            /* weights from the highest score down to the lowest */
    double sum_w[3], sum_w2[3]; /* compensated, upwards */
    double plain_w, plain_w2;   /* of everybody, row by row */
    double mean, variance;      /* of everybody's score; variance: sample, NaN below two people */
    size_t labelled;            /* rows with a label */
    bool weighted;
    tilt_reason reason; /* of tilt__scores_check */
    void *block;        /* all lists */
} tilt__ranking;

/* Rows from `labelled` on have no label. Nothing is borrowed; freed by tilt__ranking_free, also after
 * failure. 40 bytes a distinct score, 88 with weights. TILT_ENOMEM. */
TILT_NODISCARD tilt_status tilt__ranking_new(const tilt__scores *data, size_t labelled, tilt__ranking *out);
/* The same of rows whose order by score is known (that of tilt__order). */
TILT_NODISCARD tilt_status tilt__ranking_in_order(const tilt__scores *data, size_t labelled,
                                                  const size_t *order, tilt__ranking *out);
void tilt__ranking_free(tilt__ranking *ranking);

/* Two lists side by side: every score that either has, upwards. */
typedef struct tilt__rank_walk {
    const tilt__ranking *of[2];
    size_t at[2]; /* where this score is, or the next higher one */
    bool in[2];   /* whether it is there */
    double score;
} tilt__rank_walk;

static inline tilt__rank_walk tilt__rank_walk_new(const tilt__ranking *first, const tilt__ranking *second) {
    return (tilt__rank_walk){.of = {first, second}};
}

/* The next score; false past the last. */
static inline bool tilt__rank_step(tilt__rank_walk *walk) {
    double score[2];
    bool more[2];
    for (size_t k = 0; k < 2; k++) {
        walk->at[k] += walk->in[k];
        more[k] = walk->at[k] < walk->of[k]->n;
        score[k] = walk->of[k]->score[walk->at[k]];
    }
    walk->score = score[1] < score[0] ? score[1] : score[0];
    for (size_t k = 0; k < 2; k++) walk->in[k] = more[k] && score[k] <= walk->score;
    return more[0] || more[1];
}

/* Weights and squared weights of a class at this score. */
static inline double tilt__rank_w(const tilt__rank_walk *walk, size_t k, size_t class) {
    return walk->in[k] ? walk->of[k]->w[class][walk->at[k]] : 0.0;
}
static inline double tilt__rank_w2(const tilt__rank_walk *walk, size_t k, size_t class) {
    return walk->in[k] ? walk->of[k]->w2[class][walk->at[k]] : 0.0;
}

#endif
