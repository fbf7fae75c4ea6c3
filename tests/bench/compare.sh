#!/bin/sh
# The comparison with other programs and that of sizes run through on small files; a program that counts otherwise ends
# the first, and one that is missing is named.
# Usage: compare.sh PEOPLE TILTMETER BENCH_DIRECTORY DIRECTORY
set -eu
people=$1 tiltmeter=$2 bench=$3
mkdir -p "$4/compare"
cd "$4/compare"
"$people" --rows 30000 --campaigns 2 -o people.csv
"$people" --rows 30000 --campaigns 2 --quoted -o quoted.csv
"$people" --rows 30000 --campaigns 2 --score 4 -o scored.csv
# stands for zsv, by what it is called with: sql FILE QUERY -o OUT
mkdir -p path
cat >path/zsv <<'END'
#!/usr/bin/env python3
import csv, os, sys
keys, counts = ["campaign", "region", "age", "gender"], ["eligible", "reach", "impressions", "clicks"]
assert sys.argv[1] == "sql" and sys.argv[4] == "-o", sys.argv
sums = {}
for row in csv.DictReader(open(sys.argv[2], newline="")):
    of = sums.setdefault(tuple(row[k] for k in keys), [0] * 4)
    for i, name in enumerate(counts):
        of[i] += int(row[name])
rows = [[*key, *of] for key, of in sums.items()]
rows[0][4] += int(os.environ.get("ONE_TOO_MANY", "0"))
with open(sys.argv[5], "w", newline="") as out:
    csv.writer(out).writerows([[*keys, *(f"sum({name})" for name in counts)], *rows])
END
chmod +x path/zsv
compare() {
    PATH=$PWD/path:$PATH python3 "$bench/compare/compare.py" people.csv --quoted quoted.csv --scored scored.csv \
        --tiltmeter "$tiltmeter" --runs 1 --threads 2 --only wc,tiltmeter,zsv "$@"
}
compare >compare.out
grep -q "^| cells | zsv | " compare.out
grep -q "^Not there, and not measured: .*zsv in WebAssembly" compare.out
grep -q "^| scores on top" compare.out
if ONE_TOO_MANY=1 compare --only zsv >compare.wrong 2>&1; then echo "another count was not noticed" && exit 1; fi
grep -q "zsv counts otherwise than tiltmeter" compare.wrong
python3 "$bench/scaling/scaling.py" 100000 --tiltmeter "$tiltmeter" --people "$people" --runs 1 --threads 2 \
    --most-cells 1000 >scaling.out
grep -q "^| 100,000 | model | " scaling.out
grep -q "^| 844 | gender | " scaling.out
