/* ledger/trend.c - rows of findings in the order of their periods into the charts of audit/stat. What a
 * change goes with is read from the cubes of the audit it began with and of the one before. */
#include "ledger/trend.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "ledger/compare.h"
#include "ledger/finding.h"
#include "report/result.h"
#include "report/words.h"
#include "report/words_change.h"
#include "report/words_trend.h"
#include "stat/monitoring.h"
#include "stat/tail.h"
#include "stat/watch.h"

static const double ewma_lambda = 0.2, ewma_width = 2.7, named_shift = 0.1, delay_probability = 0.9;
enum { MOST_LEADS = 3, HALF_YEAR = 26 };

typedef struct audit_key {
    int64_t id;
    const char *from, *to; /* "" without a period */
} audit_key;

/* One finding in one audit. */
typedef struct look {
    const char *finding, *name, *reference, *verdict, *basis;
    size_t audit; /* index into the audits, oldest first */
    double ratio, lower, upper, se, df, xa, na, xr, nr;
} look;

typedef struct history {
    tilt__ledger *ledger;
    tilt__arena arena;
    audit_key *audits; /* oldest first */
    size_t n_audits;
    look *looks;
    size_t n_looks, capacity;
    size_t n_series, n_leads;
    cJSON *newest; /* result of the newest audit, for its policy; NULL: there is none */
    tilt_error *err;
} history;

/* ---- reading ---- */

static tilt_status read_audits(history *h, size_t last) {
    sqlite3_stmt *statement = tilt__ledger_prepare(
        h->ledger,
        "SELECT id, period_from, period_to FROM audits WHERE series = ?1 ORDER BY period_to DESC, id "
        "DESC",
        h->err);
    if (statement == NULL) return TILT_EIO;
    tilt__ledger_text(statement, 1, h->ledger->series);
    tilt_status status = TILT_OK;
    audit_key *found = NULL;
    size_t n = 0, capacity = 0;
    for (bool row = true; status == TILT_OK && (last == 0 || n < last);) {
        status = tilt__ledger_step(h->ledger, statement, &row, h->err);
        if (status != TILT_OK || !row) break;
        const char *to = tilt__ledger_get_text(statement, 2);
        if (n > 0 && to[0] != '\0' && strcmp(found[n - 1].to, to) == 0) continue; /* audited again since */
        audit_key *key = tilt__arena_push(&h->arena, (void **)&found, &n, &capacity, sizeof *key);
        if (key == NULL) {
            status = tilt__fail_memory(h->err);
            break;
        }
        key->id = sqlite3_column_int64(statement, 0);
        key->from = tilt__arena_copy(&h->arena, tilt__ledger_get_text(statement, 1));
        key->to = tilt__arena_copy(&h->arena, to);
    }
    (void)sqlite3_finalize(statement);
    for (size_t i = 0; i < n / 2; i++) {
        audit_key swap = found[i];
        found[i] = found[n - 1 - i];
        found[n - 1 - i] = swap;
    }
    h->audits = found;
    h->n_audits = n;
    return status;
}

static tilt_status keep_look(history *h, sqlite3_stmt *statement, size_t audit) {
    look *l = tilt__arena_push(&h->arena, (void **)&h->looks, &h->n_looks, &h->capacity, sizeof *l);
    if (l == NULL) return tilt__fail_memory(h->err);
    const char **const texts[] = {&l->finding, &l->name, &l->reference, &l->verdict, &l->basis};
    double *const numbers[] = {&l->ratio, &l->lower, &l->upper, &l->se, &l->df,
                               &l->xa,    &l->na,    &l->xr,    &l->nr};
    for (int i = 0; i < 5; i++) *texts[i] = tilt__arena_copy(&h->arena, tilt__ledger_get_text(statement, i));
    for (int i = 0; i < 9; i++) *numbers[i] = tilt__ledger_get_number(statement, 5 + i);
    l->audit = audit;
    return h->arena.failed ? tilt__fail_memory(h->err) : TILT_OK;
}

