#!/bin/bash
# A disk that is really full: a small file system in memory, which only this test sees. An audit on it ends with 4 and
# says so, what was recorded before is all there, and with room again it goes on. Usage: full_disk.sh TILTMETER ROOT
set -uo pipefail
tiltmeter=$1 data=$2/datasets/twelve-months
if [ "${3:-}" != inside ]; then
    unshare -rm true 2>/dev/null || exit 77 # not allowed here
    exec unshare -rm "$0" "$tiltmeter" "$2" inside
fi
work=$(mktemp -d)
trap 'umount "$work/disk" 2>/dev/null; rm -rf "$work"' EXIT
mkdir "$work/disk"
mount -t tmpfs -o size=640k tmpfs "$work/disk" || exit 77
cd "$work" || exit 1
unset SOURCE_DATE_EPOCH
export TILTMETER_LEDGER=$work/disk/l.db
failed=0
fail() {
    echo "FAILED: $1"
    failed=1
}
audit() {
    "$tiltmeter" audit "$data/2025-01.csv" --audience gender --factor campaign,placement --rate clicks/impressions --quiet 2>said.txt
}

told=0 code=0
for i in $(seq 60); do
    audit
    code=$?
    [ "$code" = 0 ] || break
    told=$i
done
[ "$code" = 4 ] || fail "the audit on a full disk ends with $code"
grep -q 'disk is full; nothing was recorded' said.txt || fail "it says: $(cat said.txt)"
[ "$told" -ge 2 ] || fail "only $told audits fit"
for i in 1 2 3; do audit && fail "a full disk took a further audit"; done
mount -o remount,size=4m "$work/disk"
[ "$("$tiltmeter" ledger list | wc -l)" = "$told" ] || fail "$told audits were recorded, $("$tiltmeter" ledger list | wc -l) are there"
"$tiltmeter" ledger verify >verified.txt || fail "$(cat verified.txt)"
audit || fail "with room again it says: $(cat said.txt)"
[ "$("$tiltmeter" ledger list | wc -l)" = $((told + 1)) ] || fail "the ledger does not go on"
[ "$failed" = 0 ] && echo "$told audits before the disk was full, none lost"
exit "$failed"
