#!/usr/bin/env python3
"""Generates prompts with the plans that are right for them: the router's training data.

usage: generate.py --seed S --count N [--split train|development|all] [--out FILE]

The same arguments give the same bytes; the digest is printed on standard error. Without --out the lines go to
standard output.
"""

import argparse
import hashlib
import json
import random as randomness
import sys
import time
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "evaluation")]

import contract  # noqa: E402
import frames as frame_files  # noqa: E402
import noise  # noqa: E402
import templates  # noqa: E402
import vocabulary  # noqa: E402

# The mix, in shares of all prompts. The rest asks for one tool.
NONE = 0.18
SEVERAL_STEPS = 0.2
# Of the prompts with several steps, those put together from two or three clauses.
COMPOSED = 0.5
# How often a tool of each flavour is asked for, and how often not in English.
WEIGHT = {"micro": 1.5, "full": 1.0}
# Tools with many arguments need more examples than others.
MANY_ARGUMENTS = {"csv": 4, "file_browser": 4, "statistics": 2, "calculator": 2, "text_search": 1.6, "log_analyzer": 1.5,
                  "json": 1.4, "trend_analyzer": 1.3, "translator": 1.6, "shell": 1.2, "code_runner": 1.2,
                  "version_controller": 1.4, "excel": 1.3, "data_miner": 1.2, "summarizer": 1.2}
OTHER_LANGUAGES = 0.38
# The languages with frames for all tools share most of these equally; the rest goes to those with a few frames.
WELL_KNOWN = ("de", "es", "fr", "it", "nl", "pl", "pt")
LESS_KNOWN = 0.27
# Typing errors, words written another way, and frames without a greeting, a please or a story around them.
TYPOS = 0.22
PARAPHRASED = 0.25
UNTOUCHED = 0.3
# A named file that is also attached (and so not repeated), or attached with another one (and so named).
ALSO_ATTACHED = 0.05
WITH_ANOTHER = 0.03
SOMETIMES_ATTACHED = 0.4
# Where frames are more than this, none comes oftener than another.
MANY = 600

FIELDS = frozenset(contract.FIELDS | {"spans", "marks", "frame"})
CONNECTORS = {
    "en": [" and ", " and then ", ", then ", " and after that ", ". Then ", ". then ", "; then ", ", and ", "\nthen ",
           ", afterwards ", ". After that ", " & then ", ". Next, ", ". When that's done, ", ", and finally ",
           " then ", "; ", ". Finally ", " -> ", "; after that ", " and afterwards ", "; once that's done, ",
           ". Once you have it, ", ".\n", " and subsequently ", " - then ", ". After this, ", ". Now ", "\n\n",
           ". In a second step, ", " && ", ", followed by this: ", ". As soon as you're done, ", "... then ",
           ". I'd also like you to ", ". And please ", ", and once finished ", "; next ", "\nand then "],
    "de": [" und ", " und dann ", ", dann ", ". Danach ", " und anschließend "],
    "fr": [" et ", " puis ", ", puis ", " et ensuite ", ". Ensuite, "],
    "es": [" y ", " y luego ", ", luego ", " y después ", ". Después ", ", después ", " y a continuación "],
    "it": [" e ", " e poi ", ", poi ", ", e poi ", " e dopo ", ". Poi ", " e quindi ", ". Dopo "],
    "pt": [" e ", " e depois ", ", depois ", " e a seguir ", ". Depois ", ", e então ", " e em seguida "],
    "nl": [" en ", " en dan ", ", daarna ", " en daarna ", ". Daarna ", ", en dan ", " en vervolgens "],
    "pl": [" i ", ", potem ", " a potem ", ", a następnie ", ". Potem ", " i potem ", ". Następnie "],
}
# A list of steps: what stands before the first and between the others, which may hold the number.
LISTS = {
    "en": [("1. ", "\n{}. "), ("1) ", "\n{}) "), ("1) ", " {}) "), ("- ", "\n- "), ("* ", "\n* "),
           ("step 1: ", "\nstep {}: "), ("Step 1: ", ". Step {}: "), ("first ", ", then "), ("first, ", ", and then "),
           ("firstly, ", ". After that, "), ("first of all ", ", next "), ("a few things: ", ", then "),
           ("please do this: 1. ", " {}. "), ("to do:\n- ", "\n- "), ("start with this: ", ". Then "),
           ("here is what i need:\n1. ", "\n{}. "), ("can you do the following: ", "; then ")],
}
LISTED = 0.15
TOGETHER = {
    "en": [" and also ", " and ", ". Also ", ", and ", "; ", "\n", ". oh and ", ", plus ", ". And ", "; also ",
           ", ", ". ", ".\n", " + ", ". While you're at it, ", ". Another thing: ", " as well as ", ". Besides that, ",
           ". Second thing: ", ". And one more: ", "\nand "],
    "de": [" und ", ". Außerdem: ", " und auch "], "fr": [" et ", " et aussi "], "es": [" y ", " y también "],
    "it": [" e ", " e anche "], "pt": [" e ", " e também "], "nl": [" en ", " en ook "], "pl": [" i ", ", a także "],
}


