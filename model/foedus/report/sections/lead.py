"""The finding in one line, and the bottom line: odds, range and change of the headlines, then the leading scenario."""

from __future__ import annotations

from typing import Any

from foedus.report import words
from foedus.report.material import NONE_OF_THESE, Material, nearest_even
from foedus.report.sections import known
from foedus.report.sections.dates import Watch, telling
from foedus.report.voice import Run, User
from foedus.results import QuantityForecast, TimingForecast

CLOSE = 3  # points within which two outcomes are called close
SPOKEN = 3  # headlines in the bottom line; further ones stand in the table of numbers


def build(material: Material, watches: list[Watch]) -> dict[str, Any]:
    """Return headline, standfirst and bottom line."""
    return {
        "headline": finding(material),
        "standfirst": _standfirst(material),
        "bottom_line": _bottom_line(material, watches),
        "known": known.build(material),
    }


def finding(material: Material) -> str:
    """Return what the report found, in one line generated from the numbers."""
    target = material.target
    if target is not None and target.id in material.forecast.headline_estimates:
        return _proposition(material, "finding", target.title, target.say, target.estimate.probability)
    if material.scenarios:
        return leaders(material)[0]
    return _question_finding(material)


def leaders(material: Material) -> tuple[str, list[Run]]:
    """Return who leads among the scenarios: as a title, and as a sentence."""
    voice = material.voice
    named = [row for row in material.scenarios if row.id != NONE_OF_THESE]
    ranked = sorted(named, key=lambda row: -row.estimate.probability)
    rest = next((row for row in material.scenarios if row.id == NONE_OF_THESE), None)
    first = ranked[0]
    p = words.percent(first.shown)
    if words.settled(first.estimate.probability):
        title = voice.text("outcomes_settled", first=first.title)
        return title, voice.runs("leader_settled", first=first.title, n=len(named))
    if rest is not None and rest.estimate.probability > first.estimate.probability:
        p = words.percent(rest.shown)
        return voice.text("outcomes_residual", p=p), voice.runs("leader_none", p=p, n=len(named))
    if len(ranked) == 1:
        return voice.text("outcomes_one", first=first.title, p=p), voice.runs("leader_alone", first=first.title, p=p)
    second = ranked[1]
    values = {"first": first.title, "second": second.title, "p": p, "q": words.percent(second.shown)}
    gap = words.whole(first.estimate.probability - second.estimate.probability)
    if gap <= CLOSE:
        return voice.text("outcomes_close", **values), voice.runs("leaders", n=len(named), **values)
    title = voice.text("outcomes_leads", gap=gap, **values)
    return title, voice.runs("leader", n=len(named), **values)


def _proposition(material: Material, stem: str, title: User, say: User, p: float) -> str:
    return "".join(run["t"] for run in _proposition_runs(material, stem, title, say, p))


def _proposition_runs(material: Material, stem: str, title: User, say: User, p: float, **values: object) -> list[Run]:
    """Word a proposition by its clause, or by its title where it has no clause in this language."""
    voice = material.voice
    key, settled = words.key(p), words.settled(p)
    if settled is not None:
        form = f"{stem}{'' if say else '_title'}_settled_{'yes' if settled else 'no'}"
    elif not say:
        form = f"{stem}_title" if key else f"{stem}_title_number"
    elif key is None:
        form = f"{stem}_number"
    else:
        form = f"{stem}_{key}" if voice.has(f"{stem}_{key}") else f"{stem}_word"
    spoken = {"title": title, "say": say, "word": words.word(p, voice.lang), "p": words.percent(words.whole(p))}
    return voice.runs(form, **spoken, **values)


def _question_finding(material: Material) -> str:
    """Return the finding of a case with neither headlines nor scenarios."""
    voice = material.voice
    question = next(iter(material.forecast.questions.values()))
    title = material.question_title(question.id)
    if isinstance(question, TimingForecast):
        day, estimate = nearest_even(question)
        by_day = voice.text("cond_by", title=title, day=voice.day(day))
        return _proposition(material, "finding", by_day, User(""), estimate.probability)
    if isinstance(question, QuantityForecast):
        low, median, high = (words.quantity(question.quantiles.get(q)) for q in (0.05, 0.5, 0.95))
        return voice.text("quantity_finding", title=title, median=median, low=low, high=high)
    first = max(material.levels(question), key=lambda row: row.estimate.probability)
    form = "level_settled" if words.settled(first.estimate.probability) else "level_finding"
    return voice.text(form, title=title, level=first.title, p=words.percent(first.shown))


def _standfirst(material: Material) -> str:
    forecast, voice = material.forecast, material.voice
    horizon = voice.day(forecast.case.file.horizon, year=True)
    experts = panel_words(material)
    if not forecast.account.used:
        return voice.text("standfirst_quiet", experts=experts, horizon=horizon)
    used, read = forecast.account.rows_used, forecast.account.read
    return voice.text("standfirst", experts=experts, used=used, read=read, horizon=horizon)


def panel_words(material: Material) -> str:
    """Return how many members the panel has, in words."""
    n = material.explanation.composition.experts
    return material.voice.text("panel_one" if n == 1 else "panel_many", n=n)


def _bottom_line(material: Material, watches: list[Watch]) -> list[Run]:
    runs: list[Run] = [{"t": material.voice.text("bottom_line") + " ", "b": True, "lead": True}]
    runs += _odds(material)
    if any(row.id != NONE_OF_THESE for row in material.scenarios):
        runs += leaders(material)[1]
    if (watch := telling(watches)) is not None:
        runs += _swing(material, watch)
    return _capital(runs)


def _odds(material: Material) -> list[Run]:
    """One sentence with odds, range and change of the headline questions."""
    forecast, voice = material.forecast, material.voice
    headlines = list(forecast.case.file.headlines.items())[:SPOKEN]
    runs: list[Run] = []
    for name, headline in headlines:
        estimate = forecast.headline_estimates[name]
        if runs:
            runs.append({"t": voice.text("odds_join"), "b": False})
        runs += _proposition_runs(
            material,
            "odds",
            voice.user(headline.title, name, 60),
            material.say(headline.say),
            estimate.probability,
            range=words.span(estimate.low, estimate.high),
            change=voice.change(estimate.change, short=bool(runs)),
        )
    if not runs and not material.scenarios:
        runs.append({"t": _question_finding(material), "b": False})
    if runs:
        runs.append({"t": voice.text("odds_end"), "b": False})
    return runs


def _swing(material: Material, watch: Watch) -> list[Run]:
    return material.voice.runs(
        "swing_condition" if watch.condition else "swing",
        condition=watch.condition,
        day=material.voice.day(watch.day),
        event=watch.title,
        outcome=watch.moved.title,
        yes=words.percent(words.whole(watch.yes)),
        no=words.percent(words.whole(watch.no)),
    )


def _capital(runs: list[Run]) -> list[Run]:
    """Begin the first sentence after the label with a capital."""
    for run in runs[1:2]:
        text = run["t"].lstrip()
        run["t"] = text[:1].upper() + text[1:]
    return runs
