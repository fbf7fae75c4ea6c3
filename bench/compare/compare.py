"""Runs tiltmeter and what people would use instead on the same file and job, and prints one table of ratios.

Runs go in turns (A B C A B C ...), so that a busy minute hits all alike; medians of wall and of CPU seconds. Before a
number is printed, what every program counted is held against what tiltmeter counted: a difference ends the run. A
program that is not there is named. Last comes one line for every goal that such runs can tell of.
Usage: compare.py FILE --tiltmeter PROGRAM [--python PROGRAM] [--runs N] [--threads N] [--work DIRECTORY]
       [--quoted FILE] [--scored FILE] [--level PROGRAM] [--zsv-library DIRECTORY] [--only NAMES]
"""
import argparse
import csv
import json
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(HERE))
from goals import print_goals  # noqa: E402
from timing import medians, run  # noqa: E402

KEYS = ["factor:campaign", "audience:region", "audience:age", "audience:gender"]
COUNTS = ["stage:eligible", "stage:reach", "stage:impressions", "stage:clicks"]
PEERS = ("DuckDB", "pandas", "Polars", "data.table", "zsv", "zsv in WebAssembly", "Fairlearn", "Aequitas")
ZSV_SQL = ("select campaign, region, age, gender, sum(cast(eligible as integer)), sum(cast(reach as integer)), "
           "sum(cast(impressions as integer)), sum(cast(clicks as integer)) from data group by 1, 2, 3, 4")
MODEL = ["--decision", "shortlisted", "--label", "qualified", "--audience", "gender*age"]


def rows_of(path):
    with open(path, newline="") as lines:
        return sorted(tuple(row) for row in csv.reader(lines))


def peer_rows(name, path):
    """zsv writes a header, of words of its query."""
    return [row for row in rows_of(path) if name != "zsv" or row[-1].isdigit()]


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


def level_runs(program, level):
    given = subprocess.run([program, "--version"], env={**os.environ, "BENCH_LEVEL": level}, capture_output=True)
    return given.returncode == 0


class Jobs:
    """What is run, by job and by name; `absent` says what is not there."""

    def __init__(self, given):
        self.given, self.file, self.absent = given, given.file, []
        self.programs = {"cells": self.cells(), "model": self.model()}

    def out(self, name):
        return os.path.join(self.given.work, name.replace(" ", "-") + ".out")

    def peer(self, name, job, threads=None, said=""):
        return [self.given.python, os.path.join(HERE, "peers.py"), f"{name}-{job}", self.file,
                self.out(f"{name}{said} {job}"), str(threads or self.given.threads)]

    def audit(self, *options, file=None, threads=None, program=None):
        return [program or self.given.tiltmeter, "audit", file or self.file, "--json", "--threads",
                str(threads or self.given.threads), *options]

    def cube(self, file, said, threads=None):
        return [self.given.tiltmeter, "cube", file, "--threads", str(threads or self.given.threads), "-o", self.out(said)]

    def cells(self):
        three = ["--audience", "region,age,gender"]
        jobs = {
            "wc -l": ["wc", "-l", self.file],
            "tiltmeter cube": self.cube(self.file, "tiltmeter cube cells"),
            "tiltmeter cube, 1 thread": self.cube(self.file, "tiltmeter cube, 1 thread cells", 1),
            "tiltmeter audit": self.audit(*three),
            "tiltmeter audit, 1 thread": self.audit(*three, threads=1),
            "tiltmeter audit, all crossings": self.audit(),
        }
        for level in ("AVX2", "portable") if self.given.level else ():
            if level_runs(self.given.level, level):
                command = self.audit(*three, threads=1, program=self.given.level)
                jobs[f"tiltmeter audit, 1 thread, {level}"] = ["env", f"BENCH_LEVEL={level}", *command]
            else:
                self.absent.append(level)
        if self.given.quoted:
            jobs["tiltmeter audit, 1 thread, quoted"] = self.audit(*three, file=self.given.quoted, threads=1)
        # these fill caches and memory with what is theirs: nothing of ours that is held against `wc -l` comes between
        jobs |= {
            "DuckDB": self.peer("duckdb", "cells"),
            "DuckDB, 1 thread": self.peer("duckdb", "cells", 1, ", 1 thread"),
            "pandas": self.peer("pandas", "cells"),
            "Polars": self.peer("polars", "cells"),
        }
        self.find(jobs, "data.table", "Rscript", ["Rscript", os.path.join(HERE, "cells.R"), self.file,
                                                  self.out("data.table cells"), str(self.given.threads)])
        self.find(jobs, "zsv", "zsv", ["zsv", "sql", self.file, ZSV_SQL, "-o", self.out("zsv cells")])
        library = os.path.join(self.given.zsv_library, "index.js")
        if not os.path.exists(library):
            self.absent.append("zsv in WebAssembly")
        else:
            self.find(jobs, "zsv in WebAssembly", "node", ["node", os.path.join(HERE, "zsv.js"), os.path.abspath(library),
                                                           self.file, self.out("zsv in webassembly cells")])
        return jobs

    def find(self, jobs, name, program, command):
        if shutil.which(program):
            jobs[name] = command
        else:
            self.absent.append(name)

    def model(self):
        alone = groups_alone(self.file, self.given.work)
        jobs = {
            "wc -l": ["wc", "-l", self.file],
            "tiltmeter audit": self.audit(*MODEL),
            "tiltmeter audit, 10,000 bootstrap replicates": self.audit(*MODEL, "--bootstrap", "10000"),
            "tiltmeter audit, groups alone": self.audit(file=alone),
        }
        if self.given.scored:
            jobs["tiltmeter audit, scores not read"] = self.audit(*MODEL, file=self.given.scored)
            jobs["tiltmeter audit, scores"] = self.audit(*MODEL, "--score", "score", file=self.given.scored)
        jobs |= {"Fairlearn": self.peer("fairlearn", "model"), "Aequitas": self.peer("aequitas", "model")}
        return jobs


