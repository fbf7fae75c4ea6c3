#!/bin/bash
# From a bare Debian 12 to reports: installs what is missing, builds, audits every shipped data set, and prints the
# headline of each and where its report lies. Writes only below build/. Safe to run again.
set -euo pipefail
cd "$(dirname "$0")/.."
jobs=$(nproc)

echo "== packages"
scripts/setup.sh
echo "== build (release)"
cmake --preset release -DTILT_TESTS=OFF >/dev/null
cmake --build --preset release -j"$jobs" | tail -n 1
echo "== audits"
rm -rf build/demo
scripts/reports.sh build/release/audit/cli/tiltmeter build/demo
