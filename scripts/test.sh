#!/bin/bash
# Installs what is missing, then builds and runs every test twice: first with the address and undefined-behaviour
# sanitizers, then as developers build it. The summary at the end counts all tests of the second run, those in a
# browser and in an office program among them; these say so and are skipped where scripts/setup.sh browser office has
# not been run.
# Usage: test.sh [--fast]    --fast leaves the sanitizer run out
set -euo pipefail
cd "$(dirname "$0")/.."
jobs=$(nproc)
presets=(asan dev)
[ "${1:-}" = --fast ] && presets=(dev)

scripts/setup.sh
for preset in "${presets[@]}"; do
    echo "== $preset: build"
    cmake --preset "$preset" >/dev/null
    cmake --build --preset "$preset" -j"$jobs" | tail -n 1
    echo "== $preset: tests"
    ctest --preset "${preset/dev/everything}" -j"$jobs"
done
