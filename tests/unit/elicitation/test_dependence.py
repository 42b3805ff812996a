"""From concordances and conditionals to one correlation matrix an expert."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm

from elicitation_fixture import small
from foedus.case.types import Case
from foedus.elicitation.dependence import Dependence, dependence
from foedus.elicitation.panel import panel
from foedus.errors import CaseError

QUESTIONS: dict[str, Any] = {
    "summit": {"type": "timing"},
    "role": {"type": "ordinal", "levels": ["no", "yes"]},
    "cost": {"type": "quantity", "unit": "%"},
    "venue": {"type": "nominal", "levels": ["here", "there"], "parent": "summit"},
    "cap": {"type": "quantity", "unit": "%"},
}
MARGINS = """
ann,2025-06-01,1,summit,,never,,0.2
ann,2025-06-01,1,summit,,quantile,0.5,2025-07-31
ann,2025-06-01,1,summit,,quantile,0.9,2025-08-30
ann,2025-06-01,1,role,,probability,no,0.7
ann,2025-06-01,1,role,,probability,yes,0.3
ann,2025-06-01,1,cost,,quantile,0.1,-5
ann,2025-06-01,1,cost,,quantile,0.9,12
bo,2025-06-01,1,cap,,quantile,0.1,-5
bo,2025-06-01,1,cap,,quantile,0.9,12
bo,2025-06-01,1,venue,,chips,there,1
""".strip()


def joint(p: float, q: float, r: float) -> float:
    """P of both being below their p and q quantiles, by scipy."""
    return float(multivariate_normal.cdf(norm.ppf([p, q]), mean=[0, 0], cov=[[1, r], [r, 1]]))


def case(*rows: str, **changes: Any) -> Case:
    """Rows beside the margins, given on 1 June in round 1 where they begin with `name:`."""
    text = "\n".join([MARGINS, *(row.replace(":", ",2025-06-01,1,", 1) for row in rows)])
    return small(text, questions=QUESTIONS, **changes)


def solved(*rows: str, **changes: Any) -> Dependence:
    made = case(*rows, **changes)
    return dependence(made, panel(made))


def yes(who: str, given: str, probability: float) -> tuple[str, str]:
    """Rows for the probability that the role is yes, and no, given something."""
    return f"{who}:role,{given},probability,no,{1 - probability}", f"{who}:role,{given},probability,yes,{probability}"


def test_without_judgments_the_questions_are_independent() -> None:
    found = solved()
    assert found.questions == ("summit", "role", "cost", "cap")
    assert found.experts == ("ann", "bo")
    np.testing.assert_array_equal(found.matrices, np.broadcast_to(np.eye(4), (2, 4, 4)))
    np.testing.assert_array_equal(found.judged, np.broadcast_to(np.zeros((4, 4), bool), (2, 4, 4)))


def test_a_concordance_becomes_its_orthant_correlation() -> None:
    found = solved("ann:cost ~ cap,,concordance,,0.8")
    np.testing.assert_allclose(found.pooled[2, 3], 0.809017, atol=1e-6)
    assert found.pairs[0].line == 12


def test_a_conditional_probability_comes_out_as_stated() -> None:
    (pair,) = solved(*yes("ann", "cost <= 3", 0.5)).pairs
    given = float(panel(case()).quantities["cost"]["ann"].cdf(3))
    assert joint(given, 0.7, pair.r) / given == pytest.approx(0.5, abs=1e-6)
    assert pair.residual < 1e-13
    assert pair.r < 0


def test_a_timing_condition_is_read_on_its_days_and_never() -> None:
    (pair,) = solved(*yes("ann", "summit is never", 0.1)).pairs
    below = 0.7 - joint(0.8, 0.7, pair.r)  # never is the top fifth
    assert below / 0.2 == pytest.approx(0.9, abs=1e-6)


def test_a_conditional_distribution_of_a_quantity_from_a_known_copula() -> None:
    r, scale = 0.6, 8.5 / norm.ppf(0.9)
    a = norm.ppf((np.arange(20000) + 0.5) / 40000)  # cost <= 3.5 is its median: the lower half of the scores
    z = np.linspace(-2.2, 1.8, 15)
    given = [float(norm.cdf((at - r * a) / np.sqrt(1 - r**2)).mean()) for at in z]
    values = (3.5 + scale * z).tolist()
    rows = (f"bo:cap,cost <= 3.5,quantile,{p!r},{x!r}" for p, x in zip(given, values, strict=True))
    (pair,) = solved(*rows).pairs
    assert pair.r == pytest.approx(r, abs=2e-3)
    assert pair.residual < 2e-3


def test_experts_keep_their_own_pairs_and_take_over_the_others() -> None:
    found = solved(
        "ann:cost ~ cap,,concordance,,0.6",
        "bo:cost ~ cap,,concordance,,0.7",
        "bo:summit ~ cost,,concordance,,0.4",
        pooling={"weights": "given"},
    )
    own = np.sin(np.pi * np.array([0.1, 0.2]))
    np.testing.assert_allclose(found.matrices[:, 2, 3], own, rtol=1e-12)
    np.testing.assert_allclose(found.pooled[2, 3], own @ [0.75, 0.25], rtol=1e-12)
    np.testing.assert_allclose(found.matrices[:, 0, 2], -np.sin(np.pi * 0.1), rtol=1e-12)
    np.testing.assert_allclose(found.matrices[:, 0, 3], -np.sin(np.pi * 0.1) * own, rtol=1e-9)  # nobody judged it
    np.testing.assert_array_equal(found.judged[:, 0, 2], [False, True])
    assert (np.linalg.eigvalsh(found.matrices) > 0).all()


def test_one_sided_evidence_beside_a_middle_band_settles_the_direction() -> None:
    middle, side = yes("ann", "cost > -3 and cost <= 9", 0.25), yes("ann", "cost > 9", 0.7)
    with pytest.raises(CaseError, match=r"csv:12: the condition doesn't tell how role and cost depend on each other"):
        solved(*middle)
    (pair,) = solved(*middle, *side).pairs
    assert pair.r > 0.3


def test_a_condition_outside_the_window_is_a_fault() -> None:
    with pytest.raises(CaseError, match=r"`given` holds for no outcome"):
        solved("ann:role,summit <= 2025-06-01,probability,no,1")


def test_a_condition_without_probability_is_a_fault() -> None:
    later = ("ann,2025-06-10,2,summit,,never,,0", "ann,2025-06-10,2,summit,,quantile,0.5,2025-07-31")
    with pytest.raises(CaseError, match=r"csv:14: the condition on summit has probability 0 in the judgment of ann"):
        solved(*later, "ann:role,summit <= 2025-06-05,probability,no,1")


def test_a_concordance_needs_medians_that_mean_something() -> None:
    rows = ("bo:summit,,never,,0.6", "bo:summit,,quantile,0.5,2025-07-31", "bo:summit ~ cost,,concordance,,0.7")
    with pytest.raises(CaseError, match=r"csv:14: one outcome of summit holds 0.60: sides of its median mean nothing"):
        solved(*rows)


def concordances(**c: float) -> list[str]:
    names = {"a": "summit ~ cost", "b": "cost ~ cap", "c": "summit ~ cap"}
    return [f"bo:{names[key]},,concordance,,{value}" for key, value in c.items()]


def test_contradicting_dependence_names_the_pair_and_what_would_fit() -> None:
    match = r"csv:1\d: the dependence of \w+ and \w+ \(correlation -?0.95\) contradicts .* between .* would fit"
    with pytest.raises(CaseError, match=match):
        solved(*concordances(a=0.9, b=0.9, c=0.1))


def test_a_small_contradiction_is_repaired_and_reported() -> None:
    found = solved(*concordances(a=0.8, b=0.8, c=0.55))
    assert 0 < found.largest_change <= 0.05
    assert found.changed is not None
    assert (np.linalg.eigvalsh(found.matrices) > 0).all()
