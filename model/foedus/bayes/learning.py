"""How much more often events are counted before an outcome: the model of `foedus.news.rates` in PyMC.

What is free is written in standard normals, so that the sampler meets the same shape with many eras and with one;
`rates_of` makes the rates of them. Weeks, bands and eras are arrays: one graph, however long the history.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt
from numpy.typing import NDArray

from foedus.bayes.sampling import Sampled, sample
from foedus.news import rates as stated
from foedus.news.leads import Design
from foedus.news.rates import Floats, Rates, level_index, prior_rates, walk_in

TUNE, DRAWS, CHAINS = 1000, 1500, 4
CAREFUL = 0.99  # share of steps accepted, where the first run was not good enough
R_HAT, ESS, DIVERGENT = 1.02, 400.0, 0.001  # most, least, and the largest part of all draws


@dataclass(frozen=True)
class Learned:
    """What a history taught.

    Attributes
    ----------
    design : Design
    prior, posterior : Rates
        Draws of either.
    sampled : Sampled
        Diagnostics and times; the worst R-hat and effective sample size are over everything free.
    """

    design: Design
    prior: Rates
    posterior: Rates
    sampled: Sampled

    @property
    def complaints(self) -> tuple[str, ...]:
        """Why the draws can't be used; empty where they can."""
        return complaints(self.sampled)


def complaints(found: Sampled) -> tuple[str, ...]:
    """Say what of the sampler's diagnostics is out of bounds."""
    total = next(iter(found.free.values())).shape[:2]
    allowed = int(DIVERGENT * total[0] * total[1])
    said = []
    if not found.r_hat <= R_HAT:
        said.append(f"chains differ: R-hat {found.r_hat:.3f}, at most {R_HAT}")
    if not found.ess >= ESS:
        said.append(f"effective sample size {found.ess:.0f}, at least {ESS:.0f}")
    if found.divergences > allowed:
        said.append(f"{found.divergences} divergences, at most {allowed}")
    return tuple(said)


def rate_model(made: Design, *, flat: bool = False) -> pm.Model:
    """Build the model of the counts of a design.

    Parameters
    ----------
    flat : bool
        Hold every multiplier at 1: what the learned ones are compared with.

    Returns
    -------
    pymc.Model
        Its data is `counts` [W, J], so that others can be put in.
    """
    level = level_index(made)
    with pm.Model() as model:
        counts = pm.Data("counts", made.history.counts)
        free = {name: _free(name, *of) for name, of in _variables(made, flat=flat).items()}
        drawn = rates_at(free, level, len(made.bands), pt.exp)
        log_rate = (drawn["baseline"][:, None] + drawn["shift"])[:, None, :]  # [J, 1, E]
        if not flat:
            log_rate = pt.concatenate([log_rate + drawn["effect"][..., None] + drawn["deviation"], log_rate], axis=1)
        shares = _shares(made, flat=flat)
        weekly = pt.exp(log_rate).reshape((len(level), len(shares))) @ shares  # [J, W]
        pm.NegativeBinomial("count", mu=weekly.T, alpha=1 / drawn["dispersion"], observed=counts)
    return model


def rates_of(free: dict[str, Floats], made: Design, *, flat: bool = False) -> Rates:
    """Make rates [S] of the draws [chain, draw, ...] of everything free."""
    drawn = {name: np.asarray(x.reshape(-1, *x.shape[2:])) for name, x in free.items()}
    found = rates_at(drawn, level_index(made), len(made.bands), np.exp)
    if flat:
        size, (series, bands, eras) = len(found["baseline"]), _shape(made)
        found |= {"effect": np.zeros((size, series, bands)), "deviation": np.zeros((size, series, bands, eras))}
        found["deviation_spread"] = np.zeros(size)
    return Rates(**found)


