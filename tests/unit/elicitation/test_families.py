"""Families in a case: which setting counts, what is refused, and that what misses shows."""

from __future__ import annotations

from typing import Any, get_args

import numpy as np
import pytest

from elicitation_fixture import FILE, small
from foedus.case.types import Case, Fit
from foedus.elicitation.families import NAMES, fit_family
from foedus.elicitation.families.judged import family_chips, family_quantiles
from foedus.elicitation.fit import MisfitError, fit_quantiles
from foedus.elicitation.panel import panel
from foedus.elicitation.rows import family_of, fitted
from foedus.errors import CaseError, Fault

ROWS = """
ann,2025-06-11,1,summit,,never,,0.2
ann,2025-06-11,1,summit,,quantile,0.05,2025-06-20
ann,2025-06-11,1,summit,,quantile,0.5,2025-07-31
ann,2025-06-11,1,summit,,quantile,0.9,2025-08-30
bo,2025-06-11,1,summit,,never,,0.3
bo,2025-06-11,1,summit,,chips,2025-06-12..2025-07-11,3
bo,2025-06-11,1,summit,,chips,2025-07-12..2025-08-11,5
bo,2025-06-11,1,summit,,chips,2025-08-12..2025-09-29,2
ann,2025-06-11,1,cost,,quantile,0.1,-5
ann,2025-06-11,1,cost,,quantile,0.5,2
ann,2025-06-11,1,cost,,quantile,0.9,30
bo,2025-06-11,1,cost,,exactly,0.3,0
bo,2025-06-11,1,cost,,quantile,0.1,-5
bo,2025-06-11,1,cost,,quantile,0.2,-2
bo,2025-06-11,1,cost,,quantile,0.5,0
bo,2025-06-11,1,cost,,quantile,0.9,12
bo,2025-06-11,1,role,,probability,unchanged,1
bo,2025-06-11,1,venue,,chips,there,1
""".strip()


UNCERTAIN = {"unchanged": (0.5, 0.55, 0.6), "softened": (0.22, 0.3, 0.35), "named": (0.11, 0.15, 0.2)}


def case(*, cost: Any = None, summit: Any = None, ann: Any = None, bo: Any = None) -> Case:
    questions = dict(FILE["questions"])
    questions["cost"] = questions["cost"] | {"fit": cost}
    questions["summit"] = questions["summit"] | {"fit": summit}
    return small(ROWS, questions=questions, panel={"ann": {"fit": ann}, "bo": {"fit": bo}})


def test_the_names_of_case_yaml_are_those_of_the_registry() -> None:
    assert set(get_args(Fit)) == {*NAMES, "points"}


def test_the_experts_setting_counts_before_the_questions() -> None:
    file = case(cost="best", ann="log_normal", bo=None).file
    assert [family_of("cost", who, file) for who in ("ann", "bo")] == ["log_normal", "best"]
    assert family_of("summit", "bo", file) == "points"
    assert family_of("role", "bo", file) == "points"  # levels have no curve
    said = panel(case(cost="best", ann="log_normal")).quantities["cost"]
    assert said["ann"].family is not None
    assert said["ann"].family.family == "log_normal"
    assert said["bo"].family is not None


def test_without_a_setting_every_number_is_honoured() -> None:
    said = panel(case())
    assert said.quantities["cost"]["ann"].family is None
    assert max(said.residuals["cost"].values()) < 1e-12


def test_what_a_family_misses_is_the_residual() -> None:
    said = panel(case(ann="normal"))
    found = said.quantities["cost"]["ann"]
    miss = np.abs(found.cdf([-5, 2, 30]) - [0.1, 0.5, 0.9]).max()
    assert miss > 0.02
    assert said.residuals["cost"]["ann"] == pytest.approx(miss, rel=1e-12)


def test_a_family_stays_within_the_bounds() -> None:
    found = panel(case(ann="normal")).quantities["cost"]["ann"]
    assert float(found.cdf(-50)) == 0
    assert found.family is not None
    assert found.family.outside > 0
    assert float(found.quantile(0.0)) == -50


def test_a_value_given_exactly_keeps_its_probability_beside_a_family() -> None:
    found = panel(case(cost="best")).quantities["cost"]["bo"]
    np.testing.assert_allclose(found.cdf(0) - found.cdf_left(0), 0.3, rtol=1e-12)
    assert found.cdf_left(0) <= 0.5 <= found.cdf(0)
    np.testing.assert_allclose([found.quantile(0.0), found.cdf(1e9)], [-50, 1], rtol=1e-9)


def test_the_days_of_a_timing_question_follow_the_family() -> None:
    said = panel(case(summit="beta"))
    p = said.timing["summit"]["ann"]
    np.testing.assert_allclose([p.sum(), p[-1]], [1, 0.2], rtol=1e-12)
    assert not p[:10].any()  # spoke on day 10
    upto = np.cumsum(p[:-1]) / 0.8
    misses = np.abs(upto[[18, 59, 89]] - [0.05, 0.5, 0.9])
    assert said.residuals["summit"]["ann"] == pytest.approx(misses.max(), abs=1e-9)


def test_a_family_through_chips_misses_their_shares_and_says_so() -> None:
    said = panel(case(summit="beta"))
    upto = np.cumsum(said.timing["summit"]["bo"][:-1]) / 0.7
    assert abs(upto[39] - 0.3) < 0.02  # 11 July is day 40
    assert abs(upto[70] - 0.8) < 0.02
    bins, chips = [(0.0, 10), (10, 20), (20, 30), (30, 40)], [1, 6, 2, 1]
    found = family_chips("normal", bins, chips)
    assert found.residual == pytest.approx(np.abs(found.cdf([10, 20, 30]) - [0.1, 0.7, 0.9]).max(), rel=1e-9)


