/* map/spec_inferred.c - the key "inferred" of a spec: how an attribute was inferred, by a matrix of error
 * rates or by a file of probabilities. */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "map/spec_read.h"

static const char wanted[] =
    "{\"matrix\": {true group: {inferred group: share}}} or {\"file\": ..., \"key\": ...}";

/* One row of the matrix: shares of the inferred groups among one true group; they sum to 1. */
static tilt_status read_row(tilt__spec_reader *r, const cJSON *row, tilt__inferred_spec *out,
                            size_t *capacity) {
    const cJSON *cell;
    double sum = 0;
    if (row == NULL || !cJSON_IsObject(row)) return tilt__spec_wrong(r, row, wanted);
    cJSON_ArrayForEach(cell, row) {
        void *items = out->cells;
        if (out->n_cells >= TILT__SPEC_MOST_ITEMS) return tilt__spec_wrong(r, row, "at most 10000 shares");
        tilt__inferred_cell *slot =
            tilt__arena_push(&r->spec->arena, &items, &out->n_cells, capacity, sizeof *slot);
        if (slot == NULL) return tilt__fail_memory(r->err);
        out->cells = items;
        slot->row = tilt__arena_copy(&r->spec->arena, row->string);
        slot->column = tilt__arena_copy(&r->spec->arena, cell->string);
        if (slot->row == NULL || slot->column == NULL) return tilt__fail_memory(r->err);
        tilt_status status = tilt__spec_share(r, cell, &slot->probability);
        if (status != TILT_OK) return status;
        sum += slot->probability;
    }
    if (fabs(sum - 1) <= 1e-6) return TILT_OK;
    return tilt__fail(r->err, TILT_ESPEC,
                      "spec, inferred: the shares of \"%.60s\" in %.60s sum to %.6g; expected 1", row->string,
                      out->attribute, sum);
}

static tilt_status read_matrix(tilt__spec_reader *r, const cJSON *matrix, tilt__inferred_spec *out) {
    const cJSON *row;
    size_t capacity = 0;
    if (!cJSON_IsObject(matrix) || matrix->child == NULL) return tilt__spec_wrong(r, matrix, wanted);
    cJSON_ArrayForEach(row, matrix) {
        tilt_status status = read_row(r, row, out, &capacity);
        if (status != TILT_OK) return status;
    }
    return TILT_OK;
}

static tilt_status read_file(tilt__spec_reader *r, const cJSON *file, const cJSON *key,
                             tilt__inferred_spec *out) {
    tilt_status status = tilt__spec_text(r, file, &out->file);
    if (status == TILT_OK) status = tilt__spec_text(r, key, &out->key);
    if (status != TILT_OK) return status;
    bool plain = out->file[0] == '/' || r->folder == NULL || r->folder[0] == '\0';
    if (!plain) out->file = tilt__arena_format(&r->spec->arena, "%s/%s", r->folder, out->file);
    return out->file != NULL ? TILT_OK : tilt__fail_memory(r->err);
}

tilt_status tilt__spec_inferred(tilt__spec_reader *r, const cJSON *value) {
    void *items = NULL;
    size_t n = 0, capacity = 0;
    const cJSON *attribute;
    if (!cJSON_IsObject(value)) return tilt__spec_wrong(r, value, "an object of attributes");
    cJSON_ArrayForEach(attribute, value) {
        const cJSON *matrix = cJSON_GetObjectItemCaseSensitive(attribute, "matrix");
        const cJSON *file = cJSON_GetObjectItemCaseSensitive(attribute, "file");
        const cJSON *key = cJSON_GetObjectItemCaseSensitive(attribute, "key");
        int members = (matrix != NULL) + (file != NULL) + (key != NULL);
        bool shaped = cJSON_IsObject(attribute) && cJSON_GetArraySize(attribute) == members &&
                      (matrix != NULL ? members == 1 : file != NULL && key != NULL);
        if (!shaped || n >= TILT__SPEC_MOST_ITEMS) return tilt__spec_wrong(r, attribute, wanted);
        tilt__inferred_spec *slot = tilt__arena_push(&r->spec->arena, &items, &n, &capacity, sizeof *slot);
        if (slot == NULL) return tilt__fail_memory(r->err);
        slot->attribute = tilt__arena_copy(&r->spec->arena, attribute->string);
        if (slot->attribute == NULL) return tilt__fail_memory(r->err);
        tilt_status status = matrix != NULL ? read_matrix(r, matrix, slot) : read_file(r, file, key, slot);
        if (status != TILT_OK) return status;
    }
    r->spec->inferred = items;
    r->spec->n_inferred = n;
    return TILT_OK;
}
