/* cube/query_checks.c - a query that left something of a spec out would make a cube that looks right. */
#include "cube/query_checks.h"

#include <string.h>

#include "base/error.h"
#include "read/chars.h"

static tilt_status belongs_to_audit(const char *what, tilt_error *err) {
    return tilt__fail(
        err, TILT_ESPEC,
        "a query reduces one table and cannot join \"%s\"; leave it out here and give it to the "
        "audit of the cube",
        what);
}

static tilt_status check_source(const tilt__source_spec *source, tilt_error *err) {
    bool rows = source->kind == TILT__KIND_AUTO || source->kind == TILT__KIND_DELIVERY ||
                source->kind == TILT__KIND_PART;
    if (!rows)
        return tilt__fail(
            err, TILT_ESPEC,
            "a source of kind \"%s\" cannot be reduced by a query; expected a table of delivery or "
            "of people, and the other beside the audit of the cube",
            tilt__source_kind_names[source->kind]);
    if (source->n_melt > 0)
        return tilt__fail(
            err, TILT_ESPEC,
            "\"melt\" takes wide columns apart by their headers, which a query cannot; expected a "
            "view of the table with a column for each attribute");
    return TILT_OK;
}

tilt_status tilt__query_check_spec(const tilt_spec *spec, tilt_error *err) {
    if (spec->n_sources != 1)
        return tilt__fail(err, TILT_ESPEC, "the spec has %zu sources; a query reduces one table",
                          spec->n_sources);
    if (spec->content != NULL) return belongs_to_audit("content", err);
    if (spec->targeting_file != NULL) return belongs_to_audit("targeting", err);
    for (size_t i = 0; i < spec->n_inferred; i++)
        if (spec->inferred[i].file != NULL) return belongs_to_audit("inferred", err);
    if (spec->skip_bad_rows)
        return tilt__fail(
            err, TILT_ESPEC,
            "a query cannot leave out rows that cannot be read (\"skip_bad_rows\"): it ends at the "
            "first; expected a view of the table without them");
    return check_source(&spec->sources[0], err);
}

static bool same_name(const char *a, const char *b, bool any_case) {
    return any_case ? tilt__same_word(a, strlen(a), b) : strcmp(a, b) == 0;
}

static tilt_status check_table(const tilt__query_columns *c, const tilt__engine *engine, tilt_error *err) {
    for (size_t i = 0; i < c->n_headers && engine->any_case; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(c->headers[i], c->headers[k]) != 0 && same_name(c->headers[i], c->headers[k], true))
                return tilt__fail(
                    err, TILT_ESPEC,
                    "%s takes the columns \"%.80s\" and \"%.80s\" for one: names that differ in "
                    "capitals only; expected a view of the table with other names",
                    engine->name, c->headers[k], c->headers[i]);
    return TILT_OK;
}

tilt_status tilt__query_check_names(const tilt__query_columns *columns, const tilt__engine *engine,
                                    tilt_error *err) {
    const char *names[TILT__MAX_DIMS + TILT__MAX_MEASURES];
    size_t n = 0;
    for (size_t i = 0; i < columns->n_labels; i++) names[n++] = columns->labels[i].column;
    for (size_t k = 0; k < columns->n_measures; k++) names[n++] = columns->measures[k].column;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < i; k++)
            if (same_name(names[i], names[k], engine->any_case))
                return tilt__fail(
                    err, TILT_ESPEC,
                    "two columns of the cube would be \"%.100s\"%s; expected another name for one "
                    "of them, or the role ignore",
                    names[i], strcmp(names[i], names[k]) != 0 ? " but for capitals" : "");
    return check_table(columns, engine, err);
}
