/* cube/persons_heads.c - the names of what is counted of people, and the counts that follow from others. */
#include "cube/persons.h"

#include "base/error.h"

typedef struct head_row {
    const char *name;
    bool per_model;
    struct {
        tilt__head head;
        bool minus;
    } terms[TILT__MAX_TERMS];
    size_t n_terms;
} head_row;

static const head_row heads[TILT__N_HEADS] = {
    [TILT__HEAD_SELECTED] = {"selected", true, {{0}}, 0},
    [TILT__HEAD_ROWS] = {"rows", false, {{0}}, 0},
    [TILT__HEAD_LABELLED] = {"labelled", false, {{0}}, 0},
    [TILT__HEAD_POSITIVES] = {"positives", false, {{0}}, 0},
    [TILT__HEAD_TRUE_POSITIVES] = {"true_positives", true, {{0}}, 0},
    [TILT__HEAD_FALSE_POSITIVES] = {"false_positives", true, {{0}}, 0},
    [TILT__HEAD_NEGATIVES] = {"negatives",
                              false,
                              {{TILT__HEAD_LABELLED, false}, {TILT__HEAD_POSITIVES, true}},
                              2},
    [TILT__HEAD_FALSE_NEGATIVES] = {"false_negatives",
                                    true,
                                    {{TILT__HEAD_POSITIVES, false}, {TILT__HEAD_TRUE_POSITIVES, true}},
                                    2},
    [TILT__HEAD_TRUE_NEGATIVES] = {"true_negatives",
                                   true,
                                   {{TILT__HEAD_LABELLED, false},
                                    {TILT__HEAD_POSITIVES, true},
                                    {TILT__HEAD_FALSE_POSITIVES, true}},
                                   3},
    [TILT__HEAD_PREDICTED_POSITIVES] = {"predicted_positives",
                                        true,
                                        {{TILT__HEAD_TRUE_POSITIVES, false},
                                         {TILT__HEAD_FALSE_POSITIVES, false}},
                                        2},
    [TILT__HEAD_PREDICTED_NEGATIVES] = {"predicted_negatives",
                                        true,
                                        {{TILT__HEAD_LABELLED, false},
                                         {TILT__HEAD_TRUE_POSITIVES, true},
                                         {TILT__HEAD_FALSE_POSITIVES, true}},
                                        3},
    [TILT__HEAD_CORRECT] = {"correct",
                            true,
                            {{TILT__HEAD_LABELLED, false},
                             {TILT__HEAD_POSITIVES, true},
                             {TILT__HEAD_FALSE_POSITIVES, true},
                             {TILT__HEAD_TRUE_POSITIVES, false}},
                            4},
    [TILT__HEAD_WRONG] = {"wrong",
                          true,
                          {{TILT__HEAD_POSITIVES, false},
                           {TILT__HEAD_TRUE_POSITIVES, true},
                           {TILT__HEAD_FALSE_POSITIVES, false}},
                          3},
};

const char *tilt__head_name(tilt__head head) {
    return heads[head].name;
}

const char *tilt__head_measure(const tilt__people *people, tilt__head head, size_t model, bool squared,
                               tilt__arena *arena) {
    bool several = heads[head].per_model && people->n_models > 1;
    return tilt__arena_format(arena, "%s%s%s%s", heads[head].name, several ? " of " : "",
                              several ? people->models[model].name : "", squared ? " (squared weights)" : "");
}

static tilt_status derive(const tilt__persons *p, tilt_cube *cube, tilt__head head, size_t model,
                          bool squared, tilt__arena *arena, tilt_error *err) {
    const head_row *row = &heads[head];
    tilt__derived derived = {.n_terms = row->n_terms};
    derived.measure.name = tilt__head_measure(p->people, head, model, squared, arena);
    derived.measure.kind = TILT__MEASURE_STAGE;
    if (derived.measure.name == NULL) return tilt__fail_memory(err);
    if (tilt__cube_find_measure(cube, derived.measure.name) != SIZE_MAX) return TILT_OK;
    for (size_t t = 0; t < row->n_terms; t++) {
        const char *name = tilt__head_measure(p->people, row->terms[t].head, model, squared, arena);
        if (name == NULL) return tilt__fail_memory(err);
        derived.terms[t] = tilt__cube_find_measure(cube, name);
        derived.minus[t] = row->terms[t].minus;
        if (derived.terms[t] == SIZE_MAX) return TILT_OK;
    }
    return tilt__cube_derive(cube, &derived, err);
}

tilt_status tilt__persons_derive(const tilt__persons *persons, tilt_cube *cube, tilt__arena *arena,
                                 tilt_error *err) {
    tilt_status status = TILT_OK;
    for (size_t h = TILT__N_STORED_HEADS; h < TILT__N_HEADS && persons->has_label; h++) {
        for (size_t k = 0; k < persons->people->n_models && status == TILT_OK; k++) {
            status = derive(persons, cube, (tilt__head)h, k, false, arena, err);
            if (status == TILT_OK && persons->weighted)
                status = derive(persons, cube, (tilt__head)h, k, true, arena, err);
        }
    }
    return status;
}
