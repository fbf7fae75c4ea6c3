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

echo "find_package:"
cmake -S "$root/tests/install/consumer" -B "$work/build" -G Ninja -DCMAKE_C_COMPILER="$cc" -DCMAKE_C_FLAGS="$flags" \
    -DCMAKE_PREFIX_PATH="$prefix" >"$work/log" || { cat "$work/log" && exit 1; }
cmake --build "$work/build" >"$work/log" || { cat "$work/log" && exit 1; }
"$work/build/consumer_tiltmeter"
"$work/build/consumer_static"

echo "pkg-config:"
pc=$(dirname "$(find "$prefix" -name tiltmeter.pc)")
export PKG_CONFIG_PATH=$pc
libdir=$(pkg-config --variable=libdir tiltmeter)
# shellcheck disable=SC2046,SC2086 # flags are words
"$cc" $flags "$root/tests/install/consumer/consumer.c" -o "$work/consumer" $(pkg-config --cflags --libs tiltmeter) \
    -Wl,-rpath,"$libdir"
"$work/consumer"
rm "$libdir"/libtiltmeter.so*
# shellcheck disable=SC2046,SC2086
"$cc" $flags "$root/tests/install/consumer/consumer.c" -o "$work/consumer-static" \
    $(pkg-config --cflags --libs --static tiltmeter)
"$work/consumer-static"
! find "$work/moved" -name '*.cmake' -o -name '*.pc' | xargs grep -l "$root" || { echo "installed files name the source tree" && exit 1; }
