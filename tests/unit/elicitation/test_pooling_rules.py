"""What every pooling rule keeps, and each one against its formula."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit, logit
from scipy.stats import beta as beta_law
from scipy.stats import norm

from elicitation_fixture import small
from foedus.case.types import Seed
from foedus.elicitation.pooling import hierarchical as hier
from foedus.elicitation.pooling.beta import beta, fitted
from foedus.elicitation.pooling.cells import Cells, Kind, Pool
from foedus.elicitation.pooling.hierarchical import Trust, given_trust, hierarchical, prior_trust
from foedus.elicitation.pooling.linear import linear
from foedus.elicitation.pooling.log import log
from foedus.elicitation.pooling.log_odds import fitted_factor, log_odds, neyman_roughgarden
from foedus.elicitation.pooling.median import median
from foedus.elicitation.pooling.probit import probit
from foedus.elicitation.pooling.quantile import averaged, quantile
from foedus.elicitation.pooling.registry import RULES, Pooling, Setting, pooling_of, rule
from foedus.errors import CaseError, DegenerateDraws

EXPERTS = np.array([[0.8, 0.2, 0.0], [0.5, 0.25, 0.25]])
FACE_VALUE = Trust(np.zeros((2, 1)), np.ones((2, 1)), np.full(1, 0.4), 0)  # as stated, errors shared in part
POOLS: dict[str, Pool] = {
    "linear": linear,
    "log": log,
    "quantile": quantile,
    "median": median,
    "probit": probit,
    "beta": beta(1.0, 1.0),
    "log_odds": log_odds(),
    "hierarchical": hierarchical(FACE_VALUE),
}


def cells(kind: Kind, experts: int = 2, size: int = 3) -> Cells:
    edges = np.arange(size + 1.0) if kind == "quantity" else None
    lower, upper = (None, None) if edges is None else (edges[:-1], edges[1:])
    return Cells(kind, np.arange(experts), lower, upper)


KINDS: tuple[Kind, ...] = ("timing", "ordinal", "quantity", "nominal")


def test_every_rule_of_the_registry_is_tested_here() -> None:
    assert set(POOLS) == set(RULES)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", POOLS)
def test_every_rule_returns_distributions(name: str, kind: Kind, rng: np.random.Generator) -> None:
    pooled = POOLS[name](EXPERTS, rng.dirichlet([1, 1], size=7).T, cells(kind))
    assert pooled.shape == (3, 7)
    assert pooled.min() >= 0
    np.testing.assert_allclose(pooled.sum(axis=0), 1, rtol=1e-13)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", POOLS)
def test_one_expert_alone_is_the_pool(name: str, kind: Kind) -> None:
    for expert in EXPERTS:
        alone = POOLS[name](expert[None], np.ones((1, 1)), cells(kind, 1))
        np.testing.assert_allclose(alone[:, 0], expert, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", [name for name in POOLS if name != "hierarchical"])
def test_one_expert_with_all_the_weight_is_the_pool(name: str, kind: Kind) -> None:
    np.testing.assert_allclose(POOLS[name](EXPERTS, np.eye(2), cells(kind)), EXPERTS.T, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", POOLS)
def test_who_stands_first_changes_nothing(name: str, kind: Kind) -> None:
    weights, swapped = np.array([[0.3], [0.7]]), np.array([[0.7], [0.3]])
    one, other = (POOLS[name](p, w, cells(kind)) for p, w in ((EXPERTS, weights), (EXPERTS[::-1], swapped)))
    np.testing.assert_allclose(one, other, rtol=1e-12)


# -- linear and log ----------------------------------------------------------------------------


def test_the_linear_pool_is_a_mixture() -> None:
    """SHELF's case: weights 1/6, 2/6, 3/6 of a gamma, a normal and a lognormal; F(1.5) is the weighted sum."""
    from scipy.stats import gamma, lognorm

    edges = np.array([-50.0, 1.5, 200.0])
    laws = (gamma(10, scale=1 / 4), norm(3, 2), lognorm(2, scale=3))
    p = np.array([np.diff(law.cdf(edges)) for law in laws])
    weights = np.array([[1], [2], [3]]) / 6
    expected = sum(w * law.cdf(1.5) for w, law in zip(weights[:, 0], laws, strict=True))
    assert linear(p, weights)[0, 0] == pytest.approx(expected, abs=1e-12)


