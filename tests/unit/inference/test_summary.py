"""Weighted draws to probabilities, ranges, errors and quantiles."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtri

from foedus.summary import band_quantiles, chance, step_quantiles, weighted_quantiles


def even(points: int, draws: int) -> np.ndarray:
    return np.full((points, draws), 1 / (points * draws))


def test_a_chance_is_the_weighted_share() -> None:
    weight = np.array([[1.0, 2], [3, 4]]) / 10
    true = np.array([[True, False], [False, True]])
    assert chance(weight, true).probability == pytest.approx(0.5)
    assert chance(weight, true, given=np.array([[True, True], [False, False]])).probability == pytest.approx(1 / 3)


def test_what_is_always_so_has_no_error_and_no_range() -> None:
    found = chance(even(8, 16), np.ones((8, 16), bool))
    assert (found.probability, found.low, found.high, found.mcse) == (1, 1, 1, 0)


def test_a_condition_that_never_holds_has_no_number() -> None:
    assert np.isnan(chance(even(8, 4), np.ones((8, 4), bool), given=np.zeros((8, 4), bool)).probability)


def test_the_error_is_that_of_independent_draws(rng: np.random.Generator) -> None:
    """Over many repetitions the spread of the estimate is its stated error, within what the repetitions can tell."""
    repeats, points, draws = 400, 8, 64
    found = []
    for _ in range(repeats):
        p = rng.beta(2, 5, draws)
        weight = rng.exponential(size=draws) * np.ones((points, 1))
        found.append(chance(weight / weight.sum(), rng.random((points, draws)) < p))
    z = np.array([(f.probability - 2 / 7) / f.mcse for f in found])
    delta = 3 / (draws / 2)  # of the delta method: a few over the effective draws, which weights like these halve
    assert abs(z.std() - 1) < 4.5 / np.sqrt(2 * repeats) + delta
    assert abs(z.mean()) < 4.5 / np.sqrt(repeats) + delta


def test_one_replicate_alone_tells_no_error(rng: np.random.Generator) -> None:
    """Where a condition holds in one replicate only, or one carries all, nothing shows how far off it is."""
    replicate, true = np.arange(32) % 8, rng.random((8, 32)) < 0.5
    in_one = np.broadcast_to(replicate == 3, (8, 32))
    assert chance(even(8, 32), true, in_one, replicate).mcse == 0.5
    assert chance(even(8, 32), true, in_one & (np.arange(32) < 8), replicate).mcse == 0.5
    heavy = np.where(replicate == 3, 1.0, 1e-6) * np.ones((8, 1))
    spread = np.ptp([chance(even(8, 32), true, np.broadcast_to(replicate == i, (8, 32))).probability for i in range(8)])
    assert chance(heavy / heavy.sum(), true, None, replicate).mcse > spread / 8


def test_the_error_of_equal_replicates_is_that_of_their_mean(rng: np.random.Generator) -> None:
    replicate, true = np.arange(32) % 8, rng.random((8, 32)) < 0.5
    means = [true[:, replicate == i].mean() for i in range(8)]
    assert chance(even(8, 32), true, None, replicate).mcse == pytest.approx(np.std(means, ddof=1) / np.sqrt(8))


@pytest.mark.parametrize("draws", [64, 512, 4096])
def test_the_range_is_that_of_the_parameters_and_not_of_the_noise(draws: int, rng: np.random.Generator) -> None:
    points = 32
    certain = chance(even(points, draws), rng.random((points, draws)) < 0.3)
    noise = 2 * 1.645 * np.sqrt(0.3 * 0.7 / points)
    # what is left is the sampling error of a variance, in both estimates of it: sqrt of some multiple of draws^-1/2
    assert certain.high - certain.low < noise * np.sqrt(4.5 * np.sqrt(4 / draws))
    p = rng.beta(20, 20, draws)
    varied = chance(even(points, draws), rng.random((points, draws)) < p)
    wanted = np.quantile(p, 0.95) - np.quantile(p, 0.05)
    assert varied.high - varied.low == pytest.approx(wanted, rel=4.5 * 4 / np.sqrt(draws))
    raw = np.sqrt(wanted**2 + (2 * 1.645 * 0.5) ** 2 / points)
    if draws > 1000:
        assert varied.high - varied.low < raw - (raw - wanted) / 2  # the negative control: the noise is out


def test_quantiles_of_weighted_values() -> None:
    values, weights = np.array([3.0, 1, 2]), np.array([1.0, 1, 2])
    found = weighted_quantiles(values, weights / 4, np.array([0, 0.125, 0.5, 0.875, 1]))
    np.testing.assert_allclose(found, [1, 1, 2, 3, 3])
    z = weighted_quantiles(ndtri((np.arange(4000) + 0.5) / 4000), np.full(4000, 1 / 4000), np.array([0.05, 0.95]))
    np.testing.assert_allclose(z, [-1.6449, 1.6449], atol=1e-3)


def test_the_first_cell_that_reaches_a_level() -> None:
    mass = np.array([0.2, 0.3, 0, 0.5])
    assert step_quantiles(mass, np.array([0.05, 0.2, 0.21, 0.5, 0.51, 1])).tolist() == [0, 0, 1, 1, 3, 3]
    assert step_quantiles(np.full(10, 0.1), np.array([0.3, 0.7])).tolist() == [2, 6]  # sums of tenths miss by rounding


def test_quantiles_inside_a_band_are_linear_and_stop_at_an_atom() -> None:
    mass, lower, upper = np.array([0.25, 0.5, 0.25]), np.array([0.0, 10, 10]), np.array([10.0, 10, 20])
    found = band_quantiles(mass, lower, upper, np.array([0.125, 0.25, 0.5, 0.75, 0.875]))
    np.testing.assert_allclose(found, [5, 10, 10, 10, 15])
