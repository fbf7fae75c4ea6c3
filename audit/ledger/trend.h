/* ledger/trend.h - findings through the audits of a ledger, with the default watch on each. */
#ifndef TILT_LEDGER_TREND_H
#define TILT_LEDGER_TREND_H

#include <cjson/cJSON.h>

#include "ledger/store.h"

#define TILT__TREND_LAST 60 /* audits that a trend looks at, unless another number is asked for */
#define TILT__TREND_MOST 24 /* findings that a trend inside a report shows */

typedef struct tilt__trend_ask {
    const char *finding; /* id; NULL: all */
    size_t last;         /* audits to look at, newest first; 0: all */
    size_t most;         /* findings to give, changed ones first, then by verdict; 0: all. All are watched. */
} tilt__trend_ask;

/* A trend as JSON (schema tiltmeter.trend/1): tool{}, policy{} of the newest audit, watch{alpha, horizon,
 * family, limit}, audits, findings_left_out, and findings[{id, name, threshold, looks[{audit, from, to,
 * ratio, lower, upper, verdict, residual, cusum_up, cusum_down, ewma, ewma_lower, ewma_upper,
 * laney_outside}], left_out, alarms[{found{}, since{}, direction, by, ratio_before, ratio_after, lead{factor,
 * level}}], delay{shift, looks}, anytime{estimate}, line{}, mann_kendall{}, sentence}]. Of audits with the
 * same period the one recorded last counts. Looks whose reference is not the first one's, or that have no
 * standard error, are left out and counted. TILT_EUSAGE for an unknown finding. Inside a transaction of the
 * caller's it sees what that has written. Caller frees with cJSON_Delete. */
cJSON *tilt__ledger_trend(tilt__ledger *ledger, const tilt__trend_ask *ask, tilt_error *err) TILT_NODISCARD;

#endif
