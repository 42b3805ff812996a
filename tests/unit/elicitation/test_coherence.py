"""What one expert says must hang together: thresholds, P(A and B), and the expert's own dependence."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from elicitation_fixture import small
from foedus.case.types import Case
from foedus.elicitation.coherence import doubts
from foedus.elicitation.dependence import Dependence, dependence
from foedus.elicitation.pairs import pair_rows, to_concordance
from foedus.elicitation.panel import panel
from foedus.errors import CaseError

QUESTIONS: dict[str, Any] = {
    "summit": {"type": "timing"},
    "role": {"type": "ordinal", "levels": ["unchanged", "softened", "named"]},
    "cost": {"type": "quantity", "unit": "%"},
    "cap": {"type": "quantity", "unit": "%"},
    "rate": {"type": "quantity", "unit": "%"},
}
MARGINS = """
ann,2025-06-01,1,summit,,never,,0.2
ann,2025-06-01,1,summit,,quantile,0.5,2025-07-31
ann,2025-06-01,1,summit,,quantile,0.9,2025-08-30
ann,2025-06-01,1,role,,probability,unchanged,0.7
ann,2025-06-01,1,role,,probability,softened,0.2
ann,2025-06-01,1,role,,probability,named,0.1
ann,2025-06-01,1,cost,,quantile,0.1,-5
ann,2025-06-01,1,cost,,quantile,0.9,12
ann,2025-06-01,1,cap,,quantile,0.1,-5
ann,2025-06-01,1,cap,,quantile,0.9,12
bo,2025-06-01,1,rate,,quantile,0.1,-5
bo,2025-06-01,1,rate,,quantile,0.9,12
""".strip()


def case(*rows: str) -> Case:
    text = "\n".join([MARGINS, *(row.replace(":", ",2025-06-01,1,", 1) for row in rows)])
    return small(text, questions=QUESTIONS)


def solved(*rows: str) -> Dependence:
    made = case(*rows)
    return dependence(made, panel(made))


def given(condition: str, *p: float, who: str = "ann") -> list[str]:
    names = ("unchanged", "softened", "named")
    return [f"{who}:role,{condition},probability,{name},{value}" for name, value in zip(names, p, strict=True)]


# -- thresholds ----------------------------------------------------------------------------------


def test_probabilities_by_nested_dates_are_points_of_the_distribution() -> None:
    rows = MARGINS.replace("quantile,0.5,2025-07-31", "probability,<= 2025-07-31,0.4")
    rows = rows.replace("quantile,0.9,2025-08-30", "probability,> 2025-08-30,0.3")
    p = panel(small(rows, questions=QUESTIONS)).timing["summit"]["ann"]
    np.testing.assert_allclose([p[:60].sum(), p[:90].sum(), p[-1]], [0.4, 0.7, 0.2], rtol=1e-12)


def test_a_probability_by_the_horizon_says_how_likely_never_is() -> None:
    rows = MARGINS.replace("never,,0.2", "probability,<= 2025-09-29,0.75")
    p = panel(small(rows, questions=QUESTIONS)).timing["summit"]["ann"]
    np.testing.assert_allclose([p[-1], p[:60].sum()], [0.25, 0.375], rtol=1e-12)


def test_a_later_round_may_speak_of_never_by_the_horizon() -> None:
    later = (
        "ann,2025-06-09,2,summit,,probability,<= 2025-09-29,0.6\nann,2025-06-09,2,summit,,probability,<= 2025-07-31,0.3"
    )
    p = panel(small(f"{MARGINS}\n{later}", questions=QUESTIONS)).timing["summit"]["ann"]
    np.testing.assert_allclose([p[-1], p[:60].sum()], [0.4, 0.3], rtol=1e-12)
    with pytest.raises(CaseError, match="round 2 says nothing about never, but round 1 did"):
        panel(small(f"{MARGINS}\n{later.splitlines()[1]}", questions=QUESTIONS))


def test_thresholds_of_a_quantity_beside_a_quantile() -> None:
    rows = MARGINS.replace("cost,,quantile,0.9,12", "cost,,probability,> 12,0.1")
    found = panel(small(rows, questions=QUESTIONS)).quantities["cost"]["ann"]
    np.testing.assert_allclose(found.cdf([-5, 12]), [0.1, 0.9], rtol=1e-12)


@pytest.mark.parametrize(
    ("row", "match"),
    [
        ("probability,<= 2025-08-30,0.9", r"csv:4: by 2025-08-30 has 0.9 already, but that it happens at all only 0.8"),
        ("probability,<= 2025-08-30,0.8", r"csv:4: a probability of 0.8 leaves nothing after 2025-08-30"),
        ("probability,<= 2025-08-30,0", r"csv:4: a probability of 0 leaves nothing up to 2025-08-30"),
    ],
)
def test_thresholds_that_can_not_be(row: str, match: str) -> None:
    with pytest.raises(CaseError, match=match):
        panel(small(MARGINS.replace("quantile,0.9,2025-08-30", row), questions=QUESTIONS))


# -- P(A and B) ----------------------------------------------------------------------------------


def test_p_of_both_can_not_exceed_p_of_one() -> None:
    """P(named) = 0.1, but P(named | by 30 August) P(by 30 August) = 0.5 x 0.72 = 0.36."""
    made = case(*given("summit <= 2025-08-30", 0.4, 0.1, 0.5))
    (doubt,) = doubts(made, panel(made))
    assert doubt.startswith(
        "judgments.csv:14: ann on role: what is said under conditions on summit makes role > softened"
    )
    assert "at least 0.36, but without them it is 0.10; P(A and B) can't exceed P(B)" in doubt
    assert dependence(made, panel(made)).judged.any()  # the margins stand; only the dependence comes as near as it can


def test_what_fits_is_let_pass() -> None:
    made = case(*given("summit <= 2025-08-30", 0.72, 0.18, 0.1))
    assert dependence(made, panel(made)).judged.any()
    assert doubts(made, panel(made)) == ()


def test_a_little_too_much_is_worth_a_look() -> None:
    made = case(*given("summit <= 2025-08-30", 0.6, 0.23, 0.17))  # 0.72 x 0.17 = 0.122 > 0.1
    dependence(made, panel(made))
    (doubt,) = doubts(made, panel(made))
    assert "ann on role: what is said under conditions on summit makes role > softened at least 0.12" in doubt
    assert doubt.startswith("judgments.csv:14: ")


def test_conditions_that_exclude_each_other_are_summed() -> None:
    """0.14 P(low) + 0.14 P(high) = 0.14 > 0.1, though neither condition exceeds it alone."""
    low, high = given("cost <= 0", 0.67, 0.19, 0.14), given("cost > 0", 0.67, 0.19, 0.14)
    made = case(*low)
    dependence(made, panel(made))
    assert not doubts(made, panel(made))
    made = case(*low, *high)
    dependence(made, panel(made))
    assert "at least 0.14, but without them it is 0.10" in doubts(made, panel(made))[0]


def test_quantities_and_days_under_a_condition_are_held_against_the_rest() -> None:
    made = case("ann:cap,cost > 3,quantile,0.5,40", "ann:cap,cost > 3,quantile,0.9,50")
    (doubt,) = doubts(made, panel(made))
    assert re.search(r"makes cap > [\d.]+ at least 0.\d+, but without them it is 0.\d+", doubt)
    late = ("ann:summit,cost > 3,never,,0.6", "ann:summit,cost > 3,quantile,0.5,2025-07-31")
    made = case(*late, "ann:summit,cost > 3,quantile,0.9,2025-08-30")
    (doubt,) = doubts(made, panel(made))
    assert re.search(r"ann on summit: .* makes summit (is never|> 2025-09-\d\d) at least 0.\d+", doubt)


def test_a_condition_on_levels_may_leave_some_out() -> None:
    whole, part = solved(*given("cost > 3", 0.6, 0.25, 0.15)), solved("ann:role,cost > 3,probability,named,0.15")
    assert part.pairs[0].r > 0
    assert abs(part.pairs[0].r - whole.pairs[0].r) < 0.1
    with pytest.raises(CaseError, match="says nothing of either end of the levels under `cost > 3`"):
        solved("ann:role,cost > 3,probability,softened,0.2")


# -- dependence ----------------------------------------------------------------------------------


def concordances(who: str, a: float, b: float, c: float) -> list[str]:
    pairs = {"cost ~ cap": a, "cap ~ rate": b, "cost ~ rate": c}
    return [f"{who}:{pair},,concordance,,{value}" for pair, value in pairs.items()]


def test_an_expert_who_contradicts_oneself_is_named_even_where_the_pool_fits() -> None:
    with pytest.raises(CaseError, match=r"ann: the dependence of \w+ and \w+ .* contradicts that of the other pairs"):
        solved(*concordances("ann", 0.9, 0.9, 0.1), *concordances("bo", 0.5, 0.5, 0.5))


def test_a_repair_of_one_experts_matrix_is_told() -> None:
    """Ann's one pair does not fit to those of bo; nobody contradicts oneself, and the pool fits as it is."""
    rows = ("ann:cost ~ cap,,concordance,,0.2", *concordances("bo", 0.6, 0.7, 0.7))
    found = solved(*rows)
    (repair,) = (repair for repair in found.own_repairs if repair.expert == "ann")
    assert found.largest_change == 0
    assert repair.change > 0.1
    assert set(repair.pair) <= {"cost", "cap", "rate"}
    assert (np.linalg.eigvalsh(found.matrices) > 0).all()


