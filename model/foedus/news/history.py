"""Past event counts and the days of what followed them, read from two tables: what rates are learned from.

The table of periods has a column `week_starting` and a column of counts for each code at one actor level, which its
name ends with (`036_leader`, `meet_below_leader`). The table of outcomes has a column `date`. All faults come at once.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from foedus.case.decode import MEGABYTE, decode, read_bytes
from foedus.case.digest import digest
from foedus.case.findings import Findings
from foedus.case.types import Signal
from foedus.case.values import parse_day, parse_whole, spreadsheet_error
from foedus.errors import nearest

WEEK = 7  # days
WEEKS, DAY = "week_starting", "date"
NOTES = ("place", "note", "source", "url")  # further columns of the table of outcomes, read by people
_SAID = next(iter(get_args(Signal.model_fields["actor_level"].annotation)), None)
LEVELS: tuple[str, ...] = (*get_args(_SAID), "below_leader", "any")
_LARGEST = 1_000_000
_MOST_ROWS, _MOST_COLUMNS, _LIMIT = 5_000, 100, 5 * MEGABYTE


@dataclass(frozen=True)
class History:
    """Weekly counts, and when what they are read for took place.

    Attributes
    ----------
    weeks : tuple of date [W]
        First day of each week, in order; weeks may be missing.
    series : tuple of (code, level) [J]
        What each column counts.
    counts : array [W, J]
    outcomes : tuple of date
        In order, each once; complete from a week before the first week to `known_until`.
    known_until : date
        Until when the list of outcomes is known to be complete.
    digests : dict
        File name -> SHA-256.
    """

    weeks: tuple[dt.date, ...]
    series: tuple[tuple[str, str], ...]
    counts: NDArray[np.int64]
    outcomes: tuple[dt.date, ...]
    known_until: dt.date
    digests: dict[str, str]

    @property
    def names(self) -> tuple[str, ...]:
        """Name of each column [J]."""
        return tuple(f"{code}_{level}" for code, level in self.series)

    def part(self, weeks: NDArray[np.bool_], known_until: dt.date | None = None) -> History:
        """Return the history of some of the weeks [W], with the outcomes that were known at a time."""
        until = known_until or self.known_until
        kept = tuple(week for week, keep in zip(self.weeks, weeks, strict=True) if keep)
        outcomes = tuple(day for day in self.outcomes if day <= until)
        return History(kept, self.series, self.counts[weeks], outcomes, until, self.digests)


def read_history(periods: Path, outcomes: Path, known_until: dt.date | None = None) -> History:
    """Read a history from its two files.

    Parameters
    ----------
    periods, outcomes : Path
        CSV files.
    known_until : date, optional
        Until when the list of outcomes is complete; by default until the last of them.

    Raises
    ------
    CaseError
        With every fault of either file, each with its line.
    """
    findings = Findings()
    texts = {}
    for path in (periods, outcomes):
        content = read_bytes(path, _LIMIT, findings) if path.exists() else None
        if not path.exists():
            findings.fault(str(path), 0, "there is no such file")
        text = decode(path.name, content, findings) if content is not None else None
        if content is not None and text is not None:
            texts[path.name] = text, digest(content)
    weeks, series, counts = _periods(periods.name, texts[periods.name][0], findings) if periods.name in texts else _NONE
    days = _outcomes(outcomes.name, texts[outcomes.name][0], findings) if outcomes.name in texts else []
    if not findings.faults:
        _fit(outcomes.name, weeks, days, known_until, findings)
    findings.raise_faults()
    return History(
        weeks=tuple(weeks),
        series=tuple(series),
        counts=np.array(counts, dtype=np.int64).reshape(len(weeks), len(series)),
        outcomes=tuple(days),
        known_until=known_until or days[-1],
        digests={name: sha for name, (_, sha) in texts.items()},
    )


_Periods = tuple[list[dt.date], list[tuple[str, str]], list[list[int]]]
_NONE: _Periods = ([], [], [])


def _periods(file: str, text: str, findings: Findings) -> _Periods:
    rows = list(_rows(file, text, findings, WEEKS))
    if not rows:
        return _NONE
    header = rows[0][1]
    where = header.index(WEEKS)
    columns = [i for i in range(len(header)) if i != where]
    series = [_series(file, header[i], findings) for i in columns]
    if not columns:
        findings.fault(file, 1, f"has no column of counts: beside {WEEKS} name one as CODE_LEVEL, such as 036_leader")
    if len(columns) > _MOST_COLUMNS:
        findings.fault(file, 1, f"has more than {_MOST_COLUMNS} columns of counts: split the table")
    if len(rows) < 3:
        findings.fault(file, rows[-1][0], "has fewer than two weeks: there is nothing to compare")
    weeks, counts = [], []
    for line, cells in rows[1:]:
        day = _cell(file, line, WEEKS, cells[where], parse_day, findings)
        count = [_cell(file, line, header[i], cells[i], _count, findings) for i in columns]
        if day is not None:
            weeks.append((line, day))
            counts.append([n or 0 for n in count])
    for (_, before), (line, after) in pairwise(weeks):
        if (after - before).days < WEEK:
            findings.fault(file, line, f"the week of {after} begins less than {WEEK} days after that of {before}: "
                           "put the weeks in order, each once")  # fmt: skip
    return [day for _, day in weeks], [pair for pair in series if pair], counts


def _outcomes(file: str, text: str, findings: Findings) -> list[dt.date]:
    rows = list(_rows(file, text, findings, DAY))
    if not rows:
        return []
    header = rows[0][1]
    for name in header:
        if name != DAY and name not in NOTES:
            findings.fault(file, 1, f"no column is called {name!r}; {nearest(name, (DAY, *NOTES))}")
    days = [(line, _cell(file, line, DAY, cells[header.index(DAY)], parse_day, findings)) for line, cells in rows[1:]]
    known = [(line, day) for line, day in days if day is not None]
    for (_, before), (line, after) in pairwise(known):
        if after <= before:
            findings.fault(file, line, f"{after} does not come after {before}: put the outcomes in order, each once")
    if not known and len(rows) == 1:
        findings.fault(file, 1, "has no outcomes: without one there is no lead time to learn from")
    return [day for _, day in known]


def _fit(file: str, weeks: list[dt.date], days: list[dt.date], until: dt.date | None, findings: Findings) -> None:
    """Note where the two tables have nothing to say of each other."""
    if until is not None and until < days[-1]:
        findings.fault(file, 0, f"the list is said to be complete until {until}, and goes on to {days[-1]}: "
                       "say a later day, or leave the later ones out")  # fmt: skip
    if days[-1] < weeks[0]:
        findings.fault(file, 0, f"every outcome lies before the first week, {weeks[0]}: add those that followed")


def _rows(file: str, text: str, findings: Findings, needed: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the header and every row that is as long, with their lines; nothing where the header does not serve."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header: list[str] | None = None
    try:
        for number, row in enumerate(reader):
            cells = [cell.strip() for cell in row]
            if header is None:
                header = cells
                if not _header(file, header, needed, findings):
                    return
            elif not any(cells):
                continue
            elif len(cells) != len(header):
                findings.fault(file, reader.line_num, f"has {len(cells)} cells where the header has {len(header)}")
                continue
            if number > _MOST_ROWS:
                findings.fault(file, reader.line_num, f"more than {_MOST_ROWS:,} rows: leave out what is too long ago")
                return
            yield reader.line_num, cells
    except csv.Error as error:
        findings.fault(file, reader.line_num, f"is not valid CSV here ({error}): close every quote")
        return
    if header is None:
        findings.fault(file, 1, f"is empty: the first line must name the columns, {needed} among them")


def _header(file: str, header: list[str], needed: str, findings: Findings) -> bool:
    if needed not in header:
        separated = len(header) == 1 and any(sign in header[0] for sign in ";\t")
        why = "the columns are not separated by commas: save the file as 'CSV UTF-8'" if separated else (
            f"the column {needed!r} is missing: it holds " + ("the first day of each week" if needed == WEEKS else
            "the day of each outcome") + " as YYYY-MM-DD")  # fmt: skip
        findings.fault(file, 1, why)
    for name in sorted({name for name in header if header.count(name) > 1}):
        findings.fault(file, 1, f"the column {name!r} stands twice" if name else "several columns have no name")
    return needed in header


def _series(file: str, name: str, findings: Findings) -> tuple[str, str] | None:
    """Read a column's name as code and actor level."""
    for level in sorted(LEVELS, key=len, reverse=True):
        code = name.removesuffix(f"_{level}")
        if code and code != name:
            return code, level
    known = ", ".join(f"_{level}" for level in LEVELS)
    findings.fault(file, 1, f"the column {name!r} does not say at what actor level it counts: end it with {known}")
    return None


def _cell[T](file: str, line: int, name: str, text: str, read: Callable[[str], T], findings: Findings) -> T | None:
    try:
        if spreadsheet_error(text):
            msg = f"{text!r} is a spreadsheet's error, not a value: write the value again"
            raise ValueError(msg)
        return read(text)
    except ValueError as error:
        findings.fault(file, line, f"{name}: {error}")
        return None


def _count(text: str) -> int:
    if not text:
        msg = "is empty: write 0 where nothing was counted, and leave the week out where nobody did count"
        raise ValueError(msg)
    number = parse_whole(text)
    if not 0 <= number <= _LARGEST:
        msg = f"{text} is no count: write a whole number from 0 to {_LARGEST:,}"
        raise ValueError(msg)
    return number