static tilt_status read_looks(history *h, const char *finding) {
    sqlite3_stmt *statement = tilt__ledger_prepare(
        h->ledger,
        finding != NULL
            ? "SELECT finding, name, reference, verdict, basis, ratio, lower, upper, se, df, xa, na, xr, nr "
              "FROM findings WHERE audit = ?1 AND finding = ?2"
            : "SELECT finding, name, reference, verdict, basis, ratio, lower, upper, se, df, xa, na, xr, nr "
              "FROM findings WHERE audit = ?1 AND excluded = 0",
        h->err);
    if (statement == NULL) return TILT_EIO;
    tilt_status status = TILT_OK;
    for (size_t a = 0; a < h->n_audits && status == TILT_OK; a++) {
        (void)sqlite3_bind_int64(statement, 1, h->audits[a].id);
        if (finding != NULL) tilt__ledger_text(statement, 2, finding);
        for (bool row = true; status == TILT_OK;) {
            status = tilt__ledger_step(h->ledger, statement, &row, h->err);
            if (status != TILT_OK || !row) break;
            status = keep_look(h, statement, a);
        }
        (void)sqlite3_reset(statement);
    }
    (void)sqlite3_finalize(statement);
    return status;
}

static int by_finding(const void *a, const void *b) {
    const look *la = a, *lb = b;
    int order = strcmp(la->finding, lb->finding);
    if (order != 0) return order;
    return la->audit < lb->audit ? -1 : la->audit > lb->audit;
}

/* ---- one series ---- */

typedef struct series {
    const look **looks; /* usable ones */
    size_t n;
    double *y, *se, *t, *x, *base;
    double *room; /* for charts, 10 n */
    tilt__alarm *alarms;
} series;

/* Student's t is wider than the normal that the charts assume: the error is widened to its 95 % interval. */
static double normal_error(const look *l) {
    if (!(l->df > 0)) return l->se;
    return l->se * tilt__t_quantile(0.975, l->df) / tilt__z_of_level(0.95);
}

static bool usable(const look *l, const look *first) {
    return strcmp(l->reference, first->reference) == 0 && l->ratio > 0 && isfinite(l->ratio) && l->se > 0 &&
           isfinite(l->se);
}

static tilt_status make_series(history *h, const look *from, size_t n, series *out) {
    *out = (series){0};
    out->looks = tilt__arena_alloc(&h->arena, n, sizeof *out->looks);
    double *all = tilt__arena_alloc(&h->arena, 15 * n, sizeof *all);
    out->alarms = tilt__arena_alloc(&h->arena, n, sizeof *out->alarms);
    if (out->looks == NULL || all == NULL || out->alarms == NULL) return tilt__fail_memory(h->err);
    out->y = all, out->se = all + n, out->t = all + 2 * n, out->x = all + 3 * n, out->base = all + 4 * n;
    out->room = all + 5 * n;
    for (size_t i = 0; i < n; i++) {
        if (!usable(&from[i], from)) continue;
        out->looks[out->n] = &from[i];
        out->y[out->n] = log(from[i].ratio);
        out->se[out->n] = normal_error(&from[i]);
        out->t[out->n] = (double)from[i].audit;
        out->x[out->n] = from[i].xa;
        out->base[out->n++] = from[i].na;
    }
    return TILT_OK;
}

static void put_audit(cJSON *parent, const char *key, const history *h, const look *l) {
    const audit_key *audit = &h->audits[l->audit];
    cJSON *object = tilt__put_object(parent, key);
    (void)cJSON_AddNumberToObject(object, "audit", (double)audit->id);
    tilt__put_text(object, "from", audit->from[0] != '\0' ? audit->from : NULL);
    tilt__put_text(object, "to", audit->to[0] != '\0' ? audit->to : NULL);
}

static tilt_status read_stored(history *h, int64_t audit, const char *kind, cJSON **out) {
    tilt__buf text = TILT__BUF_INIT;
    bool found = false;
    tilt_status status = tilt__ledger_get(h->ledger, audit, kind, &text, &found, h->err);
    if (status == TILT_OK && found) {
        *out = tilt__json_parse(tilt__buf_get(&text), text.length, h->err);
        if (*out == NULL) status = TILT_EIO;
    }
    tilt__buf_free(&text);
    return status;
}

