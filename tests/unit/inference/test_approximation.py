"""A Gaussian fitted from the whole prior: exact for a quadratic, refused where it misses a mode."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pytest
from scipy.stats import norm

from foedus.inference.approximation import fitted
from foedus.inference.learning import Learned, Space, effective

DIMENSIONS, DRAWS = 12, 512
FALSE_ALARM = 1e-6


@dataclass(frozen=True)
class Toy:
    """A space whose evidence is known in closed form."""

    evidence: Callable[[np.ndarray], np.ndarray]
    dimensions: int = DIMENSIONS

    def log_evidence(self, x: np.ndarray) -> np.ndarray:
        return self.evidence(x)

    def split(self, x: np.ndarray) -> dict[str, np.ndarray]:
        return {"all": x}


def learn(evidence: Callable[[np.ndarray], np.ndarray], rng: np.random.Generator) -> Learned | None:
    return fitted(cast("Space", Toy(evidence)), DRAWS, rng)


def quadratic(rng: np.random.Generator) -> tuple[Any, np.ndarray, np.ndarray]:
    """Log evidence b'x - x'Ax / 2 with some products, and mean and covariance of its posterior."""
    half = np.zeros((DIMENSIONS, DIMENSIONS))
    half[:3, :3] = 0.7 * rng.standard_normal((3, 3))
    a, b = half @ half.T, np.concatenate([rng.normal(0, 1, 4), np.zeros(DIMENSIONS - 4)])
    covariance = np.linalg.inv(np.eye(DIMENSIONS) + a)
    return lambda x: b @ x - 0.5 * np.einsum("dk,de,ek->k", x, a, x), covariance @ b, covariance


def posterior(learned: Learned, evidence: Any) -> tuple[np.ndarray, np.ndarray]:
    x = learned.whitened["all"]
    log_weight = learned.log_weight + evidence(x)
    weight = np.exp(log_weight - log_weight.max())
    return x, weight / weight.sum()


@pytest.mark.parametrize("draws", [16, 100, 300])
def test_weights_of_few_draws_are_exact_too(draws: int, rng: np.random.Generator) -> None:
    """Prior over proposal has a mean of 1 under the proposal, however the draws divide among its parts."""
    evidence, _, _ = quadratic(rng)
    means = []
    for _ in range(60):
        learned = fitted(cast("Space", Toy(evidence)), draws, rng)
        assert learned is not None
        means.append(np.exp(learned.log_weight).mean())
    z = (np.mean(means) - 1) / (np.std(means, ddof=1) / np.sqrt(len(means)))
    assert abs(z) < norm.isf(FALSE_ALARM / 2)


def test_a_quadratic_is_found(rng: np.random.Generator) -> None:
    evidence, mean, covariance = quadratic(rng)
    learned = learn(evidence, rng)
    assert learned is not None
    assert learned.method == "fitted"
    x, weight = posterior(learned, evidence)
    assert 1 / np.square(weight).sum() > 0.8 * DRAWS
    error = np.sqrt(np.square(weight) @ np.square(x - mean[:, None]).T)
    bound = norm.isf(FALSE_ALARM / 2 / DIMENSIONS)
    assert np.all(np.abs(x @ weight - mean) < bound * error)
    spread = np.square(x - mean[:, None])
    error = np.sqrt(np.square(weight) @ np.square(spread - np.diag(covariance)[:, None]).T)
    assert np.all(np.abs(spread @ weight - np.diag(covariance)) < bound * error)
    assert np.any(np.abs(x @ weight) > bound * error)  # the control: the prior's mean is far off


def test_weights_are_exact_whatever_the_fit(rng: np.random.Generator) -> None:
    """The mean of prior over mixture is 1 under the mixture."""
    evidence, *_ = quadratic(rng)
    learned = learn(evidence, rng)
    assert learned is not None
    ratio = np.exp(learned.log_weight)
    assert abs(ratio.mean() - 1) < norm.isf(FALSE_ALARM / 2) * ratio.std() / np.sqrt(DRAWS)


def test_two_modes_are_refused(rng: np.random.Generator) -> None:
    def two(x: np.ndarray) -> np.ndarray:
        return np.logaddexp(-4 * np.square(x[0] - 2), -4 * np.square(x[0] + 2)) - 30 * np.square(x[1] * x[0] - 1)

    assert learn(two, rng) is None


def test_where_nothing_is_possible_there_is_no_fit(rng: np.random.Generator) -> None:
    assert learn(lambda x: np.full(x.shape[1], -np.inf), rng) is None


@pytest.mark.parametrize(("logs", "wanted"), [([0.0, 0.0], 2.0), ([0.0, -np.inf], 1.0), ([-np.inf, -np.inf], 0.0)])
def test_effective_draws_of_logs(logs: list[float], wanted: float) -> None:
    assert effective(np.array(logs)) == pytest.approx(wanted)
