"""What is known by now: the questions that are resolved, with their outcome and its date."""

from __future__ import annotations

from functools import singledispatch
from typing import Any

from foedus.case.outcome import NEVER, ends, is_range
from foedus.case.types import Nominal, Ordinal, Resolution, Timing
from foedus.case.values import parse_day
from foedus.report.material import Material
from foedus.report.voice import User


def build(material: Material) -> str:
    """Return the resolved questions in one line; empty where there are none."""
    items = [_item(material, row) for row in resolutions(material)]
    return material.voice.text("known", items=material.voice.join(items)) if items else ""


def resolutions(material: Material) -> list[Resolution]:
    """Return what settled each resolved question, in the order of the case."""
    forecast = material.forecast
    found = []
    for axis in forecast.compiled.problem.axes:
        rows = [row for row in forecast.case.resolutions if row.question == axis.id]
        rows = [row for row in rows if row.known_from.at <= forecast.as_of]
        if axis.resolved is not None and rows:
            found.append(max(rows, key=lambda row: row.known_from.at))
    return found


def _item(material: Material, row: Resolution) -> User:
    voice, title = material.voice, material.question_title(row.question)
    day = voice.day(row.resolved_on)
    spec = material.forecast.case.file.questions[row.question]
    if isinstance(spec, Timing) and row.outcome != "never":
        return voice.text("known_date", title=title, outcome=outcome(material, row))
    return voice.text("known_outcome", title=title, outcome=outcome(material, row), day=day)


def outcome(material: Material, row: Resolution) -> User:
    """Return what came of a question, as it is printed: a value, or the range it is known to lie in."""
    spec, voice = material.forecast.case.file.questions[row.question], material.voice
    if not is_range(row.outcome):
        return _outcome(spec, material, row.outcome)
    first, last = ends(row.outcome)
    if isinstance(spec, Ordinal):
        first, last = first or spec.levels[0].id, last or spec.levels[-1].id
    kind = "day" if isinstance(spec, Timing) else "more"
    if not last or last == NEVER:
        return voice.text(f"known_from_{kind}", outcome=_outcome(spec, material, first))
    if not first:
        return voice.text(f"known_until_{kind}", outcome=_outcome(spec, material, last))
    return voice.text("known_range", first=_outcome(spec, material, first), last=_outcome(spec, material, last))


@singledispatch
def _outcome(_spec: Any, material: Material, outcome: str) -> User:
    """Return a recorded outcome as it is printed; a number as it was written."""
    return material.voice.user(outcome)


@_outcome.register
def _(_spec: Timing, material: Material, outcome: str) -> User:
    voice = material.voice
    return voice.text("known_never") if outcome == "never" else User(voice.day(parse_day(outcome)))


@_outcome.register(Ordinal)
@_outcome.register(Nominal)
def _(spec: Ordinal | Nominal, material: Material, outcome: str) -> User:
    titles = {level.id: level.title for level in spec.levels}
    return material.voice.user(titles.get(outcome), outcome, 40)
