/* report/model_links.c - links of items lead somewhere: those to rows or blocks that a page does not have (a
 * group that only a comparison names, a row that was left out) are taken away, so that no reader follows one
 * into nothing. */
#include <string.h>

#include "base/map.h"
#include "report/build.h"

static void add(tilt__doc *doc, tilt__map *ids, const char *id) {
    if (id != NULL && tilt__map_add(ids, id, strlen(id)) == TILT__MAP_NONE) doc->failed = true;
}

static void add_table(tilt__doc *doc, tilt__map *ids, const tilt__sheet *table) {
    add(doc, ids, table->id);
    for (size_t r = 0; r < table->n_rows; r++) {
        bool folded = table->n_folded > 0 && r >= table->fold_from && r < table->fold_from + table->n_folded;
        if (!folded && table->n_columns > 0) add(doc, ids, table->cells[r * table->n_columns].anchor);
    }
}

static void add_section(tilt__doc *doc, tilt__map *ids, const tilt__section *section) {
    add(doc, ids, section->id);
    for (size_t b = 0; b < section->n_blocks; b++) {
        const tilt__block *block = &section->blocks[b];
        add(doc, ids, block->id);
        if (block->kind == TILT__BLOCK_TABLE) add_table(doc, ids, block->table);
        if (block->kind == TILT__BLOCK_CHART) add(doc, ids, block->chart->id);
    }
}

static void drop_dead(const tilt__map *ids, tilt__list *list) {
    for (size_t i = 0; i < list->n_items; i++) {
        const char *href = list->items[i].href;
        if (href != NULL && tilt__map_find(ids, href, strlen(href)) == TILT__MAP_NONE)
            list->items[i].href = NULL;
    }
}

void tilt__model_links(tilt__doc *doc) {
    tilt__map *ids = tilt__map_new();
    if (ids == NULL) {
        doc->failed = true;
        return;
    }
    for (size_t s = 0; s < doc->n_sections; s++) add_section(doc, ids, &doc->sections[s]);
    for (size_t s = 0; s < doc->n_sections && !doc->failed; s++)
        for (size_t b = 0; b < doc->sections[s].n_blocks; b++)
            if (doc->sections[s].blocks[b].kind == TILT__BLOCK_LIST)
                drop_dead(ids, doc->sections[s].blocks[b].list);
    tilt__map_free(ids);
}
