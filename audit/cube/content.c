/* cube/content.c - tags of creatives into counts of cells.
 * The file is a cube without measures, one cell per distinct row; each key gets a state per tag, and each
 * cell of delivery that has the key adds its count to the measure of that state. */
#include "cube/content.h"

#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "read/chars.h"
#include "read/source.h"

enum { MOST_NAME = 200 };

/* What the rows of a key say of a tag; what is said outright beats what is not. */
typedef enum said { SAID_NOTHING, SAID_UNKNOWN, SAID_NO, SAID_YES } said;

/* A column of the file. */
typedef struct column {
    size_t dim;
    const char *header;
    bool flag;  /* yes or no */
    size_t per; /* measure numbers, counted from the first that is added: reviewed, and behind it the rest */
    size_t first_tag, n_tags;
} column;

typedef struct reviewer {
    const tilt__loaded *from;
    const char *key, *stage;
    size_t key_dim, n_keys;
    column columns[TILT__MAX_DIMS];
    size_t n_columns;
    size_t first_tag;      /* of the file, in the list */
    unsigned char *states; /* [key label * n_tags + tag] */
    bool *met;             /* per key label: some export has it */
    tilt__arena *arena;
    tilt__tags *tags;
    tilt_error *err;
} reviewer;

static bool is_one_of(const char *text, size_t n, const char *const *words, size_t n_words) {
    for (size_t i = 0; i < n_words; i++)
        if (strlen(words[i]) == n && tilt__same_word(text, n, words[i])) return true;
    return false;
}

static said meaning(const char *text, size_t n) {
    static const char *const yes[] = {"yes", "true", "1", "y", "x", "ja", "oui", "si"};
    static const char *const no[] = {"no", "false", "0", "n", "nein", "non", "none", "-", "--"};
    static const char *const unknown[] = {"unknown", "undetermined", "not reviewed", "n/a", "na",
                                          "?",       "pending",      "not known",    "null"};
    if (n == 0 || is_one_of(text, n, (const char *const[]){"(empty)"}, 1)) return SAID_NOTHING;
    if (is_one_of(text, n, no, sizeof no / sizeof *no)) return SAID_NO;
    if (is_one_of(text, n, unknown, sizeof unknown / sizeof *unknown)) return SAID_UNKNOWN;
    return is_one_of(text, n, yes, sizeof yes / sizeof *yes) ? SAID_YES : SAID_NOTHING;
}

/* A word that is neither yes, no nor unknown. */
static bool is_name(const char *text, size_t n) {
    return n > 0 && meaning(text, n) == SAID_NOTHING &&
           !is_one_of(text, n, (const char *const[]){"(empty)"}, 1);
}

/* The next of several tags in a cell, without the blanks around it; false after the last. */
static bool next_part(const char **at, const char *end, const char **out_text, size_t *out_n) {
    while (*at < end) {
        const char *from = *at, *to = from;
        while (to < end && *to != ';' && *to != '|') to++;
        *at = to < end ? to + 1 : end;
        while (from < to && *from == ' ') from++;
        while (to > from && to[-1] == ' ') to--;
        if (to == from) continue;
        *out_text = from;
        *out_n = (size_t)(to - from);
        return true;
    }
    return false;
}

static tilt_status refuse(const reviewer *r, const char *what, const char *name) {
    return tilt__fail(r->err, TILT_ESPEC, "%.150s: %s \"%.80s\"", r->from->mapping->source_spec->name, what,
                      name);
}

/* ---- the tags ---- */

static bool names_values_alone(const char *header) {
    static const char *const heads[] = {"tag", "tags", "label", "labels", "content", "flag", "flags"};
    return is_one_of(header, strlen(header), heads, sizeof heads / sizeof *heads);
}

static size_t find_tag(const reviewer *r, const column *c, const char *name) {
    for (size_t t = c->first_tag; t < c->first_tag + c->n_tags; t++)
        if (strcmp(r->tags->items[t].name, name) == 0) return t;
    return SIZE_MAX;
}

