#!/usr/bin/env python3
"""Trains the task router: MiniLM with heads, on prompts from data/generate.py.

usage: train.py --seed S --count N --out CHECKPOINT [--from CHECKPOINT or GGUF] [--epochs 1] [--steady]
       train.py --smoke

The same arguments on the same machine give the same network but for the order of sums in threads.
"""

import argparse
import math
import os
import random as randomness
import sys
import tempfile
import time
from pathlib import Path

# Waiting threads must not burn the processor: other work may run on it.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import torch  # noqa: E402
from torch.nn import functional  # noqa: E402

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "data"), str(HERE / "evaluation")]

import compare  # noqa: E402
import generate  # noqa: E402
from router import batches, gguf_load  # noqa: E402
from router.encoder import package_folder  # noqa: E402
from router.examples import IGNORED, Example, read  # noqa: E402
from router.labels import Labels  # noqa: E402
from router.network import CAUTION, Network
from router.optimiser import Optimiser  # noqa: E402
from router.predict import Planner  # noqa: E402
from router.tokens import Vocabulary  # noqa: E402

BATCH = 64
ENCODER_RATE, HEAD_RATE, TOKEN_RATE = 1.5e-4, 2e-3, 1e-4
WARM_UP = 0.06
# Some words of some prompts are hidden: what is asked must not hang on one of them.
HIDDEN_PROMPTS, HIDDEN_WORDS = 0.3, 0.1
REPORT, KEEP = 50, 250


def losses_of(network, batch, pad, mask, random):
    """For each prompt the negative logarithm of the probability of its right plan."""
    tokens, present, places, there = batches.inputs(batch, pad)
    for number, one in enumerate(batch):
        if random.random() < HIDDEN_PROMPTS:
            for place in one.places[1:]:
                if random.random() < HIDDEN_WORDS:
                    tokens[number, place] = mask
    with torch.autocast("cpu", torch.bfloat16):
        steps, words = network(tokens, present, places, there)
    labels, tags, references = batches.targets(batch, network.step_columns)
    steps, words = steps.float(), words.float()
    losses = torch.zeros(len(batch))
    for name in network.step_columns:
        if (labels[name] != IGNORED).any():
            losses = losses + entropy(network.whole(name, steps, words, there), labels[name])
    losses = losses + entropy(words[..., network.word_columns["argument"]], tags)
    return losses + entropy(words[..., network.word_columns["reference"]], references)


def entropy(scores, labels):
    """The cross-entropy of each prompt's labels, added up."""
    found = functional.cross_entropy(scores.flatten(0, -2), labels.flatten(), reduction="none", ignore_index=IGNORED)
    return found.view(len(labels), -1).sum(1)


def rate(step, steps, steady):
    """From nothing to the whole rate and, unless it is steady, down again along a cosine."""
    warm = max(1, int(steps * WARM_UP))
    if step < warm or steady:
        return min(1, (step + 1) / warm)
    return 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, steps - warm)))


def resume(network, path, labels, vocabulary):
    """Goes on with earlier weights; heads of another shape start anew."""
    if path.suffix == ".gguf":
        network.load_state_dict(gguf_load.load(path, labels, vocabulary).state_dict())
        network.be_cautious(-CAUTION)
        return
    now, before = network.state_dict(), torch.load(path, weights_only=True)["weights"]
    network.load_state_dict({**now, **{name: value for name, value in before.items() if value.shape == now[name].shape}})


def save(network, path):
    torch.save({"layers": len(network.encoder.layers), "weights": network.state_dict()}, path)


def score(planner, records, tools):
    """Shares of right tools and right calls where something fits, and of none where nothing does."""
    plans = planner.plans(records)
    fitting = [(record, plan) for record, plan in zip(records, plans, strict=True) if record["plan"]]
    nothing = [plan for record, plan in zip(records, plans, strict=True) if not record["plan"]]
    return (sum(compare.same_tools(*pair) for pair in fitting) / max(1, len(fitting)),
            sum(compare.same_plan(*pair, tools) for pair in fitting) / max(1, len(fitting)),
            sum(not plan for plan in nothing) / max(1, len(nothing)))


def samples(seed, count, split="train"):
    return list(generate.Generator(seed, split).samples(count))


def train(options):
    torch.manual_seed(options.seed)
    random = randomness.Random(options.seed)
    labels, vocabulary = Labels(), Vocabulary(package_folder() / "vocab.txt")
    tools = compare.load_tools()
    network = Network(labels, vocabulary, layers=options.layers)
    if options.start:
        resume(network, options.start, labels, vocabulary)
    examples = [Example(labels, vocabulary, record) for record in samples(options.seed, options.count, options.split)]
    development = samples(options.seed, options.check, "development")
    tuning = read(HERE / "evaluation" / "tuning.jsonl")
    planner = Planner(network, labels, vocabulary)
    optimiser = Optimiser(network, options.rate, HEAD_RATE, TOKEN_RATE)
    order = [batch for _ in range(options.epochs) for batch in batches.order(examples, BATCH, random)]
    started, sums, seen = time.monotonic(), 0.0, 0
    print(f"{len(order)} steps", flush=True)
    for step, batch in enumerate(order):
        network.train()
        loss = losses_of(network, batch, vocabulary.pad, vocabulary.ids["[MASK]"], random).mean()
        optimiser.step(loss, rate(step, len(order), options.steady))
        sums, seen = sums + loss.item(), seen + 1
        if (step + 1) % REPORT == 0:
            speed = (step + 1) * BATCH / (time.monotonic() - started)
            print(f"{step + 1:6d}  loss {sums / seen:.3f}  {speed:.0f} prompts a second", flush=True)
            sums, seen = 0.0, 0
        if (step + 1) % KEEP == 0 or step + 1 == len(order):
            save(network, options.out)
            planner.network.eval()
            for name, records in (("development", development), ("tuning", tuning)):
                tool, call, none = score(planner, records, tools)
                print(f"{step + 1:6d}  {name}: right tools {tool:.1%}, calls {call:.1%}, none {none:.1%}", flush=True)
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=150_000)
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--check", type=int, default=400)
    parser.add_argument("--layers", type=int)
    parser.add_argument("--rate", type=float, default=ENCODER_RATE)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--from", dest="start", type=Path)
    parser.add_argument("--split", choices=("train", "all"), default="train",
                        help="all: also what is held back for development, whose score then says nothing")
    parser.add_argument("--steady", action="store_true", help="do not lower the rate: another stage follows")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--smoke", action="store_true", help="a minute's training: does everything run?")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    if options.smoke:
        options.count, options.check, options.layers = 20 * BATCH, 64, 2
        with tempfile.TemporaryDirectory() as folder:
            options.out = Path(folder) / "smoke.pt"
            return train(options)
    if not options.out:
        parser.error("--out is missing")
    return train(options)


if __name__ == "__main__":
    sys.exit(main())
