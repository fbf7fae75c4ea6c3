/* cube/part.c - the sums of a mark, made again from the rows that are there. */
#include "cube/part.h"

#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "read/source.h"

struct tilt__part_reader {
    const tilt_source *source;
    size_t mark;
    size_t labels[TILT__MAX_DIMS], measures[TILT__MAX_MEASURES];
    size_t n_labels, n_measures;
    char hash[TILT__REDUCTION_HEX];
    tilt__row_sums said, found;
    tilt__buf text;                           /* of the mark, as in the first row */
    tilt__decimal values[TILT__MAX_MEASURES]; /* of the row at hand */
    bool there[TILT__MAX_MEASURES];
};

void tilt__part_free(tilt__part_reader *reader) {
    if (reader == NULL) return;
    tilt__buf_free(&reader->text);
    tilt__row_sums_free(&reader->found);
    free(reader);
}

static bool is_label(tilt_role role) {
    return role != TILT_ROLE_STAGE && role != TILT_ROLE_COST && role != TILT_ROLE_IGNORE &&
           role != TILT_ROLE_IDENTIFIER;
}

static tilt_status list_columns(tilt__part_reader *r, tilt_error *err) {
    size_t n = tilt_source_n_columns(r->source);
    for (size_t i = 0; i < n; i++) {
        tilt_role role = tilt_source_column(r->source, i)->role;
        bool measure = role == TILT_ROLE_STAGE || role == TILT_ROLE_COST;
        size_t have = measure ? r->n_measures : r->n_labels;
        if (role == TILT_ROLE_IGNORE) r->mark = i;
        if (role == TILT_ROLE_IGNORE || (!measure && !is_label(role))) continue;
        if (have == (measure ? (size_t)TILT__MAX_MEASURES : (size_t)TILT__MAX_DIMS))
            return tilt__fail(err, TILT_ETOOBIG, "%.200s: more than %zu columns of one kind in a cube",
                              tilt_source_name(r->source), have);
        if (measure)
            r->measures[r->n_measures++] = i;
        else
            r->labels[r->n_labels++] = i;
    }
    return TILT_OK;
}

tilt__part_reader *tilt__part_new(const tilt_source *source, tilt_error *err) {
    tilt__part_reader *r = tilt__alloc(1, sizeof *r);
    if (r == NULL) {
        (void)tilt__fail_memory(err);
        return NULL;
    }
    r->source = source;
    r->text = (tilt__buf)TILT__BUF_INIT;
    if (list_columns(r, err) == TILT_OK) return r;
    tilt__part_free(r);
    return NULL;
}

static tilt_status bad_mark(const tilt__part_reader *r, const tilt_row *row, const char *what,
                            tilt_error *err) {
    tilt__place place = {.source = row->source,
                         .row = row->line,
                         .column = (uint32_t)r->mark + 1,
                         .column_name = tilt_source_column(r->source, r->mark)->header};
    return tilt__fail_at(err, TILT_ECSV, &place, "%s", what);
}

static tilt_status take_mark(tilt__part_reader *r, const tilt_row *row, tilt_error *err) {
    const tilt_cell *cell = &row->cells[r->mark];
    if (r->text.length == 0) {
        if (!tilt__mark_parse(cell->text, cell->length, r->hash, &r->said))
            return bad_mark(r, row, "no mark of a cube; expected HASH-ROWS-LABELS-MEASURES", err);
        tilt__buf_add(&r->text, cell->text, cell->length);
        return r->text.failed ? tilt__fail_memory(err) : TILT_OK;
    }
    bool same =
        cell->length == r->text.length && memcmp(cell->text, tilt__buf_get(&r->text), cell->length) == 0;
    if (same) return TILT_OK;
    bool cut =
        cell->length < r->text.length && memcmp(cell->text, tilt__buf_get(&r->text), cell->length) == 0;
    return bad_mark(r, row,
                    cut ? "the mark ends early, as in a file that was cut here; expected the whole file"
                        : "another mark than in the rows before; expected one cube per file",
                    err);
}

tilt_status tilt__part_row(tilt__part_reader *r, const tilt_row *row, tilt_error *err) {
    tilt_cell labels[TILT__MAX_DIMS];
    tilt_status status = take_mark(r, row, err);
    for (size_t i = 0; i < r->n_labels; i++) labels[i] = row->cells[r->labels[i]];
    for (size_t k = 0; k < r->n_measures && status == TILT_OK; k++) {
        const tilt_cell *cell = &row->cells[r->measures[k]];
        r->there[k] = cell->length > 0;
        if (r->there[k] && !tilt__decimal_parse(cell->text, cell->length, &r->values[k]))
            status = tilt__source_bad_cell(r->source, row, r->measures[k], "a number", err);
    }
    if (status != TILT_OK) return status;
    if (tilt__row_sums_add(&r->found, labels, r->n_labels, r->values, r->there, r->n_measures))
        return TILT_OK;
    return tilt__fail(err, TILT_ETOOBIG, "%.200s: a sum passes 38 digits", row->source);
}

tilt_status tilt__part_filters(const tilt__part_reader *r, const tilt__mapping *mapping,
                               const tilt_spec *spec, bool *out, tilt_error *err) {
    tilt__place place = {.source = tilt_source_name(r->source)};
    if (!tilt__reduction_has_filters(r->hash, spec, out)) return tilt__fail_memory(err);
    for (size_t w = 0; w < spec->n_where && !*out; w++)
        if (mapping->where[w] == TILT_NO_COLUMN)
            return tilt__fail_at(
                err, TILT_ESPEC, &place,
                "where names a column \"%.80s\" that is not in the cube, and the cube was not made "
                "with these filters; expected the filters it was made with, or one of its columns",
                spec->where[w].column);
    return TILT_OK;
}

tilt_status tilt__part_finish(const tilt__part_reader *r, char out_hash[TILT__REDUCTION_HEX],
                              tilt__row_sums *out_sums, tilt_error *err) {
    tilt__place place = {.source = tilt_source_name(r->source)};
    memcpy(out_hash, r->hash, sizeof r->hash);
    *out_sums = r->found;
    if (r->said.rows != r->found.rows)
        return tilt__fail_at(
            err, TILT_ECSV, &place,
            "the cube had %llu rows when it was written and has %llu now; expected the whole "
            "file",
            (unsigned long long)r->said.rows, (unsigned long long)r->found.rows);
    if (r->said.labels != r->found.labels)
        return tilt__fail_at(err, TILT_ECSV, &place, "a label was altered since the cube was written");
    if (r->said.measures != r->found.measures)
        return tilt__fail_at(err, TILT_ECSV, &place, "a count was altered since the cube was written");
    return TILT_OK;
}
