#!/bin/bash
# Data races: the thread sanitizer over audits of every shipped data set on 8 threads, and over a file that is large
# enough to be read by all of them at once.
set -euo pipefail
cd "$(dirname "$0")/.."

cmake --preset tsan -DTILT_TESTS=OFF >/dev/null
cmake --build --preset tsan -j"$(nproc)" --target tiltmeter | tail -n 1
for spec in datasets/*/*.spec.json; do
    build/tsan/audit/cli/tiltmeter audit "$spec" --threads 8 --quiet
done

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
awk 'BEGIN {
    print "id,group,site,picked,truth,score,w,rank"
    for (i = 0; i < 60000; i++)
        printf "%d,\"g%d,\n\",site %d,%d,%d,0.%03d,%d.5,0.%09d\n", i, i * 7 % 5, i * 31 % 97, i * 13 % 3 == 0, i % 2, i * 17 % 1000,
            i % 3, i * 7919 % 1000000007
}' >"$folder/people.csv"
build/tsan/audit/cli/tiltmeter audit "$folder/people.csv" --threads 8 --quiet --audience group \
    --decision picked --label truth --score score
build/tsan/audit/cli/tiltmeter audit "$folder/people.csv" --threads 8 --quiet --audience group \
    --label truth --score score,rank --weight w
echo "threads: no race found"
