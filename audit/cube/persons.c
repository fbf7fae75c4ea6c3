/* cube/persons.c - one person per row: read first, kept when the rest of the row is good too.
 * Sums are exact decimals (weights too; their squares rounded to 10^-15 row by row), counts of equal scores
 * are whole numbers, so that the order of rows cannot show. Audiences are numbered by the cell they fall
 * into, which costs one look-up in an array per row. */
#include "cube/persons.h"

#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/mem.h"
#include "read/source.h"

enum { NO_LABEL = 2, MOST_MEASURES = 2 * (3 + 3 * TILT__MAX_MODELS) };

typedef struct person {
    bool used;
    uint32_t decisions; /* bit per model */
    unsigned label;
    tilt__decimal weight, weight2;
    double scores[TILT__MAX_SCORED];
    bool has_score[TILT__MAX_MODELS];
    bool any_score;
    tilt_cell odd_label; /* a text that is neither class */
} person;

struct tilt__persons_reader {
    const tilt_source *source;
    const tilt__mapping *mapping;
    const tilt_spec *spec;
    tilt__arena *arena;
    tilt__persons *out;
    const char *measures[MOST_MEASURES];
    size_t n_measures;
    tilt__map *audiences;
    uint32_t *audience_of_cell; /* number + 1, 0: not seen */
    size_t audience_capacity;
    size_t labels_capacity, patterns_capacity;
    size_t dims[TILT__MAX_DIMS]; /* in the cube; set with the first row */
    bool has_dims;
    person now;
};

/* ---- names ---- */

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

/* ---- setting up ---- */

static bool add_measure(tilt__persons_reader *r, tilt__head head, size_t model) {
    for (unsigned squared = 0; squared < (r->out->weighted ? 2U : 1U); squared++) {
        const char *name = tilt__head_measure(r->out->people, head, model, squared == 1, r->arena);
        if (name == NULL) return false;
        r->measures[r->n_measures++] = name;
    }
    return true;
}

/* The order of tilt__persons_read's amounts. */
static bool name_measures(tilt__persons_reader *r) {
    const tilt__persons *p = r->out;
    bool label = p->people->label != TILT_NO_COLUMN, ok = true;
    for (size_t k = 0; k < p->people->n_models && ok; k++) {
        ok = add_measure(r, TILT__HEAD_SELECTED, k);
        if (label)
            ok = ok && add_measure(r, TILT__HEAD_TRUE_POSITIVES, k) &&
                 add_measure(r, TILT__HEAD_FALSE_POSITIVES, k);
    }
    ok = ok && add_measure(r, TILT__HEAD_ROWS, 0);
    if (label) ok = ok && add_measure(r, TILT__HEAD_LABELLED, 0) && add_measure(r, TILT__HEAD_POSITIVES, 0);
    return ok;
}

static void start_scores(tilt__persons *p) {
    for (size_t k = 0; k < p->people->n_models; k++) {
        bool scored = p->people->models[k].score != TILT_NO_COLUMN;
        p->score_of[k] = scored ? p->n_scores++ : SIZE_MAX;
        p->agreement[k] = (tilt__agreement){0, (double)INFINITY, -(double)INFINITY};
    }
    tilt__scored_start(&p->scored, p->n_scores + (p->weighted ? 1 : 0), p->weighted, p->score_memory);
}

void tilt__persons_reader_free(tilt__persons_reader *reader) {
    if (reader == NULL) return;
    if (reader->out != NULL) tilt__scored_free(&reader->out->scored);
    tilt__map_free(reader->audiences);
    free(reader->audience_of_cell);
    free(reader);
}

tilt__persons_reader *tilt__persons_reader_new(const tilt_source *source, const tilt__mapping *mapping,
                                               const tilt_spec *spec, tilt__arena *arena, tilt_error *err) {
    tilt__persons_reader *r = tilt__alloc(1, sizeof *r);
    if (r != NULL) {
        const tilt__people *people = mapping->people;
        r->source = source;
        r->mapping = mapping;
        r->spec = spec;
        r->arena = arena;
        r->audiences = tilt__map_new();
        r->out = tilt__arena_alloc(arena, 1, sizeof *r->out);
        if (r->out != NULL) {
            *r->out =
                (tilt__persons){.people = people,
                                .threshold = isnan(spec->people.threshold) ? 0.5 : spec->people.threshold,
                                .threshold_given = !isnan(spec->people.threshold),
                                .score_memory = isnan(spec->people.score_memory) ? TILT__SCORE_MEMORY
                                                                                 : spec->people.score_memory,
                                .positive = spec->people.positive,
                                .has_label = people->label != TILT_NO_COLUMN,
                                .weighted = people->weight != TILT_NO_COLUMN};
            start_scores(r->out);
        }
        if (r->out != NULL && r->audiences != NULL && name_measures(r)) return r;
        tilt__map_free(r->audiences);
        free(r);
    }
    (void)tilt__fail_memory(err);
    return NULL;
}

