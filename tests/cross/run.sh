#!/bin/bash
# Builds the scanner and its test for another processor and runs them under an emulator.
# Usage: run.sh ROOT PROCESSOR WAY    e.g. aarch64 NEON: the way to look at bytes that must have been compared
set -euo pipefail
root=$1 processor=$2 way=$3
compiler=$processor-linux-gnu-gcc emulator=qemu-$processor-static
for program in "$compiler" "$emulator"; do
    command -v "$program" >/dev/null || { echo "no $program: scripts/setup.sh cross installs it" && exit 77; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$compiler" -std=c17 -O2 -Wall -Wextra -Wpedantic -Werror -I"$root/audit" -I"$root/include" -static -o "$work/scan" \
    "$root/tests/cross/scan_levels.c" "$root/audit/read/bulk_scan.c"
"$emulator" "$work/scan" | tee "$work/said"
grep -qw "$way" "$work/said" || { echo "FAILED: $way was not among them" && exit 1; }
