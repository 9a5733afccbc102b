"""A prompt as words with their places: the rules of section 1 of ../README.md."""

import unicodedata
from typing import NamedTuple

SPACES = frozenset([*range(0x9, 0xE), 0x20, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F,
                    0x3000])
SIGNS = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2FA1F))
LONGEST = 32
NEW_LINE = "\n"
# The letters after the d of a differential.
DIFFERENTIALS = frozenset("xyztw")
SPACE, IGNORED, SINGLE, DIGIT, LETTER = range(5)


class Word(NamedTuple):
    text: str
    start: int
    end: int
    inner: bool


def classify(sign):
    number = ord(sign)
    if 97 <= number <= 122 or 65 <= number <= 90:
        return LETTER
    if number in SPACES:
        return SPACE
    if 48 <= number <= 57:
        return DIGIT
    category = unicodedata.category(sign)
    if category[0] == "C" or number == 0xFFFD:
        return IGNORED
    if any(first <= number <= last for first, last in SIGNS):
        return SINGLE
    return LETTER if category[0] in "LM" else SINGLE


def split(text):
    """The words of a text, in order."""
    signs = [(position, sign, kind) for position, sign in enumerate(text)
             if (kind := classify(sign)) != IGNORED]
    while signs and signs[0][2] == SPACE:
        signs.pop(0)
    while signs and signs[-1][2] == SPACE:
        signs.pop()
    words, index = [], 0
    while index < len(signs):
        kind, first = signs[index][2], index
        limit = 1 if kind == SINGLE else len(signs) if kind == SPACE else LONGEST
        while index < len(signs) and signs[index][2] == kind and index - first < limit:
            index += 1
        run = signs[first:index]
        if kind == SPACE:
            breaks = [sign for sign in run if sign[1] in "\n\r"]
            if breaks:
                words.append(Word(NEW_LINE, breaks[0][0], breaks[0][0] + 1, False))
            continue
        inner = kind == SINGLE and 0 < first and index < len(signs) \
            and SPACE not in (signs[first - 1][2], signs[index][2])
        word = Word("".join(sign[1] for sign in run), run[0][0], run[-1][0] + 1, inner)
        if kind == LETTER and len(run) == 2 and word.text[0] in "dD" and word.text[1].lower() in DIFFERENTIALS:
            words.append(Word(word.text[0], word.start, word.start + 1, False))
            words.append(Word(word.text[1], word.end - 1, word.end, False))
        else:
            words.append(word)
    return words
