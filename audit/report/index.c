/* report/index.c - look-up of a view's comparisons and units. */
#include "report/index.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

/* Every part with its length in front, so that no label can look like two. */
static void put_part(const char *text, tilt__buf *out) {
    tilt__buf_format(out, "%zu:", strlen(text));
    tilt__buf_text(out, text);
}

static void put_pair(const cJSON *key, const char *unit, tilt__buf *out) {
    tilt__buf_char(out, unit == NULL ? '-' : 'u');
    if (unit != NULL) put_part(unit, out);
    for (const cJSON *part = tilt__json_first(key); part != NULL; part = part->next)
        put_part(cJSON_IsString(part) ? part->valuestring : "", out);
}

/* Of two entries with one name the first is kept. */
static bool add(tilt__map *map, const char *text, size_t n, const cJSON *node, const cJSON **nodes) {
    size_t before = tilt__map_count(map), at = tilt__map_add(map, text, n);
    if (at == TILT__MAP_NONE) return false;
    if (at == before) nodes[at] = node;
    return true;
}

static bool fill(const cJSON *view, tilt__view_index *index) {
    tilt__buf name = TILT__BUF_INIT;
    bool ok = true;
    for (const cJSON *unit = tilt__json_first(tilt__json_array(view, "relative")); ok && unit != NULL;
         unit = unit->next) {
        const char *text = tilt__json_text_or(unit, "unit", "");
        ok = add(index->units, text, strlen(text), unit, index->unit_rows);
    }
    for (const cJSON *c = tilt__json_first(tilt__json_array(view, "comparisons")); ok && c != NULL;
         c = c->next) {
        tilt__buf_reset(&name);
        put_pair(tilt__json_get(c, "group"), tilt__json_text(c, "unit"), &name);
        ok = !name.failed && add(index->pairs, tilt__buf_get(&name), name.length, c, index->comparisons);
    }
    tilt__buf_free(&name);
    return ok;
}

bool tilt__view_index_make(const cJSON *view, tilt__view_index *out) {
    size_t n_units = tilt__json_count(tilt__json_array(view, "relative")),
           n_pairs = tilt__json_count(tilt__json_array(view, "comparisons"));
    *out = (tilt__view_index){.units = tilt__map_new(), .pairs = tilt__map_new()};
    out->unit_rows = tilt__alloc(n_units + 1, sizeof *out->unit_rows);
    out->comparisons = tilt__alloc(n_pairs + 1, sizeof *out->comparisons);
    if (out->units != NULL && out->pairs != NULL && out->unit_rows != NULL && out->comparisons != NULL &&
        fill(view, out))
        return true;
    tilt__view_index_free(out);
    return false;
}

void tilt__view_index_free(tilt__view_index *index) {
    tilt__map_free(index->units);
    tilt__map_free(index->pairs);
    free(index->unit_rows);
    free(index->comparisons);
    *index = (tilt__view_index){.units = NULL};
}

const cJSON *tilt__index_unit(const tilt__view_index *index, const char *unit) {
    size_t at = tilt__map_find(index->units, unit, strlen(unit));
    return at == TILT__MAP_NONE ? NULL : index->unit_rows[at];
}

const cJSON *tilt__index_comparison(tilt__view_index *index, const cJSON *key, const char *unit) {
    tilt__buf name = TILT__BUF_INIT;
    put_pair(key, unit, &name);
    size_t at = tilt__map_find(index->pairs, tilt__buf_get(&name), name.length);
    index->failed = index->failed || name.failed;
    tilt__buf_free(&name);
    return at == TILT__MAP_NONE ? NULL : index->comparisons[at];
}
