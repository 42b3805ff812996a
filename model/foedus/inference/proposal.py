"""Draws of the parameters where the news has much to say of them: a fitted proposal with exact weights.

Draws from the prior degenerate when many signals agree on whom to trust and how telling codes are. Then draws
come from a Gaussian at the mode in whitened space, with the curvature there and a part of the prior's own
draws mixed in, so that no weight is unbounded (defensive mixture, Hesterberg 1995). Where that still leaves
too few effective draws, they are taken to the posterior by tempering with resample-move (Del Moral, Doucet
and Jasra 2006; moves: preconditioned Crank-Nicolson around the fit, Cotter et al. 2013).

The guide is the evidence of each question on its own, a few passes over the tables; what the questions say
together enters the weights later, exactly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from foedus.inference.diagnostics import effective_sample_size
from foedus.inference.parameters import BLOCKS, transform
from foedus.inference.tables import own_tables
from foedus.problem.types import Problem

Floats = NDArray[np.float64]
ENOUGH = 0.5  # effective part of the draws below which the next method is tried
_PRIOR_SHARE = 0.1  # of the draws of the mixture
_INFLATION = 1.05  # of the fitted standard deviations
_STEP = 0.25  # of finite differences, in prior standard deviations
_INFORMED = 0.05  # curvature, or a fifth of a shift, from which a direction counts as informed
_FLATTEST = 0.4  # least curvature of the fit, that of the prior being 1
_LONGEST = 4.0  # of one step to the mode
_GAIN = 0.05  # log density that a step to the mode must gain
_STEPS = 25
_MOVES, _REACH = 4, 0.7  # moves a stage, and how far each goes (1: an independent draw)
_STAGES = 40


@dataclass(frozen=True)
class Learned:
    """Weighted draws of the parameters.

    Attributes
    ----------
    whitened : dict of array [n, M]
        Draws of each block in whitened space.
    log_weight : array [M]
        Log of prior over proposal: what corrects the draws before the evidence does.
    family : array [M]
        Which of the first draws each descends from: draws of one family are no independent witnesses.
    method : str
        `prior`, `laplace` or `tempered`.
    ladder : tuple of float
        Temperatures, from the fit (0) to the posterior (1).
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
        for table in own_tables(self.problem, parameters, range(len(self.problem.axes))).values():
            with np.errstate(divide="ignore"):
                out += np.log(np.einsum("cm,cm->m", table.prior, table.own)) + table.log_scale
        return np.nan_to_num(out, nan=-np.inf, neginf=-np.inf)

    def log_posterior(self, x: Floats) -> Floats:
        return self.log_evidence(x) - 0.5 * np.square(x).sum(axis=0)


@dataclass(frozen=True)
class _Fit:
    """Gaussian N(mode, factor factor') in whitened space."""

    mode: Floats
    factor: Floats

    def draw(self, rng: np.random.Generator, n: int) -> Floats:
        return np.asarray(self.mode[:, None] + self.factor @ rng.standard_normal(size=(len(self.mode), n)))

    def log_density(self, x: Floats) -> Floats:
        """Log density [K], without the constant that the standard normal shares."""
        y = np.linalg.solve(self.factor, x - self.mode[:, None])
        return np.asarray(-0.5 * np.square(y).sum(axis=0) - np.linalg.slogdet(self.factor)[1])


def learn(problem: Problem, prior: dict[str, Floats], rng: np.random.Generator) -> Learned:
    """Return draws of the parameters near their posterior, as many as `prior` has.

    Parameters
    ----------
    prior : dict of array [n, M]
        Draws from the prior, part of which enter the mixture.
    """
    space = _Space(problem, {block: prior[block].shape[0] for block in BLOCKS})
    start = np.concatenate([prior[block] for block in BLOCKS])
    fit = _fitted(space, _mode(space))
    draws = start.shape[1]
    from_prior = int(_PRIOR_SHARE * draws)
    x = np.concatenate([start[:, :from_prior], fit.draw(rng, draws - from_prior)], axis=1)
    log_prior = -0.5 * np.square(x).sum(axis=0)
    share = from_prior / draws
    mixture = np.logaddexp(np.log(share) + log_prior, np.log1p(-share) + fit.log_density(x))
    log_weight = log_prior - mixture
    if _effective(log_weight + space.log_evidence(x)) >= ENOUGH * draws:
        return Learned(space.split(x), log_weight, np.arange(draws), "laplace")
    return _tempered(space, fit, fit.draw(rng, draws), rng)


def _mode(space: _Space) -> Floats:
    """Climb from the prior mean by quasi-Newton steps, each the best of a batch of lengths and dampings."""
    x = np.zeros(sum(space.sizes.values()))
    value, gradient, curvature = _differences(space, x)
    hessian = np.diag(np.maximum(curvature, 1.0))
    for _ in range(_STEPS):
        steps = _candidates(hessian, gradient)
        values = space.log_posterior(x[:, None] + steps)
        best = int(values.argmax())
        if values[best] < value + _GAIN:
            break
        step, before = steps[:, best], gradient
        x = x + step
        value, gradient, _ = _differences(space, x)
        hessian = _bfgs(hessian, step, before - gradient)
    return x


