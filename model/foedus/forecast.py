"""Posterior -> Forecast: what a reader is told, each number with its range, its Monte Carlo error and its prior."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from foedus.accounting import account_of
from foedus.case.conditions import Outcomes, holds
from foedus.case.expression import Expression, Not, Or, parse_when
from foedus.case.moment import moment
from foedus.case.types import Case
from foedus.distributions import question_forecast
from foedus.inference.diagnostics import LIMITS, Limits, complaints, effective_sample_size, pareto_k
from foedus.inference.faults import pulls
from foedus.inference.posterior import Ensemble, Posterior, Progress, update
from foedus.outcomes import drawn_outcomes, only_if_order, possible_outcomes
from foedus.problem.compile import Compiled, compile_problem
from foedus.results import (
    Account,
    Diagnostics,
    Estimate,
    LevelsForecast,
    QuantityForecast,
    TimingForecast,
)
from foedus.revisions import revised, what_if
from foedus.summary import chance, probability
from foedus.trust import trust_of

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
UNSEEN = 1e-8  # stands for the probability of what is possible and in no draw

__all__ = [
    "Account",
    "Diagnostics",
    "Estimate",
    "Forecast",
    "LevelsForecast",
    "QuantityForecast",
    "TimingForecast",
    "account_of",
    "forecast",
    "moment",
]


@dataclass(frozen=True)
class Forecast:
    """A forecast as of one time.

    Attributes
    ----------
    case : Case
    as_of : datetime
        Aware.
    seed : int
    compiled : Compiled
        What the core was given.
    posterior : Posterior
        Its draws.
    limits : Limits
        What `diagnostics` are held against.
    """

    case: Case
    as_of: dt.datetime
    seed: int
    compiled: Compiled
    posterior: Posterior
    limits: Limits = LIMITS

    def estimate(self, when: str, given: str | None = None) -> Estimate:
        """Probability that a `when` expression holds, where `given` holds if stated.

        Raises
        ------
        ExpressionError
            If either can't be read; it points at the column.
        """
        condition = parse_when(given, self.case.file) if given else None
        return self.estimate_of(parse_when(when, self.case.file), condition)

    def probability(self, when: str, given: str | None = None) -> float:
        """Probability that a `when` expression holds, where `given` holds if stated."""
        return self.estimate(when, given).probability

    def estimate_of(self, when: Expression, given: Expression | None = None) -> Estimate:
        """`estimate` of parsed expressions."""
        draws = self.posterior.now
        now = chance(draws.weight, *self._where(self.now_outcomes, when, given), draws.replicate)
        if (when, given) not in self._priors:
            before = self._where(self.before_outcomes, when, given)
            self._priors[when, given] = probability(self.posterior.before.weight, *before)
        p = now.probability
        if p in {0.0, 1.0} and not self.settled(when, given):
            p = abs(p - UNSEEN)  # possible, and in no draw
        return Estimate(p, now.low, now.high, now.mcse, self._priors[when, given])

    def settled(self, when: Expression, given: Expression | None = None) -> bool:
        """Whether what is known leaves `when` (where `given` holds) only true or only false.

        Tried on outcomes that are drawn evenly from all that are possible, however improbable.
        """
        true, where = self._where(self._possible, when, given)
        true = true if where is None else true[where]
        return bool(true.all() or not true.any())

    @cached_property
    def scenario_estimates(self) -> dict[str, Estimate]:
        """Estimate of each scenario."""
        return {name: self.estimate_of(self._parsed[name]) for name in self.case.file.scenarios}

    @cached_property
    def headline_estimates(self) -> dict[str, Estimate]:
        """Estimate of each headline."""
        return {name: self.estimate_of(self._parsed[name]) for name in self.case.file.headlines}

    @cached_property
    def residual(self) -> Estimate:
        """What no scenario covers."""
        parts = tuple(self._parsed[name] for name in self.case.file.scenarios)
        return self.estimate_of(Not(Or(parts))) if parts else Estimate(1.0, 1.0, 1.0, 0.0, 1.0)

    @cached_property
    def estimates(self) -> dict[str, Estimate]:
        """Scenarios, headlines and `none_of_these`."""
        return {**self.scenario_estimates, **self.headline_estimates, "none_of_these": self.residual}

    def propositions(self, draws: Ensemble) -> dict[str, Bools]:
        """Where each scenario and headline, and `none_of_these`, holds in an ensemble."""
        outcomes, file = self.outcomes(draws), self.case.file
        out = {name: holds(when, outcomes) for name, when in self._parsed.items()}
        covered = [out[name] for name in file.scenarios]
        out["none_of_these"] = ~np.logical_or.reduce(covered) if covered else np.ones_like(draws.weight, bool)
        return out

    def true_now(self, when: str) -> Bools:
        """Where a `when` expression holds in the posterior draws [N, M]."""
        return holds(parse_when(when, self.case.file), self.now_outcomes)

    def at(self, as_of: dt.datetime, draws: int, points: int) -> Forecast:
        """Forecast the same case as of another time, with other numbers of draws, against the same prior."""
        compiled = compile_problem(self.case, as_of, self.compiled.prior, self.compiled.trust)
        compiled = _sized(compiled, draws, points)
        before = self.posterior.before if compiled.prior is self.compiled.prior else None
        posterior = update(compiled.problem, self.seed, before=before)
        return Forecast(self.case, as_of, self.seed, compiled, posterior, self.limits)

    def revised(
        self, signals: Iterable[Mapping[str, str]] = (), as_of: str | dt.datetime | dt.date | None = None
    ) -> Forecast:
        """Forecast with further signals, or as of another time, from the draws already made where they do.

        The numbers are those of a new forecast up to Monte Carlo error, in a small part of the time.

        Parameters
        ----------
        signals : iterable of mappings
            Columns of `signals.csv` by name; `published` is now by default.
        as_of : str, date or datetime, optional
            As in `forecast`; default: now, or when the last of the signals was published.

        Raises
        ------
        CaseError
            If a signal or time can't be read.

        Examples
        --------
        >>> later = now.revised([{"code": "date_named", "source": "ministry", "target_from": "2026-03-10",
        ...                       "target_to": "2026-03-20"}])  # doctest: +SKIP
        """
        return revised(self, signals, as_of)

    def what_if(self, signals: Iterable[Mapping[str, str]]) -> pd.DataFrame:
        """Probabilities of scenarios and headlines, were each of some signals, alone, known now.

        Parameters
        ----------
        signals : iterable of mappings
            Columns of `signals.csv` by name; each counts as `revised` would count it alone: an event of its own, unless
            it names the event, statement, origin or document of a signal of the case, or what it supersedes.

        Returns
        -------
        DataFrame
            A row for each signal, by its id; a column for each proposition, and `ess`, the effective sample size (0,
            and no numbers, where a signal excludes all that is left).
        """
        return what_if(self, signals)

    @cached_property
    def overlap(self) -> tuple[tuple[str, str, float], ...]:
        """Pairs of scenarios that can both hold, with the probability that they do."""
        true, weight = self.propositions(self.posterior.now), self.posterior.now.weight
        both = ((a, b, float(weight[true[a] & true[b]].sum())) for a, b in combinations(self.case.file.scenarios, 2))
        return tuple(pair for pair in both if pair[2] > 0)

    @cached_property
    def questions(self) -> dict[str, TimingForecast | LevelsForecast | QuantityForecast]:
        """Every question's distribution."""
        return {name: question_forecast(self, name) for name in self.case.file.questions}

    @cached_property
    def diagnostics(self) -> Diagnostics:
        """Effective sample sizes, Pareto k and Monte Carlo error, against `limits`."""
        weight = self.posterior.now.weight
        outer = effective_sample_size(self.posterior.now.outer_weight)
        ess = effective_sample_size(weight)
        by_draw = weight.sum(axis=0)
        inner_weight = weight[:, by_draw > 0] / by_draw[by_draw > 0]
        k = float(np.fmax(pareto_k(by_draw), pareto_k(inner_weight)))
        reported = [*self.scenario_estimates.values(), *self.headline_estimates.values(), self.residual]
        mcse = max(e.mcse for e in reported)
        messages = complaints(self.limits, ess, outer, k, mcse, lambda: pulls(self.compiled.problem))
        learned = self.posterior.learned
        moved = None if np.isnan(learned.acceptance) else learned.acceptance
        return Diagnostics(not messages, ess, outer, k, mcse, messages, learned.method, learned.ladder, moved)

    @cached_property
    def account(self) -> Account:
        """What became of every row of signals.csv and counts.csv."""
        return account_of(self.compiled)

    @property
    def inputs(self) -> dict[str, str]:
        """SHA-256 of each file that this forecast read; later resolutions are not among them."""
        known = any(r.known_from.at <= self.as_of for r in self.case.resolutions)
        return {name: digest for name, digest in self.case.inputs.items() if name != "resolutions.csv" or known}

    @cached_property
    def scenarios(self) -> pd.DataFrame:
        """Table of the scenarios and what none of them covers."""
        import pandas as pd

        rows = {**self.scenario_estimates, "none_of_these": self.residual}
        columns = ["probability", "low", "high", "mcse", "prior", "change"]
        return pd.DataFrame(
            {c: [getattr(e, c) for e in rows.values()] for c in columns}, index=pd.Index(rows, name="id")
        )

    def to_json(self) -> dict[str, Any]:
        """Return the forecast as plain data, with the names of `forecast.json`."""
        from foedus.export import to_json

        return to_json(self)

    def to_datatree(self, draws: int | None = None) -> xr.DataTree:
        """Return the draws as an xarray DataTree in ArviZ's layout: posterior, prior, observed signals.

        Parameters
        ----------
        draws : int, optional
            Draws of each of the four chains; default as many as there are, up to 2048.

        See Also
        --------
        foedus.datatree : what is in it, and what its chains are.
        """
        from foedus.datatree import to_datatree

        return to_datatree(self, draws)

    @cached_property
    def _parsed(self) -> dict[str, Expression]:
        named = {**self.case.file.scenarios, **self.case.file.headlines}
        return {name: parse_when(s.when, self.case.file) for name, s in named.items()}

    @cached_property
    def _conditions(self) -> dict[str, Expression]:
        """Conditions under which questions apply, those that others' conditions mention first."""
        return only_if_order(self.case.file)

    @cached_property
    def _priors(self) -> dict[tuple[Expression, Expression | None], float]:
        """Probabilities without any news, as they are asked for: the same in every revision."""
        return {}

    @cached_property
    def now_outcomes(self) -> dict[str, Outcomes]:
        """Outcomes in the posterior draws."""
        return self.outcomes(self.posterior.now)

    @cached_property
    def before_outcomes(self) -> dict[str, Outcomes]:
        """Outcomes in the prior draws."""
        return self.outcomes(self.posterior.before)

    def outcomes(self, ensemble: Ensemble) -> dict[str, Outcomes]:
        """Outcomes of every question in an ensemble, with where it applies."""
        return drawn_outcomes(self.compiled.problem.axes, ensemble, self._conditions)

    @cached_property
    def _possible(self) -> dict[str, Outcomes]:
        return possible_outcomes(self.compiled.problem.axes, self.posterior.tables, self._conditions)

    @staticmethod
    def _where(outcomes: dict[str, Outcomes], when: Expression, given: Expression | None) -> tuple[Bools, Bools | None]:
        return holds(when, outcomes), holds(given, outcomes) if given is not None else None