/* The factor level that most of the change goes with, from the two audits around its beginning. */
static tilt_status put_lead(history *h, cJSON *alarm, const look *before, const look *after) {
    cJSON *trees[4] = {NULL, NULL, NULL, NULL}, *change = NULL;
    const look *sides[2] = {before, after};
    tilt_status status = TILT_OK;
    for (size_t i = 0; i < 2 && status == TILT_OK; i++) {
        status = read_stored(h, h->audits[sides[i]->audit].id, TILT__CONTENT_RESULT, &trees[i]);
        if (status == TILT_OK)
            status = read_stored(h, h->audits[sides[i]->audit].id, TILT__CONTENT_CUBE, &trees[2 + i]);
    }
    if (status == TILT_OK) {
        tilt__compared compared[2] = {{trees[0], trees[2], NULL, 0}, {trees[1], trees[3], NULL, 0}};
        change = tilt__compare(&compared[0], &compared[1], NULL, h->err);
        if (change == NULL) status = TILT_ENOMEM;
    }
    const cJSON *row = tilt__json_first(tilt__json_array(change, "findings"));
    while (row != NULL && strcmp(tilt__json_text_or(row, "id", ""), after->finding) != 0) row = row->next;
    tilt__change_lead lead;
    if (row != NULL && tilt__change_lead_find(row, &lead)) {
        cJSON *object = tilt__put_object(alarm, "lead");
        tilt__put_text(object, "factor", lead.factor);
        tilt__put_text(object, "level", lead.level);
        tilt__put_number(object, "part", lead.part, TILT_REASON_NONE);
        tilt__put_number(object, "total", lead.total, TILT_REASON_NONE);
        tilt__put_flag(object, "entered", lead.entered);
        tilt__put_flag(object, "left", lead.left);
    } else {
        (void)cJSON_AddNullToObject(alarm, "lead");
    }
    cJSON_Delete(change);
    for (size_t i = 0; i < 4; i++) cJSON_Delete(trees[i]);
    return status;
}

static tilt_status put_alarms(history *h, cJSON *object, const series *s, const tilt__watch *watch) {
    cJSON *list = tilt__put_array(object, "alarms");
    tilt_status status = TILT_OK;
    for (size_t i = 0; i < watch->n_alarms && status == TILT_OK; i++) {
        const tilt__alarm *alarm = &watch->alarms[i];
        cJSON *row = cJSON_CreateObject();
        cJSON_AddItemToArray(list, row);
        put_audit(row, "found", h, s->looks[alarm->found]);
        put_audit(row, "since", h, s->looks[alarm->since]);
        tilt__put_text(row, "direction", alarm->up ? "up" : "down");
        tilt__put_text(row, "by", alarm->by_drift ? "drift" : "cusum");
        tilt__put_number(row, "ratio_before", exp(alarm->before), TILT_TOO_FEW);
        tilt__put_number(row, "ratio_after", exp(alarm->after), TILT_TOO_FEW);
        bool wanted = alarm->since > 0 && h->n_leads++ < MOST_LEADS;
        if (wanted)
            status = put_lead(h, row, s->looks[alarm->since - 1], s->looks[alarm->since]);
        else
            (void)cJSON_AddNullToObject(row, "lead");
    }
    return status;
}

static double mean_error(const series *s) {
    double sum = 0;
    for (size_t i = 0; i < s->n; i++) sum += 1 / (s->se[i] * s->se[i]);
    return sqrt((double)s->n / sum);
}

static void put_delay(cJSON *object, const series *s, const tilt__watch *watch) {
    cJSON *delay = tilt__put_object(object, "delay");
    size_t looks = tilt__watch_delay(log1p(-named_shift) / (mean_error(s) * watch->sigma_z), s->n,
                                     watch->limit, delay_probability);
    tilt__put_number(delay, "shift", named_shift, TILT_REASON_NONE);
    tilt__put_number(delay, "probability", delay_probability, TILT_REASON_NONE);
    tilt__put_number(delay, "looks", looks > 0 ? (double)looks : (double)NAN, TILT_UNREACHABLE);
}

