"""Makes the models that the tests use, with random weights: python3 make.py (needs the packages gguf and numpy)."""

import json
import pathlib

import gguf
import numpy

HERE = pathlib.Path(__file__).parent
SIZE, LAYERS, HEADS, INNER, CONTEXT = 64, 1, 1, 128, 128


def writer():
    """A decoder of the architecture `llama` with a token for each byte, that writes nonsense, always the same."""
    numbers = numpy.random.default_rng(1)
    file = gguf.GGUFWriter(str(HERE / "tiny-writer.gguf"), "llama")
    file.add_name("tiny writer")
    file.add_context_length(CONTEXT)
    file.add_embedding_length(SIZE)
    file.add_block_count(LAYERS)
    file.add_feed_forward_length(INNER)
    file.add_head_count(HEADS)
    file.add_head_count_kv(HEADS)
    file.add_layer_norm_rms_eps(1e-5)
    file.add_rope_dimension_count(SIZE // HEADS)
    words = [("<unk>", 2), ("<s>", 3), ("</s>", 3), ("<|im_start|>", 3), ("<|im_end|>", 3)]
    words += [(f"<0x{byte:02X}>", 6) for byte in range(256)]
    words += [(chr(byte), 1) for byte in range(33, 127)] + [("▁", 1)]
    file.add_vocab_size(len(words))
    file.add_tokenizer_model("llama")
    file.add_tokenizer_pre("default")
    file.add_token_list([text.encode() for text, _ in words])
    file.add_token_scores([-float(place) for place in range(len(words))])
    file.add_token_types([kind for _, kind in words])
    file.add_unk_token_id(0)
    file.add_bos_token_id(1)
    file.add_eos_token_id(2)
    file.add_add_bos_token(True)
    file.add_add_eos_token(False)
    file.add_add_space_prefix(False)
    file.add_chat_template("{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}")

    def add(name, *shape):
        if len(shape) == 1:
            file.add_tensor(name, numpy.ones(shape, numpy.float32))
        else:
            file.add_tensor(name, numbers.normal(0, 0.2, shape).astype(numpy.float16))

    add("token_embd.weight", len(words), SIZE)
    add("output_norm.weight", SIZE)
    add("output.weight", len(words), SIZE)
    for layer in range(LAYERS):
        place = f"blk.{layer}"
        add(f"{place}.attn_norm.weight", SIZE)
        add(f"{place}.ffn_norm.weight", SIZE)
        for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
            add(f"{place}.{name}.weight", SIZE, SIZE)
        add(f"{place}.ffn_gate.weight", INNER, SIZE)
        add(f"{place}.ffn_up.weight", INNER, SIZE)
        add(f"{place}.ffn_down.weight", SIZE, INNER)
    finish(file)


def finish(file):
    file.write_header_to_file()
    file.write_kv_data_to_file()
    file.write_tensors_to_file()
    file.close()


WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[unused1]", "add", "two", "and", "three", "of", "price", "in",
         "file", "the", "a", "b", "c", "##s", "##er", "1", "2", ".", ",", "csv", "mean"]
STATES, ENCODER_HEADS, ENCODER_INNER = 32, 2, 64
STEPS, QUERIES, STEP, WORD = 3, 2, 16, 12
ROUTER_HEADS = {"tool": ("step", ["", "one", "two"]), "one.way": ("step", ["", "x"]),
                "argument": ("word", ["O", "B-a", "I-a"])}


class Encoder:
    """A BERT of one layer, computed here as well: what the program says is compared with it."""

    def __init__(self):
        numbers = numpy.random.default_rng(2)

        def matrix(*shape):
            return numbers.normal(0, 0.3, shape).astype(numpy.float32)

        self.tokens, self.positions, self.types = matrix(len(WORDS), STATES), matrix(64, STATES), matrix(1, STATES)
        self.tensors = {"token_embd.weight": self.tokens, "position_embd.weight": self.positions,
                        "token_types.weight": self.types}
        for name in ("token_embd_norm", "blk.0.attn_output_norm", "blk.0.layer_output_norm"):
            self.tensors[f"{name}.weight"], self.tensors[f"{name}.bias"] = 1 + matrix(STATES), matrix(STATES)
        for name, rows, columns in (("attn_q", STATES, STATES), ("attn_k", STATES, STATES), ("attn_v", STATES, STATES),
                                    ("attn_output", STATES, STATES), ("ffn_up", ENCODER_INNER, STATES),
                                    ("ffn_down", STATES, ENCODER_INNER)):
            self.tensors[f"blk.0.{name}.weight"] = matrix(rows, columns)
            self.tensors[f"blk.0.{name}.bias"] = matrix(rows)

    def linear(self, name, states):
        return states @ self.tensors[f"blk.0.{name}.weight"].T + self.tensors[f"blk.0.{name}.bias"]

    def norm(self, name, states):
        centred = states - states.mean(-1, keepdims=True)
        scaled = centred / numpy.sqrt((centred ** 2).mean(-1, keepdims=True) + 1e-12)
        return scaled * self.tensors[f"{name}.weight"] + self.tensors[f"{name}.bias"]

    def __call__(self, tokens):
        states = self.norm("token_embd_norm", self.tokens[tokens] + self.positions[:len(tokens)] + self.types[0])
        size = STATES // ENCODER_HEADS
        parts = [self.linear(f"attn_{which}", states).reshape(-1, ENCODER_HEADS, size).swapaxes(0, 1) for which in "qkv"]
        mixed = softmax(parts[0] @ parts[1].swapaxes(1, 2) / numpy.sqrt(size)) @ parts[2]
        mixed = mixed.swapaxes(0, 1).reshape(-1, STATES)
        states = self.norm("blk.0.attn_output_norm", states + self.linear("attn_output", mixed))
        inner = self.linear("ffn_up", states)
        inner = 0.5 * inner * (1 + numpy.tanh(numpy.sqrt(2 / numpy.pi) * (inner + 0.044715 * inner ** 3)))
        return self.norm("blk.0.layer_output_norm", states + self.linear("ffn_down", inner))

    def file(self, name, pooling, kind=None):
        file = gguf.GGUFWriter(str(HERE / name), "bert")
        file.add_name(name)
        file.add_context_length(64)
        file.add_embedding_length(STATES)
        file.add_feed_forward_length(ENCODER_INNER)
        file.add_block_count(1)
        file.add_head_count(ENCODER_HEADS)
        file.add_layer_norm_eps(1e-12)
        file.add_causal_attention(False)
        file.add_pooling_type(pooling)
        file.add_tokenizer_model("bert")
        file.add_tokenizer_pre("default")
        file.add_token_list([text if text[0] == "[" else text[2:] if text[0] == "#" else "▁" + text for text in WORDS])
        file.add_token_types([3 if text[0] == "[" else 1 for text in WORDS])
        file.add_token_type_count(1)
        file.add_pad_token_id(0)
        file.add_unk_token_id(1)
        file.add_bos_token_id(2)
        file.add_eos_token_id(3)
        file.add_sep_token_id(3)
        file.add_mask_token_id(4)
        file.add_add_bos_token(True)
        file.add_add_eos_token(True)
        for key, tensor in self.tensors.items():
            if kind is not None and key.startswith("blk") and tensor.ndim == 2:
                file.add_tensor(key, gguf.quants.quantize(tensor, kind), raw_dtype=kind)
            else:
                file.add_tensor(key, tensor)
        return file


