"""The little language in which frames and vocabularies are written, and how they become a prompt.

    (a|b|)          one of these, perhaps nothing
    <name>          something of the vocabulary `name`
    {arg:name}      the same, and it is the argument `arg`; {arg} alone takes the vocabulary that the file names
    {"arg:name}     the same in quotation marks of some kind, which are not part of the argument
    {2.arg:name}    an argument of the second step
                    the same argument said twice is twice the same words
    {arg=…}         all of … is the argument
    ^1(that|it)     only in {arg=…}: words that mean the answer of step 1, in the argument ⟦1⟧
    ⏎               a new line
    \\              takes the next sign as it is
"""

import re

QUOTES = (('"', '"'), ('"', '"'), ('"', '"'), ("'", "'"), ("'", "'"), ("“", "”"), ("«", "»"), ("`", "`"), ("„", "“"))
# How a piece of a prompt may be changed: like any word, together with the argument, not at all.
LITERAL, SOFT, HARD = range(3)
DOUBLE = re.compile(r"  +")
# The articles with which times begin in some languages: no part of what is copied.
ARTICLES = {"el ", "la ", "los ", "las ", "le ", "les ", "lo ", "il ", "i ", "gli ", "o ", "a ", "os ", "as ", "de ",
            "het "}


class TemplateError(ValueError):
    """A template that cannot be read: what is wrong and where."""


def parse(text):
    """A template as a list of nodes: ("text", …), ("choice", [nodes…]), ("slot", …), ("capture", …), …"""
    nodes, position = sequence(text, 0, "")
    if position != len(text):
        raise TemplateError(f"{text!r}: {text[position]!r} at {position} closes nothing")
    return nodes


def sequence(text, position, until):
    nodes, literal = [], []

    def flush():
        if literal:
            nodes.append(("text", "".join(literal)))
            literal.clear()

    while position < len(text) and text[position] not in until:
        sign = text[position]
        if sign == "\\" and position + 1 < len(text):
            literal.append(text[position + 1])
            position += 2
        elif sign == "⏎":
            literal.append("\n")
            position += 1
        elif sign == "(":
            flush()
            choices, position = choice(text, position)
            nodes.append(("choice", choices))
        elif sign == "^" and re.match(r"\^[1-9]\(", text[position:]):
            flush()
            number = text[position + 1]
            choices, position = choice(text, position + 2)
            nodes.append(("reference", number, choices))
        elif sign == "<" and re.match(r"<[a-z_0-9]+>", text[position:]):
            end = text.find(">", position)
            flush()
            nodes.append(("filler", text[position + 1:end]))
            position = end + 1
        elif sign == "{":
            flush()
            match = re.compile(r'\{("?)(?:([1-9])\.)?([a-z_]+)(?::([a-z_0-9]+))?(\}|=)').match(text, position)
            if not match:
                raise TemplateError(f"{text!r}: '{{' at {position} opens no argument")
            quoted, step, argument, vocabulary, end = match.groups()
            position = match.end()
            step = int(step or 1)
            if end == "}":
                nodes.append(("slot", step, argument, vocabulary, bool(quoted)))
            else:
                inner, position = sequence(text, position, "}")
                if position == len(text):
                    raise TemplateError(f"{text!r}: {{{argument}= is not closed")
                position += 1
                nodes.append(("capture", step, argument, inner))
        elif sign in "}":
            raise TemplateError(f"{text!r}: '}}' at {position} closes nothing")
        else:
            literal.append(sign)
            position += 1
    flush()
    return nodes, position


def choice(text, position):
    choices = []
    while True:
        inner, position = sequence(text, position + 1, "|)")
        if position == len(text):
            raise TemplateError(f"{text!r}: '(' is not closed")
        choices.append(inner)
        if text[position] == ")":
            return choices, position + 1


def arguments(nodes):
    """Every (step, argument) that the nodes can fill."""
    for node in nodes:
        if node[0] in ("slot", "capture"):
            yield node[1], node[2]
        if node[0] == "capture":
            yield from arguments(node[3])
        if node[0] in ("choice", "reference"):
            for inner in node[-1]:
                yield from arguments(inner)