class Rounds:
    """Draws frames in shuffled rounds, so that none is lost; those with many wordings come oftener."""

    def __init__(self, frames):
        # Where frames are many, those with many wordings would push the others aside.
        many = len(frames) > MANY
        self.frames, self.left = [frame for frame in frames for _ in range(1 if many else frame.share)], []

    def draw(self, random):
        if not self.left:
            self.left = list(self.frames)
            random.shuffle(self.left)
        return self.left.pop()


class Generator:
    """A stream of samples; the same seed gives the same stream."""

    def __init__(self, seed, split="train"):
        self.random = randomness.Random(f"{seed} {split}")
        self.development, self.everything = split == "development", split == "all"
        self.tools = contract.load_tools()
        self.words = vocabulary.Words(self.development or self.everything)
        self.seen, self.repeats = {}, 2
        self.refused = Counter()
        every = frame_files.read_all()
        kept = [frame for frame in every if self.everything or frame.development == self.development]
        self.groups = {}
        for frame in kept:
            language = frame.language if frame.language in ("en", *WELL_KNOWN) else "other"
            self.groups.setdefault((frame.group, language), []).append(frame)
        self.groups = {key: Rounds(group) for key, group in self.groups.items()}
        clauses = frame_files.read_all(HERE / "clauses")
        # The clauses are too few to hold some back from both: a development prompt has at least one unseen clause.
        self.first = [frame for frame in clauses if frame.group == "first"]
        self.second = [frame for frame in clauses if frame.group == "second"]
        names = [name for name in self.tools if (name, "en") in self.groups]
        self.names, self.weights = names, [
            WEIGHT[self.tools[name]["flavour"]] * MANY_ARGUMENTS.get(name, 1) for name in names]

    def samples(self, count):
        # Fixed sentences such as "hello" are few: the larger the set, the oftener each may come.
        made, self.repeats = 0, 2 + count // 10000
        while made < count:
            record = self.attempt()
            if record:
                made += 1
                yield record

    def attempt(self):
        """A sample, or nothing if this one would contradict or repeat an earlier one or break a rule."""
        prompt, steps, files_of, tags, name, language, bare = self.draw()
        record = self.record(prompt, steps, files_of, tags, name, language, bare)
        wrong = list(contract.record_errors(record, self.tools, FIELDS)) or list(span_errors(record))
        if wrong:
            raise ValueError(f"{name}: {record}: {'; '.join(wrong)}")
        # The same words with another plan would teach the opposite of one of the two.
        said = json.dumps([" ".join(record["prompt"].casefold().split()), record.get("files", [])])
        key = hashlib.blake2b(said.encode(), digest_size=8).digest()
        plan = hashlib.blake2b(json.dumps(record["plan"], sort_keys=True).encode(), digest_size=8).digest()
        before, times = self.seen.get(key, (plan, 0))
        if before != plan:
            self.refused["contradicts an earlier one"] += 1
            return None
        if times >= self.repeats:
            self.refused["was there too often"] += 1
            return None
        self.seen[key] = (plan, times + 1)
        return record

    def draw(self):
        random = self.random
        roll = random.random()
        if roll < NONE:
            group = "none"
        elif roll < NONE + SEVERAL_STEPS:
            if random.random() < COMPOSED:
                return self.compose()
            group = "multi"
        else:
            group = random.choices(self.names, self.weights)[0]
        frame = self.groups[group, self.language(group)].draw(random)
        prompt = templates.Rendering(random, self.words, frame.language, frame.slots)
        prompt.render(frame.nodes)
        steps = [(tool, {}) for tool in frame.tools]
        for (step, argument), value in frame.fixed.items():
            steps[step - 1][1][argument] = value
        return prompt, steps, frame.files, list(frame.tags), frame.name, frame.language, frame.bare

    def language(self, group):
        """The language in which a tool is asked for: drawn before the frame, as some have many more frames."""
        random = self.random
        if random.random() < OTHER_LANGUAGES:
            language = "other" if random.random() < LESS_KNOWN else pick(random, WELL_KNOWN)
            if (group, language) in self.groups:
                return language
            language = pick(random, WELL_KNOWN)
            if (group, language) in self.groups:
                return language
        return "en"

    def compose(self):
        """A prompt of two to four steps from clauses."""
        random = self.random
        while True:
            chain = [pick(random, self.first)]
            language = chain[0].language
            joins = [CONNECTORS] * 4
            others = [frame for frame in self.first if frame.language == language and frame.files is None]
            if random.random() < 0.3:
                for _ in range(1 if random.random() < 0.65 else 2):
                    chain.append(pick(random, others))
                joins = [TOGETHER] * 4
                if chain[0].files is not None or len({frame.text for frame in chain}) < len(chain):
                    continue
            else:
                for _ in range(1 if random.random() < 0.65 else 2):
                    made = set(chain[-1].tags) if len(chain) == 1 else {"answer"}
                    if len(chain) > 1 and "last" in chain[-1].tags:
                        break
                    fitting = [frame for frame in self.second if frame.language == language
                               and set(frame.tags) & made and frame.tools != chain[-1].tools]
                    if not fitting:
                        break
                    chain.append(pick(random, fitting))
                if len(chain) > 1 and chain[0].files is None and random.random() < 0.2:
                    # Something else at the end, which has nothing to do with the answers before.
                    joins[len(chain)] = TOGETHER
                    chain.append(pick(random, others))
            held_back = any(frame.development for frame in chain)
            if len(chain) > 1 and (self.everything or held_back == self.development):
                break
        prompt = templates.Rendering(random, self.words, language)
        steps = []
        opening, between = "", None
        if language in LISTS and random.random() < LISTED:
            opening, between = pick(random, LISTS[language])
            prompt.add(opening, templates.LITERAL)
        for index, frame in enumerate(chain):
            if index:
                join = between.format(index + 1) if between else pick(random, joins[index][language])
                prompt.add(join, templates.LITERAL)
            prompt.slots, prompt.shift = frame.slots, index
            prompt.render(frame.nodes)
            arguments = {}
            for (_, argument), value in frame.fixed.items():
                arguments[argument] = value.replace("⟦1⟧", f"⟦{index}⟧") if isinstance(value, str) else value
            steps.append((frame.tools[0], arguments))
        name = "+".join(frame.name for frame in chain)
        return prompt, steps, chain[0].files, [], name, language, False

    def attach(self, prompt, wanted):
        """The names of the files that come with the prompt; forgets an argument that one of them makes needless."""
        random = self.random
        named = [key for key in prompt.copied if key[1] == "file"]
        if named:
            if len(prompt.copied) and named == [(1, "file")] and wanted != ("-",):
                roll = random.random()
                part = prompt.copied[1, "file"]
                if roll < ALSO_ATTACHED + WITH_ANOTHER and len(part) == 1 and isinstance(part[0], int):
                    name = prompt.texts[part[0]].rpartition("/")[2]
                    if name != prompt.texts[part[0]]:
                        return []
                    if roll < ALSO_ATTACHED:
                        del prompt.copied[1, "file"]
                        return [name]
                    other = self.words.file(random, "table" if name.endswith(".csv") else "anyfile", prompt.language)
                    pair = [name, other.rpartition("/")[2]]
                    if pair[0] == pair[1]:
                        return []
                    random.shuffle(pair)
                    return pair
            return []
        if not wanted or wanted == ("-",):
            return []
        if wanted[0].startswith("?") and random.random() >= SOMETIMES_ATTACHED:
            return []
        kind = wanted[int(random.random() * len(wanted))].lstrip("?")
        return [self.words.file(random, kind, prompt.language).rpartition("/")[2]]

    def record(self, prompt, steps, wanted, tags, name, language, bare):
        random = self.random
        files = self.attach(prompt, wanted)
        prompt.tidy()
        front, ended = [], False
        if not bare and random.random() >= UNTOUCHED:
            front, ended = noise.wrap(random, prompt, language, tags)
        if not bare:
            if language == "en" and name.partition(":")[0] not in noise.KEEP and random.random() < PARAPHRASED:
                noise.paraphrase(random, prompt)
                prompt.tidy()
            noise.finish(random, prompt, front, language, ended)
            if random.random() < TYPOS and noise.add_typos(random, prompt, 1 + int(random.random() ** 2.2 * 4)):
                tags.append("typo")
        starts, position = [], sum(map(len, front))
        for text in prompt.texts:
            starts.append(position)
            position += len(text)
        text = "".join(front) + "".join(prompt.texts)
        plan, spans, marks = [], [], []
        for number, (tool, fixed) in enumerate(steps, start=1):
            order = self.tools[tool]["arguments"]["properties"]
            values, places = {}, {}
            # A default is as good as left out: two labels for one thing would share what one of them has learned.
            fixed = {argument: value for argument, value in fixed.items()
                     if value != order.get(argument, {}).get("default", ...)}
            for argument, value in fixed.items():
                # "@1.column" is what step 1 has copied or understood: one part of the prompt for two steps.
                if not isinstance(value, str) or not value.startswith("@"):
                    values[argument] = value
                elif (earlier := (int(value[1]), value[3:])) in prompt.copied:
                    values[argument], places[argument] = copied(text, prompt.texts, starts, prompt.copied[earlier])
                elif earlier in prompt.understood:
                    values[argument] = prompt.understood[earlier]
            for (step, argument), value in prompt.understood.items():
                if step == number:
                    values[argument] = value
            for (step, argument), parts in prompt.copied.items():
                if step == number:
                    values[argument], places[argument] = copied(text, prompt.texts, starts, parts)
            plan.append({"tool": tool, "arguments": {key: values[key] for key in order if key in values}})
            unknown = set(values) - set(order)
            if unknown:
                raise ValueError(f"{name}: {tool} has no {', '.join(sorted(unknown))}")
            spans.append({key: places[key] for key in order if key in places})
            marks.append(marked(prompt, number, starts))
        record = {"prompt": text, "plan": plan}
        if files:
            record["files"] = files
            tags.append("attached")
        if not plan:
            tags.append("none")
        if len(plan) > 1:
            tags.append("multi-step")
        if prompt.quoted:
            tags.append("quoted")
        names = {key for places in spans for key in places}
        if names & {"code", "command", "body"}:
            tags.append("code")
        if any("/" in str(call["arguments"].get(key, "")) for call in plan for key in ("file", "path", "destination")):
            tags.append("path")
        if not front and len(text) < 30:
            tags.append("terse")
        return {**record, "language": language, "tags": sorted(set(tags)), "spans": spans, "marks": marks, "frame": name}


