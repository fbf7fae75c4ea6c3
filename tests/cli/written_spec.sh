#!/usr/bin/env bash
# An audit of what inspect --write-spec wrote, and an audit of the exports, are the same bytes in every file:
# written_spec.sh TILTMETER SOURCE_DIR
set -u
tilt=$1
exports=$2/tests/data/exports
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failed=0

fail() { echo "FAILED: $*"; failed=1; }

# same SPEC ARGUMENT... : inspect and audit take the same arguments.
same() {
  local spec=$1
  shift
  rm -rf one two
  "$tilt" inspect "$@" --quiet --write-spec "$spec" > /dev/null 2> said || fail "inspect $*: $(cat said)"
  "$tilt" audit "$@" --quiet -o one --format html,md,json,csv 2> said || fail "audit $*: $(cat said)"
  "$tilt" audit "$spec" --quiet -o two --format html,md,json,csv 2> said || fail "audit $spec: $(cat said)"
  [ -s one/result.json ] && [ -s one/report.html ] && [ -s one/report.md ] || fail "$*: no reports"
  diff -r one two > differs || fail "$*: $(head -c 600 differs)"
}

cp "$exports"/* .
mkdir -p deep/er
same spec.json meta-gender.csv
same deep/er/spec.json google-gender.csv
same "$work/deep/spec.json" linkedin-demographics.csv
same spec.json meta-parts.zip
same spec.json plain-persons.csv
same spec.json meta-gender.csv tiktok-audience.csv
same spec.json meta-age.csv --platform generic --missing n/a --skip-bad-rows
gzip -c tiktok-audience.csv > packed.csv.gz
export SOURCE_DATE_EPOCH=1700000000
same spec.json packed.csv.gz
unset SOURCE_DATE_EPOCH

# standard input is read again by whoever runs the spec
"$tilt" inspect - --quiet --write-spec in.json < google-gender.csv > /dev/null || fail "inspect -"
"$tilt" audit - --json < google-gender.csv > one.json || fail "audit -"
"$tilt" audit in.json --json < google-gender.csv > two.json || fail "audit of standard input by a spec"
cmp -s one.json two.json || fail "standard input: another result"

# what somebody changed stands for itself
"$tilt" inspect meta-gender.csv --quiet --write-spec spec.json > /dev/null
sed 's/"assumed": true/"assumed": false/' spec.json > changed.json
"$tilt" audit changed.json --json > changed.out || fail "a changed spec is not read"
grep -q '"command": "tiltmeter audit changed.json"' changed.out || fail "a changed spec stands for the old command"
"$tilt" audit spec.json --min-base 40 --json > more.out || fail "an option beside a spec"
grep -q '"command": "tiltmeter audit spec.json --min-base 40"' more.out || fail "the option is not in the command"
exit $failed