def test_the_log_pool_is_externally_bayesian() -> None:
    likelihood, weights = np.array([3.0, 0.5, 1.0]), np.array([[0.4], [0.6]])
    updated = EXPERTS * likelihood / (EXPERTS * likelihood).sum(axis=1, keepdims=True)
    after = log(EXPERTS, weights)[:, 0] * likelihood
    np.testing.assert_allclose(log(updated, weights)[:, 0], after / after.sum(), rtol=1e-13)


def test_the_log_pool_of_normals_has_the_mean_precision() -> None:
    edges = np.linspace(-12, 12, 4001)
    p = np.array([np.diff(norm(m, s).cdf(edges)) for m, s in ((0, 1), (1, 2))])
    w = np.array([0.25, 0.75])
    precision = w @ np.array([1, 1 / 4])
    mean = w @ np.array([0, 1 / 4]) / precision
    pooled = np.cumsum(log(p, w[:, None])[:, 0])
    np.testing.assert_allclose(pooled, norm(mean, precision**-0.5).cdf(edges[1:]), atol=2e-6)


def test_in_the_log_pool_anyone_can_rule_an_outcome_out() -> None:
    assert log(EXPERTS, np.array([[0.01], [0.99]]))[2, 0] == 0
    with pytest.raises(DegenerateDraws, match="no outcome has probability from every expert; use `method: linear`"):
        log(np.eye(2), np.full((2, 1), 0.5))


# -- quantile ----------------------------------------------------------------------------------


def test_quantile_averages_of_normals_are_normal() -> None:
    edges = np.linspace(-15, 15, 3001)
    p = np.array([np.diff(norm(m, s).cdf(edges)) for m, s in ((0, 1), (3, 2))])
    p /= p.sum(axis=1, keepdims=True)
    pooled = np.cumsum(averaged(p, np.array([[0.25], [0.75]]), edges[:-1], edges[1:])[:, 0])
    np.testing.assert_allclose(pooled, norm(2.25, 1.75).cdf(edges[1:]), atol=2e-5)  # width of a cell 0.01, squared


def test_quantile_averages_against_a_plain_inversion(rng: np.random.Generator) -> None:
    edges = np.sort(rng.normal(size=9))
    p, w = rng.dirichlet(np.ones(8), size=3), rng.dirichlet(np.ones(3))
    u = np.linspace(0, 1, 20001)
    mean = sum(
        weight * np.interp(u, np.concatenate([[0], np.cumsum(q)]), edges) for weight, q in zip(w, p, strict=True)
    )
    expected = np.diff(np.interp(edges, mean, u))
    found = averaged(p, w[:, None], edges[:-1], edges[1:])[:, 0]
    np.testing.assert_allclose(found, expected, atol=2 / 20001)


def test_an_atom_that_all_share_stays_one() -> None:
    lower, upper = np.array([0.0, 1.0, 1.0]), np.array([1.0, 1.0, 2.0])
    p = np.array([[0.3, 0.4, 0.3], [0.3, 0.2, 0.5]])
    pooled = averaged(p, np.full((2, 1), 0.5), lower, upper)[:, 0]
    # both are at 1 for u in (0.3, 0.5): there, and nowhere else, the mean is 1 too
    np.testing.assert_allclose(pooled, [0.3, 0.2, 0.5], rtol=1e-12)


def test_of_dates_the_days_are_averaged_and_never_is_pooled_linearly() -> None:
    p = np.zeros((2, 11))
    p[0, [1, 10]] = 0.6, 0.4  # day 2
    p[1, [7, 10]] = 0.9, 0.1  # day 8
    pooled = quantile(p, np.full((2, 1), 0.5), cells("timing", size=11))[:, 0]
    assert pooled[10] == pytest.approx(0.25)
    assert pooled[4] == pytest.approx(0.75)  # day 5


def test_who_says_never_for_certain_has_no_say_on_the_day() -> None:
    p = np.array([[0.5, 0.5, 0.0], [0.0, 0.0, 1.0]])
    np.testing.assert_allclose(quantile(p, np.full((2, 1), 0.5), cells("timing"))[:, 0], [0.25, 0.25, 0.5])


# -- median and probit -------------------------------------------------------------------------


def test_simple_aggregators_by_hand() -> None:
    """Of 0.1, 0.2 and 0.6 that something is so: mean, median, geometric mean of odds, and of probits."""
    p, w = np.array([[0.1, 0.9], [0.2, 0.8], [0.6, 0.4]]), np.full((3, 1), 1 / 3)
    of = cells("ordinal", 3, 2)
    assert linear(p, w)[0, 0] == pytest.approx(0.3)
    assert median(p, w, of)[0, 0] == pytest.approx(0.2)
    odds = (1 / 9 * 1 / 4 * 3 / 2) ** (1 / 3)
    assert log(p, w)[0, 0] == pytest.approx(odds / (1 + odds))
    assert probit(p, w, of)[0, 0] == pytest.approx(norm.cdf(norm.ppf([0.1, 0.2, 0.6]).mean()))


