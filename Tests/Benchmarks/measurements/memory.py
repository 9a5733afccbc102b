"""What aiud and aiu-vsockd cost in memory, and what a small VM has left."""

import subprocess
import time

from harness.bench import Bench
from harness.figures import mebibytes
from harness.finding import Finding
from harness.processes import Memory, memory_of

MEBIBYTE = 1 << 20
VMS = 4
GUEST_MEMORY = "128MB"
LIMIT_BACK_END = 6 * MEBIBYTE
LIMIT_DAEMON = 60 * MEBIBYTE
LIMIT_PER_VM = 1 * MEBIBYTE
LIMIT_AVAILABLE = 85 * MEBIBYTE


def measure(bench: Bench) -> list[Finding]:
    supervisor = bench.supervisor
    daemon = supervisor.process
    empty = memory_of(daemon)
    names = [f"memory-{number}" for number in range(VMS)]
    for name in names:
        supervisor.aiu("launch", name, "--cpus", "1", "--memory", GUEST_MEMORY)
    # Two heartbeats, so that what serves a running VM has been allocated.
    time.sleep(3)
    full = memory_of(daemon)
    back_ends = [memory_of(supervisor.back_end(name)) for name in names]
    available = min(available_in_guest(bench, name) for name in names)
    supervisor.aiu("exec", names[0], "--", "head", "-c", "64M", "/dev/zero", output=subprocess.DEVNULL)
    busy = memory_of(supervisor.back_end(names[0]))
    supervisor.delete(*names)

    worst = max((*back_ends, busy), key=lambda memory: memory.private)
    per_vm = (full.private - empty.private) / VMS
    return [
        Finding(
            f"aiu-vsockd, the largest of {VMS}, also after 64 MiB of output", described(worst), "private ≤ 6 MiB",
            worst.private <= LIMIT_BACK_END),
        Finding("aiud without VMs", described(empty), "≤ 60 MiB", empty.resident <= LIMIT_DAEMON),
        Finding(
            f"aiud for each of {VMS} VMs", f"private {mebibytes(per_vm)}; with all: {described(full)}", "≤ 1 MiB",
            per_vm <= LIMIT_PER_VM),
        Finding(
            "available in a 128 MiB VM with the agent idle", mebibytes(available), "≥ 85 MiB",
            available >= LIMIT_AVAILABLE),
    ]


def described(memory: Memory) -> str:
    return f"private {mebibytes(memory.private)}, resident {mebibytes(memory.resident)}"


def available_in_guest(bench: Bench, name: str) -> int:
    """Bytes; what `cat` itself takes is counted against us."""
    for line in bench.supervisor.aiu("exec", name, "--", "cat", "/proc/meminfo").splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError(f"/proc/meminfo of {name} does not say what is available")
