/* report/words_terms.h - vocabulary shared by the files that write sentences: what a rate is called, and the
 * parts of speech of a comparison. Private to report/words*.c and report/model_board.c. */
#ifndef TILT_REPORT_WORDS_TERMS_H
#define TILT_REPORT_WORDS_TERMS_H

#include "report/index.h"
#include "report/words.h"

/* How a stage is spoken of. NULL members: it is not used that way. */
typedef struct tilt__stage_words {
    const char *stage;
    const char *passive;    /* "were reached": what happens to people, for person rates */
    const char *participle; /* "reached": after a count of people */
    const char *measure;    /* "reach" */
    const char *one, *many; /* "click", "clicks"; below the line "eligible person", "eligible people" */
    const char *adjective;  /* "eligible": before a group's noun */
    bool people;            /* counts people */
} tilt__stage_words;

/* Words of a stage, or NULL for a name that is not in the vocabulary. */
const tilt__stage_words *tilt__stage_words_of(const char *stage);

/* The parts of speech of one comparison. tilt__phrase_free frees all buffers; the
 * text they went into fails when one of them had. */
typedef struct tilt__phrase {
    const cJSON *result, *view, *comparison;
    const tilt__view_index *index; /* of the view, or NULL */
    const char *mode;
    double tau;
    bool plural;         /* of the measure: "were", not "was" */
    tilt__buf measure;   /* "reach", "clicks per impression", "the share of women in “Truck Driver”" */
    tilt__buf differ;    /* "between women and men", "from their share in the other ads" */
    tilt__buf level;     /* "level between women and men", "level with their share in the other ads" */
    tilt__buf zero_a;    /* "for women and not for men" */
    tilt__buf zero_r;    /* "for men and not for women" */
    tilt__buf before;    /* "women were reached " */
    tilt__buf after;     /* " times as often as men" */
    tilt__buf focal;     /* "women" */
    tilt__buf reference; /* "men" */
    tilt__buf counts;    /* "31 of 100 eligible women against 50 of 100 eligible men"; empty when not known */
    bool good;           /* a rate that is the better for everybody the higher it is, such as accuracy */
    tilt__buf more; /* "women reached": what more or fewer of would have meant parity; empty: leave out */
} tilt__phrase;

/* index: of the view, or NULL to look things up one by one. */
void tilt__phrase_make(const cJSON *result, const cJSON *view, const tilt__view_index *index,
                       const cJSON *comparison, tilt__phrase *out);
void tilt__phrase_free(tilt__phrase *phrase, tilt__buf *whole);

/* A rate 0..1 as people: "19 of 100", "25 of 1 000". least: the smallest positive rate it stands beside,
 * which says of how many, so that rates of one table can be compared. */
void tilt__words_of_hundred(double rate, double least, tilt__buf *out);

/* Numerator and denominator of a view in words: "impressions", "eligible person". plural: "eligible people".
 */
void tilt__words_per(const cJSON *view, bool plural, tilt__buf *out);

#endif
