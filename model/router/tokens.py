"""Words as tokens: section 2 of ../README.md. The vocabulary is MiniLM's, as llama.cpp reads it."""

import unicodedata

from . import words

MAX_TOKENS, MAX_WORD_TOKENS, MAX_FILES, MAX_FILE_WORDS = 320, 4, 4, 12
# These stand for themselves when they are glued to both neighbours; the vocabulary's unused tokens mean that.
SPECIAL = [*".,_-/:@'+*^=()[]{}<>\"&%#$!?~|;`\\", words.NEW_LINE]
FIRST_UNUSED = 1


class Vocabulary:
    """WordPiece, longest match first, without case and accents."""

    def __init__(self, path):
        self.pieces = path.read_text("utf-8").split("\n")
        while not self.pieces[-1]:
            self.pieces.pop()
        self.ids = {piece: number for number, piece in enumerate(self.pieces)}
        self.unknown, self.start, self.end, self.pad = (self.ids[name] for name in ("[UNK]", "[CLS]", "[SEP]", "[PAD]"))
        self.special = {sign: self.ids[f"[unused{FIRST_UNUSED + index}]"] for index, sign in enumerate(SPECIAL)}
        self.longest = max(map(len, self.pieces))
        self.known = {}

    def of_word(self, word):
        """The tokens of a word."""
        if (word.inner or word.text == words.NEW_LINE) and word.text in self.special:
            return (self.special[word.text],)
        found = self.known.get(word.text)
        if found is None:
            found = self.known[word.text] = tuple(self.tokenize(word.text)[:MAX_WORD_TOKENS]) or (self.unknown,)
        return found

    def tokenize(self, text):
        # llama.cpp keeps only the first part of what a sign decomposes into.
        signs = "".join(lower(unicodedata.normalize("NFD", sign)[0]) for sign in text
                        if unicodedata.category(sign) != "Mn")
        found, start = [], 0
        while start < len(signs):
            prefix = "##" if start else ""
            for end in range(min(len(signs), start + self.longest), start, -1):
                number = self.ids.get(prefix + signs[start:end])
                if number is not None:
                    found.append(number)
                    start = end
                    break
            else:
                return [self.unknown]
        return found


def lower(sign):
    small = sign.lower()
    return small if len(small) == 1 else sign


class Sequence:
    """A prompt ready for the encoder: its words, which are kept, the tokens, and where each kept word's state is."""

    __slots__ = ("words", "kept", "tokens", "places")

    def __init__(self, vocabulary, prompt, files=()):
        self.words = words.split(prompt)
        tail = []
        for name in files[:MAX_FILES]:
            for word in words.split(name)[-MAX_FILE_WORDS:]:
                tail.extend(vocabulary.of_word(word))
            tail.append(vocabulary.end)
        pieces = [vocabulary.of_word(word) for word in self.words]
        self.kept = keep([len(piece) for piece in pieces], MAX_TOKENS - 2 - len(tail))
        self.tokens, self.places = [vocabulary.start], [0]
        for index in self.kept:
            self.places.append(len(self.tokens))
            self.tokens.extend(pieces[index])
        self.tokens.append(vocabulary.end)
        self.tokens.extend(tail)


def keep(lengths, budget):
    """The numbers of the words that fit: all, or the first and the last ones."""
    if sum(lengths) <= budget:
        return list(range(len(lengths)))
    first, used = 0, 0
    while used + lengths[first] <= budget // 2:
        used += lengths[first]
        first += 1
    last = len(lengths)
    while last > first and used + lengths[last - 1] <= budget:
        last -= 1
        used += lengths[last]
    return [*range(first), *range(last, len(lengths))]
