/* cli/cmd_plan.c - before a campaign runs: the base per group that a verdict needs, as a table or as JSON
 * (tiltmeter.plan/1). One row per reference rate and per design effect or clusters; one column per true
 * ratio. Everything is checked here, so that a row can only lack an answer for a reason worth printing. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/decimal.h"
#include "base/error.h"
#include "cli/command.h"
#include "cli/term.h"
#include "map/policy.h"
#include "measure/plan.h"
#include "report/json.h"
#include "report/numerals.h"
#include "report/result.h"

enum { MOST = 12, NARROW = 13, WIDE = 16 };

typedef struct numbers {
    double at[MOST];
    size_t n;
} numbers;

/* What was asked, with the defaults in the place of what was not. */
typedef struct question {
    const tilt__policy *policy;
    numbers rates, ratios, effects, clusters;
    double cluster_size, icc, allocation, base; /* cluster_size, base 0: not given; icc < 0: not given */
} question;

/* Allowed values of an option. */
typedef struct bounds {
    double low, high;
    bool open; /* the ends do not belong */
    const char *wanted;
} bounds;

static bool within(double value, const bounds *b) {
    return b->open ? value > b->low && value < b->high : value >= b->low && value <= b->high;
}

static tilt_status read_numbers(const tilt__cli *cli, const char *name, const bounds *b, numbers *out,
                                tilt_error *err) {
    const char *text = NULL;
    for (size_t i = 0; (text = tilt__cli_values(cli, name, i)) != NULL; i++) {
        if (i == 0) out->n = 0;
        for (const char *at = text;; at++) {
            size_t n = strcspn(at, ",");
            tilt__decimal value;
            bool ok = tilt__decimal_parse(at, n, &value) && within(tilt__decimal_to_double(value), b);
            if (!ok)
                return tilt__fail(err, TILT_EUSAGE, "--%s needs %s, found \"%.*s\"", name, b->wanted,
                                  (int)(n < 60 ? n : 60), at);
            if (out->n == MOST)
                return tilt__fail(err, TILT_EUSAGE, "--%s takes at most %d values", name, MOST);
            out->at[out->n++] = tilt__decimal_to_double(value);
            at += n;
            if (*at == '\0') break;
        }
    }
    return TILT_OK;
}

static tilt_status read_number(const tilt__cli *cli, const char *name, const bounds *b, double *out,
                               tilt_error *err) {
    numbers all = {.n = 0};
    tilt_status status = read_numbers(cli, name, b, &all, err);
    if (status == TILT_OK && all.n > 0) *out = all.at[0];
    return status;
}

static tilt_status check_together(const tilt__cli *cli, const question *q, tilt_error *err) {
    bool clustered = q->clusters.n > 0 || q->cluster_size > 0;
    if (q->clusters.n > 0 && q->cluster_size > 0)
        return tilt__fail(err, TILT_EUSAGE,
                          "--clusters and --cluster-size exclude each other: the base says the other one");
    if (q->icc >= 0 && !clustered)
        return tilt__fail(err, TILT_EUSAGE, "--icc needs --clusters or --cluster-size");
    if (q->icc >= 0 && tilt__cli_has(cli, "design-effect"))
        return tilt__fail(err, TILT_EUSAGE,
                          "--icc and --design-effect exclude each other: the correlation gives the effect");
    if (q->icc < 0 && q->cluster_size > 0)
        return tilt__fail(err, TILT_EUSAGE,
                          "--cluster-size needs --icc, how alike the people of a cluster are");
    for (size_t r = 0; r < q->rates.n; r++) {
        for (size_t i = 0; i < q->ratios.n; i++) {
            if (q->rates.at[r] * q->ratios.at[i] < 1) continue;
            return tilt__fail(err, TILT_EUSAGE,
                              "--ratio %g of --rate-ref %g is a rate of %g; expected a rate below 1",
                              q->ratios.at[i], q->rates.at[r], q->rates.at[r] * q->ratios.at[i]);
        }
    }
    return TILT_OK;
}

