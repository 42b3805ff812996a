"""One edit to the sample case, and the fault that it must give."""

from __future__ import annotations

from typing import NamedTuple

CASE, BOOK = "case.yaml", "codebook.yaml"
JUDGMENTS, SIGNALS, COUNTS = "judgments.csv", "signals.csv", "counts.csv"
RESOLUTIONS, SEEDS = "resolutions.csv", "seeds.csv"


class Break(NamedTuple):
    """Replace `old` by `new` in `file`: the only fault stands `below` lines under the start of `old`."""

    file: str
    old: str
    new: str
    words: str
    below: int = 0

    def __str__(self) -> str:
        return f"{self.file}: {self.new[:50]}"
