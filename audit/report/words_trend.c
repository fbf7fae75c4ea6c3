/* report/words_trend.c - the watch in words. A quiet watch is never "no change": it says what it would have
 * found. */
#include "report/words_trend.h"

#include <string.h>

#include "report/name.h"
#include "report/numerals.h"
#include "report/words.h"

void tilt__words_trend_audit(const cJSON *audit, tilt__buf *out) {
    const char *from = tilt__json_text(audit, "from"), *to = tilt__json_text(audit, "to");
    tilt__json_value number = tilt__json_number(audit, "audit");
    if (from != NULL && to != NULL)
        tilt__buf_format(out, "%.10s to %.10s", from, to);
    else if (number.known)
        tilt__buf_format(out, "audit %.0f", number.number);
}

static void put_alarm(const cJSON *alarm, double tau, tilt__buf *out) {
    tilt__json_value before = tilt__json_number(alarm, "ratio_before"),
                     after = tilt__json_number(alarm, "ratio_after");
    bool drift = strcmp(tilt__json_text_or(alarm, "by", ""), "drift") == 0;
    tilt__buf_text(out, drift ? "Has drifted since " : "Changed with ");
    tilt__words_trend_audit(tilt__json_object(alarm, "since"), out);
    tilt__buf_text(out, " (found with ");
    tilt__words_trend_audit(tilt__json_object(alarm, "found"), out);
    tilt__buf_char(out, ')');
    if (before.known && after.known) {
        tilt__buf_text(out, ": ratio ");
        tilt__numeral_ratio(before.number, tau, out);
        tilt__buf_text(out, " before, ");
        tilt__numeral_ratio(after.number, tau, out);
        tilt__buf_text(out, " since");
    }
    tilt__buf_char(out, '.');
    const cJSON *lead = tilt__json_object(alarm, "lead");
    if (lead == NULL) return;
    tilt__buf_text(out, " Most of it goes with ");
    tilt__words_plain_name(tilt__json_text_or(lead, "factor", ""), out);
    tilt__buf_text(out, " \xE2\x80\x9C");
    tilt__name_put(tilt__json_text_or(lead, "level", ""), TILT__NAME_COLUMNS, out);
    tilt__buf_text(out, "\xE2\x80\x9D (association, not proof of cause).");
}

void tilt__words_trend(const cJSON *finding, tilt__buf *out) {
    const cJSON *alarm = tilt__json_first(tilt__json_array(finding, "alarms"));
    size_t looks = tilt__json_count(tilt__json_array(finding, "looks"));
    tilt__json_value threshold = tilt__json_number(finding, "threshold");
    for (const cJSON *at = alarm; at != NULL; at = at->next) {
        if (at != alarm) tilt__buf_char(out, ' ');
        put_alarm(at, threshold.known ? threshold.number : 0.8, out);
    }
    if (alarm == NULL) {
        if (looks < 2)
            tilt__buf_text(out, "Too few audits to see a change.");
        else
            tilt__buf_text(out, "No change found so far.");
    }
    const cJSON *delay = tilt__json_object(finding, "delay");
    tilt__json_value needed = tilt__json_number(delay, "looks");
    if (delay == NULL || looks < 2) return;
    if (needed.known) {
        tilt__buf_text(out, " A lasting change of 10 % would be found within ");
        tilt__numeral_count(needed.number, out);
        tilt__buf_text(out, needed.number > 1 ? " audits in 9 of 10 cases." : " audit in 9 of 10 cases.");
    } else {
        tilt__buf_text(out, " A lasting change of 10 % is too small for this watch to count on.");
    }
}
