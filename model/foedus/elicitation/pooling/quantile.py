"""Quantile averaging (Vincent 1912): at every probability, the weighted mean of the values that experts put there.

It keeps the experts' shape where they differ in place, and so is sharper than the linear pool (Lichtendahl,
Grushka-Cockayne & Winkler 2013). It needs distances: of a timing question the days are averaged, given that it happens,
and "never" is pooled linearly; levels without distances are pooled linearly.
"""

from __future__ import annotations

import numpy as np

from foedus.elicitation.pooling.cells import Cells
from foedus.elicitation.pooling.linear import linear
from foedus.elicitation.shapes import Floats


def quantile(probabilities: Floats, weights: Floats, cells: Cells) -> Floats:
    """Weighted mean of the quantile functions.

    Inside a cell an expert's probability is spread evenly.

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
    if cells.kind == "timing":
        return _timing(probabilities, weights)
    if cells.lower is None or cells.upper is None:
        return linear(probabilities, weights)
    return averaged(probabilities, weights, cells.lower, cells.upper)


def _timing(probabilities: Floats, weights: Floats) -> Floats:
    days = probabilities.shape[1] - 1
    never = probabilities[:, -1] @ weights
    happens = probabilities[:, :-1].sum(axis=1)
    tell = np.flatnonzero(happens > 0)
    out = np.zeros((days + 1, weights.shape[1]))
    out[-1] = never
    if len(tell) == 0:
        return out
    own = weights[tell] / np.maximum(weights[tell].sum(axis=0), 1e-300)
    edge = np.arange(days + 1.0)
    given = averaged(probabilities[tell, :-1] / happens[tell, None], own, edge[:-1], edge[1:])
    out[:-1] = (1 - never) * given
    return out


def averaged(probabilities: Floats, weights: Floats, lower: Floats, upper: Floats) -> Floats:
    """Average quantile functions over cells with edges.

    Between two neighbouring cumulative probabilities of anybody, every quantile function is a straight line, and so is
    their mean; the pool is a row of such pieces, mapped back to the cells.

    Parameters
    ----------
    probabilities : array [E, F]
    weights : array [E, M]
    lower, upper : array [F]
        In order; a cell of no width holds a value that carries probability of its own.

    Returns
    -------
    array [F, M]
    """
    cumulative = np.minimum(np.cumsum(probabilities, axis=1), 1.0)
    cumulative[:, -1] = 1.0
    u = np.unique(np.concatenate([[0.0], cumulative.ravel()]))
    pieces = [_pieces(p, c, u, lower, upper) for p, c in zip(probabilities, cumulative, strict=True)]
    start, end = (_mean(np.array(side), weights) for side in zip(*pieces, strict=True))
    x = np.stack([start, end], axis=1).reshape(-1, weights.shape[1])  # both ends of each piece, in order
    p = np.stack([u[:-1], u[1:]], axis=1).ravel()
    atom = lower == upper
    before_atom = np.append(atom[1:] & (upper[1:] == upper[:-1]), False)
    ends = np.where(before_atom, np.nextafter(upper, -np.inf), upper)
    upto = np.array([np.interp(ends, column, p) for column in np.maximum.accumulate(x, axis=0).T]).T
    upto[-1] = 1.0
    return np.diff(upto, axis=0, prepend=0.0)


def _pieces(p: Floats, cumulative: Floats, u: Floats, lower: Floats, upper: Floats) -> tuple[Floats, Floats]:
    """Value of one quantile function just after each u but the last, and just before each u but the first."""
    used = np.flatnonzero(p > 0)
    ends = cumulative[used]
    k = np.minimum(np.searchsorted(ends, (u[:-1] + u[1:]) / 2), len(used) - 1)  # the cell that holds the piece
    cell, floor = used[k], ends[k] - p[used[k]]
    width = upper[cell] - lower[cell]
    start = lower[cell] + np.clip((u[:-1] - floor) / p[cell], 0.0, 1.0) * width
    end = lower[cell] + np.clip((u[1:] - floor) / p[cell], 0.0, 1.0) * width
    return start, end


def _mean(x: Floats, weights: Floats) -> Floats:
    """Weighted mean of rows [E, K] as [K, M], exact where all are equal."""
    return np.asarray(x[0][:, None] + (x - x[0]).T @ weights)
