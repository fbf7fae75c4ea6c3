/* Reviews: what is asked of them, when they run out, and that any change to them is found. */
#include "ledger.h"

#include "ledger/attach.h"
#include "ledger/review.h"
#include "ledger/verify.h"
#include "stat/random.h"

static const made january = {"January", "2025-01-01", "2025-01-31", 300, 500, "tilted"};

static const tilt__review_ask whole = {.finding = "finding0000a",
                                       .decision = "accept-risk",
                                       .reason = "known since the launch; placement contract ends in May",
                                       .by = "head of marketing",
                                       .date = "2025-02-03",
                                       .until = "2025-05-31",
                                       .owner = "media buying",
                                       .due = "2025-05-01"};

static tilt_status ask(tilt__ledger *ledger, const tilt__review_ask *review, tilt_error *err) {
    tilt__ledger_head head;
    return tilt__review_add(ledger, review, &head, err);
}

static void must_review(tilt__ledger *ledger, const tilt__review_ask *review) {
    tilt_error err = {0};
    cr_assert_eq(ask(ledger, review, &err), TILT_OK, "%s", err.message);
}

/* A ledger with one audit and these reviews of it, in their order, read back. */
typedef struct reviewed {
    tilt__ledger *ledger;
    tilt__arena arena;
    tilt__reviews found;
} reviewed;

static void open_reviewed(reviewed *r, const tilt__review_ask *const *asks, size_t n, const char *finding) {
    tilt_error err = {0};
    *r = (reviewed){.ledger = open_ledger("l.db")};
    must_record(r->ledger, &january);
    for (size_t i = 0; i < n; i++) must_review(r->ledger, asks[i]);
    cr_assert_eq(tilt__reviews_read(r->ledger, finding, &r->arena, &r->found, &err), TILT_OK);
}

static void close_reviewed(reviewed *r) {
    tilt__arena_free(&r->arena);
    tilt__ledger_free(r->ledger);
}

Test(review, is_read_back_as_it_was_written, LEDGER) {
    reviewed r;
    open_reviewed(&r, (const tilt__review_ask *const[]){&whole}, 1, NULL);
    cr_assert_eq(r.found.n, 1);
    cr_expect_str_eq(r.found.items[0].reason, whole.reason);
    cr_expect_str_eq(r.found.items[0].by, "head of marketing");
    cr_expect_str_eq(r.found.items[0].until, "2025-05-31");
    cr_expect_str_eq(r.found.items[0].due, "2025-05-01");
    cr_expect_str_eq(r.found.items[0].verdict, "tilted");
    cr_expect_eq(r.found.items[0].seq, 2);
    close_reviewed(&r);
}

Test(review, asks_for_a_reason_a_role_a_known_finding_and_dates_that_fit, LEDGER) {
    tilt__ledger *ledger = open_ledger("l.db");
    must_record(ledger, &january);
    struct {
        tilt__review_ask ask;
        const char *says;
    } cases[8];
    for (size_t i = 0; i < 8; i++) cases[i].ask = whole;
    cases[0].ask.reason = NULL, cases[0].says = "--reason";
    cases[1].ask.reason = "  \n", cases[1].says = "--reason";
    cases[2].ask.by = "jo@example.com", cases[2].says = "not a person";
    cases[3].ask.decision = "acept-risk", cases[3].says = "did you mean accept-risk";
    cases[4].ask.finding = "nothing", cases[4].says = "nothing";
    cases[5].ask.until = "2025-02-30", cases[5].says = "--until";
    cases[6].ask.until = "2025-02-02", cases[6].says = "before";
    cases[7].ask.owner = NULL, cases[7].says = "--owner";
    for (size_t i = 0; i < 8; i++) {
        tilt_error err = {0};
        cr_expect_eq(ask(ledger, &cases[i].ask, &err), TILT_EUSAGE, "case %zu", i);
        cr_expect(strstr(err.message, cases[i].says) != NULL, "case %zu: %s", i, err.message);
    }
    tilt__ledger_free(ledger);
}

static tilt__review_state state_on(const tilt__reviews *reviews, const char *day) {
    return tilt__review_state_on(reviews, 0, day);
}

