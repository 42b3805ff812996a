"""The `when` language: comparisons of outcomes, joined by and, or, not. Parsed into a tree, never executed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from foedus.case.types import CaseFile

Operator = Literal["<", "<=", "==", "!=", ">=", ">"]


@dataclass(frozen=True)
class Compare:
    """`question op value`. After binding, a level is its index and `other` is a question id.

    Exactly one of `level`, `number`, `day`, `other` is set. A comparison is false where either
    question is not applicable; `never` is later than every day.
    """

    question: str
    op: Operator
    level: int | None = None
    number: float | None = None
    day: dt.date | None = None
    other: str | None = None


@dataclass(frozen=True)
class Is:
    """`question is never` or `question is not applicable`."""

    question: str
    state: Literal["never", "not applicable"]


@dataclass(frozen=True)
class Not:
    """What `part` is not."""

    part: Expression


@dataclass(frozen=True)
class And:
    """All of the parts."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True)
class Or:
    """At least one of the parts."""

    parts: tuple[Expression, ...]


Expression = Compare | Is | Not | And | Or

MAX_LENGTH = 4000
MAX_DEPTH = 50


def parse_when(text: str, case_file: CaseFile) -> Expression:
    """Parse a `when` expression and bind its names to a case.

    Scenarios and headlines that it names are put in place, levels become their index, and every
    comparison is checked against the type of its question.

    Parameters
    ----------
    text : str
        At most `MAX_LENGTH` characters, nested at most `MAX_DEPTH` deep (after names are put in place).
    case_file : CaseFile
        Where the names are defined.

    Returns
    -------
    Expression

    Raises
    ------
    ExpressionError
        The text can't be read, or doesn't fit the case; the message says what would be right.
    """
    from foedus.case.when import bind  # here, because lark is loaded only where something is parsed

    return bind(text, case_file)


def leaves(expression: Expression) -> Iterator[Compare | Is]:
    """Yield every comparison and state in an expression, from left to right."""
    waiting = [expression]
    while waiting:
        match waiting.pop():
            case Compare() | Is() as leaf:
                yield leaf
            case Not(part):
                waiting.append(part)
            case And(parts) | Or(parts):
                waiting.extend(reversed(parts))


def questions_in(expression: Expression) -> frozenset[str]:
    """Return the ids of the questions that an expression is about."""
    others = (leaf.other for leaf in leaves(expression) if isinstance(leaf, Compare) and leaf.other)
    return frozenset(leaf.question for leaf in leaves(expression)).union(others)


def dates_in(expression: Expression) -> frozenset[dt.date]:
    """Return the days that an expression compares with."""
    return frozenset(leaf.day for leaf in leaves(expression) if isinstance(leaf, Compare) and leaf.day)


def cuts_in(expression: Expression) -> dict[str, frozenset[float]]:
    """Return, for each quantity question in an expression, the numbers it is compared with."""
    cuts: dict[str, frozenset[float]] = {}
    for leaf in leaves(expression):
        if isinstance(leaf, Compare) and leaf.number is not None:
            cuts[leaf.question] = cuts.get(leaf.question, frozenset()) | {leaf.number}
    return cuts
