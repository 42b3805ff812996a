"""Does the core agree with the reference? Every scenario, headline, level, date and quantile, in Monte Carlo errors.

The two share the case, its compiled arrays and the way outcomes become true or false propositions; nothing of what
turns news into probabilities. The core's errors are those between replicates of its design, the reference's those of
its chains (ArviZ). The core moves its drawn priors so that their mean is the pool (raking), and weighs its draws by
themselves: either shifts a probability by something of the order of 1 / draws, which is allowed for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from foedus.bayes.reference import model_of
from foedus.bayes.sampling import Sampled, sample
from foedus.bayes.weighting import Graph, Progress
from foedus.case.conditions import NEVER, Outcomes
from foedus.case.types import Case
from foedus.problem.bands import level_ids
from foedus.problem.compile import Compiled
from foedus.problem.types import Axis, Floats

if TYPE_CHECKING:
    import pandas as pd

Bools = NDArray[np.bool_]
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
_FALSE_ALARM = 0.01  # chance that anything is called wrong where all is right
R_HAT, ESS, DIVERGENT = 1.02, 400.0, 0.005
TUNE = 500
Method = Literal["auto", "nuts", "weights"]


class Forecast(Protocol):
    """What is verified: a `foedus.Forecast`."""

    @property
    def case(self) -> Case:
        """What was forecast."""
        ...

    @property
    def compiled(self) -> Compiled:
        """What the core was given."""
        ...

    @property
    def posterior(self) -> Any:
        """Its draws."""
        ...

    def outcomes(self, ensemble: Any) -> dict[str, Outcomes]:
        """Outcomes of every question in an ensemble."""
        ...

    def propositions(self, draws: Any) -> dict[str, Bools]:
        """Where each scenario and headline, and `none_of_these`, holds in an ensemble."""
        ...


@dataclass(frozen=True)
class Draws:
    """Outcome draws of the reference, in the core's layout; `weight` [N, M] sums to 1, `equal` where all are equal."""

    outcome: tuple[NDArray[Any], ...]
    value: tuple[Floats | None, ...]
    weight: Floats
    equal: bool


def verify(
    now: Forecast,
    seed: int = 1,
    *,
    draws: int = 1000,
    chains: int = 4,
    method: Method = "auto",
    progress: Progress | None = None,
    bar: bool = False,
) -> pd.DataFrame:
    """Compare a forecast with the reference model.

    Parameters
    ----------
    now : Forecast
    seed : int
        Of the reference.
    draws, chains : int
        Kept draws of each chain; before them up to 500 are used to tune.
    method : {"auto", "nuts", "weights"}
        NUTS on the PyMC model, which compiles for a minute or two and copes with any amount of news; or as many draws
        of the prior weighted by the news, sooner where there is little of it. Either says when it failed; `auto`
        weights, and turns to NUTS where that failed.
    progress : callable, optional
        Called with the name of a stage and the part done.
    bar : bool
        Show PyMC's own progress under NUTS.

    Returns
    -------
    DataFrame
        A row for each probability: `core`, `core_mcse`, `reference`, `mcse`, `ess`, `z` and `ok`. A quantile of the
        core is compared by the probability that lies up to it. `attrs` holds the bound that z is held against
        (Bonferroni), the `method`, `reference_ok`, `complaints` (what the reference fell short of), and the
        diagnostics: `r_hat`, `ess`, `divergences`.

    See Also
    --------
    agrees : whether all of it is as it should be.
    """
    if method != "nuts":
        table = by_weights(now, seed, draws * chains, progress)
        if method == "weights" or table.attrs["reference_ok"]:
            return table
    return by_nuts(now, seed, draws, chains, progress, bar=bar)


def agrees(table: pd.DataFrame) -> bool:
    """Whether every probability of a table of `verify` agrees, and the reference passed its own diagnostics."""
    return bool(table["ok"].all()) and bool(table.attrs["reference_ok"])


# -- the reference's draws ---------------------------------------------------------------------