/* An interval of the ratio over all looks that holds at each of them. */
static tilt_estimate anytime_of(const series *s) {
    tilt__sequence_opts opts = TILT__SEQUENCE_OPTS_INIT;
    tilt__pair pair = {0, 0, 0, 0};
    bool people = true;
    double w = 0, sum = 0;
    for (size_t i = 0; i < s->n; i++) {
        const look *l = s->looks[i];
        people = people && strcmp(l->basis, "person") == 0 && tilt__is_whole(l->xa) && tilt__is_whole(l->xr);
        pair.xa += l->xa, pair.na += l->na, pair.xr += l->xr, pair.nr += l->nr;
        w += 1 / (s->se[i] * s->se[i]);
        sum += s->y[i] / (s->se[i] * s->se[i]);
    }
    if (people) return tilt__sequence_ratio(pair, &opts);
    /* tuned before the second look: narrowest after half a year of weeks like the first */
    double rho = tilt__mixture_rho(HALF_YEAR / (s->se[0] * s->se[0]), opts.alpha);
    double radius = tilt__mixture_radius(w, rho, opts.alpha), mean = sum / w;
    return (tilt_estimate){.value = exp(mean),
                           .lower = exp(mean - radius),
                           .upper = exp(mean + radius),
                           .level = 1 - opts.alpha,
                           .method = "normal_mixture_sequence"};
}

static void put_trend(cJSON *object, const series *s) {
    tilt__line line = tilt__line_fit(s->t, s->y, s->se, s->n, 0.95);
    cJSON *node = tilt__put_object(object, "line"); /* of ln ratio, per audit */
    tilt_estimate factor = line.estimate;
    factor.value = exp(factor.value);
    factor.lower = exp(factor.lower);
    factor.upper = exp(factor.upper);
    tilt__put_estimate(node, "factor", factor);
    tilt__put_number(node, "p", line.p, line.reason);
    tilt__put_number(node, "tau2", line.tau2, line.reason);
    tilt__put_test(object, "mann_kendall", tilt__mann_kendall(s->y, s->n));
}

static void put_looks(cJSON *object, const history *h, const series *s, const tilt__watch *watch) {
    double *chart = s->room + 4 * s->n, *ewma = s->room + 3 * s->n;
    tilt__p_chart laney = {.z = chart,
                           .lower = chart + s->n,
                           .upper = chart + 2 * s->n,
                           .laney_lower = chart + 3 * s->n,
                           .laney_upper = chart + 4 * s->n};
    tilt__looks rates = {s->x, s->base, s->n};
    bool charted = tilt__p_chart_make(&rates, &laney) == TILT_REASON_NONE;
    double mu0 = 0, w = 0, *sd = chart + 5 * s->n;
    size_t quiet = watch->n_alarms > 0 ? watch->alarms[0].since : s->n;
    for (size_t i = 0; i < quiet; i++) {
        mu0 += s->y[i] / (s->se[i] * s->se[i]);
        w += 1 / (s->se[i] * s->se[i]);
    }
    mu0 /= w;
    tilt__ewma_make(s->y, s->se, s->n, ewma_lambda, mu0, ewma, sd);
    cJSON *list = tilt__put_array(object, "looks");
    for (size_t i = 0; i < s->n; i++) {
        const look *l = s->looks[i];
        cJSON *row = cJSON_CreateObject();
        cJSON_AddItemToArray(list, row);
        put_audit(row, "audit", h, l);
        const struct {
            const char *key;
            double value;
        } numbers[] = {{"ratio", l->ratio},
                       {"lower", l->lower},
                       {"upper", l->upper},
                       {"residual", watch->residuals[i]},
                       {"cusum_up", watch->up[i]},
                       {"cusum_down", watch->down[i]},
                       {"ewma", exp(ewma[i])},
                       {"ewma_lower", exp(mu0 - ewma_width * sd[i])},
                       {"ewma_upper", exp(mu0 + ewma_width * sd[i])}};
        for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++)
            tilt__put_number(row, numbers[k].key, numbers[k].value, TILT_TOO_FEW);
        tilt__put_text(row, "verdict", l->verdict);
        double rate = s->x[i] / s->base[i];
        if (charted)
            tilt__put_flag(row, "laney_outside", rate < laney.laney_lower[i] || rate > laney.laney_upper[i]);
        else
            (void)cJSON_AddNullToObject(row, "laney_outside");
    }
}

