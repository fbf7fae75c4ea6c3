#!/bin/bash
# The shared library exports exactly the functions of tests/install/symbols.txt: the promise to its users.
# Usage: symbols.sh LIBRARY LIST [--update]
set -euo pipefail
actual=$(mktemp)
trap 'rm -f "$actual"' EXIT
# Instrumentation (sanitizers, coverage) adds names of its own, which begin with '_' or "mangle".
nm -D --defined-only "$1" | awk '{print $NF}' | grep -vE '^(_|mangle)' | LC_ALL=C sort >"$actual"
if [ "${3:-}" = --update ]; then cp "$actual" "$2"; fi
diff -u --label "promised" --label "exported" "$2" "$actual" || {
    echo "if this is meant: tests/install/symbols.sh LIBRARY tests/install/symbols.txt --update"
    exit 1
}
! grep '^tilt__' "$actual" || { echo "internal functions are exported" && exit 1; }
echo "$(wc -l <"$actual") exported functions"
