"""Where things go on a figure: linear and date scales, ticks, and labels moved apart until none overlap."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

from foedus.report.voice import Voice


@dataclass(frozen=True)
class Scale:
    """A linear map from [low, high] to [start, end] mm."""

    low: float
    high: float
    start: float
    end: float

    @property
    def per_unit(self) -> float:
        """Millimetres to one unit."""
        return (self.end - self.start) / ((self.high - self.low) or 1.0)

    @overload
    def __call__(self, value: float) -> float: ...
    @overload
    def __call__(self, value: dt.date) -> float: ...
    def __call__(self, value: float | dt.date) -> float:
        """Return the place of `value` in mm."""
        number = value.toordinal() if isinstance(value, dt.date) else value
        return self.start + self.per_unit * (number - self.low)


@dataclass(frozen=True)
class Tick:
    """A day on a time axis; `label` is empty for one that only has a mark."""

    day: dt.date
    label: str


def days_scale(first: dt.date, last: dt.date, start: float, end: float) -> Scale:
    """Return the scale of a time axis."""
    return Scale(first.toordinal(), last.toordinal(), start, end)


def date_ticks(first: dt.date, last: dt.date, voice: Voice) -> list[Tick]:
    """Return months of a long period, weeks of a short one; January carries the year."""
    if (last - first).days <= 75:
        every = 7 if (last - first).days <= 35 else 14
        monday = first + dt.timedelta(-first.weekday() % 7)
        weeks = [monday + dt.timedelta(every * i) for i in range(6)]
        return [Tick(day, voice.day(day, short=True, year=False)) for day in weeks if day <= last]
    ticks, day = [], first.replace(day=1)
    months = (last.year - first.year) * 12 + last.month - first.month
    every = math.ceil(max(months, 1) / 13)
    for i in range(months + 1):
        if day >= first:
            name = voice.month(day)
            year = f"{day.year}년 {name}" if voice.lang == "ko" else f"{name} {day.year}"
            ticks.append(Tick(day, "" if i % every else year if day.month == 1 else name))
        day = (day + dt.timedelta(32)).replace(day=1)
    return ticks


def percent_ticks(low: float, high: float, most: int = 6) -> list[int]:
    """Return whole percentages inside [low, high] in steps of 1, 2, 5, 10 or 20."""
    step = next(step for step in (1, 2, 5, 10, 20, 25, 50) if (high - low) / step <= most or step == 50)
    return [value for value in range(0, 101, step) if low - 1e-9 <= value <= high + 1e-9]


def number_ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Return round numbers inside [low, high], at most `most`, in steps of 1, 2 or 5 times a power of ten."""
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * (1 - 1e-9))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [step * i for i in range(first, last + 1)]


def spread(wanted: Sequence[float], sizes: Sequence[float], low: float, high: float) -> list[float]:
    """Move centres as little as possible so that intervals of `sizes` neither overlap nor leave [low, high].

    Parameters
    ----------
    wanted : sequence of float
        Where each centre would be.
    sizes : sequence of float
        How much room each needs, its gap included.
    low, high : float
        Bounds; where they are too narrow for all, the intervals are set one after the other from `low`.

    Returns
    -------
    list of float
        New centres, in the order given.
    """
    order = sorted(range(len(wanted)), key=lambda i: (wanted[i], i))
    groups: list[list[int]] = []
    places: list[float] = []  # start of each group
    for i in order:
        groups.append([i])
        places.append(_place(groups[-1], wanted, sizes, low, high))
        while len(groups) > 1 and places[-2] + _length(groups[-2], sizes) > places[-1] + 1e-9:
            groups[-2:] = [groups[-2] + groups[-1]]
            places[-2:] = [_place(groups[-1], wanted, sizes, low, high)]
    centres = [0.0] * len(wanted)
    for group, place in zip(groups, places, strict=True):
        for i in group:
            centres[i] = place + sizes[i] / 2
            place += sizes[i]
    return centres


def _length(group: Sequence[int], sizes: Sequence[float]) -> float:
    return sum(sizes[i] for i in group)


def _place(group: Sequence[int], wanted: Sequence[float], sizes: Sequence[float], low: float, high: float) -> float:
    """Start of a group of adjoining intervals that is nearest to what they want."""
    offset, total = 0.0, 0.0
    for i in group:
        total += wanted[i] - offset - sizes[i] / 2
        offset += sizes[i]
    return max(low, min(total / len(group), high - offset))
