/* measure/checks_labels.c - labels of one audience that differ in case or blanks only. They are kept as they
 * stand, so they count as two groups; that must not pass unseen. */
#include <string.h>

#include "base/error.h"
#include "base/map.h"
#include "measure/checks_rows.h"

/* The label in small letters, blanks taken out; letters beyond ASCII as they are. */
static void fold(const char *label, tilt__buf *out) {
    tilt__buf_reset(out);
    for (; *label != '\0'; label++) {
        bool upper = *label >= 'A' && *label <= 'Z';
        if (*label != ' ' && *label != '_') tilt__buf_char(out, upper ? (char)(*label | 32) : *label);
    }
}

static bool tell(const tilt__loaded *loaded, size_t d, const char *a, const char *b, tilt__arena *arena,
                 tilt__checks *checks) {
    const char *name = tilt__cube_dim(loaded->cube, d)->name;
    return tilt__check_add(arena, checks, "labels_alike", false,
                           "%.100s: %.60s has both \"%.60s\" and \"%.60s\", which are counted as two groups; "
                           "\"groups\" in a spec puts them together.",
                           loaded->mapping->source_spec->name, name, strcmp(a, b) < 0 ? a : b,
                           strcmp(a, b) < 0 ? b : a);
}

/* One pair is enough to look. Until it is found every label is new, so the n-th has the number n in the map.
 */
static bool check_dim(const tilt__loaded *loaded, size_t d, tilt__arena *arena, tilt__checks *checks) {
    tilt__map *seen = tilt__map_new();
    tilt__buf folded = TILT__BUF_INIT;
    size_t n_labels = tilt__cube_n_labels(loaded->cube, d), n;
    bool ok = seen != NULL;
    for (size_t label = 1; label <= n_labels && ok; label++) {
        const char *text = tilt__cube_label(loaded->cube, d, (uint32_t)label, &n);
        fold(text, &folded);
        size_t at =
            folded.failed ? TILT__MAP_NONE : tilt__map_add(seen, tilt__buf_get(&folded), folded.length);
        ok = at != TILT__MAP_NONE;
        if (!ok || at + 1 == label) continue;
        ok = tell(loaded, d, tilt__cube_label(loaded->cube, d, (uint32_t)at + 1, &n), text, arena, checks);
        break;
    }
    tilt__buf_free(&folded);
    tilt__map_free(seen);
    return ok;
}

bool tilt__checks_labels(const tilt__loaded *loaded, tilt__arena *arena, tilt__checks *checks) {
    bool ok = true;
    for (size_t d = 0; d < tilt__cube_n_dims(loaded->cube) && ok; d++)
        if (tilt__cube_dim(loaded->cube, d)->kind == TILT__DIM_AUDIENCE)
            ok = check_dim(loaded, d, arena, checks);
    return ok;
}
