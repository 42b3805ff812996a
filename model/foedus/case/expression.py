"""The `when` language: comparisons of outcomes, joined by and, or, not. Parsed into a tree, never executed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

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
    part: Expression


@dataclass(frozen=True)
class And:
    parts: tuple[Expression, ...]


@dataclass(frozen=True)
class Or:
    parts: tuple[Expression, ...]


Expression = Compare | Is | Not | And | Or
