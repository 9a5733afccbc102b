"""Bulk bytes through aiu-vsockd, each direction, against a virtio-serial port of the same VM."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable
from dataclasses import dataclass, field

from harness.bench import Bench
from harness.bulk_stream import from_guest, to_guest
from harness.figures import Samples, rate
from harness.finding import Finding
from harness.processes import processor_seconds

LIMIT_RATIO = 2
WARM_UP_BYTES = 4 << 20
WANTED_SECONDS = 1.5
Mover = Callable[[socket.socket, int], float]


@dataclass
class Channel:
    """A stream, the processes that work for it, and what was measured of it in one direction."""

    stream: socket.socket
    processes: dict[str, int]
    rates: list[float] = field(default_factory=list)
    used: dict[str, float] = field(default_factory=dict)
    moved: int = 0

    def reset(self) -> None:
        self.rates, self.used, self.moved = [], dict.fromkeys(self.processes, 0.0), 0

    def run(self, move: Mover) -> None:
        # So many bytes that a slow channel does not take for ever and a fast one not merely an instant.
        count = max(WARM_UP_BYTES, int(move(self.stream, WARM_UP_BYTES) * WANTED_SECONDS))
        before = {name: processor_seconds(process) for name, process in self.processes.items()}
        self.rates.append(move(self.stream, count))
        for name, process in self.processes.items():
            self.used[name] += processor_seconds(process) - before[name]
        self.moved += count

    @property
    def p50(self) -> float:
        return Samples.of(self.rates).p50

    def described(self) -> str:
        cost = " + ".join(f"{name} {used / self.moved * 1e9:.2f}" for name, used in self.used.items())
        return f"p50 {rate(self.p50)} (n {len(self.rates)}); CPU s per GB: {cost}"


def measure(bench: Bench) -> list[Finding]:
    findings = []
    with contextlib.closing(bench.bulk_vm()) as vm:
        vsock = Channel(vm.vsock, {"aiu-vsockd": vm.back_end, "QEMU": vm.emulator})
        serial = Channel(vm.serial, {"QEMU": vm.emulator})
        for label, move in (("host → guest", to_guest), ("guest → host", from_guest)):
            vsock.reset()
            serial.reset()
            for _ in range(bench.runs(9)):
                vsock.run(move)
                serial.run(move)
            ratio = vsock.p50 / serial.p50
            findings.append(Finding(
                f"vsock bulk through aiu-vsockd, {label}, against a virtio-serial port of the same VM",
                vsock.described(), "≥ 2×", ratio >= LIMIT_RATIO, serial.described(), f"{ratio:.1f}×"))
    return findings
