"""A `when` expression over outcomes -> true or false for each draw (or each cell)."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from foedus.case.expression import And, Compare, Expression, Is, Not, Or, cuts_in
from foedus.case.types import CaseFile, Quantity, Timing

Bools = NDArray[np.bool_]
NEVER = 10**9  # later than every day
_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
    ">=": operator.ge,
    ">": operator.gt,
}


@dataclass(frozen=True)
class Outcomes:
    """Outcomes of one question.

    Attributes
    ----------
    position : array
        Proleptic ordinal of the day (`NEVER` for never), index of the level, or the number itself.
    applies : array of bool, or None
        Where the question applies; None: everywhere.
    """

    position: NDArray[Any]
    applies: Bools | None = None


def holds(expression: Expression, outcomes: Mapping[str, Outcomes]) -> Bools:
    """Return where `expression` is true. A comparison is false where either side is not applicable."""
    match expression:
        case And(parts):
            return np.asarray(np.logical_and.reduce([holds(part, outcomes) for part in parts]))
        case Or(parts):
            return np.asarray(np.logical_or.reduce([holds(part, outcomes) for part in parts]))
        case Not(part):
            return np.logical_not(holds(part, outcomes))
        case Is(question, "never"):
            return _where_applies(outcomes[question].position == NEVER, outcomes[question])
        case Is(question, _):
            applies = outcomes[question].applies
            return np.zeros(outcomes[question].position.shape, bool) if applies is None else ~applies
        case Compare():
            return _compare(expression, outcomes)


def _compare(c: Compare, outcomes: Mapping[str, Outcomes]) -> Bools:
    left = outcomes[c.question]
    right: Any
    if c.other is not None:
        right = outcomes[c.other].position
    elif c.day is not None:
        right = c.day.toordinal()
    else:
        right = c.level if c.level is not None else c.number
    out = _where_applies(_OPERATORS[c.op](left.position, right), left)
    return _where_applies(out, outcomes[c.other]) if c.other is not None else out


def _where_applies(true: Bools, outcomes: Outcomes) -> Bools:
    return true if outcomes.applies is None else true & outcomes.applies


def outcomes_told_apart(question: str, file: CaseFile, conditions: Iterable[Expression]) -> Outcomes:
    """Return one outcome for each stretch on which all the conditions stay what they are, in order.

    Timing: every day, then never. Levels: 0..K-1. Quantity, with the cuts c_1 < .. < c_m of the
    conditions: below c_1, c_1 itself, between, .., c_m, above; 2 m + 1 values.
    """
    asked = file.questions[question]
    if isinstance(asked, Timing):
        first, last = (asked.opens or file.opens).toordinal() + 1, (asked.horizon or file.horizon).toordinal()
        return Outcomes(np.append(np.arange(first, last + 1), NEVER))
    if not isinstance(asked, Quantity):
        return Outcomes(np.arange(len(asked.levels)))
    at = cut_points(question, conditions)
    if len(at) == 0:
        return Outcomes(np.zeros(1))
    between = np.concatenate(([at[0] - 1], (at[:-1] + at[1:]) / 2, [at[-1] + 1]))
    return Outcomes(np.insert(at, np.arange(len(at) + 1), between))


def cut_points(question: str, conditions: Iterable[Expression]) -> NDArray[np.float64]:
    """Return the numbers that the conditions compare a quantity with, ascending."""
    cuts = (cuts_in(condition).get(question, frozenset()) for condition in conditions)
    return np.array(sorted(frozenset().union(*cuts)))
