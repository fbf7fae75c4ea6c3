#!/bin/bash
# Long jobs show progress on a terminal, never wider than its window, and Ctrl-C typed there ends them without a
# half-written report: the split of a gap over 12 factors with 50,000 cells, and the search over 6 factors.
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
}' >"$work/scan.csv"
awk 'BEGIN {
    srand(12)
    print "group,a,b,c,d,e,f,g,h,i,j,k,l,base,hits"
    for (n = 0; n < 50000; n++) {
        cell = ""
        for (j = 0; j < 12; j++) cell = cell "," int(rand() * (2 + 3 * j))
        print "x" cell ",100," 20 + n % 11
        print "y" cell ",100," 25 + n % 7
    }
}' >"$work/split.csv"
mkfifo "$work/keys"

# $1: what the progress line says; then the command. Types Ctrl-C as soon as the line is there.
interrupt() {
    local words=$1 command
    shift
    command="stty cols 24; $(printf '%q ' "$@")"
    rm -rf "$work/out"
    : >"$work/screen"
    script -qec "$command" /dev/null <"$work/keys" >"$work/screen" 2>&1 &
    local job=$!
    exec 3>"$work/keys"
    until grep -q "$words" "$work/screen"; do
        kill -0 "$job" 2>/dev/null || { echo "\"$words\" was never shown: $(cat "$work/screen")"; exit 1; }
        sleep 0.05
    done
    printf '\003' >&3
    wait "$job"
    local code=$?
    exec 3>&-
    [ "$code" = 5 ] || { echo "$words: exit code $code, not 5: $(cat "$work/screen")"; exit 1; }
    grep -q "stopped on request" "$work/screen" || { echo "$words: says $(cat "$work/screen")"; exit 1; }
    tr '\r' '\n' <"$work/screen" | sed -n "s/^\x1b\[K\($words.*\)/\1/; s/\^C//p" >"$work/lines"
    grep -q "$words" "$work/lines" || { echo "$words: no line of its own: $(cat -v "$work/screen")"; exit 1; }
    ! grep -E '.{24}' "$work/lines" || { echo "$words: wider than the window"; exit 1; }
    [ ! -e "$work/out" ] || { echo "$words: something was written: $(ls -R "$work/out")"; exit 1; }
}

"$tiltmeter" audit "$work/scan.csv" --audience group --factor a,b --rate hits/base --where c=0 --scan \
    --json --quiet >"$work/short" 2>"$work/err" || { echo "a short search fails: $(cat "$work/err")"; exit 1; }
[ ! -s "$work/err" ] || { echo "progress where there is no terminal: $(cat "$work/err")"; exit 1; }
interrupt "searching intersections" "$tiltmeter" audit "$work/scan.csv" --audience group --factor a,b,c,d,e,f \
    --rate hits/base --scan -o "$work/out"
interrupt "splitting the gap" "$tiltmeter" audit "$work/split.csv" --audience group \
    --factor a,b,c,d,e,f,g,h,i,j,k,l --rate hits/base -o "$work/out"