Test(review, holds_to_its_last_day_and_no_longer, LEDGER) {
    reviewed r;
    open_reviewed(&r, (const tilt__review_ask *const[]){&whole}, 1, NULL);
    cr_expect_eq(state_on(&r.found, "2025-02-02"), TILT__REVIEW_NOT_YET);
    cr_expect_eq(state_on(&r.found, "2025-02-03"), TILT__REVIEW_IN_FORCE);
    cr_expect_eq(state_on(&r.found, "2025-05-31"), TILT__REVIEW_IN_FORCE);
    cr_expect_eq(state_on(&r.found, "2025-06-01"), TILT__REVIEW_EXPIRED);
    cr_expect_eq(state_on(&r.found, NULL), TILT__REVIEW_UNDATED, "no date, no waiver that ends on one");
    cr_expect(tilt__review_waives(&r.found, "finding0000a", "2025-05-31"));
    cr_expect_not(tilt__review_waives(&r.found, "finding0000b", "2025-05-31"));
    cr_expect_not(tilt__review_waives(&r.found, "finding0000a", "2025-06-01"));
    cr_expect(tilt__review_ran_out(&r.found, "finding0000a", "2025-05-31", "2025-06-30"));
    cr_expect_not(tilt__review_ran_out(&r.found, "finding0000a", "2025-06-30", "2025-07-31"),
                  "it was back before");
    close_reviewed(&r);
}

Test(review, work_is_overdue_after_its_day_until_somebody_decides_again, LEDGER) {
    reviewed r;
    tilt__review_ask done = whole;
    done.date = "2025-05-20", done.decision = "dismiss", done.due = done.owner = NULL;
    open_reviewed(&r, (const tilt__review_ask *const[]){&whole, &done}, 2, NULL);
    cr_expect_not(tilt__review_overdue(&r.found, 0, "2025-05-01")); /* its last day */
    cr_expect(tilt__review_overdue(&r.found, 0, "2025-05-02"));
    cr_expect(tilt__review_overdue(&r.found, 0, "2025-05-19"));
    cr_expect_not(tilt__review_overdue(&r.found, 0, "2025-05-20")); /* followed */
    cr_expect_not(tilt__review_overdue(&r.found, 0, "2025-02-02")); /* not yet decided */
    cr_expect_not(tilt__review_overdue(&r.found, 0, NULL));
    cr_expect_not(tilt__review_overdue(&r.found, 1, "2025-12-31")); /* nothing is owed */
    close_reviewed(&r);
}

Test(review, a_later_one_takes_the_place_of_an_earlier_one, LEDGER) {
    reviewed r;
    tilt__review_ask act = whole;
    act.decision = "act";
    act.date = "2025-03-01";
    open_reviewed(&r, (const tilt__review_ask *const[]){&whole, &act}, 2, "finding0000a");
    cr_expect_eq(tilt__review_state_on(&r.found, 0, "2025-02-28"), TILT__REVIEW_IN_FORCE);
    cr_expect_eq(tilt__review_state_on(&r.found, 0, "2025-03-01"), TILT__REVIEW_FOLLOWED);
    cr_expect_not(tilt__review_waives(&r.found, "finding0000a", "2025-03-01"),
                  "work that is owed waives nothing");
    close_reviewed(&r);
}

Test(review, stops_no_gate_while_it_holds_and_never_takes_the_number_away, LEDGER) {
    tilt__ledger *ledger = open_ledger("l.db");
    tilt_error err = {0};
    must_record(ledger, &january);
    static const char *const findings[] = {"finding0000a", "finding0000b"};
    for (size_t i = 0; i < 2; i++) {
        tilt__review_ask one = whole;
        one.finding = findings[i];
        one.decision = "override";
        must_review(ledger, &one);
    }
    static const struct {
        made month;
        bool stops;
    } months[] = {{{"May", "2025-05-01", "2025-05-31", 300, 500, "tilted"}, false},
                  {{"June", "2025-06-01", "2025-06-30", 300, 500, "tilted"}, true}};
    for (size_t i = 0; i < 2; i++) {
        tilt__buf text = TILT__BUF_INIT;
        make_result(&months[i].month, &text);
        cJSON *tree = tilt__result_parse("made", tilt__buf_get(&text), text.length, &err);
        cr_assert_eq(tilt__attach_ledger(ledger, tree, &err), TILT_OK);
        cr_expect_eq(tilt__gate_stops(tree), months[i].stops);
        const cJSON *view = tilt__json_first(tilt__json_array(tree, "views"));
        const cJSON *comparison = tilt__json_first(tilt__json_array(view, "comparisons"));
        cr_expect_str_eq(tilt__json_text(comparison, "verdict"), "tilted");
        cr_expect_eq(tilt__json_count(tilt__json_array(tree, "reviews")), 2);
        cr_expect_eq(tilt__json_number(tilt__json_object(tree, "ledger"), "length").number, 3);
        cJSON_Delete(tree);
        tilt__buf_free(&text);
    }
    tilt__ledger_free(ledger);
}

