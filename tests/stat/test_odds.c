/* The odds ratio: reference values (mpmath roots at 50 digits), edges, invariants. */
#include "stat/oracle.h"

#include "stat/odds.h"

static void expect_limits(const oracle_record *record, const char *key, tilt_estimate e) {
    oracle_expect(record, key, e.lower, oracle_get_at(record->outputs, key, 0), 1e-9);
    oracle_expect(record, key, e.upper, oracle_get_at(record->outputs, key, 1), 1e-9);
}

static void check_odds(const oracle_record *record) {
    tilt__pair pair = {.xa = oracle_get(record->inputs, "x1"),
                       .na = oracle_get(record->inputs, "n1"),
                       .xr = oracle_get(record->inputs, "x2"),
                       .nr = oracle_get(record->inputs, "n2")};
    double level = oracle_get(record->inputs, "conf");
    const cJSON *out = record->outputs;
    tilt_estimate mn = tilt__odds_mn(pair, level), haldane = tilt__odds_haldane(pair, level);
    oracle_expect(record, "estimate", mn.value, oracle_get(out, "estimate"), 1e-9);
    cr_expect_eq(mn.reason, isfinite(oracle_get(out, "estimate")) ? TILT_REASON_NONE : TILT_ZERO_MARGIN, "%s",
                 record->id);
    oracle_expect(record, "se_log", tilt__odds_se(pair).value, oracle_get(out, "se_log"), 1e-9);
    oracle_expect(record, "haldane_est", haldane.value, oracle_get(out, "haldane_est"), 1e-9);
    expect_limits(record, "mn", mn);
    expect_limits(record, "score", tilt__odds_score(pair, level));
    expect_limits(record, "woolf", tilt__odds_woolf(pair, level));
    expect_limits(record, "haldane", haldane);
    if (cJSON_GetObjectItemCaseSensitive(out, "cond_mle") == NULL)
        return; /* larger than the reference went */
    tilt_estimate exact = tilt__odds_conditional(pair, level, false);
    oracle_expect(record, "cond_mle", exact.value, oracle_get(out, "cond_mle"), 1e-9);
    expect_limits(record, "cond_exact", exact);
    if (oracle_has(out, "cond_midp"))
        expect_limits(record, "cond_midp", tilt__odds_conditional(pair, level, true));
}

Test(odds, agrees_with_the_references) {
    oracle_run("04_odds_ci.json", "odds_ratio_ci", 55, check_odds);
}
