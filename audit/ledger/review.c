/* ledger/review.c - reviews: asked for, checked, appended, and read back with their state on a day. Texts of
 * ISO dates compare as dates. */
#include "ledger/review.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "ledger/finding.h"
#include "read/date.h"
#include "report/result.h"

static const struct {
    const char *name;
    bool waives;
} decisions[] = {{"accept-risk", true}, {"act", false}, {"dismiss", true}, {"override", true}};
enum { N_DECISIONS = sizeof decisions / sizeof *decisions };

enum { LONGEST_REASON = 4000, LONGEST_ROLE = 80 };

const char *const tilt__review_states[TILT__N_REVIEW_STATES] = {[TILT__REVIEW_IN_FORCE] = "in_force",
                                                                [TILT__REVIEW_EXPIRED] = "expired",
                                                                [TILT__REVIEW_FOLLOWED] = "followed",
                                                                [TILT__REVIEW_NOT_YET] = "not_yet",
                                                                [TILT__REVIEW_UNDATED] = "undated"};

bool tilt__is_date(const char *text) {
    int64_t day;
    return strlen(text) == 10 && text[4] == '-' && text[7] == '-' &&
           tilt__date_parse(text, 10, TILT__DATE_YMD, &day) == TILT__DATE;
}

static bool waiving(const char *decision) {
    for (size_t i = 0; i < N_DECISIONS; i++)
        if (strcmp(decisions[i].name, decision) == 0) return decisions[i].waives;
    return false;
}

static bool is_blank(const char *text) {
    return text == NULL || text[strspn(text, " \t\r\n")] == '\0';
}

static tilt_status check_decision(const char *decision, tilt_error *err) {
    const char *names[N_DECISIONS];
    for (size_t i = 0; i < N_DECISIONS; i++) names[i] = decisions[i].name;
    for (size_t i = 0; decision != NULL && i < N_DECISIONS; i++)
        if (strcmp(names[i], decision) == 0) return TILT_OK;
    if (decision == NULL)
        return tilt__fail(err, TILT_EUSAGE,
                          "a review needs --decision: accept-risk, act, dismiss or override");
    const char *near = tilt__text_nearest(decision, names, N_DECISIONS);
    return tilt__fail(
        err, TILT_EUSAGE, "--decision takes accept-risk, act, dismiss or override, found \"%.60s\"%s%s%s",
        decision, near != NULL ? "; did you mean " : "", near != NULL ? near : "", near != NULL ? "?" : "");
}

/* A role such as "head of marketing": addresses of persons are refused, so that the ledger never needs to
 * forget one. */
static tilt_status check_role(const char *option, const char *role, tilt_error *err) {
    if (is_blank(role))
        return tilt__fail(err, TILT_EUSAGE,
                          "a review needs --%s: the role that decides, such as \"head of marketing\"",
                          option);
    if (strchr(role, '@') != NULL)
        return tilt__fail(
            err, TILT_EUSAGE,
            "--%s takes a role, not a person: \"%.60s\" looks like an address; write the function, "
            "such as \"compliance officer\"",
            option, role);
    if (strlen(role) > LONGEST_ROLE)
        return tilt__fail(err, TILT_EUSAGE, "--%s is %zu bytes long; a role has at most %d", option,
                          strlen(role), LONGEST_ROLE);
    return TILT_OK;
}

static tilt_status check_day(const char *option, const char *day, const char *from, tilt_error *err) {
    if (day == NULL) return TILT_OK;
    if (!tilt__is_date(day))
        return tilt__fail(err, TILT_EUSAGE, "--%s needs a date as YYYY-MM-DD, found \"%.40s\"", option, day);
    if (from != NULL && strcmp(day, from) < 0)
        return tilt__fail(err, TILT_EUSAGE, "--%s %s lies before the review's own date, %s", option, day,
                          from);
    return TILT_OK;
}

static tilt_status check_ask(const tilt__review_ask *ask, tilt_error *err) {
    tilt_status status = check_decision(ask->decision, err);
    if (status == TILT_OK && is_blank(ask->reason))
        status = tilt__fail(err, TILT_EUSAGE, "a review needs --reason: why this was decided, in words");
    if (status == TILT_OK && strlen(ask->reason) > LONGEST_REASON)
        status = tilt__fail(err, TILT_EUSAGE, "--reason is %zu bytes long; at most %d", strlen(ask->reason),
                            LONGEST_REASON);
    if (status == TILT_OK) status = check_role("by", ask->by, err);
    if (status == TILT_OK && ask->owner != NULL) status = check_role("owner", ask->owner, err);
    if (status == TILT_OK && (ask->date == NULL || !tilt__is_date(ask->date)))
        status = tilt__fail(err, TILT_EUSAGE, "--date needs a date as YYYY-MM-DD, found \"%.40s\"",
                            ask->date != NULL ? ask->date : "");
    if (status == TILT_OK) status = check_day("until", ask->until, ask->date, err);
    if (status == TILT_OK) status = check_day("due", ask->due, ask->date, err);
    if (status == TILT_OK && ask->due != NULL && ask->owner == NULL)
        status = tilt__fail(err, TILT_EUSAGE, "--due needs --owner: the role that acts until then");
    return status;
}