const char *tilt__persons_measure(const tilt__persons_reader *reader, size_t i) {
    return i < reader->n_measures ? reader->measures[i] : NULL;
}

/* ---- one row ---- */

/* ASCII letters of either case. */
static bool is_word(const tilt_cell *cell, const char *word) {
    if (strlen(word) != cell->length) return false;
    for (size_t i = 0; i < cell->length; i++) {
        char c = cell->text[i];
        if ((c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c) != word[i]) return false;
    }
    return true;
}

/* 0 or 1 as a number or a word; NO_LABEL for anything else. */
static unsigned class_of(const tilt_source *source, size_t column, const tilt_cell *cell) {
    static const char *const words[2][2] = {{"false", "no"}, {"true", "yes"}};
    if (cell->length == 1 && (cell->text[0] == '0' || cell->text[0] == '1'))
        return (unsigned)(cell->text[0] - '0');
    for (unsigned k = 0; k < 2; k++) {
        if (is_word(cell, words[k][0]) || is_word(cell, words[k][1])) return k;
    }
    tilt__number number;
    if (tilt__source_number(source, column, cell, &number) != TILT__NUMBER || number.percent) return NO_LABEL;
    if (tilt__decimal_is_zero(number.value)) return 0;
    return tilt__decimal_compare(number.value, tilt__decimal_from_int(1)) == 0 ? 1 : NO_LABEL;
}

static bool is_missing(const tilt__persons_reader *r, const tilt_cell *cell) {
    return cell->length == 0 || tilt__source_is_missing(r->source, cell);
}

/* w^2 at 10^-15, half away from zero. Weights of more than nine thousand keep 15 significant digits. */
static tilt__decimal square(tilt__decimal w) {
    const tilt__i128 limit = (tilt__i128)1 << 63;
    if (w.units < limit)
        return (tilt__decimal){(w.units * w.units + TILT__DECIMAL_SCALE / 2) / TILT__DECIMAL_SCALE};
    double value = tilt__decimal_to_double(w);
    return (tilt__decimal){(tilt__i128)(value * value) * TILT__DECIMAL_SCALE};
}

static tilt_status read_weight(tilt__persons_reader *r, const tilt_row *row, tilt_error *err) {
    size_t column = r->out->people->weight;
    tilt__number number;
    r->now.weight = r->now.weight2 = tilt__decimal_from_int(1);
    if (column == TILT_NO_COLUMN) return TILT_OK;
    const tilt_cell *cell = &row->cells[column];
    if (is_missing(r, cell)) {
        r->now.weight = (tilt__decimal){0};
        return TILT_OK;
    }
    bool ok = tilt__source_number(r->source, column, cell, &number) == TILT__NUMBER && !number.percent;
    const tilt__decimal most = tilt__decimal_from_int(1000000000000000);
    if (!ok || tilt__decimal_compare(number.value, (tilt__decimal){0}) < 0 ||
        tilt__decimal_compare(number.value, most) > 0)
        return tilt__source_bad_cell(r->source, row, column, "a weight of zero or more, at most 10^15", err);
    r->now.weight = number.value;
    r->now.weight2 = square(number.value);
    return TILT_OK;
}

static tilt_status read_score(tilt__persons_reader *r, const tilt_row *row, size_t k, tilt_error *err) {
    size_t column = r->out->people->models[k].score;
    double *score = &r->now.scores[r->out->score_of[k]];
    tilt__number number;
    *score = (double)INFINITY;
    r->now.has_score[k] = false;
    if (is_missing(r, &row->cells[column])) return TILT_OK;
    if (tilt__source_number(r->source, column, &row->cells[column], &number) != TILT__NUMBER)
        return tilt__source_bad_cell(r->source, row, column, "a score", err);
    *score = tilt__decimal_to_double(number.value);
    r->now.has_score[k] = r->now.any_score = true;
    return TILT_OK;
}

