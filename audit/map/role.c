/* map/role.c - proposals of the reader, then the source's column list, then the names that options use.
 * A question a reader may ask: an attribute named with --audience that the vocabulary knows as a factor
 * (region, say) simply becomes an audience; nothing else about the column changes. */
#include "map/role.h"

#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "map/melt.h"
#include "map/people.h"
#include "map/range.h"
#include "read/source.h"

static const char not_recognised[] = "not recognised as an audience, factor, stage, cost or date";
static const char is_copy[] = "the same as an earlier column of that name";
static const char is_personal[] = "looks like personal data; needs an explicit role";
static const char is_derived[] = "not additive or not needed for the audit";
static const char only_checked[] = "held against the counts as a check; never counted";
static const char second_of_name[] = "another column already has this role; name it to use it";

/* What a model says about a person; used only when it is asked for, or assumed by map/people.c. */
static bool is_of_people(tilt_role role) {
    return role == TILT_ROLE_DECISION || role == TILT_ROLE_LABEL || role == TILT_ROLE_SCORE ||
           role == TILT_ROLE_WEIGHT;
}

/* Roles whose cells reach the cube. */
static bool is_read(tilt_role role) {
    return role == TILT_ROLE_AUDIENCE || role == TILT_ROLE_FACTOR || role == TILT_ROLE_STAGE ||
           role == TILT_ROLE_COST || role == TILT_ROLE_TIME || role == TILT_ROLE_COVARIATE ||
           is_of_people(role);
}

/* Results count whatever their type column says; both are read, row by row. */
static void propose_results(const tilt_source *source, tilt__mapping *m) {
    for (size_t i = 0; i < m->n_columns; i++) {
        const tilt_column *column = tilt_source_column(source, i);
        if (column->type_column == TILT_NO_COLUMN || column->copy_of != TILT_NO_COLUMN) continue;
        m->columns[i] = (tilt__mapped){.role = TILT_ROLE_STAGE, .name = "results", .read = true};
        tilt__mapped *type = &m->columns[column->type_column];
        *type = (tilt__mapped){.role = TILT_ROLE_IGNORE, .name = "result_type", .read = true};
    }
}

/* Columns that say what counts should be, or what they mean: cube/observe.h looks at them. */
static bool is_checked(const tilt_column *column) {
    static const char *const names[] = {"frequency", "currency", "time_zone", "attribution_setting"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(column->name, names[i]) == 0) return column->role == TILT_ROLE_IGNORE;
    }
    return false;
}

static void propose(const tilt_source *source, tilt__mapping *m) {
    for (size_t i = 0; i < m->n_columns; i++) {
        const tilt_column *column = tilt_source_column(source, i);
        tilt__mapped *mapped = &m->columns[i];
        *mapped = (tilt__mapped){.role = column->role, .name = column->name, .read = is_read(column->role)};
        mapped->named_by_user = mapped->read && tilt__source_is_cube(source);
        if (column->copy_of != TILT_NO_COLUMN) {
            mapped->why_not = is_copy;
        } else if (column->guarded) {
            mapped->why_not = is_personal;
        } else if (is_checked(column)) {
            mapped->why_not = only_checked;
            mapped->checked = true;
        } else if (column->note[0] != '\0' && !mapped->read) {
            mapped->why_not = column->note;
        } else if (column->role == TILT_ROLE_IGNORE) {
            mapped->why_not = not_recognised;
        } else if (!mapped->read) {
            mapped->why_not = is_derived;
        }
        if (is_of_people(column->role) && !tilt__source_is_cube(source)) mapped->why_not = is_derived;
        if (mapped->why_not != NULL) {
            mapped->read = false;
            if (column->copy_of != TILT_NO_COLUMN || column->guarded) mapped->role = TILT_ROLE_IGNORE;
        }
    }
}

