#!/bin/bash
# Renderers print what the model holds: they include no numerics and call no function that makes one number of another.
. "$(dirname "$0")/lib.sh"
files=(audit/report/{html,html_blocks,html_table,csv,markdown,terminal,tidy,xlsx}.c)
[ -f "${files[0]}" ] || fail "no file was looked at"
if grep -nE '#include "(stat|measure|judge|explain|cube|report/result|report/words)' "${files[@]}"; then
    fail "a renderer includes what makes numbers or sentences"
fi
if grep -nP '\b(exp|expm1|log|log1p|log10|sqrt|pow|round|lround|floor|ceil|fmin|fmax|cJSON_\w+|tilt__json_\w+)\s*\(' "${files[@]}"; then
    fail "a renderer computes, or reads the result past the model"
fi
echo "${#files[@]} renderers compute nothing"
exit "$failed"