/* Lower edge of the band, by the policy of the newest audit. */
static double threshold_of(const history *h, const char *finding) {
    for (const cJSON *view = tilt__json_first(tilt__json_array(h->newest, "views")); view != NULL;
         view = view->next) {
        const cJSON *c = tilt__json_first(tilt__json_array(view, "comparisons"));
        for (; c != NULL; c = c->next)
            if (strcmp(tilt__json_text_or(c, "id", ""), finding) == 0)
                return tilt__words_view_tau(h->newest, view);
    }
    return tilt__words_tau(h->newest);
}

static tilt_status put_series(history *h, cJSON *list, const look *from, size_t n) {
    series s;
    if (from == NULL || n == 0) return TILT_OK; /* nothing was looked at */
    tilt_status status = make_series(h, from, n, &s);
    if (status != TILT_OK) return status;
    cJSON *object = cJSON_CreateObject();
    cJSON_AddItemToArray(list, object);
    tilt__put_text(object, "id", from->finding);
    tilt__put_text(object, "name", from[n - 1].name);
    tilt__put_number(object, "threshold", threshold_of(h, from->finding), TILT_REASON_NONE);
    tilt__put_number(object, "left_out", (double)(n - s.n), TILT_REASON_NONE);
    if (s.n == 0) {
        (void)tilt__put_array(object, "looks");
        (void)tilt__put_array(object, "alarms");
    } else {
        tilt__watch watch = {
            .residuals = s.room, .up = s.room + s.n, .down = s.room + 2 * s.n, .alarms = s.alarms};
        tilt__watch_opts opts = TILT__WATCH_OPTS_INIT;
        opts.family = (double)h->n_series;
        (void)tilt__watch_run(s.y, s.se, s.n, &opts,
                              &watch); /* a single look has no residuals and no alarm */
        put_looks(object, h, &s, &watch);
        status = put_alarms(h, object, &s, &watch);
        put_delay(object, &s, &watch);
        tilt__put_estimate(object, "anytime", anytime_of(&s));
        put_trend(object, &s);
    }
    if (status != TILT_OK) return status;
    tilt__buf text = TILT__BUF_INIT;
    tilt__words_trend(object, &text);
    tilt__put_text(object, "sentence", tilt__buf_get(&text));
    bool whole = !text.failed && tilt__json_get(object, "sentence") != NULL;
    tilt__buf_free(&text);
    return whole ? TILT_OK : tilt__fail_memory(h->err);
}

/* Findings watched together share the error: those judged in the newest audit. */
static void count_series(history *h) {
    h->n_series = 0;
    for (size_t i = 0; h->looks != NULL && i < h->n_looks; i++)
        if (i == 0 || strcmp(h->looks[i].finding, h->looks[i - 1].finding) != 0) h->n_series++;
    if (h->n_series == 0) h->n_series = 1;
}

static tilt_status count_family(history *h, const char *finding) {
    count_series(h);
    if (finding == NULL || h->n_audits == 0) return TILT_OK;
    sqlite3_stmt *statement = tilt__ledger_prepare(
        h->ledger, "SELECT count(*) FROM findings WHERE audit = ?1 AND excluded = 0", h->err);
    if (statement == NULL) return TILT_EIO;
    bool row = false;
    (void)sqlite3_bind_int64(statement, 1, h->audits[h->n_audits - 1].id);
    tilt_status status = tilt__ledger_step(h->ledger, statement, &row, h->err);
    int64_t n = row ? sqlite3_column_int64(statement, 0) : 1;
    h->n_series = n > 1 ? (size_t)n : 1;
    (void)sqlite3_finalize(statement);
    return status;
}

/* Changed findings first, then by the verdict of the newest look. */
static int rank_of(const cJSON *finding) {
    static const char *const order[] = {"tilted", "undetermined", "level"};
    const cJSON *looks = tilt__json_array(finding, "looks"), *latest = NULL;
    if (tilt__json_first(tilt__json_array(finding, "alarms")) != NULL) return 0;
    for (const cJSON *at = tilt__json_first(looks); at != NULL; at = at->next) latest = at;
    int rank = 0;
    while (rank < 3 && strcmp(tilt__json_text_or(latest, "verdict", ""), order[rank]) != 0) rank++;
    return rank + 1;
}

