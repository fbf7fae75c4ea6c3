#!/bin/bash
# docs/methods.md holds the catalogue as the program prints it. Usage: methods_doc.sh ROOT TILTMETER
. "$(dirname "$0")/lib.sh"
mark='<!-- below: tiltmeter explain --markdown -->'
grep -qF "$mark" docs/methods.md || fail "docs/methods.md has lost its mark"
diff -u <(sed "1,/^$mark\$/d" docs/methods.md) <("$2" explain --markdown) ||
    fail "docs/methods.md is out of date: run scripts/docs.sh"
exit "$failed"
