"""The sampler on problems made at random: tables, margins and correlations, against the joint by quadrature."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri
from scipy.stats import chi2

import plain
from build import case, daily, day, timing
from foedus.forecast import forecast
from foedus.inference.gaussian import Sites, expectation_propagation, latent_edges
from foedus.inference.sampler import _sequence, _uniforms

PROBLEMS, DRAWS, POINTS = 30, 256, 64
ODDS_OF_A_FALSE_ALARM = 1e-6
Arrays = list[np.ndarray]


def made(rng: np.random.Generator) -> tuple[Arrays, Arrays, np.ndarray]:
    """Priors, tables and correlation of 2 or 3 questions of 2 to 6 cells; some outcomes are ruled out."""
    questions = int(rng.integers(2, 4))
    priors = [rng.dirichlet(np.full(rng.integers(2, 7), rng.choice([1.0, 3.0]))) + 1e-3 for _ in range(questions)]
    priors = [p / p.sum() for p in priors]
    tables = [np.exp(rng.standard_normal(len(p)) * rng.choice([0.5, 1.5, 4])) for p in priors]
    for table in tables:
        if len(table) > 2 and rng.random() < 0.3:
            table[rng.integers(len(table))] = 0
    factor = rng.standard_normal((questions, 3))
    r = factor @ factor.T + np.diag(rng.uniform(0.5, 2, questions))
    scale = np.sqrt(np.diag(r))
    return priors, tables, r / scale[:, None] / scale


def sampled(
    priors: Arrays, tables: Arrays, r: np.ndarray, rng: np.random.Generator, *, blind: bool = False
) -> tuple[np.ndarray, Arrays]:
    """Weights [N, M] and cells of each question; `blind`: without a look ahead."""
    edges = [latent_edges(np.repeat(p[:, None], DRAWS, axis=1)) for p in priors]
    likelihoods = [np.repeat(table[:, None], DRAWS, axis=1) for table in tables]
    many = np.repeat(r[None], DRAWS, axis=0)
    sites = expectation_propagation(edges, likelihoods, many)
    if blind:
        sites = Sites(np.zeros_like(sites.tau), np.zeros_like(sites.nu))
    _, cells, log_weights = _sequence(edges, likelihoods, many, sites, _uniforms(rng, len(priors), POINTS, DRAWS))
    return np.exp(log_weights), cells


def scores(priors: Arrays, tables: Arrays, r: np.ndarray, weight: np.ndarray, cells: Arrays) -> list[float]:
    """z-scores of the evidence and of every marginal, with an allowance of a few single points."""
    mass = plain.copula([list(p) for p in priors], r)
    for q, table in enumerate(tables):
        mass = mass * np.expand_dims(table, [i for i in range(len(priors)) if i != q])
    evidence = weight.mean(axis=0)
    out = [(evidence.mean() - mass.sum()) / (evidence.std() / np.sqrt(DRAWS) + 1e-9 * mass.sum())]
    share, few = weight.sum(axis=0) / weight.sum(), 5 / weight.size
    for q in range(len(priors)):
        truth = mass.sum(axis=tuple(i for i in range(len(priors)) if i != q)) / mass.sum()
        for c, p in enumerate(truth):
            each = (weight * (cells[q] == c)).sum(axis=0) / weight.sum(axis=0)
            error = np.sqrt(np.sum(np.square(share * (each - share @ each))))
            out.append(float(max(abs(share @ each - p) - few, 0) / (error + 1e-12)))
    return out


def test_evidence_and_marginals_of_random_problems(rng: np.random.Generator) -> None:
    found: list[float] = []
    for _ in range(PROBLEMS):
        problem = made(rng)
        found += scores(*problem, *sampled(*problem, rng))
    assert np.abs(found).max() < -ndtri(ODDS_OF_A_FALSE_ALARM / 2 / len(found))
    assert np.square(found).sum() < chi2.isf(ODDS_OF_A_FALSE_ALARM, len(found))


def test_a_sampler_that_forgets_its_weights_is_found_out(rng: np.random.Generator) -> None:
    """The negative control of the test above."""
    found: list[float] = []
    for _ in range(PROBLEMS):
        problem = made(rng)
        weight, cells = sampled(*problem, rng, blind=True)
        found += scores(*problem, np.ones_like(weight), cells)[1:]
    assert np.abs(found).max() > -ndtri(ODDS_OF_A_FALSE_ALARM / 2 / len(found))


def test_looking_ahead_is_worth_it(rng: np.random.Generator) -> None:
    """Expectation propagation is there for the effective sample size alone: it must not cost any."""
    sizes = []
    for _ in range(PROBLEMS):
        problem = made(rng)
        for blind in (False, True):
            weight, _ = sampled(*problem, rng, blind=blind)
            sizes.append(weight.sum() ** 2 / np.square(weight).sum() / weight.size)
    ahead, blind_ = np.array(sizes).reshape(-1, 2).T
    assert np.median(ahead) > 0.95
    assert ahead.mean() > blind_.mean()


def test_two_announced_dates_that_hang_together_are_no_alarm() -> None:
    """Tables with two peaks: without points drawn blindly, rare weights of thousands times the mean."""
    within = {"before": 0, "within": 1, "<=7 after": 0, "later": 0, "never": 0}
    said = daily([0.02] * 30, never=0.4)
    found = case(
        {"a": timing(), "b": timing()},
        {"ann": {"a": said, "b": said, "a ~ b": 0.85}},
        days=30,
        codes={
            f"fixed_{q}": {"sees": "outcome", "bears_on": {q: {"by": "target", "multipliers": within}}} for q in "ab"
        },
        sources={"wire": {"credence": 0.95}},
        signals=[
            {"published": day(1), "code": f"fixed_{q}", "target_from": day(d), "target_to": day(d)}
            for q, d in (("a", 8), ("b", 12))
        ],
    )
    for seed in range(4):
        now = forecast(found, day(2), seed=seed)
        assert now.diagnostics.ok
        rare = now.estimate("a is never")
        r = now.posterior.parameters.correlation[0]
        truth = plain.probabilities(found, now.as_of, r, ["a is never"])[0]
        assert abs(rare.probability - truth) < 5 * rare.mcse
