#!/bin/bash
# Reports in headless Chromium: makes every page, then check.mjs looks at each.
# Usage: run.sh TILTMETER ROOT FOLDER    FOLDER keeps the driver (fetched from the npm registry) and the pictures.
# Skipped (77) where Chromium, Node.js or the registry is out of reach; never passed without having looked.
set -euo pipefail
tiltmeter=$1 root=$2 folder=$3
skip() {
    echo "SKIPPED: the pages were not looked at: $1"
    exit 77
}
chromium=$(command -v chromium || command -v chromium-browser || true)
[ -n "$chromium" ] || skip "there is no chromium (scripts/setup.sh browser installs it)"
command -v node >/dev/null && command -v npm >/dev/null || skip "there is no node or npm (scripts/setup.sh browser installs them)"

mkdir -p "$folder/pages" "$folder/pictures"
cp "$root/tests/browser/package.json" "$root/tests/browser/package-lock.json" "$folder/"
if ! cmp -s "$folder/package-lock.json" "$folder/installed.json"; then
    (cd "$folder" && timeout 180 npm ci --ignore-scripts --no-audit --no-fund >npm.log 2>&1) ||
        skip "playwright-core and axe-core could not be fetched: $(grep -m1 -i 'err' "$folder/npm.log" || echo 'no answer')"
    cp "$folder/package-lock.json" "$folder/installed.json"
fi

unset SOURCE_DATE_EPOCH
rm -rf "$folder/pages"/* "$folder/pictures"/*
for spec in "$root"/datasets/*/*.spec.json; do
    name=$(basename "$(dirname "$spec")")-$(basename "$spec" .spec.json)
    (cd "$(dirname "$spec")" && "$tiltmeter" audit "$(basename "$spec")" -o "$folder/pages/$name" --format html --quiet)
done
for result in "$root"/tests/report/fixtures/*.json; do
    name=fixture-$(basename "$result" .json)
    mkdir -p "$folder/pages/$name"
    "$tiltmeter" render "$result" -o "$folder/pages/$name/report.html"
done
# 500 groups, some tilted, some too small to be judged, with names of every length and in several scripts
awk 'BEGIN {
    print "region,base,hits"
    for (i = 0; i < 500; i++) {
        name = i % 7 == 0 ? "A region with rather a long name, number" : i % 11 == 0 ? "\330\247\331\204\331\205\331\206\330\267\331\202\330\251" : "Region"
        base = i % 50 == 3 ? 20 : 1000 + (i * 7919) % 9000
        printf "\"%s %d\",%d,%d\n", name, i, base, int(base * (0.2 + ((i * 104729) % 100) / 1000))
    }
}' >"$folder/regions.csv"
(cd "$folder" && "$tiltmeter" audit regions.csv --audience region --rate hits/base --min-share 0 --title "Five hundred regions" \
    -o pages/many --format html --quiet)

cp "$root/tests/browser"/*.mjs "$folder/"
cd "$folder"
exec timeout 1700 node check.mjs "$chromium" pages pictures
