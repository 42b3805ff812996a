"""Events -> what there was of each code, pair and level in each week: presence, or days with such an event.

One a day: of several rows with the same code, pair and level on one day the first counts; a visit coded from both sides
is one. A week without any is a count of 0 where the files cover it, and no row where they don't.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from foedus.case.foreign import identifier
from foedus.news.importers import ledger
from foedus.news.importers.coverage import Period
from foedus.news.importers.events import Event
from foedus.news.importers.ledger import Ledger
from foedus.news.importers.ontology import VISIT
from foedus.news.importers.sides import Dyad

Detail = Literal["code", "base", "root", "plover"]
_VISIT = frozenset({"042", "043"})


@dataclass(frozen=True, order=True)
class Series:
    """What is counted: a code between two states at a level."""

    dyad: Dyad
    code: str
    level: str

    @property
    def id(self) -> str:
        """As counts.csv and codebook.yaml name it: kor_usa_036_leader."""
        code = identifier(f"c {self.code.lower()}")[2:].replace("-", "_")
        return f"{self.dyad.slug}_{code}_{self.level}"


def group(event: Event, detail: Detail) -> str | None:
    """Return the code under which an event counts; None where PLOVER has no word for it."""
    if detail == "plover":
        return event.plover.event if event.plover else None
    if not event.code.isdigit():
        return event.code if detail == "code" or event.plover is None else event.plover.event
    base = event.code[:2] if detail == "root" else event.code[:3]
    return VISIT if base in _VISIT else event.code if detail == "code" else base


def is_of(event: Event, counted_as: str, wanted: str) -> bool:
    """Whether an event is of a code that was asked for: 036, 10 (and all below it), CONSULT, CONSULT:visit."""
    if wanted.isdigit():
        return event.code.startswith(wanted)
    return any(wanted in {name, name.partition(":")[0]} for name in (event.code, counted_as, str(event.plover)))


@dataclass
class Diary:
    """Days with an event of each series, and the row that it stands on."""

    detail: Detail
    only: Sequence[str]
    ledger: Ledger
    days: dict[Series, dict[dt.date, tuple[str, int]]] = field(default_factory=dict)
    met: set[str] = field(default_factory=set)

    def unseen(self) -> list[str]:
        """Return the codes that were asked for and never met."""
        return [code for code in self.only if code not in self.met]

    def once(self, events: Iterable[Event]) -> Iterator[tuple[Series, Event]]:
        """Yield the first event of each series and day; drop the others."""
        for event in events:
            code = group(event, self.detail)
            if code is None:
                self.ledger.drop(event.file, event.line, ledger.UNMAPPED, f"PLOVER has no word for {event.code}")
                continue
            wanted = [name for name in self.only if is_of(event, code, name)]
            self.met.update(wanted)
            if self.only and not wanted:
                self.ledger.drop(event.file, event.line, ledger.ANOTHER_CODE, event.code)
                continue
            series = Series(event.dyad, code, event.level)
            seen = self.days.setdefault(series, {})
            if (before := seen.get(event.day)) is not None:
                said = f"{series.id} on {event.day}: as on line {before[1]} of {before[0]}"
                self.ledger.drop(event.file, event.line, ledger.REPEATED, said)
                continue
            seen[event.day] = event.file, event.line
            yield series, event


@dataclass(frozen=True)
class Counted:
    """The counts of one series.

    Attributes
    ----------
    series : Series
    periods : tuple of Period
    counts : tuple of int
        Of each period.
    """

    series: Series
    periods: tuple[Period, ...]
    counts: tuple[int, ...]


def counted(diary: Diary, periods: Sequence[Period], presence: bool) -> tuple[Counted, ...]:
    """Count every series over the same periods, and drop what lies outside them.

    Parameters
    ----------
    diary : Diary
    periods : sequence of Period
        That are covered.
    presence : bool
        Count a week as 1 or 0, and whole weeks only.

    Returns
    -------
    tuple of Counted
        By series; those without an event in any period are left out.
    """
    chosen = tuple(period for period in periods if period.whole or not presence)
    home = {first: i for i, period in enumerate(chosen) for first in _days(period)}
    out = []
    for series, days in sorted(diary.days.items()):
        counts = _tally(days, home, len(chosen), diary.ledger)
        if any(counts):
            out.append(Counted(series, chosen, tuple(min(n, 1) if presence else n for n in counts)))
    return tuple(out)


def _tally(
    days: Mapping[dt.date, tuple[str, int]], home: Mapping[dt.date, int], number: int, account: Ledger
) -> list[int]:
    counts = [0] * number
    for when, (file, line) in days.items():
        if when in home:
            counts[home[when]] += 1
        else:
            account.drop(file, line, ledger.UNCOVERED, f"{when} lies in no week that counts")
    return counts


def _days(period: Period) -> Iterator[dt.date]:
    for n in range(period.length):
        yield period.first + dt.timedelta(days=n)
