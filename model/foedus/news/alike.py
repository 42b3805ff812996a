"""Rows of signals.csv that a new signal may be another report of: shown to its coder before it is written."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from foedus.case.types import Case, Moment, Signal

NEAR = dt.timedelta(days=1)  # between the end of one and the beginning of the other


@dataclass(frozen=True)
class Alike:
    """A row that may tell of the same event.

    Attributes
    ----------
    signal : Signal
        The row.
    apart : timedelta
        Between the two, as exactly as both are known.
    event : str or None
        What joins them if they are one: the row's `event`; None where it has none.
    """

    signal: Signal
    apart: dt.timedelta
    event: str | None


def alike(case: Case, signal: Signal) -> list[Alike]:
    """Return rows of the same code that were seen within a day or so of a signal, the nearest first.

    Those already joined to it by an event, statement or id, and what another row has taken the place of, are left out.

    Parameters
    ----------
    case : Case
        Without the signal, or with it.
    signal : Signal
    """
    replaced = {row.supersedes for row in case.signals if row.supersedes and row.supersedes != row.id}
    found = []
    for row in case.signals:
        if row.line == signal.line or row.code != signal.code or row.id in replaced or row.status == "retracted":
            continue
        if row.id == signal.id or _joined(row, signal):
            continue
        apart = _apart(_seen(row), _seen(signal))
        if apart <= NEAR:
            found.append(Alike(row, apart, row.event))
    return sorted(found, key=lambda one: (one.apart, abs(_seen(one.signal).at - _seen(signal).at), one.signal.line))


def _seen(row: Signal) -> Moment:
    return row.happened or row.published


def _joined(a: Signal, b: Signal) -> bool:
    return any(getattr(a, key) and getattr(a, key) == getattr(b, key) for key in ("event", "statement", "origin"))


def _apart(a: Moment, b: Moment) -> dt.timedelta:
    """Return the time between two moments; none where one may lie within the other."""
    return max(a.earliest - b.at, b.earliest - a.at, dt.timedelta())
