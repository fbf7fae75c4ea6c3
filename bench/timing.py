"""What every bench times with: one run of a program, and medians of several."""
import os
import statistics
import subprocess
import sys
import time


def run(command, output, environment=None):
    """Seconds of wall and of CPU, and the most memory in MiB, of one run. What this program itself holds at that time
    counts as the least memory: read results after the last run."""
    with open(output, "wb") as out:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=out, env=environment)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
    if status != 0:
        sys.exit(f"{' '.join(command)} ended with {status}")
    return wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def medians(runs):
    return [statistics.median(column) for column in zip(*runs)]
