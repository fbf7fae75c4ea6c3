#!/bin/bash
# The cube of rows in partitioned Parquet, made by Spark standalone with two workers on loopback:
# reduce_spark.sh ROWS.csv FOLDER CUBE.csv <QUERY. With KILL_WORKER=1 one worker is killed while the query runs; with
# SPARK_LOCAL=1 a few rows are reduced by one process, without workers.
set -euo pipefail
umask 077 # rows and cubes are for their owner
rows=$1 folder=$(realpath "$2") cube=$3
here=$(cd "$(dirname "$0")" && pwd)
query=$(cat)
command -v java >/dev/null || { echo "engines: skipped: Spark needs Java (package default-jre-headless)"; exit 77; }
python=$(command -v python)
SPARK_HOME=$("$python" -c 'import os, pyspark; print(os.path.dirname(pyspark.__file__))')
export SPARK_HOME SPARK_LOCAL_IP=127.0.0.1 SPARK_NO_DAEMONIZE=1 PYSPARK_PYTHON=$python
export SPARK_WORKER_DIR=$folder/work SPARK_LOG_DIR=$folder/log
mkdir -p "$folder/log"
started=()
stop() { for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done; wait 2>/dev/null || true; }
trap stop EXIT
start() { "$SPARK_HOME/bin/spark-class" "$@" >>"$folder/log/$1.log" 2>&1 & started+=($!); }
# an eighth of the machine's memory for each worker, and not less than a gigabyte nor more than four
memory=$(awk '/^MemTotal:/ { print int($2 / 8192) }' /proc/meminfo)
memory=$((memory < 1024 ? 1024 : memory > 4096 ? 4096 : memory))
export EXECUTOR_MEMORY=$((memory * 7 / 8))m
if [ "${SPARK_LOCAL:-0}" = 1 ]; then
    master='local[2]'
else
    port=$((20000 + RANDOM % 20000))
    master=spark://127.0.0.1:$port
    start org.apache.spark.deploy.master.Master --host 127.0.0.1 --port "$port" --webui-port 0
    for _ in 1 2; do
        start org.apache.spark.deploy.worker.Worker --host 127.0.0.1 --cores 1 --memory "${memory}m" --webui-port 0 "$master"
    done
fi
printf '%s' "$query" >"$folder/query.sql"
KILLED=$folder/killed VICTIM=${started[2]:-} "$python" "$here/spark_query.py" "$rows" "$folder" "$cube" "$master" \
    2>"$folder/log/driver.log" || { tail -n 40 "$folder/log/driver.log" >&2; exit 1; }