static tilt_status add_tag(reviewer *r, column *c, const char *name) {
    if (name == NULL) return tilt__fail_memory(r->err);
    for (size_t t = 0; t < r->tags->n; t++)
        if (strcmp(r->tags->items[t].name, name) == 0) return refuse(r, "two columns give the tag", name);
    if (r->tags->n - r->first_tag >= TILT__MOST_TAGS)
        return tilt__fail(r->err, TILT_ETOOBIG,
                          "%.150s: more than %d tags; name columns that hold none, such as notes, under "
                          "\"ignore\" in \"content\"",
                          r->from->mapping->source_spec->name, TILT__MOST_TAGS);
    void *items = r->tags->items;
    tilt__tag *tag = tilt__arena_push(r->arena, &items, &r->tags->n, &r->tags->capacity, sizeof *tag);
    if (tag == NULL) return tilt__fail_memory(r->err);
    r->tags->items = items;
    *tag = (tilt__tag){.name = name,
                       .file = r->from->mapping->source_spec->name,
                       .key = r->key,
                       .stage = r->stage,
                       .of = tilt__arena_format(r->arena, "%s (tagged %s)", name, r->stage),
                       .per = tilt__arena_format(r->arena, "%s (reviewed %s)", c->header, r->stage),
                       .loose = tilt__arena_format(r->arena, "%s (not reviewed %s)", c->header, r->stage)};
    c->n_tags++;
    return tag->of != NULL && tag->per != NULL && tag->loose != NULL ? TILT_OK : tilt__fail_memory(r->err);
}

static char *tag_name(const reviewer *r, const column *c, const char *text, size_t n) {
    char *value = tilt__arena_text(r->arena, text, n);
    bool alone = value == NULL || names_values_alone(c->header);
    return alone ? value : tilt__arena_format(r->arena, "%s: %s", c->header, value);
}

static tilt_status check_length(const reviewer *r, const char *name, size_t n) {
    return n <= MOST_NAME ? TILT_OK : refuse(r, "a tag of more than 200 bytes:", name);
}

/* Every value of a column that is no flag, in byte order of the cells. */
static tilt_status add_tags(reviewer *r, column *c) {
    const tilt_cube *cube = r->from->cube;
    tilt_status status = TILT_OK;
    for (uint32_t label = 1; label <= tilt__cube_n_labels(cube, c->dim); label++) {
        size_t length, n;
        const char *at = tilt__cube_label(cube, c->dim, label, &length), *end = at + length, *text;
        while (status == TILT_OK && next_part(&at, end, &text, &n)) {
            status = check_length(r, text, n);
            if (status != TILT_OK || (meaning(text, n) != SAID_YES && !is_name(text, n))) continue;
            char *name = tag_name(r, c, text, n);
            if (name == NULL) return tilt__fail_memory(r->err);
            if (find_tag(r, c, name) == SIZE_MAX) status = add_tag(r, c, name);
        }
    }
    return status;
}

static bool is_flag(const reviewer *r, const column *c) {
    const tilt_cube *cube = r->from->cube;
    for (uint32_t label = 1; label <= tilt__cube_n_labels(cube, c->dim); label++) {
        size_t n;
        const char *text = tilt__cube_label(cube, c->dim, label, &n);
        if (is_name(text, n)) return false;
    }
    return true;
}

static const char *header_of(const reviewer *r, const char *name) {
    const tilt__mapping *m = r->from->mapping;
    for (size_t i = 0; i < m->n_columns; i++)
        if (m->columns[i].read && strcmp(m->columns[i].name, name) == 0)
            return tilt_source_column(m->source, i)->header;
    return name;
}

static tilt_status find_tags(reviewer *r) {
    const tilt_cube *cube = r->from->cube;
    r->first_tag = r->tags->n;
    for (size_t d = 0; d < tilt__cube_n_dims(cube); d++) {
        if (d == r->key_dim) continue;
        column *c = &r->columns[r->n_columns++];
        *c = (column){
            .dim = d, .header = header_of(r, tilt__cube_dim(cube, d)->name), .first_tag = r->tags->n};
        c->flag = is_flag(r, c);
        tilt_status status = check_length(r, c->header, strlen(c->header));
        if (status == TILT_OK) status = c->flag ? add_tag(r, c, c->header) : add_tags(r, c);
        if (status != TILT_OK) return status;
    }
    if (r->tags->n > r->first_tag) return TILT_OK;
    return refuse(r, "there is no column of tags beside the key", r->key);
}

/* ---- what is said of each key ---- */

static tilt_status note(reviewer *r, uint32_t key, size_t tag, said now) {
    unsigned char *state = &r->states[key * (r->tags->n - r->first_tag) + (tag - r->first_tag)];
    bool both = (*state == SAID_YES && now == SAID_NO) || (*state == SAID_NO && now == SAID_YES);
    if (both)
        return tilt__fail(r->err, TILT_ESPEC,
                          "%.120s: %.40s \"%.80s\" is both tagged \"%.80s\" and not; expected one of them",
                          r->from->mapping->source_spec->name, r->key,
                          tilt__cube_label(r->from->cube, r->key_dim, key, NULL), r->tags->items[tag].name);
    if (now > *state) *state = (unsigned char)now;
    return TILT_OK;
}

