"""The average of a column over 200 MB in a VM: our tool, Miller, and Python's csv module."""

from __future__ import annotations

import json
import random
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from harness.bench import Bench
from harness.figures import Samples, duration, timed
from harness.finding import Finding

MEGABYTE = 1_000_000
SIZE = 200 * MEGABYTE
# Emulated, the peers would take minutes for all of it.
PEER_SIZE_EMULATED = 20 * MEGABYTE
CHUNK = MEGABYTE
LIMIT = 600
VM = "csv"
# The column is the only one that is looked at; Python's quickest way is a reader of lists.
PYTHON = """
import csv, sys
with open(sys.argv[1], newline="") as file:
    rows = csv.reader(file)
    place = next(rows).index("price")
    count, total = 0, 0.0
    for row in rows:
        count += 1
        total += float(row[place])
print(total / count)
"""


def measure(bench: Bench) -> list[Finding]:
    supervisor = bench.supervisor
    peer_size = PEER_SIZE_EMULATED if bench.accelerator == "tcg" else SIZE
    miller = shutil.which("mlr")
    if miller is None:
        raise RuntimeError("there is no Miller here; scripts/install-packages bench installs it")
    # So much memory that all read from the page cache.
    supervisor.aiu("launch", VM, "--cpus", "1", "--memory", "1GB")
    try:
        with tempfile.TemporaryDirectory(prefix="aiu-bench-csv-") as folder:
            expected = write(Path(folder) / "large.csv", SIZE)
            write(Path(folder) / "peer.csv", peer_size)
            (Path(folder) / "average.py").write_text(PYTHON)
            for file in ("large.csv", "peer.csv", "average.py"):
                supervisor.aiu("cp", f"{folder}/{file}", f"{VM}:/workspace/{file}")
        supervisor.aiu("cp", miller, f"{VM}:/workspace/mlr")
        for file in ("large.csv", "peer.csv"):
            supervisor.aiu("exec", VM, "--", "sh", "-c", f"cat {file} >/dev/null")
        return compared(bench, expected, peer_size)
    finally:
        supervisor.delete(VM)


def compared(bench: Bench, expected: float, peer_size: int) -> list[Finding]:
    aiu = bench.supervisor.aiu

    def ours() -> str:
        answer = aiu("tool", "run", VM, "csv", "-a", "operation=average", "-a", "column=price", "-a", "file=large.csv",
                     "--json", timeout=LIMIT)
        return str(json.loads(answer)["value"]["value"])

    def millers() -> str:
        return aiu("exec", VM, "--", "./mlr", "--icsv", "--onidx", "stats1", "-a", "mean", "-f", "price", "peer.csv",
                   timeout=LIMIT)

    def pythons() -> str:
        return aiu("exec", VM, "--", "python3", "average.py", "peer.csv", timeout=LIMIT)

    times: dict[str, list[float]] = {"ours": [], "Miller": [], "Python's csv": []}
    for _ in range(bench.runs(3)):
        # In turn, so that a busy moment of the host hits all.
        for name, action in zip(times, (ours, millers, pythons)):
            times[name].append(checked(action, expected))
            bench.say(f"csv: {name} {times[name][-1]:.3g} s")
    mine = Samples.of(times.pop("ours"))
    findings = []
    for name, taken in times.items():
        peer = Samples.of(seconds * SIZE / peer_size for seconds in taken)
        part = "" if peer_size == SIZE else f", from {peer_size // MEGABYTE} MB"
        ratio = mine.p50 / peer.p50
        findings.append(Finding(
            f"average of a column over {SIZE // MEGABYTE} MB in a VM, the whole command, against {name} there",
            mine.described(), "faster", ratio < 1, f"{peer.described()}{part}", f"1/{1 / ratio:.1f}"))
    return findings


def checked(action: Callable[[], str], expected: float) -> float:
    """Seconds, of an answer that is right."""
    answers: list[str] = []
    seconds = timed(lambda: answers.append(action()))
    if abs(float(answers[0]) - expected) > 1e-6:
        raise RuntimeError(f"the average is {expected}, not {answers[0].strip()}, which took {duration(seconds)}")
    return seconds


def write(path: Path, size: int) -> float:
    """Orders, some with a name in quotation marks; the average price of all."""
    numbers = random.Random(1)
    rows, prices, length = [], [], 0
    while length < CHUNK:
        price = f"{numbers.uniform(1, 1000):.2f}"
        customer = '"Doe, Jane"' if numbers.random() < 0.1 else f"customer {numbers.randrange(1000)}"
        rows.append(f"{numbers.randrange(10**6)},2026-{numbers.randrange(1, 13):02}-{numbers.randrange(1, 29):02},"
                    f"{customer},{numbers.choice(['north', 'south', 'east'])},{numbers.randrange(1, 50)},{price}\n")
        prices.append(float(price))
        length += len(rows[-1])
    chunk = "".join(rows).encode()
    with path.open("wb") as file:
        file.write(b"order,date,customer,region,quantity,price\n")
        for _ in range(size // CHUNK):
            file.write(chunk)
    return sum(prices) / len(prices)
