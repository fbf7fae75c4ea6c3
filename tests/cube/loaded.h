/* tests/cube/loaded.h - sources written by a test, opened, mapped and loaded as an audit does it. */
#ifndef TILT_TESTS_LOADED_H
#define TILT_TESTS_LOADED_H

#include "folder.h"

#include "base/error.h"
#include "cube/facts.h"
#include "cube/load.h"
#include "map/role.h"
#include "map/spec.h"
#include "read/date.h"

enum { MOST_LOADED = 8 };

typedef struct loaded_run {
    tilt_spec *spec;
    tilt__arena arena;
    tilt_source *sources[MOST_LOADED];
    tilt__mapping mappings[MOST_LOADED];
    tilt__loaded loaded[MOST_LOADED];
    size_t n; /* loaded */
    tilt__checks checks;
    tilt__tables tables;
    tilt_error err;
} loaded_run;

static inline void loaded_close(loaded_run *r) {
    tilt__tables_free(&r->tables);
    for (size_t i = 0; i < r->n; i++) tilt__loaded_free(&r->loaded[i]);
    for (size_t i = 0; i < MOST_LOADED; i++) tilt_source_free(r->sources[i]);
    tilt__arena_free(&r->arena);
    tilt_spec_free(r->spec);
}

/* Opens and maps the sources of a spec. */
static inline tilt_status loaded_map(loaded_run *r, const char *json) {
    *r = (loaded_run){.n = 0};
    r->spec = tilt_spec_from_json(json, strlen(json), NULL, &r->err);
    cr_assert(r->spec != NULL, "%s", r->err.message);
    size_t n = r->spec->n_sources;
    cr_assert(n <= MOST_LOADED);
    tilt_source_opts opts = {.missing = r->spec->missing,
                             .n_missing = r->spec->n_missing,
                             .skip_bad_rows = r->spec->skip_bad_rows};
    for (size_t i = 0; i < n; i++) {
        opts.platform = r->spec->sources[i].platform;
        r->sources[i] = tilt_source_open(r->spec->sources[i].file, &opts, &r->err);
        cr_assert(r->sources[i] != NULL, "%s", r->err.message);
        tilt_status status = tilt__mapping_make(r->sources[i], &r->spec->sources[i], r->spec, &r->arena,
                                                &r->mappings[i], &r->err);
        if (status != TILT_OK) return status;
    }
    return tilt__mapping_check(r->mappings, n, r->spec, &r->err);
}

static inline tilt_status loaded_load(loaded_run *r, const char *json) {
    tilt_status status = loaded_map(r, json);
    for (size_t i = 0; i < r->spec->n_sources && status == TILT_OK; i++) {
        status = tilt__load(r->sources[i], &r->mappings[i], r->spec, &r->arena, &r->loaded[i], &r->err);
        r->n += status == TILT_OK;
    }
    return status;
}

static inline tilt_status loaded_tables(loaded_run *r, const char *json) {
    tilt_status status = loaded_load(r, json);
    if (status != TILT_OK) return status;
    return tilt__tables_make(r->loaded, r->n, &r->arena, &r->checks, &r->tables, &r->err);
}

/* Every cell as "label,label:measure=amount;..." and a line end, in the order of the cube; "-" for no label.
 */
static inline const char *cube_text(loaded_run *r, const tilt_cube *cube) {
    char *text = tilt__arena_copy(&r->arena, "");
    for (size_t c = 0; c < tilt__cube_n_cells(cube); c++) {
        for (size_t d = 0; d < tilt__cube_n_dims(cube); d++) {
            uint32_t label = tilt__cube_key(cube, c)[d];
            text = tilt__arena_format(&r->arena, "%s%s%s", text, d > 0 ? "," : "",
                                      label == 0 ? "-" : tilt__cube_label(cube, d, label, NULL));
        }
        const char *mark = ":";
        for (size_t m = 0; m < tilt__cube_n_measures(cube); m++) {
            char amount[TILT__DECIMAL_TEXT];
            if (!tilt__cube_has(cube, c, m)) continue;
            tilt__decimal_print(tilt__cube_value(cube, c, m), amount);
            text = tilt__arena_format(&r->arena, "%s%s%s=%s", text, mark, tilt__cube_measure(cube, m)->name,
                                      amount);
            mark = ";";
        }
        text = tilt__arena_format(&r->arena, "%s\n", text);
    }
    cr_assert(text != NULL);
    return text;
}

/* The first check with this id, or NULL. */
static inline const tilt__check *find_check(const tilt__checks *checks, const char *id) {
    for (size_t i = 0; i < checks->n; i++) {
        if (strcmp(checks->items[i].id, id) == 0) return &checks->items[i];
    }
    return NULL;
}

/* Whether the check with this id is there and passed. */
static inline bool check_ok(const tilt__checks *checks, const char *id) {
    const tilt__check *check = find_check(checks, id);
    return check != NULL && check->ok;
}

/* What the check with this id says, "" when there is none. */
static inline const char *check_detail(const tilt__checks *checks, const char *id) {
    const tilt__check *check = find_check(checks, id);
    return check != NULL ? check->detail : "";
}

#define expect_words(text, words)                                                                            \
    cr_expect(strstr(text, words) != NULL, "said: %s\n  without: %s", text, words)

#endif
