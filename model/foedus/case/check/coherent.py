"""Whether the points of one distribution that an expert stated can belong together: they rise, and none stands twice.

Quantiles fix the level and state the value, thresholds fix the value and state the probability; both are points of one
distribution function, and nested dates are thresholds that must not decrease.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from foedus.case.check.draft import Draft
from foedus.case.check.stated import parse_threshold
from foedus.case.types import Judgment, Nominal, Ordinal, Question, Timing

FILE = "judgments.csv"


class Point(NamedTuple):
    """P(X <= value) = level, and the row that says so."""

    level: float
    value: float | dt.date
    row: Judgment


def says_when(row: Judgment, question: Question) -> float | dt.date | None:
    """Return the day or value of a threshold; None for any other row."""
    if row.element != "probability" or isinstance(question, (Ordinal, Nominal)):
        return None
    return parse_threshold(row.level or "", question)[1]


def check_points(draft: Draft, rows: Sequence[Judgment], question: Question) -> None:
    """Note quantiles and thresholds that cross or repeat, and a date by which more happens than at all.

    Parameters
    ----------
    draft : Draft
    rows : sequence of Judgment
        Of one expert, question, condition and round, each sound for itself.
    question : Question
    """
    if isinstance(question, (Ordinal, Nominal)):
        for name, points in _of_levels(rows).items():
            _rising(draft, points, f"the quantiles of {rows[0].expert} for {name}", frozenset())
        return
    exact = frozenset(row.value for row in rows if row.element == "exactly")
    quantiles = [Point(float(row.level or 0), row.value, row) for row in rows if row.element == "quantile"]
    _rising(draft, quantiles, f"the quantiles of {rows[0].expert}" if rows else "", exact)
    thresholds = [point for row in rows if (point := _threshold(row, question)) is not None]
    if not thresholds:
        return
    _nested(draft, thresholds)
    if isinstance(question, Timing):
        _beside_never(draft, thresholds, rows)


def _of_levels(rows: Sequence[Judgment]) -> dict[str, list[Point]]:
    points: dict[str, list[Point]] = defaultdict(list)
    for row in rows:
        if row.element == "quantile":
            name, _, share = (part.strip() for part in (row.level or "").partition("@"))
            points[name].append(Point(float(share), row.value, row))
    return points


def _threshold(row: Judgment, question: Question) -> Point | None:
    if row.element != "probability" or isinstance(row.value, dt.date):
        return None
    below, at = parse_threshold(row.level or "", question)
    return Point(row.value if below else 1 - row.value, at, row)


def _rising(draft: Draft, points: Sequence[Point], whose: str, exact: frozenset[float | dt.date]) -> None:
    """Values rise with their level; two share one only where it is given exactly."""
    ordered = sorted(points, key=lambda point: point.level)
    if len(ordered) > 1 and ordered[0].value == ordered[-1].value and ordered[0].value not in exact:
        last = ordered[-1].row
        said = f"{whose} on {last.question} are all {last.value}: an interval of zero width"
        draft.fault(FILE, last.line, f"{said}; spread them, or give that value a probability with `exactly`")
        return
    for below, above in pairwise(ordered):
        values = f"{above.row.level} is {above.value}, but {below.row.level} is {below.value} (line {below.row.line})"
        if below.value > above.value and not exact:  # type: ignore[operator]
            draft.fault(FILE, above.row.line, f"{whose} cross: {values}; they must not decrease")
        elif below.value == above.value and above.value not in exact and below.level < above.level:
            values = f"{below.row.level} (line {below.row.line}) and {above.row.level} are both {above.value}"
            said = f"{whose} on {above.row.question} repeat: {values}"
            draft.fault(FILE, above.row.line, f"{said}; spread them, or give that value a probability with `exactly`")


def _nested(draft: Draft, points: Sequence[Point]) -> None:
    """Note a day by which less happens than by an earlier one, or as much."""
    for below, above in pairwise(sorted(points, key=lambda point: (point.value, point.level))):
        who = f"{above.row.expert} on {above.row.question}"
        if above.value == below.value:
            said = f"{who} gives two probabilities at {above.value}: {below.level:g} (line {below.row.line})"
            draft.fault(FILE, above.row.line, f"{said} and {above.level:g}; keep one")
        elif above.level < below.level:
            said = f"{who}: up to {above.value} has {above.level:g}"
            less = f"less than up to {below.value} with {below.level:g} (line {below.row.line}), which is part of it"
            draft.fault(FILE, above.row.line, f"{said}, {less}; it must not decrease")
        elif above.level == below.level:
            said = f"{who}: up to {above.value} has {above.level:g}, as up to {below.value} (line {below.row.line})"
            draft.fault(FILE, above.row.line, f"{said}; nothing is left between: make them differ, or leave one away")


def _beside_never(draft: Draft, points: Sequence[Point], rows: Sequence[Judgment]) -> None:
    never = next((row for row in rows if row.element == "never"), None)
    if never is None or isinstance(never.value, dt.date):
        return
    top = max(points, key=lambda point: point.level)
    if top.level + never.value > 1 + 1e-9:
        said = f"{top.row.expert} on {top.row.question}: {top.level:g} by {top.value} and {never.value:g} for never"
        both = f"(line {never.line}) are {top.level + never.value:g} together"
        draft.fault(FILE, top.row.line, f"{said} {both}; they must not exceed 1")
