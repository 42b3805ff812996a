"""Pairs of coded reports that may be of one thing, by match weights (Fellegi and Sunter 1969): points for what agrees.

Only rows of one code, or of codes that are near misses of each other, with the same states and level and within days
of each other are compared: sorted by time, each with those that follow it, whole columns at a time. The points are
log-odds in round numbers, set by hand with the worked case in view; they order pairs, and nothing was fitted to data.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from foedus.case.types import Signal
from foedus.news.fields import Fields, Traits
from foedus.news.likeness import ENOUGH, likeness, shared_runs

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Index = NDArray[np.intp]

DAY = 86_400.0
REACH = 7 * DAY  # how far apart re-reports are looked for
NEIGHBOURS = 200  # rows of one kind within that time; of more, only the nearest are compared
START = -1.0  # of two rows of one code
POINTS: Mapping[str, float] = {
    "same_states": 1.0,
    "same_level": 0.5,
    "same_time": 0.5,
    "happened_together": 1.0,
    "same_speaker": 1.5,
    "other_speaker": -2.0,
    "same_target": 1.0,
    "other_target": -3.0,
    "same_issue": 0.5,
    "same_address": 3.0,
    "same_quote": 0.0,  # beside what the likeness of the texts gives
    "other_numbers": -2.0,
    "other_auxiliary": -5.0,
    "other_event": -3.0,
    "swapped": 0.0,
    "swapped_one_way": -2.0,  # of a code that has a direction, with no text to tell that it is one
}
ALIKE, COPY = 0.8, 0.93  # texts that tell the same; texts that are one text
UNLIKE = 0.4
_LIKENESS, _WORTH = (UNLIKE, 0.6, 1.0), (-2.0, 0.0, 4.0)  # points of texts by how alike they are, linear between
_NO_RUNS = 0.35  # part of the runs of letters under which texts aren't alike
_SAME_TIME = DAY / 2


@dataclass(frozen=True)
class Link:
    """Two rows by their places, the earlier first.

    Attributes
    ----------
    points : float
        Log-odds that they are of one thing, as `POINTS` has them.
    alike : float or None
        How alike their texts are, from 0 to 1; None where that can't be told.
    gap : float
        Seconds between the two.
    hints : tuple of str
        What agrees or differs: names of `POINTS`, and `other_code`.
    """

    a: int
    b: int
    points: float
    alike: float | None
    gap: float
    hints: tuple[str, ...]

    @property
    def one_story(self) -> bool:
        """Whether they tell the same, as far as texts or addresses go."""
        return "same_address" in self.hints or "same_quote" in self.hints

    @property
    def one_text(self) -> bool:
        """Whether they are copies of one text."""
        return self.one_story and ("same_address" in self.hints or (self.alike or 0.0) >= COPY)


def links(rows: Sequence[Signal], traits: Sequence[Traits]) -> tuple[list[Link], set[str]]:
    """Return pairs of rows that may be of one thing, with at least even odds, and codes too frequent to compare all.

    Time is near-linear in the number of rows: none is compared with more than `NEIGHBOURS` others.
    """
    fields = Fields.of(rows, traits)
    found: list[Link] = []
    crowded: set[str] = set()
    for step in range(1, len(rows)):
        a, gap = _within_reach(fields, step)
        if not len(a):
            break
        if step > NEIGHBOURS:
            crowded = {rows[place].code for place in fields.place[a]}
            break
        found += _scored(fields, a, a + step, gap)
    return sorted(found, key=lambda link: (link.a, link.b)), crowded


def _within_reach(fields: Fields, step: int) -> tuple[Index, Floats]:
    """Rows [K] that have the one `step` later within reach, and the gap to it."""
    gap = np.maximum(fields.start[step:] - fields.end[:-step], 0.0)
    kind = fields.ids["kind"]
    near = np.flatnonzero((kind[step:] == kind[:-step]) & (gap < REACH))
    return near, gap[near]


def _scored(fields: Fields, a: Index, b: Index, gap: Floats) -> Iterator[Link]:
    """Links of at least even odds among pairs; of rows that say the same, only those next to each other in time."""
    keep = (fields.ids["unit"][a] != fields.ids["unit"][b]) & ~_other(fields, "states", a, b)
    keep &= ~_other(fields, "level", a, b) & (fields.before[b] <= a) & (fields.after[a] >= b)
    a, b, gap = a[keep], b[keep], gap[keep]
    alike = _alike(fields, a, b)
    hints = _hints(fields, a, b, gap, alike)
    points = START + sum((POINTS[name] * where for name, where in hints.items()), np.zeros(len(a)))
    text = np.nan_to_num(np.interp(alike, _LIKENESS, _WORTH))
    points += text * np.minimum(1, np.minimum(fields.size[a], fields.size[b]) / ENOUGH)
    other_code = _other(fields, "code", a, b)
    capped = other_code & _same(fields, "capped", a, b)
    one_story = hints["same_quote"] | (hints["same_address"] & np.isnan(alike))
    for i in np.flatnonzero((points >= 0) & (one_story | ~other_code) & ~capped):
        names = tuple(name for name, where in hints.items() if where[i]) + (("other_code",) if other_code[i] else ())
        known = None if np.isnan(alike[i]) else float(alike[i])
        yield Link(int(fields.place[a[i]]), int(fields.place[b[i]]), float(points[i]), known, float(gap[i]), names)


def _alike(fields: Fields, a: Index, b: Index) -> Floats:
    """Likeness of the texts of pairs [K]; NaN where they can't be compared."""
    out = np.full(len(a), np.nan)
    both = np.flatnonzero((fields.script[a] == fields.script[b]) & (fields.size[a] > 0) & (fields.size[b] > 0))
    shared = shared_runs(fields.signature[a[both]], fields.signature[b[both]])
    out[both] = np.minimum(shared, _NO_RUNS)
    close = both[shared >= _NO_RUNS]
    out[close] = likeness([fields.texts[i] for i in a[close]], [fields.texts[i] for i in b[close]])
    return out