def by_weights(now: Forecast, seed: int, draws: int, progress: Progress | None = None) -> pd.DataFrame:
    """`verify` by draws of the prior, weighted by the news."""
    w = Graph(now.compiled.problem).sample(np.random.default_rng(seed), draws, progress)
    weight = np.exp(w.log_weight - w.log_weight.max())
    weight /= weight.sum()
    found = {"r_hat": 1.0, "ess": float(1 / np.square(weight).sum()), "divergences": 0.0}
    reference = _draws(now.compiled.problem.axes, w.cell[:, None], w.value[None], weight[:, None], equal=False)
    return _table(now, "weights", reference, found)


def by_nuts(
    now: Forecast, seed: int, draws: int, chains: int, progress: Progress | None = None, *, bar: bool = False
) -> pd.DataFrame:
    """`verify` by NUTS on the PyMC model.

    Outcomes follow from the parameters, and are worked out afterwards without a compiler.
    """
    if progress:
        progress("NUTS", 0.0)
    model = model_of(now.compiled, tuple(now.case.file.panel))
    return compared(now, sample(model, "pymc", draws, min(draws, TUNE), chains, seed, bar=bar), progress)


def compared(now: Forecast, sampled: Sampled, progress: Progress | None = None) -> pd.DataFrame:
    """`verify` by draws of the free parameters of the reference model."""
    chains, draws = next(iter(sampled.free.values())).shape[:2]
    flat = {name: x.reshape(chains * draws, *x.shape[2:]) for name, x in sampled.free.items()}
    cell, value = Graph(now.compiled.problem).outcomes(flat, progress)
    reference = _draws(
        now.compiled.problem.axes,
        cell.reshape(chains, draws, -1).swapaxes(0, 1),
        value.reshape(chains, draws, value.shape[1]),
        np.full((draws, chains), 1 / (draws * chains)),
        equal=True,
    )
    found = {"r_hat": sampled.r_hat, "ess": sampled.ess, "divergences": float(sampled.divergences)}
    return _table(now, "nuts", reference, found)


def _draws(axes: tuple[Axis, ...], cell: Any, value: Any, weight: Floats, *, equal: bool) -> Draws:
    """Arrays [draw, chain, question] and values [chain, draw, quantity] in the core's layout."""
    quantities = [q for q, axis in enumerate(axes) if axis.kind == "quantity"]
    numbers: list[Floats | None] = [None] * len(axes)
    for i, q in enumerate(quantities):
        numbers[q] = value[..., i].T
    return Draws(tuple(cell[..., q] for q in range(len(axes))), tuple(numbers), weight, equal)


# -- the comparison ----------------------------------------------------------------------------


def _table(now: Forecast, method: str, reference: Draws, found: dict[str, float]) -> pd.DataFrame:
    import pandas as pd

    core, parameter_draws = now.posterior.now, now.posterior.now.weight.shape[1]
    ours, theirs = now.propositions(core), now.propositions(reference)
    events = _events(now, now.outcomes(core), now.outcomes(reference), core.weight)
    pairs = {**{name: (ours[name], theirs[name]) for name in ours}, **events}
    rows = {}
    for name, (a, b) in pairs.items():
        p, error = _core(core, a)
        r, r_error, ess = _chains(b, p) if reference.equal else _rows(reference, b, p)
        excess = max(abs(p - r) - 1 / parameter_draws, 0.0)
        rows[name] = (p, error, r, r_error, ess, excess / np.hypot(error, r_error) if excess > 0 else 0.0)
    table = pd.DataFrame.from_dict(
        rows, orient="index", columns=["core", "core_mcse", "reference", "mcse", "ess", "z"]
    ).rename_axis("id")
    replicates = len(np.unique(core.replicate))  # of so few, a stated error is uncertain itself: Student's t
    bound = float(stdtrit(replicates - 1, 1 - _FALSE_ALARM / 2 / max(len(table), 1)))
    table["ok"] = table["z"] <= bound
    short = _complaints(found, reference.weight.size)
    table.attrs |= {"method": method, "bound": bound, "reference_ok": not short, "complaints": short} | dict(found)
    return table


