/* cli/cmd_ledger.c - the verbs of `tiltmeter ledger`: one function each, found in a table. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/io.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/deliver.h"
#include "cli/given.h"
#include "cli/keep.h"
#include "cli/ledger_show.h"
#include "cli/ledger_trend.h"
#include "cli/term.h"
#include "ledger/pack.h"
#include "ledger/review.h"
#include "ledger/series.h"
#include "ledger/trend.h"
#include "ledger/verify.h"
#include "report/name.h"
#include "report/result.h"
#include "tiltmeter/report.h"

enum { KEY_CEILING = 1 << 16 };

/* A verb gets the open ledger and the argument after it (NULL: none); *out_code may be set to
 * TILT__EXIT_GATE. */
typedef tilt_status verb_fn(const tilt__cli *cli, tilt__ledger *ledger, tilt__buf *out, tilt__exit *out_code,
                            tilt_error *err);

static const char *argument(const tilt__cli *cli) {
    return cli->n_args > 1 ? cli->args[1] : NULL;
}

/* ---- list ---- */

typedef struct listing {
    tilt__buf *out;
    cJSON *rows; /* NULL: as text */
} listing;

static void list_json(cJSON *rows, const tilt__audit_row *row) {
    cJSON *object = cJSON_CreateObject();
    cJSON_AddItemToArray(rows, object);
    (void)cJSON_AddNumberToObject(object, "audit", (double)row->id);
    (void)cJSON_AddNumberToObject(object, "entry", (double)row->seq);
    tilt__put_text(object, "series", row->series);
    tilt__put_text(object, "title", row->title);
    tilt__put_text(object, "date", row->date[0] != '\0' ? row->date : NULL);
    tilt__put_text(object, "from", row->from[0] != '\0' ? row->from : NULL);
    tilt__put_text(object, "to", row->to[0] != '\0' ? row->to : NULL);
    tilt__put_text(object, "policy", row->policy);
    tilt__put_text(object, "verdict", row->verdict);
    (void)cJSON_AddNumberToObject(object, "tilted", row->tilted);
    (void)cJSON_AddNumberToObject(object, "undetermined", row->undetermined);
    (void)cJSON_AddNumberToObject(object, "level", row->level);
}

static tilt_status list_one(void *context, const tilt__audit_row *row, tilt_error *err) {
    listing *l = context;
    (void)err;
    if (l->rows != NULL) {
        list_json(l->rows, row);
        return TILT_OK;
    }
    char period[32] = "no period";
    if (row->from[0] != '\0') (void)snprintf(period, sizeof period, "%.10s to %.10s", row->from, row->to);
    tilt__buf_format(l->out, "%6" PRId64 "  %-24s  %-12s  %3d tilted %3d undetermined %3d level  ", row->id,
                     period, row->verdict, row->tilted, row->undetermined, row->level);
    if (row->series[0] != '\0') {
        tilt__name_put(row->series, TILT__NAME_COLUMNS, l->out);
        tilt__buf_text(l->out, ": ");
    }
    tilt__name_put(row->title, TILT__NAME_COLUMNS, l->out);
    tilt__buf_char(l->out, '\n');
    return TILT_OK;
}

static size_t last_of(const tilt__cli *cli, size_t otherwise) {
    const char *text = tilt__cli_value(cli, "last");
    return text != NULL ? (size_t)strtoull(text, NULL, 10) : otherwise;
}

static tilt_status verb_list(const tilt__cli *cli, tilt__ledger *ledger, tilt__buf *out, tilt__exit *out_code,
                             tilt_error *err) {
    (void)out_code;
    listing l = {out, tilt__cli_has(cli, "json") ? cJSON_CreateArray() : NULL};
    size_t before = out->length;
    tilt_status status =
        tilt__ledger_list(ledger, tilt__cli_value(cli, "series"), last_of(cli, 0), list_one, &l, err);
    if (status == TILT_OK && l.rows != NULL) status = tilt__json_print(l.rows, out, err);
    if (status == TILT_OK && l.rows == NULL && out->length == before)
        tilt__buf_text(out, "The ledger holds no audit yet.\n");
    cJSON_Delete(l.rows);
    return status;
}

/* ---- show ---- */

static bool is_audit(const char *word) {
    size_t n = strlen(word);
    return strcmp(word, "last") == 0 || (n < 10 && word[strspn(word, "0123456789")] == '\0');
}