/* Everything in a sidecar of facts is a fact, numbers too: budgets are compared, never summed. */
static void propose_facts(const tilt_source *source, tilt__mapping *m) {
    for (size_t i = 0; i < m->n_columns; i++) {
        const tilt_column *column = tilt_source_column(source, i);
        bool copy = column->copy_of != TILT_NO_COLUMN, open = !copy && !column->guarded;
        m->columns[i] = (tilt__mapped){.role = open ? TILT_ROLE_FACTOR : TILT_ROLE_IGNORE,
                                       .name = column->name,
                                       .read = open,
                                       .why_not = copy   ? is_copy
                                                  : open ? NULL
                                                         : is_personal};
    }
}

static void assign(tilt__mapping *m, size_t column, tilt_role role, const char *name) {
    m->columns[column] =
        (tilt__mapped){.role = role, .name = name, .named_by_user = true, .read = is_read(role)};
    if (!m->columns[column].read) m->columns[column].why_not = is_derived;
}

static tilt_status unknown_column(const tilt_source *source, const char *what, const char *name,
                                  tilt_error *err) {
    const char *candidates[512];
    size_t n = 0;
    for (size_t i = 0; i < tilt_source_n_columns(source) && n + 2 <= 512; i++) {
        candidates[n++] = tilt_source_column(source, i)->header;
        candidates[n++] = tilt_source_column(source, i)->name;
    }
    const char *near = tilt__text_nearest(name, candidates, n);
    tilt__place place = {.source = tilt_source_name(source)};
    if (near != NULL)
        return tilt__fail_at(err, TILT_ESPEC, &place,
                             "%s names a column \"%.80s\" that is not there; did you mean \"%.80s\"?", what,
                             name, near);
    return tilt__fail_at(
        err, TILT_ESPEC, &place,
        "%s names a column \"%.80s\" that is not there; `tiltmeter inspect` lists the columns", what, name);
}

/* "stage:impressions:mim" is a slip, and no name for a count. */
static tilt_status check_part(const tilt__listed *listed, tilt_error *err) {
    static const char *const parts[] = {"min",         "max",   "range",     "share",    "percent",
                                        "exact_share", "whole", "whole_min", "whole_max"};
    const char *last = strrchr(listed->text, ':'), *first = strchr(listed->text, ':');
    if (last == first || strspn(last + 1, "abcdefghijklmnopqrstuvwxyz_") != strlen(last + 1)) return TILT_OK;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (strcmp(parts[i], last + 1) == 0) return TILT_OK;
    return tilt__fail(
        err, TILT_ESPEC,
        "spec, columns, \"%.80s\": unknown part \"%.40s\"; expected min, max, range, share, percent, "
        "exact_share, whole, whole_min or whole_max behind the name",
        listed->name, last + 1);
}

/* "factor:ad_set" -> role and name; a bare "ignore" keeps the column's own name. */
static tilt_status apply_listed(tilt__mapping *m, const tilt__listed *listed, tilt__arena *arena,
                                tilt_error *err) {
    size_t column = tilt_source_find(m->source, listed->name);
    if (column == TILT_NO_COLUMN) return unknown_column(m->source, "the spec", listed->name, err);
    size_t n = strcspn(listed->text, ":");
    char *word = tilt__arena_text(arena, listed->text, n);
    if (word == NULL) return tilt__fail_memory(err);
    tilt_role role;
    if (!tilt_role_from_name(word, &role))
        return tilt__fail(err, TILT_ESPEC,
                          "spec, columns, \"%.80s\": unknown role \"%.40s\"; known roles are audience, "
                          "factor, stage, cost, "
                          "time, weight, label, decision, score, covariate, identifier, ignore",
                          listed->name, word);
    if (m->columns[column].named_by_user)
        return tilt__fail(err, TILT_ESPEC, "spec, columns: \"%.80s\" is given two roles",
                          tilt_source_column(m->source, column)->header);
    tilt_status status = check_part(listed, err);
    if (status != TILT_OK) return status;
    const char *name = listed->text[n] == ':' && listed->text[n + 1] != '\0'
                           ? listed->text + n + 1
                           : tilt_source_column(m->source, column)->name;
    assign(m, column, role, name);
    m->columns[column].assumed = listed->assumed;
    if (role == TILT_ROLE_IGNORE)
        m->columns[column].why_not =
            listed->assumed && listed->because != NULL ? listed->because : "the spec says so";
    return TILT_OK;
}

