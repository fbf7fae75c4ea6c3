#!/bin/bash
# Data move left to right, and no include points right: a folder includes only its left, base/ and stat/.
# Only stat/ (and main.c, for the error handler) includes GSL.
. "$(dirname "$0")/lib.sh"
order=(base stat read map cube measure judge explain report ledger cli)
rank() {
    local i
    for i in "${!order[@]}"; do [ "${order[$i]}" = "$1" ] && echo "$i" && return; done
    echo 99
}
n=0
while IFS= read -r file; do
    folder=${file#audit/}
    folder=${folder%%/*}
    [ "$file" = audit/main.c ] && folder=cli
    mine=$(rank "$folder")
    [ "$mine" = 99 ] && fail "$file: folder $folder has no place in the pipeline"
    while IFS= read -r included; do
        n=$((n + 1))
        theirs=$(rank "${included%%/*}")
        [ "${included%%/*}" = tiltmeter ] || [ "$theirs" = 99 ] || [ "$theirs" -le "$mine" ] ||
            fail "$file includes $included, which stands to its right"
        [ "$folder" != base ] || [ "${included%%/*}" != stat ] || fail "$file: base includes stat"
    done < <(sed -nE 's/^[[:space:]]*#[[:space:]]*include[[:space:]]*"([^"]+)".*/\1/p' "$file")
    if grep -qE '#[[:space:]]*include[[:space:]]*<gsl/' "$file"; then
        [ "$folder" = stat ] || [ "$file" = audit/main.c ] || fail "$file includes GSL, which only stat/ may"
    fi
done < <(our_files audit | grep -E '\.[ch]$')
[ "$n" -gt 0 ] || fail "no include was looked at"
echo "$n includes looked at"
exit "$failed"