def test_the_median_lies_between_the_middles_of_weights() -> None:
    p = np.array([[0.1, 0.9], [0.4, 0.6]])
    found = median(p, np.array([[0.5, 0.75, 1.0, 0.0], [0.5, 0.25, 0.0, 1.0]]), cells("ordinal", 2, 2))[0]
    # with 3/4 and 1/4 the middles are at 0.375 and 0.875: a half lies a quarter of the way
    np.testing.assert_allclose(found, [0.25, 0.175, 0.1, 0.4])


def test_the_median_does_not_follow_one_who_is_far_off() -> None:
    p = np.array([[0.2, 0.3, 0.5], [0.25, 0.3, 0.45], [1.0, 0.0, 0.0]])
    further = np.array([[0.2, 0.3, 0.5], [0.25, 0.3, 0.45], [0.3, 0.6, 0.1]])
    w = np.full((3, 1), 1 / 3)
    np.testing.assert_allclose(median(p, w, cells("ordinal", 3)), median(further, w, cells("ordinal", 3)), rtol=1e-12)


def test_the_probit_pool_of_normals_is_normal() -> None:
    edges = np.linspace(-8, 8, 41)
    p = np.array([np.diff(norm(m, s).cdf(edges)) for m, s in ((0, 1), (1, 2))])
    p /= p.sum(axis=1, keepdims=True)
    z = np.array([norm.ppf(np.cumsum(q)[19]) for q in p])
    pooled = np.cumsum(probit(p, np.array([[0.3], [0.7]]), cells("quantity", 2, 40))[:, 0])
    assert pooled[19] == pytest.approx(norm.cdf([0.3, 0.7] @ z), rel=1e-9)


# -- beta --------------------------------------------------------------------------------------


def test_the_beta_pool_is_its_formula(rng: np.random.Generator) -> None:
    p, w = rng.dirichlet(np.ones(6), size=3), rng.dirichlet(np.ones(3), size=4).T
    pooled = beta(2.0, 0.7)(p, w, cells("ordinal", 3))
    np.testing.assert_allclose(np.cumsum(pooled, axis=0), beta_law(2.0, 0.7).cdf(np.cumsum(p.T @ w, axis=0)), rtol=1e-9)


def test_beta_shapes_are_learned_and_without_seeds_are_one(rng: np.random.Generator) -> None:
    assert fitted(np.array([])) == pytest.approx((1.0, 1.0), abs=1e-6)
    n = 4000
    a, b = fitted(rng.beta(2.0, 1.4, size=n))
    covariance = np.linalg.inv(n * _beta_information(2.0, 1.4))
    for found, true, variance in ((a, 2.0, covariance[0, 0]), (b, 1.4, covariance[1, 1])):
        assert abs(found - true) < norm.isf(0.001 / 4) * np.sqrt(variance) + 0.01  # and the prior's small pull


def _beta_information(a: float, b: float) -> np.ndarray:
    from scipy.special import polygamma

    return np.diag(polygamma(1, [a, b])) - polygamma(1, a + b)


# -- log-odds ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("n", "factor"),
    [(1, 1.0), (2, 1.2915), (3, 1.4153), (5, 1.5290), (10, 1.6250), (20, 1.6770), (50, 1.7096), (1000, 1.7309)],
)
def test_extremizing_factors(n: int, factor: float) -> None:
    assert float(neyman_roughgarden(n)) == pytest.approx(factor, abs=5e-5)
    stated = n * (np.sqrt(3 * n**2 - 3 * n + 1) - 2) / (n**2 - n - 1)
    assert float(neyman_roughgarden(n)) == pytest.approx(stated, rel=1e-12)


def test_the_factor_tends_to_the_root_of_three_and_has_no_hole_at_the_golden_ratio() -> None:
    assert float(neyman_roughgarden(1e9)) == pytest.approx(np.sqrt(3), rel=1e-8)
    golden = (1 + np.sqrt(5)) / 2
    near = neyman_roughgarden(golden + np.array([-1e-6, 0, 1e-6]))
    assert np.all(np.diff(near) > 0)


