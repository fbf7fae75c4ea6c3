#!/bin/bash
# A trend and a comparison on their own in every format: each has the numbers of the Markdown.
# Usage: formats.sh TILTMETER ROOT
set -euo pipefail
tiltmeter=$1 data=$2/datasets/twelve-months
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
unset SOURCE_DATE_EPOCH
export TILTMETER_LEDGER=$work/year.db
failed=0
fail() {
    echo "FAILED: $1"
    failed=1
}

for month in 02 03 04 05 06 07 08 09 10 11 12; do
    "$tiltmeter" audit "$data/2025-$month.csv" --audience gender --factor campaign,placement --rate clicks/impressions \
        --date "2025-$month-28" --title "Month $month" --quiet --against last -o "$month"
done
for format in html md csv pdf xlsx png json; do
    "$tiltmeter" ledger trend -o "trend.$format"
    "$tiltmeter" compare 07/result.json 08/result.json -o "compare.$format"
done

# What the reader must find, and every number of the Markdown in the text of the PDF.
check() { # name, words ...
    local name=$1 words number
    pdftotext "$name.pdf" text.txt
    tr -d ' \n\f' <text.txt | sed 's/\xe2\x80\xaf//g' >flat.txt
    for words in "${@:2}"; do
        grep -qF -- "$words" "$name.md" || fail "$name.md does not say \"$words\""
        grep -qF -- "$words" "$name.html" || fail "$name.html does not say \"$words\""
        grep -qF -- "$(tr -d ' ' <<<"$words")" flat.txt || fail "$name.pdf does not say \"$words\""
    done
    sed -e 's/\xe2\x80\xaf//g' -e 's/\\//g' "$name.md" | grep -oE '[0-9][0-9.,:]*[0-9]' | sort -u >numbers.txt
    [ "$(wc -l <numbers.txt)" -gt 20 ] || fail "$name.md has hardly any number"
    while read -r number; do
        grep -qF -- "$number" flat.txt || fail "$name.pdf lacks $number"
    done <numbers.txt
    pdfinfo "$name.pdf" | grep -q '^Tagged: *yes' || fail "$name.pdf is not tagged"
    [ "$(head -c 4 "$name.png" | od -An -tx1 | tr -d ' ')" = 89504e47 ] || fail "$name.png is no picture"
    [ "$(wc -l <"$name.csv")" -ge 2 ] || fail "$name.csv has no row"
    unzip -p "$name.xlsx" xl/workbook.xml | grep -q '<sheet ' || fail "$name.xlsx has no sheet"
    unzip -p "$name.xlsx" xl/sharedStrings.xml | grep -qE '(Women against men|Men against women)' || fail "$name.xlsx lacks the finding"
    "$tiltmeter" render "$name.json" -o again.html && cmp again.html "$name.html" || fail "$name.html is not what render gives"
}
check trend 'Findings from audit to audit' 'Over 11 audits a change was found in 1 of 1 finding' 'placement Reels' '2025-08-22' \
    'Asked: somebody who answers for each change' 'All audits of the series together'
check compare 'Month 08 compared with Month 07' 'Comparison of two audits' 'newly outside the band' 'Reels' 'Asked: somebody'

# The same trend in the report of the audit that was recorded last.
for words in 'Over 11 audits a change was found in 1 of 1 finding' 'What the watch found'; do
    grep -qF "$words" 12/report.md || fail "12/report.md does not say \"$words\""
    grep -qF "$words" 12/report.html || fail "12/report.html does not say \"$words\""
done
pdftotext -f 2 -l 2 12/report.pdf - | tr '\n' ' ' | grep -qF 'Over 11 audits a change was found' || fail "the board does not read of it"
[ -s 12/tables/trend.csv ] || fail "tables/trend.csv is missing"
[ "$failed" = 0 ] && echo "trend and comparison in every format"
exit "$failed"
