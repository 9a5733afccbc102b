"""The first word of a follow-up, when the conversation before it was kept and when it was not."""

from __future__ import annotations

from harness.bench import Bench
from harness.figures import Samples
from harness.finding import Finding
from harness.guest_engine import GuestEngine, request

LIMIT_RATIO = 0.5
TOKENS = 8
QUESTION = " ".join(f"the {number} ships of the harbour carry grain and salt to the islands" for number in range(7))
FOLLOW_UP = "and which of them came back"


def measure(bench: Bench) -> list[Finding]:
    warm, cold = [], []
    with GuestEngine(bench.supervisor, "cache") as engine:
        said = [("user", QUESTION)]
        for run in range(bench.runs(3)):
            name = f"conversation-{run}"
            # A connection of its own, as each prompt has, so nothing but the engine remembers.
            before = engine.write(request(TOKENS, turns=said, conversation=name))[0]
            turns = [*said, ("assistant", before.text), ("user", FOLLOW_UP)]
            kept = engine.write(request(TOKENS, turns=turns, conversation=name))[0]
            anew = engine.write(request(TOKENS, turns=turns))[0]
            if kept.text != anew.text or anew.report["reusedTokens"] != 0 or kept.report["reusedTokens"] == 0:
                raise RuntimeError(f"what was kept changes the answer: {kept} is not {anew}")
            warm.append(kept.first)
            cold.append(anew.first)
            bench.say(f"cache: warm {kept.first:.3g} s, cold {anew.first:.3g} s, {anew.report['promptTokens']} tokens")
    samples, peer = Samples.of(warm), Samples.of(cold)
    ratio = samples.p50 / peer.p50
    report = kept.report
    return [
        Finding(
            f"first word of a follow-up with the conversation kept ({report['reusedTokens']} of {report['promptTokens']} "
            "tokens), against reading it anew", samples.described(), "≤ 0.5×", ratio <= LIMIT_RATIO, peer.described(),
            f"{ratio:.2f}×")
    ]
