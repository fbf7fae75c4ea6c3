/* tests/read/damage.h - the ways in which an export can be damaged. A damage copies a clean file into `out`
 * and spoils it at one place; it returns false where the file has no such place. */
#ifndef TILT_TESTS_DAMAGE_H
#define TILT_TESTS_DAMAGE_H

#include "base/buf.h"

typedef struct wound {
    const char *text; /* the clean file: UTF-8, LF, no line ends inside cells */
    size_t n;
    char delimiter;
    size_t header;     /* index of the header line */
    size_t data_lines; /* rows of data below it */
    size_t line;       /* index of the data line to spoil */
    size_t number;     /* index of a column of counts, and */
    size_t label;      /* of a column of quoted text with a delimiter in it */
    tilt__buf out;
} wound;

typedef enum outcome {
    CLEAN_OR_ERROR, /* the clean rows, or an error that names the file */
    MUST_BE_CLEAN,
    MUST_BE_ERROR,
    MAY_BE_FLAGGED /* other rows, but the source says that its last row may be cut */
} outcome;

typedef struct damage {
    const char *name;
    bool (*spoil)(wound *w);
    outcome expected;
} damage;

extern const damage damages_of_shape[];
extern const size_t n_damages_of_shape;
extern const damage damages_of_bytes[];
extern const size_t n_damages_of_bytes;

#endif
