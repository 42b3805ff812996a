"""Tempering with resample-move, where no Gaussian comes near the posterior of the parameters.

Very many draws from the prior are weighed by part of the news, the best resampled, moved and weighed by more of it,
until all of it counts (Del Moral, Doucet and Jasra 2006). Moves are preconditioned Crank-Nicolson steps around a
Gaussian fitted to the draws of the stage. Draws are resampled within islands, each weighed by its own evidence, so that
the islands are independent and show the Monte Carlo error; families of draws alone understate it by a fifth.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from foedus.inference.approximation import Gaussian
from foedus.inference.learning import ENOUGH, Learned, Space, effective

Floats = NDArray[np.float64]
Index = NDArray[np.intp]
_PIONEERS = 16  # draws from the prior for each draw that is kept
_MOVES, _REACH = 5, 0.7  # moves a stage, and how far each goes (1: an independent draw of the fit)
_SHRINKAGE = 0.1  # of fitted covariances towards their diagonal
_STAGES = 60
_ISLANDS = 16


def tempered(space: Space, prior: Floats, rng: np.random.Generator) -> Learned:
    """Return draws of the parameters from near their posterior, as many as `prior` has.

    Parameters
    ----------
    prior : array [D, M]
        Draws from the prior; the first of very many.
    """
    draws = prior.shape[1]
    island = np.arange(draws) % _ISLANDS
    x = np.concatenate([prior, rng.standard_normal(size=(len(prior), draws * (_PIONEERS - 1)))], axis=1)
    evidence, family = space.log_evidence(x), np.arange(x.shape[1])
    at, ladder, accepted, log_evidence = 0.0, [0.0], [], np.zeros(_ISLANDS)
    while at < 1.0 and len(ladder) <= _STAGES:
        following = _next_temperature(evidence, at, ENOUGH * draws)
        log_weight = (following - at) * evidence
        picked = np.empty(draws, dtype=np.intp)
        for i in range(min(_ISLANDS, draws)):
            own = np.flatnonzero(np.arange(len(log_weight)) % _ISLANDS == i)
            chosen, log_mean = _resample(log_weight[own], int((island == i).sum()), rng)
            picked[island == i] = own[chosen]
            log_evidence[i] += log_mean
        x, evidence, family, at = x[:, picked], evidence[picked], family[picked], following
        ladder.append(at)
        fit = _around(x)
        for _ in range(_MOVES):
            x, evidence, share = _move(space, fit, x, evidence, at, rng)
            accepted.append(share)
    possible = np.isfinite(log_evidence[island])
    log_weight = np.where(possible, log_evidence[island], 0.0) - np.where(possible, at * evidence, np.inf)
    acceptance = float(np.mean(accepted))
    return Learned(space.split(x), log_weight, family, island, "tempered", tuple(ladder), acceptance)


def _around(x: Floats) -> Gaussian:
    covariance = np.cov(x)
    shrunk = (1 - _SHRINKAGE) * covariance + _SHRINKAGE * np.diag(np.diag(covariance))
    return Gaussian(x.mean(axis=1), np.linalg.cholesky(shrunk + 1e-9 * np.eye(len(x))))


def _next_temperature(evidence: Floats, at: float, enough: float) -> float:
    """Largest temperature that leaves `enough` draws effective (or the part of the possible ones), by bisection."""
    enough = min(enough, ENOUGH * np.isfinite(evidence).sum())
    low, high = at, 1.0
    if effective((high - at) * evidence) >= enough:
        return high
    for _ in range(40):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if effective((middle - at) * evidence) >= enough else (low, middle)
    return low


def _move(
    space: Space, fit: Gaussian, x: Floats, evidence: Floats, at: float, rng: np.random.Generator
) -> tuple[Floats, Floats, float]:
    """Take one step that leaves prior * evidence^at as it is; its proposal leaves the fit as it is."""
    centre = fit.mean[:, None]
    proposal = (
        centre + np.sqrt(1 - _REACH**2) * (x - centre) + _REACH * (fit.at(rng.standard_normal(size=x.shape)) - centre)
    )
    proposed = space.log_evidence(proposal)
    with np.errstate(invalid="ignore"):  # from one impossible draw to another: NaN, which is no gain
        more = proposed - evidence
    gain = at * more - 0.5 * (np.square(proposal).sum(axis=0) - np.square(x).sum(axis=0))
    gain -= fit.log_density(proposal) - fit.log_density(x)
    accept = np.log(rng.random(size=x.shape[1])) < gain
    return np.where(accept, proposal, x), np.where(accept, proposed, evidence), float(accept.mean())


def _resample(log_weight: Floats, draws: int, rng: np.random.Generator) -> tuple[Index, float]:
    """Resample systematically; return also the log of the mean weight."""
    largest = float(log_weight.max())
    if not np.isfinite(largest):
        return np.zeros(draws, dtype=np.intp), -np.inf
    weight = np.exp(log_weight - largest)
    at = (rng.random() + np.arange(draws)) / draws
    chosen = np.minimum(np.searchsorted(np.cumsum(weight) / weight.sum(), at), len(weight) - 1)
    return chosen, largest + float(np.log(weight.mean()))
