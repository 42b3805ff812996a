"""Rounds are all kept, stated points are those of the curve, and chips laid in a notebook are the same record."""

from __future__ import annotations

import csv
import datetime as dt
import io
import sys
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from elicitation_fixture import ROWS, small
from foedus.elicitation.fit import Distribution
from foedus.elicitation.panel import panel
from foedus.elicitation.roulette import COLUMNS, Roulette
from foedus.elicitation.rounds import rounds, stated_points
from foedus.errors import CaseError


def test_every_round_is_kept_and_the_last_comes_last() -> None:
    first, last = rounds(small(), "ann", "role")
    assert (first.number, last.number) == (1, 2)
    assert first.fitted is not None and last.fitted is not None  # noqa: PT018
    np.testing.assert_allclose(np.asarray(first.fitted.says), [0.9, 0, 0.1])
    np.testing.assert_allclose(np.asarray(last.fitted.says), panel(small()).levels["role"]["ann"])
    assert rounds(small(), "bo", "role") == ()
    (given,) = rounds(small(), "ann", "role", "summit <= 2025-08-30")
    assert [row.level for row in given.rows] == ["softened"]


def test_an_earlier_round_that_can_not_be_fitted_is_no_obstacle() -> None:
    rows = ROWS.replace("ann,2025-06-11,1,role,,probability,named,0.1", "ann,2025-06-11,1,role,,probability,named,0.3")
    first, last = rounds(small(rows), "ann", "role")
    assert first.fitted is None
    assert last.fitted is not None


def test_stated_points_lie_on_the_curve() -> None:
    case = small(ROWS + "\nbo,2025-06-10,1,cost,,probability,<= 3,0.4\nbo,2025-06-10,1,cost,,quantile,0.9,11")
    for expert, name in (("ann", "summit"), ("bo", "summit"), ("ann", "cost"), ("bo", "cost")):
        (said,) = rounds(case, expert, name)
        points = stated_points(case.file, name, said)
        assert points
        assert said.fitted is not None
        for value, p in points:
            if isinstance(said.fitted.says, Distribution):
                low, high = said.fitted.says.cdf_left(value), said.fitted.says.cdf(value)
                assert low - 1e-9 <= p <= high + 1e-9
            else:
                assert said.fitted.says[: int(value)].sum() == pytest.approx(p, abs=1e-9)
    assert stated_points(case.file, "role", rounds(case, "ann", "role")[1]) == []


# -- roulette ------------------------------------------------------------------------------------


def table(question: str = "cost", **options: Any) -> Roulette:
    return Roulette(small(), "bo", question, **({"low": -10, "high": 20, "bins": 6} | options))


def test_chips_come_out_as_rows_of_judgments_csv() -> None:
    laid = table().lay({"-10..-5": 1, "0..5": 5, "5..10": 2})
    rows = list(csv.reader(io.StringIO(laid.csv("2025-06-10", 2))))
    assert rows[1] == ["bo", "2025-06-10", "2", "cost", "", "chips", "0..5", "5", ""]
    assert len(rows) == 3
    assert len(COLUMNS) == len(rows[0])
    as_file = small("\n".join([ROWS, *(",".join(row[:-1]) for row in rows)]))
    from_file = panel(as_file).quantities["cost"]["bo"]
    shown = laid.fitted("2025-06-10").says
    assert isinstance(shown, Distribution)
    at = np.linspace(-12, 22, 50)
    np.testing.assert_array_equal(shown.cdf(at), from_file.cdf(at))
    np.testing.assert_allclose(shown.cdf([-5, 0, 5]), [0.125, 0.125, 0.75])


def test_days_are_split_into_whole_ones_and_never_is_a_bin() -> None:
    laid = table("summit", bins=4)
    assert list(laid.chips) == [
        "2025-06-02..2025-07-01",
        "2025-07-02..2025-07-31",
        "2025-08-01..2025-08-30",
        "2025-08-31..2025-09-29",
        "never",
    ]
    p = laid.lay({"2025-07-02..2025-07-31": 3, "never": 1}).fitted(dt.date(2025, 6, 1)).says
    assert isinstance(p, np.ndarray)
    np.testing.assert_allclose([p[-1], p[30:60].sum()], [0.25, 0.75])
    assert list(table("role").chips) == ["unchanged", "softened", "named"]


def test_it_shows_itself_without_any_widget() -> None:
    laid = table().lay({"0..5": 3, "5..10": 40})
    assert repr(laid) == "Roulette(cost, 43 chips: 0..5: 3, 5..10: 40)"
    text = laid._repr_html_()
    assert text.count("●") == 3 + 1
    assert "40 ●" in text
    assert "93%" in text


def test_nothing_of_a_case_runs_as_html() -> None:
    case = small()
    file = case.file.model_copy(deep=True)
    questions = dict(file.questions)
    questions["cost"] = questions["cost"].model_copy(update={"title": lambda: "<script>x</script>"})
    hostile = case.model_copy(update={"file": file.model_copy(update={"questions": questions})})
    assert "<script>" not in Roulette(hostile, "bo", "cost", low=0, high=1)._repr_html_()


def test_the_buttons_lay_and_take() -> None:
    laid = table()
    widget = laid.widget()
    less, more = widget.children[1].children[2].children[1].children
    more.click()
    more.click()
    less.click()
    assert laid.chips["0..5"] == 1
    for _ in range(3):
        less.click()
    assert laid.chips["0..5"] == 0
    assert widget.children[0].value == laid._repr_html_()


def test_without_ipywidgets_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    with pytest.raises(ImportError, match=r"need ipywidgets .* without it, use lay\({bin: chips}\)"):
        table().widget()


def test_chips_of_preliz_lie_where_its_labels_stood() -> None:
    """PreliZ gives the middle of column k as x_min + (k + 1/2) step and labels it x_min + k step."""
    inputs = ([2.5, 3.5], [0.25, 0.75], 4, 0, 10, 10, 11)
    laid = table().lay_preliz(SimpleNamespace(inputs=inputs))
    assert {name: n for name, n in laid.chips.items() if n} == {"1.5..2.5": 1, "2.5..3.5": 3}
    with pytest.raises(CaseError, match="no chip has been laid on PreliZ's roulette yet"):
        laid.lay_preliz(SimpleNamespace(inputs=None))


@pytest.mark.parametrize(
    ("make", "match"),
    [
        (lambda: Roulette(small(), "cy", "cost"), "there is no expert 'cy'"),
        (lambda: Roulette(small(), "bo", "costs"), "there is no question 'costs'; did you mean 'cost'"),
        (lambda: Roulette(small(), "bo", "cost"), r"cost needs the ends of its bins: write low=... and high=..."),
        (lambda: table(bins=0), "a roulette has 1 to 60 bins, got 0"),
        (lambda: table().lay({"0..6": 1}), r"there is no bin '0..6'; did you mean '0..5'"),
        (lambda: table().lay({"0..5": -1}), "a number of chips is a whole number from 0 to 1000, got -1 on 0..5"),
        (lambda: table().fitted("2025-06-01"), "not a single chip on the bins"),
        (lambda: table(low=-60).lay({"-60..-46.66666667": 1}).fitted("2025-06-01"), "leaves the bounds"),
    ],
)
def test_what_can_not_be_laid_is_told(make: Any, match: str) -> None:
    with pytest.raises(CaseError, match=match):
        make()
