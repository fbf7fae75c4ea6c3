/* cube/query_engine.h - how each engine writes names, values and exact numbers. */
#ifndef TILT_CUBE_QUERY_ENGINE_H
#define TILT_CUBE_QUERY_ENGINE_H

#include "base/buf.h"
#include "tiltmeter/base.h"

/* Templates, where @ stands for the argument. */
typedef struct tilt__engine {
    const char *id;
    const char *name;
    char quote;         /* of identifiers; doubled inside, */
    bool backslash;     /* or, with texts too, escaped by a backslash */
    const char *text;   /* a column as text without blanks around it, "" where it has no value */
    const char *plain;  /* a column as text */
    const char *number; /* a text as an exact number, rounded half away from zero; none where it is none */
    const char *sum;   /* of exact numbers over rows; past what it holds, an error and never another number */
    const char *exact; /* a decimal constant as an exact number */
    const char *printed;    /* an exact number as text, "" where there is none */
    const char *lower;      /* a text in lower case */
    const char *step;       /* the width of a bin as an exact number */
    const char *floored;    /* the whole number below an exact number */
    const char *day;        /* the first ten characters of a text */
    const char *unit;       /* the character between labels in a digest */
    const char *digest;     /* of a text: 48 bits as a whole number */
    const char *millionths; /* of a sum, rounded down; none counts as -1 */
    const char *row_factor; /* of a digest */
    const char *weighed;    /* what the measures of a row add to the mark */
    const char *whole;      /* a whole number as text */
    size_t longest_name;    /* bytes of an identifier, beyond which it is cut; 0: any */
    bool any_case;          /* names that differ in capitals only are one name */
    const char *guard; /* the hash in the mark as a text, or an error where a setting of the engine would let
                        * a bad number pass for none */
} tilt__engine;

/* NULL for an engine that is not known. */
const tilt__engine *tilt__engine_find(const char *id);

/* Between quotes nothing can end the quotation, nor be replaced: a doubled or escaped quote, and for Spark no
 * "${" in one piece, which it would replace before it reads the query. */
void tilt__engine_text(const tilt__engine *engine, const char *text, tilt__buf *out);
/* False, and nothing is written, where the engine cannot be given such a name. */
bool tilt__engine_name(const tilt__engine *engine, const char *name, tilt__buf *out) TILT_NODISCARD;
/* As a name, or, where all parts between its dots are plain words, as schema and table. */
bool tilt__engine_table(const tilt__engine *engine, const char *table, tilt__buf *out) TILT_NODISCARD;

/* A template with `argument` for every @. */
void tilt__engine_put(const char *format, const char *argument, tilt__buf *out);

#endif
