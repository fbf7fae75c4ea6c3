#!/bin/bash
# Extreme inputs through the built program: a value or a reason, never a crash, a hang or a bare NaN. A release build
# takes under a second for each; the limit here leaves room for sanitizers and busy machines.
# Usage: extremes.sh TILTMETER
set -uo pipefail
tiltmeter=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failed=0 n=0
limit=${TILT_LIMIT:-60}

try() { # NAME OPTIONS...: audits NAME.csv
    local name=$1
    shift
    timeout "$limit" "$tiltmeter" audit "$name.csv" "$@" -o "$name" --json --format html,md,csv >"$name.json" 2>"$name.err"
    local code=$?
    n=$((n + 1))
    if [ "$code" != 0 ]; then
        echo "FAILED: $name exits with $code: $(head -n 1 "$name.err")"
        failed=1
        return
    fi
    grep -q '"headline"' "$name.json" || { echo "FAILED: $name has no headline"; failed=1; }
    if grep -nE '[:[,] *[+-]?(nan|inf|infinity)\b' -i "$name.json" | grep -v '"' | head -n 1 | grep .; then
        echo "FAILED: $name prints a bare NaN or infinity"
        failed=1
    fi
    if grep -nwiE 'nan|-nan' "$name/report.md" "$name/report.html" | head -n 1 | grep .; then
        echo "FAILED: a report of $name prints NaN"
        failed=1
    fi
}

rate=(--rate selected/eligible --audience group)
printf 'group,eligible,selected\na,0,0\nb,100,0\nc,100,100\nd,1,1\ne,1,0\n' >zero_and_one.csv
try zero_and_one "${rate[@]}"
printf 'group,eligible,selected\na,100,0\nb,100,0\n' >nobody.csv
try nobody "${rate[@]}"
printf 'group,eligible,selected\na,100,100\nb,100,100\n' >everybody.csv
try everybody "${rate[@]}"
printf 'group,eligible,selected\na,%d,1\nb,%d,%d\nc,%d,%d\nd,%d,0\ne,%d,%d\n' 10000000000 10000000000 9999999999 \
    10000000000 5000000000 10000000000 10000000000 4999999999 >ten_thousand_million.csv
try ten_thousand_million "${rate[@]}"
awk 'BEGIN { srand(1); print "group,site,eligible,selected"
    for (g = 0; g < 1000; g++) { m = 100 + int(900 * rand()); printf "g%03d,s%d,%d,%d\n", g, g % 3, m, int(m * rand()) } }' >thousand_groups.csv
try thousand_groups "${rate[@]}" --min-share 0
awk 'BEGIN { print "day,gender,impressions,clicks"
    for (d = 1; d <= 20; d++) { printf "2026-01-%02d,female,%d,%d\n2026-01-%02d,male,%d,%d\n", d, d == 1 ? 990000 : 500,
        d == 1 ? 9000 : 3, d, d == 1 ? 990000 : 500, d == 1 ? 3 : d == 2 } }' >one_cluster.csv
try one_cluster
awk 'BEGIN { srand(2); print "group,selected,weight"
    for (i = 0; i < 2000; i++) printf "%s,%d,%s\n", i % 2 ? "a" : "b", rand() < 0.3, i % 3 ? "0.000000001" : "1" }' >weights.csv
try weights --decision selected --weight weight --audience group
awk 'BEGIN { srand(3); print "Ad name,Age,Impressions"
    for (a = 0; a < 300; a++) for (g = 0; g < 12; g++) printf "ad%03d,%d-%d,%d\n", a, 15 + 5 * g, 19 + 5 * g, 50 + 5000 * rand() }' >many_ads.csv
try many_ads
echo "$n extreme inputs audited"
[ "$n" = 8 ] || failed=1
exit "$failed"
