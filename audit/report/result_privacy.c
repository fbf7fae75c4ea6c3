/* report/result_privacy.c - "privacy" of the result: what was hidden, or what publishing would hide. */
#include "base/error.h"
#include "base/mem.h"
#include "report/publish.h"

enum { MOST_LISTED = 200 };

/* One hidden count, for the people who may see it. */
static void put_hidden(cJSON *list, const tilt__hidden *h, const tilt__view *view, size_t cell, size_t group,
                       const char *unit) {
    cJSON *row = cJSON_CreateObject();
    cJSON_AddItemToArray(list, row);
    tilt__put_text(row, "view", view->id);
    cJSON *key = tilt__put_array(row, "key");
    for (size_t a = 0; group != SIZE_MAX && a < view->n_audience; a++)
        cJSON_AddItemToArray(key, cJSON_CreateString(view->groups[group].key[a]));
    tilt__put_text(row, "unit", unit);
    tilt__put_text(row, "measure", h->notes[cell].name);
    tilt__put_text(row, "why", h->notes[cell].small ? "small" : "protects");
}

typedef struct listing {
    cJSON *list;
    bool *seen;
    size_t n;
} listing;

static void list_cell(listing *to, const tilt__hidden *h, const tilt__view *view, size_t cell, size_t group,
                      const char *unit) {
    if (!tilt__hidden_cell(h, cell) || to->seen[cell]) return;
    to->seen[cell] = true;
    if (to->n++ < MOST_LISTED) put_hidden(to->list, h, view, cell, group, unit);
}

static void list_view(listing *to, const tilt__hidden *h, size_t v) {
    const tilt__view *view = &h->outcome->views->items[v];
    const tilt__hidden_view *cells = &h->views[v];
    for (size_t g = 0; g < view->n_groups; g++) {
        list_cell(to, h, view, cells->count[g], g, NULL);
        list_cell(to, h, view, cells->base[g], g, NULL);
    }
    for (size_t u = 0; cells->unit != NULL && u < view->n_relative; u++) {
        for (size_t g = 0; g < view->n_groups; g++)
            list_cell(to, h, view, cells->unit[u * view->n_groups + g], g, view->relative[u].unit);
        list_cell(to, h, view, cells->unit_unknown[u], SIZE_MAX, view->relative[u].unit);
    }
}

tilt_status tilt__put_privacy(cJSON *root, const tilt__hidden *hidden, bool published, size_t gone,
                              tilt_error *err) {
    cJSON_DeleteItemFromObjectCaseSensitive(root, "privacy");
    cJSON *privacy = tilt__put_object(root, "privacy");
    size_t small = 0;
    for (size_t c = 0; c < hidden->n_cells; c++)
        small += hidden->cells[c].hidden && hidden->notes[c].small && hidden->cells[c].tier > 0;
    tilt__put_flag(privacy, "publish", published);
    tilt__put_number(privacy, "min_cell", hidden->k, TILT_REASON_NONE);
    tilt__put_number(privacy, "min_part", hidden->part, TILT_REASON_NONE);
    tilt__put_number(privacy, "suppressed_cells", published ? (double)tilt__hidden_count(hidden) : 0,
                     TILT_REASON_NONE);
    tilt__put_number(privacy, "suppressed_comparisons", published ? (double)gone : 0, TILT_REASON_NONE);
    if (published)
        return cJSON_GetObjectItemCaseSensitive(privacy, "suppressed_comparisons") != NULL
                   ? TILT_OK
                   : tilt__fail_memory(err);
    cJSON *would = tilt__put_object(privacy, "would_hide");
    tilt__put_number(would, "cells", (double)tilt__hidden_count(hidden), TILT_REASON_NONE);
    tilt__put_number(would, "small", (double)small, TILT_REASON_NONE);
    listing to = {tilt__put_array(would, "list"), tilt__alloc(hidden->n_cells, sizeof *to.seen), 0};
    for (size_t v = 0; to.seen != NULL && v < hidden->outcome->views->n; v++) list_view(&to, hidden, v);
    bool ok = to.seen != NULL && to.list != NULL;
    free(to.seen);
    return ok ? TILT_OK : tilt__fail_memory(err);
}
