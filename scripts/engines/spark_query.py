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

rows, folder, cube, master = sys.argv[1:]
spark = (
    SparkSession.builder.master(master)
    .appName("cube")
    .config("spark.ui.enabled", "false")
    .config("spark.driver.host", "127.0.0.1")
    .config("spark.driver.bindAddress", "127.0.0.1")
    .config("spark.executor.memory", "700m")
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
# one folder per day, or where rows have no day, per value of another column
table.write.partitionBy("day" if "day" in table.columns else "given").parquet(parquet)
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
spark.stop()
