"""A model of random weights: a decoder of Llama's architecture that writes nonsense, always the same.

How long a token takes does not depend on what the weights say, only on how many there are.
"""

from __future__ import annotations

import random
import string
import struct
from pathlib import Path

STATES, LAYERS, HEAD, INNER, CONTEXT = 384, 8, 64, 1024, 2048
SEED = 1
ALIGNMENT = 32
UINT32, INT32, FLOAT32, BOOL, STRING, ARRAY = 4, 5, 6, 7, 8, 9
TYPE_F32, TYPE_Q8_0 = 0, 8
BLOCK = 32
# The kinds of tokens: a word, the unknown one, a mark, a byte.
NORMAL, UNKNOWN, CONTROL, BYTE = 1, 2, 3, 6
SPACE = "▁"


def vocabulary() -> list[tuple[str, int]]:
    """Marks and bytes, then letters and pairs of them, each also at the beginning of a word."""
    letters = string.ascii_lowercase
    pairs = [first + second for first in letters for second in letters]
    signs = [chr(byte) for byte in range(33, 127)]
    words = signs + pairs + [SPACE] + [SPACE + text for text in [*letters, *pairs]]
    marks = [("<unk>", UNKNOWN), ("<s>", CONTROL), ("</s>", CONTROL)]
    return marks + [(f"<0x{byte:02X}>", BYTE) for byte in range(256)] + [(word, NORMAL) for word in words]


def write(path: Path) -> None:
    numbers = random.Random(SEED)
    tokens = vocabulary()
    silent = sum(kind != NORMAL for _, kind in tokens)
    tensors = [
        ("token_embd.weight", STATES, len(tokens), 0), ("output_norm.weight", STATES, None, 0),
        # What is no word has no score, so that the text is plain and does not end by itself.
        ("output.weight", STATES, len(tokens), silent),
    ]
    for layer in range(LAYERS):
        block = [("attn_norm", STATES, None), ("ffn_norm", STATES, None), ("ffn_gate", STATES, INNER),
                 ("ffn_up", STATES, INNER), ("ffn_down", INNER, STATES)]
        block += [(name, STATES, STATES) for name in ("attn_q", "attn_k", "attn_v", "attn_output")]
        tensors += [(f"blk.{layer}.{name}.weight", columns, rows, 0) for name, columns, rows in block]
    described, data = b"", bytearray()
    for name, columns, rows, zeros in tensors:
        sizes = [columns] if rows is None else [columns, rows]
        described += text(name) + struct.pack(f"<I{len(sizes)}Q", len(sizes), *sizes)
        described += struct.pack("<IQ", TYPE_F32 if rows is None else TYPE_Q8_0, len(data))
        data += ones(columns) if rows is None else weights(numbers, columns, rows, zeros)
        data += bytes(-len(data) % ALIGNMENT)
    metadata = described_model(tokens)
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(metadata)) + b"".join(metadata) + described
    path.write_bytes(head + bytes(-len(head) % ALIGNMENT) + data)


def described_model(tokens: list[tuple[str, int]]) -> list[bytes]:
    whole = {
        "context_length": CONTEXT, "embedding_length": STATES, "block_count": LAYERS, "feed_forward_length": INNER,
        "attention.head_count": STATES // HEAD, "attention.head_count_kv": STATES // HEAD,
        "rope.dimension_count": HEAD, "vocab_size": len(tokens),
    }
    scores = [struct.pack("<f", -place) for place in range(len(tokens))]
    return [
        pair("general.architecture", STRING, text("llama")), pair("general.name", STRING, text("random")),
        pair("general.file_type", UINT32, struct.pack("<I", 7)),
        *(pair(f"llama.{name}", UINT32, struct.pack("<I", value)) for name, value in whole.items()),
        pair("llama.attention.layer_norm_rms_epsilon", FLOAT32, struct.pack("<f", 1e-5)),
        pair("tokenizer.ggml.model", STRING, text("llama")), pair("tokenizer.ggml.pre", STRING, text("default")),
        array("tokenizer.ggml.tokens", STRING, [text(token) for token, _ in tokens]),
        array("tokenizer.ggml.scores", FLOAT32, scores),
        array("tokenizer.ggml.token_type", INT32, [struct.pack("<i", kind) for _, kind in tokens]),
        *(pair(f"tokenizer.ggml.{name}_token_id", UINT32, struct.pack("<I", place))
          for place, name in enumerate(["unknown", "bos", "eos"])),
        *(pair(f"tokenizer.ggml.{name}", BOOL, b"\x01" if value else b"\x00")
          for name, value in {"add_bos_token": True, "add_eos_token": False, "add_space_prefix": True}.items()),
    ]


def text(value: str) -> bytes:
    content = value.encode()
    return struct.pack("<Q", len(content)) + content


def pair(key: str, kind: int, value: bytes) -> bytes:
    return text(key) + struct.pack("<I", kind) + value


def array(key: str, kind: int, values: list[bytes]) -> bytes:
    return pair(key, ARRAY, struct.pack("<IQ", kind, len(values)) + b"".join(values))


def ones(count: int) -> bytes:
    return struct.pack("<f", 1) * count


def weights(numbers: random.Random, columns: int, rows: int, zeros: int) -> bytes:
    """Rows in blocks of 32 whole numbers of eight bits, each block with its scale; the first rows are zero."""
    scale = struct.pack("<e", 1.5 / 74 / columns ** 0.5)
    # Quantising never makes -128.
    whole = numbers.randbytes(columns * (rows - zeros)).replace(b"\x80", b"\x81")
    whole = bytes(columns * zeros) + whole
    return b"".join(scale + whole[place:place + BLOCK] for place in range(0, len(whole), BLOCK))