/* What a spec lists as assumed is left to the reader, that options and patterns find the column as they
 * would have; it is true where the same came of it, or where one of them has decided since. */
static bool came_true(const tilt__mapping *m, const tilt__listed *listed) {
    size_t column = tilt_source_find(m->source, listed->name);
    if (column == TILT_NO_COLUMN) return false; /* applying it says so */
    const tilt__mapped *mapped = &m->columns[column];
    size_t n = strcspn(listed->text, ":");
    bool wide = m->wide != NULL && m->wide->columns[column].stage != NULL;
    if (mapped->asked || wide) return true;
    const char *role = tilt_role_name(mapped->read ? mapped->role : TILT_ROLE_IGNORE);
    if (strlen(role) != n || strncmp(role, listed->text, n) != 0) return false;
    return listed->text[n] == '\0' || !mapped->read || strcmp(mapped->name, listed->text + n + 1) == 0;
}

/* One column cannot be two things, nor have two names: either would leave an option without its column. */
static tilt_status ask(tilt__mapping *m, size_t column, tilt_role role, const char *name, tilt_error *err) {
    tilt__mapped *mapped = &m->columns[column];
    if (mapped->asked && mapped->role != role)
        return tilt__fail(err, TILT_ESPEC,
                          "column \"%.80s\" is named both as %s and as %s; expected one of them",
                          tilt_source_column(m->source, column)->header, tilt_role_name(mapped->role),
                          tilt_role_name(role));
    if (mapped->asked && strcmp(mapped->name, name) != 0)
        return tilt__fail(err, TILT_ESPEC,
                          "column \"%.80s\" is named both \"%.80s\" and \"%.80s\"; expected one name",
                          tilt_source_column(m->source, column)->header, mapped->name, name);
    bool same = mapped->read && mapped->role == role && strcmp(mapped->name, name) == 0;
    if (!same) assign(m, column, role, name);
    mapped->asked = true;
    return TILT_OK;
}

/* The column that an option means: one that has this role and name, then one of this name (of the role, or
 * given by the spec), then one of this header. */
static size_t find_asked(const tilt__mapping *m, tilt_role role, const char *name) {
    size_t column = tilt__mapping_find(m, role, name);
    for (size_t i = 0; i < m->n_columns && column == TILT_NO_COLUMN; i++) {
        if (m->columns[i].read && strcmp(m->columns[i].name, name) == 0) column = i;
    }
    return column != TILT_NO_COLUMN ? column : tilt_source_find(m->source, name);
}

tilt_status tilt__mapping_take(tilt__mapping *m, tilt_role role, const char *name, size_t *out_column,
                               tilt_error *err) {
    *out_column = find_asked(m, role, name);
    return *out_column != TILT_NO_COLUMN ? ask(m, *out_column, role, name, err) : TILT_OK;
}

static tilt_status take_name(tilt__mapping *m, tilt_role role, const char *name, tilt_error *err) {
    if (tilt__melt_has(m, name) || tilt__ranges_have(m, name)) return TILT_OK;
    size_t column;
    return tilt__mapping_take(m, role, name, &column, err);
}

/* Stages named in a rate; costs keep being costs. `rows` and `selected` are counted by us. */
static tilt_status take_stage(tilt__mapping *m, const tilt_spec *spec, const char *name, tilt_error *err) {
    if (tilt__people_named(spec) && (strcmp(name, "rows") == 0 || strcmp(name, "selected") == 0))
        return TILT_OK;
    bool cost = tilt__mapping_find(m, TILT_ROLE_COST, name) != TILT_NO_COLUMN;
    return take_name(m, cost ? TILT_ROLE_COST : TILT_ROLE_STAGE, name, err);
}

/* A dimension of any kind keeps its kind; what is none becomes a factor. */
static tilt_status take_dimension(tilt__mapping *m, const char *name, tilt_error *err) {
    tilt_role role = TILT_ROLE_FACTOR;
    if (tilt__mapping_find(m, TILT_ROLE_AUDIENCE, name) != TILT_NO_COLUMN) role = TILT_ROLE_AUDIENCE;
    if (tilt__mapping_find(m, TILT_ROLE_TIME, name) != TILT_NO_COLUMN) role = TILT_ROLE_TIME;
    return take_name(m, role, name, err);
}