def _complaints(found: Mapping[str, float], draws: int) -> tuple[str, ...]:
    """Say where the reference falls short by its own diagnostics."""
    out, least = [], min(ESS, draws / 4)
    if not found["r_hat"] <= R_HAT:
        out.append(f"R-hat {found['r_hat']:.3f} is over {R_HAT}: its chains do not agree with each other")
    if not found["ess"] >= least:
        out.append(f"effective sample size {found['ess']:.0f} is under {least:.0f}")
    if not found["divergences"] <= DIVERGENT * draws:
        out.append(f"{found['divergences']:.0f} of {draws} transitions diverged, over {100 * DIVERGENT:g} %")
    return tuple(out)


def _events(
    now: Forecast, ours: Mapping[str, Outcomes], theirs: Mapping[str, Outcomes], weight: Floats
) -> dict[str, tuple[Bools, Bools]]:
    """Levels of every question; dates and numbers up to each quantile of the core."""
    out: dict[str, tuple[Bools, Bools]] = {}
    for axis in now.compiled.problem.axes:
        a, b = ours[axis.id], theirs[axis.id]
        if a.applies is not None and b.applies is not None:
            out[f"{axis.id} applies"] = (a.applies, b.applies)
        if axis.kind in {"ordinal", "nominal"}:
            for i, name in enumerate(level_ids(now.case, axis.id)):
                out[f"{axis.id} == {name}"] = (_is(a, a.position == i), _is(b, b.position == i))
            continue
        if axis.kind == "timing":
            out[f"{axis.id} is never"] = (_is(a, a.position == NEVER), _is(b, b.position == NEVER))
        for level, cut in zip(LEVELS, _quantiles(a, weight), strict=True):
            out[f"{axis.id} <= {level:g} quantile"] = (_is(a, a.position <= cut), _is(b, b.position <= cut))
    return out


def _is(outcomes: Outcomes, true: Bools) -> Bools:
    return true if outcomes.applies is None else true & outcomes.applies


def _quantiles(outcomes: Outcomes, weight: Floats) -> Floats:
    """Where the core's cumulative reaches each level, among the draws to which the question applies."""
    kept = weight > 0 if outcomes.applies is None else outcomes.applies & (weight > 0)
    position, mass = outcomes.position[kept], weight[kept]
    if not len(mass):
        return np.zeros(len(LEVELS))
    order = np.argsort(position, kind="stable")
    cumulative = np.cumsum(mass[order]) / mass.sum()
    return np.asarray(position[order][np.minimum(np.searchsorted(cumulative, LEVELS), len(order) - 1)])


def _core(draws: Any, true: Bools) -> tuple[float, float]:
    """Probability of the core, and its error between replicates of its design (delta method)."""
    of_column, hit = draws.weight.sum(axis=0), (draws.weight * true).sum(axis=0)
    p = min(float(hit.sum()), 1.0)  # weights sum to 1 but for rounding
    off = np.bincount(draws.replicate, weights=hit - p * of_column)
    return p, float(np.sqrt(np.square(off).sum() * len(off) / (len(off) - 1)))


def _rows(reference: Draws, true: Bools, p: float) -> tuple[float, float, float]:
    """Probability, error and effective size from weighted draws; the error no less than if `p` were true."""
    w = reference.weight
    r, ess = min(float((w * true).sum()), 1.0), float(1 / np.square(w).sum())
    return r, max(float(np.sqrt(np.square(w * (true - r)).sum())), float(np.sqrt(p * (1 - p) / ess))), ess


def _chains(true: Bools, p: float) -> tuple[float, float, float]:
    """Probability, error and effective size from chains; the error no less than if `p` were true."""
    import arviz as az

    each, size = true.T.astype(float), float(true.size)
    r = float(each.mean())
    ess = size if each.min() == each.max() else min(float(az.ess(each, method="mean")), size)
    return r, float(np.sqrt(max(r * (1 - r), p * (1 - p)) / ess)), ess
