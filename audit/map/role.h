/* map/role.h - which role every column of one source has in this audit: proposed by the reader, overridden by
 * the spec and by the names that options use. */
#ifndef TILT_MAP_ROLE_H
#define TILT_MAP_ROLE_H

#include "map/spec.h"
#include "tiltmeter/source.h"

/* One column of one source, in this audit. */
typedef struct tilt__mapped {
    tilt_role role;
    const char *name;    /* of the role: gender, ad_set, impressions; never NULL */
    bool named_by_user;  /* the role comes from the spec or an option, not from the vocabulary */
    bool assumed;        /* named by a spec that says nobody has confirmed it */
    bool asked;          /* an option uses it, under this role and name */
    bool read;           /* its cells reach the cube or decide on rows */
    bool checked;        /* not that, but the checks read it */
    const char *why_not; /* when it is not read: a plain reason; NULL */
} tilt__mapped;

typedef struct tilt__mapping {
    const tilt_source *source;
    const tilt__source_spec *source_spec;
    tilt__mapped *columns; /* tilt_source_n_columns of them */
    size_t n_columns;
    const struct tilt__people *people; /* map/people.h: the models of person rows; NULL when it has none */
    const struct tilt__wide *wide;     /* map/melt.h: columns that hold one group each; NULL */
    struct tilt__range *ranges;        /* map/range.h: stages given by their limits */
    size_t n_ranges;
    size_t n_where; /* conditions of the spec */
    size_t *where;  /* per condition of the spec: the column it filters, or TILT_NO_COLUMN in this source */
    size_t key;     /* facts: the column that joins them; else TILT_NO_COLUMN */
} tilt__mapping;

/* Decides the role of every column. Memory from `arena`. TILT_ESPEC when the source's own column list names a
 * column that is not there or a role that does not exist. Names that options use but that this source lacks
 * are left to tilt__mapping_check, since another source may have them. */
tilt_status tilt__mapping_make(const tilt_source *source, const tilt__source_spec *source_spec,
                               const tilt_spec *spec, tilt__arena *arena, tilt__mapping *out_mapping,
                               tilt_error *err) TILT_NODISCARD;

/* Tells the reader which roles it did not propose itself, before the rows are read: counts are read more
 * strictly than other numbers, and a row without any audience or factor is a totals row. */
void tilt__mapping_tell(const tilt__mapping *mapping, tilt_source *source);

/* After all sources are mapped: every name that an option or the spec uses (audience, factor, rate, where,
 * by, unit) must exist in one of them. TILT_ESPEC names the nearest column. */
tilt_status tilt__mapping_check(const tilt__mapping *mappings, size_t n, const tilt_spec *spec,
                                tilt_error *err) TILT_NODISCARD;

/* Gives the column that an option means its role, under the name the option used. *out_column is
 * TILT_NO_COLUMN when this source has none. TILT_ESPEC when it has another role already. */
tilt_status tilt__mapping_take(tilt__mapping *mapping, tilt_role role, const char *name, size_t *out_column,
                               tilt_error *err) TILT_NODISCARD;

/* Column with this role and name that is read, or TILT_NO_COLUMN. */
size_t tilt__mapping_find(const tilt__mapping *mapping, tilt_role role, const char *name);

#endif
