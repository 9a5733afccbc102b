"""The labels of the heads, made of tools.json: section 5 of ../README.md."""

import hashlib
import json
from pathlib import Path

TOOLS_FILE = Path(__file__).resolve().parents[1] / "tools.json"
STEPS = 4
REFERENCES = ["", "1", "2", "3"]
NUMBER, NEGATIVE = "#", "-#"
# What is said without a number: "the last commit", "half the size", "upside down".
FIXED = {"degrees": ["90", "-90", "180", "270", NEGATIVE], "percent": ["50", "200"]}
ALWAYS_FIXED = ["1"]


class Labels:
    """Which heads there are, of which kind, with which labels."""

    def __init__(self, path=TOOLS_FILE):
        text = path.read_bytes()
        self.digest = hashlib.sha256(text).hexdigest()
        self.tools = {tool["name"]: tool for tool in json.loads(text)["tools"]}
        self.properties = {name: tool["arguments"]["properties"] for name, tool in self.tools.items()}
        self.required = {name: set(tool["arguments"]["required"]) for name, tool in self.tools.items()}
        spans, copied, self.steps = {}, {}, {"tool": ["", *self.tools]}
        for tool, arguments in self.properties.items():
            for name, schema in arguments.items():
                if "enum" in schema:
                    self.steps[f"{tool}.{name}"] = ["", *schema["enum"]]
                elif schema["type"] == "integer":
                    self.steps[f"{tool}.{name}"] = ["", NUMBER, *ALWAYS_FIXED, *FIXED.get(name, [])]
                    spans[name] = True
                else:
                    spans[name] = copied[name] = True
        # What single words say for the values of an enum or integer: "Japanese", "newest".
        values = {f"word.{head}": labels for head, labels in self.steps.items() if head != "tool"}
        for name in copied:
            self.steps[f"whole.{name}"] = list(REFERENCES)
        self.copied, self.spans = list(copied), list(spans)
        tags = ["O"]
        for name in spans:
            tags += [f"B-{name}", f"I-{name}"]
        self.words = {"argument": tags, "reference": list(REFERENCES), **values}
        self.index = {head: {label: number for number, label in enumerate(labels)}
                      for head, labels in {**self.steps, **self.words}.items()}

    def copied_of(self, tool):
        """The arguments of a tool that are parts of the prompt."""
        return [name for name, schema in self.properties[tool].items()
                if "enum" not in schema and schema["type"] == "string"]

    def spans_of(self, tool):
        """The arguments of a tool for which words are tagged: copied ones and numbers."""
        return [name for name, schema in self.properties[tool].items() if "enum" not in schema]
