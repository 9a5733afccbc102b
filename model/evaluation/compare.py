#!/usr/bin/env python3
"""Compares plans by the labelling rules in README.md, and scores a file of predicted plans.

usage: compare.py predictions.jsonl     one {"prompt": …, "plan": […]} a line, in the order of held-out.jsonl
"""

import json
import re
import sys
import unicodedata
from pathlib import Path

from contract import load_tools

HERE = Path(__file__).resolve().parent

EXACT = {"command", "other_command", "code", "body", "arguments"}
NAMES = {"file", "path", "destination", "output", "source", "schema"}
NUMBERS = {"values", "other_values"}
FORMULAS = {"expression", "lower", "upper"}
FOLDED = FORMULAS | {"query", "column", "other_column", "group_by", "where_column", "range", "sheet", "pages", "since",
                     "until", "pattern", "process"}
QUOTES = ("\"\"", "''", "``", "«»", "“”", "‘’", "„“")
# In these the first and the second column or list may change places.
SYMMETRIC = {"correlation", "t_test", "chi_square"}


def unquoted(text):
    """A text without the white space and the one pair of quotes around it.

    >>> unquoted(' "a  b" ')
    'a  b'
    """
    text = text.strip()
    for opening, closing in QUOTES:
        if len(text) > 1 and text[0] == opening and text[-1] == closing:
            return text[1:-1].strip()
    return text


def normal(name, value):
    """What is compared of an argument's value.

    >>> normal("expression", "2 × (3 − 1)?") == normal("expression", "2*(3-1)")
    True
    >>> normal("expression", "5!") == normal("expression", "5")
    False
    >>> normal("values", "1, 2.50 and 3") == normal("values", "1 2.5 3")
    True
    >>> normal("command", "ls  -l") == normal("command", "ls -l")
    False
    >>> normal("file", "'my notes/'") == normal("file", "my notes")
    True
    """
    if not isinstance(value, str):
        return value
    text = unicodedata.normalize("NFC", value)
    if name in EXACT:
        return text.strip()
    if name in NAMES:
        text = unquoted(text)
        return text.rstrip("/") or text
    if name in NUMBERS:
        return tuple(float(number) for number in re.findall(r"[-−]?\d+(?:\.\d+)?", text.replace("−", "-")))
    text = " ".join(unquoted(text).split())
    # An exclamation mark is a factorial in an expression.
    stop = ".?" if name in FORMULAS else ".?!"
    text = unquoted(text.rstrip(stop)) or text
    if name in FOLDED:
        text = text.casefold()
    if name in FORMULAS:
        text = "".join(text.split()).translate(str.maketrans("−×·÷", "-**/"))
    return text


def normal_call(call, tools, files):
    """A call with its arguments in the form in which they are compared."""
    properties = tools[call["tool"]]["arguments"]["properties"] if call["tool"] in tools else {}
    given = call["arguments"]
    arguments = {name: normal(name, value) for name, value in given.items()
                 if value != properties.get(name, {}).get("default", ...)}
    # A file that was given with the prompt is found without being named.
    for name in ("file", "path", "source"):
        if len(files) == 1 and given.get(name) == files[0]:
            del arguments[name]
    # Naming the only variable says nothing.
    letters = set(re.findall(r"(?<![^\W\d_])[a-z](?![^\W\d_])", str(given.get("expression", "")), re.I)) - {"e", "i"}
    if "variable" in given and letters == {given["variable"]}:
        del arguments["variable"]
    if call["tool"] == "statistics" and arguments.get("operation") in SYMMETRIC:
        for first, second in (("column", "other_column"), ("values", "other_values")):
            if first in arguments and second in arguments:
                arguments[first], arguments[second] = sorted((arguments[first], arguments[second]))
    return call["tool"], arguments


def labels(record):
    """All plans that count as right for a prompt."""
    return [record["plan"], *record.get("alternatives", [])]


def same_tools(record, plan):
    """Whether a plan names the right tools in the right order."""
    return any([c["tool"] for c in plan] == [c["tool"] for c in label] for label in labels(record))


def same_plan(record, plan, tools):
    """Whether a plan makes the right calls, arguments included.

    >>> tools = {"integrator": {"arguments": {"properties": {"expression": {}, "variable": {}}}}}
    >>> record = {"plan": [{"tool": "integrator", "arguments": {"expression": "3t^2", "variable": "t"}}]}
    >>> same_plan(record, [{"tool": "integrator", "arguments": {"expression": "3t ^ 2"}}], tools)
    True
    >>> same_plan(record, [{"tool": "integrator", "arguments": {"expression": "3t"}}], tools)
    False
    >>> same_plan(record, [], tools)
    False
    """
    files = record.get("files", [])
    got = [normal_call(call, tools, files) for call in plan]
    return any(got == [normal_call(call, tools, files) for call in label] for label in labels(record))


def main(arguments):
    if len(arguments) != 1:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    tools = load_tools()
    # Only "\n" ends a line here: str.splitlines would also cut at characters that a prompt may contain.
    records, predictions = ([json.loads(line) for line in path.read_text("utf-8").split("\n") if line]
                            for path in (HERE / "held-out.jsonl", Path(arguments[0])))
    if [record["prompt"] for record in records] != [prediction["prompt"] for prediction in predictions]:
        print(f"{arguments[0]} does not hold the prompts of held-out.jsonl in their order", file=sys.stderr)
        return 1
    pairs = list(zip(records, (prediction["plan"] for prediction in predictions)))
    fitting = [(record, plan) for record, plan in pairs if record["plan"]]
    nothing = [(record, plan) for record, plan in pairs if not record["plan"]]
    for title, right, of in [
            ("right tools", sum(same_tools(*pair) for pair in fitting), len(fitting)),
            ("right calls", sum(same_plan(*pair, tools) for pair in fitting), len(fitting)),
            ("none where nothing fits", sum(same_tools(*pair) for pair in nothing), len(nothing))]:
        print(f"{title:24s} {right:4d} of {of:4d}  {100 * right / of:5.1f} %")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
