"""`reference_model`: the model of the design as a `pm.Model`, for an independent check of the core and to build on.

All parameters are sampled; courses are summed out; outcomes are sampled through standard normals, so that NUTS
has a gradient (see `latents`). It takes from the core only the arrays of `foedus.problem`; pooling, factors,
forward pass and copula are written again, and nothing of `foedus.inference` is used.

Sampled, where uncertain: `weight`, `shared_error`, `telling` and `telling_shared`, `trust` of sources, `persistence`
of plans, `base_rate_score`, `dependence`, `outcome_score`. What follows from them: `credence`, `half_life`,
`base_rate`, `correlation`, `cell` of each question, `z` of each ordered one, `value` of each quantity. What the
news adds to the density is the potential `news`.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt

from foedus.bayes.coordinates import Free, coordinates, free_parameters
from foedus.bayes.courses import Course, Knobs, follow, law_by_day, outcome_law, prior_shape
from foedus.bayes.latents import Marginals, answering, between, correlation, marginals, nominal_marginal, numbers, pick, sequence
from foedus.bayes.stacks import stack
from foedus.case.moment import moment
from foedus.case.types import Case
from foedus.problem.compile import Compiled, compile_problem
from foedus.problem.types import Axis, Index, Problem, Uncertain

Tensor = Any
_LOWEST = -700.0  # log of a multiplier of 0


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
    """Build the reference model of a problem; `experts` are the names of its panel."""
    problem, free = compiled.problem, free_parameters(compiled.problem)
    with pm.Model(coords=coordinates(compiled, experts, free)) as model:
        weights = _weights(problem)
        knobs = Knobs(_telling(problem, free), _credence(problem, free), _rates(problem, free))
        rho = _rho(problem, free)
        ordered = _ordered(problem, weights)
        tables = [_table(axis, weights) for axis in problem.axes]
        prior = _prior(problem, ordered, tables, weights)
        seen = stack(problem)
        course = follow(problem.axes, seen, prior, rho, knobs)
        law, scale = outcome_law(problem.axes, seen, course, prior, rho)
        laws = [law[q, : axis.cells] for q, axis in enumerate(problem.axes)]
        for q, axis in enumerate(problem.axes):
            if axis.settles_with_parent:
                laws[q] = law_by_day(problem.axes, seen, q, course, prior, rho)
        _outcomes(problem, prior, ordered, tables, (laws, scale), _correlation(problem, weights))
    return model


# -- parameters --------------------------------------------------------------------------------


def _normal(name: str, free: Index, size: int) -> Tensor:
    """Standard normals for what is uncertain, 0 elsewhere: [size]."""
    if not len(free):
        return pt.zeros(size)
    return pt.set_subtensor(pt.zeros(size)[free], pm.Normal(name, dims=f"{name}_free"))


def _at(uncertain: Uncertain, xi: Tensor) -> Tensor:
    return uncertain.location + pt.switch(xi < 0, uncertain.below, uncertain.above) * xi


def _weights(problem: Problem) -> Tensor:
    alpha = problem.concentration * problem.base_weights
    used = np.flatnonzero(alpha > 0)
    if len(used) == 1:
        return pt.constant((alpha > 0).astype(float))
    weight = pm.Dirichlet("weight", a=alpha[used], dims="weighed")
    return pt.set_subtensor(pt.zeros(len(alpha))[used], weight)


def _telling(problem: Problem, free: Free) -> Tensor:
    """Log multipliers, or log-odds of document lines: [T]."""
    t = problem.tellings
    if not len(t.middle):
        return pt.zeros(1)
    own = _normal("telling", free.telling, t.count)
    shared = pm.Normal("telling_shared") if t.shared > 0 and len(free.telling) else 0.0
    xi = t.sign * np.sqrt(t.shared) * shared + np.sqrt(1 - t.shared) * own[t.own]
    band = pt.switch(xi < 0, t.below, t.above) * xi
    possible = np.isfinite(t.middle)
    out = np.where(possible, t.middle, 0.0) * pt.exp(t.kappa * xi) + t.offset + band
    return pt.switch(possible, out, _LOWEST)


def _credence(problem: Problem, free: Free) -> Tensor:
    c = problem.credences
    if not len(c.certain):
        return pt.zeros(0)
    drawn = pt.sigmoid(_at(c.log_odds, _normal("trust", free.trust, c.count)[c.source]))
    certain = ~np.isnan(c.certain)
    return pm.Deterministic("credence", pt.switch(certain, np.nan_to_num(c.certain), drawn), dims="grade")


def _rates(problem: Problem, free: Free) -> Tensor:
    size = len(problem.rates.location)
    if not size:
        return pt.zeros(0)
    rate = pt.exp(_at(problem.rates, _normal("base_rate_score", free.base_rate_score, size)))
    return pm.Deterministic("base_rate", rate, dims="rate")


def _rho(problem: Problem, free: Free) -> Tensor:
    """Probability that a plan survives a night: [Q]."""
    log_days = _at(problem.half_life, _normal("persistence", free.persistence, len(problem.axes)))
    pm.Deterministic("half_life", pt.exp(log_days), dims="question")
    return pt.exp(-np.log(2) * pt.exp(-log_days))


def _correlation(problem: Problem, weights: Tensor) -> Tensor:
    matrices = problem.dependence.matrices
    uncoupled = np.allclose(matrices, np.eye(matrices.shape[1]))
    if uncoupled:
        return pt.constant(np.eye(matrices.shape[1]))
    strength: Tensor = 1.0
    if problem.dependence.spread > 0:
        strength = pt.exp(problem.dependence.spread * pm.Normal("dependence"))
    return pm.Deterministic("correlation", correlation(problem, weights, strength), dims=("ordered", "ordered_too"))


# -- priors ------------------------------------------------------------------------------------


def _ordered(problem: Problem, weights: Tensor) -> Marginals | None:
    if not len(problem.latent):
        return None
    still = pt.zeros(len(problem.latent))
    return marginals(problem, weights, pm.Normal("shared_error", dims="ordered") if problem.shared_error > 0 else still)


def _table(axis: Axis, weights: Tensor) -> Tensor | None:
    """P(level | part of the parent), [P, K]."""
    return None if axis.table is None else pt.tensordot(answering(axis.experts, weights), axis.table, axes=1)


def _prior(problem: Problem, ordered: Marginals | None, tables: list[Tensor | None], weights: Tensor) -> Tensor:
    """Prior of the cells of every question, padded: [Q, C]."""
    out = pt.zeros(prior_shape(problem.axes))
    if ordered is not None:
        cells = between(ordered.edges[:, :-1], ordered.edges[:, 1:])
        out = pt.set_subtensor(out[problem.latent, : cells.type.shape[1]], cells)
    for q, axis in enumerate(problem.axes):
        table = tables[q]
        if table is not None:
            parent = problem.axes[axis.parent].cells
            out = pt.set_subtensor(out[q, : axis.cells], pt.dot(out[axis.parent, :parent], table[axis.part_of_parent]))
        elif axis.kind == "nominal":
            still = pt.zeros(axis.cells)
            shift = pm.Normal(f"shared_error {axis.id}", dims=f"level of {axis.id}") if problem.shared_error > 0 else still
            out = pt.set_subtensor(out[q, : axis.cells], nominal_marginal(problem, axis, weights, shift))
    return out


# -- outcomes ----------------------------------------------------------------------------------


def _outcomes(
    problem: Problem,
    prior: Tensor,
    ordered: Marginals | None,
    tables: list[Tensor | None],
    news: tuple[list[Tensor], Tensor],
    correlation: Tensor,
) -> None:
    """Sample the outcomes, and let the news weigh."""
    axes, latent, (laws, log_news) = problem.axes, problem.latent, news
    v = pm.Normal("outcome_score", dims="question")
    cells = pt.zeros(len(axes), dtype="int64")
    if ordered is not None:
        padding = ordered.edges.type.shape[1] - 1
        likelihood = pt.zeros((len(latent), padding))
        for i, q in enumerate(latent):
            likelihood = pt.set_subtensor(likelihood[i, : axes[q].cells], _folded(problem, int(q), tables, laws))
        z, drawn, said = sequence(ordered.edges, likelihood, correlation, v[latent])
        cells = pt.set_subtensor(cells[latent], drawn)
        log_news = pt.inc_subtensor(log_news[latent], said)
        pm.Deterministic("z", z, dims="ordered")
        kept = [i for i, q in enumerate(latent) if axes[q].kind == "quantity"]
        if kept:
            chosen = [axes[latent[i]] for i in kept]
            value = numbers(chosen, ordered.fine[kept], ordered.fine_edges[kept], z[kept])
            pm.Deterministic("value", value, dims="quantity")
    for q, axis in enumerate(axes):
        if axis.kind == "nominal":
            level, more = _nominal(axis, prior[q, : axis.cells], tables[q], laws[q], cells, v[q])
            cells, log_news = pt.set_subtensor(cells[q], level), pt.inc_subtensor(log_news[q], more)
    pm.Deterministic("cell", cells, dims="question")
    pm.Potential("news", log_news, dims="question")


def _folded(problem: Problem, q: int, tables: list[Tensor | None], laws: list[Tensor]) -> Tensor:
    """Likelihood of a question's cells, with the news on those that hang on it."""
    out = laws[q]
    for child, axis in enumerate(problem.axes):
        table = tables[child]
        if axis.parent == q and table is not None:
            out = out * (table[axis.part_of_parent] * laws[child]).sum(axis=1)
    return out


def _nominal(
    axis: Axis, prior: Tensor, table: Tensor | None, law: Tensor, cells: Tensor, v: Tensor
) -> tuple[Tensor, Tensor]:
    """Level of a nominal question, and the log of what its news adds; with a parent, that is counted there."""
    if table is None or axis.part_of_parent is None:
        return pick(prior * law, v), pt.log((prior * law).sum())
    parent = cells[axis.parent]
    seen = law[parent] if axis.settles_with_parent else law
    return pick(table[pt.constant(axis.part_of_parent)[parent]] * seen, v), pt.constant(0.0)
