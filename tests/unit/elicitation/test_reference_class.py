"""Past cases as a member of the panel: survival against scipy, and what a question's prior becomes."""

from __future__ import annotations

import datetime as dt
import warnings
from typing import Any

import numpy as np
import pytest
from scipy.stats import CensoredData, beta, ecdf

from elicitation_fixture import ROWS, small
from foedus.case.types import CaseFile, ReferenceCase
from foedus.elicitation.panel import panel
from foedus.elicitation.reference_class import kaplan_meier, reference_class
from foedus.errors import CaseError, Fault

SPOKE = dt.date(2025, 6, 11)  # day 10 of 120


def past(question: str, *outcomes: Any, expert: str = "history") -> tuple[ReferenceCase, ...]:
    """One case an outcome; a negative wait is one that still goes on."""
    return tuple(
        ReferenceCase(
            expert=expert,
            as_of=SPOKE,
            question=question,
            outcome=str(abs(x)) if isinstance(x, (int, float)) and question == "summit" else str(x),
            censored=question == "summit" and x < 0,
            line=k + 2,
        )
        for k, x in enumerate(outcomes)
    )


def asked() -> CaseFile:
    return small(panel={"ann": {}, "history": {"kind": "base_rate"}}).file


def made(question: str, *outcomes: Any) -> Any:
    faults: list[Fault] = []
    found = reference_class(question, asked(), past(question, *outcomes), faults)
    assert not faults
    return found


@pytest.mark.parametrize("seed_of", range(4))
def test_survival_is_that_of_scipy(rng: np.random.Generator, seed_of: int) -> None:
    time = rng.integers(1, 12, size=25).astype(float)
    censored = rng.random(size=25) < 0.3
    found = kaplan_meier(time, censored)
    theirs = ecdf(CensoredData(uncensored=time[~censored], right=time[censored])).sf
    np.testing.assert_allclose(found.survival, theirs.evaluate(found.time), atol=1e-12)
    inside = found.survival > 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # it has no band where nobody is left; there ours is a point
        band = theirs.confidence_interval(0.9, method="log-log")
    np.testing.assert_allclose(found.low[inside], band.low.evaluate(found.time)[inside], atol=1e-9)
    np.testing.assert_allclose(found.high[inside], band.high.evaluate(found.time)[inside], atol=1e-9)


def test_cases_by_count_are_cases_one_by_one() -> None:
    by_count = kaplan_meier(np.array([3.0, 5.0, 9.0]), np.array([False, True, False]), np.array([2.0, 3.0, 1.0]))
    one_by_one = kaplan_meier(np.array([3.0, 3, 5, 5, 5, 9]), np.array([False, False, True, True, True, False]))
    np.testing.assert_allclose(by_count.survival, one_by_one.survival)
    np.testing.assert_allclose(by_count.next_case, one_by_one.next_case)


def test_the_next_of_n_uncensored_cases_falls_before_the_jth_with_probability_j_of_n_plus_1() -> None:
    found = kaplan_meier(np.array([4.0, 1.0, 9.0, 6.0]), np.zeros(4, dtype=bool))
    np.testing.assert_allclose(found.next_case, [0.2, 0.4, 0.6, 0.8])


def test_the_next_case_is_calibrated_when_nothing_is_censored(rng: np.random.Generator) -> None:
    """Exchangeable waits: the rank of a further one is uniform, so P(T <= t_j) is right on average; KM's is not."""
    n, runs = 5, 4000
    waits = rng.exponential(size=(runs, n + 1))
    ordered = np.sort(waits[:, :n], axis=1)
    hit = (waits[:, n:] <= ordered).mean(axis=0)
    stated = kaplan_meier(ordered[0], np.zeros(n, dtype=bool))
    error = 3.5 * np.sqrt(0.25 / runs)  # Bonferroni over five at 0.1 %
    assert np.all(np.abs(hit - stated.next_case) < error)
    assert np.any(np.abs(hit - (1 - stated.survival)) > error)


def test_levels_are_counts_with_one_case_spread_evenly() -> None:
    found = made("role", "unchanged", "unchanged", "unchanged", "named")
    np.testing.assert_allclose(found.says, np.array([3 + 1 / 3, 1 / 3, 1 + 1 / 3]) / 5)
    low, middle, high = found.band["unchanged"]
    law = beta(3 + 1 / 3, 5 - 3 - 1 / 3)
    assert (low, middle, high) == pytest.approx((law.ppf(0.05), law.mean(), law.ppf(0.95)))
    assert found.cases == 4


def test_numbers_are_the_middle_of_their_places() -> None:
    found = made("cost", 8.2, 13.9, -8.9, 5.8, 2.5, 9.2, 25.7)
    np.testing.assert_allclose(found.says.cdf([-8.9, 5.8, 25.7]), [1 / 8, 3 / 8, 7 / 8], atol=1e-9)


def test_waits_are_days_of_the_window_given_not_yet_and_the_rest_is_never() -> None:
    waits = (20, 35, 50, 51, 78, 104, 135, 239)
    says = made("summit", *waits).says
    assert len(says) == 121
    assert not says[:10].any()  # over when the class was compiled
    seen = kaplan_meier(np.array(waits, dtype=float), np.zeros(8, dtype=bool)).next_case
    left = 1 - says[-1]
    assert says[:51].sum() / says[:35].sum() == pytest.approx(
        (seen[3] - _upto_day_10()) / (seen[1] - _upto_day_10()), rel=1e-9
    )
    assert seen[5] < left < seen[6]  # never lies between the cases of 104 and 135 days


def _upto_day_10() -> float:
    from foedus.elicitation.fit import fit_quantiles

    waits = np.array([20.0, 35, 50, 51, 78, 104, 135, 239])
    return float(fit_quantiles(np.arange(1, 9) / 9, waits, lower=0).cdf(10.0))


def test_a_wait_still_going_on_makes_never_likelier() -> None:
    short = made("summit", 20, 60, 100).says[-1]
    assert made("summit", 20, 60, 100, -100).says[-1] > short


def test_where_all_cases_are_censored_nothing_tells_how_long() -> None:
    faults: list[Fault] = []
    assert reference_class("summit", asked(), past("summit", -20, -40), faults) is None
    assert "every case is censored" in faults[0].message


def test_the_class_sits_on_the_panel_at_its_place() -> None:
    case = small(panel={"history": {"kind": "base_rate"}, "ann": {}, "bo": {}})
    of = case.model_copy(update={"reference": past("role", "unchanged", "named")})
    found = panel(of)
    assert list(found.levels["role"]) == ["history", "ann"]
    assert found.spoke["role"]["history"] == SPOKE
    assert ("history", "role") not in found.missing
    assert list(panel(case).levels["role"]) == ["ann"]


def test_a_class_alone_answers_a_question() -> None:
    rows = "\n".join(row for row in ROWS.splitlines() if ",role," not in row)
    case = small(rows, panel={"ann": {}, "bo": {}, "history": {"kind": "base_rate"}})
    with pytest.raises(CaseError, match="nobody answered 'role'"):
        panel(case)
    of = case.model_copy(update={"reference": past("role", "unchanged", "named")})
    assert list(panel(of).levels["role"]) == ["history"]
