"""The cube of rows in ClickHouse (its embedded build): reduce_clickhouse.py ROWS.csv FOLDER CUBE.csv < QUERY"""
import csv
import os
import sys

from chdb import session

os.umask(0o077)  # rows and cubes are for their owner

rows, folder, cube = sys.argv[1:]
with open(rows, newline="", encoding="utf-8") as file:
    columns = next(csv.reader(file))
name = lambda value: "`" + value.replace("\\", "\\\\").replace("`", "\\`") + "`"
text = lambda value: "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
clickhouse = session.Session(folder + "/clickhouse")
clickhouse.query("CREATE DATABASE IF NOT EXISTS audit ENGINE = Atomic")
clickhouse.query("USE audit")
declared = ", ".join(name(column) + " String" for column in columns)
clickhouse.query(f"CREATE TABLE audit.events ({declared}) ENGINE = MergeTree ORDER BY tuple()")
plain = ", ".join(f"c{i} String" for i in range(len(columns)))
clickhouse.query(
    f"INSERT INTO audit.events SELECT * FROM file({text(rows)}, 'CSV', {text(plain)})"
    " SETTINGS input_format_csv_skip_first_lines = 1"
)
with open(cube, "wb") as file:
    file.write(clickhouse.query(sys.stdin.read(), "CSVWithNames").bytes())
