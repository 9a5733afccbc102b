"""What a network's answers to a batch of prompts cost."""

import torch
from torch.nn import functional

from . import batches
from .examples import IGNORED

# Some words of some prompts are hidden: what is asked must not hang on one of them.
HIDDEN_PROMPTS, HIDDEN_WORDS = 0.3, 0.1


def of(network, batch, pad, mask, random):
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
