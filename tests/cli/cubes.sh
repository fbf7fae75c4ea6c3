#!/bin/bash
# A folder of cubes, one a day: each is for its owner's eyes only, the audit of any window is the audit of the rows of its
# days, of delivery and of people, and a query quotes whatever it is given. Usage: cubes.sh TILTMETER
set -uo pipefail
tiltmeter=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
unset SOURCE_DATE_EPOCH
umask 022
failed=0
fail() {
    echo "FAILED: $1"
    failed=1
}
told() {
    python3 -c 'import json, sys
tree = json.load(sys.stdin)
for key in ("inputs", "command", "data_use", "title", "checks"): tree.pop(key, None)
print(json.dumps(tree, sort_keys=True))'
}
# rows KIND DAY: made up, the same every time
rows() {
    awk -v kind="$1" -v day="$2" 'BEGIN {
        print kind == "people" ? "gender,site,day,hired,score,outcome" : "gender,campaign,day,eligible,clicks,Spend (EUR)"
        s = day * 7919
        for (i = 0; i < 300; i++) {
            s = (s * 1103 + 12345) % 65521
            g = s % 5 == 0 ? "" : s % 2 ? "female" : "male"
            if (kind == "people")
                printf "%s,s%d,2026-03-%02d,%d,0.%04d,%d\n", g, s % 3, day, s % 7 < 3, s % 10000, s % 11 < 5
            else
                printf "%s,\"c, %d\",2026-03-%02d,%d,%d,%d.%02d\n", g, s % 4, day, 50 + s % 50, s % 9, s % 20, s % 100
        }
    }'
}
declare -A options=([delivery]="" [people]="--decision hired --score score --label outcome --score-bins 1000")
for kind in delivery people; do
    mkdir -p "$kind/cubes"
    for day in 1 2 3 4 5 6 7; do
        rows "$kind" "$day" >"$kind/one.csv"
        "$tiltmeter" cube "$kind/one.csv" ${options[$kind]} -o "$kind/cubes/2026-03-0$day.csv" || fail "$kind: no cube of day $day"
    done
    [ "$(stat -c %a "$kind"/cubes/*.csv | sort -u)" = 600 ] || fail "$kind: cubes can be read by others"
    for window in "1 2 3 4 5 6 7" "2 3 4" "6 1"; do
        rows "$kind" 0 | head -n 1 >"$kind/window.csv"
        days=()
        for day in $window; do
            rows "$kind" "$day" | tail -n +2 >>"$kind/window.csv"
            days+=("$kind/cubes/2026-03-0$day.csv")
        done
        "$tiltmeter" audit "$kind/window.csv" ${options[$kind]} --json | told >rows.json
        "$tiltmeter" audit "${days[@]}" --json | told >days.json
        [ "$(wc -c <rows.json)" -gt 5000 ] || fail "$kind: the audit of days $window says too little"
        cmp rows.json days.json || fail "$kind: the audit of days $window is not that of its rows"
    done
    head -n -1 "$kind/cubes/2026-03-01.csv" >"$kind/cubes/2026-03-01.cut"
    mv "$kind/cubes/2026-03-01.cut" "$kind/cubes/2026-03-01.csv"
    "$tiltmeter" audit "$kind"/cubes/*.csv --json >cut.json 2>cut.err
    [ $? = 3 ] && grep -q "expected the whole file" cut.err && [ ! -s cut.json ] || fail "$kind: a cut day is audited"
done
echo "7 days of delivery and of people, 3 windows each"
exit "$failed"
