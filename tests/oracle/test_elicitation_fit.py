"""Fits against scipy, and against the known answers of SHELF (facts of its tests, computed anew here)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats
from scipy.interpolate import PchipInterpolator

from foedus.elicitation.chips import fit_chips
from foedus.elicitation.fit import fit_quantiles
from foedus.elicitation.pooling.linear import linear
from foedus.elicitation.shapes import pchip_slopes


@pytest.mark.parametrize("n", [2, 3, 4, 7, 30])
@pytest.mark.parametrize("monotone", [True, False])
def test_slopes_are_those_of_scipy(rng: np.random.Generator, n: int, monotone: bool) -> None:
    for _ in range(50):
        x, y = np.cumsum(rng.uniform(0.01, 2, n)), rng.normal(size=n).round(1)
        y = np.cumsum(np.abs(y)) if monotone else y
        np.testing.assert_allclose(pchip_slopes(x, y), PchipInterpolator(x, y).derivative()(x), rtol=1e-12, atol=1e-12)


# SHELF, tests/testthat/test-fitting.R: stated values, the distribution they come from, and its bounds
RECOVERED = [
    (stats.norm(10, 20), [-10, 10, 50], {}),
    (stats.lognorm(0.5, scale=30), [22, 30, 42], {"lower": 0}),
    (stats.lognorm(0.5, loc=-100, scale=30), [-78, -70, -58], {"lower": -100}),
    (stats.lognorm(0.5, loc=-10, scale=np.exp(2)), [-6, -2, 2, 6], {"lower": -10}),
    (stats.expon(loc=10, scale=2), [12], {"lower": 10}),
]


@pytest.mark.parametrize(("true", "values", "bounds"), RECOVERED)
def test_the_distribution_that_the_quantiles_came_from_is_recovered(
    true: Any, values: list[float], bounds: dict[str, float]
) -> None:
    fitted = fit_quantiles(true.cdf(values), values, **bounds)
    p = np.array([1e-6, 0.01, 0.2, 0.5, 0.77, 0.99, 1 - 1e-6])
    x = true.ppf(p)
    np.testing.assert_allclose(fitted.cdf(x), p, rtol=1e-9)
    np.testing.assert_allclose(fitted.sf(x), true.sf(x), rtol=1e-9)
    np.testing.assert_allclose(fitted.quantile(p), x, rtol=1e-9)


def test_mirrored_and_two_sided_bounds_are_recovered() -> None:
    z, p = np.array([-1.2, 0.3, 1.1]), np.array([0.02, 0.4, 0.97])
    levels = stats.norm.cdf(z)
    mirrored = fit_quantiles(levels, 60 - np.exp(3 - 0.5 * z), upper=60)
    np.testing.assert_allclose(mirrored.quantile(p), 60 - np.exp(3 - 0.5 * stats.norm.ppf(p)), rtol=1e-12)
    both = fit_quantiles(levels, 10 + 50 / (1 + np.exp(-0.8 * z - 1)), lower=10, upper=60)
    np.testing.assert_allclose(both.quantile(p), 10 + 50 / (1 + np.exp(-0.8 * stats.norm.ppf(p) - 1)), rtol=1e-12)


def test_between_the_quantiles_the_curve_is_scipys() -> None:
    p, x = np.array([0.05, 0.25, 0.5, 0.75, 0.95]), np.array([-3.0, 0.0, 1.0, 5.0, 30.0])
    fitted = fit_quantiles(p, x)
    inner = np.linspace(0.25, 0.75, 101)  # the slopes at the outermost knots are those of the tails instead
    oracle = PchipInterpolator(stats.norm.ppf(p), x)(stats.norm.ppf(inner))
    np.testing.assert_allclose(fitted.quantile(inner), oracle, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("k", [0, -1])
def test_the_density_has_no_jump_where_the_tails_begin(k: int) -> None:
    x = np.array([0.0, 1.0, 5.0, 6.0])
    fitted, h = fit_quantiles([0.05, 0.4, 0.8, 0.95], x, lower=-4), 1e-6
    left, right = fitted.mass(x[k] - h, x[k]), fitted.mass(x[k], x[k] + h)
    np.testing.assert_allclose(left, right, rtol=1e-4)


def test_an_open_bin_starts_with_the_density_of_its_neighbour() -> None:
    fitted, h = fit_chips([(-np.inf, 10), (10, 20), (20, np.inf)], [2, 6, 2]), 1e-6
    np.testing.assert_allclose(fitted.mass(20 - h, 20), fitted.mass(20, 20 + h), rtol=1e-5)
    np.testing.assert_allclose(fitted.mass(10 - h, 10), fitted.mass(10, 10 + h), rtol=1e-5)
    x = np.array([20.5, 25, 60])
    np.testing.assert_allclose(fitted.sf(x), 0.2 * stats.expon(20, 0.2 / 0.06).sf(x), rtol=1e-12)


def test_an_open_bin_that_ends_at_a_bound_is_a_truncated_exponential() -> None:
    fitted, h = fit_chips([(0, 10), (10, np.inf)], [6, 2], upper=25), 1e-6
    np.testing.assert_allclose(fitted.mass(10 - h, 10), fitted.mass(10, 10 + h), rtol=1e-5)
    rate = -np.log(float(fitted.mass(11, 12) / fitted.mass(10, 11)))
    x = np.array([10.5, 12, 20, 24.9])
    oracle = stats.truncexpon(15 * rate, loc=10, scale=1 / rate)
    np.testing.assert_allclose(fitted.cdf(x), 0.75 + 0.25 * oracle.cdf(x), rtol=1e-9)


def test_the_linear_pool_is_the_weighted_sum() -> None:
    """SHELF, test-linearpool.R: weights 1/6, 2/6, 3/6 of gamma(10, 4), N(3, 2), LN(ln 3, 2), at 1.5."""
    experts = [stats.gamma(10, scale=1 / 4), stats.norm(3, 2), stats.lognorm(2, scale=3)]
    f = np.array([float(expert.cdf(1.5)) for expert in experts])
    pooled = linear(np.stack([f, 1 - f], axis=1), np.array([[1], [2], [3]]) / 6)
    np.testing.assert_allclose(pooled[0, 0], f[0] / 6 + f[1] / 3 + f[2] / 2, rtol=1e-14)
