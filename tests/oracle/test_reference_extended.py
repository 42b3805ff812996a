"""The reference as a user builds on it: `foedus.reference_model`, something added inside `with model:`, sampled."""

from __future__ import annotations

from typing import Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt
import pytest
from pytensor.compile.maker import function
from pytensor.compile.mode import Mode
from pytensor.configdefaults import config

import foedus
from build import by_level, case, day, ordinal

PYTHON = Mode(linker="py", optimizer="fast_compile")
LOW, MIDDLE, HIGH = 10.0, 30.0, 90.0  # a band, symmetric in logs
SD = np.log(HIGH / MIDDLE) / 1.6448536269514722
LASTED, ERROR = np.log([45.0, 60.0, 80.0]), 0.5  # what plans of the past lasted, as somebody measured it


def role(**news: Any) -> foedus.Case:
    half_life = {"half_life": [LOW, MIDDLE, HIGH]}
    said = {name: {"role": {"no": p, "yes": 1 - p}} for name, p in (("ann", 0.6), ("bob", 0.4))}
    return case({"role": ordinal("no", "yes", **half_life)}, said, judged="2024-12-29", **news)


def extended(made: foedus.Case) -> pm.Model:
    model = foedus.reference_model(made, day(5))
    with model:
        days = model["half_life"][model.coords["question"].index("role")]
        pm.Normal("lasted", mu=pt.log(days), sigma=ERROR, observed=LASTED)
    return model


def density(model: pm.Model, **change: float) -> float:
    point = model.initial_point() | {name: np.full_like(model.initial_point()[name], x) for name, x in change.items()}
    with config.change_flags(cxx=""):
        return float(function(model.value_vars, model.logp(), mode=PYTHON)(**point))


def test_a_likelihood_of_the_users_own_adds_to_the_density() -> None:
    plain, more = foedus.reference_model(role(), day(5)), extended(role())
    for xi in (-1.0, 0.5):
        mean = np.log(MIDDLE) + SD * xi
        added = float(np.sum(-0.5 * ((LASTED - mean) / ERROR) ** 2 - np.log(ERROR * np.sqrt(2 * np.pi))))
        gained = density(more, persistence=xi) - density(plain, persistence=xi)
        assert gained == pytest.approx(
            added, rel=1e-7
        )  # the constant in PyMC's own normal density is of single precision


def test_what_one_builds_on_has_names_dims_and_coords() -> None:
    codes = {"up": {"bears_on": {"role": by_level(no=0.5, yes=2)}}}
    made = role(codes=codes, signals=[{"published": day(2), "code": "up"}], settings={"spread": 2})
    model = extended(made)
    for v in (*model.free_RVs, *model.deterministics):
        dims = model.named_vars_to_dims.get(v.name, ())
        assert len(dims) == v.ndim, v.name
        assert all(model.coords[dim] for dim in dims)
    assert model.coords["question"] == ("role",)
    assert model.coords["telling_free"] == ("up",)


@pytest.mark.slow
@pytest.mark.filterwarnings("default")  # of the compiler
def test_an_extended_model_samples_to_the_posterior_it_should_have() -> None:
    """Without news the half-life is log-normal, and with log-normal measurements its posterior has a closed form."""
    import arviz as az

    with extended(role()):
        tree = pm.sample(1000, tune=500, chains=2, random_seed=3, progressbar=False, compute_convergence_checks=False)
    x = np.log(tree["posterior"].dataset["half_life"].values[..., 0])
    precision = 1 / SD**2 + len(LASTED) / ERROR**2
    mean = (np.log(MIDDLE) / SD**2 + LASTED.sum() / ERROR**2) / precision
    z = abs(x.mean() - mean) / float(az.mcse(x, method="mean"))
    assert z < 4
    assert abs(x.mean() - np.log(MIDDLE)) > 4 * float(az.mcse(x, method="mean"))  # what it was before
    assert x.std() == pytest.approx(precision**-0.5, abs=4 * float(az.mcse(x, method="sd")))
