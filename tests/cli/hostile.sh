#!/bin/bash
# A file whose names are attacks (markup, formulas, quotes, control characters, marks that turn the direction, terminal
# escapes, very long ones) through every command: nothing that is printed or written can act.
# Usage: hostile.sh TILTMETER
set -uo pipefail
tiltmeter=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failed=0 n=0
export TILTMETER_LEDGER=l.db

fail() {
    echo "FAILED: $*"
    failed=1
}

# Controls (C0 but line ends and tabs, DEL, C1) and what turns the direction of text.
acts=$'[\x01-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]|\xe2\x81[\xa6\xa7]'
is_inert() { # FILE
    n=$((n + 1))
    LC_ALL=C tr -d '\r' <"$1" | LC_ALL=C grep -qP "$acts" && fail "$1 holds control characters"
    case $1 in *.html | *.md) grep -aqF '<script>alert' "$1" && fail "$1 holds markup of a name" ;; esac
}
run() { # NAME EXIT ARGUMENTS...: stdout and stderr go to NAME.txt
    local name=$1 wanted=$2
    shift 2
    timeout "${TILT_LIMIT:-100}" "$tiltmeter" "$@" >"$name.txt" 2>&1
    local code=$?
    [ "$code" = "$wanted" ] || fail "$name exits with $code, not $wanted: $(head -c 300 "$name.txt")"
    is_inert "$name.txt"
}

long=$(printf 'x%.0s' {1..10000})
names=('<script>alert(1)</script>' '=1+1' '@SUM(A1)' "a'b\"\"c" $'\e[31mred\e]0;own\a' $'\xe2\x80\xaegnp.exe' $'\xc2\x9b2J' "$long" '*/ -- ; DROP')
{
    printf 'Campaign <img src=x onerror=alert(1)>,Ad\e[2J,Gender,Impressions,Clicks,E-mail,=2+2\n'
    for i in "${!names[@]}"; do
        for g in female male "${names[$(((i + 1) % ${#names[@]}))]}"; do
            printf '"%s","%s","%s",%d,%d,p@example.org,=3+3\n' "${names[i]}" "${names[$(((i + 2) % ${#names[@]}))]}" "$g" \
                $((1000 + 37 * i)) $((40 + i))
        done
    done
} >h.csv
esc=$'\u001b'
cat >h.json <<END
{"sources": [{"file": "h.csv", "columns": {"Campaign <img src=x onerror=alert(1)>": "factor:campaign",
  "Ad\\u001b[2J": "factor:ad", "Gender": "audience:gender", "Impressions": "stage:impressions", "Clicks": "stage:clicks"}}],
  "title": "<script>alert(1)</script>\\u001b[31m\\u202e=1+1"}
END

run audit 0 audit h.json -o out
for publish in "" --publish; do
    run "json$publish" 0 audit h.json --json $publish
done
for file in out/*.html out/*.md out/tables/*.csv; do is_inert "$file"; done
grep -q "default-src 'none'" out/report.html || fail "the page has no strict policy"
for format in html md csv; do
    run "render-$format" 0 render out/result.json -o "r.$format"
    is_inert "r.$format"
done
cmp -s r.html out/report.html || fail "render gives another page"
LC_ALL=C grep -lE '(^|,)[=+@]' out/tables/*.csv r.csv && fail "a cell of a CSV starts as a formula"
run inspect 0 inspect h.csv
run compare 0 compare out/result.json out/result.json
run compare-html 0 compare out/result.json out/result.json -o c.html
is_inert c.html

finding=$(sed -nE 's/.*"findings": \[\{"id": "([0-9a-f]+)".*/\1/p' out/result.json | head -n 1)
[ -n "$finding" ] || finding=$(grep -A3 '^ "findings"' out/result.json | grep -oE '[0-9a-f]{12}' | head -n 1)
run review 0 ledger review "$finding" --decision dismiss --by "$esc[31mme" --reason "<script>alert(1)</script>$esc[2J" \
    --date 2026-01-01
run audit-again 0 audit h.json -o again
is_inert again/report.html
run list 0 ledger list
run show 0 ledger show
run show-finding 0 ledger show "$finding"
run trend 0 ledger trend
run trend-finding 0 ledger trend "$finding"
run pack 0 ledger export last --pack p.zip
run verify 0 verify p.zip h.csv
run ledger-verify 0 ledger verify

# What cannot be written safely is refused, and refusals name it safely.
for engine in duckdb postgres clickhouse spark; do run "sql-$engine" 3 sql h.json --engine "$engine"; done
grep -q 'control characters' sql-duckdb.txt || fail "sql does not say why"
run no-file 4 audit "$esc[31m"$'no\xe2\x80\xaefile.csv'
run no-command 2 "$esc[31mfoo"
run no-option 2 audit "--$esc[31mfoo"
run no-word 2 explain "$esc[31mfoo"
run no-column 3 audit h.csv --audience "$esc[31mfoo"
run no-policy 3 audit h.csv --policy "$esc[31mfoo"
run no-finding 2 ledger show "$esc[31mfoo"
run no-result 3 render h.json
run no-pack 3 verify h.csv
run cube-published 2 cube h.json --publish
echo "$n outputs of hostile names looked at"
exit "$failed"
