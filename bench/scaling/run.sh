#!/bin/bash
# How cost grows with rows (from 10^5 to ROWS, by tens) and with cells (10^3 to 10^6), and how little memory grows. The
# files are put into build/bench, one at a time, and are deleted again: ROWS of 10^8, the default, need 8 GB.
# Usage: bench/scaling/run.sh [ROWS] [scaling.py options]
targets="tiltmeter bench_people"
set -- "${1:-100000000}" "${@:2}"
# shellcheck source=bench/prepare.sh
. "$(dirname "$0")/../prepare.sh"
python3 bench/scaling/scaling.py "$rows" --tiltmeter build/release/audit/cli/tiltmeter \
    --people build/release/tests/bench/bench_people --work "$work" "$@"
