"""The strength of a Gaussian copula between two questions, from what an expert can answer.

A concordance is read off the orthant formula; a conditional distribution is matched, exactly where one
probability was stated and by least squares over the cumulative probabilities otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

from foedus.elicitation.shapes import Floats

LIMIT = 0.99  # correlations are kept inside (-LIMIT, LIMIT)
_FAR = 40.0  # a score beyond which nothing is left in double precision
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(64)
_GRID = np.linspace(-LIMIT, LIMIT, 67)
_SAME = 1e-5  # two correlations explain a judgment equally well when their misfits differ by less


def from_concordance(c: ArrayLike) -> Floats:
    """Correlation with which both of two questions fall on the same side of their medians with probability c.

    c = 1/2 + asin(r) / pi, hence r = sin(pi (c - 1/2)) (Clemen & Reilly 1999).

    Parameters
    ----------
    c : array
        Probabilities.

    Returns
    -------
    array
        Correlations in [-1, 1], the shape of `c`.
    """
    return np.asarray(np.sin(np.pi * (np.asarray(c, dtype=float) - 0.5)))


def bivariate(h: ArrayLike, k: ArrayLike, r: ArrayLike) -> Floats:
    """P(X <= h, Y <= k) of two standard normals with correlation r.

    Plackett's identity, Phi(h) Phi(k) + 1/(2 pi) int_0^asin(r) exp(-(h^2 + k^2 - 2 h k sin t) / (2 cos^2 t)) dt,
    by 64 Gauss-Legendre nodes.

    Parameters
    ----------
    h, k : array
        Scores, infinite allowed.
    r : array
        Correlations in [-0.99, 0.99]; all broadcast against each other.

    Returns
    -------
    array
        Probabilities, to 1e-12 (absolute).
    """
    x = np.clip(np.asarray(h, dtype=float), -_FAR, _FAR)
    y = np.clip(np.asarray(k, dtype=float), -_FAR, _FAR)
    half = np.arcsin(np.asarray(r, dtype=float)) / 2
    angle = half[..., None] * (1 + _NODES)
    sine, squared = np.sin(angle), np.cos(angle) ** 2
    square = (x**2 + y**2)[..., None] - 2 * (x * y)[..., None] * sine
    area = half * (np.exp(-square / (2 * squared)) @ _WEIGHTS) / (2 * np.pi)
    return np.asarray(np.clip(ndtr(x) * ndtr(y) + area, 0.0, 1.0))


def _density(h: Floats, k: Floats, r: Floats) -> Floats:
    """Return the bivariate normal density, which is also d/dr of `bivariate`."""
    h, k = np.clip(h, -_FAR, _FAR), np.clip(k, -_FAR, _FAR)
    rest = 1 - r**2
    return np.asarray(np.exp(-(h**2 + k**2 - 2 * r * h * k) / (2 * rest)) / (2 * np.pi * np.sqrt(rest)))


def scores(p: Floats) -> Floats:
    """Return the standard normal scores of the edges of ordered cells, from the nearer tail.

    Parameters
    ----------
    p : array [cells]
        Probabilities, sum 1.

    Returns
    -------
    array [cells + 1]
        From -inf to inf; edges that nothing lies between are equal.
    """
    below = np.concatenate(([0.0], np.cumsum(p)))
    above = np.concatenate((np.cumsum(p[::-1])[::-1], [0.0]))
    return np.maximum.accumulate(score(below, above))


def score(below: Floats, above: Floats) -> Floats:
    """Return the standard normal score of a value from the probabilities on its two sides, from the smaller one."""
    low_side = below < 0.5
    tail = np.minimum(np.where(low_side, below, above), 1.0)
    return np.asarray(np.where(low_side, 1.0, -1.0) * ndtri(tail))


@dataclass(frozen=True, eq=False)
class Statement:
    """P(B <= cut | A in the intervals), as stated.

    Attributes
    ----------
    lo, hi : array [m]
        Ends of A's intervals, as scores.
    cut : array [k]
        Cuts of B, as scores.
    stated : array [k]
        The conditional probabilities.
    """

    lo: Floats
    hi: Floats
    cut: Floats
    stated: Floats

    def predicted(self, r: Floats) -> Floats:
        """Return what the correlations `r` [g] make of it, array [g, k]."""
        at = (self.cut[None, :, None], r[:, None, None])
        joint = bivariate(self.hi, *at) - bivariate(self.lo, *at)
        return np.asarray(joint.sum(axis=-1) / self._given())

    def slope(self, r: float) -> Floats:
        """Return d predicted / dr at one correlation, array [k]."""
        at = (self.cut[:, None], np.array(r))
        return np.asarray((_density(self.hi, *at) - _density(self.lo, *at)).sum(axis=-1) / self._given())

    def _given(self) -> float:
        upper = np.where(self.lo > 0, ndtr(-self.lo) - ndtr(-self.hi), ndtr(self.hi) - ndtr(self.lo))
        return float(upper.sum())


@dataclass(frozen=True)
class Strength:
    """A correlation with which stated conditional probabilities come out.

    Attributes
    ----------
    r : float
        In [-0.99, 0.99].
    residual : float
        Largest distance of a stated probability from what `r` gives.
    other : float or None
        Another correlation that would do as well; the condition then doesn't tell which one is meant.
    """

    r: float
    residual: float
    other: float | None


def from_conditional(p_b: Floats, given: Sequence[tuple[float, float]], conditional: Floats) -> Strength:
    """Correlation that turns the distribution of B into the stated one, given that A falls in some intervals.

    Parameters
    ----------
    p_b : array [cells]
        Distribution of B, cells in order.
    given : sequence of (lo, hi)
        Disjoint intervals of A as standard normal scores, with a probability above 0.
    conditional : array [cells]
        Distribution of B given A.

    Returns
    -------
    Strength
        Exact where B has two cells and the stated probability can be reached; least squares over the
        cumulative probabilities otherwise.
    """
    lo, hi = np.array(given, dtype=float).T
    return solve([Statement(lo, hi, scores(p_b)[1:-1], np.cumsum(conditional)[:-1])])


def solve(statements: Sequence[Statement]) -> Strength:
    """Correlation that fits all statements of one expert about one pair best (least squares).

    A grid finds every local minimum, Gauss-Newton refines each, the smallest misfit wins; among equals
    the weakest correlation, with the best other one beside it.
    """
    misfit = sum((((s.predicted(_GRID) - s.stated) ** 2).sum(axis=-1) for s in statements), np.zeros(len(_GRID)))
    padded = np.concatenate(([np.inf], misfit, [np.inf]))
    bottoms = np.flatnonzero((misfit <= padded[:-2]) & (misfit <= padded[2:]))
    edges = np.concatenate((_GRID[:1], _GRID, _GRID[-1:]))
    found = [_refined(statements, low, high) for low, high in zip(edges[bottoms], edges[bottoms + 2], strict=True)]
    least = min([off for _, off in found])
    equal = sorted((r for r, off in found if off <= least + _SAME), key=lambda r: (abs(r), r < 0))
    others = [r for r in equal[1:] if abs(r - equal[0]) > 0.05]
    residual = max(float(np.max(np.abs(s.predicted(np.array(equal[:1]))[0] - s.stated))) for s in statements)
    return Strength(float(equal[0]), residual, float(others[0]) if others else None)


def _refined(statements: Sequence[Statement], low: float, high: float) -> tuple[float, float]:
    """Best correlation between two, and its root mean squared misfit."""

    def off(r: float) -> Floats:
        return np.concatenate([s.predicted(np.array([r]))[0] - s.stated for s in statements])

    best = r = (low + high) / 2
    error = least = off(r)
    for _ in range(40):
        slope = np.concatenate([s.slope(r) for s in statements])
        bend = float(slope @ slope)
        if bend == 0:
            break
        new = min(max(r - float(slope @ error) / bend, low), high)
        error = off(new)
        if error @ error < least @ least:
            best, least = new, error
        if abs(new - r) < 1e-14:
            break
        r = new
    return best, float(np.sqrt(np.mean(least**2)))
