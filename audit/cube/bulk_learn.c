/* cube/bulk_learn.c - what is thought about once per distinct cell, by the functions that the slow path asks
 * once per row. */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "cube/bulk_number.h"
#include "cube/bulk_worker.h"
#include "read/source.h"

enum { REFUSED = UINT32_MAX };

bool tilt__worker_bare(tilt__worker *w, const char *raw, size_t n, tilt_cell *out) {
    void *room = w->room;
    if (!tilt__grow(&room, &w->room_capacity, n, 1)) return false;
    w->room = room;
    *out = tilt__cell_bare(raw, n, w->plan->body.delimiter, w->room);
    return true;
}

/* Conditions on this column that the cell does not meet. */
static bool is_filtered(const tilt__worker *w, size_t column, const tilt_cell *cell) {
    const tilt__loader *l = w->plan->loader;
    for (size_t i = 0; i < l->spec->n_where; i++) {
        const char *wanted = l->spec->where[i].value;
        if (l->mapping->where[i] != column) continue;
        if (cell->length != strlen(wanted) || memcmp(cell->text, wanted, cell->length) != 0) return true;
    }
    return false;
}

static uint32_t flags_of(const tilt__worker *w, const tilt__looked_up *c, const tilt_cell *cell) {
    uint32_t flags = 0;
    if (c->first && !tilt__cell_starts_data(w->plan->loader->source, cell)) flags |= TILT__ROW_UNCLEAR;
    if (c->names && tilt__cell_is_name(cell)) flags |= TILT__ROW_NAMED;
    return is_filtered(w, c->column, cell) ? flags | TILT__ROW_FILTERED : flags;
}

static tilt__value *value_of(tilt__worker *w, size_t column) {
    tilt__known *k = &w->known[column];
    void *values = k->values;
    if (!tilt__grow(&values, &k->values_capacity, k->dict.n + 1, sizeof *k->values)) return NULL;
    k->values = values;
    return &k->values[k->dict.n];
}

/* Keeps what the observer wants to know of a cell. */
static bool observe(tilt__worker *w, size_t column, const tilt_cell *cell) {
    const tilt__looked_up *c = &w->plan->columns[column];
    if (!c->constant && !c->day) return true;
    tilt__value *value = value_of(w, column);
    if (value == NULL) return false;
    if (c->constant) {
        value->text = (tilt_cell){tilt__arena_text(&w->arena, cell->text, cell->length), cell->length};
        if (value->text.text == NULL) return false;
    }
    if (c->day)
        value->has_day =
            tilt__source_day(w->plan->loader->source, c->column, cell, &value->day) == TILT__DATE;
    return true;
}

static bool add_label(tilt__worker *w, size_t column, const tilt_cell *label, uint32_t none,
                      uint32_t *out_component) {
    size_t number = tilt__map_add(w->known[column].labels, label->text, label->length);
    if (number == TILT__MAP_NONE || number >= UINT32_MAX - 2) return false;
    *out_component = (uint32_t)number + none;
    return true;
}

/* 0 is "no one day". */
static bool learn_day(tilt__worker *w, size_t column, const tilt_cell *cell, uint32_t *out_component) {
    int64_t day;
    char text[16];
    tilt__known *k = &w->known[column];
    tilt__date_kind kind =
        tilt__source_day(w->plan->loader->source, w->plan->columns[column].column, cell, &day);
    *out_component = kind == TILT__DATE_MISSING ? 0 : REFUSED;
    if (kind != TILT__DATE) return true;
    tilt__day_print(day, text);
    tilt_cell label = {text, strlen(text)};
    if (!add_label(w, column, &label, 1, out_component)) return false;
    void *days = k->label_days;
    if (!tilt__grow(&days, &k->days_capacity, *out_component, sizeof *k->label_days)) return false;
    k->label_days = days;
    k->label_days[*out_component - 1] = day;
    return true;
}

/* What a table of people keeps of one; 0 is "none". There may be any number of texts for few bins, of which
 * the last are remembered. */
static bool learn_person(tilt__worker *w, size_t column, const tilt_cell *cell, uint32_t *out_component) {
    char room[TILT__DECIMAL_TEXT];
    tilt_cell label;
    const tilt__looked_up *c = &w->plan->columns[column];
    size_t person = w->plan->loader->dim_feeds[c->index].people - 1;
    tilt__dict *dict = &w->known[column].dict;
    *out_component = REFUSED;
    if (!tilt__persons_text(w->plan->loader->persons, person, cell, room, &label)) return true;
    *out_component = 0;
    if (label.length > 0 && !add_label(w, column, &label, c->none, out_component)) return false;
    if (dict->n < w->plan->most_scores || c->constant || c->day) return true;
    tilt__dict_free(dict);
    return tilt__dict_start(dict);
}

