"""What a condition means on the outcomes of the question it is about.

An outcome is a number: the day of a timing question (infinite for never), the index of a level, the value
of a quantity. A condition on one question cuts that line into stretches on which it holds or fails.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from foedus.case.expression import And, Compare, Expression, Is, Not, Or, cuts_in
from foedus.case.types import CaseFile, Nominal, Ordinal, Timing
from foedus.elicitation.shapes import Floats

_COMPARE = {
    "<": np.less,
    "<=": np.less_equal,
    "==": np.equal,
    "!=": np.not_equal,
    ">=": np.greater_equal,
    ">": np.greater,
}


@dataclass(frozen=True)
class Window:
    """Days of a timing question: day i is `opens` + i, i = 1..n."""

    opens: dt.date
    n: int

    @classmethod
    def of(cls, question: Timing, file: CaseFile) -> Window:
        """Return the window of `question`, with the case's dates where it gives none."""
        opens = question.opens or file.opens
        return cls(opens, ((question.horizon or file.horizon) - opens).days)

    def number(self, day: dt.date) -> int:
        """Return the number of a day, outside 1..n where it lies outside the window."""
        return (day - self.opens).days

    def date(self, number: float) -> dt.date:
        """Return the day with that number."""
        return self.opens + dt.timedelta(days=int(number))


def holds(condition: Expression, outcome: Floats, file: CaseFile) -> NDArray[np.bool_]:
    """Return where a condition on one question holds.

    Parameters
    ----------
    condition : Expression
        Bound to one question, which applies: `is not applicable` is false.
    outcome : array
        Day numbers (inf: never), indices of levels, or values.
    file : CaseFile
        The case, for the first day of the window.

    Returns
    -------
    bool array
        The shape of `outcome`.
    """
    match condition:
        case Compare(question=question, op=op, level=level, number=number, day=day):
            asked = file.questions[question]
            if day is not None and isinstance(asked, Timing):
                edge = float(Window.of(asked, file).number(day))
            else:
                edge = float(level if level is not None else number if number is not None else np.nan)
            return np.asarray(_COMPARE[op](outcome, edge))
        case Is(state=state):
            return np.isinf(outcome) if state == "never" else np.zeros(outcome.shape, dtype=bool)
        case Not(part=part):
            return ~holds(part, outcome, file)
        case And(parts=parts):
            return np.asarray(np.logical_and.reduce([holds(part, outcome, file) for part in parts]))
        case Or(parts=parts):
            return np.asarray(np.logical_or.reduce([holds(part, outcome, file) for part in parts]))


def outcomes(question: str, file: CaseFile, conditions: Iterable[Expression]) -> Floats:
    """Return one outcome for each stretch on which all the conditions stay what they are, in order.

    Timing: days 1..n and infinity for never. Levels: 0..K-1. Quantity, with the cuts c_1 < .. < c_m of the
    conditions: below c_1, c_1 itself, between, .., c_m, above; 2 m + 1 values.
    """
    asked = file.questions[question]
    if isinstance(asked, Timing):
        return np.append(np.arange(1.0, Window.of(asked, file).n + 1), np.inf)
    if isinstance(asked, Ordinal | Nominal):
        return np.arange(float(len(asked.levels)))
    at = cut_points(question, conditions)
    if len(at) == 0:
        return np.zeros(1)
    between = np.concatenate(([at[0] - 1], (at[:-1] + at[1:]) / 2, [at[-1] + 1]))
    return np.insert(at, np.arange(len(at) + 1), between)


def cut_points(question: str, conditions: Iterable[Expression]) -> Floats:
    """Return the numbers that the conditions compare a quantity with, ascending."""
    cuts = (cuts_in(condition).get(question, frozenset()) for condition in conditions)
    return np.array(sorted(frozenset().union(*cuts)))
