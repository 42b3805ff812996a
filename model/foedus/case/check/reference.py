"""reference_class.csv against the case: a base rate on the panel, and outcomes that its question can have."""

from __future__ import annotations

from foedus.case.check.draft import Draft
from foedus.case.types import Nominal, Ordinal, Quantity, ReferenceCase, Timing
from foedus.case.values import parse_number
from foedus.errors import nearest

FILE = "reference_class.csv"


def check(draft: Draft) -> None:
    """Check every case of every reference class."""
    judged = {(row.expert, row.question) for row in draft.judgments if row.given is None}
    for row in draft.reference:
        if not draft.knows(row.expert, draft.file.panel, "expert: the member of the panel", FILE, row.line):
            continue
        if draft.file.panel[row.expert].kind != "base_rate":
            said = f"{row.expert} is a {draft.file.panel[row.expert].kind}; write `kind: base_rate` in the panel"
            draft.fault(FILE, row.line, f"expert: past cases are a base rate's, and {said}")
        if (row.expert, row.question) in judged:
            said = f"{row.expert} also judges {row.question} in judgments.csv: keep the cases or the judgment"
            draft.fault(FILE, row.line, said)
        if draft.knows(row.question, draft.file.questions, "question:", FILE, row.line):
            for fault in _faults(draft, row):
                draft.fault(FILE, row.line, fault)


def _faults(draft: Draft, row: ReferenceCase) -> list[str]:
    question = draft.file.questions[row.question]
    if row.as_of > draft.file.horizon:
        return [f"as_of: {row.as_of} lies after the end of the case, {draft.file.horizon}"]
    if row.censored and not isinstance(question, Timing):
        return ["censored: only a wait can still go on; leave it empty"]
    if isinstance(question, Ordinal | Nominal):
        if isinstance(question, Nominal) and question.parent is not None:
            return [f"question: {row.question} hangs on {question.parent}; give judgments with `given` instead"]
        levels = [level.id for level in question.levels]
        return [] if row.outcome in levels else [f"outcome: no level {row.outcome!r}; {nearest(row.outcome, levels)}"]
    try:
        value = parse_number(row.outcome)
    except ValueError as error:
        return [f"outcome: {error}"]
    if isinstance(question, Timing) and value <= 0:
        return [f"outcome: days waited, above 0, are wanted for a timing question, got {value:g}"]
    if isinstance(question, Quantity):
        low, high = question.lower, question.upper
        if (low is not None and value <= low) or (high is not None and value >= high):
            return [f"outcome: {value:g} lies not between the bounds of {row.question}"]
    return []
