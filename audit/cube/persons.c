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

enum { NO_LABEL = 2, ODD_LABEL = 3 /* neither class */, MOST_MEASURES = 2 * (3 + 3 * TILT__MAX_MODELS) };

/* People who are alike in decisions and label. */
typedef struct choice {
    uint32_t decisions; /* bit per model */
    unsigned label;
    tilt__decimal sum, sum2; /* of their weights, and of these squared */
} choice;

typedef struct person {
    bool used;
    choice made;                     /* by all that the row stands for */
    uint64_t count;                  /* of them */
    tilt__decimal weight, weight2;   /* of each */
    double scores[TILT__MAX_SCORED]; /* in their bins where bins were asked for */
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
    tilt__people_column columns[TILT__MOST_PEOPLE_COLUMNS]; /* while people stay a table */
    size_t n_columns;
    char numbers[TILT__MOST_PEOPLE_COLUMNS][TILT__DECIMAL_TEXT];
    tilt__map *audiences;
    uint32_t *audience_of_cell; /* number + 1, 0: not seen */
    size_t audience_capacity;
    size_t labels_capacity, patterns_capacity;
    size_t dims[TILT__MAX_DIMS]; /* in the cube; set with the first row */
    bool has_dims;
    tilt__scores_seen seen;
    person now;
};

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
    if (r->spec->reduce) {
        r->measures[r->n_measures++] = tilt__head_name(TILT__HEAD_ROWS);
        return true;
    }
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
        tilt__scores_seen_start(&r->seen);
        r->out = tilt__arena_alloc(arena, 1, sizeof *r->out);
        if (r->out != NULL) {
            bool cut = people->is_reduced && people->reduction.bins > 0 && isnan(spec->people.threshold);
            double threshold = cut ? tilt__decimal_to_double(people->reduction.cut) : spec->people.threshold;
            *r->out =
                (tilt__persons){.people = people,
                                .threshold = isnan(threshold) ? 0.5 : threshold,
                                .threshold_given = !isnan(spec->people.threshold),
                                .score_memory = isnan(spec->people.score_memory) ? TILT__SCORE_MEMORY
                                                                                 : spec->people.score_memory,
                                .positive = people->reduction.positive,
                                .has_label = people->label != TILT_NO_COLUMN,
                                .weighted = people->weight != TILT_NO_COLUMN};
            start_scores(r->out);
        }
        bool ok = !spec->reduce ||
                  tilt__people_columns(people, source, arena, r->columns, &r->n_columns, err) == TILT_OK;
        if (ok && r->out != NULL && r->audiences != NULL && name_measures(r)) return r;
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

