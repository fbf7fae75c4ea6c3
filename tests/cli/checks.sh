#!/bin/bash
# What must hold for any command: a full disk is an error, a comma-decimal locale changes no byte, two runs are
# identical, threads and the order of rows change
# nothing, and a closed pipe is nobody's fault. Usage: checks.sh TILTMETER ROOT CHECK
set -uo pipefail
tiltmeter=$1 root=$2 check=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$root" || exit 1
failed=0 n=0
unset SOURCE_DATE_EPOCH

fail() {
    echo "FAILED: $1"
    failed=1
}

# The command lines that every check runs: explain, and the shipped data sets once there is an audit.
commands=("explain" "explain impact ratio" "explain --markdown" "--help")
"$tiltmeter" --help | grep -q '^  audit ' && for spec in datasets/*/*.spec.json; do
    commands+=("audit $spec" "audit $spec --json")
done

dev_full() {
    "$tiltmeter" $1 >/dev/full 2>"$work/err"
    local code=$?
    [ "$code" = 4 ] || fail "tiltmeter $1 > /dev/full exits with $code, not 4"
    [ "$(wc -l <"$work/err")" = 1 ] || fail "tiltmeter $1 > /dev/full says $(cat "$work/err")"
}

twice() {
    "$tiltmeter" $1 >"$work/one" 2>&1
    "$tiltmeter" $1 >"$work/two" 2>&1
    cmp "$work/one" "$work/two" || fail "tiltmeter $1 differs between two runs"
}

comma_locale() {
    LC_ALL=C "$tiltmeter" $1 >"$work/one" 2>&1
    LOCPATH=$work/locales LC_ALL=de_DE.UTF-8 LANG=de_DE.UTF-8 "$tiltmeter" $1 >"$work/two" 2>&1
    cmp "$work/one" "$work/two" || fail "tiltmeter $1 depends on the locale"
}

threads() {
    case $1 in audit*) ;; *) return ;; esac
    for count in 1 2 8; do "$tiltmeter" $1 --threads $count >"$work/$count" 2>&1; done
    cmp "$work/1" "$work/2" && cmp "$work/1" "$work/8" || fail "tiltmeter $1 depends on the number of threads"
}

shuffled() {
    case $1 in *meta.spec.json\ --json) ;; *) return ;; esac
    mkdir -p "$work/shuffled"
    cp datasets/job-ads/* "$work/shuffled/"
    for seed in 1 2 3; do
        { head -n 1 datasets/job-ads/meta-delivery.csv
          tail -n +2 datasets/job-ads/meta-delivery.csv | shuf --random-source=<(yes "$seed"); } >"$work/shuffled/meta-delivery.csv"
        (cd "$work/shuffled" && "$tiltmeter" audit meta.spec.json --json) | grep -v '"sha256"\|"command"\|row totals\|, line ' >"$work/$seed"
    done
    cmp "$work/1" "$work/2" && cmp "$work/1" "$work/3" || fail "tiltmeter $1 depends on the order of rows"
}

closed_pipe() {
    "$tiltmeter" $1 2>"$work/err" | head -c 1 >/dev/null
    [ ! -s "$work/err" ] || grep -q 'standard output' "$work/err" || fail "tiltmeter $1 | head says $(cat "$work/err")"
}

if [ "$check" = comma_locale ]; then
    mkdir "$work/locales"
    localedef -i de_DE -f UTF-8 "$work/locales/de_DE.UTF-8" 2>/dev/null
    [ "$(LOCPATH=$work/locales LC_ALL=de_DE.UTF-8 bash -c 'printf %.1f 1,5' 2>/dev/null)" = "1,5" ] || {
        echo "no comma-decimal locale could be made here: install the package locales"
        exit 77
    }
fi
for command in "${commands[@]}"; do
    n=$((n + 1))
    "$check" "$command"
done
echo "$n commands, $check"
exit "$failed"
