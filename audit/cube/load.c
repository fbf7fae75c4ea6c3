/* cube/load.c - rows in, one sealed cube out.
 * The layout (which column feeds which dimension or measure) is fixed before the first row, so that the row
 * loop only looks labels up and adds exact decimals. */
#include "cube/load.h"

#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "cube/allowed.h"
#include "cube/bulk.h"
#include "cube/late_totals.h"
#include "cube/loader.h"
#include "cube/ranges.h"
#include "map/rate.h"
#include "read/source.h"
#include "read/vocabulary.h"

enum { ROWS_BETWEEN = 8192 }; /* two reports of progress */

/* The period a row reports on; failing that, the flight of its campaign. Neither is ever a dimension. */
static const char *const period_starts[] = {"period_from", "starts"};
static const char *const period_ends[] = {"period_to", "ends"};

static size_t find_time(const tilt__mapping *m, const char *const *names, size_t n) {
    for (size_t i = 0; i < n; i++) {
        size_t column = tilt__mapping_find(m, TILT_ROLE_TIME, names[i]);
        if (column != TILT_NO_COLUMN) return column;
    }
    return TILT_NO_COLUMN;
}

static tilt_status too_many(const tilt__loader *l, const char *what, int most, tilt_error *err) {
    tilt__place place = {.source = tilt_source_name(l->source)};
    return tilt__fail_at(err, TILT_ETOOBIG, &place, "more than %d %s; give columns the role ignore in a spec",
                         most, what);
}

static tilt_status add_dim(tilt__loader *l, tilt__dim dim, tilt__dim_feed feed, tilt_error *err) {
    if (l->n_dims == TILT__MAX_DIMS) return too_many(l, "audience and factor columns", TILT__MAX_DIMS, err);
    l->dims[l->n_dims] = dim;
    l->dim_feeds[l->n_dims++] = feed;
    return TILT_OK;
}

static tilt_status add_measure(tilt__loader *l, const char *name, tilt__measure_kind kind,
                               tilt__measure_feed feed, tilt_error *err) {
    if (l->n_measures == TILT__MAX_MEASURES)
        return too_many(l, "count and cost columns", TILT__MAX_MEASURES, err);
    l->out->measure_column[l->n_measures] = feed.column;
    l->measures[l->n_measures] = (tilt__measure){name, kind};
    l->measure_feeds[l->n_measures++] = feed;
    return TILT_OK;
}

/* A result column counts the stage that its type names most readily: it feeds that stage unless another
 * column does. */
static tilt_status add_results(tilt__loader *l, size_t column, tilt_error *err) {
    static const char *const stages[] = {"clicks", "conversions"};
    for (size_t i = 0; i < 2; i++) {
        if (tilt__mapping_find(l->mapping, TILT_ROLE_STAGE, stages[i]) != TILT_NO_COLUMN) continue;
        tilt__measure_feed feed = {.column = column, .result_stage = stages[i]};
        tilt_status status = add_measure(l, stages[i], TILT__MEASURE_STAGE, feed, err);
        if (status != TILT_OK) return status;
    }
    return TILT_OK;
}

/* A range counts three times: its least, its most, and the rows that have no most. */
static tilt_status add_range(tilt__loader *l, const tilt__range *range, tilt_error *err) {
    static const tilt__range_part ends[] = {TILT__RANGE_MIN, TILT__RANGE_MAX, TILT__RANGE_OPEN};
    tilt__measure_kind kind = range->role == TILT_ROLE_COST ? TILT__MEASURE_COST : TILT__MEASURE_STAGE;
    if (tilt__range_is_exact(range))
        return add_measure(l, range->stage, kind,
                           (tilt__measure_feed){.column = TILT_NO_COLUMN, .range = range}, err);
    for (size_t e = 0; e < sizeof ends / sizeof *ends; e++) {
        char *name = tilt__arena_format(l->arena, "%s%s:%s", range->stage,
                                        tilt__range_is_share_only(range) ? ":share" : "",
                                        tilt__range_part_name(ends[e]));
        if (name == NULL) return tilt__fail_memory(err);
        bool shares = tilt__range_has_shares(range) || ends[e] == TILT__RANGE_OPEN;
        size_t column = shares ? TILT_NO_COLUMN : range->columns[ends[e]];
        tilt_status status =
            add_measure(l, name, ends[e] == TILT__RANGE_OPEN ? TILT__MEASURE_STAGE : kind,
                        (tilt__measure_feed){.column = column, .range = range, .end = ends[e]}, err);
        if (status != TILT_OK) return status;
    }
    return TILT_OK;
}

