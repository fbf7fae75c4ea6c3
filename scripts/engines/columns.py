"""The columns of a CSV file and their types, for loading it into an engine.

Types stand in a JSON file {"column": "integer"}, named by the variable TYPES; without it, and for columns that it does
not name, everything is text. An empty cell of a typed file is NULL.
"""
import csv
import json
import os


def names(rows):
    with open(rows, newline="", encoding="utf-8") as file:
        return next(csv.reader(file))


def typed(rows, types_of_engine):
    """(name, type) of every column, in the engine's words; None for text."""
    path = os.environ.get("TYPES")
    given = json.load(open(path, encoding="utf-8")) if path else {}
    return [(name, types_of_engine[given[name]] if name in given else None) for name in names(rows)]


def has_types():
    return bool(os.environ.get("TYPES"))
