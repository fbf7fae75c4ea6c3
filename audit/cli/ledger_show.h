/* cli/ledger_show.h - a finding of a ledger for the terminal. */
#ifndef TILT_CLI_LEDGER_SHOW_H
#define TILT_CLI_LEDGER_SHOW_H

#include "base/buf.h"
#include "ledger/store.h"

/* The day of a decision is a fact about the world, and so is whether it has run out: without --date and
 * SOURCE_DATE_EPOCH it is today (UTC). No result and no report reads this. */
void tilt__ledger_today(char out[16]);

/* Appends the finding with this id in every audit of the chosen series, and its reviews as they stand on
 * `day` (YYYY-MM-DD). TILT_EUSAGE when no audit has it. */
tilt_status tilt__ledger_show_finding(tilt__ledger *ledger, const char *id, const char *day, tilt__buf *out,
                                      tilt_error *err) TILT_NODISCARD;

#endif
