"""The logarithmic pool: experts' densities multiplied, each to the power of its weight."""

from __future__ import annotations

import numpy as np

from foedus.elicitation.pooling.cells import Cells
from foedus.elicitation.shapes import Floats
from foedus.errors import DegenerateDraws


def log(probabilities: Floats, weights: Floats, cells: Cells | None = None) -> Floats:
    """Weighted geometric mean of the probabilities, renormalised (the externally Bayesian pool, Genest 1984).

    A cell to which any expert with a weight above 0 gives 0 has probability 0.

    Parameters
    ----------
    probabilities : array [E, F]
        Each row sums to 1.
    weights : array [E, M]
        Each column sums to 1.
    cells : Cells, optional
        Not needed.

    Returns
    -------
    array [F, M]
        Each column sums to 1.

    Raises
    ------
    DegenerateDraws
        No cell has probability from every expert.
    """
    del cells
    zero = probabilities == 0
    score = np.log(np.where(zero, 1.0, probabilities)).T @ weights
    score[(zero.astype(float).T @ (weights > 0).astype(float)) > 0] = -np.inf
    top = score.max(axis=0)
    if np.any(np.isneginf(top)):
        msg = "the log pool is empty: no outcome has probability from every expert; use `method: linear`"
        raise DegenerateDraws(msg)
    pooled = np.exp(score - top)
    return np.asarray(pooled / pooled.sum(axis=0))
