"""Indexing ten thousand documents by `text_search`, against SQLite's FTS5 alone, which has them in memory."""

from __future__ import annotations

import io
import json
import random
import tarfile
import tempfile
from pathlib import Path

from harness.bench import Bench
from harness.figures import Samples, timed
from harness.finding import Finding

DOCUMENTS = 10_000
WORDS_EACH = 250
WORDS = 20_000
LIMIT_RATIO = 0.5
LIMIT = 600
VM = "search"
NEEDLE = "lighthouse"
# Only what SQLite does is timed: the documents were read before. The table and the settings are those of the tool.
PEER = """
import os, sqlite3, sys, time
texts = [open(entry.path).read() for entry in os.scandir("documents")]
database = sqlite3.connect("peer.db")
database.execute("PRAGMA journal_mode = TRUNCATE")
database.execute("PRAGMA synchronous = OFF")
database.execute("DROP TABLE IF EXISTS passages")
database.execute("CREATE VIRTUAL TABLE passages USING fts5(text, tokenize = 'unicode61 remove_diacritics 2')")
started = time.monotonic()
with database: database.executemany("INSERT INTO passages(text) VALUES (?)", ((text,) for text in texts))
print(time.monotonic() - started)
found = database.execute("SELECT count(*) FROM passages WHERE passages MATCH ?", (sys.argv[1],)).fetchone()
if found != (1,): sys.exit(f"{sys.argv[1]} was found {found} times")
"""


def measure(bench: Bench) -> list[Finding]:
    supervisor = bench.supervisor
    supervisor.aiu("launch", VM, "--cpus", "1", "--memory", "1GB")
    try:
        with tempfile.TemporaryDirectory(prefix="aiu-bench-search-") as folder:
            size = write(Path(folder) / "documents.tar")
            (Path(folder) / "peer.py").write_text(PEER)
            supervisor.aiu("cp", f"{folder}/documents.tar", f"{VM}:/tmp/documents.tar")
            supervisor.aiu("cp", f"{folder}/peer.py", f"{VM}:/workspace/peer.py")
        supervisor.aiu("exec", VM, "--", "tar", "-xf", "/tmp/documents.tar")
        ours, again, peers = [], [], []
        for _ in range(bench.runs(3)):
            supervisor.aiu("exec", VM, "--", "rm", "-rf", ".cache/aiu", "peer.db")
            ours.append(timed(lambda: find(bench)))
            again.append(timed(lambda: find(bench)))
            peers.append(float(supervisor.aiu("exec", VM, "--", "python3", "peer.py", NEEDLE, timeout=LIMIT)))
            bench.say(f"search: ours {ours[-1]:.3g} s, again {again[-1]:.3g} s, FTS5 {peers[-1]:.3g} s")
    finally:
        supervisor.delete(VM)
    samples, peer = Samples.of(ours), Samples.of(peers)
    ratio = peer.p50 / samples.p50
    return [
        Finding(
            f"`text_search` in a VM over {DOCUMENTS} new documents ({size / 1e6:.0f} MB), the whole command, against FTS5 "
            "taking them from memory", samples.described(), "≥ 0.5×", ratio >= LIMIT_RATIO, peer.described(),
            f"{ratio:.2f}×"),
        Finding("… a later search", Samples.of(again).described()),
    ]


def find(bench: Bench) -> None:
    output = bench.supervisor.aiu("tool", "run", VM, "text_search", "-a", f"query={NEEDLE}", "--json", timeout=LIMIT)
    if "7777" not in json.dumps(json.loads(output)):
        raise RuntimeError(f"the document with the {NEEDLE} was not found: {output}")


def write(path: Path) -> int:
    """Documents of made-up words, some of them frequent; their bytes together."""
    numbers = random.Random(1)
    syllables = [first + second for first in "bdfgklmnprstv" for second in "aeiou"]
    words = ["".join(numbers.choices(syllables, k=numbers.randrange(1, 5))) for _ in range(WORDS)]
    weights = [1 / (place + 1) for place in range(WORDS)]
    size = 0
    with tarfile.open(path, "w") as archive:
        for number in range(DOCUMENTS):
            said = numbers.choices(words, weights, k=WORDS_EACH) + ([NEEDLE] if number == 7777 else [])
            content = "\n".join(" ".join(said[place:place + 12]) for place in range(0, len(said), 12)).encode() + b"\n"
            entry = tarfile.TarInfo(f"documents/{number:05}.txt")
            entry.size = len(content)
            entry.mode = 0o644
            archive.addfile(entry, io.BytesIO(content))
            size += len(content)
    return size
