"""Codes by week, for a heat map: how much each code's signals of a week say to a question, and which way.

What is seen on several codes at once (a statement with its dampener) stands at each of them with what it says as a
whole. The silence of a code that is looked for everywhere, counts, what counts for nothing and what is not known yet
are cells of their own kind.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Literal
from zoneinfo import ZoneInfo

from foedus.accounting import account_of
from foedus.case.types import Case, Lang, Text
from foedus.explain.evidence import day_of, reports_of
from foedus.explain.middle import Item, Middle
from foedus.fates import RowFate, row_fates
from foedus.problem.compile import Compiled

Kind = Literal["signal", "count", "silence", "aside", "later"]
WEEK = dt.timedelta(days=7)
_ENDS = {
    "timing": (Text(en="later", ko="늦게"), Text(en="sooner", ko="일찍")),
    "quantity": (Text(en="higher", ko="높게"), Text(en="lower", ko="낮게")),
}


@dataclass(frozen=True)
class Cell:
    """One code in one week (or several).

    Attributes
    ----------
    kind : {"signal", "count", "silence", "aside", "later"}
        Signals that count, a count, or days without a code that is looked for everywhere; `aside`: signals that count
        for nothing here (capped, in the prior, void, on no question); `later`: published after the as-of time.
    number : int
        Of events and statements, or what was counted; 0 for silence.
    weight : float
        Log of how many times as likely the cell is under one outcome as under another, at most: as it counts.
    lean : float or None
        Which way it points (`Middle.weigh`); None where outcomes have no order.
    """

    kind: Kind
    number: int
    weight: float = 0.0
    lean: float | None = None


@dataclass(frozen=True)
class Row:
    """A code, under one question it bears on (None: it bears on none); cells by column, where there are any."""

    question: str | None
    code: str
    cells: dict[int, Cell]


@dataclass(frozen=True)
class Heat:
    """Columns of `every` weeks, by their first Monday, and rows in the order of the case and the codebook.

    `now` is the column that holds the as-of day; None where that lies outside.
    """

    columns: tuple[dt.date, ...]
    every: int
    as_of: dt.date
    now: int | None
    rows: tuple[Row, ...]

    def of(self, question: str | None) -> tuple[Row, ...]:
        """Return the rows of one question."""
        return tuple(row for row in self.rows if row.question == question)


@dataclass
class _Gathered:
    """What falls into one cell: units and items that count, and others."""

    items: list[Item] = field(default_factory=list)
    units: set[int] = field(default_factory=set)
    counted: int = 0
    is_count: bool = False
    aside: set[object] = field(default_factory=set)
    later: set[str] = field(default_factory=set)


def heat(
    case: Case,
    compiled: Compiled,
    as_of: dt.datetime,
    *,
    since: dt.date | None = None,
    questions: Collection[str] = (),
    every: int = 1,
) -> Heat:
    """Gather the cells of a heat map.

    Parameters
    ----------
    case : Case
    compiled : Compiled
        The case, compiled as of `as_of`.
    as_of : datetime
        Aware.
    since : date, optional
        Leave out the weeks before this day's.
    questions : collection of str
        Only these; empty for all, and then codes on no question too.
    every : int
        Weeks a column.
    """
    today = day_of(as_of.astimezone(ZoneInfo(case.file.timezone)))
    found: dict[tuple[str | None, str, dt.date], _Gathered] = defaultdict(_Gathered)
    _gather_items(case, compiled, found)
    _gather_rows(case, row_fates(case, compiled, account_of(compiled)), found)
    kept = {
        key: cell
        for key, cell in found.items()
        if (not questions or key[0] in questions) and (since is None or key[2] >= monday(since))
    }
    columns = _columns([week for _, _, week in kept], today, since, every)
    middle = Middle(compiled.problem)
    cells: dict[tuple[str | None, str], dict[int, list[_Gathered]]] = defaultdict(lambda: defaultdict(list))
    for (question, code, week), cell in kept.items():
        cells[question, code][(week - columns[0]).days // (7 * every)].append(cell)
    order = {name: i for i, name in enumerate(case.file.questions)}
    codes = {name: i for i, name in enumerate(case.codebook.codes)}
    rows = [
        Row(question, code, {column: _cell(parts, middle) for column, parts in sorted(by_column.items())})
        for (question, code), by_column in cells.items()
    ]
    rows.sort(key=lambda row: (order.get(row.question or "", len(order)), codes[row.code]))
    place = (monday(today) - columns[0]).days // (7 * every)
    return Heat(columns, every, today, place if 0 <= place < len(columns) else None, tuple(rows))


def directions(case: Case, question: str, lang: Lang = "en") -> tuple[str, str]:
    """Return what a `lean` above and below 0 points to on a question; nothing where outcomes have no order."""
    asked = case.file.questions[question]
    if asked.type == "nominal":
        return "", ""
    if asked.type != "ordinal":
        up, down = _ENDS[asked.type]
        return up(lang), down(lang)
    first, last = asked.levels[0], asked.levels[-1]
    up, down = (level.title or Text(en=level.id.replace("_", " ")) for level in (last, first))
    return up(lang), down(lang)


def monday(day: dt.date) -> dt.date:
    """Return the Monday of a day's week (ISO 8601)."""
    return day - dt.timedelta(days=day.weekday())


