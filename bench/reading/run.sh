#!/bin/bash
# What reading costs: a quoted file against a plain one per byte, every way to look at bytes against `wc -l`, and the
# same files packed. Files are put into build/bench.
# Usage: bench/reading/run.sh [ROWS] [reading.py options]
targets="bench_people bench_level"
# shellcheck source=bench/prepare.sh
. "$(dirname "$0")/../prepare.sh"
plain=$work/people-$rows.csv quoted=$work/people-$rows-quoted.csv
[ -e "$plain" ] || build/release/tests/bench/bench_people --rows "$rows" -o "$plain"
[ -e "$quoted" ] || build/release/tests/bench/bench_people --rows "$rows" --quoted -o "$quoted"
[ -e "$plain.gz" ] || gzip -1 -k "$plain"
cat "$plain" "$quoted" "$plain.gz" >/dev/null # into the page cache
python3 bench/reading/reading.py "$plain" "$quoted" "$plain.gz" --tiltmeter build/release/tests/bench/bench_level "$@"
