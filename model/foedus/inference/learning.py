"""Draws of the parameters where the news has much to say of them.

Draws from the prior degenerate when many signals agree on whom to trust and how telling codes are. Then the parameters
are drawn from an approximation to their posterior and weighed exactly (`approximation`), or, where none is good enough
(two modes, say), tempered towards it (`tempering`).

The guide is the evidence of each question on its own, a few passes over the tables; what the questions say
together enters the weights later, exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from foedus.errors import DegenerateDraws
from foedus.inference.diagnostics import effective_sample_size
from foedus.inference.faults import not_numbers
from foedus.inference.parallel import each
from foedus.inference.parameters import BLOCKS, transform
from foedus.inference.tables import own_evidence, own_tables
from foedus.problem.types import Problem

Floats = NDArray[np.float64]
Index = NDArray[np.intp]
PLENTY = 0.75  # effective part of the draws from the prior below which an approximation is tried
ENOUGH = 0.5  # effective part of the draws below which they do not do; what each stage of tempering keeps
_AT_ONCE = 1024  # draws in one pass: enough to make calls cheap, few enough for the cache


@dataclass(frozen=True)
class Learned:
    """Weighted draws of the parameters.

    Attributes
    ----------
    whitened : dict of array [n, M]
        Draws of each block in whitened space.
    log_weight : array [M]
        What the weight of each draw is before the evidence counts: log of prior over proposal.
    family : array [M]
        Which of the first draws each descends from: draws of one family are no independent witnesses.
    replicate : array [M]
        Which replicate of the design each belongs to: replicates are independent of each other, and how far they
        differ is the Monte Carlo error.
    method : {"prior", "fitted", "tempered"}
    ladder : tuple of float
        Parts of the news that counted, stage by stage, from 0 to 1, if tempered.
    acceptance : float
        Mean acceptance of the moves; NaN without moves.
    """

    whitened: dict[str, Floats]
    log_weight: Floats
    family: Index
    replicate: Index
    method: Literal["prior", "fitted", "tempered"]
    ladder: tuple[float, ...] = ()
    acceptance: float = float("nan")


@dataclass(frozen=True)
class Space:
    """Whitened space as one block [D, K], and the log density that guides the search there."""

    problem: Problem
    sizes: dict[str, int]

    @classmethod
    def of(cls, problem: Problem, whitened: dict[str, Floats]) -> Space:
        """Return the space of the given draws."""
        return cls(problem, {block: whitened[block].shape[0] for block in BLOCKS})

    @property
    def dimensions(self) -> int:
        """D."""
        return sum(self.sizes.values())

    def join(self, whitened: dict[str, Floats]) -> Floats:
        """Put the blocks under each other: [D, K]."""
        return np.concatenate([whitened[block] for block in BLOCKS])

    def split(self, x: Floats) -> dict[str, Floats]:
        """Undo `join`."""
        ends = np.cumsum(list(self.sizes.values()))
        return dict(zip(self.sizes, np.split(x, ends[:-1]), strict=True))

    def log_evidence(self, x: Floats) -> Floats:
        """Sum over questions of the log evidence of each on its own [K]."""
        blocks = [x[:, i : i + _AT_ONCE] for i in range(0, x.shape[1], _AT_ONCE)]
        return np.concatenate(each(self._log_evidence, blocks))

    def _log_evidence(self, x: Floats) -> Floats:
        parameters = transform(self.problem, self.split(x), raked=False)
        tables = own_tables(self.problem, parameters, range(len(self.problem.axes)))
        out = own_evidence(tables.values())
        if np.isnan(out).any():
            place = not_numbers(self.problem, parameters, list(tables.values()))
            msg = f"the evidence of a draw is not a number; it comes from {place}"
            raise DegenerateDraws(msg)
        return out


def effective(log_weight: Floats) -> float:
    """Effective sample size of weights given by their logs; 0 where none is finite."""
    largest = log_weight.max()
    return effective_sample_size(np.exp(log_weight - largest)) if np.isfinite(largest) else 0.0
