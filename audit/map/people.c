/* map/people.c - decisions, scores, label and weight of person rows.
 * A question a reader may ask: a weight is never assumed. A column called "weight" may be a body weight, and
 * weighting changes every number. */
#include "map/people.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "read/source.h"

typedef struct finder {
    tilt__mapping *m;
    const tilt_spec *spec;
    size_t decisions[TILT__MAX_MODELS], scores[TILT__MAX_MODELS];
    size_t n_decisions, n_scores;
    size_t label, weight;
    tilt__arena *arena;
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
           column->copy_of == TILT_NO_COLUMN && column->same_header == TILT_NO_COLUMN;
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

/* As the file calls it: the header, or in a cube the name in the header. */
static const char *called(const tilt_source *source, size_t column) {
    const tilt_column *c = tilt_source_column(source, column);
    return tilt__source_is_cube(source) ? c->name : c->header;
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
        model->name = called(f->m->source, named);
        if (model->score != TILT_NO_COLUMN) model->score_name = called(f->m->source, model->score);
    }
}

tilt__decimal tilt__people_cut(double threshold) {
    char text[40];
    tilt__decimal cut = {0};
    int n = snprintf(text, sizeof text, "%.15g", isnan(threshold) ? 0.5 : threshold);
    bool ok = n > 0 && tilt__decimal_parse(text, (size_t)n, &cut);
    return ok ? cut : (tilt__decimal){0};
}

/* ---- cubes ---- */

/* A threshold that was not the cut, nor lies at the end of a bin, would have to guess who is above it. */
static tilt_status check_cut(const finder *f, const tilt__people *people) {
    const tilt__reduced_people *r = &people->reduction;
    double threshold = f->spec->people.threshold;
    tilt__decimal asked = tilt__people_cut(threshold);
    if (isnan(threshold) || r->bins == 0 || tilt__decimal_compare(asked, r->cut) == 0 ||
        asked.units % (TILT__DECIMAL_SCALE / r->bins) == 0)
        return TILT_OK;
    char cut[TILT__DECIMAL_TEXT];
    tilt__decimal_print(r->cut, cut);
    tilt__place place = {.source = tilt_source_name(f->m->source)};
    return tilt__fail_at(
        f->err, TILT_ESPEC, &place,
        "the scores of the cube are in %u bins to a unit, so who is above %.15g is not known; "
        "expected --threshold %s, the end of a bin, or a cube made for this threshold",
        r->bins, threshold, cut);
}

static tilt_status take_reduction(const finder *f, tilt__people *people) {
    const tilt_source *source = f->m->source;
    tilt__place place = {.source = tilt_source_name(source)};
    size_t unused;
    people->is_reduced = true;
    people->frequency = tilt__mapping_find(f->m, TILT_ROLE_STAGE, "rows");
    if (people->frequency == TILT_NO_COLUMN)
        return tilt__fail_at(
            f->err, TILT_ECSV, &place,
            "a cube of people has no column \"stage:rows\"; expected how many people each row "
            "stands for");
    for (size_t k = 0; k < f->n_scores; k++) {
        tilt__reduced_people own =
            tilt__reduced_parse(tilt_source_column(source, f->scores[k])->header, TILT_ROLE_SCORE, &unused);
        if (k > 0 && (own.bins != people->reduction.bins ||
                      tilt__decimal_compare(own.cut, people->reduction.cut) != 0))
            return tilt__fail_at(f->err, TILT_ECSV, &place,
                                 "the scores of the cube are in different bins; expected one spec for all");
        people->reduction = own;
    }
    const char *positive = NULL;
    if (f->label != TILT_NO_COLUMN)
        positive = tilt__reduced_parse(tilt_source_column(source, f->label)->header, TILT_ROLE_LABEL, &unused)
                       .positive;
    people->reduction.positive = NULL;
    if (positive != NULL) {
        people->reduction.positive = tilt__arena_text(f->arena, positive, strlen(positive) - 1);
        if (people->reduction.positive == NULL) return tilt__fail_memory(f->err);
    }
    return check_cut(f, people);
}

static void take_asked(const finder *f, tilt__people *people) {
    const tilt__people_spec *spec = &f->spec->people;
    people->frequency = TILT_NO_COLUMN;
    people->reduction =
        (tilt__reduced_people){(unsigned)spec->score_bins, tilt__people_cut(spec->threshold), spec->positive};
    if (f->spec->reduce && people->reduction.bins == 0) people->reduction.bins = TILT__USUAL_BINS;
}

tilt_status tilt__people_map(tilt__mapping *mapping, const tilt_spec *spec, tilt__arena *arena,
                             const tilt__people **out, tilt_error *err) {
    const tilt__people_spec *named = &spec->people;
    finder f = {.m = mapping,
                .spec = spec,
                .label = TILT_NO_COLUMN,
                .weight = TILT_NO_COLUMN,
                .arena = arena,
                .err = err};
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
    if (f.label != TILT_NO_COLUMN) people->label_name = called(mapping->source, f.label);
    people->weight = f.weight;
    *out = people;
    if (tilt__source_is_cube(mapping->source)) return take_reduction(&f, people);
    take_asked(&f, people);
    return TILT_OK;
}
