#!/bin/bash
# gcc -fanalyzer and clang-tidy over our own sources; both must be silent. Formatting is checked, not changed.
set -euo pipefail
cd "$(dirname "$0")/.."
jobs=$(nproc)

echo "== clang-format"
git ls-files '*.c' '*.h' | xargs clang-format --dry-run -Werror
echo "== gcc -fanalyzer"
cmake --preset analyze >/dev/null
cmake --build --preset analyze -j"$jobs" | tail -n 1
echo "== clang-tidy"
cmake --preset dev >/dev/null # its compile commands; those of the analyser hold flags that clang does not know
git ls-files 'audit/*.c' | xargs -P"$jobs" -n4 clang-tidy -p build/dev --quiet 2>/dev/null
echo "lint: nothing found"
