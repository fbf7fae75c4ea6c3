#!/bin/bash
# A throw-away Python environment with the clients of DuckDB, ClickHouse (its embedded build) and Spark, in the folder
# that is named. Ends with 77 (skipped) and a line why when they cannot be had; asked again within ten minutes it says so
# at once, that every engine does not wait for the same registry.
set -euo pipefail
folder=$1
if [ -e "$folder/ready" ]; then exit 0; fi
skip() {
    echo "engines: skipped: $1" | tee "$folder.failed"
    exit 77
}
if [ -n "$(find "$folder.failed" -mmin -10 2>/dev/null)" ]; then
    cat "$folder.failed"
    exit 77
fi
command -v python3 >/dev/null || skip "there is no python3"
python3 -m venv "$folder" >/dev/null 2>&1 || skip "python3 cannot make an environment (package python3-venv)"
"$folder/bin/pip" install -q --disable-pip-version-check --retries 3 --timeout 30 \
    'duckdb>=1.0,<3' 'chdb>=2.0,<5' 'pyspark>=3.5,<5' >"$folder/log" 2>&1 ||
    skip "the Python registry is out of reach ($(tail -n 1 "$folder/log" | cut -c 1-120))"
rm -f "$folder.failed"
touch "$folder/ready"
