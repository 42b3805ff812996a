"""A `when` expression over outcomes -> true or false for each draw (or each cell)."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from foedus.case.expression import And, Compare, Expression, Is, Not, Or

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