def test_the_pairs_as_a_table() -> None:
    found = solved(
        "ann:cost ~ cap,,concordance,,0.8", "bo:cost ~ cap,,concordance,,0.6", "ann:cap ~ rate,,concordance,,0.4"
    )
    first, second = pair_rows(found)
    assert (first.first, first.second) == ("cost", "cap")
    assert dict(first.experts) == pytest.approx({"ann": np.sin(0.3 * np.pi), "bo": np.sin(0.1 * np.pi)})
    low, high = first.feasible
    assert low < first.r < high
    np.testing.assert_allclose(to_concordance([first.r]), first.concordance, rtol=1e-12)
    assert second.concordance == pytest.approx(0.4, abs=1e-9)


@pytest.mark.parametrize("c", [0.1, 0.4, 0.5, 0.93])
def test_a_concordance_and_its_correlation_are_inverse(c: float) -> None:
    from foedus.elicitation.copula import from_concordance

    assert float(to_concordance(from_concordance(c))) == pytest.approx(c, abs=1e-14)


def test_a_family_that_misses_is_worth_a_look() -> None:
    rows = MARGINS.replace("cost,,quantile,0.9,12", "cost,,quantile,0.5,-4\nann,2025-06-01,1,cost,,quantile,0.6,300")
    made = small(rows, questions=QUESTIONS | {"cost": {"type": "quantity", "unit": "%", "fit": "normal"}})
    (doubt,) = doubts(made, panel(made))
    assert "ann on cost: what was fitted (normal) misses a stated probability by 0." in doubt
    assert "try `fit: best`" in doubt
