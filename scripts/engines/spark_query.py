"""Run by reduce_spark.sh: rows to partitioned Parquet, then the query of FOLDER/query.sql to one CSV file.

With KILL_WORKER=1 the worker process VICTIM is killed as soon as tasks of the query have begun.
"""
import csv
import os
import signal
import sys
import threading
import time

from pyspark.sql import SparkSession
from pyspark.sql import functions as spark_sql

import columns

TYPES = {"integer": "bigint", "double": "double", "real": "float", "decimal": "decimal(12, 4)", "date": "date",
         "timestamp": "timestamp", "boolean": "boolean"}
rows, folder, cube, master = sys.argv[1:]
spark = (
    SparkSession.builder.master(master)
    .appName("cube")
    .config("spark.ui.enabled", "false")
    .config("spark.driver.host", "127.0.0.1")
    .config("spark.driver.bindAddress", "127.0.0.1")
    .config("spark.executor.memory", os.environ["EXECUTOR_MEMORY"])
    .config("spark.sql.shuffle.partitions", "4")
    .config("spark.sql.sources.partitionColumnTypeInference.enabled", "false")
    .config("spark.network.timeout", "60s")
    .getOrCreate()
)
parquet = "file://" + folder + "/events.parquet"
table = spark.read.csv(
    "file://" + rows, header=True, quote='"', escape='"', multiLine=True,
    ignoreLeadingWhiteSpace=False, ignoreTrailingWhiteSpace=False,
)
if columns.has_types():
    cell = lambda name: spark_sql.col("`" + name.replace("`", "``") + "`")
    table = table.select(*(spark_sql.when(cell(name) != "", cell(name)).cast(kind or "string").alias(name)
                           for name, kind in columns.typed(rows, TYPES)))
# one folder per day, or where rows have no day, per value of another column
parts = [name for name in ("day", "given", "country") if name in table.columns][:1]
table.write.partitionBy(*parts).parquet(parquet)
spark.read.parquet(parquet).createOrReplaceTempView("events")
with open(folder + "/query.sql", encoding="utf-8") as file:
    query = file.read()


def kill_when_busy():
    tracker = spark.sparkContext.statusTracker()
    while not any(
        info is not None and info.numActiveTasks > 0
        for info in (tracker.getStageInfo(stage) for stage in tracker.getActiveStageIds())
    ):
        time.sleep(0.01)
    os.kill(int(os.environ["VICTIM"]), signal.SIGKILL)
    with open(os.environ["KILLED"], "w", encoding="utf-8") as mark:
        mark.write("killed\n")


result = spark.sql(query)
if os.environ.get("KILL_WORKER") == "1":
    threading.Thread(target=kill_when_busy, daemon=True).start()
with open(cube, "w", newline="", encoding="utf-8") as file:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(result.columns)
    writer.writerows(list(row) for row in result.toLocalIterator())
# what there is after the query
with open(folder + "/left", "w", encoding="utf-8") as file:
    print(*(table.name for table in spark.catalog.listTables()), spark.table("events").count(), file=file)
spark.stop()
