/* read/reduced.c - headers of a cube are ROLE:NAME. */
#include "read/reduced.h"

#include <string.h>

#include "base/error.h"
#include "read/state.h"

bool tilt__reduced_bins_ok(unsigned bins) {
    return bins >= TILT__FEWEST_BINS && bins <= TILT__MOST_BINS && bins % 10 == 0 &&
           TILT__MOST_BINS % bins == 0;
}

const char *tilt__reduced_header(tilt__arena *arena, tilt_role role, const char *name,
                                 const tilt__reduced_people *people) {
    const char *word = tilt_role_name(role);
    char cut[TILT__DECIMAL_TEXT];
    if (role == TILT_ROLE_SCORE && people->bins > 0) {
        tilt__decimal_print(people->cut, cut);
        return tilt__arena_format(arena, "%s:%s (%u bins, cut %s)", word, name, people->bins, cut);
    }
    if (role == TILT_ROLE_LABEL && people->positive != NULL)
        return tilt__arena_format(arena, "%s:%s (1 is %s)", word, name, people->positive);
    return tilt__arena_format(arena, "%s:%s", word, name);
}

/* "1000 bins, cut 0.5)"; false for anything else. */
static bool parse_bins(const char *text, tilt__reduced_people *out) {
    static const char between[] = " bins, cut ";
    size_t digits = strspn(text, "0123456789"), n = strlen(text);
    if (digits == 0 || digits > 7 || strncmp(text + digits, between, strlen(between)) != 0) return false;
    out->bins = 0;
    for (size_t i = 0; i < digits; i++) out->bins = out->bins * 10 + (unsigned)(text[i] - '0');
    const char *cut = text + digits + strlen(between);
    return tilt__reduced_bins_ok(out->bins) &&
           tilt__decimal_parse(cut, n - 1 - (size_t)(cut - text), &out->cut);
}

tilt__reduced_people tilt__reduced_parse(const char *header, tilt_role role, size_t *out_n) {
    static const char positive[] = "1 is ";
    tilt__reduced_people people = {0, {0}, NULL};
    const char *name = strchr(header, ':') + 1, *open = NULL;
    size_t n = strlen(name);
    *out_n = n;
    if (n == 0 || name[n - 1] != ')') return people;
    for (const char *at = name; (at = strstr(at, " (")) != NULL; at++) open = at;
    if (role == TILT_ROLE_LABEL) open = strstr(name, " (1 is ");
    if (open == NULL) return people;
    if (role == TILT_ROLE_SCORE && parse_bins(open + 2, &people))
        *out_n = (size_t)(open - name);
    else
        people.bins = 0;
    if (role == TILT_ROLE_LABEL) {
        people.positive = open + 2 + strlen(positive); /* up to the last character, which is ")" */
        *out_n = (size_t)(open - name);
    }
    return people;
}

static bool is_of_people(tilt_role role) {
    return role == TILT_ROLE_DECISION || role == TILT_ROLE_LABEL || role == TILT_ROLE_SCORE ||
           role == TILT_ROLE_WEIGHT;
}

static size_t find_mark(const tilt_source *source) {
    for (size_t i = 0; i < source->n_columns; i++) {
        if (strcmp(source->columns[i].header, TILT__CUBE_MARK) == 0) return i;
    }
    return TILT_NO_COLUMN;
}

static tilt_status take_header(tilt_source *source, size_t i, tilt_error *err) {
    tilt_column *c = &source->columns[i];
    size_t n = strcspn(c->header, ":");
    const char *word = tilt__arena_text(&source->arena, c->header, n);
    if (word == NULL) return tilt__fail_memory(err);
    if (c->header[n] == ':' && c->header[n + 1] != '\0' && tilt_role_from_name(word, &c->role)) {
        const char *name = c->header + n + 1, *unit = strstr(name, " (");
        bool has_unit = c->role == TILT_ROLE_COST && unit != NULL && c->unit[0] != '\0';
        size_t length = has_unit ? (size_t)(unit - name) : strlen(name);
        if (is_of_people(c->role)) (void)tilt__reduced_parse(c->header, c->role, &length);
        c->name = tilt__arena_text(&source->arena, name, length);
        if (c->name == NULL) return tilt__fail_memory(err);
        c->empty = TILT_EMPTY_MISSING;
        return TILT_OK;
    }
    tilt__place place = {.source = source->parts[0].source,
                         .row = source->parts[0].header_line,
                         .column = (uint32_t)i + 1,
                         .column_name = c->header};
    return tilt__fail_at(err, TILT_ECSV, &place,
                         "a cube names the role of every column; expected \"audience:gender\", "
                         "\"stage:clicks\" or the like beside " TILT__CUBE_MARK);
}

tilt_status tilt__reduced_columns(tilt_source *source, bool *out_is, tilt_error *err) {
    size_t mark = find_mark(source);
    *out_is = mark != TILT_NO_COLUMN;
    if (!*out_is) return TILT_OK;
    tilt_status status = TILT_OK;
    for (size_t i = 0; i < source->n_columns && status == TILT_OK; i++) {
        if (i != mark) status = take_header(source, i, err);
    }
    source->columns[mark].role = TILT_ROLE_IGNORE;
    source->columns[mark].name = TILT__CUBE_MARK;
    source->columns[mark].note = "marks a cube, and what it was reduced by";
    source->dialect.kind = "cube";
    source->dialect.why = "it has a column " TILT__CUBE_MARK;
    source->is_cube = true;
    return status;
}
