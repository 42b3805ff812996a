"""Numbers of a code on an axis: multipliers on one of three log axes, probabilities from 0 to 100 %.

All codes whose middles allow it share the axis from 0.1 to 10, so that pictures compare across pages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

from foedus.case.types import Band
from foedus.report.codebook.material import Picture, Row, band, number

_LOG_AXES: tuple[tuple[float, ...], ...] = (
    (0.1, 0.3, 1, 3, 10),
    (0.01, 0.1, 1, 10, 100),
    (1e-4, 1e-2, 1, 100, 1e4),
)


@dataclass(frozen=True)
class Axis:
    """Ticks in order; the first and the last are its ends. `log` or linear."""

    ticks: tuple[float, ...]
    log: bool
    percent: bool = False

    def place(self, x: float) -> float:
        """Return where `x` lies, 0 at the left end and 1 at the right; beyond an end, that end."""
        first, last = self.ticks[0], self.ticks[-1]
        if x <= first:
            return 0.0
        share = (log(x) - log(first)) / (log(last) - log(first)) if self.log else (x - first) / (last - first)
        return round(min(share, 1.0), 4)

    def labels(self) -> tuple[tuple[float, str], ...]:
        """Return each tick's place and label."""
        return tuple((self.place(x), f"{100 * x:g}%" if self.percent else number(x)) for x in self.ticks)


PROBABILITY = Axis((0.0, 0.25, 0.5, 0.75, 1.0), log=False, percent=True)


def axis_of(middles: Sequence[float]) -> Axis:
    """Return the shortest log axis that holds all middles above 0, else the longest."""
    above = [x for x in middles if x > 0]
    ends = (min(above, default=1.0), max(above, default=1.0))
    fitting = (ticks for ticks in _LOG_AXES if ticks[0] <= ends[0] and ends[1] <= ticks[-1])
    return Axis(next(fitting, _LOG_AXES[-1]), log=True)


def row(axis: Axis, label: str, value: Band, head: str = "", rules_out: str = "") -> Row:
    """Return one number on the axis; `rules_out` says what a certain 0 means."""
    first, last = axis.ticks[0], axis.ticks[-1]
    written = rules_out if rules_out and value.certain and value.middle == 0 else band(value, axis.percent)
    return Row(
        label=label,
        number=written,
        at=axis.place(value.middle),
        low=axis.place(value.low),
        high=axis.place(value.high),
        goes_on=(value.low < first, value.high > last),
        head=head,
    )


def picture(
    numbers: Mapping[str, Band],
    by_speaker: Mapping[str, Mapping[str, Band]],
    labels: Mapping[str, str],
    *,
    percent: bool,
    rules_out: str,
    alt: str,
) -> Picture:
    """Return the numbers of one bearing: each band's, then each speaker's own.

    Parameters
    ----------
    numbers : {key: Band}
    by_speaker : {heading: {key: Band}}
        What differs for each speaker.
    labels : {key: str}
        How a reader calls each band.
    percent : bool
        Probabilities of a line in a document, not multipliers.
    rules_out : str
        Stands where a multiplier is a certain 0.
    alt : str
        Template of the picture in words, with `{rows}`.
    """
    groups = [("", numbers), *by_speaker.items()]
    axis = PROBABILITY if percent else axis_of([value.middle for _, own in groups for value in own.values()])
    rows = tuple(
        row(axis, labels[key], value, head if i == 0 else "", "" if percent else rules_out)
        for head, own in groups
        for i, (key, value) in enumerate(own.items())
    )
    said = "; ".join(f"{one.head + ': ' if one.head else ''}{one.label} {one.number}" for one in rows)
    return Picture(rows, axis.labels(), None if percent else axis.place(1.0), alt.replace("{rows}", said))


def strip(one: Row, neutral: float | None, width: int = 25) -> str:
    """Return a row as a bar of `width` characters: `──●──`, with `│` where nothing is said and arrows beyond."""
    last = width - 1
    cells = ["·"] * width
    low, at, high = (round(place * last) for place in (one.low, one.at, one.high))
    if neutral is not None:
        cells[round(neutral * last)] = "│"
    for i in range(low, high + 1):
        cells[i] = "─"
    if one.goes_on[0]:
        cells[0] = "◀"
    if one.goes_on[1]:
        cells[last] = "▶"
    cells[at] = "●"
    return "".join(cells)
