#!/bin/sh
# The program that times reading runs, and finds that the same rows give the same cube however they are written and read.
# Usage: reading.sh PEOPLE PROGRAM READING_PY DIRECTORY
set -eu
people=$1 program=$2 reading=$3
cd "$4"
"$people" --rows 20000 --campaigns 2 -o reading.csv
"$people" --rows 20000 --campaigns 2 --quoted -o reading-quoted.csv
gzip -1 -c reading.csv >reading.csv.gz
python3 "$reading" reading.csv reading-quoted.csv reading.csv.gz --tiltmeter "$program" --runs 1 --levels portable >reading.out
grep -q "times a plain file, CPU per byte" reading.out
BENCH_LEVEL=none "$program" --version >/dev/null 2>&1 && echo "a level that is not there was taken" && exit 1
sed 's/,1,/,2,/' reading.csv | gzip -1 -c >reading.csv.gz
if python3 "$reading" reading.csv reading-quoted.csv reading.csv.gz --tiltmeter "$program" --runs 1 --levels portable >/dev/null 2>&1; then
    echo "another cube was not noticed" && exit 1
fi
