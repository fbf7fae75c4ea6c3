"""Runs tiltmeter and what people would use instead on the same file and job, and prints one table of ratios.

Runs go in turns (A B C A B C ...), so that a busy minute hits all alike; medians of wall and of CPU seconds. Before a
number is printed, what every program counted is held against what tiltmeter counted: a difference ends the run.
Usage: compare.py FILE --tiltmeter PROGRAM [--python PROGRAM] [--runs N] [--threads N] [--work DIRECTORY]
"""
import argparse
import csv
import json
import os
import shutil
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
KEYS = ["factor:campaign", "audience:region", "audience:age", "audience:gender"]
COUNTS = ["stage:eligible", "stage:reach", "stage:impressions", "stage:clicks"]
MODEL = ["--decision", "shortlisted", "--label", "qualified", "--audience", "gender*age"]


def run(command, output):
    """Seconds of wall and of CPU, and the most memory in MiB, of one run."""
    with open(output, "wb") as out:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=out)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
    if status != 0:
        sys.exit(f"compare: {' '.join(command)} ended with {status}")
    return wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def rows_of(path):
    with open(path, newline="") as lines:
        return sorted(tuple(row) for row in csv.reader(lines))


def cube_rows(path):
    with open(path, newline="") as lines:
        return sorted(tuple(row[name] for name in KEYS + COUNTS) for row in csv.DictReader(lines))


def model_rows(path):
    with open(path) as text:
        groups = json.load(text)["model"]["parts"][0]["groups"]
    rows = []
    for group in groups:
        tp, fp, fn, tn = (group[name] for name in ("tp", "fp", "fn", "tn"))
        rates = ((tp + fp) / (tp + fp + fn + tn), tp / (tp + fn), fp / (fp + tn))
        rows.append((*group["key"], *(f"{rate:.12f}" for rate in rates)))
    return sorted(rows)


def audit_agrees(path, cells):
    """The groups of the audit are the margins of the cells."""
    with open(path) as text:
        views = json.load(text)["views"]
    for view in views:
        at = [("region", "age", "gender").index(name) + 1 for name in view["audience"]]
        of, per = (4 + ["eligible", "reach", "impressions", "clicks"].index(view["rate"][k]) for k in ("of", "per"))
        sums = {}
        for row in cells:
            one = sums.setdefault(tuple(row[i] for i in at), [0, 0])
            one[0] += int(row[of])
            one[1] += int(row[per])
        found = {tuple(group["key"]): [group["count"], group["base"]] for group in view["groups"]}
        if found != sums:
            sys.exit(f"compare: the view of {view['audience']} differs from the cells")
    return len(views)


def groups_alone(file, work):
    """A spec that asks of a model what the other programs are asked: nothing about campaigns and regions."""
    ignored = {"campaign": "ignore", "region": "ignore"}
    spec = {"sources": [{"file": os.path.abspath(file), "columns": ignored}], "decision": MODEL[1], "label": MODEL[3],
            "audience": [MODEL[5].split("*")]}
    path = os.path.join(os.path.abspath(work), "groups-alone.json")
    with open(path, "w") as out:
        json.dump(spec, out)
    return path


def main():
    options = argparse.ArgumentParser(usage=__doc__)
    options.add_argument("file")
    options.add_argument("--tiltmeter", required=True)
    options.add_argument("--python", default=sys.executable)
    options.add_argument("--runs", type=int, default=5)
    options.add_argument("--threads", type=int, default=os.cpu_count())
    options.add_argument("--work", default=".")
    options.add_argument("--only", default="", help="names of programs, separated by commas")
    given = options.parse_args()
    file, threads = given.file, str(given.threads)

    def out(name):
        return os.path.join(given.work, name.replace(" ", "-") + ".out")

    def peer(name, job):
        return [given.python, os.path.join(HERE, "peers.py"), f"{name}-{job}", file, out(f"{name} {job}"), threads]

    audit = [given.tiltmeter, "audit", file, "--json", "--threads", threads]
    jobs = {
        "cells": {
            "wc -l": ["wc", "-l", file],
            "tiltmeter cube": [given.tiltmeter, "cube", file, "--threads", threads, "-o", out("tiltmeter cube cells")],
            "tiltmeter audit": [*audit, "--audience", "region,age,gender"],
            "tiltmeter audit, all crossings": audit,
            "DuckDB": peer("duckdb", "cells"), "pandas": peer("pandas", "cells"), "Polars": peer("polars", "cells"),
        },
        "model": {
            "wc -l": ["wc", "-l", file], "tiltmeter audit": [*audit, *MODEL],
            "tiltmeter audit, 10,000 bootstrap replicates": [*audit, *MODEL, "--bootstrap", "10000"],
            "tiltmeter audit, groups alone": [given.tiltmeter, "audit", groups_alone(file, given.work), "--json",
                                              "--threads", threads],
            "Fairlearn": peer("fairlearn", "model"), "Aequitas": peer("aequitas", "model"),
        },
    }
    with open(file) as lines:
        names = lines.readline().rstrip("\n").split(",")
    if "score" in names:
        jobs["model"]["tiltmeter audit, with scores"] = [*audit, *MODEL, "--score", "score"]
    if "weight" in names:
        jobs["model"]["tiltmeter audit, with weights"] = [*audit, *MODEL, "--weight", "weight"]
    if shutil.which("Rscript"):
        jobs["cells"]["data.table"] = ["Rscript", os.path.join(HERE, "cells.R"), file, out("data.table cells"), threads]
    wanted = [name for name in given.only.split(",") if name]
    times = {}
    # all runs come before any result is read: what this program holds would count as their peak
    for job, programs in jobs.items():
        programs = {name: command for name, command in programs.items()
                    if not wanted or any(name.startswith(word) for word in wanted)}
        times[job] = {name: [] for name in programs}
        for _ in range(given.runs):
            for name, command in programs.items():
                times[job][name].append(run(command, os.path.join(given.work, f"{job}-{name.replace(' ', '-')}.stdout")))
    for job, programs in times.items():
        own = os.path.join(given.work, f"{job}-tiltmeter-audit.stdout")
        truth = cube_rows(out("tiltmeter cube cells")) if job == "cells" else model_rows(own)
        if job == "cells":
            audit_agrees(own, truth)
        for name in ("DuckDB", "pandas", "Polars", "data.table", "Fairlearn", "Aequitas"):
            if name in programs and rows_of(out(f"{name.lower()} {job}")) != truth:
                sys.exit(f"compare: {name} counts otherwise than tiltmeter ({job})")
        base = statistics.median(wall for wall, _, _ in programs["wc -l"]) if "wc -l" in programs else float("nan")
        print(f"\n| {job}, {len(truth)} rows of output | wall s | CPU s | against wc -l | peak MiB | computing alone s |")
        print("|---|---|---|---|---|---|")
        for name, taken in programs.items():
            wall, cpu, peak = (statistics.median(column) for column in zip(*taken))
            alone = out(f"{name.lower()} {job}") + ".seconds"
            seconds = f"{float(open(alone).read()):.2f}" if os.path.exists(alone) else ""
            print(f"| {name} | {wall:.3f} | {cpu:.3f} | {wall / base:.1f} | {peak:.0f} | {seconds} |", flush=True)


main()
