"""Whatever an expert states coherently is honoured exactly, by a proper distribution on its support."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from elicitation_fixture import small
from foedus.elicitation.chips import fit_chips, fit_levels, fit_timing
from foedus.elicitation.fit import Distribution, MisfitError, fit_quantiles
from foedus.elicitation.panel import panel

levels = st.lists(st.integers(1, 999), min_size=2, max_size=8, unique=True).map(lambda p: np.sort(p) / 1000)
gaps = st.lists(st.floats(1e-3, 1e3), min_size=9, max_size=9)
bounds = st.tuples(st.none() | st.floats(0.01, 100), st.none() | st.floats(0.01, 100))


def values(gaps: list[float], n: int, start: float, bounds: tuple[float | None, float | None]) -> tuple[Any, Any]:
    x = start + np.cumsum(gaps[:n])
    lower, upper = bounds
    return x, {
        "lower": -np.inf if lower is None else float(x[0]) - lower,
        "upper": np.inf if upper is None else float(x[-1]) + upper,
    }


def check(fitted: Distribution, lower: float, upper: float) -> None:
    """Monotone, proper, inside the support, both tails agreeing, and quantile the inverse of cdf."""
    p = np.linspace(0.001, 0.999, 97)
    x = fitted.quantile(p)
    assume((np.abs(x) < 1e200).all())  # two close levels far apart in value: a tail beyond floating point
    assert (np.diff(x) >= 0).all()
    assert (x >= lower).all()
    assert (x <= upper).all()
    room = 1e-9 * (1 + np.abs(x))
    assert (fitted.cdf(x + room) >= p - 1e-9).all()
    assert (fitted.cdf_left(x - room) <= p + 1e-9).all()
    np.testing.assert_allclose(fitted.cdf(x) + fitted.sf(x), 1, rtol=1e-12)
    ends = np.array([-np.inf, *np.unique(x), np.inf])
    mass = fitted.mass(ends[:-1], ends[1:])
    assert (mass >= 0).all()
    np.testing.assert_allclose(mass.sum(), 1, rtol=1e-11)
    below, above = (lower, upper) if np.isfinite([lower, upper]).all() else (min(lower, -1e300), max(upper, 1e300))
    assert fitted.cdf_left(below) <= 1e-12
    assert fitted.sf(above) <= 1e-12


@given(p=levels, gaps=gaps, start=st.floats(-1e3, 1e3), bounds=bounds)
def test_stated_quantiles_are_honoured_exactly(p: Any, gaps: Any, start: float, bounds: Any) -> None:
    x, inside = values(gaps, len(p), start, bounds)
    fitted = fit_quantiles(p, x, **inside)
    np.testing.assert_allclose(fitted.cdf(x), p, rtol=1e-13)
    np.testing.assert_allclose(fitted.quantile(p), x, rtol=1e-9, atol=1e-9)
    assert fitted.residual < 1e-13
    check(fitted, **inside)


@example(p=np.array([0.001, 0.002]), gaps=[1.0] * 9, start=0.0, bounds=(None, 1.0), at=[(0, 0, 1)])
@example(p=np.array([0.001, 0.258]), gaps=[1.0] * 8 + [14.0], start=0.0, bounds=(None, None), at=[(0, 1, 1)])
@given(
    p=levels,
    gaps=gaps,
    start=st.floats(-1e3, 1e3),
    bounds=bounds,
    at=st.lists(st.tuples(st.integers(0, 7), st.integers(0, 3), st.integers(1, 400)), min_size=1, max_size=3),
)
def test_atoms_and_quantiles_of_the_whole(p: Any, gaps: Any, start: float, bounds: Any, at: Any) -> None:
    x, inside = values(gaps, len(p), start, bounds)
    atoms = {float(x[k % len(x)] + part * gaps[8] / 3): a / 1000 for k, part, a in at}
    atoms = {v: a for v, a in atoms.items() if inside["lower"] <= v <= inside["upper"]}
    assume(sum(atoms.values()) < 0.99)
    try:
        fitted = fit_quantiles(p, x, atoms=tuple(atoms.items()), **inside)
    except MisfitError:
        assume(False)
    for v, a in atoms.items():
        np.testing.assert_allclose(fitted.cdf(v) - fitted.cdf_left(v), a, atol=1e-13)
    for level, value in zip(p, x, strict=True):
        if value in atoms:
            assert fitted.cdf_left(value) <= level + 1e-12
            assert fitted.cdf(value) >= level - 1e-12
        else:
            np.testing.assert_allclose(fitted.cdf(value), level, rtol=1e-11)
    check(fitted, **inside)


@given(
    p=levels, gaps=gaps, start=st.floats(-1e3, 1e3), k=st.integers(0, 7), a=st.integers(1, 900)
)  # fmt: skip
def test_an_atom_is_refused_only_where_it_contradicts_a_quantile(
    p: Any, gaps: Any, start: float, k: int, a: int
) -> None:
    x, inside = values(gaps, len(p), start, (None, None))
    assume(len(p) >= 3)
    k, a = 1 + k % (len(p) - 2), a / 1000
    between = (x[k - 1] + x[k]) / 2
    assume(abs(a - (p[k] - p[k - 1])) > 1e-9)
    if a < p[k] - p[k - 1]:
        assert fit_quantiles(p, x, atoms=((between, a),), **inside).residual < 1e-12
    else:
        with pytest.raises(MisfitError, match="contradicts"):
            fit_quantiles(p, x, atoms=((between, a),), **inside)


@given(
    widths=st.lists(st.floats(1e-2, 1e2), min_size=1, max_size=9),
    chips=st.lists(st.integers(0, 20), min_size=9, max_size=9),
    start=st.floats(-1e3, 1e3),
    open_left=st.booleans(),
    open_right=st.booleans(),
    bounds=bounds,
)
def test_chips_are_honoured_exactly(
    widths: Any, chips: Any, start: float, open_left: bool, open_right: bool, bounds: Any
) -> None:
    edges, inside = values([1e-9, *widths], len(widths) + 1, start, bounds)
    bins = list(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True))
    if open_left:
        bins[0] = (-np.inf, bins[0][1])
    if open_right:
        bins[-1] = (bins[-1][0], np.inf)
    counts = np.array(chips[: len(bins)])
    assume(counts.sum() > 0)
    try:
        fitted = fit_chips(bins, counts, **inside)
    except MisfitError as error:
        assert "open bin takes its tail" in error.tell()  # noqa: PT017
        return
    lo, hi = (np.array(ends) for ends in zip(*bins, strict=True))
    np.testing.assert_allclose(fitted.mass(lo, hi), counts / counts.sum(), atol=1e-12)
    assert fitted.residual < 1e-12
    check(fitted, **inside)


@given(
    first=st.integers(1, 60),
    n=st.integers(61, 400),
    never=st.floats(0, 0.99),
    days=st.lists(st.integers(0, 10**6), min_size=1, max_size=5, unique=True),
    p=levels,
)
def test_a_timing_quantile_holds_at_the_end_of_its_day(first: int, n: int, never: float, days: Any, p: Any) -> None:
    days = np.unique(first + np.array(days) % (n - first))
    p = p[: len(days)]
    days = days[: len(p)]
    fitted = fit_quantiles(p, days.astype(float), lower=first - 1.0, upper=float(n))
    probability = fit_timing(fitted, first, n, never)
    assert (probability >= 0).all()
    assert not probability[: first - 1].any()
    np.testing.assert_allclose(probability.sum(), 1, rtol=1e-12)
    assert probability[-1] == never
    np.testing.assert_allclose(np.cumsum(probability)[days - 1], (1 - never) * p, rtol=1e-11)


@given(st.lists(st.floats(0, 1), min_size=2, max_size=12))
@example([1.0, 0.0])
def test_levels_sum_to_one_or_are_refused(p: list[float]) -> None:
    total = sum(p)
    if abs(total - 1) <= 0.9e-6:
        assert fit_levels(p).sum() == pytest.approx(1, abs=1e-15)
    elif abs(total - 1) > 1.1e-6:
        with pytest.raises(MisfitError, match=r"sum to .*, not 1"):
            fit_levels(p)


@given(st.permutations(range(18)))
def test_the_order_of_rows_changes_nothing(order: list[int]) -> None:
    case = small()
    base, other = panel(case), panel(case.model_copy(update={"judgments": tuple(case.judgments[k] for k in order)}))
    for name in ("summit", "role"):
        views, again = {**base.timing, **base.levels}[name], {**other.timing, **other.levels}[name]
        assert list(views) == list(again)
        for who in views:
            np.testing.assert_allclose(again[who], views[who], rtol=1e-13)
    at = np.linspace(-20, 40, 13)
    np.testing.assert_array_equal(other.quantities["cost"]["ann"].cdf(at), base.quantities["cost"]["ann"].cdf(at))
