"""Whether every question has a member of the panel whose judgment can be used, outright or under conditions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from foedus.case.check.draft import Draft
from foedus.case.conditions import holds, outcomes_told_apart
from foedus.case.types import Judgment, Nominal, Question, Timing

FILE = "judgments.csv"
Rows = Sequence[Judgment]
Groups = dict[tuple[str, str, str | None], list[Judgment]]  # of an expert, on a question, given a condition


def check_answered(draft: Draft, groups: Groups) -> None:
    """Note every question about which no member of the panel says enough."""
    weighted = draft.file.pooling.weights == "given"
    counted = [name for name, expert in draft.file.panel.items() if expert.weight or not weighted]
    for name, question in draft.file.questions.items():
        plain = [expert for expert in counted if _usable(groups.get((expert, name, None), ()), question)]
        counts = any(row.question == name and row.expert in counted for row in draft.reference)
        if plain or counts or _covered(draft, name, question, groups, counted):
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
    for expert in experts:
        texts = [given for who, what, given in groups if who == expert and what == name and given is not None]
        conditions = [found for text in texts if (found := draft.expression(text, FILE, 0, "given")) is not None]
        outcomes = {question.parent: outcomes_told_apart(question.parent, draft.file, conditions)}
        if conditions and np.all(np.any([holds(c, outcomes) for c in conditions], axis=0)):
            return True
    return False