def wordings(nodes):
    """In how many ways the choices of a template can be taken."""
    number = 1
    for node in nodes:
        if node[0] in ("choice", "reference"):
            number *= sum(wordings(inner) for inner in node[-1])
        elif node[0] == "capture":
            number *= wordings(node[3])
    return number


class Rendering:
    """A prompt while it is put together: its segments, and which of them are whose argument."""

    def __init__(self, random, words, language, slots=None):
        self.random, self.words, self.language, self.slots = random, words, language, slots or {}
        self.texts, self.kinds = [], []
        self.copied = {}        # (step, argument) → segment numbers and references
        self.understood = {}    # (step, argument) → value of an enum or integer
        self.numbers = {}       # (step, argument) → segment number of the words that say an integer
        self.pointers = []      # (step, reference, segment numbers) of the words that mean an answer in an argument
        self.quoted = False
        self.capture = None
        self.shift = 0          # steps before the one that a clause calls its first

    def add(self, text, kind):
        if self.capture is not None:
            self.capture.append(len(self.texts))
        self.texts.append(text)
        self.kinds.append(kind)

    def render(self, nodes):
        for node in nodes:
            what = node[0]
            if what == "text":
                # What is copied keeps its letters, but for vocabularies that are soft.
                self.add(node[1], LITERAL if self.capture is None else HARD)
            elif what == "choice":
                self.render(self.words.pick(self.random, node[1]))
            elif what == "filler":
                value, _, kind = self.words.draw(self.random, node[1], self.language)
                self.add(value, kind)
            elif what == "slot":
                self.fill(*node[1:])
            elif what == "capture":
                self.capture, self.capturing = [], node[1] + self.shift
                parts = self.capture
                self.render(node[3])
                self.capture = None
                self.copied[node[1] + self.shift, node[2]] = parts
            else:
                if self.capture is None:
                    raise TemplateError("a reference outside of an argument")
                parts, self.capture = self.capture, None
                first, number = len(self.texts), int(node[1]) + max(self.shift - 1, 0)
                self.render(self.words.pick(self.random, node[2]))
                self.pointers.append((self.capturing, number, range(first, len(self.texts))))
                parts.append(f"⟦{number}⟧")
                self.capture = parts

    def tidy(self):
        """Takes away the double spaces that choices of nothing leave between the words around the arguments."""
        copied = {part for parts in self.copied.values() for part in parts}
        spaced = True
        for index, text in enumerate(self.texts):
            if self.kinds[index] == LITERAL and index not in copied:
                text = DOUBLE.sub(" ", text)
                self.texts[index] = text = text[1:] if spaced and text.startswith(" ") else text
            if text:
                spaced = text[-1].isspace()

    def fill(self, step, argument, vocabulary, quoted):
        step += self.shift
        said = self.copied.get((step, argument), ())
        if len(said) == 1 and isinstance(said[0], int):
            # Said once more: the same words, and this is the place that counts.
            self.copied[step, argument] = [len(self.texts)]
            self.add(self.texts[said[0]], self.kinds[said[0]])
            return
        name = vocabulary or self.slots.get(argument, argument)
        surface, value, kind = self.words.draw(self.random, name, self.language)
        if value is not None:
            self.understood[step, argument] = value
            if isinstance(value, int):
                self.numbers[step, argument] = len(self.texts)
            self.add(surface, LITERAL)
            return
        if not quoted and name in self.words.file_kinds:
            # Names with spaces are quoted more often than not.
            quoted = self.random.random() < (0.5 if " " in surface else 0.1)
        if not quoted and name == "jsonvalue":
            quoted = self.random.random() < 0.25
        if not quoted and name == "query" and surface.startswith("the "):
            # A leading article is no part of what is looked for.
            self.add("the ", LITERAL)
            surface = surface[4:]
        if name == "time" and " " in surface and surface[:surface.index(" ") + 1] in ARTICLES:
            article = surface[:surface.index(" ") + 1]
            self.add(article, LITERAL)
            surface = surface[len(article):]
        opening = closing = ""
        if quoted:
            self.quoted = True
            pairs = [pair for pair in QUOTES if pair[0] not in surface and pair[1] not in surface]
            if pairs:
                opening, closing = self.words.pick(self.random, pairs)
        if opening:
            self.add(opening, HARD)
        self.copied[step, argument] = [len(self.texts)]
        self.add(surface, kind)
        if closing:
            self.add(closing, HARD)
