"""Lines of training data as numbers: tokens, and the right label of every step and word."""

import json

from . import numbers
from .labels import NEGATIVE, NUMBER, STEPS
from .tokens import Sequence

# No label: the loss leaves it out.
IGNORED = -100


class Example:
    """A prompt with the labels that are right for it."""

    __slots__ = ("tokens", "places", "steps", "words", "references")

    def __init__(self, labels, vocabulary, record):
        sequence = Sequence(vocabulary, record["prompt"], record.get("files", ()))
        self.tokens, self.places = sequence.tokens, sequence.places
        kept = [sequence.words[index] for index in sequence.kept]
        plan = record["plan"]
        # (step, head) → label; and for every step the tags of its words, and which of them mean an answer.
        self.steps = {(number, "tool"): labels.index["tool"][call["tool"]] for number, call in enumerate(plan)}
        if len(plan) < STEPS:
            self.steps[len(plan), "tool"] = 0
        self.words, self.references = [], []
        for number, (call, spans, marks) in enumerate(zip(plan, record["spans"], record["marks"], strict=True)):
            tags, references = [0] * len(kept), [0] * len(kept)
            for name, schema in labels.properties[call["tool"]].items():
                value = call["arguments"].get(name)
                if name in spans:
                    self.tag(labels, tags, kept, name, extent(spans[name], marks))
                if "enum" in schema:
                    self.steps[number, f"{call['tool']}.{name}"] = \
                        labels.index[f"{call['tool']}.{name}"]["" if value is None else value]
                elif schema["type"] == "integer":
                    label = self.integer(record, value, marks.get(name))
                    if label in (NUMBER, NEGATIVE):
                        self.tag(labels, tags, kept, name, marks[name])
                    # A number that nobody can read any more teaches nothing.
                    head = f"{call['tool']}.{name}"
                    self.steps[number, head] = labels.index[head].get(label, IGNORED)
                else:
                    whole = value[1:-1] if value is not None and name not in spans else ""
                    self.steps[number, f"whole.{name}"] = labels.index[f"whole.{name}"][whole]
            for name, (start, end) in marks.items():
                if name.startswith("⟦"):
                    for index, word in enumerate(kept):
                        if start <= word.start < end:
                            references[index] = labels.index["reference"][name[1:-1]]
            self.words.append(tags)
            self.references.append(references)

    @staticmethod
    def tag(labels, tags, kept, name, places):
        start, end = places
        first = True
        for index, word in enumerate(kept):
            if start <= word.start < end:
                tags[index] = labels.index["argument"][("B-" if first else "I-") + name]
                first = False

    @staticmethod
    def integer(record, value, place):
        if value is None:
            return ""
        if place:
            said = numbers.parse(record["prompt"][place[0]:place[1]])
            if said == value:
                return NUMBER
            if said == -value:
                return NEGATIVE
        return str(value)


def extent(parts, marks):
    """From where to where a span goes, with the words that mean an earlier answer."""
    places = [part if isinstance(part, list) else marks[part] for part in parts]
    return min(place[0] for place in places), max(place[1] for place in places)


def read(path):
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]
