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
    commands+=("audit $spec" "audit $spec --json" "audit $spec --json --level 0.9 --reference highest")
done
commands+=("audit datasets/job-ads/meta.spec.json --json --by placement"
           "audit datasets/job-ads/meta.spec.json --json --audience gender --unit campaign"
           "audit datasets/job-ads/google.spec.json --json --scan"
           "audit datasets/one-thing-at-a-time/experiment.spec.json --json --scan --seed 7")

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

# Rows of a file in another order: what stands above them (a preamble, the header) and below (totals) stays.
shuffle() { # FILE SEED
    local head=1 tail
    case $1 in *google-delivery.csv) head=3 ;; esac
    tail=$(grep -c '^Total:' "$1")
    { head -n "$head" "$1"
      tail -n +$((head + 1)) "$1" | grep -v '^Total:' | shuf --random-source=<(yes "$2")
      [ "$tail" = 0 ] || grep '^Total:' "$1"; } >"$1.new"
    mv "$1.new" "$1"
}

# The result but for what names the bytes, the folder and the lines of the file.
told() {
    grep -v '"sha256"\|"command"\|row totals\|, line \|"examples"'
}

shuffled() {
    case $1 in "audit "*" --json"*) ;; *) return ;; esac
    local spec=${1#audit }
    spec=${spec%% *}
    local options=${1#audit "$spec"}
    local folder
    folder=$(dirname "$spec")
    for seed in 0 1 2 3; do
        rm -rf "$work/shuffled"
        cp -r "$folder" "$work/shuffled"
        [ "$seed" = 0 ] || for file in "$work"/shuffled/*.csv; do shuffle "$file" "$seed"; done
        (cd "$work/shuffled" && "$tiltmeter" audit "$(basename "$spec")" $options) | told >"$work/$seed"
        [ "$(wc -l <"$work/$seed")" -gt 50 ] || fail "tiltmeter $1 says too little"
    done
    for seed in 1 2 3; do
        cmp "$work/0" "$work/$seed" || fail "tiltmeter $1 depends on the order of rows"
    done
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
