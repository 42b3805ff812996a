"""What was learned, as numbers for people and for a codebook: prior beside posterior, and how much narrower it became.

A codebook's multiplier is the one to expect in an era, or a case, not seen yet. Of a history it comes in two forms: by
*rate*, how many more events are counted, and by *presence*, how many more weeks have at least one. News comes in
bursts, so that the second is nearer to 1; it is the one for signals coded by hand, of which one a week counts; the
first is for counts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Any

import numpy as np

from foedus.bayes.learning import Learned
from foedus.bayes.learning_codes import Taught
from foedus.case.types import Band, Bearing, Codebook
from foedus.errors import CaseError
from foedus.news.leads import JUST_AFTER, LATER, unfit
from foedus.news.rates import Floats, Rates, presence

WIDTH = (0.05, 0.5, 0.95)
NARROWER, MOVED = 0.9, 0.15  # a posterior as wide as this part of its prior that moved by no more of it taught nothing
MONTH = 30.44 / 7  # weeks
Triple = tuple[float, float, float]


@dataclass(frozen=True)
class Lesson:
    """One number: its 5, 50 and 95 % points before and after.

    On the scale it is drawn on, `width` is that of the posterior and `moved` how far its middle went, both as parts of
    the prior's width.
    """

    name: tuple[str, ...]
    prior: Triple
    posterior: Triple
    width: float
    moved: float

    @property
    def learned(self) -> bool:
        """Whether the data had anything to say of it."""
        return self.width < NARROWER or abs(self.moved) > MOVED


def lesson(name: tuple[str, ...], prior: Floats, posterior: Floats, *, odds: bool = False) -> Lesson:
    """Sum up draws [S] on the log scale, or on that of log-odds."""
    before, after = np.quantile(prior, WIDTH), np.quantile(posterior, WIDTH)
    scale = _expit if odds else np.exp
    whole = float(before[2] - before[0])
    width, moved = ((after[2] - after[0]) / whole, (after[1] - before[1]) / whole) if whole > 0 else (1.0, 0.0)
    return Lesson(name, _triple(scale(before)), _triple(scale(after)), float(width), float(moved))


def _expit(x: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-x)))


def _triple(x: Any) -> Triple:
    return (float(x[0]), float(x[1]), float(x[2]))


# -- from a history ----------------------------------------------------------------------------


@dataclass(frozen=True)
class SeriesLesson:
    """What was learned of one column: multipliers of each band before an outcome by rate and by presence, and the rest.

    `baseline` is events a week, and `monthly` the chance of a week with one times the weeks of a month, both far from
    any outcome; in an era not seen yet.
    """

    name: str
    rate: tuple[Lesson, ...]
    presence: tuple[Lesson, ...]
    baseline: Lesson
    monthly: Lesson
    dispersion: Lesson

    def by(self, form: str) -> tuple[Lesson, ...]:
        """Multipliers by `rate` or by `presence`."""
        return self.rate if form == "rate" else self.presence


def history_lessons(learned: Learned, rng: np.random.Generator) -> tuple[SeriesLesson, ...]:
    """Sum up what a history taught of an era not seen yet, column by column."""
    before, after = (_new_era(rates, rng) for rates in (learned.prior, learned.posterior))
    bands = [b for b in learned.design.bands if b != JUST_AFTER]
    out = []
    for j, name in enumerate(learned.design.history.names):
        rate = [lesson((name, band), before[1][:, j, b], after[1][:, j, b]) for b, band in enumerate(bands)]
        seen = [lesson((name, band), before[2][:, j, b], after[2][:, j, b]) for b, band in enumerate(bands)]
        dispersions = (np.log(rates.dispersion[:, j]) for rates in (learned.prior, learned.posterior))
        out.append(
            SeriesLesson(
                name=name,
                rate=tuple(rate),
                presence=tuple(seen),
                baseline=lesson((name, LATER), before[0][:, j], after[0][:, j]),
                monthly=lesson((name, "monthly"), before[3][:, j], after[3][:, j]),
                dispersion=lesson((name, "dispersion"), *dispersions),
            )
        )
    return tuple(out)


def _new_era(rates: Rates, rng: np.random.Generator) -> tuple[Floats, Floats, Floats, Floats]:
    """Draw logs of baselines [S, J], of multipliers by rate and presence [S, J, B], of weeks a month with an event."""
    baseline, multiplier = rates.new_era(rng)
    alone = presence(baseline, rates.dispersion)
    some = presence(baseline[..., None] + multiplier, rates.dispersion[..., None])
    return baseline, multiplier, np.log(some / alone[..., None]), np.log(MONTH * alone)


def history_values(
    codebook: Codebook,
    lessons: Sequence[SeriesLesson],
    chosen: Mapping[str, str],
    question: str,
    form: str,
    source: Callable[[str], str],
) -> tuple[dict[tuple[str, ...], Any], tuple[str, ...]]:
    """Values to put into a codebook, by their places, and sentences on what was left as it is.

    Parameters
    ----------
    chosen : mapping of code to column
    question : str
        What the codes bear on.
    form : str
        `rate`, `presence`, or `auto`: by rate for codes that are counted, by presence for signals.
    source : callable
        What the numbers of a column rest on, in words.

    Raises
    ------
    CaseError
        A code or column is unknown, or a code can't take such multipliers.
    """
    by_name = {one.name: one for one in lessons}
    if faults := unfit(codebook, chosen, question, list(by_name)):
        raise CaseError(faults)
    values: dict[tuple[str, ...], Any] = {}
    left = []
    for code, column in chosen.items():
        entry, one = codebook.codes[code], by_name[column]
        counted = entry.kind == "counted"
        numbers = one.by(("rate" if counted else "presence") if form == "auto" else form)
        if not any(number.learned for number in numbers):
            left.append(f"{code}: {column} taught nothing of it, and it stays as it is")
            continue
        multipliers: dict[str, Any] = {number.name[1]: rounded(number.posterior) for number in numbers}
        bearing = {"by": "lead", "multipliers": multipliers | {LATER: 1, "never": 1}, "basis": "empirical"}
        place = ("codes", code, "bears_on", question)
        value = bearing | {"source": source(column)}
        values |= {place: value} if entry.bears_on else {place[:-1]: {question: value}}
        if counted:
            monthly = tuple(x * MONTH for x in one.baseline.posterior)
            values["codes", code, "base_rate"] = rounded(_triple(monthly))
            values["codes", code, "dispersion"] = rounded(one.dispersion.posterior)
    return values, tuple(left)


def rounded(numbers: Sequence[float]) -> list[float]:
    """Round to three digits that count."""
    return [float(f"{x:.3g}") for x in numbers]


# -- from resolved cases -----------------------------------------------------------------------


@dataclass(frozen=True)
class CaseLessons:
    """What resolved cases taught: multipliers of (code, question, speaker, band), credences of (source, grade)."""

    multipliers: tuple[Lesson, ...]
    credences: tuple[Lesson, ...]
    own_share: Triple
    usual_grade: dict[str, str]


def case_lessons(taught: Taught) -> CaseLessons:
    """Sum up what resolved cases taught of a case not seen yet; what is certain has no lesson."""
    compiler = taught.cases[0].compiled.compiler
    tellings = taught.cases[0].problem.tellings
    multipliers = []
    for key, (first, bands) in compiler.book.keys.items():
        code, question, speaker = (str(part or "") for part in key)
        bearing = _bearing(compiler.case.codebook, code, question)
        lines = bearing.probability_present is not None
        numbers = dict(bearing.multipliers or bearing.probability_present or {}) | bearing.by_speaker.get(speaker, {})
        centre = 0.0 if lines else _centre(numbers, tellings.middle[first : first + len(bands)])
        for t, band in enumerate(bands, first):
            before, after = taught.prior_multiplier[:, t] + centre, taught.log_multiplier[:, t] + centre
            if np.ptp(before) > 0:
                multipliers.append(lesson((code, question, speaker, band), before, after, odds=lines))
    credences = []
    for (source, grade), i in compiler.grades.items():
        draws = [np.log(p / (1 - p)) for p in _inside(taught.prior_credence[:, i], taught.credence[:, i])]
        if np.ptp(draws[0]) > 0:
            credences.append(lesson((source, grade or ""), *draws, odds=True))
    share = np.quantile(taught.own_share, WIDTH)
    return CaseLessons(tuple(multipliers), tuple(credences), _triple(share), _usual_grades(taught))


def _bearing(codebook: Codebook, code: str, question: str) -> Bearing:
    """Entry of a code, or of the joint multiplier of several, on a question."""
    entry = codebook.codes.get(code)
    return (entry or codebook.combine[int(code.removeprefix("combine "))]).bears_on[question]


def _centre(numbers: Mapping[str, Band], middle: Floats) -> float:
    """Return what was taken off the logs of an entry, of which only ratios matter."""
    off = [log(band.middle) - x for band, x in zip(numbers.values(), middle, strict=True) if band.middle > 0]
    return off[0] if off else 0.0


def _usual_grades(taught: Taught) -> dict[str, str]:
    """Grade that most reports of each source carry."""
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for told in taught.cases:
        for unit in told.compiled.evidence.units:
            for row in unit.rows:
                seen[row.source][row.credibility or ""] += 1
    return {source: grades.most_common(1)[0][0] for source, grades in seen.items()}


def _inside(*draws: Floats) -> list[Floats]:
    return [np.clip(p, 1e-12, 1 - 1e-12) for p in draws]


def case_values(codebook: Codebook, lessons: CaseLessons, source: str) -> dict[tuple[str, ...], Any]:
    """Values to put into a codebook, by their places: of entries and sources of which something was learned.

    A credence is written for the grade that most reports of its source carry: in a codebook it overrides every grade.
    """
    values: dict[tuple[str, ...], Any] = {}
    for one in lessons.multipliers:
        code, question, speaker, band = one.name
        if not one.learned or code not in codebook.codes:
            continue
        bearing, place = codebook.codes[code].bears_on[question], ("codes", code, "bears_on", question)
        field = "probability_present" if bearing.probability_present is not None else "multipliers"
        numbers = bearing.by_speaker[speaker] if speaker else getattr(bearing, field)
        if band in numbers:
            where = (*place, "by_speaker", speaker) if speaker else (*place, field)
            values.setdefault(where, _as_written(numbers))[band] = rounded(one.posterior)
            values |= {(*place, "basis"): "empirical"}
            values |= {(*place, "source"): f"{source}; before: {bearing.source or 'no source'}"}
    for one in lessons.credences:
        name, grade = one.name
        if one.learned and lessons.usual_grade.get(name) == grade:
            values["sources", name, "credence"] = rounded(one.posterior)
    return values


def _as_written(numbers: Mapping[str, Any]) -> dict[str, Any]:
    return {key: b.middle if b.certain else [b.low, b.middle, b.high] for key, b in numbers.items()}
