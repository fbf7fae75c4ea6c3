/* base/map.h - a set of byte strings, each with the number it was first seen at (0, 1, 2 ...).
 * The dictionary behind cube dimensions and every other look-up by text. */
#ifndef TILT_BASE_MAP_H
#define TILT_BASE_MAP_H

#include "tiltmeter/base.h"

typedef struct tilt__map tilt__map;
void tilt__map_free(tilt__map *map);
tilt__map *tilt__map_new(void) TILT_OWNED_BY(tilt__map_free);

#define TILT__MAP_NONE SIZE_MAX

/* Number of the text, adding it if new. TILT__MAP_NONE when memory runs out. */
size_t tilt__map_add(tilt__map *map, const char *text, size_t n);
/* Number of the text, or TILT__MAP_NONE when it is not there. */
size_t tilt__map_find(const tilt__map *map, const char *text, size_t n);
size_t tilt__map_count(const tilt__map *map);
/* Text of number i, NUL-terminated; *out_n (may be NULL) gets its length. Borrowed until the map is freed. */
const char *tilt__map_text(const tilt__map *map, size_t i, size_t *out_n);

#endif
