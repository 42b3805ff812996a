"""News known at a time -> units of evidence, and the account of every row.

A *unit* is one event or statement: all reports of it count once. What was published later, superseded,
retracted, judged after or bears on nothing is set aside, with the reason.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal
from zoneinfo import ZoneInfo

from foedus.case.types import Case, Codebook, Count, Signal
from foedus.news.coders.codings import (
    ADJUDICATED,
    Coding,
    Label,
    coding_of,
    decisions,
    label_of,
    middle_grade,
    options,
)
from foedus.news.counts import Judged as Judged
from foedus.news.counts import Period, periods
from foedus.news.counts import share_unseen as share_unseen

Fate = Literal["used", "merged", "excluded", "in_prior", "no_bearing"]
Joining = Literal["document", "origin", "statement", "event"]
TWICE = "the same row twice"
_KINDS: Mapping[str, Joining] = {  # what a row is joined by first: from the closest to the widest
    "line": "document",
    "origin": "origin",
    "statement": "statement",
    "event": "event",
}
_SAYS: Mapping[str, str] = {
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


@dataclass(frozen=True)
class Evidence:
    """Units and counted periods in time order, what became of every other row (id, reason), and who coded alike.

    `aside` says by file and line why a row is in no unit and no counted period: its fate, and a reason.
    """

    units: tuple[Unit, ...]
    counts: tuple[Period, ...]
    read: int
    merges: tuple[Merge, ...]
    excluded: tuple[tuple[str, str], ...]
    later_that_day: tuple[str, ...]
    in_prior: tuple[str, ...]
    no_bearing: tuple[str, ...]
    coding: Coding | None = field(default=None, compare=False)
    aside: Mapping[tuple[str, int], tuple[Fate, str]] = field(default_factory=dict)

    @property
    def merged(self) -> tuple[tuple[str, str], ...]:
        """Rows that add no factor of their own, with what they repeat: further reports of what is in their unit."""
        return tuple((m.id, f"{_SAYS[m.why]} {m.into}") for m in self.merges if not m.counts and m.why in _SAYS)


def gather(case: Case, as_of: dt.datetime, judged: Judged) -> Evidence:
    """Collect the evidence known at `as_of`, signals and counts.

    Parameters
    ----------
    case : Case
    as_of : datetime
        Aware; a signal is known from its publication time on.
    judged : mapping
        For each question, when each expert's judgment was given and the expert's weight.
    """
    excluded: dict[int, str] = {}
    known = _known(case, as_of, excluded)
    later = tuple(s.id for s in case.signals if s.line in excluded and _same_day(case, s, as_of))
    standing = current_rows(known, excluded)
    coding = coding_of(standing, tuple(case.codebook.codes))
    asked = questions_of(case.codebook)
    usable, no_bearing = _usable(case.codebook, asked, _decided(standing, excluded), excluded)
    merged = sorted(
        (unit_of(rows, coding) for rows in connected(case.codebook, usable)),
        key=lambda u: (u.seen, u.published, u.ids),
    )
    new = [_news(asked, unit, judged) for unit in merged]
    units = tuple(unit for unit, is_new in zip(merged, new, strict=True) if is_new)
    in_prior = tuple(i for unit, is_new in zip(merged, new, strict=True) if not is_new for i in unit.ids)
    counted, aside = periods(case, as_of, judged)
    return Evidence(
        units=units,
        counts=tuple(period for period in counted if period.share > 0),
        read=len(case.signals) + len(case.counts) + len(case.skipped),
        merges=tuple(merge for unit in units for merge in _merges(case.codebook, unit))
        + tuple(Merge(s.id, s.id, "duplicate") for s in case.signals if excluded.get(s.line) == TWICE),
        excluded=tuple((s.id, excluded[s.line]) for s in case.signals if s.line in excluded)
        + tuple((row.id, aside[row.line]) for row in case.counts if row.line in aside)
        + case.skipped,
        later_that_day=later + tuple(row.id for row in case.counts if _same_day(case, row, as_of)),
        in_prior=in_prior + tuple(period.row.id for period in counted if period.share == 0),
        no_bearing=tuple(no_bearing),
        coding=coding,
        aside={("signals.csv", line): ("excluded", why) for line, why in excluded.items()}
        | _no_unit(standing, usable, excluded)
        | _in_prior(merged, units)
        | {("counts.csv", line): ("excluded", why) for line, why in aside.items()}
        | {("counts.csv", period.row.line): ("in_prior", "") for period in counted if period.share == 0},
    )


def _no_unit(
    standing: Iterable[Signal], usable: Iterable[Signal], excluded: Mapping[int, str]
) -> dict[tuple[str, int], tuple[Fate, str]]:
    """Say of the rows that stand and are in no unit that they bear on nothing."""
    known = {signal.line for signal in usable} | excluded.keys()
    return {("signals.csv", s.line): ("no_bearing", "") for s in standing if s.line not in known}


def _in_prior(merged: Iterable[Unit], units: tuple[Unit, ...]) -> dict[tuple[str, int], tuple[Fate, str]]:
    """Say of the rows of units that are no news that they are in the prior."""
    kept = {row.line for unit in units for row in unit.rows}
    return {("signals.csv", s.line): ("in_prior", "") for u in merged for s in u.rows if s.line not in kept}


def current(case: Case, as_of: dt.datetime) -> list[Signal]:
    """Return the rows that stand at `as_of`: known, not superseded, not retracted, each once."""
    return current_rows(_known(case, as_of, {}), {})


def _news(asked: Mapping[str, Collection[str]], unit: Unit, judged: Judged) -> bool:
    """Whether some of the panel judged before an event was known, by its first report, on what it bears on."""
    questions = {q for row in unit.rows for q in asked[row.code]}
    return any(share_unseen(judged, q, unit.published) > 0 for q in questions)


def questions_of(codebook: Codebook) -> dict[str, set[str]]:
    """Return the questions that each code bears on, by itself or as a line of a discrepancy."""
    out = {name: set(code.bears_on) for name, code in codebook.codes.items()}
    for code in codebook.discrepancies.values():
        for line in code.lines:
            out[line] |= set(code.bears_on)
    return out


def _known(case: Case, as_of: dt.datetime, excluded: dict[int, str]) -> list[Signal]:
    known = []
    for signal in case.signals:
        if signal.published.at <= as_of:
            known.append(signal)
        else:
            excluded[signal.line] = "published after the as-of time"
    return known


def _same_day(case: Case, row: Signal | Count, as_of: dt.datetime) -> bool:
    zone = ZoneInfo(case.file.timezone)
    if row.published.at <= as_of:
        return False
    moment = dt.timedelta(microseconds=1)  # a bare date ends with its day, and so does a bare as-of
    return (row.published.at - moment).astimezone(zone).date() == (as_of - moment).astimezone(zone).date()


def current_rows(known: list[Signal], excluded: dict[int, str]) -> list[Signal]:
    """Return rows that nothing took the place of; why not, for the others, by line, goes into `excluded`."""
    by = {_superseded(s): s for s in known if s.supersedes}
    current = []
    seen: set[tuple[object, ...]] = set()
    for signal in known:
        content = (signal.id, signal.coder, signal.code, signal.published.at, signal.source)
        later = by.get((signal.id, None)) or by.get((signal.id, signal.coder or ""))
        if later is not None and later.line != signal.line and (later.id != signal.id or later.line > signal.line):
            excluded[signal.line] = f"superseded by {later.id} ({later.status})"
        elif signal.status == "retracted":
            excluded[signal.line] = f"retraction of {signal.supersedes}"
        elif content in seen:
            excluded[signal.line] = TWICE
        else:
            seen.add(content)
            current.append(signal)
    return current


def _decided(current: list[Signal], excluded: dict[int, str]) -> list[Signal]:
    """Leave of a signal on which somebody decided the decision alone."""
    settled = decisions(current)
    for signal in current:
        if signal.id in settled and signal.coder != ADJUDICATED:
            excluded[signal.line] = "adjudicated: another row of this signal decides"
    return [signal for signal in current if signal.line not in excluded]


def _usable(
    codebook: Codebook, asked: Mapping[str, Collection[str]], current: list[Signal], excluded: dict[int, str]
) -> tuple[list[Signal], list[str]]:
    """Rows that count, and the ids of those that bear on nothing.

    Where one coder saw something that counts, a row of another who saw nothing stays: it says that there is nothing.
    """
    says = {s.id for s in current if asked[s.code] and unusable(codebook, s) is None}
    usable, no_bearing = [], []
    for signal in current:
        if signal.id in says:
            usable.append(signal)
        elif asked[signal.code] and (reason := unusable(codebook, signal)) is not None:
            excluded[signal.line] = reason
        else:
            no_bearing.append(signal.id)
    return usable, no_bearing


def _superseded(signal: Signal) -> tuple[str | None, str | None]:
    """Return whose rows a row takes the place of: all with another id, or of its own those of its coder."""
    return signal.supersedes, (signal.coder or "") if signal.supersedes == signal.id else None


def unusable(codebook: Codebook, signal: Signal) -> str | None:
    """Return why a row that is known counts for nothing, or None."""
    if signal.observed == "not_seen":
        return "not seen in the document: counts neither way"
    if signal.observed == "absent" and codebook.codes[signal.code].kind != "per_document":
        return "absent counts only for a per_document code"
    return None


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


def _merges(codebook: Codebook, unit: Unit) -> Iterator[Merge]:
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
