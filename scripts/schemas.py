#!/usr/bin/env python3
"""Copies into the smaller schemas what they share with the schema of results, so that each is whole by itself.

Usage: schemas.py          after a change of docs/schema/result.schema.json
       schemas.py --check  only says whether a copy is another one
A definition is the result's definition of that name, else the result's property of that name.
"""
import glob
import json
import os
import sys

folder = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "docs", "schema")
result = json.load(open(f"{folder}/result.schema.json", encoding="utf-8"))
WIDTH = 160


def definition(name):
    return result["$defs"].get(name, result["properties"].get(name))


def used(node, found):
    """Names of the definitions that a part needs, those inside them too."""
    if isinstance(node, dict):
        target = node.get("$ref", "")
        name = target[len("#/$defs/"):].split("/")[0] if target.startswith("#/$defs/") else None
        if name is not None and name not in found:
            found.append(name)
            used(definition(name), found)
        for value in node.values():
            used(value, found)
    elif isinstance(node, list):
        for value in node:
            used(value, found)
    return found


def pretty(node, indent=0):
    line = json.dumps(node, ensure_ascii=False)
    if not isinstance(node, (dict, list)) or not node or len(line) + indent <= WIDTH:
        return line
    pad = " " * (indent + 2)
    if isinstance(node, dict):
        inner = [f"{pad}{json.dumps(key)}: {pretty(value, indent + 2)}" for key, value in node.items()]
        return "{\n" + ",\n".join(inner) + "\n" + " " * indent + "}"
    return "[\n" + ",\n".join(pad + pretty(value, indent + 2) for value in node) + "\n" + " " * indent + "]"


stale = 0
for path in sorted(glob.glob(f"{folder}/*.schema.json")):
    name = os.path.basename(path).split(".")[0]
    if name in ("result", "spec"):
        continue
    old = open(path, encoding="utf-8").read()
    schema = json.loads(old)
    body = {key: value for key, value in schema.items() if key != "$defs"}
    names = used(body, [])
    if names:
        body["$defs"] = {key: definition(key) for key in names}
    new = pretty(body) + "\n"
    if new == old:
        continue
    stale += 1
    print(f"docs/schema/{name}.schema.json is not what the schema of results says")
    if "--check" not in sys.argv:
        open(path, "w", encoding="utf-8").write(new)
sys.exit(stale > 0 and "--check" in sys.argv)
