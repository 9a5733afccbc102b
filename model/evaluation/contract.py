"""The contract of tools.json and of the lines that carry prompts with their plans: what breaks them."""

import json
import re
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOOLS = HERE.parent / "tools.json"
FIELDS = {"prompt", "plan", "alternatives", "files", "language", "tags"}
FLAVOURS = {"micro", "full"}
REFERENCE = re.compile(r"⟦([1-9])⟧")


def load_tools(path=TOOLS):
    """The tools by their names."""
    return {tool["name"]: tool for tool in json.loads(Path(path).read_text("utf-8"))["tools"]}


def spaced(text):
    """A text with every run of white space as one space."""
    return " ".join(text.split())


def schema_errors(value, schema, name):
    """What a value breaks of the part of JSON Schema that tools.json uses."""
    kind = schema["type"]
    if kind == "string":
        if not isinstance(value, str) or not value:
            yield f"{name} must be a text that is not empty"
        elif "enum" in schema and value not in schema["enum"]:
            yield f"{name} is {value!r}, not one of {', '.join(schema['enum'])}"
    elif kind == "integer":
        if isinstance(value, bool) or not isinstance(value, int):
            yield f"{name} must be an integer"
        elif value < schema.get("minimum", value):
            yield f"{name} is {value}, less than {schema['minimum']}"
    else:
        yield f"{name} has the type {kind!r}, which this check does not know"


def copy_errors(value, prompt, step, name):
    """A free text must be copied from the prompt, apart from the references to earlier steps in it."""
    for number in REFERENCE.findall(value):
        if int(number) >= step:
            yield f"{name} refers to step {number}, which is not before step {step}"
    for part in re.split(r"⟦[1-9]⟧", value):
        if spaced(part) not in spaced(prompt):
            yield f"{name}: {part!r} is not in the prompt"


def plan_errors(plan, record, tools):
    if not isinstance(plan, list):
        yield "the plan is not a list"
        return
    copied = "not-copied" not in record["tags"]
    for step, call in enumerate(plan, start=1):
        if set(call) != {"tool", "arguments"}:
            yield f"step {step} must have a tool and arguments and nothing else"
            continue
        tool = tools.get(call["tool"])
        if tool is None:
            yield f"step {step}: no tool is named {call['tool']!r}"
            continue
        schema = tool["arguments"]
        for missing in set(schema["required"]) - set(call["arguments"]):
            yield f"step {step}: {call['tool']} needs {missing!r}"
        for name, value in call["arguments"].items():
            label = f"step {step}: {call['tool']}.{name}"
            if name not in schema["properties"]:
                yield f"{label} does not exist"
                continue
            argument = schema["properties"][name]
            yield from schema_errors(value, argument, label)
            if copied and argument["type"] == "string" and "enum" not in argument and isinstance(value, str):
                yield from copy_errors(value, record["prompt"], step, label)


def record_errors(record, tools, fields=frozenset(FIELDS)):
    if not isinstance(record, dict):
        yield "not an object"
        return
    for missing in {"prompt", "plan", "language", "tags"} - set(record):
        yield f"no {missing!r}"
        return
    for extra in set(record) - fields:
        yield f"unknown field {extra!r}"
    if not isinstance(record["prompt"], str) or not record["prompt"].strip():
        yield "the prompt is empty"
        return
    if not re.fullmatch(r"[a-z]{2}", record["language"]):
        yield f"the language {record['language']!r} is not a code of two letters"
    tags = record["tags"]
    if len(tags) != len(set(tags)) or not all(re.fullmatch(r"[a-z-]+", tag) for tag in tags):
        yield "the tags are not different words of a–z and -"
    if ("multi-step" in tags) != (len(record["plan"]) > 1):
        yield "the tag multi-step belongs to plans of several steps, and only to them"
    if ("none" in tags) != (not record["plan"]):
        yield "the tag none belongs to empty plans, and only to them"
    if ("attached" in tags) != bool(record.get("files")):
        yield "the tag attached belongs to prompts with files, and only to them"
    yield from plan_errors(record["plan"], record, tools)
    for alternative in record.get("alternatives", []):
        yield from plan_errors(alternative, record, tools)


def contract_errors(tools):
    """What is wrong in tools.json itself."""
    for name, tool in tools.items():
        schema = tool["arguments"]
        if tool["flavour"] not in FLAVOURS:
            yield f"{name}: unknown flavour {tool['flavour']!r}"
        for required in set(schema["required"]) - set(schema["properties"]):
            yield f"{name}: {required!r} is required and does not exist"
        operations = schema["properties"].get("operation", {}).get("enum", [])
        for operation in set(tool.get("sensitive_operations", [])) - set(operations):
            yield f"{name}: the sensitive operation {operation!r} does not exist"
