/* read/reduced.c - headers of a cube are ROLE:NAME. */
#include "read/reduced.h"

#include <string.h>

#include "base/error.h"

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
        c->name = has_unit ? tilt__arena_text(&source->arena, name, (size_t)(unit - name)) : name;
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
