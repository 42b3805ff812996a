"""Draws of the parameters where the news has much to say of them: tempering with resample-move.

Draws from the prior degenerate when many signals agree on whom to trust and how telling codes are. Then very many
draws from the prior are weighed by part of the news, the best resampled, moved and weighed by more of it, until all
of it counts (Del Moral, Doucet and Jasra 2006). Moves are preconditioned Crank-Nicolson steps around a Gaussian
fitted to the draws of the stage. A fit at the mode alone is quicker and was dropped: on problems with two modes it
was wrong by 20 points without a sign in its weights.

The guide is the evidence of each question on its own, a few passes over the tables; what the questions say
together enters the weights later, exactly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from foedus.errors import DegenerateDraws
from foedus.inference.diagnostics import effective_sample_size
from foedus.inference.faults import not_numbers
from foedus.inference.parameters import BLOCKS, transform
from foedus.inference.tables import own_tables
from foedus.problem.types import Problem

Floats = NDArray[np.float64]
Index = NDArray[np.intp]
ENOUGH = 0.5  # effective part of the draws below which parameters are learned, and that each stage keeps
_PIONEERS = 16  # draws from the prior for each draw that is kept
_MOVES, _REACH = 5, 0.7  # moves a stage, and how far each goes (1: an independent draw of the fit)
_SHRINKAGE = 0.1  # of fitted covariances towards their diagonal
_STAGES = 60


@dataclass(frozen=True)
class Learned:
    """Weighted draws of the parameters.

    Attributes
    ----------
    whitened : dict of array [n, M]
        Draws of each block in whitened space.
    log_weight : array [M]
        What the weight of each draw is before the evidence counts: the guide's evidence is taken out again.
    family : array [M]
        Which of the first draws each descends from: draws of one family are no independent witnesses.
    method : str
        `prior` or `tempered`.
    ladder : tuple of float
        Parts of the news that counted, stage by stage, from 0 to 1.
    acceptance : float
        Mean acceptance of the moves; NaN without moves.
    """

    whitened: dict[str, Floats]
    log_weight: Floats
    family: NDArray[np.intp]
    method: str
    ladder: tuple[float, ...] = ()
    acceptance: float = float("nan")


@dataclass(frozen=True)
class _Space:
    """Whitened space as one block [D, K], and the log density that guides the search there."""

    problem: Problem
    sizes: dict[str, int]

    def split(self, x: Floats) -> dict[str, Floats]:
        ends = np.cumsum(list(self.sizes.values()))
        return dict(zip(self.sizes, np.split(x, ends[:-1]), strict=True))

    def log_evidence(self, x: Floats) -> Floats:
        """Sum over questions of the log evidence of each on its own [K]."""
        parameters = transform(self.problem, self.split(x), raked=False)
        out = np.zeros(x.shape[1])
        tables = own_tables(self.problem, parameters, range(len(self.problem.axes)))
        for table in tables.values():
            with np.errstate(divide="ignore"):
                out += np.log(np.einsum("cm,cm->m", table.prior, table.own)) + table.log_scale
        if np.isnan(out).any():
            place = not_numbers(self.problem, parameters, list(tables.values()))
            msg = f"the evidence of a draw is not a number; it comes from {place}"
            raise DegenerateDraws(msg)
        return out


@dataclass(frozen=True)
class _Fit:
    """Gaussian N(mean, factor factor') in whitened space."""

    mean: Floats
    factor: Floats

    def draw(self, rng: np.random.Generator, n: int) -> Floats:
        return np.asarray(self.mean[:, None] + self.factor @ rng.standard_normal(size=(len(self.mean), n)))

    def log_density(self, x: Floats) -> Floats:
        """Log density [K], without the constant that the standard normal shares."""
        y = np.linalg.solve(self.factor, x - self.mean[:, None])
        return np.asarray(-0.5 * np.square(y).sum(axis=0) - np.linalg.slogdet(self.factor)[1])


def learn(problem: Problem, prior: dict[str, Floats], rng: np.random.Generator) -> Learned:
    """Return draws of the parameters from near their posterior, as many as `prior` has.

    Parameters
    ----------
    prior : dict of array [n, M]
        Draws from the prior; the first of very many.
    """
    space = _Space(problem, {block: prior[block].shape[0] for block in BLOCKS})
    x = np.concatenate([prior[block] for block in BLOCKS])
    draws = x.shape[1]
    batches = [x, *(rng.standard_normal(size=x.shape) for _ in range(_PIONEERS - 1))]
    evidence = np.concatenate([space.log_evidence(batch) for batch in batches])
    x, family = np.concatenate(batches, axis=1), np.arange(x.shape[1] * _PIONEERS)
    at, ladder, accepted = 0.0, [0.0], []
    while at < 1.0 and len(ladder) <= _STAGES:
        following = _next_temperature(evidence, at, ENOUGH * draws)
        picked = _resample(np.exp((following - at) * (evidence - evidence.max())), draws, rng)
        x, evidence, family, at = x[:, picked], evidence[picked], family[picked], following
        ladder.append(at)
        fit = _fitted(x)
        for _ in range(_MOVES):
            x, evidence, share = _move(space, fit, x, evidence, at, rng)
            accepted.append(share)
    return Learned(space.split(x), -at * evidence, family, "tempered", tuple(ladder), float(np.mean(accepted)))


def _fitted(x: Floats) -> _Fit:
    covariance = np.cov(x)
    shrunk = (1 - _SHRINKAGE) * covariance + _SHRINKAGE * np.diag(np.diag(covariance))
    return _Fit(x.mean(axis=1), np.linalg.cholesky(shrunk + 1e-9 * np.eye(len(x))))


def _next_temperature(evidence: Floats, at: float, enough: float) -> float:
    """Largest temperature that leaves `enough` draws effective, by bisection."""
    low, high = at, 1.0
    if _effective((high - at) * evidence) >= enough:
        return high
    for _ in range(40):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if _effective((middle - at) * evidence) >= enough else (low, middle)
    return low


def _move(
    space: _Space, fit: _Fit, x: Floats, evidence: Floats, at: float, rng: np.random.Generator
) -> tuple[Floats, Floats, float]:
    """Take one step that leaves prior * evidence^at as it is; its proposal leaves the fit as it is."""
    centre = fit.mean[:, None]
    proposal = centre + np.sqrt(1 - _REACH**2) * (x - centre) + _REACH * (fit.draw(rng, x.shape[1]) - centre)
    proposed = space.log_evidence(proposal)
    gain = at * (proposed - evidence) - 0.5 * (np.square(proposal).sum(axis=0) - np.square(x).sum(axis=0))
    gain -= fit.log_density(proposal) - fit.log_density(x)
    accept = np.log(rng.random(size=x.shape[1])) < gain
    return np.where(accept, proposal, x), np.where(accept, proposed, evidence), float(accept.mean())


def _resample(weight: Floats, draws: int, rng: np.random.Generator) -> Index:
    """Systematic resampling."""
    at = (rng.random() + np.arange(draws)) / draws
    return np.minimum(np.searchsorted(np.cumsum(weight) / weight.sum(), at), len(weight) - 1)


def _effective(log_weight: Floats) -> float:
    return effective_sample_size(np.exp(log_weight - log_weight.max()))
