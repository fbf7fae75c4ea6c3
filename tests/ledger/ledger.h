/* tests/ledger/ledger.h - small results and ledgers in a folder of their own. */
#ifndef TILT_TESTS_LEDGER_H
#define TILT_TESTS_LEDGER_H

#include "folder.h"

#include "ledger/record.h"

static inline void ledger_close(void) {
    static const char *const files[] = {"l.db",    "l.db-wal",    "l.db-shm",
                                        "copy.db", "copy.db-wal", "copy.db-shm"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) (void)unlink(files[i]);
    folder_close();
}
#define LEDGER .init = folder_open, .fini = ledger_close

/* What a made-up result says: two findings (clicks and opens per impression, women against men). */
typedef struct made {
    const char *title, *from, *to; /* to NULL: no period */
    double women, men;             /* clicks of 10 000 impressions each */
    const char *verdict;
} made;

static inline void put_made_view(tilt__buf *out, const char *view, const char *finding, const char *of,
                                 const made *m) {
    double ratio = m->women / m->men;
    tilt__buf_format(
        out,
        "{\"id\": \"%s\", \"slice\": {}, \"audience\": [\"gender\"], \"rate\": {\"of\": \"%s\", \"per\": "
        "\"impressions\", \"kind\": \"event\"}, \"mode\": \"funnel\", \"reference_rule\": \"largest\", "
        "\"groups\": [{\"key\": [\"female\"], \"count\": %.0f, \"base\": 10000, \"unknown\": false}, "
        "{\"key\": [\"male\"], \"count\": %.0f, \"base\": 10000, \"unknown\": false}], "
        "\"comparisons\": [{\"id\": \"%s\", \"group\": [\"female\"], \"reference\": [\"male\"], \"unit\": "
        "null, "
        "\"impact_ratio\": {\"value\": %.17g, \"lower\": %.17g, \"upper\": %.17g, \"level\": 0.95, "
        "\"method\": "
        "\"miettinen_nurminen\"}, \"interval_basis\": \"person\", \"verdict\": \"%s\", \"notes\": [], "
        "\"drivers\": []}]}",
        view, of, m->women, m->men, finding, ratio, ratio * 0.9, ratio / 0.9, m->verdict);
}

static inline void make_result(const made *m, tilt__buf *out) {
    tilt__buf_format(
        out, "{\"schema\": \"tiltmeter.result/1\", \"tool\": {\"version\": \"0.1.0\"}, \"title\": \"%s\", ",
        m->title);
    if (m->to != NULL)
        tilt__buf_format(out, "\"date\": \"%s\", \"period\": {\"from\": \"%s\", \"to\": \"%s\"}, ", m->to,
                         m->from, m->to);
    else
        tilt__buf_text(out, "\"date\": null, \"period\": null, ");
    tilt__buf_text(out, "\"policy\": {\"name\": \"four-fifths\", \"sha256\": \"0\", \"threshold\": 0.8}, "
                        "\"inputs\": [{\"file\": \"a.csv\", \"bytes\": 10, \"rows\": 2, \"sha256\": \"0\"}], "
                        "\"views\": [");
    put_made_view(out, "view0000000a", "finding0000a", "clicks", m);
    tilt__buf_text(out, ", ");
    put_made_view(out, "view0000000b", "finding0000b", "opens", m);
    tilt__buf_format(
        out,
        "], \"reviews\": [], \"findings\": [], \"headline\": {\"verdict\": \"%s\", \"sentence\": "
        "\"\"}}",
        m->verdict);
}

/* Records without a transaction of its own. */
static inline tilt_status record_in(tilt__ledger *ledger, const made *m, int64_t *out_audit,
                                    tilt_error *err) {
    tilt__buf text = TILT__BUF_INIT;
    tilt__ledger_head head;
    make_result(m, &text);
    cJSON *tree = tilt__result_parse("made", tilt__buf_get(&text), text.length, err);
    cr_assert_not_null(tree, "%s", err->message);
    static const char cube[] = "{\"tables\": []}";
    tilt__recording recording = {
        .tree = tree, .result = {tilt__buf_get(&text), text.length}, .cube = {cube, sizeof cube - 1}};
    tilt_status status = tilt__ledger_record(ledger, &recording, out_audit, &head, err);
    cJSON_Delete(tree);
    tilt__buf_free(&text);
    return status;
}

static inline tilt_status record_one(tilt__ledger *ledger, const made *m, int64_t *out_audit,
                                     tilt_error *err) {
    tilt_status status = tilt__ledger_begin(ledger, err);
    if (status == TILT_OK) status = record_in(ledger, m, out_audit, err);
    if (status == TILT_OK) return tilt__ledger_commit(ledger, err);
    tilt__ledger_rollback(ledger);
    return status;
}

static inline tilt__ledger *open_ledger(const char *path) {
    tilt_error err = {0};
    tilt__ledger *ledger = tilt__ledger_open(path, true, &err);
    cr_assert_not_null(ledger, "%s", err.message);
    return ledger;
}

static inline void must_record(tilt__ledger *ledger, const made *m) {
    int64_t audit;
    tilt_error err = {0};
    cr_assert_eq(record_one(ledger, m, &audit, &err), TILT_OK, "%s", err.message);
}

#endif
