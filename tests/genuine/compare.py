#!/usr/bin/env python3
"""Compares the reader's sums with an independent tally of genuine exports: compare.py PRINT_TALLY FOLDER.

Nothing here shares code or tables with the reader: rows come from Python's csv module, numbers are exact
fractions, and a totals row is one whose first cell begins with a word for it, or that has no text where the other
rows have some.
"""
import csv
import fractions
import io
import os
import re
import subprocess
import sys


def decode(raw):
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252")


def table(text):
    """Header and data rows: the header is the first of the widest rows."""
    delimiter = max(",;\t|", key=lambda d: max(line.count(d) for line in text.splitlines()[:30]))
    rows = [[c.strip() for c in row] for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]
    width = max(len(row) for row in rows)
    first = next(i for i, row in enumerate(rows) if len(row) == width)
    return rows[first], [row for row in rows[first + 1:] if len(row) == width and any(row)]


def number(text):
    text = re.sub(r"[^0-9.,\-]", "", text)
    if re.fullmatch(r"-?\d{1,3}(\.\d{3})+,\d+|-?\d+,\d{1,2}", text):
        text = text.replace(".", "").replace(",", ".")
    text = text.replace(",", "")
    return fractions.Fraction(text) if re.fullmatch(r"-?\d*\.?\d+", text) else fractions.Fraction(0)


def is_total(row, header):
    if re.match(r"(grand )?total\b|gesamt\b|totaal\b", row[0].lower()):
        return True
    names = [i for i, h in enumerate(header)
             if re.search(r"campaign|ad set|ad group|ad name|age|gender|region", h.lower())]
    return len(names) > 1 and not any(row[i].strip("-") for i in names)


def main():
    folder = sys.argv[2]
    files = sorted(os.path.join(d, f) for d, _, fs in os.walk(folder) for f in fs if f.endswith(".csv"))
    said = subprocess.run([sys.argv[1]] + files, capture_output=True, text=True, encoding="utf-8").stdout
    wrong = checked = 0
    for line in said.splitlines():
        path, kind, *rest = line.split("\t")
        with open(path, "rb") as file:
            header, rows = table(decode(file.read()))
        rows = [row for row in rows if not is_total(row, header)]
        if kind == "error":
            print("FAILED", rest[0])
            wrong += 1
        elif kind == "rows":
            checked += 1
            wrong += int(rest[0]) != len(rows)
            print("ok    " if int(rest[0]) == len(rows) else "FAILED", path, "rows", rest[0], len(rows))
        elif kind == "sum":
            at = header.index(rest[0])
            total = sum((number(row[at]) for row in rows), fractions.Fraction(0))
            checked += 1
            good = fractions.Fraction(rest[1]) == total
            wrong += not good
            print("ok    " if good else "FAILED", path, rest[0], rest[1], "" if good else float(total))
    print(f"{len(files)} files, {checked} numbers compared, {wrong} wrong")
    return 1 if wrong or not files else 0


if __name__ == "__main__":
    sys.exit(main())