static tilt_status read_model(tilt__persons_reader *r, const tilt_row *row, size_t k, tilt_error *err) {
    const tilt__model_columns *model = &r->out->people->models[k];
    unsigned decision = NO_LABEL;
    if (model->score != TILT_NO_COLUMN) {
        tilt_status status = read_score(r, row, k, err);
        if (status != TILT_OK) return status;
    }
    if (model->decision == TILT_NO_COLUMN) {
        if (r->now.has_score[k]) decision = r->now.scores[r->out->score_of[k]] >= r->out->threshold;
    } else if (!is_missing(r, &row->cells[model->decision])) {
        decision = class_of(r->source, model->decision, &row->cells[model->decision]);
        if (decision == NO_LABEL)
            return tilt__source_bad_cell(r->source, row, model->decision, "a decision of 0 or 1", err);
    }
    if (decision == NO_LABEL)
        r->now.used = false;
    else
        r->now.decisions |= decision << k;
    return TILT_OK;
}

static void read_label(tilt__persons_reader *r, const tilt_row *row) {
    size_t column = r->out->people->label;
    const char *positive = r->out->positive;
    if (column == TILT_NO_COLUMN || is_missing(r, &row->cells[column])) return;
    const tilt_cell *cell = &row->cells[column];
    if (positive != NULL) {
        bool same = strlen(positive) == cell->length && memcmp(positive, cell->text, cell->length) == 0;
        r->now.label = same ? 1 : 0;
        return;
    }
    r->now.label = class_of(r->source, column, cell);
    if (r->now.label == NO_LABEL) r->now.odd_label = *cell;
}

static void put_amount(const tilt__persons_reader *r, bool counts, tilt__decimal **at) {
    const tilt__decimal zero = {0};
    *(*at)++ = counts ? r->now.weight : zero;
    if (r->out->weighted) *(*at)++ = counts ? r->now.weight2 : zero;
}

static void put_amounts(const tilt__persons_reader *r, tilt__decimal *amounts) {
    const tilt__people *people = r->out->people;
    bool label = people->label != TILT_NO_COLUMN;
    for (size_t k = 0; k < people->n_models; k++) {
        bool selected = (r->now.decisions >> k & 1) != 0;
        put_amount(r, selected, &amounts);
        if (label) put_amount(r, selected && r->now.label == 1, &amounts);
        if (label) put_amount(r, selected && r->now.label == 0, &amounts);
    }
    put_amount(r, true, &amounts);
    if (label) put_amount(r, r->now.label != NO_LABEL, &amounts);
    if (label) put_amount(r, r->now.label == 1, &amounts);
}

tilt_status tilt__persons_read(tilt__persons_reader *reader, const tilt_row *row, tilt__decimal *amounts,
                               bool *out_used, tilt_error *err) {
    tilt__persons_reader *r = reader;
    r->now.used = true;
    r->now.decisions = 0;
    r->now.label = NO_LABEL;
    r->now.any_score = false;
    r->now.odd_label = (tilt_cell){NULL, 0};
    tilt_status status = read_weight(r, row, err);
    for (size_t k = 0; k < r->out->people->n_models && status == TILT_OK; k++)
        status = read_model(r, row, k, err);
    if (status != TILT_OK) return status;
    read_label(r, row);
    *out_used = r->now.used && !tilt__decimal_is_zero(r->now.weight);
    if (*out_used) put_amounts(r, amounts);
    return TILT_OK;
}

/* ---- keeping it ---- */

static bool find_dims(tilt__persons_reader *r, const tilt_cube *cube) {
    tilt__persons *p = r->out;
    r->has_dims = true;
    for (size_t d = 0; d < tilt__cube_n_dims(cube); d++) {
        const tilt__dim *dim = tilt__cube_dim(cube, d);
        bool by = r->spec->by != NULL && strcmp(dim->name, r->spec->by) == 0;
        if (dim->kind != TILT__DIM_AUDIENCE && !by) continue;
        r->dims[p->n_dims] = d;
        p->dims[p->n_dims] = tilt__arena_copy(r->arena, dim->name);
        if (p->dims[p->n_dims++] == NULL) return false;
    }
    return true;
}

