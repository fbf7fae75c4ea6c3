#!/bin/bash
# What a report.pdf says, compared with the report.md beside it: two pages for a board and an appendix, tagged, with
# bookmarks, every font inside, the same title, headline and numbers. Usage: check_pdf.sh REPORT.pdf
set -euo pipefail
pdf=$1 markdown=${1%.pdf}.md
fail() {
    echo "$pdf: $1"
    exit 1
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
pdfinfo "$pdf" >"$work/info"
grep -q '^Tagged: *yes' "$work/info" || fail "is not tagged"
grep -q '^JavaScript: *no' "$work/info" || fail "holds scripts"
grep -q '^Page size: .*A4' "$work/info" || fail "is not A4"
pages=$(sed -n 's/^Pages: *//p' "$work/info")
[ "$pages" -ge 3 ] || fail "has no appendix"
# Every page says which it is, and of how many.
for page in 1 2 "$pages"; do
    pdftotext -f "$page" -l "$page" "$pdf" - | grep -qxF "$page of $pages" || fail "page $page is not numbered $page of $pages"
done
[ "$(pdftotext "$pdf" - | tr -cd '\f' | wc -c)" = "$pages" ] || fail "has pages without text"
pdfinfo -struct "$pdf" >"$work/tree" 2>&1
for tag in Document H1 H2 P L LI Figure Table TR TH TD; do
    grep -qE "^ *$tag([ :]|\$)" "$work/tree" || fail "has no tag $tag"
done
pdffonts "$pdf" | tail -n +3 >"$work/fonts"
[ -s "$work/fonts" ] || fail "has no fonts"
! grep -vE ' yes +yes +yes +[0-9]+ +[0-9]+$' "$work/fonts" || fail "has fonts that are not embedded, or say no letters"

# The first two pages are the board's, whatever the data.
pdftotext -f 1 -l 1 "$pdf" - >"$work/first"
pdftotext -f 2 -l 2 "$pdf" - >"$work/second"
pdftotext -f 3 -l 3 "$pdf" - >"$work/third"
for words in "Verdicts" "In three numbers" "Decision asked" "Decided" "Looked at again on"; do
    grep -qF "$words" "$work/first" || fail "page 1 does not say \"$words\""
done
for words in "Where the gap arises" "Since the last audit" "Reviews, and until when they hold" "Approved"; do
    grep -qF "$words" "$work/second" || fail "page 2 does not say \"$words\""
done
grep -qF "Who was reached" "$work/third" || fail "page 3 does not begin the appendix"

# Every number of every table and list of the Markdown, section by section, is somewhere in the text; what stands folded
# there is named on paper, not printed.
pdftotext "$pdf" - | tr -d ' \n\f' | sed 's/\xe2\x80\xaf//g' >"$work/text"
sed -e '/^<details>/,/^<\/details>/d' -e '/^## In short/,/^## Who/d' -e 's/\xe2\x80\xaf//g' -e 's/\\//g' "$markdown" |
    grep -oE '[0-9][0-9.,:]*[0-9]' | sort -u >"$work/numbers"
[ "$(wc -l <"$work/numbers")" -gt 20 ] || fail "the Markdown has hardly any number"
missing=0
while read -r number; do
    grep -qF -- "$number" "$work/text" || { echo "$pdf: $number is missing" && missing=1; }
done <"$work/numbers"
[ "$missing" = 0 ] || fail "not every number of the Markdown is in it"
echo "$(basename "$(dirname "$pdf")"): $(wc -l <"$work/numbers") numbers are in the PDF too"
