#!/bin/bash
# Makes every report of reports/ again and compares it byte by byte. Usage: reports_again.sh TILTMETER ROOT
set -euo pipefail
cd "$2"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
scripts/reports.sh "$1" "$work" >/dev/null
diff -rq "$work" reports --exclude README.md || {
    echo "reports/ is out of date: if the change is meant, run scripts/reports.sh and commit it with a word of why"
    exit 1
}
echo "$(find reports -type f | wc -l) files are the same"
