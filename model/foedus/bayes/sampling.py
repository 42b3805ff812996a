"""Draws of the parameters of the reference model, by any of the samplers that the ecosystem has, and what they took."""

from __future__ import annotations

import time
import warnings
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Literal, get_args

import numpy as np
import pymc as pm

from foedus.problem.types import Floats

Sampler = Literal["nutpie", "pymc", "smc"]
SAMPLERS: tuple[Sampler, ...] = get_args(Sampler)
TARGET = 0.9


@dataclass(frozen=True)
class Sampled:
    """Draws of everything free.

    Attributes
    ----------
    free : dict of array [chain, draw, ...]
    seconds : float
        Tuning and sampling, without compilation (under `smc`, whose stages compile as they go, with it).
    compiled : float
        Compilation, as far as it can be told apart.
    r_hat, ess : float
        The worst of all free variables.
    divergences : int
    """

    free: dict[str, Floats]
    seconds: float
    compiled: float
    r_hat: float
    ess: float
    divergences: int


def available(sampler: Sampler) -> bool:
    """Whether a sampler is installed: nutpie comes with the extra `bench`."""
    return sampler != "nutpie" or find_spec("nutpie") is not None


def sample(
    model: pm.Model, sampler: Sampler, draws: int, tune: int, chains: int, seed: int, *, bar: bool = False,
    target: float = TARGET,
) -> Sampled:  # fmt: skip
    """Sample a model.

    Parameters
    ----------
    draws, tune, chains : int
        Kept and tuning draws of each chain; `smc` has no tuning draws.
    bar : bool
        Show the sampler's own progress.
    target : float
        Share of steps to accept: more of them, smaller steps.
    """
    names = [v.name for v in model.free_RVs]
    run = {"nutpie": _nutpie, "pymc": _pymc, "smc": _smc}[sampler]
    start = time.perf_counter()
    tree, seconds = run(model, names, draws, tune, chains, seed, bar, target)
    return _summed_up(tree, names, seconds, time.perf_counter() - start - seconds)


def _pymc(
    model: pm.Model, names: list[str], draws: int, tune: int, chains: int, seed: int, bar: bool, target: float
) -> tuple[Any, float]:
    with model:
        tree = pm.sample(
            draws, tune=tune, chains=chains, random_seed=seed, progressbar=bar, var_names=names,
            compute_convergence_checks=False, quiet=not bar, target_accept=target,
        )  # fmt: skip
    return tree, float(tree["posterior"].attrs["sampling_time"])


def _nutpie(
    model: pm.Model, names: list[str], draws: int, tune: int, chains: int, seed: int, bar: bool, target: float
) -> tuple[Any, float]:
    import nutpie

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # numba's, about its own cache
        compiled = nutpie.compile_pymc_model(model, var_names=names)
        start = time.perf_counter()
        tree = nutpie.sample(
            compiled, draws=draws, tune=tune, chains=chains, seed=seed, progress_bar=bar, target_accept=target
        )
    return tree, time.perf_counter() - start


def _smc(
    model: pm.Model, names: list[str], draws: int, tune: int, chains: int, seed: int, bar: bool, target: float
) -> tuple[Any, float]:
    del names, tune, target
    start = time.perf_counter()
    with model, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = pm.sample_smc(draws, chains=chains, random_seed=seed, progressbar=bar, compute_convergence_checks=False)
    return tree, time.perf_counter() - start


def _summed_up(tree: Any, names: list[str], seconds: float, compiled: float) -> Sampled:
    import arviz as az

    free = tree["posterior"].dataset[names]
    r_hat, ess = (f(free) for f in (az.rhat, az.ess))
    stats = tree["sample_stats"].dataset if "sample_stats" in tree.children else {}
    return Sampled(
        free={str(name): np.asarray(x.values) for name, x in free.data_vars.items()},
        seconds=seconds,
        compiled=compiled,
        r_hat=max(float(x.max()) for x in r_hat.data_vars.values() if x.size),  # nothing of a kind may be free
        ess=min(float(x.min()) for x in ess.data_vars.values() if x.size),
        divergences=int(stats["diverging"].sum()) if "diverging" in stats else 0,
    )