static tilt_status read_question(const tilt__cli *cli, question *q, tilt_error *err) {
    static const bounds rate = {0, 1, true, "a rate between 0 and 1"};
    static const bounds ratio = {0, 1000, true, "a ratio above 0, such as 0.7"};
    static const bounds effect = {1, 1e6, false, "a design effect of 1 or more"};
    static const bounds clusters = {2, 1e6, false, "a number of clusters, 2 or more"};
    static const bounds size = {1, 1e9, false, "a number of people per cluster, 1 or more"};
    static const bounds icc = {0, 1, false, "a correlation from 0 to 1"};
    static const bounds allocation = {0, 1e6, true, "a number above 0"};
    static const bounds base = {1, 1e15, false, "a base of 1 or more"};
    *q = (question){.rates = {{0.01, 0.05, 0.2}, 3},
                    .ratios = {{0.7}, 1},
                    .effects = {{1, 5, 25}, 3},
                    .icc = -1,
                    .allocation = 1};
    q->policy = tilt__policy_find(tilt__cli_value(cli, "policy"), err);
    if (q->policy == NULL) return TILT_ESPEC;
    tilt_status status = read_numbers(cli, "rate-ref", &rate, &q->rates, err);
    if (status == TILT_OK) status = read_numbers(cli, "ratio", &ratio, &q->ratios, err);
    if (status == TILT_OK) status = read_numbers(cli, "design-effect", &effect, &q->effects, err);
    if (status == TILT_OK) status = read_numbers(cli, "clusters", &clusters, &q->clusters, err);
    if (status == TILT_OK) status = read_number(cli, "cluster-size", &size, &q->cluster_size, err);
    if (status == TILT_OK) status = read_number(cli, "icc", &icc, &q->icc, err);
    if (status == TILT_OK) status = read_number(cli, "allocation", &allocation, &q->allocation, err);
    if (status == TILT_OK) status = read_number(cli, "base", &base, &q->base, err);
    if (q->icc >= 0) q->effects = (numbers){{1}, 1}; /* the correlation says it */
    return status == TILT_OK ? check_together(cli, q, err) : status;
}

/* ---- rows ---- */

static size_t n_rows(const question *q) {
    size_t clusters = q->clusters.n > 0 ? q->clusters.n : 1;
    return q->rates.n * q->effects.n * clusters;
}

/* Reference rates outermost, then clusters, then design effects. */
static tilt__plan_ask row_of(const question *q, size_t row) {
    tilt__plan_ask ask = TILT__PLAN_ASK_INIT;
    size_t effect = row % q->effects.n, rest = row / q->effects.n;
    size_t clusters = q->clusters.n > 0 ? q->clusters.n : 1;
    ask.tau = q->policy->tau;
    ask.rate_ref = q->rates.at[rest / clusters];
    ask.design_effect = q->effects.at[effect];
    ask.clusters = q->clusters.n > 0 ? q->clusters.at[rest % clusters] : 0;
    ask.cluster_size = q->cluster_size;
    ask.icc = q->icc;
    ask.allocation = q->allocation;
    return ask;
}

/* ---- JSON ---- */

static void put_need(cJSON *object, const tilt__plan_need *need) {
    tilt__put_value(object, "base", need->base);
    tilt_reason none = need->base.reason != TILT_REASON_NONE ? need->base.reason : TILT_NOT_REQUESTED;
    tilt__put_number(object, "design_effect", need->design_effect, none);
    tilt__put_number(object, "clusters", need->clusters, none);
}

static void put_at_base(cJSON *object, const question *q, const tilt__plan_ask *ask) {
    if (!(q->base > 0)) {
        tilt__put_none(object, "at_base", TILT_NOT_REQUESTED);
        return;
    }
    cJSON *at = tilt__put_object(object, "at_base");
    tilt__put_number(at, "base", q->base, TILT_REASON_NONE);
    tilt__put_number(at, "design_effect", tilt__plan_effect(ask, q->base), TILT_REASON_NONE);
    tilt__put_number(at, "clusters", tilt__plan_clusters(ask, q->base), TILT_NOT_REQUESTED);
    tilt__put_value(at, "chance_level", tilt__plan_chance_level(ask, q->base, 1));
    cJSON *tilted = tilt__put_array(at, "chance_tilted");
    for (size_t i = 0; i < q->ratios.n; i++) {
        cJSON *item = cJSON_CreateObject();
        cJSON_AddItemToArray(tilted, item);
        tilt__put_number(item, "ratio", q->ratios.at[i], TILT_REASON_NONE);
        tilt__put_value(item, "chance", tilt__plan_chance_tilted(ask, q->base, q->ratios.at[i]));
    }
    tilt__put_value(at, "detectable_ratio", tilt__plan_detectable(ask, q->base));
}

