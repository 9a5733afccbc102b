"""From scores to a plan: the reference for `PlanDecoder` in Swift.

A plan is read off the scores step by step. Only enabled tools, values of the schema and parts of the prompt can come
out. Scores are logits: `scores["tool"][k]` a row for step k, `scores["argument"][k][i]` a row for kept word i.
"""

import math

from . import numbers, words
from .labels import NEGATIVE, NUMBER, STEPS

LEAST = -1e9
# Arguments that are names of files, and signs that are inside of such names.
NAMES = {"file", "path", "destination", "output", "source", "schema"}
NAME_SIGNS = set("._-/~@#+%")
# In these a bracket without its other side may be what the person means.
VERBATIM = {"text", "code", "command", "other_command", "body", "arguments", "value", "message"}
PAIRS = ("()", "[]", "{}", "“”", "„“", "«»", '""', "``")


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

    def choose(self, scores, step, head, allowed=lambda label: True):
        """The best label of a step, of those allowed; what the surest word says for each label counts too."""
        names, row = self.labels.steps[head], scores[head][step]
        said = scores[f"word.{head}"][step] if f"word.{head}" in self.labels.words else ()
        if said:
            row = [score + max(word[index] for word in said) for index, score in enumerate(row)]
        return names[max((index for index, name in enumerate(names) if allowed(name)), key=lambda index: row[index])]

    def arguments(self, tool, step, scores, sequence, prompt, files):
        labels, found, wanted, signs = self.labels, {}, [], {}
        for name, schema in labels.properties[tool].items():
            required = name in labels.required[tool]
            if "enum" in schema or schema["type"] == "integer":
                head = f"{tool}.{name}"
                label = self.choose(scores, step, head, lambda label: label or not required)
                if label in (NUMBER, NEGATIVE):
                    wanted.append(name)
                    signs[name] = -1 if label == NEGATIVE else 1
                elif label and label != schema.get("default"):
                    found[name] = int(label) if schema["type"] == "integer" else label
            else:
                head = f"whole.{name}"
                label = self.choose(scores, step, head, lambda label: not label or int(label) <= step)
                if label:
                    found[name] = f"⟦{label}⟧"
                else:
                    wanted.append(name)
        needed = [name for name in wanted if name in labels.required[tool] or name in signs]
        spans = self.spans(scores["argument"][step], wanted, needed)
        kept = [sequence.words[index] for index in sequence.kept]
        for name, (first, last) in spans.items():
            others = {at for other, span in spans.items() if other != name for at in range(span[0], span[1] + 1)}
            if name in NAMES:
                first, last = whole_name(first, last, kept, others)
            if name not in VERBATIM:
                first, last = trimmed(first, last, kept)
            text, whole = self.copy(first, last, step, scores["reference"][step], sequence, prompt)
            if name in signs:
                value = numbers.parse(whole)
                least = labels.properties[tool][name].get("minimum")
                if value is not None and (least is None or signs[name] * value >= least):
                    found[name] = signs[name] * value
            elif text and not (name == "file" and list(files) == [text]):
                found[name] = text
        return {name: found[name] for name in labels.properties[tool] if name in found}

    def spans(self, rows, wanted, needed):
        """For each wanted argument its first and last kept word, where the tags say so."""
        index = self.labels.index["argument"]
        begin, inside = [index[f"B-{name}"] for name in wanted], [index[f"I-{name}"] for name in wanted]
        tags = best_tags(rows, begin, inside)
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
                span = best_span(rows, begin[place], inside[place], taken)
                if span:
                    found[name] = span
        return found

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


def whole_name(first, last, kept, others):
    """The span of a file's name, which is not cut where two of its words touch."""
    def touch(left, right):
        return left >= 0 and right < len(kept) and kept[left].end == kept[right].start \
            and left not in others and right not in others

    def in_name(at):
        return words.classify(kept[at].text[0]) in (words.LETTER, words.DIGIT) or kept[at].text in NAME_SIGNS

    while touch(first - 1, first) and in_name(first - 1) and in_name(first):
        first -= 1
    while in_name(last):
        # A dot that ends a sentence is no part of it: signs need a letter or digit after them.
        end = last + 1
        while touch(end - 1, end) and kept[end].text in NAME_SIGNS:
            end += 1
        if not touch(end - 1, end) or not in_name(end):
            break
        last = end
    return first, last


def trimmed(first, last, kept):
    """A span without a bracket or quotation mark at its ends whose other side is elsewhere."""
    while first < last:
        texts = [word.text for word in kept[first:last + 1]]
        if unmatched(texts, texts[-1]):
            last -= 1
        elif unmatched(texts, texts[0]):
            first += 1
        else:
            break
    return first, last


def unmatched(texts, sign):
    """Whether a bracket or quotation mark has no other side in a text."""
    for opening, closing in PAIRS:
        if sign in (opening, closing):
            if opening == closing:
                return texts.count(sign) % 2 == 1
            more, less = (opening, closing) if sign == opening else (closing, opening)
            return texts.count(more) > texts.count(less)
    return False


def best_tags(rows, begin, inside):
    """The best sequence of tags: 0 outside, 2p+1 begins argument p, 2p+2 goes on with it."""
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
    tags = []
    for origin in reversed(back):
        tags.append(tag)
        tag = origin[tag]
    return tags[::-1]


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
    return found
