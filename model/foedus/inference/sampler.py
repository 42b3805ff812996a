"""Draws of all outcomes together: exact tables, a Gaussian copula between them, exact weights.

Outcomes are drawn question by question from the exact distribution over cells given the ones before, with
the Gaussian of expectation propagation standing in for the ones to come (for some points, nothing); the weight is
the exact ratio, and its mean is the evidence of the parameter draw.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from foedus.inference.course import running_sums
from foedus.inference.gaussian import Sites, cell_masses, expectation_propagation, latent_edges, posterior_covariance
from foedus.inference.parallel import each
from foedus.inference.passes import Table
from foedus.inference.sobol import sobol
from foedus.problem.types import Problem

Floats = NDArray[np.float64]
Cells = NDArray[np.int32]
_BLOCK = 256  # parameter draws that are drawn for together
_LARGEST = 1_000_000  # numbers in the largest array of a block
_BLIND = 8  # one point in so many is drawn without the look ahead
_NO_SITE = 1e-6  # a look ahead of less than this sees nothing


@dataclass(frozen=True)
class Draws:
    """Outcome draws.

    Attributes
    ----------
    cells : tuple of array [N, M]
        Cell of each question. The first half of the N points and the second are independent scrambles.
    latent : array [Q', N, M]
        z of the questions that have one.
    log_weights : array [N, M]
        Log of target over proposal.
    """

    cells: tuple[Cells, ...]
    latent: Floats
    log_weights: Floats


@dataclass(frozen=True)
class _Conditional:
    """z_q given the ones before: mean = offset [M] + sum_j gain[:, j] z_j, and sd [M]."""

    offset: Floats
    gain: Floats
    sd: Floats

    def mean(self, before: list[Floats]) -> Floats:
        out = self.offset
        for j, z in enumerate(before):
            out = out + self.gain[:, j] * z
        return out


def draw(problem: Problem, tables: list[Table], correlation: Floats, rng: np.random.Generator, points: int) -> Draws:
    """Draw outcomes of all questions for every parameter draw.

    Parameters
    ----------
    correlation : array [M, Q', Q']
    points : int
        N, a power of two of at least 4.
    """
    u = _uniforms(rng, len(problem.axes), points, correlation.shape[0])
    blocks = [slice(i, i + _BLOCK) for i in range(0, correlation.shape[0], _BLOCK)]
    parts = each(lambda b: _draw_block(problem, [t.part(b) for t in tables], correlation[b], u[..., b]), blocks)
    return Draws(
        tuple(np.concatenate(cells, axis=1) for cells in zip(*(part.cells for part in parts), strict=True)),
        np.concatenate([part.latent for part in parts], axis=2),
        np.concatenate([part.log_weights for part in parts], axis=1),
    )


def _draw_block(problem: Problem, tables: list[Table], correlation: Floats, u: Floats) -> Draws:
    latent = problem.latent
    order = np.array(sorted(range(len(latent)), key=lambda i: -problem.axes[latent[i]].cells), dtype=np.intp)
    questions = latent[order]
    shuffled = correlation[:, order[:, None], order[None, :]]
    edges = [latent_edges(tables[q].prior) for q in questions]
    likelihoods = [tables[q].likelihood for q in questions]
    sites = expectation_propagation(edges, likelihoods, shuffled)
    z, cells, log_weights = _sequence(edges, likelihoods, shuffled, sites, u)
    by_question: dict[int, Cells] = dict(zip(questions.tolist(), cells, strict=True))
    log_weights += sum(tables[q].log_scale for q in range(len(problem.axes)))
    for k, q in enumerate(i for i, axis in enumerate(problem.axes) if axis.kind == "nominal"):
        by_question[q], gained = _nominal(problem, tables, q, by_question, u[len(latent) + k])
        log_weights += gained
    out = np.empty((len(latent), *u.shape[1:]))
    for i, values in zip(order, z, strict=True):
        out[i] = values
    return Draws(tuple(by_question[q] for q in range(len(problem.axes))), out, log_weights)


def _uniforms(rng: np.random.Generator, dimensions: int, points: int, draws: int) -> Floats:
    """[dimensions, points, draws]: two independent scrambles for each draw, one after the other."""
    halves = sobol(rng, dimensions, points // 2, 2 * draws)
    halves = halves.reshape(dimensions, points // 2, 2, draws)
    return np.ascontiguousarray(halves.transpose(0, 2, 1, 3)).reshape(dimensions, points, draws)


def _sequence(
    edges: list[Floats], likelihoods: list[Floats], correlation: Floats, sites: Sites, u: Floats
) -> tuple[list[Floats], list[Cells], Floats]:
    """Draw question after question, most points with the look ahead and some without it.

    No Gaussian stands in for a table with two peaks: what lies beside the higher one would be drawn too seldom,
    with weights too large for any sample to show. The points drawn without it (the first of each half, which are a
    net of their own) bound the weights, since the two ways are weighed as one mixture (Hesterberg 1995).
    """
    half = u.shape[1] // 2
    blind = max(half // _BLIND, 1)
    blindly = (np.arange(u.shape[1]) % half < blind)[:, None]
    nothing = Sites(np.zeros_like(sites.tau), np.zeros_like(sites.nu))
    ahead_of_nothing = max(np.abs(sites.tau).max(initial=0.0), np.abs(sites.nu).max(initial=0.0)) < _NO_SITE
    z: list[Floats] = []
    cells: list[Cells] = []
    target, looking, not_looking = np.zeros((3, *u.shape[1:]))
    for q in range(len(edges)):
        prior, ahead = _conditional(correlation, nothing, q), _conditional(correlation, sites, q)
        mean, mean_ahead = prior.mean(z), ahead.mean(z)
        mass, cell, value = _draw_one(edges[q], likelihoods[q], mean, prior.sd, u[q])
        mass_ahead = mass
        if not ahead_of_nothing and q < len(edges) - 1:
            mass_ahead, cell_ahead, value_ahead = _draw_one(edges[q], likelihoods[q], mean_ahead, ahead.sd, u[q])
            cell, value = np.where(blindly, cell, cell_ahead), np.where(blindly, value, value_ahead)
        density = _log_normal(value, mean, prior.sd)
        target += np.where(np.where(blindly, mass, mass_ahead) > 0, density, -np.inf)
        not_looking += density - _log(mass)
        looking += _log_normal(value, mean_ahead, ahead.sd) - _log(mass_ahead)
        z.append(value)
        cells.append(cell)
    share = blind / half
    with np.errstate(invalid="ignore"):  # a NaN is told to the reader with its place, later
        drawn = np.logaddexp(np.log(share) + not_looking, np.log1p(-share) + looking)
    return z, cells, target - drawn


def _log(mass: Floats) -> Floats:
    """Log of a mass; of none, that of the least there is."""
    return np.asarray(np.log(np.maximum(mass, np.finfo(float).tiny)))


def _conditional(correlation: Floats, sites: Sites, q: int) -> _Conditional:
    """Law of z_q given z_0 .. z_(q-1) when the sites of the later questions stand in for their tables."""
    tau, nu = sites.tau.copy(), sites.nu.copy()
    tau[: q + 1], nu[: q + 1] = 0.0, 0.0
    covariance = posterior_covariance(correlation, tau)
    mean = np.einsum("mij,jm->im", covariance, nu)
    if q == 0:
        return _Conditional(mean[0], np.zeros((mean.shape[1], 0)), np.sqrt(covariance[:, 0, 0]))
    cross = covariance[:, q, :q]
    gain = np.linalg.solve(covariance[:, :q, :q], cross[..., None])[..., 0]
    variance = covariance[:, q, q] - np.einsum("mj,mj->m", gain, cross)
    offset = mean[q] - np.einsum("mj,jm->m", gain, mean[:q])
    return _Conditional(offset, gain, np.sqrt(np.maximum(variance, 1e-12)))


def _draw_one(edges: Floats, table: Floats, mean: Floats, sd: Floats, u: Floats) -> tuple[Floats, Cells, Floats]:
    """Draw from N(mean, sd^2) times a step function; returns its mass, the cell and z, each [N, M]."""
    if mean.ndim == 1:
        return _from_cells(edges, table, mean[None], sd, u)
    width = max(1, _LARGEST // (edges.shape[0] * u.shape[0]))
    parts = [slice(i, i + width) for i in range(0, u.shape[1], width)]
    done = [_from_cells(edges[:, s], table[:, s], mean[:, s], sd[s], u[:, s]) for s in parts]
    mass, cell, value = (np.concatenate(part, axis=1) for part in zip(*done, strict=True))
    return mass, cell, value


def _from_cells(edges: Floats, table: Floats, mean: Floats, sd: Floats, u: Floats) -> tuple[Floats, Cells, Floats]:
    cumulative = running_sums(table[:, None] * cell_masses((edges[:, None] - mean) / sd))  # [C, 1 or N, M]
    mass = cumulative[-1]
    target = u * mass
    cell = _count_below(cumulative, target)
    columns = np.arange(u.shape[1])[None]
    rows = (
        np.zeros_like(cell) if cumulative.shape[1] == 1 else np.broadcast_to(np.arange(u.shape[0])[:, None], cell.shape)
    )
    upto = cumulative[cell, rows, columns]
    before = np.where(cell > 0, cumulative[np.maximum(cell - 1, 0), rows, columns], 0.0)
    inside = np.clip((target - before) / np.where(upto > before, upto - before, 1.0), 1e-12, 1 - 1e-12)
    low = (edges[cell, columns] - mean) / sd
    high = (edges[cell + 1, columns] - mean) / sd
    return np.broadcast_to(mass, u.shape), cell.astype(np.int32), mean + sd * _truncated_normal(inside, low, high)


def _count_below(cumulative: Floats, target: Floats) -> NDArray[np.intp]:
    """First index [N, M] at which `cumulative` [C, 1 or N, M] reaches `target` [N, M]."""
    last = cumulative.shape[0] - 1
    if cumulative.shape[1] > 1 or last < 8:
        found: NDArray[np.intp] = (cumulative[:-1] < target).sum(axis=0)
        return np.asarray(np.minimum(found, last))
    scaled = cumulative[:, 0].T / np.where(cumulative[-1, 0] > 0, cumulative[-1, 0], 1.0)[:, None]
    share = target / np.where(cumulative[-1] > 0, cumulative[-1], 1.0)
    return np.asarray(np.minimum(ranks(scaled, share), last))


def ranks(cumulative: Floats, queries: Floats) -> NDArray[np.intp]:
    """Count, for each draw m, the entries of `cumulative[m]` (increasing, up to 1) below `queries[:, m]`: [N, M]."""
    draws, cells = cumulative.shape
    offset = 2.0 * np.arange(draws)
    keys = (cumulative + offset[:, None]).ravel()
    found = np.searchsorted(keys, (queries + offset).ravel()).reshape(queries.shape)
    return np.asarray(found - cells * np.arange(draws))


def _truncated_normal(inside: Floats, low: Floats, high: Floats) -> Floats:
    """Quantile `inside` of the standard normal between `low` and `high`, from the nearer tail."""
    flip = low > 0
    a, b = np.where(flip, -high, low), np.where(flip, -low, high)
    v = np.where(flip, 1 - inside, inside)
    lower = ndtr(a)
    z = np.clip(ndtri(lower + v * (ndtr(b) - lower)), a, b)
    return np.asarray(np.where(flip, -z, z))


def _log_normal(z: Floats, mean: Floats, sd: Floats) -> Floats:
    """Log density, without the constant that cancels in the weights."""
    return np.asarray(-0.5 * ((z - mean) / sd) ** 2 - np.log(sd))


def _nominal(problem: Problem, tables: list[Table], q: int, cells: dict[int, Cells], u: Floats) -> tuple[Cells, Floats]:
    """Draw a nominal level [N, M], given the parent's cell; returns also the log evidence it adds [M]."""
    axis, table = problem.axes[q], tables[q]
    if axis.parent < 0:
        joint = table.prior * table.likelihood
        total = joint.sum(axis=0)
        cumulative = np.cumsum(joint, axis=0) / np.where(total > 0, total, 1.0)
        with np.errstate(divide="ignore"):
            return (cumulative[:-1, None] < u).sum(axis=0).astype(np.int32), np.log(total)
    assert table.levels is not None
    assert table.given_parent is not None
    assert axis.part_of_parent is not None
    columns = np.arange(u.shape[1])[None]
    parent = cells[axis.parent]
    given = table.given_parent[axis.part_of_parent[parent], :, columns]
    seen = table.levels[parent if len(table.levels) > 1 else np.zeros_like(parent), :, columns]
    cumulative = np.cumsum(given * seen, axis=-1)
    level = (cumulative[..., :-1] < (u * cumulative[..., -1])[..., None]).sum(axis=-1)
    return level.astype(np.int32), np.zeros(u.shape[1])