/* One cell of a column that holds tags. "none" says no to each of them. */
static tilt_status read_tags(reviewer *r, const column *c, uint32_t key, const char *text, size_t length) {
    const char *at = text, *end = text + length, *part;
    size_t n;
    tilt_status status = TILT_OK;
    while (status == TILT_OK && next_part(&at, end, &part, &n)) {
        said now = meaning(part, n);
        if (now == SAID_YES || is_name(part, n)) {
            const char *name = tag_name(r, c, part, n);
            if (name == NULL) return tilt__fail_memory(r->err);
            status = note(r, key, find_tag(r, c, name), SAID_YES);
            continue;
        }
        for (size_t t = c->first_tag; t < c->first_tag + c->n_tags && status == TILT_OK; t++)
            status = note(r, key, t, now);
    }
    return status;
}

static tilt_status read_keys(reviewer *r) {
    const tilt_cube *cube = r->from->cube;
    size_t n_tags = r->tags->n - r->first_tag;
    r->n_keys = tilt__cube_n_labels(cube, r->key_dim);
    r->states = tilt__arena_alloc(r->arena, (r->n_keys + 1) * n_tags, 1);
    r->met = tilt__arena_alloc(r->arena, r->n_keys + 1, sizeof *r->met);
    if (r->states == NULL || r->met == NULL) return tilt__fail_memory(r->err);
    for (size_t cell = 0; cell < tilt__cube_n_cells(cube); cell++) {
        const uint32_t *key = tilt__cube_key(cube, cell);
        for (size_t i = 0; i < r->n_columns; i++) {
            const column *c = &r->columns[i];
            size_t n;
            const char *text = tilt__cube_label(cube, c->dim, key[c->dim], &n);
            tilt_status status = c->flag ? note(r, key[r->key_dim], c->first_tag, meaning(text, n))
                                         : read_tags(r, c, key[r->key_dim], text, n);
            if (status != TILT_OK) return status;
        }
    }
    for (size_t t = 0; t < n_tags; t++) r->tags->items[r->first_tag + t].listed = r->n_keys;
    return TILT_OK;
}

/* ---- counts ---- */

/* The delivery that one join goes to. */
typedef struct target {
    tilt__loaded *to;
    size_t key, stage; /* dimension (SIZE_MAX: none) and measure there */
    uint32_t *from;    /* per key label there: the label in the file; 0: not listed */
    tilt_cube *into;
    size_t n_old; /* measures it had */
} target;

static tilt_status match_keys(reviewer *r, target *t) {
    size_t n = t->key == SIZE_MAX ? 0 : tilt__cube_n_labels(t->to->cube, t->key);
    t->from = tilt__arena_alloc(r->arena, n + 1, sizeof *t->from);
    if (t->from == NULL) return tilt__fail_memory(r->err);
    for (uint32_t label = 1; label <= n; label++) {
        size_t length;
        const char *text = tilt__cube_label(t->to->cube, t->key, label, &length);
        /* a row that names nothing says nothing of delivery that names nothing */
        bool nameless = is_one_of(text, length, (const char *const[]){"(empty)"}, 1) ||
                        meaning(text, length) == SAID_UNKNOWN;
        if (nameless) continue;
        t->from[label] = tilt__cube_find_label(r->from->cube, r->key_dim, text, length);
        if (t->from[label] != 0) r->met[t->from[label]] = true;
    }
    return TILT_OK;
}