static bool push_audience(tilt__persons_reader *r, const tilt_cube *cube, const uint32_t *key) {
    tilt__persons *p = r->out;
    for (size_t d = 0; d < p->n_dims; d++) {
        void *labels = p->labels;
        size_t n = p->n_audiences * p->n_dims + d;
        const char **slot = tilt__arena_push(r->arena, &labels, &n, &r->labels_capacity, sizeof *slot);
        if (slot == NULL) return false;
        p->labels = labels;
        size_t length = 0;
        uint32_t label = key[r->dims[d]];
        const char *text = label != 0 ? tilt__cube_label(cube, r->dims[d], label, &length) : NULL;
        *slot = text != NULL ? tilt__arena_text(r->arena, text, length) : NULL;
        if (text != NULL && *slot == NULL) return false;
    }
    size_t per = (size_t)TILT__LABELS << p->people->n_models;
    for (size_t i = 0; i < per && p->people->n_models > 1; i++) {
        void *patterns = p->patterns;
        size_t n = p->n_audiences * per + i;
        if (tilt__arena_push(r->arena, &patterns, &n, &r->patterns_capacity, sizeof *p->patterns) == NULL)
            return false;
        p->patterns = patterns;
    }
    p->n_audiences++;
    return true;
}

/* Number of the audience of a cell; false when memory runs out. */
static bool audience_of(tilt__persons_reader *r, const tilt_cube *cube, size_t cell, uint32_t *out) {
    void *known = r->audience_of_cell;
    if (!tilt__grow(&known, &r->audience_capacity, cell + 1, sizeof *r->audience_of_cell)) return false;
    r->audience_of_cell = known;
    if (r->audience_of_cell[cell] == 0) {
        const uint32_t *key = tilt__cube_key(cube, cell);
        uint32_t labels[TILT__MAX_DIMS];
        if (!r->has_dims && !find_dims(r, cube)) return false;
        for (size_t d = 0; d < r->out->n_dims; d++) labels[d] = key[r->dims[d]];
        size_t number = tilt__map_add(r->audiences, (const char *)labels, r->out->n_dims * sizeof *labels);
        if (number == TILT__MAP_NONE || number >= UINT32_MAX / TILT__LABELS - 1) return false;
        if (number == r->out->n_audiences && !push_audience(r, cube, key)) return false;
        r->audience_of_cell[cell] = (uint32_t)number + 1;
    }
    *out = r->audience_of_cell[cell] - 1;
    return true;
}

static bool keep_odd_label(tilt__persons_reader *r) {
    tilt__persons *p = r->out;
    const tilt_cell *cell = &r->now.odd_label;
    p->has_label = false;
    for (size_t i = 0; i < p->n_values; i++) {
        if (strlen(p->values[i]) == cell->length && memcmp(p->values[i], cell->text, cell->length) == 0)
            return true;
    }
    if (p->n_values == TILT__MOST_VALUES) return true;
    p->values[p->n_values] = tilt__arena_text(r->arena, cell->text, cell->length);
    return p->values[p->n_values++] != NULL;
}

static void hold_against(tilt__persons *p, const person *now, size_t k) {
    tilt__agreement *a = &p->agreement[k];
    double score = now->scores[p->score_of[k]];
    bool selected = (now->decisions >> k & 1) != 0;
    p->out_of_unit = p->out_of_unit || score < 0 || score > 1;
    if (p->people->models[k].decision == TILT_NO_COLUMN) return;
    a->disagree += selected != (score >= p->threshold);
    if (selected)
        a->lowest_selected = fmin(a->lowest_selected, score);
    else
        a->highest_rejected = fmax(a->highest_rejected, score);
}

static bool keep_scores(tilt__persons_reader *r, uint32_t audience) {
    tilt__persons *p = r->out;
    for (size_t k = 0; k < p->people->n_models; k++) {
        if (p->score_of[k] == SIZE_MAX) continue;
        if (r->now.has_score[k])
            hold_against(p, &r->now, k);
        else
            p->no_score[k]++;
    }
    if (!r->now.any_score) return true;
    if (p->weighted) r->now.scores[p->n_scores] = tilt__decimal_to_double(r->now.weight);
    return tilt__scored_add(&p->scored, audience * TILT__LABELS + r->now.label, r->now.scores);
}

