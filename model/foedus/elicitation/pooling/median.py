"""The median pool: at every cut, the weighted median of what experts give the side below it.

One expert far off moves it no further than one slightly off. Levels without an order take the median of each level's
probability, made to sum to 1.
"""

from __future__ import annotations

import numpy as np

from foedus.elicitation.pooling.cells import Cells
from foedus.elicitation.shapes import Floats


def median(probabilities: Floats, weights: Floats, cells: Cells) -> Floats:
    """Weighted median of cumulative probabilities, linear between the middles of the experts' weights.

    Parameters
    ----------
    probabilities : array [E, F]
        Each row sums to 1.
    weights : array [E, M]
        Each column sums to 1.
    cells : Cells

    Returns
    -------
    array [F, M]
        Each column sums to 1.
    """
    if cells.kind == "nominal":
        each = np.array([_middle(p, weights) for p in probabilities.T])
        return np.asarray(each / each.sum(axis=0))
    upto = np.minimum(np.cumsum(probabilities, axis=1), 1.0)
    upto[:, -1] = 1.0
    return np.maximum(np.diff(np.array([_middle(p, weights) for p in upto.T]), axis=0, prepend=0.0), 0.0)


def _middle(values: Floats, weights: Floats) -> Floats:
    """Weighted median [M] of values [E]; those without weight don't count."""
    order = np.argsort(values, kind="stable")
    v, w = values[order], weights[order]
    at = np.cumsum(w, axis=0) - w / 2  # the middle of each one's weight
    counted = w > 0
    below = np.where(counted & (at <= 0.5), at, -np.inf)
    above = np.where(counted & (at > 0.5), at, np.inf)
    lower, upper = below.argmax(axis=0), above.argmin(axis=0)
    columns = np.arange(w.shape[1])
    low, high = below[lower, columns], above[upper, columns]
    lower = np.where(np.isneginf(low), upper, lower)
    upper = np.where(np.isposinf(high), lower, upper)
    inside = np.isfinite(low) & np.isfinite(high)
    gap = np.where(inside, high - low, 1.0)
    part = np.where(inside, (0.5 - np.where(inside, low, 0.0)) / gap, 0.0)
    return np.asarray(v[lower] + part * (v[upper] - v[lower]))
