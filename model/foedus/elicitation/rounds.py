"""Every round of one expert on one question: the last counts, the earlier ones are kept, so that the shift can be shown."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from foedus.case.types import Case, Judgment
from foedus.elicitation.rows import Fitted, fitted
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
