"""counts.csv against the case: codes that are counted, periods that are over and don't overlap, revisions in order."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from foedus.case.check.draft import Draft
from foedus.case.types import Count

FILE = "counts.csv"
LONG = 14  # days; over a longer period plans may change, and a count by the day is exact


def check(draft: Draft) -> None:
    """Check all counts."""
    periods: dict[str, list[Count]] = defaultdict(list)
    for row in draft.counts:
        draft.knows(row.source, draft.codebook.sources, "source:", FILE, row.line)
        if draft.knows(row.code, draft.codebook.codes, "code:", FILE, row.line):
            _code(draft, row)
        if _period(draft, row):
            periods[row.code].append(row)
    for rows in periods.values():
        _overlaps(draft, _revisions(draft, rows))


def _code(draft: Draft, row: Count) -> None:
    code = draft.codebook.codes[row.code]
    if code.kind != "counted":
        said = f"{row.code} is of kind {code.kind}: its news stands in signals.csv"
        draft.fault(FILE, row.line, f"code: {said}; write `kind: counted` in codebook.yaml if it comes as counts")
    elif code.count_as == "presence" and row.count > 1:
        said = f"{row.code} is counted as presence, 1 where there was any, and not {row.count}"
        draft.fault(FILE, row.line, f"count: {said}; write 1, or `count_as: events` in codebook.yaml")


def _period(draft: Draft, row: Count) -> bool:
    if row.first > row.last:
        draft.fault(FILE, row.line, f"to: {row.last} lies before from, {row.first}; both days belong to the period")
        return False
    if row.published.at.date() < row.last:
        said = f"published: {row.published.at:%Y-%m-%d} lies before the period ends, {row.last}"
        draft.fault(FILE, row.line, f"{said}; a count is known when its period is over")
    if (days := (row.last - row.first).days + 1) > LONG:
        said = f"a period of {days} days is read as if plans held all through it; counts by the day are exact"
        draft.warn(FILE, row.line, f"from, to: {said}")
    return True


def _revisions(draft: Draft, rows: list[Count]) -> list[Count]:
    """Return the first row of each period; the others revise it, each published later than the one before."""
    latest: dict[tuple[dt.date, dt.date], Count] = {}
    firsts = []
    for row in sorted(rows, key=lambda row: (row.published.at, row.line)):
        before = latest.get((row.first, row.last))
        latest[row.first, row.last] = row
        if before is None:
            firsts.append(row)
        elif before.source != row.source:
            said = f"{before.source} counts {row.id} on line {before.line}; the same events count once"
            draft.fault(FILE, row.line, f"source: {said}: take one source, or merge what they counted")
        elif before.published.at == row.published.at:
            said = f"{row.id} stands on line {before.line} with the same time of publication"
            draft.fault(FILE, row.line, f"published: {said}; a revision is published later, a copy is deleted")
    return firsts


def _overlaps(draft: Draft, rows: list[Count]) -> None:
    rows = sorted(rows, key=lambda row: (row.first, row.last))
    longest = rows[0]
    for row in rows[1:]:
        if row.first <= longest.last:
            said = f"{row.id} overlaps {longest.first}..{longest.last} on line {longest.line}"
            draft.fault(FILE, row.line, f"from: {said}; an event counts in one period only")
        longest = max(longest, row, key=lambda row: row.last)
