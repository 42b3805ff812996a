"""What holds for every course, factor and forecast, whatever the numbers."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from build import bins, by_level, case, daily, day, ordinal, quantity, timing
from foedus.case.types import Case
from foedus.forecast import forecast
from foedus.inference.course import Course, segment_masses, suffix_sums

CELLS, DRAWS = 9, 3
weights = arrays(float, (CELLS, DRAWS), elements=st.floats(0.001, 1))
rhos = arrays(float, DRAWS, elements=st.floats(0, 1))
factors = arrays(float, (CELLS, DRAWS), elements=st.floats(0.01, 100))
EACH = np.arange(CELLS)


def law(course: Course) -> np.ndarray:
    """p(news | outcome) with its scale."""
    said = course.outcome()
    return said * np.exp(course.log_scale)


@given(weights, rhos, st.booleans(), st.integers(-2, 6), st.lists(st.tuples(st.integers(0, 4), factors), max_size=4))
def test_the_evidence_so_far_is_that_of_the_outcomes_still_possible(
    raw: np.ndarray, rho: np.ndarray, timing: bool, start: int, seen: list[tuple[int, np.ndarray]]
) -> None:
    """The law of total probability: p(news, not yet) is the same summed over courses today and over outcomes."""
    prior = raw / raw.sum(axis=0)
    course = Course(prior, rho, timing, 7, start)
    for later, factor in seen:
        course.advance(course.day + later)
        course.see(EACH, factor)
    ahead = prior.copy()
    ahead[: course.first] = 0
    ahead /= ahead.sum(axis=0)
    today = (ahead * course.state).sum(axis=0) * np.exp(course.log_scale)
    outcome = (ahead * law(course)).sum(axis=0)
    np.testing.assert_allclose(outcome, today, rtol=1e-9)
    assert (course.outcome()[: course.first] == 0).all()


@given(weights, st.integers(0, CELLS - 1))
def test_masses_of_segments_are_the_pool_given_not_yet(raw: np.ndarray, first: int) -> None:
    pool = raw[:, 0] / raw[:, 0].sum()
    found = segment_masses(pool, np.array([0, 2, 5]), first)
    alive = pool * (first <= EACH)
    np.testing.assert_allclose(found, np.add.reduceat(alive, [0, 2, 5]) / alive.sum(), atol=1e-12)
    assert abs(found.sum() - 1) < 1e-12


@given(weights)
def test_plans_that_never_hold_forget_and_plans_that_always_hold_do_not(raw: np.ndarray) -> None:
    prior = raw / raw.sum(axis=0)
    factor = np.linspace(0.5, 2, CELLS)[:, None] * np.ones(DRAWS)
    for days in (True, False):
        kept, lost = (Course(prior, np.full(DRAWS, rho), days, 7, 0) for rho in (1.0, 0.0))
        for course in (kept, lost):
            course.see(EACH, factor)
            course.advance(1)
        np.testing.assert_allclose(law(kept), factor, rtol=1e-12)
        np.testing.assert_allclose(law(lost), (prior * factor).sum(axis=0) * np.ones_like(prior), rtol=1e-9)


@given(arrays(float, st.tuples(st.integers(1, 12), st.integers(1, 4)), elements=st.floats(-1e3, 1e3)))
def test_suffix_sums(values: np.ndarray) -> None:
    np.testing.assert_allclose(suffix_sums(values), np.cumsum(values[::-1], axis=0)[::-1], atol=1e-9)


@st.composite
def runs(draw: st.DrawFn) -> tuple[Case, str]:
    p = draw(st.lists(st.integers(0, 9), min_size=7, max_size=7).filter(lambda n: n[-1] > 0))
    p = [n / sum(p) for n in p]
    p = p if sum(p[:-1]) > 0 else [0.1] * 6 + [0.4]
    rows = [
        {"published": day(draw(st.integers(1, 6))), "code": draw(st.sampled_from(["soon", "late", "up", "down"]))}
        for _ in range(draw(st.integers(0, 5)))
    ]
    lead = {"by": "lead", "multipliers": {"<=2": 3, "later": 1, "never": [0.3, 0.5, 0.8]}}
    late = {"by": "lead", "multipliers": {"<=2": 0.3, "later": 1, "never": 2}}
    made = case(
        {"when": timing(half_life=[2, 5, 9]), "level": ordinal("a", "b", half_life=3), "much": quantity(half_life=9)},
        {
            "ann": {"when": daily(p[:-1], p[-1]), "level": {"a": 0.3, "b": 0.7}, "much": bins([0, 5, 9], [0.2, 0.8])},
            "bo": {"when": daily([0.1] * 6, 0.4), "level": {"a": 0.6, "b": 0.4}, "much": bins([0, 3], [1])},
        },
        days=6,
        codes={
            "soon": {"bears_on": {"when": lead}},
            "late": {"bears_on": {"when": late}},
            "up": {"bears_on": {"level": by_level(a=0.5, b=2)}},
            "down": {"bears_on": {"level": by_level(a=2, b=0.5)}},
        },
        signals=rows,
        settings={"shared_error": 0.3, "weight_concentration": 2, "spread": 1.5},
    )
    return made, day(draw(st.integers(0, 8)))


@settings(max_examples=40)
@given(runs())
def test_the_numbers_of_a_forecast_are_probabilities(run: tuple[Case, str]) -> None:
    now = forecast(*run, draws=16, points=8)
    for ensemble in (now.posterior.now, now.posterior.before):
        assert abs(ensemble.weight.sum() - 1) < 1e-12
        assert (ensemble.weight >= 0).all()
    today = (now.as_of.date() - now.case.file.opens).days
    when, level, much = now.questions.values()
    assert abs(sum(when.mass) + when.never.probability - 1) < 1e-9
    assert (when.mass[: max(today - 1, 0)] == 0).all()  # what has passed has not happened
    by_date = [e.probability for _, e in sorted(when.by_date.items())]
    assert (np.diff(by_date) >= -1e-12).all()
    assert abs(sum(e.probability for _, e in level.levels) - 1) < 1e-9
    assert abs(much.mass.sum() - 1) < 1e-9
    assert (np.diff(list(much.quantiles.values())) >= -1e-9).all()
    for estimate in (when.never, *when.by_date.values(), *(e for _, e in level.levels)):
        assert 0 <= estimate.low <= estimate.high <= 1
        assert estimate.mcse >= 0
    true = now.estimate("when is never or level == b")
    false = now.estimate("not (when is never or level == b)")
    assert abs(true.probability + false.probability - 1) < 1e-9
