"""Who said what: for each issue, whether both sides, one side, an unnamed voice or nobody has spoken of it so far.

It counts words on the record, not truth: an issue that a side left out of its own text is marked as absent there, and
a report by the press alone is nobody's word. A signal counts for the topic it names; for a question of the case only
where it names no topic of its own, so that a general word on the alliance is not taken for a word on the question.
Codes that bear on nothing are background and say nothing here, but for lines of a document.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from foedus.case.types import Case, Signal

Record = Literal["stated", "partly", "unnamed", "absent", "unseen", "silent"]
Heard = Literal["both", "one", "unnamed", "neither"]

_PRIVATE = {"media", "expert"}  # speak for no side
_ORDER: tuple[Heard, ...] = ("both", "one", "unnamed", "neither")
_CONFIRMED: dict[str, Record] = {"yes": "stated", "partly": "partly"}
_WEIGHT: dict[Record, int] = {"silent": 0, "unseen": 1, "absent": 2, "unnamed": 3, "partly": 4, "stated": 5}


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
        the issue out), unseen (its text was not seen whole), or silent.
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


def uncoded(case: Case, as_of: dt.datetime) -> bool:
    """Return whether signals are known and none of them says who spoke: neither its actor nor a side of its source."""
    known = _current(case.signals, as_of)
    return bool(known) and not any(_speakers(signal, case) for signal in known)


def recent(case: Case, as_of: dt.datetime) -> int | None:
    """Return how many days back the record is read: 7, else 30 where nobody spoke in the week, else None for all."""
    spoken = [signal.published.at for signal in _current(case.signals, as_of) if _says(signal, case)]
    return next((days for days in (7, 30) if any(at > as_of - dt.timedelta(days) for at in spoken)), None)


def who_said_what(case: Case, as_of: dt.datetime) -> tuple[Statement, ...]:
    """Return one row for each issue of the latest exchange: both sides first, then one side, unnamed, neither.

    Read are the last days (see `recent`), so that old words don't hide what is silent now.

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
    days = recent(case, as_of)
    since = as_of - dt.timedelta(days) if days else dt.datetime.min.replace(tzinfo=dt.UTC)
    known = [s for s in _current(case.signals, as_of) if _says(s, case) and s.published.at > since]
    pair = sides(known, case)
    by_issue: dict[str, list[Signal]] = {question: [] for question in case.file.questions}
    for signal in known:
        for issue in _topics(signal, case):
            by_issue.setdefault(issue, []).append(signal)
    rows = [_row(issue, signals, pair, case) for issue, signals in by_issue.items()]
    return tuple(sorted(rows, key=lambda row: _rank(row, pair, case)))


def _current(signals: Sequence[Signal], as_of: dt.datetime) -> list[Signal]:
    known = [signal for signal in signals if signal.published.at <= as_of]
    replaced = {signal.supersedes for signal in known if signal.supersedes}
    active = [signal for signal in known if signal.id not in replaced and signal.status != "retracted"]
    return sorted(active, key=lambda signal: (signal.published.at, signal.id))


def _says(signal: Signal, case: Case) -> bool:
    """Whether a signal is a statement at all, not background."""
    code = case.codebook.codes.get(signal.code)
    return code is None or bool(code.bears_on) or code.kind == "per_document"


def _topics(signal: Signal, case: Case) -> list[str]:
    """Return the topics of its own that a signal names, else the questions."""
    issues = _split(signal.issue)
    return [issue for issue in issues if issue not in case.file.questions] or issues


def _split(joined: str | None) -> list[str]:
    return [part.strip() for part in (joined or "").split(";") if part.strip()]


def _rank(row: Statement, pair: tuple[str, ...], case: Case) -> tuple[int, int, bool, bool, int]:
    """Rank rows: by who was heard; what a side left out of its own text first, then questions of the case."""
    left_out = any(record == "absent" for _, record in row.records)
    heard, asked = _ORDER.index(row.heard), row.issue in case.file.questions
    return heard, _first(row.side, pair), not left_out, not asked, -len(row.signals)


def _first(side: str | None, pair: tuple[str, ...]) -> int:
    return pair.index(side) if side in pair else len(pair)


def _speakers(signal: Signal, case: Case) -> list[str]:
    """Return the states a signal speaks for: its actors, else the side of its source."""
    source = case.codebook.sources.get(signal.source)
    return _split(signal.actor) or ([source.side] if source and source.side else [])


def _record(signal: Signal) -> Record | None:
    """Return what one signal puts on the record of those who speak in it."""
    if signal.actor_level in _PRIVATE:
        return None
    if signal.observed != "present":
        return "absent" if signal.observed == "absent" else "unseen"
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
        confirmed = _CONFIRMED.get(signal.confirmed_by_other_side or "")
        if confirmed and record in {"stated", "unnamed"}:
            for side in set(pair) - set(speakers):
                found[side].add(confirmed)
    records = tuple((side, _heaviest(found[side])) for side in pair)
    zone = signals[-1].published.at.tzinfo if signals else None
    return Statement(
        issue=issue,
        heard=_heard([record for _, record in records]),
        records=records,
        signals=tuple(dict.fromkeys(signal.id for signal in signals)),
        latest=signals[-1].published.at.astimezone(zone).date() if signals else None,
    )


def _heaviest(found: set[Record]) -> Record:
    return max(found, key=lambda record: _WEIGHT[record], default="silent")


def _heard(records: Sequence[Record]) -> Heard:
    stated = sum(record in {"stated", "partly"} for record in records)
    if stated == 2:
        return "both"
    if stated == 1:
        return "one"
    return "unnamed" if "unnamed" in records else "neither"
