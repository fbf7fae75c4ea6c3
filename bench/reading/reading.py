"""Times the reading of one file in all its ways, and prints ratios. Runs go in turns, so that a busy minute hits all
alike; medians. A cube has no text of its own to make, and an audit is what people wait for: both are measured.

The plain and the packed file must give the same cube to the byte, whatever the level and the number of threads, and the
quoted one the same sums. Usage: reading.py PLAIN QUOTED PACKED --tiltmeter PROGRAM [--runs N] [--levels A,B]
"""
import argparse
import csv
import os
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from timing import medians, run  # noqa: E402

AUDIENCE = ["--audience", "region,age,gender"]


def run_at(command, level, output):
    """Wall and CPU seconds of one run."""
    return run(command, output, {**os.environ, "BENCH_LEVEL": level} if level else os.environ)[:2]


def sums(path):
    with open(path, newline="") as lines:
        rows = list(csv.DictReader(lines))
    return len(rows), {name: sum(int(row[name]) for row in rows) for name in rows[0] if name.startswith("stage:")}


def main():
    options = argparse.ArgumentParser(usage=__doc__)
    options.add_argument("plain")
    options.add_argument("quoted")
    options.add_argument("packed")
    options.add_argument("--tiltmeter", required=True)
    options.add_argument("--runs", type=int, default=7)
    options.add_argument("--levels", default="portable,SSE2,AVX2,AVX-512", help="those that run here")
    given = options.parse_args()
    work = tempfile.mkdtemp()

    def cube(file, threads):
        return [given.tiltmeter, "cube", file, "--threads", str(threads), "-o", os.path.join(work, "cube.csv")]

    def audit(file, threads):
        return [given.tiltmeter, "audit", file, "--json", *AUDIENCE, "--threads", str(threads)]

    jobs = {"wc -l": (["wc", "-l", given.plain], "")}
    for threads, said in ((1, "1 thread"), (2, "2 threads")):
        for make in (cube, audit):
            for kind in ("plain", "quoted"):
                jobs[f"{make.__name__}, {kind}, {said}"] = (make(getattr(given, kind), threads), "")
        jobs[f"cube, packed, {said}"] = (cube(given.packed, threads), "")
    for level in filter(None, given.levels.split(",")):
        jobs[f"audit, plain, 1 thread, {level}"] = (audit(given.plain, 1), level)
        jobs[f"cube, quoted, 1 thread, {level}"] = (cube(given.quoted, 1), level)

    times, cubes = {name: [] for name in jobs}, {}
    for _ in range(given.runs):
        for name, (command, level) in jobs.items():
            times[name].append(run_at(command, level, os.path.join(work, "out")))
            if command[1] != "cube":
                continue
            with open(os.path.join(work, "cube.csv"), "rb") as text:
                made = text.read()
            if cubes.setdefault("quoted" if command[2] == given.quoted else "plain", made) != made:
                sys.exit(f"reading: {name} gives another cube")
    for kind, text in cubes.items():
        with open(os.path.join(work, kind), "wb") as out:
            out.write(text)
    if sums(os.path.join(work, "plain")) != sums(os.path.join(work, "quoted")):
        sys.exit("reading: the quoted file has other sums")

    middle = {name: medians(taken) for name, taken in times.items()}
    base = middle["wc -l"]
    print("| job | wall s | CPU s | against wc -l, wall | CPU | ns of CPU per byte |")
    print("|---|---|---|---|---|---|")
    for name, (wall, cpu) in middle.items():
        size = os.path.getsize(given.quoted if "quoted" in name else given.plain)
        print(f"| {name} | {wall:.3f} | {cpu:.3f} | {wall / base[0]:.1f} | {cpu / base[1]:.1f} | {cpu / size * 1e9:.3f} |")
    scale = os.path.getsize(given.plain) / os.path.getsize(given.quoted)
    for name in middle:
        if "quoted" in name and name.replace("quoted", "plain") in middle:
            ratio = middle[name][1] / middle[name.replace("quoted", "plain")][1] * scale
            print(f"{name}: {ratio:.2f} times a plain file, CPU per byte")


main()