def _differences(space: _Space, x: Floats) -> tuple[float, Floats, Floats]:
    """Log posterior at x, its gradient and the diagonal of its negative Hessian, by central differences."""
    shifts = _STEP * np.eye(len(x))
    values = space.log_posterior(np.concatenate([x[:, None], x[:, None] + shifts, x[:, None] - shifts], axis=1))
    up, down = values[1 : len(x) + 1], values[len(x) + 1 :]
    return float(values[0]), (up - down) / (2 * _STEP), (2 * values[0] - up - down) / _STEP**2


def _candidates(hessian: Floats, gradient: Floats) -> Floats:
    curvature, axes = np.linalg.eigh(hessian)
    along = axes.T @ gradient
    dampings = np.array([0.0, 1.0, 4.0, 16.0])
    directions = axes @ (along[:, None] / (np.maximum(curvature, _FLATTEST)[:, None] + dampings))
    steps = (directions[:, :, None] * np.array([0.1, 0.3, 0.6, 1.0, 1.6])).reshape(len(gradient), -1)
    length = np.linalg.norm(steps, axis=0)
    return np.asarray(steps * np.minimum(1.0, _LONGEST / np.maximum(length, 1e-12)))


def _bfgs(hessian: Floats, step: Floats, change: Floats) -> Floats:
    """Update the negative Hessian so that it explains how the gradient changed along the step."""
    along = float(step @ change)
    if along <= 1e-8 * float(np.linalg.norm(step) * np.linalg.norm(change)):
        return hessian
    pushed = hessian @ step
    return np.asarray(hessian - np.outer(pushed, pushed) / float(step @ pushed) + np.outer(change, change) / along)


def _fitted(space: _Space, mode: Floats) -> _Fit:
    """Fit the curvature at the mode in the directions of which the news says anything; the rest is the prior's."""
    value, _, curvature = _differences(space, mode)
    informed = np.flatnonzero((np.abs(curvature - 1) > _INFORMED) | (np.abs(mode) > 3 * _INFORMED))
    hessian = np.diag(curvature[informed])
    if len(informed) > 1:
        i, j = np.triu_indices(len(informed), 1)
        shifts = _STEP * np.eye(len(mode))[:, informed]
        each = space.log_posterior(mode[:, None] + shifts)
        both = space.log_posterior(mode[:, None] + shifts[:, i] + shifts[:, j])
        hessian[i, j] = hessian[j, i] = -(both - each[i] - each[j] + value) / _STEP**2
    scales, axes = np.linalg.eigh(hessian)
    covariance = np.eye(len(mode))
    covariance[np.ix_(informed, informed)] = (axes / np.maximum(scales, _FLATTEST)) @ axes.T
    return _Fit(mode, _INFLATION * np.linalg.cholesky(covariance))


def _tempered(space: _Space, fit: _Fit, x: Floats, rng: np.random.Generator) -> Learned:
    """Take draws of the fit to the posterior: reweigh, resample and move, each stage keeping half effective."""
    ratio = space.log_posterior(x) - fit.log_density(x)
    at, ladder, accepted, family = 0.0, [0.0], [], np.arange(x.shape[1])
    while at < 1.0 and len(ladder) <= _STAGES:
        following = _next_temperature(ratio, at)
        weight = np.exp((following - at) * (ratio - ratio.max()))
        at = following
        ladder.append(at)
        picked = _resample(weight, rng)
        x, ratio, family = x[:, picked], ratio[picked], family[picked]
        for _ in range(_MOVES):
            x, ratio, share = _move(space, fit, x, ratio, at, rng)
            accepted.append(share)
    log_weight = -space.log_evidence(x)
    return Learned(space.split(x), log_weight, family, "tempered", tuple(ladder), float(np.mean(accepted)))


def _next_temperature(ratio: Floats, at: float) -> float:
    """Largest temperature that leaves half of the draws effective, by bisection."""
    low, high = at, 1.0
    if _effective((high - at) * ratio) >= ENOUGH * len(ratio):
        return high
    for _ in range(30):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if _effective((middle - at) * ratio) >= ENOUGH * len(ratio) else (low, middle)
    return low


def _move(
    space: _Space, fit: _Fit, x: Floats, ratio: Floats, at: float, rng: np.random.Generator
) -> tuple[Floats, Floats, float]:
    """Take one step that leaves fit^(1 - at) * posterior^at as it is: the proposal leaves the fit as it is."""
    fresh = fit.draw(rng, x.shape[1]) - fit.mode[:, None]
    proposal = fit.mode[:, None] + np.sqrt(1 - _REACH**2) * (x - fit.mode[:, None]) + _REACH * fresh
    proposed = space.log_posterior(proposal) - fit.log_density(proposal)
    accept = np.log(rng.random(size=x.shape[1])) < at * (proposed - ratio)
    return np.where(accept, proposal, x), np.where(accept, proposed, ratio), float(accept.mean())


def _resample(weight: Floats, rng: np.random.Generator) -> NDArray[np.intp]:
    """Systematic resampling."""
    at = (rng.random() + np.arange(len(weight))) / len(weight)
    return np.minimum(np.searchsorted(np.cumsum(weight) / weight.sum(), at), len(weight) - 1)


def _effective(log_weight: Floats) -> float:
    return effective_sample_size(np.exp(log_weight - log_weight.max()))
