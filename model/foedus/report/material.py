"""What the sections and figures of one report draw on: the forecast, what explains it, and one language to say it in.

Everything that more than one place prints is settled here once: the whole percentages, the letters and colours of the
outcomes, and the proposition that the report explains.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from foedus.case.types import Lang, Text
from foedus.explain.statements import Statement, who_said_what
from foedus.report import words
from foedus.report.palette import RESIDUAL, OutcomeColor, outcome_color
from foedus.report.voice import User, Voice
from foedus.results import Estimate, LevelsForecast, TimingForecast

if TYPE_CHECKING:
    from foedus.explain.attribution import Step
    from foedus.explain.composition import Composition
    from foedus.explain.timeline import TimelinePoint
    from foedus.forecast import Forecast

NONE_OF_THESE, NOT_APPLICABLE = "none_of_these", "not_applicable"


@dataclass(frozen=True)
class Explanation:
    """What explains a forecast: how each step moved it, what its range is made of, how it went, who said what."""

    steps: tuple[Step, ...]
    composition: Composition
    timeline: tuple[TimelinePoint, ...]
    statements: tuple[Statement, ...]


def explain(forecast: Forecast, progress: Callable[[str, float], None] | None = None) -> Explanation:
    """Return all that the report says about why a forecast is what it is."""
    from foedus.explain.attribution import waterfall
    from foedus.explain.composition import composition
    from foedus.explain.timeline import timeline

    return Explanation(
        steps=waterfall(forecast, progress=progress),
        composition=composition(forecast, spread_proposition(forecast)[1]),
        timeline=timeline(forecast, progress=progress),
        statements=who_said_what(forecast.case, forecast.as_of),
    )


def spread_proposition(forecast: Forecast) -> tuple[str, str]:
    """Return name and `when` of what the range is divided for: the first open headline, else the leading open scenario.

    Without any, it is the leading outcome of the first question whose outcome is open.
    """
    file = forecast.case.file
    headlines, scenarios = forecast.headline_estimates, forecast.scenario_estimates
    options = [(name, file.headlines[name].when, headlines[name].probability) for name in headlines]
    ranked = sorted(scenarios, key=lambda name: -scenarios[name].probability)
    options += [(name, file.scenarios[name].when, scenarios[name].probability) for name in ranked]
    options += [leading_proposition(forecast, question) for question in forecast.questions]
    first = next((option for option in options if words.settled(option[2]) is None), options[0])
    return first[:2]


def leading_proposition(forecast: Forecast, name: str) -> tuple[str, str, float]:
    """Return the id of a question, an expression for what leads in it, and how likely that is."""
    question = forecast.questions[name]
    if isinstance(question, TimingForecast):
        day, estimate = nearest_even(question)
        return name, f"{name} <= {day.isoformat()}", estimate.probability
    if isinstance(question, LevelsForecast):
        level, estimate = max(question.levels, key=lambda item: item[1].probability)
        return name, f'{name} == "{level}"', estimate.probability
    return name, f"{name} <= {question.quantiles[0.5]:.6f}", 0.5


def nearest_even(question: TimingForecast) -> tuple[dt.date, Estimate]:
    """Return the day whose probability is nearest to even: it says most."""
    return min(question.by_date.items(), key=lambda item: abs(item[1].probability - 0.5))


@dataclass(frozen=True)
class Outcome:
    """A scenario, the rest, or a level of a question: as it is printed everywhere in the report."""

    id: str
    letter: str
    title: User
    text: User
    estimate: Estimate
    shown: int  # whole percentage, so that exclusive outcomes sum to 100
    shown_prior: int
    color: OutcomeColor


@dataclass(frozen=True)
class Target:
    """The proposition that the report explains: its first headline, else its leading scenario."""

    id: str
    title: User
    say: User
    when: str
    estimate: Estimate


@dataclass
class Material:
    """One forecast, explained, in one language."""

    forecast: Forecast
    explanation: Explanation
    voice: Voice

    @classmethod
    def of(cls, forecast: Forecast, explanation: Explanation, lang: Lang) -> Material:
        """Collect the material of a report in `lang`."""
        zone = ZoneInfo(forecast.case.file.timezone)
        voice = Voice(lang, zone, year=0)
        voice.year = voice.civil(forecast.as_of).year
        return cls(forecast, explanation, voice)

    @property
    def today(self) -> dt.date:
        """The civil day that the as-of time belongs to."""
        return self.voice.civil(self.forecast.as_of)

    @cached_property
    def scenarios(self) -> list[Outcome]:
        """The scenarios in the order of the case, and what none of them covers, where that is anything."""
        forecast, voice = self.forecast, self.voice
        named = forecast.case.file.scenarios
        if not named:
            return []
        estimates = [*forecast.scenario_estimates.values()]
        residual = forecast.residual
        keep = residual.probability > 0 or residual.prior > 0
        shown, prior = self._whole([*estimates, residual])
        rows = [
            Outcome(
                id=name,
                letter=letter(i),
                title=voice.user(named[name].title, name, 48),
                text=voice.user(named[name].description, "", 90),
                estimate=estimate,
                shown=shown[i],
                shown_prior=prior[i],
                color=outcome_color(i),
            )
            for i, (name, estimate) in enumerate(forecast.scenario_estimates.items())
        ]
        if keep:
            title, text = User(voice.text("residual")), User(voice.text("residual_text"))
            rows.append(Outcome(NONE_OF_THESE, "–", title, text, residual, shown[-1], prior[-1], RESIDUAL))
        return rows

    @property
    def exclusive(self) -> bool:
        """Whether no two scenarios can hold together."""
        return not any(p > 0 for _, _, p in self.forecast.overlap)

    @property
    def forced(self) -> bool:
        """Whether a printed percentage of a scenario is not its own rounding, so that all sum to 100."""
        return any(row.shown != words.whole(row.estimate.probability) for row in self.scenarios)

    def _whole(self, estimates: list[Estimate]) -> tuple[list[int], list[int]]:
        now, prior = [e.probability for e in estimates], [e.prior for e in estimates]
        if self.exclusive and abs(sum(now) - 1) < 0.005 and abs(sum(prior) - 1) < 0.005:
            return words.whole_to_100(now), words.whole_to_100(prior)
        return [words.whole(p) for p in now], [words.whole(p) for p in prior]

    def levels(self, question: LevelsForecast) -> list[Outcome]:
        """Return the levels of an ordinal or nominal question as outcomes, and that it does not arise where it may."""
        spec = self.forecast.case.file.questions[question.id]
        titles: dict[str, tuple[Text | None, Text | None]] = {
            level.id: (level.title, level.means) for level in getattr(spec, "levels", ())
        }
        rest = question.not_applicable
        estimates = [estimate for _, estimate in question.levels] + ([rest] if rest is not None else [])
        shown = words.whole_to_100([e.probability for e in estimates])
        prior = words.whole_to_100([e.prior for e in estimates])
        rows = [
            Outcome(
                id=name,
                letter=letter(i),
                title=self.voice.user(titles[name][0], name, 48),
                text=self.voice.user(titles[name][1], "", 90),
                estimate=estimate,
                shown=shown[i],
                shown_prior=prior[i],
                color=outcome_color(i),
            )
            for i, (name, estimate) in enumerate(question.levels)
        ]
        if rest is not None:
            title = User(self.voice.text("not_applicable"))
            rows.append(Outcome(NOT_APPLICABLE, "–", title, User(""), rest, shown[-1], prior[-1], RESIDUAL))
        return rows

    @cached_property
    def target(self) -> Target | None:
        """The first headline; without headlines, the leading scenario; without scenarios, none."""
        case, voice = self.forecast.case.file, self.voice
        for name, headline in case.headlines.items():
            title = voice.user(headline.title, name, 60)
            estimate = self.forecast.headline_estimates[name]
            return Target(name, title, self.say(headline.say), headline.when, estimate)
        named = [row for row in self.scenarios if row.id != NONE_OF_THESE]
        if not named:
            return None
        lead = max(named, key=lambda row: row.estimate.probability)
        return Target(lead.id, lead.title, User(""), case.scenarios[lead.id].when, lead.estimate)

    def say(self, text: Text | None) -> User:
        """Return a headline's clause, only where it is there in this very language: it stands inside a sentence."""
        exact = "" if text is None else (text.ko if self.voice.lang == "ko" else text.en)
        return self.voice.user(exact, "", 140)

    def question_title(self, question: str, width: int = 48) -> User:
        """Return the title of a question, or its id without underscores."""
        spec = self.forecast.case.file.questions.get(question)
        return self.voice.user(spec.title if spec else None, question.replace("_", " "), width)

    @property
    def first_timing(self) -> TimingForecast | None:
        """The first question about a date."""
        found = [q for q in self.forecast.questions.values() if isinstance(q, TimingForecast)]
        return found[0] if found else None

    @property
    def first_levels(self) -> LevelsForecast | None:
        """The first question with levels: rather ordered ones, rather more than two."""
        found = [q for q in self.forecast.questions.values() if isinstance(q, LevelsForecast)]
        return min(found, key=lambda q: (q.type != "ordinal", len(q.levels) <= 2), default=None)

    @property
    def illustrative(self) -> bool:
        """Whether any number of the panel is invented."""
        return self.forecast.case.illustrative or self.explanation.composition.illustrative


def letter(index: int) -> str:
    """Return the letter of the outcome at `index`; past Z, its number."""
    return chr(ord("A") + index) if index < 26 else str(index + 1)
