#!/usr/bin/env python3
"""Compares a model audit with an independent count: decisions.py TILTMETER FOLDER.

FOLDER holds a published file of decisions (columns score, label_value, race, sex, age_cat). Counts are made here by
Python's csv module and rates by exact fractions, rounded once: the audit's must be the same doubles, for every attribute
and every crossing of two and of three.
"""
import csv
import fractions
import itertools
import json
import os
import subprocess
import sys

ATTRIBUTES = ["race", "sex", "age_cat"]
RATES = {  # numerator, denominator as sums of quadrants
    "selection_rate": ("tp fp", "tp fp fn tn"), "base_rate": ("tp fn", "tp fp fn tn"),
    "tpr": ("tp", "tp fn"), "fpr": ("fp", "fp tn"), "tnr": ("tn", "fp tn"), "fnr": ("fn", "tp fn"),
    "ppv": ("tp", "tp fp"), "npv": ("tn", "tn fn"), "fdr": ("fp", "tp fp"), "for": ("fn", "tn fn"),
    "accuracy": ("tp tn", "tp fp fn tn"), "error_rate": ("fp fn", "tp fp fn tn"),
}


def tally(path, by):
    """{labels: {tp, fp, fn, tn}}"""
    groups = {}
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            decision, label = float(row["score"]) == 1, float(row["label_value"]) == 1
            quadrant = ("t" if decision == label else "f") + ("p" if decision else "n")
            counts = groups.setdefault(tuple(row[name] for name in by), dict.fromkeys(("tp", "fp", "fn", "tn"), 0))
            counts[quadrant] += 1
    return groups


def rate(counts, name):
    top, bottom = (sum(counts[q] for q in quadrants.split()) for quadrants in RATES[name])
    return float(fractions.Fraction(top, bottom)) if bottom else None


def main():
    path = os.path.join(sys.argv[2], "compas_decisions.csv")
    crossings = [c for n in (1, 2, 3) for c in itertools.combinations(ATTRIBUTES, n)]
    said = subprocess.run([sys.argv[1], "audit", path, "--decision", "score", "--label", "label_value", "--audience",
                           ",".join("*".join(c) for c in crossings), "--json"], capture_output=True, check=True).stdout
    parts = json.loads(said)["model"]["parts"]
    checked = wrong = 0
    for crossing in crossings:
        part = next(p for p in parts if tuple(p["audience"]) == crossing)
        own = tally(path, crossing)
        groups = {tuple(g["key"]): g for g in part["groups"]}
        if set(own) != set(groups):
            print("FAILED", crossing, "groups differ:", sorted(set(own) ^ set(groups)))
            wrong += 1
        for key in set(own) & set(groups):
            pairs = [(q, own[key][q], groups[key][q]) for q in own[key]]
            pairs += [(r, rate(own[key], r), groups[key]["rates"][r]["value"]) for r in RATES]
            for name, here, there in pairs:
                checked += 1
                if here != there:
                    print("FAILED", crossing, key, name, here, there)
                    wrong += 1
        print("ok    ", " x ".join(crossing), len(own), "groups")
    print(f"{checked} numbers compared, {wrong} wrong")
    return 1 if wrong or not checked else 0


if __name__ == "__main__":
    sys.exit(main())
