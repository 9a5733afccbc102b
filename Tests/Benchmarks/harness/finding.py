"""One line of the report."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """What was measured, and whether it is good enough; `met` is None where nothing must be reached."""

    what: str
    ours: str
    must: str = ""
    met: bool | None = None
    peer: str = ""
    ratio: str = ""

    @property
    def verdict(self) -> str:
        return {True: "yes", False: "**no**", None: ""}[self.met]

    @property
    def cells(self) -> list[str]:
        return [self.what, self.ours, self.peer, self.ratio, self.must, self.verdict]
