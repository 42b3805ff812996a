"""Scrambled Sobol points: the right directions, and scrambles that know nothing of each other."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi2, qmc

from foedus.inference import sobol as module
from foedus.inference.sobol import BITS, DIMENSIONS, sobol


def plain_points(dimensions: int, points: int) -> np.ndarray:
    """The unscrambled sequence from the module's direction numbers, in Gray-code order."""
    state, out = np.zeros(dimensions, np.uint64), []
    directions = np.array([module._direction_numbers(d) for d in range(dimensions)], np.uint64)
    for i in range(points):
        if i:
            state = state ^ directions[:, (i & -i).bit_length() - 1]
        out.append(state / 2.0**BITS)
    return np.array(out)


def test_direction_numbers_are_those_of_scipy() -> None:
    wanted = qmc.Sobol(DIMENSIONS, scramble=False, bits=BITS).random(256)
    np.testing.assert_array_equal(plain_points(DIMENSIONS, 256), wanted)


@pytest.mark.parametrize("points", [1, 2, 64])
def test_each_set_is_a_net_in_every_dimension(points: int, rng: np.random.Generator) -> None:
    """One point in every interval of length 1 / points: what a scramble may not destroy."""
    u = sobol(rng, DIMENSIONS, points, 7)
    assert u.shape == (DIMENSIONS, points, 7)
    assert ((u > 0) & (u < 1)).all()
    cells = np.sort(np.floor(u * points), axis=1)
    np.testing.assert_array_equal(cells, np.broadcast_to(np.arange(points)[None, :, None], cells.shape))


def test_pairs_of_the_first_dimensions_are_nets_too(rng: np.random.Generator) -> None:
    u = sobol(rng, 2, 64, 5)
    cells = np.floor(u[0] * 8) * 8 + np.floor(u[1] * 8)
    for s in range(5):
        assert len(np.unique(cells[:, s])) == 64


def test_scrambles_are_uniform_and_independent(rng: np.random.Generator) -> None:
    sets = 4096
    u = sobol(rng, 3, 8, sets)
    counts = np.histogram(u[1, 3], 16, (0, 1))[0]  # one point of each set
    assert ((counts - sets / 16) ** 2 / (sets / 16)).sum() < chi2.isf(1e-6, 15)
    mean = np.sin(2 * np.pi * u + 1).mean(axis=1)  # odd about no centre of the unit interval
    for d in range(3):
        for lag in (1, 2, 64):
            assert abs(np.corrcoef(mean[d, :-lag], mean[d, lag:])[0, 1]) < 4.9 / np.sqrt(sets - lag)
    assert abs(np.corrcoef(mean[0], mean[1])[0, 1]) < 4.9 / np.sqrt(sets)


def test_a_scramble_has_far_less_error_than_random_points(rng: np.random.Generator) -> None:
    mean = (sobol(rng, 2, 128, 256) ** 2).prod(axis=0).mean(axis=0)
    random = (rng.random((2, 128, 256)) ** 2).prod(axis=0).mean(axis=0)
    assert abs(mean.mean() - 1 / 9) < 5 * mean.std() / 16
    assert mean.std() < random.std() / 5


def test_dimensions_past_the_last_are_plain_random_numbers(rng: np.random.Generator) -> None:
    u = sobol(rng, DIMENSIONS + 3, 4, 2)
    assert u.shape == (DIMENSIONS + 3, 4, 2)
    assert len(np.unique(u)) == u.size


def test_points_must_be_a_power_of_two(rng: np.random.Generator) -> None:
    with pytest.raises(ValueError, match="power of two, got 48"):
        sobol(rng, 2, 48, 1)