def test_an_empty_bin_between_two_is_one_point() -> None:
    found = family_chips("normal", [(0.0, 10), (10, 20), (20, 30), (30, 40)], [2, 6, 0, 2])
    assert found.family is not None
    assert np.isfinite(found.residual)


REFUSED: list[tuple[str, Any, Any, dict[str, float], str]] = [
    ("log_normal", [0.1, 0.9], [1, 2], {}, "log_normal needs a lower bound: write `lower`"),
    ("mirror_gamma", [0.1, 0.9], [1, 2], {"lower": 0}, "mirror_gamma needs an upper bound: write `upper`"),
    ("beta", [0.1, 0.9], [1, 2], {"lower": 0}, "beta needs an upper bound"),
    ("normal", [0.5], [1], {"lower": 0}, "normal has 2 parameters and only 1 point to fit: state more quantiles"),
    ("skew_normal", [0.1, 0.9], [1, 2], {}, "skew_normal has 3 parameters and only 2 points to fit"),
    ("best", [0.5], [1], {"lower": 0}, "no family fits: give at least two quantiles"),
    ("metalog", [0.5], [1], {"lower": 0}, "metalog needs at least two points"),
    ("normal", [0.4, 0.6], [1, 30], {"lower": 0}, r"normal puts 0.39 of its probability outside the bounds 0 to inf"),
    ("metalog", [0.1, 0.25, 0.5, 0.75, 0.9], [1, 2, 2.1, 2.2, 30], {}, "no metalog goes through these points: the"),
    ("normal", [0.1, 0.9], [2, 1], {}, "quantiles increase with their level"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "p", "x", "more", "match"), REFUSED)
def test_what_can_not_be_fitted_is_refused(name: str, p: Any, x: Any, more: dict[str, float], match: str) -> None:
    with pytest.raises(MisfitError, match=match):
        family_quantiles(name, p, x, **more)


def test_all_chips_in_one_bin_tell_no_family() -> None:
    with pytest.raises(MisfitError, match="all chips lie in one bin, from which no family can be told"):
        family_chips("best", [(0.0, 1), (1, 2)], [3, 0], lower=0, upper=1.0 + 1)


def test_a_refusal_names_the_line() -> None:
    with pytest.raises(CaseError, match=r"csv:10: beta needs an upper bound: write `upper` for the question"):
        panel(case(cost="beta"))


def test_two_points_leave_the_plainest_family() -> None:
    two = np.array([0.1, 0.9])
    assert fit_family("best", two, np.array([1.0, 5])).family == "normal"
    assert fit_family("best", two, np.array([1.0, 5]), 0.9).family in {"log_normal", "log_t", "gamma"}


def test_atoms_alone_need_no_family() -> None:
    assert family_quantiles("best", [0.5], [3], atoms=((3, 1.0),)).family is None
    assert family_chips("best", [(0, 1)], [1], atoms=((0.5, 1.0),)).family is None


def test_a_metalog_through_every_point() -> None:
    p, x = [0.05, 0.25, 0.5, 0.75, 0.95], [20, 33, 41, 52, 77]
    found, curve = family_quantiles("metalog", p, x, lower=0), fit_quantiles(p, x, lower=0)
    assert found.residual < 1e-9
    assert abs(found.quantile(0.9) - curve.quantile(0.9)) > 0.01  # and it is not the curve under another name


def test_uncertain_levels_become_a_dirichlet() -> None:
    rows = "\n".join(
        f"ann,2025-06-11,1,role,,quantile,{name} @ {p},{x}"
        for name, values in UNCERTAIN.items()
        for p, x in zip((0.25, 0.5, 0.75), values, strict=True)
    )  # fmt: skip
    made = small(f"{ROWS}\n{rows}")
    np.testing.assert_allclose(panel(made).levels["role"]["ann"], np.array([16.62, 8.962, 4.798]) / 30.382, atol=2e-4)
    faults: list[Fault] = []
    found = fitted("role", made.file, [row for row in made.judgments if "@" in (row.level or "")], faults)
    assert found is not None
    assert found.worth == pytest.approx(30.382, abs=1e-3)
    assert found.residual > 0.01


def test_of_two_levels_one_is_enough() -> None:
    questions = FILE["questions"] | {"role": {"type": "ordinal", "levels": ["no", "yes"]}}
    rows = ROWS.replace(",role,,probability,unchanged,1", ",role,,quantile,yes @ 0.25,0.2")
    made = small(f"{rows}\nbo,2025-06-11,1,role,,quantile,yes @ 0.75,0.4", questions=questions)
    p = panel(made).levels["role"]["bo"]
    from scipy.stats import beta

    found = fitted("role", made.file, [row for row in made.judgments if row.question == "role"], [])
    assert found is not None
    assert found.worth is not None
    margin = beta(p[1] * found.worth, p[0] * found.worth)
    np.testing.assert_allclose(margin.cdf([0.2, 0.4]), [0.25, 0.75], atol=1e-6)


@pytest.mark.parametrize(
    ("row", "match"),
    [
        ("role,,quantile,unchanged @ 0.5,0.5", "none for softened, named; every level needs at least two"),
        ("role,,quantile,unchanged @ x,0.5", "wants a probability between 0 and 1 in the column `level`, got 'x'"),
    ],
)
def test_uncertain_levels_that_say_too_little(row: str, match: str) -> None:
    rows = ROWS.replace("role,,probability,unchanged,1", row)
    with pytest.raises(CaseError, match=match):
        panel(small(rows))