static bool is_period_name(const char *name) {
    for (size_t i = 0; i < sizeof period_starts / sizeof *period_starts; i++) {
        if (strcmp(name, period_starts[i]) == 0 || strcmp(name, period_ends[i]) == 0) return true;
    }
    return false;
}

static tilt_status add_column(tilt__loader *l, size_t i, tilt_error *err) {
    const tilt__mapped *mapped = &l->mapping->columns[i];
    tilt__dim_feed feed = {.column = i, .end_column = TILT_NO_COLUMN};
    switch (mapped->role) {
    case TILT_ROLE_AUDIENCE:
        feed.audience = true;
        feed.everybody = tilt_source_column(l->source, i)->empty == TILT_EMPTY_UNRESTRICTED;
        return add_dim(l, (tilt__dim){mapped->name, TILT__DIM_AUDIENCE}, feed, err);
    case TILT_ROLE_FACTOR:
        return add_dim(l, (tilt__dim){mapped->name, TILT__DIM_FACTOR}, feed, err);
    case TILT_ROLE_COVARIATE:
        return add_dim(l, (tilt__dim){mapped->name, TILT__DIM_COVARIATE}, feed, err);
    case TILT_ROLE_TIME:
        if (is_period_name(mapped->name)) return TILT_OK;
        feed.day = strcmp(mapped->name, "day") == 0; /* weeks and hours are labels as they stand */
        return add_dim(l, (tilt__dim){mapped->name, TILT__DIM_TIME}, feed, err);
    case TILT_ROLE_STAGE:
        if (l->mapping->people != NULL && l->mapping->people->frequency == i) return TILT_OK;
        return add_measure(l, mapped->name, TILT__MEASURE_STAGE, (tilt__measure_feed){.column = i}, err);
    case TILT_ROLE_COST:
        return add_measure(l, mapped->name, TILT__MEASURE_COST, (tilt__measure_feed){.column = i}, err);
    case TILT_ROLE_DECISION:
    case TILT_ROLE_IGNORE:
    case TILT_ROLE_WEIGHT:
    case TILT_ROLE_LABEL:
    case TILT_ROLE_SCORE:
    case TILT_ROLE_IDENTIFIER:
    case TILT_N_ROLE:
        break;
    }
    return TILT_OK;
}

static tilt_status add_persons(tilt__loader *l, tilt_error *err) {
    if (l->mapping->people == NULL) return TILT_OK;
    l->persons = tilt__persons_reader_new(l->source, l->mapping, l->spec, l->arena, err);
    if (l->persons == NULL) return TILT_ENOMEM;
    l->first_person = l->n_measures;
    tilt_status status = TILT_OK;
    const tilt__people_column *c;
    const char *name;
    for (size_t i = 0; status == TILT_OK && (c = tilt__persons_column(l->persons, i)) != NULL; i++)
        status =
            add_dim(l, (tilt__dim){c->header, TILT__DIM_PEOPLE},
                    (tilt__dim_feed){.column = c->from, .end_column = TILT_NO_COLUMN, .people = i + 1}, err);
    for (size_t i = 0; status == TILT_OK && (name = tilt__persons_measure(l->persons, i)) != NULL; i++)
        status = add_measure(l, name, TILT__MEASURE_STAGE,
                             (tilt__measure_feed){.column = TILT_NO_COLUMN, .person = true}, err);
    return status;
}

/* A daily export states the day twice, as start and end of the reporting period. */
static tilt_status add_period_day(tilt__loader *l, tilt_error *err) {
    for (size_t d = 0; d < l->n_dims; d++) {
        if (strcmp(l->dims[d].name, "day") == 0) return TILT_OK;
    }
    if (l->starts == TILT_NO_COLUMN || l->ends == TILT_NO_COLUMN) return TILT_OK;
    tilt__dim_feed feed = {.column = l->starts, .day = true, .end_column = l->ends};
    return add_dim(l, (tilt__dim){"day", TILT__DIM_TIME}, feed, err);
}

static size_t find_measure(const tilt__loader *l, const char *name) {
    for (size_t i = 0; i < l->n_measures; i++) {
        if (strcmp(l->measures[i].name, name) == 0) return i;
    }
    return SIZE_MAX;
}