def pick(random, options):
    return options[int(random.random() * len(options))]


def copied(text, texts, starts, parts):
    """The value of an argument and where its parts lie in the prompt, without white space at either end."""
    value, places = [], []
    for part in parts:
        if isinstance(part, str):
            places.append(part)
        elif texts[part]:
            start, end = starts[part], starts[part] + len(texts[part])
            if places and isinstance(places[-1], list) and places[-1][1] == start:
                places[-1][1] = end
            else:
                places.append([start, end])
    if places and isinstance(places[0], list):
        while places[0][0] < places[0][1] and text[places[0][0]].isspace():
            places[0][0] += 1
    if places and isinstance(places[-1], list):
        while places[-1][1] > places[-1][0] and text[places[-1][1] - 1].isspace():
            places[-1][1] -= 1
    for place in places:
        value.append(place if isinstance(place, str) else text[place[0]:place[1]])
    return "".join(value), places


def marked(prompt, number, starts):
    """Where a step's integers are said, and the words that mean the answer of an earlier step."""
    found = {}
    for (step, argument), segment in prompt.numbers.items():
        if step == number:
            found[argument] = [starts[segment], starts[segment] + len(prompt.texts[segment])]
    for step, reference, segments in prompt.pointers:
        if step == number and segments:
            found[f"⟦{reference}⟧"] = [starts[segments[0]], starts[segments[-1]] + len(prompt.texts[segments[-1]])]
    return found


