/* map/people.c - decisions, scores, label and weight of person rows.
 * A question a reader may ask: a weight is never assumed. A column called "weight" may be a body weight, and
 * weighting changes every number. */
#include "map/people.h"

#include <string.h>

#include "base/error.h"

typedef struct finder {
    tilt__mapping *m;
    const tilt_spec *spec;
    size_t decisions[TILT__MAX_MODELS], scores[TILT__MAX_MODELS];
    size_t n_decisions, n_scores;
    size_t label, weight;
    tilt_error *err;
} finder;

bool tilt__people_named(const tilt_spec *spec) {
    return spec->people.n_decisions + spec->people.n_scores > 0;
}

static tilt_status push(const finder *f, size_t list[TILT__MAX_MODELS], size_t *n, size_t column) {
    tilt__place place = {.source = tilt_source_name(f->m->source)};
    for (size_t i = 0; i < *n; i++) {
        if (list[i] == column) return TILT_OK;
    }
    if (*n == TILT__MAX_MODELS)
        return tilt__fail_at(f->err, TILT_ETOOBIG, &place, "more than %d models in one file",
                             TILT__MAX_MODELS);
    list[(*n)++] = column;
    return TILT_OK;
}

static tilt_status take_all(finder *f, tilt_role role, const char **names, size_t n_names,
                            size_t list[TILT__MAX_MODELS], size_t *n) {
    for (size_t i = 0; i < n_names; i++) {
        size_t column;
        tilt_status status = tilt__mapping_take(f->m, role, names[i], &column, f->err);
        if (status == TILT_OK && column != TILT_NO_COLUMN) status = push(f, list, n, column);
        if (status != TILT_OK) return status;
    }
    return TILT_OK;
}

static tilt_status take_one(finder *f, tilt_role role, const char *name, size_t *out) {
    return name != NULL ? tilt__mapping_take(f->m, role, name, out, f->err) : TILT_OK;
}

/* Roles that the spec's column list gave. */
static tilt_status take_listed(finder *f) {
    tilt_status status = TILT_OK;
    for (size_t i = 0; i < f->m->n_columns && status == TILT_OK; i++) {
        const tilt__mapped *mapped = &f->m->columns[i];
        if (!mapped->named_by_user || mapped->asked) continue;
        if (mapped->role == TILT_ROLE_DECISION) status = push(f, f->decisions, &f->n_decisions, i);
        if (mapped->role == TILT_ROLE_SCORE) status = push(f, f->scores, &f->n_scores, i);
        if (mapped->role == TILT_ROLE_LABEL && f->label == TILT_NO_COLUMN) f->label = i;
        if (mapped->role == TILT_ROLE_WEIGHT && f->weight == TILT_NO_COLUMN) f->weight = i;
    }
    return status;
}

/* A column that may be taken without being named: proposed with this role, and nothing speaks against it. */
static bool offered(const finder *f, size_t i, tilt_role role) {
    const tilt_column *column = tilt_source_column(f->m->source, i);
    const tilt__mapped *mapped = &f->m->columns[i];
    return column->role == role && mapped->role == role && !mapped->named_by_user && !column->guarded &&
           column->copy_of == TILT_NO_COLUMN;
}

static void assume(finder *f, size_t i, tilt_role role) {
    f->m->columns[i] =
        (tilt__mapped){.role = role, .name = tilt_source_column(f->m->source, i)->header, .read = true};
}

static bool only_persons(const finder *f) {
    const tilt_dialect *dialect = tilt_source_dialect(f->m->source);
    if (strcmp(dialect->kind, "persons") != 0 || strcmp(dialect->platform, "generic") != 0) return false;
    return f->m->source_spec->kind != TILT__KIND_TARGETING;
}

static bool counts_something(const finder *f) {
    for (size_t i = 0; i < f->m->n_columns; i++) {
        const tilt__mapped *mapped = &f->m->columns[i];
        if (mapped->read && (mapped->role == TILT_ROLE_STAGE || mapped->role == TILT_ROLE_COST)) return true;
    }
    return false;
}

