/* base/arena.h - chunked storage that is freed in one call: what one stage of the pipeline makes lives in one
 * arena. */
#ifndef TILT_BASE_ARENA_H
#define TILT_BASE_ARENA_H

#include "tiltmeter/base.h"

typedef struct tilt__arena_chunk tilt__arena_chunk;
typedef struct tilt__arena {
    tilt__arena_chunk *chunks;
    bool failed; /* an allocation has failed; stays so. For callers that go on with less, such as sentences */
} tilt__arena;

/* Zeroed memory for n items of `size` bytes, aligned for any type; NULL when memory runs out. Freed with the
 * arena. */
void *tilt__arena_alloc(tilt__arena *arena, size_t n, size_t size) TILT_NODISCARD;
/* Copy of text[0..n) with a NUL; NULL when memory runs out. */
char *tilt__arena_text(tilt__arena *arena, const char *text, size_t n) TILT_NODISCARD;
/* Copy of a NUL-terminated text; NULL when memory runs out or text is NULL. */
char *tilt__arena_copy(tilt__arena *arena, const char *text) TILT_NODISCARD;
/* printf into the arena; NULL when memory runs out. */
char *tilt__arena_format(tilt__arena *arena, const char *format, ...) TILT_PRINTF(2, 3) TILT_NODISCARD;
void tilt__arena_free(tilt__arena *arena);

/* An array in an arena that grows by doubling: items is the typed pointer, n the count. Returns the address
 * of a new zeroed last item, or NULL when memory runs out. Old storage stays until the arena is freed. */
void *tilt__arena_push(tilt__arena *arena, void **items, size_t *n, size_t *capacity,
                       size_t size) TILT_NODISCARD;

#endif
