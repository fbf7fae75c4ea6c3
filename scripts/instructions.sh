#!/bin/bash
# Instructions that one more row costs, from reading to its cell of the cube, counted by callgrind: unlike seconds the
# same on a busy machine. A file and the same rows twice make the same cells, so the difference is that of the rows.
# Jobs: `plain` rows of counts; a `score` of four decimals, beyond the same audit of these rows without it, of what
# reads rows (what is computed of a score does not grow with them). Fails when one is more than 10 % above
# bench/instructions.txt; --update writes the numbers found there.
set -euo pipefail
cd "$(dirname "$0")/.."
rows=1000000 # files beyond 64 MiB: smaller ones are hashed too
bar=bench/instructions.txt
people=(audit --decision shortlisted --label qualified --audience 'gender*age' --json)

cmake --preset release -DTILT_TESTS=ON >/dev/null # the demo leaves them out
cmake --build --preset release -j"$(nproc)" --target tiltmeter bench_people | tail -n 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

make_rows() { # NAME OPTION...: NAME-once.csv and NAME-twice.csv
    build/release/tests/bench/bench_people --rows $rows "${@:2}" -o "$work/$1-once.csv"
    { cat "$work/$1-once.csv" && tail -n +2 "$work/$1-once.csv"; } >"$work/$1-twice.csv"
}

count() { # FILE PATTERN COMMAND...: instructions, those within a function where one is named
    valgrind --tool=callgrind --callgrind-out-file="$work/profile" build/release/audit/cli/tiltmeter "${@:3}" \
        "$work/$1.csv" --threads 1 2>"$work/log" >"$work/out"
    if [ -z "$2" ]; then
        sed -n 's/.*Collected : //p' "$work/log"
    else
        callgrind_annotate --inclusive=yes "$work/profile" | grep "$2" | head -n 1 | tr -d ' ,' | sed 's/(.*//'
    fi
}

per_row() { # FILE PATTERN COMMAND...
    echo $((($(count "$1-twice" "${@:2}") - $(count "$1-once" "${@:2}")) / rows))
}

make_rows plain
make_rows people --score 4
without=$(per_row people tilt__worker_run "${people[@]}")
with=$(per_row people tilt__worker_run "${people[@]}" --score score)
found="plain $(per_row plain '' cube -o "$work/cube.csv")
score $((with - without))"
if [ "${1:-}" = --update ]; then
    echo "$found" >$bar
    exit 0
fi
while read -r job now; do
    last=$(sed -n "s/^$job //p" $bar)
    echo "instructions: $job $now per row, $last when last measured, at most $((last * 11 / 10))"
    [ "$now" -le $((last * 11 / 10)) ] || {
        echo "instructions: $job costs more than it did; make it cheaper, or run scripts/instructions.sh --update and say why" >&2
        exit 1
    }
done <<<"$found"
