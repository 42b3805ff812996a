"""Tempering where few draws of the prior are possible at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
import pytest

from foedus.inference.learning import Space
from foedus.inference.tempering import tempered


@dataclass(frozen=True)
class Beyond:
    """Only what lies beyond an edge is possible."""

    edge: float

    def log_evidence(self, x: np.ndarray) -> np.ndarray:
        return np.where(x[0] > self.edge, -8 * np.square(x[1] - 1), -np.inf)

    def split(self, x: np.ndarray) -> dict[str, np.ndarray]:
        return {"all": x}


@pytest.mark.parametrize("edge", [0.0, 2.0, 2.9])
def test_what_is_possible_is_found_and_nothing_else_has_weight(edge: float, rng: np.random.Generator) -> None:
    space = Beyond(edge)
    learned = tempered(cast("Space", space), rng.standard_normal((3, 256)), rng)
    used = np.isfinite(learned.log_weight)
    assert used.any()
    assert (learned.whitened["all"][0, used] > edge).all()
    assert learned.ladder[-1] == 1.0