static bool learn_dim(tilt__worker *w, size_t column, const tilt_cell *cell, uint32_t *out_component) {
    const tilt__loader *l = w->plan->loader;
    size_t d = w->plan->columns[column].index;
    if (l->dim_feeds[d].day) return learn_day(w, column, cell, out_component);
    if (l->dim_feeds[d].people > 0) return learn_person(w, column, cell, out_component);
    tilt_cell label = tilt__loader_label(l, d, *cell);
    return add_label(w, column, &label, 0, out_component);
}

static bool learn_weight(tilt__worker *w, size_t column, const tilt_cell *cell, uint32_t *out_component) {
    tilt__value *value = value_of(w, column);
    if (value == NULL) return false;
    bool ok = tilt__persons_weight(w->plan->loader->persons, cell, &value->weight, &value->weight2);
    value->score = tilt__decimal_to_double(value->weight);
    *out_component = !ok ? REFUSED : tilt__decimal_is_zero(value->weight) ? 1 : 0;
    return true;
}

static bool learn_score(tilt__worker *w, size_t column, const tilt_cell *cell, uint32_t *out_component) {
    const tilt__persons_reader *persons = w->plan->loader->persons;
    const tilt__looked_up *c = &w->plan->columns[column];
    tilt__value *value = value_of(w, column);
    if (value == NULL) return false;
    bool in_tile = cell->text != w->room && !c->binned; /* where a number may be read 8 bytes at once */
    bool ok = (in_tile && tilt__plain_double_read(cell->text, cell->length, c->mark, &value->score)) ||
              tilt__persons_score(persons, c->index, cell, &value->score);
    *out_component = !ok                        ? REFUSED
                     : c->component != SIZE_MAX ? tilt__persons_decide(persons, value->score)
                                                : 0;
    return true;
}

static uint32_t class_or_refused(unsigned class) {
    return class == TILT__CLASS_REFUSED ? REFUSED : class;
}

/* The component of a cell, REFUSED where only the slow path knows what to say. False when memory runs out. */
static bool learn_use(tilt__worker *w, size_t column, const tilt_cell *cell, uint32_t *out_component) {
    const tilt__looked_up *c = &w->plan->columns[column];
    *out_component = 0;
    switch (c->use) {
    case TILT__BULK_DIM:
        return learn_dim(w, column, cell, out_component);
    case TILT__BULK_DECISION:
        *out_component = class_or_refused(tilt__persons_decision(w->plan->loader->persons, c->index, cell));
        return true;
    case TILT__BULK_LABEL:
        *out_component = class_or_refused(tilt__persons_label(w->plan->loader->persons, cell));
        return true;
    case TILT__BULK_WEIGHT:
        return learn_weight(w, column, cell, out_component);
    case TILT__BULK_SCORE:
        return learn_score(w, column, cell, out_component);
    case TILT__BULK_WATCH:
        break;
    }
    return true;
}

const tilt__dict_slot *tilt__worker_learn(tilt__worker *w, size_t column, const char *raw, size_t n,
                                          uint64_t line) {
    const tilt__looked_up *c = &w->plan->columns[column];
    tilt_cell cell;
    tilt__meaning meaning = {0};
    bool ok = tilt__worker_bare(w, raw, n, &cell) && observe(w, column, &cell) &&
              learn_use(w, column, &cell, &meaning.component);
    if (ok && meaning.component == REFUSED) {
        (void)tilt__worker_stop(w, TILT__BULK_DECLINED);
        return NULL;
    }
    const tilt__dict_slot *slot = NULL;
    if (ok) {
        if (c->component != SIZE_MAX && meaning.component > w->most[c->component])
            w->most[c->component] = meaning.component;
        meaning.flags = flags_of(w, c, &cell);
        slot = tilt__dict_add(&w->known[column].dict, raw, n, meaning, line);
    }
    if (slot == NULL) (void)tilt__worker_stop(w, TILT__BULK_MEMORY);
    return slot;
}

bool tilt__worker_row_is_data(tilt__worker *w, size_t row) {
    const tilt__bulk_plan *p = w->plan;
    size_t n = 0, used = 0;
    for (size_t c = 0; c < p->body.width; c++) {
        size_t length;
        (void)tilt__tile_cell(&w->tile, p->body.width, row, c, &length);
        n += length;
    }
    void *room = w->room;
    if (!tilt__grow(&room, &w->room_capacity, n + 1, 1)) {
        (void)tilt__worker_stop(w, TILT__BULK_MEMORY);
        return false;
    }
    w->room = room;
    for (size_t c = 0; c < p->body.width; c++) {
        const char *raw = tilt__tile_cell(&w->tile, p->body.width, row, c, &n);
        w->cells_of_row[c] = tilt__cell_bare(raw, n, p->body.delimiter, w->room + used);
        used += n;
    }
    return tilt__cells_are_data(p->loader->source, w->cells_of_row, p->body.width);
}
