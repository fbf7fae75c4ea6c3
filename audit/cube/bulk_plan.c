/* cube/bulk_plan.c - the fast reader takes what large files consist of: labels, plain counts and amounts,
 * days, and persons with decision, label, score and weight. */
#include "cube/bulk_plan.h"

#include <string.h>

#include "cube/bulk_number.h"
#include "read/source.h"

static size_t find_listed(const tilt__bulk_plan *p, size_t column) {
    for (size_t i = 0; i < p->n_columns; i++) {
        if (p->columns[i].column == column) return i;
    }
    return SIZE_MAX;
}

/* False when there are too many, or the column already means something else. */
static bool look_up(tilt__bulk_plan *p, size_t column, tilt__bulk_use use, size_t index, bool in_key,
                    size_t *out) {
    size_t at = find_listed(p, column);
    if (at != SIZE_MAX && use != TILT__BULK_WATCH) return false;
    if (at == SIZE_MAX) {
        if (p->n_columns == TILT__MOST_LOOKED_UP) return false;
        at = p->n_columns++;
        p->columns[at] = (tilt__looked_up){.column = column,
                                           .use = use,
                                           .index = index,
                                           .component = in_key ? p->n_components++ : SIZE_MAX,
                                           .first = column == 0,
                                           .names = tilt__source_is_key(p->loader->source, column),
                                           .value = SIZE_MAX};
    }
    *out = at;
    return true;
}

static bool plan_dims(tilt__bulk_plan *p) {
    const tilt__loader *l = p->loader;
    size_t at;
    for (size_t d = 0; d < l->n_dims; d++) {
        const tilt__dim_feed *feed = &l->dim_feeds[d];
        if (feed->end_column != TILT_NO_COLUMN) return false;
        if (!look_up(p, feed->column, TILT__BULK_DIM, d, true, &at)) return false;
        if (feed->day && p->day == SIZE_MAX) p->day = d;
        p->columns[at].none = feed->day || feed->people > 0 ? 1 : 0;
        p->columns[at].tells = l->persons != NULL && tilt__persons_tell(l->persons, &l->dims[d]);
    }
    return true;
}

/* A score that several models have is read once. */
static bool plan_score(tilt__bulk_plan *p, const tilt__persons *persons, size_t k, size_t *out_at) {
    const tilt__model_columns *m = &persons->people->models[k];
    if (m->score == TILT_NO_COLUMN) return true;
    size_t at = find_listed(p, m->score);
    bool again = at != SIZE_MAX && p->columns[at].use == TILT__BULK_SCORE;
    if (!again && !look_up(p, m->score, TILT__BULK_SCORE, k, false, &at)) return false;
    tilt__looked_up *c = &p->columns[at];
    if (again) {
        p->repeats[p->n_repeats].from = c->value;
        p->repeats[p->n_repeats++].to = persons->score_of[k];
    } else {
        c->value = persons->score_of[k];
        c->mark = tilt_source_column(p->loader->source, m->score)->decimal_mark;
        c->binned = persons->people->reduction.bins > 0;
    }
    if (m->decision == TILT_NO_COLUMN) {
        if (c->component == SIZE_MAX) c->component = p->n_components++;
        c->decides |= 1u << k;
    }
    *out_at = at;
    p->scored = true;
    return true;
}

static bool plan_persons(tilt__bulk_plan *p) {
    size_t at, score = SIZE_MAX;
    if (p->loader->persons == NULL || p->loader->spec->reduce) return true; /* they are dimensions then */
    const tilt__persons *persons = tilt__persons_so_far(p->loader->persons);
    const tilt__people *people = persons->people;
    for (size_t k = 0; k < people->n_models; k++) {
        size_t decision = people->models[k].decision;
        bool decides = decision != TILT_NO_COLUMN;
        if (decides && !look_up(p, decision, TILT__BULK_DECISION, k, true, &at)) return false;
        if (decides) p->columns[at].decides = 1u << k;
        if (!plan_score(p, persons, k, &score)) return false;
    }
    if (people->label != TILT_NO_COLUMN && !look_up(p, people->label, TILT__BULK_LABEL, 0, true, &at))
        return false;
    if (persons->scored.width == 1 && !persons->weighted) p->score = score;
    if (people->weight == TILT_NO_COLUMN) return true;
    p->weight_word = p->words;
    p->words += 4;
    if (!look_up(p, people->weight, TILT__BULK_WEIGHT, 0, true, &p->weight)) return false;
    if (p->scored) p->columns[p->weight].value = persons->scored.width - 1;
    return true;
}