/* ---- the chain ---- */

static tilt__ledger *ledger_with_reviews(size_t n) {
    tilt__ledger *ledger = open_ledger("l.db");
    must_record(ledger, &january);
    for (size_t i = 0; i < n; i++) {
        char reason[64];
        tilt__review_ask one = whole;
        (void)snprintf(reason, sizeof reason, "reason number %zu, weighed by the board", i);
        one.reason = reason;
        must_review(ledger, &one);
        if (i % 5 == 0) must_record(ledger, &january);
    }
    return ledger;
}

static tilt__verified check(tilt__ledger *ledger, const char *head) {
    tilt_error err = {0};
    tilt__verified found;
    cr_assert_eq(tilt__ledger_verify(ledger, head, NULL, &found, &err), TILT_OK, "%s", err.message);
    return found;
}

Test(chain, holds_when_nothing_was_touched, LEDGER) {
    tilt__ledger *ledger = ledger_with_reviews(10);
    tilt__verified found = check(ledger, NULL);
    cr_expect(found.ok, "%s", found.why);
    cr_expect_eq(found.head.length, 13);
    tilt__ledger_free(ledger);
}

static size_t read_copy(unsigned char *bytes, size_t room) {
    FILE *file = fopen("copy.db", "rb");
    cr_assert(file != NULL);
    size_t n = fread(bytes, 1, room, file);
    cr_assert_lt(n, room);
    (void)fclose(file);
    return n;
}

/* Where the entries of reviews lie in the file: [from[i], to[i]), kind, subject, body and hash. */
typedef struct spans {
    size_t from[64], to[64], n;
} spans;

static spans find_reviews(const unsigned char *bytes, size_t n) {
    static const char start[] = "reviewfinding0000a{";
    spans found = {.n = 0};
    for (size_t i = 0; i + sizeof start < n && found.n < 64; i++) {
        if (memcmp(bytes + i, start, sizeof start - 1) != 0) continue;
        size_t end = i;
        while (end + 1 < n && !(bytes[end] == '}' && bytes[end + 1] == '\n')) end++;
        found.from[found.n] = i;
        found.to[found.n++] = end + 2 + 64; /* the hash follows the body */
    }
    return found;
}

static bool is_detected(const unsigned char *bytes, size_t n) {
    FILE *file = fopen("copy.db", "wb");
    cr_assert(file != NULL);
    cr_assert_eq(fwrite(bytes, 1, n, file), n);
    cr_assert_eq(fclose(file), 0);
    tilt_error err = {0};
    tilt__verified found = {.ok = false};
    tilt__ledger *ledger = tilt__ledger_open("copy.db", false, &err);
    bool read = ledger != NULL && tilt__ledger_verify(ledger, NULL, NULL, &found, &err) == TILT_OK;
    tilt__ledger_free(ledger);
    return !read || !found.ok;
}

Test(chain, every_one_byte_change_to_200_places_of_the_reviews_is_found, LEDGER) {
    tilt__ledger *ledger = ledger_with_reviews(40);
    cr_assert_eq(sqlite3_exec(ledger->db, "VACUUM INTO 'copy.db'", NULL, NULL, NULL), SQLITE_OK);
    tilt__ledger_free(ledger);
    static unsigned char bytes[1 << 20];
    size_t n = read_copy(bytes, sizeof bytes), undetected = 0;
    spans reviews = find_reviews(bytes, n);
    cr_assert_eq(reviews.n, 40);
    cr_assert_not(is_detected(bytes, n), "an untouched copy holds");
    tilt__random random = tilt__random_stream(8, 0, 0);
    for (int i = 0; i < 200; i++) {
        size_t review = (size_t)tilt__random_below(&random, reviews.n);
        size_t length = reviews.to[review] - reviews.from[review];
        size_t at = reviews.from[review] + (size_t)tilt__random_below(&random, length);
        unsigned char kept = bytes[at];
        bytes[at] = (unsigned char)(kept ^ (1 + tilt__random_below(&random, 255)));
        if (!is_detected(bytes, n)) undetected++;
        bytes[at] = kept;
    }
    cr_expect_eq(undetected, 0);
}

