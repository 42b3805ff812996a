"""News known at a time -> units of evidence, and the account of every row.

A *unit* is one event or statement: all reports of it count once. What was published later, superseded,
retracted, judged after or bears on nothing is set aside, with the reason.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal
from zoneinfo import ZoneInfo

from foedus.case.types import Case, Codebook, Count, Signal
from foedus.news.coders.codings import ADJUDICATED, Coding, coding_of, decisions
from foedus.news.counts import Judged as Judged
from foedus.news.counts import Period, periods
from foedus.news.counts import share_unseen as share_unseen
from foedus.news.units import SAYS, merges_of
from foedus.news.units import Item as Item
from foedus.news.units import Merge as Merge
from foedus.news.units import Unit as Unit
from foedus.news.units import connected as connected
from foedus.news.units import joined_by as joined_by
from foedus.news.units import unit_of as unit_of

TWICE = "the same row twice"
Fate = Literal["used", "merged", "excluded", "in_prior", "no_bearing"]


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
        return tuple((m.id, f"{SAYS[m.why]} {m.into}") for m in self.merges if not m.counts and m.why in SAYS)


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
        merges=tuple(merge for unit in units for merge in merges_of(case.codebook, unit))
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
