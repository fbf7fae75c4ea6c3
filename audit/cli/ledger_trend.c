/* cli/ledger_trend.c - the trend of a ledger as the terminal shows it: what changed first, and for one
 * finding every look with its charts. */
#include "cli/ledger_trend.h"

#include <string.h>

#include "report/name.h"
#include "report/result.h"
#include "report/words_trend.h"

static void put_number(const cJSON *object, const char *key, tilt__buf *out) {
    tilt__json_value value = tilt__json_number(object, key);
    if (value.known)
        tilt__buf_format(out, "%8.3f", value.number);
    else
        tilt__buf_text(out, "       -");
}

static void put_look(const cJSON *look, tilt__buf *out) {
    tilt__words_trend_audit(tilt__json_object(look, "audit"), out);
    tilt__buf_format(out, "  %-12s", tilt__json_text_or(look, "verdict", ""));
    static const char *const keys[] = {"ratio",    "lower",      "upper", "residual",
                                       "cusum_up", "cusum_down", "ewma"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) put_number(look, keys[i], out);
    tilt__buf_text(out, tilt__json_true(look, "laney_outside") ? "   outside\n" : "\n");
}

/* Every look with its charts: for one finding. */
static void put_charts(const cJSON *finding, tilt__buf *out) {
    tilt__buf_text(out,
                   "\naudit                     verdict        ratio   lower   upper     residual CUSUM up"
                   "  down     EWMA  Laney p'\n");
    for (const cJSON *look = tilt__json_first(tilt__json_array(finding, "looks")); look != NULL;
         look = look->next)
        put_look(look, out);
    tilt__interval all = tilt__json_estimate(finding, "anytime"),
                   line = tilt__json_estimate(tilt__json_object(finding, "line"), "factor");
    if (all.value.known && all.lower.known)
        tilt__buf_format(out, "All looks together, interval that holds at every look: %.3f (%.3f to %.3f)\n",
                         all.value.number, all.lower.number, all.upper.number);
    if (line.value.known && line.lower.known)
        tilt__buf_format(out, "Straight trend: the ratio times %.4f per audit (%.4f to %.4f)\n",
                         line.value.number, line.lower.number, line.upper.number);
    tilt__json_value p = tilt__json_number(tilt__json_object(finding, "mann_kendall"), "p");
    if (p.known) tilt__buf_format(out, "Mann-Kendall test of any trend: p = %.3g\n", p.number);
}

static void put_finding(const cJSON *finding, tilt__buf *out) {
    tilt__buf_format(out, "%s  ", tilt__json_text_or(finding, "id", ""));
    tilt__name_put(tilt__json_text_or(finding, "name", ""), 0, out);
    tilt__buf_format(out, "\n    %s\n", tilt__json_text_or(finding, "sentence", ""));
    tilt__json_value left = tilt__json_number(finding, "left_out");
    if (left.known && left.number > 0)
        tilt__buf_format(out, "    %.0f audits are left out: another reference, or no interval.\n",
                         left.number);
}

void tilt__ledger_put_trend(const cJSON *trend, bool charts, tilt__buf *out) {
    const cJSON *watch = tilt__json_object(trend, "watch");
    tilt__buf_format(
        out,
        "Audits: %.0f. Findings watched together: %.0f; a false alarm in any of them within %.0f audits: "
        "at most %.0f %%.\n\n",
        tilt__json_number(trend, "audits").number, tilt__json_number(watch, "family").number,
        tilt__json_number(watch, "horizon").number, 100 * tilt__json_number(watch, "alpha").number);
    const cJSON *findings = tilt__json_array(trend, "findings");
    for (int quiet = 0; quiet < 2; quiet++) /* changed first */
        for (const cJSON *f = tilt__json_first(findings); f != NULL; f = f->next) {
            bool is_quiet = tilt__json_first(tilt__json_array(f, "alarms")) == NULL;
            if (is_quiet != (quiet == 1)) continue;
            put_finding(f, out);
            if (charts) put_charts(f, out);
        }
}
