"""The metalog distribution (Keelin 2016): quantiles as a sum of simple terms, and a check that they increase.

As many terms as stated quantiles go through all of them, but not every such curve increases. One that does not is no
distribution: it gets fewer terms, by least squares, until it is one, and what that misses shows in the residual.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from foedus.elicitation.shapes import Floats, restored, transformed

MOST_TERMS = 10  # beyond it the equations are too nearly singular to mean anything
_REACH = 37.0  # in log-odds; beyond it the slope has reached its limit in double precision
_GRID = np.linspace(-_REACH, _REACH, 4001)


@dataclass(frozen=True, eq=False)
class Metalog:
    """Q(y) = a1 + a2 L + a3 (y - 1/2) L + a4 (y - 1/2) + a5 (y - 1/2)^2 + a6 (y - 1/2)^2 L + ..., L = ln(y / (1 - y)).

    Between bounds it is the log-odds of the value that follow it, above or below one bound a logarithm.

    Attributes
    ----------
    coefficients : array [k]
        a1 ... ak, feasible.
    lower, upper : float
        Bounds of the support; infinite where open.
    """

    coefficients: Floats
    lower: float
    upper: float

    def tails(self, x: Floats) -> tuple[Floats, Floats]:
        """Return P(X <= x) and P(X > x)."""
        odds = self._log_odds(transformed(np.asarray(x, dtype=float), self.lower, self.upper))
        return np.asarray(expit(odds)), np.asarray(expit(-odds))

    def value(self, p: Floats) -> Floats:
        """Return the quantile at probability `p`."""
        p = np.asarray(p, dtype=float)
        inside = np.clip(p, 5e-324, 1 - 1e-16)
        t = terms(np.log(inside) - np.log1p(-inside), len(self.coefficients)) @ self.coefficients
        t = np.where(p <= 0, -np.inf, np.where(p >= 1, np.inf, t))
        return restored(t, self.lower, self.upper)

    def _log_odds(self, t: Floats) -> Floats:
        """Solve Q = t by bisection in log-odds; the ends stand for all that lies beyond double precision."""
        low, high = np.full(t.shape, -745.0), np.full(t.shape, 745.0)
        for _ in range(64):
            middle = (low + high) / 2
            below = terms(middle, len(self.coefficients)) @ self.coefficients <= t
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        return np.where(np.isinf(t), t, (low + high) / 2)


def terms(log_odds: ArrayLike, k: int) -> Floats:
    """Return the first `k` basis functions at log-odds [...]: array [..., k]."""
    L = np.asarray(log_odds, dtype=float)
    middle = np.tanh(L / 2) / 2  # y - 1/2
    columns = [np.ones_like(L), L, middle * L, middle]
    for j in range(4, k):
        power = middle ** (j // 2)
        columns.append(power if j % 2 == 0 else power * L)
    return np.stack(columns[:k], axis=-1)


def slopes(log_odds: ArrayLike, k: int) -> Floats:
    """Return d/dL of the first `k` basis functions, which has the sign of d/dy: array [..., k]."""
    L = np.asarray(log_odds, dtype=float)
    middle = np.tanh(L / 2) / 2
    w = expit(L) * expit(-L)  # dy/dL
    columns = [np.zeros_like(L), np.ones_like(L), middle + w * L, w]
    for j in range(4, k):
        m = j // 2
        rise = m * middle ** (m - 1) * w
        columns.append(rise if j % 2 == 0 else rise * L + middle**m)
    return np.stack(columns[:k], axis=-1)


def feasible(coefficients: ArrayLike) -> bool:
    """Whether the quantiles increase everywhere.

    The slope in log-odds is looked at on a fine grid, around its smallest value on finer ones, and in the limit of both
    tails, where it is the sum of the coefficients of the terms with L, times powers of 1/2 or -1/2.
    """
    a = np.asarray(coefficients, dtype=float)
    grid = _GRID
    for _ in range(4):
        slope = slopes(grid, len(a)) @ a
        at = int(np.argmin(slope))
        if not slope[at] > 0:
            return False
        grid = np.linspace(grid[max(at - 1, 0)], grid[min(at + 1, len(grid) - 1)], 201)
    return True


def through(p: Floats, x: Floats, lower: float, upper: float) -> Metalog:
    """Return the metalog of the most terms that is feasible, through the points or, with fewer terms, near them.

    Parameters
    ----------
    p, x : array [n]
        P(X <= x_k) = p_k, both strictly increasing, x inside the bounds; n >= 2.
    lower, upper : float
        Bounds; infinite where open.

    Returns
    -------
    Metalog
        Exact with n terms; by least squares in the (transformed) value with fewer.
    """
    odds, t = np.log(p) - np.log1p(-p), transformed(x, lower, upper)
    for k in range(min(len(p), MOST_TERMS), 2, -1):
        a = np.linalg.lstsq(terms(odds, k), t, rcond=None)[0]
        if feasible(a):
            return Metalog(a, lower, upper)
    return Metalog(np.linalg.lstsq(terms(odds, 2), t, rcond=None)[0], lower, upper)
