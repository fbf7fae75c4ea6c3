#!/bin/bash
# One engine against the direct audit: check.sh ENGINE TILTMETER MAKE_ROWS FOLDER [N]
# N rows of delivery and N people (1,000,000 unless told) are reduced by the engine and by `tiltmeter cube`; the two
# cubes must be the same bytes once read and written by us, and the audit of the engine's cube must say what the audit
# of the rows says. Then the same with at most 20,000 rows of three more kinds: delivery and people in tables whose
# columns have types and NULLs, under specs that use every key that reduces (typed, staff), and the worst names and
# values (names). KINDS="people" checks one of them. With KILL_WORKER=1 a worker of Spark is killed while the query
# runs. Ends with 77 and a line why where the engine cannot be had: skipped, which is not passed.
set -euo pipefail
umask 077 # rows and cubes are for their owner
export PYTHONDONTWRITEBYTECODE=1
engine=$1 tiltmeter=$(realpath "$2") make_rows=$(realpath "$3") folder=$4 n=${5:-1000000}
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
reduce() {
    case $engine in
    duckdb | clickhouse) python "$here/reduce_$engine.py" "$@" ;;
    postgres | spark) "$here/reduce_$engine.sh" "$@" ;;
    esac
}
now() { date +%s.%N; }
took() { awk -v from="$1" -v to="$(now)" 'BEGIN { printf "%.1f s", to - from }'; }
audit() { "$tiltmeter" audit "$@" --title check --json; }

# check KIND ROWS NAMES: NAMES are what an audit of the cube is told, as the spec tells it to an audit of the rows
check() {
    local kind=$1 n=$2 in=$work/$1 started
    shift 2
    mkdir "$in" "$in/engine" "$in/cube"
    "$make_rows" "$n" "$kind" >"$in/rows.csv"
    cp "$here/$kind.json" "$in/spec.json"
    if [ "$kind" = names ]; then only_here "$in/spec.json"; fi
    TYPES=
    if [ -e "$here/$kind.types.json" ]; then TYPES=$here/$kind.types.json; fi
    export TYPES
    started=$(now)
    "$tiltmeter" cube "$in/spec.json" -o "$in/direct.csv"
    local ours
    ours=$(took "$started")
    "$tiltmeter" sql "$in/spec.json" --engine "$engine" --table events >"$in/query.sql"
    started=$(now)
    reduce "$in/rows.csv" "$in/engine" "$in/cube/rows.csv" <"$in/query.sql"
    local theirs
    theirs=$(took "$started")
    "$tiltmeter" cube "$in/cube/rows.csv" -o "$in/again.csv"
    cmp "$in/direct.csv" "$in/again.csv"
    audit "$in/spec.json" >"$in/direct.json"
    (cd "$in/cube" && audit rows.csv "$@") >"$in/engine.json"
    python3 "$here/compare.py" "$in/direct.json" "$in/engine.json"
    if [ "$kind" = people ]; then # and scores as they are, against the printed bounds
        sed '/score_bins/d; s/"threshold": 0.3705,/"threshold": 0.3705/' "$here/$kind.json" >"$in/exact.json"
        audit "$in/exact.json" >"$in/scores.json"
        python3 "$here/compare.py" "$in/scores.json" "$in/engine.json" within
    fi
    if [ "${KILL_WORKER:-0}" = 1 ] && [ ! -e "$in/engine/killed" ]; then
        echo "no worker was killed: the query was over before" >&2
        exit 1
    fi
    if [ "$(cat "$in/engine/left")" != "events $n" ]; then
        echo "the query left something else behind than the $n rows of \"events\": $(cat "$in/engine/left")" >&2
        exit 1
    fi
    local cells
    cells=$(tail -n 1 "$in/direct.csv" | sed -E 's/.*[0-9a-f]{64}-([0-9]+)-.*/\1/') # as the mark says
    echo "$engine: $n rows of $kind, $cells cells; the same cube and the same audit;" \
        "loading and query $theirs, our own cube $ours"
    rm -rf "$in"
}

# Names that differ in capitals only, and one of 300 bytes: taken where an engine takes them, else refused.
only_here() {
    local long capitals='"Col": "factor:Col", "col": "factor:col",' taken refused
    long=$(printf 'abcdefghijklmnopqrstuvwxy%.0s' {1..12})
    long="\"$long\": \"factor:longer\","
    case $engine in
    duckdb | spark) taken=$long refused=$capitals ;;
    postgres) taken=$capitals refused=$long ;;
    clickhouse) taken="$capitals $long" refused= ;;
    esac
    if [ -n "$refused" ]; then
        sed "s/\"NULL\": \"factor:NULL\",/&$refused/" "$1" >"$1.refused"
        if "$tiltmeter" sql "$1.refused" --engine "$engine" >/dev/null 2>&1; then
            echo "a query with these names was not refused: $refused" >&2
            exit 1
        fi
    fi
    sed -i "s/\"NULL\": \"factor:NULL\",/&$taken/" "$1"
}

few=$((n < 20000 ? n : 20000)) # for Spark's workers, hardly worth starting
for kind in ${KINDS:-delivery people typed staff names}; do
    case $kind in
    delivery | people) export SPARK_LOCAL=0 ;;
    *) export SPARK_LOCAL=1 ;;
    esac
    case $kind in
    delivery) check delivery "$n" --rate clicks/eligible ;;
    people) check people "$n" --audience gender,age --threshold 0.3705 ;;
    typed) check typed "$few" --audience 'gender,age,married,gender*age' --rate clicks/eligible \
        --rate impressions/eligible --unit 'ad*placement' --by country \
        --where live=true --where trial=0 ;;
    staff) check staff "$few" --audience 'gender,grade,gender*grade' --adjust hours:numeric --unit site --by country \
        --where dept=sales ;;
    names) check names "$few" --audience select --rate clicks/eligible --rate shown/eligible \
        --where "keep;--='; DROP TABLE events; --\\" ;;
    esac
done
