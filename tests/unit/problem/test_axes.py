"""Axes: where outcomes live, when it is now, and what is known to have happened."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

from build import OPENS, bins, by_level, case, daily, day, nominal, ordinal, quantity, timing
from foedus.case.types import Case
from foedus.errors import DegenerateDraws
from foedus.forecast import forecast, moment
from foedus.inference.parameters import transform, whitened
from foedus.inference.tables import tables
from foedus.problem.compile import compile_problem
from foedus.problem.contributions import day_number

WHEN = daily([0.1] * 6, never=0.4)


def axis(made: Case, as_of: str) -> Any:
    return compile_problem(made, moment(made, as_of)).problem.axes[0]


@pytest.mark.parametrize("atom", [0, 2, 4, 7, 10])
def test_an_atom_keeps_its_probability_wherever_it_stands(atom: int) -> None:
    said = bins([0, 4, 10], [0.6, 0.4]) | {f"={atom}": 0.3}
    made = case({"cost": quantity(lower=0, upper=10)}, {"ann": {"cost": said}}, scenarios={"cut": "cost <= 4"})
    found = axis(made, day(1))
    held = found.expert_prior[0][(found.lower == found.upper) & (found.upper == atom)]
    np.testing.assert_allclose(held, [0.3], atol=1e-12)
    np.testing.assert_allclose(found.expert_prior[0][found.upper <= 4].sum(), 0.6, atol=1e-12)


def test_fine_cells_follow_the_density_where_it_jumps() -> None:
    made = case({"cost": quantity()}, {"ann": {"cost": bins([-20, 1.7, 2, 30], [0.3, 0.5, 0.2])}})
    now = forecast(made, day(1), draws=128, points=128)
    inside = now.estimate("cost > 1.7 and cost <= 2")
    assert abs(inside.probability - 0.5) < 4.5 * inside.mcse + 1e-9


def test_cells_are_cut_where_the_codebook_cuts_and_nowhere_else() -> None:
    codes = {"c": {"bears_on": {"cost": {"by": "value", "multipliers": {"<=0": 1, "<=3": 2, "above": 1}}}}}
    made = case(
        {"cost": quantity()}, {"ann": {"cost": bins([-5, 0, 10], [0.4, 0.6])}}, codes=codes, scenarios={"s": "cost > 7"}
    )
    found = axis(made, day(1))
    assert found.cells == 3
    np.testing.assert_allclose(np.bincount(found.cell_of_fine, found.expert_prior[0]), [0.4, 0.18, 0.42], atol=1e-12)
    assert 7 in found.upper


@pytest.mark.parametrize(
    ("as_of", "seoul", "washington"),
    [
        ("2025-01-03", 3, 2),  # the day has ended in Seoul; in Washington it is 10 in the morning
        ("2025-01-03T09:52:00+09:00", 2, 1),
        ("2025-01-03T14:00:00+09:00", 2, 2),
        ("2025-01-03T23:59:59+09:00", 2, 2),
    ],
)
def test_dates_are_read_where_the_question_says(as_of: str, seoul: int, washington: int) -> None:
    zones = {"here": {}, "there": {"date_zone": "America/New_York"}}
    for name, zone in zones.items():
        made = case({"q": timing(**zone)}, {"ann": {"q": WHEN}}, days=6, timezone="Asia/Seoul")
        assert axis(made, as_of).today == (seoul if name == "here" else washington)


def test_the_end_of_a_day_belongs_to_it_in_every_zone() -> None:
    at = dt.datetime(2025, 1, 4, tzinfo=dt.timezone(dt.timedelta(hours=9)))
    assert day_number(at, "Asia/Seoul", OPENS) == 2
    assert day_number(at, "America/New_York", OPENS) == 2
    assert day_number(at + dt.timedelta(seconds=1), "Asia/Seoul", OPENS) == 3
    assert day_number(at + dt.timedelta(hours=13), "America/New_York", OPENS) == 2


def test_a_case_of_one_question_without_an_order_runs() -> None:
    made = case({"kind": nominal("x", "y")}, {"ann": {"kind": {"x": 0.3, "y": 0.7}}})
    found = forecast(made, day(2), draws=64, points=64).estimate("kind == y")
    assert abs(found.probability - 0.7) < 4.5 * found.mcse


QUESTIONS: dict[str, Any] = {
    "when": (timing(half_life=4), WHEN, day(3), f"when == {day(3)}"),
    "never": (timing(half_life=4), WHEN, "never", "when is never"),
    "level": (ordinal("a", "b", half_life=4), {"a": 0.7, "b": 0.3}, "b", "level == b"),
    "kind": (nominal("x", "y", half_life=4), {"x": 0.7, "y": 0.3}, "y", "kind == y"),
    "cost": (quantity(half_life=4), bins([0, 10], [1]), "6.3", "cost >= 6.25 and cost <= 6.35"),
}


SEOUL_AND_NEW_YORK = [
    (f"{day(3)}T00:00:00+09:00", 2, 1),  # the very end of day 2 in Seoul, the morning of day 2 in New York
    (f"{day(2)}T23:59:59.999999+09:00", 1, 1),
    (f"{day(3)}T13:59:59.999999+09:00", 2, 1),
    (f"{day(3)}T14:00:00+09:00", 2, 2),  # day 2 ends in New York
    (day(3), 3, 2),  # a bare day is its end, in the zone of the case
    (f"{day(1)}T12:00:00-05:00", 1, 0),
]


@pytest.mark.parametrize(("as_of", "past", "past_there"), SEOUL_AND_NEW_YORK)
def test_not_yet_cuts_at_the_end_of_the_last_full_day_where_the_date_is_read(
    as_of: str, past: int, past_there: int
) -> None:
    """The prior beyond the days that are over, exactly, in each question by its own clock."""
    here, there = timing(half_life=3), timing(half_life=3, date_zone="America/New_York")
    made = case({"here": here, "there": there}, {"ann": {"here": WHEN, "there": WHEN}}, days=6, timezone="Asia/Seoul")
    problem = compile_problem(made, moment(made, as_of)).problem
    parameters = transform(problem, whitened(problem, np.random.default_rng(0), 1))
    for table, gone in zip(tables(problem, parameters), (past, past_there), strict=True):
        law = (table.likelihood * table.prior)[:, 0]
        wanted = np.where(np.arange(7) >= gone, table.prior[:, 0], 0)
        np.testing.assert_allclose(law / law.sum(), wanted / wanted.sum(), rtol=1e-12)


@pytest.mark.parametrize("signals", [[], [{"published": day(5), "code": "late"}]], ids=["silent", "news after"])
@pytest.mark.parametrize("asked", QUESTIONS)
def test_a_resolution_counts_from_the_time_it_was_known(asked: str, signals: list[dict[str, Any]]) -> None:
    question, said, outcome, true = QUESTIONS[asked]
    name = true.split()[0]
    made = case(
        {name: question, "other": timing()},
        {"ann": {name: said, "other": WHEN}},
        days=6,
        codes={"late": {"bears_on": {"other": {"by": "lead", "multipliers": {"<=2": 1, "later": 2, "never": 1}}}}},
        signals=signals,
        resolutions=[
            {"question": name, "resolved_on": day(3), "known_from": f"{day(4)}T12:00:00+00:00", "outcome": outcome}
        ],
    )
    before, after = (
        forecast(made, f"{day(4)}T{hour}:00:00+00:00", draws=32, points=32).probability(true) for hour in ("11", "12")
    )
    assert before < 0.9
    assert after == pytest.approx(1, abs=1e-9)
    assert forecast(made, day(6), draws=32, points=32).probability(true) == pytest.approx(1, abs=1e-9)


def test_an_outcome_that_the_panel_gave_no_chance_is_an_error_and_no_number() -> None:
    made = case(
        {"level": ordinal("a", "b", "c")},
        {"ann": {"level": {"a": 0.5, "b": 0.5}}},
        resolutions=[{"question": "level", "resolved_on": day(2), "outcome": "c"}],
    )
    with pytest.raises(DegenerateDraws, match="the panel gives no chance"):
        forecast(made, day(3), draws=16, points=8)


def test_what_is_settled_is_not_planned_anew() -> None:
    """Of a level and of a venue settled on day 4, the last that was seen counts in full, however late it is now."""
    up = {"bears_on": {"level": by_level(a=0.5, b=2)}}
    down = {"bears_on": {"level": by_level(a=2, b=0.5)}}
    here = {"bears_on": {"venue": by_level(x=2, y=0.5)}}
    there = {"bears_on": {"venue": by_level(x=0.5, y=2)}}
    made = case(
        {
            "when": timing(half_life=2),
            "level": ordinal("a", "b", half_life=2),
            "venue": nominal("x", "y", parent="when", resolves_with="when", half_life=2),
        },
        {"ann": {"when": WHEN, "level": {"a": 0.5, "b": 0.5}, "venue": {"x": 0.5, "y": 0.5}}},
        days=6,
        codes={"up": up, "down": down, "here": here, "there": there},
        signals=[{"published": day(4), "code": "up"}, {"published": day(4), "code": "here"}],
        resolutions=[
            {"question": "when", "resolved_on": day(4), "outcome": day(4)},
            {"question": "level", "resolved_on": day(4), "outcome": "b"},
        ],
    )
    for as_of in (day(4), day(6)):
        problem = compile_problem(made, moment(made, as_of)).problem
        parameters = transform(problem, whitened(problem, np.random.default_rng(0), 1))
        _, level, venue = tables(problem, parameters)
        np.testing.assert_allclose(level.own[:, 0] * np.exp(level.log_scale[0]), [0, 1.6], atol=1e-9)
        assert venue.levels is not None
        np.testing.assert_allclose(venue.levels[3, :, 0] * np.exp(venue.log_scale[0]), [1.6, 0.4], atol=1e-9)


def test_silence_stops_when_the_question_is_settled() -> None:
    codes = {"call": {"coverage": "exhaustive", "base_rate": 9, "bears_on": {"level": by_level(a=0.5, b=2)}}}
    made = case({"level": ordinal("a", "b", decided_on=day(4))}, {"ann": {"level": {"a": 0.5, "b": 0.5}}}, codes=codes)
    found = [len(compile_problem(made, moment(made, day(d))).problem.tallies) for d in (3, 4, 5, 9)]
    assert found == [3, 4, 4, 4]
