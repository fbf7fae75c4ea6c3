#!/usr/bin/env python3
"""Sheets of a workbook, as an office program wrote them, against the result they were made from: every cell that is a
number must be the number of that name, group and comparison in the JSON.

Usage: compare.py RESULT.json FOLDER BOOK    FOLDER has BOOK-SHEET.csv for every sheet
"""
import bisect
import csv
import glob
import json
import math
import re
import sys

result_path, folder, book = sys.argv[1:4]
result = json.load(open(result_path, encoding="utf-8"))
faults, compared = [], 0


def number(text):
    if text in ("Inf", "-Inf"):
        return math.inf if text == "Inf" else -math.inf
    part = re.fullmatch(r"(-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)(%?)", text)
    return float(part[1]) / (100 if part[2] else 1) if part else None


def value(node, *path):
    """A number of the JSON, or None."""
    for part in path:
        if not isinstance(node, (dict, list)):
            return None
        node = node.get(part) if isinstance(node, dict) else node[part]
    if isinstance(node, str):
        return number(node)
    return float(node) if isinstance(node, (int, float)) and not isinstance(node, bool) else None


def same(shown, wanted):
    """Office programs keep 15 significant digits, and LibreOffice writes 20 decimals at most."""
    return shown == wanted or (math.isfinite(wanted) and abs(shown - wanted) <= max(1e-14 * abs(wanted), 1e-20))


def expect(where, text, wanted):
    """A cell holds the number, or, where there is none, words."""
    global compared
    shown = number(text)
    if wanted is None:
        if shown is not None:
            faults.append(f"{where}: {text}, and the result has no such number")
    elif shown is None or not same(shown, wanted):
        faults.append(f"{where}: {text}, and the result has {wanted!r}")
    else:
        compared += 1


def expect_estimate(where, row, column, estimate, naive=None):
    expect(f"{where} {column}", row[column], value(estimate, "value"))
    limits = estimate if value(estimate, "lower") is not None or naive is None else naive
    if column + "_lower" in row and row[column + "_lower"] != "":
        expect(f"{where} {column}_lower", row[column + "_lower"], value(limits, "lower"))
        expect(f"{where} {column}_upper", row[column + "_upper"], value(limits, "upper"))


