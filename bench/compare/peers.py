"""One program's way of doing a job of the comparison. Usage: peers.py PROGRAM FILE OUT THREADS

Jobs: "cells" groups by campaign, region, age and gender and sums four counts; "model" gives decisions against labels
for 18 groups. What comes out is written to OUT in one form, so that compare.py can hold it against the others; the
seconds of the computation alone (the file already read) go to OUT.seconds where a program reads and computes apart.
"""
import csv
import sys
import time

KEYS = ["campaign", "region", "age", "gender"]
COUNTS = ["eligible", "reach", "impressions", "clicks"]
GROUP = ["gender", "age"]


def write(path, rows):
    with open(path, "w", newline="") as out:
        csv.writer(out).writerows(sorted([str(x) for x in row] for row in rows))


def took(path, seconds):
    with open(path + ".seconds", "w") as out:
        out.write(f"{seconds}\n")


def duckdb_cells(file, out, threads):
    import duckdb

    connection = duckdb.connect(config={"threads": threads})
    keys, sums = ", ".join(KEYS), ", ".join(f"sum({name})::BIGINT" for name in COUNTS)
    write(out, connection.execute(f"SELECT {keys}, {sums} FROM read_csv('{file}') GROUP BY ALL").fetchall())


def pandas_cells(file, out, threads):
    import pandas

    frame = pandas.read_csv(file, usecols=KEYS + COUNTS)
    write(out, frame.groupby(KEYS, sort=False)[COUNTS].sum().reset_index().itertuples(index=False))


def polars_cells(file, out, threads):
    import polars

    lazy = polars.scan_csv(file).group_by(KEYS).agg([polars.col(name).sum() for name in COUNTS])
    write(out, lazy.collect().rows())


def people(file):
    import pandas

    return pandas.read_csv(file, usecols=GROUP + ["qualified", "shortlisted"])


def fairlearn_model(file, out, threads):
    from fairlearn.metrics import MetricFrame, count, false_positive_rate, selection_rate, true_positive_rate

    frame, start = people(file), time.perf_counter()
    metrics = {"n": count, "selected": selection_rate, "tpr": true_positive_rate, "fpr": false_positive_rate}
    found = MetricFrame(metrics=metrics, y_true=frame["qualified"], y_pred=frame["shortlisted"],
                        sensitive_features=frame[GROUP]).by_group
    took(out, time.perf_counter() - start)
    rows = [(*key, *(f"{row[name]:.12f}" for name in ("selected", "tpr", "fpr"))) for key, row in found.iterrows()]
    write(out, rows)


def aequitas_model(file, out, threads):
    from aequitas.bias import Bias
    from aequitas.group import Group

    frame, start = people(file), time.perf_counter()
    frame = frame.rename(columns={"qualified": "label_value", "shortlisted": "score"})
    frame["group"] = frame["gender"] + "|" + frame["age"]
    table, _ = Group().get_crosstabs(frame[["score", "label_value", "group"]], attr_cols=["group"])
    Bias().get_disparity_major_group(table, original_df=frame)
    took(out, time.perf_counter() - start)
    rows = []
    for row in table.itertuples():
        rates = (row.pp / row.group_size, row.tpr, row.fpr)
        rows.append((*row.attribute_value.split("|"), *(f"{rate:.12f}" for rate in rates)))
    write(out, rows)


if __name__ == "__main__":
    globals()[sys.argv[1].replace("-", "_")](sys.argv[2], sys.argv[3], int(sys.argv[4]))
