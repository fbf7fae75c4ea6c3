#!/bin/bash
# Installs what the engines need, builds the optimised program and runs the tests of label "engines": DuckDB, PostgreSQL,
# ClickHouse (embedded) and Spark reduce the same rows as `tiltmeter cube`, and Spark loses a worker meanwhile. An engine
# that cannot be had is skipped with a line why, and is not counted as passed.
# Usage: test.sh [ROWS]    10,000,000 unless told; .ci/run takes fewer
set -euo pipefail
cd "$(dirname "$0")/../.."
scripts/setup.sh
scripts/setup.sh engines || echo "engines: Debian's packages of the engines are out of reach; what needs them is skipped"
cmake --preset release -DTILT_ENGINES=ON "-DTILT_ENGINE_ROWS=${1:-10000000}" >/dev/null
cmake --build --preset release -j"$(nproc)" --target tiltmeter make_rows | tail -n 1
log=build/release/engines.log
status=0
ctest --preset release -L engines --verbose >"$log" 2>&1 || status=$?
grep -E '(: |Test +#)[^:]*(rows of|engines: skipped|Passed|Failed|Skipped|Timeout)' "$log" || true
passed=$(grep -cE 'Test +#[0-9]+: engine_.* Passed ' "$log" || true)
skipped=$(grep -cE 'Test +#[0-9]+: engine_.*\*\*\*Skipped' "$log" || true)
[ "$status" = 0 ] || tail -n 60 "$log" >&2
echo "engines: $passed passed, $skipped skipped (not passed)"
exit "$status"
