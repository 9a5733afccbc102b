#!/usr/bin/env python3
"""Goes on with a training until a time of day, with several networks at once whose weights meet half way.

usage: partners.py --until HH:MM --out CHECKPOINT [--from CHECKPOINT or GGUF] [--partners 2] [--seed S]

Each network is a process with one thread and prompts of its own, so that nothing waits where processors are shared with
other work. Frames that are still got wrong come oftener, but for the last fifth of the time. The rate is lowered to
nothing along a cosine of the time. What is written is the mean of all networks, each averaged over its latest steps.
How far a network gets depends on the machine: the weights are never the same twice.
"""

import argparse
import copy
import datetime
import itertools
import math
import os
import random as randomness
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "passive")

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "data"), str(HERE / "evaluation")]

import torch  # noqa: E402

import generate  # noqa: E402
import train  # noqa: E402
from router import batches  # noqa: E402
from router.encoder import package_folder  # noqa: E402
from router.examples import Example  # noqa: E402
from router.labels import Labels  # noqa: E402
from router.network import Network  # noqa: E402
from router.optimiser import Optimiser  # noqa: E402
from router.tokens import Vocabulary  # noqa: E402

# Of so many prompts as many as a chunk holds are taken.
CHOICE, CHUNK, LONGEST = 3, 3200, 900
# A frame's weight is a power of its latest loss, within limits; long prompts cost more and count less.
POWER, LEAST, MOST, LIKE_NEW, LONG = 0.75, 0.15, 2.0, 1.0, 110
AS_DRAWN = 0.8
WARM_UP, MEET, REPORT, AVERAGE, KEPT = 30, 20, 20, 4, 0.97


class Frames:
    """What each frame cost when it was last there."""

    def __init__(self):
        self.losses = {}

    def saw(self, name, loss):
        before = self.losses.get(name, loss)
        self.losses[name] = 0.6 * before + 0.4 * min(loss, 8)

    def weight(self, record):
        loss = max(self.losses.get(name, LIKE_NEW) for name in record["frame"].split("+"))
        return min(MOST, max(LEAST, loss ** POWER)) / max(1, len(record["prompt"]) / LONG) ** 0.6

    def chosen(self, records, count, random):
        """Some of the records, those of costly frames with a greater chance."""
        keys = [random.random() ** (1 / self.weight(record)) for record in records]
        return [records[index] for index in sorted(range(len(records)), key=lambda index: -keys[index])[:count]]


def meet(network, me, others):
    """Leaves the weights for the others, and goes half way to the mean of theirs."""
    torch.save(network.state_dict(), me.with_suffix(".new"))
    os.replace(me.with_suffix(".new"), me)
    found = [torch.load(other, weights_only=True) for other in others if other.exists()]
    if found:
        with torch.no_grad():
            for name, weight in network.state_dict().items():
                if weight.dtype.is_floating_point:
                    weight.lerp_(sum(one[name] for one in found) / len(found), 0.5)


def work(options):
    """One network, until the time is over."""
    folder, seed = options.folder, options.seed + options.me
    me, *others = sorted((folder / f"{number}.pt" for number in range(options.partners)),
                         key=lambda path: path.stem != str(options.me))
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    random = randomness.Random(seed)
    labels, vocabulary, frames = Labels(), Vocabulary(package_folder() / "vocab.txt"), Frames()
    network = Network(labels, vocabulary, layers=options.layers)
    if options.start:
        train.resume(network, options.start, labels, vocabulary)
    average = copy.deepcopy(network)
    optimiser = Optimiser(network, options.rate, options.head_rate, train.TOKEN_RATE)
    drawn = generate.Generator(seed, "all").samples(10 ** 9)
    step, started, over = 0, time.time(), 0.0
    while over < 1:
        records = [record for record in itertools.islice(drawn, CHOICE * options.chunk) if len(record["prompt"]) < LONGEST]
        records = frames.chosen(records, options.chunk, random) if over < AS_DRAWN else records[:options.chunk]
        examples = [Example(labels, vocabulary, record) for record in records]
        names = {id(example): record["frame"] for example, record in zip(examples, records, strict=True)}
        for batch in batches.order(examples, train.BATCH, random):
            over = (time.time() - started) / (options.end - started)
            if over >= 1:
                break
            network.train()
            losses = train.losses_of(network, batch, vocabulary.pad, vocabulary.ids["[MASK]"], random)
            optimiser.step(losses.mean(), min(1, (step + 1) / WARM_UP) * 0.5 * (1 + math.cos(math.pi * over)))
            for example, loss in zip(batch, losses.tolist(), strict=True):
                for name in names[id(example)].split("+"):
                    frames.saw(name, loss)
            step += 1
            if step % AVERAGE == 0:
                kept = min(KEPT, (1 + step) / (10 + step))
                with torch.no_grad():
                    for mean, weight in zip(average.state_dict().values(), network.state_dict().values(), strict=True):
                        if weight.dtype.is_floating_point:
                            mean.lerp_(weight, 1 - kept)
            if step % MEET == 0:
                meet(network, me, others)
            if step % REPORT == 0:
                print(f"{options.me}: {step * train.BATCH} prompts, loss {losses.mean().item():.2f}", flush=True)
    train.save(average, folder / f"mean-{options.me}.pt")
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--from", dest="start", type=Path)
    parser.add_argument("--until", help="a time of day, HH:MM")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--partners", type=int, default=2)
    parser.add_argument("--seed", type=int, default=700)
    parser.add_argument("--rate", type=float, default=1.3e-4)
    parser.add_argument("--head-rate", type=float, default=1.5e-3)
    parser.add_argument("--chunk", type=int, default=CHUNK)
    parser.add_argument("--layers", type=int)
    parser.add_argument("--me", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--end", type=float, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.me is not None:
        return work(options)
    if not options.until or not options.out:
        parser.error("--until and --out are needed")
    end = datetime.datetime.combine(datetime.date.today(), datetime.time.fromisoformat(options.until)).timestamp()
    if end <= time.time():
        end += 24 * 3600
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        workers = [subprocess.Popen([sys.executable, __file__, *sys.argv[1:], "--me", str(number), "--end", str(end),
                                     "--folder", name]) for number in range(options.partners)]
        if any([worker.wait() for worker in workers]):
            return 1
        found = [torch.load(folder / f"mean-{number}.pt", weights_only=True) for number in range(options.partners)]
    weights = {name: sum(one["weights"][name] for one in found) / len(found) for name in found[0]["weights"]}
    torch.save({"layers": found[0]["layers"], "weights": weights}, options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
