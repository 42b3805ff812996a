"""What moved the forecast: a waterfall over units of evidence in the order in which they became known.

One unit at a time is added to the tables and the draws are reweighted by the exact ratio; where too few
draws are left they are made anew. This is one order of adding: what comes first is credited with what later
news would have said as well.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from foedus.inference.diagnostics import effective_sample_size
from foedus.inference.posterior import Ensemble, ensemble
from foedus.inference.revision import reweighted
from foedus.inference.tables import own_tables, tables
from foedus.problem.types import Contribution, Tally

if TYPE_CHECKING:
    from foedus.forecast import Forecast

_MOMENT = dt.timedelta(microseconds=1)  # the end of a day belongs to it
_ENOUGH = 0.5  # effective part of the draws below which they are made anew


@dataclass(frozen=True)
class Step:
    """One step from prior to posterior.

    Attributes
    ----------
    signals : tuple of str
        Ids that make up the unit; empty for the passing of time.
    kind : {"signal", "time"}
        `signal`: signals, or a count; `time`: the days that passed without the event, and the silence of codes that
        are always seen.
    day : date
        When it became known, in the case's time zone.
    code, source : str or None
        Of the first report.
    credence : float or None
        Mean credence used.
    strength : float
        Log ratio of the largest to the smallest multiplier, before credence, fading, caps and tempering.
    effects : dict
        Scenario, headline or `none_of_these` -> change in its probability.
    notes : tuple of str
        Why it counted for less.
    questions : tuple of str
        What it bears on.
    absent : bool
        Whether it is what a document leaves out.
    """

    signals: tuple[str, ...]
    kind: Literal["signal", "time"]
    day: dt.date
    code: str | None
    source: str | None
    credence: float | None
    strength: float
    effects: dict[str, float]
    notes: tuple[str, ...]
    questions: tuple[str, ...] = ()
    absent: bool = False


def waterfall(forecast: Forecast, progress: Callable[[str, float], None] | None = None) -> tuple[Step, ...]:
    """Return the steps from the prior to the posterior, in the order in which news became known.

    The effects of all steps add to the change from prior to posterior up to Monte Carlo error.
    """
    problem = forecast.compiled.problem
    order = sorted(range(len(problem.units)), key=lambda u: (problem.units[u].published, u))
    probabilities = _probabilities(forecast, forecast.posterior.before)
    steps = []
    for i, (unit, before, now) in enumerate(_path(forecast, order)):
        if progress is not None:
            progress("reasons", i / (len(order) + 1))
        after = _probabilities(forecast, now)
        start = probabilities if unit is None else _probabilities(forecast, before)
        effects = {name: after[name] - start[name] for name in after}
        steps.append(_time(forecast, effects) if unit is None else _signal(forecast, unit, effects))
    return tuple(steps)


def _path(forecast: Forecast, order: list[int]) -> Iterator[tuple[int | None, Ensemble, Ensemble]]:
    """Yield (unit, draws before it, draws after it), first the passing of time (None)."""
    problem, parameters = forecast.compiled.problem, forecast.posterior.prior_parameters
    problem = replace(problem, points=max(problem.points // 2, 4))  # the steps share their draws, so that fewer do
    streams = np.random.default_rng(forecast.seed).spawn(len(order) + 1)
    news = own_tables(problem, parameters, range(len(problem.axes)), used=())
    now = ensemble(problem, parameters, tables(problem, parameters, used=()), streams[0])
    yield None, now, now
    used: set[int] = set()
    for unit, stream in zip(order, streams[1:], strict=True):
        used.add(unit)
        counted = {c.question for c in problem.contributions if c.unit == unit and c.exponent > 0}
        counted |= {t.question for t in problem.tallies if t.unit == unit}
        if not counted:
            yield unit, now, now
            continue
        further = own_tables(problem, parameters, counted, used)
        after = reweighted(problem, now, further, news)
        yield unit, now, after
        if effective_sample_size(after.weight) < _ENOUGH * after.weight.size:
            after = ensemble(problem, parameters, tables(problem, parameters, used), stream)
        now, news = after, news | further


def _probabilities(forecast: Forecast, draws: Ensemble) -> dict[str, float]:
    return {name: float(draws.weight[true].sum()) for name, true in forecast.propositions(draws).items()}


def _time(forecast: Forecast, effects: dict[str, float]) -> Step:
    return Step((), "time", (forecast.as_of - _MOMENT).date(), None, None, None, 0.0, effects, ())


def _signal(forecast: Forecast, unit: int, effects: dict[str, float]) -> Step:
    problem = forecast.compiled.problem
    info = problem.units[unit]
    every: tuple[Contribution | Tally, ...] = (*problem.contributions, *problem.tallies)
    own = [evidence for evidence in every if evidence.unit == unit]
    return Step(
        signals=info.signals,
        kind="signal",
        day=(info.published - _MOMENT).astimezone(forecast.as_of.tzinfo).date(),
        code=info.code,
        source=info.source,
        credence=_mean_credence(forecast, own[0]) if own else None,
        strength=max((c.raw_strength for c in own), default=0.0),
        effects=effects,
        notes=tuple(dict.fromkeys(note for c in own for note in c.notes)),
        questions=tuple(problem.axes[c.question].id for c in own),
        absent=info.absent,
    )


def _mean_credence(forecast: Forecast, own: Contribution | Tally) -> float:
    credence = forecast.posterior.parameters.credence
    draws = credence[own.credence] if isinstance(own, Tally) else own.credence(credence)
    return float(draws @ forecast.posterior.now.weight.sum(axis=0))