static tilt_status widen(reviewer *r, target *t) {
    const tilt_cube *from = t->to->cube;
    tilt__dim dims[TILT__MAX_DIMS];
    size_t n_dims = tilt__cube_n_dims(from), n = tilt__cube_n_measures(from);
    size_t most = n + (r->tags->n - r->first_tag) + 2 * r->n_columns;
    if (most > TILT__MAX_MEASURES)
        return tilt__fail(r->err, TILT_ETOOBIG, "%.150s: more than %d counts with its tags",
                          r->from->mapping->source_spec->name, TILT__MAX_MEASURES);
    tilt__measure *measures = tilt__arena_alloc(r->arena, most, sizeof *measures);
    if (measures == NULL) return tilt__fail_memory(r->err);
    t->n_old = n;
    for (size_t d = 0; d < n_dims; d++) dims[d] = *tilt__cube_dim(from, d);
    for (size_t m = 0; m < n; m++) measures[m] = *tilt__cube_measure(from, m);
    for (size_t tag = r->first_tag; tag < r->tags->n; tag++)
        measures[n++] = (tilt__measure){r->tags->items[tag].of, TILT__MEASURE_STAGE};
    for (size_t i = 0; i < r->n_columns; i++) {
        column *c = &r->columns[i];
        c->per = n - t->n_old;
        if (c->n_tags == 0) continue;
        measures[n++] = (tilt__measure){r->tags->items[c->first_tag].per, TILT__MEASURE_STAGE};
        measures[n++] = (tilt__measure){r->tags->items[c->first_tag].loose, TILT__MEASURE_STAGE};
    }
    for (size_t m = t->n_old; m < n; m++) {
        if (tilt__cube_find_measure(from, measures[m].name) != SIZE_MAX)
            return refuse(r, "an export already has a count of the name", measures[m].name);
        t->to->measure_column[m] = TILT_NO_COLUMN;
    }
    t->into = tilt__cube_new(dims, n_dims, measures, n, r->err);
    return t->into != NULL ? TILT_OK : (r->err != NULL ? r->err->status : TILT_ENOMEM);
}

/* The count of a cell to the tags its ad carries, and to what was reviewed or was not, column by column. A
 * zero is written too, so that every cell that has the count has these. */
static bool add_tagged(const reviewer *r, const target *t, size_t from_cell, size_t cell) {
    const uint32_t *key = tilt__cube_key(t->to->cube, from_cell);
    tilt__decimal value = tilt__cube_value(t->to->cube, from_cell, t->stage), zero = {0};
    uint32_t own = t->key == SIZE_MAX ? 0 : t->from[key[t->key]];
    size_t n_tags = r->tags->n - r->first_tag;
    bool ok = true;
    for (size_t i = 0; i < r->n_columns && ok; i++) {
        const column *c = &r->columns[i];
        bool known = own != 0;
        for (size_t tag = c->first_tag; tag < c->first_tag + c->n_tags && own != 0; tag++)
            known = known && r->states[own * n_tags + (tag - r->first_tag)] != SAID_UNKNOWN;
        for (size_t tag = c->first_tag; tag < c->first_tag + c->n_tags && ok; tag++) {
            bool yes = known && r->states[own * n_tags + (tag - r->first_tag)] == SAID_YES;
            ok = tilt__cube_add(t->into, cell, t->n_old + (tag - r->first_tag), yes ? value : zero);
        }
        if (c->n_tags == 0) continue;
        ok = ok && tilt__cube_add(t->into, cell, t->n_old + c->per, known ? value : zero) &&
             tilt__cube_add(t->into, cell, t->n_old + c->per + 1, known ? zero : value);
    }
    return ok;
}

static tilt_status copy_cells(const reviewer *r, const target *t) {
    const tilt_cube *from = t->to->cube;
    for (size_t c = 0; c < tilt__cube_n_cells(from); c++) {
        uint32_t key[TILT__MAX_DIMS];
        const uint32_t *have = tilt__cube_key(from, c);
        for (size_t d = 0; d < tilt__cube_n_dims(from); d++) {
            size_t n;
            const char *text = have[d] == 0 ? NULL : tilt__cube_label(from, d, have[d], &n);
            key[d] = text == NULL ? 0 : tilt__cube_label_add(t->into, d, text, n);
            if (key[d] == 0 && have[d] != 0) return tilt__fail_memory(r->err);
        }
        size_t cell = tilt__cube_cell(t->into, key);
        if (cell == TILT__NO_CELL) return tilt__fail_memory(r->err);
        bool ok = true;
        for (size_t m = 0; m < t->n_old && ok; m++)
            if (tilt__cube_has(from, c, m))
                ok = tilt__cube_add(t->into, cell, m, tilt__cube_value(from, c, m));
        if (ok && tilt__cube_has(from, c, t->stage)) ok = add_tagged(r, t, c, cell);
        if (!ok) return tilt__fail(r->err, TILT_ETOOBIG, "a sum over tags passes 38 digits");
    }
    return tilt__cube_seal(t->into, r->err);
}

