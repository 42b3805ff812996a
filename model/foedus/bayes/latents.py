"""The prior of each question and the copula between them, in PyTensor.

Outcomes have latent scores z ~ N(0, R), and the news is a step function of each. A step has no gradient, and z
under a narrow step is out of reach for a sampler that follows one. So z is not sampled: a standard normal v_q
is, and z_q is the quantile Phi(v_q) of what is exactly its law given the ones before and the news on question q
alone. What the news said of q, given the ones before, is integrated out in closed form (a sum over cells) and
multiplies the density. This is the simulator of Geweke, Hajivassiliou and Keane with steps for bounds. The
joint law of parameters and outcomes is the exact one, and its density has a gradient almost everywhere.

Shapes are those of one draw of the parameters; every tensor may have further axes in front.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytensor.tensor as pt
from pytensor.scan.basic import scan

from foedus.bayes.courses import TINY, suffix_sums
from foedus.bayes.stacks import padded
from foedus.elicitation.pool import rake, shared_error, shared_error_nominal
from foedus.problem.types import Axis, Floats, Index, Problem

Tensor = Any
FAR = 38.0
_STRONGEST = 0.98
_RAKED = 16384  # draws from which the correction of a pool without a closed form is computed


def lower_tail(x: Tensor) -> Tensor:
    """Phi(x), accurate for negative x."""
    return 0.5 * pt.erfc(-x / np.sqrt(2))


def quantile(p: Tensor) -> Tensor:
    """Phi^-1(p), accurate for small p."""
    return -np.sqrt(2) * pt.erfcinv(2 * pt.clip(p, TINY, 1 - 1e-16))


def between(low: Tensor, high: Tensor) -> Tensor:
    """Phi(high) - Phi(low) without cancellation in the tails."""
    a, b = lower_tail(-abs(low)), lower_tail(-abs(high))
    return pt.switch((low < 0) & (high > 0), 1 - a - b, abs(a - b))


def at(x: Tensor, index: Tensor) -> Tensor:
    """Entry `index` [...] of the last axis of `x` [..., n]."""
    return pt.take_along_axis(x, index[..., None], axis=-1)[..., 0]


# -- priors ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Marginals:
    """Priors of the ordered questions, padded: fine cells [Q', F], and edges on the z scale of fine cells and cells."""

    fine: Tensor
    fine_edges: Tensor
    edges: Tensor


def marginals(problem: Problem, weights: Tensor, shift: Tensor) -> Marginals:
    """Pool the experts for every ordered question, moved by the error that they share.

    Parameters
    ----------
    weights : tensor [E]
    shift : tensor [Q']
        The shared error, standard normal.
    """
    axes, sd = [problem.axes[q] for q in problem.latent], problem.shared_error
    edges = _edges(np.sqrt(1 + sd**2) * _scores(_pool(problem, axes, weights)) - sd * shift[..., None])
    fine = between(edges[..., :-1], edges[..., 1:])
    if problem.pooling.name != "linear":
        fine = fine * padded([_correction(problem, axis) for axis in axes], 0.0)
        fine = fine / fine.sum(axis=-1, keepdims=True)
        edges = _edges(_scores(fine))
    most, last = max(axis.cells for axis in axes), max(len(axis.cell_of_fine) for axis in axes)
    ends = np.array([np.append(axis.first_cell, [last] * (most + 1 - axis.cells)) for axis in axes])
    return Marginals(fine, edges, edges[..., np.arange(len(axes))[:, None], ends])


def nominal_marginal(problem: Problem, axis: Axis, weights: Tensor, shift: Tensor) -> Tensor:
    """Prior of a nominal question that stands alone [C], its log-odds moved by `shift` [C]."""
    moved = _pool(problem, [axis], weights)[..., 0, :] * pt.exp(shift * problem.shared_error / np.sqrt(2))
    moved = moved * _correction(problem, axis)
    return moved / moved.sum(axis=-1, keepdims=True)


def answering(experts: Index, weights: Tensor) -> Tensor:
    """Weights of those who answered, made to sum to 1."""
    own = weights[..., experts]
    return own / own.sum(axis=-1, keepdims=True)


def _pool(problem: Problem, axes: Sequence[Axis], weights: Tensor) -> Tensor:
    """Pooled probability of each fine cell [Q', F]."""
    panel = len(problem.base_weights)
    said = np.zeros((panel, len(axes), max(len(axis.cell_of_fine) for axis in axes)))
    answered = np.zeros((panel, len(axes)))
    for i, axis in enumerate(axes):
        said[axis.experts, i, : len(axis.cell_of_fine)] = axis.expert_prior
        answered[axis.experts, i] = 1.0
    own = weights[..., None] * answered
    own = (own / own.sum(axis=-2, keepdims=True))[..., None]
    if problem.pooling.name == "linear":
        return (own * said).sum(axis=-3)
    possible = ((said > 0) | (answered[:, :, None] == 0)).all(axis=0)
    pooled = possible * pt.exp((own * np.log(np.where(said > 0, said, 1.0))).sum(axis=-3))
    return pooled / pooled.sum(axis=-1, keepdims=True)


def _scores(p: Tensor) -> Tensor:
    """Phi^-1 of the inner cumulatives [Q', F - 1], from the nearer tail."""
    below, above = pt.cumsum(p, axis=-1)[..., :-1], suffix_sums(p)[..., 1:]
    low = below < 0.5
    z = quantile(pt.switch(low, below, above))
    return pt.switch(low, z, -z)


def _edges(inner: Tensor) -> Tensor:
    far = pt.full_like(inner[..., :1], FAR)
    return pt.concatenate([-far, pt.clip(inner, -FAR, FAR), far], axis=-1)


def hanging_table(problem: Problem, axis: Axis, weights: Tensor) -> Tensor | None:
    """P(level | part of the parent) [P, C] of a question that hangs on one: the linear pool of the experts' joints."""
    if axis.table is None or axis.part_prior is None:
        return None
    own = answering(axis.experts, weights)[..., None] * axis.part_prior
    given = own / pt.maximum(own.sum(axis=-2, keepdims=True), TINY)
    moved = (given[..., None] * axis.table).sum(axis=-3) * _table_correction(problem, axis)
    return moved / pt.maximum(moved.sum(axis=-1, keepdims=True), TINY)


# Only the linear pool of an ordered question keeps its mean by itself, over weights and shared error. Elsewhere the
# core rakes its draws, so that their mean is the pool again; what raking tends to with many draws is one factor for
# each cell, computed here from draws of the prior.


def _correction(problem: Problem, axis: Axis) -> Floats:
    """Factor of each fine cell that makes the mean the pool again."""
    weights, rng = _weight_draws(problem)
    start = _moved(problem, axis, weights, rng)
    base = problem.base_weights[axis.experts]
    target = problem.pooling.pool(axis.expert_prior, (base / base.sum())[:, None], axis.support)[:, 0]
    return _factor(start, target, np.ones(_RAKED))


def _table_correction(problem: Problem, axis: Axis) -> Floats:
    """Factor of each level for each part of the parent [P, C], its draws weighed by the parent's mass there."""
    assert axis.table is not None
    assert axis.part_prior is not None
    assert axis.part_of_parent is not None
    weights, rng = _weight_draws(problem)
    parent = problem.axes[axis.parent]
    fine = _moved(problem, parent, weights, rng)
    parts = np.zeros((axis.table.shape[1], _RAKED))
    np.add.at(parts, axis.part_of_parent[parent.cell_of_fine], fine)
    out = []
    for p, mass in enumerate(parts):
        given = axis.part_prior[:, p, None] * np.column_stack(
            [problem.base_weights[axis.experts], weights[axis.experts]]
        )
        levels = axis.table[:, p].T @ given / np.maximum(given.sum(axis=0), TINY)
        out.append(_factor(levels[:, 1:], levels[:, 0], mass) if mass.sum() > 0 else np.ones(len(levels)))
    return np.array(out)


def _weight_draws(problem: Problem) -> tuple[Floats, np.random.Generator]:
    rng = np.random.default_rng(20250801)
    alpha = problem.concentration * problem.base_weights
    gammas = np.array([rng.gamma(a, size=_RAKED) if a > 0 else np.zeros(_RAKED) for a in alpha])
    return gammas / gammas.sum(axis=0), rng


def _moved(problem: Problem, axis: Axis, weights: Floats, rng: np.random.Generator) -> Floats:
    """Draws of the prior of the fine cells, before any correction [F, draws]."""
    own = weights[axis.experts]
    start = problem.pooling.pool(axis.expert_prior, own / own.sum(axis=0), axis.support)
    if axis.kind == "nominal":
        return shared_error_nominal(start, rng.standard_normal(start.shape), problem.shared_error)
    return shared_error(start, rng.standard_normal(_RAKED), problem.shared_error)


def _factor(start: Floats, target: Floats, mass: Floats) -> Floats:
    """Raking's factor of each row of draws [n, draws], up to one for each column."""
    raked = rake(start, target, mass / mass.sum())
    draw = int(np.argmax((start > 0).sum(axis=0)))
    seen = start[:, draw] > 0
    out = np.where(seen, raked[:, draw] / np.where(seen, start[:, draw], 1.0), 0.0)
    return np.asarray(out / out.max())


# -- the copula --------------------------------------------------------------------------------


def correlation(problem: Problem, weights: Tensor, strength: Tensor) -> Tensor:
    """Experts' matrices mixed by weight, made stronger or weaker, short of singular: [Q', Q']."""
    d = problem.dependence
    identity = np.eye(d.matrices.shape[1])
    if np.ptp(d.matrices, axis=0).max() < 1e-12:
        mixed: Tensor = d.matrices[0]
        smallest: Tensor = np.linalg.eigvalsh(d.matrices[0])[0]
    else:
        mixed = (answering(d.experts, weights)[..., None, None] * d.matrices).sum(axis=-3)
        eigenvalues: Tensor = pt.linalg.eigh(mixed)[0]
        smallest = eigenvalues[..., 0]
    strength = pt.minimum(strength, _STRONGEST / pt.maximum(1 - smallest, 1e-12))
    return identity + strength[..., None, None] * (mixed - identity)


def sequence(edges: Tensor, likelihood: Tensor, correlation: Tensor, v: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Outcomes one after the other: z, cell, and the log of what the news adds to the density, each [Q'].

    Parameters
    ----------
    edges, likelihood : tensor [Q', C + 1], [Q', C]
    correlation : tensor [Q', Q']
    v : tensor [Q']
        Standard normal.
    """
    questions = v.type.shape[-1]
    if questions == 1:
        cell, score, log_mass = _one(edges[..., 0, :], likelihood[..., 0, :], v[..., 0])
        return score[..., None], cell[..., None], log_mass[..., None]

    def step(edges: Tensor, likelihood: Tensor, v: Tensor, row: Tensor, own: Tensor, e: Tensor) -> list[Tensor]:
        mean, sd = (row * e).sum(axis=-1)[..., None], (row * own).sum(axis=-1)[..., None]
        cell, score, log_mass = _one((edges - mean) / sd, likelihood, v)
        return [e + own * score[..., None], cell, log_mass]

    root = pt.linalg.cholesky(correlation)
    sequences = [pt.moveaxis(x, axis, 0) for x, axis in ((edges, -2), (likelihood, -2), (v, -1), (root, -2))]
    e, cells, log_masses = scan(
        step,
        sequences=[*sequences, pt.eye(questions)],
        outputs_info=[pt.zeros_like(v), None, None],
        strict=True,
        return_updates=False,
    )
    z = (root * e[-1][..., None, :]).sum(axis=-1)
    return z, pt.moveaxis(cells, 0, -1), pt.moveaxis(log_masses, 0, -1)


def _one(edges: Tensor, likelihood: Tensor, v: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Cell, score and log mass of a standard normal times a step function, at the quantile Phi(v)."""
    weight = likelihood * between(edges[..., :-1], edges[..., 1:])
    cumulative = pt.cumsum(weight, axis=-1)
    mass = cumulative[..., -1]
    target = lower_tail(v) * mass
    cell = pt.minimum((cumulative < target[..., None]).sum(axis=-1), weight.shape[-1] - 1)
    inside = (target - (at(cumulative, cell) - at(weight, cell))) / pt.maximum(at(weight, cell), TINY)
    return cell, truncated(pt.clip(inside, 1e-12, 1 - 1e-12), at(edges, cell), at(edges, cell + 1)), pt.log(mass)


def truncated(inside: Tensor, low: Tensor, high: Tensor) -> Tensor:
    """Quantile `inside` of the standard normal between two edges, from the nearer tail."""
    flip = low > 0
    a, b = pt.switch(flip, -high, low), pt.switch(flip, -low, high)
    part = pt.switch(flip, 1 - inside, inside)
    p = lower_tail(a) + part * (lower_tail(b) - lower_tail(a))
    z = pt.clip(pt.switch(p > 0.5, -quantile(1 - p), quantile(p)), a, b)
    return pt.switch(flip, -z, z)


def pick(weights: Tensor, v: Tensor) -> Tensor:
    """Index drawn in proportion to `weights` [K], at the quantile Phi(v)."""
    cumulative = pt.cumsum(weights, axis=-1)
    target = (lower_tail(v) * cumulative[..., -1])[..., None]
    return pt.minimum((cumulative < target).sum(axis=-1), weights.shape[-1] - 1)


def numbers(axes: Sequence[Axis], fine: Tensor, edges: Tensor, z: Tensor) -> Tensor:
    """Numbers that the scores `z` of quantities stand for, uniform inside a fine cell: [Q'']."""
    lower = padded([axis.lower for axis in axes], 0.0)
    width = padded([np.asarray(axis.upper) - np.asarray(axis.lower) for axis in axes], 0.0)
    last = np.array([len(axis.cell_of_fine) for axis in axes]) - 1
    cell = pt.minimum((edges[..., 1:-1] < z[..., None]).sum(axis=-1), last)
    inside = between(at(edges, cell), z) / pt.maximum(at(fine, cell), TINY)
    each = np.arange(len(axes))
    return pt.constant(lower)[each, cell] + pt.clip(inside, 0.0, 1.0) * pt.constant(width)[each, cell]