/* Puts the findings into their order, and the first `most` of them into the trend. */
static void give(cJSON *root, cJSON *all, size_t most) {
    size_t n = 0, left = 0;
    cJSON *list = cJSON_CreateArray();
    for (int rank = 0; rank <= 4; rank++)
        for (cJSON *next, *f = all->child; f != NULL; f = next) {
            next = f->next;
            if (rank_of(f) != rank) continue;
            if (most > 0 && n >= most)
                left++;
            else if (cJSON_AddItemToArray(list, cJSON_DetachItemViaPointer(all, f)))
                n++;
        }
    tilt__put_number(root, "findings_left_out", (double)left, TILT_REASON_NONE);
    (void)cJSON_AddItemToObject(root, "findings", list);
    cJSON_Delete(all);
}

static void put_policy(const history *h, cJSON *root) {
    const cJSON *policy = tilt__json_object(h->newest, "policy");
    cJSON_AddItemToObject(root, "policy",
                          policy != NULL ? cJSON_Duplicate(policy, true) : cJSON_CreateNull());
}

static tilt_status fill(history *h, const tilt__trend_ask *ask, cJSON *root) {
    tilt_status status = read_audits(h, ask->last);
    if (status == TILT_OK) status = read_looks(h, ask->finding);
    if (status == TILT_OK && h->n_audits > 0)
        status = read_stored(h, h->audits[h->n_audits - 1].id, TILT__CONTENT_RESULT, &h->newest);
    if (status != TILT_OK) return status;
    if (h->n_looks == 0 && ask->finding != NULL)
        return tilt__fail(h->err, TILT_EUSAGE,
                          "no audit in %s has a finding \"%.40s\"; `tiltmeter ledger trend` lists them",
                          h->ledger->path, ask->finding);
    if (h->looks != NULL) qsort(h->looks, h->n_looks, sizeof *h->looks, by_finding);
    status = count_family(h, ask->finding);
    if (status != TILT_OK) return status;
    tilt__watch_opts opts = TILT__WATCH_OPTS_INIT;
    opts.family = (double)h->n_series;
    tilt__put_text(root, "schema", TILT__TREND_SCHEMA);
    cJSON *tool = tilt__put_object(root, "tool");
    tilt__put_text(tool, "name", "tiltmeter");
    tilt__put_text(tool, "version", tilt_version());
    put_policy(h, root);
    tilt__put_text(root, "series", h->ledger->series);
    cJSON *watch = tilt__put_object(root, "watch");
    tilt__put_number(watch, "alpha", opts.alpha, TILT_REASON_NONE);
    tilt__put_number(watch, "horizon", opts.horizon, TILT_REASON_NONE);
    tilt__put_number(watch, "family", opts.family, TILT_REASON_NONE);
    tilt__put_number(watch, "limit", tilt__watch_limit(&opts), TILT_NOT_CONVERGED);
    tilt__put_number(root, "audits", (double)h->n_audits, TILT_REASON_NONE);
    cJSON *list = cJSON_CreateArray();
    if (list == NULL) return tilt__fail_memory(h->err);
    for (size_t from = 0; h->looks != NULL && from < h->n_looks && status == TILT_OK;) {
        size_t to = from + 1;
        while (to < h->n_looks && strcmp(h->looks[to].finding, h->looks[from].finding) == 0) to++;
        status = put_series(h, list, &h->looks[from], to - from);
        from = to;
    }
    give(root, list, ask->most);
    return status;
}

cJSON *tilt__ledger_trend(tilt__ledger *ledger, const tilt__trend_ask *ask, tilt_error *err) {
    history h = {.ledger = ledger, .err = err};
    cJSON *root = cJSON_CreateObject();
    bool own = sqlite3_get_autocommit(ledger->db) != 0; /* not inside the caller's transaction */
    tilt_status status = root != NULL ? TILT_OK : tilt__fail_memory(err);
    if (status == TILT_OK && own) status = tilt__ledger_begin_read(ledger, err);
    if (status == TILT_OK) status = fill(&h, ask, root);
    if (own) tilt__ledger_rollback(ledger);
    tilt__arena_free(&h.arena);
    cJSON_Delete(h.newest);
    if (status == TILT_OK) return root;
    cJSON_Delete(root);
    return NULL;
}
