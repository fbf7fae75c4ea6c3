"""The cube of rows in Parquet, made by DuckDB: reduce_duckdb.py ROWS.csv FOLDER CUBE.csv < QUERY

FOLDER gets the rows as Parquet; the query reads the table "events", a view over the files.
"""
import os
import sys

import duckdb

import columns

os.umask(0o077)  # rows and cubes are for their owner

TYPES = {"integer": "BIGINT", "double": "DOUBLE", "real": "REAL", "decimal": "DECIMAL(12, 4)", "date": "DATE",
         "timestamp": "TIMESTAMP", "boolean": "BOOLEAN"}
rows, folder, cube = sys.argv[1:]
text = lambda value: "'" + value.replace("'", "''") + "'"
name = lambda value: '"' + value.replace('"', '""') + '"'
loaded = "*"
if columns.has_types():
    loaded = ", ".join(f"CAST(NULLIF({name(column)}, '') AS {kind or 'VARCHAR'}) AS {name(column)}"
                       for column, kind in columns.typed(rows, TYPES))
connection = duckdb.connect()
connection.execute(
    f"COPY (SELECT {loaded} FROM read_csv({text(rows)}, header=true, all_varchar=true, quote='\"', escape='\"'))"
    f" TO {text(folder + '/events.parquet')} (FORMAT parquet)"
)
connection.execute(f"CREATE VIEW events AS SELECT * FROM read_parquet({text(folder + '/*.parquet')})")
connection.execute(f"COPY ({sys.stdin.read()}) TO {text(cube)} (HEADER)")
# what there is after the query
tables = [row[0] for row in connection.execute("SELECT table_name FROM information_schema.tables").fetchall()]
count = connection.execute("SELECT COUNT(*) FROM events").fetchone()[0]
with open(folder + "/left", "w", encoding="utf-8") as file:
    print(*tables, count, file=file)
