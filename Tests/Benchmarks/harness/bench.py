"""What a measurement is handed: the supervisor, the peers, how often to repeat, and where to say how it goes."""

from __future__ import annotations

import contextlib
import functools
import os
import sys
import time
from pathlib import Path

from .bulk_vm import BulkVM
from .embedded_libvirt import EmbeddedLibvirt
from .stock_vm import StockVM
from .supervisor import Supervisor

USUAL_RUNS = 10


class Bench:
    """Starts what is asked for when it is first asked for, and ends all of it in reverse order."""

    def __init__(self, programs: Path, image: Path, stock: Path, checkout: Path) -> None:
        self.programs = programs
        self.stock_files = stock
        self._image = image
        self.checkout = checkout
        self._runs = int(os.environ.get("BENCH_RUNS", USUAL_RUNS))
        self._started = time.monotonic()
        self._resources = contextlib.ExitStack()

    def __enter__(self) -> Bench:
        return self

    def __exit__(self, *_: object) -> None:
        self._resources.close()

    def say(self, text: str) -> None:
        elapsed = int(time.monotonic() - self._started)
        print(f"{elapsed // 60:3}:{elapsed % 60:02}  {text}", file=sys.stderr, flush=True)

    def runs(self, usual: int) -> int:
        """How often to repeat what is usually repeated so often; BENCH_RUNS=10 is usual."""
        return max(1, round(usual * self._runs / USUAL_RUNS))

    @property
    def accelerator(self) -> str:
        return self.supervisor.accelerator

    @functools.cached_property
    def supervisor(self) -> Supervisor:
        self.say("starting a supervisor and its first VM")
        return self._resources.enter_context(Supervisor(self.programs, self._image, self.checkout))

    @functools.cached_property
    def libvirt(self) -> EmbeddedLibvirt:
        return self._resources.enter_context(contextlib.closing(EmbeddedLibvirt()))

    def stock_vm(self) -> StockVM:
        return StockVM(self.libvirt, self.stock_files, self.accelerator)

    def bulk_vm(self) -> BulkVM:
        return BulkVM(self.libvirt, self._image, self.accelerator, self.programs / "aiu-vsockd")
