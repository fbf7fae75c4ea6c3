#!/bin/sh
# Made-up rows are the same every time, a longer file begins with the shorter one, and quoting changes labels only.
# Usage: people.sh PEOPLE TILTMETER DIRECTORY
set -eu
people=$1 tiltmeter=$2
cd "$3"
"$people" --rows 2000 -o people.csv
"$people" --rows 20000 | head -n 2001 | cmp - people.csv
"$people" --rows 2000 --seed 2 | cmp -s - people.csv && echo "the seed changes nothing" && exit 1
"$people" --rows 2000 --quoted --spend --score 4 -o people.quoted.csv
for file in people people.quoted; do
    "$tiltmeter" cube $file.csv --factor campaign --audience gender,age,region -o $file.cube.csv
done
sums() {
    python3 - "$1" <<'END'
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1], newline="")))
sums = {name: sum(int(row[name]) for row in rows) for name in rows[0] if name.startswith("stage:")}
assert len(sums) == 4 and sums["stage:eligible"] == 2000, sums
print(len(rows), sums)
END
}
sums people.cube.csv >people.sums
sums people.quoted.cube.csv >people.quoted.sums
cmp people.sums people.quoted.sums
"$people" --rows many >/dev/null 2>&1 && echo "a bad number was taken" && exit 1
[ "$("$people" --rows 1 | wc -l)" = 2 ]
