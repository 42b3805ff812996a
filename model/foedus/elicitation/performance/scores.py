"""Calibration and information of the classical model (Cooke 1991, *Experts in Uncertainty*, ch. 8 and 12).

An expert is the more calibrated, the better the answers of the seeds spread over the bins between the stated
quantiles, and the more informative, the narrower those quantiles are against all that the panel thought possible.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, rel_entr

from foedus.elicitation.performance.study import Bools, Study
from foedus.elicitation.shapes import Floats

_ROUNDING = 1e-12  # part of an item's range within which an answer is on a quantile: pooled ones carry rounding


@dataclass(frozen=True, eq=False)
class Scores:
    """Scores of X assessors, experts or decision makers, on the seeds of a study.

    Attributes
    ----------
    counts : array [X, K + 1]
        Seeds whose answer fell in each bin.
    calibration : array [X]
        p-value of "the answers fall in the bins with the stated probabilities"; NaN without a seed answered.
    information : array [X]
        Mean over seeds of the relative information against the uniform (log-uniform) law on the intrinsic range.
    information_all : array [X]
        The same over all items.
    by_item : array [X, N]
        Information on each item; NaN where not answered.
    """

    counts: NDArray[np.intp]
    calibration: Floats
    information: Floats
    information_all: Floats
    by_item: Floats

    @property
    def combined(self) -> Floats:
        """Calibration times information [X]."""
        return self.calibration * self.information


def scores(study: Study, scaled: Floats) -> Scores:
    """Score assessors on the seeds of a study.

    Parameters
    ----------
    study : Study
        Its levels, answers, intrinsic ranges and calibration power (the smallest number of seeds that an expert
        answered) hold for everyone scored.
    scaled : array [X, N, K]
        Quantiles on the scales of the items (`Study.scaled`); NaN where not answered.

    Returns
    -------
    Scores
    """
    answered: Bools = np.isfinite(scaled).all(axis=2)
    on_seeds = answered & study.seeds
    lower, upper = study.bounds
    edge = study.to_scale(study.answers) - _ROUNDING * (upper - lower)  # on a quantile: the bin below it
    bins = (scaled < edge[:, None]).sum(axis=2)
    counts = ((bins[..., None] == np.arange(len(study.shares))) & on_seeds[..., None]).sum(axis=1)
    by_item = information(study, scaled)
    return Scores(
        counts=counts,
        calibration=calibration(counts, study.shares, study.power),
        information=_mean(by_item, on_seeds),
        information_all=_mean(by_item, answered),
        by_item=by_item,
    )


def calibration(counts: NDArray[np.intp], shares: Floats, power: int) -> Floats:
    """P(chi-square of K degrees >= 2 power I(s, p)) for counts [..., K + 1] with proportions s; NaN without any."""
    n = counts.sum(axis=-1)
    s = counts / np.maximum(n, 1)[..., None]
    distance = rel_entr(s, shares).sum(axis=-1)
    return np.where(n > 0, chdtrc(len(shares) - 1, 2 * power * distance), np.nan)


def information(study: Study, scaled: Floats) -> Floats:
    """Relative information of quantiles [X, N, K] against the background measure of each item: [X, N]."""
    lower, upper = study.bounds
    ends = np.broadcast_to(np.stack([lower, upper], axis=-1), (len(scaled), len(lower), 2))
    widths = np.diff(np.concatenate([ends[..., :1], scaled, ends[..., 1:]], axis=2), axis=2)
    return np.asarray(np.log(upper - lower) + (study.shares * np.log(study.shares / widths)).sum(axis=2))


def _mean(x: Floats, where: Bools) -> Floats:
    n = where.sum(axis=1)
    total = np.where(where, x, 0.0).sum(axis=1)
    return np.where(n > 0, total / np.maximum(n, 1), np.nan)
