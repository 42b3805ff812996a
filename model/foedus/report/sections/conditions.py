"""A condition in words: a single comparison of a question, as a reader would say it; longer expressions have none."""

from __future__ import annotations

import datetime as dt

from foedus.case.expression import Compare, Expression, Is, Not, parse_when
from foedus.case.types import CaseFile, Nominal, Ordinal
from foedus.report import words
from foedus.report.material import Material
from foedus.report.voice import User, Voice

_SIGNS = {"<": "<", "<=": "≤", ">": ">", ">=": "≥", "==": "=", "!=": "≠"}
_LEVELS = {"==": "is", "!=": "not", ">=": "least", ">": "least", "<=": "most", "<": "most"}


def in_words(material: Material, when: str) -> User:
    """Return a `when` expression in words, or nothing where it is more than one comparison with a fixed value."""
    file = material.forecast.case.file
    return spoken(material.voice, file, parse_when(when, file))


def spoken(voice: Voice, file: CaseFile, expression: Expression) -> User:
    """Return one comparison with a fixed value in words, and nothing for any other expression."""
    if isinstance(expression, Is) and expression.state == "never":
        return voice.text("cond_never", title=_title(voice, file, expression.question))
    if isinstance(expression, Not) and isinstance(expression.part, Is) and expression.part.state == "never":
        return voice.text("cond_ever", title=_title(voice, file, expression.part.question))
    if not isinstance(expression, Compare):
        return User("")
    if expression.day is not None:
        return _day(voice, file, expression, expression.day)
    if expression.level is not None:
        return _level(voice, file, expression, expression.level)
    if expression.number is not None:
        values = {"sign": _SIGNS[expression.op], "value": words.quantity(expression.number)}
        return voice.text("cond_number", title=_title(voice, file, expression.question), **values)
    return User("")


def _title(voice: Voice, file: CaseFile, question: str) -> User:
    spec = file.questions.get(question)
    return voice.user(spec.title if spec else None, question.replace("_", " "), 48)


def _day(voice: Voice, file: CaseFile, expression: Compare, day: dt.date) -> User:
    """Say by or not by a day, or on it; before a day is by the day before."""
    if expression.op in {"<", ">="}:
        day -= dt.timedelta(1)
    keys = {"<=": "cond_by", "<": "cond_by", ">": "cond_later", ">=": "cond_later", "==": "cond_on"}
    if expression.op not in keys:
        return User("")
    title = _title(voice, file, expression.question)
    return voice.text(keys[expression.op], title=title, day=voice.day(day))


def _level(voice: Voice, file: CaseFile, expression: Compare, level: int) -> User:
    """Say which level, or at least or at most which."""
    spec = file.questions[expression.question]
    if not isinstance(spec, (Ordinal, Nominal)):
        return User("")
    level += {">": 1, "<": -1}.get(expression.op, 0)
    if not 0 <= level < len(spec.levels):
        return User("")
    form = _LEVELS[expression.op]
    if (form == "least" and level == len(spec.levels) - 1) or (form == "most" and level == 0):
        form = "is"
    found = spec.levels[level]
    title = _title(voice, file, expression.question)
    return voice.text(f"cond_{form}", title=title, level=voice.user(found.title, found.id, 40))
