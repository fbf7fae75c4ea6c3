#!/bin/bash
# Makes every report of reports/ again and compares it byte by byte; of the PDFs, whose bytes depend on the version
# of Cairo and on the fonts, what they say. Usage: reports_again.sh TILTMETER ROOT
set -euo pipefail
cd "$2"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
scripts/reports.sh "$1" "$work" >/dev/null
diff -rq "$work" reports --exclude README.md --exclude '*.xlsx' --exclude '*.pdf' || {
    echo "reports/ is out of date: if the change is meant, run scripts/reports.sh and commit it with a word of why"
    exit 1
}
for report in "$work"/*/*; do
    [ -s "$report/report.xlsx" ] || { echo "no workbook was made of ${report#"$work"/}" && exit 1; }
done
echo "$(find reports -type f | wc -l) files are the same"
for pdf in "$work"/*/*/report.pdf; do
    tests/cli/check_pdf.sh "$pdf"
    "$1" render "${pdf%/*}/result.json" -o "$work/again.pdf"
    cmp "$pdf" "$work/again.pdf" || { echo "rendering later gives another PDF" && exit 1; }
done