static tilt_status audit_text(tilt__ledger *ledger, const char *word, tilt__buf *text, tilt_error *err) {
    int64_t audit = 0;
    tilt_status status = tilt__ledger_audit(ledger, word, &audit, err);
    if (status != TILT_OK) return status;
    return tilt__ledger_get(ledger, audit, TILT__CONTENT_RESULT, text, NULL, err);
}

static tilt_status render(const tilt__buf *result, tilt_format format, tilt__buf *out, tilt_error *err) {
    tilt_report *report = tilt_report_from_json(tilt__buf_get(result), result->length, err);
    if (report == NULL) return err->status;
    tilt_render_opts opts = {.columns = tilt__term_width(stdout)};
    char *text = NULL;
    size_t n = 0;
    tilt_status status = tilt_report_render(report, format, &opts, &text, &n, err);
    if (status == TILT_OK) tilt__buf_add(out, text, n);
    free(text);
    tilt_report_free(report);
    return status;
}

static tilt_status verb_show(const tilt__cli *cli, tilt__ledger *ledger, tilt__buf *out, tilt__exit *out_code,
                             tilt_error *err) {
    (void)out_code;
    const char *word = argument(cli) != NULL ? argument(cli) : "last", *date = tilt__cli_value(cli, "date");
    if (is_audit(word) && date != NULL)
        return tilt__fail(err, TILT_EUSAGE,
                          "--date is the day on which a finding is looked at; an audit is shown as it was");
    if (!is_audit(word) && tilt__cli_has(cli, "json"))
        return tilt__fail(err, TILT_EUSAGE,
                          "a finding is shown as text; `ledger trend %.40s --json` has its numbers", word);
    if (!is_audit(word)) {
        char day[16];
        tilt__ledger_today(day);
        if (date != NULL && !tilt__is_date(date))
            return tilt__fail(err, TILT_EUSAGE, "--date \"%.40s\": expected a day as YYYY-MM-DD", date);
        return tilt__ledger_show_finding(ledger, word, date != NULL ? date : day, out, err);
    }
    tilt__buf text = TILT__BUF_INIT;
    tilt_status status = audit_text(ledger, word, &text, err);
    if (status == TILT_OK && tilt__cli_has(cli, "json"))
        tilt__buf_add(out, tilt__buf_get(&text), text.length);
    else if (status == TILT_OK)
        status = render(&text, TILT_FORMAT_TERMINAL, out, err);
    tilt__buf_free(&text);
    return status;
}

/* ---- trend ---- */

static tilt_status verb_trend(const tilt__cli *cli, tilt__ledger *ledger, tilt__buf *out,
                              tilt__exit *out_code, tilt_error *err) {
    (void)out_code;
    tilt__trend_ask ask = {.finding = argument(cli), .last = last_of(cli, TILT__TREND_LAST)};
    cJSON *trend = tilt__ledger_trend(ledger, &ask, err);
    if (trend == NULL) return err->status;
    tilt_status status = TILT_OK;
    if (tilt__cli_has(cli, "output") || tilt__cli_has(cli, "json")) {
        tilt__buf text = TILT__BUF_INIT;
        status = tilt__json_print(trend, &text, err);
        if (status == TILT_OK) status = tilt__deliver(cli, &text, out, err);
        tilt__buf_free(&text);
    } else {
        tilt__ledger_put_trend(trend, ask.finding != NULL, out);
    }
    cJSON_Delete(trend);
    return status;
}

/* ---- export ---- */

/* The reports that go into a pack. */
static tilt_status export_pack(tilt__ledger *ledger, const char *word, const char *path, tilt_error *err) {
    static const struct {
        const char *name;
        tilt_format format;
    } formats[] = {{"report.html", TILT_FORMAT_HTML},
                   {"report.md", TILT_FORMAT_MARKDOWN},
                   {"report.pdf", TILT_FORMAT_PDF}};
    enum { N = sizeof formats / sizeof *formats };
    tilt__buf text = TILT__BUF_INIT, bytes[N] = {TILT__BUF_INIT, TILT__BUF_INIT, TILT__BUF_INIT};
    tilt__member items[N];
    int64_t audit = 0;
    tilt_status status = tilt__ledger_audit(ledger, word, &audit, err);
    if (status == TILT_OK) status = audit_text(ledger, word, &text, err);
    for (size_t i = 0; i < N && status == TILT_OK; i++) {
        status = render(&text, formats[i].format, &bytes[i], err);
        items[i] = (tilt__member){formats[i].name, tilt__buf_get(&bytes[i]), bytes[i].length};
    }
    tilt__members reports = {items, N, N};
    if (status == TILT_OK) status = tilt__pack_write(ledger, audit, &reports, path, err);
    for (size_t i = 0; i < N; i++) tilt__buf_free(&bytes[i]);
    tilt__buf_free(&text);
    return status;
}

