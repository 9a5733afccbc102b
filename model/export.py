#!/usr/bin/env python3
"""Writes the trained router, or the encoder as it was, as a GGUF file.

usage: export.py router CHECKPOINT OUT.gguf [--matrices q8_0] [--embeddings q5_0]
       export.py embedding OUT.gguf
"""

import argparse
import sys
from pathlib import Path

import gguf
import torch

from router import gguf_file
from router.encoder import Encoder, package_folder
from router.labels import Labels
from router.network import CAUTION, Network
from router.tokens import Vocabulary

KINDS = {name: gguf.GGMLQuantizationType[name.upper()] for name in ("q8_0", "q5_0", "q4_0")}
# Matrices are multiplied, which is fast for these two even on emulated processors; embeddings are only looked up.
MATRICES = ("q8_0", "q4_0")


def write(path, name, vocabulary, encoder, pooling, matrices, embeddings, network=None, labels=None):
    layer = encoder.layers[0]
    writer = gguf_file.start(path, name, vocabulary, len(encoder.layers), layer.up.in_features, layer.up.out_features,
                             layer.heads, pooling)
    if network is not None:
        gguf_file.add_heads(writer, network, labels, vocabulary)
    gguf_file.add_encoder(writer, encoder, KINDS[matrices], KINDS[embeddings])
    gguf_file.finish(writer)
    print(f"{path}: {path.stat().st_size / 1e6:.1f} MB")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    kinds = parser.add_subparsers(dest="kind", required=True)
    router = kinds.add_parser("router")
    router.add_argument("checkpoint", type=Path)
    router.add_argument("out", type=Path)
    router.add_argument("--matrices", choices=MATRICES, default="q8_0")
    router.add_argument("--embeddings", choices=KINDS, default="q5_0")
    embedding = kinds.add_parser("embedding")
    embedding.add_argument("out", type=Path)
    options = parser.parse_args()
    vocabulary = Vocabulary(package_folder() / "vocab.txt")
    if options.kind == "embedding":
        # The token changed for none: all stay as they were.
        encoder = Encoder([vocabulary.pad], [vocabulary.pad])
        write(options.out, "all-MiniLM-L6-v2", vocabulary, encoder, gguf.PoolingType.MEAN, "q8_0", "q5_0")
        return 0
    labels = Labels()
    saved = torch.load(options.checkpoint, weights_only=True)
    network = Network(labels, vocabulary, layers=saved["layers"])
    network.load_state_dict(saved["weights"])
    network.be_cautious(CAUTION)
    write(options.out, "AIU task router", vocabulary, network.encoder, gguf.PoolingType.NONE, options.matrices,
          options.embeddings, network, labels)
    return 0


if __name__ == "__main__":
    sys.exit(main())