static bool keep_pattern(tilt__persons_reader *r, uint32_t audience) {
    tilt__persons *p = r->out;
    if (p->people->n_models < 2) return true;
    size_t at = ((size_t)audience * TILT__LABELS + r->now.label) << p->people->n_models;
    tilt__choice_pattern *pattern = &p->patterns[at + r->now.decisions];
    return tilt__decimal_add(pattern->w, r->now.weight, &pattern->w) &&
           tilt__decimal_add(pattern->w2, r->now.weight2, &pattern->w2);
}

tilt_status tilt__persons_keep(tilt__persons_reader *reader, const tilt_cube *cube, size_t cell,
                               tilt_error *err) {
    tilt__persons_reader *r = reader;
    tilt__persons *p = r->out;
    uint32_t audience;
    if (cell == TILT__NO_CELL) return TILT_OK;
    if (!r->now.used || tilt__decimal_is_zero(r->now.weight)) {
        p->no_decision += !r->now.used;
        p->no_weight += r->now.used;
        return TILT_OK;
    }
    p->rows++;
    if (r->now.label != NO_LABEL)
        p->of_label[r->now.label]++;
    else if (r->now.odd_label.text == NULL)
        p->no_label += p->people->label != TILT_NO_COLUMN;
    else if (!keep_odd_label(r))
        return tilt__fail_memory(err);
    bool ok = audience_of(r, cube, cell, &audience) && keep_scores(r, audience) && keep_pattern(r, audience);
    return ok ? TILT_OK : tilt__fail_memory(err);
}

/* ---- done ---- */

typedef struct ranked_audience {
    const char *const *labels;
    size_t n_dims, number;
} ranked_audience;

static int compare_audiences(const void *left, const void *right) {
    const ranked_audience *a = left, *b = right;
    for (size_t d = 0; d < a->n_dims; d++) {
        const char *x = a->labels[d] != NULL ? a->labels[d] : "",
                   *y = b->labels[d] != NULL ? b->labels[d] : "";
        int order = strcmp(x, y);
        if (order != 0) return order;
        if ((a->labels[d] == NULL) != (b->labels[d] == NULL)) return a->labels[d] == NULL ? -1 : 1;
    }
    return 0;
}

/* Numbers the audiences in byte order of their labels: sums over them then run in one order. */
static bool order_audiences(tilt__persons_reader *r) {
    tilt__persons *p = r->out;
    size_t n = p->n_audiences, per = (size_t)TILT__LABELS << p->people->n_models;
    ranked_audience *ranked = tilt__arena_alloc(r->arena, n, sizeof *ranked);
    uint32_t *rank = tilt__arena_alloc(r->arena, n, sizeof *rank);
    const char **labels = tilt__arena_alloc(r->arena, n * p->n_dims, sizeof *labels);
    tilt__choice_pattern *patterns =
        tilt__arena_alloc(r->arena, p->patterns != NULL ? n * per : 0, sizeof *patterns);
    if (ranked == NULL || rank == NULL || labels == NULL || patterns == NULL) return false;
    for (size_t i = 0; i < n; i++) ranked[i] = (ranked_audience){p->labels + i * p->n_dims, p->n_dims, i};
    if (n > 0) qsort(ranked, n, sizeof *ranked, compare_audiences);
    for (size_t i = 0; i < n; i++) {
        size_t from = ranked[i].number;
        rank[from] = (uint32_t)i;
        for (size_t d = 0; d < p->n_dims; d++) labels[i * p->n_dims + d] = p->labels[from * p->n_dims + d];
        if (p->patterns != NULL) memcpy(patterns + i * per, p->patterns + from * per, per * sizeof *patterns);
    }
    p->labels = labels;
    if (p->patterns != NULL) p->patterns = patterns;
    for (size_t i = 0; i < p->scored.n; i++) {
        uint32_t *group = &p->scored.group[i];
        *group = rank[*group / TILT__LABELS] * TILT__LABELS + *group % TILT__LABELS;
    }
    return true;
}

tilt_status tilt__persons_finish(tilt__persons_reader *reader, const tilt__persons **out, tilt_error *err) {
    bool ok = order_audiences(reader) && tilt__scored_settle(&reader->out->scored);
    if (ok) {
        *out = reader->out;
        reader->out = NULL;
    }
    tilt__persons_reader_free(reader);
    return ok ? TILT_OK : tilt__fail_memory(err);
}

void tilt__persons_free(const tilt__persons *persons) {
    if (persons == NULL) return;
    tilt__scored rows = persons->scored;
    tilt__scored_free(&rows);
}

/* ---- what follows from the sums ---- */

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