static void put_row(cJSON *rows, const question *q, const tilt__plan_ask *ask) {
    cJSON *object = cJSON_CreateObject();
    cJSON_AddItemToArray(rows, object);
    tilt__put_number(object, "rate_ref", ask->rate_ref, TILT_REASON_NONE);
    tilt__put_number(object, "design_effect", ask->icc < 0 ? ask->design_effect : (double)NAN,
                     TILT_NOT_REQUESTED);
    tilt__put_number(object, "clusters", ask->clusters > 0 ? ask->clusters : (double)NAN, TILT_NOT_REQUESTED);
    tilt__plan_need level = tilt__plan_level(ask);
    put_need(tilt__put_object(object, "level"), &level);
    cJSON *tilted = tilt__put_array(object, "tilted");
    for (size_t i = 0; i < q->ratios.n; i++) {
        cJSON *item = cJSON_CreateObject();
        cJSON_AddItemToArray(tilted, item);
        tilt__put_number(item, "ratio", q->ratios.at[i], TILT_REASON_NONE);
        tilt__plan_need need = tilt__plan_tilted(ask, q->ratios.at[i]);
        put_need(item, &need);
    }
    put_at_base(object, q, ask);
}

static tilt_status print_json(const question *q, tilt__buf *out, tilt_error *err) {
    cJSON *root = cJSON_CreateObject();
    tilt__put_text(root, "schema", "tiltmeter.plan/1");
    tilt__put_text(root, "policy", q->policy->name);
    tilt__put_number(root, "threshold", q->policy->tau, TILT_REASON_NONE);
    tilt__put_number(root, "chance", 0.8, TILT_REASON_NONE);
    tilt__put_number(root, "allocation", q->allocation, TILT_REASON_NONE);
    tilt__put_number(root, "icc", q->icc >= 0 ? q->icc : (double)NAN, TILT_NOT_REQUESTED);
    tilt__put_number(root, "cluster_size", q->cluster_size > 0 ? q->cluster_size : (double)NAN,
                     TILT_NOT_REQUESTED);
    cJSON *rows = tilt__put_array(root, "rows");
    for (size_t r = 0; r < n_rows(q); r++) {
        tilt__plan_ask ask = row_of(q, r);
        put_row(rows, q, &ask);
    }
    bool complete = cJSON_GetObjectItemCaseSensitive(root, "rows") != NULL;
    tilt_status status = complete ? tilt__json_print(root, out, err) : tilt__fail_memory(err);
    cJSON_Delete(root);
    return status;
}

/* ---- table ---- */

/* Adds the text in `cell` at the right edge of a column; U+202F counts as one. */
static void add_cell(tilt__buf *out, tilt__buf *cell, size_t width) {
    const char *text = tilt__buf_get(cell);
    size_t columns = 0;
    for (const char *at = text; *at != '\0'; at++) columns += ((unsigned char)*at & 0xC0) != 0x80;
    for (; columns < width; columns++) tilt__buf_char(out, ' ');
    tilt__buf_text(out, text);
    if (cell->failed) out->failed = true;
    tilt__buf_reset(cell);
}

static void value_cell(tilt__buf *cell, tilt__value value, void (*print)(double, tilt__buf *)) {
    if (value.reason == TILT_REASON_NONE)
        print(value.value, cell);
    else
        tilt__buf_text(cell, tilt_reason_name(value.reason));
}

static void headings(const question *q, tilt__buf *out, tilt__buf *cell) {
    bool clustered = q->clusters.n > 0 || q->cluster_size > 0;
    tilt__buf_text(cell, "rate");
    add_cell(out, cell, NARROW - 3);
    tilt__buf_text(cell, "effect");
    add_cell(out, cell, NARROW - 4);
    if (clustered) {
        tilt__buf_text(cell, "clusters");
        add_cell(out, cell, NARROW - 2);
    }
    tilt__buf_text(cell, "level");
    add_cell(out, cell, WIDE);
    for (size_t i = 0; i < q->ratios.n; i++) {
        tilt__buf_text(cell, "tilted at ");
        tilt__numeral_setting(q->ratios.at[i], cell);
        add_cell(out, cell, WIDE);
    }
}

/* The first three columns: design effect and clusters as asked, or at the base where these follow from it. */
static void start_row(const question *q, const tilt__plan_ask *ask, double base, tilt__buf *out,
                      tilt__buf *cell) {
    tilt__numeral_rate(ask->rate_ref, cell);
    add_cell(out, cell, NARROW - 3);
    if (ask->icc < 0)
        tilt__numeral_plain(ask->design_effect, cell);
    else if (base > 0)
        tilt__numeral_plain(tilt__plan_effect(ask, base), cell);
    else
        tilt__buf_text(cell, "by base");
    add_cell(out, cell, NARROW - 4);
    if (q->clusters.n == 0 && !(q->cluster_size > 0)) return;
    if (ask->clusters > 0)
        tilt__numeral_count(ask->clusters, cell);
    else if (base > 0)
        tilt__numeral_count(floor(tilt__plan_clusters(ask, base)), cell);
    else
        tilt__buf_text(cell, "by base");
    add_cell(out, cell, NARROW - 2);
}

