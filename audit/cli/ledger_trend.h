/* cli/ledger_trend.h - the trend of a ledger for the terminal. */
#ifndef TILT_CLI_LEDGER_TREND_H
#define TILT_CLI_LEDGER_TREND_H

#include <cjson/cJSON.h>
#include <stdbool.h>

#include "base/buf.h"

/* Appends the trend (as tilt__ledger_trend makes it) in words; `charts` adds every look of each finding. */
void tilt__ledger_put_trend(const cJSON *trend, bool charts, tilt__buf *out);

#endif