static void add_limits(tilt__loader *l) {
    for (size_t r = 0; r < l->spec->n_rates && l->n_limits < TILT__MAX_LIMITS; r++) {
        size_t of = find_measure(l, l->spec->rates[r].of), per = find_measure(l, l->spec->rates[r].per);
        if (of == SIZE_MAX || per == SIZE_MAX) continue;
        bool cost = l->measures[of].kind == TILT__MEASURE_COST;
        if (tilt__rate_kind_of(&l->spec->rates[r], cost) == TILT__RATE_PERSON)
            l->limits[l->n_limits++] = (tilt__limit){of, per};
    }
}

static tilt_status lay_out(tilt__loader *l, tilt_error *err) {
    const tilt__mapping *m = l->mapping;
    l->starts = find_time(m, period_starts, sizeof period_starts / sizeof *period_starts);
    l->ends = find_time(m, period_ends, sizeof period_ends / sizeof *period_ends);
    tilt_status status = TILT_OK;
    for (size_t i = 0; i < m->n_columns && status == TILT_OK; i++) {
        bool typed = tilt_source_column(l->source, i)->type_column != TILT_NO_COLUMN;
        if (!m->columns[i].read || tilt__range_of_column(m, i) != NULL) continue;
        bool facts = tilt__kind_is_sidecar(m->source_spec->kind);
        bool typed_only = !facts && typed && !m->columns[i].named_by_user && !m->columns[i].asked;
        status = typed_only ? add_results(l, i, err) : add_column(l, i, err);
    }
    bool facts = tilt__kind_is_sidecar(m->source_spec->kind);
    for (size_t r = 0; r < m->n_ranges && status == TILT_OK && !facts; r++) {
        bool left_out = !tilt__range_has_columns(&m->ranges[r]);
        if (!left_out) status = add_range(l, &m->ranges[r], err);
    }
    if (status == TILT_OK && !facts) status = add_persons(l, err);
    if (status == TILT_OK && !facts && l->part == NULL) status = add_period_day(l, err);
    if (status == TILT_OK) add_limits(l);
    return status;
}

static bool passes(const tilt__loader *l, const tilt_row *row) {
    if (l->filtered) return true;
    for (size_t w = 0; w < l->spec->n_where; w++) {
        size_t column = l->mapping->where[w];
        if (column == TILT_NO_COLUMN) continue;
        const char *wanted = l->spec->where[w].value;
        const tilt_cell *cell = &row->cells[column];
        if (cell->length != strlen(wanted) || memcmp(cell->text, wanted, cell->length) != 0) return false;
    }
    return true;
}

/* The coarse group that a spec puts a label into, or the label itself. */
static tilt_cell coarsen(const tilt__loader *l, const char *attribute, tilt_cell label) {
    for (size_t i = 0; i < l->spec->n_groupings; i++) {
        const tilt__grouping *g = &l->spec->groupings[i];
        if (strlen(g->label) == label.length && memcmp(g->label, label.text, label.length) == 0 &&
            strcmp(g->attribute, attribute) == 0)
            return (tilt_cell){g->group, strlen(g->group)};
    }
    return label;
}

/* Label of a day dimension: "YYYY-MM-DD", or no label when start and end differ (*out_none). */
static tilt_status day_label(const tilt__loader *l, const tilt_row *row, const tilt__dim_feed *feed,
                             char out[16], bool *out_none, tilt_error *err) {
    int64_t day, end;
    *out_none = false;
    tilt__date_kind kind = tilt__source_day(l->source, feed->column, &row->cells[feed->column], &day);
    if (kind == TILT__DATE_MISSING) {
        *out_none = true;
        return TILT_OK;
    }
    if (kind != TILT__DATE) {
        if (feed->end_column == TILT_NO_COLUMN)
            return tilt__source_bad_cell(l->source, row, feed->column, "a date", err);
        *out_none = true;
        return TILT_OK;
    }
    if (feed->end_column != TILT_NO_COLUMN) {
        kind = tilt__source_day(l->source, feed->end_column, &row->cells[feed->end_column], &end);
        *out_none = kind != TILT__DATE || end != day;
    }
    if (!*out_none) tilt__day_print(day, out);
    return TILT_OK;
}

