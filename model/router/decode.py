"""From scores to a plan: the reference for `PlanDecoder` in Swift.

A plan is read off the scores step by step. Only enabled tools, values of the schema and parts of the prompt can come
out. Scores are logits: `scores["tool"][k]` a row for step k, `scores["argument"][k][i]` a row for kept word i.
"""

import json
import math
from pathlib import Path

from . import ends, numbers
from .labels import NEGATIVE, NUMBER, STEPS

LEAST = -1e9


class Rule:
    """The arguments that an operation takes; a plus before those without which it can hardly be meant."""

    def __init__(self, text):
        self.takes = [name.lstrip("+") for name in text.split()]
        self.needs = [name[1:] for name in text.split() if name[0] == "+"]


# With each operation of a tool: which arguments it has.
OPERATIONS = {tool: {operation: Rule(text) for operation, text in operations.items()} for tool, operations in
              json.loads((Path(__file__).parent / "operations.json").read_text("utf-8")).items()}
# What makes up a condition: all of it or nothing (but the value of "empty").
CONDITION = ("where_column", "where_test", "where_value")
# Where a tool's data comes from: not from the prompt and from a file at once. Each time one of the two is left out.
SOURCES = {
    **{tool: (("text",), ("file", "column")) for tool in
       ("json", "summarizer", "translator", "sentiment", "tts", "report_generator")},
    **{tool: (("code",), ("file",)) for tool in ("code_runner", "code_debugger")},
    **{tool: (("values", "other_values"), ("file", "column", "other_column")) for tool in ("statistics", "trend_analyzer")},
}
PAIRS = (("column", "other_column"), ("values", "other_values"))
# How many operations are tried, what it costs when an argument is missing that belongs to one, and how unlikely the
# words may be that are taken for the second of a pair.
TRIED, MISSING, UNSURE, EQUAL = 4, 3.0, 4.0, 1e-4


class Way:
    """One reading of a step: its values, the places of its other arguments, and how well it explains the prompt."""

    def __init__(self):
        self.found, self.signs, self.spans, self.gain = {}, {}, {}, 0.0


