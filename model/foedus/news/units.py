"""Rows that report one event or statement -> one unit of evidence, and what each of them is merged into, and why."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from foedus.case.types import Codebook, Signal
from foedus.news.coders.codings import Coding, Label, label_of, middle_grade, options

Joining = Literal["document", "origin", "statement", "event"]
_KINDS: Mapping[str, Joining] = {  # what a row is joined by first: from the closest to the widest
    "line": "document",
    "origin": "origin",
    "statement": "statement",
    "event": "event",
}
SAYS: Mapping[str, str] = {
    "document": "the same line as",
    "origin": "one text with",
    "statement": "one statement with",
    "event": "one event with",
}


@dataclass(frozen=True)
class Item:
    """One coded signal: what it says, or a mixture over what its coders read, the most probable first.

    Weights sum to 1.
    """

    options: tuple[tuple[float, Signal], ...]

    @property
    def signal(self) -> Signal:
        """The row of the most probable reading."""
        return self.options[0][1]


@dataclass(frozen=True)
class Unit:
    """One event or statement.

    Attributes
    ----------
    items : tuple of Item
        The signals it is made of, one for each thing said.
    rows : tuple of Signal
        Every row merged into it.
    origins : tuple of (bool, tuple of (source, credibility))
        For each origin, whether it had its own access, and who reported from it.
    seen : datetime
        When the course was seen: the earliest `happened`, else `published`. Of a bare day, its end, and yet never
        after the report of it.
    lines : tuple of Unit
        Of a discrepancy, the lines of documents that show it; it has no origins but theirs. Of the absence of some, the
        lines that show another pattern.
    codes, patterns : tuple of str, tuple of tuple of int
        Then, the codes of discrepancies, and whether each line would be there (1) or not (-1) in each.
    questions : frozenset of str
        Then, the questions on which it counts.
    """

    items: tuple[Item, ...]
    rows: tuple[Signal, ...]
    origins: tuple[tuple[bool, tuple[tuple[str, str | None], ...]], ...]
    seen: dt.datetime
    lines: tuple[Unit, ...] = ()
    codes: tuple[str, ...] = ()
    patterns: tuple[tuple[int, ...], ...] = ()
    questions: frozenset[str] = frozenset()

    @property
    def in_place_of_lines(self) -> bool:
        """Whether it is a discrepancy that its lines show."""
        return bool(self.lines) and self.items[0].signal.observed == "present"

    @property
    def published(self) -> dt.datetime:
        """When it was first known; a discrepancy, when the last of its texts was."""
        if self.lines:
            return max(line.published for line in self.lines)
        return min(row.published.at for row in self.rows)

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of its rows, in order of publication, each once."""
        return tuple(dict.fromkeys(row.id for row in self.rows))


@dataclass(frozen=True)
class Merge:
    """A signal that does not count by itself.

    Attributes
    ----------
    id, into : str
        The signal, and the one with which, or in whose place, it counts.
    why : str
        One event, copies of one text, one statement, one line of a document, a row that stands twice; or that of one
        intent (`group`), or of one code in a week, only the strongest counts; or that what two texts say and leave out
        is one discrepancy.
    question : str or None
        Where that is so; None: everywhere.
    counts : bool
        Whether it still adds something of its own: another code in one factor.
    """

    id: str
    into: str
    why: Literal["event", "origin", "statement", "document", "duplicate", "group", "week", "discrepancy"]
    question: str | None = None
    counts: bool = False


def joined_by(codebook: Codebook, signal: Signal) -> Iterable[tuple[object, ...]]:
    """Yield what joins a row to others: its id, a line of a document, the event, the statement, copies of one text."""
    yield ("id", signal.id)
    if signal.document:
        yield ("line", signal.document, signal.code, signal.observed)
    if codebook.codes[signal.code].kind == "per_document":
        return  # each line is evidence of its own; two sides' lines are joined by `foedus.news.discrepancies`
    if signal.event:
        yield ("event", signal.event)
    if signal.statement:
        yield ("statement", signal.statement)
    if signal.origin:
        yield ("origin", signal.origin, signal.code)


def connected(codebook: Codebook, signals: list[Signal]) -> list[list[Signal]]:
    """Union of rows that share any key."""
    parent = list(range(len(signals)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    first: dict[tuple[object, ...], int] = {}
    for i, signal in enumerate(signals):
        for key in joined_by(codebook, signal):
            parent[root(i)] = root(first.setdefault(key, i))
    groups: dict[int, list[Signal]] = defaultdict(list)
    for i, signal in enumerate(signals):
        groups[root(i)].append(signal)
    return list(groups.values())


def unit_of(rows: list[Signal], coding: Coding | None = None) -> Unit:
    """Make one unit of rows that report one event or statement; `coding` weighs what several coders read."""
    rows = sorted(rows, key=lambda s: (s.published.at, s.id, s.coder or ""))
    by_id: dict[str, list[Signal]] = defaultdict(list)
    for row in rows:
        by_id[row.id].append(row)
    items: dict[frozenset[Label], Item] = {}
    for coded in by_id.values():
        items.setdefault(_said(coded), Item(options(coded, coding)))
    origins: dict[str, list[Signal]] = defaultdict(list)
    for row in rows:
        origins[row.origin or row.id].append(row)
    return Unit(
        items=tuple(items.values()),
        rows=tuple(rows),
        origins=tuple((any(r.independent for r in group), _reports(group)) for group in origins.values()),
        seen=min(moment.at for row in rows for moment in (row.happened, row.published) if moment),
    )


def _reports(rows: list[Signal]) -> tuple[tuple[str, str | None], ...]:
    """Return sources and grades of the reports of one origin: a report has one grade, however many coded it."""
    coded: dict[tuple[str, str], list[str | None]] = defaultdict(list)
    for row in rows:
        coded[row.id, row.source].append(row.credibility)
    return tuple(dict.fromkeys((source, middle_grade(grades)) for (_, source), grades in coded.items()))


def _said(coded: list[Signal]) -> frozenset[Label]:
    """Return what the rows of one signal say, whoever coded it."""
    return frozenset(label_of(row) for row in coded)


def merges_of(codebook: Codebook, unit: Unit) -> Iterator[Merge]:
    """Yield every signal of a unit but the first: into which, why, and whether it adds a code of its own."""
    rows: dict[str, list[Signal]] = defaultdict(list)
    for row in unit.rows:
        rows[row.id].append(row)
    items = {item.signal.id: _said(rows[item.signal.id]) for item in unit.items}
    lead = unit.items[0].signal.id
    keys = {name: {key for row in own for key in joined_by(codebook, row)} for name, own in rows.items()}
    for name, own in rows.items():
        if name == lead:
            continue
        into = lead if name in items else next((i for i, said in items.items() if said == _said(own)), lead)
        shared = keys[name] & keys[into] or keys[name] & set().union(*(k for n, k in keys.items() if n != name))
        kinds = {key[0] for key in shared}
        for why in [why for kind, why in _KINDS.items() if kind in kinds][:1]:
            yield Merge(name, into, why, counts=name in items)
