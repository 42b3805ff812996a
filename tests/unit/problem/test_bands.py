"""Which number of a codebook entry holds on which cell."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import numpy as np
import pytest

from build import bins, by_level, case, daily, day, ordinal, quantity, timing
from foedus.forecast import moment
from foedus.inference.parameters import transform, whitened
from foedus.problem.bands import band_of_cell
from foedus.problem.compile import compile_problem
from foedus.problem.contributions import segments
from foedus.problem.types import Axis

EIGHT = daily([0.1] * 8, never=0.2)


def axis(question: dict[str, Any], said: dict[str, Any], **more: Any) -> Axis:
    made = case({"q": question}, {"ann": {"q": said}}, days=8, **more)
    return compile_problem(made, moment(made, day(1))).problem.axes[0]


def bands(by: str, keys: list[str], at: Axis, *, signal: int = 0, target: tuple[int, int] = (0, 0)) -> list[str]:
    return [keys[i] for i in band_of_cell(by, keys, at, ["a", "b", "c"], signal, target)]


def test_by_level_follows_the_question_and_not_the_entry() -> None:
    at = axis(ordinal("a", "b", "c"), {"a": 0.5, "b": 0.3, "c": 0.2})
    assert bands("level", ["c", "a", "b"], at) == ["a", "b", "c"]


def test_by_date_edges_belong_to_the_earlier_band() -> None:
    keys = [f"<={day(2)}", f"<= {day(5)}", "later", "never"]
    found = bands("date", keys, axis(timing(), EIGHT))
    assert found == [keys[0]] * 2 + [keys[1]] * 3 + ["later"] * 3 + ["never"]
    assert bands("date", keys[:3], axis(timing(), EIGHT))[-1] == "later"  # never is later where it has no number


def test_by_lead_counts_days_from_the_signal_to_the_course() -> None:
    keys = ["<=0", "<=2", "later", "never"]
    found = bands("lead", keys, axis(timing(), EIGHT), signal=3)
    assert found[2:] == ["<=0", "<=2", "<=2", "later", "later", "later", "never"]


def test_by_target_has_a_before_a_within_and_an_after() -> None:
    keys = ["before", "within", "<=1 after", "<=2 after", "later", "never"]
    found = bands("target", keys, axis(timing(), EIGHT), target=(3, 4))
    assert found == ["before"] * 2 + ["within"] * 2 + ["<=1 after", "<=2 after", "later", "later", "never"]


def test_by_value_edges_belong_to_the_lower_band_atoms_too() -> None:
    codes = {"c": {"bears_on": {"q": {"by": "value", "multipliers": {"<=0": 1, "<=10": 1.5, "above": 2}}}}}
    at = axis(quantity(), bins([-5, 0, 20], [0.5, 0.5]) | {"=0": 0.2}, codes=codes)
    assert at.upper is not None
    held = {
        float(u): bands("value", ["<=0", "<=10", "above"], at)[c]
        for u, c in zip(at.upper, at.cell_of_fine, strict=True)
    }
    assert held[0] == "<=0"
    assert held[10] == "<=10"
    assert held[20] == "above"


def test_segments_are_the_runs_on_which_nothing_changes() -> None:
    rows = [np.array([[0, 0, 1, 1, 1, 2]]), np.array([[5, 5, 5, 5, 6, 6]])]
    assert segments(rows, 6).tolist() == [0, 2, 4, 5]


# -- telling-ness ------------------------------------------------------------------------------


def drawn(bearing: dict[str, Any], draws: int = 4096, **code: Any) -> np.ndarray:
    """Log multipliers of a code on levels a, b, c, [3, M], less their mean."""
    made = case(
        {"q": ordinal("a", "b", "c")},
        {"ann": {"q": {"a": 0.5, "b": 0.3, "c": 0.2}}},
        codes={"code": {"bears_on": {"q": bearing}, **code}},
    )
    problem = compile_problem(made, moment(made, day(1))).problem
    telling = transform(problem, whitened(problem, np.random.default_rng(3), draws)).telling
    return telling - telling.mean(axis=0)


def test_a_spread_is_a_factor_either_way_on_the_most_telling_number() -> None:
    log_m = np.log([0.5, 1, 2])
    found = drawn(by_level(a=0.5, b=1, c=2), spread=1.5)
    high = np.quantile(found[2], 0.95)
    assert high == pytest.approx(math.log(2) + math.log(1.5), abs=0.02)  # a 90 % band
    assert np.median(found[2]) == pytest.approx(math.log(2), abs=0.01)
    kappa = found[2] / log_m[2]
    np.testing.assert_allclose(found, log_m[:, None] * kappa, atol=1e-12)  # m ** kappa: all of it together
    assert kappa.min() > 0  # over- or under-stated, never turned round


def test_only_ratios_of_multipliers_matter_to_their_spread() -> None:
    np.testing.assert_allclose(drawn(by_level(a=0.5, b=1, c=2)), drawn(by_level(a=5, b=10, c=20)), atol=1e-12)


def test_certain_means_exact_in_every_draw() -> None:
    found = drawn(by_level(a=0.5, b=1, c=2), spread=1)
    np.testing.assert_array_equal(found, found[:, :1] + np.zeros_like(found))


def test_a_band_is_a_ninety_per_cent_band() -> None:
    found = drawn(by_level(a=1, b=1, c=[0.8, 2, 3]), spread=1)
    ratio = np.exp(found[2] - found[0])
    assert np.quantile(ratio, [0.05, 0.5, 0.95]) == pytest.approx([0.8, 2, 3], rel=0.03)


def test_the_shared_part_moves_all_codes_together() -> None:
    made = case(
        {"q": ordinal("a", "b")},
        {"ann": {"q": {"a": 0.5, "b": 0.5}}},
        codes={name: {"bears_on": {"q": by_level(a=0.5, b=2)}, "spread": 2} for name in ("one", "two")},
        settings={"shared_telling": 0.25},
    )
    problem = compile_problem(made, moment(made, day(1))).problem
    telling = transform(problem, whitened(problem, np.random.default_rng(3), 4096)).telling
    one, two = np.log(telling[1]), np.log(telling[3])
    assert np.corrcoef(one, two)[0, 1] == pytest.approx(0.25, abs=0.06)  # 4 standard errors


def test_a_multiplier_of_zero_rules_out_and_is_no_nan() -> None:
    found = drawn_with_zero()
    assert np.isneginf(found[0]).all()
    assert np.isfinite(found[1:]).all()


def drawn_with_zero() -> np.ndarray:
    made = case(
        {"q": ordinal("a", "b", "c")},
        {"ann": {"q": {"a": 0.5, "b": 0.3, "c": 0.2}}},
        codes={"code": {"bears_on": {"q": by_level(a=0, b=1, c=2)}, "spread": 1.5}},
    )
    problem = compile_problem(made, moment(made, day(1))).problem
    return transform(problem, whitened(problem, np.random.default_rng(3), 64)).telling


def test_days_of_a_signal_are_read_in_the_zone_of_the_question() -> None:
    """Published in the Seoul morning of the 4th: still the 3rd in Washington, so a course on the 3rd is alive."""
    codes = {
        "soon": {"bears_on": {"q": {"by": "lead", "multipliers": {"<=0": 3, "later": 1, "never": 1}}}},
        "late": {"bears_on": {"q": {"by": "lead", "multipliers": {"<=0": 0.5, "later": 1, "never": 1}}}},
    }
    days = {}
    for zone in ("Asia/Seoul", "America/New_York"):
        made = case(
            {"q": timing(date_zone=zone)},
            {"ann": {"q": EIGHT}},
            days=8,
            timezone="Asia/Seoul",
            codes=codes,
            signals=[{"published": "2025-01-04T09:00:00+09:00", "code": "soon"}],
        )
        problem = compile_problem(made, moment(made, "2025-01-04T09:30:00+09:00")).problem
        days[zone] = problem.contributions[0].day, problem.axes[0].today
    assert days == {"Asia/Seoul": (3, 3), "America/New_York": (2, 2)}
    assert dt.date(2025, 1, 3) == dt.date.fromisoformat(day(2))
