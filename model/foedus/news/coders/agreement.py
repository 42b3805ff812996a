"""Krippendorff's alpha: how far coders agree beyond what chance would give, and what must stand beside that number.

alpha = 1 - D_o / D_e: observed over expected disagreement, each a mean of squared distances between the values that
two coders gave to one unit, or to any two (Krippendorff, Content Analysis, ch. 12). Any number of coders, missing
values, and any distance.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Level = Literal["nominal", "ordinal", "interval", "ratio"]
FIRM, TENTATIVE = 0.8, 2 / 3
CONSTANT = 0.9  # a value that takes more than this leaves alpha to a handful of units
FEW = 20  # units under which the bootstrap interval is known to be too narrow
_CHUNK = 2_000_000  # numbers of a stack of coincidence matrices that are held at once


@dataclass(frozen=True)
class Agreement:
    """How far coders agree on one variable.

    Attributes
    ----------
    alpha : float
        1 is agreement, 0 what chance gives, below 0 worse; NaN where every value is the same or no unit has two.
    low, high : float
        95 % percentile interval over resampled units; NaN without alpha.
    undefined : float
        Share of resamples in which every value was the same, which have no alpha and are not in the interval.
    percent : float
        Share of the pairs of coders on one unit that gave the same value; NaN without a pair.
    prevalence : float
        Share of the most frequent of the `values` pairable values.
    commonest : int
        Its index.
    units, coders, values : int
        Units with two values or more, coders who gave one of these, and how many values that makes.
    """

    alpha: float
    low: float
    high: float
    undefined: float
    percent: float
    prevalence: float
    commonest: int
    units: int
    coders: int
    values: int

    @property
    def verdict(self) -> Literal["firm", "tentative", "unreliable", "constant", "none"]:
        """What alpha allows, by Krippendorff's own thresholds; `constant` and `none` where there is no alpha."""
        if np.isnan(self.alpha):
            return "constant" if self.units else "none"
        return "firm" if self.alpha >= FIRM else "tentative" if self.alpha >= TENTATIVE else "unreliable"

    @property
    def near_constant(self) -> bool:
        """Whether one value takes so much that alpha hangs on a handful of units."""
        return self.units > 0 and CONSTANT <= self.prevalence < 1


def agreement(codes: NDArray[np.intp], distances: Floats | Level, values: Floats, rng: np.random.Generator,
              resamples: int = 2000) -> Agreement:  # fmt: skip
    """Krippendorff's alpha with a bootstrap interval, percent agreement and prevalence.

    Parameters
    ----------
    codes : array [C, U]
        Index of the value that each coder gave to each unit; -1 where none.
    distances : {"nominal", "ordinal", "interval", "ratio"} or array [K, K]
        Squared distance between any two values. Ordinal ones follow from how often each value was given, so that
        every resample has its own.
    values : array [K]
        The values, in order; only interval and ratio ask what they are.
    rng : Generator
        For the bootstrap: units are drawn with replacement, as a coder would meet other texts of the same kind
        (Zapf et al. 2016); expected disagreement is drawn with them.
    resamples : int

    Returns
    -------
    Agreement
    """
    counts = tally(codes, len(values))
    coders = int((codes[:, counts.sum(axis=1) > 1] >= 0).any(axis=1).sum())
    counts = counts[counts.sum(axis=1) > 1]
    total = counts.sum(axis=0)
    n, units = int(total.sum()), len(counts)
    if not units:
        return Agreement(
            np.nan, np.nan, np.nan, np.nan, percent=np.nan, prevalence=0.0, commonest=-1, units=0, coders=0, values=0
        )
    m = counts.sum(axis=1)
    percent = float((counts * (counts - 1)).sum() / (m * (m - 1)).sum())
    commonest = int(total.argmax())
    alpha = float(_alphas(counts, distances, values, np.ones((1, units)))[0])
    low = high = undefined = np.nan
    if not np.isnan(alpha):
        weights = rng.multinomial(units, np.full(units, 1 / units), size=resamples).astype(float)
        drawn = _alphas(counts, distances, values, weights)
        undefined = float(np.isnan(drawn).mean())
        if undefined < 1:
            low, high = (float(x) for x in np.nanquantile(drawn, [0.025, 0.975]))
    prevalence = float(total.max() / n)
    return Agreement(alpha, low, high, undefined, percent, prevalence, commonest, units, coders, n)


def tally(codes: NDArray[np.intp], values: int) -> NDArray[np.float64]:
    """How often each unit was given each value [U, K]."""
    out = np.zeros((codes.shape[1], values))
    coder, unit = np.nonzero(codes >= 0)
    np.add.at(out, (unit, codes[coder, unit]), 1)
    return out


def metric(level: Level, values: Floats, frequency: Floats) -> Floats:
    """Squared distances between values [..., K, K], given how often each was given [..., K].

    Krippendorff, Content Analysis, section 12.3; the ordinal one is the squared difference of mean ranks.
    """
    if level == "nominal":
        return 1.0 - np.eye(len(values))
    if level == "ordinal":
        at = np.cumsum(frequency, axis=-1) - frequency / 2
        return np.square(at[..., :, None] - at[..., None, :])
    apart = values[:, None] - values[None, :]
    if level == "interval":
        return np.square(apart)
    both = values[:, None] + values[None, :]
    return np.square(np.divide(apart, both, out=np.zeros_like(apart), where=both != 0))


def _alphas(counts: Floats, distances: Floats | Level, values: Floats, weights: Floats) -> Floats:
    """Alpha of units that count `weights` [B, U] times each: [B]; NaN where all values are the same."""
    if isinstance(distances, str) and distances == "ordinal":
        rows = max(1, _CHUNK // max(1, len(values) ** 2))
        parts = [_ordinal(counts, values, weights[i : i + rows]) for i in range(0, len(weights), rows)]
        return np.concatenate(parts)
    squared = metric(distances, values, values) if isinstance(distances, str) else distances
    size = counts.sum(axis=1)
    observed = weights @ (np.einsum("uk,kl,ul->u", counts, squared, counts, optimize=True) / (size - 1))
    total = weights @ counts
    return _ratio(observed, np.einsum("bk,bk->b", total @ squared, total), total)


def _ordinal(counts: Floats, values: Floats, weights: Floats) -> Floats:
    total = weights @ counts
    squared = metric("ordinal", values, total)
    pairs = np.einsum("uk,ul->ukl", counts, counts).reshape(len(counts), -1) / (counts.sum(axis=1) - 1)[:, None]
    coincidences = (weights @ pairs).reshape(squared.shape)
    observed = np.einsum("bkl,bkl->b", coincidences, squared)
    return _ratio(observed, np.einsum("bk,bkl,bl->b", total, squared, total, optimize=True), total)


def _ratio(observed: Floats, expected: Floats, total: Floats) -> Floats:
    n = total.sum(axis=1)
    varied = (total > 0).sum(axis=1) > 1
    varied &= expected > 0  # values that differ, and yet are at no distance
    out = np.full(len(n), np.nan)
    np.divide(observed * (n - 1), expected, out=out, where=varied)
    return np.asarray(1 - out)
