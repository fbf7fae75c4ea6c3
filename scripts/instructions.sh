#!/bin/bash
# Instructions that one more row costs, from reading to its cell of the cube, counted by callgrind: unlike seconds the
# same on a busy machine. A file and the same rows twice make the same cells, so the difference is that of the rows.
# Fails when it is more than 10 % above bench/instructions.txt; --update writes the number found there.
set -euo pipefail
cd "$(dirname "$0")/.."
rows=1000000 # files beyond 64 MiB: smaller ones are hashed too
bar=bench/instructions.txt

cmake --preset release >/dev/null
cmake --build --preset release -j"$(nproc)" --target tiltmeter bench_people | tail -n 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
build/release/tests/bench/bench_people --rows $rows -o "$work/once.csv"
{ cat "$work/once.csv" && tail -n +2 "$work/once.csv"; } >"$work/twice.csv"

count() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null build/release/audit/cli/tiltmeter cube "$work/$1.csv" \
        --threads 1 -o "$work/cube.csv" 2>&1 | sed -n 's/.*Collected : //p'
}
once=$(count once)
twice=$(count twice)
found=$(((twice - once) / rows))
if [ "${1:-}" = --update ]; then
    echo "$found" >$bar
    exit 0
fi
most=$(($(cat $bar) * 11 / 10))
echo "instructions: $found per row, $(cat $bar) when last measured, at most $most"
[ "$found" -le "$most" ] || {
    echo "instructions: a row costs more than it did; make it cheaper, or run scripts/instructions.sh --update and say why" >&2
    exit 1
}
