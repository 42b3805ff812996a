"""The stated model of counts in numpy, against plain loops and scipy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import kstest, nbinom

import histories
from foedus.news import rates as stated
from foedus.news.rates import draw_counts, level_index, log_probability, mean_counts, presence, prior_rates, walk_in


def test_the_likelihood_is_scipy_s_negative_binomial(rng: np.random.Generator) -> None:
    counts, mean, dispersion = rng.integers(0, 40, 50), rng.gamma(1, 5, 50), rng.gamma(1, 1, 50)
    expected = [nbinom.logpmf(n, 1 / a, 1 / (1 + a * m)) for n, m, a in zip(counts, mean, dispersion, strict=True)]
    np.testing.assert_allclose(log_probability(counts, mean, dispersion), expected, rtol=1e-9)


def test_presence_is_the_chance_of_at_least_one(rng: np.random.Generator) -> None:
    mean, dispersion = rng.gamma(1, 2, 20), rng.gamma(1, 2, 20)
    none = np.exp(log_probability(np.zeros(20, dtype=int), mean, dispersion))
    np.testing.assert_allclose(presence(np.log(mean), dispersion), 1 - none, rtol=1e-10)


def test_means_are_sums_over_the_days_of_a_week(rng: np.random.Generator) -> None:
    made = histories.small()
    true = prior_rates(level_index(made), 3, 3, rng, 2)
    found = mean_counts(true, made)
    for s, w, j in [(0, 0, 0), (1, 13, 2), (0, 14, 3), (1, 35, 1), (0, 47, 2)]:
        e = made.era[w]
        base = np.exp(true.baseline[s, j] + true.shift[s, j, e])
        times = [np.exp(true.effect[s, j, b] + true.deviation[s, j, b, e]) for b in range(3)]
        share = made.shares[w]
        expected = base * (1 - sum(share) + sum(p * x for p, x in zip(share, times, strict=True)))
        assert found[s, w, j] == pytest.approx(expected, rel=1e-12)


def test_counts_have_the_variance_that_is_said(rng: np.random.Generator) -> None:
    n, mean, dispersion = 40_000, 3.0, 0.7
    drawn = draw_counts(np.full(n, mean), dispersion, rng)
    variance = mean + dispersion * mean**2
    assert abs(drawn.mean() - mean) < 4 * np.sqrt(variance / n)
    fourth = np.mean((drawn - drawn.mean()) ** 4)
    assert abs(drawn.var() - variance) < 4 * np.sqrt((fourth - variance**2) / n)


def test_effects_walk_inwards_from_none() -> None:
    walk = walk_in(5)
    covariance = walk.T @ walk
    np.testing.assert_allclose(np.diag(covariance), [1, 3 / 4, 2 / 4, 1 / 4, 1])
    assert covariance[0, 1] == pytest.approx(3 / 4)  # the nearest shares with the next all steps but its own
    assert not covariance[4, :4].any()


def test_without_data_a_new_era_is_as_the_prior_says(rng: np.random.Generator) -> None:
    made = histories.small()
    draws = prior_rates(level_index(made), 3, 3, rng, 4000)
    _, new = draws.new_era(rng)
    old = draws.effect + draws.deviation[..., 0]  # an era of the data, before any data
    assert kstest(new[:, 0, 0], old[:, 0, 0]).pvalue > 0.001
    assert kstest(new[:, 0, 0], draws.effect[:, 0, 0] * 0.8).pvalue < 0.001  # negative control: too narrow
    assert np.quantile(draws.deviation_spread, 0.05) > 0.1  # keeps away from 0
    assert np.median(draws.deviation_spread) == pytest.approx(stated.ERA_MEDIAN, rel=0.05)
