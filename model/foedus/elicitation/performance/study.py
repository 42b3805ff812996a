"""A study: what experts said of seed and target questions in quantiles, and the answers of the seeds, as arrays.

Everything that the classical model needs of an item is prepared here once: values on the item's own scale
(logs for a log item), the intrinsic range, and who answered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from foedus.elicitation.shapes import Floats

Bools = NDArray[np.bool_]
OVERSHOOT = 0.1  # part of an item's range by which its intrinsic range goes beyond it, on either side


@dataclass(frozen=True, eq=False)
class Study:
    """Quantiles of E experts on N items at K levels.

    Attributes
    ----------
    experts, items : tuple of str
        Names, [E] and [N].
    levels : array [K]
        Increasing, between 0 and 1.
    values : array [E, N, K]
        Quantiles in the item's unit, strictly increasing in K; NaN in all K where an expert did not answer.
    answers : array [N]
        What came true, in the item's unit; NaN for a target question.
    log : array [N]
        Whether the item is on a log scale: then every number of it is above 0.
    """

    experts: tuple[str, ...]
    items: tuple[str, ...]
    levels: Floats
    values: Floats
    answers: Floats
    log: Bools

    @cached_property
    def answered(self) -> Bools:
        """Who answered what, in full [E, N]."""
        return np.asarray(np.isfinite(self.values).all(axis=2))

    @cached_property
    def seeds(self) -> Bools:
        """Which items are seed questions that at least one expert answered [N]."""
        return np.asarray(np.isfinite(self.answers) & self.answered.any(axis=0))

    @cached_property
    def shares(self) -> Floats:
        """Probability of each bin between neighbouring levels [K + 1]."""
        return np.diff(self.levels, prepend=0.0, append=1.0)

    @cached_property
    def power(self) -> int:
        """Smallest number of seeds that an expert who answered any did answer; 0 where nobody did."""
        counts = (self.answered & self.seeds).sum(axis=1)
        return int(counts[counts > 0].min(initial=len(self.items))) if counts.any() else 0

    @cached_property
    def scaled(self) -> Floats:
        """Values on the scale of their item [E, N, K]; NaN where not answered."""
        kept = np.where(self.answered[..., None], self.values, np.nan)
        return np.where(self.log[:, None], np.log(np.where(self.log[:, None], kept, 1.0)), kept)

    @cached_property
    def bounds(self) -> tuple[Floats, Floats]:
        """Intrinsic range of each item on its scale, two arrays [N]; NaN where nobody answered."""
        low, high = (
            self.scaled.min(axis=(0, 2), initial=np.inf, where=self.answered[..., None]),
            self.scaled.max(axis=(0, 2), initial=-np.inf, where=self.answered[..., None]),
        )
        x = self.to_scale(self.answers)
        low, high = np.fmin(low, x), np.fmax(high, x)
        somebody = self.answered.any(axis=0)
        low, high = np.where(somebody, low, np.nan), np.where(somebody, high, np.nan)
        beyond = OVERSHOOT * (high - low)
        return low - beyond, high + beyond

    def to_scale(self, x: Floats) -> Floats:
        """Numbers [N] in units to the scale of their item."""
        return np.where(self.log, np.log(np.where(self.log, x, 1.0)), x)

    def without(self, *, experts: Sequence[int] = (), items: Sequence[int] = ()) -> Study:
        """Return the study without some experts or items, by index."""
        e = np.setdiff1d(np.arange(len(self.experts)), experts)
        n = np.setdiff1d(np.arange(len(self.items)), items)
        return replace(
            self,
            experts=tuple(self.experts[i] for i in e),
            items=tuple(self.items[i] for i in n),
            values=self.values[np.ix_(e, n)],
            answers=self.answers[n],
            log=self.log[n],
        )
