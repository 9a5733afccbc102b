"""Samples of one quantity and the figures drawn from them."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Samples:
    """Seconds, sorted."""

    values: tuple[float, ...]

    @classmethod
    def of(cls, values: Iterable[float]) -> Samples:
        return cls(tuple(sorted(values)))

    @property
    def count(self) -> int:
        return len(self.values)

    def percentile(self, percent: float) -> float:
        """Nearest rank: always a value that was measured."""
        rank = math.ceil(percent / 100 * self.count)
        return self.values[max(rank, 1) - 1]

    @property
    def p50(self) -> float:
        middle = self.count // 2
        if self.count % 2:
            return self.values[middle]
        return (self.values[middle - 1] + self.values[middle]) / 2

    @property
    def p99(self) -> float:
        return self.percentile(99)

    def described(self) -> str:
        return f"p50 {duration(self.p50)} (n {self.count}, {duration(self.values[0])} to {duration(self.values[-1])})"


def timed(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def duration(seconds: float) -> str:
    if seconds < 0.0995:
        return f"{seconds * 1000:.3g} ms"
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    return f"{seconds:.3g} s"


def mebibytes(count: float) -> str:
    return f"{count / (1 << 20):.1f} MiB"


def rate(bytes_per_second: float) -> str:
    return f"{bytes_per_second / 1e6:.0f} MB/s"
