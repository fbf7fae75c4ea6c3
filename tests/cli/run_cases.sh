#!/bin/bash
# Golden cases of the command line. Usage: run_cases.sh TILTMETER ROOT FILE.case [--update]
#
# A .case file holds cases, each in an empty folder of its own:
#   == what is claimed
#   given: shell line that prepares the folder ($ROOT is the repository, $DATA its tests/data)
#   args: arguments of tiltmeter, as a shell would read them
#   exit: 0
#   has: text that stdout contains            (any number of lines)
#   says: text that stderr contains; any "says" also asks stderr to be one line
#   lacks: text that neither stdout nor stderr contains
#   absent: file that may not exist afterwards
#   stdout:
#   ... every line up to the next section is compared; leave the section out to accept any output
#   stderr:
#   ... the same
# --update rewrites stdout and stderr sections with what came out.
set -uo pipefail
tiltmeter=$1 ROOT=$2 file=$3 update=${4:-}
DATA=$ROOT/tests/data
export ROOT DATA LC_ALL=C TERM=dumb
unset SOURCE_DATE_EPOCH NO_COLOR TILTMETER_LEDGER
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0 count=0 new=$work/new.case
: >"$new"

complain() {
    echo "FAILED ${file##*/}: $claim"
    echo "  $1"
    bad=1
}

compare() { # name, file with what came out, expected text, whether it was given
    [ "$4" = 1 ] || return 0
    printf '%s' "$3" >"$work/expected"
    diff -u --label "expected $1" --label "actual $1" "$work/expected" "$2" >"$work/diff" && return 0
    complain "$1 differs:"
    cat "$work/diff"
}

run_case() {
    local bad=0 line code
    count=$((count + 1))
    rm -rf "$work/folder"
    mkdir "$work/folder"
    cd "$work/folder" || exit 1
    for line in "${given[@]}"; do
        eval "$line" || complain "cannot prepare: $line"
    done
    eval "\"$tiltmeter\" $args" >"$work/stdout" 2>"$work/stderr" </dev/null
    code=$?
    [ "$code" = "$exit" ] || complain "exit code $code, expected $exit"
    for line in "${has[@]}"; do
        grep -qF -- "$line" "$work/stdout" || complain "stdout lacks: $line"
    done
    for line in "${says[@]}"; do
        grep -qF -- "$line" "$work/stderr" || complain "stderr lacks: $line"
        [ "$(wc -l <"$work/stderr")" = 1 ] || complain "stderr is not one line"
    done
    for line in "${lacks[@]}"; do
        ! grep -qF -- "$line" "$work/stdout" "$work/stderr" || complain "output has: $line"
    done
    for line in "${absent[@]}"; do
        [ ! -e "$line" ] || complain "$line was left behind"
    done
    grep -E "ERROR: (Leak|Address)Sanitizer|runtime error:" "$work/stderr" && complain "a sanitizer speaks"
    if [ "$update" != --update ]; then
        compare stdout "$work/stdout" "$out" "$has_out"
        compare stderr "$work/stderr" "$err" "$has_err"
    fi
    if [ "$bad" = 1 ]; then
        failed=$((failed + 1))
        echo "  stderr was: $(head -c 2000 "$work/stderr")"
    fi
    cd /
    write_case
}

write_case() {
    {
        printf '%s' "$head"
        if [ "$has_out" = 1 ]; then echo "stdout:" && cat "$work/stdout"; fi
        if [ "$has_err" = 1 ]; then echo "stderr:" && cat "$work/stderr"; fi
    } >>"$new"
}

start_case() {
    claim=$1 args= exit=0 out= err= has_out=0 has_err=0 head= part=head
    given=() has=() says=() lacks=() absent=()
}

start_case ""
started=0
while IFS= read -r line || [ -n "$line" ]; do
    case $line in
    "== "*)
        [ "$started" = 0 ] || run_case
        [ "$started" = 1 ] || printf '%s' "$head" >>"$new"
        started=1
        start_case "${line#== }"
        head=$line$'\n'
        continue
        ;;
    "stdout:") part=stdout has_out=1 && continue ;;
    "stderr:") part=stderr has_err=1 && continue ;;
    esac
    case $part in
    stdout) out+=$line$'\n' ;;
    stderr) err+=$line$'\n' ;;
    head)
        head+=$line$'\n'
        case $line in
        "args: "*) args=${line#args: } ;;
        "exit: "*) exit=${line#exit: } ;;
        "given: "*) given+=("${line#given: }") ;;
        "has: "*) has+=("${line#has: }") ;;
        "says: "*) says+=("${line#says: }") ;;
        "lacks: "*) lacks+=("${line#lacks: }") ;;
        "absent: "*) absent+=("${line#absent: }") ;;
        "" | "#"* | "args:") ;;
        *) [ "$started" = 0 ] || { echo "$file: cannot read: $line" && exit 1; } ;;
        esac
        ;;
    esac
done <"$file"
[ "$started" = 0 ] || run_case
if [ "$update" = --update ]; then cp "$new" "$file"; fi
echo "$count cases, $failed failed"
[ "$count" -gt 0 ] && [ "$failed" = 0 ]
