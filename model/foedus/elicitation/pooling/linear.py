"""The linear pool: an expert is right with a probability that is the expert's weight."""

from __future__ import annotations

import numpy as np

from foedus.elicitation.pooling.cells import Cells
from foedus.elicitation.shapes import Floats


def linear(probabilities: Floats, weights: Floats, cells: Cells | None = None) -> Floats:
    """Weighted mean of the probabilities (Stone 1961).

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
    """
    del cells
    return np.asarray(probabilities.T @ weights)
