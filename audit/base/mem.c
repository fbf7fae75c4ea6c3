/* base/mem.c - checked allocation with a fail-the-Nth hook for tests.
 * The hook is one atomic counter, so that it costs next to nothing when off. */
#include "base/mem.h"

#include <stdatomic.h>
#include <stdint.h>
#include <string.h>

static atomic_size_t fail_countdown;
static atomic_bool failure_happened;

void tilt__fail_allocation(size_t nth) {
    atomic_store(&fail_countdown, nth);
    atomic_store(&failure_happened, false);
}

bool tilt__allocation_failed(void) {
    return atomic_load(&failure_happened);
}

static bool must_fail(void) {
    if (atomic_load_explicit(&fail_countdown, memory_order_relaxed) == 0) return false;
    if (atomic_fetch_sub(&fail_countdown, 1) != 1) return false;
    atomic_store(&failure_happened, true);
    return true;
}

bool tilt__mul_ok(size_t n, size_t size, size_t *out_product) {
    if (size != 0 && n > SIZE_MAX / size) return false;
    *out_product = n * size;
    return true;
}

void *tilt__alloc(size_t n, size_t size) {
    size_t bytes;
    if (!tilt__mul_ok(n, size, &bytes) || must_fail()) return NULL;
    return calloc(1, bytes == 0 ? 1 : bytes);
}

/* Room for at least `need` items; 0 when that cannot be. */
static size_t bigger_capacity(size_t capacity, size_t need) {
    size_t wanted = capacity < 8 ? 8 : capacity;
    while (wanted < need) {
        if (wanted > SIZE_MAX / 2) return 0;
        wanted *= 2;
    }
    return wanted;
}

static bool regrow(void **block, size_t bytes) {
    if (bytes == 0 || must_fail()) return false;
    void *bigger = realloc(*block, bytes);
    if (bigger == NULL) return false;
    *block = bigger;
    return true;
}

/* A first block of many pages is zero as it comes, and takes no memory before it is written to. */
bool tilt__grow(void **block, size_t *capacity, size_t need, size_t size) {
    if (need <= *capacity) return true;
    size_t wanted = bigger_capacity(*capacity, need), bytes;
    if (wanted == 0 || !tilt__mul_ok(wanted, size, &bytes)) return false;
    if (*block == NULL) {
        *block = tilt__alloc(wanted, size);
        if (*block == NULL) return false;
    } else {
        if (!regrow(block, bytes)) return false;
        memset((char *)*block + *capacity * size, 0, (wanted - *capacity) * size);
    }
    *capacity = wanted;
    return true;
}

bool tilt__grow_bytes(void **block, size_t *capacity, size_t need) {
    if (need <= *capacity) return true;
    size_t wanted = bigger_capacity(*capacity, need);
    if (!regrow(block, wanted)) return false;
    *capacity = wanted;
    return true;
}

char *tilt__copy_text(const char *text, size_t n) {
    if (n == SIZE_MAX) return NULL;
    char *copy = tilt__alloc(n + 1, 1);
    if (copy != NULL && n > 0) memcpy(copy, text, n);
    return copy;
}
