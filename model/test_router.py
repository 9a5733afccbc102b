"""Tests of the router's words, labels and decoding, without the network: python3 -m unittest discover -s model"""

import json
import random as randomness
import re
import sys
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE / "data"), str(HERE / "evaluation")]

import compare  # noqa: E402
import generate  # noqa: E402
from router import ends, numbers, tokens, words  # noqa: E402
from router.costs import FrameCosts  # noqa: E402
from router.decode import OPERATIONS, SOURCES, Decoder  # noqa: E402
from router.examples import IGNORED, Example  # noqa: E402
from router.labels import STEPS, Labels  # noqa: E402

PLANNING = HERE.parent / "guest-agent" / "Sources" / "AIURouter" / "Planning"
VECTORS = HERE.parent / "Tests" / "AIURouterTests" / "Planning" / "Vectors"


class OneTokenEach:
    """A vocabulary for tests: every word is one token."""

    start, end = 1, 2

    @staticmethod
    def of_word(word):
        return (3,)


class RouterTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.labels, cls.tools = Labels(), compare.load_tools()

    def test_words_stand_where_they_say(self):
        for record in generate.Generator(5).samples(300):
            position = 0
            for word in words.split(record["prompt"]):
                self.assertLessEqual(position, word.start)
                self.assertEqual(record["prompt"][word.start:word.end].replace("\r", "\n"), word.text)
                position = word.end

    def test_right_labels_decode_to_the_right_plan(self):
        decoder, wrong = Decoder(self.labels), 0
        for record in generate.Generator(3).samples(1000):
            sequence = tokens.Sequence(OneTokenEach, record["prompt"], record.get("files", ()))
            example = Example(self.labels, OneTokenEach, record)
            plan, _ = decoder.plan(self.scores(example, sequence), sequence, record["prompt"], record.get("files", ()))
            wrong += not compare.same_plan(record, plan, self.tools)
        self.assertLess(wrong, 5)

    def scores(self, example, sequence):
        """Scores that leave no doubt about an example's labels."""
        def row(count, label):
            return [9.0 * (index == label) for index in range(count)]

        nothing = [0] * len(sequence.kept)
        found = {head: [row(len(names), max(0, example.steps.get((step, head), IGNORED))) for step in range(STEPS)]
                 for head, names in self.labels.steps.items()}
        for head, names in self.labels.words.items():
            tags = {"argument": example.words, "reference": example.references}.get(head)
            if tags is None:
                # What single words say adds nothing here.
                found[head] = [[[0.0] * len(names)] * len(nothing)] * STEPS
            else:
                found[head] = [[row(len(names), tag) for tag in (tags[step] if step < len(tags) else nothing)]
                               for step in range(STEPS)]
        return found

    def test_prompts_of_costly_frames_come_oftener(self):
        costs, random = FrameCosts(), randomness.Random(1)
        for _ in range(9):
            costs.saw("easy:1", 0.01)
            costs.saw("hard:1+hard:2", 6)
        records = [{"frame": frame, "prompt": "p"} for frame in ("easy:1", "hard:2") for _ in range(500)]
        chosen = costs.chosen(records, 300, random)
        self.assertEqual(len(chosen), 300)
        self.assertGreater(sum(record["frame"] == "hard:2" for record in chosen), 240)

    def test_long_prompts_keep_both_ends(self):
        self.assertEqual(tokens.keep([1] * 10, 10), list(range(10)))
        self.assertEqual(tokens.keep([1] * 10, 4), [0, 1, 8, 9])
        self.assertEqual(tokens.keep([3, 3, 3], 5), [2])

    def test_the_vectors_for_swift_are_of_these_words_and_numbers(self):
        for text, expected in json.loads((VECTORS / "words.json").read_text("utf-8")):
            self.assertEqual([[*word] for word in words.split(text)], expected, text)
        for text, expected in json.loads((VECTORS / "numbers.json").read_text("utf-8")):
            self.assertEqual(numbers.parse(text), expected, text)

    def test_operations_have_arguments_of_their_tools(self):
        for tool, operations in OPERATIONS.items():
            properties = self.labels.properties[tool]
            self.assertEqual(list(operations), properties["operation"]["enum"])
            for rule in operations.values():
                self.assertLessEqual(set(rule.takes), set(properties))
                self.assertLessEqual(set(rule.needs), set(rule.takes))

    def test_no_frame_gives_an_operation_an_argument_that_it_does_not_take(self):
        for record in generate.Generator(9, "all").samples(3000):
            for call in record["plan"]:
                operations = OPERATIONS.get(call["tool"])
                if operations:
                    taken = operations[call["arguments"]["operation"]].takes
                    self.assertLessEqual(set(call["arguments"]) - {"operation"}, set(taken), record["prompt"])
                sources = SOURCES.get(call["tool"])
                self.assertFalse(sources and all(set(one) & set(call["arguments"]) for one in sources), record["prompt"])

    def test_swift_has_the_same_operations(self):
        text = (PLANNING / "OperationRule.swift").read_text("utf-8")
        blocks = re.findall(r'^        "(\w+)": \[\n((?:            .*\n)+?)        \],$', text, re.M)
        found = {tool: dict(re.findall(r'"(\w+)": "([^"]*)"', re.sub(r'"\s*\n\s*\+ "', "", block))) for tool, block in blocks}
        self.assertEqual(found, json.loads((HERE / "router" / "operations.json").read_text("utf-8")))

    def test_the_ends_of_arguments_are_mended(self):
        for prompt, span, name, expected in (
                ("-7 F to C", (1, 4), "expression", "-7 F to C"), ("5 -7", (2, 2), "expression", "-7"),
                ("find 'annual leave' now", (2, 2), "query", "annual leave"), ("it's 'a b'", (5, 5), "query", "a b"),
                ("de la fianza", (1, 1), "query", "fianza"), ("The Hague", (0, 1), "query", "The Hague"),
                ("run node index.js", (1, 4), "file", "index.js"), ("a, b", (0, 1), "column", "a")):
            kept = words.split(prompt)
            first, last = ends.mended(*span, name, kept, set())
            self.assertEqual(prompt[kept[first].start:kept[last].end], expected, prompt)

    def test_swift_has_the_same_number_words(self):
        table = re.findall(r'\((\d+), "([^"]+)"\)', (PLANNING / "NumberWords.swift").read_text("utf-8"))
        known = json.loads((HERE / "router" / "numbers.json").read_text("utf-8"))
        self.assertEqual(dict(table), known)


if __name__ == "__main__":
    unittest.main()
