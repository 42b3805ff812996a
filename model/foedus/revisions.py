"""Forecast -> Forecast: with further signals, or as of another time, from the draws already made.

Only the questions that news bears on are looked at again, and no outcome is drawn anew while enough draws stay
effective; else the forecast is made from the beginning.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from foedus.case.further import further_signals
from foedus.case.moment import moment
from foedus.errors import DegenerateDraws
from foedus.inference.diagnostics import effective_sample_size
from foedus.inference.learning import ENOUGH
from foedus.inference.posterior import update
from foedus.inference.revision import own_ratio, revise
from foedus.news.evidence import joined_by, unusable
from foedus.problem.compile import compile_problem
from foedus.trust import trust_of

if TYPE_CHECKING:
    import pandas as pd

    from foedus.case.types import Signal
    from foedus.forecast import Forecast

Floats = NDArray[np.float64]
# What a revised forecast need not work out again.
_SHARED = ("_parsed", "_conditions", "_priors", "before_outcomes", "now_outcomes")


def revised(
    forecast: Forecast,
    signals: Iterable[Mapping[str, str]] = (),
    as_of: str | dt.datetime | dt.date | None = None,
) -> Forecast:
    """`Forecast.revised`."""
    further = further_signals(forecast.case, _published(forecast, signals))
    case, problem = forecast.case, forecast.compiled.problem
    if further:
        case = case.model_copy(update={"signals": (*case.signals, *further)})
    last = max((signal.published.at for signal in further), default=forecast.as_of)
    time = max(last, forecast.as_of) if as_of is None else moment(case, as_of)
    compiled = compile_problem(case, time, forecast.compiled.prior, forecast.compiled.trust)
    if compiled.prior is not forecast.compiled.prior:  # others had answered, and so seed questions too
        compiled = compile_problem(case, time, compiled.prior, trust_of(case, time, forecast.seed))
    compiled = replace(compiled, problem=replace(compiled.problem, draws=problem.draws, points=problem.points))
    posterior = revise(forecast.posterior, compiled.problem)
    if posterior is not None:
        out = replace(forecast, case=case, as_of=time, compiled=compiled, posterior=posterior)
        vars(out).update({name: getattr(forecast, name) for name in _SHARED})
        return out
    before = forecast.posterior.before if compiled.prior is forecast.compiled.prior else None
    posterior = update(compiled.problem, forecast.seed, before=before)
    return type(forecast)(case, time, forecast.seed, compiled, posterior, forecast.limits)


def what_if(forecast: Forecast, signals: Iterable[Mapping[str, str]]) -> pd.DataFrame:
    """`Forecast.what_if`."""
    import pandas as pd

    rows = list(_published(forecast, signals))
    tallies: dict[int, _Tally] = {}
    enough = ENOUGH * effective_sample_size(forecast.posterior.now.weight)
    names = [*forecast.propositions(forecast.posterior.now), "ess"]
    out = {}
    joining = {key for signal in forecast.case.signals for key in joined_by(forecast.case.codebook, signal)}
    for signal, row in zip(further_signals(forecast.case, rows), rows, strict=True):
        found, apart = None, _stands_apart(forecast, signal, joining)
        problem, changed = forecast.compiled.with_one(signal) if apart else (None, ())
        if problem is not None and len(changed) == 1 and problem.axes[q := min(changed)].kind != "nominal":
            ratio = own_ratio(forecast.posterior, problem, q)
            if ratio is not None:
                found = (tallies.get(q) or tallies.setdefault(q, _Tally.of(forecast, q))).at(ratio)
        if found is None or found[-1] < enough:
            found = _anew(forecast, row, len(names))
        out[signal.id] = found
    return pd.DataFrame.from_dict(out, orient="index", columns=names).rename_axis("id")


def _anew(forecast: Forecast, row: Mapping[str, str], columns: int) -> list[float]:
    """Return the row of one signal by `revised`; nothing but an effective sample size of 0 where it excludes all."""
    try:
        other = revised(forecast, [row], forecast.as_of)
    except DegenerateDraws:
        return [np.nan] * (columns - 1) + [0.0]
    return [*(e.probability for e in other.estimates.values()), other.diagnostics.ess]


def _stands_apart(forecast: Forecast, signal: Signal, joining: AbstractSet[tuple[object, ...]]) -> bool:
    """Whether a signal is an event of its own, known now, that changes nothing in what other rows say."""
    codebook = forecast.case.codebook
    return (
        signal.published.at <= forecast.as_of
        and (signal.source, signal.credibility) in forecast.compiled.compiler.grades
        and signal.supersedes is None
        and signal.status != "retracted"
        and codebook.codes[signal.code].coverage != "exhaustive"  # whose silence is then as sure as its reports
        and unusable(codebook, signal) is None
        and not any(
            signal.code in code.lines for code in codebook.discrepancies.values()
        )  # it may complete a discrepancy
        and joining.isdisjoint(joined_by(codebook, signal))
    )


def _published(forecast: Forecast, signals: Iterable[Mapping[str, str]]) -> Iterable[Mapping[str, str]]:
    return ({"published": forecast.as_of.isoformat(), **row} for row in signals)


@dataclass(frozen=True)
class _Tally:
    """Weight of the draws on each cell of one question: of each proposition, of all, and squared.

    Attributes
    ----------
    true : array [P, C, M]
    all, squared : array [C, M]
    """

    true: Floats
    all: Floats
    squared: Floats

    @classmethod
    def of(cls, forecast: Forecast, q: int) -> _Tally:
        draws, axis = forecast.posterior.now, forecast.compiled.problem.axes[q]
        shape = axis.cells, draws.weight.shape[1]
        place = (draws.cells[q] * shape[1] + np.arange(shape[1])).ravel()

        def on_cells(weight: Floats) -> Floats:
            return np.bincount(place, weights=weight.ravel(), minlength=shape[0] * shape[1]).reshape(shape)

        true = [on_cells(draws.weight * where) for where in forecast.propositions(draws).values()]
        return cls(np.array(true), on_cells(draws.weight), on_cells(np.square(draws.weight)))

    def at(self, ratio: Floats) -> list[float]:
        """Return the probability of each proposition, and the effective sample size, were weights `ratio` [C, M]."""
        total = float(np.einsum("cm,cm->", self.all, ratio))
        if not total > 0:
            return [np.nan, 0.0]
        squared = float(np.einsum("cm,cm,cm->", self.squared, ratio, ratio))
        return [*(np.einsum("pcm,cm->p", self.true, ratio) / total).tolist(), total**2 / squared]
