#!/bin/bash
# Functions that overrun, depend on the locale, or end the process behind the caller's back.
. "$(dirname "$0")/lib.sh"
mapfile -t files < <(our_files audit include | grep -E '\.[ch]$')
[ "${#files[@]}" -gt 0 ] || fail "no file was looked at"
if grep -nP '\b(strcpy|strcat|sprintf|vsprintf|gets|atoi|atol|atof|strtok|rand|srand)\s*\(' "${files[@]}"; then
    fail "the functions above are banned everywhere"
fi
mapfile -t library < <(printf '%s\n' "${files[@]}" | grep -vE '^audit/(main\.c|cli/)')
if grep -nP '\b(exit|_Exit|abort|printf|puts|putchar|perror|setlocale|gsl_set_error_handler_off|gsl_set_error_handler)\s*\(|\bfprintf\s*\(\s*std(out|err)' "${library[@]}"; then
    fail "the library never prints, ends the process or changes its state"
fi
echo "${#files[@]} files looked at"
exit "$failed"