bool tilt__loader_day(const tilt__loader *l, const tilt_row *row, size_t d, char out[16]) {
    bool none = true;
    return day_label(l, row, &l->dim_feeds[d], out, &none, NULL) == TILT_OK && !none;
}

typedef struct row_days {
    char text[TILT__MAX_DIMS][16]; /* "" where the row has no one day */
} row_days;

static tilt_status read_days(const tilt__loader *l, const tilt_row *row, row_days *days, tilt_error *err) {
    for (size_t d = 0; d < l->n_dims; d++) {
        bool none;
        if (!l->dim_feeds[d].day) continue;
        tilt_status status = day_label(l, row, &l->dim_feeds[d], days->text[d], &none, err);
        if (status != TILT_OK) return status;
        if (none) days->text[d][0] = '\0';
    }
    return TILT_OK;
}

tilt_cell tilt__loader_label(const tilt__loader *loader, size_t dim, tilt_cell cell) {
    const tilt__dim_feed *feed = &loader->dim_feeds[dim];
    if (cell.length == 0 && loader->part != NULL) return cell;
    if (cell.length == 0 && feed->everybody) return (tilt_cell){TILT__EVERYBODY, strlen(TILT__EVERYBODY)};
    if (cell.length == 0) return feed->audience ? (tilt_cell){"unknown", 7} : (tilt_cell){"(empty)", 7};
    return coarsen(loader, loader->dims[dim].name, cell);
}

static tilt_cell label_of(const tilt__loader *l, const tilt_row *row, size_t d, const row_days *days) {
    const tilt__dim_feed *feed = &l->dim_feeds[d];
    if (feed->people > 0) return tilt__persons_column_label(l->persons, row, feed->people - 1);
    if (feed->day) return (tilt_cell){days->text[d], strlen(days->text[d])};
    return tilt__loader_label(l, d, row->cells[feed->column]);
}

/* Days are read before the first label is added: a row with a bad day must not leave a label behind. */
static tilt_status make_key(tilt__loader *l, const tilt_row *row, uint32_t *key, tilt_error *err) {
    row_days days;
    tilt_status status = read_days(l, row, &days, err);
    for (size_t d = 0; d < l->n_dims && status == TILT_OK; d++) {
        tilt_cell label = label_of(l, row, d, &days);
        bool named = !l->dim_feeds[d].day && l->dim_feeds[d].people == 0 && l->part == NULL;
        bool none = !named && label.length == 0;
        key[d] = none ? 0 : tilt__cube_label_add(l->out->cube, d, label.text, label.length);
        if (key[d] == 0 && !none) status = tilt__fail_memory(err);
    }
    return status;
}

/* --missing "": the caller says that empty cells of plain files hold no number. */
static bool empty_is_missing(const tilt_spec *spec) {
    for (size_t i = 0; i < spec->n_missing; i++)
        if (spec->missing[i][0] == '\0') return true;
    return false;
}

/* The amount that a row gives to a measure; *out_there false when it gives none. */
static tilt_status amount_of(tilt__loader *l, const tilt_row *row, size_t m, tilt__decimal *out,
                             bool *out_there, tilt_error *err) {
    const tilt__measure_feed *feed = &l->measure_feeds[m];
    *out_there = true;
    const tilt_cell *cell = &row->cells[feed->column];
    if (feed->result_stage != NULL) {
        const tilt_cell *type = &row->cells[tilt_source_column(l->source, feed->column)->type_column];
        const char *stage = tilt__result_stage(type->text, type->length);
        *out_there = stage != NULL && strcmp(stage, feed->result_stage) == 0;
        if (!*out_there) return TILT_OK;
    }
    tilt__number number;
    tilt__number_kind kind = tilt__source_number(l->source, feed->column, cell, &number);
    if (kind == TILT__NUMBER_MISSING) {
        *out_there = false;
        bool generic = strcmp(tilt_source_dialect(l->source)->platform, "generic") == 0;
        if (generic && cell->length == 0 && l->part == NULL && !empty_is_missing(l->spec))
            return tilt__source_bad_cell(l->source, row, feed->column, "a number", err);
        return TILT_OK;
    }
    if (kind != TILT__NUMBER) return tilt__source_bad_cell(l->source, row, feed->column, "a number", err);
    if (number.percent)
        return tilt__source_bad_cell(l->source, row, feed->column, "a count, not a share", err);
    if (tilt__decimal_compare(number.value, (tilt__decimal){0}) < 0)
        return tilt__source_bad_cell(l->source, row, feed->column, "a count of zero or more", err);
    *out = number.value;
    return TILT_OK;
}

