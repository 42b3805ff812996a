"""Two shapes for the continuous part of a judgment: a monotone curve through quantiles, and a histogram.

A `Curve` is a monotone cubic (PCHIP) of the transformed value on the normal score z = Phi^-1(p), with
straight tails, so stated quantiles hold exactly and straight data give back the normal, lognormal or
logit-normal they came from. A `Histogram` has uniform bins and, at its ends, exponential ones. Both answer
in two tails, P(X <= x) and P(X > x), so that a small probability stays accurate on either side.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

Floats = NDArray[np.float64]


class Shape(Protocol):
    """A continuous distribution: both tails at a value, and the value at a probability."""

    def tails(self, x: Floats) -> tuple[Floats, Floats]:
        """Return P(X <= x) and P(X > x), each of the shape of `x`."""

    def value(self, p: Floats) -> Floats:
        """Return the smallest x with P(X <= x) >= p."""


def pchip_slopes(x: Floats, y: Floats) -> Floats:
    """Return the derivatives at the knots of the monotone cubic through (x, y).

    Fritsch & Carlson (1980) with the weighted harmonic mean of Fritsch & Butland (1984) inside, and the
    shape-preserving three-point formula at both ends (Moler, *Numerical Computing with Matlab*, 3.6).

    Parameters
    ----------
    x : array [n]
        Knots, strictly increasing; n >= 2.
    y : array [n]
        Values.

    Returns
    -------
    array [n]
        dy/dx at the knots.
    """
    h = np.diff(x)
    secant = np.diff(y) / h
    if len(h) == 1:
        return np.repeat(secant, 2)
    left, right = secant[:-1], secant[1:]
    w_left, w_right = 2 * h[1:] + h[:-1], h[1:] + 2 * h[:-1]
    same = left * right > 0
    safe_left, safe_right = np.where(same, left, 1.0), np.where(same, right, 1.0)
    inner = np.where(same, (w_left + w_right) / (w_left / safe_left + w_right / safe_right), 0.0)
    first = _end_slope(h[0], h[1], secant[0], secant[1])
    last = _end_slope(h[-1], h[-2], secant[-1], secant[-2])
    return np.concatenate(([first], inner, [last]))


def _end_slope(h0: float, h1: float, m0: float, m1: float) -> float:
    slope = ((2 * h0 + h1) * m0 - h0 * m1) / (h0 + h1)
    if slope * m0 <= 0:
        return 0.0
    return 3 * m0 if m0 * m1 <= 0 and abs(slope) > 3 * abs(m0) else slope


@dataclass(frozen=True, eq=False)
class Curve:
    """A monotone cubic of the transformed value t(x) on the score z, straight beyond the outer knots.

    The tails go on with the slope of the outermost segment, which is also the derivative at the outermost
    knot, so that the density has no jump. t is x without bounds, log(x - lower), -log(upper - x), or
    log((x - lower) / (upper - x)).

    Attributes
    ----------
    z, t, slope : array [n]
        Scores and transformed values of the knots, strictly increasing, and dt/dz there; n >= 2.
    lower, upper : float
        Bounds of the support; infinite where open.
    """

    z: Floats
    t: Floats
    slope: Floats
    lower: float
    upper: float

    @classmethod
    def through(cls, p: Floats, x: Floats, lower: float, upper: float) -> Curve:
        """Build the curve through P(X <= x_k) = p_k; both strictly increasing, x inside the bounds."""
        z, t = ndtri(p), transformed(x, lower, upper)
        slope = pchip_slopes(z, t)
        slope[0], slope[-1] = (t[1] - t[0]) / (z[1] - z[0]), (t[-1] - t[-2]) / (z[-1] - z[-2])
        return cls(z, t, slope, lower, upper)

    def tails(self, x: Floats) -> tuple[Floats, Floats]:
        """Return P(X <= x) and P(X > x)."""
        z = self.score(x)
        return ndtr(z), ndtr(-z)

    def value(self, p: Floats) -> Floats:
        """Return the quantile at probability `p`."""
        z = ndtri(p)
        k = np.clip(np.searchsorted(self.z, z, side="right") - 1, 0, len(self.z) - 2)
        h = self.z[k + 1] - self.z[k]
        inside = np.clip((z - self.z[k]) / h, 0.0, 1.0)
        t = self._cubic(k, h, inside)[0]
        t += np.where(z < self.z[0], (z - self.z[0]) * self.slope[0], 0.0)
        t += np.where(z > self.z[-1], (z - self.z[-1]) * self.slope[-1], 0.0)
        return restored(t, self.lower, self.upper)

    def score(self, x: Floats) -> Floats:
        """Return z with value(Phi(z)) = x; -inf below the support and inf above it."""
        t = transformed(np.asarray(x, dtype=float), self.lower, self.upper)
        below, above = t < self.t[0], t > self.t[-1]
        z = self._inverse(np.clip(t, self.t[0], self.t[-1]))
        z = np.where(below, self.z[0] + (t - self.t[0]) / self.slope[0], z)
        return np.where(above, self.z[-1] + (t - self.t[-1]) / self.slope[-1], z)

    def _cubic(self, k: NDArray[np.intp], h: Floats, s: Floats) -> tuple[Floats, Floats]:
        """Value and d/ds at the fraction `s` of segment `k`, in the Hermite form."""
        t0, rise = self.t[k], self.t[k + 1] - self.t[k]
        d0, d1 = h * self.slope[k], h * self.slope[k + 1]
        c2, c3 = 3 * rise - 2 * d0 - d1, d0 + d1 - 2 * rise
        return t0 + s * (d0 + s * (c2 + s * c3)), d0 + s * (2 * c2 + 3 * s * c3)

    def _inverse(self, t: Floats) -> Floats:
        """Solve the cubic on its segment: Newton's step, kept inside a shrinking bracket."""
        k = np.clip(np.searchsorted(self.t, t, side="right") - 1, 0, len(self.t) - 2)
        h = self.z[k + 1] - self.z[k]
        low, high = np.zeros_like(t), np.ones_like(t)
        s = (t - self.t[k]) / (self.t[k + 1] - self.t[k])
        for _ in range(80):
            value, slope = self._cubic(k, h, s)
            low, high = np.where(value <= t, s, low), np.where(value >= t, s, high)
            with np.errstate(divide="ignore", invalid="ignore"):
                step = s - (value - t) / slope
            new = np.where((step >= low) & (step <= high), step, (low + high) / 2)
            s, moved = new, np.abs(new - s)
            if np.all(moved <= 1e-15):
                break
        z: Floats = np.where(s >= 1, self.z[k + 1], self.z[k] + s * h)
        return z


