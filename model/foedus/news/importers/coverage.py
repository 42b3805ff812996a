"""Which days the files really cover: only there is silence news.

A day is covered where any row is of it, whoever its actors are. Where files come by the quarter of an hour (GDELT 2.0)
it is covered where at least nine of ten of them are there: GDELT itself has gaps. Files that hold rows of the wanted
pair alone can't tell silence from a gap; then whoever made them has to say what they cover.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from foedus.news.importers.dates import COMPACT, day, days, week_of

ENOUGH = 0.9  # of a day's files
_FLUSH = 50_000  # texts kept until they are read
_ONE = dt.timedelta(days=1)


@dataclass
class Coverage:
    """Days that rows are of; `saw` is told of every row, `days` what came of it.

    Attributes
    ----------
    form : str
        How days are written.
    slots : int
        Files a day, where it can be told.
    """

    form: str
    slots: int = 1
    _texts: set[str] = field(default_factory=set)
    _found: dict[dt.date, set[str]] = field(default_factory=lambda: defaultdict(set))

    def saw(self, text: str) -> None:
        """Note the day of a row, as it is written."""
        self._texts.add(text)
        if len(self._texts) > _FLUSH:
            self._flush()

    def _flush(self) -> None:
        for text in self._texts:
            try:
                if self.slots > 1:
                    self._found[day(text[:8], COMPACT)].add(text[8:12])
                else:
                    self._found[day(text, self.form)].add("")
            except ValueError:
                continue  # the row itself is dropped for it
        self._texts.clear()

    def lacking(self) -> str:
        """Say which days fall short of their files, and by how much the best of them does; empty where none does."""
        _, part = self.days()
        if not part:
            return ""
        best = max(sorted(part), key=lambda when: len(self._found[when]))
        had = f"{best} has most, {len(self._found[best])} of {self.slots}"
        return f"fewer than {ENOUGH:.0%} of a day's quarter-hours were found on {len(part)} days ({had})"

    def days(self) -> tuple[frozenset[dt.date], frozenset[dt.date]]:
        """Return days that are covered, and days that are in part."""
        self._flush()
        full = {when for when, slots in self._found.items() if slots & {""} or len(slots) >= ENOUGH * self.slots}
        return frozenset(full), frozenset(set(self._found) - full)


@dataclass(frozen=True)
class Period:
    """Days of one week, one after the other, all of them covered."""

    first: dt.date
    last: dt.date

    @property
    def whole(self) -> bool:
        """Whether it is a week from Monday to Sunday."""
        return (self.last - self.first).days == 6

    @property
    def length(self) -> int:
        """In days."""
        return (self.last - self.first).days + 1


def settled(covered: frozenset[dt.date], lag: int) -> frozenset[dt.date]:
    """Return the days of which late reports had time to come in as well."""
    return frozenset(d for d in covered if all(d + k * _ONE in covered for k in range(1, lag + 1)))


def periods(covered: Iterable[dt.date]) -> tuple[Period, ...]:
    """Cut covered days into weeks, and weeks where a day is missing."""
    out: list[list[dt.date]] = []
    for when in sorted(covered):
        if out and when == out[-1][-1] + _ONE and week_of(when) == week_of(out[-1][-1]):
            out[-1].append(when)
        else:
            out.append([when])
    return tuple(Period(run[0], run[-1]) for run in out)


def gaps(covered: frozenset[dt.date]) -> list[tuple[dt.date, dt.date]]:
    """Return the stretches without coverage between the first and the last covered day."""
    if not covered:
        return []
    runs: list[tuple[dt.date, dt.date]] = []
    missing: Callable[[dt.date], bool] = lambda d: d not in covered  # noqa: E731
    for when in filter(missing, days(min(covered), max(covered))):
        if runs and runs[-1][1] + _ONE == when:
            runs[-1] = runs[-1][0], when
        else:
            runs.append((when, when))
    return runs