/* What is read as a group, a factor or a time is adjusted for as it is; anything else is read for this. */
static tilt_status take_covariate(tilt__mapping *m, const char *name, tilt_error *err) {
    static const tilt_role kept[] = {TILT_ROLE_AUDIENCE, TILT_ROLE_FACTOR, TILT_ROLE_TIME};
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        if (tilt__mapping_find(m, kept[i], name) != TILT_NO_COLUMN) return TILT_OK;
    }
    return take_name(m, TILT_ROLE_COVARIATE, name, err);
}

static tilt_status take_option_names(tilt__mapping *m, const tilt_spec *spec, tilt_error *err) {
    tilt_status status = TILT_OK;
    for (size_t a = 0; a < spec->n_audiences; a++) {
        for (size_t k = 0; k < spec->audiences[a].n && status == TILT_OK; k++)
            status = take_name(m, TILT_ROLE_AUDIENCE, spec->audiences[a].names[k], err);
    }
    for (size_t f = 0; f < spec->n_factors && status == TILT_OK; f++) {
        bool time = tilt__mapping_find(m, TILT_ROLE_TIME, spec->factors[f]) != TILT_NO_COLUMN;
        status = take_name(m, time ? TILT_ROLE_TIME : TILT_ROLE_FACTOR, spec->factors[f], err);
    }
    for (size_t k = 0; k < spec->n_adjust && status == TILT_OK; k++)
        status = take_covariate(m, spec->adjust[k].name, err);
    for (size_t r = 0; r < spec->n_rates && status == TILT_OK; r++) {
        status = take_stage(m, spec, spec->rates[r].of, err);
        if (status == TILT_OK) status = take_stage(m, spec, spec->rates[r].per, err);
    }
    for (size_t k = 0; k < spec->unit.n && status == TILT_OK; k++)
        status = take_dimension(m, spec->unit.names[k], err);
    if (status == TILT_OK && spec->by != NULL) status = take_dimension(m, spec->by, err);
    return status;
}

/* Two columns must not feed one sum or one dimension: the one the user named wins, else the first. */
static void drop_doubles(tilt__mapping *m) {
    for (size_t i = 0; i < m->n_columns; i++) {
        for (size_t j = 0; j < m->n_columns; j++) {
            tilt__mapped *a = &m->columns[i], *b = &m->columns[j];
            if (i == j || !a->read || !b->read || a->role != b->role || strcmp(a->name, b->name) != 0)
                continue;
            tilt__mapped *loser = a->named_by_user && !b->named_by_user ? b
                                  : b->named_by_user                    ? a
                                  : j > i                               ? b
                                                                        : a;
            if (a->named_by_user && b->named_by_user) loser = j > i ? b : a;
            loser->read = false;
            loser->why_not = second_of_name;
        }
    }
}

static tilt_status find_filters(tilt__mapping *m, const tilt_spec *spec, tilt__arena *arena,
                                tilt_error *err) {
    m->where = tilt__arena_alloc(arena, spec->n_where, sizeof *m->where);
    if (m->where == NULL) return tilt__fail_memory(err);
    m->n_where = spec->n_where;
    for (size_t w = 0; w < spec->n_where; w++) {
        size_t column = tilt_source_find(m->source, spec->where[w].column);
        for (size_t i = 0; column == TILT_NO_COLUMN && i < m->n_columns; i++) {
            if (strcmp(m->columns[i].name, spec->where[w].column) == 0) column = i;
        }
        if (tilt__kind_is_sidecar(m->source_spec->kind))
            column = TILT_NO_COLUMN; /* rows are counted elsewhere */
        m->where[w] = column;
        if (column == TILT_NO_COLUMN || m->columns[column].read) continue;
        m->columns[column].read = true; /* decides on rows, so it is read, and the report says so */
        m->columns[column].why_not = NULL;
        m->columns[column].role = TILT_ROLE_IGNORE;
    }
    return TILT_OK;
}

