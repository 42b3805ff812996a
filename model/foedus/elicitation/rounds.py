"""Every round of one expert on one question: the last counts, earlier ones are kept, so that the shift can be shown."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from foedus.case.check.stated import parse_bin, parse_threshold
from foedus.case.types import Case, CaseFile, Judgment, Question, Timing
from foedus.elicitation.rows import Fitted, fitted
from foedus.elicitation.thresholds import is_threshold
from foedus.elicitation.window import Window
from foedus.errors import Fault


@dataclass(frozen=True, eq=False)
class Round:
    """What was said in one round.

    Attributes
    ----------
    number : int
    as_of : date
        The last day on which a row of it was given.
    rows : tuple of Judgment
        In the order of the file.
    fitted : Fitted or None
        None where an earlier round can't be fitted.
    """

    number: int
    as_of: dt.date
    rows: tuple[Judgment, ...]
    fitted: Fitted | None


def rounds(case: Case, expert: str, question: str, given: str | None = None) -> tuple[Round, ...]:
    """Return the rounds of an expert on a question, the first one first; empty where there was none.

    Parameters
    ----------
    case : Case
    expert, question : str
        Ids.
    given : str, optional
        The condition, as in judgments.csv; None for what was said without one.
    """
    said: dict[int, list[Judgment]] = {}
    for row in case.judgments:
        if (row.expert, row.question, row.given) == (expert, question, given):
            said.setdefault(row.round, []).append(row)
    out = []
    for number in sorted(said):
        faults: list[Fault] = []
        found = fitted(question, case.file, said[number], faults)
        out.append(Round(number, max(row.as_of for row in said[number]), tuple(said[number]), found))
    return tuple(out)


def stated_points(file: CaseFile, name: str, said: Round) -> list[tuple[float, float]]:
    """Return the points of the distribution function that a round states, in order: value and probability up to it.

    Days are numbers, and their probabilities unconditional: quantiles are given that it happens, chips may leave some
    for never. Chips state a point at the upper end of every bin that has one. Levels state none.

    Parameters
    ----------
    file : CaseFile
    name : str
        Id of the question.
    said : Round
    """
    question = file.questions[name]
    happens = 1.0
    if isinstance(question, Timing) and said.fitted is not None and isinstance(said.fitted.says, np.ndarray):
        happens = 1 - float(said.fitted.says[-1])
    points = []
    for row in said.rows:
        if is_threshold(row):
            below, at = parse_threshold(row.level or "", question)
            p = float(row.value) if below else 1 - float(row.value)  # type: ignore[arg-type]
            points.append((_place(at, question, file), p))
        elif row.element == "quantile" and "@" not in (row.level or ""):
            points.append((_place(row.value, question, file), happens * float(row.level or 0)))
    return sorted([*points, *_of_chips(file, question, said.rows, happens)])


def _of_chips(
    file: CaseFile, question: Question, rows: tuple[Judgment, ...], happens: float
) -> list[tuple[float, float]]:
    chips = [row for row in rows if row.element == "chips" and ".." in (row.level or "")]
    laid = [(parse_bin(row.level or "", question), row.value) for row in chips if isinstance(row.value, float)]
    total, upto = sum(count for _, count in laid), 0.0
    points = []
    for bin_, count in sorted(laid):
        upto += count
        if np.isfinite(bin_.upper) and 0 < upto < total:
            end = dt.date.fromordinal(int(bin_.upper)) if isinstance(question, Timing) else bin_.upper
            points.append((_place(end, question, file), happens * upto / total))
    return points


def _place(value: float | dt.date, question: Question, file: CaseFile) -> float:
    if isinstance(value, dt.date):
        assert isinstance(question, Timing)
        return float(Window.of(question, file).number(value))
    return value
