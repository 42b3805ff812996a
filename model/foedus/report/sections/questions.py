"""Every question of the case, before and now: a block a question, as many as there are."""

from __future__ import annotations

import datetime as dt
from typing import Any

from foedus.case.outcome import is_range
from foedus.report import words
from foedus.report.material import Material
from foedus.report.sections import known
from foedus.report.sections.conditions import in_words
from foedus.report.voice import User
from foedus.results import Estimate, LevelsForecast, QuantityForecast, TimingForecast

QUANTILES = (0.05, 0.5, 0.95)
NAMED = 6  # pairs of signals for each reason why one does not count by itself
Row = dict[str, str]


def build(material: Material) -> dict[str, Any]:
    """Return a block of rows for every question, in the order of the case."""
    voice = material.voice
    outcomes = {row.question: row for row in known.resolutions(material)}
    blocks = []
    for question in material.forecast.questions.values():
        note = _note(material, question)
        if condition := _condition(material, question.id):
            note += f" · {voice.text('question_only_if', condition=condition)}"
        if (row := outcomes.get(question.id)) is not None:
            key = "question_known" if is_range(row.outcome) else "question_resolved"
            note += f" · {voice.text(key, outcome=known.outcome(material, row))}"
        rows = [*_rows(material, question), *_not_applicable(material, question)]
        blocks.append({"title": material.question_title(question.id, 60), "note": note, "rows": rows})
    return {
        "title": voice.text("questions_title"),
        "note": voice.text("questions_note"),
        "head": {name: voice.text(f"col_{name}") for name in ("now", "range", "prior")},
        "blocks": blocks,
        "merged_title": voice.text("merged_title"),
        "merged": merged(material),
    }


def merged(material: Material) -> list[str]:
    """Say which signals do not count by themselves, why and into which: a line a reason, the commonest first.

    One that another replaces on several questions is one.
    """
    voice, into = material.voice, dict[str, dict[str, str]]()
    for merge in material.forecast.account.merges:
        into.setdefault(merge.why, {}).setdefault(merge.id, merge.into)
    lines: list[str] = []
    for why, ids in sorted(into.items(), key=lambda item: (-len(item[1]), item[0])):
        pairs = [voice.user(f"{name} > {lead}" if name != lead else name, "", 90) for name, lead in ids.items()]
        more = [voice.text("said_more", n=len(pairs) - NAMED)] if len(pairs) > NAMED else []
        named = voice.join([*pairs[:NAMED], *more], ", ")
        lines.append(voice.text("merged", why=voice.text(f"merged_{why}", n=len(pairs)), named=named))
    for conflict in material.forecast.account.conflicts[:NAMED]:
        first, second = (voice.user(name, "", 90) for name in (conflict.first, conflict.second))
        lines.append(voice.text("conflict", first=first, second=second))
    return lines


def _note(material: Material, question: TimingForecast | LevelsForecast | QuantityForecast) -> str:
    voice = material.voice
    if isinstance(question, TimingForecast):
        last = question.days[-1] if question.days else material.forecast.case.file.horizon
        return voice.text("question_timing", day=voice.day(last, year=True))
    if isinstance(question, LevelsForecast):
        return voice.text("question_levels")
    spec = material.forecast.case.file.questions[question.id]
    key = "question_quantity_plain" if question.not_applicable is None else "question_quantity"
    return voice.text(key, unit=voice.user(getattr(spec, "unit", None), "", 60))


def _condition(material: Material, question: str) -> User:
    """Return what a question hangs on: where it does not hold, the question is not applicable."""
    when = material.forecast.case.file.questions[question].only_if
    return (in_words(material, when) or material.voice.user(when, "", 90)) if when else User("")


def _rows(material: Material, question: TimingForecast | LevelsForecast | QuantityForecast) -> list[Row]:
    voice = material.voice
    if isinstance(question, TimingForecast):
        never = voice.text("never", day=voice.day(question.days[-1])) if question.days else voice.text("known_never")
        return [*(_quantile_day(material, question, q) for q in QUANTILES), _row(material, never, question.never)]
    if isinstance(question, LevelsForecast):
        spec = material.forecast.case.file.questions[question.id]
        titles = {level.id: level.title for level in getattr(spec, "levels", ())}
        return [_row(material, voice.user(titles.get(name), name, 48), e) for name, e in question.levels]
    return [
        {
            "label": voice.text("quantile", q=f"{100 * q:.0f}"),
            "now": words.quantity(question.quantiles.get(q)),
            "range": "",
            "prior": words.quantity(question.prior_quantiles.get(q)),
        }
        for q in QUANTILES
    ]


def _quantile_day(material: Material, question: TimingForecast, q: float) -> Row:
    label = material.voice.text("quantile_day", q=f"{100 * q:.0f}")
    now, prior = (_day(material, days.get(q)) for days in (question.quantiles, question.prior_quantiles))
    return {"label": label, "now": now, "range": "", "prior": prior}


def _day(material: Material, day: dt.date | None) -> str:
    voice = material.voice
    return voice.text("quantile_never") if day is None else voice.day(day, short=True)


def _row(material: Material, label: User, estimate: Estimate) -> Row:
    settled, voice = words.settled(estimate.probability), material.voice
    now = words.percent(words.whole(estimate.probability))
    return {
        "label": label,
        "now": now if settled is None else voice.text("settled_yes" if settled else "settled_no"),
        "range": "" if settled is not None else words.span(estimate.low, estimate.high),
        "prior": words.percent(words.whole(estimate.prior)),
    }


def _not_applicable(material: Material, question: TimingForecast | LevelsForecast | QuantityForecast) -> list[Row]:
    """Return the chance that a question does not arise."""
    if question.not_applicable is None:
        return []
    voice = material.voice
    return [_row(material, User(voice.text("not_applicable")), question.not_applicable)]
