"""What an item of evidence says at the middle of everything that is uncertain: how telling it is, and which way.

It is the core's own factor, under one draw of the parameters: their medians.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from foedus.inference.factors import Factors
from foedus.inference.parameters import Parameters, transform, whitened
from foedus.problem.cells import alive
from foedus.problem.types import Contribution, Problem, Tally

Floats = NDArray[np.float64]
Item = Contribution | Tally
_HELD = 1e-9  # prior mass of a cell that counts


class Middle:
    """Log factors of evidence at the medians of the parameters.

    Parameters
    ----------
    problem : Problem
    """

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._factors: dict[int, Factors] = {}

    @cached_property
    def _medians(self) -> Parameters:
        draws = whitened(self._problem, np.random.default_rng(0), 16)
        return transform(self._problem, {block: np.zeros_like(z[:, :1]) for block, z in draws.items()}, raked=False)

    def log(self, item: Item) -> Floats:
        """Log factor of an item on each cell [C] of its question, as it counts: after credence, caps and tempering."""
        axis = self._problem.axes[item.question]
        if item.question not in self._factors:
            self._factors[item.question] = Factors(self._medians, axis.pool)
        first = min(max(item.day - 1, 0), axis.cells - 1) if axis.kind == "timing" else 0
        with np.errstate(divide="ignore"):
            own = self._factors[item.question].log(item, first)[:, 0]
        out = np.repeat(own, np.diff(np.append(item.starts, axis.cells)))
        out[:first] = 0.0  # of days already past nothing is said
        return out

    def weigh(self, items: Iterable[Item]) -> tuple[float, float | None]:
        """Return how telling some items on one question are together, and which way they point.

        Parameters
        ----------
        items : iterable of Contribution or Tally
            At least one.

        Returns
        -------
        telling : float
            Log of how many times as likely they are under one outcome as under another, at most.
        lean : float or None
            By how much they move the mean rank (Bross 1958: ridit) of the outcome under the pooled prior, given not
            yet; between -0.5 and 0.5, above 0 towards later, higher, or the last level. None where outcomes have no
            order.
        """
        items = list(items)
        axis = self._problem.axes[items[0].question]
        prior = alive(axis, min(item.day for item in items))
        held = prior > _HELD
        if not held.any():
            return 0.0, None if axis.kind == "nominal" else 0.0
        log = np.maximum(np.sum([self.log(item) for item in items], axis=0), -700.0)[held]
        prior = prior[held] / prior[held].sum()
        telling = float(np.ptp(log))
        if axis.kind == "nominal":
            return telling, None
        after = prior * np.exp(log - log.max())
        after /= after.sum()
        ridit = np.cumsum(prior) - prior / 2
        return telling, float((after - prior) @ ridit)
