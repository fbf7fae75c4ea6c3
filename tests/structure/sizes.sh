#!/bin/bash
# A source file is read in one sitting: 600 lines at most.
. "$(dirname "$0")/lib.sh"
while IFS= read -r file; do
    lines=$(wc -l <"$file")
    [ "$lines" -le 600 ] || fail "$file has $lines lines; 600 is the most"
done < <(our_files audit include tests | grep -E '\.[ch]$')
exit "$failed"