/* What options made of the columns of a sidecar, an audience apart, stays a fact; and it needs its key. */
static tilt_status settle_facts(tilt__mapping *m, tilt_error *err) {
    for (size_t i = 0; i < m->n_columns; i++) {
        bool kept = m->columns[i].role == TILT_ROLE_AUDIENCE || m->columns[i].role == TILT_ROLE_COVARIATE;
        if (m->columns[i].read && !kept) m->columns[i].role = TILT_ROLE_FACTOR;
    }
    const char *name = m->source_spec->key;
    for (size_t i = 0; i < m->n_columns && m->key == TILT_NO_COLUMN; i++) {
        if (m->columns[i].read && strcmp(m->columns[i].name, name) == 0) m->key = i;
    }
    if (m->key == TILT_NO_COLUMN) m->key = tilt_source_find(m->source, name);
    if (m->key == TILT_NO_COLUMN || !m->columns[m->key].read)
        return unknown_column(m->source, "the key", name, err);
    return TILT_OK;
}

/* forced[i]: the i-th listed column is applied although it was only assumed. */
static tilt_status make(tilt__mapping *m, const tilt_spec *spec, const bool *forced, tilt__arena *arena,
                        tilt_error *err) {
    const tilt_source *source = m->source;
    const tilt__source_spec *source_spec = m->source_spec;
    *m = (tilt__mapping){
        .source = source, .source_spec = source_spec, .n_columns = tilt_source_n_columns(source)};
    bool facts = tilt__kind_is_sidecar(source_spec->kind);
    m->key = TILT_NO_COLUMN;
    m->columns = tilt__arena_alloc(arena, m->n_columns, sizeof *m->columns);
    if (m->columns == NULL) return tilt__fail_memory(err);
    if (facts)
        propose_facts(source, m);
    else
        propose(source, m), propose_results(source, m);
    for (size_t i = 0; i < source_spec->n_columns; i++) {
        bool left = source_spec->columns[i].assumed && !forced[i];
        tilt_status status = left ? TILT_OK : apply_listed(m, &source_spec->columns[i], arena, err);
        if (status != TILT_OK) return status;
    }
    tilt_status status = tilt__melt_map(m, arena, err);
    if (status == TILT_OK) status = take_option_names(m, spec, err);
    if (status == TILT_OK && facts) status = settle_facts(m, err);
    if (status == TILT_OK && !facts) status = tilt__people_map(m, spec, arena, &m->people, err);
    if (status != TILT_OK) return status;
    drop_doubles(m);
    status = tilt__ranges_map(m, arena, err);
    return status == TILT_OK ? find_filters(m, spec, arena, err) : status;
}

tilt_status tilt__mapping_make(const tilt_source *source, const tilt__source_spec *source_spec,
                               const tilt_spec *spec, tilt__arena *arena, tilt__mapping *out_mapping,
                               tilt_error *err) {
    bool *forced = tilt__arena_alloc(arena, source_spec->n_columns, sizeof *forced), again = false;
    if (forced == NULL) return tilt__fail_memory(err);
    *out_mapping = (tilt__mapping){.source = source, .source_spec = source_spec};
    tilt_status status = make(out_mapping, spec, forced, arena, err);
    for (size_t i = 0; i < source_spec->n_columns && status == TILT_OK; i++) {
        forced[i] = source_spec->columns[i].assumed && !came_true(out_mapping, &source_spec->columns[i]);
        again = again || forced[i];
    }
    return again ? make(out_mapping, spec, forced, arena, err) : status;
}

/* Shares stay plain numbers for the reader: 12.5 is no count. */
void tilt__mapping_tell(const tilt__mapping *m, tilt_source *source) {
    for (size_t i = 0; i < m->n_columns; i++) {
        const tilt__mapped *mapped = &m->columns[i];
        tilt__range_part part = tilt__range_split(mapped->name, NULL);
        bool share =
            part == TILT__RANGE_SHARE || part == TILT__RANGE_PERCENT || part == TILT__RANGE_EXACT_SHARE;
        bool told = mapped->read && mapped->named_by_user && !share;
        if (told && tilt_source_column(source, i)->role != mapped->role)
            tilt__source_set_role(source, i, mapped->role);
    }
    for (size_t w = 0; w < m->n_where; w++)
        if (m->where[w] != TILT_NO_COLUMN) tilt__source_keep_wholes(source, m->where[w]);
}