/* What somebody with the file and time can do: take the last entries off, or write all of them anew. */
Test(chain, a_shortened_ledger_is_found_against_an_earlier_head, LEDGER) {
    tilt__ledger *ledger = ledger_with_reviews(10);
    tilt__verified before = check(ledger, NULL);
    char head[100];
    (void)snprintf(head, sizeof head, "%lld:%s", (long long)before.head.length, before.head.hash);
    cr_assert_eq(sqlite3_exec(ledger->db, "DROP TRIGGER entries_remain; DELETE FROM entries WHERE seq = 13",
                              NULL, NULL, NULL),
                 SQLITE_OK);
    cr_expect(check(ledger, NULL).ok, "without the earlier head nothing shows");
    tilt__verified after = check(ledger, head);
    cr_expect_not(after.ok);
    cr_expect_eq(after.seq, 13);
    cr_expect(strstr(after.why, "shortened") != NULL, "%s", after.why);
    cr_expect_not(check(ledger, before.head.hash).ok);
    tilt__ledger_free(ledger);
}

Test(chain, a_changed_entry_is_named, LEDGER) {
    tilt__ledger *ledger = ledger_with_reviews(10);
    cr_assert_eq(
        sqlite3_exec(ledger->db,
                     "DROP TRIGGER entries_stay; UPDATE entries SET body = replace(body, 'accept-risk', "
                     "'dismiss') WHERE seq = 5",
                     NULL, NULL, NULL),
        SQLITE_OK);
    tilt__verified found = check(ledger, NULL);
    cr_expect_not(found.ok);
    cr_expect_eq(found.seq, 5);
    tilt__ledger_free(ledger);
}

Test(chain, a_row_that_is_not_what_the_result_says_is_found, LEDGER) {
    static const char *const changes[] = {
        "UPDATE findings SET ratio = 0.99 WHERE audit = 2",
        "UPDATE findings SET reference = '[\"female\"]' WHERE audit = 2",
        "UPDATE audits SET tilted = 0 WHERE id = 2",
        "UPDATE audits SET verdict = 'level' WHERE id = 2",
        "DELETE FROM contents WHERE audit = 2 AND kind = 'result'",
        "UPDATE contents SET bytes = (SELECT bytes FROM contents WHERE audit = 1 "
        "AND kind = 'cube') WHERE audit = 2 AND kind = 'result'",
        "UPDATE pins SET reference = '[\"female\"]'"};
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        tilt__ledger *ledger = ledger_with_reviews(3);
        cr_assert(check(ledger, NULL).ok);
        cr_assert_eq(sqlite3_exec(ledger->db, changes[i], NULL, NULL, NULL), SQLITE_OK, "%s", changes[i]);
        cr_expect_not(check(ledger, NULL).ok, "%s", changes[i]);
        tilt__ledger_free(ledger);
        cr_assert_eq(unlink("l.db"), 0);
    }
}

/* RFC 8410's example key, so that no secret stands in this file. */
static const char private_key[] = "-----BEGIN PRIVATE KEY-----\n"
                                  "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
                                  "-----END PRIVATE KEY-----\n";
static const char public_key[] = "-----BEGIN PUBLIC KEY-----\n"
                                 "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"
                                 "-----END PUBLIC KEY-----\n";

Test(chain, a_signed_head_shows_a_chain_written_anew, LEDGER) {
    tilt__ledger *ledger = ledger_with_reviews(3);
    tilt_error err = {0};
    tilt__ledger_head head;
    char signature[TILT__SIGNATURE_HEX];
    tilt__verified found;
    cr_assert_eq(tilt__ledger_sign(ledger, private_key, &head, signature, &err), TILT_OK, "%s", err.message);
    must_record(ledger, &january);
    cr_assert_eq(tilt__ledger_verify(ledger, NULL, public_key, &found, &err), TILT_OK, "%s", err.message);
    cr_expect(found.ok, "%s", found.why);
    cr_expect_eq(found.n_signatures, 1);
    cr_expect_eq(tilt__ledger_sign(ledger, public_key, &head, signature, &err), TILT_EUSAGE);
    /* the same entries under another date hash to a chain of their own, which holds by itself */
    cr_assert_eq(
        sqlite3_exec(ledger->db, "UPDATE signatures SET hash = replace(hash, 'a', 'b')", NULL, NULL, NULL),
        SQLITE_OK);
    cr_assert_eq(tilt__ledger_verify(ledger, NULL, public_key, &found, &err), TILT_OK);
    cr_expect_not(found.ok);
    tilt__ledger_free(ledger);
}
