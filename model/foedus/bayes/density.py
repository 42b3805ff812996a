"""Problem -> the density of everything unknown, in PyTensor: parameters, outcomes, and what the news says of them.

The parameters come from whoever asks: as random variables of a PyMC model (`reference`), or as tensors with many
draws at once (`weighting`). It takes from the core only the arrays of `foedus.problem`; pooling, factors, forward
pass and copula are written again, and nothing of `foedus.inference` is used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pytensor.tensor as pt
from scipy.special import gammaincinv

from foedus.bayes.coordinates import Free
from foedus.bayes.courses import Knobs, follow, law_by_day, outcome_law
from foedus.bayes.latents import (
    Marginals,
    between,
    correlation,
    hanging_table,
    marginals,
    nominal_marginal,
    numbers,
    pick,
    sequence,
)
from foedus.bayes.stacks import most_cells, stack
from foedus.problem.types import Axis, Floats, Index, Problem, Uncertain

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
class Density:
    """Outcomes, and the log of what the news adds to the density of parameters and outcomes.

    Attributes
    ----------
    cell : tensor [Q]
    value : tensor [number of quantities], or None
    news : tensor [Q]
        Sums to log p(news | parameters, the earlier outcomes), integrated over the rest; see `latents`.
    laws, log_scale : list of tensor [C_q], and tensor [Q]
        p(news on a question | its outcome) = exp(log_scale) law, before what hangs on it is folded in; [C_parent, C_q]
        where the parent settles it.
    prior : tensor [Q, C]
        Probability of each cell, padded.
    """

    cell: Tensor
    value: Tensor | None
    news: Tensor
    laws: list[Tensor]
    log_scale: Tensor
    prior: Tensor


def density(problem: Problem, free: Free, giver: Giver) -> Density:
    """Build the graph."""
    v = giver.normal("outcome_score", "question", len(problem.axes))
    lead = pt.zeros_like(v[..., :1])  # what is certain gets the axes of draws from it
    weights = _weights(problem, giver)
    knobs = Knobs(
        _telling(problem, free, giver), _credence(problem, free, giver) + lead, _rates(problem, free, giver) + lead
    )
    rho = _rho(problem, free, giver)
    ordered = _ordered(problem, weights, giver, lead)
    tables = [hanging_table(problem, axis, weights) for axis in problem.axes]
    prior = _prior(problem, ordered, tables, weights, giver) + lead[..., None]
    laws, log_scale = _laws(problem, prior, rho, knobs)
    hung = _Hung(problem.axes, tables, laws)
    coupled = _correlation(problem, weights, giver)
    cell, value, news = _outcomes(problem, prior, ordered, hung, (coupled, v), giver)
    return Density(giver.tell("cell", cell, "question"), value, news + log_scale, laws, log_scale, prior)


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
    possible = np.isfinite(t.middle)
    band = pt.switch(xi < 0, t.below, t.above) * xi
    out = np.where(possible, t.middle, 0.0) * pt.exp(t.kappa * xi) + t.offset + band
    return pt.switch(possible, out, _LOWEST)


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
    for q in _parents_first(problem.axes):
        axis, table = problem.axes[q], tables[q]
        if table is not None:
            parent = rows[axis.parent][..., : problem.axes[axis.parent].cells]
            rows[q] = (parent[..., None] * table[..., axis.part_of_parent, :]).sum(axis=-2)
        elif axis.kind == "nominal":
            name, dim, still = f"shared_error {axis.id}", f"level of {axis.id}", pt.zeros(axis.cells)
            shift = giver.normal(name, dim, axis.cells) if problem.shared_error > 0 else still
            rows[q] = nominal_marginal(problem, axis, weights, shift)
    return _stacked([rows[q][..., : axis.cells] for q, axis in enumerate(problem.axes)], most_cells(problem.axes))


def _parents_first(axes: Sequence[Axis]) -> list[int]:
    def depth(q: int) -> int:
        return 0 if axes[q].parent < 0 else 1 + depth(axes[q].parent)

    return sorted(range(len(axes)), key=depth)


def _stacked(rows: Sequence[Tensor], width: int) -> Tensor:
    """Rows [C_q] padded with 0 and stacked, whichever of them have axes in front."""
    full = [pt.concatenate([row, pt.zeros((*row.shape[:-1], width - row.type.shape[-1]))], axis=-1) for row in rows]
    return pt.stack(pt.broadcast_arrays(*full), axis=-2)


# -- news --------------------------------------------------------------------------------------


def _laws(problem: Problem, prior: Tensor, rho: Tensor, knobs: Knobs) -> tuple[list[Tensor], Tensor]:
    """`laws` and `log_scale` of the density. Questions with days for cells go apart: the others have few cells."""
    laws: dict[int, Tensor] = {}
    scales: dict[int, Tensor] = {}
    for timing in (True, False):
        group = np.array([q for q, axis in enumerate(problem.axes) if (axis.kind == "timing") == timing], dtype=np.intp)
        if not len(group):
            continue
        axes = tuple(problem.axes[q] for q in group)
        seen, own, stays = stack(problem, group), prior[..., group, : most_cells(axes)], rho[..., group]
        course = follow(axes, seen, own, stays, knobs)
        law, scale = outcome_law(axes, seen, course, own, stays)
        for i, (q, axis) in enumerate(zip(group.tolist(), axes, strict=True)):
            by_day = axis.settles_with_parent
            laws[q] = law_by_day(axes, seen, i, course, own, stays) if by_day else law[..., i, : axis.cells]
            scales[q] = scale[..., i]
    each = range(len(problem.axes))
    return [laws[q] for q in each], pt.stack([scales[q] for q in each], axis=-1)


# -- outcomes ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Hung:
    """What hangs on what: P(level | part of the parent) of nominal questions, and p(news | outcome) of all."""

    axes: tuple[Axis, ...]
    tables: list[Tensor | None]
    laws: list[Tensor]

    def folded(self, q: int) -> Tensor:
        """Likelihood of a question's cells, with the news on those that hang on it."""
        out = self.laws[q]
        for child, axis in enumerate(self.axes):
            table = self.tables[child]
            if axis.parent == q and table is not None:
                law = self.folded(child) if axis.settles_with_parent else self.folded(child)[..., None, :]
                out = out * (table[..., axis.part_of_parent, :] * law).sum(axis=-1)
        return out


