#!/bin/bash
# Data races: the thread sanitizer over audits of every shipped data set on 8 threads.
set -euo pipefail
cd "$(dirname "$0")/.."

cmake --preset tsan -DTILT_TESTS=OFF >/dev/null
cmake --build --preset tsan -j"$(nproc)" --target tiltmeter | tail -n 1
for spec in datasets/*/*.spec.json; do
    build/tsan/audit/cli/tiltmeter audit "$spec" --threads 8 --quiet
done
echo "threads: no race found"
