"""The meaning of the `when` language, one combination of outcomes at a time: the oracle of the array version."""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Callable, Mapping
from typing import Any, Literal

from foedus.case.expression import And, Compare, Expression, Is, Not, Operator, Or

Outcome = int | float | dt.date | Literal["never", "not applicable"]
_COMPARE: dict[Operator, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
    ">=": operator.ge,
    ">": operator.gt,
}


def holds(expression: Expression, outcomes: Mapping[str, Outcome]) -> bool:
    """Whether an expression is true of one combination of outcomes: the meaning of the language, unhurried.

    Parameters
    ----------
    expression : Expression
        A bound expression.
    outcomes : mapping of str to Outcome
        For each question in it: the index of a level, a number, a day, `"never"` or `"not applicable"`.

    Returns
    -------
    bool
    """
    match expression:
        case Is(question, state):
            return outcomes[question] == state
        case Not(part):
            return not holds(part, outcomes)
        case And(parts):
            return all(holds(part, outcomes) for part in parts)
        case Or(parts):
            return any(holds(part, outcomes) for part in parts)
        case Compare(question, op, level, number, day, other):
            given = next(
                value for value in (level, number, day, outcomes[other] if other else None) if value is not None
            )
            if "not applicable" in (outcomes[question], given):
                return False
            left, right = (dt.date.max if side == "never" else side for side in (outcomes[question], given))
            return _COMPARE[op](left, right)
