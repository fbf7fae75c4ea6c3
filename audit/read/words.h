/* read/words.h - the rows of the vocabulary; only vocabulary.c reads them. */
#ifndef TILT_READ_WORDS_H
#define TILT_READ_WORDS_H

#include "read/vocabulary.h"

extern const tilt__word tilt__words_general[];
extern const size_t tilt__words_general_count;
extern const tilt__word tilt__words_own[];
extern const size_t tilt__words_own_count;
extern const tilt__word tilt__words_local[];
extern const size_t tilt__words_local_count;

#endif
