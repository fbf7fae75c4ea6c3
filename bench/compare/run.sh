#!/bin/bash
# Makes the file, an environment for the other programs that is thrown away afterwards (unless BENCH_KEEP is set), and
# the table of comparison. Everything is put into build/bench; the project itself needs none of the peers.
# Usage: bench/compare/run.sh [ROWS] [compare.py options]
targets="tiltmeter bench_people bench_level"
# shellcheck source=bench/prepare.sh
. "$(dirname "$0")/../prepare.sh"
plain=$work/people-$rows.csv quoted=$work/people-$rows-quoted.csv scored=$work/people-$rows-scored.csv
[ -e "$plain" ] || build/release/tests/bench/bench_people --rows "$rows" -o "$plain"
[ -e "$quoted" ] || build/release/tests/bench/bench_people --rows "$rows" --quoted -o "$quoted"
[ -e "$scored" ] || build/release/tests/bench/bench_people --rows "$rows" --score 4 -o "$scored"
if [ ! -x "$work/peers/bin/python" ]; then
    python3 -m venv "$work/peers"
    "$work/peers/bin/pip" install -q --disable-pip-version-check duckdb pandas polars fairlearn aequitas
fi
# zsv itself is taken where it is installed; its library there is for node only, in WebAssembly
library=$work/peers/node_modules/zsv-lib
if [ ! -d "$library" ] && command -v npm >/dev/null; then
    npm install --silent --no-audit --no-fund --prefix "$work/peers" zsv-lib >/dev/null || echo "zsv-lib could not be installed"
fi
cat "$plain" "$quoted" "$scored" >/dev/null # into the page cache
"$work/peers/bin/python" bench/compare/compare.py "$plain" --quoted "$quoted" --scored "$scored" --work "$work" \
    --tiltmeter build/release/audit/cli/tiltmeter --level build/release/tests/bench/bench_level \
    --zsv-library "$library" --python "$work/peers/bin/python" "$@"
"$work/peers/bin/pip" list --disable-pip-version-check 2>/dev/null | grep -iE '^(duckdb|pandas|polars|fairlearn|aequitas) '
[ -n "${BENCH_KEEP:-}" ] || rm -rf "$work/peers"
