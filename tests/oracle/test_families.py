"""Families against scipy, and against the known answers of SHELF and of the metalog's paper (facts, computed anew)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from scipy import stats

from foedus.elicitation.dirichlet import fit_dirichlet
from foedus.elicitation.families import FAMILIES, FamilyFit, compare, fit_family, metalog
from foedus.elicitation.fit import MisfitError

QUARTILES = np.array([0.25, 0.5, 0.75])


def log_t(x: Any, degrees: float, location: float, scale: float) -> Any:
    return stats.t(degrees).cdf((np.log(x) - location) / scale)


# SHELF, tests/testthat/test-fitting.R: family, stated values, their probabilities, bounds, degrees; what they came from
X = np.array
RECOVERED: list[tuple[str, Any, Any, dict[str, float], dict[str, float]]] = [
    ("normal", X([-10.0, 10, 50]), stats.norm(10, 20).cdf([-10, 10, 50]), {}, {"mean": 10, "sd": 20}),
    (
        "student_t",
        X([-10.0, 10, 30, 50]),
        stats.t(4, 10, 20).cdf([-10, 10, 30, 50]),
        {"degrees": 4},
        {"location": 10, "scale": 20},
    ),
    (
        "skew_normal",
        stats.skewnorm(4, 10, 5).ppf(QUARTILES),
        QUARTILES,
        {},
        {"location": 10, "scale": 5, "slant": 4},
    ),
    (
        "log_t",
        X([22.0, 30, 42]),
        log_t(X([22.0, 30, 42]), 5, np.log(30), 0.5),
        {"lower": 0, "degrees": 5},
        {"location": np.log(30), "scale": 0.5},
    ),
    (
        "mirror_log_t",
        X([22.0, 30, 35, 42]),
        1 - log_t(60 - X([22.0, 30, 35, 42]), 5, np.log(30), 0.5),
        {"upper": 60, "degrees": 5},
        {"location": np.log(30), "scale": 0.5},
    ),
    (
        "beta",
        X([18.0, 20, 22, 24]),
        stats.beta(5, 20, 10, 50).cdf([18, 20, 22, 24]),
        {"lower": 10, "upper": 60},
        {"a": 5, "b": 20},
    ),
    (
        "log_normal",
        X([-78.0, -70, -58]),
        stats.lognorm(0.5, -100, 30).cdf([-78, -70, -58]),
        {"lower": -100},
        {"mean": np.log(30), "sd": 0.5},
    ),
    (
        "log_normal",
        X([-6.0, -2, 2, 6]),
        stats.lognorm(0.5, -10, np.exp(2)).cdf([-6, -2, 2, 6]),
        {"lower": -10},
        {"mean": 2, "sd": 0.5},
    ),
    (
        "gamma",
        X([32.0, 35, 37]),
        stats.gamma(50, 10, 0.5).cdf([32, 35, 37]),
        {"lower": 10},
        {"shape": 50, "rate": 2},
    ),
    (
        "mirror_gamma",
        25 - stats.gamma(50, scale=0.5).isf([0.25, 0.5, 0.6, 0.75]),
        X([0.25, 0.5, 0.6, 0.75]),
        {"upper": 25},
        {"shape": 50, "rate": 2},
    ),
]


@pytest.mark.parametrize(("name", "x", "p", "more", "wanted"), RECOVERED)
def test_the_parameters_that_the_points_came_from_are_recovered(
    name: str, x: Any, p: Any, more: dict[str, Any], wanted: Mapping[str, float]
) -> None:
    found = fit_family(name, p, x, **more)
    assert {key: found.parameters[key] for key in wanted} == pytest.approx(wanted, rel=1e-6)
    assert found.sum_of_squares < 1e-20


@pytest.mark.parametrize(("name", "x", "p", "more", "wanted"), RECOVERED)
def test_another_family_does_not_go_through_the_same_points(
    name: str, x: Any, p: Any, more: dict[str, Any], wanted: Mapping[str, float]
) -> None:
    """The negative control of the test above: points of a skewed family are not those of a normal, and the reverse."""
    wrong = "student_t" if name == "normal" else "normal"
    if len(x) > 2:
        assert fit_family(wrong, p, x).uncut > 1e-10


def test_mirroring_lognormal_is_a_lognormal_from_the_other_side() -> None:
    x = X([40.0, 48, 53])
    p = stats.lognorm(0.4, scale=10).sf(60 - x)
    found = fit_family("mirror_log_normal", p, x, upper=60)
    assert dict(found.parameters) == pytest.approx({"mean": np.log(10), "sd": 0.4}, rel=1e-8)
    at = X([-5.0, 30, 59])
    np.testing.assert_allclose(found.shape.tails(at)[0], stats.lognorm(0.4, scale=10).sf(60 - at), rtol=1e-10)
    np.testing.assert_allclose(found.shape.tails(at)[1], stats.lognorm(0.4, scale=10).cdf(60 - at), rtol=1e-10)
    np.testing.assert_allclose(found.shape.value(found.shape.tails(at)[0]), at, rtol=1e-9)


def shelf(x: list[float]) -> tuple[list[FamilyFit], dict[str, FamilyFit]]:
    """All families with fewer parameters than points on [0, 100], as SHELF ranks them: before anything is cut off."""
    fits = [fit for fit in compare(QUARTILES, X(x), 0, 100) if fit.family != "skew_normal"]
    return sorted(fits, key=lambda fit: round(fit.uncut / 1e-12)), {fit.family: fit for fit in fits}


def test_the_vignettes_first_expert_is_normal() -> None:
    ranked, by = shelf([30.0, 40, 50])
    assert {fit.family for fit in ranked[:2]} == {"normal", "student_t"}  # both go through three symmetric points
    assert dict(by["normal"].parameters) == pytest.approx({"mean": 40, "sd": 14.826}, abs=1e-3)
    assert fit_family("best", QUARTILES, X([30.0, 40, 50]), 0, 100).family == "normal"


@pytest.mark.parametrize(
    ("x", "location", "scale"), [([20.0, 25, 35], 3.2473, 0.3698), ([25.0, 30, 40], 3.4277, 0.3114)]
)
def test_the_vignettes_other_judgments_are_nearest_to_log_t(x: list[float], location: float, scale: float) -> None:
    ranked, _ = shelf(x)
    assert ranked[0].family == "log_t"
    assert ranked[0].parameters["location"] == pytest.approx(location, abs=1e-4)
    assert ranked[0].parameters["scale"] == pytest.approx(scale, abs=1e-4)


def test_what_is_cut_off_at_a_bound_counts_against_a_family() -> None:
    """Within [0, 100] the log-t puts 1.7 % beyond 100; cut off there, it misses more than the log-normal."""
    fits = {fit.family: fit for fit in compare(QUARTILES, X([20.0, 25, 35]), 0, 100)}
    assert fits["log_t"].outside == pytest.approx(stats.t(3).sf((np.log(100) - 3.2473) / 0.3698), abs=1e-4)
    assert fits["log_t"].uncut < fits["log_normal"].uncut
    assert fits["log_t"].sum_of_squares > fits["log_normal"].sum_of_squares
    assert fit_family("best", QUARTILES, X([20.0, 25, 35]), 0, 100).family == "log_normal"
    assert float(fits["log_t"].shape.tails(X(100.0))[0]) == 1
    assert float(fits["log_t"].shape.value(X(1.0))) == 100


def test_the_vignettes_feedback_from_the_beta() -> None:
    found = fit_family("beta", QUARTILES, X([25.0, 30, 40]), 0, 100)
    assert dict(found.parameters) == pytest.approx({"a": 5.4521, "b": 11.6056}, abs=1e-4)
    assert float(found.shape.value(X(0.05))) == pytest.approx(15.17, abs=5e-3)
    assert float(found.shape.tails(X(25.0))[0]) == pytest.approx(0.2832, abs=5e-5)


@pytest.mark.parametrize("name", FAMILIES)
def test_a_family_is_fitted_at_least_as_well_as_by_a_general_optimiser(name: str, rng: np.random.Generator) -> None:
    """The least sum of squares, against Nelder-Mead from many starts."""
    from scipy.optimize import minimize

    base = FAMILIES[name].base(3.0)
    coordinate = FAMILIES[name].coordinate
    for _ in range(2):
        p, x = X([0.05, 0.25, 0.5, 0.75, 0.95]), np.sort(rng.uniform(5, 95, 5))
        found = fit_family_uncut(name, p, x)
        stated = 1 - p if coordinate.mirrored else p
        u = coordinate.forward(x, 0, 100)

        def lost(theta: Any, u: Any = u, stated: Any = stated) -> float:
            return float(np.sum((base.cdf(theta, u) - stated) ** 2))

        starts = base.starts(np.sort(stated), np.sort(u))
        tried = [minimize(lost, start + rng.normal(0, 0.3, base.size), method="Nelder-Mead") for start in starts]
        assert found.uncut <= min(result.fun for result in tried) + 1e-7


@pytest.mark.parametrize("name", FAMILIES)
def test_the_function_that_is_fitted_is_that_of_scipy(name: str, rng: np.random.Generator) -> None:
    base = FAMILIES[name].base(4.0)
    u = np.linspace(0.01, 0.99, 25)
    for _ in range(5):
        theta = rng.normal(0, 0.7, base.size)
        np.testing.assert_allclose(base.cdf(theta, u), base.make(theta).cdf(u), rtol=1e-9, atol=1e-12)


def fit_family_uncut(name: str, p: Any, x: Any) -> FamilyFit:
    return next(fit for fit in compare(p, x, 0, 100) if fit.family == name)


# -- metalog -------------------------------------------------------------------------------------


@pytest.mark.parametrize("alpha", [0.05, 0.1, 0.25])
@pytest.mark.parametrize("r", [0.3, 0.5, 0.61])
def test_three_symmetric_percentiles_give_the_closed_form(alpha: float, r: float) -> None:
    """Keelin (2016), the metalog of a symmetric percentile triplet."""
    low, high = 10.0, 30.0
    middle = low + r * (high - low)
    found = metalog.through(X([alpha, 0.5, 1 - alpha]), X([low, middle, high]), -np.inf, np.inf)
    log_odds = np.log((1 - alpha) / alpha)
    a2 = 0.5 * (high - low) / log_odds
    a3 = (1 - 2 * r) * (high - low) / ((1 - 2 * alpha) * log_odds)
    np.testing.assert_allclose(found.coefficients, [middle, a2, a3], rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize("alpha", [0.05, 0.1, 0.25])
def test_three_terms_are_feasible_where_keelin_says(alpha: float) -> None:
    """k < r < 1 - k with k = (1 - 1.66711 (1/2 - alpha)) / 2."""
    k = 0.5 * (1 - 1.66711 * (0.5 - alpha))
    for r, wanted in ((k - 2e-3, False), (k + 2e-3, True), (1 - k - 2e-3, True), (1 - k + 2e-3, False)):
        L = np.log(X([alpha, 0.5, 1 - alpha]) / (1 - X([alpha, 0.5, 1 - alpha])))
        a = np.linalg.solve(metalog.terms(L, 3), X([0, r, 1.0]))
        assert metalog.feasible(a) is wanted


def test_feasible_is_what_a_million_quantiles_show(rng: np.random.Generator) -> None:
    y = np.concatenate((np.geomspace(1e-12, 0.5, 4000), 1 - np.geomspace(0.5, 1e-12, 4000)[1:]))
    seen = set()
    for _ in range(300):
        k = int(rng.integers(2, 8))
        a = rng.normal(0, 1, k) * X([1, 1, 1.5, 2, 4, 4, 8, 8])[:k]
        a[1] = abs(a[1])
        rising = bool(np.all(np.diff(metalog.terms(np.log(y) - np.log1p(-y), k) @ a) > 0))
        if metalog.feasible(a) != rising:  # only where the smallest slope is next to nothing
            slope = metalog.slopes(np.linspace(-37, 37, 20001), k) @ a
            assert abs(slope.min()) < 1e-3 * np.abs(slope).max()
        seen.add(rising)
    assert seen == {True, False}


def test_slopes_are_the_derivative_of_the_terms() -> None:
    L, h = np.linspace(-9, 9, 41), 1e-6
    numeric = (metalog.terms(L + h, 9) - metalog.terms(L - h, 9)) / (2 * h)
    np.testing.assert_allclose(metalog.slopes(L, 9), numeric, atol=1e-8)


@pytest.mark.parametrize("bounds", [(-np.inf, np.inf), (0.0, np.inf), (-np.inf, 200.0), (0.0, 200.0)])
def test_a_feasible_metalog_goes_through_its_points_and_back(bounds: tuple[float, float]) -> None:
    p, x = X([0.05, 0.25, 0.5, 0.75, 0.95]), X([20.0, 33, 41, 52, 77])
    found = metalog.through(p, x, *bounds)
    assert len(found.coefficients) == 5
    np.testing.assert_allclose(found.tails(x)[0], p, rtol=1e-9)
    q = X([1e-9, 0.01, 0.3, 0.6, 0.99, 1 - 1e-9])
    at = found.value(q)
    assert np.all(np.diff(at) > 0)
    np.testing.assert_allclose(found.tails(at)[0], q, rtol=1e-7)
    np.testing.assert_allclose(found.tails(at)[1], 1 - q, rtol=1e-6)
    assert bounds[0] <= float(found.value(X(0.0)))
    assert float(found.value(X(1.0))) <= bounds[1]


def test_the_logistic_is_a_metalog_of_two_terms() -> None:
    x = stats.logistic(3, 2).ppf(QUARTILES)
    np.testing.assert_allclose(metalog.through(QUARTILES, x, -np.inf, np.inf).coefficients, [3, 2, 0], atol=1e-12)


def test_an_infeasible_metalog_is_never_returned() -> None:
    p, x = X([0.1, 0.25, 0.5, 0.75, 0.9]), X([1.0, 2, 2.1, 2.2, 30])
    found = metalog.through(p, x, -np.inf, np.inf)
    assert len(found.coefficients) < 5
    assert metalog.feasible(found.coefficients)
    assert not metalog.feasible(np.linalg.solve(metalog.terms(np.log(p / (1 - p)), 5), x))


# -- Dirichlet -----------------------------------------------------------------------------------


def test_the_vignettes_dirichlet() -> None:
    found = fit_dirichlet([QUARTILES] * 3, [[0.50, 0.55, 0.60], [0.22, 0.30, 0.35], [0.11, 0.15, 0.20]])
    np.testing.assert_allclose(found.alpha, [16.62, 8.962, 4.798], atol=5e-3)
    assert found.n == pytest.approx(30.382, abs=1e-3)
    assert found.smallest == pytest.approx(20.937, abs=1e-3)


def test_spreads_matched_to_the_raw_margins_would_be_wrong_in_the_third_digit() -> None:
    """The negative control: the means of the betas as they are, not rescaled to sum to 1."""
    found = fit_dirichlet([QUARTILES] * 3, [[0.50, 0.55, 0.60], [0.22, 0.30, 0.35], [0.11, 0.15, 0.20]])
    sizes = found.betas.sum(axis=1)
    mu = found.betas[:, 0] / sizes
    raw = np.sqrt(mu * (1 - mu) / (sizes + 1))
    scaled = mu / mu.sum()
    c = np.sqrt(scaled * (1 - scaled))
    n = (np.sum(c**2) / np.sum(c * raw)) ** 2 - 1
    assert scaled[1] * n == pytest.approx(8.948, abs=2e-3)
    assert abs(scaled[1] * n - found.alpha[1]) > 5e-3


def test_a_dirichlet_is_recovered_from_quartiles_of_its_margins() -> None:
    alpha = X([20.0, 10, 5])
    found = fit_dirichlet([QUARTILES] * 3, [stats.beta(a, 35 - a).ppf(QUARTILES) for a in alpha])
    np.testing.assert_allclose(found.alpha, alpha, rtol=1e-6)
    assert found.residual < 1e-9


@pytest.mark.parametrize(
    ("x", "match"),
    [
        ([[0.5], [0.5]], "at least two quantiles for each level"),
        ([[0.6, 0.5, 0.7], [0.3, 0.4, 0.5]], "the 0.5 quantile 0.5 of a probability does not lie above"),
        ([[0.0, 0.5, 0.7], [0.3, 0.4, 0.5]], "lie between 0 and 1, both excluded"),
    ],
)
def test_a_dirichlet_that_can_not_be_is_refused(x: list[list[float]], match: str) -> None:
    with pytest.raises(MisfitError, match=match):
        fit_dirichlet([QUARTILES[: len(x[0])]] * 2, x)
