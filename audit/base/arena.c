/* base/arena.c - chunked storage freed in one call. Chunks double up to MOST_CHUNK; a larger request gets its
 * own. They are small enough to come out of what was freed before: chunks with pages of their own would be
 * fetched from the system, page by page, by every view anew. */
#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

enum { FIRST_CHUNK = 1 << 12, MOST_CHUNK = 1 << 15 };

struct tilt__arena_chunk {
    tilt__arena_chunk *next;
    size_t used, capacity;
    alignas(max_align_t) char bytes[];
};

void *tilt__arena_alloc(tilt__arena *arena, size_t n, size_t size) {
    size_t bytes;
    if (!tilt__mul_ok(n, size, &bytes) || bytes > SIZE_MAX / 2) return NULL;
    bytes = (bytes + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
    tilt__arena_chunk *chunk = arena->chunks;
    if (chunk == NULL || chunk->capacity - chunk->used < bytes) {
        size_t capacity = chunk == NULL ? FIRST_CHUNK : chunk->capacity * 2;
        if (capacity > MOST_CHUNK) capacity = MOST_CHUNK;
        if (capacity < bytes) capacity = bytes;
        chunk = tilt__alloc(1, sizeof *chunk + capacity);
        if (chunk == NULL) {
            arena->failed = true;
            return NULL;
        }
        chunk->capacity = capacity;
        chunk->next = arena->chunks;
        arena->chunks = chunk;
    }
    void *at = chunk->bytes + chunk->used;
    chunk->used += bytes;
    return at;
}

char *tilt__arena_text(tilt__arena *arena, const char *text, size_t n) {
    if (n == SIZE_MAX) return NULL;
    char *copy = tilt__arena_alloc(arena, n + 1, 1);
    if (copy != NULL && n > 0) memcpy(copy, text, n);
    return copy;
}

char *tilt__arena_copy(tilt__arena *arena, const char *text) {
    return text == NULL ? NULL : tilt__arena_text(arena, text, strlen(text));
}

char *tilt__arena_format(tilt__arena *arena, const char *format, ...) {
    va_list args;
    va_start(args, format);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (n < 0) return NULL;
    char *text = tilt__arena_alloc(arena, (size_t)n + 1, 1);
    if (text == NULL) return NULL;
    va_start(args, format);
    (void)vsnprintf(text, (size_t)n + 1, format, args);
    va_end(args);
    return text;
}

void *tilt__arena_push(tilt__arena *arena, void **items, size_t *n, size_t *capacity, size_t size) {
    if (*n == *capacity) {
        size_t bigger = *capacity < 4 ? 4 : *capacity * 2;
        void *moved = tilt__arena_alloc(arena, bigger, size);
        if (moved == NULL) return NULL;
        if (*n > 0) memcpy(moved, *items, *n * size);
        *items = moved;
        *capacity = bigger;
    }
    return (char *)*items + size * (*n)++;
}

void tilt__arena_free(tilt__arena *arena) {
    for (tilt__arena_chunk *chunk = arena->chunks; chunk != NULL;) {
        tilt__arena_chunk *next = chunk->next;
        free(chunk);
        chunk = next;
    }
    arena->chunks = NULL;
}
