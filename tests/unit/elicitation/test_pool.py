"""Pooling rules and the weights of those who answered."""

from __future__ import annotations

import numpy as np
import pytest

from foedus.elicitation.pool import weights_present
from foedus.errors import CaseError, DegenerateDraws

EXPERTS = np.array([[0.8, 0.2, 0.0], [0.5, 0.25, 0.25]])


@pytest.mark.parametrize("name", POOLS)
def test_every_rule_returns_distributions(name: str, rng: np.random.Generator) -> None:
    pooled = POOLS[name](EXPERTS, rng.dirichlet([1, 1], size=7).T)
    assert pooled.shape == (3, 7)
    np.testing.assert_allclose(pooled.sum(axis=0), 1, rtol=1e-14)


@pytest.mark.parametrize("name", POOLS)
def test_one_expert_with_all_the_weight_is_the_pool(name: str) -> None:
    np.testing.assert_allclose(POOLS[name](EXPERTS, np.eye(2)), EXPERTS.T, rtol=1e-14)


@pytest.mark.parametrize("name", POOLS)
def test_who_stands_first_changes_nothing(name: str) -> None:
    weights = np.array([[0.3], [0.7]])
    np.testing.assert_allclose(POOLS[name](EXPERTS[::-1], weights[::-1]), POOLS[name](EXPERTS, weights), rtol=1e-14)


def test_the_log_pool_is_externally_bayesian() -> None:
    likelihood, weights = np.array([3.0, 0.5, 1.0]), np.array([[0.4], [0.6]])
    updated = EXPERTS * likelihood / (EXPERTS * likelihood).sum(axis=1, keepdims=True)
    after = log(EXPERTS, weights)[:, 0] * likelihood
    np.testing.assert_allclose(log(updated, weights)[:, 0], after / after.sum(), rtol=1e-13)


def test_in_the_log_pool_anyone_can_rule_an_outcome_out() -> None:
    assert log(EXPERTS, np.array([[0.01], [0.99]]))[2, 0] == 0
    with pytest.raises(DegenerateDraws, match="no outcome has probability from every expert; use `method: linear`"):
        log(np.eye(2), np.full((2, 1), 0.5))


def test_a_rule_by_name() -> None:
    assert rule("linear") is POOLS["linear"]
    for name in ("quantile", "hierarchical"):
        with pytest.raises(CaseError, match=rf"method '{name}' is not in this release; use linear or log"):
            rule(name)


def test_weights_of_those_who_answered_sum_to_one() -> None:
    weights = np.array([[0.5, 0.2], [0.3, 0.2], [0.2, 0.6]])
    present = weights_present(weights, ["a", "b", "c"], ["c", "a"])
    np.testing.assert_allclose(present, [[2 / 7, 0.75], [5 / 7, 0.25]], rtol=1e-14)


def test_nobody_with_weight_answered() -> None:
    with pytest.raises(DegenerateDraws, match=r"none of those who answered \(b\) has any weight"):
        weights_present(np.array([[1.0], [0.0]]), ["a", "b"], ["b"])
