"""What /proc knows of a process: its memory and the time that it used."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Memory:
    """Bytes: resident, of those its own, and its own plus its share of what others map too."""

    resident: int
    private: int
    proportional: int


def memory_of(process: int) -> Memory:
    fields: dict[str, int] = {}
    for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()[1:]:
        name, value = line.split(":")
        fields[name] = int(value.split()[0]) * 1024
    return Memory(fields["Rss"], fields["Private_Clean"] + fields["Private_Dirty"], fields["Pss"])


def processor_seconds(process: int) -> float:
    """User and system time of all threads."""
    # The command's name may hold spaces, but nothing after its last parenthesis does.
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND


def processes_naming(text: str) -> dict[int, str]:
    """Processes with this text in their arguments, each with its program's name."""
    found = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit() or int(folder.name) == os.getpid():
            continue
        try:
            arguments = (folder / "cmdline").read_bytes().decode(errors="replace")
            if text in arguments:
                found[int(folder.name)] = os.path.basename(arguments.split("\0")[0])
        except OSError:
            continue  # it ended meanwhile
    return found
