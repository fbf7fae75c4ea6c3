/* ledger/series.h - several things that are audited again and again in one ledger, kept apart by name.
 * Finding ids say what is compared, not whose campaigns it was: within a series they are the same finding.
 * The chain is one for all. */
#ifndef TILT_LEDGER_SERIES_H
#define TILT_LEDGER_SERIES_H

#include "ledger/store.h"

#define TILT__SERIES_LONGEST 80 /* bytes of a name */

/* Reads and records of this series from now on. `name` NULL: the one without a name; but where the ledger
 * holds named ones only, TILT_EUSAGE with their names, since a new series by oversight would mix two things.
 * TILT_EUSAGE also for a name that is blank, too long, or has control characters. */
tilt_status tilt__series_enter(tilt__ledger *ledger, const char *name, tilt_error *err) TILT_NODISCARD;
/* The same for one who only looks: NULL also means the only one there is; a name that is not there is
 * TILT_EUSAGE. */
tilt_status tilt__series_look(tilt__ledger *ledger, const char *name, tilt_error *err) TILT_NODISCARD;
/* The series of an audit. */
tilt_status tilt__series_of(tilt__ledger *ledger, int64_t audit, tilt_error *err) TILT_NODISCARD;

#endif