static tilt_status verb_export(const tilt__cli *cli, tilt__ledger *ledger, tilt__buf *out,
                               tilt__exit *out_code, tilt_error *err) {
    (void)out_code;
    const char *word = argument(cli) != NULL ? argument(cli) : "last", *path = tilt__cli_value(cli, "output");
    const char *pack = tilt__cli_value(cli, "pack");
    if (pack != NULL) return export_pack(ledger, word, pack, err);
    size_t n = path != NULL ? strlen(path) : 0;
    bool json = path == NULL || (n > 5 && strcmp(path + n - 5, ".json") == 0);
    const tilt_format_info *format = json ? NULL : tilt_format_find(path);
    if (!json && format == NULL)
        return tilt__fail(err, TILT_EUSAGE,
                          "%s: no format has this ending; expected .json, .html, .md or .csv", path);
    tilt__buf text = TILT__BUF_INIT, rendered = TILT__BUF_INIT;
    tilt_status status = audit_text(ledger, word, &text, err);
    if (status == TILT_OK && !json) status = render(&text, format->format, &rendered, err);
    const tilt__buf *whole = json ? &text : &rendered;
    if (status == TILT_OK && path != NULL)
        status = tilt__write_file(path, tilt__buf_get(whole), whole->length, err);
    else if (status == TILT_OK)
        tilt__buf_add(out, tilt__buf_get(whole), whole->length);
    tilt__buf_free(&text);
    tilt__buf_free(&rendered);
    return status;
}

/* ---- review ---- */

static tilt_status verb_review(const tilt__cli *cli, tilt__ledger *ledger, tilt__buf *out,
                               tilt__exit *out_code, tilt_error *err) {
    (void)out_code;
    char day[16];
    tilt__ledger_today(day);
    const char *date = tilt__cli_value(cli, "date");
    tilt__review_ask ask = {.finding = argument(cli),
                            .decision = tilt__cli_value(cli, "decision"),
                            .reason = tilt__cli_value(cli, "reason"),
                            .by = tilt__cli_value(cli, "by"),
                            .date = date != NULL ? date : day,
                            .until = tilt__cli_value(cli, "until"),
                            .owner = tilt__cli_value(cli, "owner"),
                            .due = tilt__cli_value(cli, "due")};
    if (ask.finding == NULL)
        return tilt__fail(
            err, TILT_EUSAGE,
            "which finding? `tiltmeter ledger review FINDING --decision ...`; reports name the ids");
    tilt__ledger_head head;
    tilt_status status = tilt__review_add(ledger, &ask, &head, err);
    if (status == TILT_OK)
        tilt__buf_format(out, "Recorded as entry %lld. Head of the ledger: %lld:%s\n", (long long)head.length,
                         (long long)head.length, head.hash);
    return status;
}

/* ---- verify, sign ---- */

static tilt_status read_key(const tilt__cli *cli, tilt__buf *out, tilt_error *err) {
    const char *path = tilt__cli_value(cli, "key");
    return path != NULL ? tilt__read_file(path, KEY_CEILING, out, err) : TILT_OK;
}

static tilt_status verb_verify(const tilt__cli *cli, tilt__ledger *ledger, tilt__buf *out,
                               tilt__exit *out_code, tilt_error *err) {
    tilt__buf key = TILT__BUF_INIT;
    tilt__verified found;
    tilt_status status = read_key(cli, &key, err);
    if (status == TILT_OK)
        status = tilt__ledger_verify(ledger, tilt__cli_value(cli, "head"),
                                     key.length > 0 ? tilt__buf_get(&key) : NULL, &found, err);
    tilt__buf_free(&key);
    if (status != TILT_OK) return status;
    if (!found.ok) {
        *out_code = TILT__EXIT_GATE;
        tilt__buf_format(out, "NOT AS IT WAS: %s\n", found.why);
        return TILT_OK;
    }
    tilt__buf_format(out, "As it was written: %lld entries, every hash holds. Head: %lld:%s\n",
                     (long long)found.head.length, (long long)found.head.length, found.head.hash);
    if (tilt__cli_has(cli, "head"))
        tilt__buf_format(out, "The head asked for is entry %lld.\n", (long long)found.head_at);
    if (found.n_signatures > 0) tilt__buf_format(out, "Signatures that hold: %zu\n", found.n_signatures);
    return TILT_OK;
}

