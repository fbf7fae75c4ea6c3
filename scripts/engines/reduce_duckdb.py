"""The cube of rows in Parquet, made by DuckDB: reduce_duckdb.py ROWS.csv FOLDER CUBE.csv < QUERY

FOLDER gets the rows as Parquet; the query reads the table "events", a view over the files.
"""
import os
import sys

import duckdb

os.umask(0o077)  # rows and cubes are for their owner

rows, folder, cube = sys.argv[1:]
text = lambda value: "'" + value.replace("'", "''") + "'"
connection = duckdb.connect()
connection.execute(
    f"COPY (SELECT * FROM read_csv({text(rows)}, header=true, all_varchar=true, quote='\"', escape='\"'))"
    f" TO {text(folder + '/events.parquet')} (FORMAT parquet)"
)
connection.execute(f"CREATE VIEW events AS SELECT * FROM read_parquet({text(folder + '/*.parquet')})")
connection.execute(f"COPY ({sys.stdin.read()}) TO {text(cube)} (HEADER)")
