#!/bin/bash
# Installs what is missing, then builds and runs every test twice: first with the address and undefined-behaviour
# sanitizers, then as developers build it. The summary at the end counts all tests of the second run.
# Usage: test.sh [--fast] [--all]    --fast leaves the sanitizer run out; --all adds the tests in a browser, in an
# office program and for other processors (labels browser, office, cross; scripts/setup.sh with these words installs what
# they need)
set -euo pipefail
cd "$(dirname "$0")/.."
jobs=$(nproc)
presets=(asan dev) last=dev
for option in "$@"; do
    case $option in
    --fast) presets=(dev) ;;
    --all) last=everything ;;
    *) echo "usage: test.sh [--fast] [--all]" >&2 && exit 2 ;;
    esac
done

scripts/setup.sh
for preset in "${presets[@]}"; do
    echo "== $preset: build"
    cmake --preset "$preset" >/dev/null
    cmake --build --preset "$preset" -j"$jobs" | tail -n 1
    echo "== $preset: tests"
    ctest --preset "${preset/dev/$last}" -j"$jobs"
done
