/* map/spec_sources.c - the key "sources" of a spec: files, what they are, and the roles of their columns. */
#include <stdlib.h>

#include "base/error.h"
#include "map/spec_read.h"

typedef tilt__spec_reader reader;
typedef tilt_status (*key_reader)(reader *r, const cJSON *value, void *target);

/* A list in the arena while it grows. */
typedef struct list {
    void *items;
    size_t n, capacity, size;
} list;

static tilt_status push(reader *r, const cJSON *value, list *out, void **out_slot) {
    if (out->n >= TILT__SPEC_MOST_ITEMS) return tilt__spec_wrong(r, value, "at most 10000 entries");
    *out_slot = tilt__arena_push(&r->spec->arena, &out->items, &out->n, &out->capacity, out->size);
    return *out_slot != NULL ? TILT_OK : tilt__fail_memory(r->err);
}

static tilt_status read_melt(reader *r, const cJSON *value, void *target) {
    tilt__named_text *column = target;
    column->name = tilt__arena_copy(&r->spec->arena, value->string);
    if (column->name == NULL) return tilt__fail_memory(r->err);
    return tilt__spec_text(r, value, &column->text);
}

static tilt_status read_members(reader *r, const cJSON *object, list *out, key_reader read_item,
                                const char *wanted) {
    if (!cJSON_IsObject(object)) return tilt__spec_wrong(r, object, wanted);
    const cJSON *item;
    cJSON_ArrayForEach(item, object) {
        void *slot = NULL;
        tilt_status status = push(r, object, out, &slot);
        if (status == TILT_OK && slot != NULL) status = read_item(r, item, slot);
        if (status != TILT_OK) return status;
    }
    return TILT_OK;
}

/* "audience:gender", or what write-spec makes of it: {"role": "audience:gender", "assumed": true} */
static tilt_status read_listed(reader *r, const cJSON *value, void *target) {
    static const char *const known[] = {"role", "assumed", "because"};
    static const char wanted[] = "a role such as \"audience:gender\", or an object with \"role\"";
    tilt__listed *column = target;
    column->name = tilt__arena_copy(&r->spec->arena, value->string);
    if (column->name == NULL) return tilt__fail_memory(r->err);
    if (cJSON_IsString(value)) return tilt__spec_text(r, value, &column->text);
    if (!cJSON_IsObject(value)) return tilt__spec_wrong(r, value, wanted);
    tilt_status status = tilt__spec_keys(r, value, "columns", known, sizeof known / sizeof *known);
    const cJSON *role = cJSON_GetObjectItemCaseSensitive(value, "role");
    const cJSON *assumed = cJSON_GetObjectItemCaseSensitive(value, "assumed");
    const cJSON *because = cJSON_GetObjectItemCaseSensitive(value, "because");
    if (status == TILT_OK && role == NULL) return tilt__spec_wrong(r, value, wanted);
    if (status == TILT_OK) status = tilt__spec_text(r, role, &column->text);
    if (status == TILT_OK && assumed != NULL) status = tilt__spec_flag(r, assumed, &column->assumed);
    if (status == TILT_OK && because != NULL) status = tilt__spec_text(r, because, &column->because);
    return status;
}

/* "meta", or {"id": "meta", "assumed": true} */
static tilt_status read_platform(reader *r, const cJSON *value, tilt__source_spec *source) {
    static const char *const known[] = {"id", "assumed"};
    if (!cJSON_IsObject(value)) return tilt__spec_text(r, value, &source->platform);
    tilt_status status = tilt__spec_keys(r, value, "platform", known, sizeof known / sizeof *known);
    const cJSON *id = cJSON_GetObjectItemCaseSensitive(value, "id");
    const cJSON *assumed = cJSON_GetObjectItemCaseSensitive(value, "assumed");
    if (status == TILT_OK && id == NULL)
        return tilt__spec_wrong(r, value, "the id of a platform, or an object with \"id\"");
    if (status == TILT_OK) status = tilt__spec_text(r, id, &source->platform);
    if (status == TILT_OK && assumed != NULL) status = tilt__spec_flag(r, assumed, &source->platform_assumed);
    return status;
}

