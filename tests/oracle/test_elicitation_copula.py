"""Copulas and correlation matrices against scipy, closed forms and published answers."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy import optimize
from scipy.stats import multivariate_normal, norm

from foedus.elicitation.copula import bivariate, from_concordance, from_conditional, scores
from foedus.elicitation.correlation import complete, feasible, nearest, repair
from foedus.errors import DegenerateDraws

NAN = np.nan


def joint(h: float, k: float, r: float) -> float:
    return float(multivariate_normal.cdf([h, k], mean=[0, 0], cov=[[1, r], [r, 1]]))


@pytest.mark.parametrize(("c", "r"), [(0.4, -0.309017), (0.3, -0.587785), (0.8, 0.809017), (0.5, 0.0)])
def test_concordance_known_answers(c: float, r: float) -> None:
    assert float(from_concordance(c)) == pytest.approx(r, abs=1e-6)
    assert 2 * joint(0, 0, float(from_concordance(c))) == pytest.approx(c, abs=1e-9)


@pytest.mark.parametrize("r", [-0.99, -0.6, 0.0, 0.3, 0.97, 0.99])
def test_bivariate_normal_is_that_of_scipy(r: float) -> None:
    for h, k in itertools.product([-3.1, -0.1, 0.0, 0.08, 1.7], repeat=2):
        assert float(bivariate(h, k, r)) == pytest.approx(joint(h, k, r), abs=1e-12)
    assert float(bivariate(np.inf, 0.3, r)) == pytest.approx(float(norm.cdf(0.3)), abs=1e-15)
    assert float(bivariate(0.3, -np.inf, r)) == 0


@pytest.mark.parametrize("r", [-0.95, -0.5, 0.0, 0.2, 0.8, 0.98])
@pytest.mark.parametrize("given", [(-np.inf, -0.7), (0.4, np.inf), (1.1, 1.2)])
def test_a_binary_conditional_gives_back_its_correlation(r: float, given: tuple[float, float]) -> None:
    cut = 0.3
    lo, hi = (np.clip(end, -9, 9) for end in given)
    p = (joint(hi, cut, r) - joint(lo, cut, r)) / (norm.cdf(hi) - norm.cdf(lo))
    found = from_conditional(np.array([norm.cdf(cut), norm.sf(cut)]), [given], np.array([p, 1 - p]))
    candidates = [found.r] if found.other is None else [found.r, found.other]
    assert min(abs(r - at) for at in candidates) < 1e-6
    assert found.residual < 1e-12


@pytest.mark.parametrize("r", [-0.9, 0.35, 0.9])
def test_a_conditional_over_many_cells_and_two_intervals(r: float) -> None:
    p_b = np.array([0.1, 0.3, 0.05, 0.35, 0.2])
    edges, intervals = np.clip(scores(p_b), -9, 9), [(-9.0, -1.2), (0.2, 0.9)]
    mass = sum(norm.cdf(hi) - norm.cdf(lo) for lo, hi in intervals)
    below = np.array([sum(joint(hi, k, r) - joint(lo, k, r) for lo, hi in intervals) / mass for k in edges])
    found = from_conditional(p_b, intervals, np.diff(below))
    assert found.other is None
    assert found.r == pytest.approx(r, abs=1e-8)
    assert found.residual < 1e-9


def test_a_concordance_comes_back_from_a_simulated_copula(rng: np.random.Generator) -> None:
    """SHELF, test-copula: 0.8, recovered within three Monte Carlo standard errors; 0.7 is not."""
    n, c = 40_000, 0.8
    r = float(from_concordance(c))
    z = rng.multivariate_normal([0, 0], [[1, r], [r, 1]], size=n)
    x, y = norm.cdf(z).T  # any margins: their medians are at 1/2
    same = float(np.mean((x < 0.5) == (y < 0.5)))
    assert abs(same - c) < 3 * np.sqrt(c * (1 - c) / n)
    assert abs(same - 0.7) > 3 * np.sqrt(0.7 * 0.3 / n)


def test_what_no_copula_can_give_is_matched_as_well_as_possible() -> None:
    p_b, wanted = np.full(4, 0.25), np.array([0.0, 0.5, 0.5, 0.0])
    found = from_conditional(p_b, [(0.0, np.inf)], wanted)
    assert found.residual > 0.05

    def misfit(r: float) -> float:
        below = [2 * (norm.cdf(k) - joint(0, k, r)) for k in scores(p_b)[1:-1]]
        return float(((np.array(below) - np.cumsum(wanted)[:-1]) ** 2).sum())

    assert misfit(found.r) <= min(misfit(r) for r in np.linspace(-0.99, 0.99, 199)) + 1e-9


def test_a_middle_band_leaves_two_directions() -> None:
    found = from_conditional(np.array([0.7, 0.3]), [(-1.0, 0.9)], np.array([0.75, 0.25]))
    assert found.other is not None
    assert found.r * found.other < 0


def test_a_sure_margin_tells_nothing() -> None:
    found = from_conditional(np.array([1.0, 0.0]), [(0.0, np.inf)], np.array([1.0, 0.0]))
    assert found.r == 0
    assert found.other is not None


def test_higham_known_answer() -> None:
    R = np.array([[1.0, 1, 0], [1, 1, 1], [0, 1, 1]])
    X, change, pair = nearest(R)
    np.testing.assert_allclose(X[[0, 0, 1], [1, 2, 2]], [0.76069, 0.15730, 0.76069], atol=1e-5)
    assert np.linalg.norm(X - R) == pytest.approx(0.52779, abs=1e-5)
    assert change == pytest.approx(1 - 0.76069, abs=1e-5)
    assert pair in {(0, 1), (1, 2)}
    assert np.linalg.eigvalsh(X)[0] >= 1e-6 * (1 - 1e-6)


def test_a_correlation_matrix_is_left_alone() -> None:
    R = np.eye(3) + (1 - np.eye(3)) * -0.3
    X, change, pair = nearest(R)
    np.testing.assert_array_equal(X, R)
    assert (change, pair) == (0.0, None)


def test_three_concordances_known_eigenvalues() -> None:
    a, b, c = from_concordance([0.4, 0.4, 0.3])
    R = np.array([[1, a, b], [a, 1, c], [b, c, 1]])
    np.testing.assert_allclose(np.linalg.eigvalsh(R), [0.179462, 1.232753, 1.587785], atol=1e-6)


def test_a_chain_is_completed_with_the_product() -> None:
    R = np.array([[1, 0.6, NAN, NAN], [0.6, 1, -0.5, NAN], [NAN, -0.5, 1, 0.9], [NAN, NAN, 0.9, 1]])
    X = complete(R)
    np.testing.assert_allclose([X[0, 2], X[1, 3], X[0, 3]], [-0.3, -0.45, -0.27], atol=1e-12)
    np.testing.assert_allclose(np.linalg.inv(X)[np.isnan(R)], 0, atol=1e-11)


def test_a_question_apart_stays_independent() -> None:
    R = np.array([[1, 0.6, NAN], [0.6, 1, NAN], [NAN, NAN, 1]])
    np.testing.assert_allclose(complete(R), [[1, 0.6, 0], [0.6, 1, 0], [0, 0, 1]], atol=1e-13)


FREE = [(0, 2), (1, 3), (0, 3), (1, 4)]


def filled(R: np.ndarray, values: np.ndarray) -> np.ndarray:
    out = R.copy()
    for (i, j), value in zip(FREE, values, strict=True):
        out[i, j] = out[j, i] = value
    return out


def lost(values: np.ndarray, R: np.ndarray) -> float:
    at = filled(R, values)
    return -float(np.linalg.slogdet(at)[1]) if np.linalg.eigvalsh(at)[0] > 0 else 1e6


def test_completion_of_a_circle_has_the_largest_determinant(rng: np.random.Generator) -> None:
    exact = {"xatol": 1e-9, "fatol": 1e-13, "maxiter": 9000}
    for _ in range(10):
        full = np.corrcoef(rng.normal(size=(5, 9)))
        R = filled(full, np.full(len(FREE), NAN))
        start = np.array([full[i, j] for i, j in FREE])
        best = optimize.minimize(lost, start, args=(R,), method="Nelder-Mead", options=exact)
        X = complete(R)
        np.testing.assert_allclose([X[i, j] for i, j in FREE], best.x, atol=1e-6)
        assert np.linalg.slogdet(X)[1] >= -best.fun - 1e-12


def test_what_has_no_completion_says_so() -> None:
    R = np.array([[1, 0.9, NAN, -0.9], [0.9, 1, 0.9, NAN], [NAN, 0.9, 1, 0.9], [-0.9, NAN, 0.9, 1]])
    with pytest.raises(DegenerateDraws, match="the judged correlations fit no positive definite matrix"):
        complete(R)


def test_a_circle_is_repaired_to_cos_45() -> None:
    """Of four variables in a circle with correlations (a, a, a, -a), a is at most cos(pi / 4)."""
    R = np.array([[1, 0.9, NAN, -0.9], [0.9, 1, 0.9, NAN], [NAN, 0.9, 1, 0.9], [-0.9, NAN, 0.9, 1]])
    X, change, _ = repair(R)
    np.testing.assert_allclose(np.abs(X[[0, 1, 2, 0], [1, 2, 3, 3]]), np.sqrt(0.5), atol=1e-5)
    assert change == pytest.approx(0.9 - np.sqrt(0.5), abs=1e-5)
    assert np.linalg.eigvalsh(X)[0] > 0


def test_a_full_matrix_is_repaired_like_higham() -> None:
    R = np.array([[1, 0.95, 0.1], [0.95, 1, 0.9], [0.1, 0.9, 1]])
    np.testing.assert_allclose(repair(R)[0], nearest(R)[0], atol=1e-9)


def test_feasible_ends_are_where_the_smallest_eigenvalue_vanishes(rng: np.random.Generator) -> None:
    for size in (2, 3, 5):
        R = np.corrcoef(rng.normal(size=(size, 8)))
        for end in feasible(R, 0, 1):
            at = R.copy()
            at[0, 1] = at[1, 0] = end
            assert np.linalg.eigvalsh(at)[0] == pytest.approx(0, abs=1e-12)


def test_nothing_is_feasible_where_the_rest_contradicts_itself() -> None:
    R = np.array([[1, 0, 0.9, -0.9], [0, 1, 0, 0], [0.9, 0, 1, 0.9], [-0.9, 0, 0.9, 1]])
    assert np.isnan(feasible(R, 0, 1)).all()
    R = np.eye(4) + (1 - np.eye(4)) * -0.9
    assert np.isnan(feasible(R, 0, 1)).all()