def _outcomes(
    problem: Problem,
    prior: Tensor,
    ordered: Marginals | None,
    hung: _Hung,
    copula: tuple[Tensor, Tensor],
    giver: Giver,
) -> tuple[Tensor, Tensor | None, Tensor]:
    """Cell of each question, numbers of quantities, and the log of what the news adds, each [Q].

    `copula` is the correlation and the standard normals that become the outcomes.
    """
    axes, latent, (correlation, v) = problem.axes, problem.latent.tolist(), copula
    cells: dict[int, Tensor] = {}
    news = dict.fromkeys(range(len(axes)), pt.zeros_like(v[..., 0]))
    value = None
    if ordered is not None:
        likelihood = _stacked([hung.folded(q) for q in latent], ordered.edges.type.shape[-1] - 1)
        z, drawn, said = sequence(ordered.edges, likelihood, correlation, v[..., latent])
        giver.tell("z", z, "ordered")
        cells = {q: drawn[..., i] for i, q in enumerate(latent)}
        news |= {q: said[..., i] for i, q in enumerate(latent)}
        value = _value(axes, latent, ordered, z, giver)
    for q in _parents_first(axes):
        axis, law, table = axes[q], hung.folded(q), hung.tables[q]
        if axis.kind == "nominal" and (table is None or axis.part_of_parent is None):
            joint = prior[..., q, : axis.cells] * law
            cells[q], news[q] = pick(joint, v[..., q]), pt.log(joint.sum(axis=-1))
        elif table is not None and axis.part_of_parent is not None:
            cells[q] = pick(_given_parent(axis, table, law, cells[axis.parent]), v[..., q])
    each = range(len(axes))
    return pt.stack([cells[q] for q in each], axis=-1), value, pt.stack([news[q] for q in each], axis=-1)


def _given_parent(axis: Axis, table: Tensor, law: Tensor, parent: Tensor) -> Tensor:
    """Weight of each level, given the cell of the parent."""
    by_cell = table[..., axis.part_of_parent, :] * (law if axis.settles_with_parent else law[..., None, :])
    return pt.take_along_axis(by_cell, parent[..., None, None], axis=-2)[..., 0, :]


def _value(axes: Sequence[Axis], latent: list[int], ordered: Marginals, z: Tensor, giver: Giver) -> Tensor | None:
    kept = [i for i, q in enumerate(latent) if axes[q].kind == "quantity"]
    if not kept:
        return None
    chosen = [axes[latent[i]] for i in kept]
    value = numbers(chosen, ordered.fine[..., kept, :], ordered.fine_edges[..., kept, :], z[..., kept])
    return giver.tell("value", value, "quantity")
