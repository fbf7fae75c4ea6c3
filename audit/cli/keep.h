/* cli/keep.h - an audit that is kept: opening the ledger before it runs, completing and recording its result
 * afterwards. */
#ifndef TILT_CLI_KEEP_H
#define TILT_CLI_KEEP_H

#include "cli/opt.h"
#include "ledger/record.h"
#include "tiltmeter/audit.h"

typedef struct tilt__keep {
    tilt__ledger *ledger; /* NULL: nothing is kept */
    const char *against;  /* "last", a result, or NULL */
    bool waivers;         /* a policy file may waive findings */
    tilt__buf spec;       /* what the audit was asked, as a spec */
    tilt__buf policy;     /* the policy file, if it has one */
    tilt__buf completed;  /* the result with what a ledger or an earlier audit adds */
    int64_t audit;        /* its number, once recorded */
} tilt__keep;

void tilt__keep_close(tilt__keep *keep);
/* The ledger that --ledger, the spec or TILTMETER_LEDGER names; NULL when none does. Borrowed. */
const char *tilt__keep_path(const tilt__cli *cli, const tilt_spec *spec);
/* Before the audit: opens (or makes) the ledger, and readies the spec. */
tilt_status tilt__keep_open(const tilt__cli *cli, tilt_spec *spec, tilt__keep *out,
                            tilt_error *err) TILT_NODISCARD;
/* After it: the whole result, recorded when there is a ledger; borrowed from the audit or `keep`. *out_stops:
 * what a gate says. */
tilt_status tilt__keep_result(tilt__keep *keep, const tilt_audit *audit, tilt__text *out_text,
                              bool *out_stops, tilt_error *err) TILT_NODISCARD;

#endif