def test_log_odds_of_yes_and_no_by_hand() -> None:
    p = np.array([[0.2, 0.8], [0.3, 0.7], [0.25, 0.75]])
    w = np.full((3, 1), 1 / 3)
    found = log_odds()(p, w, cells("ordinal", 3, 2))[0, 0]
    assert found == pytest.approx(expit(neyman_roughgarden(3) * logit(p[:, 0]).mean()), rel=1e-12)
    raw = log_odds(1.0)(p, w, cells("ordinal", 3, 2))[0, 0]
    assert raw == pytest.approx(log(p, w)[0, 0], rel=1e-12)
    assert found < raw < 0.5


def test_a_base_rate_is_what_the_others_move_away_from() -> None:
    p = np.array([[0.10, 0.90], [0.2, 0.8], [0.3, 0.7]])
    found = log_odds(base_rates=[0])(p, np.full((3, 1), 1 / 3), cells("ordinal", 3, 2))[0, 0]
    base, mean = logit(0.1), logit(p[1:, 0]).mean()
    assert found == pytest.approx(expit(base + neyman_roughgarden(2) * (mean - base)), rel=1e-12)
    alone = log_odds(base_rates=[0])(p[:1], np.ones((1, 1)), cells("ordinal", 1, 2))
    assert alone[0, 0] == pytest.approx(0.1)


def test_only_yes_no_questions_are_extremized() -> None:
    w = np.full((2, 1), 0.5)
    np.testing.assert_array_equal(log_odds(3.0)(EXPERTS, w, cells("ordinal")), linear(EXPERTS, w))
    day_or_never = np.array([[0.2, 0.8], [0.4, 0.6]])
    np.testing.assert_array_equal(log_odds(3.0)(day_or_never, w, cells("timing", size=2)), linear(day_or_never, w))


def test_the_factor_is_learned_and_shrunk_towards_neyman_and_roughgarden(rng: np.random.Generator) -> None:
    assert fitted_factor(np.array([]), np.array([]), 5) == pytest.approx(float(neyman_roughgarden(5)), rel=1e-4)
    x = rng.normal(size=4000)
    many = fitted_factor(x, (rng.random(4000) < expit(2.5 * x)).astype(float), 5)
    few = fitted_factor(x[:4], (rng.random(4) < expit(2.5 * x[:4])).astype(float), 5)
    assert abs(many - 2.5) < 0.35  # sd 0.08, and the prior's pull; Neyman and Roughgarden's is 1.53
    assert abs(few - 1.53) < abs(few - 2.5)


# -- hierarchical ------------------------------------------------------------------------------

M, S = np.array([0.0, 1.0, -0.5]), np.array([1.0, 1.5, 0.8])
B, K, RHO = np.array([0.2, -0.1, 0.3]), np.array([1.2, 1.5, 0.9]), 0.4


def _normal_pool(rho: float = RHO) -> tuple[float, float]:
    """Mean and sd of the pool of normal experts: x ~ N(m_e + s_e b_e) with errors s_e k_e, equally correlated."""
    correlation = np.full((3, 3), rho)
    np.fill_diagonal(correlation, 1.0)
    covariance = np.outer(S * K, S * K) * correlation
    ones = np.linalg.solve(covariance, np.ones(3))
    return float(ones @ (M + S * B) / ones.sum()), float(ones.sum() ** -0.5)


def test_the_hierarchical_pool_of_normal_experts_is_normal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hier, "FLOOR", 0.0)
    edges = np.linspace(-4.5, 5.5, 2001)
    p = np.array([np.diff(norm(m, s).cdf(edges)) for m, s in zip(M, S, strict=True)])
    p[:, 0] += norm(M, S).cdf(edges[0])
    p[:, -1] += norm(M, S).sf(edges[-1])
    pooled = np.cumsum(given_trust(p, B[:, None], K[:, None], np.array([RHO]))[:, 0])
    mean, sd = _normal_pool()
    np.testing.assert_allclose(pooled[:-1], norm(mean, sd).cdf(edges[1:-1]), atol=2e-4)
    wrong, wrong_sd = _normal_pool(rho=0.0)
    assert np.abs(pooled[:-1] - norm(wrong, wrong_sd).cdf(edges[1:-1])).max() > 0.02


def test_coarse_cells_tell_nearly_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hier, "FLOOR", 0.0)
    edges = np.array([-np.inf, -0.5, 0.2, 1.0, 2.0, np.inf])
    p = np.array([np.diff(norm(m, s).cdf(edges)) for m, s in zip(M, S, strict=True)])
    pooled = given_trust(p, B[:, None], K[:, None], np.array([RHO]))[:, 0]
    expected = np.diff(norm(*_normal_pool()).cdf(edges))
    np.testing.assert_allclose(pooled, expected, atol=0.04)  # where in a cell experts differ is not in its mass


