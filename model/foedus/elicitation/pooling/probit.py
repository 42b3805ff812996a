"""The probit pool: at every cut, the mean of the experts' scores Phi^-1(P(below)), mapped back.

Between the linear and the logarithmic pool in how far it goes with those who are sure. Levels without an order are
pooled linearly.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

from foedus.elicitation.copula import score
from foedus.elicitation.pooling.cells import Cells
from foedus.elicitation.pooling.linear import linear
from foedus.elicitation.shapes import Floats

_FARTHEST = 37.0  # a score beyond which nothing is left in double precision: a 0 there is taken for certain


def probit(probabilities: Floats, weights: Floats, cells: Cells) -> Floats:
    """Phi(sum of w Phi^-1(F)) at every cut.

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
        return linear(probabilities, weights)
    below = np.cumsum(probabilities, axis=1)[:, :-1]
    above = np.cumsum(probabilities[:, ::-1], axis=1)[:, ::-1][:, 1:]
    z = np.clip(score(below, above), -_FARTHEST, _FARTHEST).T @ weights
    ends = np.full((1, weights.shape[1]), np.inf)
    z = np.concatenate([-ends, z, ends])
    return np.where(z[:-1] > 0, ndtr(-z[:-1]) - ndtr(-z[1:]), ndtr(z[1:]) - ndtr(z[:-1]))