class Decoder:
    """Reads plans off scores for one set of labels."""

    def __init__(self, labels):
        self.labels = labels

    def plan(self, scores, sequence, prompt, files=(), enabled=None):
        """The calls, and how sure the choice of tools is."""
        calls, confidence = [], 1.0
        for step in range(STEPS):
            row = scores["tool"][step]
            allowed = [index for index, name in enumerate(self.labels.steps["tool"])
                       if not name or enabled is None or name in enabled]
            best = max(allowed, key=lambda index: row[index])
            top = max(row[index] for index in allowed)
            confidence *= 1 / sum(math.exp(row[index] - top) for index in allowed)
            tool = self.labels.steps["tool"][best]
            if not tool:
                break
            calls.append({"tool": tool, "arguments": self.arguments(tool, step, scores, sequence, prompt, files)})
        return calls, confidence

    def arguments(self, tool, step, scores, sequence, prompt, files):
        """The arguments of a call: those of the operation that explains all words best, together with its own score."""
        best = None
        for operation, without in self.ways(tool, step, scores):
            way = self.filled(tool, operation, without, step, scores)
            # Sums of the same numbers in another order are no better.
            if best is None or way.gain > best.gain + EQUAL:
                best = way
        return self.read(tool, best, step, scores, sequence, prompt, files)

    def ways(self, tool, step, scores):
        """What is tried: the likeliest operations, each without the arguments that cannot come together."""
        names = [None]
        if tool in OPERATIONS:
            row = self.row(scores, step, f"{tool}.operation")
            labels = self.labels.steps[f"{tool}.operation"]
            order = sorted((index for index, name in enumerate(labels) if name), key=lambda index: -row[index])
            names = [labels[index] for index in order[:TRIED]]
        for name in names:
            for without in SOURCES.get(tool, ((),)):
                yield name, without
            if name and CONDITION[0] in OPERATIONS[tool][name].takes:
                yield name, CONDITION

    def row(self, scores, step, head):
        """The scores of a step's labels; what the surest word says for each label counts too."""
        row = scores[head][step]
        said = scores[f"word.{head}"][step] if f"word.{head}" in self.labels.words else ()
        return [score + max(word[index] for word in said) for index, score in enumerate(row)] if said else row

    def filled(self, tool, operation, without, step, scores):
        """The arguments that go with an operation, and how well they explain the prompt."""
        labels, way = self.labels, Way()
        rule = OPERATIONS[tool][operation] if operation else None
        takes = [name for name in labels.properties[tool] if (rule is None or name in rule.takes) and name not in without]
        wanted = []
        if rule:
            way.found["operation"] = operation
            head = f"{tool}.operation"
            way.gain = self.row(scores, step, head)[labels.steps[head].index(operation)]
        for name in takes:
            schema, required = labels.properties[tool][name], name in labels.required[tool]
            if "enum" in schema or schema["type"] == "integer":
                names, row = labels.steps[f"{tool}.{name}"], self.row(scores, step, f"{tool}.{name}")
                # A condition has a test.
                needed = required or rule and (name in rule.needs or name in CONDITION)
                best = max((index for index in range(len(names)) if names[index] or not needed),
                           key=lambda index: row[index])
                way.gain += row[best] - row[0]
                label = names[best]
                if label in (NUMBER, NEGATIVE):
                    wanted.append(name)
                    way.signs[name] = -1 if label == NEGATIVE else 1
                elif label and label != schema.get("default"):
                    way.found[name] = int(label) if schema["type"] == "integer" else label
            else:
                row = scores[f"whole.{name}"][step]
                best = max(range(min(step, len(row) - 1) + 1), key=lambda index: row[index])
                way.gain += row[best] - row[0]
                if best:
                    way.found[name] = f"⟦{best}⟧"
                else:
                    wanted.append(name)
        needed = [name for name in wanted if name in labels.required[tool] or name in way.signs]
        way.spans, gain = self.spans(scores["argument"][step], wanted, needed)
        way.gain += gain
        for one, other in PAIRS:
            if one in wanted and other in wanted and (one in way.spans) != (other in way.spans):
                self.second(way, one if other in way.spans else other, scores["argument"][step])
        if rule:
            expected = set(rule.needs)
            if CONDITION[0] in takes:
                expected |= {CONDITION[0]} if way.found.get(CONDITION[1]) == "empty" else {CONDITION[0], CONDITION[2]}
            way.gain -= MISSING * sum(name in wanted and name not in way.spans for name in expected)
        return way

    def second(self, way, name, rows):
        """Looks for the other one of two, of which one alone says nothing."""
        taken = {at for first, last in way.spans.values() for at in range(first, last + 1)}
        index = self.labels.index["argument"]
        span, gain = best_span(rows, index[f"B-{name}"], index[f"I-{name}"], taken)
        if span and gain > -UNSURE:
            way.spans[name] = span
            way.gain += gain

    def read(self, tool, way, step, scores, sequence, prompt, files):
        """The arguments of the call as text and numbers."""
        labels, found = self.labels, dict(way.found)
        kept = [sequence.words[index] for index in sequence.kept]
        for name, (first, last) in way.spans.items():
            others = {at for other, span in way.spans.items() if other != name for at in range(span[0], span[1] + 1)}
            first, last = ends.mended(first, last, name, kept, others)
            text, whole = self.copy(first, last, step, scores["reference"][step], sequence, prompt)
            if name in way.signs:
                value = numbers.parse(whole)
                least = labels.properties[tool][name].get("minimum")
                if value is not None and (least is None or way.signs[name] * value >= least):
                    found[name] = way.signs[name] * value
            elif text and not (name == "file" and list(files) == [text]):
                found[name] = text
        return {name: found[name] for name in labels.properties[tool] if name in found}

    def spans(self, rows, wanted, needed):
        """For each wanted argument its first and last kept word, where the tags say so; and what they gain."""
        index = self.labels.index["argument"]
        begin, inside = [index[f"B-{name}"] for name in wanted], [index[f"I-{name}"] for name in wanted]
        tags, whole = best_tags(rows, begin, inside)
        found, weight = {}, {}
        for name, first, last in runs(tags, wanted):
            place = wanted.index(name)
            gain = sum(rows[at][begin[place] if at == first else inside[place]] - rows[at][0]
                       for at in range(first, last + 1))
            # An argument is one part of the prompt: the surer one.
            if name not in found or gain > weight[name]:
                found[name], weight[name] = (first, last), gain
        for name in needed:
            if name not in found:
                taken = {at for first, last in found.values() for at in range(first, last + 1)}
                place = wanted.index(name)
                span, gain = best_span(rows, begin[place], inside[place], taken)
                if span:
                    found[name] = span
                    whole += gain
        return found, whole

    def copy(self, first, last, step, references, sequence, prompt):
        """The text of a span with ⟦N⟧ for the words that mean an answer; and the text as it stands."""
        kept = [sequence.words[index] for index in sequence.kept]
        start, end = kept[first].start, kept[last].end
        text, position, previous = "", start, 0
        for at in range(first, last + 1):
            row = references[at]
            label = max(range(min(step, len(row) - 1) + 1), key=lambda index: row[index])
            if label:
                if label != previous:
                    text += prompt[position:kept[at].start] + f"⟦{label}⟧"
                position = kept[at].end
            previous = label
        return text + prompt[position:end], prompt[start:end]


def without_repetition(calls):
    """The calls without last ones that repeat the one before: the guest leaves these out too."""
    while len(calls) > 1 and calls[-1] == calls[-2]:
        calls = calls[:-1]
    return calls


def best_tags(rows, begin, inside):
    """The best sequence of tags, 0 outside, 2p+1 begins argument p, 2p+2 goes on with it; and what it gains."""
    count = len(begin)
    best, back = [0.0] + [LEAST] * (2 * count), []
    for row in rows:
        came = max(range(2 * count + 1), key=lambda tag: best[tag])
        after, origin = [best[came] + row[0]], [came]
        for place in range(count):
            after.append(best[came] + row[begin[place]])
            origin.append(came)
            # Only its own beginning or inside comes before the inside of an argument.
            before = 2 * place + 1 if best[2 * place + 1] >= best[2 * place + 2] else 2 * place + 2
            after.append(best[before] + row[inside[place]])
            origin.append(before)
        best = after
        back.append(origin)
    tag = max(range(2 * count + 1), key=lambda tag: best[tag])
    gain, tags = best[tag] - sum(row[0] for row in rows), []
    for origin in reversed(back):
        tags.append(tag)
        tag = origin[tag]
    return tags[::-1], gain


def runs(tags, wanted):
    """(argument, first word, last word) for each run of tags."""
    first = None
    for at, tag in enumerate([*tags, 0]):
        if first is not None and (tag == 0 or tag % 2):
            yield wanted[(tags[first] - 1) // 2], first, at - 1
            first = None
        if tag % 2:
            first = at


def best_span(rows, begin, inside, taken):
    """The words that are most likely the argument, if it must be there."""
    best, found = LEAST, None
    for first in range(len(rows)):
        gain = 0.0
        for last in range(first, len(rows)):
            if last in taken:
                break
            gain += rows[last][begin if last == first else inside] - rows[last][0]
            if gain > best:
                best, found = gain, (first, last)
    return found, best
