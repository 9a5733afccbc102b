"""One of the networks that are trained side by side, each in a process of its own, and meet half way."""

import copy
import itertools
import math
import multiprocessing
import random as randomness
import time

import torch
import torch.distributed as processes

import compare
import generate

from . import batches, gguf_load, losses
from .costs import FrameCosts
from .encoder import package_folder
from .examples import Example, read
from .labels import Labels
from .network import CAUTION, Network
from .optimiser import Optimiser
from .predict import Planner
from .tokens import Vocabulary

BATCH = 64
TOKEN_RATE = 1e-4
# Of so many prompts as many as a chunk holds are taken; longer ones never; the last of them as the generator draws.
CHOICE, LONGEST, AS_DRAWN = 3, 900, 0.8
# In steps: how long the rate rises, how often the networks meet and are averaged, reported and written down.
WARM_UP, MEET, AVERAGE, REPORT, CHECK = 30, 20, 4, 50, 1000
KEPT = 0.97


class Partner:
    """A network that is trained with one thread: its sums have one order, so the same arguments give the same weights."""

    def __init__(self, options, number, folder):
        self.options, self.number = options, number
        torch.set_num_threads(1)
        torch.manual_seed(options.seed)
        self.random = randomness.Random(options.seed + number)
        processes.init_process_group("gloo", init_method=f"file://{folder}/meet", rank=number,
                                     world_size=options.partners)
        self.labels, self.vocabulary = Labels(), Vocabulary(package_folder() / "vocab.txt")
        self.network = Network(self.labels, self.vocabulary, layers=options.layers)
        if options.start:
            resume(self.network, options.start, self.labels, self.vocabulary)
        # All begin with the same weights, and drop and hide what is their own.
        torch.manual_seed(options.seed + number)
        self.average = copy.deepcopy(self.network)
        self.optimiser = Optimiser(self.network, options.rate, options.head_rate, TOKEN_RATE)
        self.steps = max(1, options.prompts // (BATCH * options.partners))
        self.costs, self.step, self.started = FrameCosts(), 0, time.monotonic()

    def train(self):
        drawn = generate.Generator(self.options.seed + self.number, self.options.split).samples(10 ** 9)
        while self.step < self.steps:
            records = [record for record in itertools.islice(drawn, CHOICE * self.options.chunk)
                       if len(record["prompt"]) < LONGEST]
            if self.step < AS_DRAWN * self.steps:
                records = self.costs.chosen(records, self.options.chunk, self.random)
            examples = [Example(self.labels, self.vocabulary, record) for record in records[:self.options.chunk]]
            frames = {id(example): record["frame"] for example, record in zip(examples, records)}
            for batch in batches.order(examples, BATCH, self.random)[:self.steps - self.step]:
                self.learn(batch, frames)
        self.check()

    def learn(self, batch, frames):
        self.network.train()
        costs = losses.of(self.network, batch, self.vocabulary.pad, self.vocabulary.ids["[MASK]"], self.random)
        rising = min(1, (self.step + 1) / WARM_UP)
        falling = 1 if self.options.steady else 0.5 * (1 + math.cos(math.pi * self.step / self.steps))
        self.optimiser.step(costs.mean(), rising * falling)
        for example, cost in zip(batch, costs.tolist(), strict=True):
            self.costs.saw(frames[id(example)], cost)
        self.step += 1
        if self.step % MEET == 0:
            # Whoever is killed with nobody to wait for would go on for hours.
            if not multiprocessing.parent_process().is_alive():
                raise SystemExit("the training was ended")
            self.meet(self.network)
        if self.step % AVERAGE == 0:
            kept = min(KEPT, (1 + self.step) / (10 + self.step))
            with torch.no_grad():
                for mean, weight in weights(self.average, self.network):
                    mean.lerp_(weight, 1 - kept)
        if self.step % REPORT == 0:
            prompts = self.step * BATCH * self.options.partners
            self.say(f"{prompts} prompts, loss {costs.mean().item():.2f}, "
                     f"{prompts / (time.monotonic() - self.started):.0f} prompts a second")
        if self.step % CHECK == 0:
            self.check()

    def meet(self, network):
        """Every network becomes the mean of all."""
        with torch.no_grad():
            for weight, _ in weights(network, network):
                processes.all_reduce(weight)
                weight /= self.options.partners

    def check(self):
        """Writes the mean of all averages down, and says what it is worth on the prompts to tune on."""
        mean = copy.deepcopy(self.average)
        self.meet(mean)
        if self.number == 0:
            mean.eval()
            torch.save({"layers": len(mean.encoder.layers), "weights": mean.state_dict()}, self.options.out)
            planner, tools = Planner(mean, self.labels, self.vocabulary), compare.load_tools()
            for name in ("tuning", "validation"):
                tool, call, none = score(planner, read(self.options.evaluation / f"{name}.jsonl"), tools)
                self.say(f"{name}: right tools {tool:.1%}, calls {call:.1%}, none {none:.1%}")

    def say(self, text):
        if self.number == 0:
            print(text, flush=True)


def weights(one, other):
    return [(mine, theirs) for mine, theirs in zip(one.state_dict().values(), other.state_dict().values(), strict=True)
            if mine.dtype.is_floating_point]


def resume(network, path, labels, vocabulary):
    """Goes on with earlier weights; heads of another shape start anew."""
    if path.suffix == ".gguf":
        network.load_state_dict(gguf_load.load(path, labels, vocabulary).state_dict())
        network.be_cautious(-CAUTION)
        return
    now, before = network.state_dict(), torch.load(path, weights_only=True)["weights"]
    network.load_state_dict({**now, **{name: value for name, value in before.items() if value.shape == now[name].shape}})


def score(planner, records, tools):
    """Shares of right tools and right calls where something fits, and of none where nothing does."""
    pairs = list(zip(records, planner.plans(records), strict=True))
    fitting = [pair for pair in pairs if pair[0]["plan"]]
    nothing = [plan for record, plan in pairs if not record["plan"]]
    return (sum(compare.same_tools(*pair) for pair in fitting) / max(1, len(fitting)),
            sum(compare.same_plan(*pair, tools) for pair in fitting) / max(1, len(fitting)),
            sum(not plan for plan in nothing) / max(1, len(nothing)))