static tilt_status verb_sign(const tilt__cli *cli, tilt__ledger *ledger, tilt__buf *out, tilt__exit *out_code,
                             tilt_error *err) {
    (void)out_code;
    tilt__buf key = TILT__BUF_INIT;
    tilt__ledger_head head;
    char signature[TILT__SIGNATURE_HEX];
    if (!tilt__cli_has(cli, "key"))
        return tilt__fail(err, TILT_EUSAGE, "sign needs --key FILE, an Ed25519 private key in PEM form");
    tilt_status status = read_key(cli, &key, err);
    if (status == TILT_OK) status = tilt__ledger_sign(ledger, tilt__buf_get(&key), &head, signature, err);
    tilt__buf_free(&key);
    if (status == TILT_OK)
        tilt__buf_format(out, "Signed head %lld:%s\nSignature: %s\n", (long long)head.length, head.hash,
                         signature);
    return status;
}

static const struct {
    const char *name;
    verb_fn *run;
    bool whole;          /* of the ledger as a whole: no series has to be chosen */
    const char *options; /* that mean something to it, beside --ledger */
} verbs[] = {
    {"list", verb_list, true, " series last json "},
    {"show", verb_show, false, " series json date "},
    {"trend", verb_trend, false, " series last json output "},
    {"review", verb_review, false, " series decision reason by until owner due date "},
    {"verify", verb_verify, true, " head key "},
    {"sign", verb_sign, true, " key "},
    {"export", verb_export, false, " series json output pack "},
};
enum { N_VERBS = sizeof verbs / sizeof *verbs };

static size_t find_verb(const char *word, tilt_error *err) {
    const char *names[N_VERBS];
    for (size_t i = 0; i < N_VERBS; i++) {
        names[i] = verbs[i].name;
        if (strcmp(names[i], word) == 0) return i;
    }
    const char *near = tilt__text_nearest(word, names, N_VERBS);
    (void)tilt__fail(err, TILT_EUSAGE, "ledger has no \"%.40s\"%s%s; expected %s", word,
                     near != NULL ? "; did you mean " : "", near != NULL ? near : "",
                     "list, show, trend, review, verify, sign or export");
    return N_VERBS;
}

/* An option that another verb takes would be ignored without a word: `list --until` lists everything. */
static tilt_status check_options(const tilt__cli *cli, size_t verb, tilt_error *err) {
    for (size_t i = 0; i < cli->n_given; i++) {
        const char *name = cli->given[i].opt->name;
        char word[32];
        (void)snprintf(word, sizeof word, " %s ", name);
        if (strcmp(name, "ledger") == 0 || strstr(verbs[verb].options, word) != NULL) continue;
        return tilt__fail(err, TILT_EUSAGE, "--%s means nothing to `ledger %s`; it takes --ledger and:%s",
                          name, verbs[verb].name, verbs[verb].options);
    }
    return TILT_OK;
}

tilt__exit cmd_ledger(const tilt__cli *cli) {
    tilt_error err = {.status = TILT_OK};
    tilt__buf out = TILT__BUF_INIT;
    tilt__exit code = TILT__EXIT_DONE;
    size_t verb = find_verb(cli->args[0], &err);
    const char *path = tilt__keep_path(cli, NULL);
    bool fits = verb < N_VERBS && check_options(cli, verb, &err) == TILT_OK;
    if (fits && path == NULL)
        (void)tilt__fail(&err, TILT_EUSAGE, "which ledger? give --ledger FILE, or set TILTMETER_LEDGER");
    tilt__ledger *ledger = err.status == TILT_OK ? tilt__ledger_open(path, false, &err) : NULL;
    tilt_status status = err.status;
    const char *series = tilt__cli_value(cli, "series"), *word = argument(cli);
    bool numbered = word != NULL && strcmp(word, "last") != 0 && is_audit(word);
    if (ledger != NULL && (series != NULL || !(verbs[verb].whole || numbered)))
        status = tilt__series_look(ledger, series, &err);
    if (ledger != NULL && status == TILT_OK) status = verbs[verb].run(cli, ledger, &out, &code, &err);
    tilt__ledger_free(ledger);
    if (status != TILT_OK) {
        code = tilt__cli_fail(&err);
    } else {
        /* results, trends and reports are printed as they are: they are made safe where they are made */
        bool data = tilt__cli_has(cli, "json") || verbs[verb].run == verb_export;
        tilt__exit printed = data ? tilt__cli_print(&out) : tilt__cli_say(&out);
        if (printed != TILT__EXIT_DONE) code = printed;
    }
    tilt__buf_free(&out);
    return code;
}