/* The newest audit that has the finding, and its verdict there. */
static tilt_status find_finding(tilt__ledger *ledger, const char *id, int64_t *out_audit,
                                tilt__buf *out_verdict, tilt_error *err) {
    sqlite3_stmt *statement = tilt__ledger_prepare(
        ledger,
        "SELECT f.audit, f.verdict FROM findings f JOIN audits a ON a.id = f.audit WHERE f.finding = ?1 AND "
        "a.series = ?2 ORDER BY f.audit DESC LIMIT 1",
        err);
    if (statement == NULL) return TILT_EIO;
    tilt__ledger_text(statement, 1, id);
    tilt__ledger_text(statement, 2, ledger->series);
    bool row = false;
    tilt_status status = tilt__ledger_step(ledger, statement, &row, err);
    if (row) {
        *out_audit = sqlite3_column_int64(statement, 0);
        tilt__buf_text(out_verdict, tilt__ledger_get_text(statement, 1));
    }
    (void)sqlite3_finalize(statement);
    if (status == TILT_OK && !row)
        return tilt__fail(err, TILT_EUSAGE,
                          "no audit in %s has a finding \"%.40s\"; `tiltmeter ledger show last` lists them",
                          ledger->path, id);
    return status;
}

static tilt_status append(tilt__ledger *ledger, const tilt__review_ask *ask, tilt__ledger_head *out_head,
                          tilt_error *err) {
    tilt__buf verdict = TILT__BUF_INIT, text = TILT__BUF_INIT;
    int64_t audit = 0;
    tilt_status status = find_finding(ledger, ask->finding, &audit, &verdict, err);
    cJSON *body = status == TILT_OK ? cJSON_CreateObject() : NULL;
    if (ledger->series[0] != '\0') tilt__put_text(body, "series", ledger->series);
    tilt__put_text(body, "finding", ask->finding);
    tilt__put_text(body, "decision", ask->decision);
    tilt__put_text(body, "reason", ask->reason);
    tilt__put_text(body, "by", ask->by);
    tilt__put_text(body, "date", ask->date);
    tilt__put_text(body, "until", ask->until);
    tilt__put_text(body, "owner", ask->owner);
    tilt__put_text(body, "due", ask->due);
    tilt__put_text(body, "verdict", tilt__buf_get(&verdict));
    (void)cJSON_AddNumberToObject(body, "audit", (double)audit);
    if (status == TILT_OK && tilt__json_get(body, "audit") == NULL) status = tilt__fail_memory(err);
    if (status == TILT_OK) status = tilt__json_print(body, &text, err);
    if (status == TILT_OK)
        status =
            tilt__chain_append(ledger, TILT__ENTRY_REVIEW, ask->finding, tilt__buf_get(&text), out_head, err);
    cJSON_Delete(body);
    tilt__buf_free(&verdict);
    tilt__buf_free(&text);
    return status;
}

tilt_status tilt__review_add(tilt__ledger *ledger, const tilt__review_ask *ask, tilt__ledger_head *out_head,
                             tilt_error *err) {
    tilt_status status = check_ask(ask, err);
    if (status == TILT_OK) status = tilt__ledger_begin(ledger, err);
    if (status != TILT_OK) return status;
    status = append(ledger, ask, out_head, err);
    if (status == TILT_OK) return tilt__ledger_commit(ledger, err);
    tilt__ledger_rollback(ledger);
    return status;
}

typedef struct reading {
    const char *series;
    tilt__arena *arena;
    tilt__reviews *out;
} reading;

static tilt_status keep(void *context, const tilt__entry *entry, tilt_error *err) {
    reading *r = context;
    cJSON *body = tilt__json_parse(entry->body, strlen(entry->body), err);
    if (body == NULL) return tilt__fail(err, TILT_EIO, "ledger entry %lld is damaged", (long long)entry->seq);
    if (strcmp(tilt__json_text_or(body, "series", ""), r->series) != 0) {
        cJSON_Delete(body);
        return TILT_OK;
    }
    tilt__reviews *all = r->out;
    tilt__review *review =
        tilt__arena_push(r->arena, (void **)&all->items, &all->n, &all->capacity, sizeof *review);
    if (review != NULL) {
        const struct {
            const char *key;
            const char **to;
        } texts[] = {
            {"finding", &review->finding}, {"decision", &review->decision}, {"reason", &review->reason},
            {"by", &review->by},           {"date", &review->date},         {"until", &review->until},
            {"owner", &review->owner},     {"due", &review->due},           {"verdict", &review->verdict}};
        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
            *texts[i].to = tilt__arena_copy(r->arena, tilt__json_text(body, texts[i].key));
        tilt__json_value audit = tilt__json_number(body, "audit");
        review->seq = entry->seq;
        review->hash = tilt__arena_copy(r->arena, entry->hash);
        review->audit = audit.known ? (int64_t)audit.number : 0;
    }
    cJSON_Delete(body);
    if (review == NULL || r->arena->failed) return tilt__fail_memory(err);
    bool whole = review->finding != NULL && review->decision != NULL && review->reason != NULL &&
                 review->by != NULL && review->date != NULL;
    return whole ? TILT_OK : tilt__fail(err, TILT_EIO, "ledger entry %lld is damaged", (long long)entry->seq);
}

