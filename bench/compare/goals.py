"""The goals of speed, held against what compare.py has timed: what is reached for, what it must never be worse than, and
what was found. Times are those of the whole audit, everything up to the result."""

CELLS, MODEL = "cells", "model"
GOAL_ROWS = 10**7  # of what is compared with `wc -l` and DuckDB


def ratio(times, job, name, other, column=0):
    programs = times[job]
    if name not in programs or other not in programs:
        return None
    return programs[name][column] / programs[other][column]


def quoted_per_byte(times, sizes):
    cpu = ratio(times, CELLS, "tiltmeter audit, 1 thread, quoted", "tiltmeter audit, 1 thread", 1)
    return None if cpu is None else cpu * sizes["plain"] / sizes["quoted"]


def most_memory(times):
    peaks = [peak for job in times.values() for name, (_, _, peak) in job.items()
             if name.startswith("tiltmeter") and "score" not in name]
    return max(peaks) if peaks else None


def bootstrap(times):
    taken = [times[MODEL].get(f"tiltmeter audit{more}") for more in (", 10,000 bootstrap replicates", "")]
    return None if None in taken else taken[0][0] - taken[1][0]


def goals_of(times, n_rows, sizes, threads):
    """Goal, what is reached for, never worse than, found (None: not run), and 1 where less is better, else -1."""
    audit = "tiltmeter audit"
    scores = ratio(times, MODEL, f"{audit}, scores", f"{audit}, scores not read", 1)
    of_all_sizes = [
        ("audit of a quoted file against a plain one, CPU per byte", 1.1, 1.25, quoted_per_byte(times, sizes)),
        ("most memory of any audit without scores, MiB", 32, 64, most_memory(times)),
        ("scores on top, with all that is given of them, share of CPU", 0.15, 0.3, None if scores is None else scores - 1),
        ("10,000 bootstrap replicates, s", 0.1, 0.5, bootstrap(times)),
    ]
    most = [
        (f"audit against wc -l, {threads} threads", 2.0, 3.0, ratio(times, CELLS, audit, "wc -l")),
        ("audit against wc -l, 1 thread, AVX2", 4, 6, ratio(times, CELLS, f"{audit}, 1 thread, AVX2", "wc -l")),
        ("audit against wc -l, 1 thread, portable", 6, 8, ratio(times, CELLS, f"{audit}, 1 thread, portable", "wc -l")),
    ]
    least = [
        (f"DuckDB against the audit, {threads} threads", 8, 5, ratio(times, CELLS, "DuckDB", audit)),
        ("DuckDB against the audit, 1 thread", 8, 5, ratio(times, CELLS, "DuckDB, 1 thread", f"{audit}, 1 thread")),
    ]
    peers = []
    for name, rows, reach, worst in (("Fairlearn", 10**6, 300, 100), ("Aequitas", 10**7, 20, 10)):
        for said, own in (("asked the same", f"{audit}, groups alone"), ("with drivers", audit)) if n_rows == rows else ():
            peers.append((f"{name} against the audit, {said}", reach, worst, ratio(times, MODEL, name, own)))
    if n_rows != GOAL_ROWS:
        most, least = [], []
    return [(*goal, 1) for goal in most + of_all_sizes] + [(*goal, -1) for goal in least + peers]


def print_goals(times, n_rows, sizes, threads):
    print("\n| goal | reach for | never worse than | found | |")
    print("|---|---|---|---|---|")
    for name, reach, worst, found, sign in goals_of(times, n_rows, sizes, threads):
        if found is None:
            continue
        said = "reached" if sign * found <= sign * reach else "between" if sign * found <= sign * worst else "WORSE"
        print(f"| {name} | {reach} | {worst} | {found:.2f} | {said} |")