def softmax(scores):
    weights = numpy.exp(scores - scores.max(-1, keepdims=True))
    return weights / weights.sum(-1, keepdims=True)


def encoders():
    """An encoder for vectors, one with heads that choose tools, and what both shall say."""
    encoder = Encoder()
    finish(encoder.file("tiny-embedding.gguf", gguf.PoolingType.MEAN))
    for kind in (gguf.GGMLQuantizationType.Q8_0, gguf.GGMLQuantizationType.Q4_0):
        finish(encoder.file(f"quantised/tiny-{kind.name.lower()}.gguf", gguf.PoolingType.MEAN, kind))
    mean = encoder([WORDS.index(word) for word in ("[CLS]", "add", "two", "and", "three", "[SEP]")]).mean(0)
    file = encoder.file("tiny-router.gguf", gguf.PoolingType.NONE)
    numbers = numpy.random.default_rng(3)

    def array(key, *shape):
        values = numbers.normal(0, 0.5, shape).astype(numpy.float32)
        file.add_array(f"aiu.router.{key}", values.flatten().tolist())
        return values

    for key, value in {"version": 1, "max_tokens": 16, "max_word_tokens": 2, "max_files": 1, "max_file_words": 2,
                       "hidden": STATES, "steps": STEPS, "queries": QUERIES, "step.size": STEP,
                       "word.size": WORD}.items():
        file.add_uint32(f"aiu.router.{key}", value)
    file.add_string("aiu.router.tools", "digest")
    file.add_array("aiu.router.special.words", ["."])
    file.add_array("aiu.router.special.tokens", [5])
    query, step, bias = array("query", STEPS, QUERIES, STATES), array("step.weight", STEP, (QUERIES + 1) * STATES), \
        array("step.bias", STEPS, STEP)
    word, word_bias = array("word.weight", WORD, STATES), array("word.bias", WORD)
    gate = array("gate.weight", WORD, STEP)
    file.add_array("aiu.router.heads", list(ROUTER_HEADS))
    file.add_array("aiu.router.kinds", [kind for kind, _ in ROUTER_HEADS.values()])
    weights = {}
    for name, (kind, labels) in ROUTER_HEADS.items():
        file.add_array(f"aiu.router.head.{name}.labels", labels)
        weights[name] = array(f"head.{name}.weight", len(labels), STEP if kind == "step" else WORD), \
            array(f"head.{name}.bias", len(labels))
    finish(file)

    # "add a.csv price", with the file "b.csv": the word "price" is known, "costs" would not be.
    tokens = [WORDS.index(text) for text in ("[CLS]", "add", "a", "[unused1]", "csv", "price", "[SEP]", "b", ".", "[SEP]")]
    states = encoder(tokens)[:6]
    expected = {name: [] for name in ROUTER_HEADS}
    for k in range(STEPS):
        pooled = [softmax(states @ query[k, m]) @ states for m in range(QUERIES)]
        r = numpy.tanh(step @ numpy.concatenate([states[0], *pooled]) + bias[k])
        for name, (kind, _) in ROUTER_HEADS.items():
            if kind == "step":
                expected[name].append((weights[name][0] @ r + weights[name][1]).tolist())
            else:
                z = numpy.maximum(0, states[1:] @ word.T + word_bias + gate @ r)
                expected[name] += (z @ weights[name][0].T + weights[name][1]).tolist()
    best = [int(numpy.argmax(row)) for row in expected["tool"]]
    calls = best.index(0) if 0 in best else STEPS
    expected["argument"] = expected["argument"][:calls * 5]
    (HERE / "expected.json").write_text(json.dumps(
        {"vector": (mean / numpy.linalg.norm(mean)).tolist(), "wordSteps": calls, "scores": expected}, indent=1) + "\n")


writer()
encoders()
