/* cube/query_columns.c - a spec without a file: nothing is recognised, so every column is listed or named. */
#include "cube/query_columns.h"

#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "read/vocabulary.h"

enum { MOST_LISTED = 2048 };

typedef struct listed {
    const char *header, *name;
    tilt_role role;
    bool asked; /* an option named it, and its role and name are settled */
} listed;

typedef struct taker {
    const tilt_spec *spec;
    tilt__arena *arena;
    listed *columns;
    size_t n;
    tilt_error *err;
} taker;

static tilt_status not_reduced(const tilt__listed *text, tilt_error *err) {
    return tilt__fail(
        err, TILT_ESPEC,
        "spec, columns, \"%.80s\": \"%.60s\" cannot be reduced by a query; expected audience:NAME, "
        "factor:NAME, time:NAME, covariate:NAME, stage:NAME, cost:NAME, decision, score, label, weight or "
        "ignore",
        text->name, text->text);
}

static tilt_status add(taker *t, listed column) {
    if (t->n == MOST_LISTED)
        return tilt__fail(t->err, TILT_ETOOBIG, "spec, columns: more than %d columns", MOST_LISTED);
    t->columns[t->n++] = column;
    return TILT_OK;
}

static bool is_dimension(tilt_role role) {
    return role == TILT_ROLE_AUDIENCE || role == TILT_ROLE_FACTOR || role == TILT_ROLE_TIME ||
           role == TILT_ROLE_COVARIATE;
}

static bool is_measure(tilt_role role) {
    return role == TILT_ROLE_STAGE || role == TILT_ROLE_COST;
}

/* The reader of a file would look the header up among the words that it knows; a query must not guess. */
static tilt_status needs_name(const tilt__listed *text, const char *role, tilt_error *err) {
    return tilt__fail(err, TILT_ESPEC,
                      "spec, columns, \"%.80s\": \"%.60s\" has no name for a query; expected \"%s:NAME\"",
                      text->name, text->text, role);
}

