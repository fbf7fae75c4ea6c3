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
done
# Rendered later from the result alone: the same bytes in every format.
for report in "$work"/*/*; do
    [ -s "$report/result.json" ] || continue
    for format in html md pdf xlsx; do
        "$1" render "$report/result.json" -o "$work/again.$format"
        cmp "$report/report.$format" "$work/again.$format" || { echo "rendering later gives another $format" && exit 1; }
    done
    "$1" render "$report/result.json" -o "$work/again.csv"
    cmp "$report/tables/findings.csv" "$work/again.csv" || { echo "rendering later gives other findings" && exit 1; }
done