def transformed(x: Floats, lower: float, upper: float) -> Floats:
    """Return the value itself, or where there are bounds its logarithm from one or log-odds between two."""
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.where(np.isinf(lower), np.where(np.isinf(upper), x, 0.0), np.log(x - lower))
        t = t - np.where(np.isinf(upper), 0.0, np.log(upper - x))
    t = np.where(x <= lower, -np.inf, t)
    return np.where(x >= upper, np.inf, t)


def restored(t: Floats, lower: float, upper: float) -> Floats:
    """Return the value that `transformed` made `t` of."""
    if np.isinf(lower) and np.isinf(upper):
        return t
    with np.errstate(over="ignore"):
        if np.isinf(upper):
            return lower + np.exp(t)
        if np.isinf(lower):
            return upper - np.exp(-t)
        share = (upper - lower) / (1 + np.exp(-np.abs(t)))
        return np.where(t < 0, lower + np.exp(-np.abs(t)) * share, upper - np.exp(-np.abs(t)) * share)


@dataclass(frozen=True, eq=False)
class Histogram:
    """Bins side by side or apart; inside a bin the density is uniform or falls exponentially.

    Attributes
    ----------
    lo, hi : array [k]
        Ends of the bins, ascending and not overlapping; only an end with a rate may be infinite.
    mass : array [k]
        Probability of each bin; sums to 1.
    rate : array [k]
        The density inside is proportional to exp(-rate (x - lo)): 0 uniform, positive falling upwards,
        negative falling downwards.
    """

    lo: Floats
    hi: Floats
    mass: Floats
    rate: Floats

    def tails(self, x: Floats) -> tuple[Floats, Floats]:
        """Return P(X <= x) and P(X > x)."""
        x = np.asarray(x, dtype=float)
        k = np.clip(np.searchsorted(self.lo, x, side="right") - 1, 0, len(self.lo) - 1)
        at = np.clip(x, self.lo[k], self.hi[k])
        near, far = self._parts(k, at)
        falling = self.rate[k] >= 0
        below = np.concatenate(([0.0], np.cumsum(self.mass)))
        above = np.concatenate((np.cumsum(self.mass[::-1])[::-1], [0.0]))
        lower = below[k] + self.mass[k] * np.where(falling, near, far)
        upper = above[k + 1] + self.mass[k] * np.where(falling, far, near)
        return np.minimum(lower, 1.0), np.minimum(upper, 1.0)

    def value(self, p: Floats) -> Floats:
        """Return the smallest x with P(X <= x) >= p."""
        p = np.asarray(p, dtype=float)
        used = np.flatnonzero(self.mass > 0)
        ends = np.cumsum(self.mass[used])
        j = np.clip(np.searchsorted(ends, p, side="left"), 0, len(used) - 1)
        k = used[j]
        share = np.clip((p - (ends[j] - self.mass[k])) / self.mass[k], 0.0, 1.0)
        kappa, width = np.abs(self.rate[k]), self.hi[k] - self.lo[k]
        near = np.where(self.rate[k] >= 0, share, 1 - share)
        with np.errstate(divide="ignore", invalid="ignore"):
            distance = np.where(kappa > 0, -np.log1p(near * np.expm1(-kappa * width)) / kappa, near * width)
        with np.errstate(invalid="ignore"):  # the side not taken may be infinite minus itself
            return np.where(self.rate[k] >= 0, self.lo[k] + distance, self.hi[k] - distance)

    def _parts(self, k: NDArray[np.intp], at: Floats) -> tuple[Floats, Floats]:
        """Part of the bin between its dense end and `at`, and the rest."""
        kappa, width = np.abs(self.rate[k]), self.hi[k] - self.lo[k]
        with np.errstate(invalid="ignore", divide="ignore"):
            distance = np.where(self.rate[k] >= 0, at - self.lo[k], self.hi[k] - at)
            whole = np.where(kappa > 0, -np.expm1(-kappa * width), width)
            near = np.where(kappa > 0, -np.expm1(-kappa * distance), distance) / whole
            rest = np.where(kappa > 0, np.exp(-kappa * distance) - np.exp(-kappa * width), width - distance)
        return near, np.clip(rest / whole, 0.0, 1.0)