static tilt_status check_limits(const tilt__loader *l, const tilt_row *row, const tilt__decimal *amounts,
                                const bool *there, tilt_error *err) {
    for (size_t i = 0; i < l->n_limits; i++) {
        size_t of = l->limits[i].of, per = l->limits[i].per;
        if (!there[of] || !there[per] || tilt__decimal_compare(amounts[of], amounts[per]) <= 0) continue;
        char count[TILT__DECIMAL_TEXT], base[TILT__DECIMAL_TEXT];
        tilt__decimal_print(amounts[of], count);
        tilt__decimal_print(amounts[per], base);
        size_t column = l->measure_feeds[of].column;
        tilt__place place = {.source = row->source, .row = row->line};
        if (column != TILT_NO_COLUMN) {
            place.column = (uint32_t)column + 1;
            place.column_name = tilt_source_column(l->source, column)->header;
        }
        return tilt__fail_at(
            err, TILT_ETYPE, &place,
            "%s is above its base \"%s\" (%s); expected at most the base, or \"kind\": \"ratio\" for "
            "this rate in a spec",
            count, l->measures[per].name, base);
    }
    return TILT_OK;
}

static tilt_status too_large(const tilt__loader *l, const tilt_row *row, tilt_error *err) {
    tilt__place place = {.source = tilt_source_name(l->source), .row = row->line};
    return tilt__fail_at(err, TILT_ETOOBIG, &place, "a sum passes 38 digits");
}

static tilt_status no_cell(const tilt__loader *l, const tilt_row *row, tilt_error *err) {
    if (tilt__cube_n_cells(l->out->cube) < TILT__MAX_CELLS) return tilt__fail_memory(err);
    tilt__place place = {.source = row->source, .row = row->line};
    return tilt__fail_at(err, TILT_ETOOBIG, &place, "more than %zu cells; name fewer factors",
                         TILT__MAX_CELLS);
}

/* The measures of a range, the first of which is m; *out_n of them. */
static tilt_status read_ends(const tilt__loader *l, const tilt_row *row, size_t m, tilt__decimal *amounts,
                             bool *there, size_t *out_n, tilt_error *err) {
    const tilt__measure_feed *feed = &l->measure_feeds[m];
    tilt__ends ends;
    tilt_status status = tilt__range_read(l->source, row, feed->range, &ends, err);
    if (status != TILT_OK) return status;
    *out_n = feed->end == TILT__RANGE_NONE ? 1 : 3;
    const tilt__decimal each[] = {ends.lower, ends.upper, tilt__decimal_from_int(ends.open)};
    for (size_t k = 0; k < *out_n; k++) {
        amounts[m + k] = each[k];
        there[m + k] = ends.there;
    }
    if (feed->end != TILT__RANGE_NONE || !ends.there) return TILT_OK;
    bool exact = !ends.open && tilt__decimal_compare(ends.lower, ends.upper) == 0;
    return exact
               ? TILT_OK
               : tilt__source_bad_cell(l->source, row, feed->range->columns[TILT__RANGE_WHOLE],
                                       "a number whose exact share has at most 15 decimals (else the role is "
                                       "share, not exact_share)",
                                       err);
}

static tilt_status read_amounts(tilt__loader *l, const tilt_row *row, tilt__decimal *amounts, bool *there,
                                tilt_error *err) {
    bool counted = false;
    if (l->persons != NULL) {
        tilt_status status = tilt__persons_read(l->persons, row, amounts + l->first_person, &counted, err);
        if (status != TILT_OK) return status;
    }
    for (size_t m = 0; m < l->n_measures; m++) {
        there[m] = counted;
        if (l->measure_feeds[m].person) continue;
        if (l->measure_feeds[m].range != NULL) {
            size_t n = 1;
            tilt_status status = read_ends(l, row, m, amounts, there, &n, err);
            if (status != TILT_OK) return status;
            m += n - 1;
            continue;
        }
        tilt_status status = amount_of(l, row, m, &amounts[m], &there[m], err);
        if (status != TILT_OK) return status;
    }
    return check_limits(l, row, amounts, there, err);
}

