/* read/reduced.h - a cube that `tiltmeter cube` or a query wrote: its header says role and name of every
 * column ("audience:gender", "stage:clicks"), so that nothing is guessed when it is read back. */
#ifndef TILT_READ_REDUCED_H
#define TILT_READ_REDUCED_H

#include "base/arena.h"
#include "base/decimal.h"
#include "tiltmeter/source.h"

/* The column that marks a cube; every row holds the same text in it (cube/mark.h). */
#define TILT__CUBE_MARK "cube_spec"

/* What a column of people says behind its name: "score:risk (1000 bins, cut 0.5)" and "label:hired (1 is
 * yes)". */
typedef struct tilt__reduced_people {
    unsigned bins;        /* scores are the lower ends of so many bins to a unit; 0: they are exact */
    tilt__decimal cut;    /* a bin is split here, so that who is selected at this score stays known */
    const char *positive; /* the text that became label 1; NULL: none was named */
} tilt__reduced_people;

enum { TILT__FEWEST_BINS = 10, TILT__MOST_BINS = 1000000, TILT__USUAL_BINS = 1000 };
/* Whether so many bins to a unit have ends that are exact decimals, ends of tenths among them. */
bool tilt__reduced_bins_ok(unsigned bins);

/* The header of a column of people (decision, score, label, weight) in a cube; in the arena, NULL when memory
 * runs out. And what such a header says; *out_n: length of its name, which begins behind the colon. */
const char *tilt__reduced_header(tilt__arena *arena, tilt_role role, const char *name,
                                 const tilt__reduced_people *people);
tilt__reduced_people tilt__reduced_parse(const char *header, tilt_role role, size_t *out_n);

/* Takes roles and names from the headers of a cube. *out_is: it is one. TILT_ECSV when a header beside the
 * mark names no role. */
tilt_status tilt__reduced_columns(tilt_source *source, bool *out_is, tilt_error *err) TILT_NODISCARD;

#endif
