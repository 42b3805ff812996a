"""The window of a timing question, and the outcomes that a condition can tell apart."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from foedus.case.conditions import NEVER, Outcomes
from foedus.case.expression import Expression, cuts_in
from foedus.case.types import CaseFile, Nominal, Ordinal, Timing
from foedus.elicitation.shapes import Floats


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


def outcomes(question: str, file: CaseFile, conditions: Iterable[Expression]) -> Outcomes:
    """Return one outcome for each stretch on which all the conditions stay what they are, in order.

    Timing: every day, then never. Levels: 0..K-1. Quantity, with the cuts c_1 < .. < c_m of the
    conditions: below c_1, c_1 itself, between, .., c_m, above; 2 m + 1 values.
    """
    asked = file.questions[question]
    if isinstance(asked, Timing):
        window = Window.of(asked, file)
        return Outcomes(np.append(window.opens.toordinal() + np.arange(1, window.n + 1), NEVER))
    if isinstance(asked, Ordinal | Nominal):
        return Outcomes(np.arange(len(asked.levels)))
    at = cut_points(question, conditions)
    if len(at) == 0:
        return Outcomes(np.zeros(1))
    between = np.concatenate(([at[0] - 1], (at[:-1] + at[1:]) / 2, [at[-1] + 1]))
    return Outcomes(np.insert(at, np.arange(len(at) + 1), between))


def cut_points(question: str, conditions: Iterable[Expression]) -> Floats:
    """Return the numbers that the conditions compare a quantity with, ascending."""
    cuts = (cuts_in(condition).get(question, frozenset()) for condition in conditions)
    return np.array(sorted(frozenset().union(*cuts)))
