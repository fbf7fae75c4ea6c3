#!/bin/bash
# Each public header compiles alone, as C11 pedantic and as C++, and includes only the standard library and
# tiltmeter/. Usage: public_headers.sh ROOT CC CXX
. "$(dirname "$0")/lib.sh"
cc=$2 cxx=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
n=0
while IFS= read -r header; do
    n=$((n + 1))
    name=${header#include/}
    printf '#include "%s"\n#include "%s"\nint main(void) { return 0; }\n' "$name" "$name" >"$work/alone.c"
    cp "$work/alone.c" "$work/alone.cc"
    "$cc" -std=c11 -Wall -Wextra -Wpedantic -Werror -fsyntax-only -Iinclude "$work/alone.c" || fail "$header: C11"
    "$cxx" -std=c++14 -Wall -Wextra -Wpedantic -Werror -fsyntax-only -Iinclude "$work/alone.cc" || fail "$header: C++"
    grep -nE '#[[:space:]]*include' "$header" | grep -vE '"tiltmeter/|<(std[a-z]+|assert|float|inttypes|limits|math|string|time)\.h>' &&
        fail "$header includes more than the standard library and tiltmeter/"
done < <(our_files include | grep -E '\.h$')
[ "$n" -gt 0 ] || fail "no header was looked at"
echo "$n headers compiled"
exit "$failed"
