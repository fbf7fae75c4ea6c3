/* map/melt.c - patterns over headers: literal text and attributes in braces. */
#include "map/melt.h"

#include <string.h>

#include "base/error.h"
#include "map/range.h"

static const char beside_wide[] = "the wide columns of this stage are counted instead";

enum { LONGEST_HEADER = 1000 }; /* longer ones are no labels, and trying all splits would take long */

typedef struct pattern {
    const char *text;
    const char *stage;
    const char *names[TILT__MAX_CROSSING];
    bool factor[TILT__MAX_CROSSING];
    size_t n;
} pattern;

static tilt_status bad_pattern(const char *text, tilt_error *err) {
    return tilt__fail(
        err, TILT_ESPEC,
        "spec, melt, \"%.80s\": expected one to four attributes in braces with text between them, "
        "such as \"imp_{gender}_{age}\"",
        text);
}

static tilt_status parse_pattern(const char *text, const char *stage, tilt__arena *arena, pattern *out,
                                 tilt_error *err) {
    *out = (pattern){.text = text, .stage = stage};
    bool touching = false;
    for (const char *at = text; *at != '\0';) {
        size_t n = strcspn(at, "{}");
        if (n > 0) touching = false;
        at += n;
        if (*at == '\0') break;
        n = *at == '{' ? strcspn(at + 1, "{}") : 0;
        bool whole = n > 0 && at[n + 1] == '}';
        if (!whole || touching || out->n == TILT__MAX_CROSSING) return bad_pattern(text, err);
        bool factor = strncmp(at + 1, "factor:", 7) == 0;
        size_t skip = factor ? 7 : strncmp(at + 1, "audience:", 9) == 0 ? 9 : 0;
        char *name = tilt__arena_text(arena, at + 1 + skip, n - skip);
        if (name == NULL) return tilt__fail_memory(err);
        out->factor[out->n] = factor;
        out->names[out->n++] = name;
        touching = true;
        at += n + 2;
    }
    return out->n > 0 ? TILT_OK : bad_pattern(text, err);
}

typedef struct span {
    const char *text;
    size_t n;
} span;

/* The shortest texts at the braces with which the whole header fits. */
static bool fits(const char *at, const char *header, span *out) {
    if (*at == '\0') return *header == '\0';
    if (*at != '{') return *at == *header && fits(at + 1, header + 1, out);
    const char *rest = strchr(at, '}') + 1;
    for (size_t n = 1; header[0] != '\0' && header[n - 1] != '\0'; n++) {
        *out = (span){header, n};
        if (fits(rest, header + n, out + 1)) return true;
    }
    return false;
}

static size_t find_name(const tilt__wide *wide, const char *name) {
    size_t i = 0;
    while (i < wide->n && strcmp(wide->names[i], name) != 0) i++;
    return i;
}

static tilt_status same_names(tilt__wide *wide, const pattern *p, tilt_error *err) {
    if (wide->n == 0) {
        memcpy(wide->names, p->names, sizeof p->names);
        memcpy(wide->factor, p->factor, sizeof p->factor);
        wide->n = p->n;
    }
    bool same = p->n == wide->n;
    for (size_t i = 0; i < wide->n && same; i++) {
        same = find_name(wide, p->names[i]) < wide->n;
        for (size_t j = 0; j < i; j++) same = same && strcmp(p->names[j], p->names[i]) != 0;
    }
    if (same) return TILT_OK;
    return tilt__fail(
        err, TILT_ESPEC,
        "spec, melt, \"%.80s\": expected the same attributes in the braces of every pattern, each "
        "once",
        p->text);
}

/* "impressions" alone goes by the header; "impressions:min" is one part of a range for each group, and gets a
 * name of its own for them: map/range.c puts those of one group together. */
