/* stat/walk.h - the simplex method with limits (Dantzig 1963) on a dictionary, started not at a corner but at
 * a point that is known to be possible: a free cell moves until a basic one meets a limit, and takes its
 * place. All points on the way fulfil sums and limits, and are seen: they widen what each cell can be. */
#ifndef TILT_STAT_WALK_H
#define TILT_STAT_WALK_H

#include "stat/dictionary.h"

/* A search: a copy of a dictionary and the point where it is. Places as in the dictionary. */
typedef struct tilt__walk {
    tilt__dictionary at;
    double *now, *most;  /* per place: value, and upper limit (the lower is 0) */
    double *least, *top; /* per place: of all points seen */
} tilt__walk;

/* False when memory runs out (close it all the same). */
bool tilt__walk_open(const tilt__dictionary *like, tilt__walk *out) TILT_NODISCARD;
void tilt__walk_close(tilt__walk *walk);
/* Goes back to `start` (with the same cells as in tilt__walk_open), at a point that fulfils its sums: per
 * cell its value and its upper limit, which is no less; `number` of the cell says where in these lists. */
void tilt__walk_start(tilt__walk *walk, const tilt__dictionary *start, const size_t *number,
                      const double *values, const double *upper);
/* Drives a cell up and down until the points seen are `need` apart in it, or as far as they can be (a need of
 * HUGE_VAL: always so far). */
void tilt__walk_drive(tilt__walk *walk, size_t cell, double need);

#endif
