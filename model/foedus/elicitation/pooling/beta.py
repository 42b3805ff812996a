"""The beta-transformed linear pool (Ranjan & Gneiting 2010): linear, then recalibrated by a beta distribution.

A linear pool of calibrated experts is underconfident; pooled cumulative probabilities F become B(F; a, b), with a and
b from the answers of seed questions, or as stated. a = b = 1 is the linear pool, above 1 is sharper.
"""

from __future__ import annotations

import numpy as np
from scipy.special import betainc, betaln

from foedus.elicitation.pooling.cells import Cells, Pool
from foedus.elicitation.pooling.linear import linear
from foedus.elicitation.shapes import Floats

_PRIOR_SD = 0.5  # of log a and log b around 0, the linear pool: few seeds move them little


def beta(a: float, b: float) -> Pool:
    """Return the rule with shapes `a` and `b`, both above 0; levels without an order are pooled linearly."""

    def pool(probabilities: Floats, weights: Floats, cells: Cells) -> Floats:
        pooled = linear(probabilities, weights)
        if cells.kind == "nominal":
            return pooled
        below = np.minimum(np.cumsum(pooled, axis=0), 1.0)
        above = np.minimum(np.cumsum(pooled[::-1], axis=0)[::-1], 1.0)
        below[-1], above[0] = 1.0, 1.0
        none = np.zeros((1, pooled.shape[1]))
        lower = betainc(a, b, np.concatenate([none, below]))
        upper = betainc(b, a, np.concatenate([above, none]))
        cell = np.where(lower[1:] > 0.5, upper[:-1] - upper[1:], lower[1:] - lower[:-1])
        cell = np.where(pooled > 0, np.maximum(cell, 0.0), 0.0)
        return np.asarray(cell / cell.sum(axis=0))

    return pool


def fitted(u: Floats) -> tuple[float, float]:
    """Shapes (a, b) from the linear pool's cumulative probabilities at the answers of seed questions.

    The likelihood is that of a beta density at `u`; log a and log b have independent normal priors around 0 (sd 0.5),
    so that without seeds the rule is the linear pool.

    Parameters
    ----------
    u : array [S]
        Between 0 and 1; pulled 1e-6 off both ends.

    Returns
    -------
    tuple of float
    """
    from scipy.optimize import minimize

    u = np.clip(u, 1e-6, 1 - 1e-6)
    low, high, n = float(np.log(u).sum()), float(np.log1p(-u).sum()), len(u)

    def loss(t: Floats) -> float:
        a, b = np.exp(t)
        fit = (a - 1) * low + (b - 1) * high - n * float(betaln(a, b))
        return float(np.square(t).sum() / (2 * _PRIOR_SD**2) - fit)

    a, b = np.exp(minimize(loss, np.zeros(2), method="BFGS").x)
    return float(a), float(b)
