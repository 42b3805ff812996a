"""At most so many of one code within any seven days: against a slow search, and by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from build import by_level, case, day, ordinal
from foedus.case.types import Case
from foedus.forecast import forecast
from foedus.problem.capping import weekly_limits
from foedus.problem.compile import compile_problem
from foedus.problem.types import Contribution

DAYS = 40
CODES: dict[str, Any] = {
    "up": {"bears_on": {"role": by_level(no=0.5, yes=2) | {"by_speaker": {"foe": {"no": 2, "yes": 0.5}}}}},
    "down": {"bears_on": {"role": by_level(no=2, yes=0.5)}},
    "also": {"bears_on": {"role": by_level(no=0.6, yes=1.5)}},
}
SOURCES = {"paper": {"credence": 0.7}, "rumour": {"credence": 0.3}}


def made(*rows: dict[str, Any], codes: dict[str, Any] | None = None, **stated: Any) -> Case:
    return case(
        {"role": ordinal("no", "yes")},
        {"ann": {"role": {"no": 0.5, "yes": 0.5}}},
        codes={name: code | (codes or {}).get(name, {}) for name, code in CODES.items()},
        sources=SOURCES,
        signals=[{"code": "up", **row} for row in rows],
        settings={"tempering": 0, "draws": 16, "points": 8, **stated},
        scenarios={"yes": 'role == "yes"'},
        days=DAYS,
    )


def contributions(built: Case) -> dict[str, Contribution]:
    """Contributions by the id of the signal."""
    problem = compile_problem(built, _end(built)).problem
    return {problem.units[c.unit].signals[0]: c for c in problem.contributions}


def _end(built: Case) -> Any:
    return max(signal.published.at for signal in built.signals)


def counting(built: Case) -> set[str]:
    return {name for name, c in contributions(built).items() if c.exponent > 0}


def on(*days: int, **more: Any) -> list[dict[str, Any]]:
    return [{"published": day(d), **more} for d in days]


def test_without_a_limit_all_count() -> None:
    assert counting(made(*on(2, 3, 4))) == {"s0", "s1", "s2"}


@pytest.mark.parametrize("stated", [{"codes": {"up": {"max_per_week": 1}}}, {"max_per_week": 1}])
def test_the_strongest_counts_and_the_others_say_why_not(stated: dict[str, Any]) -> None:
    built = made(*on(2, 4, source="rumour"), *on(3, source="paper"), *on(10), **stated)
    assert counting(built) == {"s2", "s3"}  # the paper's; and a week after it
    said = contributions(built)["s0"].notes
    assert said == ("capped: s2 says the same more strongly (at most 1 up a week)",)


def test_a_week_is_any_seven_days_and_of_equals_the_latest_counts() -> None:
    one = {"max_per_week": 1}
    assert counting(made(*on(2, 8), **one)) == {"s1"}
    assert counting(made(*on(2, 9), **one)) == {"s0", "s1"}
    assert counting(made(*on(1, 4, 7, 10, 13), max_per_week=2)) == {"s0", "s1", "s3", "s4"}


def test_a_code_of_its_own_number_overrides_that_of_all() -> None:
    rows = [*on(2, 3, 4), *on(2, 3, 4, code="down")]
    found = counting(made(*rows, codes={"down": {"max_per_week": 2}}, max_per_week=1))
    assert found == {"s2", "s4", "s5"}


def test_what_contradicts_is_no_echo() -> None:
    rows = [*on(2, 3), *on(2, 3, speaker="foe"), *on(4, code="down")]
    assert counting(made(*rows, max_per_week=1)) == {"s1", "s3", "s4"}


def test_a_statement_that_says_something_else_as_well_is_no_echo() -> None:
    both = [{"published": day(4), "code": code, "statement": "st"} for code in ("up", "also")]
    assert counting(made(*on(3), *both, max_per_week=1)) == {"s1"}  # the statement is the stronger, and says it all
    weak = [{**row, "source": "rumour"} for row in both]
    assert counting(made(*on(3), *weak, max_per_week=1)) == {"s0", "s1"}
    assert counting(made(*on(3), *on(3, code="also"), *weak, max_per_week=1)) == {"s0", "s1"}
    assert counting(made(*on(3), *weak, codes={"up": {"max_per_week": 1}})) == {"s0", "s1"}  # `also` has no limit


def test_what_a_group_has_capped_takes_no_place() -> None:
    plan = {"group": {"name": "plan"}}
    rows = [*on(2, code="also"), *on(3)]
    assert counting(made(*rows, *on(12, code="also"), codes={"up": plan, "also": plan}, max_per_week=1)) == {"s1"}
    plan["group"]["within"] = 5  # type: ignore[assignment]
    assert counting(made(*rows, *on(8, code="also"), codes={"up": plan, "also": plan}, max_per_week=1)) == {"s1", "s2"}


def test_where_silence_counts_nothing_is_capped() -> None:
    built = made(*on(2), codes={"up": {"coverage": "exhaustive", "base_rate": 1}}, max_per_week=1)
    assert weekly_limits(built.codebook, 1) == {"down": 1, "also": 1}


def test_against_a_search_by_hand(rng: np.random.Generator) -> None:
    """Random weeks of one code: each that counts is among the strongest, and none that does not could be added."""
    for _ in range(20):
        limit = int(rng.integers(1, 4))
        n = int(rng.integers(1, 14))
        rows = [
            {"published": day(int(d)), "source": str(s)}
            for d, s in zip(rng.integers(1, 25, n), rng.choice(["wire", "paper", "rumour"], n), strict=True)
        ]
        built = made(*rows, max_per_week=limit)
        found = counting(built)
        by_name = contributions(built)
        days = {name: c.day for name, c in by_name.items()}
        assert _largest_week([days[name] for name in found]) <= limit
        for name in by_name.keys() - found:
            as_strong = [days[o] for o in found if by_name[o].strength >= by_name[name].strength]
            assert _largest_week([*as_strong, days[name]]) > limit


def _largest_week(days: list[int]) -> int:
    return max(sum(0 <= d - first < 7 for d in days) for first in days)


def test_the_cap_shows_in_forecast_and_account() -> None:
    rows = on(2, 3, 4)
    capped, alone = (forecast(made(*own, max_per_week=1), day(5)) for own in (rows, rows[-1:]))
    assert capped.probability('role == "yes"') == pytest.approx(alone.probability('role == "yes"'), abs=1e-12)
    free = forecast(made(*rows), day(5))
    assert free.probability('role == "yes"') > capped.probability('role == "yes"') + 0.05  # the check can see it
    assert capped.account.used == ("s2",)


def test_the_account_says_what_counts_instead_and_where() -> None:
    plan = {"group": {"name": "plan", "within": 3}}
    built = made(*on(2, code="also"), *on(3), *on(7), codes={"up": plan, "also": plan}, max_per_week=1)
    account = forecast(built, day(9)).account
    said = [(m.id, m.into, m.why, m.question) for m in account.merges]
    assert said == [("s0", "s1", "group", None), ("s1", "s2", "week", None)]
    assert account.used == ("s2",)


def test_what_is_an_echo_on_one_question_only_is_said_with_the_question() -> None:
    plan = {"group": {"name": "plan"}}
    even = {"role": {"no": 0.5, "yes": 0.5}, "place": {"a": 0.5, "b": 0.5}}
    built = case(
        {"role": ordinal("no", "yes"), "place": ordinal("a", "b")},
        {"ann": even | {("place", "role == no"): even["place"]}},
        codes={
            "both": plan | {"bears_on": {"role": by_level(no=0.5, yes=2), "place": by_level(a=0.5, b=2)}},
            "one": plan | {"bears_on": {"role": by_level(no=0.2, yes=5)}},
            "down": {"bears_on": {"role": by_level(no=2, yes=0.5), "place": by_level(a=2, b=0.5)}},
        },
        signals=[{"published": day(2), "code": "both"}, {"published": day(3), "code": "one"}],
        settings={"draws": 16, "points": 8},
        scenarios={"yes": 'role == "yes"'},
    )
    result = forecast(built, day(5))
    said = [(m.id, m.into, m.why, m.question, m.counts) for m in result.account.merges]
    assert said == [("s0", "s1", "group", "role", False)]
    assert result.account.used == ("s0", "s1")
    assert result.to_json()["signals"]["merges"] == [
        {"id": "s0", "into": "s1", "why": "group", "question": "role", "counts": False}
    ]
