#!/bin/bash
# Installs what the engines need, builds the optimised program and runs the tests of label "engines": DuckDB, PostgreSQL,
# ClickHouse (embedded) and Spark reduce the same rows as `tiltmeter cube`. Usage: test.sh [ROWS]
set -euo pipefail
cd "$(dirname "$0")/../.."
scripts/setup.sh engines
cmake --preset release -DTILT_ENGINES=ON "-DTILT_ENGINE_ROWS=${1:-10000000}" >/dev/null
cmake --build --preset release -j"$(nproc)" --target tiltmeter make_rows | tail -n 1
ctest --preset release -L engines
