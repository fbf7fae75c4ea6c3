#!/bin/bash
# Data races: the thread sanitizer over audits of every shipped data set on 8 threads, over a file that is large enough to be
# read by all of them at once, and over several such files, packed and not.
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
# a cube of people that is large itself, and scores kept in bins
build/tsan/audit/cli/tiltmeter cube "$folder/people.csv" --threads 8 --quiet --audience group --decision picked --label truth \
    --score rank -o "$folder/people.cube.csv"
build/tsan/audit/cli/tiltmeter audit "$folder/people.cube.csv" --threads 8 --quiet
build/tsan/audit/cli/tiltmeter audit "$folder/people.csv" --threads 8 --quiet --audience group --decision picked --label truth \
    --score score --score-bins 100

# several sources side by side, each read by threads of its own, one of them unpacked by another
awk 'BEGIN {
    print "id,group,site,base,hits"
    for (i = 0; i < 90000; i++) printf "%d,\"g%d,\n\",site %d,%d,%d\n", i, i * 7 % 5, i * 31 % 97, 5 + i % 5, i * 13 % 5
}' >"$folder/one.csv"
sed 's/site/place/' "$folder/one.csv" >"$folder/two.csv"
sed '1s/place/site/; s/^[0-9]*,/7,/' "$folder/two.csv" | gzip -1 >"$folder/three.csv.gz"
sed -i '1s/place/site/' "$folder/two.csv"
cat >"$folder/several.spec.json" <<'END'
{"sources": [{"file": "one.csv", "kind": "part"}, {"file": "two.csv", "kind": "part"}, {"file": "three.csv.gz", "kind": "part"}],
 "audience": ["group"], "factors": ["site"], "rates": ["hits/base"]}
END
build/tsan/audit/cli/tiltmeter audit "$folder/several.spec.json" --threads 8 --quiet
build/tsan/audit/cli/tiltmeter cube "$folder/several.spec.json" --threads 3 --quiet -o "$folder/cube.csv"
echo "threads: no race found"
