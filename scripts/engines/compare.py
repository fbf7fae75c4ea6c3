"""Two results of the same people or deliveries: compare.py FIRST.json SECOND.json [within]

All that is neither input nor timing must be the same. With `within` the first knows the scores and the second has
them in bins: every count must be the same, and what has a bound in the second may differ by no more than that.
"""
import json
import math
import sys

ASIDE = {"inputs", "command", "data_use"}  # the files that were read, and how
BOUND_OF = {  # bounds of the result, and where the number stands
    "auc": ("auc", "value"),
    "brier": ("calibration", "brier", "value"),
    "expected_over_observed": ("calibration", "expected_over_observed", "value"),
    "ece": ("calibration", "ece"),
    "scoring_rate": ("scoring_rate", "value"),
    "auc_difference": ("auc_difference",),
    "group_positives": ("cross_auc", "group_positives", "value"),
    "reference_positives": ("cross_auc", "reference_positives", "value"),
    "ks": ("shift", "ks"),
    "wasserstein": ("shift", "wasserstein"),
    "mean_difference": ("shift", "mean_difference"),
    "superiority": ("shift", "superiority"),
    "cliffs_delta": ("shift", "cliffs_delta"),
    "lowest_ratio": ("thresholds", "lowest_ratio"),
}


def differences(path, first, second):
    if isinstance(first, dict) and isinstance(second, dict):
        for key in sorted(set(first) | set(second)):
            if path or key not in ASIDE:
                yield from differences(path + [key], first.get(key), second.get(key))
    elif isinstance(first, list) and isinstance(second, list) and len(first) == len(second):
        for i, (one, other) in enumerate(zip(first, second)):
            yield from differences(path + [i], one, other)
    elif first != second:
        yield path, first, second


def at(tree, path):
    for key in path:
        tree = tree.get(key) if isinstance(tree, dict) else None
    return tree


def check_bounds(first, second):
    """Numbers within their bounds; how many there were."""
    seen = 0
    for ours, theirs in zip(first["model"]["parts"], second["model"]["parts"]):
        for kind in ("groups", "comparisons"):
            for one, other in zip(ours["ranking"][kind], theirs["ranking"][kind]):
                for name, bound in other["error_bounds"].items():
                    exact, binned = at(one, BOUND_OF[name]), at(other, BOUND_OF[name])
                    if exact is None or binned is None:
                        continue
                    seen += 1
                    if not math.fabs(exact - binned) <= bound + 1e-12:
                        sys.exit(f"{name}: {exact} against {binned}, bound {bound}")
    return seen


first, second = (json.load(open(path, encoding="utf-8")) for path in sys.argv[1:3])
if len(sys.argv) > 3:
    seen = check_bounds(first, second)
    if seen < 10:
        sys.exit(f"only {seen} numbers have a bound")
    # scores apart, the two must agree
    for tree in (first, second):
        tree.pop("checks")
        tree["settings"] = None
        for part in tree["model"]["parts"]:
            part["ranking"] = None
        tree["model"]["score_rounding"] = tree["model"]["pairs"] = None
found = list(differences([], first, second))
for path, one, other in found[:10]:
    print("/".join(map(str, path)), str(one)[:200], "|", str(other)[:200], file=sys.stderr)
sys.exit(1 if found else 0)
