"""The table of outcomes: estimate, range, words and change, one row a scenario."""

from __future__ import annotations

from typing import Any

from foedus.report import words
from foedus.report.material import Material, Outcome
from foedus.report.palette import RESIDUAL, outcome_color, tint
from foedus.report.sections.lead import leaders
from foedus.report.voice import User
from foedus.results import Estimate, LevelsForecast, QuantityForecast, TimingForecast


def build(material: Material) -> dict[str, Any]:
    """Return the rows of the table: the scenarios, or the outcomes of the first question where there are none."""
    rows = material.scenarios or _of_question(material)
    most = max((row.estimate.probability for row in rows), default=0) if material.exclusive else None
    return {
        "title": leaders(material)[0] if material.scenarios else _question_title(material),
        "note": " ".join(_notes(material)),
        "head": _head(material),
        "ticks": list(words.EDGES),
        "reach": _reach(rows),
        "rows": [_row(material, row, lead=row.estimate.probability == most) for row in rows],
    }


def _head(material: Material) -> dict[str, str]:
    voice = material.voice
    head: dict[str, str] = {name: voice.text(f"col_{name}") for name in ("estimate", "words", "change")}
    head["outcome"] = voice.text("col_outcome" if material.scenarios else "col_level")
    return head


def _question_title(material: Material) -> str:
    return str(material.question_title(next(iter(material.forecast.questions))))


def _of_question(material: Material) -> list[Outcome]:
    """Return the outcomes of the first question, as if they were scenarios."""
    question = next(iter(material.forecast.questions.values()))
    if isinstance(question, LevelsForecast):
        return material.levels(question)
    if isinstance(question, TimingForecast):
        return _of_dates(material, question)
    return []


def _of_dates(material: Material, question: TimingForecast) -> list[Outcome]:
    voice = material.voice
    rows: list[tuple[User, Estimate]] = [
        (voice.text("by_day", day=voice.day(day)), estimate)
        for day, estimate in question.by_date.items()
        if day >= material.today
    ][:6]
    horizon = voice.day(material.forecast.case.file.horizon)
    rows.append((voice.text("never", day=horizon), question.never))
    return [
        Outcome(
            id=title,
            letter="–",
            title=title,
            text=User(""),
            estimate=estimate,
            shown=words.whole(estimate.probability),
            shown_prior=words.whole(estimate.prior),
            color=RESIDUAL if i == len(rows) - 1 else outcome_color(1),
        )
        for i, (title, estimate) in enumerate(rows)
    ]


def _notes(material: Material) -> list[str]:
    forecast, voice = material.forecast, material.voice
    notes: list[str] = [voice.text("outcomes_note", horizon=voice.day(forecast.case.file.horizon, year=True))]
    question = next(iter(forecast.questions.values()))
    if not material.scenarios:
        if isinstance(question, TimingForecast):
            notes.append(voice.text("outcomes_dates"))
        if isinstance(question, QuantityForecast):
            notes = [_quantiles(material, question)]
        return notes
    if material.forced:
        notes.append(voice.text("rounded"))
    if not material.exclusive:
        first, second, p = max(forecast.overlap, key=lambda pair: pair[2])
        titles = {row.id: row.title for row in material.scenarios}
        shown = words.percent(words.whole(p))
        notes.append(voice.text("outcomes_overlap", first=titles[first], second=titles[second], p=shown))
    elif all(row.id in forecast.scenario_estimates for row in material.scenarios):
        notes.append(voice.text("outcomes_cover"))
    return notes


def _quantiles(material: Material, question: QuantityForecast) -> str:
    spec = material.forecast.case.file.questions[question.id]
    low, median, high = (words.quantity(question.quantiles.get(q)) for q in (0.05, 0.5, 0.95))
    unit = material.voice.user(getattr(spec, "unit", None), "", 60)
    title = material.question_title(question.id)
    return material.voice.text("outcomes_quantity", title=title, unit=unit, low=low, median=median, high=high)


def _word(material: Material, row: Outcome) -> str:
    """Return the likelihood word of an outcome, or that it is settled."""
    settled, voice = words.settled(row.estimate.probability), material.voice
    if settled is None:
        return words.word(row.estimate.probability, voice.lang)
    return voice.text("settled_yes" if settled else "settled_no")


def _reach(rows: list[Outcome]) -> float:
    """Return where the bars end, in percent: the next ten above the highest range."""
    top = max((100 * row.estimate.high for row in rows), default=100.0)
    return min(100.0, max(40.0, 10.0 * (top // 10 + 1)))


def _row(material: Material, row: Outcome, *, lead: bool) -> dict[str, Any]:
    voice, estimate = material.voice, row.estimate
    settled = words.settled(estimate.probability) is not None
    return {
        "letter": row.letter,
        "title": row.title,
        "text": row.text,
        "color": row.color.text,
        "shades": [row.color.fill, tint(row.color.fill, 0.38), tint(row.color.fill, 0.72)],
        "outline": row.color.outline,
        "ends": [100 * estimate.low, 100 * estimate.probability, 100 * estimate.high],
        "prior": 100 * estimate.prior,
        "percent": _percent(material, row),
        "range": "" if settled else words.span(estimate.low, estimate.high),
        "word": _word(material, row),
        "words": "" if settled else words.word_range(estimate.low, estimate.high, voice.lang),
        "lead": lead,
        "change": _change(estimate),
    }


def _percent(material: Material, row: Outcome) -> str:
    settled = words.settled(row.estimate.probability)
    if settled is None:
        return words.percent(row.shown)
    return material.voice.text("yes" if settled else "no")


def _change(estimate: Estimate) -> dict[str, str]:
    """Return a change in whole points; one under a point with its decimal, so that its sign stays readable."""
    points = words.whole(abs(estimate.change))
    direction = "" if estimate.change == 0 else "up" if estimate.change > 0 else "down"
    return {"direction": direction, "points": (str(points) if points else _tenth(estimate)) if direction else "–"}


def _tenth(estimate: Estimate) -> str:
    tenth = f"{100 * abs(estimate.change):.1f}"
    return "<0.1" if tenth == "0.0" else tenth
