"""Whether every question has a member of the panel whose judgment can be used, outright or under conditions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise

from foedus.case.check.draft import Draft
from foedus.case.expression import Expression, Outcome, cuts_in, dates_in, holds
from foedus.case.types import Judgment, Nominal, Ordinal, Question, Timing

FILE = "judgments.csv"
Rows = Sequence[Judgment]
Groups = dict[tuple[str, str, str | None], list[Judgment]]  # of an expert, on a question, given a condition


def check_answered(draft: Draft, groups: Groups) -> None:
    """Note every question about which no member of the panel says enough."""
    weighted = draft.file.pooling.weights == "given"
    counted = [name for name, expert in draft.file.panel.items() if expert.weight or not weighted]
    for name, question in draft.file.questions.items():
        plain = [expert for expert in counted if _usable(groups.get((expert, name, None), ()), question)]
        if plain or _covered(draft, name, question, groups, counted):
            continue
        said = "no member of the panel (with a weight above 0) " if weighted else "no member of the panel "
        hint = f"add rows to {FILE}"
        if isinstance(question, Nominal) and question.parent is not None:
            hint += f", without `given` or with conditions on {question.parent} that cover all of its outcomes"
        draft.fault("case.yaml", ("questions", name), f"questions.{name}: {said}says enough about it: {hint}")


def _usable(rows: Rows, question: Question) -> bool:
    if isinstance(question, Timing) and any(row.element == "never" and row.value == 1 for row in rows):
        return True
    return any(row.element != "never" and row.level != "never" for row in rows)


def _covered(
    draft: Draft,
    name: str,
    question: Question,
    groups: Groups,
    experts: Sequence[str],
) -> bool:
    """Whether some expert's conditions on the parent of a nominal question hold for each of the parent's outcomes."""
    if not isinstance(question, Nominal) or question.parent not in draft.file.questions:
        return False
    parent = draft.file.questions[question.parent]
    for expert in experts:
        texts = [given for who, what, given in groups if who == expert and what == name and given is not None]
        conditions = [found for text in texts if (found := draft.expression(text, FILE, 0, "given")) is not None]
        outcomes = _outcomes(draft, question.parent, parent, conditions)
        if conditions and all(any(holds(c, {question.parent: y}) for c in conditions) for y in outcomes):
            return True
    return False


def _outcomes(draft: Draft, name: str, parent: Question, conditions: Sequence[Expression]) -> list[Outcome]:
    """Enough outcomes of a question for every combination of conditions on it to be met by one."""
    if isinstance(parent, (Ordinal, Nominal)):
        return list(range(len(parent.levels)))
    if isinstance(parent, Timing):
        opens, horizon = draft.window(parent)
        days = {day + dt.timedelta(step) for c in conditions for day in dates_in(c) for step in (-1, 0, 1)} | {horizon}
        return [*(day for day in sorted(days) if opens < day <= horizon), "never"]
    cuts = sorted({cut for c in conditions for cut in cuts_in(c).get(name, ())})
    between = [(a + b) / 2 for a, b in pairwise(cuts)]
    return [*cuts, *between, *([cuts[0] - 1, cuts[-1] + 1] if cuts else [0.0])]
