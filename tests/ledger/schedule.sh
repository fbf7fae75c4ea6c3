#!/bin/bash
# The cron line and the unit of docs/ledger.md as they stand there, run on three months: silent without news, heard when a
# finding is new, silent again. Usage: schedule.sh TILTMETER ROOT
set -euo pipefail
tiltmeter=$1 root=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
unset SOURCE_DATE_EPOCH TILTMETER_LEDGER
mkdir bin units
ln -s "$tiltmeter" bin/tiltmeter
export PATH=$work/bin:$PATH
failed=0
fail() {
    echo "FAILED: $1"
    failed=1
}

# What the docs say, with the folder and the program of this test.
sed -n 's/^    //p' "$root/docs/ledger.md" | sed -e "s#/srv/audits#$work/\$folder#g" -e "s#/usr/bin/tiltmeter#$work/bin/tiltmeter#" >shown.txt
cron=$(sed -n 's/^0 6 \* \* 1 *//p' shown.txt)
start=$(sed -n 's/^ExecStart=//p' shown.txt)
ledger=$(sed -n 's/^Environment=TILTMETER_LEDGER=//p' shown.txt)
[ -n "$cron" ] && [ -n "$start" ] && [ -n "$ledger" ] || fail "the docs show no cron line or no unit"

for folder in cron timer; do
    mkdir "$folder"
    cat >"$folder/ads.spec.json" <<'SPEC'
{ "sources": [ { "file": "export.csv" } ], "audience": ["gender"], "factors": ["placement"], "rates": ["clicks/impressions"] }
SPEC
done
run_cron() { folder=cron eval "sh -c '${cron//\$folder/cron}'"; }
run_unit() { (cd timer && env "TILTMETER_LEDGER=${ledger//\$folder/timer}" ${start//\$folder/timer}); }

for month in 06 07 08 09; do
    for folder in cron timer; do cp "$root/datasets/twelve-months/2025-$month.csv" "$folder/export.csv"; done
    said=$(run_cron)
    code=0
    run_unit || code=$?
    if [ "$month" = 08 ]; then
        [ "$said" = "tiltmeter ended with 1" ] || fail "cron says \"$said\" of the new finding in month $month"
        [ "$code" = 1 ] || fail "the unit ends with $code in month $month"
    else
        [ -z "$said" ] || fail "cron says \"$said\" in month $month"
        [ "$code" = 0 ] || fail "the unit ends with $code in month $month"
    fi
    [ -s timer/latest/report.pdf ] && [ -s cron/latest/report.html ] || fail "no report in month $month"
done

# systemd reads the units as they stand in the docs, where there is a systemd to ask.
if command -v systemd-analyze >/dev/null; then
    sed -n 's/^    //p' "$root/docs/ledger.md" | sed -e 's#/usr/bin/tiltmeter#/bin/true#' -e 's#^User=.*#User=root#' |
        awk '/^\[Unit\]/ { n++ } n == 1 { print > "units/tiltmeter.service" } n == 2 { print > "units/tiltmeter.timer" } /^WantedBy=/ { exit }'
    grep -q '^ExecStart=' units/tiltmeter.service && grep -q '^OnCalendar=' units/tiltmeter.timer || fail "the docs' units were not found"
    systemd-analyze verify "$work/units/tiltmeter.service" "$work/units/tiltmeter.timer" >units.txt 2>&1 || fail "systemd: $(cat units.txt)"
    systemd-analyze calendar "$(sed -n 's/^OnCalendar=//p' units/tiltmeter.timer)" >/dev/null || fail "systemd cannot read the calendar"
fi
[ "$failed" = 0 ] && echo "the cron line and the unit do as the docs say"
exit "$failed"
