"""Probabilities at days or values of the expert's or the analyst's choosing, read as quantiles.

`probability` of `<= 2025-08-31` is a point of the distribution function like a quantile, only that the value was fixed
and the probability asked. Of a timing question it is unconditional, never included, whereas quantiles are given that it
happens; so it is divided by the probability that it does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from foedus.case.check.stated import parse_threshold
from foedus.case.types import CaseFile, Judgment, Question, Timing

NEVER = "never"  # the bin of chips for what does not happen within the window
_NEAR = 1e-9


def is_threshold(row: Judgment) -> bool:
    """Whether a row gives a probability at a day or value, and not of a level."""
    return row.element == "probability" and (row.level or "").lstrip()[:1] in {"<", ">"}


def by_horizon(row: Judgment, question: Question, horizon: dt.date) -> float | None:
    """Return the probability that it happens at all, where the row states it."""
    if not is_threshold(row) or not isinstance(question, Timing):
        return None
    below, at = parse_threshold(row.level or "", question)
    if at != horizon:
        return None
    return float(row.value) if below else 1 - float(row.value)  # type: ignore[arg-type]


def speaks_of_never(row: Judgment, file: CaseFile) -> bool:
    """Whether a row says how likely it is that the event does not happen: outright, by chips, or up to the horizon."""
    question = file.questions[row.question]
    horizon = (question.horizon if isinstance(question, Timing) else None) or file.horizon
    return (
        row.element == "never"
        or (row.element, row.level) == ("chips", NEVER)
        or by_horizon(row, question, horizon) is not None
    )


def as_quantile(row: Judgment, question: Question, happens: float = 1.0) -> Judgment:
    """Return the row as a quantile, given that it happens.

    Parameters
    ----------
    row : Judgment
        For which `is_threshold` holds.
    question : Question
        Timing or quantity.
    happens : float
        Probability that it happens within the window; 1 for a quantity.

    Raises
    ------
    ValueError
        The probability is more than that it happens at all, or leaves nothing on one side.
    """
    below, at = parse_threshold(row.level or "", question)
    p = float(row.value) if below else 1 - float(row.value)  # type: ignore[arg-type]
    if p > happens + _NEAR:
        msg = f"by {at} has {p:g} already, but that it happens at all only {happens:g}; the later day can't be less"
        raise ValueError(msg)
    if not _NEAR < p < happens - _NEAR:
        side = "up to" if p < 0.5 else "after"
        msg = f"a probability of {row.value:g} leaves nothing {side} {at}: leave the row away, or write 0.01 or 0.99"
        raise ValueError(msg)
    return row.model_copy(update={"element": "quantile", "level": repr(p / happens), "value": at})


def as_quantiles(
    rows: Sequence[Judgment], question: Question, happens: float, skip: dt.date | None
) -> tuple[list[Judgment], tuple[Judgment, str] | None]:
    """Return the rows, thresholds as quantiles but for one at `skip`; and the first that can't be read, and why."""
    out: list[Judgment] = []
    for row in rows:
        if not is_threshold(row):
            out.append(row)
        elif skip is None or by_horizon(row, question, skip) is None:
            try:
                out.append(as_quantile(row, question, happens))
            except ValueError as error:
                return out, (row, str(error))
    return out, None
