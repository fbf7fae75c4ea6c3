/* map/rate.h - the stages of a campaign in their order, and what kind of number a rate of two of them is. */
#ifndef TILT_MAP_RATE_H
#define TILT_MAP_RATE_H

#include "map/spec.h"

typedef enum tilt__stage_unit { TILT__UNIT_PERSON, TILT__UNIT_EVENT } tilt__stage_unit;

typedef struct tilt__stage {
    const char *name;
    int order; /* along the funnel; population first */
    tilt__stage_unit unit;
    const char
        *part; /* which part of the funnel the step INTO this stage belongs to: targeting, delivery ... */
    bool base; /* can be the denominator of an audit: who could have been reached */
} tilt__stage;

/* The known stage of that name, or NULL (a generic count column). */
const tilt__stage *tilt__stage_find(const char *name);
/* The same for a measure that may be one end of a range: impressions:min is of the stage impressions. */
const tilt__stage *tilt__stage_of_measure(const char *measure);
/* All known stages in order; *out_n gets their number. */
const tilt__stage *tilt__stages(size_t *out_n);

/* The kind of a rate: what the spec declared, else from the stages. Columns that are no known stage are
 * people of people; money per anything is a ratio (of_is_cost). */
tilt__rate_kind tilt__rate_kind_of(const tilt__rate_spec *rate, bool of_is_cost);

#endif
