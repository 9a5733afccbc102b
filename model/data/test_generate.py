"""Tests of the generator: python3 -m unittest discover -s model/data"""

import random
import sys
import unittest
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "evaluation")]

import compare  # noqa: E402
import contract  # noqa: E402
import frames  # noqa: E402
import generate  # noqa: E402
import templates  # noqa: E402


class Nowhere:
    """A file that keeps nothing."""

    def write(self, line):
        pass


def digest(seed, count, split="train"):
    return generate.write(generate.Generator(seed, split), count, Nowhere())[0]


class GeneratorTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tools = contract.load_tools()
        cls.frames = frames.read_all()
        cls.clauses = frames.read_all(generate.HERE / "clauses")
        cls.samples = list(generate.Generator(7).samples(2000))

    def test_the_same_seed_gives_the_same_bytes(self):
        self.assertEqual(digest(1, 500), digest(1, 500))
        self.assertNotEqual(digest(1, 500), digest(2, 500))
        self.assertNotEqual(digest(1, 500), digest(1, 500, "development"))

    def test_every_frame_and_clause_gives_a_valid_line(self):
        generator = generate.Generator(3)
        for frame in self.frames + self.clauses:
            prompt = templates.Rendering(generator.random, generator.words, frame.language, frame.slots)
            steps = [(tool, {}) for tool in frame.tools]
            if frame.group == "second":
                prompt.shift, steps = 1, [("ocr", {}), *steps]
            prompt.render(frame.nodes)
            for (step, argument), value in frame.fixed.items():
                steps[step - 1 + prompt.shift][1][argument] = value
            record = generator.record(prompt, steps, frame.files, list(frame.tags), frame.name, frame.language,
                                      frame.bare)
            wrong = list(contract.record_errors(record, self.tools, generate.FIELDS))
            self.assertEqual(wrong + list(generate.span_errors(record)), [], f"{frame.name}: {frame.text}")

    def test_spans_spell_the_arguments_and_cover_every_copied_one(self):
        for record in self.samples:
            self.assertEqual(len(record["spans"]), len(record["plan"]))
            for call, places in zip(record["plan"], record["spans"]):
                properties = self.tools[call["tool"]]["arguments"]["properties"]
                for name, value in call["arguments"].items():
                    free = properties[name]["type"] == "string" and "enum" not in properties[name]
                    if free and not contract.REFERENCE.fullmatch(value):
                        self.assertIn(name, places, record)
            self.assertEqual(list(generate.span_errors(record)), [])

    def test_a_label_equals_itself(self):
        for record in self.samples:
            self.assertTrue(compare.same_plan(record, record["plan"], self.tools))

    def test_the_mix_is_the_stated_one(self):
        share = Counter(tag for record in self.samples for tag in record["tags"])
        self.assertAlmostEqual(share["none"] / 2000, generate.NONE, delta=0.03)
        self.assertAlmostEqual(share["multi-step"] / 2000, generate.SEVERAL_STEPS, delta=0.03)
        other = sum(record["language"] != "en" for record in self.samples)
        self.assertAlmostEqual(other / 2000, generate.OTHER_LANGUAGES, delta=0.05)
        per_tool = Counter(call["tool"] for record in self.samples for call in record["plan"])
        for name in self.tools:
            self.assertGreater(per_tool[name], 10, name)

    def test_no_frame_is_lost(self):
        generator = generate.Generator(1)
        for rounds in generator.groups.values():
            drawn = {rounds.draw(generator.random).name for _ in rounds.frames}
            self.assertEqual(drawn, {frame.name for frame in rounds.frames})
        kept = sum(len(set(rounds.frames)) for rounds in generator.groups.values())
        held = sum(len(set(rounds.frames)) for rounds in generate.Generator(1, "development").groups.values())
        self.assertEqual(kept + held, len(self.frames))

    def test_development_has_wordings_that_training_lacks(self):
        seen = {name for record in self.samples for name in record["frame"].split("+")}
        for record in generate.Generator(7, "development").samples(300):
            self.assertFalse(set(record["frame"].split("+")) <= seen, record["frame"])

    def test_every_tool_has_enough_frames(self):
        counts = Counter(frame.group for frame in self.frames)
        for name, tool in self.tools.items():
            self.assertGreaterEqual(counts[name], 60 if tool["flavour"] == "micro" else 25, name)
        self.assertGreaterEqual(counts["none"], 200)
        again = Counter((frame.group, frame.language, frame.text, frame.files)
                        for frame in self.frames if not frame.bare)
        self.assertEqual([key for key, number in again.items() if number > 1], [])

    def test_a_wrong_template_is_refused(self):
        for text in ("(a", "{file", "a}", "{=x}", "a)b|(", "{Expression}"):
            with self.subTest(text), self.assertRaises(templates.TemplateError):
                templates.parse(text)

    def test_a_reference_stands_for_its_words(self):
        words = generate.Generator(1).words
        prompt = templates.Rendering(random.Random(1), words, "en")
        prompt.render(templates.parse("take {expression=19% of ^1(that)}"))
        starts = [sum(map(len, prompt.texts[:index])) for index in range(len(prompt.texts))]
        value, places = generate.copied("".join(prompt.texts), prompt.texts, starts, prompt.copied[1, "expression"])
        self.assertEqual((value, places), ("19% of ⟦1⟧", [[5, 12], "⟦1⟧"]))


if __name__ == "__main__":
    unittest.main()
