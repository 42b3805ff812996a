"""Effective sample size and Pareto k, against closed forms and ArviZ."""

from __future__ import annotations

import numpy as np
import pytest

from foedus.inference.diagnostics import effective_sample_size, pareto_k


def test_effective_sample_size_counts_equal_weights() -> None:
    assert effective_sample_size(np.full(100, 0.3)) == pytest.approx(100)
    assert effective_sample_size(np.append(np.ones(7), np.zeros(93))) == pytest.approx(7)
    assert effective_sample_size(np.array([1.0, 1e-9])) == pytest.approx(1)
    weights = np.random.default_rng(1).exponential(size=(50, 8))
    assert effective_sample_size(weights) == pytest.approx(effective_sample_size(17 * weights.T))


def weights(name: str, n: int) -> np.ndarray:
    rng = np.random.default_rng(11)
    return {
        "light": rng.gamma(0.8, size=n),
        "log-normal": rng.lognormal(0, 1.5, n),
        "heavy": rng.pareto(1 / 0.6, n) + 1,
        "no mean": rng.pareto(1 / 1.2, n) + 1,
        "cut off": rng.beta(0.3, 3, n),
    }[name]


@pytest.mark.parametrize("n", [100, 512, 4096])
@pytest.mark.parametrize("name", ["light", "log-normal", "heavy", "no mean", "cut off"])
def test_pareto_k_is_that_of_arviz(name: str, n: int) -> None:
    from arviz_stats.base import array_stats

    w = weights(name, n)
    _, wanted = array_stats.psislw(-np.log(w))
    assert pareto_k(w) == pytest.approx(float(wanted), abs=1e-6)


def test_pareto_k_tells_heavy_from_light_tails() -> None:
    """The negative control: a tail without a mean is over every limit, an even one under it."""
    assert pareto_k(weights("no mean", 4096)) > 0.7 > pareto_k(weights("light", 4096))


def test_weights_that_hardly_differ_are_no_alarm() -> None:
    rng = np.random.default_rng(2)
    assert pareto_k(np.ones(1000)) <= 0
    assert pareto_k(1 + 1e-3 * rng.standard_normal(1000)) <= 0


def test_too_few_weights_have_no_tail() -> None:
    assert np.isnan(pareto_k(np.ones(24)))
    assert np.isnan(pareto_k(np.append(np.ones(10), np.zeros(1000))))
