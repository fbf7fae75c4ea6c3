"""The cube of rows in ClickHouse (its embedded build): reduce_clickhouse.py ROWS.csv FOLDER CUBE.csv < QUERY"""
import os
import sys

from chdb import session

import columns

os.umask(0o077)  # rows and cubes are for their owner

TYPES = {"integer": "Int64", "double": "Float64", "real": "Float32", "decimal": "Decimal(12, 4)", "date": "Date",
         "timestamp": "DateTime('UTC')", "boolean": "Bool"}
rows, folder, cube = sys.argv[1:]
name = lambda value: "`" + value.replace("\\", "\\\\").replace("`", "\\`") + "`"
text = lambda value: "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
table = columns.typed(rows, TYPES)
kinds, loaded = ["String"] * len(table), "*"
if columns.has_types():
    kinds = [f"Nullable({kind or 'String'})" for _, kind in table]
    loaded = ", ".join(f"CAST(nullIf(c{i}, ''), {text(kind)})" for i, kind in enumerate(kinds))
clickhouse = session.Session(folder + "/clickhouse")
clickhouse.query("CREATE DATABASE IF NOT EXISTS audit ENGINE = Atomic")
clickhouse.query("USE audit")
declared = ", ".join(name(column) + " " + kind for (column, _), kind in zip(table, kinds))
clickhouse.query(f"CREATE TABLE audit.events ({declared}) ENGINE = MergeTree ORDER BY tuple()")
plain = ", ".join(f"c{i} String" for i in range(len(table)))
clickhouse.query(
    f"INSERT INTO audit.events SELECT {loaded} FROM file({text(rows)}, 'CSV', {text(plain)})"
    " SETTINGS input_format_csv_skip_first_lines = 1"
)
with open(cube, "wb") as file:
    file.write(clickhouse.query(sys.stdin.read(), "CSVWithNames").bytes())
# what there is after the query
with open(folder + "/left", "w", encoding="utf-8") as file:
    tables = str(clickhouse.query("SHOW TABLES FROM audit", "TSVRaw")).split()
    print(*tables, str(clickhouse.query("SELECT count() FROM audit.events", "TSVRaw")).strip(), file=file)