static tilt_status assume_models(finder *f) {
    tilt_status status = TILT_OK;
    for (size_t i = 0; i < f->m->n_columns && status == TILT_OK; i++) {
        bool flag = tilt_source_column(f->m->source, i)->content == TILT_CONTENT_FLAG;
        bool score = offered(f, i, TILT_ROLE_SCORE);
        if (offered(f, i, TILT_ROLE_DECISION) || (score && flag)) {
            assume(f, i, TILT_ROLE_DECISION);
            status = push(f, f->decisions, &f->n_decisions, i);
        } else if (score) {
            assume(f, i, TILT_ROLE_SCORE);
            status = push(f, f->scores, &f->n_scores, i);
        }
    }
    return status;
}

static bool assume_label(finder *f) {
    for (size_t i = 0; i < f->m->n_columns; i++) {
        if (!offered(f, i, TILT_ROLE_LABEL)) continue;
        assume(f, i, TILT_ROLE_LABEL);
        f->label = i;
        return true;
    }
    return false;
}

static void pair_models(const finder *f, tilt__people *out) {
    bool together = f->n_decisions == f->n_scores;
    size_t n = f->n_decisions + (together ? 0 : f->n_scores);
    out->n_models = n < TILT__MAX_MODELS ? n : TILT__MAX_MODELS;
    for (size_t k = 0; k < out->n_models; k++) {
        tilt__model_columns *model = &out->models[k];
        bool scored = k >= f->n_decisions;
        model->decision = scored ? TILT_NO_COLUMN : f->decisions[k];
        model->score = scored ? f->scores[k - f->n_decisions] : together ? f->scores[k] : TILT_NO_COLUMN;
        size_t named = scored ? model->score : model->decision;
        model->name = tilt_source_column(f->m->source, named)->header;
        if (model->score != TILT_NO_COLUMN)
            model->score_name = tilt_source_column(f->m->source, model->score)->header;
    }
}

tilt_status tilt__people_map(tilt__mapping *mapping, const tilt_spec *spec, tilt__arena *arena,
                             const tilt__people **out, tilt_error *err) {
    const tilt__people_spec *named = &spec->people;
    finder f = {.m = mapping, .spec = spec, .label = TILT_NO_COLUMN, .weight = TILT_NO_COLUMN, .err = err};
    tilt__people *people = tilt__arena_alloc(arena, 1, sizeof *people);
    *out = NULL;
    if (people == NULL) return tilt__fail_memory(err);
    tilt_status status =
        take_all(&f, TILT_ROLE_DECISION, named->decisions, named->n_decisions, f.decisions, &f.n_decisions);
    if (status == TILT_OK)
        status = take_all(&f, TILT_ROLE_SCORE, named->scores, named->n_scores, f.scores, &f.n_scores);
    if (status == TILT_OK) status = take_one(&f, TILT_ROLE_LABEL, named->label, &f.label);
    if (status == TILT_OK) status = take_one(&f, TILT_ROLE_WEIGHT, named->weight, &f.weight);
    if (status == TILT_OK) status = take_listed(&f);
    if (status != TILT_OK) return status;
    bool may_assume = only_persons(&f) && spec->n_rates == 0;
    if (f.n_decisions + f.n_scores == 0 && may_assume && !tilt__people_named(spec) && !counts_something(&f)) {
        people->assumed = true;
        status = assume_models(&f);
    }
    if (status != TILT_OK || f.n_decisions + f.n_scores == 0) return status;
    if (f.label == TILT_NO_COLUMN && may_assume && named->label == NULL)
        people->label_assumed = assume_label(&f);
    pair_models(&f, people);
    people->label = f.label;
    if (f.label != TILT_NO_COLUMN) people->label_name = tilt_source_column(mapping->source, f.label)->header;
    people->weight = f.weight;
    *out = people;
    return TILT_OK;
}
