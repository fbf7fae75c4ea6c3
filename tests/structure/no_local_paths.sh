#!/bin/bash
# Nothing we ship names a place on somebody's own machine.
. "$(dirname "$0")/lib.sh"
mapfile -t files < <(our_files | grep -vE '^(LICENSE|tests/structure/no_local_paths\.sh)$')
[ "${#files[@]}" -gt 0 ] || fail "no file was looked at"
grep -InE '(^|[^A-Za-z0-9_.])/(home/[a-z]|root/|work/|tmp/wt|Users/[A-Za-z])' "${files[@]}" && fail "local paths above"
echo "${#files[@]} files looked at"
exit "$failed"
