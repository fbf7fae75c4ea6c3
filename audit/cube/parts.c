/* cube/parts.c - marks held against each other. Cubes of other columns are not taken for another breakdown of
 * the same ads, as exports may be: a part that was made with another spec would be missing from the sums. */
#include "cube/parts.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"

static bool is_part(const tilt__loaded *l) {
    return l->reduction[0] != '\0' && l->mapping->source_spec->kind != TILT__KIND_TARGETING;
}

static const char *name_of(const tilt__loaded *l) {
    return l->mapping->source_spec->name;
}

/* A column that the first has and the second has not; NULL. */
static const char *only_in(const tilt_cube *first, const tilt_cube *second) {
    for (size_t d = 0; d < tilt__cube_n_dims(first); d++)
        if (tilt__cube_find_dim(second, tilt__cube_dim(first, d)->name) == SIZE_MAX)
            return tilt__cube_dim(first, d)->name;
    for (size_t m = 0; m < tilt__cube_n_measures(first); m++)
        if (tilt__cube_find_measure(second, tilt__cube_measure(first, m)->name) == SIZE_MAX)
            return tilt__cube_measure(first, m)->name;
    return NULL;
}

static tilt_status refuse(const tilt__loaded *a, const tilt__loaded *b, const char *differs,
                          tilt_error *err) {
    char column[160] = "";
    const char *only_a = only_in(a->cube, b->cube), *only_b = only_in(b->cube, a->cube);
    if (strcmp(differs, "columns") == 0 && (only_a != NULL || only_b != NULL))
        (void)snprintf(column, sizeof column, " (only %.80s has \"%.60s\")", name_of(only_a != NULL ? a : b),
                       only_a != NULL ? only_a : only_b);
    return tilt__fail(
        err, TILT_ESPEC,
        "%.100s and %.100s are cubes of different reductions: their %s %s%s; expected cubes made with "
        "one spec",
        name_of(a), name_of(b), differs, strcmp(differs, "unit") == 0 ? "differs" : "differ", column);
}

static bool same_sums(const tilt__row_sums *a, const tilt__row_sums *b) {
    return a->rows == b->rows && a->labels == b->labels && a->measures == b->measures;
}

tilt_status tilt__parts_check(const tilt__loaded *loaded, size_t n, tilt__arena *arena, tilt__checks *checks,
                              tilt_error *err) {
    const tilt__loaded *first = NULL;
    for (size_t i = 0; i < n; i++) {
        const tilt__loaded *b = &loaded[i], *same = NULL;
        if (!is_part(b)) continue;
        if (first == NULL) first = b;
        const char *differs = tilt__reduction_difference(first->reduction, b->reduction);
        if (differs != NULL) return refuse(first, b, differs, err);
        for (size_t k = 0; k < i && same == NULL; k++)
            if (is_part(&loaded[k]) && same_sums(&loaded[k].sums, &b->sums)) same = &loaded[k];
        if (same != NULL &&
            !tilt__check_add(arena, checks, "same_cube", false,
                             "%.100s and %.100s are the same cube to the last count, and both are counted.",
                             name_of(same), name_of(b)))
            return tilt__fail_memory(err);
    }
    return TILT_OK;
}
