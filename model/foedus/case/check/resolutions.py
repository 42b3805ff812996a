"""resolutions.csv and seeds.csv against the case: an outcome that the question can have, known when it can be."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping

from foedus.case.check.draft import Draft
from foedus.case.expression import questions_in
from foedus.case.outcome import NEVER, ends, is_range
from foedus.case.types import Nominal, Ordinal, Quantity, Question, Resolution, Timing
from foedus.case.values import parse_day, parse_number, too_large
from foedus.errors import nearest

FILE, SEEDS = "resolutions.csv", "seeds.csv"


def check(draft: Draft) -> None:
    """Check all resolutions, and the seed questions."""
    known: dict[str, list[Resolution]] = defaultdict(list)
    for row in draft.resolutions:
        if not draft.knows(row.question, draft.file.questions, "question:", FILE, row.line):
            continue
        known[row.question].append(row)
        question = draft.file.questions[row.question]
        if fault := _outcome(row.outcome, row.question, question, draft.window(question)):
            draft.fault(FILE, row.line, f"outcome: {fault}")
        if row.known_from.at.date() < row.resolved_on - dt.timedelta(days=1):
            said = f"{row.known_from.at:%Y-%m-%d} lies before resolved_on, {row.resolved_on}"
            draft.fault(FILE, row.line, f"known_from: {said}; an outcome can't be known before there is one")
    for rows in known.values():
        _once(draft, rows)
    _not_applicable(draft, known)
    _seeds(draft)


def _once(draft: Draft, rows: list[Resolution]) -> None:
    """Check that a question is resolved once; a range can be narrowed by what is known later."""
    for row in rows[1:]:
        before = [other for other in rows if other.line < row.line]
        if exact := next((other for other in before if not is_range(other.outcome)), None):
            said = f"{row.question} is already resolved on line {exact.line}; a question is resolved once"
            draft.fault(FILE, row.line, f"{said} (only a range can be narrowed by a later row)")
        elif max(other.known_from.at for other in before) >= row.known_from.at:
            said = f"{row.question} stands on line {before[-1].line}, and what narrows it must be known later"
            draft.fault(FILE, row.line, f"known_from: {said}")


def _not_applicable(draft: Draft, known: Mapping[str, list[Resolution]]) -> None:
    """Warn of an outcome that follows from others which are not recorded."""
    for name, rows in known.items():
        condition = draft.file.questions[name].only_if
        if rows[-1].outcome != "not applicable" or condition is None or name in draft.broken:
            continue
        parsed = draft.expression(condition, "case.yaml", ("questions", name, "only_if"), "only_if")
        if parsed is not None and not questions_in(parsed) & known.keys():
            others = ", ".join(sorted(questions_in(parsed)))
            said = f"{name} is not applicable because of {others}, whose outcome is not recorded"
            draft.warn(FILE, rows[-1].line, f"outcome: {said}: add a row for it; this one changes nothing by itself")


def _outcome(text: str, name: str, question: Question, window: tuple[dt.date, dt.date]) -> str | None:
    """Say what is wrong with an outcome, if anything is."""
    if text == "not applicable":
        return None if question.only_if else f"{name} always applies (it has no only_if)"
    first, last = ends(text)
    if not first and not last:
        return f"{text!r} has no end; write a value, or a range such as a..b, a.. or ..b"
    try:
        match question:
            case Timing():
                fault = _days(first, last, window)
            case Quantity():
                fault = _numbers(first, last, question)
            case Ordinal() | Nominal():
                fault = _levels(first, last, name, question)
    except ValueError as error:
        return f"{error}, or `never`" if isinstance(question, Timing) else str(error)
    if fault is None and first != last and isinstance(question, Nominal):
        return f"{name} is nominal: its levels have no order, and so no range; write one of them"
    return fault


def _days(first: str, last: str, window: tuple[dt.date, dt.date]) -> str | None:
    opens, horizon = window
    days = [horizon if text == NEVER else parse_day(text) for text in (first, last) if text]
    for text, day in zip((text for text in (first, last) if text), days, strict=True):
        if not opens < day <= horizon:
            return f"{text} lies outside the window, {opens} to {horizon}; write `never` if it didn't happen in it"
    backward = days[0] > days[-1] or (first == NEVER and last != NEVER)
    return f"the range {first}..{last} runs backwards" if backward else None


def _numbers(first: str, last: str, question: Quantity) -> str | None:
    numbers = [parse_number(text) for text in (first, last) if text]
    for text, number in zip((text for text in (first, last) if text), numbers, strict=True):
        if fault := too_large(number):
            return fault
        if (question.lower is not None and number < question.lower) or (
            question.upper is not None and number > question.upper
        ):
            return f"{text} lies outside the bounds in case.yaml"
    return f"the range {first}..{last} runs backwards" if numbers[0] > numbers[-1] else None


def _levels(first: str, last: str, name: str, question: Ordinal | Nominal) -> str | None:
    ids = [level.id for level in question.levels]
    for text in (first, last):
        if text and text not in ids:
            return f"{name} has no level {text!r}; {nearest(text, ids)}"
    if first and last and isinstance(question, Ordinal) and ids.index(first) > ids.index(last):
        return f"the range {first}..{last} runs backwards"
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
