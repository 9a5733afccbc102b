"""The encoder with its heads: section 3 of ../README.md."""

import torch
from torch import nn
from torch.nn import functional

from .encoder import Encoder
from .labels import STEPS
from .tokens import SPECIAL
from .words import NEW_LINE

QUERIES, STEP_SIZE, WORD_SIZE = 2, 256, 192
# Generated prompts ask more plainly than people do: a tool that is hardly likelier than none is not called. What is
# exported has this added to the score of "no (further) step".
CAUTION = 1.0


class Network(nn.Module):
    """Scores for steps and words."""

    def __init__(self, labels, vocabulary, dropout=0.1, layers=None):
        super().__init__()
        like = [vocabulary.ids["," if sign == NEW_LINE else sign] for sign in SPECIAL]
        self.encoder = Encoder(list(vocabulary.special.values()), like, dropout, layers)
        size = self.encoder.positions.shape[1]
        self.dropout = dropout
        self.query = nn.Parameter(torch.randn(STEPS, QUERIES, size) * 0.02)
        self.step = nn.Linear((QUERIES + 1) * size, STEP_SIZE, bias=False)
        self.step_bias = nn.Parameter(torch.randn(STEPS, STEP_SIZE) * 0.1)
        self.word = nn.Linear(size, WORD_SIZE)
        self.gate = nn.Linear(STEP_SIZE, WORD_SIZE, bias=False)
        # One matrix for all heads of a kind; `columns` says where each begins.
        self.step_columns, total = columns(labels.steps)
        self.step_heads = nn.Linear(STEP_SIZE, total)
        self.word_columns, total = columns(labels.words)
        self.word_heads = nn.Linear(WORD_SIZE, total)

    def forward(self, tokens, present, places, there):
        """The scores of all step heads [batch, steps, …] and of all word heads [batch, steps, words, …].

        `places` are the positions of [CLS] and of the first tokens of the words, `there` says which are real.
        """
        states = self.encoder(tokens, present).float()
        states = states.gather(1, places.unsqueeze(-1).expand(-1, -1, states.shape[-1]))
        attention = torch.einsum("smh,bih->bsmi", self.query, states)
        attention = attention.masked_fill(~there[:, None, None, :], -1e4).softmax(-1)
        pooled = torch.einsum("bsmi,bih->bsmh", attention, states).flatten(2)
        first = states[:, None, 0, :].expand(-1, STEPS, -1)
        steps = torch.tanh(self.step(torch.cat([first, pooled], -1)) + self.step_bias)
        steps = functional.dropout(steps, self.dropout, self.training)
        words = self.word(states[:, 1:])[:, None] + self.gate(steps)[:, :, None]
        words = functional.dropout(torch.relu(words), self.dropout, self.training)
        return self.step_heads(steps), self.word_heads(words)

    def be_cautious(self, amount):
        """Makes "no (further) step" likelier; what is trained on starts without it."""
        with torch.no_grad():
            self.step_heads.bias[self.step_columns["tool"].start] += amount

    def whole(self, name, steps, words, there):
        """The scores of a step head together with what the surest word says for each label."""
        scores = steps[..., self.step_columns[name]]
        place = self.word_columns.get(f"word.{name}")
        if place is None:
            return scores
        said = words[..., place].masked_fill(~there[:, None, 1:, None], -1e4)
        return scores + said.amax(2) if said.shape[2] else scores


def columns(heads):
    places, total = {}, 0
    for name, labels in heads.items():
        places[name] = slice(total, total + len(labels))
        total += len(labels)
    return places, total
