"""Probabilities of levels that an expert is unsure about: a beta for each level, and one Dirichlet for all of them.

The means of the betas are rescaled to sum to 1, and the one number that is left, how many observations the judgment is
worth, is the one whose spreads come nearest to the stated ones (Zapata-Vazquez, O'Hagan & Bastos 2014).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from foedus.elicitation.families import fit_family
from foedus.elicitation.fit import MisfitError
from foedus.elicitation.shapes import Floats


@dataclass(frozen=True, eq=False)
class Dirichlet:
    """Of the probabilities of K levels.

    Attributes
    ----------
    alpha : array [K]
        Parameters; the mean is alpha / n.
    n : float
        Their sum: as many observations the judgment is worth. The spreads match best (least squares).
    smallest : float
        The sum of the least sure of the betas, the cautious choice.
    betas : array [K, 2]
        What was fitted to each level on its own.
    residual : float
        Largest distance of a stated level from what the margins of the Dirichlet give.
    """

    alpha: Floats
    n: float
    smallest: float
    betas: Floats
    residual: float

    @property
    def mean(self) -> Floats:
        """Probability of each level, array [K]."""
        return np.asarray(self.alpha / self.alpha.sum())


def fit_dirichlet(levels: Sequence[ArrayLike], values: Sequence[ArrayLike]) -> Dirichlet:
    """Dirichlet near the stated quantiles of the probability of each level.

    With mu_k the rescaled means and s_k = sqrt(mu_k (1 - mu_k) / (n_k + 1)) the spreads of the betas at those means,
    sum_k (sqrt(mu_k (1 - mu_k) / (n + 1)) - s_k)^2 is smallest at
    1 / sqrt(n + 1) = sum_k sqrt(mu_k (1 - mu_k)) s_k / sum_k mu_k (1 - mu_k).

    Parameters
    ----------
    levels, values : sequence of array, one for each of K >= 2 levels
        P(probability of the level <= value) = level; at least two each.

    Returns
    -------
    Dirichlet

    Raises
    ------
    MisfitError
        Quantiles that cross, repeat or leave (0, 1); `row` counts them through all levels.
    """
    betas, row = [], 0
    for level, value in zip(levels, values, strict=True):
        betas.append(_beta(np.asarray(level, dtype=float), np.asarray(value, dtype=float), row))
        row += np.size(level)
    fitted = np.array(betas)
    sizes = fitted.sum(axis=1)
    mu = fitted[:, 0] / sizes
    mu /= mu.sum()
    scale = np.sqrt(mu * (1 - mu))
    n = float((np.sum(scale**2) / np.sum(scale**2 / np.sqrt(sizes + 1))) ** 2 - 1)
    return Dirichlet(mu * n, n, float(sizes.min()), fitted, _residual(mu * n, levels, values))


def _beta(p: Floats, x: Floats, row: int) -> tuple[float, float]:
    order = np.argsort(p)
    if len(p) < 2:
        msg = "an uncertain probability needs at least two quantiles for each level"
        raise MisfitError(msg, row)
    crossed = np.flatnonzero(np.diff(x[order]) <= 0)
    if len(crossed):
        at = int(order[crossed[0] + 1])
        msg = f"the {p[at]:g} quantile {{value}} of a probability does not lie above the one before it"
        raise MisfitError(msg, row + at, value=float(x[at]))
    if min(x.min(), p.min()) <= 0 or max(x.max(), p.max()) >= 1:
        msg = "levels and quantiles of an uncertain probability lie between 0 and 1, both excluded"
        raise MisfitError(msg, row)
    found = fit_family("beta", p[order], x[order], 0.0, 1.0).parameters
    return found["a"], found["b"]


def _residual(alpha: Floats, levels: Sequence[ArrayLike], values: Sequence[ArrayLike]) -> float:
    from scipy.special import betainc

    n = float(alpha.sum())
    return max(
        float(np.max(np.abs(betainc(a, n - a, np.asarray(x, dtype=float)) - np.asarray(p, dtype=float))))
        for a, p, x in zip(alpha, levels, values, strict=True)
    )