static tilt_status read_source(reader *r, const cJSON *value, void *target) {
    static const char *const known[] = {"file",     "name",    "kind", "key",
                                        "platform", "columns", "melt", "block"};
    tilt__source_spec *source = target;
    if (cJSON_IsString(value)) {
        tilt_status status = tilt__spec_path(r, value, &source->file);
        return status == TILT_OK ? tilt__spec_text(r, value, &source->name) : status;
    }
    if (!cJSON_IsObject(value)) return tilt__spec_wrong(r, value, "an object with \"file\"");
    tilt_status status = tilt__spec_keys(r, value, "sources", known, sizeof known / sizeof *known);
    if (status != TILT_OK) return status;
    const cJSON *file = cJSON_GetObjectItemCaseSensitive(value, "file");
    if (file == NULL) return tilt__fail(r->err, TILT_ESPEC, "spec, sources: every source needs \"file\"");
    status = tilt__spec_path(r, file, &source->file);
    const cJSON *called = cJSON_GetObjectItemCaseSensitive(value, "name");
    if (status == TILT_OK) status = tilt__spec_text(r, called != NULL ? called : file, &source->name);
    const cJSON *kind = cJSON_GetObjectItemCaseSensitive(value, "kind");
    size_t word = 0;
    if (status == TILT_OK && kind != NULL)
        status = tilt__spec_word(r, kind, tilt__source_kind_names, TILT__N_SOURCE_KINDS, &word);
    source->kind = (tilt__source_kind)word;
    const cJSON *key = cJSON_GetObjectItemCaseSensitive(value, "key");
    if (status == TILT_OK && (key != NULL) != tilt__kind_is_sidecar(source->kind))
        return tilt__fail(r->err, TILT_ESPEC,
                          "spec, sources, \"%.80s\": \"key\" and \"kind\": \"facts\" or \"content\" belong "
                          "together; the key is the column that names what they are about, such as \"ad\"",
                          source->name);
    if (status == TILT_OK && key != NULL) status = tilt__spec_text(r, key, &source->key);
    const cJSON *platform = cJSON_GetObjectItemCaseSensitive(value, "platform");
    if (status == TILT_OK && platform != NULL) status = read_platform(r, platform, source);
    const cJSON *block = cJSON_GetObjectItemCaseSensitive(value, "block");
    if (status == TILT_OK && block != NULL) status = tilt__spec_count(r, block, &source->block);
    const cJSON *melt = cJSON_GetObjectItemCaseSensitive(value, "melt");
    list wide = {.size = sizeof *source->melt};
    if (status == TILT_OK && melt != NULL)
        status = read_members(r, melt, &wide, read_melt, "an object of patterns and stages");
    source->melt = wide.items;
    source->n_melt = wide.n;
    const cJSON *columns = cJSON_GetObjectItemCaseSensitive(value, "columns");
    if (status != TILT_OK || columns == NULL) return status;
    list all = {.size = sizeof *source->columns};
    status = read_members(r, columns, &all, read_listed, "an object of column names and roles");
    source->columns = all.items;
    source->n_columns = all.n;
    return status;
}

tilt_status tilt__spec_sources(reader *r, const cJSON *value, void *target) {
    tilt_spec *spec = target;
    list all = {.size = sizeof *spec->sources};
    const cJSON *first = cJSON_IsArray(value) ? value->child : value;
    for (const cJSON *item = first; item != NULL; item = cJSON_IsArray(value) ? item->next : NULL) {
        void *slot = NULL;
        tilt_status status = push(r, value, &all, &slot);
        if (status == TILT_OK && slot != NULL) status = read_source(r, item, slot);
        if (status != TILT_OK) return status;
    }
    spec->sources = all.items;
    spec->n_sources = all.n;
    return TILT_OK;
}