static void needed_table(const question *q, tilt__buf *out, tilt__buf *cell) {
    tilt__buf_text(out, "\nBase of the group for a chance of 80 % to show\n");
    headings(q, out, cell);
    tilt__buf_char(out, '\n');
    for (size_t r = 0; r < n_rows(q); r++) {
        tilt__plan_ask ask = row_of(q, r);
        start_row(q, &ask, 0, out, cell);
        value_cell(cell, tilt__plan_level(&ask).base, tilt__numeral_count);
        add_cell(out, cell, WIDE);
        for (size_t i = 0; i < q->ratios.n; i++) {
            value_cell(cell, tilt__plan_tilted(&ask, q->ratios.at[i]).base, tilt__numeral_count);
            add_cell(out, cell, WIDE);
        }
        tilt__buf_char(out, '\n');
    }
}

static void chance_table(const question *q, tilt__buf *out, tilt__buf *cell) {
    tilt__buf_text(out, "\nWith a base of ");
    tilt__numeral_count(q->base, out);
    tilt__buf_text(out, ": chance to show, and the largest ratio found tilted with a chance of 80 %\n");
    headings(q, out, cell);
    tilt__buf_text(cell, "detectable");
    add_cell(out, cell, WIDE);
    tilt__buf_char(out, '\n');
    for (size_t r = 0; r < n_rows(q); r++) {
        tilt__plan_ask ask = row_of(q, r);
        start_row(q, &ask, q->base, out, cell);
        value_cell(cell, tilt__plan_chance_level(&ask, q->base, 1), tilt__numeral_share);
        add_cell(out, cell, WIDE);
        for (size_t i = 0; i < q->ratios.n; i++) {
            value_cell(cell, tilt__plan_chance_tilted(&ask, q->base, q->ratios.at[i]), tilt__numeral_share);
            add_cell(out, cell, WIDE);
        }
        value_cell(cell, tilt__plan_detectable(&ask, q->base), tilt__numeral_plain);
        add_cell(out, cell, WIDE);
        tilt__buf_char(out, '\n');
    }
}

static void notes(const question *q, size_t width, tilt__buf *out) {
    tilt__buf_text(out, "\n* ");
    tilt__cli_wrap(
        out,
        "level: the base shows that the ratio lies inside the band if it is 1. tilted at X: it shows "
        "that the ratio lies outside if it is X.",
        2, width);
    if (q->allocation != 1) {
        tilt__buf line = TILT__BUF_INIT;
        tilt__buf_text(&line, "The base of the reference is this divided by ");
        tilt__numeral_plain(q->allocation, &line);
        tilt__buf_char(&line, '.');
        tilt__buf_text(out, "* ");
        tilt__cli_wrap(out, tilt__buf_get(&line), 2, width);
        if (line.failed) out->failed = true;
        tilt__buf_free(&line);
    } else {
        tilt__buf_text(out, "* ");
        tilt__cli_wrap(out, "The reference needs the same base.", 2, width);
    }
    tilt__buf_text(out, "* ");
    tilt__cli_wrap(out,
                   "Several groups judged together need more for tilted: Holm shares the error among them.",
                   2, width);
    if (q->clusters.n == 0 && !(q->cluster_size > 0)) {
        tilt__buf_text(out, "* ");
        tilt__cli_wrap(
            out,
            "Impressions are not people: past audits of the same account print their design effect. "
            "--clusters says how many days, campaigns or ads there will be.",
            2, width);
    }
}

static void print_table(const question *q, size_t width, tilt__buf *out) {
    tilt__buf cell = TILT__BUF_INIT;
    tilt__buf_text(out, "Policy ");
    tilt__buf_text(out, q->policy->name);
    tilt__buf_text(out, ": band from ");
    tilt__numeral_setting(q->policy->tau, out);
    tilt__buf_text(out, " to ");
    tilt__numeral_setting(1 / q->policy->tau, out);
    tilt__buf_text(out, ". rate: what the reference is expected to have.\n");
    needed_table(q, out, &cell);
    if (q->base > 0) chance_table(q, out, &cell);
    notes(q, width, out);
    tilt__buf_free(&cell);
}

tilt__exit cmd_plan(const tilt__cli *cli) {
    tilt_error err;
    question q;
    if (read_question(cli, &q, &err) != TILT_OK) return tilt__cli_fail(&err);
    tilt__buf out = TILT__BUF_INIT;
    tilt_status status = TILT_OK;
    if (tilt__cli_has(cli, "json"))
        status = print_json(&q, &out, &err);
    else
        print_table(&q, tilt__term_width(stdout), &out);
    tilt__exit code = status == TILT_OK ? tilt__cli_print(&out) : tilt__cli_fail(&err);
    tilt__buf_free(&out);
    return code;
}
