"""Log-odds of a yes/no question averaged, then extremized: each expert holds only a part of what is known.

The factor is that of Neyman & Roughgarden (2021), which is optimal in the worst case over experts whose information
is a projective substitute, or is learned from past yes/no questions and shrunk towards it. Extremizing is for yes/no
questions only; others are pooled linearly.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from foedus.elicitation.pooling.cells import Cells, Pool
from foedus.elicitation.pooling.linear import linear
from foedus.elicitation.pooling.log import log
from foedus.elicitation.shapes import Floats

_PRIOR_SD = 0.25  # of the log of the factor, around Neyman and Roughgarden's


def neyman_roughgarden(n: ArrayLike) -> Floats:
    """Factor n (sqrt(3 n^2 - 3 n + 1) - 2) / (n^2 - n - 1) for n experts, from 1 (one) towards sqrt(3).

    Computed as 3 n / (sqrt(3 n^2 - 3 n + 1) + 2), the same without its hole at the golden ratio: n may be a number
    of experts in effect, 1 / sum of squared weights.

    Parameters
    ----------
    n : array
        1 or more.

    Returns
    -------
    array
        The shape of `n`.
    """
    n = np.asarray(n, dtype=float)
    return np.asarray(3 * n / (np.sqrt(3 * n**2 - 3 * n + 1) + 2))


def log_odds(factor: float | None = None, base_rates: Collection[int] = ()) -> Pool:
    """Return the rule: base log-odds + factor (mean log-odds - base log-odds).

    Parameters
    ----------
    factor : float, optional
        Above 0; 1 does not extremize. Default: Neyman and Roughgarden's for the experts in effect.
    base_rates : collection of int
        Members of the panel that are base rates: what all experts know. The base is the mean of theirs, even odds
        without one; the mean that moves away from it is that of the others.
    """

    def pool(probabilities: Floats, weights: Floats, cells: Cells) -> Floats:
        if probabilities.shape[1] != 2 or cells.kind not in {"ordinal", "nominal"}:
            return linear(probabilities, weights)
        known = np.isin(cells.experts, list(base_rates))
        base = _mean(probabilities[known], weights[known]) if known.any() else np.zeros(weights.shape[1])
        own = weights[~known]
        total = own.sum(axis=0)
        if np.any(total <= 0):
            return np.array([expit(base), expit(-base)])
        mean = _mean(probabilities[~known], own)
        effective = total**2 / np.square(own).sum(axis=0)
        d = neyman_roughgarden(effective) if factor is None else factor
        moved = base + d * (mean - base)
        return np.array([expit(moved), expit(-moved)])

    return pool


def _mean(probabilities: Floats, weights: Floats) -> Floats:
    """Weighted mean of the log-odds of the first of two levels [M]."""
    pooled = log(probabilities, weights / weights.sum(axis=0))
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(pooled[0]) - np.log(pooled[1]))


def fitted_factor(mean_log_odds: Floats, outcomes: Floats, experts: float) -> float:
    """Extremizing factor from past yes/no questions, shrunk towards Neyman and Roughgarden's.

    Bernoulli likelihood of outcomes at expit(factor times mean log-odds); the log of the factor has a normal prior
    around that of Neyman and Roughgarden, sd 0.25.

    Parameters
    ----------
    mean_log_odds : array [k]
        Experts' mean log-odds of yes; k may be 0.
    outcomes : array [k]
        1 for yes, 0 for no.
    experts : float
        How many answered.

    Returns
    -------
    float
    """
    from scipy.optimize import minimize_scalar

    centre = float(np.log(neyman_roughgarden(experts)))
    signed = np.where(outcomes > 0.5, 1.0, -1.0) * mean_log_odds

    def loss(t: float) -> float:
        return float(np.logaddexp(0.0, -np.exp(t) * signed).sum() + (t - centre) ** 2 / (2 * _PRIOR_SD**2))

    return float(np.exp(minimize_scalar(loss, bounds=(centre - 2, centre + 2), method="bounded").x))
