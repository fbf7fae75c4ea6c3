/* cli/ledger_show.c - a finding as the terminal shows it: its way through the audits, then what people
 * decided about it and whether that still holds. */
#include "cli/ledger_show.h"

#include <string.h>
#include <time.h>

#include "base/error.h"
#include "cli/given.h"
#include "ledger/review.h"
#include "read/date.h"
#include "report/name.h"

void tilt__ledger_today(char out[16]) {
    if (!tilt__epoch_date(out)) tilt__day_print((int64_t)time(NULL) / 86400, out);
}

static void put_review(const tilt__reviews *reviews, size_t i, const char *day, tilt__buf *out) {
    const tilt__review *r = &reviews->items[i];
    tilt__buf_format(out, "%s  %s by ", r->date, r->decision);
    tilt__name_put(r->by, 0, out);
    if (r->until != NULL) tilt__buf_format(out, ", until %s", r->until);
    if (r->owner != NULL) {
        tilt__buf_text(out, ", owner ");
        tilt__name_put(r->owner, 0, out);
    }
    if (r->due != NULL)
        tilt__buf_format(out, ", due %s%s", r->due,
                         tilt__review_overdue(reviews, i, day) ? " (OVERDUE)" : "");
    tilt__review_state state = tilt__review_state_on(reviews, i, day);
    static const char *const words[TILT__N_REVIEW_STATES] = {[TILT__REVIEW_IN_FORCE] = "in force",
                                                             [TILT__REVIEW_EXPIRED] = "expired",
                                                             [TILT__REVIEW_FOLLOWED] =
                                                                 "followed by a later one",
                                                             [TILT__REVIEW_NOT_YET] = "not yet in force",
                                                             [TILT__REVIEW_UNDATED] = "no day to judge by"};
    tilt__buf_format(out, " (%s; entry %lld)\n    ", words[state], (long long)r->seq);
    tilt__name_put(r->reason, 0, out);
    tilt__buf_char(out, '\n');
}

tilt_status tilt__ledger_show_finding(tilt__ledger *ledger, const char *id, const char *day, tilt__buf *out,
                                      tilt_error *err) {
    sqlite3_stmt *statement =
        tilt__ledger_prepare(ledger,
                             "SELECT f.audit, a.period_to, f.verdict, f.ratio, f.lower, f.upper, f.name, "
                             "f.reference FROM findings f "
                             "JOIN audits a ON a.id = f.audit WHERE f.finding = ?1 AND a.series = ?2 "
                             "ORDER BY f.audit",
                             err);
    if (statement == NULL) return TILT_EIO;
    tilt__ledger_text(statement, 1, id);
    tilt__ledger_text(statement, 2, ledger->series);
    tilt_status status = TILT_OK;
    size_t n = 0;
    for (bool row = true; status == TILT_OK;) {
        status = tilt__ledger_step(ledger, statement, &row, err);
        if (status != TILT_OK || !row) break;
        if (n++ == 0) tilt__buf_format(out, "Finding %s: %s\n", id, tilt__ledger_get_text(statement, 6));
        tilt__buf_format(out, "%6lld  %-10s  %-12s  ", (long long)sqlite3_column_int64(statement, 0),
                         tilt__ledger_get_text(statement, 1), tilt__ledger_get_text(statement, 2));
        double ratio = tilt__ledger_get_number(statement, 3), lower = tilt__ledger_get_number(statement, 4),
               upper = tilt__ledger_get_number(statement, 5);
        if (ratio == ratio)
            tilt__buf_format(out, "%.3f", ratio);
        else
            tilt__buf_text(out, "no ratio");
        if (lower == lower && upper == upper) tilt__buf_format(out, " (%.3f to %.3f)", lower, upper);
        tilt__buf_format(out, "  against %s\n", tilt__ledger_get_text(statement, 7));
    }
    (void)sqlite3_finalize(statement);
    tilt__arena arena = {0};
    tilt__reviews reviews = {NULL, 0, 0};
    if (status == TILT_OK && n == 0)
        status =
            tilt__fail(err, TILT_EUSAGE,
                       "%s has no audit and no finding \"%.40s\"; `tiltmeter ledger list` lists the audits",
                       ledger->path, id);
    if (status == TILT_OK) status = tilt__reviews_read(ledger, id, &arena, &reviews, err);
    for (size_t i = 0; i < reviews.n; i++) put_review(&reviews, i, day, out);
    if (status == TILT_OK && reviews.n == 0) tilt__buf_text(out, "No review is on record.\n");
    tilt__arena_free(&arena);
    return status;
}