def forecast(
    case: Case,
    as_of: str | dt.datetime | dt.date | None = None,
    seed: int = 1,
    *,
    draws: int | None = None,
    points: int | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Forecast:
    """Forecast a case as it stood at `as_of`.

    Parameters
    ----------
    case : Case
    as_of : str, date or datetime, optional
        A date is the end of that civil day in the case's time zone; a date-time needs an offset. Default:
        the time of the last signal.
    seed : int
        Same inputs and seed, same bytes.
    draws, points : int, optional
        Parameter draws and outcome draws for each; default `settings` of the case.
    limits : Limits, optional
        What `diagnostics` are held against (`foedus.Limits`); default `settings: limits` of the case.
    progress : callable, optional
        Called with the name of a stage and the part done.

    Raises
    ------
    CaseError
        If `as_of` can't be read, or judgments can't be made into a prior.
    DegenerateDraws
        If no answer is left.
    ValueError
        If there are fewer than 2 draws or 4 points, or an odd number of points.
    """
    time = moment(case, as_of)
    compiled = _sized(compile_problem(case, time, trust=trust_of(case, time, seed, progress)), draws, points)
    given = case.file.settings.limits.model_dump(exclude_none=True)
    return Forecast(case, time, seed, compiled, update(compiled.problem, seed, progress), limits or Limits(**given))


def _sized(compiled: Compiled, draws: int | None, points: int | None) -> Compiled:
    problem = compiled.problem
    sized = replace(problem, draws=draws or problem.draws, points=points or problem.points)
    if sized.draws < 2 or sized.points < 4 or sized.points % 2:
        msg = (
            f"draws={sized.draws}, points={sized.points}: give 2 draws or more, and an even number of points from 4 on"
        )
        raise ValueError(msg)
    return replace(compiled, problem=sized)
