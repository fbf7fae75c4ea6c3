/* cube/late_totals.h - rows that turn out to be totals only when all of a file has been read. */
#ifndef TILT_CUBE_LATE_TOTALS_H
#define TILT_CUBE_LATE_TOTALS_H

#include "cube/load.h"

/* Holds the labels of a loaded file against what its surveyed part showed ("All" beside other labels, "Spring
 * Total" beside "Spring"). True when some of its rows were totals after all: the source knows that from now
 * on, and the file has to be loaded again. */
bool tilt__late_totals_find(tilt_source *source, const tilt__mapping *mapping, const tilt__loaded *loaded);

#endif
