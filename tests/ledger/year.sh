#!/bin/bash
# A year of monthly audits with a planted drift: the watch names its month and its placement, a waiver holds while
# it lasts, and the finding is back when it has run out. Usage: year.sh TILTMETER ROOT
set -euo pipefail
tiltmeter=$1 data=$2/datasets/twelve-months
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
unset SOURCE_DATE_EPOCH
export TILTMETER_LEDGER=$work/year.db
failed=0
last_day=(31 28 31 30 31 30 31 31 30 31 30 31)

expect() { # what, found, expected
    [ "$2" = "$3" ] && return
    echo "FAILED: $1: found $2, expected $3"
    failed=1
}
contains() { # what, file, text
    grep -qF -- "$3" "$2" && return
    echo "FAILED: $1: \"$3\" is not in:"
    head -c 3000 "$2"
    failed=1
}
audit() { # month, further options
    local month
    month=$(printf '%02d' "$1")
    "$tiltmeter" audit "$data/2025-$month.csv" --audience gender --factor campaign,placement --rate clicks/impressions \
        --date "2025-$month-${last_day[$(($1 - 1))]}" --title "Month $1" --quiet --gate "${@:2}" && echo 0 || echo $?
}

for month in 1 2 3 4 5 6 7; do expect "gate in month $month" "$(audit $month --against last)" 0; done
expect "gate in month 8: the drift is new" "$(audit 8 --against last -o month8)" 1
contains "what is new in month 8" month8/report.md 'newly outside the band'
contains "what it goes with" month8/report.md 'Most of it goes with placement “Reels”'

finding=$("$tiltmeter" ledger trend --json | sed -n 's/.*"id": "\([0-9a-f]*\)".*/\1/p' | head -n 1)
"$tiltmeter" ledger review "$finding" --decision accept-risk --reason 'Reels is bought until the middle of November' \
    --by 'head of marketing' --owner 'media buying' --due 2025-11-15 --date 2025-09-05 --until 2025-11-15 >review.txt
contains "the head after the review" review.txt 'Head of the ledger: 9:'

expect "gate in month 9: the waiver holds" "$(audit 9)" 0
cp year.db early.db # as it stood in September
expect "gate in month 10: the waiver holds" "$(audit 10 -o month10)" 0
contains "the number stands beside the decision" month10/report.md 'accept the risk'
contains "the verdict is not taken away" month10/report.md '▲ tilted'
expect "gate in month 11: the waiver has run out" "$(audit 11 --against last -o month11)" 1
contains "the finding is back" month11/report.md 'back: the decision that waived it has run out'
contains "the state of the decision" month11/report.md 'expired: the finding is back'
expect "gate in month 12: it was back before" "$(audit 12 --against last)" 0
expect "gate in month 12 without a comparison" "$(audit 12)" 1

"$tiltmeter" ledger trend >trend.txt
contains "the month of the drift" trend.txt 'Changed with 2025-08-01 to 2025-08-22'
contains "its placement" trend.txt 'Most of it goes with placement “Reels”'
"$tiltmeter" ledger trend "$finding" >charts.txt
contains "the interval over all looks" charts.txt 'interval that holds at every look'
"$tiltmeter" ledger verify >verify.txt
contains "the chain" verify.txt 'As it was written: 14 entries'
head=$(sed -n 's/.*verify --head \([0-9]*:[0-9a-f]*\).*/\1/p' month10/report.md | head -n 1)
"$tiltmeter" ledger verify --head "$head" >verify.txt
contains "the head that a report of October shows" verify.txt 'The head asked for is entry 10.'
pdf_head=$(pdftotext month10/report.pdf - | tr -d ' \n' | grep -oE 'verify--head[0-9]+:[0-9a-f]{64}' | sed 's/verify--head//')
expect "the head in the PDF" "$pdf_head" "$head"
grep -qF -- "$head" month10/report.html || expect "the head in the page" none "$head"

# A ledger that was cut back to September, and one whose review was written anew: each holds by itself, and neither
# against a later report.
"$tiltmeter" ledger verify --ledger early.db >verify.txt
later=$(sed -n 's/.*verify --head \([0-9]*:[0-9a-f]*\).*/\1/p' month11/report.md | head -n 1)
expect "the shortened ledger against November's report" \
    "$("$tiltmeter" ledger verify --ledger early.db --head "$later" >verify.txt && echo 0 || echo $?)" 1
contains "what is missing" verify.txt 'the ledger was shortened'
export TILTMETER_LEDGER=$work/anew.db
for month in 1 2 3 4 5 6 7 8; do audit $month >/dev/null; done
"$tiltmeter" ledger review "$finding" --decision accept-risk --reason 'Nobody objected' --by 'head of marketing' \
    --date 2025-09-05 --until 2025-12-31 >review.txt
for month in 9 10 11 12; do audit $month >/dev/null; done
"$tiltmeter" ledger verify >verify.txt || expect "the ledger written anew holds by itself" no yes
expect "the ledger written anew against October's report" \
    "$("$tiltmeter" ledger verify --head "$head" >verify.txt && echo 0 || echo $?)" 1
contains "which entry was rewritten" verify.txt 'entry 10 does not have the hash it had'
[ "$failed" = 0 ] && echo "twelve months as they should be"
exit "$failed"
