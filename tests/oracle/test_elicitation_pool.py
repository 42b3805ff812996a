"""Shared error and raking against quadrature and closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from foedus.elicitation.pool import probit_sd, rake, shared_error, shared_error_nominal
from foedus.elicitation.pooling.linear import linear
from foedus.errors import DegenerateDraws

NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(120)
WEIGHTS = WEIGHTS / WEIGHTS.sum()
PRIORS = {
    "yes/no": [0.97, 0.03],
    "tiny ends": [1e-14, 0.3, 1e-9, 0.7 - 1e-9 - 2e-14, 1e-14],
    "two peaks with next to nothing between": [0.5, 1e-22, 1e-13, 3e-7, 0.5 - 3e-7 - 1e-13],
    "zeros": [0, 0, 0.2, 0, 0.5, 0.3, 0],
    "many": list(np.arange(1, 201) / 20100),
}


@pytest.mark.parametrize("name", PRIORS)
@pytest.mark.parametrize("sd", [0.1, 0.188, 0.6])
def test_the_mean_over_the_shared_error_is_the_pool(name: str, sd: float) -> None:
    p = np.array(PRIORS[name])
    moved = shared_error(np.repeat(p[:, None], len(NODES), axis=1), NODES, sd)
    np.testing.assert_allclose(moved @ WEIGHTS, p, rtol=1e-7, atol=1e-10)
    np.testing.assert_allclose(moved.sum(axis=0), 1, rtol=1e-9)
    near = np.abs(NODES) < 6
    np.testing.assert_array_equal(moved[:, near] == 0, np.repeat(p[:, None] == 0, near.sum(), axis=1))


def test_the_shared_error_is_its_formula() -> None:
    p, sd, shift = np.array([0.2, 0.5, 0.3]), 0.4, np.array([-1.3, 0.0, 2.0])
    moved = shared_error(np.repeat(p[:, None], 3, axis=1), shift, sd)
    formula = norm.cdf(np.sqrt(1 + sd**2) * norm.ppf([[0.2], [0.7]]) - sd * shift)
    np.testing.assert_allclose(np.cumsum(moved, axis=0)[:2], formula, rtol=1e-13)


def test_no_error_changes_nothing() -> None:
    p = np.array([[0.2], [0.5], [0.3]])
    np.testing.assert_array_equal(shared_error(p, np.array([3.0]), 0.0), p)


def test_the_probit_scale_agrees_with_log_odds_at_even_odds() -> None:
    sd, h = probit_sd(0.3), 1e-7
    dp = (norm.cdf(h * sd) - 0.5) / h  # one sd in probit, as a probability
    assert 4 * dp == pytest.approx(0.3, rel=1e-6)


def test_unordered_levels_move_by_log_ratios_of_the_stated_spread(rng: np.random.Generator) -> None:
    p, n = np.array([0.5, 0.3, 0.2, 0.0]), 40000
    moved = shared_error_nominal(np.repeat(p[:, None], n, axis=1), rng.normal(size=(4, n)), 0.3)
    np.testing.assert_allclose(moved.sum(axis=0), 1, rtol=1e-14)
    assert not moved[3].any()
    ratio = np.log(moved[0] / moved[1]) - np.log(5 / 3)
    assert abs(ratio.mean()) < 4.5 * 0.3 / np.sqrt(n)
    assert abs(ratio.std() - 0.3) < 4.5 * 0.3 / np.sqrt(2 * n)


def test_raking_a_two_by_two_keeps_the_odds_ratio() -> None:
    pi = np.array([[0.9, 0.4], [0.1, 0.6]])
    raked = rake(pi, np.array([0.5, 0.5]), np.array([1.0, 1.0]))
    odds = np.log(raked[0] * raked[1][::-1]) - np.log(raked[1] * raked[0][::-1])
    np.testing.assert_allclose(raked.mean(axis=1), 0.5, rtol=1e-14)
    np.testing.assert_allclose(odds, np.log([0.9 * 0.6 / (0.1 * 0.4), 0.1 * 0.4 / (0.9 * 0.6)]), rtol=1e-12)


@pytest.mark.parametrize("draws", [16, 512, 4096])
def test_raking_restores_the_pool(rng: np.random.Generator, draws: int) -> None:
    experts = rng.dirichlet(np.full(200, 0.3), size=4)
    experts[0, :60] = 0
    experts[1, 150:] = 0
    experts[:, 100] = 0
    experts[:, 7] *= 1e-20
    experts /= experts.sum(axis=1, keepdims=True)
    base = np.array([0.4, 0.3, 0.2, 0.1])
    target = linear(experts, base[:, None])[:, 0]
    weights, v = rng.dirichlet(4 * base, size=draws).T, rng.gamma(2, size=draws)
    drawn = shared_error(linear(experts, weights), rng.normal(size=draws), probit_sd(0.3))
    raked = rake(drawn, target, v)
    some = target > 0
    np.testing.assert_allclose((raked @ v / v.sum())[some], target[some], rtol=1e-13)
    np.testing.assert_allclose(raked.sum(axis=0), 1, rtol=1e-13)
    assert not raked[~some].any()


def test_raking_that_already_holds_changes_nothing() -> None:
    pi = np.array([[0.9, 0.4], [0.1, 0.6]])
    np.testing.assert_allclose(rake(pi, pi.mean(axis=1), np.ones(2)), pi, rtol=1e-14)


@pytest.mark.parametrize(
    ("pi", "target", "match"),
    [
        ([[1, 1], [0, 0]], [0.5, 0.5], "an outcome has probability in the pool and in no draw"),
        ([[1, 0], [0, 1]], [1.0, 0.0], "or the reverse"),
        ([[1, 0.5], [0, 0.5]], [0.2, 0.8], "raking stopped"),
    ],
)
def test_raking_that_is_impossible_says_so(pi: list[list[float]], target: list[float], match: str) -> None:
    with pytest.raises(DegenerateDraws, match=match):
        rake(np.array(pi, dtype=float), np.array(target), np.ones(2))