size_t tilt__mapping_find(const tilt__mapping *mapping, tilt_role role, const char *name) {
    for (size_t i = 0; i < mapping->n_columns; i++) {
        const tilt__mapped *column = &mapping->columns[i];
        if (column->read && column->role == role && strcmp(column->name, name) == 0) return i;
    }
    return TILT_NO_COLUMN;
}

static bool any_has(const tilt__mapping *mappings, size_t n, const char *name) {
    for (size_t s = 0; s < n; s++) {
        if (tilt__melt_has(&mappings[s], name) || tilt__ranges_have(&mappings[s], name)) return true;
        for (size_t i = 0; i < mappings[s].n_columns; i++) {
            if (mappings[s].columns[i].read && strcmp(mappings[s].columns[i].name, name) == 0) return true;
        }
    }
    return false;
}

static tilt_status check_people(const tilt__mapping *mappings, size_t n, const tilt__people_spec *people,
                                tilt_error *err) {
    for (size_t i = 0; i < people->n_decisions; i++) {
        if (!any_has(mappings, n, people->decisions[i]))
            return unknown_column(mappings[0].source, "decision", people->decisions[i], err);
    }
    for (size_t i = 0; i < people->n_scores; i++) {
        if (!any_has(mappings, n, people->scores[i]))
            return unknown_column(mappings[0].source, "score", people->scores[i], err);
    }
    if (people->label != NULL && !any_has(mappings, n, people->label))
        return unknown_column(mappings[0].source, "label", people->label, err);
    if (people->weight != NULL && !any_has(mappings, n, people->weight))
        return unknown_column(mappings[0].source, "weight", people->weight, err);
    return TILT_OK;
}

tilt_status tilt__mapping_check(const tilt__mapping *mappings, size_t n, const tilt_spec *spec,
                                tilt_error *err) {
    const tilt_source *first = mappings[0].source;
    for (size_t a = 0; a < spec->n_audiences; a++) {
        for (size_t k = 0; k < spec->audiences[a].n; k++) {
            if (!any_has(mappings, n, spec->audiences[a].names[k]))
                return unknown_column(first, "audience", spec->audiences[a].names[k], err);
        }
    }
    for (size_t f = 0; f < spec->n_factors; f++) {
        if (!any_has(mappings, n, spec->factors[f]))
            return unknown_column(first, "factor", spec->factors[f], err);
    }
    for (size_t k = 0; k < spec->n_adjust; k++) {
        if (!any_has(mappings, n, spec->adjust[k].name))
            return unknown_column(first, "adjust", spec->adjust[k].name, err);
    }
    for (size_t r = 0; r < spec->n_rates; r++) {
        const char *terms[] = {spec->rates[r].of, spec->rates[r].per};
        for (size_t t = 0; t < 2; t++) {
            bool ours = tilt__people_named(spec) &&
                        (strcmp(terms[t], "rows") == 0 || strcmp(terms[t], "selected") == 0);
            if (!ours && !any_has(mappings, n, terms[t])) return unknown_column(first, "rate", terms[t], err);
        }
    }
    for (size_t k = 0; k < spec->unit.n; k++) {
        if (!any_has(mappings, n, spec->unit.names[k]))
            return unknown_column(first, "unit", spec->unit.names[k], err);
    }
    if (spec->by != NULL && !any_has(mappings, n, spec->by))
        return unknown_column(first, "by", spec->by, err);
    tilt_status status = check_people(mappings, n, &spec->people, err);
    if (status != TILT_OK) return status;
    for (size_t w = 0; w < spec->n_where; w++) {
        bool found = false;
        for (size_t s = 0; s < n; s++) /* cube/load.c asks a cube for the filters it was made with */
            found =
                found || mappings[s].where[w] != TILT_NO_COLUMN || tilt__source_is_cube(mappings[s].source);
        if (!found) return unknown_column(first, "where", spec->where[w].column, err);
    }
    return TILT_OK;
}
