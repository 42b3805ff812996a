"""`reference_model`: the model of the design as a `pm.Model`, for an independent check of the core and to build on.

All parameters are sampled; courses are summed out; outcomes are sampled through standard normals, so that NUTS has
a gradient (see `latents`).

Sampled, where uncertain: `weight` of experts, `shared_error`, `telling` and `telling_shared`, `trust` of sources,
`persistence` of plans, `base_rate`, `dependence`, `outcome_score`. What follows from them: `credence`,
`half_life`, `correlation`, `cell` of each question, `z` of each ordered one, `value` of each quantity.
What the news adds to the density is the potential `news`.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pymc as pm

from foedus.bayes.coordinates import coordinates, free_parameters
from foedus.bayes.density import density
from foedus.case.moment import moment
from foedus.case.types import Case
from foedus.errors import CaseError, Fault
from foedus.problem.compile import Compiled, compile_problem
from foedus.problem.types import Floats

Tensor = Any


class _Sampled:
    """Gives random variables of the model that is open."""

    def normal(self, name: str, dim: str | None, size: int) -> Tensor:
        del size
        return pm.Normal(name, dims=dim)

    def gamma(self, name: str, shape: Floats, scale: Floats, dim: str) -> Tensor:
        return pm.Gamma(name, alpha=shape, beta=1 / scale, dims=dim)

    def dirichlet(self, name: str, alpha: Floats, dim: str) -> Tensor:
        return pm.Dirichlet(name, a=alpha, dims=dim)

    def tell(self, name: str, value: Tensor, *dims: str) -> Tensor:
        return pm.Deterministic(name, value, dims=dims)


def reference_model(case: Case, as_of: str | dt.datetime | dt.date | None = None) -> pm.Model:
    """Build the reference model of a case as it stood at `as_of`.

    Parameters
    ----------
    case : Case
    as_of : str, date or datetime, optional
        A date is the end of that civil day in the case's time zone; a date-time needs an offset. Default: the time
        of the last signal.

    Returns
    -------
    pymc.Model
        Sample it with `pm.sample`; extend it inside `with model:`.
    """
    return model_of(compile_problem(case, moment(case, as_of)), tuple(case.file.panel))


def model_of(compiled: Compiled, experts: tuple[str, ...]) -> pm.Model:
    """Build the reference model of a compiled problem; `experts` are the names of its panel.

    Raises
    ------
    CaseError
        Its pooling rule is none that the reference model knows.
    """
    pooling = compiled.problem.pooling
    if pooling.name not in {"linear", "log"} or pooling.alternatives:
        msg = "pooling: the reference model knows methods linear and log, without alternatives; use one of them for it"
        raise CaseError([Fault("case.yaml", 0, msg)])
    free = free_parameters(compiled.problem)
    with pm.Model(coords=coordinates(compiled, experts, free)) as model:
        pm.Potential("news", density(compiled.problem, free, _Sampled()).news, dims="question")
    return model
