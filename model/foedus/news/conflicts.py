"""Reports that contradict each other, as what is announced and denied does: both count, each by its source."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from foedus.case.types import Codebook
from foedus.news.evidence import Unit

WITHIN = dt.timedelta(days=30)  # of each other


@dataclass(frozen=True)
class Conflict:
    """One report and another that says the opposite of it, by id; `first` was known before `second`."""

    first: str
    second: str


def conflicts(codebook: Codebook, units: Sequence[Unit], within: dt.timedelta = WITHIN) -> tuple[Conflict, ...]:
    """Find units whose codes contradict each other (`contradicts` in the codebook), in order of publication.

    Parameters
    ----------
    codebook : Codebook
    units : sequence of Unit
        What counts as of some time.
    within : timedelta
        How far apart both may have been seen; a denial of long ago is of another event.
    """
    opposed = {frozenset((name, other)) for name, code in codebook.codes.items() for other in code.contradicts}
    said = [
        (unit.seen, unit.published, signal.code, signal.id)
        for unit in units
        for signal in (item.signal for item in unit.items)
        if any(signal.code in pair for pair in opposed)
    ]
    said.sort(key=lambda row: (row[1], row[3]))
    return tuple(
        Conflict(first, second)
        for i, (seen, _, code, first) in enumerate(said)
        for then, _, other, second in said[i + 1 :]
        if frozenset((code, other)) in opposed and abs(then - seen) <= within
    )
