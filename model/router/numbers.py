"""What a whole number in words or digits is."""

import json
import re
import unicodedata
from pathlib import Path

WORDS = {unicodedata.normalize("NFC", word): int(value)
         for value, words in json.loads((Path(__file__).parent / "numbers.json").read_text("utf-8")).items()
         for word in words.split()}
LARGEST = 1_000_000_000


def parse(text):
    """The number that a part of a prompt says, or None.

    >>> parse("1,000"), parse("twenty-five"), parse("a dozen"), parse("two hundred"), parse("soon")
    (1000, 25, 12, 200, None)
    >>> parse("thfee"), parse("eigjt")
    (3, 8)
    """
    digits = re.search(r"[0-9]+(?:[,. '’][0-9]{3}(?![0-9]))*", text)
    if digits:
        value = int("".join(sign for sign in digits[0] if "0" <= sign <= "9")[:12])
        return value if value <= LARGEST else None
    said = re.findall(r"[^\W\d_]+", text.lower())
    if {"half", "dozen"} <= set(said):
        said = ["six" if word == "dozen" else word for word in said if word not in ("half", "a")]
    return combine(map(WORDS.get, said)) or combine(map(mistyped, said))


def combine(values):
    total, found = 0, False
    for value in values:
        if value is None:
            continue
        if found and value >= 12 and value in (12, 20, 100, 1000):
            # "a dozen", "two hundred": the first number multiplies.
            total = max(total, 1) * value
        else:
            total += value
        found = True
    return total if found else None


def mistyped(word):
    """The number word that one typing error made this of, if there is no doubt which number that is."""
    values = {value for known, value in WORDS.items() if len(known) > 2 and near(word, known)}
    return values.pop() if len(values) == 1 else None


def near(one, other):
    """Whether one sign more, less, changed or two exchanged make one word the other."""
    if one == other:
        return True
    start = next((index for index, (a, b) in enumerate(zip(one, other)) if a != b), min(len(one), len(other)))
    a, b = one[start:], other[start:]
    return a[1:] == b or a == b[1:] or a[1:] == b[1:] or (len(a) > 1 and a[1::-1] == b[:2] and a[2:] == b[2:])
