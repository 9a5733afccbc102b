#!/usr/bin/env python3
"""Checks the held-out prompts against the tools' contract and counts what is in them.

usage: check.py [held-out.jsonl [tools.json]]
"""

import json
import sys
import unicodedata
from collections import Counter
from pathlib import Path

from contract import TOOLS, contract_errors, load_tools, record_errors

HERE = Path(__file__).resolve().parent

# What the set has to hold; less is an error, so that it cannot shrink unnoticed.
LEAST_PROMPTS = 420
LEAST_NONE = 70
LEAST_MULTI_STEP = 40
LEAST_OTHER_LANGUAGES = 40
LEAST_UNTIDY = 40
LEAST_PER_TOOL = {"micro": 9, "full": 3}


def key(record):
    """What makes two prompts the same: their letters and digits, and the files given with them."""
    folded = unicodedata.normalize("NFKC", record["prompt"]).casefold()
    kept = "".join(c for c in folded if c.isalnum() or c in "+-*/^%=<>")
    return kept, tuple(record.get("files", []))


def table(title, counts):
    print(f"\n{title}")
    for name, number in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        print(f"  {number:5d}  {name}")


def main(arguments):
    prompts_path = Path(arguments[0]) if arguments else HERE / "held-out.jsonl"
    tools_path = Path(arguments[1]) if len(arguments) > 1 else TOOLS
    tools = load_tools(tools_path)
    errors = [f"{tools_path.name}: {error}" for error in contract_errors(tools)]
    records, seen = [], {}
    for number, line in enumerate(prompts_path.read_text("utf-8").split("\n"), start=1):
        if not line:
            continue
        try:
            record = json.loads(line)
        except json.JSONDecodeError as error:
            errors.append(f"line {number}: {error}")
            continue
        found = list(record_errors(record, tools))
        errors += [f"line {number}: {error}" for error in found]
        if found:
            continue
        records.append(record)
        first = seen.setdefault(key(record), number)
        if first != number:
            errors.append(f"line {number}: the same prompt as line {first}")

    per_tool = Counter({name: 0 for name in tools})
    for record in records:
        per_tool.update({call["tool"] for call in record["plan"]})
    tags = Counter(tag for record in records for tag in record["tags"])
    languages = Counter(record["language"] for record in records)
    untidy = sum(1 for record in records if {"typo", "terse", "rambling"} & set(record["tags"]))
    minima = [("prompts", len(records), LEAST_PROMPTS), ("prompts that no tool fits", tags["none"], LEAST_NONE),
              ("prompts of several steps", tags["multi-step"], LEAST_MULTI_STEP),
              ("prompts not in English", len(records) - languages["en"], LEAST_OTHER_LANGUAGES),
              ("prompts with typos, terse or rambling", untidy, LEAST_UNTIDY)]
    minima += [(f"prompts for {name}", per_tool[name], LEAST_PER_TOOL[tools[name]["flavour"]]) for name in tools]
    errors += [f"{number} {what}; {least} is the least" for what, number, least in minima if number < least]

    table("prompts per tool", per_tool)
    table("prompts per tag", tags)
    table("prompts per language", languages)
    print(f"\n{len(records)} prompts, {len(errors)} errors")
    for error in errors:
        print(error, file=sys.stderr)
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
