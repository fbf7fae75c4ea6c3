#!/bin/bash
# Makes the file, an environment for the other programs that is thrown away afterwards (unless BENCH_KEEP is set), and
# the table of comparison. Everything is put into build/bench; the project itself needs none of the peers.
# Usage: bench/compare/run.sh [ROWS] [compare.py options]
targets="tiltmeter bench_people"
# shellcheck source=bench/prepare.sh
. "$(dirname "$0")/../prepare.sh"
[ -e "$work/people-$rows.csv" ] || build/release/tests/bench/bench_people --rows "$rows" -o "$work/people-$rows.csv"
if [ ! -x "$work/peers/bin/python" ]; then
    python3 -m venv "$work/peers"
    "$work/peers/bin/pip" install -q --disable-pip-version-check duckdb pandas polars fairlearn aequitas
fi
cat "$work/people-$rows.csv" >/dev/null # into the page cache
"$work/peers/bin/python" bench/compare/compare.py "$work/people-$rows.csv" --work "$work" \
    --tiltmeter build/release/audit/cli/tiltmeter --python "$work/peers/bin/python" "$@"
"$work/peers/bin/pip" list --disable-pip-version-check 2>/dev/null | grep -iE '^(duckdb|pandas|polars|fairlearn|aequitas) '
[ -n "${BENCH_KEEP:-}" ] || rm -rf "$work/peers"
