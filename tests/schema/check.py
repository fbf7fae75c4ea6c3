#!/usr/bin/env python3
"""The published schemas against an independent validator (python3-jsonschema).

Usage: check.py TILTMETER ROOT WHAT
  results   every result of the shipped data sets, of the tests' fixtures and of audits made now fits the schema
  mutants   a result with one thing wrong does not
  keys      every key that the sources write is in the schema
  specs     every shipped spec fits the schema of specs
  documents what else is printed or read as JSON fits its schema, and with one thing wrong it does not
"""
import copy
import glob
import json
import os
import re
import subprocess
import sys
import tempfile
import zipfile

import jsonschema

tiltmeter, root, what = sys.argv[1:4]
faults = 0


def fault(text):
    global faults
    faults += 1
    print("FAULT", text)


def schema_of(name):
    shipped = open(f"{root}/docs/schema/{name}.schema.json", "rb").read()
    printed = subprocess.run([tiltmeter, "schema", name], capture_output=True, check=True).stdout
    if shipped != printed:
        fault(f"`tiltmeter schema {name}` prints something else than docs/schema/{name}.schema.json")
    schema = json.loads(shipped)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def closest(error):
    while error.context:
        error = min(error.context, key=lambda inner: -len(inner.absolute_path))
    return "/".join(str(part) for part in error.absolute_path) + ": " + error.message[-200:]


def audit(arguments, codes=(0,)):
    run = subprocess.run([tiltmeter, "audit", *arguments, "--json", "--quiet"], capture_output=True, cwd=root)
    return json.loads(run.stdout) if run.returncode in codes and run.stdout else None


def shipped():
    for path in sorted(glob.glob(f"{root}/reports/*/*/result.json") + glob.glob(f"{root}/tests/report/fixtures/*.json")):
        yield os.path.relpath(path, root), json.load(open(path, encoding="utf-8"))


def made():
    for spec in sorted(glob.glob(f"{root}/datasets/*/*.spec.json")):
        yield spec, audit([spec, "--scan"])
        yield spec + " published", audit([spec, "--publish"])
    for path in sorted(glob.glob(f"{root}/tests/data/exports/*")):
        result = audit([path])
        if result is not None:  # some are there to be refused
            yield path, result
    for path in sorted(glob.glob(f"{root}/tests/data/counts/*.csv")):
        result = audit([path, "--audience", "group", "--rate", "hits/base"])
        if result is not None:
            yield path, result
    decisions = f"{root}/tests/data/model/decisions.csv"
    yield decisions, audit([decisions, "--label", "label_value", "--decision", "score", "--score", "probability",
                            "--audience", "sex,region"])
    yield decisions, audit([decisions, "--label", "label_value", "--score", "probability", "--audience", "sex", "--by", "region"])


def results():
    validator = schema_of("result")
    n = parts = 0
    for source in (shipped(), made()):
        for name, result in source:
            if result is None:
                fault(f"{name}: no result")
                continue
            for error in list(validator.iter_errors(result))[:3]:
                fault(f"{name}: {closest(error)}")
            n += 1
            parts += sum(result.get(key) is not None for key in ("scan", "model", "pairs", "coverage", "cube", "period"))
    if n < 40 or parts < 60:
        fault(f"only {n} results with {parts} parts were looked at")
    return f"{n} results fit"


def places(node, path=()):
    """Every object of a tree, with its path; of a list the first item only."""
    if isinstance(node, dict):
        yield path
        for key, value in node.items():
            yield from places(value, path + (key,))
    elif isinstance(node, list) and node:
        yield from places(node[0], path + (0,))


def at(node, path):
    for part in path:
        node = node[part]
    return node


# Objects whose keys are data: names of columns, of groups, of measures, of rates.
OPEN = {"slice", "sums", "subset", "fixed", "rates", "scores"}


