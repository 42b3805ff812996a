"""resolutions.csv and seeds.csv against the case: an outcome that the question can have, known when it can be."""

from __future__ import annotations

import datetime as dt

from foedus.case.check.draft import Draft
from foedus.case.types import Nominal, Ordinal, Quantity, Question, Resolution, Timing
from foedus.case.values import parse_day, parse_number, too_large
from foedus.errors import nearest

FILE, SEEDS = "resolutions.csv", "seeds.csv"


def check(draft: Draft) -> None:
    """Check all resolutions, and the seed questions."""
    first: dict[str, Resolution] = {}
    for row in draft.resolutions:
        if not draft.knows(row.question, draft.file.questions, "question:", FILE, row.line):
            continue
        other = first.setdefault(row.question, row)
        if other is not row:
            said = f"{row.question} is already resolved on line {other.line}; a question is resolved once"
            draft.fault(FILE, row.line, said)
        question = draft.file.questions[row.question]
        if fault := _outcome(row.outcome, row.question, question, draft.window(question)):
            draft.fault(FILE, row.line, f"outcome: {fault}")
        if row.known_from.at.date() < row.resolved_on - dt.timedelta(days=1):
            said = f"{row.known_from.at:%Y-%m-%d} lies before resolved_on, {row.resolved_on}"
            draft.fault(FILE, row.line, f"known_from: {said}; an outcome can't be known before there is one")
    _seeds(draft)


def _outcome(text: str, name: str, question: Question, window: tuple[dt.date, dt.date]) -> str | None:
    """Say what is wrong with an outcome, if anything is."""
    if text == "not applicable":
        return None if question.only_if else f"{name} always applies (it has no only_if)"
    try:
        match question:
            case Timing():
                opens, horizon = window
                if text != "never" and not opens < parse_day(text) <= horizon:
                    return (
                        f"{text} lies outside the window, {opens} to {horizon}; write `never` if it didn't happen in it"
                    )
            case Quantity(lower=lower, upper=upper):
                number = parse_number(text)
                if fault := too_large(number):
                    return fault
                if (lower is not None and number < lower) or (upper is not None and number > upper):
                    return f"{text} lies outside the bounds in case.yaml"
            case Ordinal() | Nominal():
                ids = [level.id for level in question.levels]
                if text not in ids:
                    return f"{name} has no level {text!r}; {nearest(text, ids)}"
    except ValueError as error:
        return f"{error}, or `never`" if isinstance(question, Timing) else str(error)
    return None


def _seeds(draft: Draft) -> None:
    first: dict[str, int] = {}
    for seed in draft.seeds:
        if seed.question in draft.file.questions:
            draft.fault(SEEDS, seed.line, f"question: {seed.question!r} is a question of case.yaml; take another name")
        line = first.setdefault(seed.question, seed.line)
        if line != seed.line:
            draft.fault(SEEDS, seed.line, f"question: {seed.question!r} is already on line {line}; each stands once")
        if fault := too_large(seed.answer):
            draft.fault(SEEDS, seed.line, f"answer: {fault}")
        if seed.scale == "log" and seed.answer <= 0:
            draft.fault(SEEDS, seed.line, f"answer: must be above 0 on a log scale, got {seed.answer:g}")
