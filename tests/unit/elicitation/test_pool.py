"""The weights of those who answered."""

from __future__ import annotations

import numpy as np
import pytest

from foedus.elicitation.pool import weights_present
from foedus.errors import DegenerateDraws


def test_weights_of_those_who_answered_sum_to_one() -> None:
    weights = np.array([[0.5, 0.2], [0.3, 0.2], [0.2, 0.6]])
    present = weights_present(weights, ["a", "b", "c"], ["c", "a"])
    np.testing.assert_allclose(present, [[2 / 7, 0.75], [5 / 7, 0.25]], rtol=1e-14)


def test_nobody_with_weight_answered() -> None:
    with pytest.raises(DegenerateDraws, match=r"none of those who answered \(b\) has any weight"):
        weights_present(np.array([[1.0], [0.0]]), ["a", "b"], ["b"])