def test_sure_experts_of_one_source_count_once() -> None:
    p = np.repeat(np.array([[0.1, 0.2, 0.4, 0.2, 0.1]]), 5, axis=0)
    apart, together = (given_trust(p, np.zeros((5, 1)), np.ones((5, 1)), np.array([rho]))[:, 0] for rho in (0.01, 0.99))
    assert apart[2] > 0.6
    np.testing.assert_allclose(together, p[0], atol=0.01)


def test_no_expert_rules_anything_out_for_good() -> None:
    p = np.array([[0.0, 1.0], [0.5, 0.5]])
    pooled = given_trust(p, np.zeros((2, 1)), np.ones((2, 1)), np.array([0.5]))[:, 0]
    assert 0 < pooled[0] < 0.01


def test_draws_of_trust_have_the_moments_of_those_learned(rng: np.random.Generator) -> None:
    trust = prior_trust(3, rng, 4000)
    b, k, rho = trust.at(rng.normal(size=(7, 20000)))
    bound = norm.isf(0.001 / 14) * np.sqrt(1 / 20000)
    for found, stated in ((b, trust.bias), (np.log(k), np.log(trust.overconfidence))):
        assert np.all(np.abs(found.mean(axis=1) - stated.mean(axis=1)) < bound * stated.std(axis=1))
    assert abs(logit(rho).mean() - logit(trust.shared).mean()) < bound * logit(trust.shared).std()
    assert np.median(trust.overconfidence) == pytest.approx(1.5, abs=0.06)


# -- by name -----------------------------------------------------------------------------------


def test_a_rule_by_name() -> None:
    setting = Setting(small(), np.array([0.5, 0.5]))
    assert rule("linear", setting) is linear
    with pytest.raises(CaseError, match="no method 'lnear'; did you mean 'linear'"):
        rule("lnear", setting)


def test_the_beta_rule_wants_seeds_or_shapes() -> None:
    w = np.array([0.5, 0.5])
    with pytest.raises(CaseError, match=r"add seeds\.csv, or state its shapes, `beta: \[1\.3, 1\.3\]`"):
        pooling_of(small(pooling={"method": "beta"}), w)
    assert pooling_of(small(pooling={"method": "beta", "beta": (1.3, 1.3)}), w).name == "beta"


def test_yes_no_seeds_move_the_factor() -> None:
    rows = "".join(
        f"ann,2025-06-11,1,past_{i},,probability,yes,0.7\nbo,2025-06-11,1,past_{i},,probability,no,0.3\n"
        for i in range(12)
    )
    seeds = tuple(Seed(question=f"past_{i}", answer=1.0, line=i + 2) for i in range(12))
    made = small(rows.strip(), pooling={"method": "log_odds"}).model_copy(update={"seeds": seeds})
    p, w = np.array([[0.3, 0.7], [0.4, 0.6]]), np.array([[0.5], [0.5]])
    moved = pooling_of(made, w[:, 0]).pool(p, w, cells("ordinal", size=2))[1, 0]
    stated = log_odds()(p, w, cells("ordinal", size=2))[1, 0]
    assert moved > stated  # all twelve came true at 70 %: bolder would have been better


def test_draws_take_each_rule_as_often_and_their_own_weights(rng: np.random.Generator) -> None:
    pooling = Pooling("linear", linear, (log, quantile))
    weights = rng.dirichlet([1, 1], size=900).T
    z = {"rule": norm.ppf((np.arange(900) + 0.5) / 900)[None], "trust": np.empty((0, 900))}
    assert pooling.sizes() == {"rule": 1, "trust": 0}
    experts = np.array([[0.6, 0.3, 0.1], [0.2, 0.3, 0.5]])
    drawn = pooling.drawn(experts, weights, cells("quantity"), z)
    for part, pool in enumerate((linear, log, quantile)):
        mine = slice(300 * part, 300 * (part + 1))
        np.testing.assert_allclose(drawn[:, mine], pool(experts, weights[:, mine], cells("quantity")), rtol=1e-12)


def test_the_stated_prior_of_trust_is_the_same_every_time() -> None:
    made = small(pooling={"method": "hierarchical"})
    one, two = (pooling_of(made, np.array([0.5, 0.5])).trust for _ in range(2))
    assert one is not None
    assert two is not None
    np.testing.assert_array_equal(one.bias, two.bias)