/* Scores of which nothing else is asked. */
static void find_plain(tilt__bulk_plan *p) {
    for (size_t i = 0; i < p->n_columns; i++) {
        tilt__looked_up *c = &p->columns[i];
        c->plain = c->use == TILT__BULK_SCORE && !c->names && !c->constant && !c->day && !c->filters;
    }
}

/* Decimals of a count are plain only where the column itself shows what its mark is; read/source.c says why.
 */
static char mark_of(const tilt_column *c) {
    if (c->role == TILT_ROLE_STAGE && !c->shows_decimals) return 0;
    return c->decimal_mark;
}

static bool plan_number(tilt__bulk_plan *p, size_t m, bool wide) {
    const tilt__measure_feed *feed = &p->loader->measure_feeds[m];
    if (feed->person) return true;
    if (feed->column == TILT_NO_COLUMN || feed->result_stage != NULL || feed->range != NULL) return false;
    if (p->n_numbers == TILT__MOST_NUMBERS) return false;
    const tilt_column *c = tilt_source_column(p->loader->source, feed->column);
    bool whole = !wide && (c->content == TILT_CONTENT_COUNT || c->content == TILT_CONTENT_FLAG);
    p->numbers[p->n_numbers++] = (tilt__bulk_number){feed->column, m, mark_of(c), !whole, p->words, 0};
    p->words += whole ? 1 : 2;
    return true;
}

/* Whether the numbers are whole and fill columns that stand side by side, each once. */
static void plan_digits(tilt__bulk_plan *p) {
    size_t first = SIZE_MAX;
    unsigned taken = 0;
    for (size_t k = 0; k < p->n_numbers; k++) {
        if (p->numbers[k].wide || p->n_numbers > TILT__MOST_LANES) return;
        if (p->numbers[k].column < first) first = p->numbers[k].column;
    }
    for (size_t k = 0; k < p->n_numbers; k++) {
        size_t lane = p->numbers[k].column - first;
        if (lane >= p->n_numbers || (taken >> lane & 1) != 0) return;
        taken |= 1u << lane;
        p->numbers[k].lane = (unsigned)lane;
    }
    p->digits_column = first;
    p->digits = p->n_numbers > 0;
}

static size_t number_of(const tilt__bulk_plan *p, size_t measure) {
    for (size_t i = 0; i < p->n_numbers; i++) {
        if (p->numbers[i].measure == measure) return i;
    }
    return SIZE_MAX;
}

static size_t number_named(const tilt__bulk_plan *p, const char *name) {
    for (size_t m = 0; m < p->loader->n_measures; m++) {
        if (strcmp(p->loader->measures[m].name, name) == 0) return number_of(p, m);
    }
    return SIZE_MAX;
}

/* Of people, parts are never more than all of them; nothing else is known of counts of people. */
static bool plan_limits(tilt__bulk_plan *p) {
    const tilt__loader *l = p->loader;
    for (size_t i = 0; i < l->n_limits; i++) {
        size_t of = l->limits[i].of, per = l->limits[i].per;
        bool person_of = l->measure_feeds[of].person, person_per = l->measure_feeds[per].person;
        if (person_of && person_per && strcmp(l->measures[per].name, "rows") == 0) continue;
        if (person_of || person_per) return false;
        p->limits[p->n_limits++] = (tilt__limit){number_of(p, of), number_of(p, per)};
    }
    p->reach = number_named(p, "reach");
    p->impressions = number_named(p, "impressions");
    p->clicks = number_named(p, "clicks");
    return true;
}

