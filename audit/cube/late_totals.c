/* cube/late_totals.c - what is a total is decided by the first mebibyte of a file, before any row is counted;
 * what only comes further down shows in the labels of the cube, which are few. */
#include "cube/late_totals.h"

#include <string.h>

#include "cube/allowed.h"
#include "read/source.h"

/* A column of groups in which "All" and other labels turned out to stand beside each other, although the part
 * of the file that was surveyed showed only one of them. */
static bool has_late_wholes(tilt_source *source, const tilt__mapping *m, const tilt__loaded *loaded) {
    bool any = false;
    for (size_t i = 0; i < m->n_columns && !tilt__source_is_cube(source) && !tilt__is_library(source); i++) {
        bool filtered = false;
        if (!m->columns[i].read || m->columns[i].role != TILT_ROLE_AUDIENCE) continue;
        for (size_t w = 0; w < m->n_where; w++) filtered = filtered || m->where[w] == i;
        size_t d = tilt__cube_find_dim(loaded->cube, m->columns[i].name), wholes = 0, n;
        size_t labels = d != SIZE_MAX ? tilt__cube_n_labels(loaded->cube, d) : 0;
        for (size_t label = 1; label <= labels && !filtered; label++) {
            const char *text = tilt__cube_label(loaded->cube, d, (uint32_t)label, &n);
            tilt_cell cell = {text, n};
            wholes += n > 0 && tilt__source_names(&cell) == 0;
        }
        if (wholes == 0 || wholes == labels) continue;
        any = tilt__source_find_wholes(source, i) || any;
    }
    return any;
}

static bool is_blank_label(const tilt_cube *cube, size_t d, uint32_t label) {
    static const char *const blank[] = {"unknown", "(empty)", TILT__EVERYBODY};
    size_t n;
    const char *text = tilt__cube_label(cube, d, label, &n);
    for (size_t i = 0; i < sizeof blank / sizeof *blank; i++)
        if (n == strlen(blank[i]) && memcmp(text, blank[i], n) == 0) return true;
    return n == 0;
}

/* Whether some people have this label in dimension d and no other; days do not count. */
static bool stands_alone(const tilt_cube *cube, size_t d, uint32_t label, const bool *is_group) {
    for (size_t c = 0; c < tilt__cube_n_cells(cube); c++) {
        const uint32_t *key = tilt__cube_key(cube, c);
        bool alone = key[d] == label;
        for (size_t i = 0; i < tilt__cube_n_dims(cube) && alone; i++)
            alone = i == d || !is_group[i] || is_blank_label(cube, i, key[i]);
        if (alone) return true;
    }
    return false;
}

/* "Spring Total" beside "Spring" in the first column, with nothing else named in the row, although the part
 * of the file that was surveyed showed none below the other. */
static bool has_late_subtotals(tilt_source *source, const tilt__mapping *m, const tilt__loaded *loaded) {
    const tilt_cube *cube = loaded->cube;
    bool is_group[TILT__MAX_DIMS] = {false};
    if (m->n_columns == 0 || tilt__source_is_cube(source) || tilt__is_library(source)) return false;
    for (size_t i = 0; i < m->n_columns; i++) {
        bool group = m->columns[i].role == TILT_ROLE_AUDIENCE || m->columns[i].role == TILT_ROLE_FACTOR;
        size_t dim = m->columns[i].read && group ? tilt__cube_find_dim(cube, m->columns[i].name) : SIZE_MAX;
        if (dim < TILT__MAX_DIMS) is_group[dim] = true;
    }
    size_t d = m->columns[0].read ? tilt__cube_find_dim(cube, m->columns[0].name) : SIZE_MAX, n;
    size_t labels = d < TILT__MAX_DIMS && is_group[d] ? tilt__cube_n_labels(cube, d) : 0;
    for (uint32_t label = 1; label <= labels; label++) {
        const char *text = tilt__cube_label(cube, d, label, &n);
        size_t named = tilt__source_names(&(tilt_cell){text, n});
        if (named == 0 || named == n || tilt__cube_find_label(cube, d, text, named) == 0) continue;
        if (stands_alone(cube, d, label, is_group)) return tilt__source_find_subtotals(source);
    }
    return false;
}

bool tilt__late_totals_find(tilt_source *source, const tilt__mapping *mapping, const tilt__loaded *loaded) {
    bool wholes = has_late_wholes(source, mapping, loaded);
    return has_late_subtotals(source, mapping, loaded) || wholes;
}
