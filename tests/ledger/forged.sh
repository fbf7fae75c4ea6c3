#!/bin/bash
# A pack that somebody made so that checking it opens a file of the reader's: every hash in it holds, but its spec
# names a file that is no input. Usage: forged.sh TILTMETER
set -u
tiltmeter=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
fail() { echo "FAIL: $*"; exit 1; }

printf 'gender,hits,base\nfemale,300,1200\nmale,600,1200\n' > a.csv
printf 'attribute,group,share\ngender,female,0.5\ngender,male,0.5\n' > private.csv
"$tiltmeter" audit a.csv --audience gender --rate hits/base --quiet --ledger l.db || fail "no audit"
"$tiltmeter" ledger export last --pack whole.zip --ledger l.db || fail "no pack"

# forge KEY VALUE OUT: the same pack, its spec with one key more, every hash computed again
forge() {
    python3 - "$@" <<'END'
import hashlib, json, sys, zipfile
key, value, out = sys.argv[1:]
with zipfile.ZipFile("whole.zip") as pack:
    files = {name: pack.read(name) for name in pack.namelist()}
spec = json.loads(files["spec.json"])
spec[key] = json.loads(value)
files["spec.json"] = json.dumps(spec).encode()
digest = lambda name: hashlib.sha256(files[name]).hexdigest()
entry = json.loads(files["entry.json"])
body = json.loads(entry["body"])
body["spec_sha256"] = digest("spec.json")
entry["body"] = json.dumps(body)
files["entry.json"] = json.dumps(entry).encode()
manifest = json.loads(files["manifest.json"])
for one in manifest["files"]:
    one["bytes"], one["sha256"] = len(files[one["name"]]), digest(one["name"])
files["manifest.json"] = json.dumps(manifest).encode()
with zipfile.ZipFile(out, "w") as pack:
    for name, bytes in files.items():
        pack.writestr(name, bytes)
END
}

forge title '"as it was"' same.zip
"$tiltmeter" verify same.zip > said.txt 2>&1 || fail "the forger's own pack does not hold: $(cat said.txt)"
n=0
while read -r key value; do
    forge "$key" "$value" "$key.zip"
    "$tiltmeter" verify "$key.zip" a.csv > said.txt 2>&1
    [ $? -eq 3 ] || fail "$key: not refused: $(cat said.txt)"
    grep -q 'the spec of the pack names the file ".*private' said.txt || fail "$key: $(cat said.txt)"
    n=$((n + 1))
done <<END
benchmark "private.csv"
targeting "private.csv"
policy "private.json"
content {"file": "private.csv", "key": "ad"}
inferred {"race": {"file": "private.csv", "key": "gender"}}
END
[ "$n" -eq 5 ] || fail "$n of 5 packs were tried"
echo "$n forged packs were refused"
