#!/bin/bash
# Every invariant of the statistics has its property tests: those that tests/invariants.txt names exist.
. "$(dirname "$0")/lib.sh"
tests=$(our_files tests | grep '\.c$' | xargs cat | tr '\n' ' ' | tr -s ' ')
seen="" n=0
while read -r number words; do
    seen="$seen $number"
    for test in ${words##*: }; do
        n=$((n + 1))
        if [ "${test%%/*}" = ctest ]; then
            grep -qw "${test#ctest/}" tests/cli/CMakeLists.txt || fail "invariant $number: no check ${test#ctest/}"
        else
            grep -qE "Test\( ?${test%%/*}, ${test#*/}[,)]" <<<"$tests" || fail "invariant $number: no test $test"
        fi
    done
done < <(grep -v '^#' tests/invariants.txt)
[ "$seen" = " 1 2 3 4 5 6 7 8 9 11 12 13 14 15" ] || fail "tests/invariants.txt lists$seen"
echo "$n tests of invariants"
exit "$failed"
