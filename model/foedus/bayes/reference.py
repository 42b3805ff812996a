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
from typing import Any, Literal

import pymc as pm

from foedus.bayes.coordinates import coordinates, free_parameters
from foedus.bayes.density import density
from foedus.bayes.explicit import explicit, night_names, refuse_large
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


def reference_model(
    case: Case,
    as_of: str | dt.datetime | dt.date | None = None,
    *,
    courses: Literal["summed", "explicit"] = "summed",
) -> pm.Model:
    """Build the model of a case as it stood at `as_of` in PyMC, to sample, to check and to build on.

    Parameters
    ----------
    case : Case
    as_of : str, date or datetime, optional
        A date is the end of that civil day in the case's time zone; a date-time needs an offset. Default: the time
        of the last signal.
    courses : {"summed", "explicit"}
        With `summed`, the courses that plans took are summed out, and NUTS samples what is left. With `explicit`,
        every plan is a random variable: `plan` of each question, a coin `redraw` and a plan `redrawn` for each night
        (see `foedus.bayes.explicit`); the parameters stay uncertain as they are. PyMC samples the discrete ones with
        Metropolis and Gibbs steps, so that it takes a small case: some weeks, a few questions.

    Returns
    -------
    pymc.Model
        All parameters, named and with coordinates; `cell` (the outcomes, as indices), `value` (of quantities) and
        `z` follow from them. The evidence is the potential `news`.

    Raises
    ------
    CaseError
        If `as_of` can't be read, judgments can't be made into a prior, or a case is too large for explicit courses.

    Examples
    --------
    Extend it inside `with model:`. Here two analysts think that plans last longer than the case says, and a
    model of their own says so::

        import foedus, pymc as pm

        case = foedus.load("scenarios/rok-us-2025")
        model = foedus.reference_model(case, "2025-08-01")
        with model:
            days = model["half_life"][model.coords["question"].index("usfk_role")]
            pm.Potential("plans last", pm.logp(pm.LogNormal.dist(mu=5.5, sigma=0.3), days))
            draws = pm.sample()
    """
    compiled = compile_problem(case, moment(case, as_of))
    return model_of(compiled, tuple(case.file.panel), courses)


def model_of(
    compiled: Compiled, experts: tuple[str, ...], courses: Literal["summed", "explicit"] = "summed"
) -> pm.Model:
    """Build the reference model of a compiled problem; `experts` are the names of its panel."""
    if courses not in {"summed", "explicit"}:
        raise CaseError([Fault("courses", 0, f"{courses!r} is unknown; write 'summed' or 'explicit'")])
    problem, free = compiled.problem, free_parameters(compiled.problem)
    names = coordinates(compiled, experts, free)
    if courses == "explicit":
        refuse_large(problem)
        names |= night_names(problem)
    with pm.Model(coords=names) as model:
        if courses == "explicit":
            explicit(problem, free, _Sampled())
        else:
            pm.Potential("news", density(problem, free, _Sampled()).news, dims="question")
    return model
