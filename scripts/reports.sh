#!/bin/bash
# Audits every data set under datasets/ and writes its reports. A data set is a folder with one or more *.spec.json.
# Usage: reports.sh [TILTMETER [OUT]]; by default the built release and reports/.
# Prints the headline of each audit and where its report lies.
set -euo pipefail
cd "$(dirname "$0")/.."
tiltmeter=${1:-build/release/audit/cli/tiltmeter}
out=${2:-reports}
unset SOURCE_DATE_EPOCH # dates come from the data, so that the reports are the same every day

n=0
for spec in datasets/*/*.spec.json; do
    name=${spec#datasets/}
    name=${name%.spec.json}
    mkdir -p "$out/$name"
    "$tiltmeter" audit "$spec" -o "$out/$name" --quiet
    echo "$name"
    sed -nE 's/.*"sentence": "(([^"\\]|\\.)*)".*/\1/p' < <(sed -n '/^ "headline"/,$p' "$out/$name/result.json") | head -n 1 |
        sed -e 's/\\"/"/g' -e 's/^/  /' | fold -s -w 96
    echo "  -> $out/$name/report.html"
    n=$((n + 1))
done
echo "$n audits"
[ "$n" -gt 0 ]
