"""What is computed once for signals that are alike is not shared by signals that only look so."""

from __future__ import annotations

from typing import Any

import numpy as np

from build import case, daily, day, timing
from foedus.case.moment import moment
from foedus.case.types import Case
from foedus.forecast import forecast
from foedus.inference.factors import Factors
from foedus.problem.compile import compile_problem

TARGET = {"by": "target", "multipliers": {"before": 0.5, "within": 4, "later": 0.6, "never": 0.3}}
PLAIN = {"by": "lead", "multipliers": {"later": 1, "never": 0.5}}
WINDOWS = {"soon": (5, 6), "late": (12, 15)}


def named(window: str) -> dict[str, str]:
    first, last = WINDOWS[window]
    dates = {"target_from": day(first), "target_to": day(last)}
    return {"id": window, "published": day(4), "code": "window", "source": "gov", **dates}


def made(*windows: str, **more: Any) -> Case:
    return case(
        {"summit": timing(half_life=20)},
        {"ann": {"summit": daily([0.05] * 18, never=0.1)}},
        days=20,
        codes={"window": {"bears_on": {"summit": TARGET}}, "plain": {"bears_on": {"summit": PLAIN}}},
        sources={"gov": {"credence": 0.6}},
        scenarios={"early": f"summit <= {day(8)}"},
        signals=[named(window) for window in windows],
        settings={"tempering": 0, "draws": 64, "points": 64},
        **more,
    )


def test_windows_of_other_days_have_factors_of_their_own() -> None:
    now = forecast(made(*WINDOWS))
    problem, parameters = now.compiled.problem, now.posterior.parameters
    together = Factors(parameters, problem.axes[0].pool)
    for item in problem.contributions:
        alone = Factors(parameters, problem.axes[0].pool)
        np.testing.assert_array_equal(together.log(item, 3), alone.log(item, 3))


def test_a_what_if_does_not_go_on_from_another_window() -> None:
    rows = [named(window) for window in WINDOWS]
    together = forecast(made(), day(4)).what_if(rows)
    for row in rows:
        alone = forecast(made(), day(4)).what_if([row])
        np.testing.assert_allclose(together.loc[row["id"]], alone.loc[row["id"]], rtol=1e-12)


def test_evidence_compiled_after_an_earlier_time_is_what_it_is_alone() -> None:
    """News in a range of days in which an event came counts until the range is over."""
    came = {"question": "summit", "resolved_on": day(3), "outcome": f"{day(2)}..{day(6)}"}
    known = made("soon", "late", resolutions=[came])
    earlier, later = (moment(known, day(number)) for number in (5, 9))
    before = compile_problem(known, earlier)
    after = compile_problem(known, later, before.prior).problem.contributions
    alone = compile_problem(known, later).problem.contributions
    assert [c.exponent for c in before.problem.contributions] == [1.0, 1.0]
    assert [(c.exponent, c.notes) for c in after] == [(c.exponent, c.notes) for c in alone]
    assert [c.exponent for c in alone] == [0.0, 0.0]