/* A file shows whether its periods are days or longer, and its cube has other columns for either. */
static bool is_period_end(const listed *c) {
    static const char *const names[] = {"period_from", "period_to", "starts", "ends"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (c->role == TILT_ROLE_TIME && strcmp(c->name, names[i]) == 0) return true;
    return false;
}

static tilt_status takes_days(const tilt__listed *text, tilt_error *err) {
    return tilt__fail(err, TILT_ESPEC,
                      "spec, columns, \"%.80s\": \"%.60s\" is the end of a period, and a query takes days; "
                      "expected \"time:day\" for the column with the day, and \"ignore\" for the other",
                      text->name, text->text);
}

/* "stage:impressions:min" is the end of a range, which no query reduces. */
static tilt_status take_listed(taker *t, const tilt__listed *text) {
    size_t n = strcspn(text->text, ":");
    char *word = tilt__arena_text(t->arena, text->text, n);
    listed column = {.header = text->name, .name = text->name};
    if (word == NULL) return tilt__fail_memory(t->err);
    if (!tilt_role_from_name(word, &column.role)) return not_reduced(text, t->err);
    bool named = text->text[n] == ':' && text->text[n + 1] != '\0';
    if (named) column.name = text->text + n + 1;
    if (!named && (is_dimension(column.role) || is_measure(column.role)))
        return needs_name(text, word, t->err);
    if (is_period_end(&column)) return takes_days(text, t->err);
    if (is_measure(column.role) && strchr(column.name, ':') != NULL) return not_reduced(text, t->err);
    return add(t, column);
}

/* As tilt__mapping_take: role and name, then name, then header. */
static size_t find(const taker *t, tilt_role role, const char *name) {
    for (size_t i = 0; i < t->n; i++)
        if (t->columns[i].role == role && strcmp(t->columns[i].name, name) == 0) return i;
    for (size_t i = 0; i < t->n; i++)
        if (t->columns[i].role != TILT_ROLE_IGNORE && strcmp(t->columns[i].name, name) == 0) return i;
    for (size_t i = 0; i < t->n; i++)
        if (strcmp(t->columns[i].header, name) == 0) return i;
    return SIZE_MAX;
}

static tilt_status ask(taker *t, tilt_role role, const char *name) {
    size_t i = find(t, role, name);
    if (i == SIZE_MAX) return add(t, (listed){name, name, role, true});
    listed *column = &t->columns[i];
    bool same = column->role == role && strcmp(column->name, name) == 0;
    if (column->asked && !same)
        return tilt__fail(t->err, TILT_ESPEC,
                          "column \"%.80s\" is named both as %s:%.60s and as %s:%.60s; expected one of them",
                          column->header, tilt_role_name(column->role), column->name, tilt_role_name(role),
                          name);
    column->role = role;
    column->name = name;
    column->asked = true;
    return TILT_OK;
}

static bool is_listed(const taker *t, tilt_role role, const char *name) {
    for (size_t i = 0; i < t->n; i++)
        if (t->columns[i].role == role && strcmp(t->columns[i].name, name) == 0) return true;
    return false;
}

/* Units and slices keep the kind of dimension that they are; what is none becomes a factor. */
static tilt_status ask_dimension(taker *t, const char *name) {
    tilt_role role = TILT_ROLE_FACTOR;
    if (is_listed(t, TILT_ROLE_AUDIENCE, name)) role = TILT_ROLE_AUDIENCE;
    if (is_listed(t, TILT_ROLE_TIME, name)) role = TILT_ROLE_TIME;
    return ask(t, role, name);
}

/* A group, a factor or a time is adjusted for as it is. */
static tilt_status ask_covariate(taker *t, const char *name) {
    bool kept = is_listed(t, TILT_ROLE_AUDIENCE, name) || is_listed(t, TILT_ROLE_FACTOR, name) ||
                is_listed(t, TILT_ROLE_TIME, name);
    return kept ? TILT_OK : ask(t, TILT_ROLE_COVARIATE, name);
}

static bool is_counted(const taker *t, const char *name) {
    bool people = t->spec->people.n_decisions + t->spec->people.n_scores > 0;
    return people && (strcmp(name, "rows") == 0 || strcmp(name, "selected") == 0);
}

static tilt_status ask_stage(taker *t, const char *name) {
    bool cost = is_listed(t, TILT_ROLE_COST, name);
    return is_counted(t, name) ? TILT_OK : ask(t, cost ? TILT_ROLE_COST : TILT_ROLE_STAGE, name);
}

static tilt_status ask_all(taker *t) {
    const tilt_spec *spec = t->spec;
    tilt_status status = TILT_OK;
    for (size_t a = 0; a < spec->n_audiences; a++)
        for (size_t k = 0; k < spec->audiences[a].n && status == TILT_OK; k++)
            status = ask(t, TILT_ROLE_AUDIENCE, spec->audiences[a].names[k]);
    for (size_t f = 0; f < spec->n_factors && status == TILT_OK; f++) {
        bool time = is_listed(t, TILT_ROLE_TIME, spec->factors[f]);
        status = ask(t, time ? TILT_ROLE_TIME : TILT_ROLE_FACTOR, spec->factors[f]);
    }
    for (size_t k = 0; k < spec->n_adjust && status == TILT_OK; k++)
        status = ask_covariate(t, spec->adjust[k].name);
    for (size_t r = 0; r < spec->n_rates && status == TILT_OK; r++) {
        status = ask_stage(t, spec->rates[r].of);
        if (status == TILT_OK) status = ask_stage(t, spec->rates[r].per);
    }
    for (size_t k = 0; k < spec->unit.n && status == TILT_OK; k++)
        status = ask_dimension(t, spec->unit.names[k]);
    if (status == TILT_OK && spec->by != NULL) status = ask_dimension(t, spec->by);
    return status;
}

/* The cube keeps the currency of "Amount spent (EUR)" in its headers. As in a file, the columns must agree on
 * it, and it is that of all amounts (settle_currency of read/survey.c). "" where there is none. */
static tilt_status find_currency(const taker *t, const char **out) {
    *out = "";
    bool mixed = false;
    for (size_t i = 0; i < t->n; i++) {
        tilt__buf normal = TILT__BUF_INIT, unit = TILT__BUF_INIT;
        tilt__header_normalise(t->columns[i].header, strlen(t->columns[i].header), &normal, &unit);
        bool failed = normal.failed || unit.failed;
        bool money = !failed && unit.length > 0 && strcmp(tilt__buf_get(&unit), "%") != 0;
        mixed = mixed || (money && **out != '\0' && strcmp(*out, tilt__buf_get(&unit)) != 0);
        if (money) *out = tilt__arena_copy(t->arena, tilt__buf_get(&unit));
        tilt__buf_free(&normal);
        tilt__buf_free(&unit);
        if (failed || *out == NULL) return tilt__fail_memory(t->err);
    }
    if (mixed) *out = "";
    return TILT_OK;
}

static tilt_status put(const taker *t, tilt__query_columns *out, tilt__query_field field, bool measure) {
    if (field.column == NULL) return tilt__fail_memory(t->err);
    if (out->n_labels == TILT__MAX_DIMS || out->n_measures == TILT__MAX_MEASURES)
        return tilt__fail(t->err, TILT_ETOOBIG, "spec, columns: too many columns for one cube");
    if (measure)
        out->measures[out->n_measures++] = field;
    else
        out->labels[out->n_labels++] = field;
    return TILT_OK;
}

static tilt_status put_counts_and_groups(const taker *t, tilt__query_columns *out) {
    const char *currency;
    tilt_status status = find_currency(t, &currency);
    for (size_t i = 0; i < t->n && status == TILT_OK; i++) {
        const listed *c = &t->columns[i];
        bool measure = is_measure(c->role);
        if (!measure && !is_dimension(c->role)) continue;
        bool money = c->role == TILT_ROLE_COST && *currency != '\0';
        const char *column = tilt__arena_format(t->arena, money ? "%s:%s (%s)" : "%s:%s",
                                                tilt_role_name(c->role), c->name, currency);
        status = put(t, out, (tilt__query_field){c->header, column, c->name, c->role}, measure);
    }
    return status;
}

/* ---- people ---- */

typedef struct models {
    const char *decisions[TILT__MAX_MODELS], *scores[TILT__MAX_MODELS];
    size_t n_decisions, n_scores;
    const char *label, *weight;
} models;

/* Columns of one role: those that options name, in their order, then those that the spec lists. */
static tilt_status take_role(taker *t, tilt_role role, const char *const *named, size_t n_named,
                             const char **out, size_t *out_n) {
    for (size_t i = 0; i < n_named + t->n; i++) {
        size_t at = i < n_named ? find(t, role, named[i]) : i - n_named;
        if (i >= n_named && t->columns[at].role != role) continue;
        const char *header = at != SIZE_MAX ? t->columns[at].header : named[i];
        if (i < n_named && at != SIZE_MAX) t->columns[at].role = role;
        bool known = false;
        for (size_t k = 0; k < *out_n; k++) known = known || strcmp(out[k], header) == 0;
        if (known) continue;
        if (*out_n == TILT__MAX_MODELS)
            return tilt__fail(t->err, TILT_ETOOBIG, "more than %d models in one table", TILT__MAX_MODELS);
        out[(*out_n)++] = header;
    }
    return TILT_OK;
}

static tilt_status take_one(taker *t, tilt_role role, const char *named, const char **out) {
    const char *all[TILT__MAX_MODELS];
    size_t n = 0;
    tilt_status status = take_role(t, role, &named, named != NULL ? 1 : 0, all, &n);
    *out = n > 0 ? all[0] : NULL;
    return status;
}

static tilt_status take_models(taker *t, models *out) {
    const tilt__people_spec *spec = &t->spec->people;
    tilt_status status = take_role(t, TILT_ROLE_DECISION, spec->decisions, spec->n_decisions, out->decisions,
                                   &out->n_decisions);
    if (status == TILT_OK)
        status = take_role(t, TILT_ROLE_SCORE, spec->scores, spec->n_scores, out->scores, &out->n_scores);
    if (status == TILT_OK) status = take_one(t, TILT_ROLE_LABEL, spec->label, &out->label);
    if (status == TILT_OK) status = take_one(t, TILT_ROLE_WEIGHT, spec->weight, &out->weight);
    return status;
}

static tilt_status put_person(const taker *t, tilt__query_columns *out, tilt_role role, const char *header) {
    if (header == NULL) return TILT_OK;
    const char *column = tilt__reduced_header(t->arena, role, header, &out->reduced);
    return put(t, out, (tilt__query_field){header, column, header, role}, false);
}

/* In the order that map/people.c gives models and cube/bins.c their columns. */
static tilt_status put_people(taker *t, tilt__query_columns *out) {
    models m = {.n_decisions = 0};
    tilt_status status = take_models(t, &m);
    out->people = m.n_decisions + m.n_scores > 0;
    if (status != TILT_OK || !out->people) return status;
    const tilt__people_spec *spec = &t->spec->people;
    out->reduced =
        (tilt__reduced_people){spec->score_bins > 0 ? (unsigned)spec->score_bins : TILT__USUAL_BINS,
                               tilt__people_cut(spec->threshold), spec->positive};
    bool together = m.n_decisions == m.n_scores;
    for (size_t k = 0; k < m.n_decisions && status == TILT_OK; k++) {
        status = put_person(t, out, TILT_ROLE_DECISION, m.decisions[k]);
        if (status == TILT_OK && together) status = put_person(t, out, TILT_ROLE_SCORE, m.scores[k]);
    }
    for (size_t k = 0; k < m.n_scores && !together && status == TILT_OK; k++)
        status = put_person(t, out, TILT_ROLE_SCORE, m.scores[k]);
    if (status == TILT_OK) status = put_person(t, out, TILT_ROLE_LABEL, m.label);
    if (status == TILT_OK) status = put_person(t, out, TILT_ROLE_WEIGHT, m.weight);
    for (size_t k = 0; k < out->n_measures && status == TILT_OK; k++)
        if (strcmp(out->measures[k].name, "rows") == 0)
            status = tilt__fail(
                t->err, TILT_ESPEC,
                "a column is the stage \"rows\", which is the number of people in a cube; expected "
                "another name for it");
    if (status != TILT_OK) return status;
    return put(t, out, (tilt__query_field){NULL, "stage:rows", "rows", TILT_ROLE_STAGE}, true);
}

/* As map/role.c finds the column of a filter: header, then name. */
static tilt_status take_filters(const taker *t, tilt__query_columns *out) {
    out->where = tilt__arena_alloc(t->arena, t->spec->n_where + 1, sizeof *out->where);
    if (out->where == NULL) return tilt__fail_memory(t->err);
    for (size_t w = 0; w < t->spec->n_where; w++) {
        const char *name = t->spec->where[w].column, *header = NULL;
        for (size_t i = 0; i < t->n && header == NULL; i++)
            if (strcmp(t->columns[i].header, name) == 0) header = t->columns[i].header;
        for (size_t i = 0; i < t->n && header == NULL; i++)
            if (strcmp(t->columns[i].name, name) == 0) header = t->columns[i].header;
        out->where[w] = header != NULL ? header : name;
    }
    return TILT_OK;
}

static tilt_status list_headers(const taker *t, tilt__query_columns *out) {
    out->headers = tilt__arena_alloc(t->arena, t->n + t->spec->n_where, sizeof *out->headers);
    if (out->headers == NULL) return tilt__fail_memory(t->err);
    for (size_t i = 0; i < t->n; i++) out->headers[out->n_headers++] = t->columns[i].header;
    for (size_t w = 0; w < t->spec->n_where; w++) out->headers[out->n_headers++] = out->where[w];
    return TILT_OK;
}

tilt_status tilt__query_columns_take(const tilt_spec *spec, tilt__arena *arena, tilt__query_columns *out,
                                     tilt_error *err) {
    taker t = {.spec = spec, .arena = arena, .err = err};
    t.columns = tilt__arena_alloc(arena, MOST_LISTED, sizeof *t.columns);
    if (t.columns == NULL) return tilt__fail_memory(err);
    tilt_status status = TILT_OK;
    for (size_t i = 0; i < spec->sources[0].n_columns && status == TILT_OK; i++)
        status = take_listed(&t, &spec->sources[0].columns[i]);
    if (status == TILT_OK) status = ask_all(&t);
    if (status == TILT_OK) status = put_counts_and_groups(&t, out);
    size_t n_groups = out->n_labels;
    if (status == TILT_OK) status = put_people(&t, out);
    if (status == TILT_OK) status = take_filters(&t, out);
    if (status == TILT_OK) status = list_headers(&t, out);
    if (status != TILT_OK || (n_groups > 0 && out->n_measures > 0)) return status;
    return tilt__fail(err, TILT_ESPEC,
                      "the spec lists no %s; expected \"columns\" with the role of every column of the table "
                      "(`tiltmeter inspect EXPORT.csv --write-spec FILE` writes them)",
                      n_groups == 0 ? "audience or factor" : "count");
}
