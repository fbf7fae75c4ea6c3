#!/bin/bash
# Runs every libFuzzer target for a while from its committed corpus: no crash, no leak, no sanitizer finding, no input
# that takes 10 seconds, and never more than 1 GiB. What was found is left in build/fuzz/found and named.
# Usage: fuzz.sh [SECONDS]    for each target, 60 by default; two run at a time
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
targets=(dialect number date spec bulk result pack)

cmake --preset fuzz >/dev/null
cmake --build --preset fuzz -j"$(nproc)" | tail -n 1
found=$PWD/build/fuzz/found
export LSAN_OPTIONS=suppressions=$PWD/tests/leaks.supp:print_suppressions=0
rm -rf "$found"
mkdir -p "$found"

# New inputs go to a folder of their own, so that the committed corpus stays as it is.
fuzz() {
    local name=$1 new seeds=("tests/fuzz/corpus/$1")
    [ "$name" = dialect ] && seeds+=(tests/data/exports)
    new=$(mktemp -d)
    if build/fuzz/tests/fuzz/fuzz_"$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 \
        -malloc_limit_mb=1024 -detect_leaks=1 -seed=1 -artifact_prefix="$found/$name-" -print_final_stats=1 \
        "$new" "${seeds[@]}" >"$found/$name.log" 2>&1; then
        rm -rf "$new"
        awk -v name="$name" '/number_of_executed_units/ { runs = $2 } /peak_rss_mb/ { peak = $2 }
            END { printf "fuzz %-8s %9d inputs, at most %d MiB, nothing found\n", name, runs, peak }' "$found/$name.log"
    else
        rm -rf "$new"
        echo "fuzz $name: found something; the end of $found/$name.log:"
        tail -n 40 "$found/$name.log"
        return 1
    fi
}

failed=0
for ((i = 0; i < ${#targets[@]}; i += 2)); do
    running=()
    for name in "${targets[@]:i:2}"; do
        fuzz "$name" &
        running+=($!)
    done
    for pid in "${running[@]}"; do wait "$pid" || failed=1; done
done
exit "$failed"