def mutants():
    validator = schema_of("result")
    tried = 0

    def must_fail(result, claim):
        nonlocal tried
        tried += 1
        if validator.is_valid(result):
            fault(f"still fits: {claim}")

    for name in ("reports/job-ads/google/result.json", "reports/one-thing-at-a-time/experiment/result.json"):
        whole = json.load(open(f"{root}/{name}", encoding="utf-8"))
        if not validator.is_valid(whole):
            fault(f"{name} does not fit to begin with")
        for path in places(whole):
            if path and path[-1] in OPEN:
                continue
            changed = copy.deepcopy(whole)
            at(changed, path)["no_such_key"] = 1
            must_fail(changed, f"{name}: a further key in {path}")
        for path, value in [
            (("schema",), "tiltmeter.result/2"), (("views", 0, "comparisons", 0, "verdict"), "unfair"),
            (("views", 0, "comparisons", 0, "impact_ratio", "value"), "0.8"),
            (("views", 0, "comparisons", 0, "impact_ratio", "value"), "NaN"),
            (("views", 0, "groups", 0, "key"), "women"), (("policy", "threshold"), 1.2), (("date",), "June"),
            (("inputs", 0, "sha256"), "abc"), (("views", 0, "mode"), "guess"), (("privacy", "publish"), "no"),
        ]:
            changed = copy.deepcopy(whole)
            at(changed, path[:-1])[path[-1]] = value
            must_fail(changed, f"{name}: {path} = {value}")
        for path in [("schema",), ("tool",), ("policy",), ("views",), ("headline",), ("findings",), ("checks",), ("inputs",),
                     ("views", 0, "rate"), ("views", 0, "groups"), ("views", 0, "comparisons", 0, "verdict"),
                     ("views", 0, "comparisons", 0, "id"), ("views", 0, "comparisons", 0, "impact_ratio", "value")]:
            changed = copy.deepcopy(whole)
            del at(changed, path[:-1])[path[-1]]
            must_fail(changed, f"{name}: without {path}")
    if tried < 80:
        fault(f"only {tried} mutants were tried")
    return f"{tried} mutants do not fit"


def property_names(node, found):
    if isinstance(node, dict):
        found.update(node.get("properties", {}))
        for value in node.values():
            property_names(value, found)
    elif isinstance(node, list):
        for value in node:
            property_names(value, found)
    return found


def keys():
    known = property_names(json.load(open(f"{root}/docs/schema/result.schema.json", encoding="utf-8")), set())
    call = re.compile(r'(?:tilt__put_\w+|put_(?:count|known|key|labels|entropy|limits|names|fisher)|cJSON_Add\w+ToObject)\(\s*[^"();]*?,\s*"([a-z][a-z0-9_]*)"')
    n = 0
    for path in glob.glob(f"{root}/audit/report/result*.c") + glob.glob(f"{root}/audit/ledger/compare*.c") + glob.glob(f"{root}/audit/ledger/trend*.c"):
        for key in call.findall(open(path, encoding="utf-8").read()):
            n += 1
            if key not in known:
                fault(f"{os.path.relpath(path, root)} writes \"{key}\", which docs/schema/result.schema.json does not have")
    if n < 300:
        fault(f"only {n} keys were found in the sources")
    return f"{n} keys of the sources are in the schema"


def specs():
    validator = schema_of("spec")
    n = 0
    for path in sorted(glob.glob(f"{root}/datasets/*/*.spec.json")):
        for error in validator.iter_errors(json.load(open(path, encoding="utf-8"))):
            fault(f"{os.path.relpath(path, root)}: {closest(error)}")
        n += 1
    if n < 7:
        fault(f"only {n} specs were looked at")
    return f"{n} specs fit"


def run(*arguments, ledger=None):
    extra = ["--ledger", ledger] if ledger else []
    done = subprocess.run([tiltmeter, *arguments, *extra], capture_output=True, cwd=root)
    if done.returncode not in (0, 1):
        fault(f"{' '.join(arguments)} ends with {done.returncode}: {done.stderr.decode()[:200]}")
    return done.stdout


