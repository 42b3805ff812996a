"""Counts known at a time -> periods, each with its last revision, and the account of the rows that are set aside."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from foedus.case.types import Case, Count

Judged = Mapping[str, tuple[tuple[dt.datetime, float], ...]]  # question -> (end of the day judged, weight)


@dataclass(frozen=True)
class Period:
    """One period of a counted code.

    Attributes
    ----------
    row : Count
        What was counted, as last revised.
    published : datetime
        When it was first known, before any revision.
    question : str
        What its code bears on.
    share : float
        Share of the panel, by weight, that had judged that question before.
    """

    row: Count
    published: dt.datetime
    question: str
    share: float


def share_unseen(judged: Judged, question: str, published: dt.datetime) -> float:
    """Share of the panel, by weight, that had judged `question` before `published`."""
    panel = judged.get(question, ())
    total = sum(weight for _, weight in panel)
    return sum(weight for spoke, weight in panel if spoke < published) / total if total else 1.0


def periods(case: Case, as_of: dt.datetime, judged: Judged) -> tuple[tuple[Period, ...], dict[int, str]]:
    """Return the periods known at `as_of` in time order, and why each other row (by line) is set aside.

    A period of which the whole panel knew is returned with a share of 0.
    """
    aside: dict[int, str] = {}
    known: dict[tuple[str, dt.date, dt.date], list[Count]] = defaultdict(list)
    for row in case.counts:
        if row.published.at <= as_of:
            known[row.code, row.first, row.last].append(row)
        else:
            aside[row.line] = "published after the as-of time"
    out = []
    for (code, _, _), rows in known.items():
        *revised, latest = sorted(rows, key=lambda row: row.published.at)
        aside |= {row.line: f"revised on line {latest.line}" for row in revised}
        first = min(row.published.at for row in rows)
        (question, *_) = case.codebook.codes[code].bears_on
        out.append(Period(latest, first, question, share_unseen(judged, question, first)))
    return tuple(sorted(out, key=lambda period: (period.row.last, period.row.first, period.row.code))), aside
