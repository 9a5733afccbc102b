"""Reads a trained router back from its GGUF file, with the weights as they are there."""

import gguf
import numpy
import torch

from .network import Network


class RouterFile:
    """The tensors and metadata of a file."""

    def __init__(self, path):
        reader = gguf.GGUFReader(str(path))
        self.fields = reader.fields
        self.tensors = {tensor.name: tensor for tensor in reader.tensors}

    def tensor(self, name):
        found = self.tensors[name]
        data = gguf.quants.dequantize(found.data, found.tensor_type)
        return torch.from_numpy(numpy.array(data, dtype=numpy.float32)).reshape(*reversed(found.shape.tolist()))

    def value(self, key):
        return self.fields[key].contents()

    def numbers(self, key, like):
        field = self.fields[f"aiu.router.{key}"]
        data = numpy.array([field.parts[place][0] for place in field.data], dtype=numpy.float32)
        return torch.from_numpy(data).reshape(like.shape)


def load(path, labels, vocabulary):
    """A network with the weights of the file."""
    file = RouterFile(path)
    if file.value("aiu.router.version") != 1:
        raise ValueError(f"{path}: not a router of version 1")
    network = Network(labels, vocabulary, layers=file.value("bert.block_count"))
    with torch.no_grad():
        encoder(file, network.encoder)
        heads(file, network, labels)
    return network


def encoder(file, into):
    table = file.tensor("token_embd.weight")
    into.tokens.copy_(table)
    into.extra.copy_(table[into.special])
    into.positions.copy_(file.tensor("position_embd.weight") + file.tensor("token_types.weight")[0])

    def copy(module, name):
        module.weight.copy_(file.tensor(f"{name}.weight"))
        module.bias.copy_(file.tensor(f"{name}.bias"))

    copy(into.norm, "token_embd_norm")
    for number, layer in enumerate(into.layers):
        place = f"blk.{number}"
        for part in ("weight", "bias"):
            joined = torch.cat([file.tensor(f"{place}.attn_{which}.{part}") for which in "qkv"])
            getattr(layer.qkv, part).copy_(joined)
        copy(layer.out, f"{place}.attn_output")
        copy(layer.out_norm, f"{place}.attn_output_norm")
        copy(layer.up, f"{place}.ffn_up")
        copy(layer.down, f"{place}.ffn_down")
        copy(layer.norm, f"{place}.layer_output_norm")


def heads(file, network, labels):
    for key, weight in (("query", network.query), ("step.weight", network.step.weight),
                        ("step.bias", network.step_bias), ("word.weight", network.word.weight),
                        ("word.bias", network.word.bias), ("gate.weight", network.gate.weight)):
        weight.copy_(file.numbers(key, weight))
    for places, layer, known in ((network.step_columns, network.step_heads, labels.steps),
                                 (network.word_columns, network.word_heads, labels.words)):
        for name, place in places.items():
            if file.value(f"aiu.router.head.{name}.labels") != known[name]:
                raise ValueError(f"the labels of {name} are not those of tools.json: train again")
            layer.weight[place] = file.numbers(f"head.{name}.weight", layer.weight[place])
            layer.bias[place] = file.numbers(f"head.{name}.bias", layer.bias[place])
