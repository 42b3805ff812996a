"""Who said what: for each issue, whether both sides, one side, an unnamed voice or nobody has spoken of it so far.

It counts words on the record, not truth: an issue that a side left out of its own text is marked as absent there, and a
report by the press alone is nobody's word.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from foedus.case.types import Case, Signal

Record = Literal["stated", "partly", "unnamed", "absent", "silent"]
Heard = Literal["both", "one", "unnamed", "neither"]

_PRIVATE = {"media", "expert"}  # speak for no side
_ORDER: tuple[Heard, ...] = ("both", "one", "unnamed", "neither")
_WEIGHT: dict[Record, int] = {"silent": 0, "absent": 1, "unnamed": 2, "partly": 3, "stated": 4}


@dataclass(frozen=True)
class Statement:
    """One issue and who has spoken of it.

    Attributes
    ----------
    issue : str
        A question id, or the free topic of the signals.
    heard : str
        `both` sides on the record, `one`, only an `unnamed` voice, or `neither`.
    records : tuple of (side, record)
        For each side, in the order of `sides`: stated, partly (it confirmed part), unnamed, absent (its own text left
        the issue out), or silent.
    signals : tuple of str
        Ids of the signals that say so, in time order.
    latest : date or None
        The last of them, as a civil day of the case.
    """

    issue: str
    heard: Heard
    records: tuple[tuple[str, Record], ...]
    signals: tuple[str, ...]
    latest: dt.date | None

    @property
    def side(self) -> str | None:
        """The side that spoke alone, where one did."""
        stated = [side for side, record in self.records if record in {"stated", "partly"}]
        return stated[0] if self.heard == "one" and stated else None


def sides(signals: Iterable[Signal], case: Case) -> tuple[str, ...]:
    """Return the two states whose officials speak most, as ISO 3166 alpha-3 codes; ties in alphabetical order."""
    counts: Counter[str] = Counter()
    for signal in signals:
        if signal.actor_level not in _PRIVATE:
            counts.update(_speakers(signal, case))
    ranked = sorted(counts, key=lambda side: (-counts[side], side))
    return tuple(sorted(ranked[:2], reverse=True))


def who_said_what(case: Case, as_of: dt.datetime) -> tuple[Statement, ...]:
    """Return one row for each issue known at `as_of`: both sides first, then one side, unnamed, neither.

    Parameters
    ----------
    case : Case
    as_of : datetime
        Aware. Signals published later are not read; retracted and superseded ones do not count.

    Returns
    -------
    tuple of Statement
        Questions of the case that nobody has spoken of are rows of their own (`neither`).
    """
    known = _current([signal for signal in case.signals if signal.published.at <= as_of])
    pair = sides(known, case)
    by_issue: dict[str, list[Signal]] = {question: [] for question in case.file.questions}
    for signal in known:
        for issue in _split(signal.issue):
            by_issue.setdefault(issue, []).append(signal)
    rows = [_row(issue, signals, pair, case) for issue, signals in by_issue.items()]
    return tuple(sorted(rows, key=lambda row: (_ORDER.index(row.heard), _first(row.side, pair), -len(row.signals))))


def _current(known: Sequence[Signal]) -> list[Signal]:
    replaced = {signal.supersedes for signal in known if signal.supersedes}
    active = [signal for signal in known if signal.id not in replaced and signal.status != "retracted"]
    return sorted(active, key=lambda signal: (signal.published.at, signal.id))


def _split(joined: str | None) -> list[str]:
    return [part.strip() for part in (joined or "").split(";") if part.strip()]


def _first(side: str | None, pair: tuple[str, ...]) -> int:
    return pair.index(side) if side in pair else len(pair)


def _speakers(signal: Signal, case: Case) -> list[str]:
    """The states a signal speaks for: its actors, else the side of its source."""
    source = case.codebook.sources.get(signal.source)
    return _split(signal.actor) or ([source.side] if source and source.side else [])


def _record(signal: Signal) -> Record | None:
    """What one signal puts on the record of those who speak in it."""
    if signal.observed == "not_seen" or signal.actor_level in _PRIVATE:
        return None
    if signal.observed == "absent":
        return "absent"
    return "unnamed" if signal.actor_level == "unnamed" else "stated"


def _row(issue: str, signals: Sequence[Signal], pair: tuple[str, ...], case: Case) -> Statement:
    found: dict[str, set[Record]] = defaultdict(set)
    for signal in signals:
        record = _record(signal)
        if record is None:
            continue
        speakers = _speakers(signal, case)
        for side in speakers:
            found[side].add(record)
        confirmed: Record | None = {"yes": "stated", "partly": "partly"}.get(signal.confirmed_by_other_side or "")  # type: ignore[assignment]
        if confirmed and record != "absent":
            for side in set(pair) - set(speakers):
                found[side].add(confirmed)
    records = tuple((side, max(found[side] or {"silent"}, key=_WEIGHT.__getitem__)) for side in pair)
    zone = signals[-1].published.at.tzinfo if signals else None
    return Statement(
        issue=issue,
        heard=_heard([record for _, record in records]),
        records=records,
        signals=tuple(dict.fromkeys(signal.id for signal in signals)),
        latest=signals[-1].published.at.astimezone(zone).date() if signals else None,
    )


def _heard(records: Sequence[Record]) -> Heard:
    stated = sum(record in {"stated", "partly"} for record in records)
    if stated == 2:
        return "both"
    if stated == 1:
        return "one"
    return "unnamed" if "unnamed" in records else "neither"