def rows_of(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def full_name(view, key):
    return ", ".join(f"{attribute} = {label}" for attribute, label in zip(view["audience"], key))


def comparisons_of(view):
    return {(full_name(view, c["group"]), c.get("unit")): c for c in view.get("comparisons", [])}


def group_rows(view, rows, where):
    """A view's table: one row per group, in relative mode per unit and group."""
    found = comparisons_of(view)
    relative = {(unit["unit"], full_name(view, g["key"])): g for unit in view.get("relative") or [] for g in unit["groups"]}
    groups = {full_name(view, g["key"]): g for g in view["groups"]}
    for row in rows:
        unit = row.get("unit")
        name = row["group"]
        group = relative.get((unit, name)) if unit is not None else groups.get(name)
        if group is None:
            faults.append(f"{where}: no group {unit} {name} in the result")
            continue
        at = f"{where} {unit or ''} {name}"
        comparison = found.get((name, unit))
        unknown = group.get("unknown", False)
        for column, key in (("count", "count"), ("base", "base"), ("benchmark_share", "base_share"),
                            ("representation_ratio", "representation_ratio"), ("z", "z")):
            if column in row and not (unknown and number(row[column]) is None):
                expect(f"{at} {column}", row[column], value(group, key))
        for column in ("rate", "share"):
            if column in row and not (unknown and number(row[column]) is None):
                estimate = group.get(column)
                expect_estimate(at, row, column, estimate if isinstance(estimate, dict) else {"value": estimate})
        if comparison is not None:
            expect_estimate(at, row, "ratio", comparison["impact_ratio"], comparison.get("naive_interval"))
            if "rule_ratio" in row:
                expect(f"{at} rule_ratio", row["rule_ratio"], value(comparison, "rule", "ratio"))
            even = row.get("break_even_design_effect", "\u2013")
            if number(even) is not None:
                expect(f"{at} break-even", even, value(comparison, "break_even_design_effect"))
        elif number(row.get("ratio", "")) not in (None, 1.0):
            faults.append(f"{at}: a ratio without a comparison")


def campaign_rows(view, rows, where):
    excluded = lambda c: any(str(note).startswith("small_") for note in c.get("notes", []))
    listed = [(full_name(view, c["group"]), one) for c in view["comparisons"] if not excluded(c)
              for one in (c.get("campaigns") or {}).get("rows") or []]
    if len(rows) != len(listed):
        faults.append(f"{where}: {len(rows)} rows, and the result has {len(listed)}")
    for row, (group, one) in zip(rows, listed):
        at = f"{where} {row['group']} {row['campaign']}"
        if row["group"] != group:
            faults.append(f"{at}: the result has {group} here")
        for column in ("rank", "count", "base", "ratio", "probability_below_tau", "probability_above_tau"):
            if column in row:
                expect(f"{at} {column}", row[column], value(one, column))
        expect_estimate(at, row, "shrunken", one["shrunken"])


def finding_rows(rows, where):
    found = {c["id"]: c for view in result["views"] for c in view.get("comparisons", [])}
    for row in rows:
        comparison = found.get(row["finding"])
        if comparison is None:
            faults.append(f"{where}: no comparison {row['finding']}")
            continue
        expect_estimate(f"{where} {row['finding']}", row, "ratio", comparison["impact_ratio"])
        if row["verdict"] != comparison["verdict"]:
            faults.append(f"{where} {row['finding']}: {row['verdict']}, not {comparison['verdict']}")


def cost_rows(place, rows, where):
    audiences = [one["audience"] for one in result["cost"]]
    starts = [i for i, a in enumerate(audiences) if i == 0 or a != audiences[i - 1]]
    listed = result["cost"][starts[place]:(starts + [None])[place + 1]]
    if len(rows) != len(listed):
        faults.append(f"{where}: {len(rows)} rows, and the result has {len(listed)}")
    for row, one in zip(rows, listed):
        at = f"{where} {row['group']} {row['per']}"
        for column in ("spend", "share_of_spend"):
            if column in row:
                expect(f"{at} {column}", row[column], value(one, column))
        expect_estimate(at, row, "value", one["value"])
        if "ratio_to_reference" in row and isinstance(one.get("ratio_to_reference"), dict):
            expect_estimate(at, row, "ratio_to_reference", one["ratio_to_reference"])


def coverage_rows(rows, where):
    for row, tier in zip(rows, result["coverage"]["tiers"]):
        for column, text in row.items():
            expect(f"{where} {column}", text, value(tier, column))


def driver_rows(rows, where):
    """Charts and tables of drivers: a row must be one driver's, in all its numbers."""
    drivers = [d for view in result["views"] for c in view.get("comparisons", []) for d in c.get("drivers", [])]
    comparisons = [c for view in result["views"] for c in view.get("comparisons", [])]
    totals = [c["impact_ratio"] for c in comparisons]
    sums = [sum(value(d, "contribution", "value") or 0 for d in c.get("drivers", []) if d["kind"] == "stage") for c in comparisons]
    names = {"value": ("contribution", "value"), "value_lower": ("contribution", "lower"), "value_upper": ("contribution", "upper"),
             "contribution": ("contribution", "value"), "contribution_lower": ("contribution", "lower"),
             "contribution_upper": ("contribution", "upper"), "counted_first": ("first_in",), "counted_last": ("last_in",),
             "composition": ("composition",), "rate_effect": ("rate_effect",), "share_of_gap": ("share_of_gap",)}
    global compared
    if rows and "log_contribution" in rows[0]:  # both scales in one row, each a driver of its own
        other_rows(rows, where)
        return
    for row in rows:
        shown = {names[column]: number(text) for column, text in row.items() if column in names and number(text) is not None}
        fits = lambda d: all(value(d, *path) is not None and same(n, value(d, *path)) for path, n in shown.items())
        logs = lambda e: all(value(e, path[-1]) is not None and abs(n - math.log(value(e, path[-1]))) < 1e-12
                             for path, n in shown.items())
        only = list(shown.values()) if list(shown) == [("contribution", "value")] else []
        summed = any(abs(n - total) < 1e-12 for n in only for total in sums)
        if any(fits(d) for d in drivers) or summed or any(value(e, "value") and logs(e) for e in totals):
            compared += len(shown)
        else:
            faults.append(f"{where}: no driver has the numbers of {list(row.values())[:3]}: {shown}")


def heat_rows(view, rows, where):
    """The index of a crossing: 100 times the share of the count over the share of what it is held against."""
    known = [g for g in view["groups"] if not g.get("unknown")]
    total = lambda key: sum(value(g, key) or 0 for g in known)
    index = [100 * value(g, "representation_ratio") for g in known if value(g, "representation_ratio") is not None]
    if total("base") > 0:
        index += [100 * (value(g, "count") / total("count")) / (value(g, "base") / total("base")) for g in known if value(g, "base")]
    small = [round(100 * value(g, "representation_ratio")) for g in known  # their cells are texts, rounded
             if g.get("excluded") and value(g, "representation_ratio") is not None]
    global compared
    for row in rows:
        for column, text in list(row.items())[1:]:
            shown = number(text)
            if shown is None:
                continue
            if shown in small or any(abs(shown - wanted) <= 1e-12 * wanted for wanted in index):
                compared += 1
            else:
                faults.append(f"{where} {column}: {text} is no group's index")


def share_rows(view, rows, where):
    """Shares of one group by unit; the weight is the unit's whole count."""
    global compared
    for row in rows:
        units = [u for u in view["relative"] for g in u["groups"] if same(number(row["value"]), value(g, "share", "value"))]
        whole = [sum(value(g, "count") for g in u["groups"]) for u in units]
        if number(row["weight"]) not in whole:
            faults.append(f"{where} {row['row']}: {row['weight']} is not the count of the unit with this share")
        else:
            compared += 2


def numbers_in(node, found):
    if isinstance(node, dict):
        for inner in node.values():
            numbers_in(inner, found)
    elif isinstance(node, list):
        for inner in node:
            numbers_in(inner, found)
    elif isinstance(node, (int, float)) and not isinstance(node, bool):
        found.add(float(node))
    return found


def other_rows(rows, where):
    """Tables without a road of their own: every number must stand somewhere in the result."""
    global compared
    for row in rows:
        for column, text in row.items():
            shown = number(text) if text is not None else None
            if shown is None or math.isinf(shown) or column in ("setting", "column", "file"):
                continue
            place = bisect.bisect_left(everything, shown)
            near = everything[max(0, place - 1):place + 2]
            if not any(same(shown, wanted) for wanted in near):
                faults.append(f"{where} {column}: {text} stands nowhere in the result")
            else:
                compared += 1


everything = sorted(numbers_in(result, set()))
paths = sorted(glob.glob(glob.escape(f"{folder}/{book}-") + "*.csv"))
sheets = {path[len(f"{folder}/{book}-"):-4]: path for path in paths}
for name, path in sheets.items():
    if name == "Read me":
        continue
    rows = rows_of(path)
    view = re.match(r"view-(\d+)-", name)
    part = result["views"][int(view.group(1)) - 1] if view else None
    if name.endswith("-groups") and part is not None:
        group_rows(part, rows, name)
    elif name.endswith("-heat"):
        heat_rows(part, rows, name)
    elif name.endswith("-shares"):
        share_rows(part, rows, name)
    elif name.endswith("-campaigns") and part is not None:
        campaign_rows(part, rows, name)
    elif name == "findings":
        finding_rows(rows, name)
    elif re.fullmatch(r"cost-\d+", name):
        cost_rows(int(name[5:]) - 1, rows, name)
    elif name == "coverage":
        coverage_rows(rows, name)
    elif name.startswith("why-"):
        driver_rows(rows, name)
    elif name != "settings":
        other_rows(rows, name)
if "Read me" not in sheets:
    faults.append("there is no readme sheet")
for fault in faults[:20]:
    print("FAULT", fault)
print(f"{book}: {len(sheets)} sheets, {compared} numbers are the result's, {len(faults)} faults")
sys.exit(len(faults) > 0 or (compared == 0 and len(result["views"]) > 0))
