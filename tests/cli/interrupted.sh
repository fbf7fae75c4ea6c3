#!/bin/bash
# Ctrl-C in the middle of a long search ends the program without a half-written report.
# Usage: interrupted.sh TILTMETER
set -uo pipefail
tiltmeter=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
awk 'BEGIN {
    print "group,a,b,c,d,e,f,base,hits"
    for (g = 0; g < 2; g++) for (i = 0; i < 15625; i++)
        printf "%s,%d,%d,%d,%d,%d,%d,%d,%d\n", g ? "x" : "y", i % 5, int(i / 5) % 5, int(i / 25) % 5,
            int(i / 125) % 5, int(i / 625) % 5, int(i / 3125) % 5, 100, 20 + (i * 7919) % 11
}' >"$work/d.csv"
set -m # so that the background job heeds SIGINT
"$tiltmeter" audit "$work/d.csv" --audience group --factor a,b --rate hits/base --where c=0 --scan \
    --json --quiet >"$work/short" 2>"$work/err" || { echo "a short search fails: $(cat "$work/err")"; exit 1; }
"$tiltmeter" audit "$work/d.csv" --audience group --factor a,b,c,d,e,f --rate hits/base --scan -o "$work/out" \
    >"$work/stdout" 2>"$work/err" &
sleep 2
kill -INT $! 2>/dev/null || { echo "the search ended before it could be interrupted"; exit 0; }
wait $!
code=$?
# 5: stopped by the program itself; 130: before the search began, by the system
[ "$code" = 5 ] || [ "$code" = 130 ] || { echo "exit code $code, not 5"; exit 1; }
[ ! -e "$work/out" ] || { echo "something was written: $(ls -R "$work/out")"; exit 1; }
[ ! -s "$work/stdout" ] || { echo "something was printed"; exit 1; }
[ "$code" = 130 ] || grep -q "stopped on request" "$work/err" || { echo "says: $(cat "$work/err")"; exit 1; }
