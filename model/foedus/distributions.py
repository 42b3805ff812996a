"""Draws -> what is said of one question: its distribution now and before the news."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from foedus.case.expression import Compare, Is, dates_in, questions_in
from foedus.case.types import Case
from foedus.problem.axes import expressions
from foedus.problem.bands import level_ids
from foedus.problem.types import Axis
from foedus.results import Estimate, LevelsForecast, QuantityForecast, TimingForecast
from foedus.summary import band_quantiles, masses, step_quantiles

if TYPE_CHECKING:
    from foedus.forecast import Forecast

Floats = NDArray[np.float64]
LEVELS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)


def question_forecast(forecast: Forecast, name: str) -> TimingForecast | LevelsForecast | QuantityForecast:
    """Return what the draws say of one question."""
    axis = forecast.compiled.problem.axes[forecast.compiled.problem.index[name]]
    absent = forecast.estimate_of(Is(name, "not applicable")) if forecast.case.file.questions[name].only_if else None
    if axis.kind == "timing":
        return _timing(forecast, axis, absent)
    if axis.kind == "quantity":
        return _quantity(forecast, axis, absent)
    levels = level_ids(forecast.case, name)
    estimates = tuple((level, forecast.estimate_of(Compare(name, "==", level=i))) for i, level in enumerate(levels))
    return LevelsForecast(name, axis.kind, estimates, absent)


def _masses(forecast: Forecast, axis: Axis) -> tuple[Floats, Floats]:
    q, fine = forecast.compiled.problem.index[axis.id], len(axis.cell_of_fine)
    return (
        masses(forecast.posterior.now, q, fine, forecast.now_outcomes[axis.id].applies),
        masses(forecast.posterior.before, q, fine, forecast.before_outcomes[axis.id].applies),
    )


def _timing(forecast: Forecast, axis: Axis, absent: Estimate | None) -> TimingForecast:
    mass, prior_mass = _masses(forecast, axis)
    days = tuple(axis.opens + dt.timedelta(days=i) for i in range(1, axis.cells))
    reached = [*days, None]
    at = [dict(zip(LEVELS, step_quantiles(m, np.array(LEVELS)), strict=True)) for m in (mass, prior_mass)]
    named = sorted(dates_to_report(forecast.case, axis.id, axis.opens, days[-1]))
    return TimingForecast(
        id=axis.id,
        never=forecast.estimate_of(Is(axis.id, "never")),
        days=days,
        mass=mass[:-1],
        prior_mass=prior_mass[:-1],
        quantiles={level: reached[i] for level, i in at[0].items()},
        prior_quantiles={level: reached[i] for level, i in at[1].items()},
        by_date={day: forecast.estimate_of(Compare(axis.id, "<=", day=day)) for day in named},
        not_applicable=absent,
    )


def _quantity(forecast: Forecast, axis: Axis, absent: Estimate | None) -> QuantityForecast:
    assert axis.lower is not None
    assert axis.upper is not None
    mass, prior_mass = _masses(forecast, axis)
    now, before = (band_quantiles(m, axis.lower, axis.upper, np.array(LEVELS)) for m in (mass, prior_mass))
    return QuantityForecast(
        id=axis.id,
        quantiles=dict(zip(LEVELS, now.tolist(), strict=True)),
        prior_quantiles=dict(zip(LEVELS, before.tolist(), strict=True)),
        lower=axis.lower,
        upper=axis.upper,
        mass=mass,
        prior_mass=prior_mass,
        not_applicable=absent,
    )


def dates_to_report(case: Case, question: str, opens: dt.date, last: dt.date) -> set[dt.date]:
    """Return ends of months in the window, calendar dates, and dates that expressions name with the question."""
    out = {entry.date for entry in case.file.calendar}
    out |= set().union(*(dates_in(e) for e in expressions(case) if question in questions_in(e)))
    month = opens.replace(day=1)
    while month <= last:
        month = (month + dt.timedelta(days=32)).replace(day=1)
        out.add(month - dt.timedelta(days=1))
    return {day for day in out if opens < day <= last}
