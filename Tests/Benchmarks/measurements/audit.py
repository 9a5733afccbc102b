"""Verifying a million records of the audit."""

import hashlib
import subprocess
import tempfile
from pathlib import Path

from harness.bench import Bench
from harness.figures import Samples, timed
from harness.finding import Finding

RECORDS = 1_000_000
LIMIT_SECONDS = 5


def measure(bench: Bench) -> list[Finding]:
    with tempfile.TemporaryDirectory(prefix="aiu-bench-audit-") as folder:
        file = Path(folder) / "audit.jsonl"
        write(file)
        peer = Samples.of(timed(lambda: subprocess.run(["sha256sum", file], check=True, capture_output=True))
                          for _ in range(bench.runs(3)))
        samples = Samples.of(timed(lambda: bench.supervisor.aiu("audit", "verify", str(file)))
                             for _ in range(bench.runs(3)))
    return [
        Finding(
            "`aiu audit verify` of 1 000 000 records, beside `sha256sum` of the same file", samples.described(), "≤ 5 s",
            samples.p50 <= LIMIT_SECONDS, peer.described(), f"{samples.p50 / peer.p50:.1f}")
    ]


def write(file: Path) -> None:
    previous = "0" * 64
    with file.open("w") as lines:
        for number in range(1, RECORDS + 1):
            line = (f'{{"previous":"{previous}","sequence":{number},"kind":"begun","time":{1790000000000 + number},'
                    '"actor":{"user":1000,"name":"anna","process":4711},"action":"execute","subject":"notes",'
                    '"detail":{"command":["python3","report.py","--month","11"],"terminal":false}}')
            previous = hashlib.sha256(line.encode()).hexdigest()
            lines.write(line + "\n")
