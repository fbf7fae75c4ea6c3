#!/bin/bash
# Writes the generated part of docs/methods.md again, from the built program (preset dev unless named).
set -euo pipefail
cd "$(dirname "$0")/.."
tiltmeter=build/${1:-dev}/audit/cli/tiltmeter
mark='<!-- below: tiltmeter explain --markdown -->'
page=$(mktemp)
trap 'rm -f "$page"' EXIT
sed "/^$mark\$/q" docs/methods.md >"$page"
"$tiltmeter" explain --markdown >>"$page"
cp "$page" docs/methods.md
echo "docs/methods.md: $(wc -l <docs/methods.md) lines"