static void widen_period(tilt__loader *l, const tilt_row *row) {
    int64_t from, to;
    size_t start = l->starts, end = l->ends != TILT_NO_COLUMN ? l->ends : l->starts;
    if (start == TILT_NO_COLUMN) {
        for (size_t d = 0; d < l->n_dims && start == TILT_NO_COLUMN; d++) {
            if (l->dim_feeds[d].day) start = end = l->dim_feeds[d].column;
        }
    }
    if (start == TILT_NO_COLUMN) return;
    if (tilt__source_day(l->source, start, &row->cells[start], &from) != TILT__DATE) return;
    if (tilt__source_day(l->source, end, &row->cells[end], &to) != TILT__DATE) to = from;
    tilt__loaded *out = l->out;
    if (!out->has_period || from < out->period_from) out->period_from = from;
    if (!out->has_period || to > out->period_to) out->period_to = to;
    out->has_period = true;
}

/* A range is missing once, not at every end. */
static bool counts_missing(const tilt__measure_feed *feed) {
    return feed->result_stage == NULL && !feed->person && feed->end != TILT__RANGE_MAX &&
           feed->end != TILT__RANGE_OPEN;
}

/* Adds a row that is known to be good, to the sums of the file and, where the filters let it through, to its
 * cell. */
static tilt_status add_row(tilt__loader *l, const tilt_row *row, const tilt__decimal *amounts,
                           const bool *there, const uint32_t *key, tilt_error *err) {
    l->out->rows++;
    for (size_t m = 0; m < l->n_measures; m++) {
        if (!there[m])
            l->out->missing[m] += counts_missing(&l->measure_feeds[m]);
        else if (!tilt__decimal_add(l->out->all_rows[m], amounts[m], &l->out->all_rows[m]))
            return too_large(l, row, err);
    }
    if (key == NULL) return TILT_OK;
    l->out->rows_used++;
    widen_period(l, row);
    size_t cell = tilt__cube_cell(l->out->cube, key);
    if (cell == TILT__NO_CELL) return no_cell(l, row, err);
    for (size_t m = 0; m < l->n_measures; m++) {
        if (there[m] && !tilt__cube_add(l->out->cube, cell, m, amounts[m])) return too_large(l, row, err);
    }
    return l->persons != NULL ? tilt__persons_keep(l->persons, l->out->cube, cell, err) : TILT_OK;
}

/* Everything that can be wrong with a row is looked at before anything of it is added: under --skip-bad-rows
 * a refused row must leave nothing behind. */
tilt_status tilt__loader_take(tilt__loader *l, const tilt_row *row, tilt_error *err) {
    uint32_t key[TILT__MAX_DIMS];
    tilt__decimal *amounts = l->amounts;
    bool *there = l->there;
    memset(amounts, 0, l->n_measures * sizeof *amounts);
    memset(there, 0, l->n_measures * sizeof *there);
    tilt_status status = l->part != NULL ? tilt__part_row(l->part, row, err) : TILT_OK;
    if (status == TILT_OK && l->part != NULL && l->out->rows == 0)
        status = tilt__part_filters(l->part, l->mapping, l->spec, &l->filtered, err);
    if (status == TILT_OK) status = read_amounts(l, row, amounts, there, err);
    bool used = passes(l, row);
    if (status == TILT_OK && used) status = make_key(l, row, key, err);
    if (status == TILT_OK) status = add_row(l, row, amounts, there, used ? key : NULL, err);
    if (status != TILT_OK) return status;
    return tilt__observer_take(l->observer, row, amounts, there) ? TILT_OK : tilt__fail_memory(err);
}

static tilt_status take_row(void *user, const tilt_row *row, tilt_error *err) {
    tilt__loader *l = user;
    bool tell = l->out->rows % ROWS_BETWEEN == ROWS_BETWEEN - 1;
    if (tell && !tilt__reading_tell(&l->reading, tilt__source_done(l->source)))
        return tilt__reading_stopped(err);
    return row->kind == TILT_ROW_TOTAL ? tilt__loader_total(l, row, err) : tilt__loader_take(l, row, err);
}

/* A report that states its period once, above or below the table. */
static void take_stated_period(tilt__loader *l) {
    const tilt_dialect *d = tilt_source_dialect(l->source);
    int64_t from, to;
    if (l->out->has_period) return;
    if (tilt__date_parse(d->period_from, strlen(d->period_from), TILT__DATE_YMD, &from) != TILT__DATE ||
        tilt__date_parse(d->period_to, strlen(d->period_to), TILT__DATE_YMD, &to) != TILT__DATE)
        return;
    l->out->has_period = true;
    l->out->period_from = from;
    l->out->period_to = to;
}