def _hints(fields: Fields, a: Index, b: Index, gap: Floats, alike: Floats) -> dict[str, Bools]:
    acting, acted_on = fields.ids["acting"], fields.ids["acted_on"]
    swapped = (acting[a] == acted_on[b]) & (acted_on[a] == acting[b]) & _other(fields, "acting", a, b)
    address = _same(fields, "address", a, b)
    numbers = ~np.isnan(alike) & (fields.numbers[a] > 0) & (fields.numbers[b] > 0)
    quote = (alike >= ALIKE) & fields.quoted[a]
    return {
        "same_states": _same(fields, "states", a, b),
        "same_level": _same(fields, "level", a, b),
        "same_time": gap <= _SAME_TIME,
        "happened_together": fields.happened[a] & fields.happened[b] & (gap == 0),
        "same_speaker": _same(fields, "speaker", a, b),
        "other_speaker": _other(fields, "speaker", a, b) & ~swapped,
        "same_target": _same(fields, "target", a, b),
        "other_target": _other(fields, "target", a, b),
        "same_issue": _same(fields, "issue", a, b),
        "same_address": address,
        "same_quote": quote,
        "other_numbers": numbers & (fields.numbers[a] & fields.numbers[b] == 0),
        "other_auxiliary": _other(fields, "auxiliary", a, b),
        "other_event": _other(fields, "event", a, b),
        "swapped": swapped,
        "swapped_one_way": swapped & ~fields.symmetric[a] & ~address & ~quote,
    }


def _same(fields: Fields, name: str, a: Index, b: Index) -> Bools:
    x, y = fields.ids[name][a], fields.ids[name][b]
    return np.asarray((x == y) & (x >= 0))


def _other(fields: Fields, name: str, a: Index, b: Index) -> Bools:
    """Whether both are given and differ."""
    x, y = fields.ids[name][a], fields.ids[name][b]
    return np.asarray((x != y) & (x >= 0) & (y >= 0))
