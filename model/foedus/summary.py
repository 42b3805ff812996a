"""Weighted draws -> probabilities with ranges and Monte Carlo errors, quantiles and distributions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from foedus.inference.posterior import Ensemble

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Index = NDArray[np.intp]


@dataclass(frozen=True)
class Chance:
    """A probability with its 5-95 % range over parameter draws and its Monte Carlo standard error."""

    probability: float
    low: float
    high: float
    mcse: float


def chance(weight: Floats, true: Bools, given: Bools | None = None, replicate: Index | None = None) -> Chance:
    """Probability that `true` [N, M] holds, under weights [N, M], where `given` holds.

    The range is over parameter draws, each weighted by its evidence; the noise of the outcome draws inside
    each is estimated from its two independent halves and taken out of the spread before quantiles are.
    The error is that of a ratio of means over independent replicates of the parameter draws (delta method): one
    design cannot show how much more exact than plain draws it is. Default: each draw is its own.
    """
    if given is not None:
        weight = weight * given
    halves = weight.reshape(2, -1, weight.shape[1])
    hit = (halves * true.reshape(halves.shape)).sum(axis=1)
    all_ = halves.sum(axis=1)
    outer = all_.sum(axis=0)
    total = float(outer.sum())
    if total <= 0:
        return Chance(np.nan, np.nan, np.nan, np.nan)
    used = outer > 0
    each = hit.sum(axis=0)[used] / outer[used]
    share = outer[used] / total
    mean = float(np.clip(hit.sum() / all_.sum(), each.min(), each.max()))  # 1 to the last digit where each is
    off = share * (each - mean)
    off = off if replicate is None else np.bincount(replicate[used], weights=off)
    mcse = float(np.sqrt(np.square(off).sum() * len(off) / max(len(off) - 1, 1)))
    low, high = _range(each, share, mean, _noise(hit[:, used], all_[:, used], share))
    return Chance(mean, low, high, mcse)


def probability(weight: Floats, true: Bools, given: Bools | None = None) -> float:
    """Probability that `true` [N, M] holds, under weights [N, M], where `given` holds; NaN where it never does."""
    if given is not None:
        weight = weight * given
    total = float(weight.sum())
    return float((weight * true).sum()) / total if total > 0 else float("nan")


def _noise(hit: Floats, all_: Floats, share: Floats) -> float:
    """Variance of one parameter draw's probability that is only Monte Carlo, from its halves."""
    both = (all_ > 0).all(axis=0)
    if not both.any():
        return 0.0
    difference = hit[0, both] / all_[0, both] - hit[1, both] / all_[1, both]
    return float(share[both] @ np.square(difference) / 4 / share[both].sum())


def _range(each: Floats, share: Floats, mean: float, noise: float) -> tuple[float, float]:
    variance = float(share @ np.square(each - mean))
    keep = np.sqrt(max(variance - noise, 0.0) / variance) if variance > 0 else 0.0
    low, high = weighted_quantiles(mean + keep * (each - mean), share, np.array([0.05, 0.95]))
    return float(np.clip(low, 0, 1)), float(np.clip(high, 0, 1))


def weighted_quantiles(values: Floats, weights: Floats, levels: Floats) -> Floats:
    """Quantiles of weighted `values` [K], linear between the middles of their steps.

    Values that are equal but for rounding come in the order of their weights: the order of the draws says nothing.
    """
    order = np.lexsort((weights, np.round(values, 12)))
    cumulative = np.cumsum(weights[order])
    middles = (cumulative - 0.5 * weights[order]) / cumulative[-1]
    return np.asarray(np.interp(levels, middles, values[order]))


def masses(ensemble: Ensemble, question: int, cells: int, applies: Bools | None = None) -> Floats:
    """Probability of each fine cell of a question [F], given that it applies."""
    weight = ensemble.weight if applies is None else ensemble.weight * applies
    out = np.bincount(ensemble.outcome[question].ravel(), weights=weight.ravel(), minlength=cells)
    total = out.sum()
    return out / total if total > 0 else out


def step_quantiles(mass: Floats, levels: Floats) -> NDArray[np.intp]:
    """First cell at which the cumulative mass reaches each level."""
    return np.minimum(np.searchsorted(np.cumsum(mass), levels - 1e-12), len(mass) - 1)


def band_quantiles(mass: Floats, lower: Floats, upper: Floats, levels: Floats) -> Floats:
    """Quantiles of a distribution that is uniform inside each band."""
    cell = step_quantiles(mass, levels)
    before = np.cumsum(mass)[cell] - mass[cell]
    inside = np.clip((levels - before) / np.where(mass[cell] > 0, mass[cell], 1.0), 0.0, 1.0)
    return np.asarray(lower[cell] + inside * (upper - lower)[cell])