static const char *name_of(const tilt__wide *wide, size_t column, const char *header, const char *stage,
                           tilt__arena *arena) {
    size_t n;
    if (tilt__range_split(stage, &n) == TILT__RANGE_NONE) return header;
    const char *name = tilt__arena_text(arena, stage, n);
    for (size_t a = 0; a < wide->n && name != NULL; a++)
        name = tilt__arena_format(arena, "%s" TILT__WIDE_MARK "%s", name, wide->columns[column].labels[a]);
    return name != NULL ? tilt__arena_format(arena, "%s" TILT__WIDE_MARK "%s", name, stage + n) : NULL;
}

static tilt_status take_columns(tilt__mapping *m, tilt__wide *wide, const pattern *p, tilt__arena *arena,
                                tilt_error *err) {
    size_t found = 0;
    for (size_t i = 0; i < m->n_columns; i++) {
        span spans[TILT__MAX_CROSSING + 1];
        const tilt_column *column = tilt_source_column(m->source, i);
        bool can = !m->columns[i].named_by_user && strlen(column->header) <= LONGEST_HEADER;
        if (!can || !fits(p->text, column->header, spans)) continue;
        found++;
        wide->columns[i].stage = p->stage;
        wide->columns[i].pattern = p->text;
        for (size_t k = 0; k < p->n; k++) {
            char *label = tilt__arena_text(arena, spans[k].text, spans[k].n);
            if (label == NULL) return tilt__fail_memory(err);
            wide->columns[i].labels[find_name(wide, p->names[k])] = label;
        }
        const char *name = name_of(wide, i, column->header, p->stage, arena);
        if (name == NULL) return tilt__fail_memory(err);
        m->columns[i] =
            (tilt__mapped){.role = TILT_ROLE_STAGE, .name = name, .named_by_user = true, .read = true};
    }
    if (found > 0) return TILT_OK;
    tilt__place place = {.source = tilt_source_name(m->source)};
    return tilt__fail_at(err, TILT_ESPEC, &place, "no column fits the pattern \"%.80s\" of \"melt\"",
                         p->text);
}

static bool is_stage(const char *stage, const char *name) {
    size_t n;
    (void)tilt__range_split(stage, &n);
    return strlen(name) == n && memcmp(stage, name, n) == 0;
}

static void drop_plain(tilt__mapping *m, const tilt__wide *wide, const char *stage) {
    for (size_t i = 0; stage != NULL && i < m->n_columns; i++) {
        tilt__mapped *column = &m->columns[i];
        if (wide->columns[i].labels[0] != NULL || !column->read || !is_stage(stage, column->name)) continue;
        column->read = false;
        column->why_not = beside_wide;
    }
}

tilt_status tilt__melt_map(tilt__mapping *m, tilt__arena *arena, tilt_error *err) {
    const tilt__source_spec *spec = m->source_spec;
    if (spec->n_melt == 0) return TILT_OK;
    tilt__wide *wide = tilt__arena_alloc(arena, 1, sizeof *wide);
    if (wide == NULL) return tilt__fail_memory(err);
    wide->columns = tilt__arena_alloc(arena, m->n_columns, sizeof *wide->columns);
    if (wide->columns == NULL) return tilt__fail_memory(err);
    tilt_status status = TILT_OK;
    for (size_t i = 0; i < spec->n_melt && status == TILT_OK; i++) {
        pattern p;
        status = parse_pattern(spec->melt[i].name, spec->melt[i].text, arena, &p, err);
        if (status == TILT_OK) status = same_names(wide, &p, err);
        if (status == TILT_OK) status = take_columns(m, wide, &p, arena, err);
        if (status == TILT_OK) drop_plain(m, wide, p.stage);
    }
    m->wide = wide;
    return status;
}

bool tilt__melt_has(const tilt__mapping *m, const char *name) {
    if (m->wide == NULL) return false;
    if (find_name(m->wide, name) < m->wide->n) return true;
    for (size_t i = 0; i < m->n_columns; i++) {
        if (m->wide->columns[i].stage != NULL && is_stage(m->wide->columns[i].stage, name)) return true;
    }
    return false;
}
