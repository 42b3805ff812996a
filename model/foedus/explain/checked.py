"""A sound case as `foedus check` looks at it: its evidence, codes by week, and what became of every row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from foedus.accounting import account_of
from foedus.case.moment import moment, warnings_as_of
from foedus.case.types import Case
from foedus.elicitation.coherence import doubts
from foedus.errors import CaseError, Fault, nearest
from foedus.explain.evidence import Piece, Said, evidence
from foedus.explain.heat import Heat, heat
from foedus.fates import RowFate, row_fates, totals
from foedus.news.conflicts import conflicts
from foedus.problem import compile_problem
from foedus.problem.compile import Compiled
from foedus.trust import trust_of


@dataclass(frozen=True)
class Checked:
    """A sound case, compiled as of a time, and what is looked at of it.

    Attributes
    ----------
    case : Case
    as_of : datetime
        Aware.
    compiled : Compiled
    questions : tuple of str
        Those looked at, in the order of the case.
    since : date or None
        Evidence seen before is not looked at; the account is always of every row.
    """

    case: Case
    as_of: dt.datetime
    compiled: Compiled
    questions: tuple[str, ...]
    since: dt.date | None = None

    @cached_property
    def evidence(self) -> tuple[Piece, ...]:
        """The evidence that is looked at."""
        kept = (piece for piece in evidence(self.case, self.compiled) if piece.question in self.questions)
        return tuple(piece for piece in kept if self.since is None or piece.seen >= self.since)

    @cached_property
    def rows(self) -> tuple[RowFate, ...]:
        """Every row, whatever is looked at."""
        return row_fates(self.case, self.compiled, account_of(self.compiled))

    @cached_property
    def doubts(self) -> tuple[str, ...]:
        """What is worth a look in what the panel said."""
        return doubts(self.case, self.compiled.prior.panel)

    def _conflicts(self) -> list[list[str]]:
        return [[pair.first, pair.second] for pair in conflicts(self.case.codebook, self.compiled.evidence.units)]

    def heat(self, every: int = 1) -> Heat:
        """Return codes by `every` weeks; with all questions, codes on none as well."""
        wanted = () if len(self.questions) == len(self.case.file.questions) else self.questions
        return heat(self.case, self.compiled, self.as_of, since=self.since, questions=wanted, every=every)

    def to_json(self) -> dict[str, Any]:
        """Return all of it as plain data."""
        case = self.case
        found = totals(self.rows)
        return {
            "format": 1,
            "case": case.file.id,
            "as_of": self.as_of.isoformat(),
            "since": self.since and self.since.isoformat(),
            "illustrative": case.illustrative,
            "account": {"totals": found, "defaulted": list(self.compiled.defaulted), "conflicts": self._conflicts()},
            "rows": [asdict(row) for row in self.rows],
            "evidence": [_piece(piece) for piece in self.evidence],
            "heat": _heat(self.heat()),
            "warnings": [*self.doubts, *warnings_as_of(case, self.as_of)],
            "inputs": dict(case.inputs),
        }


def checked(
    case: Case, as_of: str | None = None, questions: Sequence[str] = (), since: dt.date | None = None
) -> Checked:
    """Compile a case to look at it.

    Parameters
    ----------
    case : Case
    as_of : str, optional
        As in `forecast`.
    questions : sequence of str
        Only these; empty for all.
    since : date, optional
        Only evidence seen from then on.

    Raises
    ------
    CaseError
        For a question that the case has not, a time that can't be read, or judgments that can't be made into a prior.
    """
    known = tuple(case.file.questions)
    faults = [Fault("--question", 0, f"there is no {q!r}; {nearest(q, known)}") for q in questions if q not in known]
    if faults:
        raise CaseError(faults)
    time = moment(case, as_of)
    compiled = compile_problem(case, time, trust=trust_of(case, time))
    return Checked(case, time, compiled, tuple(q for q in known if not questions or q in questions), since)


def _piece(piece: Piece) -> dict[str, Any]:
    return asdict(piece) | {"seen": piece.seen.isoformat(), "says": [_said(said) for said in piece.says]}


def _said(said: Said) -> dict[str, Any]:
    return asdict(said) | {
        "since": said.since and said.since.isoformat(),
        "target": said.target and [day.isoformat() for day in said.target],
    }


def _heat(found: Heat) -> dict[str, Any]:
    weeks = [monday.isoformat() for monday in found.columns]
    return {
        "weeks": weeks,
        "rows": [
            {
                "question": row.question,
                "code": row.code,
                "cells": [{"week": weeks[column], **asdict(cell)} for column, cell in row.cells.items()],
            }
            for row in found.rows
        ],
    }