def kept(folder):
    """A ledger of five months of two series, with a drift, a review and a pack; yields what is printed of it."""
    ledger = f"{folder}/l.db"
    for month in (6, 7, 8, 9, 10):
        run("audit", f"datasets/twelve-months/2025-{month:02}.csv", "--audience", "gender", "--factor", "placement", "--rate",
            "clicks/impressions", "--date", f"2025-{month:02}-28", "--against", "last", "--quiet", "-o", f"{folder}/{month}", ledger=ledger)
    run("audit", "datasets/job-ads/google-delivery.csv", "--series", "jobs", "--audience", "gender", "--quiet", ledger=ledger)
    trend = run("ledger", "trend", "--json", ledger=ledger)
    finding = json.loads(trend)["findings"][0]["id"]
    run("ledger", "review", finding, "--decision", "act", "--reason", "the placement is tested again", "--by", "head of media",
        "--owner", "media buying", "--due", "2025-12-01", "--date", "2025-11-01", ledger=ledger)
    yield "trend", trend
    yield "trend", run("ledger", "trend", finding, "--last", "3", "--json", ledger=ledger)
    yield "trend", run("ledger", "trend", "--series", "jobs", "--json", ledger=ledger)
    yield "list", run("ledger", "list", "--json", ledger=ledger)
    yield "result", run("ledger", "show", "5", "--json", ledger=ledger)
    yield "change", run("compare", f"{folder}/7/result.json", f"{folder}/8/result.json", "--json")
    yield "change", run("compare", f"{folder}/8/result.json", f"{folder}/7/result.json", "--json")
    for audit in ("5", "6"):
        run("ledger", "export", audit, "--pack", f"{folder}/p.zip", ledger=ledger)
        with zipfile.ZipFile(f"{folder}/p.zip") as pack:
            yield "pack", pack.read("manifest.json")
            yield "result", pack.read("result.json")
            yield "spec", pack.read("spec.json")


def printed():
    with tempfile.TemporaryDirectory() as folder:
        yield from kept(folder)
    for path in sorted(glob.glob(f"{root}/datasets/*/*.csv"))[:12]:
        done = subprocess.run([tiltmeter, "inspect", path, "--json"], capture_output=True)
        if done.returncode == 0:
            yield "inspect", done.stdout
    yield "plan", run("plan", "--json")
    yield "plan", run("plan", "--base", "5000", "--clusters", "10,20", "--ratio", "0.6,0.9", "--json")
    yield "plan", run("plan", "--icc", "0.01", "--cluster-size", "50", "--json")
    yield "policy", json.dumps({"name": "house", "source": "board paper 12", "date": "2025-03"}).encode()
    yield "policy", open(f"{root}/tests/data/policies/house.json", "rb").read()


def documents():
    validators, seen, tried = {}, {}, 0
    shared = subprocess.run([sys.executable, f"{root}/scripts/schemas.py", "--check"], capture_output=True)
    if shared.returncode != 0:
        fault(f"run scripts/schemas.py: {shared.stdout.decode()}{shared.stderr.decode()[-300:]}")
    for name, text in printed():
        validator = validators.setdefault(name, schema_of(name))
        whole = json.loads(text)
        seen[name] = seen.get(name, 0) + 1
        for error in list(validator.iter_errors(whole))[:3]:
            fault(f"{name}: {closest(error)}")
        if name in ("result", "spec"):
            continue  # they have mutants of their own
        for path in places(whole):
            if path and path[-1] in OPEN:
                continue
            changed = copy.deepcopy(whole)
            at(changed, path)["no_such_key"] = 1
            tried += 1
            if validator.is_valid(changed):
                fault(f"{name}: still fits with a further key in {path}")
        if isinstance(whole, dict):
            for key in whole:
                if name == "policy" and key not in ("name", "source", "date"):
                    continue
                changed = {k: v for k, v in whole.items() if k != key}
                tried += 1
                if not key.endswith("_reason") and validator.is_valid(changed):
                    fault(f"{name}: still fits without {key}")
    expected = {"trend": 3, "list": 1, "change": 2, "pack": 2, "inspect": 5, "plan": 3, "policy": 2, "result": 3}
    for name, n in expected.items():
        if seen.get(name, 0) < n:
            fault(f"only {seen.get(name, 0)} documents of schema {name} were looked at")
    if tried < 150:
        fault(f"only {tried} mutants were tried")
    return f"{sum(seen.values())} documents of {len(seen)} schemas fit, {tried} mutants do not"


print({"documents": documents, "results": results, "mutants": mutants, "keys": keys, "specs": specs}[what]())
sys.exit(faults > 0)
