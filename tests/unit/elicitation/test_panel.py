"""What the experts said, put together: last rounds, windows, tables, and every fault with its line."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from elicitation_fixture import FILE, ROWS, small
from foedus.elicitation.panel import Panel, panel
from foedus.errors import CaseError


@pytest.fixture
def said() -> Panel:
    return panel(small())


def test_the_median_day_holds_half_of_what_happens(said: Panel) -> None:
    p = said.timing["summit"]["ann"]
    assert p.shape == (121,)
    np.testing.assert_allclose(p[:60].sum(), 0.8 * 0.5, rtol=1e-13)  # 31 July is day 60
    np.testing.assert_allclose(p[:90].sum(), 0.8 * 0.9, rtol=1e-13)
    np.testing.assert_allclose([p.sum(), p[-1]], [1, 0.2], rtol=1e-14)


def test_nothing_falls_on_days_up_to_the_one_the_expert_spoke_on(said: Panel) -> None:
    p = said.timing["summit"]["ann"]
    assert not p[:10].any()  # spoke on day 10
    assert (p[10:] > 0).all()


def test_chips_spread_over_whole_days_and_never_is_a_bin(said: Panel) -> None:
    p = said.timing["summit"]["bo"]
    np.testing.assert_allclose(p[:10], 0.02, rtol=1e-13)  # 2 to 11 June are days 1 to 10
    np.testing.assert_allclose(p[10:120], 0.6 / 110, rtol=1e-13)
    np.testing.assert_allclose(p[120], 0.2, rtol=1e-13)


def test_a_bin_that_began_before_the_expert_spoke_holds_only_what_lies_ahead() -> None:
    rows = ROWS.replace("bo,2025-05-20", "bo,2025-06-06")
    p = panel(small(rows)).timing["summit"]["bo"]
    assert not p[:5].any()
    np.testing.assert_allclose(p[5:10], 0.04, rtol=1e-13)


def test_the_last_round_counts_whole(said: Panel) -> None:
    np.testing.assert_allclose(said.levels["role"]["ann"], [0.6, 0.4, 0])


def test_an_atom_and_quantiles_of_the_whole(said: Panel) -> None:
    cost = said.quantities["cost"]["ann"]
    np.testing.assert_allclose(cost.quantile([0.1, 0.5, 0.9]), [-5, 0, 12], atol=1e-12)
    np.testing.assert_allclose(cost.cdf(0) - cost.cdf_left(0), 0.3, rtol=1e-14)
    assert cost.atoms == ((0.0, 0.3),)


def test_conditionals_tables_and_concordances_are_kept_apart(said: Panel) -> None:
    (conditional,) = said.conditionals
    assert (conditional.expert, conditional.question, conditional.line) == ("ann", "role", 12)
    np.testing.assert_allclose(np.asarray(conditional.distribution), [0, 1, 0])
    (never, here), (otherwise, there) = said.tables["venue"]["ann"]
    assert never is not None
    assert otherwise is None
    np.testing.assert_allclose([here, there], [[1, 0], [0, 1]])
    assert [(c.first, c.second, c.probability) for c in said.concordances] == [("summit", "cost", 0.6)]
    assert "venue" not in said.levels


def test_who_spoke_when_and_who_is_missing(said: Panel) -> None:
    assert said.spoke["summit"] == {"ann": dt.date(2025, 6, 11), "bo": dt.date(2025, 5, 20)}
    assert said.missing == (("bo", "role"), ("bo", "cost"), ("bo", "venue"))


def test_residuals_are_nothing_but_rounding(said: Panel) -> None:
    assert set(said.residuals["summit"]) == {"ann", "bo"}
    assert all(value < 1e-14 for of in said.residuals.values() for value in of.values())


@pytest.mark.parametrize(("weights", "expected"), [("equal", (0.5, 0.5)), ("given", (0.75, 0.25))])
def test_base_weights_sum_to_one(weights: str, expected: tuple[float, float]) -> None:
    assert tuple(panel(small(pooling={"weights": weights})).base_weights.values()) == expected


def test_the_order_of_rows_changes_nothing(said: Panel) -> None:
    case = small()
    other = panel(case.model_copy(update={"judgments": case.judgments[::-1]}))
    np.testing.assert_array_equal(other.timing["summit"]["ann"], said.timing["summit"]["ann"])
    np.testing.assert_array_equal(other.timing["summit"]["bo"], said.timing["summit"]["bo"])
    assert list(other.timing["summit"]) == ["ann", "bo"]


# rows of bo, given on 10 June unless they say so
FAULTS = [
    ("cy,2025-06-01,1,role,,probability,named,1", r"judgments.csv:20: unknown expert 'cy'"),
    ("1,roles,,probability,named,1", r"unknown question 'roles'; did you mean 'role'\?"),
    ("1,role,,probability,namd,1", r"unknown level 'namd'; did you mean 'named'\?"),
    ("1,role,,probability,named,0.4", r"sum to 0.4, not 1 \(2 of 3 levels have no row\)"),
    ("1,role,,probability,named,1.2", r"between 0 and 1, got 1.2"),
    ("1,role,,chips,named,-2", r"a number of chips is 0 or more, got -2"),
    ("1,role,,chips,named,0", r"not a single chip on the levels"),
    ("1,role,,quantile,0.5,3", r"gives quantiles of probabilities, but none for unchanged, softened, named; every"),
    ("1,role,,probability,named,1\n1,role,,probability,named,1", "says again what line 20"),
    ("1,cost,,quantile,50%,3", r"a probability between 0 and 1 in the column `level`, got '50%'"),
    ("1,cost,,quantile,0.5,2025-06-01", r"a number is wanted here"),
    ("1,cost,,quantile,0.5,3\n1,cost,,chips,0..1,3", r"mixes chips and quantile"),
    ("1,cost,,quantile,0.5,3\n1,cost,,quantile,0.9,-3", r":20: the 0.5 quantile 3 contradi"),
    ("1,cost,,quantile,0.5,-50\n1,cost,,quantile,0.9,3", r"-50 does not lie between the bo"),
    ("1,cost,,chips,5,3", r"a bin is written as 10..20, ..5 or 5.. with a number at each end, got '5'"),
    ("1,cost,,chips,1..5,3\n1,cost,,chips,4..6,3", r":21: the bin 4..6 overlaps"),
    ("1,cost,,chips,-60..5,3", r"the bin -60..5 leaves the bounds -50 to inf"),
    ("2,summit,,quantile,0.5,2025-08-01", r"round 2 says nothing about never, but round 1 did"),
    ("2,summit,,quantile,0.5,2025-06-10\n2,summit,,never,,0", r"quantile 2025-06-10 does not"),
    ("2,summit,,quantile,0.5,4\n2,summit,,never,,0", r"a date is wanted here"),
    ("2,summit,,never,,0.5", r"says nothing about when, given that it happens"),
    ("2,summit,,never,,1.5", r"a probability lies between 0 and 1, got 1.5"),
    ("bo,2025-09-29,2,summit,,never,,0.5", r"given when the window closed \(2025-09-29\)"),
    ("2,summit,,chips,never,1\n2,summit,,never,,0.5", r"never has a probability and chips"),
    ("2,summit,,never,,0\n2,summit,,chips,2025-06-02..2025-06-10,1", "first day still ahead"),
    ("2,summit,,never,,0\n2,summit,,chips,2025-09-01..2025-10-10,1", "ends on 2025-09-29;"),
    ("2,summit,,never,,0\n2,summit,,chips,2025-08-03..2025-08-01,1", "earlier day first"),
    ("2,summit,,never,,0\n2,summit,,chips,May,1", r"with a date \(2025-08-31\) at each end"),
    ("1,role,cost >> 3,probability,named,1", r"judgments.csv:20: given: "),
    ("1,role,summit is never and cost > 3,probability,named,1", r"exactly one other question, got cost, s"),
    ("1,role,role == named,probability,named,1", r"exactly one other question, got role"),
    ("1,role,venue == here,probability,named,1", r"a question with an order; venue is nominal"),
    ("1,role,cost > 3 and cost < 2,probability,named,1", r"`given` holds for no outcome"),
    ("1,venue,role == named,probability,here,1", r"venue hangs on summit; `given` must be about summit"),
    ("1,venue,summit is never,probability,here,1", r"leave out some outcomes of the parent"),
    (
        "1,venue,summit is never,chips,here,1\n"
        "1,venue,summit > 2025-09-01,chips,here,1\n1,venue,,chips,here,1",
        r":21: venue: two conditions of bo overlap",
    ),
    ("1,summit ~ role,,concordance,,0.5", r"concordance is for timing and quantity questions"),
    ("1,summit ~ cost,,concordance,,1", r"both excluded, got 1"),
    ("1,summit ~ cst,,concordance,,0.5", r"unknown question 'cst'; did you mean 'cost'"),
    ("1,summit,,concordance,,0.5", r"about two questions, written `a ~ b`"),
    ("1,summit ~ cost,role == named,concordance,,0.5", r"a concordance has no `given`"),
    ("ann,2025-06-01,1,cost ~ summit,,concordance,,0.5", r":20: says again what line 19 says"),
]  # fmt: skip


def with_rows(rows: str) -> str:
    return "\n".join([ROWS, *(row if row[0].isalpha() else f"bo,2025-06-10,{row}" for row in rows.splitlines())])


@pytest.mark.parametrize(("rows", "match"), FAULTS)
def test_faults_name_the_line_and_what_would_be_right(rows: str, match: str) -> None:
    with pytest.raises(CaseError, match=match):
        panel(small(with_rows(rows)))


def test_all_faults_come_at_once() -> None:
    with pytest.raises(CaseError, match="unknown expert") as caught:
        panel(small(with_rows("\n".join(FAULTS[k][0] for k in (0, 5, 9)))))
    assert [fault.line for fault in caught.value.faults] == [20, 21, 22]


def test_a_question_that_nobody_answered() -> None:
    rows = "\n".join(row for row in ROWS.splitlines() if ",venue," not in row)
    with pytest.raises(CaseError, match="nobody answered 'venue'"):
        panel(small(rows))


def test_a_question_answered_only_with_weight_0() -> None:
    with pytest.raises(CaseError, match="only experts with weight 0 answered 'role': ann"):
        panel(small(pooling={"weights": "given"}, panel={"ann": {"weight": 0}, "bo": {}}))


@pytest.mark.parametrize(
    ("pooling", "match"),
    [({"weights": "performance"}, r"come from seed questions: add seeds\.csv and quantiles, or use equal or given")],
)
def test_weights_that_nothing_tells(pooling: dict[str, str], match: str) -> None:
    with pytest.raises(CaseError, match=match):
        panel(small(pooling=pooling))


def test_a_single_quantile_without_bounds_has_no_width() -> None:
    questions = FILE["questions"] | {"cost": {"type": "quantity", "unit": "%"}}
    with pytest.raises(CaseError, match=r"csv:20: a single quantile has no width: give a second one, or lower"):
        panel(small(with_rows("1,cost,,quantile,0.5,3"), questions=questions))
