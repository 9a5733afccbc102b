"""Writes encoders as GGUF files of the architecture `bert`, and the router's heads into the metadata."""

import gguf
import numpy

from . import tokens as token_rules

CONTEXT = 512


def start(path, name, vocabulary, layers, size, inner, heads, pooling):
    writer = gguf.GGUFWriter(str(path), "bert")
    writer.add_name(name)
    writer.add_license("apache-2.0")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(size)
    writer.add_feed_forward_length(inner)
    writer.add_block_count(layers)
    writer.add_head_count(heads)
    writer.add_layer_norm_eps(1e-12)
    writer.add_causal_attention(False)
    writer.add_pooling_type(pooling)
    writer.add_tokenizer_model("bert")
    writer.add_tokenizer_pre("default")
    writer.add_token_list([piece_text(piece) for piece in vocabulary.pieces])
    writer.add_token_types([kind(piece) for piece in vocabulary.pieces])
    writer.add_token_type_count(1)
    writer.add_bos_token_id(vocabulary.start)
    writer.add_eos_token_id(vocabulary.end)
    writer.add_unk_token_id(vocabulary.unknown)
    writer.add_sep_token_id(vocabulary.end)
    writer.add_pad_token_id(vocabulary.pad)
    writer.add_mask_token_id(vocabulary.ids["[MASK]"])
    writer.add_uint32("tokenizer.ggml.cls_token_id", vocabulary.start)
    writer.add_add_bos_token(True)
    writer.add_add_eos_token(True)
    return writer


def piece_text(piece):
    """As llama.cpp wants it: a sign before what begins a word, nothing before what goes on."""
    if piece.startswith("[") and piece.endswith("]"):
        return piece
    return piece[2:] if piece.startswith("##") else "▁" + piece


def kind(piece):
    special = piece.startswith("[") and piece.endswith("]") and len(piece) > 2
    return gguf.TokenType.CONTROL if special else gguf.TokenType.NORMAL


def add_encoder(writer, encoder, matrices, embeddings):
    """The tensors; matrices and embeddings are quantised as said, vectors are float32."""
    def add(name, tensor, quantisation=None):
        data = tensor.detach().float().numpy()
        if quantisation is None:
            writer.add_tensor(name, numpy.ascontiguousarray(data, dtype=numpy.float32))
        else:
            writer.add_tensor(name, gguf.quants.quantize(data, quantisation), raw_dtype=quantisation)

    add("token_embd.weight", encoder.table(), embeddings)
    # The positions are in the token type, which llama.cpp adds to every position.
    add("position_embd.weight", encoder.positions)
    add("token_types.weight", encoder.positions[:1] * 0)
    add("token_embd_norm.weight", encoder.norm.weight)
    add("token_embd_norm.bias", encoder.norm.bias)
    for number, layer in enumerate(encoder.layers):
        place = f"blk.{number}"
        for name, weight, bias in zip("qkv", layer.qkv.weight.chunk(3), layer.qkv.bias.chunk(3), strict=True):
            add(f"{place}.attn_{name}.weight", weight, matrices)
            add(f"{place}.attn_{name}.bias", bias)
        for name, module in (("attn_output", layer.out), ("ffn_up", layer.up), ("ffn_down", layer.down)):
            add(f"{place}.{name}.weight", module.weight, matrices)
            add(f"{place}.{name}.bias", module.bias)
        for name, module in (("attn_output_norm", layer.out_norm), ("layer_output_norm", layer.norm)):
            add(f"{place}.{name}.weight", module.weight)
            add(f"{place}.{name}.bias", module.bias)


def add_heads(writer, network, labels, vocabulary):
    """The keys of section 4 of ../README.md."""
    def numbers(key, tensor):
        writer.add_array(f"aiu.router.{key}", tensor.detach().float().flatten().tolist())

    writer.add_uint32("aiu.router.version", 1)
    writer.add_string("aiu.router.tools", labels.digest)
    writer.add_uint32("aiu.router.max_tokens", token_rules.MAX_TOKENS)
    writer.add_uint32("aiu.router.max_word_tokens", token_rules.MAX_WORD_TOKENS)
    writer.add_uint32("aiu.router.max_files", token_rules.MAX_FILES)
    writer.add_uint32("aiu.router.max_file_words", token_rules.MAX_FILE_WORDS)
    writer.add_array("aiu.router.special.words", list(vocabulary.special))
    writer.add_array("aiu.router.special.tokens", list(vocabulary.special.values()))
    steps, queries, hidden = network.query.shape
    writer.add_uint32("aiu.router.hidden", hidden)
    writer.add_uint32("aiu.router.steps", steps)
    writer.add_uint32("aiu.router.queries", queries)
    writer.add_uint32("aiu.router.step.size", network.step.weight.shape[0])
    writer.add_uint32("aiu.router.word.size", network.word.weight.shape[0])
    numbers("query", network.query)
    numbers("step.weight", network.step.weight)
    numbers("step.bias", network.step_bias)
    numbers("word.weight", network.word.weight)
    numbers("word.bias", network.word.bias)
    numbers("gate.weight", network.gate.weight)
    heads = [(name, "step", values) for name, values in labels.steps.items()]
    heads += [(name, "word", values) for name, values in labels.words.items()]
    writer.add_array("aiu.router.heads", [name for name, _, _ in heads])
    writer.add_array("aiu.router.kinds", [which for _, which, _ in heads])
    for name, which, values in heads:
        place = (network.step_columns if which == "step" else network.word_columns)[name]
        layer = network.step_heads if which == "step" else network.word_heads
        writer.add_array(f"aiu.router.head.{name}.labels", values)
        numbers(f"head.{name}.weight", layer.weight[place])
        numbers(f"head.{name}.bias", layer.bias[place])


def finish(writer):
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