static tilt_status tell(const reviewer *r, const target *t, tilt__checks *checks) {
    size_t n = t->key == SIZE_MAX ? 0 : tilt__cube_n_labels(t->to->cube, t->key), found = 0;
    const char *export_name = t->to->mapping->source_spec->name;
    for (uint32_t label = 1; label <= n; label++) found += t->from[label] != 0;
    for (size_t tag = r->first_tag; tag < r->tags->n; tag++) {
        r->tags->items[tag].delivered += n;
        r->tags->items[tag].unlisted += n - found;
    }
    bool added = n == 0 ? tilt__check_add(r->arena, checks, "content_joined", false,
                                          "%.100s has no %.60s, so that none of it is reviewed by %.100s.",
                                          export_name, r->key, r->from->mapping->source_spec->name)
                        : tilt__check_add(r->arena, checks, "content_joined", found == n,
                                          "%.100s lists %zu of the %zu values of %.60s in %.100s%s.",
                                          r->from->mapping->source_spec->name, found, n, r->key, export_name,
                                          found == n ? "" : "; the others are not reviewed");
    return added ? TILT_OK : tilt__fail_memory(r->err);
}

static tilt_status join(reviewer *r, tilt__loaded *to, tilt__checks *checks) {
    target t = {.to = to,
                .key = tilt__cube_find_dim(to->cube, r->key),
                .stage = tilt__cube_find_measure(to->cube, r->stage)};
    tilt_status status = match_keys(r, &t);
    if (status == TILT_OK) status = widen(r, &t);
    if (status == TILT_OK) status = copy_cells(r, &t);
    if (status == TILT_OK) status = tell(r, &t, checks);
    if (status != TILT_OK) {
        tilt__cube_free(t.into);
        return status;
    }
    tilt__cube_free(to->cube);
    to->cube = t.into;
    return TILT_OK;
}

/* ---- all ---- */

static bool has(const tilt__loaded *loaded, const char *measure) {
    return !tilt__is_facts(loaded) && tilt__cube_find_measure(loaded->cube, measure) != SIZE_MAX;
}

static tilt_status tell_idle(reviewer *r, tilt__checks *checks) {
    size_t idle = 0, n_tags = r->tags->n - r->first_tag;
    for (size_t key = 1; key <= r->n_keys; key++) {
        idle += !r->met[key];
        for (size_t t = 0; t < n_tags && r->met[key]; t++)
            r->tags->items[r->first_tag + t].tagged += r->states[key * n_tags + t] == SAID_YES;
    }
    for (size_t tag = r->first_tag; tag < r->tags->n; tag++) r->tags->items[tag].idle = idle;
    bool added = idle == 0 ||
                 tilt__check_add(r->arena, checks, "content_idle", true,
                                 "%.100s lists %zu values of %.60s that no export has; they count nowhere.",
                                 r->from->mapping->source_spec->name, idle, r->key);
    return added ? TILT_OK : tilt__fail_memory(r->err);
}

static tilt_status attach_one(reviewer *r, tilt__loaded *loaded, size_t n, tilt__checks *checks) {
    bool any = false;
    r->stage = "reach";
    for (size_t i = 0; i < n; i++) {
        if (has(&loaded[i], "impressions")) r->stage = "impressions";
        any = any || (!tilt__is_facts(&loaded[i]) && tilt__cube_find_dim(loaded[i].cube, r->key) != SIZE_MAX);
    }
    if (!any) return refuse(r, "its key is no factor or audience column of an export:", r->key);
    tilt_status status = find_tags(r);
    if (status == TILT_OK) status = read_keys(r);
    any = false;
    for (size_t i = 0; i < n && status == TILT_OK; i++) {
        if (!has(&loaded[i], r->stage)) continue;
        any = true;
        status = join(r, &loaded[i], checks);
    }
    if (status == TILT_OK && !any) return refuse(r, "no export counts impressions or reach beside", r->key);
    return status == TILT_OK ? tell_idle(r, checks) : status;
}

tilt_status tilt__content_attach(tilt__loaded *loaded, size_t n, tilt__arena *arena, tilt__checks *checks,
                                 tilt__tags *out, tilt_error *err) {
    *out = (tilt__tags){NULL, 0, 0};
    for (size_t i = 0; i < n; i++) {
        const tilt__mapping *m = loaded[i].mapping;
        if (m->source_spec->kind != TILT__KIND_CONTENT) continue;
        const char *key = m->columns[m->key].name;
        reviewer r = {.from = &loaded[i],
                      .key = key,
                      .key_dim = tilt__cube_find_dim(loaded[i].cube, key),
                      .arena = arena,
                      .tags = out,
                      .err = err};
        tilt_status status = attach_one(&r, loaded, n, checks);
        if (status != TILT_OK) return status;
    }
    return TILT_OK;
}