def learn_counts(
    made: Design,
    rng: np.random.Generator,
    *,
    draws: int = DRAWS,
    tune: int = TUNE,
    chains: int = CHAINS,
    flat: bool = False,
    bar: bool = False,
    progress: Callable[[str, float], None] | None = None,
) -> Learned:
    """Learn rates and multipliers from a history.

    Parameters
    ----------
    made : Design
        At least one week.
    rng : Generator
    draws, tune, chains : int
        Kept and tuning draws of each chain.
    flat : bool
        Hold every multiplier at 1.

    Returns
    -------
    Learned
        Look at its `complaints` before anything else.
    """
    if progress is not None:
        progress("sampling rates", 0.0)
    seed = int(rng.integers(2**31))
    model = rate_model(made, flat=flat)
    sampled = sample(model, "pymc", draws, tune, chains, seed, bar=bar)
    if complaints(sampled):  # much data makes for a narrow posterior with a neck: smaller steps, and more of them
        if progress is not None:
            progress("sampling rates again, with smaller steps", 0.0)
        sampled = sample(model, "pymc", 2 * draws, 2 * tune, chains, seed, bar=bar, target=CAREFUL)
        draws *= 2
    _, bands, eras = _shape(made)
    prior = prior_rates(level_index(made), bands, eras, rng, draws * chains)
    return Learned(made, prior, rates_of(sampled.free, made, flat=flat), sampled)


# -- what is free, and what follows of it ------------------------------------------------------


def _shares(made: Design, *, flat: bool) -> Floats:
    """Part of each week in each band, `later` the last, and era: [(B + 1) E, W], or [E, W] where bands are one."""
    inside = made.era == np.arange(len(made.eras))[:, None]  # [E, W]
    if flat:
        return np.asarray(inside, dtype=float)
    each = np.concatenate([made.shares, 1 - made.shares.sum(axis=1, keepdims=True)], axis=1).T  # [B + 1, W]
    return np.asarray((each[:, None, :] * inside).reshape(-1, len(made.era)))


def _shape(made: Design) -> tuple[int, int, int]:
    return len(made.history.series), len(made.bands), len(made.eras)


def _variables(made: Design, *, flat: bool) -> dict[str, tuple[bool, tuple[int, ...]]]:
    """Whether everything free is positive (half-normal) or not (normal), and its shape."""
    series, bands, eras = _shape(made)
    levels = int(level_index(made).max()) + 1
    out: dict[str, tuple[bool, tuple[int, ...]]] = {
        "baseline": (False, (series,)),
        "shift_spread": (False, ()),
        "shift_own": (False, (series, eras)),
        "dispersion": (False, (series,)),
    }
    effects = {
        "effect_mean": (False, (levels, bands)),
        "effect_spread": (True, (levels,)),
        "effect_own": (False, (series, bands)),
        "deviation_spread": (False, ()),
        "deviation_own": (False, (series, bands, eras)),
    }
    return out if flat else out | effects


def _free(name: str, positive: bool, shape: tuple[int, ...]) -> Any:
    return pm.HalfNormal(name, 1, shape=shape) if positive else pm.Normal(name, 0, 1, shape=shape)


def rates_at(free: dict[str, Any], level: NDArray[np.intp], bands: int, exp: Callable[[Any], Any]) -> dict[str, Any]:
    """Make the parts of `Rates` of standard normals, tensors or arrays; draws come first, where there are any."""
    shift_spread = stated.SHIFT_MEDIAN * exp(stated.SHIFT_SD * free["shift_spread"])
    out = {
        "baseline": stated.BASELINE_MEAN + stated.BASELINE_SD * free["baseline"],
        "shift": shift_spread[..., None, None] * free["shift_own"],
        "shift_spread": shift_spread,
        "dispersion": exp(stated.DISPERSION_MEAN + stated.DISPERSION_SD * free["dispersion"]),
    }
    if "effect_own" not in free:
        return out
    walk = walk_in(bands)
    mean = stated.EFFECT_MEAN_SD * (free["effect_mean"] @ walk)[..., level, :]
    own = stated.EFFECT_SPREAD_SD * free["effect_spread"][..., level, None] * (free["effect_own"] @ walk)
    deviation_spread = stated.ERA_MEDIAN * exp(stated.ERA_SD * free["deviation_spread"])
    return out | {
        "effect": mean + own,
        "deviation": deviation_spread[..., None, None, None] * free["deviation_own"],
        "deviation_spread": deviation_spread,
    }
