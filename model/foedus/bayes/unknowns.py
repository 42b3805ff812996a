"""What is not known besides the outcomes, in PyTensor: weights, telling-ness, credences, rates, half-lives, dependence.

The numbers come from whoever asks: as random variables of a PyMC model (`reference`), or as tensors with many draws
at once (`weighting`). What follows from them is made here: multipliers, and the prior of every question.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pytensor.tensor as pt
from scipy.special import gammaincinv

from foedus.bayes.coordinates import Free
from foedus.bayes.courses import Knobs
from foedus.bayes.latents import Marginals, between, correlation, hanging_table, marginals, nominal_marginal
from foedus.bayes.stacks import most_cells
from foedus.problem.types import Axis, Floats, Index, Problem, Tellings, Uncertain

Tensor = Any
_LOWEST = -700.0  # log of a multiplier of 0


class Giver(Protocol):
    """Who gives the parameters, and is told what follows from them."""

    def normal(self, name: str, dim: str | None, size: int) -> Tensor:
        """Return standard normals [size], or one where `dim` is None."""
        ...

    def gamma(self, name: str, shape: Floats, scale: Floats, dim: str) -> Tensor:
        """Return gamma distributed numbers [len(shape)]."""
        ...

    def dirichlet(self, name: str, alpha: Floats, dim: str) -> Tensor:
        """Return probabilities [len(alpha)] that sum to 1."""
        ...

    def tell(self, name: str, value: Tensor, *dims: str) -> Tensor:
        """Keep what follows from the parameters, and return it."""
        ...


@dataclass(frozen=True)
class Unknowns:
    """One setting of everything but the outcomes.

    Attributes
    ----------
    score : tensor [Q]
        Standard normals that become the outcomes.
    knobs : Knobs
    rho : tensor [Q]
        Probability that a plan survives a night.
    ordered : Marginals, or None
        Priors of the ordered questions.
    tables : list of tensor [P, C_q] or None
        P(level | part of the parent) of questions that hang on one.
    prior : tensor [Q, C]
        Probability of each cell, padded.
    correlation : tensor [Q', Q']
    """

    score: Tensor
    knobs: Knobs
    rho: Tensor
    ordered: Marginals | None
    tables: list[Tensor | None]
    prior: Tensor
    correlation: Tensor


def unknowns(problem: Problem, free: Free, giver: Giver) -> Unknowns:
    """Ask for what is uncertain, and make of it what the density needs."""
    score = giver.normal("outcome_score", "question", len(problem.axes))
    lead = pt.zeros_like(score[..., :1])  # what is certain gets the axes of draws from it
    weights = _weights(problem, giver)
    knobs = Knobs(
        _telling(problem, free, giver), _credence(problem, free, giver) + lead, _rates(problem, free, giver) + lead
    )
    rho = _rho(problem, free, giver)
    ordered = _ordered(problem, weights, giver, lead)
    tables = [hanging_table(problem, axis, weights) for axis in problem.axes]
    prior = _prior(problem, ordered, tables, weights, giver) + lead[..., None]
    return Unknowns(score, knobs, rho, ordered, tables, prior, _correlation(problem, weights, giver))


# -- parameters --------------------------------------------------------------------------------


def _normal(giver: Giver, name: str, free: Index, size: int) -> Tensor:
    """Ask for standard normals for what is uncertain; 0 elsewhere: [size]."""
    if not len(free):
        return pt.zeros(size)
    return _placed(giver.normal(name, f"{name}_free", len(free)), free, np.zeros(size))


def _placed(drawn: Tensor, free: Index, elsewhere: Floats) -> Tensor:
    """Put what was drawn in its places among what was not: [size]."""
    place = np.full(len(elsewhere), -1)
    place[free] = np.arange(len(free))
    return pt.switch(place >= 0, drawn[..., place], elsewhere)


def _at(uncertain: Uncertain, xi: Tensor) -> Tensor:
    return uncertain.location + pt.switch(xi < 0, uncertain.below, uncertain.above) * xi


def _weights(problem: Problem, giver: Giver) -> Tensor:
    alpha = problem.concentration * problem.base_weights
    used = np.flatnonzero(alpha > 0)
    if len(used) == 1:
        return pt.constant((alpha > 0).astype(float))
    return _placed(giver.dirichlet("weight", alpha[used], "weighed"), used, np.zeros(len(alpha)))


def _telling(problem: Problem, free: Free, giver: Giver) -> Tensor:
    """Log multipliers, or log-odds of document lines: [T]."""
    t = problem.tellings
    if not len(t.middle):
        return pt.zeros(1)
    own = _normal(giver, "telling", free.telling, t.count)[..., t.own]
    xi = np.sqrt(1 - t.shared) * own
    if t.shared > 0 and len(free.telling):
        xi = xi + t.sign * np.sqrt(t.shared) * giver.normal("telling_shared", None, 1)[..., None]
    return log_multipliers(t, xi, pt)


def log_multipliers(t: Tellings, xi: Tensor, xp: Any) -> Tensor:
    """Log multipliers, or log-odds of document lines [T], at standard normals [T] of `pytensor.tensor` or `numpy`."""
    possible = np.isfinite(t.middle)
    band = xp.where(xi < 0, t.below, t.above) * xi
    out = np.where(possible, t.middle, 0.0) * xp.exp(t.kappa * xi) + t.offset + band
    return xp.where(possible, out, _LOWEST)


def _credence(problem: Problem, free: Free, giver: Giver) -> Tensor:
    c = problem.credences
    if not len(c.certain):
        return pt.zeros(0)
    drawn = pt.sigmoid(_at(c.log_odds, _normal(giver, "trust", free.trust, c.count)[..., c.source]))
    certain = ~np.isnan(c.certain)
    return giver.tell("credence", pt.switch(certain, np.nan_to_num(c.certain), drawn), "grade")


def _rates(problem: Problem, free: Free, giver: Giver) -> Tensor:
    shape, median = problem.rates.shape, problem.rates.median
    if not len(free.base_rate):
        return pt.constant(median if len(median) else np.zeros(1))
    scale = median[free.base_rate] / gammaincinv(shape[free.base_rate], 0.5)
    drawn = giver.gamma("base_rate", shape[free.base_rate], scale, "base_rate_free")
    return _placed(drawn, free.base_rate, median)


def _rho(problem: Problem, free: Free, giver: Giver) -> Tensor:
    """Probability that a plan survives a night: [Q]."""
    log_days = _at(problem.half_life, _normal(giver, "persistence", free.persistence, len(problem.axes)))
    giver.tell("half_life", pt.exp(log_days), "question")
    return pt.exp(-np.log(2) * pt.exp(-log_days))


def _correlation(problem: Problem, weights: Tensor, giver: Giver) -> Tensor:
    matrices = problem.dependence.matrices
    identity = np.eye(matrices.shape[1])
    if np.allclose(matrices, identity):
        return pt.constant(identity)
    strength: Tensor = pt.constant(1.0)
    if problem.dependence.spread > 0:
        strength = pt.exp(problem.dependence.spread * giver.normal("dependence", None, 1))
    return giver.tell("correlation", correlation(problem, weights, strength), "ordered", "ordered_too")


# -- priors ------------------------------------------------------------------------------------


def _ordered(problem: Problem, weights: Tensor, giver: Giver, lead: Tensor) -> Marginals | None:
    size = len(problem.latent)
    if not size:
        return None
    shift = giver.normal("shared_error", "ordered", size) if problem.shared_error > 0 else pt.zeros(size) + lead
    return marginals(problem, weights, shift)


def _prior(
    problem: Problem, ordered: Marginals | None, tables: Sequence[Tensor | None], weights: Tensor, giver: Giver
) -> Tensor:
    """Prior of the cells of every question, padded: [Q, C]."""
    rows: dict[int, Tensor] = {}
    if ordered is not None:
        cells = between(ordered.edges[..., :-1], ordered.edges[..., 1:])
        rows = {int(q): cells[..., i, :] for i, q in enumerate(problem.latent)}
    for q in parents_first(problem.axes):
        axis, table = problem.axes[q], tables[q]
        if table is not None:
            parent = rows[axis.parent][..., : problem.axes[axis.parent].cells]
            rows[q] = (parent[..., None] * table[..., axis.part_of_parent, :]).sum(axis=-2)
        elif axis.kind == "nominal":
            name, dim, still = f"shared_error {axis.id}", f"level of {axis.id}", pt.zeros(axis.cells)
            shift = giver.normal(name, dim, axis.cells) if problem.shared_error > 0 else still
            rows[q] = nominal_marginal(problem, axis, weights, shift)
    return stacked([rows[q][..., : axis.cells] for q, axis in enumerate(problem.axes)], most_cells(problem.axes))


def parents_first(axes: Sequence[Axis]) -> list[int]:
    """Questions in an order in which none comes before its parent."""

    def depth(q: int) -> int:
        return 0 if axes[q].parent < 0 else 1 + depth(axes[q].parent)

    return sorted(range(len(axes)), key=depth)


def stacked(rows: Sequence[Tensor], width: int) -> Tensor:
    """Rows [C_q] padded with 0 and stacked, whichever of them have axes in front."""
    full = [pt.concatenate([row, pt.zeros((*row.shape[:-1], width - row.type.shape[-1]))], axis=-1) for row in rows]
    return pt.stack(pt.broadcast_arrays(*full), axis=-2)
