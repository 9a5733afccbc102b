"""Examples as batches of tensors, with prompts of like length together."""

import torch

from .examples import IGNORED
from .labels import STEPS

# Prompts are sorted by length within this many batches.
NEIGHBOURHOOD = 48


def order(examples, size, random):
    """Batches of examples in random order."""
    numbers = list(range(len(examples)))
    random.shuffle(numbers)
    batches = []
    for start in range(0, len(numbers), size * NEIGHBOURHOOD):
        part = sorted(numbers[start:start + size * NEIGHBOURHOOD], key=lambda number: len(examples[number].tokens))
        batches += [part[first:first + size] for first in range(0, len(part), size)]
    random.shuffle(batches)
    return [[examples[number] for number in batch] for batch in batches]


def inputs(batch, pad):
    """Tokens, which are real, the places of the words' states, which are real."""
    length, most = max(len(one.tokens) for one in batch), max(len(one.places) for one in batch)
    tokens = torch.tensor([[*one.tokens, *[pad] * (length - len(one.tokens))] for one in batch])
    present = torch.tensor([[1] * len(one.tokens) + [0] * (length - len(one.tokens)) for one in batch]).bool()
    places = torch.tensor([[*one.places, *[0] * (most - len(one.places))] for one in batch])
    there = torch.tensor([[1] * len(one.places) + [0] * (most - len(one.places)) for one in batch]).bool()
    return tokens, present, places, there


def targets(batch, heads):
    """The labels of the steps by head [batch, steps], and of the words [batch, steps, words]."""
    most = max(len(one.places) for one in batch) - 1
    steps = {head: torch.full((len(batch), STEPS), IGNORED) for head in heads}
    tags = torch.full((len(batch), STEPS, most), IGNORED)
    references = torch.full((len(batch), STEPS, most), IGNORED)
    for number, one in enumerate(batch):
        for (step, head), label in one.steps.items():
            steps[head][number, step] = label
        for step, (tag, reference) in enumerate(zip(one.words, one.references, strict=True)):
            tags[number, step, :len(tag)] = torch.tensor(tag)
            if step:
                references[number, step, :len(reference)] = torch.tensor(reference)
    return steps, tags, references
