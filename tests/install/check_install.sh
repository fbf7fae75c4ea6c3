#!/bin/bash
# Installs into an empty folder and builds an outside program against it, through find_package and pkg-config.
# Usage: check_install.sh ROOT BUILD CC FLAGS
set -euo pipefail
root=$1 build=$2 cc=$3 flags=${4:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
prefix=$work/prefix
cmake --install "$build" --prefix "$prefix" >"$work/log" || { cat "$work/log" && exit 1; }
test -x "$prefix/bin/tiltmeter"
"$prefix/bin/tiltmeter" --version
test -f "$prefix/include/tiltmeter/base.h"
# Moving the prefix must not matter.
mv "$prefix" "$work/moved"
prefix=$work/moved
result=$root/reports/berkeley-1973/admissions/result.json
"$prefix/bin/tiltmeter" render "$result" -o "$work/program.pdf"
# draws PROGRAM: a program over the library makes the same bytes as tiltmeter does.
draws() {
    "$1" "$result" "$work/drawn.pdf"
    cmp "$work/program.pdf" "$work/drawn.pdf"
}

echo "find_package:"
cmake -S "$root/tests/install/consumer" -B "$work/build" -G Ninja -DCMAKE_C_COMPILER="$cc" -DCMAKE_C_FLAGS="$flags" \
    -DCMAKE_PREFIX_PATH="$prefix" >"$work/log" || { cat "$work/log" && exit 1; }
cmake --build "$work/build" >"$work/log" || { cat "$work/log" && exit 1; }
for consumer in "$work/build/consumer_tiltmeter" "$work/build/consumer_static"; do
    "$consumer"
    draws "$consumer"
done

echo "pkg-config:"
pc=$(dirname "$(find "$prefix" -name tiltmeter.pc)")
export PKG_CONFIG_PATH=$pc
libdir=$(pkg-config --variable=libdir tiltmeter)
# shellcheck disable=SC2046,SC2086 # flags are words
"$cc" $flags "$root/tests/install/consumer/consumer.c" -o "$work/consumer" $(pkg-config --cflags --libs tiltmeter) \
    -Wl,-rpath,"$libdir"
"$work/consumer"
draws "$work/consumer"
# The static library needs no file of ours beside it; the shared one and the program do, for PDF and PNG.
rm -r "$libdir/tiltmeter"
! "$work/consumer" "$result" "$work/none.pdf" 2>"$work/log" || { echo "drawn without the module" && exit 1; }
grep -qF "$(realpath "$libdir")/tiltmeter/tiltmeter-print.so" "$work/log" || { cat "$work/log" && exit 1; }
! "$prefix/bin/tiltmeter" render "$result" -o "$work/none.pdf" 2>"$work/log" || { echo "drawn without the module" && exit 1; }
test ! -e "$work/none.pdf"
"$prefix/bin/tiltmeter" render "$result" -o "$work/some.html"
rm "$libdir"/libtiltmeter.so*
# shellcheck disable=SC2046,SC2086
"$cc" $flags "$root/tests/install/consumer/consumer.c" -o "$work/consumer-static" \
    $(pkg-config --cflags --libs --static tiltmeter)
"$work/consumer-static"
draws "$work/consumer-static"
! find "$work/moved" -name '*.cmake' -o -name '*.pc' | xargs grep -l "$root" || { echo "installed files name the source tree" && exit 1; }