def _columns(weeks: Iterable[dt.date], today: dt.date, since: dt.date | None, every: int) -> tuple[dt.date, ...]:
    there = [*weeks, monday(today)]
    first = monday(since) if since is not None else min(there)
    number = max((max(there) - first).days // 7, 0) // every + 1
    return tuple(first + WEEK * every * i for i in range(number))


def _gather_items(case: Case, compiled: Compiled, found: dict[tuple[str | None, str, dt.date], _Gathered]) -> None:
    """Sort units, counts and silence by question, code and week."""
    problem, units = compiled.problem, compiled.evidence.units
    for item in problem.contributions:
        question = problem.axes[item.question].id
        unit = units[item.unit]
        for code in unit.codes if unit.lines else dict.fromkeys(r.code for r in reports_of(case, unit, question)):
            cell = found[question, code, monday(day_of(unit.seen))]
            if item.exponent > 0:
                cell.items.append(item)
                cell.units.add(item.unit)
            else:
                cell.aside.add(item.unit)
    for tally in problem.tallies:
        axis = problem.axes[tally.question]
        day = axis.opens + dt.timedelta(days=tally.day)
        cell = found[axis.id, tally.code, monday(day)]
        cell.items.append(tally)
        if tally.unit >= 0:
            cell.is_count, cell.counted = True, cell.counted + tally.count


def _gather_rows(case: Case, fates: Iterable[RowFate], found: dict[tuple[str | None, str, dt.date], _Gathered]) -> None:
    """Add the rows that are in no unit: in the prior, on no question, or not known yet."""
    days = {("signals.csv", row.line): day_of((row.happened or row.published).at) for row in case.signals}
    days |= {("counts.csv", row.line): row.last for row in case.counts}
    for row in fates:
        later = row.reason == "published after the as-of time"
        if not later and row.fate not in {"in_prior", "no_bearing"}:
            continue
        for question in case.codebook.codes[row.code].bears_on or (None,):
            cell = found[question, row.code, monday(days[row.file, row.line])]
            if later:
                cell.later.add(row.id)
            else:
                cell.aside.add(row.id)


def _cell(parts: list[_Gathered], middle: Middle) -> Cell:
    """Make one cell of what several weeks hold: what counts goes before what does not."""
    items = [item for part in parts for item in part.items]
    units = {unit for part in parts for unit in part.units}
    if items:
        kind: Kind = "count" if any(part.is_count for part in parts) else "signal" if units else "silence"
        number = sum(part.counted for part in parts) if kind == "count" else len(units)
        aside = {name for part in parts for name in part.aside}
        if kind == "silence" and aside:
            return Cell("aside", len(aside))
        return Cell(kind, number, *middle.weigh(items))
    aside = {name for part in parts for name in part.aside}
    return Cell("aside", len(aside)) if aside else Cell("later", len({name for part in parts for name in part.later}))