static bool same_text(const char *text, const tilt_cell *cell) {
    return strlen(text) == cell->length && memcmp(text, cell->text, cell->length) == 0;
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

/* Its square, and ten of them, are within what a decimal holds; that of 10^12 is not. */
#define MOST_WEIGHT ((int64_t)100000000000)

/* w^2 at 10^-15, half away from zero. Weights of more than nine thousand keep 15 significant digits. */
static tilt__decimal square(tilt__decimal w) {
    const tilt__i128 limit = (tilt__i128)1 << 63;
    if (w.units < limit)
        return (tilt__decimal){(w.units * w.units + TILT__DECIMAL_SCALE / 2) / TILT__DECIMAL_SCALE};
    double value = tilt__decimal_to_double(w);
    return (tilt__decimal){(tilt__i128)(value * value) * TILT__DECIMAL_SCALE};
}

static bool weight_of(const tilt__persons_reader *r, const tilt_cell *cell, tilt__decimal *out) {
    const tilt__decimal most = tilt__decimal_from_int(MOST_WEIGHT);
    tilt__number number;
    bool ok = tilt__source_number(r->source, r->out->people->weight, cell, &number) == TILT__NUMBER &&
              !number.percent;
    *out = number.value;
    return ok && tilt__decimal_compare(number.value, (tilt__decimal){0}) >= 0 &&
           tilt__decimal_compare(number.value, most) <= 0;
}

static bool score_of(const tilt__persons_reader *r, size_t k, const tilt_cell *cell, double *out,
                     tilt__decimal *out_exact) {
    const tilt__people *people = r->out->people;
    tilt__number number;
    size_t column = r->out->people->models[k].score;
    if (tilt__source_number(r->source, column, cell, &number) != TILT__NUMBER) return false;
    bool binned = people->reduction.bins > 0 && !people->is_reduced;
    *out_exact = binned ? tilt__bin_of(number.value, &people->reduction) : number.value;
    *out = tilt__decimal_to_double(*out_exact);
    return true;
}

static tilt_status read_weight(tilt__persons_reader *r, const tilt_row *row, tilt_error *err) {
    size_t column = r->out->people->weight;
    r->now.weight = r->now.weight2 = tilt__decimal_from_int(1);
    if (column == TILT_NO_COLUMN) return TILT_OK;
    const tilt_cell *cell = &row->cells[column];
    if (is_missing(r, cell)) {
        r->now.weight = (tilt__decimal){0};
        return TILT_OK;
    }
    if (!weight_of(r, cell, &r->now.weight))
        return tilt__source_bad_cell(r->source, row, column, "a weight of zero or more, at most 10^11", err);
    r->now.weight2 = square(r->now.weight);
    return TILT_OK;
}

static tilt_status read_score(tilt__persons_reader *r, const tilt_row *row, size_t k, tilt_error *err) {
    size_t column = r->out->people->models[k].score;
    double *score = &r->now.scores[r->out->score_of[k]];
    tilt__decimal exact;
    *score = (double)INFINITY;
    r->now.has_score[k] = false;
    if (is_missing(r, &row->cells[column])) return TILT_OK;
    if (!score_of(r, k, &row->cells[column], score, &exact))
        return tilt__source_bad_cell(r->source, row, column, "a score", err);
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
        r->now.made.decisions |= decision << k;
    return TILT_OK;
}

static void read_label(tilt__persons_reader *r, const tilt_row *row) {
    size_t column = r->out->people->label;
    const char *positive = r->out->positive;
    if (column == TILT_NO_COLUMN || is_missing(r, &row->cells[column])) return;
    const tilt_cell *cell = &row->cells[column];
    if (positive != NULL && !r->out->people->is_reduced) {
        r->now.made.label = same_text(positive, cell) ? 1 : 0;
        return;
    }
    r->now.made.label = class_of(r->source, column, cell);
    if (r->now.made.label == NO_LABEL) r->now.odd_label = *cell;
}

/* How many people the row stands for. */
static tilt_status read_count(tilt__persons_reader *r, const tilt_row *row, tilt_error *err) {
    size_t column = r->out->people->frequency;
    const tilt__decimal most = tilt__decimal_from_int(1000000000000000);
    tilt__number number;
    r->now.count = 1;
    if (column == TILT_NO_COLUMN) return TILT_OK;
    bool ok = tilt__source_number(r->source, column, &row->cells[column], &number) == TILT__NUMBER &&
              !number.percent && tilt__decimal_is_integer(number.value) &&
              tilt__decimal_compare(number.value, (tilt__decimal){0}) >= 0 &&
              tilt__decimal_compare(number.value, most) <= 0;
    if (!ok)
        return tilt__source_bad_cell(r->source, row, column, "a whole number of people, at most 10^15", err);
    r->now.count = (uint64_t)(number.value.units / TILT__DECIMAL_SCALE);
    return TILT_OK;
}

static void add_amount(const tilt__persons_reader *r, const choice *made, bool counts, tilt__decimal **at) {
    (*at)++->units += counts ? made->sum.units : 0;
    if (r->out->weighted) (*at)++->units += counts ? made->sum2.units : 0;
}

static void add_amounts(const tilt__persons_reader *r, const choice *made, tilt__decimal *amounts) {
    const tilt__people *people = r->out->people;
    bool label = people->label != TILT_NO_COLUMN;
    for (size_t k = 0; k < people->n_models; k++) {
        bool selected = (made->decisions >> k & 1) != 0;
        add_amount(r, made, selected, &amounts);
        if (label) add_amount(r, made, selected && made->label == 1, &amounts);
        if (label) add_amount(r, made, selected && made->label == 0, &amounts);
    }
    add_amount(r, made, true, &amounts);
    if (label) add_amount(r, made, made->label != NO_LABEL, &amounts);
    if (label) add_amount(r, made, made->label == 1, &amounts);
}

tilt_status tilt__persons_read(tilt__persons_reader *reader, const tilt_row *row, tilt__decimal *amounts,
                               bool *out_used, tilt_error *err) {
    tilt__persons_reader *r = reader;
    r->now.used = true;
    r->now.made.decisions = 0;
    r->now.made.label = NO_LABEL;
    r->now.any_score = false;
    r->now.odd_label = (tilt_cell){NULL, 0};
    tilt_status status = read_count(r, row, err);
    if (status == TILT_OK) status = read_weight(r, row, err);
    if (status == TILT_OK && !(tilt__decimal_times(r->now.weight, r->now.count, &r->now.made.sum) &&
                               tilt__decimal_times(r->now.weight2, r->now.count, &r->now.made.sum2)))
        status = tilt__fail(err, TILT_ETOOBIG, "%.200s: a sum of weights passes 38 digits", row->source);
    for (size_t k = 0; k < r->out->people->n_models && status == TILT_OK; k++)
        status = read_model(r, row, k, err);
    if (status != TILT_OK) return status;
    read_label(r, row);
    *out_used = r->spec->reduce || (r->now.used && !tilt__decimal_is_zero(r->now.weight));
    if (r->spec->reduce)
        *amounts = tilt__decimal_from_int((int64_t)r->now.count);
    else if (*out_used)
        add_amounts(r, &r->now.made, amounts);
    return TILT_OK;
}

/* ---- many rows at once, for cube/bulk.c ---- */

unsigned tilt__persons_decision(const tilt__persons_reader *reader, size_t model, const tilt_cell *cell) {
    if (is_missing(reader, cell)) return TILT__CLASS_MISSING;
    unsigned decision = class_of(reader->source, reader->out->people->models[model].decision, cell);
    return decision == NO_LABEL ? TILT__CLASS_REFUSED : decision;
}

unsigned tilt__persons_label(const tilt__persons_reader *reader, const tilt_cell *cell) {
    const char *positive = reader->out->positive;
    if (is_missing(reader, cell)) return TILT__CLASS_MISSING;
    if (positive != NULL && !reader->out->people->is_reduced) return same_text(positive, cell) ? 1 : 0;
    unsigned label = class_of(reader->source, reader->out->people->label, cell);
    return label == NO_LABEL ? TILT__CLASS_REFUSED : label;
}

bool tilt__persons_weight(const tilt__persons_reader *reader, const tilt_cell *cell, tilt__decimal *out,
                          tilt__decimal *out_squared) {
    *out = *out_squared = (tilt__decimal){0};
    if (is_missing(reader, cell)) return true;
    if (!weight_of(reader, cell, out)) return false;
    *out_squared = square(*out);
    return true;
}

bool tilt__persons_score(const tilt__persons_reader *reader, size_t model, const tilt_cell *cell,
                         double *out) {
    tilt__decimal exact;
    *out = (double)INFINITY;
    return is_missing(reader, cell) || score_of(reader, model, cell, out, &exact);
}

unsigned tilt__persons_decide(const tilt__persons_reader *reader, double score) {
    if (isinf(score)) return TILT__CLASS_MISSING;
    return score >= reader->out->threshold ? 1 : 0;
}

const tilt__persons *tilt__persons_so_far(const tilt__persons_reader *reader) {
    return reader->out;
}

static choice choice_of(const tilt__persons_bunch *bunch) {
    return (choice){.decisions = bunch->decisions,
                    .label = bunch->label == TILT__CLASS_MISSING ? NO_LABEL : bunch->label,
                    .sum = bunch->weight,
                    .sum2 = bunch->weight2};
}

bool tilt__persons_add_bunch(const tilt__persons_reader *reader, const tilt__persons_bunch *bunch,
                             tilt__decimal *amounts) {
    bool used = bunch->used && !bunch->weightless;
    choice made = choice_of(bunch);
    if (reader->spec->reduce) {
        amounts->units += tilt__decimal_from_int((int64_t)bunch->rows).units;
        return true;
    }
    if (used) add_amounts(reader, &made, amounts);
    return used;
}

/* ---- as columns of a cube ---- */

const tilt__people_column *tilt__persons_column(const tilt__persons_reader *reader, size_t i) {
    return i < reader->n_columns ? &reader->columns[i] : NULL;
}

bool tilt__persons_text(const tilt__persons_reader *r, size_t i, const tilt_cell *cell,
                        char room[TILT__DECIMAL_TEXT], tilt_cell *out) {
    static const tilt_cell classes[] = {{"0", 1}, {"1", 1}};
    const tilt__people_column *column = &r->columns[i];
    tilt__decimal value;
    double score;
    *out = (tilt_cell){"", 0};
    if (is_missing(r, cell)) return true;
    if (column->role == TILT_ROLE_WEIGHT || column->role == TILT_ROLE_SCORE) {
        bool weight = column->role == TILT_ROLE_WEIGHT;
        if (!(weight ? weight_of(r, cell, &value) : score_of(r, column->model, cell, &score, &value)))
            return false;
        *out = (tilt_cell){room, tilt__decimal_print(value, room)};
        return true;
    }
    bool label = column->role == TILT_ROLE_LABEL;
    unsigned class = label ? tilt__persons_label(r, cell) : tilt__persons_decision(r, column->model, cell);
    *out = class == TILT__CLASS_REFUSED ? *cell : classes[class];
    return label || class != TILT__CLASS_REFUSED;
}

tilt_cell tilt__persons_column_label(tilt__persons_reader *r, const tilt_row *row, size_t i) {
    tilt_cell label;
    (void)tilt__persons_text(r, i, &row->cells[r->columns[i].from], r->numbers[i], &label);
    return label;
}

/* ---- keeping it ---- */

/* Attributes that no view is about are left out: every one more makes more different rows of scores. */
bool tilt__persons_tell(const tilt__persons_reader *reader, const tilt__dim *dim) {
    const tilt_spec *spec = reader->spec;
    if (spec->by != NULL && strcmp(dim->name, spec->by) == 0) return true;
    if (dim->kind != TILT__DIM_AUDIENCE || spec->n_audiences == 0) return dim->kind == TILT__DIM_AUDIENCE;
    for (size_t a = 0; a < spec->n_audiences; a++) {
        for (size_t k = 0; k < spec->audiences[a].n; k++)
            if (strcmp(spec->audiences[a].names[k], dim->name) == 0) return true;
    }
    return false;
}

static bool find_dims(tilt__persons_reader *r, const tilt_cube *cube) {
    tilt__persons *p = r->out;
    r->has_dims = true;
    for (size_t d = 0; d < tilt__cube_n_dims(cube); d++) {
        const tilt__dim *dim = tilt__cube_dim(cube, d);
        if (!tilt__persons_tell(r, dim)) continue;
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
    p->has_label = false;
    char *text = tilt__arena_text(r->arena, r->now.odd_label.text, r->now.odd_label.length);
    if (text != NULL) tilt__persons_odd_value(p, text);
    return text != NULL;
}

/* n rows that are alike. */
static bool keep_scores(tilt__persons_reader *r, uint32_t audience, uint64_t n) {
    tilt__persons *p = r->out;
    for (size_t k = 0; k < p->people->n_models; k++) {
        if (p->score_of[k] == SIZE_MAX) continue;
        bool selected = (r->now.made.decisions >> k & 1) != 0;
        tilt__scores_see(&r->seen, p, k, selected, r->now.scores[p->score_of[k]], n);
    }
    if (!r->now.any_score) return true;
    if (p->weighted) r->now.scores[p->n_scores] = tilt__decimal_to_double(r->now.weight);
    return tilt__scored_add_many(&p->scored, audience * TILT__LABELS + r->now.made.label, r->now.scores, n);
}

bool tilt__persons_group(tilt__persons_reader *reader, const tilt_cube *cube, size_t cell, unsigned label,
                         uint32_t *out) {
    if (!audience_of(reader, cube, cell, out)) return false;
    *out = *out * TILT__LABELS + (label == TILT__CLASS_MISSING ? NO_LABEL : label);
    return true;
}

bool tilt__persons_keep_scores(tilt__persons_reader *reader, tilt__scored *scores,
                               const tilt__scores_seen *seen) {
    tilt__scores_seen_add(reader->out, seen);
    return tilt__scored_join(&reader->out->scored, scores);
}

static bool keep_pattern(tilt__persons_reader *r, const choice *made, uint32_t audience) {
    tilt__persons *p = r->out;
    if (p->people->n_models < 2) return true;
    size_t at = ((size_t)audience * TILT__LABELS + made->label) << p->people->n_models;
    tilt__choice_pattern *pattern = &p->patterns[at + made->decisions];
    return tilt__decimal_add(pattern->w, made->sum, &pattern->w) &&
           tilt__decimal_add(pattern->w2, made->sum2, &pattern->w2);
}

/* Counts n rows that are alike; false: they are left out. */
static bool count_rows(const tilt__persons *p, bool used, bool weightless, unsigned label, uint64_t n,
                       tilt__persons_counts *counts) {
    if (!used || weightless) {
        counts->no_decision += used ? 0 : n;
        counts->no_weight += used ? n : 0;
        return false;
    }
    counts->rows += n;
    if (label < NO_LABEL) counts->of_label[label] += n;
    if (label == NO_LABEL && p->people->label != TILT_NO_COLUMN) counts->no_label += n;
    return true;
}

void tilt__persons_count_bunch(const tilt__persons_reader *reader, const tilt__persons_bunch *bunch,
                               tilt__persons_counts *counts) {
    unsigned label = bunch->label == TILT__CLASS_MISSING ? NO_LABEL : bunch->label;
    (void)count_rows(reader->out, bunch->used, bunch->weightless, label, bunch->rows, counts);
}

void tilt__persons_add_counts(tilt__persons_reader *reader, const tilt__persons_counts *counts) {
    tilt__persons_sum_counts(&reader->out->counts, counts);
}

tilt_status tilt__persons_keep(tilt__persons_reader *reader, const tilt_cube *cube, size_t cell,
                               tilt_error *err) {
    tilt__persons_reader *r = reader;
    uint32_t audience;
    uint64_t n = r->now.count;
    if (cell == TILT__NO_CELL || r->spec->reduce || n == 0) return TILT_OK;
    bool odd = r->now.odd_label.text != NULL;
    if (!count_rows(r->out, r->now.used, tilt__decimal_is_zero(r->now.weight),
                    odd ? ODD_LABEL : r->now.made.label, n, &r->out->counts))
        return TILT_OK;
    bool ok = (!odd || keep_odd_label(r)) && audience_of(r, cube, cell, &audience) &&
              keep_scores(r, audience, n) && keep_pattern(r, &r->now.made, audience);
    return ok ? TILT_OK : tilt__fail_memory(err);
}

bool tilt__persons_keep_bunch(tilt__persons_reader *reader, const tilt_cube *cube, size_t cell,
                              const tilt__persons_bunch *bunch) {
    uint32_t audience;
    choice made = choice_of(bunch);
    if (!bunch->used || bunch->weightless) return true;
    return audience_of(reader, cube, cell, &audience) && keep_pattern(reader, &made, audience);
}

/* ---- done ---- */

tilt_status tilt__persons_finish(tilt__persons_reader *reader, const tilt__persons **out, tilt_error *err) {
    tilt__scores_seen_add(reader->out, &reader->seen);
    bool ok = tilt__persons_order(reader->out, reader->arena) && tilt__scored_settle(&reader->out->scored);
    if (ok) {
        *out = reader->out;
        reader->out = NULL;
    }
    tilt__persons_reader_free(reader);
    return ok ? TILT_OK : tilt__fail_memory(err);
}
