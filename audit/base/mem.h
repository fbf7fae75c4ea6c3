/* base/mem.h - checked allocation: overflow of n * size is caught once, here, and tests can make
 * the Nth allocation fail. All memory of the library comes from these calls and goes to free(). */
#ifndef TILT_BASE_MEM_H
#define TILT_BASE_MEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

/* n * size into *out_product; false on overflow. */
bool tilt__mul_ok(size_t n, size_t size, size_t *out_product);

/* Zeroed memory for n items of `size` bytes; NULL when memory runs out or n * size overflows.
 * n = 0 gives a valid pointer. Caller frees. */
void *tilt__alloc(size_t n, size_t size) __attribute__((malloc, warn_unused_result));

/* Grows (never shrinks) *block, an array with *capacity items of `size` bytes, to hold at least
 * `need` items, doubling. New items are zeroed. False, and *block untouched, when memory runs out. */
bool tilt__grow(void **block, size_t *capacity, size_t need, size_t size) __attribute__((warn_unused_result));

/* The same for bytes that are written before they are read: new ones are not zeroed, and so take no memory
 * before they are used. */
bool tilt__grow_bytes(void **block, size_t *capacity, size_t need) __attribute__((warn_unused_result));

/* Copies n bytes and adds a NUL. NULL when memory runs out. Caller frees. */
char *tilt__copy_text(const char *text, size_t n) __attribute__((malloc, warn_unused_result));

/* Test hook: the nth allocation from now on (1 = the next) fails, and only that one; 0 turns it off. */
void tilt__fail_allocation(size_t nth);
/* True when the planned failure has happened since the last tilt__fail_allocation(). */
bool tilt__allocation_failed(void);

#endif
