/* cube/keys.c - keys as bytes: two cubes number their labels differently, so keys are compared as text. */
#include "cube/keys.h"

#include "base/error.h"
#include "base/map.h"

size_t tilt__keys_shared(const tilt_cube *cube, const tilt_cube *other, size_t *own, size_t *others) {
    size_t n = 0;
    for (size_t d = 0; d < tilt__cube_n_dims(cube); d++) {
        size_t there = tilt__cube_find_dim(other, tilt__cube_dim(cube, d)->name);
        if (there == SIZE_MAX) continue;
        own[n] = d;
        others[n++] = there;
    }
    return n;
}

/* Before each text stands its length, so that no label can imitate two. */
void tilt__keys_bytes(const tilt_cube *cube, size_t cell, const size_t *dims, size_t n, tilt__buf *out) {
    tilt__buf_reset(out);
    for (size_t i = 0; i < n; i++) {
        uint32_t label = tilt__cube_key(cube, cell)[dims[i]];
        size_t length = 0;
        const char *text = label == 0 ? "" : tilt__cube_label(cube, dims[i], label, &length);
        tilt__buf_format(out, "%zu%c", length, label == 0 ? '-' : '+');
        tilt__buf_add(out, text, length);
    }
}

tilt_status tilt__keys_common(const tilt_cube *a, const tilt_cube *b, size_t *out_n, tilt_error *err) {
    size_t in_a[TILT__MAX_DIMS], in_b[TILT__MAX_DIMS];
    size_t n = tilt__keys_shared(a, b, in_a, in_b);
    tilt__map *keys = tilt__map_new();
    tilt__buf key = TILT__BUF_INIT;
    bool ok = keys != NULL;
    for (size_t c = 0; ok && c < tilt__cube_n_cells(a); c++) {
        tilt__keys_bytes(a, c, in_a, n, &key);
        ok = !key.failed && tilt__map_add(keys, tilt__buf_get(&key), key.length) != TILT__MAP_NONE;
    }
    *out_n = 0;
    for (size_t c = 0; ok && c < tilt__cube_n_cells(b); c++) {
        tilt__keys_bytes(b, c, in_b, n, &key);
        ok = !key.failed;
        *out_n += tilt__map_find(keys, tilt__buf_get(&key), key.length) != TILT__MAP_NONE;
    }
    tilt__buf_free(&key);
    tilt__map_free(keys);
    return ok ? TILT_OK : tilt__fail_memory(err);
}
