"""Tokens per second of the engine in a VM, against the same libraries under the same emulation without a VM."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from harness.bench import Bench
from harness.figures import Samples
from harness.finding import Finding
from harness.guest_engine import GuestEngine, request
from harness.random_model import STATES

LIMIT_RATIO = 0.85
TOKENS = 48
PROMPT = "write down what the harbour looked like on the morning after the storm"
# As our VMs have it.
EMULATED = ["qemu-x86_64", "-cpu", "Nehalem"]
PEER_LIMIT = 240


def measure(bench: Bench) -> list[Finding]:
    ours, peers = [], []
    with tempfile.TemporaryDirectory(prefix="aiu-bench-decode-") as folder, \
            GuestEngine(bench.supervisor, "decode") as engine:
        program = compiled(bench, Path(folder))
        wanted = request(TOKENS, PROMPT)
        engine.write(wanted)
        for _ in range(bench.runs(5)):
            # In turn, so that a busy moment of the host hits both.
            mine = engine.write(wanted)[0]
            seconds, length, text = written(bench, program, engine.model)
            if (mine.text.strip(), mine.report["promptTokens"]) != (text.strip(), length):
                raise RuntimeError(f"the engine wrote {mine.text!r}, its peer {text!r}")
            ours.append(mine.report["tokens"] / mine.seconds)
            peers.append(TOKENS / seconds)
        size = engine.model.stat().st_size
    samples, peer = Samples.of(ours), Samples.of(peers)
    ratio = samples.p50 / peer.p50
    without = "under qemu-user" if bench.accelerator == "tcg" else "on the host"
    return [
        Finding(
            f"decoding in a VM (random weights, {STATES} states, {size / 1e6:.0f} MB of 8 bits, one thread), against the "
            f"same llama.cpp {without}", described(samples), "≥ 0.85×", ratio >= LIMIT_RATIO, described(peer),
            f"{ratio:.2f}×")
    ]


def described(samples: Samples) -> str:
    lowest, highest = samples.values[0], samples.values[-1]
    return f"p50 {samples.p50:.1f} tokens/s (n {samples.count}, {lowest:.1f} to {highest:.1f})"


def libraries(bench: Bench) -> Path:
    return bench.checkout / "build/llama"


def compiled(bench: Bench, folder: Path) -> Path:
    program, llama = folder / "decode", libraries(bench)
    source = Path(__file__).parents[1] / "peers/decode.c"
    subprocess.run([
        "cc", "-O2", f"-I{llama}/include", str(source), "-o", str(program),
        f"-L{llama}/lib", "-lllama", "-lggml", "-lggml-base", f"-Wl,-rpath,{llama.resolve()}/lib",
    ], check=True, stdout=subprocess.DEVNULL)
    return program


def written(bench: Bench, program: Path, model: Path) -> tuple[float, int, str]:
    """Seconds for the tokens, the prompt's length in tokens, and the text."""
    back_ends = ":".join(f"{libraries(bench).resolve()}/lib/libggml-cpu-{name}.so" for name in ("haswell", "x64"))
    command = [str(program), back_ends, str(model), str(TOKENS), PROMPT]
    output = subprocess.run(
        (EMULATED if bench.accelerator == "tcg" else []) + command, check=True, stdout=subprocess.PIPE, text=True,
        timeout=PEER_LIMIT)
    microseconds, length, text = output.stdout.split(" ", 2)
    return int(microseconds) / 1e6, int(length), text