def span_errors(record):
    """The spans must be in the prompt, in order, and spell the arguments."""
    for call, places in zip(record["plan"], record["spans"], strict=True):
        for argument, parts in places.items():
            spelt = "".join(part if isinstance(part, str) else record["prompt"][part[0]:part[1]] for part in parts)
            if spelt != call["arguments"][argument]:
                yield f"{argument}: the spans spell {spelt!r}"


def write(generator, count, out):
    """Writes the samples and returns their digest and what is in them."""
    digest, seen = hashlib.sha256(), Counter()
    encode = json.JSONEncoder(ensure_ascii=False).encode
    for record in generator.samples(count):
        line = (encode(record) + "\n").encode()
        digest.update(line)
        out.write(line)
        seen.update(call["tool"] for call in record["plan"])
        seen.update(f"tag {tag}" for tag in record["tags"])
        seen[f"language {record['language']}"] += 1
    return digest.hexdigest(), seen


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--split", choices=("train", "development", "all"), default="train")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    started = time.monotonic()
    generator = Generator(options.seed, options.split)
    if options.out:
        with options.out.open("wb") as out:
            digest, seen = write(generator, options.count, out)
    else:
        digest, seen = write(generator, options.count, sys.stdout.buffer)
    seconds = time.monotonic() - started
    for name, number in sorted(seen.items(), key=lambda item: (-item[1], item[0])):
        print(f"{number:8d}  {name}", file=sys.stderr)
    for name, number in generator.refused.items():
        print(f"refused {number}: {name}", file=sys.stderr)
    print(f"{options.count} samples in {seconds:.1f} s\nsha256 {digest}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
