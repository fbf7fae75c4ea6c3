#!/bin/bash
# Workbooks opened with LibreOffice, which writes every sheet as CSV; compare.py holds these against the result's JSON.
# Usage: run.sh TILTMETER ROOT PYTHON
# Skipped (77) where LibreOffice is not there; never passed without having looked.
set -euo pipefail
tiltmeter=$1 root=$2 python=$3
office=$(command -v soffice || command -v libreoffice || true)
[ -n "$office" ] || {
    echo "SKIPPED: the workbooks were not opened: there is no LibreOffice (scripts/setup.sh office installs it)"
    exit 77
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset SOURCE_DATE_EPOCH

books=()
for spec in "$root"/datasets/*/*.spec.json; do
    name=$(basename "$(dirname "$spec")")-$(basename "$spec" .spec.json)
    (cd "$(dirname "$spec")" && "$tiltmeter" audit "$(basename "$spec")" -o "$work/$name" --format xlsx,json --quiet)
    mv "$work/$name/report.xlsx" "$work/$name.xlsx"
    books+=("$work/$name.xlsx")
done
for fixture in "$root"/tests/report/fixtures/*.json; do
    name=$(basename "$fixture" .json)
    mkdir "$work/$name"
    cp "$fixture" "$work/$name/result.json"
    "$tiltmeter" render "$fixture" -o "$work/$name.xlsx"
    books+=("$work/$name.xlsx")
done
# One file per sheet (-1), UTF-8 (76), numbers with all digits instead of as shown (false)
timeout 500 "$office" --headless "-env:UserInstallation=file://$work/profile" --convert-to \
    'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,false,false,false,false,-1' --outdir "$work/sheets" "${books[@]}" \
    >"$work/log" 2>&1 || { cat "$work/log" && exit 1; }
failed=0
for book in "${books[@]}"; do
    name=$(basename "$book" .xlsx)
    if [ "$name" = hostile ]; then # its names are shown in another way; they may not be evaluated
        grep -qF '=HYPERLINK(""http://x"",""y"")' "$work"/sheets/hostile-*.csv && grep -qF '=cmd|calc' "$work"/sheets/hostile-*.csv &&
            ! grep -qE '#NAME\?|#REF!|Err:[0-9]' "$work"/sheets/hostile-*.csv || { echo "FAULT hostile: a name was evaluated" && failed=1; }
        continue
    fi
    "$python" "$root/tests/office/compare.py" "$work/$name/result.json" "$work/sheets" "$name" || failed=1
done
exit "$failed"
