#!/bin/bash
# What draws PDF and PNG is a file of its own: nothing else loads it, and without it only those two fail, with a reason and
# before anything is written. Usage: print_module.sh TILTMETER LIBRARY MODULE OTHER_MODULE ROOT
set -uo pipefail
tiltmeter=$1 library=$2 module=$3 other=$4 root=$5
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
fail() {
    echo "FAILED: $1"
    failed=1
}
spec=$root/datasets/berkeley-1973/admissions.spec.json result=$root/reports/berkeley-1973/admissions/result.json
name=$(basename "$module")
mkdir "$work/bin" "$work/cwd"
cp "$tiltmeter" "$work/bin/tiltmeter"
cd "$work/cwd" || exit 1
unset SOURCE_DATE_EPOCH

# Neither needs the libraries that draw to start; the module does, so that these words are the right ones.
for file in "$tiltmeter" "$library"; do
    ldd "$file" >"$work/needs" || fail "ldd does not read $file"
    ! grep -E 'cairo|pango|qpdf|glib|fontconfig' "$work/needs" || fail "$file needs what draws"
done
ldd "$module" >"$work/needs" || fail "ldd does not read $module"
for word in cairo pango qpdf glib fontconfig; do
    grep -q "$word" "$work/needs" || fail "the module does not need $word"
done
# Instrumentation (sanitizers, coverage) exports names of its own.
[ "$(nm -D --defined-only "$module" | awk '{print $NF}' | grep '^tilt')" = tilt__print_table ] ||
    fail "the module exports other names of ours than its table"

# refused FORMAT WORD: the program beside nothing, or the wrong thing, says so and writes nothing.
refused() {
    rm -rf out.* dir ledger.db loaded
    "$work/bin/tiltmeter" render "$result" -o "out.$1" 2>"$work/err"
    code=$?
    [ $code = 4 ] || fail "$1 without its module: exit $code"
    grep -qF -- "$2" "$work/err" || fail "$1: expected \"$2\" in: $(cat "$work/err")"
    [ ! -e "out.$1" ] || fail "out.$1 was written"
    mv loaded loaded.by.render 2>/dev/null
    "$work/bin/tiltmeter" audit "$spec" -o dir --format "html,$1" --ledger ledger.db 2>"$work/err" >/dev/null
    code=$?
    [ $code = 4 ] || fail "audit to $1 without its module: exit $code"
    grep -qF -- "$2" "$work/err" || fail "audit to $1: expected \"$2\" in: $(cat "$work/err")"
    [ ! -e dir ] && [ ! -e ledger.db ] || fail "an audit to $1 that cannot be drawn left $(ls)"
}
# Everything else is as it is with the module, and does not look for it.
"$tiltmeter" audit "$spec" -o whole --format html,md,json,csv,xlsx >whole.summary || fail "no audit"
[ "$(find whole -type f | wc -l)" -gt 5 ] || fail "hardly any file was written"
sed -i 's/whole/dir/' whole.summary
rest() {
    rm -rf dir loaded
    "$work/bin/tiltmeter" audit "$spec" -o dir --format html,md,json,csv,xlsx >dir.summary || fail "audit without $name"
    diff -r dir whole && cmp dir.summary whole.summary || fail "reports without $name are others"
    "$work/bin/tiltmeter" render "$result" >/dev/null || fail "no summary without $name"
    [ ! -e loaded ] || fail "$name was loaded for what needs no drawing"
}

# Missing; the current directory and the environment are not searched.
cp "$other" "$name"
LD_LIBRARY_PATH=$PWD refused pdf "$work/bin/"
refused png "$name, which is missing"
[ ! -e loaded ] && [ ! -e loaded.by.render ] || fail "$name was loaded from the current directory"
rm "$name"
rest
# Of another version.
cp "$other" "$work/bin/$name"
refused pdf "another build (0.0.0, expected "
[ -e loaded.by.render ] && [ -e loaded ] || fail "$name tells nobody that it was loaded: the next check cannot fail"
rest
# No module at all.
echo "not a library" >"$work/bin/$name"
refused png "$work/bin/$name, which does not load"
rest

# Beside the program, also when that is called by a link: the same bytes.
cp "$module" "$work/bin/$name"
ln -s "$work/bin/tiltmeter" linked
"$tiltmeter" render "$result" -o whole.pdf || fail "no PDF"
./linked render "$result" -o linked.pdf || fail "no PDF by a link"
cmp whole.pdf linked.pdf || fail "another PDF by a link"
exit "$failed"