def warm(command, given):
    """Reads a file that one program of many reads once: the file all others read has been read just before."""
    for file in (given.quoted, given.scored):
        if file in command:
            with open(file, "rb", buffering=0) as data:
                while data.read(1 << 20):
                    pass


def time_all(jobs, given):
    """All runs come before any result is read: what this program holds would count as their peak."""
    wanted, times = [name for name in given.only.split(",") if name], {}
    for job, programs in jobs.programs.items():
        programs = {name: command for name, command in programs.items()
                    if not wanted or any(name.startswith(word) for word in wanted)}
        taken = {name: [] for name in programs}
        for _ in range(given.runs):
            for name, command in programs.items():
                warm(command, given)
                taken[name].append(run(command, os.path.join(given.work, f"{job}-{name.replace(' ', '-')}.stdout")))
        times[job] = {name: medians(runs) for name, runs in taken.items()}
    return times


def check_counts(job, programs, jobs):
    own = os.path.join(jobs.given.work, f"{job}-tiltmeter-audit.stdout")
    truth = cube_rows(jobs.out("tiltmeter cube cells")) if job == "cells" else model_rows(own)
    if job == "cells":
        audit_agrees(own, truth)
    for name in programs:
        if name.split(", 1 thread")[0] in PEERS and peer_rows(name, jobs.out(f"{name.lower()} {job}")) != truth:
            sys.exit(f"compare: {name} counts otherwise than tiltmeter ({job})")
    return len(truth)


def print_rows(job, programs, jobs):
    """Every program's wall seconds, and against whose they are held."""
    def against(name, wall):
        return f"{wall / programs[name][0]:.1f}" if name in programs else ""

    smaller = "tiltmeter cube" if job == "cells" else "tiltmeter audit, groups alone"
    for name, (wall, cpu, peak) in programs.items():
        alone = jobs.out(f"{name.lower()} {job}") + ".seconds"
        seconds = f"{float(open(alone).read()):.2f}" if os.path.exists(alone) else ""
        print(f"| {job} | {name} | {wall:.3f} | {cpu:.3f} | {against('wc -l', wall)} | {against(smaller, wall)} | "
              f"{against('tiltmeter audit', wall)} | {peak:.0f} | {seconds} |", flush=True)


def main():
    options = argparse.ArgumentParser(usage=__doc__)
    options.add_argument("file")
    options.add_argument("--tiltmeter", required=True)
    options.add_argument("--python", default=sys.executable)
    options.add_argument("--runs", type=int, default=5)
    options.add_argument("--threads", type=int, default=os.cpu_count())
    options.add_argument("--work", default=".")
    options.add_argument("--quoted", help="the same rows with quoted fields")
    options.add_argument("--scored", help="the same rows with a column of scores")
    options.add_argument("--level", help="tiltmeter, with its way to look at bytes forced by BENCH_LEVEL")
    options.add_argument("--zsv-library", default="", help="the npm package zsv-lib")
    options.add_argument("--only", default="", help="names of programs, separated by commas")
    given = options.parse_args()
    with open(given.file) as lines:
        n_rows = sum(1 for _ in lines) - 1
    jobs = Jobs(given)
    times = time_all(jobs, given)
    agreed = [f"{job}: {check_counts(job, programs, jobs)} rows of output" for job, programs in times.items()]
    print(f"\n{n_rows:,} rows; all programs count the same ({'; '.join(agreed)}).\n")
    print("| job | program | wall s | CPU s | against wc -l | against the cube, or groups alone | against the audit | "
          "peak MiB | computing alone s |")
    print("|---|---|---|---|---|---|---|---|---|")
    for job, programs in times.items():
        print_rows(job, programs, jobs)
    if jobs.absent:
        print(f"\nNot there, and not measured: {', '.join(jobs.absent)}.")
    sizes = {name: os.path.getsize(path) for name, path in (("plain", given.file), ("quoted", given.quoted)) if path}
    print_goals(times, n_rows, sizes, given.threads)


if __name__ == "__main__":
    main()
