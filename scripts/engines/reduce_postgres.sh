#!/bin/bash
# The cube of rows in PostgreSQL: reduce_postgres.sh ROWS.csv FOLDER CUBE.csv <QUERY
# A server of its own in FOLDER, on a socket there and on no network address; stopped and removed at the end.
set -euo pipefail
umask 077 # rows and cubes are for their owner
rows=$1 folder=$(realpath "$2") cube=$3
here=$(cd "$(dirname "$0")" && pwd)
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
[ -n "$bin" ] || { echo "engines: skipped: PostgreSQL is not installed (package postgresql)"; exit 77; }
query=$(cat)

# the server refuses to run as root
as_user=()
home=$(mktemp -d "${TMPDIR:-/tmp}/postgres.XXXXXX")
if [ "$(id -u)" = 0 ]; then
    chown postgres "$home"
    as_user=(runuser -u postgres --)
fi
stop() {
    (cd / && "${as_user[@]}" "$bin/pg_ctl" -D "$home/data" -m immediate stop >/dev/null 2>&1) || true
    rm -rf "$home"
}
trap stop EXIT
cd /
"${as_user[@]}" "$bin/initdb" -D "$home/data" -E UTF8 --locale=C -A trust >/dev/null
"${as_user[@]}" "$bin/pg_ctl" -D "$home/data" -w -l "$home/log" \
    -o "-c listen_addresses='' -c unix_socket_directories='$home' -c fsync=off" start >/dev/null
export PGOPTIONS="-c client_min_messages=warning"
psql=("${as_user[@]}" psql -q -v ON_ERROR_STOP=1 -h "$home" -d postgres)
columns=$(PYTHONPATH=$here python3 -c '
import sys, columns
TYPES = {"integer": "bigint", "double": "double precision", "real": "real", "decimal": "decimal(12, 4)", "date": "date",
         "timestamp": "timestamp", "boolean": "boolean"}
print(", ".join("\"" + name.replace("\"", "\"\"") + "\" " + (kind or "text")
                for name, kind in columns.typed(sys.argv[1], TYPES)))' "$rows")
"${psql[@]}" -c "CREATE UNLOGGED TABLE events ($columns)"
"${psql[@]}" -c "COPY events FROM STDIN (FORMAT csv, HEADER)" <"$rows"
# every line of the query but the comment, as one COPY
"${psql[@]}" -c "COPY ($query
) TO STDOUT (FORMAT csv, HEADER)" >"$cube"
# what there is after the query
"${psql[@]}" -At -F ' ' -c "SELECT (SELECT STRING_AGG(tablename, ' ') FROM pg_tables WHERE schemaname = 'public'),
    (SELECT COUNT(*) FROM events)" >"$folder/left"
