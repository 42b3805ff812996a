"""Draws of everything that is uncertain: weights of experts, telling-ness, credences, half-lives, dependence.

All of it is a smooth function of independent standard normals, so that another proposal in that whitened
space needs only another set of draws and their weights. Draws are replicates of a Latin hypercube (McKay, Beckman
and Conover 1979; between independent replicates its error shows), with a stream of its own for each block, so that a
further question leaves the others' draws alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, gammaincinv, ndtr, ndtri

from foedus.elicitation.pool import POOLS, rake, shared_error, shared_error_nominal
from foedus.problem.axes import given_parts
from foedus.problem.types import Axis, Problem

Floats = NDArray[np.float64]
BLOCKS = ("weights", "shift", "telling", "credence", "half_life", "rate", "dependence")
_STRONGEST = 0.98  # of the way to a singular correlation matrix


@dataclass(frozen=True)
class Parameters:
    """One column for each parameter draw.

    Attributes
    ----------
    weights : array [E, M]
    priors : tuple of array [F, M]
        Pooled probability of each fine cell of each question; the mean over draws is the pool.
    tables : tuple of array [P, C, M] or None
        P(level | part of the parent) of nominal questions.
    telling : array [T, M]
        Log multipliers, or log-odds of document lines.
    credence : array [S, M]
    rho : array [Q, M]
        Probability that a plan survives a night.
    rate : array [N, M]
        Base rates a day, then dispersions of counts.
    correlation : array [M, Q', Q']
    """

    weights: Floats
    priors: tuple[Floats, ...]
    tables: tuple[Floats | None, ...]
    telling: Floats
    credence: Floats
    rho: Floats
    rate: Floats
    correlation: Floats


def whitened(problem: Problem, rng: np.random.Generator, draws: int) -> dict[str, Floats]:
    """Return standard normal draws of each block: a dict of arrays [n, M]."""
    levels = max((axis.cells for axis in problem.axes if axis.kind == "nominal"), default=1)
    sizes = {
        "weights": len(problem.base_weights),
        "shift": len(problem.axes) * levels,
        "telling": 1 + problem.tellings.count,
        "credence": problem.credences.count,
        "half_life": len(problem.axes),
        "rate": len(problem.rates.median),
        "dependence": 1,
    }
    return {
        block: latin_hypercube(stream, sizes[block], replicates(draws))
        for block, stream in zip(BLOCKS, rng.spawn(len(BLOCKS)), strict=True)
    }


def transform(problem: Problem, z: dict[str, Floats], *, raked: bool = True) -> Parameters:
    """Map whitened draws to the parameters of the model.

    Parameters
    ----------
    z : dict of array [n, M]
        Of each block, as `whitened` draws them.
    raked : bool
        For draws from the prior: move the priors of questions as little as needed so that their mean over the
        draws is the pool exactly, and not only in expectation.
    """
    weights = _weights(problem, z["weights"])
    shift = z["shift"].reshape(len(problem.axes), -1, z["shift"].shape[1])
    priors = tuple(_prior(problem, axis, weights, shift[q], raked) for q, axis in enumerate(problem.axes))
    half_life = np.exp(problem.half_life.at(z["half_life"]))
    credence = expit(problem.credences.log_odds.at(z["credence"][problem.credences.source]))
    certain = problem.credences.certain[:, None]
    return Parameters(
        weights=weights,
        priors=priors,
        tables=tuple(_table(problem, axis, weights, priors, raked) for axis in problem.axes),
        telling=_telling(problem, z["telling"]),
        credence=np.where(np.isnan(certain), credence, certain),
        rho=np.exp2(-1.0 / half_life),
        rate=problem.rates.at(z["rate"]),
        correlation=_correlation(problem, weights, z["dependence"][0]),
    )


def replicates(draws: int) -> NDArray[np.intp]:
    """Which replicate of the design each draw belongs to: 8 to 32 of them, of 16 draws or more if there are enough."""
    return np.arange(draws) % min(max(draws // 16, 8), 32, draws)


def latin_hypercube(rng: np.random.Generator, rows: int, replicate: NDArray[np.intp]) -> Floats:
    """Return standard normals [rows, M], every replicate a Latin hypercube of its own, every row a stream."""
    count, draws = int(replicate.max()) + 1, len(replicate)
    each = -(-draws // count)
    out = np.empty((rows, draws))
    for row, stream in zip(out, rng.spawn(rows), strict=True):
        stratum = stream.random(size=(count, each)).argsort(axis=1).T.ravel()[:draws]
        row[:] = ndtri((stratum + stream.random(size=draws)) / each)
    return out


def _weights(problem: Problem, z: Floats) -> Floats:
    """Dirichlet(concentration * base) from normals, through gammas."""
    alpha = problem.concentration * problem.base_weights
    gammas = np.zeros_like(z)
    used = alpha > 0
    gammas[used] = gammaincinv(alpha[used, None], ndtr(z[used]))
    gammas = np.maximum(gammas, 1e-300 * used[:, None])
    return np.asarray(gammas / gammas.sum(axis=0))


def _answering(experts: NDArray[np.intp], weights: Floats) -> Floats:
    """Weights of those who answered, renormalised: [E_q, M]."""
    own = weights[experts]
    return np.asarray(own / own.sum(axis=0))


def _prior(problem: Problem, axis: Axis, weights: Floats, shift: Floats, raked: bool) -> Floats:
    pool = POOLS[problem.pooling]
    base = pool(axis.expert_prior, _answering(axis.experts, problem.base_weights[:, None]))
    pooled = pool(axis.expert_prior, _answering(axis.experts, weights))
    if axis.kind == "nominal":
        moved = shared_error_nominal(pooled, shift[: axis.cells], problem.shared_error)
    else:
        moved = shared_error(pooled, shift[0], problem.shared_error)
    if not raked:
        return moved
    draws = weights.shape[1]
    return rake(moved, base[:, 0], np.full(draws, 1 / draws))


def cell_priors(axis: Axis, fine: Floats) -> Floats:
    """Sum the fine cells of a pooled prior to cells: [C, M]."""
    return fine if len(axis.cell_of_fine) == axis.cells else np.add.reduceat(fine, axis.first_cell, axis=0)


def _table(problem: Problem, axis: Axis, weights: Floats, priors: tuple[Floats, ...], raked: bool) -> Floats | None:
    if axis.table is None or axis.part_prior is None or axis.part_of_parent is None:
        return None
    out = given_parts(axis.table, axis.part_prior, _answering(axis.experts, weights))
    if not raked:
        return out
    base = given_parts(axis.table, axis.part_prior, _answering(axis.experts, problem.base_weights[:, None]))
    parts = np.zeros((out.shape[0], out.shape[2]))
    np.add.at(parts, axis.part_of_parent, cell_priors(problem.axes[axis.parent], priors[axis.parent]))
    return np.array(
        [rake(t, b[:, 0], v / v.sum()) if v.sum() > 0 else t for t, b, v in zip(out, base, parts, strict=True)]
    )


def _telling(problem: Problem, z: Floats) -> Floats:
    t = problem.tellings
    xi = t.sign[:, None] * np.sqrt(t.shared) * z[0] + np.sqrt(1 - t.shared) * z[1:][t.own]
    side = np.where(xi < 0, t.below[:, None], t.above[:, None])
    out: Floats = t.middle[:, None] * np.exp(t.kappa[:, None] * xi) + t.offset[:, None] + side * xi
    return out


def _correlation(problem: Problem, weights: Floats, z: Floats) -> Floats:
    """Experts' matrices mixed by weight, then made stronger or weaker, always positive definite."""
    dependence = problem.dependence
    mixed = np.einsum("eij,em->mij", dependence.matrices, _answering(dependence.experts, weights))
    identity = np.eye(mixed.shape[1])
    if mixed.shape[1] < 2:
        return np.asarray(mixed)  # nothing to hang together
    smallest = np.linalg.eigvalsh(mixed)[:, 0]
    strength = np.minimum(np.exp(dependence.spread * z), _STRONGEST / np.maximum(1 - smallest, 1e-12))
    return np.asarray(identity + strength[:, None, None] * (mixed - identity))
