/* map/spec_content.c - "content" of a spec: the file in which people say what each creative holds. */
#include <string.h>

#include "base/error.h"
#include "map/spec_read.h"

bool tilt__kind_is_sidecar(tilt__source_kind kind) {
    return kind == TILT__KIND_FACTS || kind == TILT__KIND_CONTENT;
}

/* Columns that are no tags: who tagged, when, why. */
static tilt_status read_ignored(tilt__spec_reader *r, const cJSON *value, tilt__source_spec *content) {
    const char **names = NULL;
    tilt_status status = tilt__spec_names(r, value, &names, &content->n_columns);
    if (status != TILT_OK) return status;
    content->columns = tilt__arena_alloc(&r->spec->arena, content->n_columns, sizeof *content->columns);
    if (content->columns == NULL) return tilt__fail_memory(r->err);
    for (size_t i = 0; i < content->n_columns; i++)
        content->columns[i] = (tilt__listed){.name = names[i], .text = "ignore"};
    return TILT_OK;
}

static tilt_status read_file(tilt__spec_reader *r, const cJSON *value, tilt__source_spec *content) {
    tilt_status status = tilt__spec_text(r, value, &content->name);
    if (status != TILT_OK) return status;
    bool plain = content->name[0] == '/' || r->folder == NULL || r->folder[0] == '\0';
    content->file =
        plain ? content->name : tilt__arena_format(&r->spec->arena, "%s/%s", r->folder, content->name);
    return content->file != NULL ? TILT_OK : tilt__fail_memory(r->err);
}

tilt_status tilt__spec_content(tilt__spec_reader *r, const cJSON *value, void *target) {
    static const char wanted[] = "{\"file\": \"creative-tags.csv\", \"key\": \"ad\"}";
    (void)target;
    tilt__source_spec *content = tilt__arena_alloc(&r->spec->arena, 1, sizeof *content);
    if (content == NULL) return tilt__fail_memory(r->err);
    content->kind = TILT__KIND_CONTENT;
    if (!cJSON_IsObject(value)) return tilt__spec_wrong(r, value, wanted);
    const cJSON *item;
    cJSON_ArrayForEach(item, value) {
        tilt_status status;
        if (strcmp(item->string, "file") == 0)
            status = read_file(r, item, content);
        else if (strcmp(item->string, "key") == 0)
            status = tilt__spec_text(r, item, &content->key);
        else if (strcmp(item->string, "ignore") == 0)
            status = read_ignored(r, item, content);
        else
            status = tilt__fail(r->err, TILT_ESPEC,
                                "spec, \"content\": unknown key \"%.80s\"; expected file, key or ignore",
                                item->string);
        if (status != TILT_OK) return status;
    }
    if (content->file == NULL || content->key == NULL) return tilt__spec_wrong(r, value, wanted);
    r->spec->content = content;
    return TILT_OK;
}
