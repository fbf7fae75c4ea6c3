#!/bin/bash
# One engine against the direct reduction: check.sh ENGINE TILTMETER MAKE_ROWS FOLDER [N]
# N rows (1,000,000 unless told) are reduced by the engine and by `tiltmeter cube`; the two cubes must be the same bytes
# once read and written by us, and the audits of both must say the same. Ends with 77 when the engine cannot be had.
set -euo pipefail
engine=$1 tiltmeter=$2 make_rows=$3 folder=$4 n=${5:-1000000}
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$folder"
folder=$(realpath "$folder")
work=$(mktemp -d "$folder/$engine.XXXXXX")
trap 'rm -rf "$work"' EXIT

case $engine in
duckdb | clickhouse | spark)
    "$here/setup.sh" "$folder/python"
    PATH=$folder/python/bin:$PATH ;;
esac
"$make_rows" "$n" >"$work/rows.csv"
cp "$here/spec.json" "$work/spec.json"
"$tiltmeter" cube "$work/spec.json" -o "$work/direct.csv"
query=$("$tiltmeter" sql "$work/spec.json" --engine "$engine" --table events)
mkdir "$work/engine"
run() {
    case $engine in
    duckdb | clickhouse) python "$here/reduce_$engine.py" "$work/rows.csv" "$work/engine" "$work/cube.csv" ;;
    postgres | spark) "$here/reduce_$engine.sh" "$work/rows.csv" "$work/engine" "$work/cube.csv" ;;
    esac <<<"$query"
}
run
"$tiltmeter" cube "$work/cube.csv" -o "$work/again.csv"
cmp "$work/direct.csv" "$work/again.csv"

# the audits: everything but what names the input
audit() { "$tiltmeter" audit "$1" --title check --rate clicks/eligible --json |
    python3 -c 'import json, sys
tree = json.load(sys.stdin)
for key in ("inputs", "command", "data_use", "checks"): tree.pop(key, None)
print(json.dumps(tree, sort_keys=True))'; }
audit "$work/direct.csv" >"$work/direct.json"
audit "$work/cube.csv" >"$work/engine.json"
cmp "$work/direct.json" "$work/engine.json"
if [ "${KILL_WORKER:-0}" = 1 ]; then
    [ -e "$work/engine/killed" ] || { echo "no worker was killed: the query was over before" >&2; exit 1; }
fi
echo "$engine: $n rows, $(($(wc -l <"$work/direct.csv") - 1)) cells, the same cube and the same audit"
