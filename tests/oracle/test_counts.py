"""Counts in closed form: the law of one count, Bayes' rule over several, and what ignoring their scatter would say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import nbinom, poisson

import plain
from build import by_level, case, day, ordinal
from foedus.case.types import Case
from foedus.forecast import forecast, moment
from foedus.inference.parameters import transform, whitened
from foedus.inference.tables import tables
from foedus.problem.compile import compile_problem
from foedus.problem.tally import log_presence, log_probability

UP = by_level(no=0.5, yes=2)
N = np.arange(4000)


@pytest.mark.parametrize("mean", [0.3, 4.0, 60.0])
@pytest.mark.parametrize("dispersion", [None, 0.0, 0.05, 0.5, 3.0])
def test_the_law_of_a_count_is_that_of_its_name(mean: float, dispersion: float | None) -> None:
    law = np.array([float(np.exp(log_probability(int(n), np.array(mean), dispersion))) for n in N])
    a = dispersion or 0.0
    named = nbinom.pmf(N, 1 / a, 1 / (1 + a * mean)) if a else poisson.pmf(N, mean)
    np.testing.assert_allclose(law, named, rtol=1e-9, atol=1e-300)
    assert law.sum() == pytest.approx(1, abs=1e-9)
    assert law @ N == pytest.approx(mean, rel=1e-6)
    assert law @ N**2 - (law @ N) ** 2 == pytest.approx(mean + a * mean**2, rel=1e-6)


def test_a_count_where_none_can_be_is_impossible_and_no_nan() -> None:
    for dispersion in (None, 0.5):
        assert log_probability(0, np.array(0.0), dispersion) == 0
        assert log_probability(3, np.array(0.0), dispersion) == -np.inf


@pytest.mark.parametrize("mean", [0.0, 1e-9, 0.3, 4.0, 60.0])
@pytest.mark.parametrize("dispersion", [None, 0.05, 3.0])
def test_presence_is_one_count_or_more(mean: float, dispersion: float | None) -> None:
    none, some = (float(np.exp(log_presence(seen, np.array(mean), dispersion))) for seen in (0, 1))
    law = np.array([float(np.exp(log_probability(int(n), np.array(mean), dispersion))) for n in N])
    assert none == law[0]
    assert some == pytest.approx(float(law[1:].sum()), rel=1e-7, abs=1e-300)


@pytest.mark.parametrize("dispersion", [None, 0.7])
def test_bayes_rule_over_presence(dispersion: float | None) -> None:
    """What a Poisson count of one would say is something else."""
    seen = [1, 0, 1]
    mean = 20 / plain.MONTH * 5 * np.array([0.5, 2])
    a = dispersion or 0.0
    none = nbinom(1 / a, 1 / (1 + a * mean)).pmf(0) if a else poisson(mean).pmf(0)
    gain = sum(float(np.diff(np.log(1 - none if n else none))[0]) for n in seen)
    expected = np.log(0.3 / 0.7) + gain
    assert log_odds(crowds(seen, dispersion, count_as="presence"), day(16)) == pytest.approx(expected, abs=1e-6)
    assert abs(log_odds(crowds(seen, dispersion), day(16)) - expected) > 0.1


def crowds(
    counts: list[int], dispersion: Any = None, r: float = 1.0, p: float = 0.3, rate: float = 20.0, **more: Any
) -> Case:
    """Periods of five days, one after the other from the day after the judgment."""
    code = {"kind": "counted", "coverage": "exhaustive", "base_rate": rate, "bears_on": {"deal": UP}, **more}
    return case(
        {"deal": ordinal("no", "yes")},
        {"ann": {"deal": {"no": 1 - p, "yes": p}}},
        days=60,
        codes={"crowd": code | ({"dispersion": dispersion} if dispersion else {})},
        sources={"wire": {"credence": r}},
        counts=[
            {"from": day(5 * i + 1), "to": day(5 * i + 5), "code": "crowd", "count": n} for i, n in enumerate(counts)
        ],
    )


def log_odds(made: Case, as_of: str) -> float:
    """Exact for each parameter draw, and averaged over them by the probability that each gave the counts."""
    problem = compile_problem(made, moment(made, as_of)).problem
    [table] = tables(problem, transform(problem, whitened(problem, np.random.default_rng(0), 64)))
    law = (table.likelihood * table.prior * np.exp(table.log_scale - table.log_scale.max())).sum(axis=1)
    return float(np.log(law[1] / law[0]))


@pytest.mark.parametrize("r", [1.0, 0.6])
@pytest.mark.parametrize("dispersion", [None, 0.7])
def test_bayes_rule_over_counts(dispersion: float | None, r: float) -> None:
    counts = [2, 0, 7]
    mean = 20 / plain.MONTH * 5 * np.array([r * 0.5 + 1 - r, r * 2 + 1 - r])
    a = dispersion or 0.0
    law = nbinom(1 / a, 1 / (1 + a * mean)) if a else poisson(mean)
    gain = sum(float(np.diff(law.logpmf(n))[0]) for n in counts)
    found = log_odds(crowds(counts, dispersion, r), day(16))
    assert found == pytest.approx(np.log(0.3 / 0.7) + gain, abs=1e-6)


def test_the_plain_model_that_ignores_the_scatter_is_found_out() -> None:
    """Negative control of the comparison with plain loops."""
    made = crowds([2, 0, 7], 0.7)
    as_of = moment(made, day(16))
    right, wrong = (
        np.array(plain.likelihood(made, "deal", as_of, flags=flags))
        for flags in (plain.RIGHT, plain.Flags(dispersion=False))
    )
    found = log_odds(made, day(16))
    assert found == pytest.approx(np.log(0.3 / 0.7 * right[1] / right[0]), abs=1e-6)
    assert abs(found - np.log(0.3 / 0.7 * wrong[1] / wrong[0])) > 0.5


def test_an_uncertain_dispersion_is_averaged_over() -> None:
    """Between what its ends say; the draws that make the counts likelier count more."""
    low, high = (log_odds(crowds([2, 0, 9], a), day(16)) for a in (0.1, 4.0))
    between = log_odds(crowds([2, 0, 9], [0.1, 0.63, 4.0]), day(16))
    assert min(low, high) < between < max(low, high)


def test_a_count_far_off_on_every_course_leaves_a_number() -> None:
    """Five thousand where thirty would be much: the likelihood itself is below the smallest float."""
    made = crowds([5000])
    mean = 20 / plain.MONTH * 5 * np.array([0.5, 2])
    assert np.exp(poisson.logpmf(5000, mean)).max() == 0
    found = forecast(made, day(16), draws=16, points=16)
    assert found.probability("deal == yes") == pytest.approx(1, abs=1e-9)