tilt_status tilt__reviews_read(tilt__ledger *ledger, const char *finding, tilt__arena *arena,
                               tilt__reviews *out, tilt_error *err) {
    *out = (tilt__reviews){NULL, 0, 0};
    reading r = {ledger->series, arena, out};
    return tilt__chain_each(ledger, TILT__ENTRY_REVIEW, finding, keep, &r, err);
}

static bool decided_by(const tilt__review *review, const char *day) {
    return day == NULL || strcmp(review->date, day) <= 0;
}

tilt__review_state tilt__review_state_on(const tilt__reviews *reviews, size_t i, const char *day) {
    const tilt__review *review = &reviews->items[i];
    if (!decided_by(review, day)) return TILT__REVIEW_NOT_YET;
    for (size_t k = i + 1; k < reviews->n; k++)
        if (strcmp(reviews->items[k].finding, review->finding) == 0 && decided_by(&reviews->items[k], day))
            return TILT__REVIEW_FOLLOWED;
    if (day == NULL && review->until != NULL) return TILT__REVIEW_UNDATED;
    bool over = day != NULL && review->until != NULL && strcmp(review->until, day) < 0;
    return over ? TILT__REVIEW_EXPIRED : TILT__REVIEW_IN_FORCE;
}

bool tilt__review_overdue(const tilt__reviews *reviews, size_t i, const char *day) {
    const char *due = reviews->items[i].due;
    if (day == NULL || due == NULL || strcmp(due, day) >= 0) return false;
    tilt__review_state state = tilt__review_state_on(reviews, i, day);
    return state == TILT__REVIEW_IN_FORCE || state == TILT__REVIEW_EXPIRED;
}

bool tilt__review_waives(const tilt__reviews *reviews, const char *finding, const char *day) {
    for (size_t i = 0; i < reviews->n; i++) {
        const tilt__review *review = &reviews->items[i];
        if (strcmp(review->finding, finding) == 0 && waiving(review->decision) &&
            tilt__review_state_on(reviews, i, day) == TILT__REVIEW_IN_FORCE)
            return true;
    }
    return false;
}

bool tilt__review_ran_out(const tilt__reviews *reviews, const char *finding, const char *from,
                          const char *day) {
    for (size_t i = 0; day != NULL && i < reviews->n; i++) {
        const tilt__review *review = &reviews->items[i];
        if (strcmp(review->finding, finding) == 0 && waiving(review->decision) &&
            tilt__review_state_on(reviews, i, day) == TILT__REVIEW_EXPIRED &&
            (from == NULL || strcmp(review->until, from) >= 0))
            return true;
    }
    return false;
}

static bool has_finding(const cJSON *result, const char *id) {
    for (const cJSON *view = tilt__json_first(tilt__json_array(result, "views")); view != NULL;
         view = view->next) {
        const cJSON *c = tilt__json_first(tilt__json_array(view, "comparisons"));
        for (; c != NULL; c = c->next)
            if (strcmp(tilt__json_text_or(c, "id", ""), id) == 0) return true;
    }
    return false;
}

cJSON *tilt__reviews_node(const tilt__reviews *reviews, const cJSON *result, tilt_error *err) {
    const char *day = tilt__json_text(result, "date");
    cJSON *list = cJSON_CreateArray();
    bool whole = list != NULL;
    for (size_t i = 0; i < reviews->n && whole; i++) {
        const tilt__review *review = &reviews->items[i];
        if (!has_finding(result, review->finding)) continue;
        cJSON *row = cJSON_CreateObject();
        whole = cJSON_AddItemToArray(list, row);
        tilt__put_text(row, "finding", review->finding);
        tilt__put_text(row, "decision", review->decision);
        tilt__put_text(row, "reason", review->reason);
        tilt__put_text(row, "by", review->by);
        tilt__put_text(row, "date", review->date);
        tilt__put_text(row, "until", review->until);
        tilt__put_text(row, "owner", review->owner);
        tilt__put_text(row, "due", review->due);
        if (day != NULL && review->due != NULL)
            (void)cJSON_AddBoolToObject(row, "overdue", tilt__review_overdue(reviews, i, day));
        tilt__put_text(row, "state", tilt__review_states[tilt__review_state_on(reviews, i, day)]);
        tilt__put_text(row, "verdict_then", review->verdict);
        (void)cJSON_AddNumberToObject(row, "audit", (double)review->audit);
        (void)cJSON_AddNumberToObject(row, "entry", (double)review->seq);
        tilt__put_text(row, "hash", review->hash);
        whole = whole && tilt__json_get(row, "hash") != NULL;
    }
    if (whole) return list;
    cJSON_Delete(list);
    (void)tilt__fail_memory(err);
    return NULL;
}
