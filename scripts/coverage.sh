#!/bin/bash
# Lines of one folder of audit/ that its own tests run; fails under the threshold.
# Usage: coverage.sh [FOLDER [PERCENT]]; by default stat 95.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${1:-stat} threshold=${2:-95}

cmake --preset cover >/dev/null
cmake --build --preset cover -j"$(nproc)" | tail -n 1
find build/cover -name '*.gcda' -delete
ctest --test-dir "build/cover/tests/$folder" -j"$(nproc)" --output-on-failure | tail -n 3
objects=build/cover/CMakeFiles/tiltmeter_objects.dir/audit/$folder
gcov -n "$objects"/*.gcda 2>/dev/null | awk -v folder="audit/$folder/" -v threshold="$threshold" '
    /^File / { wanted = index($0, folder) && $0 ~ /\.c.$/; file = $2; gsub(/.*audit\/|\x27/, "", file) }
    wanted && /^Lines executed/ {
        split($0, part, /[:% ]+/)
        lines = $NF; run = lines * part[3] / 100
        if (part[3] < threshold) printf "  %-28s %6.2f %% of %d\n", file, part[3], lines
        all += lines; hit += run; wanted = 0
    }
    END {
        if (all == 0) { print "coverage: nothing was measured"; exit 1 }
        printf "coverage of %s %.2f %% of %d lines (at least %d wanted)\n", folder, 100 * hit / all, all, threshold
        exit 100 * hit / all < threshold
    }'
