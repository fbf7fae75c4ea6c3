"""How cost and memory grow with rows and with cells. A slope is that of the least squares line through the logarithms of
size and of CPU seconds; as a fixed cost makes it smaller, that of the last step is given too. Every cube must hold as
many people as its file has rows. Ends with 1 where a bar is missed.

Usage: scaling.py ROWS --tiltmeter PROGRAM --people PROGRAM [--work DIRECTORY] [--runs N] [--threads N] [--most-cells N]
"""
import argparse
import csv
import math
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from timing import medians, run  # noqa: E402

STEEPEST = 1.02  # log-log slope of CPU seconds in rows
LINEAR = 1  # ... in cells, of a cube of which nothing else is read
GROWTH = 5  # MiB between 10^6 rows and the most
CELLS_OF_CAMPAIGN = 51 * 6 * 3
CELL_ROWS = 10  # rows of a file per cell asked of it
WORDS = {True: "holds", False: "MISSED"}


def slope(points):
    x, y = [[math.log(point[i]) for point in points] for i in (0, 1)]
    middle_x, middle_y = sum(x) / len(x), sum(y) / len(y)
    over = sum((a - middle_x) * (b - middle_y) for a, b in zip(x, y))
    return over / sum((a - middle_x) ** 2 for a in x)


def jobs_of(given, file, cube):
    threads = ["--threads", str(given.threads)]
    audit = [given.tiltmeter, "audit", file, "--json", *threads]
    return {
        "cube": [given.tiltmeter, "cube", file, *threads, "-o", cube],
        "audit": [*audit, "--audience", "region,age,gender"],
        "audit, all crossings": audit,
        "model": [*audit, "--decision", "shortlisted", "--label", "qualified", "--audience", "gender*age"],
    }


def cells_and_people(cube):
    with open(cube, newline="") as lines:
        people = [int(row["stage:eligible"]) for row in csv.DictReader(lines)]
    return len(people), sum(people)


def time_all(jobs, given):
    """Runs in turns, so that a busy minute hits all alike."""
    times = {name: [] for name in jobs}
    for _ in range(given.runs):
        for name, command in jobs.items():
            times[name].append(run(command, os.path.join(given.work, "scaling.stdout")))
    return {name: medians(taken) for name, taken in times.items()}


def make(given, rows, *options):
    file = os.path.join(given.work, "scaling.csv")
    run([given.people, "--rows", str(rows), "-o", file, *options], os.devnull)
    with open(file, "rb") as text:  # into the page cache
        while text.read(1 << 16):
            pass
    return file, os.path.join(given.work, "scaling.cube.csv")


def row(*cells):
    print("|", " | ".join(cells), "|", flush=True)


def rows_part(given):
    found, steps = {}, [10**power for power in range(5, 12) if 10**power <= given.rows]
    checks = []
    row("rows", "job", "wall s", "CPU s", "peak MiB", "ns of CPU per row")
    row(*["---"] * 6)
    for rows in steps:
        file, cube = make(given, rows)
        for name, (wall, cpu, peak) in time_all(jobs_of(given, file, cube), given).items():
            found.setdefault(name, []).append((rows, cpu, peak))
            row(f"{rows:,}", name, f"{wall:.3f}", f"{cpu:.3f}", f"{peak:.1f}", f"{cpu / rows * 1e9:.1f}")
        checks.append((rows, cube, os.path.join(given.work, f"scaling-{rows}.cube.csv")))
        os.replace(cube, checks[-1][2])
        os.remove(file)
    for rows, _, cube in checks:  # after the last run, see timing.py
        if cells_and_people(cube)[1] != rows:
            sys.exit(f"scaling: the cube of {rows} rows holds {cells_and_people(cube)[1]} people")
        os.remove(cube)
    return found


def cells_part(given):
    found, sizes, kept = {}, [], []
    jobs = {}
    for power in range(3, 7):
        cells = 10**power
        if cells > given.most_cells:
            break
        campaigns = max(1, round(cells / CELLS_OF_CAMPAIGN))
        file, cube = make(given, cells * CELL_ROWS, "--campaigns", str(campaigns))
        run(jobs_of(given, file, cube)["cube"], os.devnull)
        os.remove(file)
        kept.append(os.path.join(given.work, f"scaling-{cells}.cube.csv"))
        os.replace(cube, kept[-1])
        for by in ("gender", "region,age,gender"):
            jobs[power, by] = [given.tiltmeter, "audit", kept[-1], "--json", "--threads", "1", "--audience", by]
    times = time_all(jobs, given)
    print()
    row("cells", "of a cube, audited by", "wall s", "CPU s", "peak MiB", "us of CPU per cell")
    row(*["---"] * 6)
    for cube in kept:
        sizes.append(cells_and_people(cube)[0])
    for (power, by), (wall, cpu, peak) in times.items():
        cells = sizes[power - 3]
        found.setdefault(by, []).append((cells, cpu, peak))
        row(f"{cells:,}", by, f"{wall:.3f}", f"{cpu:.3f}", f"{peak:.1f}", f"{cpu / cells * 1e6:.2f}")
    for cube in kept:
        os.remove(cube)
    return found


def judge(rows, cells):
    """One line for every bar; false when one is missed."""
    good = True
    print()
    row("what grows", "job", "bar", "found", "last step", "")
    row(*["---"] * 6)
    for name, points in rows.items():
        if len(points) < 2:
            continue
        found, last = slope(points), slope(points[-2:])
        held = found <= STEEPEST
        good = good and held
        row("CPU in rows, slope", name, f"{STEEPEST}", f"{found:.3f}", f"{last:.3f}", WORDS[held])
        large = [peak for size, _, peak in points if size >= 10**6]
        if len(large) > 1:
            grown = max(large) - min(large)
            held = grown <= GROWTH
            good = good and held
            row("memory from 10^6 rows, MiB", name, f"{GROWTH}", f"{grown:.1f}", "", WORDS[held])
    for name, points in cells.items():
        if len(points) < 2:
            continue
        found, last = slope(points), slope(points[-2:])
        held = found <= LINEAR
        good = good and held
        row("CPU in cells, slope", f"audit by {name}", f"{LINEAR}", f"{found:.3f}", f"{last:.3f}", WORDS[held])
    return good


def main():
    options = argparse.ArgumentParser(usage=__doc__)
    options.add_argument("rows", type=int)
    options.add_argument("--tiltmeter", required=True)
    options.add_argument("--people", required=True)
    options.add_argument("--work", default=".")
    options.add_argument("--runs", type=int, default=3)
    options.add_argument("--threads", type=int, default=os.cpu_count())
    options.add_argument("--most-cells", type=int, default=10**6)
    given = options.parse_args()
    rows = rows_part(given)
    cells = cells_part(given)
    return 0 if judge(rows, cells) else 1


sys.exit(main())