static bool plan_filters(tilt__bulk_plan *p) {
    const tilt__loader *l = p->loader;
    size_t at;
    for (size_t w = 0; w < l->spec->n_where; w++) {
        size_t column = l->mapping->where[w];
        if (column == TILT_NO_COLUMN) continue;
        if (!look_up(p, column, TILT__BULK_WATCH, 0, false, &at)) return false;
        p->columns[at].filters = true;
        if (p->filter == SIZE_MAX) p->filter = p->n_components++;
    }
    return true;
}

static size_t find_column(const tilt_source *source, const char *name) {
    for (size_t i = 0; i < tilt_source_n_columns(source); i++) {
        const tilt_column *column = tilt_source_column(source, i);
        if (!column->guarded && strcmp(column->name, name) == 0) return i;
    }
    return TILT_NO_COLUMN;
}

/* What cube/observe.c looks at. */
static bool plan_observer(tilt__bulk_plan *p) {
    static const char *const constants[] = {"currency", "time_zone", "attribution_setting"};
    const tilt__loader *l = p->loader;
    bool frequency = find_column(l->source, "frequency") != TILT_NO_COLUMN;
    if (frequency && p->reach != SIZE_MAX && p->impressions != SIZE_MAX) return false;
    for (size_t i = 0; i < sizeof constants / sizeof *constants; i++) {
        size_t at, column = find_column(l->source, constants[i]);
        if (column == TILT_NO_COLUMN) continue;
        if (!look_up(p, column, TILT__BULK_WATCH, 0, false, &at)) return false;
        p->columns[at].constant = true;
    }
    size_t at, day = tilt__mapping_find(l->mapping, TILT_ROLE_TIME, "day");
    if (day == TILT_NO_COLUMN) return true;
    if (!look_up(p, day, TILT__BULK_WATCH, 0, false, &at)) return false;
    p->columns[at].day = true;
    return true;
}

/* Some column whose cells name the rows has to be looked at, where rows without a name are totals. */
static bool plan_names(tilt__bulk_plan *p) {
    const tilt_source *source = p->loader->source;
    p->first_listed = find_listed(p, 0);
    p->needs_name = tilt__keys_needed(source) > 0;
    if (!p->needs_name) return true;
    for (size_t i = 0; i < p->n_columns; i++) {
        if (p->columns[i].names) return true;
    }
    for (size_t c = 0; c < tilt_source_n_columns(source); c++) {
        size_t at;
        if (!tilt__source_is_key(source, c)) continue;
        bool ok = look_up(p, c, TILT__BULK_WATCH, 0, false, &at);
        p->first_listed = find_listed(p, 0);
        return ok;
    }
    return false;
}

static bool is_simple(const tilt__loader *l) {
    bool generic = strcmp(tilt_source_dialect(l->source)->platform, "generic") == 0;
    const tilt__people *people = l->mapping->people;
    bool each = people == NULL || people->frequency == TILT_NO_COLUMN; /* a row is one of them */
    return generic && each && l->part == NULL && !tilt__kind_is_sidecar(l->mapping->source_spec->kind) &&
           l->starts == TILT_NO_COLUMN && l->ends == TILT_NO_COLUMN && tilt__plain_numbers_count(l->source);
}

bool tilt__bulk_plan_make(tilt__loader *l, bool wide, tilt__bulk_plan *p) {
    *p = (tilt__bulk_plan){
        .loader = l, .words = 1, .weight = SIZE_MAX, .score = SIZE_MAX, .filter = SIZE_MAX, .day = SIZE_MAX};
    if (!is_simple(l) || !plan_dims(p) || !plan_persons(p)) return false;
    for (size_t m = 0; m < l->n_measures; m++) {
        if (!plan_number(p, m, wide)) return false;
    }
    plan_digits(p);
    bool planned = plan_limits(p) && plan_filters(p) && plan_observer(p) && plan_names(p);
    if (!planned || p->words > TILT__MOST_WORDS || p->n_components > TILT__MAX_COMPONENTS) return false;
    find_plain(p);
    tilt__first_bytes(l->source, p->may_begin);
    return tilt__bulk_body(l->source, &p->body, &p->last_row_open);
}
