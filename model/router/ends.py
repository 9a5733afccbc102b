"""Where an argument really begins and ends, when the tags are off by a sign or a word."""

from . import words

# Arguments that are names of files, and signs that are inside of such names.
NAMES = {"file", "path", "destination", "output", "source", "schema"}
NAME_SIGNS = set("._-/~@#+%")
# In these a bracket without its other side may be what the person means.
VERBATIM = {"text", "code", "command", "other_command", "body", "arguments", "value", "message"}
PAIRS = ("()", "[]", "{}", "“”", "„“", "«»", '""', "``")

QUOTES = {'"': '"', "“": "”", "„": "“", "«": "»", "`": "`", "'": "'", "‘": "’"}
# With which words no query and no column's name begins when they are written small and more follows.
ARTICLES = {"the", "der", "die", "das", "den", "dem", "el", "la", "los", "las", "le", "les", "il", "lo", "gli", "os", "het"}
BARE = {"query", "column", "other_column", "group_by", "where_column"}
# What a minus sign in front belongs to.
SIGNED = {"expression", "lower", "upper", "values", "other_values", "where_value", "value"}
# What stands before the file of a program that is to be run.
INTERPRETERS = {"node", "python", "python3", "bash", "sh", "lua"}
# Signs with which no argument ends, unless it is copied as it stands.
LOOSE_ENDS = {",", ";", ":"}


def mended(first, last, name, kept, others):
    """The span of an argument as people mean it."""
    if name in NAMES:
        first, last = whole_name(first, last, kept, others)
    quoted = whole_quotation(first, last, kept, others)
    if quoted:
        return quoted
    if name in VERBATIM:
        return first, last
    if name in SIGNED and first and kept[first - 1].text in ("-", "−") and first - 1 not in others \
            and kept[first - 1].end == kept[first].start and words.classify(kept[first].text[0]) == words.DIGIT \
            and (first == 1 or kept[first - 2].end < kept[first - 1].start):
        first -= 1
    first, last = trimmed(first, last, kept)
    while last > first and kept[last].text in LOOSE_ENDS:
        last -= 1
    if name in BARE and kept[last].text in ARTICLES and last + 1 < len(kept) and last + 1 not in others \
            and words.classify(kept[last + 1].text[0]) == words.LETTER:
        last += 1
    small = ARTICLES if name in BARE else INTERPRETERS if name == "file" else ()
    if first < last and kept[first].text in small and kept[first].end < kept[first + 1].start:
        first += 1
    return first, last


def whole_quotation(first, last, kept, others):
    """All that stands between two quotation marks, if the span begins or ends at one of them and cuts the rest off."""
    def apart(at, side):
        # An apostrophe is inside of a word.
        other = at + side
        if not 0 <= other < len(kept):
            return True
        return kept[at].start > kept[other].end if side < 0 else kept[other].start > kept[at].end \
            or words.classify(kept[other].text[0]) == words.SINGLE

    for opening, closing in QUOTES.items():
        starts = [at for at in range(first) if kept[at].text == opening and apart(at, -1)]
        stops = [at for at in range(last + 1, len(kept)) if kept[at].text == closing and apart(at, 1)]
        if not starts or not stops:
            continue
        start, stop = starts[-1], stops[0]
        inside = range(start + 1, stop)
        if any(kept[at].text in (opening, closing) and (apart(at, -1) or apart(at, 1)) for at in inside):
            continue
        if (start == first - 1 or stop == last + 1) and not any(at in others for at in inside):
            return start + 1, stop - 1
    return None


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