void tilt__loaded_free(tilt__loaded *loaded) {
    tilt__cube_free(loaded->cube);
    tilt__persons_free(loaded->persons);
    loaded->cube = NULL;
    loaded->persons = NULL;
}

static tilt_status nothing_left(const tilt__loader *l, tilt_error *err) {
    tilt__place place = {.source = tilt_source_name(l->source)};
    if (l->out->rows == 0 && l->out->totals.n > 0)
        return tilt__fail_at(
            err, TILT_ECSV, &place,
            "every row stands for others (the first on line %llu, \"%.60s\"); expected rows that "
            "do not, or one margin named as in --where gender=All",
            (unsigned long long)l->out->totals.items[0].line, l->out->totals.items[0].label);
    if (l->out->rows == 0) return tilt__fail_at(err, TILT_ECSV, &place, "has a header but no data rows");
    return tilt__fail_at(err, TILT_ESPEC, &place, "no row passes the filter \"%.60s=%.60s\"",
                         l->spec->where[0].column, l->spec->where[0].value);
}

static tilt_status open_part(tilt__loader *l, tilt_error *err) {
    if (!tilt__source_is_cube(l->source)) return TILT_OK;
    l->part = tilt__part_new(l->source, err);
    return l->part != NULL ? TILT_OK : TILT_ENOMEM;
}

static tilt_status load_once(tilt_source *source, const tilt__mapping *mapping, const tilt_spec *spec,
                             tilt__arena *arena, tilt__loaded *out, tilt_error *err) {
    tilt__loader *l = tilt__alloc(1, sizeof *l);
    if (l == NULL) return tilt__fail_memory(err);
    *out = (tilt__loaded){.mapping = mapping};
    l->source = source;
    l->mapping = mapping;
    l->spec = spec;
    l->arena = arena;
    l->out = out;
    l->reading = tilt__reading_start(spec, source);
    tilt__mapping_tell(mapping, source);
    tilt_status status = open_part(l, err);
    if (status == TILT_OK) status = lay_out(l, err);
    if (status == TILT_OK) {
        out->cube = tilt__cube_new(l->dims, l->n_dims, l->measures, l->n_measures, err);
        if (out->cube == NULL) status = TILT_ENOMEM;
    }
    if (status == TILT_OK) {
        l->observer = tilt__observer_new(mapping, l->measures, out->measure_column, l->n_measures, arena);
        if (l->observer == NULL) status = tilt__fail_memory(err);
    }
    if (status == TILT_OK) status = tilt__bulk_load(l, source, &out->bulk, err);
    if (status == TILT_OK && !out->bulk) status = tilt_source_rows(source, take_row, l, err);
    if (status == TILT_OK && !out->bulk) status = tilt__loader_settle(l, err);
    if (status == TILT_OK) tilt__source_count_as_data(source, out->recounted);
    if (status == TILT_OK && l->part != NULL)
        status = tilt__part_finish(l->part, out->reduction, &out->sums, err);
    if (status == TILT_OK && out->rows_used == 0) status = nothing_left(l, err);
    if (status == TILT_OK) status = tilt__cube_seal(out->cube, err);
    if (status == TILT_OK) take_stated_period(l);
    if (status == TILT_OK) out->seen = *tilt__observer_seen(l->observer);
    tilt__observer_free(l->observer);
    if (status == TILT_OK && l->persons != NULL) {
        status = tilt__persons_finish(l->persons, &out->persons, err);
        l->persons = NULL;
    }
    tilt__persons_reader_free(l->persons);
    tilt__part_free(l->part);
    free(l);
    if (status != TILT_OK) tilt__loaded_free(out);
    return status;
}

tilt_status tilt__load(tilt_source *source, const tilt__mapping *mapping, const tilt_spec *spec,
                       tilt__arena *arena, tilt__loaded *out, tilt_error *err) {
    tilt_status status = load_once(source, mapping, spec, arena, out, err);
    if (status != TILT_OK) return status;
    if (!tilt__late_totals_find(source, mapping, out)) return TILT_OK;
    tilt__loaded_free(out);
    return load_once(source, mapping, spec, arena, out, err);
}
