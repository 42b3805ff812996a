"""Dependence between questions as a table: what each expert's judgments come to, the pool, and what is possible.

A correlation is also told as a concordance, the probability that both questions fall on the same side of their medians,
since that is what can be asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike

from foedus.elicitation.correlation import feasible
from foedus.elicitation.dependence import Dependence
from foedus.elicitation.shapes import Floats


@dataclass(frozen=True)
class PairRow:
    """One pair of questions that somebody judged.

    Attributes
    ----------
    first, second : str
        Ids, in the order of case.yaml.
    experts : {expert: r}
        Correlation that each expert's judgments come to.
    r : float
        The pooled correlation, repaired.
    concordance : float
        Probability of the same side of both medians that goes with it.
    feasible : (float, float)
        Correlations that the pair could have with all others as they are.
    """

    first: str
    second: str
    experts: Mapping[str, float]
    r: float
    concordance: float
    feasible: tuple[float, float]


def to_concordance(r: ArrayLike) -> Floats:
    """Concordance of a Gaussian copula with correlation `r`: 1/2 + asin(r) / pi, the inverse of `from_concordance`."""
    return np.asarray(0.5 + np.arcsin(np.asarray(r, dtype=float)) / np.pi)


def pair_rows(found: Dependence) -> tuple[PairRow, ...]:
    """Return a row for every pair that somebody judged, in the order of case.yaml."""
    rows = []
    for i, j in combinations(range(len(found.questions)), 2):
        if found.judged[:, i, j].any():
            first, second = found.questions[i], found.questions[j]
            said = {pair.expert: pair.r for pair in found.pairs if (pair.first, pair.second) == (first, second)}
            r = float(found.pooled[i, j])
            rows.append(PairRow(first, second, said, r, float(to_concordance(r)), feasible(found.pooled, i, j)))
    return tuple(rows)
