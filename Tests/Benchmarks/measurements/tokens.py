"""The ledger of tokens, beside bare SQLite transactions of the same durability in the same folder."""

import json
import subprocess
import tempfile
from statistics import median

from harness.bench import Bench
from harness.finding import Finding

LIMIT_RATIO = 0.7
OPERATIONS = 2000
# A model in a VM writes a few dozen tokens a second: one takes 10 ms or more.
LIMIT_MICROSECONDS = 100


def measure(bench: Bench) -> list[Finding]:
    program = bench.checkout / ".build/release/aiu-ledger-storm"
    runs = [run(program) for _ in range(bench.runs(5))]
    bare, one, many = (middle(runs, kind) for kind in ("bare", "one", "many"))
    ratio, crowd = one["perSecond"] / bare["perSecond"], many["perSecond"] / bare["perSecond"]
    token = median(each["nanosecondsPerToken"] for each in runs) / 1000
    return [
        Finding(
            "the ledger, one request after the other (reserve, settle), against bare SQLite transactions",
            described(one), "≥ 0.7×", ratio >= LIMIT_RATIO, described(bare), f"{ratio:.2f}×"),
        Finding(
            f"… {runs[0]['clients']} at once, against the same", described(many), "≥ 0.7×", crowd >= LIMIT_RATIO,
            described(bare), f"{crowd:.1f}×"),
        Finding(
            "counting one token of an answer, the leases among it", f"p50 {token:.1f} µs", "≤ 100 µs",
            token <= LIMIT_MICROSECONDS),
    ]


def run(program) -> dict:
    with tempfile.TemporaryDirectory(prefix="aiu-bench-tokens-") as folder:
        result = subprocess.run(
            [program, "bench", folder, str(OPERATIONS)], check=True, capture_output=True, text=True)
    return json.loads(result.stdout)


def middle(runs: list[dict], kind: str) -> dict:
    return {name: median(each[kind][name] for each in runs) for name in ("perSecond", "p99")}


def described(figures: dict) -> str:
    return f"p50 {figures['perSecond']:.0f} a second, p99 {figures['p99']:.2g} ms"
