/* tests/fuzz/fuzz.h - what every fuzz target defines: libFuzzer calls it, or replay.c does. */
#ifndef TILT_TESTS_FUZZ_H
#define TILT_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#endif
