# The beginning of every bench that makes files of people; read by its run.sh, which names the $targets to build.
# Leaves $rows, the first argument, and $work, where files go; the other arguments stay.
set -euo pipefail
cd "$(dirname "$0")/../.."
rows=${1:-10000000}
shift || true
work=$PWD/build/bench
mkdir -p "$work"
cmake --preset release -DTILT_TESTS=ON >/dev/null # the demo leaves them out
# shellcheck disable=SC2086 # several names
cmake --build --preset release --target $targets | tail -n 1
