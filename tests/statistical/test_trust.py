"""Trust in experts, learned in PyMC: simulation-based calibration, and pools that hold what came true as they say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pymc as pm
import pytest
from numpy.typing import NDArray
from scipy.stats import chi2, norm

import geopol
from foedus.bayes.pooling import sample_trust, trust_model
from foedus.elicitation.fit import fit_quantiles
from foedus.elicitation.pooling import hierarchical as stated
from foedus.elicitation.pooling.hierarchical import Trust, given_trust
from foedus.elicitation.seeds import seed_scores

Floats = NDArray[np.float64]
EXPERTS, SEEDS, KEPT = 4, 12, 63
ALPHA = 0.001  # of a false alarm, over all comparisons of a test


def scores_by(trust: Trust, rng: np.random.Generator) -> Floats:
    """Scores of answers [E, SEEDS] by the model, for the only draw of `trust`; some are missing, always the same."""
    b, k, rho = trust.bias[:, 0], trust.overconfidence[:, 0], trust.shared[0]
    common, own = rng.normal(size=SEEDS), rng.normal(size=(EXPERTS, SEEDS))
    v = b[:, None] + k[:, None] * (np.sqrt(rho) * common + np.sqrt(1 - rho) * own)
    return np.where((np.arange(EXPERTS)[:, None] + 2 * np.arange(SEEDS)) % 7 == 0, np.nan, v)


def posterior(v: Floats, seed: int) -> Floats:
    """Draws [2 E + 1, KEPT] of bias, overconfidence and the shared part, thinned until they are nearly independent."""
    with trust_model(v):
        tree = pm.sample(
            8 * KEPT, tune=500, chains=1, cores=1, random_seed=seed, progressbar=False, quiet=True,
            compute_convergence_checks=False, target_accept=0.95, nuts_sampler="pymc",
        )  # fmt: skip
    found = tree["posterior"].dataset
    rows = [found[name].values.reshape(8 * KEPT, -1)[::8].T for name in ("bias", "overconfidence", "shared")]
    return np.concatenate(rows)


def ranks(rng: np.random.Generator, runs: int, *, times: float = 1.0, narrowed: float = 1.0) -> Floats:
    """Ranks [runs, 2 E + 1], in (0, 1), of the trust that scores came from among its posterior draws.

    `times` the stated overconfidence makes the scores; `narrowed` below 1 pulls the draws towards their mean.
    """
    out = []
    for _ in range(runs):
        true = stated.prior_trust(EXPERTS, rng, 1)
        made = replace(true, overconfidence=times * true.overconfidence)
        draws = posterior(scores_by(made, rng), int(rng.integers(2**31)))
        mean = draws.mean(axis=1, keepdims=True)
        draws = mean + narrowed * (draws - mean)
        theirs = np.concatenate([true.bias[:, 0], true.overconfidence[:, 0], true.shared])
        out.append(((draws < theirs[:, None]).sum(axis=1) + rng.random(2 * EXPERTS + 1)) / (KEPT + 1))
    return np.array(out)


def misfit(found: Floats) -> float:
    """Largest z, over numbers, of the mean and of the spread of ranks against a uniform law."""
    runs = len(found)
    mean = (found.mean(axis=0) - 0.5) / np.sqrt(1 / 12 / runs)
    spread = (np.square(found - 0.5).mean(axis=0) - 1 / 12) / np.sqrt(1 / 180 / runs)
    return float(np.abs([mean, spread]).max())


BOUND = float(norm.isf(ALPHA / 2 / (2 * (2 * EXPERTS + 1))))


@pytest.mark.slow
def test_trust_is_learned_without_bias_and_with_the_spread_it_has(rng: np.random.Generator) -> None:
    assert misfit(ranks(rng, 64)) < BOUND


@pytest.mark.slow
def test_a_model_that_is_wrong_would_be_noticed(rng: np.random.Generator) -> None:
    assert misfit(ranks(rng, 16, times=2.0)) > BOUND
    assert misfit(ranks(rng, 16, narrowed=0.2)) > BOUND


@pytest.mark.slow
def test_a_study_s_experts_are_learned_as_overconfident() -> None:
    trust = sample_trust(seed_scores(geopol.study()), np.random.default_rng(1))
    assert trust.bias.shape == (8, stated.DRAWS)
    assert trust.seeds == 18
    assert np.all(np.quantile(trust.overconfidence, 0.05, axis=1) > 1)
    assert np.quantile(trust.bias[7], 0.05) > 0 > np.quantile(trust.bias[6], 0.5)  # Ex8 low by far, Ex7 high


@pytest.mark.slow
def test_seeds_make_the_pool_better_on_other_seeds() -> None:
    """Out of sample, in three folds: trust learned from the others against the stated prior, by log score."""
    study, rng = geopol.study(), np.random.default_rng(3)
    v, x, prior = seed_scores(study), study.to_scale(study.answers), stated.prior_trust(8, np.random.default_rng(1))
    gains = []
    for fold in range(3):
        held_out = np.arange(18) % 3 == fold
        learned = sample_trust(v[:, ~held_out], rng, chains=2)
        for n in np.flatnonzero(held_out):
            low, high = (float(bound[n]) for bound in study.bounds)
            edges = np.linspace(2 * low - high, 2 * high - low, 1201)
            laws = [fit_quantiles(study.levels, study.scaled[e, n]) for e in range(8)]
            p = np.array([law.mass(edges[:-1], edges[1:]) for law in laws])
            pools = (given_trust(p, t.bias, t.overconfidence, t.shared).mean(axis=1) for t in (learned, prior))
            one, other = (pool[np.searchsorted(edges, x[n]) - 1] for pool in pools)
            gains.append(np.log(one) - np.log(other))
    assert np.mean(gains) > 1.64 * np.std(gains, ddof=1) / np.sqrt(18)


def test_scores_are_where_answers_fell_in_the_stated_curves() -> None:
    study = geopol.study()
    v = seed_scores(study)
    inside = (study.answers >= study.values[..., 0]) & (study.answers <= study.values[..., 2])
    np.testing.assert_array_equal(np.abs(v) <= norm.isf(0.05) + 1e-9, inside)
    assert np.abs(v).max() == 4


def test_the_pool_of_a_known_trust_holds_what_came_true_as_often_as_it_says(rng: np.random.Generator) -> None:
    runs, bins = 600, 12
    b, k, rho, s = np.array([0.4, -0.3, 0.0]), np.array([1.8, 1.2, 1.4]), 0.6, np.array([1.0, 0.7, 1.5])
    edges = np.linspace(-9, 9, 121)
    root = np.linalg.cholesky(np.full((3, 3), rho) + (1 - rho) * np.eye(3))
    pits: dict[float, list[float]] = {rho: [], 0.0: []}
    for _ in range(runs):
        x = rng.uniform(-1, 1)
        centre = x - s * (b + k * (root @ rng.normal(size=3)))  # of the expert whose score of x is that
        p = np.diff(norm.cdf((edges - centre[:, None]) / s[:, None]), axis=1)
        p /= p.sum(axis=1, keepdims=True)
        for assumed, pit in pits.items():
            pooled = given_trust(p, b[:, None], k[:, None], np.array([max(assumed, 1e-9)]))[:, 0]
            pit.append(float(np.interp(x, edges, np.concatenate([[0], np.cumsum(pooled)]))))
    bound = chi2.isf(ALPHA, bins - 1)
    fits = {assumed: _chi_square(np.array(pit), bins) for assumed, pit in pits.items()}
    assert fits[rho] < bound
    assert fits[0.0] > bound  # negative control: errors that are shared, taken for independent


def _chi_square(pit: Floats, bins: int) -> float:
    counts = np.bincount(np.minimum((pit * bins).astype(int), bins - 1), minlength=bins)
    return float((np.square(counts - len(pit) / bins) / (len(pit) / bins)).sum())
