#!/usr/bin/env python3
"""Writes the generated part of docs/exports.md from the tables of audit/read, or with --check compares it.

The part is the list of headers and marks per platform: it is read from the same rows that the reader uses.
"""
import os
import re
import sys

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
PAGE = os.path.join(ROOT, "docs", "exports.md")
MARK = "<!-- below: scripts/exports_doc.py -->\n"
WORD = re.compile(r'\{\s*"((?:[^"\\]|\\.)*)",\s*TILT_ROLE_(\w+),\s*"((?:[^"\\]|\\.)*)",\s*([\w\s|]+?),\s*"(\w+)",')
LANGUAGES = {"en": "English", "de": "German", "fr": "French", "es": "Spanish", "nl": "Dutch", "pt": "Portuguese",
             "it": "Italian", "ko": "Korean"}


def read(name):
    with open(os.path.join(ROOT, "audit", "read", name), encoding="utf-8") as file:
        return file.read()


def unescape(text):
    raw = re.sub(rb"\\x([0-9a-f]{2})", lambda m: bytes([int(m[1], 16)]), text.encode())
    return raw.decode().replace('\\"', '"')


def words():
    for name in ("words.c", "words_own.c", "words_local.c"):
        for header, role, what, platforms, language in WORD.findall(read(name)):
            bits = {bit.strip().replace("TILT__", "") for bit in platforms.split("|")}
            yield unescape(header), role.lower(), what, bits, language


def platforms():
    source = read("platform.c")
    rows = source[source.index("platforms[] = {"):source.index("size_t tilt__platform_count")]
    for row in rows.split("{.bit = TILT__")[1:]:
        lists = {key: [unescape(t) for t in re.findall(r'"((?:[^"\\]|\\.)*)"', body)]
                 for key, body in re.findall(r"\.(missing|preambles|totals|footers) = \{([^}]*)\}", row)}
        yield (row.split(",")[0], re.search(r'\.id = "(\w+)"', row)[1], re.search(r'\.name = "([^"]+)"', row)[1], lists)


def quoted(items):
    return ", ".join(f"`{item}`" for item in items)


def listed(rows):
    """Role and name, then the headers that mean it."""
    by = {}
    for header, role, what, _, language in rows:
        if role != "ignore":
            by.setdefault((role, what), {}).setdefault(language, []).append(header)
    lines = []
    for (role, what), languages in sorted(by.items()):
        texts = [(f"{LANGUAGES[code]}: " if code != "en" else "") + quoted(sorted(set(headers)))
                 for code, headers in sorted(languages.items(), key=lambda item: (item[0] != "en", item[0]))]
        lines.append(f"* {role}:{what}: {'; '.join(texts)}")
    return lines


def generated():
    table, out = list(words()), []
    for bit, ident, name, lists in platforms():
        own = [row for row in table if (row[3] == {"ANY"} if bit == "GENERIC" else bit in row[3])]
        out += [f"\n### {name} (`{ident}`)\n"]
        titles = (("preambles", "Lines above the table begin with"), ("totals", "Totals rows begin with"),
                  ("footers", "Lines below it begin with"), ("missing", "No value"))
        for key, title in titles:
            if lists.get(key):
                out.append(f"{title}: {quoted(lists[key])}.\n")
        out += listed(own)
        ignored = sorted({row[0] for row in own if row[1] == "ignore"})
        if ignored:
            out.append(f"* known and not counted: {quoted(ignored)}")
    return "\n".join(out) + "\n"


def main():
    with open(PAGE, encoding="utf-8") as file:
        page = file.read()
    head = page[:page.index(MARK) + len(MARK)]
    wanted = head + generated()
    if sys.argv[1:] == ["--check"]:
        if page != wanted:
            print("docs/exports.md is not what the tables say: run scripts/exports_doc.py")
        return int(page != wanted)
    with open(PAGE, "w", encoding="utf-8") as file:
        file.write(wanted)
    return 0


if __name__ == "__main__":
    sys.exit(main())
